use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use trustpub_analysis::{Changes, FilePath};

use crate::files::Place;

/// What changed in a repository.
#[derive(Default)]
pub(crate) struct RootChanges {
    pub(super) checked: Changes,
    /// The files whose text is new, or that were opened or closed, so that their URI may be spelled differently.
    pub(super) texts: BTreeSet<FilePath>,
    /// Every file may have changed.
    pub(crate) everything: bool,
}

/// What changed in all repositories.
#[derive(Default)]
pub(crate) struct AllChanges(Vec<(PathBuf, RootChanges)>);

impl RootChanges {
    /// Adds what changed later.
    pub(super) fn add(&mut self, later: Self) {
        self.checked.add(later.checked);
        self.texts.extend(later.texts);
        self.everything |= later.everything;
    }

    /// Whether nothing changed.
    pub(crate) fn is_empty(&self) -> bool {
        let Changes { diagnostics, sites } = &self.checked;
        !self.everything && self.texts.is_empty() && diagnostics.is_empty() && sites.is_empty()
    }

    /// The files with other diagnostics, or a new text.
    pub(crate) fn files(&self) -> impl Iterator<Item = &FilePath> {
        self.checked.diagnostics.iter().chain(&self.texts)
    }

    /// Whether one of the files has a new text.
    pub(crate) fn has_text_of(&self, files: &BTreeSet<FilePath>) -> bool {
        !files.is_empty() && !self.texts.is_disjoint(files)
    }

    fn affects_one(&self, path: &FilePath, related: &BTreeSet<FilePath>) -> bool {
        self.checked.diagnostics.contains(path) || self.has_text_of(related)
    }
}

impl AllChanges {
    /// Adds the changes in the repository in a folder.
    pub(crate) fn add(&mut self, folder: PathBuf, changes: RootChanges) {
        if !changes.is_empty() {
            self.0.push((folder, changes));
        }
    }

    /// What changed in the repository in a folder, if anything did.
    pub(crate) fn of(&self, folder: &Path) -> Option<&RootChanges> {
        let mut roots = self.0.iter();
        roots.find_map(|(root, changes)| (root == folder).then_some(changes))
    }

    /// The files that have other diagnostics, with the folders of their repositories.
    pub(crate) fn files_with_other_diagnostics(&self) -> impl Iterator<Item = (&Path, &FilePath)> {
        let roots = self.0.iter();
        roots.flat_map(|(root, changes)| {
            let files = changes.checked.diagnostics.iter();
            files.map(|file| (root.as_path(), file))
        })
    }

    /// Whether the diagnostics of a document may look different, which point to the `related` files.
    pub(crate) fn affect_diagnostics_of(&self, place: &Place, related: &BTreeSet<FilePath>) -> bool {
        self.affect(place, |changes| changes.affects_one(&place.path, related))
    }

    /// Whether the publish sites and hints of a document may have changed.
    pub(crate) fn affect_sites_of(&self, place: &Place) -> bool {
        self.affect(place, |changes| changes.checked.sites.contains(&place.path))
    }

    /// Compares the folders last: that costs most, and all open documents are asked after each key stroke.
    fn affect(&self, place: &Place, does_one: impl Fn(&RootChanges) -> bool) -> bool {
        let mut roots = self.0.iter();
        roots.any(|(folder, changes)| (changes.everything || does_one(changes)) && *folder == place.root)
    }
}
