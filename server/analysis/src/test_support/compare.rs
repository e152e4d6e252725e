use super::analyser::{Analyser, broken_promises_to};
use super::fixture::Fixture;
use super::mark::{Label, Mark};
use crate::diagnostic::Diagnostic;
use crate::text::FilePath;

/// A longer message does not fit where an editor lists problems. Explanations belong into the help.
const LONGEST_MESSAGE: usize = 140;

/// Compares what the analysis reports with what the caret lines expect, in both directions. With `rule`, only
/// the diagnostics of this rule count.
pub(crate) fn compare(analyser: &impl Analyser, rule: Option<&str>, text: &str) -> Result<(), String> {
    let fixture = Fixture::parse(text)?;
    let diagnostics = analyser.diagnostics(&fixture.repository)?;
    let broken = broken_promises_to(analyser, &fixture.repository, &diagnostics);
    if !broken.is_empty() {
        return Err(broken.join("\n"));
    }
    let too_long = |diagnostic: &&Diagnostic| diagnostic.message.chars().count() > LONGEST_MESSAGE;
    if let Some(long) = diagnostics.iter().find(too_long) {
        return Err(format!(
            "longer than {LONGEST_MESSAGE} characters: {}",
            long.message
        ));
    }
    for (_, mark) in &fixture.marks {
        if let Some(rule) = rule.filter(|rule| mark.rule != *rule) {
            let other = &mark.rule;
            return Err(format!(
                "only `{rule}` counts here, but a caret line names `{other}`"
            ));
        }
    }
    let counted = diagnostics
        .iter()
        .filter(|diagnostic| rule.is_none_or(|rule| diagnostic.rule == rule));
    let mut unexpected = found_marks(&fixture, counted);
    let mut missing = Vec::new();
    // An exact message first: a caret line without one would take its diagnostic away.
    let mut expected = fixture.marks.clone();
    expected.sort_by_key(|(_, mark)| match &mark.message {
        Some(message) if !message.ends_with('…') => 0,
        Some(_) => 1,
        None => 2,
    });
    let mut marked_right = Vec::new();
    for (path, mark) in expected {
        let found = unexpected
            .iter()
            .position(|(found_path, found)| *found_path == path && mark.matches(found));
        match found {
            Some(index) => {
                unexpected.remove(index);
                marked_right.push((path, mark));
            }
            None => missing.push((path, mark)),
        }
    }
    // Help and places that explain a diagnostic count only where a caret line asks for them.
    let all = [marked_right.as_slice(), unexpected.as_slice()].concat();
    unexpected.retain(|(_, mark)| !mark.label.is_optional());
    if missing.is_empty() && unexpected.is_empty() {
        return Ok(());
    }
    let is_asked_for =
        |label: Label| !label.is_optional() || fixture.marks.iter().any(|(_, mark)| mark.label == label);
    let should_be: Vec<_> = all
        .into_iter()
        .filter(|(_, mark)| is_asked_for(mark.label))
        .collect();
    Err(format!(
        "the diagnostics are not those that the caret lines expect\n\
         \nexpected, but not reported:\n{}\
         \nreported, but not expected:\n{}\
         \nthe fixture as it should be marked:\n{}",
        list(&missing),
        list(&unexpected),
        Fixture::render(&fixture.repository, &should_be)
    ))
}

fn found_marks<'d>(
    fixture: &Fixture,
    diagnostics: impl Iterator<Item = &'d Diagnostic>,
) -> Vec<(FilePath, Mark)> {
    let text = |path: &FilePath| fixture.repository.text(path).unwrap_or("");
    let mut marks = Vec::new();
    for diagnostic in diagnostics {
        let mark = Mark::of_diagnostic(text(&diagnostic.path), diagnostic);
        marks.push((diagnostic.path.clone(), mark));
        let help = Mark::of_help(text(&diagnostic.path), diagnostic);
        marks.extend(help.map(|mark| (diagnostic.path.clone(), mark)));
        for related in &diagnostic.related {
            let mark = Mark::of_related(text(&related.path), related, diagnostic.rule);
            let mark = (related.path.clone(), mark);
            // Several diagnostics may be explained by the same place.
            if !marks.contains(&mark) {
                marks.push(mark);
            }
        }
    }
    marks
}

fn list(marks: &[(FilePath, Mark)]) -> String {
    if marks.is_empty() {
        return "  nothing\n".to_owned();
    }
    let lines = marks.iter().map(|(path, mark)| {
        let (line, column) = (mark.place.line + 1, mark.place.column + 1);
        format!("  {path}:{line}:{column} {}\n", mark.text())
    });
    lines.collect()
}
