//! The calls in a repository: which jobs call a reusable workflow, which files use an action.

use std::collections::{BTreeMap, BTreeSet};

use super::{Content, File};
use crate::text::{FilePath, FolderPath};
use crate::versions::action_reference::{local_folder, local_path};

/// A job that calls a reusable workflow.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Caller {
    /// The calling workflow.
    pub path: FilePath,
    /// The index of the job in it.
    pub job: usize,
}

/// The calls of every workflow and action.
#[derive(Debug, Default)]
pub(crate) struct CallGraph {
    outgoing: BTreeMap<FilePath, OutgoingCalls>,
    callers: BTreeMap<FilePath, Vec<Caller>>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct OutgoingCalls {
    /// Called workflows with the index of the calling job.
    workflows: Vec<(FilePath, usize)>,
    /// The folders of used actions.
    actions: BTreeSet<FolderPath>,
}

/// What was called before a change or is called after it.
#[derive(Debug, Default)]
pub(crate) struct TouchedCalls {
    /// Reusable workflows.
    workflows: BTreeSet<FilePath>,
    /// The folders of actions.
    actions: BTreeSet<FolderPath>,
}

impl TouchedCalls {
    /// Whether the workflow or action at `path` is one of them.
    pub(crate) fn include(&self, path: &FilePath) -> bool {
        self.workflows.contains(path) || self.actions.contains(&path.folder())
    }

    /// Adds what another file called before or calls now.
    pub(crate) fn add(&mut self, other: Self) {
        self.workflows.extend(other.workflows);
        self.actions.extend(other.actions);
    }

    /// Whether the calls are the same as before.
    pub(crate) fn is_empty(&self) -> bool {
        self.workflows.is_empty() && self.actions.is_empty()
    }
}

impl CallGraph {
    /// The jobs that call the workflow at `path`, by path.
    pub(crate) fn callers_of(&self, path: &FilePath) -> &[Caller] {
        self.callers.get(path).map_or(&[], Vec::as_slice)
    }

    /// Whether some file uses the action at `path`.
    pub(crate) fn action_is_used(&self, path: &FilePath) -> bool {
        let folder = path.folder();
        self.outgoing
            .values()
            .any(|outgoing| outgoing.actions.contains(&folder))
    }

    /// Takes in a file's calls; none for a file that is gone. Returns what the file called before or
    /// calls now, where that differs.
    pub(crate) fn update(&mut self, path: &FilePath, file: Option<&File>) -> TouchedCalls {
        let now = file.map(OutgoingCalls::of).unwrap_or_default();
        let before = self.outgoing.get(path).cloned().unwrap_or_default();
        if now == before {
            return TouchedCalls::default();
        }
        let mut touched = TouchedCalls::default();
        for (callee, _) in &before.workflows {
            if let Some(callers) = self.callers.get_mut(callee) {
                callers.retain(|caller| caller.path != *path);
            }
        }
        for (callee, job) in &now.workflows {
            let callers = self.callers.entry(callee.clone()).or_default();
            callers.push(Caller {
                path: path.clone(),
                job: *job,
            });
            callers.sort();
        }
        for outgoing in [&before, &now] {
            let workflows = outgoing.workflows.iter().map(|(callee, _)| callee.clone());
            touched.workflows.extend(workflows);
            touched.actions.extend(outgoing.actions.iter().cloned());
        }
        self.outgoing.insert(path.clone(), now);
        touched
    }
}

impl OutgoingCalls {
    fn of(file: &File) -> Self {
        let mut outgoing = Self::default();
        if file.is_plain {
            return outgoing;
        }
        let steps = match file.content() {
            Content::Workflow { model, .. } => {
                for (n, job) in model.jobs.iter().enumerate() {
                    let callee = job.call.as_ref().and_then(|call| local_path(&call.uses.value));
                    outgoing.workflows.extend(callee.map(|callee| (callee, n)));
                }
                model.jobs.iter().flat_map(|job| &job.steps).collect::<Vec<_>>()
            }
            Content::Action { model, .. } => model.steps.iter().collect(),
            _ => Vec::new(),
        };
        for step in steps {
            let folder = step.uses.as_ref().and_then(|uses| local_folder(&uses.value));
            outgoing.actions.extend(folder);
        }
        outgoing
    }
}
