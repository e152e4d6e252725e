//! Marked text: how rules and fixes are tested.
//!
//! A fixture is a repository in one text. It may be indented like the code around it.
//!
//! ```text
//! #- repository: acme/widget
//! #- .github/workflows/release.yml
//! permissions:
//!   contents: read
//!   id-token: read
//! #           ^^^^ error💡[id-token-value-invalid]: `npm publish` will fail …
//! #- package.json
//! { "name": "widget" }
//! //        ^^^^^^^^ related[some-rule]: …
//! #- unreadable: .npmrc
//! ```
//!
//! * `#- path` starts a file, whatever its kind; `#- repository: owner/name` says whose repository it is;
//!   `#- unreadable: path` is a file that exists and cannot be read.
//! * A **caret line** expects a diagnostic in the line above it and is not part of the file:
//!   `# ^^^ severity[rule-id]: message`. Several may follow one line. In JSON it starts with `//`. Where the
//!   comment sign would be in the carets' place it is left out.
//! * Carets are counted in characters. `!` stands for the empty range before the character above it. `^^^…+2` is
//!   a range that ends two lines further down, `^^^…` one that ends on any later line.
//! * After the severity, `💡` says that there is a safe fix, `💡?` that there are only unsafe ones.
//! * A message that ends in `…` is a beginning; without a message, any will do.
//! * `related[rule-id]` marks a place that explains a diagnostic of the rule, and `help[rule-id]` its help; these count only where
//!   marked.
//! * `$0` is the cursor, in the functions about fixes only.
//!
//! Whatever is tested, every diagnostic must keep its promises (see [`broken_promises`]), and the workspace must
//! say the same however its files came in.

mod analyser;
mod compare;
mod fix;
mod fix_laws;
mod fix_verification;
mod fixture;
mod leaves;
mod mark;
#[cfg(test)]
mod monorepo;
mod one_voice;
mod random;
mod repository;
mod sites;
#[cfg(test)]
mod tests;
mod yaml_jobs;

pub use analyser::broken_promises;
pub use fix::MOST_ROUNDS;
pub use fix_laws::run_of_fix;
pub use fix_verification::verify_fix;
pub use fixture::Fixture;
#[cfg(test)]
pub(crate) use monorepo::monorepo;
pub use one_voice::contradictions;
pub use random::Random;
pub use repository::{TestFile, TestRepository};
pub use yaml_jobs::{YamlJob, yaml_jobs};

use crate::checker::rule::{FixAvailability, Rule};
use crate::diagnostic::Severity;
use analyser::WorkspaceAnalyser;

/// A rule that finds nothing, for tests of what shows rules.
pub const fn sample_rule(docs: &'static [&'static str]) -> Rule {
    Rule {
        id: "some-rule",
        summary: "Something is wrong.",
        severity: Severity::Error,
        fix: FixAvailability::Safe,
        docs,
        check: |_, _| {},
    }
}

/// Checks that the diagnostics are exactly those that the caret lines expect.
#[track_caller]
pub fn check(fixture: &str) {
    pass(compare::compare(&WorkspaceAnalyser, None, fixture));
}

/// Checks that the diagnostics of `rule` are exactly those that the caret lines expect. Other rules may say what
/// they like.
#[track_caller]
pub fn check_rule(rule: &str, fixture: &str) {
    pass(compare::compare(&WorkspaceAnalyser, Some(rule), fixture));
}

/// Checks the publish sites, a line each: the place (`release.yml:12 publish`: file, line, job) and the fields
/// that matter, as in `; publisher=npm; npm=11.5.1; outcome=oidc`. What is unknown is `-`; lists are joined by
/// `, `. The fields: publisher, text, packages, registry, npm, node, id-token, credentials, outcome, error,
/// entry, summary.
#[track_caller]
pub fn check_sites(fixture: &str, expected: &str) {
    pass(sites::compare_sites(fixture, expected));
}

/// Applies the first fix of `rule`, at the cursor where there is one, and checks that it gives `after`, in which
/// files that stay as they are may be left out. The fix must hold what every fix promises (see [`verify_fix`]),
/// remove its diagnostic and, applied again, come to an end.
#[track_caller]
pub fn check_fix(rule: &str, before: &str, after: &str) {
    pass(fix::compare_fix(&WorkspaceAnalyser, rule, None, before, after));
}

/// As [`check_fix`], for the fix with this title.
#[track_caller]
pub fn check_fix_titled(rule: &str, title: &str, before: &str, after: &str) {
    pass(fix::compare_fix(
        &WorkspaceAnalyser,
        rule,
        Some(title),
        before,
        after,
    ));
}

/// Checks that `rule` reports something, at the cursor where there is one, and offers no fix for it.
#[track_caller]
pub fn no_fix(rule: &str, fixture: &str) {
    pass(fix::expect_no_fix(&WorkspaceAnalyser, rule, fixture));
}

#[track_caller]
fn pass(result: Result<(), String>) {
    if let Err(message) = result {
        panic!("{message}");
    }
}
