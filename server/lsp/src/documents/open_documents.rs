use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tower_lsp::lsp_types::Url;
use trustpub_analysis::FilePath;

use super::open_document::OpenDocument;

/// The open documents that the analysis takes.
#[derive(Default)]
pub(crate) struct OpenDocuments {
    /// By the client's own spelling of their URI.
    documents: BTreeMap<Url, OpenDocument>,
    /// Their URIs by repository and path.
    places: BTreeMap<PathBuf, BTreeMap<FilePath, Url>>,
}

impl OpenDocuments {
    pub(crate) fn insert(&mut self, uri: Url, document: OpenDocument) {
        let place = document.place.clone();
        let in_root = self.places.entry(place.root).or_default();
        in_root.insert(place.path, uri.clone());
        self.documents.insert(uri, document);
    }

    pub(crate) fn remove(&mut self, uri: &Url) -> Option<OpenDocument> {
        let closed = self.documents.remove(uri)?;
        if let Some(in_root) = self.places.get_mut(&closed.place.root) {
            in_root.remove(&closed.place.path);
            // The client may have the same file open under another spelling of its URI.
            let same = self.documents.iter().find(|(_, open)| open.place == closed.place);
            if let Some((uri, _)) = same {
                in_root.insert(closed.place.path.clone(), uri.clone());
            }
            if in_root.is_empty() {
                self.places.remove(&closed.place.root);
            }
        }
        Some(closed)
    }

    pub(crate) fn get(&self, uri: &Url) -> Option<&OpenDocument> {
        self.documents.get(uri)
    }

    pub(crate) fn get_mut(&mut self, uri: &Url) -> Option<&mut OpenDocument> {
        self.documents.get_mut(uri)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Url, &OpenDocument)> {
        self.documents.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&Url, &mut OpenDocument)> {
        self.documents.iter_mut()
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut OpenDocument> {
        self.documents.values_mut()
    }

    /// The document at a path of a repository, if it is open.
    pub(crate) fn at(&self, root: &Path, path: &FilePath) -> Option<(&Url, &OpenDocument)> {
        let uri = self.places.get(root)?.get(path)?;
        Some((uri, self.documents.get(uri)?))
    }

    /// The open documents in a folder's repository, or what would be its repository.
    pub(crate) fn in_root(&self, root: &Path) -> impl Iterator<Item = &OpenDocument> {
        let uris = self.places.get(root).into_iter().flat_map(BTreeMap::values);
        uris.filter_map(|uri| self.documents.get(uri))
    }
}
