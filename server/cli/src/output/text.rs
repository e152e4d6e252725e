//! Text for people, in the manner of rustc.

use std::collections::HashMap;

use annotate_snippets::renderer::{DecorStyle, Renderer};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Snippet};
use trustpub_analysis::rules::docs_url;
use trustpub_analysis::{Diagnostic, FilePath, FixedBy, Related, Severity, TextRange};

use crate::report::{Report, RepositoryReport};

use super::snippet::excerpt;
use super::summary::{migration_line, site_lines, summary_line};
use super::{printable, printable_lines};

/// What is the user's choice about the text.
#[derive(Clone, Debug)]
pub(crate) struct TextOptions {
    pub(crate) has_color: bool,
    /// Findings only.
    pub(crate) is_quiet: bool,
    /// The command that repairs what was found here.
    pub(crate) fix_command: String,
    /// The command that moves what publishes with a token to trusted publishing.
    pub(crate) migrate_command: String,
}

/// The report as text.
pub(crate) fn render(report: &Report, options: &TextOptions) -> String {
    let mut text = String::new();
    for (repository, diagnostic) in report.diagnostics() {
        text.push_str(&finding(repository, diagnostic, options.has_color));
        text.push_str("\n\n");
    }
    if options.is_quiet {
        return text;
    }
    for line in site_lines(report) {
        text.push_str(&line);
        text.push('\n');
    }
    text.push_str(&summary_line(report, &options.fix_command));
    text.push('\n');
    if let Some(line) = migration_line(report, &options.migrate_command) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// One finding, with the lines that it is about.
fn finding(repository: &RepositoryReport, diagnostic: &Diagnostic, has_color: bool) -> String {
    let title = level(diagnostic.severity)
        .primary_title(printable_lines(&diagnostic.message))
        .id(diagnostic.rule);
    let mut group = Group::with_title(title);
    let (here, elsewhere): (Vec<&Related>, Vec<&Related>) = diagnostic
        .related
        .iter()
        .partition(|related| related.path == diagnostic.path);
    let mut marks = vec![(AnnotationKind::Primary, diagnostic.range, None)];
    marks.extend(here.into_iter().map(context));
    group = with_snippets(group, repository, &diagnostic.path, &marks);
    for (path, marks) in by_path(&elsewhere) {
        group = with_snippets(group, repository, path, &marks);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help).into_owned()));
    }
    for line in fix_lines(diagnostic) {
        group = group.element(Level::HELP.message(line));
    }
    group = group.element(Level::NOTE.with_name("docs").message(docs_url(diagnostic.rule)));
    let renderer = if has_color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.decor_style(DecorStyle::Ascii).render(&[group])
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO.with_name("information"),
        Severity::Hint => Level::NOTE.with_name("hint"),
    }
}

type Marked<'d> = (AnnotationKind, TextRange, Option<&'d str>);

fn context(related: &Related) -> Marked<'_> {
    (AnnotationKind::Context, related.range, Some(&related.message))
}

/// From this column on, a line is too wide to be shown in full.
const WIDE: usize = 100;
/// The renderer looks for the line of each place among all lines from the first to the last. So places that are far apart get a
/// snippet each, and so do parts of very many: else the cost would grow with the square of a file.
const FAR: usize = 500;
const MANY: usize = 50;

fn with_snippets<'d>(
    group: Group<'d>,
    repository: &RepositoryReport,
    path: &FilePath,
    marks: &[Marked<'_>],
) -> Group<'d> {
    // The renderer cuts all lines of a snippet at the same columns. So it could not show a place far to the right
    // beside one at the left, and each gets a snippet of its own.
    let is_wide = marks
        .iter()
        .any(|(_, range, _)| repository.position(path, range.start()).column > WIDE);
    let parts = match is_wide {
        true => marks.chunks(1).map(<[Marked<'_>]>::to_vec).collect(),
        false => near_each_other(repository, path, marks),
    };
    parts
        .iter()
        .fold(group, |group, marks| with_snippet(group, repository, path, marks))
}

/// The places in parts that one snippet can show, that with the first place first.
fn near_each_other<'d>(
    repository: &RepositoryReport,
    path: &FilePath,
    marks: &[Marked<'d>],
) -> Vec<Vec<Marked<'d>>> {
    let line_of = |(_, range, _): &Marked<'_>| repository.position(path, range.start()).line;
    let mut numbered: Vec<(usize, usize)> = marks.iter().map(line_of).zip(0..).collect();
    numbered.sort_unstable();
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut last_line = 0;
    for (line, number) in numbered {
        match parts.last_mut() {
            Some(part) if part.len() < MANY && line - last_line <= FAR => part.push(number),
            _ => parts.push(vec![number]),
        }
        last_line = line;
    }
    if let Some(first) = parts.iter().position(|part| part.contains(&0)) {
        parts.get_mut(..=first).unwrap_or_default().rotate_right(1);
    }
    let part = |mut numbers: Vec<usize>| {
        numbers.sort_unstable();
        numbers
            .iter()
            .filter_map(|number| marks.get(*number).copied())
            .collect()
    };
    parts.into_iter().map(part).collect()
}

fn with_snippet<'d>(
    group: Group<'d>,
    repository: &RepositoryReport,
    path: &FilePath,
    marks: &[Marked<'_>],
) -> Group<'d> {
    let ranges: Vec<TextRange> = marks.iter().map(|(_, range, _)| *range).collect();
    let shown_path = printable(&repository.shown_path(path)).into_owned();
    let Some(excerpt) = repository
        .sources
        .get(path)
        .and_then(|source| excerpt(source, &ranges))
    else {
        return group.element(Origin::path(shown_path));
    };
    let annotations = marks.iter().zip(excerpt.marks).map(|((kind, _, label), place)| {
        kind.span(place)
            .label(label.map(|label| printable(label).into_owned()))
    });
    let annotations: Vec<_> = annotations.collect();
    let snippet = Snippet::source(excerpt.text)
        .path(shown_path)
        .line_start(excerpt.first_line)
        .annotations(annotations);
    group.element(snippet)
}

/// The places in each file, in the order of its first one.
fn by_path<'d>(related: &[&'d Related]) -> Vec<(&'d FilePath, Vec<Marked<'d>>)> {
    let mut numbers: HashMap<&FilePath, usize> = HashMap::new();
    let mut files: Vec<(&FilePath, Vec<Marked<'_>>)> = Vec::new();
    for related in related {
        let number = *numbers.entry(&related.path).or_insert(files.len());
        match files.get_mut(number) {
            Some((_, marks)) => marks.push(context(related)),
            None => files.push((&related.path, vec![context(related)])),
        }
    }
    files
}

/// What can be done, and how.
fn fix_lines(diagnostic: &Diagnostic) -> Vec<String> {
    let ways = diagnostic.ways_to_fix().into_iter();
    let lines = ways.map(|(fix, by)| {
        let how = how_to_apply(by);
        format!("{} ({how})", printable(&fix.title))
    });
    lines.collect()
}

/// What applies a fix.
pub(super) fn how_to_apply(by: FixedBy) -> String {
    match by {
        FixedBy::Fix => "`trustpub fix`".to_owned(),
        FixedBy::UnsafeFix => "`trustpub fix --unsafe`".to_owned(),
        FixedBy::FixOfRule(rule) => format!("`trustpub fix --unsafe --rule {rule}`"),
        FixedBy::Editor => "in an editor".to_owned(),
    }
}

#[cfg(test)]
mod tests;
