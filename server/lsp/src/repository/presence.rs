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
    /// The files to which links lead, so that they change when another one does.
    pub(super) linked: BTreeSet<FilePath>,
}

impl Presence {
    pub(super) fn new(folder: PathBuf, is_repository: bool) -> Self {
        Self {
            folder,
            is_repository,
            buffers: BTreeMap::new(),
            asked_for: BTreeSet::new(),
            linked: BTreeSet::new(),
        }
    }

    /// The content of a file. None if the repository does not have it.
    pub(super) fn content(&mut self, path: &FilePath, files: &dyn FileSource) -> Option<DiskContent> {
        match self.buffer(path, files) {
            Some(buffer) => Some(buffer),
            None => {
                let listed = self.listed(path, files);
                self.content_on_disk(path, files, listed)
            }
        }
    }

    /// The text of an open document, if the analysis takes it.
    pub(super) fn buffer(&self, path: &FilePath, files: &dyn FileSource) -> Option<DiskContent> {
        let buffer = self.buffers.get(path)?;
        (self.asked_for.contains(path) || files.includes(path)).then(|| buffer.clone())
    }

    /// The content of a file that is not open, `listed` being what the repository says without being asked for it.
    pub(super) fn content_on_disk(
        &mut self,
        path: &FilePath,
        files: &dyn FileSource,
        listed: Option<DiskContent>,
    ) -> Option<DiskContent> {
        let is_asked_for = self.asked_for.contains(path);
        if (listed.is_some() || is_asked_for) && files.is_linked(&self.folder, path) {
            self.linked.insert(path.clone());
        } else {
            self.linked.remove(path);
        }
        listed.or_else(|| {
            (is_asked_for && self.is_repository)
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
