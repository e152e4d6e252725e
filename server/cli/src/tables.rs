//! The age of the tables of Node, npm and publishing tools. This is the only place that looks at the clock.

use std::time::{SystemTime, UNIX_EPOCH};

use trustpub_analysis::{tables_age, tables_date};

/// Users of tables that are older are told.
const MOST_DAYS: u64 = 180;
const SECONDS_OF_A_DAY: u64 = 24 * 60 * 60;

/// Of which day the tables are.
pub(crate) fn date_line() -> String {
    format!("Tables of Node, npm and publishing tools: {}", tables_date())
}

/// The same with their age on this day.
pub(crate) fn age_line(today: u64) -> String {
    let age = match tables_age(today) {
        0 => "today".to_owned(),
        days => format!("{} old", count_of_days(days)),
    };
    format!("{} ({age})", date_line())
}

fn count_of_days(days: u64) -> String {
    format!("{days} {}", if days == 1 { "day" } else { "days" })
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
    fn age_is_counted_in_days() {
        let day = (0..).find(|day| tables_age(*day) == 1).unwrap() - 1;
        let ages = [0, 1, 2].map(|later| age_line(day + later).replace(&date_line(), ""));
        assert_eq!(ages, [" (today)", " (1 day old)", " (2 days old)"]);
    }

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
}
