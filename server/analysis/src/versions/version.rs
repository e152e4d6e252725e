//! Versions and ranges as Node and npm read them, and judgements about versions that are not known for certain.
//!
//! All of the crate takes versions from here, so that the library that implements them is named in one place.
//! Never use `allows_all` of a range: it is true as soon as one pair of alternatives fits, so `>=22.14.0`
//! would "allow all" of `22.x || 24.x`. Test versions with `satisfies` instead.

pub(crate) use nodejs_semver::{Range as VersionRange, Version};

/// Whether something is so, as far as the files tell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Truth {
    /// It is certainly so.
    Yes,
    /// It is certainly not so.
    No,
    /// It is not known, or it depends on the runner.
    Maybe,
}

impl Truth {
    /// Whether it is certainly so.
    pub(crate) fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Whether it is certainly not so.
    pub(crate) fn is_no(self) -> bool {
        self == Self::No
    }

    /// What holds for all cases of which exactly one will happen: `Maybe` as soon as they differ, and where
    /// there is no case at all.
    pub(crate) fn of_all(cases: impl IntoIterator<Item = Self>) -> Self {
        let mut cases = cases.into_iter();
        let Some(first) = cases.next() else {
            return Self::Maybe;
        };
        if cases.all(|case| case == first) {
            first
        } else {
            Self::Maybe
        }
    }

    /// Whether it is so in at least one case; no case means that it is not.
    pub(crate) fn of_any(cases: impl IntoIterator<Item = Self>) -> Self {
        let mut found = Self::No;
        for case in cases {
            match case {
                Self::Yes => return Self::Yes,
                Self::Maybe => found = Self::Maybe,
                Self::No => {}
            }
        }
        found
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
        }
    }
}

/// A complete version: `24.1.0`, `v24.1.0`, `=24.1.0`, with blanks around it.
pub fn parse_version(text: &str) -> Option<Version> {
    let text = text.trim();
    let text = text.strip_prefix('=').unwrap_or(text).trim_start();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    // The library would ignore a fourth number, and Node and npm refuse it.
    let numbers = text.split(['-', '+']).next()?;
    (numbers.split('.').count() == 3)
        .then(|| Version::parse(text).ok())
        .flatten()
}

/// A version of which the end may be missing: `v24.1` is 24.1.0 and `24` is 24.0.0.
pub(crate) fn parse_loose(text: &str) -> Option<Version> {
    if let Some(version) = parse_version(text) {
        return Some(version);
    }
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut parts = text.split('.').map(str::parse::<u64>);
    let major = parts.next()?.ok()?;
    let minor = parts.next().unwrap_or(Ok(0)).ok()?;
    parts.next().is_none().then(|| Version::from((major, minor, 0)))
}

/// A range as npm writes it: `^24`, `24.x`, `>=20 <23`, `20 || 22`; `*` where it is empty.
pub fn parse_range(text: &str) -> Option<VersionRange> {
    let text = text.trim();
    VersionRange::parse(if text.is_empty() { "*" } else { text }).ok()
}

/// Whether the version, which is one of `candidates`, is `minimum` or newer. No candidate means that nothing
/// is known.
pub(crate) fn at_least(candidates: &[Version], minimum: &Version) -> Truth {
    Truth::of_all(candidates.iter().map(|version| Truth::from(version >= minimum)))
}

/// Adds a version to the candidates unless it is among them.
pub(crate) fn add_candidate(candidates: &mut Vec<Version>, version: Version) {
    if !candidates.contains(&version) {
        candidates.push(version);
    }
}

/// The number of a release that is later than all known ones. No text can be read as this number.
const LATER: u64 = u64::MAX;

/// The versions of a release of which only the lowest is known, and the highest major where there is one: the lowest, and
/// one that stands for the later ones of each kind. Whatever holds for all of them is certain; whatever depends on the
/// exact version is open.
pub(crate) fn or_later(lowest: Version, highest_major: Option<u64>) -> Vec<Version> {
    let major = lowest.major();
    let later_major = match highest_major {
        Some(highest) => (highest > major).then_some(highest),
        None => Some(LATER),
    };
    let of_line = Version::from((major, LATER, 0_u64));
    let of_later = later_major.map(|major| Version::from((major, LATER, 0_u64)));
    [lowest, of_line].into_iter().chain(of_later).collect()
}

/// As [`or_later`], for the releases in a range from which nothing is known yet: all of them are later than the known ones.
pub(crate) fn later_in(range: &VersionRange) -> Vec<Version> {
    let Some(lowest) = range.min_version() else {
        return Vec::new();
    };
    let (major, minor) = (lowest.major(), lowest.minor());
    let later = [(major, minor, LATER), (major, LATER, 0), (LATER, 0, 0)].map(Version::from);
    let inside = later.into_iter().filter(|version| range.satisfies(version));
    std::iter::once(lowest).chain(inside).collect()
}

/// Whether this stands for releases that are not known yet. It must not be shown as it is.
pub(crate) fn is_later(version: &Version) -> bool {
    [version.major(), version.minor(), version.patch()].contains(&LATER)
}

/// The versions that can be shown, the lowest first, and what is to be added to them: nothing, "or later", or "or a later
/// 10.x" where no other major is possible.
pub(crate) fn shown_versions(candidates: &[Version]) -> (Vec<&Version>, String) {
    let mut known: Vec<&Version> = candidates.iter().filter(|version| !is_later(version)).collect();
    known.sort();
    known.dedup();
    let highest = candidates.iter().filter(|version| is_later(version)).max();
    let suffix = match highest.map(Version::major) {
        None => String::new(),
        Some(LATER) => " or later".to_owned(),
        Some(major) => format!(" or a later {major}.x"),
    };
    (known, suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(version: Option<Version>) -> Option<String> {
        version.map(|version| version.to_string())
    }

    #[test]
    fn reads_complete_versions() {
        for (given, expected) in [
            ("24.1.0", Some("24.1.0")),
            (" v24.1.0 ", Some("24.1.0")),
            ("=24.1.0", Some("24.1.0")),
            ("26.0.0-rc.1", Some("26.0.0-rc.1")),
            ("24.1", None),
            ("24", None),
            ("latest", None),
            ("", None),
        ] {
            assert_eq!(text(parse_version(given)).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn fills_the_end_of_loose_versions() {
        for (given, expected) in [
            ("v24.1", Some("24.1.0")),
            ("24", Some("24.0.0")),
            ("24.1.2", Some("24.1.2")),
            ("24.x", None),
            ("24.1.2.3", None),
            ("node", None),
            ("", None),
        ] {
            assert_eq!(text(parse_loose(given)).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn ranges_follow_npm() {
        for (version, range, expected) in [
            ("24.1.0", "24", true),
            ("24.1.0", "24.x", true),
            ("24.1.0", "24.0", false),
            ("24.1.0", "v24", true),
            ("24.1.0", " 24 ", true),
            ("24.1.0", "~24.1", true),
            ("24.1.0", "^24.2", false),
            ("24.1.0", ">=22", true),
            ("22.1.0", ">=20 <23", true),
            ("22.1.0", "20 || 22", true),
            ("22.1.0", "18 - 22", true),
            ("24.1.0", "*", true),
            ("24.1.0", "x", true),
            ("24.1.0", "", true),
            ("24.1.0", "eol", false),
        ] {
            let parsed = parse_version(version).unwrap();
            let is_inside = parse_range(range).is_some_and(|range| range.satisfies(&parsed));
            assert_eq!(is_inside, expected, "{version} in {range:?}");
        }
    }

    #[test]
    fn candidates_give_three_answers() {
        let versions =
            |texts: &[&str]| -> Vec<Version> { texts.iter().filter_map(|t| parse_version(t)).collect() };
        let minimum = parse_version("11.5.1").unwrap();
        for (candidates, expected) in [
            (versions(&["11.5.1"]), Truth::Yes),
            (versions(&["11.16.0", "12.2.0"]), Truth::Yes),
            (versions(&["10.9.8"]), Truth::No),
            (versions(&["10.9.8", "11.17.0"]), Truth::Maybe),
            (versions(&[]), Truth::Maybe),
        ] {
            assert_eq!(at_least(&candidates, &minimum), expected, "{candidates:?}");
        }
    }

    fn shown(candidates: &[Version]) -> String {
        let (known, suffix) = shown_versions(candidates);
        let known: Vec<String> = known.into_iter().map(ToString::to_string).collect();
        known.join(", ") + &suffix
    }

    #[test]
    fn a_lower_bound_leaves_open_what_later_releases_may_change() {
        let v = |text| parse_version(text).unwrap();
        for (highest, expected, [above, below]) in [
            (None, "11.19.1 or later", [Truth::Maybe, Truth::Yes]),
            (Some(11), "11.19.1 or a later 11.x", [Truth::Maybe, Truth::Yes]),
            (Some(12), "11.19.1 or a later 12.x", [Truth::Maybe, Truth::Yes]),
        ] {
            let found = or_later(v("11.19.1"), highest);
            assert_eq!(shown(&found), expected);
            assert_eq!(at_least(&found, &v("11.21.0")), above, "{highest:?}");
            assert_eq!(at_least(&found, &v("11.5.1")), below, "{highest:?}");
        }
        let npm_10 = or_later(v("10.9.9"), Some(10));
        assert_eq!(at_least(&npm_10, &v("11.5.1")), Truth::No);
        assert_eq!(shown(&[v("10.9.9"), v("10.9.8")]), "10.9.8, 10.9.9");
    }

    #[test]
    fn a_range_without_known_releases_has_later_ones() {
        for (range, expected) in [
            ("28", "28.0.0 or a later 28.x"),
            ("~28.3", "28.3.0 or a later 28.x"),
            (">=28", "28.0.0 or later"),
            ("28.3.0", "28.3.0"),
            (">28.3.0 <30", "28.3.1 or a later 28.x"),
        ] {
            assert_eq!(
                shown(&later_in(&parse_range(range).unwrap())),
                expected,
                "{range}"
            );
        }
        let later = later_in(&parse_range("28").unwrap());
        let engines = parse_range("^24.15.0 || >=26.0.0").unwrap();
        assert!(later.iter().all(|version| engines.satisfies(version)));
        assert!(parse_version(&format!("28.{LATER}.0")).is_none());
    }
}
