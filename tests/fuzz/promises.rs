use trustpub_analysis::assist::links;
use trustpub_analysis::fix_all::{FixChoice, apply_fixes};
use trustpub_analysis::test_support::{TestRepository, verify_fix};
use trustpub_analysis::{Diagnostic, Fix, Workspace};

use crate::case::Case;

/// Checks the repository of a case. Returns the rules, the number of fixes and the outcomes.
pub(crate) fn check(case: &Case) -> Result<Vec<String>, String> {
    let repository = case.repository();
    let workspace = repository.workspace();
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
        let titles = diagnostic.fixes.iter().map(|fix| &fix.title);
        if titles
            .chain([&diagnostic.message])
            .any(|text| text.contains(['\n', '\r']))
        {
            return Err(format!(
                "{}: more than one line: {:?}",
                diagnostic.rule, diagnostic.message
            ));
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

/// Holds the fixes of a case to what they promise about texts. What they promise about the run is held in `tests/mutations`: it
/// is told of repositories that could run.
pub(crate) fn check_fixes(case: &Case) -> Result<(), String> {
    let repository = case.repository();
    let workspace = repository.workspace();
    let diagnostics: Vec<Diagnostic> = workspace.all_diagnostics().cloned().collect();
    let fixes = diagnostics
        .iter()
        .flat_map(|diagnostic| diagnostic.fixes.iter().map(move |fix| (diagnostic, fix)));
    let mut broken = Vec::new();
    for (diagnostic, fix) in fixes {
        if let Err(problem) = verify_fix(&repository, fix).and_then(|after| is_gone(diagnostic, fix, &after))
        {
            let Diagnostic { path, rule, .. } = diagnostic;
            broken.push(format!("{path} {rule}, fix {:?}: {problem}", fix.title));
        }
    }
    if diagnostics.iter().any(|diagnostic| !diagnostic.fixes.is_empty()) {
        broken.extend(second_run(&repository, false));
        broken.extend(second_run(&repository, true));
    }
    match broken.is_empty() {
        true => Ok(()),
        false => Err(broken.join("\n")),
    }
}

/// Whether a finding is no longer where it was. The same may be found elsewhere, where it did not matter before.
fn is_gone(diagnostic: &Diagnostic, fix: &Fix, after: &TestRepository) -> Result<(), String> {
    let workspace = after.workspace();
    let has_syntax_error = |path| {
        let mut found = workspace.diagnostics(path).iter();
        found.any(|diagnostic| diagnostic.rule == "yaml-syntax")
    };
    // Advice counts several things, and a fix follows one of them. In a file with an error of syntax, such as two jobs of one
    // name, it is not told which of them counts.
    if diagnostic.advice.is_some() || has_syntax_error(&diagnostic.path) {
        return Ok(());
    }
    let mut start = diagnostic.range.start();
    let edits = fix.edits.iter().filter(|file| file.path == diagnostic.path);
    let mut edits: Vec<_> = edits.flat_map(|file| &file.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.range));
    for edit in edits {
        let (from, to) = (edit.range.start(), edit.range.end());
        if from <= diagnostic.range.start() && diagnostic.range.end() <= to {
            return Ok(());
        }
        if to <= diagnostic.range.start() {
            start = start + edit.new_text.len() - (to - from);
        }
    }
    let is_same = |other: &Diagnostic| {
        (other.rule, &other.path) == (diagnostic.rule, &diagnostic.path)
            && other.message == diagnostic.message
            && other.range.start() == start
    };
    match workspace.all_diagnostics().any(is_same) {
        true => Err(format!("the finding is still there: {}", diagnostic.message)),
        false => Ok(()),
    }
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
