//! Where a text mentions a variable.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use crate::sources::File;
use crate::text::TextRange;

/// Whether something in the file uses a variable; setting it does not count.
pub(crate) fn reads_variable(file: &File, name: &str) -> bool {
    let set: Vec<TextRange> = file.env_variables().map(|variable| variable.name.range).collect();
    words(&file.text, name).any(|at| {
        let range = TextRange::new(at, at + name.len());
        let before = file.text.get(..at).unwrap_or_default();
        let after = file.text.get(range.end()..).unwrap_or_default();
        // Secrets are passed on under such names: `secrets: { NPM_TOKEN: … }`.
        let is_key = || {
            !before.ends_with(['$', '{', '%', '.']) && after.trim_start_matches(['"', '\'']).starts_with(':')
        };
        !set.contains(&range) && !before.ends_with("secrets.") && !is_key() && !is_comment(before)
    })
}

/// Where a text has a name as a word of its own.
pub(crate) fn words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.match_indices(name).map(|(at, _)| at).filter(move |at| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(at + name.len()..).unwrap_or_default();
        !before.ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// Whether what follows a text is in a comment of its line.
fn is_comment(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.trim_start().starts_with('#') || line.contains(" #")
}

/// How often a text names each secret, in upper case, as GitHub compares them. GitHub's own token is not one that can be deleted.
pub(crate) fn secret_names(text: &str) -> BTreeMap<String, usize> {
    const SIGNS: [&str; 3] = ["secrets.", "secrets['", "secrets[\""];
    let mut names = BTreeMap::new();
    for sign in SIGNS {
        for (at, _) in text.match_indices(sign) {
            let is_word = text
                .get(..at)
                .and_then(|before| before.chars().next_back())
                .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
            let rest = text.get(at + sign.len()..).unwrap_or_default();
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
            let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let name = name.to_ascii_uppercase();
            if !is_word && !name.is_empty() && name != "GITHUB_TOKEN" {
                *names.entry(name).or_insert(0) += 1;
            }
        }
    }
    names
}

/// The secrets, in upper case, that lines of a text ask for to decide something: `if: secrets.NPM_TOKEN != ''`.
pub(crate) fn secrets_asked_for(text: &str) -> BTreeSet<String> {
    const CONDITIONS: [&str; 5] = ["!=", "==", "if:", "&&", "||"];
    let mut found = BTreeSet::new();
    let mut rest = text;
    // A file has thousands of lines, and few of them name a secret.
    while let Some(at) = memmem::find(rest.as_bytes(), b"secrets") {
        let start = rest.get(..at).and_then(|before| before.rfind('\n'));
        let from = rest.get(start.map_or(0, |end| end + 1)..).unwrap_or_default();
        let (line, after) = from.split_once('\n').unwrap_or((from, ""));
        let is_condition = CONDITIONS.iter().any(|sign| line.contains(sign));
        if is_condition && !line.trim_start().starts_with('#') {
            found.extend(secret_names(line).into_keys());
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_in_each_notation() {
        let found = |text: &str| secret_names(text).into_iter().collect::<Vec<_>>();
        let one = |name: &str, count| vec![(name.to_owned(), count)];
        assert_eq!(
            found("${{ secrets.NPM_TOKEN }} ${{secrets.npm_token}}"),
            one("NPM_TOKEN", 2)
        );
        assert_eq!(found("${{ secrets['NPM_TOKEN'] || '' }}"), one("NPM_TOKEN", 1));
        assert_eq!(
            found("${{ secrets.GITHUB_TOKEN }} my_secrets.x secrets.*"),
            Vec::new()
        );
    }

    #[test]
    fn conditions_ask_for_secrets() {
        let found = |text: &str| secrets_asked_for(text).into_iter().collect::<Vec<_>>();
        let text = "env:\n  A: ${{ secrets.PLAIN }}\n  # if: secrets.COMMENT\nif: secrets.one != '' && secrets.TWO\n- B: ${{ secrets['THREE'] || '' }}";
        assert_eq!(found(text), ["ONE", "THREE", "TWO"]);
        assert_eq!(found("if: x == 'secrets'"), [""; 0]);
    }
}
