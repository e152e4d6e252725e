use std::any::TypeId;
use std::collections::BTreeSet;

use super::calls::TouchedCalls;
use crate::text::{FileKind, FilePath};

/// What the analysis of one file looked at. It is made again when something changes here.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// The files that it looked at or looked for.
    pub(crate) reads: BTreeSet<FilePath>,
    /// The files read on demand that it asked for, whether it got them or not.
    pub(crate) wants: BTreeSet<FilePath>,
    /// Whether it listed all manifests, so that a new one matters.
    pub(crate) lists_manifests: bool,
    /// Whether it listed all workflows.
    pub(crate) lists_workflows: bool,
    /// The workflows and actions of which it asked who calls or uses them.
    pub(crate) calls_of: BTreeSet<FilePath>,
    /// The facts about files that it asked for.
    pub(crate) facts: BTreeSet<FactKey>,
}

/// Files that change at once.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    paths: BTreeSet<FilePath>,
    /// Whether a manifest came or went.
    manifests: bool,
    /// Whether a workflow came or went.
    workflows: bool,
    touched: TouchedCalls,
}

impl Changed {
    /// Adds a file; it `came_or_went` unless only its text changes. `touched` is what it called or calls.
    pub(crate) fn add(&mut self, path: FilePath, came_or_went: bool, touched: TouchedCalls) {
        let kind = came_or_went.then(|| FileKind::of(path.as_str())).flatten();
        self.manifests |= kind == Some(FileKind::Manifest);
        self.workflows |= kind == Some(FileKind::Workflow);
        self.touched.add(touched);
        self.paths.insert(path);
    }

    /// Whether the file is one of them.
    pub(crate) fn includes(&self, path: &FilePath) -> bool {
        self.paths.contains(path)
    }

    /// The files.
    pub(crate) fn into_paths(self) -> BTreeSet<FilePath> {
        self.paths
    }

    fn has_one_of(&self, paths: &BTreeSet<FilePath>) -> bool {
        if self.paths.len() < paths.len() {
            self.paths.iter().any(|path| paths.contains(path))
        } else {
            paths.iter().any(|path| self.paths.contains(path))
        }
    }
}

impl Looks {
    /// Adds what was looked at for a fact.
    pub(crate) fn add(&mut self, other: &Self) {
        self.reads.extend(other.reads.iter().cloned());
        self.wants.extend(other.wants.iter().cloned());
        self.lists_manifests |= other.lists_manifests;
        self.lists_workflows |= other.lists_workflows;
        self.calls_of.extend(other.calls_of.iter().cloned());
        self.facts.extend(other.facts.iter().cloned());
    }

    /// Whether what has changed may change what the analysis found. Facts are not considered: they may stay the same.
    pub(crate) fn include(&self, changed: &Changed) -> bool {
        let touched = &changed.touched;
        let is_touched = || self.calls_of.iter().any(|callee| touched.include(callee));
        (changed.manifests && self.lists_manifests)
            || (changed.workflows && self.lists_workflows)
            || changed.has_one_of(&self.reads)
            || (!touched.is_empty() && is_touched())
    }
}

/// Which fact about which file; see [`super::FileFact`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct FactKey {
    /// The type that is the fact.
    pub(crate) kind: TypeId,
    /// The file.
    pub(crate) path: FilePath,
}
