//! What a check has found, in the form from which every output is made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use trustpub_analysis::{
    ColumnUnit, Diagnostic, FileKind, FilePath, LineIndex, Severity, SiteReport, TextRange, Workspace,
    file_secret_ranges,
};

use crate::fingerprint::{Finding, with_fingerprints};

/// What was found in all repositories that were asked for.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) repositories: Vec<RepositoryReport>,
    /// Whether everything that matters could be read.
    pub(crate) is_complete: bool,
}

/// What was found in one repository.
#[derive(Debug)]
pub(crate) struct RepositoryReport {
    /// What leads from the current folder to the repository's root, with `/` after it; `""` if they are the same.
    pub(crate) prefix: String,
    pub(crate) findings: Vec<Finding>,
    /// Findings about single packages that a finding at their publish step counts, and that are not reported by themselves.
    pub(crate) counted: Vec<Finding>,
    pub(crate) sites: Vec<SiteReport>,
    /// The texts that diagnostics and sites point into.
    pub(crate) sources: BTreeMap<FilePath, Source>,
    /// How many files were analysed of those that were asked for.
    pub(crate) file_count: usize,
    /// How many of them are workflows.
    pub(crate) workflow_count: usize,
    /// Whether only a part of the repository was asked for.
    pub(crate) is_partial: bool,
}

/// A file's text with its lines.
#[derive(Debug)]
pub(crate) struct Source {
    path: FilePath,
    pub(crate) text: Arc<str>,
    pub(crate) line_index: LineIndex,
    /// Looked for only if a line of the file is shown.
    secrets: OnceLock<Vec<TextRange>>,
}

/// A place in a file for people: line and column from 1, columns counted in characters. A byte order mark is not a
/// column, as no editor shows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// How many diagnostics there are of each severity.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Counts {
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    pub(crate) information: usize,
    pub(crate) hints: usize,
}

impl Report {
    /// Leaves out the other diagnostics.
    pub(crate) fn retain(&mut self, is_asked_for: impl Fn(&Diagnostic) -> bool) {
        for repository in &mut self.repositories {
            for findings in [&mut repository.findings, &mut repository.counted] {
                findings.retain(|finding| is_asked_for(&finding.diagnostic));
            }
        }
    }

    /// Every diagnostic with its repository.
    pub(crate) fn diagnostics(&self) -> impl Iterator<Item = (&RepositoryReport, &Diagnostic)> {
        self.findings()
            .map(|(repository, finding)| (repository, &finding.diagnostic))
    }

    /// Every diagnostic with its fingerprint and its repository.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&RepositoryReport, &Finding)> {
        self.repositories.iter().flat_map(|repository| {
            repository
                .findings
                .iter()
                .map(move |finding| (repository, finding))
        })
    }

    /// Every publish site with its repository.
    pub(crate) fn sites(&self) -> impl Iterator<Item = (&RepositoryReport, &SiteReport)> {
        self.repositories
            .iter()
            .flat_map(|repository| repository.sites.iter().map(move |site| (repository, site)))
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts::of(self.diagnostics().map(|(_, diagnostic)| diagnostic.severity))
    }

    pub(crate) fn file_count(&self) -> usize {
        self.repositories
            .iter()
            .map(|repository| repository.file_count)
            .sum()
    }

    /// How many repositories have a finding.
    pub(crate) fn with_findings(&self) -> usize {
        let has_findings = |repository: &&RepositoryReport| !repository.findings.is_empty();
        self.repositories.iter().filter(has_findings).count()
    }

    /// A file's path in data for programs: relative to the repository's root. Where there are several repositories,
    /// only the path from the current folder tells their files apart.
    pub(crate) fn data_path(&self, repository: &RepositoryReport, path: &FilePath) -> String {
        match self.repositories.as_slice() {
            [_] => path.to_string(),
            _ => repository.shown_path(path),
        }
    }
}

impl RepositoryReport {
    /// What a workspace holds after [`Workspace::check`], as far as it lies in `only`; all of it if that is empty.
    pub(crate) fn new(workspace: &Workspace, prefix: String, only: &[FilePath]) -> Self {
        let is_asked_for = |path: &FilePath| only.is_empty() || only.iter().any(|only| path.is_in(only));
        let diagnostics: Vec<_> = workspace
            .all_diagnostics()
            .filter(|diagnostic| is_asked_for(&diagnostic.path))
            .cloned()
            .collect();
        let sites: Vec<_> = workspace
            .sites()
            .filter(|site| is_asked_for(&site.path))
            .cloned()
            .collect();
        let files = || workspace.files().filter(|(path, _)| is_asked_for(path));
        let sources = sources(workspace, &diagnostics, &sites);
        let (counted, findings) = with_fingerprints(diagnostics, &sources)
            .into_iter()
            .partition(|finding| {
                let package = finding.diagnostic.package.as_ref();
                package.is_some_and(|package| is_asked_for(&package.step.path))
            });
        Self {
            findings,
            counted,
            sources,
            prefix,
            sites,
            file_count: files().count(),
            workflow_count: files()
                .filter(|(_, file)| file.kind == FileKind::Workflow)
                .count(),
            is_partial: !only.is_empty(),
        }
    }

    /// The findings about single packages that this one counts. None if it is about one place.
    pub(crate) fn counted_by(&self, finding: &Finding) -> Vec<&Finding> {
        let Diagnostic {
            rule, path, range, ..
        } = &finding.diagnostic;
        let is_counted = |counted: &&Finding| {
            let package = counted.diagnostic.package.as_ref();
            counted.diagnostic.rule == *rule
                && package.is_some_and(|package| package.step.path == *path && package.step.range == *range)
        };
        self.counted.iter().filter(is_counted).collect()
    }

    /// The way from the current folder to the root; `.` if they are the same.
    pub(crate) fn shown_root(&self) -> &str {
        match self.prefix.strip_suffix('/').unwrap_or(&self.prefix) {
            "" => ".",
            root => root,
        }
    }

    /// A file's path from the current folder.
    pub(crate) fn shown_path(&self, path: &FilePath) -> String {
        format!("{}{path}", self.prefix)
    }

    /// A file's path for git and GitHub, which know the files of a checkout and work in its root as a rule: the path
    /// from the current folder if that leads down, else the path in the repository.
    pub(crate) fn checkout_path(&self, path: &FilePath) -> String {
        checkout_path(&self.prefix, path)
    }

    /// Where an offset is. The start of the file, if the file is not at hand.
    pub(crate) fn position(&self, path: &FilePath, offset: usize) -> Position {
        let start = Position { line: 1, column: 1 };
        self.sources
            .get(path)
            .map_or(start, |source| source.position(offset))
    }

    /// Where a range starts and ends.
    pub(crate) fn positions(&self, path: &FilePath, range: TextRange) -> (Position, Position) {
        (
            self.position(path, range.start()),
            self.position(path, range.end()),
        )
    }
}

/// See [`RepositoryReport::checkout_path`].
pub(crate) fn checkout_path(prefix: &str, path: &FilePath) -> String {
    let leads_down = !prefix.starts_with("..") && !Path::new(prefix).is_absolute();
    let prefix = if leads_down { prefix } else { "" };
    format!("{prefix}{path}")
}

fn sources(
    workspace: &Workspace,
    diagnostics: &[Diagnostic],
    sites: &[SiteReport],
) -> BTreeMap<FilePath, Source> {
    let mut paths: BTreeSet<&FilePath> = sites.iter().map(|site| &site.path).collect();
    let evidence = sites.iter().flat_map(|site| &site.evidence);
    paths.extend(evidence.filter_map(|evidence| Some(&evidence.place.as_ref()?.path)));
    for diagnostic in diagnostics {
        paths.insert(&diagnostic.path);
        paths.extend(diagnostic.related.iter().map(|related| &related.path));
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits);
        paths.extend(edits.map(|edits| &edits.path));
    }
    let source = |path: &FilePath| {
        let file = workspace.file(path)?;
        let source = Source::new(path, Arc::clone(&file.text), file.line_index.clone());
        Some((path.clone(), source))
    };
    paths.into_iter().filter_map(source).collect()
}

/// The mark with which some editors start a file.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

impl Source {
    pub(crate) fn new(path: &FilePath, text: Arc<str>, line_index: LineIndex) -> Self {
        Self {
            path: path.clone(),
            text,
            line_index,
            secrets: OnceLock::new(),
        }
    }

    /// The secrets between two offsets, in order.
    pub(crate) fn secrets_in(&self, range: TextRange) -> &[TextRange] {
        let secrets = self
            .secrets
            .get_or_init(|| file_secret_ranges(self.path.as_str(), &self.text));
        let first = secrets.partition_point(|secret| secret.end() <= range.start());
        let last = secrets.partition_point(|secret| secret.start() < range.end());
        secrets.get(first..last).unwrap_or_default()
    }

    fn position(&self, offset: usize) -> Position {
        let place = self.line_index.line_column(&self.text, offset, ColumnUnit::Utf32);
        let is_behind_mark = place.line == 0 && place.column > 0 && self.text.starts_with(BYTE_ORDER_MARK);
        Position {
            line: place.line + 1,
            column: place.column + 1 - usize::from(is_behind_mark),
        }
    }
}

impl Counts {
    pub(crate) fn of(severities: impl Iterator<Item = Severity>) -> Self {
        let mut counts = Self::default();
        for severity in severities {
            match severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Information => counts.information += 1,
                Severity::Hint => counts.hints += 1,
            }
        }
        counts
    }

    pub(crate) fn total(self) -> usize {
        self.errors + self.warnings + self.information + self.hints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_what_an_editor_shows() {
        let text = "\u{feff}a: é😀x\r\nb: 1\n";
        let path = FilePath::new("a.yml").unwrap();
        let source = Source::new(&path, text.into(), LineIndex::new(text));
        let position = |needle: &str| {
            let Position { line, column } = source.position(text.find(needle).unwrap());
            (line, column)
        };
        assert_eq!(position("\u{feff}"), (1, 1));
        assert_eq!(position("a"), (1, 1));
        assert_eq!(position("x"), (1, 6));
        assert_eq!(position("1"), (2, 4));
    }

    #[test]
    fn git_gets_a_path_in_the_checkout() {
        let path = FilePath::new("package.json").unwrap();
        let paths = ["", "tests/demo/", "../../", "../demo/"].map(|prefix| checkout_path(prefix, &path));
        assert_eq!(
            paths,
            [
                "package.json",
                "tests/demo/package.json",
                "package.json",
                "package.json"
            ]
        );
    }
}
