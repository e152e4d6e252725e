//! Whether a command that fails ends the job.

use super::failures::switches_errexit;
use super::scripts::ScriptContext;
use super::{WalkFrame, Walker};
use crate::model::job::{Job, Step};
use crate::publish::site::PublishStop;
use crate::syntax::expression::has_expression;
use crate::syntax::shell::{Command, OnFailure};
use crate::syntax::yaml::YamlNode;

/// What follows for the job from a command of a script that fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScriptFailure {
    /// The job ends at the first command that fails (`bash -e`).
    AtFirst,
    /// The job ends if the last command fails; the others only count for themselves. Package scripts run so, and PowerShell.
    AtLast,
    /// It is not known, or the job goes on.
    Unknown,
}

impl<'a> Walker<'_, 'a> {
    /// Notes that a command certainly fails, if that ends the job.
    pub(crate) fn note_command_stop(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        stop: PublishStop,
    ) {
        if failure_ends_job(context, command) {
            self.note_stop(context.frame, stop);
        }
    }

    /// What the shell of a step does when a command fails.
    pub(crate) fn script_failure(&self, frame: &WalkFrame<'a>, step: &Step) -> ScriptFailure {
        let shell = self.shell(frame, step);
        let value = shell.as_ref().map(|shell| self.evaluate(frame, shell));
        match value.as_ref().map(|value| value.known()) {
            None if self.may_run_on_windows() => ScriptFailure::AtLast,
            // https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
            None | Some(Some("bash" | "sh")) => ScriptFailure::AtFirst,
            Some(Some("pwsh" | "powershell" | "cmd")) => ScriptFailure::AtLast,
            Some(Some(custom)) => of_custom_shell(custom),
            Some(None) => ScriptFailure::Unknown,
        }
    }

    /// `shell:` of the step, or of its job or workflow.
    fn shell(&self, frame: &WalkFrame<'a>, step: &Step) -> Option<String> {
        let tree = self.sources.file(&frame.path)?.yaml()?;
        let of_step = YamlNode::new(tree, step.node).get("shell");
        let default = |node: YamlNode<'a>| node.get("defaults")?.get("run")?.get("shell");
        let of_job = || {
            let job = self.job.job.filter(|_| !frame.is_composite)?;
            default(YamlNode::new(tree, job.node)).or_else(|| default(YamlNode::root(tree)?))
        };
        let shell = of_step.or_else(of_job)?;
        Some(shell.as_str()?.to_owned())
    }

    /// Whether the runner may use PowerShell unless a step names another shell.
    fn may_run_on_windows(&self) -> bool {
        let Some(job) = self.job.job else { return true };
        job.container.is_none() && !has_unix_label(job)
    }
}

/// Whether a label says that the runner has bash.
fn has_unix_label(job: &Job) -> bool {
    let labels = job.runs_on.as_ref().map(|runs_on| runs_on.labels.as_slice());
    let labels = labels.unwrap_or_default();
    let is_unix = |label: &str| {
        let label = label.to_ascii_lowercase();
        ["ubuntu", "linux", "macos", "debian"]
            .iter()
            .any(|system| label.contains(system))
            && !label.contains("windows")
            && !has_expression(&label)
    };
    labels.iter().any(|label| is_unix(&label.value))
}

/// A shell with its own words, for example `bash -leo pipefail {0}`.
fn of_custom_shell(shell: &str) -> ScriptFailure {
    let mut words = shell.split_whitespace();
    let program = words.next().and_then(|program| program.rsplit('/').next());
    if !matches!(program, Some("bash" | "sh" | "zsh" | "dash")) {
        return ScriptFailure::Unknown;
    }
    let is_errexit = |word: &str| {
        word == "errexit" || word.starts_with('-') && !word.starts_with("--") && word.contains('e')
    };
    match words.any(is_errexit) {
        true => ScriptFailure::AtFirst,
        false => ScriptFailure::AtLast,
    }
}

/// Whether the job certainly ends if the command fails. It need not run if it follows an `&&`, but then the job only goes on
/// if more commands follow the list.
pub(crate) fn failure_ends_job(context: &ScriptContext<'_, '_>, command: &Command) -> bool {
    let is_plain = context.script_failure != ScriptFailure::Unknown
        && command.on_failure != OnFailure::Unknown
        && !command.failure_is_ignored
        && command.subshells.is_empty()
        && command.loops.is_empty();
    if !is_plain {
        return false;
    }
    let (start, end) = (command.range.start(), command.range.end());
    let before = || {
        context
            .commands
            .iter()
            .take_while(|other| other.range.start() < start)
    };
    let leaves = |other: &Command| {
        matches!(
            other.word(0),
            Some("exit" | "return" | "exec" | "trap" | "break" | "continue")
        )
    };
    if before().any(leaves) {
        return false;
    }
    let switched = before().filter_map(switches_errexit).last();
    let stops_at_first = switched.unwrap_or(context.script_failure == ScriptFailure::AtFirst);
    let is_alone = command.on_failure == OnFailure::EndsScript && !command.is_conditional;
    let after = context.commands.iter().filter(|other| other.range.start() >= end);
    is_alone && stops_at_first || ends_with_its_list(command, after)
}

/// What follows from a command that fails in a script which another command runs with `sh -c`, as package managers do, or as a
/// file.
pub(crate) fn of_called_script(context: &ScriptContext<'_, '_>, call: &Command) -> ScriptFailure {
    match failure_ends_job(context, call) {
        true => ScriptFailure::AtLast,
        false => ScriptFailure::Unknown,
    }
}

/// Whether nothing follows the list of a command, so that its failure is that of the script.
fn ends_with_its_list<'c>(command: &Command, after: impl Iterator<Item = &'c Command>) -> bool {
    let mut is_open = command.on_failure == OnFailure::SkipsList;
    for other in after {
        if !is_open || other.on_failure == OnFailure::Unknown {
            return false;
        }
        is_open = other.on_failure == OnFailure::SkipsList;
    }
    !is_open
}
