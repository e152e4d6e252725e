//! The folder in which a command runs.

use std::sync::Arc;

use super::scripts::ScriptContext;
use super::{WalkFrame, Walker};
use crate::publish::read::command::FolderChangeKind;
use crate::syntax::shell::{Command, Loop, Word};
use crate::text::FilePath;

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
    /// The subshells in which a folder was entered, and the folder.
    entered: Vec<(Vec<u32>, Option<String>)>,
    pushed: Vec<Option<String>>,
}

impl Folders {
    pub(crate) fn new(start: Option<String>) -> Self {
        Self {
            entered: vec![(Vec::new(), start)],
            pushed: Vec::new(),
        }
    }

    pub(crate) fn of(&self, command: &Command) -> Option<String> {
        let innermost = self
            .entered
            .iter()
            .rev()
            .find(|(subshells, _)| command.subshells.starts_with(subshells));
        innermost.and_then(|(_, folder)| folder.clone())
    }

    /// Enters a folder; `popd` knows by itself which.
    pub(crate) fn change(&mut self, command: &Command, kind: FolderChangeKind, folder: Option<String>) {
        let folder = match kind {
            FolderChangeKind::Cd => folder,
            FolderChangeKind::Push => {
                self.pushed.push(self.of(command));
                folder
            }
            FolderChangeKind::Pop => self.pushed.pop().flatten(),
        };
        self.entered.push((command.subshells.clone(), folder));
    }
}

impl<'a> Walker<'_, 'a> {
    /// The path that a word names in a folder; none where only the run knows it, or where it leads out of the
    /// repository.
    pub(crate) fn path_of_word(
        &self,
        context: &ScriptContext<'_, 'a>,
        loops: &[Arc<Loop>],
        word: &Word,
        folder: Option<&str>,
    ) -> Option<FilePath> {
        if let Some((base, rest)) = anchored(context.frame, &word.text) {
            return FilePath::resolve(base, rest);
        }
        FilePath::resolve(folder?, &self.folder_of_word(context, loops, word)?)
    }
}

/// The folder of the repository with which a path begins, where a variable names it, and the rest of the path.
fn anchored<'t>(frame: &'t WalkFrame<'_>, text: &'t str) -> Option<(&'t str, &'t str)> {
    let rest = |names: &[&str]| {
        let rest = names.iter().find_map(|name| text.strip_prefix(name))?;
        let is_path = rest.is_empty() || rest.starts_with('/');
        let is_known = !rest.contains(['$', '`', '*', '?']);
        (is_path && is_known).then(|| rest.trim_start_matches('/'))
    };
    if let Some(rest) = rest(&ROOTS) {
        return Some(("", rest));
    }
    let rest = rest(&ACTION_FOLDERS).filter(|_| frame.is_composite)?;
    Some((frame.path.folder(), rest))
}
