use std::collections::BTreeSet;
use std::sync::Arc;

use super::fix_laws::broken_laws;
use super::fix_verification::verify_fix;
use super::one_voice::contradictions;
use super::repository::TestRepository;
use crate::checker::rule::FixAvailability;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::rules;
use crate::text::FilePath;
use crate::text::TextRange;
use crate::workspace::Workspace;

/// What the harness asks of the analysis. The harness's own tests put hand-made diagnostics in its place.
pub(crate) trait Analyser {
    /// The diagnostics of a repository, or a promise that the analysis broke.
    fn diagnostics(&self, repository: &TestRepository) -> Result<Vec<Diagnostic>, String>;

    /// What the rule says of its fixes; none if there is no such rule.
    fn fix_availability(&self, rule: &str) -> Option<FixAvailability>;

    /// Whether the fixes are the product's own, so that what happens at run time can be compared.
    fn is_real(&self) -> bool {
        false
    }
}

/// The analysis itself.
pub(crate) struct WorkspaceAnalyser;

impl Analyser for WorkspaceAnalyser {
    fn diagnostics(&self, repository: &TestRepository) -> Result<Vec<Diagnostic>, String> {
        let fresh: Vec<Diagnostic> = repository.workspace().all_diagnostics().cloned().collect();
        let incremental: Vec<Diagnostic> = edited_workspace(repository).all_diagnostics().cloned().collect();
        if fresh == incremental {
            return Ok(fresh);
        }
        Err(format!(
            "the workspace's answer depends on how its files came in\n\
             all at once:\n{}\none by one and edited:\n{}",
            list(&fresh),
            list(&incremental)
        ))
    }

    fn fix_availability(&self, rule: &str) -> Option<FixAvailability> {
        rules::rule(rule).map(|rule| rule.fix)
    }

    fn is_real(&self) -> bool {
        true
    }
}

/// The same repository in a workspace that has seen its files come one by one, in another order, and change:
/// what it says must be the same.
fn edited_workspace(repository: &TestRepository) -> Workspace {
    let mut workspace = Workspace::new();
    for file in repository.files.iter().rev() {
        workspace.set_file(file.path.clone(), Arc::from(""));
        workspace.check();
        file.put_into(&mut workspace);
        workspace.check();
    }
    workspace.set_repository(repository.slug.clone(), false);
    workspace.check();
    repository.offer_wanted(&mut workspace);
    workspace
}

fn list(diagnostics: &[Diagnostic]) -> String {
    let lines = diagnostics.iter().map(|diagnostic| {
        let Diagnostic {
            path, range, rule, ..
        } = diagnostic;
        format!("  {path} {range:?} {rule}: {}\n", diagnostic.message)
    });
    lines.collect()
}

/// What every diagnostic promises, whatever its rule: ranges lie in their files, the message is one line, the
/// fixes are as the rule says and can be applied, and nothing else that is said contradicts it (see [`contradictions`]). Returns
/// the promises that are broken.
pub fn broken_promises(repository: &TestRepository, diagnostics: &[Diagnostic]) -> Vec<String> {
    broken_promises_to(&WorkspaceAnalyser, repository, diagnostics)
}

pub(crate) fn broken_promises_to(
    analyser: &impl Analyser,
    repository: &TestRepository,
    diagnostics: &[Diagnostic],
) -> Vec<String> {
    let mut broken = Vec::new();
    if analyser.is_real() {
        broken.extend(contradictions(&repository.workspace()));
    }
    for diagnostic in diagnostics {
        let mut say = |what: String| {
            broken.push(format!(
                "{} {:?} {}: {what}",
                diagnostic.path, diagnostic.range, diagnostic.rule
            ));
        };
        let places = diagnostic
            .related
            .iter()
            .map(|related| (&related.path, related.range));
        for (path, range) in std::iter::once((&diagnostic.path, diagnostic.range)).chain(places) {
            if !is_in_file(repository, path, range) {
                say(format!("the range {range:?} does not lie in {path}"));
            }
        }
        if diagnostic.message.trim().is_empty() || diagnostic.message.contains(['\n', '\r']) {
            say(format!("the message is not one line: {:?}", diagnostic.message));
        }
        let help = diagnostic.help.as_deref();
        if help.is_some_and(|help| help.trim().is_empty() || help.contains(['\n', '\r'])) {
            say(format!("the help is not one line: {help:?}"));
        }
        match analyser.fix_availability(diagnostic.rule) {
            None => say("the rule is not in the list of rules".to_owned()),
            Some(FixAvailability::None) if !diagnostic.fixes.is_empty() => {
                say("there is a fix, but the rule says that it has none".to_owned());
            }
            Some(FixAvailability::Unsafe)
                if diagnostic
                    .fixes
                    .iter()
                    .any(|fix| fix.applicability == Applicability::Safe) =>
            {
                say("there is a safe fix, but the rule says that it has only unsafe ones".to_owned());
            }
            Some(_) => {}
        }
        let mut titles = BTreeSet::new();
        for fix in &diagnostic.fixes {
            if fix.title.trim().is_empty() || !titles.insert(&fix.title) {
                say(format!(
                    "the fix's title {:?} is empty or not the only one",
                    fix.title
                ));
            }
            match verify_fix(repository, fix) {
                Err(error) => say(format!("fix {:?}: {error}", fix.title)),
                // A failure that was hidden is shown.
                Ok(_) if diagnostic.rule == "publish-failure-ignored" => {}
                Ok(after) if analyser.is_real() => {
                    for law in broken_laws(repository, &after, fix) {
                        say(format!("fix {:?}: {law}", fix.title));
                    }
                }
                Ok(_) => {}
            }
        }
    }
    broken
}

fn is_in_file(repository: &TestRepository, path: &FilePath, range: TextRange) -> bool {
    // A diagnostic may say that a file cannot be read; then it has no text to point at.
    let is_unreadable = repository
        .files
        .iter()
        .any(|file| file.path == *path && file.text.is_none());
    match repository.text(path) {
        Some(text) => text.get(range.start()..range.end()).is_some(),
        None => is_unreadable && range.end() == 0,
    }
}
