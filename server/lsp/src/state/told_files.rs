//! What the client shows for files that are not open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use tower_lsp::lsp_types::{Diagnostic, Url};
use trustpub_analysis::FilePath;

use crate::files::Place;

/// By the folders of the repositories.
#[derive(Default)]
pub(super) struct ToldFiles(pub(super) BTreeMap<PathBuf, ToldRepository>);

/// What the client shows in one repository.
#[derive(Default)]
pub(super) struct ToldRepository {
    /// Whether the user wants it.
    pub(super) is_wanted: bool,
    /// Whether anything is to be told: the user wants it, and there is a publish step.
    pub(super) is_on: bool,
    pub(super) files: BTreeMap<FilePath, ToldFile>,
}

/// What the client shows for one file.
pub(super) struct ToldFile {
    pub(super) uri: Url,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The other files that the diagnostics point to.
    pub(super) related: BTreeSet<FilePath>,
}

impl ToldFiles {
    /// Forgets what was told about a file. Returns the URI under which the client shows it.
    pub(super) fn forget(&mut self, place: &Place) -> Option<Url> {
        Some(self.0.get_mut(&place.root)?.files.remove(&place.path)?.uri)
    }
}
