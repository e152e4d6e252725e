//! What the registry keeps about a package: its versions, when each was published, and by whom.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use trustpub_analysis::parse_version;

/// The fields of a packument that say who published what. What has another form than expected counts as not said.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Packument {
    /// The package's name.
    pub(crate) name: String,
    #[serde(default, rename = "dist-tags", deserialize_with = "texts")]
    dist_tags: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "versions")]
    versions: BTreeMap<String, PublishedVersion>,
    #[serde(default, deserialize_with = "texts")]
    time: BTreeMap<String, String>,
}

/// A published version.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct PublishedVersion {
    #[serde(default, rename = "_npmUser", deserialize_with = "short")]
    user: Option<User>,
    #[serde(default, deserialize_with = "short")]
    pub(crate) dist: Dist,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct User {
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, rename = "trustedPublisher", deserialize_with = "lenient")]
    trusted_publisher: Option<RecordedPublisher>,
}

#[derive(Clone, Debug, Deserialize)]
struct RecordedPublisher {
    id: String,
}

/// What is known of the tarball.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Dist {
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) integrity: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub(crate) attestations: Option<Attestations>,
}

/// That there are attestations. They themselves are in a document of their own.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Attestations {
    #[serde(default, deserialize_with = "lenient")]
    provenance: Option<Provenance>,
}

#[derive(Clone, Debug, Deserialize)]
struct Provenance {
    #[serde(rename = "predicateType")]
    predicate_type: String,
}

/// The publisher of a version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Publisher {
    /// A workflow, by trusted publishing: where it runs, `github` for example.
    Trusted(String),
    /// A person or a machine with a token: the name of the account.
    Token(String),
    /// The registry does not say.
    Unknown,
}

impl Packument {
    /// Reads a packument while it arrives, so that the many unused fields are never kept.
    pub fn read(reader: impl Read) -> Result<Self, serde_json::Error> {
        serde_json::from_reader(reader)
    }

    /// The versions from the oldest to the newest. Without all times the numbers have to do.
    pub(crate) fn by_age(&self) -> Vec<&str> {
        let mut versions: Vec<&str> = self.versions.keys().map(String::as_str).collect();
        // Versions of the same second, or without times, are in the order of their numbers.
        versions.sort_by_cached_key(|version| parse_version(version));
        if versions.iter().all(|version| self.time.contains_key(*version)) {
            versions.sort_by_key(|version| self.time.get(*version));
        }
        versions
    }

    /// The version that is meant by a version, a dist-tag, or nothing.
    pub(crate) fn resolve(&self, asked: Option<&str>) -> Option<&str> {
        let existing = |version: &str| {
            self.versions
                .get_key_value(version)
                .map(|(version, _)| version.as_str())
        };
        match asked {
            Some(asked) => existing(asked)
                .or_else(|| existing(self.dist_tags.get(asked)?))
                .or_else(|| existing(asked.strip_prefix('v')?)),
            None => self
                .dist_tags
                .get("latest")
                .and_then(|latest| existing(latest))
                .or_else(|| self.by_age().last().copied()),
        }
    }

    pub(crate) fn version(&self, version: &str) -> Option<&PublishedVersion> {
        self.versions.get(version)
    }

    /// When a version was published, as the registry writes it.
    pub(crate) fn time(&self, version: &str) -> Option<&str> {
        self.time.get(version).map(String::as_str)
    }
}

impl PublishedVersion {
    pub(crate) fn publisher(&self) -> Publisher {
        match &self.user {
            Some(User {
                trusted_publisher: Some(trusted),
                ..
            }) => Publisher::Trusted(trusted.id.clone()),
            Some(User { name: Some(name), .. }) => Publisher::Token(name.clone()),
            _ => Publisher::Unknown,
        }
    }

    /// The kind of provenance that the packument names.
    pub(crate) fn predicate_type(&self) -> Option<&str> {
        let provenance = self.dist.attestations.as_ref()?.provenance.as_ref()?;
        Some(&provenance.predicate_type)
    }
}

/// A value of the expected form, or none. A registry of another make may write something else.
///
/// The value is kept as text until its form is known: as a tree it would take many times as much memory.
fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = Box::<RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(value.get()).unwrap_or_default())
}

/// More bytes than any field has that somebody needs: npm's signature in `dist` has some hundred.
const MOST_BYTES: usize = 16 * 1024;
/// node-semver takes no version for one that is longer. Source: `MAX_LENGTH` in internal/constants.js of semver 7.
const LONGEST_VERSION: usize = 256;

/// The same as `lenient`, for a field that is short in every honest answer: one that is long counts as not said.
fn short<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = Box::<RawValue>::deserialize(deserializer)?;
    let text = Some(value.get()).filter(|text| text.len() <= MOST_BYTES);
    Ok(text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default())
}

/// The versions of a package; one that is null is none.
fn versions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, PublishedVersion>, D::Error> {
    let versions: Option<Bounded<Option<PublishedVersion>>> = Option::deserialize(deserializer)?;
    let versions = versions.unwrap_or_default().0.into_iter();
    Ok(versions
        .filter_map(|(number, version)| Some((number, version?)))
        .collect())
}

/// The texts of an object. In `time`, npm also notes as an object that a package was unpublished.
fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values: Bounded<Box<RawValue>> = lenient(deserializer)?;
    let values = values.0.into_iter();
    let values = values.filter(|(_, value)| value.get().len() <= LONGEST_VERSION);
    Ok(values
        .filter_map(|(key, value)| Some((key, serde_json::from_str(value.get()).ok()?)))
        .collect())
}

/// An object with a number of entries that a package can have.
struct Bounded<V>(BTreeMap<String, V>);

/// Packages that are published with every commit have some ten thousand versions.
const MOST_ENTRIES: usize = 100_000;

impl<V> Default for Bounded<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Bounded<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Entries<V> {
            type Value = Bounded<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = BTreeMap::new();
                let mut count = 0;
                while let Some((key, value)) = map.next_entry::<String, V>()? {
                    count += 1;
                    if count > MOST_ENTRIES {
                        return Err(A::Error::custom("more than 100,000 versions"));
                    }
                    if key.len() <= LONGEST_VERSION {
                        entries.insert(key, value);
                    }
                }
                Ok(Bounded(entries))
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_is_null_is_none() {
        let read = packument(r#"{"name": "w", "versions": {"1.0.0": null, "1.1.0": {}}}"#);
        assert_eq!(read.by_age(), ["1.1.0"]);
        let read = packument(r#"{"name": "w", "versions": null}"#);
        assert_eq!(read.by_age(), [] as [&str; 0]);
    }

    #[test]
    fn what_is_too_long_to_be_true_is_not_said() {
        let long = "9".repeat(70_000);
        let read = packument(&format!(
            r#"{{"name": "w", "versions": {{"1.0.{long}": {{}}, "1.0.0": {{"_npmUser": {{"name": "{long}"}}}}}},
                "time": {{"1.0.0": "{long}"}}}}"#
        ));
        assert_eq!(read.by_age(), ["1.0.0"]);
        assert_eq!(read.time("1.0.0"), None);
        assert_eq!(read.version("1.0.0").unwrap().publisher(), Publisher::Unknown);
    }

    fn packument(text: &str) -> Packument {
        Packument::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn versions_are_in_the_order_of_their_times() {
        for (time, expected) in [
            (
                r#"{"1.0.0": "2024-01-01", "2.0.0": "2024-01-02", "1.0.1": "2024-01-03", "0.0.1": "2020-01-01"}"#,
                ["1.0.0", "2.0.0", "1.0.1"],
            ),
            (
                r#"{"1.0.0": "2024-01-01", "2.0.0": "2024-01-02"}"#,
                ["1.0.0", "1.0.1", "2.0.0"],
            ),
            ("{}", ["1.0.0", "1.0.1", "2.0.0"]),
            ("7", ["1.0.0", "1.0.1", "2.0.0"]),
        ] {
            let text = format!(
                r#"{{"name": "x", "versions": {{"1.0.0": {{}}, "1.0.1": {{}}, "2.0.0": {{}}}}, "time": {time}}}"#
            );
            assert_eq!(packument(&text).by_age(), expected, "{time}");
        }
    }

    #[test]
    fn a_version_is_found_by_number_and_by_tag() {
        let packument = packument(
            r#"{"name": "x", "dist-tags": {"latest": "1.0.0", "next": "2.0.0-0", "gone": "3.0.0"}, "versions": {"1.0.0": {}, "2.0.0-0": {}}}"#,
        );
        for (asked, expected) in [
            (None, Some("1.0.0")),
            (Some("2.0.0-0"), Some("2.0.0-0")),
            (Some("v1.0.0"), Some("1.0.0")),
            (Some("next"), Some("2.0.0-0")),
            (Some("gone"), None),
            (Some("4.0.0"), None),
        ] {
            assert_eq!(packument.resolve(asked), expected);
        }
    }

    #[test]
    fn publishers_are_told_apart() {
        for (user, expected) in [
            (
                r#"{"name": "GitHub Actions", "trustedPublisher": {"id": "github", "oidcConfigId": "oidc:1"}}"#,
                Publisher::Trusted("github".to_owned()),
            ),
            (r#"{"name": "jane"}"#, Publisher::Token("jane".to_owned())),
            (
                r#"{"name": "jane", "trustedPublisher": false}"#,
                Publisher::Token("jane".to_owned()),
            ),
            ("{}", Publisher::Unknown),
            (r#""jane""#, Publisher::Unknown),
            ("null", Publisher::Unknown),
        ] {
            let text =
                format!(r#"{{"name": "x", "versions": {{"1.0.0": {{"_npmUser": {user}, "dist": 7}}}}}}"#);
            let packument = packument(&text);
            let version = packument.version("1.0.0").unwrap();
            assert_eq!(version.publisher(), expected, "{user}");
            assert_eq!(version.predicate_type(), None);
        }
    }

    #[test]
    fn a_package_has_a_bounded_number_of_versions() {
        let document = |count: usize| {
            let versions: Vec<String> = (0..count)
                .map(|number| format!("\"0.0.{number}\":{{}}"))
                .collect();
            format!("{{\"name\":\"w\",\"versions\":{{{}}}}}", versions.join(","))
        };
        assert!(Packument::read(document(MOST_ENTRIES).as_bytes()).is_ok());
        let error = Packument::read(document(MOST_ENTRIES + 1).as_bytes()).unwrap_err();
        assert!(
            error.to_string().starts_with("more than 100,000 versions"),
            "{error}"
        );
    }

    #[test]
    fn an_unpublished_package_has_no_version() {
        let packument =
            packument(r#"{"name": "x", "time": {"1.0.0": "2024", "unpublished": {"time": "2025"}}}"#);
        assert_eq!(packument.resolve(None), None);
    }

    #[test]
    fn what_is_not_a_packument_is_an_error() {
        for text in [
            "",
            "[]",
            "<html>",
            r#"{"versions": {}}"#,
            r#"{"name": "x", "versions": 1}"#,
        ] {
            assert!(Packument::read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
