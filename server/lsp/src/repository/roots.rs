use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tower_lsp::lsp_types::Url;
use trustpub_analysis::Config;
use trustpub_host::relative_path;

use super::changes::RootChanges;
use super::inbox::Inbox;
use super::root::Root;
use crate::files::{FileSource, Place, uri};

/// The repositories that open documents are in.
#[derive(Default)]
pub(crate) struct Roots {
    /// By their folders.
    slots: BTreeMap<PathBuf, Slot>,
    /// How many there have been.
    count: u64,
    /// The folders that the client has open.
    client_folders: Vec<PathBuf>,
}

/// A repository, or the place that is kept for it during a check.
struct Slot {
    id: u64,
    /// None while it is checked.
    root: Option<Root>,
    inbox: Inbox,
    is_repository: bool,
    /// What earlier checks changed and did not report, because there was more to check.
    unseen: RootChanges,
}

/// A repository that is to be checked.
pub(crate) struct DueRoot {
    pub(crate) key: RootKey,
    pub(crate) root: Root,
    pub(crate) inbox: Inbox,
}

/// Tells a repository from one that was in the same folder before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RootKey {
    pub(crate) folder: PathBuf,
    id: u64,
}

impl Roots {
    /// The repository in a folder. None also while it is checked.
    pub(crate) fn get(&self, folder: &Path) -> Option<&Root> {
        self.slots.get(folder)?.root.as_ref()
    }

    /// The folders of all repositories.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &PathBuf> {
        self.slots.keys()
    }

    /// Whether the repository in a folder is being checked.
    pub(crate) fn is_busy(&self, folder: &Path) -> bool {
        self.slots.get(folder).is_some_and(|slot| slot.root.is_none())
    }

    /// Whether a document of the folder is open, and if so, whether it makes the folder a repository.
    pub(crate) fn kind_of(&self, folder: &Path) -> Option<bool> {
        Some(self.slots.get(folder)?.is_repository)
    }

    /// Puts a repository, of which nothing is known yet, in the place of what there was in the folder.
    pub(crate) fn add(&mut self, folder: &Path, is_repository: bool, settings: &Config) {
        self.count += 1;
        let mut inbox = Inbox::default();
        inbox.all_changed_on_disk();
        let slot = Slot {
            id: self.count,
            root: Some(Root::new(folder.to_owned(), is_repository, settings.clone())),
            inbox,
            is_repository,
            unseen: RootChanges {
                everything: true,
                ..RootChanges::default()
            },
        };
        self.slots.insert(folder.to_owned(), slot);
    }

    pub(crate) fn remove(&mut self, folder: &Path) {
        self.slots.remove(folder);
    }

    /// What happens to the repository in a folder goes here.
    pub(crate) fn inbox(&mut self, folder: &Path) -> Option<&mut Inbox> {
        Some(&mut self.slots.get_mut(folder)?.inbox)
    }

    /// All folders, and what happens to their repositories.
    pub(crate) fn inboxes(&mut self) -> impl Iterator<Item = (&PathBuf, &mut Inbox)> {
        self.slots
            .iter_mut()
            .map(|(folder, slot)| (folder, &mut slot.inbox))
    }

    /// Takes out the repositories to which something happened. Each has to come back by [`Self::put_back`].
    pub(crate) fn take_due(&mut self) -> Vec<DueRoot> {
        let due = self.slots.iter_mut().filter(|(_, slot)| !slot.inbox.is_empty());
        let take = |(folder, slot): (&PathBuf, &mut Slot)| {
            Some(DueRoot {
                root: slot.root.take()?,
                inbox: std::mem::take(&mut slot.inbox),
                key: RootKey {
                    folder: folder.clone(),
                    id: slot.id,
                },
            })
        };
        due.filter_map(take).collect()
    }

    /// Takes a repository back after a check. Returns what changed, unless that must be checked once more first.
    pub(crate) fn put_back(
        &mut self,
        key: &RootKey,
        root: Root,
        changes: RootChanges,
    ) -> Option<RootChanges> {
        let slot = self.slots.get_mut(&key.folder)?;
        if slot.id != key.id {
            return None;
        }
        slot.root = Some(root);
        slot.unseen.add(changes);
        slot.inbox.is_empty().then(|| std::mem::take(&mut slot.unseen))
    }

    /// Whether the folder's repository is still the one of the key.
    pub(crate) fn has(&self, key: &RootKey) -> bool {
        self.slots.get(&key.folder).is_some_and(|slot| slot.id == key.id)
    }

    /// Changes which folders the client has open.
    pub(crate) fn change_client_folders<'a>(
        &mut self,
        added: impl Iterator<Item = &'a Url>,
        removed: impl Iterator<Item = &'a Url>,
    ) {
        let removed: Vec<PathBuf> = removed.filter_map(uri::to_path).collect();
        self.client_folders.retain(|folder| !removed.contains(folder));
        self.client_folders.extend(added.filter_map(uri::to_path));
    }

    /// Sets the folders that the client has open.
    pub(crate) fn set_client_folders(&mut self, folders: Vec<PathBuf>) {
        self.client_folders = folders;
    }

    /// Finds the repository that a file is in. A lonely file gets the client's folder, or its own.
    pub(crate) fn locate(&self, file: &Path, files: &dyn FileSource) -> Option<Place> {
        let folder = file.parent()?;
        let repository = match uri::root_of_workflow(file) {
            Some(root) => Some(root.to_owned()),
            None => files.find_root(folder),
        };
        // A link of the repository's may lead anywhere. What is opened through it is a text without files around it.
        let is_through_link = repository
            .as_ref()
            .is_some_and(|root| self.is_behind_link(root, files));
        let is_in_repository = repository.is_some() && !is_through_link;
        let root = repository.unwrap_or_else(|| self.client_folder_of(file).unwrap_or(folder).to_owned());
        Some(Place {
            path: relative_path(&root, file)?,
            root,
            is_in_repository,
        })
    }

    /// Whether a link leads from the client's folder to a folder in it.
    pub(crate) fn is_behind_link(&self, folder: &Path, files: &dyn FileSource) -> bool {
        let opened = self.client_folder_of(folder);
        opened.is_some_and(|opened| {
            relative_path(opened, folder).is_some_and(|path| files.is_linked(opened, &path))
        })
    }

    /// The innermost folder of the client that contains `file`.
    fn client_folder_of(&self, file: &Path) -> Option<&Path> {
        let folders = self.client_folders.iter();
        let folders = folders.filter(|folder| file.starts_with(folder));
        folders
            .max_by_key(|folder| folder.components().count())
            .map(PathBuf::as_path)
    }
}
