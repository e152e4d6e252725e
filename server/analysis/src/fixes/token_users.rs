//! Steps that may need a token of their surroundings. In doubt they do: only what is known to do without a login is left out.

use crate::checker::reach::{Reached, find_from_step};
use crate::knowledge::actions::needs_no_npm_login;
use crate::knowledge::programs::is_plain_program;
use crate::model::job::{Job, Step};
use crate::publish::{Meaning, meaning};
use crate::sources::Sources;
use crate::syntax::shell::Command;
use crate::versions::action_reference::{ActionReference, local_folder};

/// Other programs that need no login at a registry. The code of the repository that they run is taken to do without one.
const PROGRAMS: [&str; 9] = [
    "corepack", "gh", "git", "gunzip", "popd", "pushd", "tar", "tsd", "unzip",
];

/// Commands of cargo that run no program of the repository's choice.
const OF_CARGO: [&str; 7] = ["build", "check", "clippy", "doc", "fetch", "fmt", "test"];

/// Commands of package managers that ask no registry.
/// Source: <https://docs.npmjs.com/cli/v11/commands>.
const WITHOUT_REGISTRY: [&str; 9] = [
    "--version",
    "-v",
    "bin",
    "cache",
    "list",
    "ls",
    "pkg",
    "prefix",
    "root",
];

/// Commands of package managers that install; the packages of the project are asked about elsewhere.
const INSTALL: [&str; 5] = ["add", "ci", "clean-install", "i", "install"];

/// Whether a job, whose text this is, may need a token that it has in its environment, if its shells are read.
pub(super) fn job_may_need_token(sources: &Sources<'_>, job: &Job, text: &str) -> bool {
    text.contains("npmrc") || job.steps.iter().any(|step| step_may_need(sources, step, false))
}

/// Whether a step of the publishing job may need a token that is in an `.npmrc`, apart from publishing.
pub(super) fn step_may_need_file(sources: &Sources<'_>, step: &Step) -> bool {
    step_may_need(sources, step, true)
}

/// Whether a line names a shell whose commands are not read.
pub(super) fn has_other_shell(text: &str) -> bool {
    let mut shells = text.lines().flat_map(|line| line.split("shell:").skip(1));
    shells.any(|shell| {
        let name = shell.trim_start().trim_start_matches(['"', '\'']);
        !["bash", "sh"].iter().any(|known| {
            let rest = name.strip_prefix(known);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        })
    })
}

fn step_may_need(sources: &Sources<'_>, step: &Step, may_publish: bool) -> bool {
    let needs = |reached: &Reached<'_>| match reached {
        Reached::Step(step) => is_unknown_action(sources, step),
        Reached::Command(command) => command_may_need(sources, command, may_publish),
        Reached::Action(folder) => {
            let action = sources.action_in(folder);
            let file = action.and_then(|(path, _)| sources.file(&path));
            file.is_none_or(|file| has_other_shell(&file.text))
        }
        Reached::PackageScript(_) => false,
    };
    find_from_step(sources, step, |reached| needs(reached).then_some(())).is_some()
}

/// Whether a step uses an action that may read a login. The steps of a composite action are asked themselves.
fn is_unknown_action(sources: &Sources<'_>, step: &Step) -> bool {
    let Some(uses) = &step.uses else {
        return false;
    };
    if step.with.iter().any(|input| input.value.value.contains("npmrc")) {
        return true;
    }
    if let Some(folder) = local_folder(&uses.value) {
        let action = sources.action_in(&folder);
        return action.is_none_or(|(_, action)| action.steps.is_empty());
    }
    let reference = ActionReference::parse(&uses.value, None);
    !reference.remote().is_some_and(needs_no_npm_login)
}

fn command_may_need(sources: &Sources<'_>, command: &Command, may_publish: bool) -> bool {
    let words = command.words.iter();
    let texts = words.chain(command.redirects.iter().map(|redirect| &redirect.target));
    let texts = texts.chain(command.assignments.iter().map(|assignment| &assignment.value));
    // The file with the login, or all variables: `<(env)`.
    let mut texts = texts.map(|word| word.text.as_str());
    if texts.any(|text| text.contains("npmrc") || text.contains("<(")) {
        return true;
    }
    match meaning(command) {
        Meaning::Publish(_) => !may_publish,
        Meaning::InstallNpm(_) | Meaning::InstallDependencies(_) => fetches_other(command),
        Meaning::Corepack(_) | Meaning::SelectNode(_) | Meaning::ChangeFolder(_) | Meaning::ExtendPath(_) => {
            false
        }
        Meaning::RunScript(run) => {
            let has = |name: &str| {
                let mut manifests = sources.manifest_paths().filter_map(|path| sources.manifest(path));
                manifests.any(|manifest| manifest.script(name).is_some())
            };
            // What runs before and after a script is not followed.
            let is_read =
                |name: &str| has(name) && !has(&format!("pre{name}")) && !has(&format!("post{name}"));
            run.is_nx || !run.names.iter().all(|name| is_read(&name.text))
        }
        Meaning::Export(_) => {
            command.words.len() < 2 || command.word(1).is_some_and(|word| word.starts_with('-'))
        }
        Meaning::ChangeManifest | Meaning::Other => !is_harmless(command),
        Meaning::Npmrc(_)
        | Meaning::RemoveNpmrcKeys(_)
        | Meaning::RemoveNpmrc
        | Meaning::RegistryCommand(_)
        | Meaning::Login
        | Meaning::LoginElsewhere
        | Meaning::LocalScript(_) => true,
    }
}

/// Whether a command that installs names a package with a scope, or one that is not known.
fn fetches_other(command: &Command) -> bool {
    let mut words = command.words.iter().skip(1);
    words.any(|word| {
        word.is_dynamic || word.text.contains('@') && word.text.contains('/') || word.text.contains(':')
    })
}

fn is_harmless(command: &Command) -> bool {
    // Assignments alone run nothing.
    let Some(program) = command.words.first() else {
        return true;
    };
    let verb = command.word(1).unwrap_or_default();
    match program.text.as_str() {
        _ if program.is_dynamic => false,
        "npm" | "pnpm" | "yarn" | "bun" => match verb {
            "version" => program.text == "npm",
            "pack" => command.words.iter().skip(2).all(|word| is_own_folder(&word.text)),
            _ if INSTALL.contains(&verb) => !fetches_other(command),
            _ => WITHOUT_REGISTRY.contains(&verb),
        },
        "node" => matches!(verb, "-v" | "--version"),
        "cargo" => OF_CARGO.contains(&verb),
        // Without an option it prints all variables.
        "set" => verb.starts_with(['-', '+']) && verb.len() > 1,
        name => is_plain_program(name) || PROGRAMS.contains(&name),
    }
}

fn is_own_folder(word: &str) -> bool {
    word.starts_with(['.', '-'])
}
