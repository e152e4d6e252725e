use super::analyser::{Analyser, broken_promises_to};
use super::fix_verification::verify_fix;
use super::fixture::Fixture;
use super::repository::TestRepository;
use crate::diagnostic::{Diagnostic, Fix};

/// As many rounds of a fix as may be needed until it finds nothing to do.
pub const MOST_ROUNDS: usize = 10;

/// Applies a rule's fix to `before`, at the cursor where there is one, and compares with `after`. With a title,
/// it is the fix of this title, else the first.
pub(crate) fn compare_fix(
    analyser: &impl Analyser,
    rule: &str,
    title: Option<&str>,
    before: &str,
    after: &str,
) -> Result<(), String> {
    let before = Fixture::parse_with_cursor(before)?;
    let after = Fixture::parse(after)?;
    if !before.marks.is_empty() || !after.marks.is_empty() {
        return Err("a fixture for fixes has no caret lines".to_owned());
    }
    let diagnostics = checked_diagnostics(analyser, &before.repository)?;
    let (diagnostic, fix) = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.rule == rule && is_at_cursor(&before, diagnostic))
        .find_map(|diagnostic| Some((diagnostic, choose(diagnostic, title)?)))
        .ok_or_else(|| format!("no such fix; what is offered:\n{}", list(&diagnostics)))?;
    let fixed = verify_fix(&before.repository, fix)?;
    let expected = overlay(&before.repository, &after.repository)?;
    if fixed != expected {
        return Err(format!(
            "the fix {:?} gives\n{}\nexpected was\n{}",
            fix.title,
            Fixture::render(&fixed, &[]),
            Fixture::render(&expected, &[])
        ));
    }
    let left = checked_diagnostics(analyser, &fixed)?;
    if count_same(&left, diagnostic) >= count_same(&diagnostics, diagnostic) {
        return Err(format!(
            "the fix {:?} does not remove its diagnostic: {}",
            fix.title, diagnostic.message
        ));
    }
    settle(analyser, rule, title, fixed, left)
}

/// Checks that `rule` reports something in the fixture and has no fix for it.
pub(crate) fn expect_no_fix(analyser: &impl Analyser, rule: &str, fixture: &str) -> Result<(), String> {
    let fixture = Fixture::parse_with_cursor(fixture)?;
    let diagnostics = checked_diagnostics(analyser, &fixture.repository)?;
    let of_rule: Vec<Diagnostic> = diagnostics
        .into_iter()
        .filter(|diagnostic| diagnostic.rule == rule && is_at_cursor(&fixture, diagnostic))
        .collect();
    if of_rule.is_empty() {
        return Err(format!(
            "{rule} reports nothing, so that there is nothing to fix anyway"
        ));
    }
    match of_rule.iter().any(|diagnostic| !diagnostic.fixes.is_empty()) {
        true => Err(format!("there is a fix:\n{}", list(&of_rule))),
        false => Ok(()),
    }
}

/// Applies the fix again until it finds nothing to do; fails where that takes too long.
fn settle(
    analyser: &impl Analyser,
    rule: &str,
    title: Option<&str>,
    mut repository: TestRepository,
    mut diagnostics: Vec<Diagnostic>,
) -> Result<(), String> {
    for _ in 1..MOST_ROUNDS {
        let of_rule = diagnostics.iter().filter(|diagnostic| diagnostic.rule == rule);
        let Some(fix) = of_rule.filter_map(|diagnostic| choose(diagnostic, title)).next() else {
            return Ok(());
        };
        repository = verify_fix(&repository, fix)?;
        diagnostics = checked_diagnostics(analyser, &repository)?;
    }
    Err(format!(
        "after {MOST_ROUNDS} rounds there is still something to fix:\n{}\n{}",
        list(&diagnostics),
        Fixture::render(&repository, &[])
    ))
}

fn checked_diagnostics(
    analyser: &impl Analyser,
    repository: &TestRepository,
) -> Result<Vec<Diagnostic>, String> {
    let diagnostics = analyser.diagnostics(repository)?;
    let broken = broken_promises_to(analyser, repository, &diagnostics);
    match broken.is_empty() {
        true => Ok(diagnostics),
        false => Err(broken.join("\n")),
    }
}

fn choose<'d>(diagnostic: &'d Diagnostic, title: Option<&str>) -> Option<&'d Fix> {
    diagnostic
        .fixes
        .iter()
        .find(|fix| title.is_none_or(|title| fix.title == title))
}

fn is_at_cursor(fixture: &Fixture, diagnostic: &Diagnostic) -> bool {
    fixture
        .cursor
        .as_ref()
        .is_none_or(|(path, offset)| diagnostic.path == *path && diagnostic.range.touches(*offset))
}

fn count_same(diagnostics: &[Diagnostic], wanted: &Diagnostic) -> usize {
    let is_same = |diagnostic: &&Diagnostic| {
        diagnostic.rule == wanted.rule
            && diagnostic.path == wanted.path
            && diagnostic.message == wanted.message
    };
    diagnostics.iter().filter(is_same).count()
}

/// `before` with the files of `after` in place of its own: a file that a fix leaves alone need not be repeated.
fn overlay(before: &TestRepository, after: &TestRepository) -> Result<TestRepository, String> {
    let mut result = before.clone();
    for file in &after.files {
        let place = result.files.iter_mut().find(|other| other.path == file.path);
        let place = place.ok_or_else(|| format!("{} is only in the text afterwards", file.path))?;
        place.text.clone_from(&file.text);
    }
    Ok(result)
}

fn list(diagnostics: &[Diagnostic]) -> String {
    if diagnostics.is_empty() {
        return "  no diagnostic\n".to_owned();
    }
    let lines = diagnostics.iter().map(|diagnostic| {
        let titles: Vec<&str> = diagnostic.fixes.iter().map(|fix| fix.title.as_str()).collect();
        format!(
            "  {} {}: {} {titles:?}\n",
            diagnostic.path, diagnostic.rule, diagnostic.message
        )
    });
    lines.collect()
}
