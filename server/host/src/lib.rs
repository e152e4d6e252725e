//! The outside world: finding and reading the files of a repository, its git remote, writing fixes.
//!
//! Nothing here knows what a workflow means; that is the analysis. Nothing here runs a program or talks to a
//! network: git's configuration is read as the text that it is.

mod create;
mod file_state;
mod files;
mod git;
mod path;
mod problem;
mod root;
#[cfg(test)]
mod test_folder;
mod write;

pub use create::create_file;
pub use file_state::FileState;
pub use files::{
    DiskContent, LoadOptions, Loaded, Snapshot, build_workspace, is_in_repository, is_in_skipped_folder,
    largest, load, read_listed, read_wanted, supply_wanted,
};
pub use git::{GitEnvironment, GitRepository, find_git_repository};
pub use path::{absolute_path, relative_path, shown_path};
pub use problem::{FileProblem, ProblemKind};
pub use root::{GIT_FOLDER, ResolvedPath, RootError, WORKFLOWS_FOLDER, find_root, resolve, resolve_file};
pub use write::{SaveError, WriteError, remove_left_behind, save_file, write_if_unchanged};
