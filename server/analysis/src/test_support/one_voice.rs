//! What the analysis says of a publish step must not contradict itself: an outcome and a finding, or two findings.
//!
//! * A step that fails, or is never reached, has an error that names the cause; and no step has such an error beside another
//!   outcome.
//! * A message that says what a step publishes with agrees with the outcome.
//! * No two messages about a step exclude each other.

use crate::diagnostic::{Diagnostic, Related, Severity};
use crate::publish::{Outcome, SiteReport};
use crate::rules::rules;
use crate::sources::Sources;
use crate::text::{FilePath, TextRange};
use crate::workspace::Workspace;

/// Words by which an error says that nothing is published. Other errors are about something else, for example syntax.
const FAILURES: [&str; 7] = [
    "will fail",
    "will refuse",
    "never",
    "stops",
    "ends with",
    "cannot be published",
    "Always skipped",
];

/// What a message claims, and the outcomes with which that agrees.
const CLAIMS: [(&str, &[Outcome]); 9] = [
    ("` uses a token", &[Outcome::Token]),
    ("` would use a token", &[Outcome::Token]),
    ("publishes with this token", &[Outcome::Token]),
    // What is said of a guess.
    ("publishes with npm, it will fail", &[Outcome::Unknown]),
    ("it does so with this token", &[Outcome::Token, Outcome::Unknown]),
    // It may fail for another reason.
    (
        "never tries trusted publishing",
        &[Outcome::Token, Outcome::Unknown, Outcome::Fails],
    ),
    ("needs no token for trusted publishing", &[Outcome::Oidc]),
    ("it publishes by trusted publishing", &[Outcome::Oidc]),
    (
        "masks trusted publishing",
        &[
            Outcome::Token,
            Outcome::OidcOrToken,
            Outcome::Unknown,
            Outcome::Fails,
            Outcome::NotReached,
        ],
    ),
];

/// Words that exclude each other about the same place.
const EXCLUDED_AT_A_PLACE: [(&str, &str); 3] = [
    ("has no effect", "publishes with this token"),
    ("has no effect", "masks trusted publishing"),
    ("has no effect", "never tries trusted publishing"),
];

/// Words that exclude each other about the same step, in lower case.
const EXCLUDED_AT_A_STEP: [(&str, &str); 4] = [
    ("as if a token were wrong", "falls back to the token"),
    ("publish with `npm publish`", "update "),
    ("publish with `npm publish`", "use version 4 of the action"),
    ("use version 4 of the action", " update "),
];

/// Words of advice that leave out what is known, and the number that stands for releases that are not known yet.
const NEVER_SAID: [&str; 4] = [
    "another tool",
    "another publisher",
    "use a newer",
    "18446744073709551615",
];

/// How a diagnostic belongs to a publish step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bond {
    /// It is about this step: it is there, or points to it.
    Step,
    /// It is about something that the step shares with others of its job or workflow.
    Shared,
}

/// Where the analysis contradicts itself. Nothing is compared where the user ignores findings or sets severities.
pub fn contradictions(workspace: &Workspace) -> Vec<String> {
    let is_default = workspace.with_sources(|sources| has_default_settings(workspace, sources));
    if !is_default {
        return Vec::new();
    }
    let mut paths: Vec<&FilePath> = workspace.sites().map(|site| &site.path).collect();
    paths.sort();
    paths.dedup();
    let sites: Vec<SiteReport> = paths.iter().flat_map(|path| workspace.sites_in(path)).collect();
    let mut found: Vec<String> = workspace
        .all_diagnostics()
        .filter(|diagnostic| {
            NEVER_SAID
                .iter()
                .any(|words| diagnostic.sentences().contains(words))
        })
        .map(|diagnostic| {
            format!(
                "{} leaves out what is known: {}",
                diagnostic.rule, diagnostic.message
            )
        })
        .collect();
    workspace.with_sources(|sources| {
        for site in &sites {
            let step = StepVoice::new(workspace, sources, site, &sites);
            let of_step = [step.of_outcome(), step.of_claims(), step.of_pairs()].concat();
            let name = format!("{} › {}: {}", site.path, site.job, site.summary);
            found.extend(of_step.into_iter().map(|what| format!("{name}; {what}")));
        }
    });
    found
}

fn has_default_settings(workspace: &Workspace, sources: &Sources<'_>) -> bool {
    let settings = sources.settings();
    let is_changed = |rule: &str| {
        settings.is_off(rule)
            || settings.severity(rule).is_some()
            || workspace
                .files()
                .any(|(path, _)| settings.ignores(rule, path).next().is_some())
    };
    let has_comment = || workspace.files().any(|(_, file)| !file.ignores.is_empty());
    !has_comment() && !rules().iter().any(|rule| is_changed(rule.id))
}

/// A publish step and what is said about it.
struct StepVoice<'v> {
    site: &'v SiteReport,
    about: Vec<(&'v Diagnostic, Bond)>,
    sites: &'v [SiteReport],
    /// Whether several ways lead to the step, so that it may fail in some of them.
    has_several_ways: bool,
}

impl<'v> StepVoice<'v> {
    fn new(
        workspace: &'v Workspace,
        sources: &Sources<'_>,
        site: &'v SiteReport,
        sites: &'v [SiteReport],
    ) -> Self {
        let about = workspace.all_diagnostics().filter_map(|diagnostic| {
            let bond = bond(sources, diagnostic, site, sites)?;
            Some((diagnostic, bond))
        });
        let callers = sources.callers_of(&site.path).len();
        Self {
            site,
            about: about.collect(),
            sites,
            has_several_ways: callers > 1 || site.ways.len() > 1 || site.job == "(composite)",
        }
    }

    fn of_outcome(&self) -> Vec<String> {
        let site = self.site;
        let errors = || {
            self.about.iter().filter(|(diagnostic, _)| {
                diagnostic.severity == Severity::Error
                    && FAILURES
                        .iter()
                        .any(|words| diagnostic.sentences().contains(words))
            })
        };
        if matches!(site.outcome, Outcome::Fails | Outcome::NotReached) {
            let names_cause = |message: &str| match site.error.map(|error| error.to_string()) {
                Some(code) => message.contains(&code) || !names_any_code(message),
                None => true,
            };
            // What is said about another step at the same words comes first there, and this step's own words at the step.
            let code = site.error.map(|error| error.to_string());
            let names_code =
                |related: &Related| code.as_ref().is_some_and(|code| related.message.contains(code));
            let is_named = errors().any(|(diagnostic, _)| {
                names_cause(&diagnostic.sentences()) || diagnostic.related.iter().any(names_code)
            });
            let listed: Vec<&str> = errors()
                .map(|(diagnostic, _)| diagnostic.message.as_str())
                .collect();
            return match is_named {
                true => Vec::new(),
                false => vec![format!("no error names the cause, only {listed:?}")],
            };
        }
        if site.outcome == Outcome::Unknown && self.has_several_ways {
            return Vec::new();
        }
        errors()
            .filter(|(diagnostic, bond)| *bond == Bond::Step || !self.is_about_another(diagnostic))
            .map(|(diagnostic, _)| format!("an error says otherwise: {}", diagnostic.message))
            .collect()
    }

    fn is_about_another(&self, diagnostic: &Diagnostic) -> bool {
        self.sites.iter().any(|site| touches(diagnostic, site))
    }

    fn of_claims(&self) -> Vec<String> {
        let of_step = self.about.iter().filter(|(_, bond)| *bond == Bond::Step);
        let mut found = Vec::new();
        for (diagnostic, _) in of_step.filter(|_| !self.has_several_ways) {
            for (words, outcomes) in CLAIMS {
                if diagnostic.sentences().contains(words) && !outcomes.contains(&self.site.outcome) {
                    found.push(format!("a message says otherwise: {}", diagnostic.message));
                }
            }
        }
        found
    }

    fn of_pairs(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (one, _) in self.about.iter().filter(|(_, bond)| *bond == Bond::Step) {
            for (other, _) in self.about.iter().filter(|(_, bond)| *bond == Bond::Step) {
                let is_pair = |(first, second): &(&str, &str)| {
                    one.sentences().contains(first) && other.sentences().contains(second)
                };
                let is_same_place = (&one.path, one.range) == (&other.path, other.range);
                let is_pair_of_words = |(first, second): &(&str, &str)| {
                    one.sentences().to_lowercase().contains(first)
                        && other.sentences().to_lowercase().contains(second)
                };
                if EXCLUDED_AT_A_STEP.iter().any(is_pair_of_words)
                    || is_same_place && EXCLUDED_AT_A_PLACE.iter().any(is_pair)
                {
                    found.push(format!("{:?} beside {:?}", one.message, other.message));
                }
            }
        }
        found
    }
}

/// Whether a message names a code of npm or of a tool: `ENEEDAUTH`, `E404`.
fn names_any_code(message: &str) -> bool {
    let mut words = message.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.any(|word| {
        let is_upper = word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        is_upper && word.len() > 3 && (word.starts_with('E') || word.starts_with("MODULE"))
    })
}

/// Whether a diagnostic is at a publish step, or points to it.
fn touches(diagnostic: &Diagnostic, site: &SiteReport) -> bool {
    let mut related = diagnostic.related.iter();
    is_at(&diagnostic.path, diagnostic.range, site)
        || related.any(|place| is_at(&place.path, place.range, site))
}

fn is_at(path: &FilePath, range: TextRange, site: &SiteReport) -> bool {
    *path == site.path && (range.intersects(site.range) || range.intersects(site.command))
}

fn bond(
    sources: &Sources<'_>,
    diagnostic: &Diagnostic,
    site: &SiteReport,
    sites: &[SiteReport],
) -> Option<Bond> {
    if touches(diagnostic, site) {
        return Some(Bond::Step);
    }
    let (path, range) = (&diagnostic.path, diagnostic.range);
    let is_elsewhere = *path != site.path
        || range.start() >= site.command.end() && jobs_hold(sources, path, range)
        || sites.iter().any(|other| is_at(path, range, other));
    if is_elsewhere {
        return None;
    }
    let Some(workflow) = sources.workflow(path) else {
        return Some(Bond::Shared);
    };
    let Some(job) = workflow.jobs.iter().find(|job| job.range.intersects(range)) else {
        return Some(Bond::Shared);
    };
    let step = job.steps.iter().find(|step| step.range.intersects(range));
    let holds = |site: &SiteReport| step.is_some_and(|step| step.range.intersects(site.range));
    let is_of_other = !holds(site) && sites.iter().any(|other| other.path == *path && holds(other));
    (job.id.value == site.job && !is_of_other).then_some(Bond::Shared)
}

/// Whether a place is inside a job, where what comes later follows.
fn jobs_hold(sources: &Sources<'_>, path: &FilePath, range: TextRange) -> bool {
    sources
        .workflow(path)
        .is_none_or(|workflow| workflow.jobs.iter().any(|job| job.range.intersects(range)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Fixture;

    /// A repository whose publish step fails, unless `node` is good.
    fn workspace(node: &str, comment: &str) -> Workspace {
        let fixture = format!(
            "#- .github/workflows/release.yml\non: push\npermissions: {{ id-token: write }}\njobs:\n  publish:\n    runs-on: \
             ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        with:\n          node-version: {node}{comment}\n      - \
             run: npm publish\n"
        );
        Fixture::parse(&fixture).unwrap().repository.workspace()
    }

    /// What is said of the one step, with the outcome and the messages that `change` makes of the true ones.
    fn said(node: &str, change: impl Fn(&mut SiteReport, &mut Vec<Diagnostic>)) -> Vec<String> {
        let workspace = workspace(node, "");
        let mut sites: Vec<SiteReport> = workspace.sites().cloned().collect();
        let mut diagnostics: Vec<Diagnostic> = workspace
            .all_diagnostics()
            .filter(|diagnostic| diagnostic.advice.is_none())
            .cloned()
            .collect();
        change(&mut sites[0], &mut diagnostics);
        let step = StepVoice {
            site: &sites[0],
            about: diagnostics
                .iter()
                .map(|diagnostic| (diagnostic, Bond::Step))
                .collect(),
            sites: &sites,
            has_several_ways: false,
        };
        [step.of_outcome(), step.of_claims(), step.of_pairs()].concat()
    }

    #[test]
    fn an_outcome_and_its_errors_go_together() {
        assert_eq!(said("20", |_, _| {}), [""; 0]);
        assert_eq!(said("20", |_, found| found.clear()).len(), 1);
        assert_eq!(said("20", |site, _| site.outcome = Outcome::Oidc).len(), 1);
        assert_eq!(said("20", |site, _| site.outcome = Outcome::Unknown).len(), 1);
        // The code is that of another cause.
        assert_eq!(
            said("20", |_, found| {
                found[0].message = "this will fail with E422".to_owned();
            })
            .len(),
            1
        );
        assert_eq!(said("24", |_, _| {}), [""; 0]);
        assert_eq!(said("24", |site, _| site.outcome = Outcome::Fails).len(), 1);
    }

    #[test]
    fn messages_agree_with_the_outcome_and_with_each_other() {
        let with = |messages: [&str; 2]| {
            said("20", |_, found| {
                let first = found[0].clone();
                found.extend(messages.map(|message| Diagnostic {
                    message: message.to_owned(),
                    severity: Severity::Information,
                    ..first.clone()
                }));
            })
        };
        assert_eq!(with(["fine", "this gets this token"]), [""; 0]);
        assert_eq!(with(["fine", "it publishes with this token"]).len(), 1);
        assert_eq!(
            with(["`A` has no effect", "`A` masks trusted publishing"]).len(),
            1
        );
        // The step fails.
        assert_eq!(with(["fine", "if `x` publishes with npm, it will fail"]).len(), 1);
        assert_eq!(
            with(["fine", "if `x` publishes, it does so with this token"]).len(),
            1
        );
        assert_eq!(
            with(["publish with `npm publish`", "it fails: update lerna to 9"]).len(),
            1
        );
    }

    #[test]
    fn what_the_user_ignores_is_not_missed() {
        let ignored = workspace("20", " # trustpub: ignore[npm-too-old-node] known");
        assert_eq!(ignored.sites().next().unwrap().outcome, Outcome::Fails);
        assert_eq!(contradictions(&ignored), [""; 0]);
    }
}
