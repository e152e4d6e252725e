//! The day of a line: a log that is older than trusted publishing is about an access token.

/// A year, a month and a day.
pub(crate) type Day = (u32, u32, u32);

/// The day on which npm 11.5.1 was published, the first that exchanges ID tokens: `time` in the registry's document of npm. GitHub
/// announced trusted publishing on 31 July 2025.
const FIRST_WITH_OIDC: Day = (2025, 7, 25);

/// The first and the last day that are believed.
const YEARS: std::ops::RangeInclusive<Day> = (2015, 1, 1)..=(2100, 1, 1);

/// Whether npm could not exchange ID tokens on that day.
pub(crate) fn is_before_oidc(day: Day) -> bool {
    day < FIRST_WITH_OIDC
}

/// The day on which a line was printed: of the time that GitHub puts before it, or of the name of the log that npm wrote on that
/// day. None if it has neither.
pub(super) fn day_of(line: &str, time: &str) -> Option<Day> {
    let of_log = line.split("_logs").nth(1).and_then(|rest| rest.get(1..));
    day(time).or_else(|| of_log.and_then(day))
}

/// `2026-11-23T10` at the start of a text.
fn day(text: &str) -> Option<Day> {
    let (date, rest) = text.split_at_checked("2026-11-23".len())?;
    let mut parts = date.split('-');
    let mut number = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length)?;
        part.parse::<u32>().ok()
    };
    let day = (number(4)?, number(2)?, number(2)?);
    let is_time = rest
        .strip_prefix('T')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (is_time && YEARS.contains(&day)).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_its_day() {
        for (line, time, expected) in [
            (
                "npm ERR! code E404",
                "2024-02-27T01:20:58.1000000Z npm ERR! code E404",
                Some((2024, 2, 27)),
            ),
            (
                "npm error log: /home/runner/.npm/_logs/2026-02-03T15_15_46_114Z-debug-0.log",
                "npm",
                Some((2026, 2, 3)),
            ),
            (
                r"npm ERR!  C:\npm-cache\_logs\2023-08-08T06_44_00_000Z-debug-0.log",
                "npm",
                Some((2023, 8, 8)),
            ),
            ("npm ERR! code E404", "npm ERR! code E404", None),
            ("see the_logs", "see the_logs", None),
            ("+ w@2024-02-27T1", "+ w@2024-02-27T1", None),
            ("w", "2024-02-27 w", None),
            ("w", "2024-2-27T01 w", None),
            ("w", "0000-00-00T00 w", None),
            ("w", "9999-99-99T00 w", None),
            ("_logs/é024-02-27T01", "é", None),
        ] {
            assert_eq!(day_of(line, time), expected, "{line}");
        }
    }

    #[test]
    fn npm_could_not_exchange_id_tokens_before_its_release_that_does() {
        assert!(is_before_oidc((2025, 7, 24)) && is_before_oidc((2021, 1, 1)));
        assert!(!is_before_oidc((2025, 7, 25)) && !is_before_oidc((2026, 1, 1)));
    }
}
