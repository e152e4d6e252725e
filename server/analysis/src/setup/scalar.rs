//! Names of a repository as values of YAML.

/// A name as a scalar: plain where nothing in it has a meaning.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text, "-_.") {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Whether a name of letters, digits and these signs means itself.
pub(super) fn is_plain(text: &str, signs: &str) -> bool {
    // Words that YAML 1.1 or 1.2 reads as other values.
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || signs.contains(c))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}
