//! Are the labelled problems reported, at the right place?

use trustpub_analysis::rules::rule;
use trustpub_analysis::{Diagnostic, FileKind};

use crate::folder::Folder;
use crate::labels::{Labels, Row};
use crate::score::{Figure, Section};

/// Which rules report a labelled problem.
const RULES_OF: [(&str, &[&str]); 11] = [
    (
        "npm-too-old",
        &[
            "npm-too-old-node",
            "node-24-early",
            "node-version-float",
            "no-setup-node",
            "setup-node-no-version",
            "version-file-old",
            "container-old-npm",
            "npm-upgrade-insufficient",
            "corepack-npm-pin",
            "matrix-node-in-publish",
        ],
    ),
    ("npm-latest-engine-conflict", &["npm-latest-ebadengine"]),
    ("npm-selfupgrade-fragile", &["npm-upgrade-fragile"]),
    (
        "id-token-missing",
        &[
            "id-token-missing",
            "id-token-dropped-by-job",
            "id-token-value-invalid",
            "reusable-caller-no-id-token",
            "reusable-callee-no-id-token",
        ],
    ),
    ("repo-missing", &["repository-missing"]),
    ("repo-mismatch", &["repository-mismatch", "repo-renamed"]),
    ("repo-case-mismatch", &["repository-case"]),
    (
        "token-leftover",
        &["publish-token-env", "run-writes-npmrc-token", "npmrc-token-line"],
    ),
    ("tool-no-oidc", &["tool-cannot-exchange"]),
    ("dist-tag-needs-token", &["needs-login-command"]),
    ("token-env-never-read", &["registry-url-missing"]),
];

pub(crate) fn measure(labels: &Labels, folders: &[Folder]) -> Section {
    let (mut reported, mut missed, mut not_covered) = (Vec::new(), Vec::new(), Vec::new());
    for folder in folders {
        for row in labels.of(&folder.dir) {
            for problem in &row.problems {
                let rules = rules_of(problem);
                let name = format!("{problem}: {}", row.name());
                let by = folder.diagnostics.iter().find(|diagnostic| {
                    rules.contains(&diagnostic.rule) && is_at_right_place(folder, row, diagnostic)
                });
                match by {
                    Some(diagnostic) => reported.push(format!("{name} by {}", diagnostic.rule)),
                    None if rules.iter().any(|id| rule(id).is_some()) => missed.push(name),
                    None => not_covered.push(name),
                }
            }
        }
    }
    let covered = reported.len() + missed.len();
    Section {
        title: "Labelled problems",
        figures: vec![
            Figure::new("problems-reported-of-covered", reported.len(), covered),
            Figure::new(
                "problems-reported-of-all",
                reported.len(),
                covered + not_covered.len(),
            ),
        ],
        lists: vec![
            ("reported", reported),
            ("missed, although there is a rule", missed),
            ("no rule yet", not_covered),
        ],
    }
}

fn rules_of(problem: &str) -> &'static [&'static str] {
    let entry = RULES_OF.iter().find(|(id, _)| *id == problem);
    entry
        .unwrap_or_else(|| panic!("no rules are named for the problem {problem}"))
        .1
}

/// Whether the diagnostic is where the labelled job's problem is: in the job, above all jobs of its workflow, in
/// a file that it shares with others, in a composite action, or, for a reusable workflow, at its caller.
fn is_at_right_place(folder: &Folder, row: &Row, diagnostic: &Diagnostic) -> bool {
    let is_own = folder
        .diagnostics_of(row)
        .any(|own| std::ptr::eq(own, diagnostic));
    let is_shared = folder
        .shared_diagnostics()
        .any(|shared| std::ptr::eq(shared, diagnostic));
    let is_in_action = FileKind::of(diagnostic.path.as_str()) == Some(FileKind::Action);
    is_own || is_shared || is_in_action || diagnostic.rule.starts_with("reusable-")
}
