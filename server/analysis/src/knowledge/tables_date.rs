//! How old the tables of releases are. The clock is the caller's.

/// The tables that a release of Node, npm or a publishing tool makes out of date.
const RELEASES: [&str; 4] = [
    include_str!("data/node-npm.tsv"),
    include_str!("data/npm-dist-tags.tsv"),
    include_str!("data/npm-releases.tsv"),
    include_str!("data/tool-releases.tsv"),
];

/// The day of the tables of releases, for example `2026-11-29`: that of the oldest one.
#[must_use]
pub fn tables_date() -> &'static str {
    let dates = RELEASES.iter().filter_map(|table| date_in(table));
    // ISO dates sort as text. A test holds that each table has one.
    dates.min().unwrap_or("unknown")
}

/// How many days old the tables of releases are. `today` is in days since 1970-01-01.
#[must_use]
pub fn tables_age(today: u64) -> u64 {
    day_number(tables_date()).map_or(0, |day| today.saturating_sub(day))
}

fn date_in(table: &'static str) -> Option<&'static str> {
    let (_, after) = table.split_once("As of ")?;
    after.get(.."2026-11-29".len())
}

/// The days from 1970-01-01 to an ISO date in the Gregorian calendar.
fn day_number(date: &str) -> Option<u64> {
    let mut parts = date.split('-').map(str::parse::<u64>);
    let [year, month, day] = [parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?];
    // A year that begins in March has its leap day at the end.
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let days_to_month = (153 * ((month + 9) % 12) + 2) / 5;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + days_to_month + day;
    days.checked_sub(719_469)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_table_has_a_date() {
        for table in RELEASES {
            assert!(
                date_in(table).and_then(day_number).is_some(),
                "{}",
                table.lines().next().unwrap()
            );
        }
        assert!(tables_date() >= "2026-11-29");
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (date, days) in [
            ("1970-01-01", 0),
            ("1970-03-01", 59),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2026-11-29", 20_786),
            ("2028-12-31", 21_549),
        ] {
            assert_eq!(day_number(date), Some(days), "{date}");
        }
        assert_eq!(day_number("yesterday"), None);
    }

    #[test]
    fn age_is_that_of_the_given_day() {
        let day = day_number(tables_date()).unwrap();
        assert_eq!([day - 1, day, day + 181].map(tables_age), [0, 0, 181]);
    }
}
