//! Text for people, in the manner of rustc.

use annotate_snippets::renderer::{DecorStyle, Renderer};
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Snippet};
use trustpub_analysis::rules::docs_url;
use trustpub_analysis::{Diagnostic, FilePath, FixedBy, Related, Severity, TextRange};

use crate::report::{Report, RepositoryReport};

use super::snippet::excerpt;
use super::summary::{site_lines, summary_line};
use super::{printable, printable_lines};

/// What is the user's choice about the text.
#[derive(Clone, Debug)]
pub(crate) struct TextOptions {
    pub(crate) has_color: bool,
    /// Findings only.
    pub(crate) is_quiet: bool,
    /// The command that repairs what was found here.
    pub(crate) fix_command: String,
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
    for path in paths(&elsewhere) {
        let related = elsewhere.iter().filter(|related| related.path == *path);
        let marks: Vec<_> = related.map(|related| context(related)).collect();
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
    if is_wide {
        marks
            .chunks(1)
            .fold(group, |group, mark| with_snippet(group, repository, path, mark))
    } else {
        with_snippet(group, repository, path, marks)
    }
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

/// Each file once, in the order of its first place.
fn paths<'d>(related: &[&'d Related]) -> Vec<&'d FilePath> {
    let mut paths: Vec<&FilePath> = Vec::new();
    for related in related {
        if !paths.contains(&&related.path) {
            paths.push(&related.path);
        }
    }
    paths
}

/// What can be done, and how.
fn fix_lines(diagnostic: &Diagnostic) -> Vec<String> {
    let ways = diagnostic.ways_to_fix().into_iter();
    let lines = ways.map(|(fix, by)| {
        let how = match by {
            FixedBy::Fix => "`trustpub fix`".to_owned(),
            FixedBy::UnsafeFix => "`trustpub fix --unsafe`".to_owned(),
            FixedBy::FixOfRule(rule) => format!("`trustpub fix --unsafe --rule {rule}`"),
            FixedBy::Editor => "in an editor".to_owned(),
        };
        format!("{} ({how})", printable(&fix.title))
    });
    lines.collect()
}

#[cfg(test)]
mod tests;
