//! The files of one repository, and what is known about them. Only what a change touches is computed again:
//! a file is parsed when its text changes, and analysed when something changed that its last analysis looked at.

mod changes;
mod check_file;
mod config_layers;
mod grouping;
mod known_names;
mod one_line;
mod packages;
mod settings;
mod shown;
mod staleness;
mod suppression;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

pub use changes::Changes;
use check_file::{FileFindings, check_file, in_context};
use config_layers::ConfigLayers;
pub(crate) use known_names::known_names;
pub use known_names::{config_names, editor_settings};
use one_line::put_on_one_line;

use crate::checker::context::CheckContext;
use crate::diagnostic::{Applicability, Diagnostic, FileEdits};
use crate::model::repository::RepositorySlug;
use crate::publish::SiteReport;
use crate::sources::{
    Assumptions, CallGraph, Changed, Content, File, FileFacts, Looks, RepositoryFacts, Sources,
};
use crate::text::{FileKind, FilePath, TextEdit};

/// From how many files on threads are worth their start.
const PARALLEL_FROM: usize = 16;

/// The files of one repository together with the diagnostics and publish sites found in them.
#[derive(Debug, Default)]
pub struct Workspace {
    /// All files that could be read.
    files: BTreeMap<FilePath, File>,
    /// The files that exist but could not be read.
    unreadable: BTreeSet<FilePath>,
    /// The files read on demand that were asked for and have been offered, or are known to be absent.
    offered: BTreeSet<FilePath>,
    /// Files read on demand that are asked for whatever the analyses look at.
    also_wanted: BTreeSet<FilePath>,
    /// Which jobs and files call which workflows and actions.
    calls: CallGraph,
    /// What the files do not show.
    repository: RepositoryFacts,
    /// The configuration.
    config: ConfigLayers,
    /// The files whose analysis is out of date or was never made.
    stale: BTreeSet<FilePath>,
    /// What analyses asked about other files.
    facts: FileFacts,
    /// The last analysis of each file.
    analyses: BTreeMap<FilePath, FileAnalysis>,
    /// What is reported in each file, from all analyses together.
    diagnostics: BTreeMap<FilePath, Vec<Diagnostic>>,
    /// For each file the files whose analysis reports something there.
    reported_by: BTreeMap<FilePath, BTreeSet<FilePath>>,
    /// For each file the files whose analysis has a publish site or a hint there.
    shown_by: BTreeMap<FilePath, BTreeSet<FilePath>>,
}

/// The last analysis of one file.
#[derive(Debug)]
struct FileAnalysis {
    /// What it found.
    findings: FileFindings,
    /// What it looked at.
    looks: Looks,
}

impl Workspace {
    /// A repository without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the repository on GitHub, if it is known. Without it, rules that compare with it stay silent. If it is
    /// ambiguous, it may be that of a fork, and rules say less.
    pub fn set_repository(&mut self, slug: Option<RepositorySlug>, is_ambiguous: bool) {
        let known = &mut self.repository;
        if (&known.slug, known.slug_is_ambiguous) != (&slug, is_ambiguous) {
            known.slug = slug;
            known.slug_is_ambiguous = is_ambiguous;
            self.forget_all();
        }
    }

    /// Says what is to be taken for granted of what no file shows.
    pub fn set_assumptions(&mut self, assumptions: Assumptions) {
        if self.repository.assumptions != assumptions {
            self.repository.assumptions = assumptions;
            self.forget_all();
        }
    }

    /// Adds a file or replaces its text. Files of no known [`FileKind`] are ignored.
    pub fn set_file(&mut self, path: FilePath, text: Arc<str>) {
        self.set_buffer(path, text, || None);
    }

    /// Adds a file or replaces its text, which an editor has open. While a manifest cannot be parsed, as happens in the
    /// middle of typing, it means what it last meant on disk: `saved` is the text there, if it has one.
    pub fn set_buffer(&mut self, path: FilePath, text: Arc<str>, saved: impl FnOnce() -> Option<Arc<str>>) {
        let Some(kind) = self.kind_of(&path) else {
            return;
        };
        let before = self.files.get(&path);
        // The text on disk may be another one now.
        let is_known = |file: &File| file.text == text && !file.is_unreadable_manifest();
        if before.is_some_and(is_known) {
            return;
        }
        let (file, is_new) = match self.files.remove(&path) {
            Some(before) => (before.with_text(&path, text, known_names()), false),
            None => (File::new(kind, &path, text, known_names()), true),
        };
        let file = match file.is_unreadable_manifest().then(saved).flatten() {
            Some(saved) => file.meaning(&File::new(kind, &path, saved, known_names())),
            None => file,
        };
        self.unreadable.remove(&path);
        self.insert(vec![(path, file, is_new)]);
    }

    /// The files that the last [`Self::check`] could have used and that were never offered: scripts that a step runs,
    /// lock files. A host with a disk offers them, also those that do not exist, and checks again.
    pub fn wanted(&self) -> Vec<FilePath> {
        let mut wanted = self.asked_for();
        wanted.retain(|path| !self.offered.contains(path));
        wanted.into_iter().collect()
    }

    /// The files read on demand that the last [`Self::check`] looked at, offered or not.
    pub fn asked_for(&self) -> BTreeSet<FilePath> {
        let looks = || self.analyses.values().map(|analysis| &analysis.looks);
        let facts: BTreeSet<_> = looks().flat_map(|looks| &looks.facts).collect();
        let mut wants = self.facts.wants(|fact| facts.contains(fact));
        wants.extend(looks().flat_map(|looks| &looks.wants).cloned());
        wants.extend(self.also_wanted.iter().cloned());
        wants
    }

    /// Asks for more files that are read on demand than a check does.
    pub(crate) fn want(&mut self, paths: impl IntoIterator<Item = FilePath>) {
        self.also_wanted.extend(paths);
    }

    /// Offers a file that [`Self::wanted`] names; no text where there is no such file.
    pub fn offer_file(&mut self, path: FilePath, text: Option<Arc<str>>) {
        self.offered.insert(path.clone());
        if let Some(text) = text {
            self.set_file(path, text);
        }
    }

    /// Offers many files at once; see [`Self::offer_file`].
    pub fn offer_files(&mut self, files: Vec<(FilePath, Option<Arc<str>>)>) {
        self.offered.extend(files.iter().map(|(path, _)| path.clone()));
        let texts = files.into_iter().filter_map(|(path, text)| Some((path, text?)));
        self.set_files(texts.collect());
    }

    /// Takes back what [`Self::offer_file`] said, about a file that is not asked for any more. A file that is only read on
    /// demand is removed.
    pub fn withdraw_file(&mut self, path: &FilePath) {
        self.offered.remove(path);
        if self.kind_of(path).is_none() {
            self.remove_file(path);
        }
    }

    /// Adds many files at once, read on all cores.
    pub fn set_files(&mut self, files: Vec<(FilePath, Arc<str>)>) {
        let read = |(path, text): (FilePath, Arc<str>)| {
            let kind = self.kind_of(&path)?;
            let is_same = self.files.get(&path).is_some_and(|file| file.text == text);
            (!is_same).then(|| {
                let file = File::new(kind, &path, text, known_names());
                (path, file)
            })
        };
        let read: Vec<(FilePath, File)> = if files.len() < PARALLEL_FROM {
            files.into_iter().filter_map(read).collect()
        } else {
            files.into_par_iter().filter_map(read).collect()
        };
        let read = read.into_iter().map(|(path, file)| {
            self.unreadable.remove(&path);
            let is_new = !self.files.contains_key(&path);
            (path, file, is_new)
        });
        let read = read.collect();
        self.insert(read);
    }

    /// Says that a file exists but could not be read, so that what it holds is unknown rather than absent.
    pub fn set_unreadable(&mut self, path: FilePath) {
        if self.unreadable.insert(path.clone()) {
            self.files.remove(&path);
            self.forget_content(&path);
        }
    }

    /// Removes a file.
    pub fn remove_file(&mut self, path: &FilePath) {
        let was_unreadable = self.unreadable.remove(path);
        if self.files.remove(path).is_some() || was_unreadable {
            self.forget_content(path);
        }
    }

    /// A workspace of the same repository that has only some of its files, to try something.
    pub(crate) fn copy_of(&self, is_wanted: impl Fn(FileKind) -> bool) -> Self {
        let mut copy = Self {
            unreadable: self.unreadable.clone(),
            // Files that are read on demand are files only where they were asked for.
            offered: self.offered.clone(),
            repository: self.repository.clone(),
            config: self.config.clone(),
            ..Self::default()
        };
        let files = self.files.iter().filter(|(_, file)| is_wanted(file.kind));
        copy.set_files(
            files
                .map(|(path, file)| (path.clone(), Arc::clone(&file.text)))
                .collect(),
        );
        copy
    }

    /// The file at `path`.
    pub fn file(&self, path: &FilePath) -> Option<&File> {
        self.files.get(path)
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = (&FilePath, &File)> {
        self.files.iter()
    }

    /// Each workflow with the ids of its jobs.
    pub fn workflow_jobs(&self) -> impl Iterator<Item = (&FilePath, Vec<&str>)> {
        self.files.iter().filter_map(|(path, file)| match file.content() {
            Content::Workflow { model, .. } => {
                let ids = model.jobs.iter().map(|job| job.id.value.as_str());
                Some((path, ids.collect()))
            }
            _ => None,
        })
    }

    /// Each job of each workflow with its id and its `name`.
    pub(crate) fn job_names(&self) -> impl Iterator<Item = (&FilePath, &str, Option<&str>)> {
        self.files.iter().flat_map(|(path, file)| {
            let jobs = match file.content() {
                Content::Workflow { model, .. } => model.jobs.as_slice(),
                _ => &[],
            };
            jobs.iter().map(move |job| {
                let name = job.name.as_ref().map(|name| name.value.as_str());
                (path, job.id.value.as_str(), name)
            })
        })
    }

    /// Updates diagnostics and sites. Returns what differs from the check before.
    pub fn check(&mut self) -> Changes {
        let stale = self.take_stale();
        self.analyse_anew(stale)
    }

    fn analyse_anew(&mut self, stale: BTreeSet<FilePath>) -> Changes {
        let mut touched = stale.clone();
        let analyses = self.analyse_all(stale);
        let sites = self.take_in(analyses, &mut touched);
        // Whether an ignore of the configuration is used, any file may have decided.
        touched.extend(self.config_path().filter(|path| self.files.contains_key(path)));
        touched.retain(|path| self.gather(path));
        Changes {
            diagnostics: touched,
            sites,
        }
    }

    /// Replaces old analyses by new ones. Adds the files whose diagnostics may differ to `touched`, and returns those
    /// whose sites or hints do.
    fn take_in(
        &mut self,
        analyses: Vec<(FilePath, Option<FileAnalysis>)>,
        touched: &mut BTreeSet<FilePath>,
    ) -> BTreeSet<FilePath> {
        let mut shown_anew = BTreeSet::new();
        for (path, analysis) in analyses {
            self.take_in_shown(&path, analysis.as_ref(), &mut shown_anew);
            for place in analysis.iter().flat_map(|analysis| analysis.findings.places()) {
                self.reported_by
                    .entry(place.clone())
                    .or_default()
                    .insert(path.clone());
                touched.insert(place.clone());
            }
            let before = self.analyses.get(&path);
            touched.extend(before.iter().flat_map(|before| before.findings.places()).cloned());
            match analysis {
                Some(analysis) => self.analyses.insert(path, analysis),
                None => self.analyses.remove(&path),
            };
        }
        shown_anew
    }

    /// Analyses files; none for those that are gone. One after the other for the few that a key stroke touches,
    /// on all cores for a whole repository.
    fn analyse_all(&self, paths: BTreeSet<FilePath>) -> Vec<(FilePath, Option<FileAnalysis>)> {
        let analyse = |path: FilePath| {
            let analysis = self.files.contains_key(&path).then(|| self.analyse(&path));
            (path, analysis)
        };
        if paths.len() < PARALLEL_FROM {
            return paths.into_iter().map(analyse).collect();
        }
        paths
            .into_iter()
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(analyse)
            .collect()
    }

    /// The diagnostics of a file as of the last [`Self::check`], in text order.
    pub fn diagnostics(&self, path: &FilePath) -> &[Diagnostic] {
        self.diagnostics.get(path).map_or(&[], Vec::as_slice)
    }

    /// All diagnostics as of the last [`Self::check`], by path and in text order.
    pub fn all_diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.values().flatten()
    }

    /// All publish sites as of the last [`Self::check`], by the workflow that leads to them and in text order.
    pub fn sites(&self) -> impl Iterator<Item = &SiteReport> {
        self.analyses
            .values()
            .flat_map(|analysis| &analysis.findings.sites)
    }

    /// Takes in files that were read, and whether each is new.
    fn insert(&mut self, files: Vec<(FilePath, File, bool)>) {
        let mut changed = Changed::default();
        for (path, file, is_new) in files {
            let touched = self.calls.update(&path, Some(&file));
            changed.add(path.clone(), is_new, touched);
            self.files.insert(path, file);
        }
        let is_config = self.config_path().is_some_and(|path| changed.includes(&path));
        self.forget(changed);
        if is_config {
            self.renew_settings();
        }
    }

    fn analyse(&self, path: &FilePath) -> FileAnalysis {
        let (findings, looks) = self.looked_up(|sources| check_file(sources, path));
        FileAnalysis { findings, looks }
    }

    /// Asks something about a file and the publish steps that it leads to, as rules see them. None if there is no such file.
    pub(crate) fn in_context<T>(
        &self,
        path: &FilePath,
        ask: impl FnOnce(&CheckContext<'_>) -> T,
    ) -> Option<T> {
        self.looked_up(|sources| in_context(sources, path, ask)).0
    }

    /// Asks the files something.
    pub(crate) fn with_sources<T>(&self, ask: impl FnOnce(&Sources<'_>) -> T) -> T {
        self.looked_up(ask).0
    }

    /// Asks the files something; also returns what the answer looked at.
    fn looked_up<T>(&self, ask: impl FnOnce(&Sources<'_>) -> T) -> (T, Looks) {
        let config_path = self.config_path();
        let sources = Sources {
            files: &self.files,
            unreadable: &self.unreadable,
            offered: &self.offered,
            calls: &self.calls,
            repository: &self.repository,
            settings: &self.config.settings,
            config_path: config_path.as_ref(),
            facts: &self.facts,
            is_for_fact: false,
            looks: RefCell::default(),
            last_scalar: RefCell::default(),
        };
        let answer = ask(&sources);
        (answer, sources.looks.into_inner())
    }

    /// Collects the diagnostics of one file from all analyses; whether they differ from before.
    fn gather(&mut self, path: &FilePath) -> bool {
        let reporters = self.reported_by.get(path).into_iter().flatten();
        let analyses = reporters.filter_map(|reporter| self.analyses.get(reporter));
        let here = |diagnostic: &&Diagnostic| diagnostic.path == *path;
        let mut found: Vec<Diagnostic> = analyses
            .flat_map(|analysis| analysis.findings.diagnostics.iter().filter(here))
            .cloned()
            .collect();
        found.extend(self.unused_ignores(path));
        sort_and_merge(&mut found);
        let mut found = grouping::group(found);
        for diagnostic in &mut found {
            put_on_one_line(diagnostic);
        }
        if found.is_empty() {
            if self.files.get(path).is_none_or(|file| file.ignores.is_empty()) {
                self.reported_by.remove(path);
            }
            return self.diagnostics.remove(path).is_some();
        }
        if self.diagnostics.get(path) == Some(&found) {
            return false;
        }
        self.diagnostics.insert(path.clone(), found);
        true
    }
}

/// How many publish steps a finding points to.
const MOST_RELATED: usize = 5;

/// Several publish sites may lead to the same finding at the same place: it is reported once, with the
/// greatest of its severities, and points to the steps of all.
fn sort_and_merge(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        (a.range, a.rule)
            .cmp(&(b.range, b.rule))
            .then_with(|| b.severity.cmp(&a.severity))
    });
    diagnostics.dedup_by(|later, first| {
        let is_same = (later.range, later.rule) == (first.range, first.rule);
        if is_same {
            repair_others(first, later);
            point_to_others(first, later);
        }
        is_same
    });
}

/// A fix that does the same for another step does it there too: otherwise the finding would stay.
fn repair_others(first: &mut Diagnostic, other: &Diagnostic) {
    for fix in &mut first.fixes {
        let Some(same) = other.fixes.iter().find(|same| same.title == fix.title) else {
            continue;
        };
        let mut edits = fix.edits.clone();
        if same.edits.iter().all(|file| add_edits(&mut edits, file)) {
            fix.edits = edits;
            if same.applicability == Applicability::Unsafe {
                fix.applicability = Applicability::Unsafe;
            }
        }
    }
}

/// Adds edits of a file to others. No if they touch each other, but where they are the same.
fn add_edits(edits: &mut Vec<FileEdits>, added: &FileEdits) -> bool {
    let Some(file) = edits.iter_mut().find(|file| file.path == added.path) else {
        edits.push(added.clone());
        return true;
    };
    let touches =
        |a: &TextEdit, b: &TextEdit| a.range.start() <= b.range.end() && b.range.start() <= a.range.end();
    for edit in &added.edits {
        if file.edits.contains(edit) {
            continue;
        }
        if file.edits.iter().any(|known| touches(known, edit)) {
            return false;
        }
        file.edits.push(edit.clone());
    }
    file.edits.sort_by_key(|edit| edit.range);
    true
}

/// Adds the places that another finding explains itself with, and says there what differs.
fn point_to_others(first: &mut Diagnostic, other: &mut Diagnostic) {
    let differs = other.message != first.message;
    for mut related in other.related.drain(..) {
        let mut known = first.related.iter();
        let is_known = known.any(|known| (known.range, &known.path) == (related.range, &related.path));
        if is_known || first.related.len() >= MOST_RELATED {
            continue;
        }
        if differs {
            related.message.clone_from(&other.message);
        }
        first.related.push(related);
    }
}
