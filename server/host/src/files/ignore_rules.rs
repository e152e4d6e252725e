use std::fs;
use std::path::Path;
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::git::exclude_file;

/// The largest ignore file that is read.
const LARGEST_IGNORE_FILE: u64 = 256 << 10;

/// What git ignores in a folder: the rules of its own `.gitignore`, and after them those of the folders above.
///
/// The walks of the `ignore` crate ask the disk four times for each folder whether it has one of the files that
/// could hold rules; our walk has seen the folder's entries already, which makes it twice as fast.
#[derive(Debug)]
pub(super) struct IgnoreRules {
    own: Gitignore,
    above: Option<Arc<Self>>,
}

impl IgnoreRules {
    /// The rules that count before any `.gitignore`: the user's and those of this clone.
    ///
    /// Those of a repository around the root do not count. They may well ignore it, being test data to them.
    pub(super) fn of_repository(root: &Path) -> Arc<Self> {
        let (global, _bad_rules) = GitignoreBuilder::new(root).build_global();
        let global = Arc::new(Self {
            own: global,
            above: None,
        });
        match exclude_file(root) {
            Some(file) => global.with_file(root, &file),
            None => global,
        }
    }

    /// These rules with those of the folder's `.gitignore` before them.
    pub(super) fn with_file_in(self: &Arc<Self>, folder: &Path) -> Arc<Self> {
        self.with_file(folder, &folder.join(".gitignore"))
    }

    fn with_file(self: &Arc<Self>, folder: &Path, file: &Path) -> Arc<Self> {
        // Rules by the megabyte are an accident, and turning them into a matcher would take minutes.
        let is_sane = |metadata: fs::Metadata| metadata.is_file() && metadata.len() <= LARGEST_IGNORE_FILE;
        if !fs::metadata(file).is_ok_and(is_sane) {
            return Arc::clone(self);
        }
        let mut builder = GitignoreBuilder::new(folder);
        // A rule that cannot be understood is left out, as git does it.
        let _bad_rules = builder.add(file);
        match builder.build() {
            Ok(own) => Arc::new(Self {
                own,
                above: Some(Arc::clone(self)),
            }),
            Err(_) => Arc::clone(self),
        }
    }

    /// Whether the file or folder is ignored, provided that no folder above it is.
    pub(super) fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        let mut rules = self;
        loop {
            match rules.own.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
            match &rules.above {
                Some(above) => rules = above,
                None => return false,
            }
        }
    }
}
