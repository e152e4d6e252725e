//! The files that an analysis asks for: scripts that steps run, lock files.

use std::path::Path;

use trustpub_analysis::{Changes, FilePath, Workspace};

use super::{DiskContent, content_of, largest, read};
use crate::path::absolute_path;

/// A script can lead to another script, that one to the modules that it imports one after the other, and to a lock file.
/// An analysis follows 32 files at most, so it never gets to this number, which only keeps a mistake from going on for ever.
const MOST_ROUNDS: usize = 100;

/// Checks the workspace and gives it the files that it asks for, until it asks for no more. `read` returns the content
/// of such a file, or none if it does not exist. Returns what the checks changed.
///
/// The content of a file that cannot be read is unknown to the analysis.
pub fn supply_wanted(
    workspace: &mut Workspace,
    mut read: impl FnMut(&FilePath) -> Option<DiskContent>,
) -> Changes {
    let mut changes = workspace.check();
    for _ in 0..MOST_ROUNDS {
        let wanted = workspace.wanted();
        if wanted.is_empty() {
            break;
        }
        let mut offers = Vec::with_capacity(wanted.len());
        let mut unreadable = Vec::new();
        for path in wanted {
            let text = match read(&path) {
                Some(DiskContent::Text(text)) => Some(text),
                None => None,
                Some(DiskContent::Unreadable) => {
                    unreadable.push(path.clone());
                    None
                }
            };
            offers.push((path, text));
        }
        workspace.offer_files(offers);
        for path in unreadable {
            workspace.set_unreadable(path);
        }
        changes.add(workspace.check());
    }
    changes
}

/// Reads a file of the repository at `root` that the analysis asked for. None if it does not exist.
pub fn read_wanted(root: &Path, path: &FilePath) -> Option<DiskContent> {
    let absolute = absolute_path(root, path);
    // The path comes from a workflow, so it may lead through a link that the listing of folders did not follow.
    if read::is_in_folder_outside(root, &absolute) {
        return Some(DiskContent::Unreadable);
    }
    content_of(read::read(root, &absolute, largest(path)))
}

/// Whether the folder of a file is in the repository at `root` when links are followed, or is not there.
pub fn is_in_repository(root: &Path, path: &FilePath) -> bool {
    !read::is_in_folder_outside(root, &absolute_path(root, path))
}
