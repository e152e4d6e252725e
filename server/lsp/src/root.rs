use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};

use trustpub_analysis::Ranged;
use trustpub_analysis::assist::{CompletionItem, Link};
use trustpub_analysis::setup::SetupPlan;
use trustpub_analysis::{
    Config, Diagnostic, File, FilePath, InlayHint, PublishSite, RepositorySlug, TextRange,
};

use crate::analysis::Analysis;
use crate::file_source::{FileContent, LoadedFiles};

/// A repository of which at least one document is open.
pub(crate) struct Root {
    analysis: Box<dyn Analysis>,
    /// Which repository on GitHub it is, and whether that is a guess.
    repository: (Option<RepositorySlug>, bool),
    /// What the editor's settings say.
    settings: Config,
    /// Whether the files on disk are known, or only open documents.
    pub(crate) is_loaded: bool,
    /// What the analysis was told, or will be told at the next check.
    contents: BTreeMap<FilePath, FileContent>,
    /// The files that the analysis was not told about yet.
    untold: BTreeSet<FilePath>,
    /// The files that are read on demand, and were.
    on_demand: BTreeSet<FilePath>,
    needs_check: bool,
}

/// The analysis panicked. The files that were new to it are left out until they change again.
#[derive(Debug)]
pub(crate) struct AnalysisPanicked {
    pub(crate) left_out: BTreeSet<FilePath>,
}

impl Root {
    /// A repository of which no file is known yet.
    pub(crate) fn new(analysis: Box<dyn Analysis>, settings: Config) -> Self {
        Self {
            analysis,
            settings,
            repository: (None, false),
            is_loaded: false,
            contents: BTreeMap::new(),
            untold: BTreeSet::new(),
            on_demand: BTreeSet::new(),
            needs_check: true,
        }
    }

    /// Says what the editor's settings are now.
    pub(crate) fn set_settings(&mut self, settings: Config) {
        if self.settings != settings {
            self.settings = settings;
            self.needs_check = true;
        }
    }

    /// Says what a file holds now, or that there is no such file.
    pub(crate) fn set(&mut self, path: &FilePath, content: Option<FileContent>) {
        if self.contents.get(path) == content.as_ref() {
            return;
        }
        match content {
            Some(content) => self.contents.insert(path.clone(), content),
            None => self.contents.remove(path),
        };
        self.untold.insert(path.clone());
        self.needs_check = true;
    }

    /// The files that the analysis asks for.
    pub(crate) fn wanted(&self) -> Vec<FilePath> {
        self.analysis.wanted()
    }

    /// Gives the analysis a file that it asked for, or says that there is none.
    pub(crate) fn offer(&mut self, path: &FilePath, content: Option<FileContent>) {
        self.analysis.offer_file(path.clone(), None);
        self.on_demand.insert(path.clone());
        self.set(path, content);
        // A new analysis, made after a panic, has to be told again.
        self.untold.insert(path.clone());
        self.needs_check = true;
    }

    /// Whether the file is read on demand, and was.
    pub(crate) fn is_on_demand(&self, path: &FilePath) -> bool {
        self.on_demand.contains(path)
    }

    /// The files that are read on demand, and were.
    pub(crate) fn on_demand(&self) -> Vec<FilePath> {
        self.on_demand.iter().cloned().collect()
    }

    /// Takes what is on disk now for every file but those that are open.
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
        }
    }

    /// Brings the diagnostics up to date. `new_analysis` makes another analysis where this one panics: what it has
    /// computed cannot be trusted after that.
    pub(crate) fn check(
        &mut self,
        new_analysis: impl Fn() -> Box<dyn Analysis>,
    ) -> Result<(), AnalysisPanicked> {
        if !std::mem::take(&mut self.needs_check) {
            return Ok(());
        }
        let untold = std::mem::take(&mut self.untold);
        if self.tell_and_check(&untold, &BTreeSet::new()) {
            return Ok(());
        }
        self.analysis = new_analysis();
        let all = self.contents.keys().cloned().collect();
        if !self.tell_and_check(&all, &untold) {
            self.analysis = new_analysis();
            self.untold = all;
        }
        Err(AnalysisPanicked { left_out: untold })
    }

    /// Tells the analysis about files and lets it check. False if it panicked.
    fn tell_and_check(&mut self, files: &BTreeSet<FilePath>, left_out: &BTreeSet<FilePath>) -> bool {
        let Self {
            analysis,
            contents,
            repository,
            settings,
            ..
        } = self;
        let result = panic::catch_unwind(AssertUnwindSafe(|| {
            analysis.set_repository(repository.0.clone(), repository.1);
            analysis.set_settings(settings.clone());
            for path in files {
                match contents.get(path) {
                    None => analysis.remove_file(path),
                    Some(FileContent::Text(text)) if !left_out.contains(path) => {
                        analysis.set_file(path.clone(), text.clone());
                    }
                    // That it exists stays known: what it holds is unknown, not absent.
                    Some(_) => analysis.set_unreadable(path.clone()),
                }
            }
            analysis.check();
        }));
        result.is_ok()
    }

    /// The diagnostics of a file as of the last check.
    pub(crate) fn diagnostics(&self, path: &FilePath) -> &[Diagnostic] {
        self.analysis.diagnostics(path)
    }

    /// The inlay hints of a file as of the last check, in text order.
    pub(crate) fn hints(&self, path: &FilePath) -> Vec<InlayHint> {
        self.analysis.hints(path)
    }

    /// The publish sites whose command stands in a file, in text order.
    pub(crate) fn sites_in(&self, path: &FilePath) -> Vec<PublishSite> {
        self.analysis.sites_in(path)
    }

    /// Which repository on GitHub it is, where that is no guess.
    pub(crate) fn certain_repository(&self) -> Option<&RepositorySlug> {
        match &self.repository {
            (slug, false) => slug.as_ref(),
            (_, true) => None,
        }
    }

    /// The links of a file.
    pub(crate) fn links(&self, path: &FilePath) -> Vec<Link> {
        self.analysis.links(path)
    }

    /// What could be written at an offset of a file.
    pub(crate) fn completions(
        &self,
        path: &FilePath,
        offset: usize,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Vec<CompletionItem> {
        self.analysis.completions(path, offset, is_there)
    }

    /// The name in a manifest whose package is published to npm.
    pub(crate) fn published_name(&self, manifest: &FilePath) -> Option<Ranged<String>> {
        self.analysis.published_name(manifest)
    }

    /// What sets up the package whose name stands in a range of its manifest.
    pub(crate) fn setup(
        &self,
        manifest: &FilePath,
        at: TextRange,
        is_there: &dyn Fn(&str) -> bool,
    ) -> Option<SetupPlan> {
        self.analysis.setup(manifest, at, is_there)
    }

    /// The file at `path`, where its text is known to the analysis.
    pub(crate) fn file(&self, path: &FilePath) -> Option<&File> {
        self.analysis.file(path)
    }
}
