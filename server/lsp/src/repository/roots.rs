use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tower_lsp::lsp_types::Url;
use trustpub_analysis::Config;
use trustpub_host::relative_path;

use super::root::Root;
use crate::files::{FileSource, Place, uri};

/// The repositories that open documents are in.
#[derive(Default)]
pub(crate) struct Roots {
    /// By their folders.
    roots: BTreeMap<PathBuf, Root>,
    /// The folders that the client has open.
    client_folders: Vec<PathBuf>,
}

impl Roots {
    pub(crate) fn get(&self, folder: &Path) -> Option<&Root> {
        self.roots.get(folder)
    }

    pub(crate) fn get_mut(&mut self, folder: &Path) -> Option<&mut Root> {
        self.roots.get_mut(folder)
    }

    /// The repository in a folder, which is new if no document of it was open.
    pub(crate) fn get_or_add(&mut self, folder: &Path, settings: &Config) -> &mut Root {
        let new = || Root::new(settings.clone());
        self.roots.entry(folder.to_owned()).or_insert_with(new)
    }

    pub(crate) fn remove(&mut self, folder: &Path) {
        self.roots.remove(folder);
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&PathBuf, &mut Root)> {
        self.roots.iter_mut()
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
        let is_in_repository = repository.is_some();
        let root = repository.unwrap_or_else(|| self.client_folder_of(file).unwrap_or(folder).to_owned());
        Some(Place {
            path: relative_path(&root, file)?,
            root,
            is_in_repository,
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
