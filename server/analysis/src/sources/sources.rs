mod facts;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::calls::{CallGraph, Caller};
use super::{Assumptions, Content, File, Looks, RepositoryFacts};
use crate::config::{ConfiguredPublisher, EffectiveConfig};
use crate::model::action::Action;
use crate::model::manifest::Manifest;
use crate::model::repository::RepositorySlug;
use crate::model::workflow::Workflow;
use crate::syntax::npmrc::Npmrc;
use crate::syntax::yaml::{ContentMap, NodeId, YamlNode};
use crate::text::{FileKind, FilePath, FolderPath, Place, TextRange};

pub(crate) use facts::{FileFact, FileFacts};

/// What the analysis of one file sees of the whole repository.
///
/// It writes down what was asked for, so that a later change of a file leads to a new analysis exactly where
/// that file was looked at, also where it was looked for and not found.
#[derive(Debug)]
pub(crate) struct Sources<'a> {
    /// All files that could be read.
    pub(crate) files: &'a BTreeMap<FilePath, File>,
    /// The files that exist but could not be read.
    pub(crate) unreadable: &'a BTreeSet<FilePath>,
    /// The files read on demand that were offered, including those that do not exist.
    pub(crate) offered: &'a BTreeSet<FilePath>,
    /// Which jobs and files call which workflows and actions.
    pub(crate) calls: &'a CallGraph,
    /// What the files do not show.
    pub(crate) repository: &'a RepositoryFacts,
    /// What the configuration says.
    pub(crate) settings: &'a EffectiveConfig,
    /// The configuration file, whether it exists or not.
    pub(crate) config_path: Option<&'a FilePath>,
    /// The facts that were found already.
    pub(crate) facts: &'a FileFacts,
    /// Whether a fact is looked for, which then depends on all that others are found in that it asks for.
    pub(crate) is_for_fact: bool,
    /// What was asked for so far.
    pub(crate) looks: RefCell<Looks>,
    /// The scalar in which a place was looked for last.
    pub(crate) last_scalar: RefCell<Option<LastScalar>>,
}

/// A scalar, and where its value is in the text.
#[derive(Debug)]
pub(crate) struct LastScalar {
    path: FilePath,
    node: NodeId,
    map: ContentMap,
}

impl<'a> Sources<'a> {
    /// Where a range of a scalar's value is in its file.
    pub(crate) fn place_in_scalar(&self, path: &FilePath, node: NodeId, in_value: TextRange) -> Place {
        let range = || {
            let file = self.file(path)?;
            let scalar = YamlNode::new(file.yaml()?, node);
            let last = &mut *self.last_scalar.borrow_mut();
            let is_same = last
                .as_ref()
                .is_some_and(|last| last.node == node && last.path == *path);
            let known = last.take().filter(|_| is_same);
            let known = last.insert(known.unwrap_or_else(|| LastScalar {
                path: path.clone(),
                node,
                map: scalar.content_map(&file.text),
            }));
            Some(known.map.range(scalar, &file.text, in_value))
        };
        Place::new(path, range().unwrap_or(in_value))
    }

    /// The file at `path`.
    pub(crate) fn file(&self, path: &FilePath) -> Option<&'a File> {
        self.note(path);
        self.files.get(path)
    }

    /// The file at `path`, of a kind that is read on demand: a script, a Makefile, a lock file. Where it was never
    /// offered, it is asked for, and the analysis is made again when it comes.
    pub(crate) fn file_on_demand(&self, path: &FilePath) -> Option<&'a File> {
        if self.offered.contains(path) || !self.files.contains_key(path) {
            self.looks.borrow_mut().wants.insert(path.clone());
        }
        self.file(path)
    }

    /// Whether the file is there but could not be read, so that nothing may be concluded from its absence.
    pub(crate) fn is_unreadable(&self, path: &FilePath) -> bool {
        self.note(path);
        self.unreadable.contains(path)
    }

    /// The workflow at `path`.
    pub(crate) fn workflow(&self, path: &FilePath) -> Option<&'a Workflow> {
        match self.file(path)?.content() {
            Content::Workflow { model, .. } => Some(model),
            _ => None,
        }
    }

    /// The action in a folder, with the path of its file.
    pub(crate) fn action_in(&self, folder: &FolderPath) -> Option<(FilePath, &'a Action)> {
        ["action.yml", "action.yaml"].into_iter().find_map(|name| {
            let path = folder.file(name)?;
            match self.file(&path)?.content() {
                Content::Action { model, .. } => Some((path, model)),
                _ => None,
            }
        })
    }

    /// The manifest at `path`.
    pub(crate) fn manifest(&self, path: &FilePath) -> Option<&'a Manifest> {
        match self.file(path)?.content() {
            Content::Manifest { model, .. } => model.as_deref(),
            _ => None,
        }
    }

    /// The manifest in a folder.
    pub(crate) fn manifest_in(&self, folder: &FolderPath) -> Option<(FilePath, &'a Manifest)> {
        let path = folder.file("package.json")?;
        let manifest = self.manifest(&path)?;
        Some((path, manifest))
    }

    /// The `.npmrc` in a folder.
    pub(crate) fn npmrc_in(&self, folder: &FolderPath) -> Option<(FilePath, &'a Npmrc)> {
        self.npmrc(folder.file(".npmrc")?)
    }

    /// The file at `path`, if it is an `.npmrc`.
    pub(crate) fn npmrc(&self, path: FilePath) -> Option<(FilePath, &'a Npmrc)> {
        match self.file(&path)?.content() {
            Content::Npmrc(npmrc) => Some((path, npmrc)),
            _ => None,
        }
    }

    /// The paths of all manifests.
    pub(crate) fn manifest_paths(&self) -> impl Iterator<Item = &'a FilePath> {
        self.looks.borrow_mut().lists_manifests = true;
        self.files
            .iter()
            .filter(|(_, file)| file.kind == FileKind::Manifest)
            .map(|(path, _)| path)
    }

    /// The paths of all workflows.
    pub(crate) fn workflow_paths(&self) -> impl Iterator<Item = &'a FilePath> {
        self.looks.borrow_mut().lists_workflows = true;
        self.files
            .iter()
            .filter(|(_, file)| file.kind == FileKind::Workflow)
            .map(|(path, _)| path)
    }

    /// The jobs that call the reusable workflow at `path`.
    pub(crate) fn callers_of(&self, path: &FilePath) -> &'a [Caller] {
        self.note_calls(path);
        self.calls.callers_of(path)
    }

    /// Whether a workflow or an action of the repository uses the action at `path`.
    pub(crate) fn action_is_used(&self, path: &FilePath) -> bool {
        self.note_calls(path);
        self.calls.action_is_used(path)
    }

    /// Which repository on GitHub this is.
    pub(crate) fn slug(&self) -> Option<&'a RepositorySlug> {
        self.settings.repository().or(self.repository.slug.as_ref())
    }

    /// Whether the slug was guessed from several git remotes, so that it may be a fork's.
    pub(crate) fn slug_is_ambiguous(&self) -> bool {
        self.repository.slug_is_ambiguous && self.settings.repository().is_none()
    }

    /// What is taken for granted of what no file shows.
    pub(crate) fn assumptions(&self) -> &'a Assumptions {
        &self.repository.assumptions
    }

    /// What the configuration says.
    pub(crate) fn settings(&self) -> &'a EffectiveConfig {
        self.settings
    }

    /// What is registered on npm, as far as the configuration says so.
    pub(crate) fn trusted_publishers(&self) -> &'a [ConfiguredPublisher] {
        if let Some(path) = self.config_path {
            self.note(path);
        }
        self.settings.trusted_publishers()
    }

    fn note_calls(&self, of: &FilePath) {
        self.looks.borrow_mut().calls_of.insert(of.clone());
    }

    fn note(&self, path: &FilePath) {
        let reads = &mut self.looks.borrow_mut().reads;
        if !reads.contains(path) {
            reads.insert(path.clone());
        }
    }
}
