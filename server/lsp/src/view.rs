//! The state as requests see it: they cannot change it.

use std::path::Path;

use tower_lsp::lsp_types::{Diagnostic, Url};
use trustpub_analysis::{FilePath, Workspace};
use trustpub_host::supply_wanted;

use crate::capabilities::ClientCapabilities;
use crate::documents::OpenDocuments;
use crate::files::{FileSource, uri};
use crate::registry::Answers;
use crate::repository::{Root, Roots};

/// The state of the server.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) capabilities: &'a ClientCapabilities,
    pub(crate) documents: &'a OpenDocuments,
    pub(crate) roots: &'a Roots,
    pub(crate) files: &'a dyn FileSource,
    /// None unless the user wants to see how packages were published.
    pub(crate) answers: Option<&'a Answers>,
    /// Whether the user wants inlay hints.
    pub(crate) shows_hints: bool,
    /// Whether the user wants the code lens above publish commands.
    pub(crate) shows_lenses: bool,
}

/// A repository with its open documents.
pub(crate) struct RootView<'a> {
    view: View<'a>,
    folder: &'a Path,
    pub(crate) root: &'a Root,
    pub(crate) capabilities: &'a ClientCapabilities,
}

impl<'a> View<'a> {
    /// The repository of an open document, and the document's path in it. None for a document that the analysis does
    /// not take.
    pub(crate) fn document(self, uri: &Url) -> Option<(RootView<'a>, &'a FilePath)> {
        let open = self.documents.get(uri)?;
        let place = &open.place;
        let root = self.root(&place.root)?;
        (open.is_included || root.root.asks_for(&place.path)).then_some((root, &place.path))
    }

    /// The repository in a folder.
    pub(crate) fn root(self, folder: &'a Path) -> Option<RootView<'a>> {
        Some(RootView {
            view: self,
            folder,
            root: self.roots.get(folder)?,
            capabilities: self.capabilities,
        })
    }

    /// The diagnostics of an open document, and an id that differs for different diagnostics.
    pub(crate) fn report(self, uri: &Url) -> Option<(String, Vec<Diagnostic>)> {
        let published = self.documents.get(uri)?.published.as_ref()?;
        Some((published.id.to_string(), published.diagnostics.clone()))
    }
}

impl RootView<'_> {
    /// The URI of a file, spelled as the client does if the file is open.
    pub(crate) fn uri(&self, path: &FilePath) -> Option<Url> {
        match self.view.documents.at(self.folder, path) {
            Some((uri, _)) => Some(uri.clone()),
            None => uri::of_path(self.folder, path),
        }
    }

    /// The version of a file, if it is open.
    pub(crate) fn version(&self, path: &FilePath) -> Option<i32> {
        let (_, open) = self.view.documents.at(self.folder, path)?;
        Some(open.text.version())
    }

    /// Whether the user wants inlay hints.
    pub(crate) fn wants_hints(&self) -> bool {
        self.view.shows_hints
    }

    /// Whether the user wants the code lens above publish commands.
    pub(crate) fn wants_lenses(&self) -> bool {
        self.view.shows_lenses
    }

    /// Whether the user wants to see how packages were published.
    pub(crate) fn wants_published(&self) -> bool {
        self.view.answers.is_some()
    }

    /// What the registry last answered about a package of this repository.
    pub(crate) fn published(&self, package: &str) -> Option<String> {
        let key = (self.folder.to_owned(), package.to_owned());
        self.view.answers?.get(&key)
    }

    /// Whether a link is on the way to a path, so that it may lead out of the repository.
    pub(crate) fn leads_through_link(&self, path: &FilePath) -> bool {
        let files = self.view.files;
        files.is_linked(self.folder, path) || self.view.roots.is_behind_link(self.folder, files)
    }

    /// Checks a copy of the workspace, and gives it the files that it asks for.
    pub(crate) fn analyse(&self, copy: &mut Workspace) {
        supply_wanted(copy, |path| match self.view.documents.at(self.folder, path) {
            Some((_, open)) => Some(open.content()),
            None => self.view.files.read_on_demand(self.folder, path),
        });
    }

    /// Whether a file exists at a path below the root.
    pub(crate) fn is_there(&self, path: &str) -> bool {
        self.view.files.is_there(self.folder, path)
    }
}
