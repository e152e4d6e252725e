use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use trustpub_analysis::{Changes, Config, File, FileKind, FilePath, RepositorySlug, Workspace};
use trustpub_host::{DiskContent, supply_wanted};

use super::changes::RootChanges;
use super::inbox::Inbox;
use super::presence::Presence;
use crate::files::{FileSource, LoadedFiles, git_files, is_about_every_file};

/// So many changed files are read one by one; if there are more, all are.
const MOST_SINGLE_FILES: usize = 64;

/// After so many rounds, the files that the analysis asks for are taken as they are.
const MOST_ROUNDS: usize = 8;

/// A repository of which at least one document is open.
pub(crate) struct Root {
    workspace: Workspace,
    /// Which repository on GitHub it is, and whether that is a guess.
    repository: (Option<RepositorySlug>, bool),
    /// The editor's settings.
    settings: Config,
    presence: Presence,
    /// The files as the workspace knows them, or will after the next check.
    contents: BTreeMap<FilePath, DiskContent>,
    /// The files that the workspace does not know yet.
    untold: BTreeSet<FilePath>,
    needs_check: bool,
    /// What changed since the last check, apart from its results.
    unchecked: RootChanges,
}

/// The files that are left out until they change, because the analysis panicked when they were new to it.
pub(crate) struct LeftOut(pub(crate) BTreeSet<FilePath>);

/// Called before each check of a repository. Tests use it to make an analysis slow, or panic.
pub trait CheckHook: Send + Sync {
    /// `workspace` has the newest texts and is checked next.
    fn before_check(&self, workspace: &Workspace);
}

impl Root {
    /// A repository without files, until it takes something in.
    pub(super) fn new(folder: PathBuf, is_repository: bool, settings: Config) -> Self {
        Self {
            workspace: Workspace::new(),
            repository: (None, false),
            settings,
            presence: Presence::new(folder, is_repository),
            contents: BTreeMap::new(),
            untold: BTreeSet::new(),
            needs_check: true,
            unchecked: RootChanges::default(),
        }
    }

    /// The files with their diagnostics and publish sites, as of the last [`Self::update`].
    pub(crate) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// The file at `path`, if the workspace knows its text.
    pub(crate) fn file(&self, path: &FilePath) -> Option<&File> {
        self.workspace.file(path)
    }

    /// The repository on GitHub, unless it is a guess.
    pub(crate) fn certain_repository(&self) -> Option<&RepositorySlug> {
        match &self.repository {
            (slug, false) => slug.as_ref(),
            (_, true) => None,
        }
    }

    /// Whether the analysis asks for the file.
    pub(crate) fn asks_for(&self, path: &FilePath) -> bool {
        self.presence.asked_for.contains(path)
    }

    /// Takes in what happened, and updates the diagnostics.
    pub(crate) fn update(
        &mut self,
        inbox: Inbox,
        files: &dyn FileSource,
        hook: Option<&dyn CheckHook>,
    ) -> (RootChanges, Option<LeftOut>) {
        self.take_in(inbox, files);
        self.check(files, hook)
    }

    fn take_in(&mut self, mut inbox: Inbox, files: &dyn FileSource) {
        let has_linked_git_files = !inbox.on_disk.is_empty() && self.has_linked_git_files(files);
        // A client tells of every file that is deleted. A link may lead to any of them.
        if !has_linked_git_files && self.presence.linked.is_empty() {
            inbox.on_disk.retain(|path| self.has_use_for(path, files));
        }
        if let Some(settings) = inbox.settings
            && self.settings != settings
        {
            self.settings = settings;
            self.needs_check = true;
        }
        let is_out_of_date =
            inbox.is_out_of_date || has_linked_git_files || self.is_out_of_date_by(&inbox.on_disk, files);
        let mut touched = inbox.on_disk;
        if !touched.is_empty() {
            touched.extend(self.presence.linked.iter().cloned());
        }
        for (path, buffer) in inbox.buffers {
            match buffer {
                Some(buffer) => self.presence.buffers.insert(path.clone(), buffer),
                None => self.presence.buffers.remove(&path),
            };
            // Its URI may be spelled differently now.
            self.unchecked.texts.insert(path.clone());
            touched.insert(path);
        }
        if is_out_of_date {
            self.read_all(files);
            return;
        }
        for path in touched {
            let content = self.presence.content(&path, files);
            self.set(&path, content);
            self.set_saved_again(&path);
        }
    }

    /// Whether a change of this path on disk can matter, apart from links to it.
    fn has_use_for(&self, path: &FilePath, files: &dyn FileSource) -> bool {
        files.includes(path)
            || is_about_every_file(path)
            || self.contents.contains_key(path)
            || self.presence.asked_for.contains(path)
            || self.has_files_below(path)
            || files.is_folder(&self.presence.folder, path)
    }

    /// Whether a change on disk is about more than the files that it names.
    fn is_out_of_date_by(&self, on_disk: &BTreeSet<FilePath>, files: &dyn FileSource) -> bool {
        on_disk.len() > MOST_SINGLE_FILES
            || on_disk.iter().any(|path| {
                is_about_every_file(path)
                    || self.has_files_below(path)
                    || files.is_folder(&self.presence.folder, path)
            })
    }

    /// Whether a link in the folder of git may lead to any file.
    fn has_linked_git_files(&self, files: &dyn FileSource) -> bool {
        git_files().any(|path| files.is_linked(&self.presence.folder, &path))
    }

    /// Whether a path is, or was, that of a folder with files.
    fn has_files_below(&self, path: &FilePath) -> bool {
        let is_below = |file: &FilePath| {
            let rest = file.as_str().strip_prefix(path.as_str());
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        self.contents.keys().any(is_below) || self.presence.asked_for.iter().any(is_below)
    }

    /// Reads all files that are on disk.
    fn read_all(&mut self, files: &dyn FileSource) {
        let loaded = match self.presence.is_repository {
            true => files.load(&self.presence.folder),
            false => LoadedFiles::default(),
        };
        let mut listed: BTreeMap<_, _> = loaded.files.into_iter().collect();
        let mut known: BTreeSet<FilePath> = self.contents.keys().cloned().collect();
        known.extend(self.presence.asked_for.iter().cloned());
        known.extend(self.presence.buffers.keys().cloned());
        known.extend(listed.keys().cloned());
        for path in known {
            let listed = listed.remove(&path);
            let content = match self.presence.buffer(&path, files) {
                Some(buffer) => Some(buffer),
                None => self.presence.content_on_disk(&path, files, listed),
            };
            self.set(&path, content);
            self.set_saved_again(&path);
        }
        let repository = (loaded.repository, loaded.repository_is_ambiguous);
        if self.repository != repository {
            self.repository = repository;
            self.needs_check = true;
            // Code lenses name it.
            self.unchecked.everything = true;
        }
    }

    /// Sets the content of a file. None if it does not exist.
    fn set(&mut self, path: &FilePath, content: Option<DiskContent>) {
        if self.contents.get(path) == content.as_ref() {
            return;
        }
        match content {
            Some(content) => self.contents.insert(path.clone(), content),
            None => self.contents.remove(path),
        };
        self.untold.insert(path.clone());
        self.unchecked.texts.insert(path.clone());
        self.needs_check = true;
    }

    /// Notes that a file may have changed on disk. For an open manifest that matters while its text cannot be parsed.
    fn set_saved_again(&mut self, path: &FilePath) {
        let is_manifest = FileKind::of(path.as_str()) == Some(FileKind::Manifest);
        if is_manifest && self.presence.buffers.contains_key(path) {
            self.untold.insert(path.clone());
            self.needs_check = true;
        }
    }

    /// Nothing in a workspace can be trusted after a panic, so another one takes its place, without the files that were
    /// new.
    fn check(
        &mut self,
        files: &dyn FileSource,
        hook: Option<&dyn CheckHook>,
    ) -> (RootChanges, Option<LeftOut>) {
        let mut changes = std::mem::take(&mut self.unchecked);
        if !std::mem::take(&mut self.needs_check) {
            return (changes, None);
        }
        let untold = std::mem::take(&mut self.untold);
        let mut new = untold.clone();
        if let Some(checked) = self.tell_and_check(&untold, &BTreeSet::new(), &mut new, files, hook) {
            changes.checked = checked;
            return (changes, None);
        }
        self.workspace = Workspace::new();
        changes.everything = true;
        let all = self.contents.keys().cloned().collect();
        let is_checked = self.tell_and_check(&all, &new, &mut BTreeSet::new(), files, hook);
        if is_checked.is_none() {
            self.workspace = Workspace::new();
            self.untold = all;
        }
        (changes, Some(LeftOut(new)))
    }

    /// Hands files to the workspace and checks it. Adds the files that it asks for to `new`. None if it panicked.
    fn tell_and_check(
        &mut self,
        told: &BTreeSet<FilePath>,
        left_out: &BTreeSet<FilePath>,
        new: &mut BTreeSet<FilePath>,
        files: &dyn FileSource,
        hook: Option<&dyn CheckHook>,
    ) -> Option<Changes> {
        let Self {
            workspace,
            contents,
            presence,
            repository,
            settings,
            ..
        } = self;
        // The content of a file that is left out is unknown to the workspace, but that it exists stays known.
        let visible = |path: &FilePath, content: &DiskContent| match left_out.contains(path) {
            true => DiskContent::Unreadable,
            false => content.clone(),
        };
        let check = || {
            workspace.set_repository(repository.0.clone(), repository.1);
            workspace.set_overlay(settings.clone());
            for path in told {
                let content = contents.get(path).map(|content| visible(path, content));
                tell(workspace, presence, path, content, files);
            }
            if let Some(hook) = hook {
                hook.before_check(workspace);
            }
            let mut changes = Changes::default();
            for _ in 0..MOST_ROUNDS {
                changes.add(supply_wanted(workspace, |path| {
                    if presence.asked_for.insert(path.clone()) {
                        new.insert(path.clone());
                        let content = presence.content(path, files);
                        contents.extend(content.map(|content| (path.clone(), content)));
                    }
                    contents.get(path).map(|content| visible(path, content))
                }));
                // What is not asked for any more is forgotten, so that it has no effect.
                let asked_for = workspace.asked_for();
                let is_over = |path: &&FilePath| !asked_for.contains(*path);
                let over: Vec<_> = presence.asked_for.iter().filter(is_over).cloned().collect();
                if over.is_empty() {
                    break;
                }
                for path in over {
                    presence.asked_for.remove(&path);
                    workspace.withdraw_file(&path);
                    let content = presence.content(&path, files);
                    match &content {
                        Some(content) => contents.insert(path.clone(), content.clone()),
                        None => contents.remove(&path),
                    };
                    let content = content.map(|content| visible(&path, &content));
                    tell(workspace, presence, &path, content, files);
                }
            }
            changes
        };
        panic::catch_unwind(AssertUnwindSafe(check)).ok()
    }
}

fn tell(
    workspace: &mut Workspace,
    presence: &Presence,
    path: &FilePath,
    content: Option<DiskContent>,
    files: &dyn FileSource,
) {
    match content {
        None => workspace.remove_file(path),
        Some(DiskContent::Text(text)) if presence.buffers.contains_key(path) => {
            workspace.set_buffer(path.clone(), text, || presence.saved(path, files));
        }
        Some(DiskContent::Text(text)) => workspace.set_file(path.clone(), text),
        Some(DiskContent::Unreadable) => workspace.set_unreadable(path.clone()),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;

    const WORKFLOW: &str = "\
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - run: ./ship.sh
";

    /// A bug in reading.
    struct Panics;

    impl FileSource for Panics {
        fn find_root(&self, _: &Path) -> Option<PathBuf> {
            None
        }

        fn includes(&self, path: &FilePath) -> bool {
            FileKind::of(path.as_str()).is_some()
        }

        fn load(&self, _: &Path) -> LoadedFiles {
            LoadedFiles::default()
        }

        fn read(&self, _: &Path, _: &FilePath) -> Option<DiskContent> {
            None
        }

        fn is_there(&self, _: &Path, _: &str) -> bool {
            false
        }

        fn is_folder(&self, _: &Path, _: &FilePath) -> bool {
            false
        }

        fn is_linked(&self, _: &Path, _: &FilePath) -> bool {
            false
        }

        fn read_on_demand(&self, _: &Path, _: &FilePath) -> Option<DiskContent> {
            panic!("a bug")
        }
    }

    fn path(path: &str) -> FilePath {
        FilePath::new(path).unwrap()
    }

    fn typed(files: &[(&FilePath, &str)]) -> Inbox {
        let mut inbox = Inbox::default();
        for (path, text) in files {
            inbox.set_buffer((*path).clone(), Some(DiskContent::Text(Arc::from(*text))));
        }
        inbox
    }

    #[test]
    fn a_panic_over_a_file_that_was_asked_for_leaves_it_out() {
        let (workflow, script) = (path(".github/workflows/release.yml"), path("ship.sh"));
        let mut root = Root::new(PathBuf::from("/r"), true, Config::default());
        let (_, left_out) = root.update(typed(&[(&workflow, WORKFLOW)]), &Panics, None);
        let expected = BTreeSet::from([workflow.clone(), script.clone()]);
        assert_eq!(left_out.map(|left_out| left_out.0), Some(expected));
        assert!(root.file(&workflow).is_none());

        // Both come back when they change.
        let again = format!("{WORKFLOW}# again\n");
        let inbox = typed(&[(&workflow, &again), (&script, "npm publish\n")]);
        let (_, left_out) = root.update(inbox, &Panics, None);
        assert!(left_out.is_none());
        assert_eq!(root.workspace().sites().count(), 1);
    }
}
