//! What a finding is known by from one run to the next, whatever line it moves to.

use std::collections::{BTreeMap, HashMap};

use trustpub_analysis::{Diagnostic, FilePath, file_secret_ranges};

use crate::report::Source;

/// A finding with what it is known by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Finding {
    pub(crate) diagnostic: Diagnostic,
    /// Tells it from the other findings of its rule in its file: a hash of the words of its line, and which one it is of
    /// those with the same. What trustpub says about it has no influence, so that a new version gives the same.
    pub(crate) fingerprint: String,
}

/// Findings with their fingerprints, in the same order.
pub(crate) fn with_fingerprints(
    diagnostics: Vec<Diagnostic>,
    sources: &BTreeMap<FilePath, Source>,
) -> Vec<Finding> {
    let mut numbers: HashMap<(&'static str, FilePath, u64), usize> = HashMap::new();
    let findings = diagnostics.into_iter().map(|diagnostic| {
        let line = sources
            .get(&diagnostic.path)
            .map_or("", |source| line_at(&source.text, diagnostic.range.start()));
        let hash = hash(&words(&diagnostic.path, line));
        let key = (diagnostic.rule, diagnostic.path.clone(), hash);
        let number = numbers.entry(key).or_default();
        *number += 1;
        Finding {
            fingerprint: format!("{hash:016x}:{number}"),
            diagnostic,
        }
    });
    findings.collect()
}

fn line_at(text: &str, offset: usize) -> &str {
    let bytes = text.as_bytes();
    let offset = offset.min(bytes.len());
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let before = bytes.get(..offset).unwrap_or_default();
    let start = before.iter().rposition(is_end).map_or(0, |end| end + 1);
    let after = bytes.get(offset..).unwrap_or_default();
    let end = after
        .iter()
        .position(is_end)
        .map_or(bytes.len(), |length| offset + length);
    text.get(start..end).unwrap_or_default()
}

/// The words of a line without blanks around them. Secrets are left out: a baseline with a hash of one would help to guess it.
fn words(path: &FilePath, line: &str) -> String {
    let mut shown = String::new();
    let mut end = 0;
    for secret in file_secret_ranges(path.as_str(), line) {
        shown.push_str(line.get(end..secret.start()).unwrap_or_default());
        shown.push_str("***");
        end = secret.end();
    }
    shown.push_str(line.get(end..).unwrap_or_default());
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// FNV-1a with 64 bits, <http://www.isthe.com/chongo/tech/comp/fnv/>. The hash of the standard library may differ from
/// release to release, and this one is kept in files.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use trustpub_analysis::Severity;

    use super::*;
    use crate::output::test_report::{TestRepository, WORKFLOW};

    fn fingerprints(text: &str, places: &[&str]) -> Vec<String> {
        let repository = places
            .iter()
            .fold(TestRepository::new("", &[(WORKFLOW, text)]), |repository, at| {
                repository.diagnostic(Severity::Error, "x", (WORKFLOW, at), "Message.")
            });
        let report = repository.report();
        let findings = report.findings();
        findings.map(|(_, finding)| finding.fingerprint.clone()).collect()
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        // From the test vectors of the algorithm's authors.
        assert_eq!(hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_finding_that_moves_stays_the_same() {
        let before = fingerprints("on: push\njobs: {}\n", &["jobs"]);
        for moved in ["jobs: {}", "a\n\n\njobs: {}\nb", "\r\n  jobs:   {}\r\n"] {
            assert_eq!(fingerprints(moved, &["jobs"]), before, "{moved:?}");
        }
        assert_ne!(fingerprints("jobs: {a: b}", &["jobs"]), before);
    }

    #[test]
    fn the_same_words_are_counted() {
        let found = fingerprints("run: one\nrun:  one # 2\nrun:   one\n", &["run: ", "run:   "]);
        let (first, second) = (&found[0], &found[1]);
        assert_eq!(first.strip_suffix(":1"), second.strip_suffix(":2"), "{found:?}");
    }

    #[test]
    fn a_secret_has_no_influence() {
        let line = |token: &str| fingerprints(&format!("NODE_AUTH_TOKEN: {token}"), &["NODE"]);
        assert_eq!(
            line("npm_0123456789abcdefABCDEF0123456789abcd"),
            line("npm_abcdABCDEF0123456789abcdef0123456789")
        );
    }

    #[test]
    fn no_offset_is_out_of_place() {
        for offset in 0..12 {
            line_at("é\r\n😀x", offset);
        }
        assert_eq!(line_at("a\nb", 1), "a");
        assert_eq!(line_at("a\nb", 2), "b");
    }
}
