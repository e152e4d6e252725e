use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};

use trustpub_analysis::{Changes, Config, File, FilePath, RepositorySlug, Workspace};
use trustpub_host::{DiskContent, supply_wanted};

use super::changes::RootChanges;
use crate::files::LoadedFiles;

/// A repository of which at least one document is open.
pub(crate) struct Root {
    workspace: Workspace,
    /// Which repository on GitHub it is, and whether that is a guess.
    repository: (Option<RepositorySlug>, bool),
    /// The editor's settings.
    settings: Config,
    /// Whether the files on disk are known, or only open documents.
    pub(crate) is_loaded: bool,
    /// The files as the workspace knows them, or will after the next check.
    contents: BTreeMap<FilePath, DiskContent>,
    /// The files that the workspace does not know yet.
    untold: BTreeSet<FilePath>,
    /// The files that the workspace asked for.
    on_demand: BTreeSet<FilePath>,
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
    /// A repository without files.
    pub(crate) fn new(settings: Config) -> Self {
        Self {
            workspace: Workspace::new(),
            repository: (None, false),
            settings,
            is_loaded: false,
            contents: BTreeMap::new(),
            untold: BTreeSet::new(),
            on_demand: BTreeSet::new(),
            needs_check: true,
            unchecked: RootChanges::default(),
        }
    }

    /// The files with their diagnostics and publish sites, as of the last [`Self::check`].
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

    /// Sets the editor's settings.
    pub(crate) fn set_settings(&mut self, settings: Config) {
        if self.settings != settings {
            self.settings = settings;
            self.needs_check = true;
        }
    }

    /// Sets the content of a file. None if it does not exist.
    pub(crate) fn set(&mut self, path: &FilePath, content: Option<DiskContent>) {
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

    /// Notes that a document was opened or closed.
    pub(crate) fn set_opened_or_closed(&mut self, path: &FilePath) {
        self.unchecked.texts.insert(path.clone());
    }

    /// Whether the workspace asked for the file.
    pub(crate) fn is_on_demand(&self, path: &FilePath) -> bool {
        self.on_demand.contains(path)
    }

    /// The files that the workspace asked for.
    pub(crate) fn on_demand(&self) -> Vec<FilePath> {
        self.on_demand.iter().cloned().collect()
    }

    /// Sets the content of all files on disk, except for those that are open.
    pub(crate) fn load(&mut self, loaded: LoadedFiles, is_open: impl Fn(&FilePath) -> bool) {
        self.is_loaded = true;
        let mut on_disk: BTreeMap<_, _> = loaded.files.into_iter().collect();
        for path in self.contents.keys().cloned().collect::<Vec<_>>() {
            let content = on_disk.remove(&path);
            if !is_open(&path) && !self.on_demand.contains(&path) {
                self.set(&path, content);
            }
        }
        for (path, content) in on_disk {
            if !is_open(&path) {
                self.set(&path, Some(content));
            }
        }
        let repository = (loaded.repository, loaded.repository_is_ambiguous);
        if self.repository != repository {
            self.repository = repository;
            self.needs_check = true;
            // Code lenses name it.
            self.unchecked.everything = true;
        }
    }

    /// Brings the diagnostics up to date. `read` reads files that the workspace asks for.
    ///
    /// Nothing in a workspace can be trusted after a panic, so another one takes its place, without the files that were
    /// new.
    pub(crate) fn check(
        &mut self,
        hook: Option<&dyn CheckHook>,
        read: &dyn Fn(&FilePath) -> Option<DiskContent>,
    ) -> (RootChanges, Option<LeftOut>) {
        let mut changes = std::mem::take(&mut self.unchecked);
        if !std::mem::take(&mut self.needs_check) {
            return (changes, None);
        }
        let untold = std::mem::take(&mut self.untold);
        let mut new = untold.clone();
        if let Some(checked) = self.tell_and_check(&untold, &BTreeSet::new(), &mut new, hook, read) {
            changes.checked = checked;
            return (changes, None);
        }
        self.workspace = Workspace::new();
        changes.everything = true;
        let all = self.contents.keys().cloned().collect();
        let is_checked = self.tell_and_check(&all, &new, &mut BTreeSet::new(), hook, read);
        if is_checked.is_none() {
            self.workspace = Workspace::new();
            self.untold = all;
        }
        (changes, Some(LeftOut(new)))
    }

    /// Hands files to the workspace and checks it. Adds the files that it asks for to `asked_for`. None if it panicked.
    fn tell_and_check(
        &mut self,
        files: &BTreeSet<FilePath>,
        left_out: &BTreeSet<FilePath>,
        asked_for: &mut BTreeSet<FilePath>,
        hook: Option<&dyn CheckHook>,
        read: &dyn Fn(&FilePath) -> Option<DiskContent>,
    ) -> Option<Changes> {
        let Self {
            workspace,
            contents,
            on_demand,
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
            for path in files {
                match contents.get(path).map(|content| visible(path, content)) {
                    None => workspace.remove_file(path),
                    Some(DiskContent::Text(text)) => workspace.set_file(path.clone(), text),
                    Some(DiskContent::Unreadable) => workspace.set_unreadable(path.clone()),
                }
            }
            if let Some(hook) = hook {
                hook.before_check(workspace);
            }
            supply_wanted(workspace, |path| {
                if on_demand.insert(path.clone()) {
                    asked_for.insert(path.clone());
                    contents.extend(read(path).map(|content| (path.clone(), content)));
                }
                contents.get(path).map(|content| visible(path, content))
            })
        };
        panic::catch_unwind(AssertUnwindSafe(check)).ok()
    }
}

#[cfg(test)]
mod tests {
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

    fn path(path: &str) -> FilePath {
        FilePath::new(path).unwrap()
    }

    fn text(text: &str) -> Option<DiskContent> {
        Some(DiskContent::Text(Arc::from(text)))
    }

    #[test]
    fn a_panic_over_a_file_that_was_asked_for_leaves_it_out() {
        let (workflow, script) = (path(".github/workflows/release.yml"), path("ship.sh"));
        let mut root = Root::new(Config::default());
        root.set(&workflow, text(WORKFLOW));
        let panics = |_: &FilePath| panic!("a bug");
        let (_, left_out) = root.check(None, &panics);
        let expected = BTreeSet::from([workflow.clone(), script.clone()]);
        assert_eq!(left_out.map(|left_out| left_out.0), Some(expected));
        assert!(root.file(&workflow).is_none());
        assert!(root.is_on_demand(&script));

        // Both come back when they change.
        root.set(&workflow, text(&format!("{WORKFLOW}# again\n")));
        root.set(&script, text("npm publish\n"));
        let (_, left_out) = root.check(None, &panics);
        assert!(left_out.is_none());
        assert_eq!(root.workspace().sites().count(), 1);
    }
}
