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

    /// Whether a change of the file may change what the analysis found; `came_or_went` unless only its text changed. `touched`
    /// is what the change called or calls. Facts are not considered: they may stay the same.
    pub(crate) fn include(&self, path: &FilePath, came_or_went: bool, touched: &TouchedCalls) -> bool {
        let is_listed = match FileKind::of(path.as_str()) {
            Some(FileKind::Manifest) => self.lists_manifests,
            Some(FileKind::Workflow) => self.lists_workflows,
            _ => false,
        };
        let is_touched = || self.calls_of.iter().any(|callee| touched.include(callee));
        (came_or_went && is_listed) || self.reads.contains(path) || (!touched.is_empty() && is_touched())
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
