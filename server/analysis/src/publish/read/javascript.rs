//! What JavaScript and TypeScript do, as far as publishing is concerned. The code is searched, not followed, so that what is
//! found is a sign and no more.

use super::command::{LocalScript, Meaning, ScriptRun, meaning};
use crate::publish::tools::{Flag, publishing_module};
use crate::syntax::javascript::{CodeCommand, LoadedModule, Reached};
use crate::syntax::shell::split_script;

/// Something in code that publishes, or that may lead to it.
#[derive(Debug)]
pub(crate) enum CodeStep {
    /// A command that publishes, or a call of a function that does: "`npm publish`".
    Publish(String),
    /// A command that runs scripts of a manifest.
    RunScript(ScriptRun),
    /// A command that runs a file.
    LocalScript(LocalScript),
}

/// What may run of a module, as far as it matters, in the order of the code.
pub(crate) fn steps_of(reached: &Reached<'_>) -> Vec<CodeStep> {
    let commands = reached
        .commands
        .iter()
        .flat_map(|command| steps_of_command(command));
    let calls = reached
        .modules
        .iter()
        .filter_map(|module| call_of(module, reached));
    commands.chain(calls.map(CodeStep::Publish)).collect()
}

/// What the command line of a package script does.
pub(crate) fn steps_of_line(line: &str) -> Vec<CodeStep> {
    steps_of_command(&CodeCommand {
        line: line.to_owned(),
        is_started: true,
    })
}

fn steps_of_command(command: &CodeCommand) -> Vec<CodeStep> {
    let line = command.line.as_str();
    if !command.is_started && !line.contains("publish") {
        return Vec::new();
    }
    let script = split_script(line);
    let step = |command_of_line| match meaning(command_of_line) {
        Meaning::Publish(publish) => {
            let name = publish.name_range.slice(line);
            // A text that is only written somewhere has to speak of publishing.
            let is_meant = command.is_started || name.contains("publish");
            let publishes = is_meant && publish.flags.dry_run != Some(Flag::True);
            publishes.then(|| CodeStep::Publish(format!("`{name}`")))
        }
        Meaning::RunScript(run) if command.is_started => Some(CodeStep::RunScript(run)),
        Meaning::LocalScript(script) if command.is_started => Some(CodeStep::LocalScript(script)),
        _ => None,
    };
    script.commands.iter().filter_map(step).collect()
}

/// The call of a function of another package that publishes: "`releasePublish()` of nx/release".
fn call_of(module: &LoadedModule<'_>, reached: &Reached<'_>) -> Option<String> {
    let known = publishing_module(module.name)?;
    let calls = || reached.calls.iter().filter(|call| !call.is_dry_run);
    let found = module.bindings.iter().find_map(|(taken, local)| {
        if known.classes.contains(&taken.as_str()) {
            let is_created = reached.calls.iter().any(|call| call.function == *local);
            let mut methods = calls().filter(|call| known.functions.contains(&call.function.as_str()));
            return methods.find(|_| is_created).map(|call| call.function.clone());
        }
        calls().filter(|call| call.root == *local).find_map(|call| {
            let is_itself = call.function == *local;
            let function = match (is_itself, taken.as_str()) {
                (true, "*") => "default",
                (true, taken) => taken,
                (false, "*" | "default") => call.function.as_str(),
                (false, _) => return None,
            };
            let is_known = known.functions.contains(&function);
            is_known.then(|| call.function.clone())
        })
    })?;
    Some(format!("`{found}()` of {}", module.name))
}

#[cfg(test)]
mod tests;
