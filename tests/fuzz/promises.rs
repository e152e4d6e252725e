use trustpub_analysis::assist::links;
use trustpub_analysis::fix_all::{FixChoice, apply_fixes};
use trustpub_analysis::test_support::{
    TestRepository, broken_promises, contradictions, run_of_fix, verify_fix,
};
use trustpub_analysis::{Diagnostic, Workspace};

use crate::case::Case;

/// Checks the repository of a case. Returns the rules, the number of fixes and the outcomes.
pub(crate) fn check(case: &Case) -> Result<Vec<String>, String> {
    let repository = case.repository();
    let workspace = repository.workspace();
    let broken = contradictions(&workspace);
    if !broken.is_empty() {
        return Err(broken.join("\n"));
    }
    let mut answer = Vec::new();
    for diagnostic in workspace.all_diagnostics() {
        let places = diagnostic
            .related
            .iter()
            .map(|related| (&related.path, related.range));
        for (path, range) in places.chain([(&diagnostic.path, diagnostic.range)]) {
            let text = repository.text(path).unwrap_or("");
            if text.get(range.start()..range.end()).is_none() {
                return Err(format!("{}: {range:?} is not in {path}", diagnostic.rule));
            }
        }
        answer.push(format!("{} {}", diagnostic.rule, diagnostic.fixes.len()));
    }
    for (path, _) in workspace.files() {
        links(&workspace, path);
        workspace.hints(path);
    }
    answer.extend(workspace.sites().map(|site| format!("{:?}", site.outcome)));
    answer.sort();
    answer.dedup();
    Ok(answer)
}

/// Holds the diagnostics and the fixes of a case to what they promise.
pub(crate) fn check_fixes(case: &Case) -> Result<(), String> {
    let repository = case.repository();
    let workspace = repository.workspace();
    let diagnostics: Vec<Diagnostic> = workspace.all_diagnostics().cloned().collect();
    let mut broken = broken_promises(&repository, &diagnostics);
    if diagnostics.iter().any(|diagnostic| !diagnostic.fixes.is_empty()) {
        broken.extend(unfixed(&repository, &diagnostics));
        for allow_unsafe in [false, true] {
            broken.extend(run_of_fix(&repository, allow_unsafe));
            broken.extend(second_run(&repository, allow_unsafe));
        }
    }
    match broken.is_empty() {
        true => Ok(()),
        false => Err(broken.join("\n")),
    }
}

/// The fixes after which their finding is still there.
fn unfixed(repository: &TestRepository, diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut wrong = Vec::new();
    for diagnostic in diagnostics {
        for fix in &diagnostic.fixes {
            // What is wrong with the edit itself is among the broken promises.
            let Ok(after) = verify_fix(repository, fix) else {
                continue;
            };
            let after = after.workspace();
            let is_same = |other: &&Diagnostic| {
                other.rule == diagnostic.rule
                    && other.path == diagnostic.path
                    && other.message == diagnostic.message
            };
            let before = diagnostics.iter().filter(is_same).count();
            if after.all_diagnostics().filter(is_same).count() >= before {
                wrong.push(format!(
                    "{} {}: the fix {:?} does not remove its finding: {}",
                    diagnostic.path, diagnostic.rule, fix.title, diagnostic.message
                ));
            }
        }
    }
    wrong
}

/// What a second run of `trustpub fix` still does.
fn second_run(repository: &TestRepository, allow_unsafe: bool) -> Option<String> {
    let choice = FixChoice {
        allow_unsafe,
        rules: &[],
        only: &[],
    };
    let run = |workspace: &mut Workspace| {
        apply_fixes(workspace, choice, |workspace| {
            workspace.check();
            repository.offer_wanted(workspace);
            workspace.all_diagnostics().cloned().collect()
        })
    };
    let mut workspace = repository.workspace();
    if run(&mut workspace).applied.is_empty() {
        return None;
    }
    let again = run(&mut workspace);
    let titles: Vec<&str> = again.applied.iter().map(|fix| fix.title.as_str()).collect();
    (!titles.is_empty()).then(|| format!("a second run of fix still applies {titles:?}"))
}
