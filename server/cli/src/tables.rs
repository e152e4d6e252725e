//! The age of the tables of Node, npm and publishing tools. This is the only place that looks at the clock.

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use trustpub_analysis::{tables_age, tables_date};

/// Users of tables that are older are told.
const MOST_DAYS: u64 = 180;
const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;

/// What `--version` says beside the name; `-V` is shorter.
pub(crate) static LONG_VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{}\n{}", env!("CARGO_PKG_VERSION"), date_line()));

/// Of which day the tables are.
pub(crate) fn date_line() -> String {
    format!("Tables of Node, npm and publishing tools: {}", tables_date())
}

/// Today, in days since 1970-01-01; 0 if the clock is before that.
pub(crate) fn today() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() / SECONDS_OF_A_DAY)
}

/// What a user should know on this day about the age of the tables.
pub(crate) fn age_note(today: u64) -> Option<String> {
    let days = tables_age(today);
    (days > MOST_DAYS).then(|| {
        format!(
            "trustpub's tables of Node, npm and publishing tools are {days} days old ({}): update trustpub to know newer releases",
            tables_date()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_tables_are_mentioned() {
        let day = (0..).find(|day| tables_age(*day) == 1).unwrap() - 1;
        assert_eq!(age_note(0), None);
        assert_eq!(age_note(day + MOST_DAYS), None);
        let note = age_note(day + MOST_DAYS + 1).unwrap();
        assert!(
            note.contains("are 181 days old (20") && !note.contains('\n'),
            "{note}"
        );
    }

    #[test]
    fn long_version_begins_with_the_short_one() {
        let (version, tables) = LONG_VERSION.split_once('\n').unwrap();
        assert_eq!(version, env!("CARGO_PKG_VERSION"));
        assert_eq!(tables, date_line());
    }
}
