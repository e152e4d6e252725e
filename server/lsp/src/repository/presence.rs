use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use trustpub_analysis::FilePath;
use trustpub_host::DiskContent;

use crate::files::FileSource;

/// What decides which files a repository has, and what they hold. Nothing else does, so a repository whose files change
/// one by one is the same as one that is read now.
pub(crate) struct Presence {
    pub(super) folder: PathBuf,
    /// Whether the files in the folder count, and not only what is open or asked for.
    pub(super) is_repository: bool,
    /// The texts that an editor has open, whether the analysis takes them or not.
    pub(super) buffers: BTreeMap<FilePath, DiskContent>,
    /// The files that the analysis asks for.
    pub(super) asked_for: BTreeSet<FilePath>,
}

impl Presence {
    pub(super) fn new(folder: PathBuf, is_repository: bool) -> Self {
        Self {
            folder,
            is_repository,
            buffers: BTreeMap::new(),
            asked_for: BTreeSet::new(),
        }
    }

    /// The content of a file. None if the repository does not have it.
    pub(super) fn content(&self, path: &FilePath, files: &dyn FileSource) -> Option<DiskContent> {
        self.content_given(path, files, || self.listed(path, files))
    }

    /// The content of a file, `listed` being what is on disk unless the repository leaves it out.
    pub(super) fn content_given(
        &self,
        path: &FilePath,
        files: &dyn FileSource,
        listed: impl FnOnce() -> Option<DiskContent>,
    ) -> Option<DiskContent> {
        let is_asked_for = self.asked_for.contains(path);
        let buffer = self.buffers.get(path);
        if let Some(buffer) = buffer.filter(|_| is_asked_for || files.includes(path)) {
            return Some(buffer.clone());
        }
        listed().or_else(|| {
            is_asked_for
                .then(|| files.read_on_demand(&self.folder, path))
                .flatten()
        })
    }

    /// The text on disk of a file that is open.
    pub(super) fn saved(&self, path: &FilePath, files: &dyn FileSource) -> Option<Arc<str>> {
        match self.listed(path, files)? {
            DiskContent::Text(text) => Some(text),
            DiskContent::Unreadable => None,
        }
    }

    fn listed(&self, path: &FilePath, files: &dyn FileSource) -> Option<DiskContent> {
        self.is_repository
            .then(|| files.read(&self.folder, path))
            .flatten()
    }
}
