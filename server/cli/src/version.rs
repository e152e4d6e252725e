//! What `trustpub --version` says.

use std::sync::LazyLock;

use crate::tables::{age_line, today};

/// The version, the commit that it was built from where git knew it, and the age of the tables. `-V` is shorter.
pub(crate) static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let commit = option_env!("TRUSTPUB_COMMIT").map(|commit| format!("\nCommit: {commit}"));
    format!(
        "{}{}\n{}",
        env!("CARGO_PKG_VERSION"),
        commit.unwrap_or_default(),
        age_line(today())
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_version_begins_with_the_short_one_and_ends_with_the_tables() {
        let lines: Vec<&str> = LONG_VERSION.lines().collect();
        assert_eq!(lines.first(), Some(&env!("CARGO_PKG_VERSION")));
        assert_eq!(lines.last(), Some(&age_line(today()).as_str()));
        assert_eq!(
            lines.len(),
            2 + usize::from(option_env!("TRUSTPUB_COMMIT").is_some())
        );
    }
}
