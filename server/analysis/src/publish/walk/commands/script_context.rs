//! A script with everything around it: where its text is, where it runs, and what leads to it.

use std::sync::Arc;

use super::command_index::CommandIndex;
use super::script_failures::ScriptFailure;
use crate::model::job::Step;
use crate::publish::find::packages::MemberSelection;
use crate::publish::site::IgnoredFailure;
use crate::publish::walk::WalkFrame;
use crate::sources::Sources;
use crate::syntax::shell::Command;
use crate::syntax::yaml::NodeId;
use crate::text::{FilePath, FolderPath, Place, TextRange};

/// Where a script's text comes from, so that its words can be shown.
#[derive(Clone, Debug)]
pub(crate) enum ScriptSource {
    /// A scalar of a workflow or an action. The script starts `prefix` bytes before the scalar's value.
    Scalar {
        path: FilePath,
        node: NodeId,
        prefix: usize,
    },
    /// A package script: what happens in it is shown where it is called.
    Called(Place),
}

/// A script with everything around it.
#[derive(Clone, Debug)]
pub(crate) struct ScriptContext<'f, 'a> {
    pub(crate) frame: &'f WalkFrame<'a>,
    pub(crate) step: &'a Step,
    pub(crate) source: &'f ScriptSource,
    /// The folder in which the script starts; none if it is not known.
    pub(crate) folder: Option<FolderPath>,
    /// What leads here, so that nothing calls itself.
    pub(crate) called: Vec<Called>,
    /// Variables that the commands around set for this script.
    pub(crate) assignments: Vec<(String, String, Place)>,
    /// What hides a failure of the whole script.
    pub(crate) ignored_failure: Option<IgnoredFailure>,
    /// What follows for the job from a command that fails.
    pub(crate) script_failure: ScriptFailure,
    /// Whether the call of the script may be left out.
    pub(crate) is_conditional: bool,
    /// The script itself.
    pub(crate) text: &'f str,
    /// All commands of the script, those of its functions among them.
    pub(crate) commands: &'f [Command],
    /// What is asked of all of them.
    pub(crate) index: &'f CommandIndex<'f>,
    /// The functions that lead here, so that none calls itself.
    pub(crate) functions: Vec<String>,
    /// The scripts that read this one with `source`, whose commands may call its functions.
    pub(in crate::publish::walk) read_by: Vec<&'f CommandIndex<'f>>,
    /// The scripts that lead to this one, whose variables it may see.
    pub(in crate::publish::walk) run_by: Vec<&'f CommandIndex<'f>>,
    /// The packages of which only the run knows in which the script runs; its folder is that of the first.
    pub(crate) one_of: Option<Arc<MemberSelection>>,
}

/// Something with commands of its own that a command runs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Called {
    /// A package script: its manifest and its name.
    PackageScript(FilePath, String),
    /// A shell script.
    File(FilePath),
    /// A task: the file of the task runner, and the words of the command.
    Task(FilePath, String),
}

/// What walking a script has shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScriptRead {
    /// Whether the script does nothing but print.
    pub(crate) is_harmless: bool,
}

impl ScriptContext<'_, '_> {
    /// Whether the walk is in this file already.
    pub(in crate::publish::walk) fn is_called(&self, file: &FilePath) -> bool {
        let mut called = self.called.iter();
        called.any(|called| matches!(called, Called::File(path) if path == file))
    }

    /// Whether the job ends if the command does not run, so that it ran wherever a later step does.
    pub(super) fn is_required(&self, command: &Command) -> bool {
        self.script_failure != ScriptFailure::Unknown
            && self.ignored_failure.is_none()
            && !self.frame.may_go_on_after_failure
            && self.index.is_required(command)
    }

    /// The conditions of a command: the branches that it is in. No other step can have them, so what happens under them is never
    /// certain elsewhere; it is for the commands that follow in the same branch.
    pub(crate) fn condition_of(&self, command: &Command) -> Vec<String> {
        if !command.is_conditional || self.is_required(command) {
            return Vec::new();
        }
        let source = || format!("{:?} {:x}", self.source, self.index.fingerprint());
        if command.branches.is_empty() {
            return vec![format!("{} {:?}", source(), command.range)];
        }
        let branches = command.branches.iter();
        branches.map(|branch| format!("{} {branch}", source())).collect()
    }
}

impl ScriptSource {
    /// A script in a scalar of the frame's file.
    pub(crate) fn of_scalar(frame: &WalkFrame<'_>, node: NodeId, prefix: usize) -> Self {
        Self::Scalar {
            path: frame.path.clone(),
            node,
            prefix,
        }
    }

    /// The place of a range of the script.
    pub(crate) fn place(&self, sources: &Sources<'_>, range: TextRange) -> Place {
        match self {
            Self::Called(place) => place.clone(),
            Self::Scalar { path, node, prefix } => {
                let in_value = TextRange::new(
                    range.start().saturating_sub(*prefix),
                    range.end().saturating_sub(*prefix),
                );
                sources.place_in_scalar(path, *node, in_value)
            }
        }
    }
}
