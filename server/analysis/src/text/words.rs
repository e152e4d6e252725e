//! Words of names.

/// The words of a name in lower case, also those of `publishToNpm`. What is neither a letter nor a digit ends a word.
pub(crate) fn camel_words(name: &str) -> Vec<String> {
    let mut spaced = String::with_capacity(name.len() + 8);
    let mut was_small = false;
    for c in name.chars() {
        if was_small && c.is_ascii_uppercase() {
            spaced.push(' ');
        }
        was_small = c.is_ascii_lowercase() || c.is_ascii_digit();
        spaced.push(c.to_ascii_lowercase());
    }
    let words = spaced.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::camel_words;

    #[test]
    fn a_name_is_cut_at_signs_and_capitals() {
        assert_eq!(camel_words("publishToNpm"), ["publish", "to", "npm"]);
        assert_eq!(camel_words("ci:release_all.sh"), ["ci", "release", "all", "sh"]);
        assert_eq!(camel_words("distDir/ESM"), ["dist", "dir", "esm"]);
        assert_eq!(camel_words(" -/"), [""; 0]);
    }
}
