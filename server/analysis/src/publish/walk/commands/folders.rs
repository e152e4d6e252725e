//! The folder in which a command runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::script_context::ScriptContext;
use crate::publish::read::command::FolderChangeKind;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::{Command, Loop, Word};
use crate::text::{FilePath, FolderPath};

/// Words for the root of the checkout.
const ROOTS: [&str; 5] = [
    "$GITHUB_WORKSPACE",
    "${GITHUB_WORKSPACE}",
    "${{ github.workspace }}",
    "${{github.workspace}}",
    "$(git rev-parse --show-toplevel)",
];

/// Words for the folder of a composite action.
const ACTION_FOLDERS: [&str; 4] = [
    "$GITHUB_ACTION_PATH",
    "${GITHUB_ACTION_PATH}",
    "${{ github.action_path }}",
    "${{github.action_path}}",
];

/// In which folder a command runs, `cd` and subshells followed.
pub(crate) struct Folders {
    /// The subshells in which a folder was entered, with the number of the change and the folder.
    entered: BTreeMap<Vec<u32>, (usize, Option<FolderPath>)>,
    changes: usize,
    pushed: Vec<Option<FolderPath>>,
}

impl Folders {
    pub(crate) fn new(start: Option<FolderPath>) -> Self {
        Self {
            entered: BTreeMap::from([(Vec::new(), (0, start))]),
            changes: 0,
            pushed: Vec::new(),
        }
    }

    pub(crate) fn of(&self, command: &Command) -> Option<FolderPath> {
        let around = (0..=command.subshells.len()).filter_map(|n| command.subshells.get(..n));
        let entered = around.filter_map(|subshells| self.entered.get(subshells));
        let (_, folder) = entered.max_by_key(|(change, _)| *change)?;
        folder.clone()
    }

    /// Enters a folder; `popd` knows by itself which.
    pub(crate) fn change(&mut self, command: &Command, kind: FolderChangeKind, folder: Option<FolderPath>) {
        let folder = match kind {
            FolderChangeKind::Cd => folder,
            FolderChangeKind::Push => {
                self.pushed.push(self.of(command));
                folder
            }
            FolderChangeKind::Pop => self.pushed.pop().flatten(),
        };
        self.changes += 1;
        self.entered
            .insert(command.subshells.clone(), (self.changes, folder));
    }
}

impl<'a> Walker<'_, 'a> {
    /// Resolves a word against a folder. `None` if its value is known only at run time, or if it leads out of the
    /// repository.
    pub(crate) fn folder_at(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        word: &Word,
        folder: Option<&FolderPath>,
    ) -> Option<FolderPath> {
        if let Some((base, rest)) = anchored(context.frame, &word.text) {
            return self.in_repository(base.join(rest)?);
        }
        let entered = folder?.join(&self.folder_of_word(context, loops, word)?)?;
        // What is in a folder of this repository is of this repository too.
        match word.text.trim_matches(['.', '/']).is_empty() {
            true => Some(entered),
            false => self.in_repository(entered),
        }
    }

    /// The file that a word names in a folder, as [`Self::folder_at`].
    pub(crate) fn file_at(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        word: &Word,
        folder: &FolderPath,
    ) -> Option<FilePath> {
        if let Some((base, rest)) = anchored(context.frame, &word.text) {
            return self.file_in_repository(&base.file(rest)?);
        }
        self.file_in_repository(&folder.file(&self.folder_of_word(context, loops, word)?)?)
    }
}

/// A path from the root of the checkout, as it is written with the variable for that.
pub(super) fn root_path(text: &str) -> Option<String> {
    let rest = ROOTS.iter().find_map(|root| text.strip_prefix(root))?;
    let is_path = rest.is_empty() || rest.starts_with('/');
    let is_known = !rest.contains(['$', '`', '*', '?', ' ', '\n']);
    (is_path && is_known).then(|| format!("$GITHUB_WORKSPACE{rest}"))
}

/// The folder of the repository with which a path begins, where a variable names it, and the rest of the path.
pub(super) fn anchored<'t>(frame: &WalkFrame<'_>, text: &'t str) -> Option<(FolderPath, &'t str)> {
    let rest = |names: &[&str]| {
        let rest = names.iter().find_map(|name| text.strip_prefix(name))?;
        let is_path = rest.is_empty() || rest.starts_with('/');
        let is_known = !rest.contains(['$', '`', '*', '?']);
        (is_path && is_known).then(|| rest.trim_start_matches('/'))
    };
    if let Some(rest) = rest(&ROOTS) {
        return Some((FolderPath::root(), rest));
    }
    let rest = rest(&ACTION_FOLDERS).filter(|_| frame.is_composite)?;
    Some((frame.path.folder(), rest))
}
