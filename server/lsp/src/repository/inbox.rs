use std::collections::{BTreeMap, BTreeSet};

use trustpub_analysis::{Config, FilePath};
use trustpub_host::DiskContent;

/// What happened to a repository since it was last checked.
#[derive(Default)]
pub(crate) struct Inbox {
    /// The newest text of documents that were opened or edited; none of those that were closed.
    pub(super) buffers: BTreeMap<FilePath, Option<DiskContent>>,
    /// The files and folders that may have changed on disk.
    pub(super) on_disk: BTreeSet<FilePath>,
    /// Anything may have changed on disk.
    pub(super) is_out_of_date: bool,
    /// The editor's new settings.
    pub(super) settings: Option<Config>,
}

impl Inbox {
    pub(crate) fn set_buffer(&mut self, path: FilePath, buffer: Option<DiskContent>) {
        self.buffers.insert(path, buffer);
    }

    /// Notes that a file or folder may have changed on disk.
    pub(crate) fn changed_on_disk(&mut self, path: FilePath) {
        self.on_disk.insert(path);
    }

    /// Notes that anything may have changed on disk.
    pub(crate) fn all_changed_on_disk(&mut self) {
        self.is_out_of_date = true;
    }

    pub(crate) fn set_settings(&mut self, settings: Config) {
        self.settings = Some(settings);
    }

    pub(super) fn is_empty(&self) -> bool {
        let Self {
            buffers,
            on_disk,
            is_out_of_date,
            settings,
        } = self;
        buffers.is_empty() && on_disk.is_empty() && !is_out_of_date && settings.is_none()
    }
}
