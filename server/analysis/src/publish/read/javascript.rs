//! What JavaScript and TypeScript do, as far as publishing is concerned. The code is searched, not followed, so that what is
//! found is a sign and no more.

use super::command::{LocalScript, Meaning, ScriptRun, meaning, scripts_before_program};
use crate::publish::tools::{Flag, publishing_module};
use crate::sources::CodeFacts;
use crate::syntax::javascript::{CodeCommand, CodeWord, LoadedModule, Reached, words_of_code};
use crate::syntax::shell::split_script;

/// Something in code that publishes, or that may lead to it.
#[derive(Debug)]
pub(crate) enum CodeStep {
    /// A command that publishes, or a call of a function that does.
    Publish(PublishInCode),
    /// A command that runs scripts of a manifest.
    RunScript(ScriptRun),
    /// A command that runs a file.
    LocalScript(LocalScript),
    /// A command that runs the first of these scripts that the manifest has, and otherwise a program.
    ScriptOrProgram(Vec<ScriptRun>, Option<Box<Self>>),
}

/// A publish in code.
#[derive(Clone, Debug)]
pub(crate) struct PublishInCode {
    /// What publishes, for people: "`npm publish`".
    pub(crate) what: String,
    /// The command line to which it comes down, as far as that is known.
    pub(crate) line: Option<String>,
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
    let of_program = |command_of_line| match meaning(command_of_line) {
        Meaning::Publish(publish) => {
            let name = publish.name_range.slice(line);
            // A text that is only written somewhere has to speak of publishing.
            let is_meant = command.is_started || name.contains("publish");
            let publishes = is_meant && publish.flags.dry_run != Some(Flag::True);
            publishes.then(|| {
                CodeStep::Publish(PublishInCode {
                    what: format!("`{name}`"),
                    line: Some(command_of_line.range.slice(line).to_owned()),
                })
            })
        }
        Meaning::RunScript(run) if command.is_started => Some(CodeStep::RunScript(run)),
        Meaning::LocalScript(script) if command.is_started => Some(CodeStep::LocalScript(script)),
        _ => None,
    };
    let step = |command_of_line| {
        let scripts = match command.is_started {
            true => scripts_before_program(command_of_line),
            false => Vec::new(),
        };
        let program = of_program(command_of_line);
        match scripts.is_empty() {
            true => program,
            false => Some(CodeStep::ScriptOrProgram(scripts, program.map(Box::new))),
        }
    };
    script.commands.iter().filter_map(step).collect()
}

/// The call of a function of another package that publishes: "`releasePublish()` of nx/release".
fn call_of(module: &LoadedModule<'_>, reached: &Reached<'_>) -> Option<PublishInCode> {
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
    Some(PublishInCode {
        what: format!("`{found}()` of {}", module.name),
        line: known.line.map(str::to_owned),
    })
}

/// Names and texts with which code takes a credential, or asks npm about one.
const OF_LOGIN: [&str; 9] = [
    "_auth",
    "authtoken",
    "npm_token",
    "node_auth_token",
    "npmrc",
    "npm_config_",
    "whoami",
    "actions_id_token",
    "userconfig",
];

/// The registry to which npm publishes unless it is told otherwise.
const NPM_REGISTRY: &str = "registry.npmjs.org";

/// What code does around a publish that it holds.
pub(crate) fn code_facts(code: &str) -> CodeFacts {
    let words = words_of_code(code);
    let mut facts = CodeFacts::default();
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let rest = words.get(at + 1..).unwrap_or_default();
        facts.decides_login |= decides_login(before, word, rest);
        match word {
            CodeWord::Text(text) => {
                let mut words = text.split_whitespace();
                facts.installs_npm |= words.clone().any(|word| word.starts_with("npm@"));
                facts.chooses_folder |= words.any(|word| matches!(word, "cd" | "pushd"));
            }
            CodeWord::Name(name) => facts.chooses_folder |= matches!(*name, "cwd" | "chdir" | "cd"),
            CodeWord::Sign(_) => {}
        }
    }
    facts
}

fn decides_login(before: Option<&CodeWord<'_>>, word: &CodeWord<'_>, rest: &[CodeWord<'_>]) -> bool {
    let is_in_object = matches!(before, Some(CodeWord::Sign(b'{' | b',')));
    match word {
        // `{ env }`, made elsewhere.
        CodeWord::Name("env" | "packageManager" | "registry")
            if is_in_object && matches!(rest, [CodeWord::Sign(b',' | b'}'), ..]) =>
        {
            true
        }
        CodeWord::Name("env" | "packageManager") => sets_other_value(rest),
        CodeWord::Name("registry") => match rest {
            [CodeWord::Sign(b':'), CodeWord::Text(url), ..] => !url.contains(NPM_REGISTRY),
            [CodeWord::Sign(b':'), ..] => true,
            _ => false,
        },
        // A name that is never used for a URL is of no matter: `isInRegistry`.
        CodeWord::Name(name) => speaks_of_login(name),
        CodeWord::Text(text) => speaks_of_login(text) || names_other_registry(text),
        CodeWord::Sign(_) => false,
    }
}

fn speaks_of_login(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    OF_LOGIN.iter().any(|of_login| word.contains(of_login))
}

fn names_other_registry(text: &str) -> bool {
    let is_setting =
        |word: &str| word.contains("registry=") || word.starts_with('-') && word.contains("registry");
    let is_set = text.split_whitespace().any(is_setting);
    let is_url = text.contains("://") && text.contains("registry");
    (is_set || is_url) && !text.contains(NPM_REGISTRY)
}

/// Whether what follows is the value of a property, and is not the environment as it is: `env: { CI: '1' }`.
fn sets_other_value(rest: &[CodeWord<'_>]) -> bool {
    let [CodeWord::Sign(b':'), value @ ..] = rest else {
        return false;
    };
    let dots = [CodeWord::Sign(b'.'); 3];
    let spread = value
        .strip_prefix(&[CodeWord::Sign(b'{')])
        .and_then(|inside| inside.strip_prefix(&dots));
    let environment = [
        CodeWord::Name("process"),
        CodeWord::Sign(b'.'),
        CodeWord::Name("env"),
    ];
    !spread.unwrap_or(value).starts_with(&environment)
}

#[cfg(test)]
mod tests;
