//! The jobs that use a variable of their workflow: in their own text, or in what their steps lead to.

use super::mentions::words;
use super::reach::{Reached, find_from_step};
use crate::knowledge::actions::publish_action;
use crate::model::job::{Job, Step};
use crate::publish::{LocalScript, Meaning, is_npm_token_variable, meaning};
use crate::sources::Sources;
use crate::text::FileKind;
use crate::versions::action_reference::ActionReference;

/// Whether a job uses a variable of its workflow. `text` is the text of the job. A job that calls a workflow cannot: neither does the
/// called one get the variables, nor may the call name them.
/// Sources: <https://docs.github.com/actions/reference/workflows-and-actions/reusing-workflow-configurations#limitations-of-reusable-workflows>
/// and <https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability>
pub(crate) fn job_uses(sources: &Sources<'_>, job: &Job, text: &str, name: &str) -> bool {
    job.call.is_none() && job_has_user(sources, job, text, name)
}

fn job_has_user(sources: &Sources<'_>, job: &Job, text: &str, name: &str) -> bool {
    mentions(text, name) || job.steps.iter().any(|step| step_uses(sources, step, name, true))
}

/// The same without publishing tools, which read their token by themselves.
pub(crate) fn job_names(sources: &Sources<'_>, job: &Job, text: &str, name: &str) -> bool {
    mentions(text, name) || job.steps.iter().any(|step| leads_to_user(sources, step, name))
}

fn mentions(text: &str, name: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines.any(|line| words(line, name).next().is_some())
}

/// Whether scripts or actions of the repository that a step leads to use a variable; its own text and publishing tools are not asked.
pub(crate) fn leads_to_user(sources: &Sources<'_>, step: &Step, name: &str) -> bool {
    step_uses(sources, step, name, false)
}

/// Whether a step uses a variable by what it runs or uses. `with_tools` says whether publishing tools count, which read their token.
fn step_uses(sources: &Sources<'_>, step: &Step, name: &str, with_tools: bool) -> bool {
    let is_token_of_tools = with_tools && is_npm_token_variable(name);
    let uses = |reached: &Reached<'_>| match reached {
        Reached::Step(step) => is_token_of_tools && publishes(step),
        Reached::Action(folder) => {
            let in_action = sources.files.iter().filter(|(path, _)| path.folder() == **folder);
            let mut in_action =
                in_action.filter(|(path, _)| !folder.is_root() || path.file_name().starts_with("action."));
            in_action.any(|(_, file)| mentions(&file.text, name))
        }
        Reached::PackageScript(text) => mentions(text, name),
        Reached::Command(command) => match meaning(command) {
            Meaning::LocalScript(local) => file_uses(sources, &local, name),
            Meaning::Publish(_) => is_token_of_tools,
            _ => false,
        },
    };
    find_from_step(sources, step, |reached| uses(reached).then_some(())).is_some()
}

/// Whether a step uses an action that publishes.
fn publishes(step: &Step) -> bool {
    step.uses.as_ref().is_some_and(|uses| {
        let reference = ActionReference::parse(&uses.value, None);
        let remote = reference.remote();
        remote.is_some_and(|remote| publish_action(remote).is_some())
    })
}

/// Whether the script or the Makefile that a command runs uses the variable.
fn file_uses(sources: &Sources<'_>, local: &LocalScript, name: &str) -> bool {
    let is_run = |path: &str, kind: FileKind| match kind {
        FileKind::Makefile => local.program == "make",
        FileKind::Script => words(&local.text, path).next().is_some(),
        _ => false,
    };
    let mut files = sources.files.iter();
    files.any(|(path, file)| is_run(path.file_name(), file.kind) && mentions(&file.text, name))
}
