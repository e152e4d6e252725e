use super::global_state::GlobalState;
use crate::documents::{Decoration, OpenDocument};
use crate::repository::{AllChanges, Root};
use crate::requests::lens_title;

impl GlobalState {
    /// A client asks for hints and lenses by itself when it edits a document. It must be told when they change because
    /// of another file.
    pub(super) fn refresh_decorations(&mut self, changes: &AllChanges) {
        let refresh = self.capabilities.refresh;
        if !refresh.inlay_hints && !refresh.code_lenses {
            return;
        }
        let (mut has_other_hints, mut has_other_lenses) = (false, false);
        for open in self.documents.values_mut() {
            let version = open.text.version();
            let is_affected = changes.affect_sites_of(&open.place);
            if let Some(old) = open.decoration.as_mut().filter(|_| !is_affected) {
                old.version = version;
                continue;
            }
            let Some(root) = self.roots.get(&open.place.root) else {
                continue;
            };
            let new = decoration(open, root);
            if let Some(old) = open.decoration.as_ref().filter(|old| old.version == version) {
                has_other_hints |= old.hints != new.hints;
                has_other_lenses |= old.lenses != new.lenses;
            }
            open.decoration = Some(new);
        }
        if has_other_hints && refresh.inlay_hints {
            self.client.refresh_inlay_hints();
        }
        if has_other_lenses && refresh.code_lenses {
            self.client.refresh_code_lenses();
        }
    }
}

fn decoration(open: &OpenDocument, root: &Root) -> Decoration {
    let path = &open.place.path;
    let hints = root.workspace().hints(path).into_iter();
    let sites = root.workspace().sites_in(path);
    Decoration {
        version: open.text.version(),
        hints: hints.map(|hint| hint.label).collect(),
        lenses: sites.iter().filter_map(|site| lens_title(root, site)).collect(),
    }
}
