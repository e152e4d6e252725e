use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use trustpub_analysis::FilePath;

use super::walk;
use crate::file_state::FileState;
use crate::path::absolute_path;

/// Which files of a repository the analysis reads, and the state of each: what has to be different before it can find something
/// else.
///
/// It is asked for again and again, and not told by the operating system. A watch of each folder would have to follow the same
/// ignore rules, needs a number of watches that Linux limits, and is silent on network drives and in containers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    root: PathBuf,
    asked_for: Vec<FilePath>,
    listed: BTreeMap<FilePath, Option<FileState>>,
    /// Files that were asked for on demand, whether they exist or not.
    on_demand: BTreeMap<FilePath, Option<FileState>>,
}

impl Snapshot {
    /// The files that [`load`](super::load) would read now, to be taken before it does.
    pub fn take(root: &Path, asked_for: &[FilePath]) -> Self {
        Self {
            root: root.to_path_buf(),
            asked_for: asked_for.to_vec(),
            listed: listed(root, asked_for),
            on_demand: BTreeMap::new(),
        }
    }

    /// Adds a file that is going to be read on demand.
    pub fn add(&mut self, path: &FilePath) {
        let state = state(&self.root, path);
        self.on_demand.entry(path.clone()).or_insert(state);
    }

    /// The same files as they are now, with those that are new.
    pub fn again(&self) -> Self {
        let on_demand = self.on_demand.keys();
        Self {
            root: self.root.clone(),
            asked_for: self.asked_for.clone(),
            listed: listed(&self.root, &self.asked_for),
            on_demand: on_demand
                .map(|path| (path.clone(), state(&self.root, path)))
                .collect(),
        }
    }

    /// The files that are not the same as in an earlier snapshot.
    pub fn changed_since<'s>(&'s self, earlier: &'s Self) -> impl Iterator<Item = &'s FilePath> {
        changed(&self.listed, &earlier.listed).chain(changed(&self.on_demand, &earlier.on_demand))
    }

    /// How many files exist.
    pub fn file_count(&self) -> usize {
        let states = self.listed.values().chain(self.on_demand.values());
        states.filter(|state| state.is_some()).count()
    }

    /// The repository's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

fn listed(root: &Path, asked_for: &[FilePath]) -> BTreeMap<FilePath, Option<FileState>> {
    let files = walk::list(root, asked_for).files.into_iter();
    files
        .map(|path| {
            let state = state(root, &path);
            (path, state)
        })
        .collect()
}

fn state(root: &Path, path: &FilePath) -> Option<FileState> {
    FileState::of(&absolute_path(root, path)).ok()
}

type States = BTreeMap<FilePath, Option<FileState>>;

fn changed<'s>(now: &'s States, earlier: &'s States) -> impl Iterator<Item = &'s FilePath> {
    let is_new = |(path, state): &(&FilePath, &Option<FileState>)| earlier.get(*path) != Some(*state);
    let new = now.iter().filter(is_new).map(|(path, _)| path);
    new.chain(earlier.keys().filter(|path| !now.contains_key(*path)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::TestFolder;

    fn path(path: &str) -> FilePath {
        FilePath::new(path).unwrap()
    }

    #[test]
    fn only_files_that_matter_make_a_difference() {
        let folder = TestFolder::with(&[
            (".github/workflows/ci.yml", "on: push\n"),
            (".gitignore", "dist\n"),
            ("package.json", "{}"),
        ]);
        let mut before = Snapshot::take(folder.path(), &[]);
        before.add(&path("scripts/publish.sh"));
        assert_eq!(before.file_count(), 2);
        let changed = || {
            let now = before.again();
            let changed = now.changed_since(&before).map(ToString::to_string);
            changed.collect::<Vec<_>>()
        };
        for other in [
            "README.md",
            "dist/package.json",
            "node_modules/x/package.json",
            "scripts/other.sh",
        ] {
            folder.write(other, "{}");
        }
        assert_eq!(changed(), [""; 0]);
        assert_eq!(before.again(), before);
        folder.write("package.json", "{ }");
        folder.write("packages/a/package.json", "{}");
        folder.write("scripts/publish.sh", "npm publish\n");
        assert_eq!(
            changed(),
            ["package.json", "packages/a/package.json", "scripts/publish.sh"]
        );
        std::fs::remove_file(folder.at(".github/workflows/ci.yml")).unwrap();
        assert!(changed().contains(&".github/workflows/ci.yml".to_owned()));
        assert_ne!(before.again(), before);
    }
}
