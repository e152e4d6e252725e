use std::collections::BTreeSet;
use std::sync::Arc;

use tower_lsp::lsp_types::Diagnostic;
use trustpub_analysis::FilePath;
use trustpub_host::{DiskContent, largest};

use super::text::Document;
use crate::files::Place;

/// An open document.
pub(crate) struct OpenDocument {
    pub(crate) text: Document,
    pub(crate) place: Place,
    /// The analysis takes it, whether another file leads to it or not.
    pub(crate) is_included: bool,
    /// Nothing was typed since it was opened or saved.
    pub(crate) is_saved: bool,
    /// The analysis does not have the newest text yet.
    pub(crate) has_new_text: bool,
    /// The client has no diagnostics of the newest text yet.
    pub(crate) is_out_of_date: bool,
    /// None until it was computed for the first time.
    pub(crate) decoration: Option<Decoration>,
    /// None until it was computed for the first time.
    pub(crate) published: Option<Published>,
}

/// What the client shows in the text of a document after asking for it.
pub(crate) struct Decoration {
    /// The version of the document.
    pub(crate) version: i32,
    pub(crate) hints: Vec<String>,
    pub(crate) lenses: Vec<String>,
}

/// The diagnostics of a document that the client has, or would get if it asked.
pub(crate) struct Published {
    /// The version of the document.
    pub(crate) version: i32,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// A different number for different diagnostics.
    pub(crate) id: u64,
    /// The other files that the diagnostics point to.
    pub(crate) related: BTreeSet<FilePath>,
}

impl OpenDocument {
    /// A document as the client opened it.
    pub(crate) fn new(text: &str, version: i32, place: Place, is_included: bool) -> Self {
        Self {
            text: Document::new(text, version),
            place,
            is_included,
            is_saved: true,
            has_new_text: true,
            is_out_of_date: true,
            decoration: None,
            published: None,
        }
    }

    /// The text as the analysis takes it.
    pub(crate) fn content(&self) -> DiskContent {
        let text = if self.largest().is_some() {
            None
        } else {
            self.text.text()
        };
        text.map_or(DiskContent::Unreadable, |text| DiskContent::Text(Arc::from(text)))
    }

    /// How many bytes the text may have, if it has more. It counts as unreadable then, as it would on disk.
    pub(crate) fn largest(&self) -> Option<u64> {
        let largest = largest(&self.place.path);
        (self.text.length() as u64 > largest).then_some(largest)
    }

    /// Notes that what the client shows for it has to be found again.
    pub(crate) fn forget_shown(&mut self) {
        self.is_out_of_date = true;
        self.decoration = None;
        self.published = None;
    }
}
