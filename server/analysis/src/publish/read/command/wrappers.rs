//! What is in front of a command: `sudo`, `env`, `timeout`, `npx`, `pnpm exec`, `yarn workspace` and the like.

mod container;
mod environment;
mod lookups;
mod monorepo;
mod ni;
mod package;
mod parallel;
mod processes;
mod secrets;
mod shells;

use super::scripts::{self, is_script_name};
use super::{Meaning, PackageScope, ScriptRun, runs_javascript};
use crate::publish::tools;
use crate::publish::tools::arguments::{Arguments, unknown_word};
use crate::syntax::shell::{Command, Word};
use crate::text::TextRange;
use container::container;
pub(crate) use environment::CommandEnvironment;
use lookups::{in_bin_folder, looked_up, without_sign};
use monorepo::{foreach, lerna_exec, nx_exec};
pub(super) use package::name_and_version;
use package::{run_package, split_version};

/// How the names of the variables of the ID token begin.
const ID_TOKEN_VARIABLES: &str = "ACTIONS_ID_TOKEN_REQUEST";

/// How many wrappers may be around a command.
const MOST_WRAPPERS: usize = 12;

/// Programs besides publishing tools that `pnpm NAME` and `yarn NAME` find in `node_modules/.bin`. They publish elsewhere, or
/// run something that publishes.
const OTHER_PROGRAMS: [&str; 11] = [
    "pkg-pr-new",
    "turbo",
    "lage",
    "moon",
    "gulp",
    "grunt",
    "concurrently",
    "dotenv",
    "dotenvx",
    "run-s",
    "npm-run-all",
];

/// A command without its wrappers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Invocation {
    /// The program and its arguments; the program's word holds its name without folder and version.
    pub(crate) words: Vec<Word>,
    /// The version of the program, as in `npx npm@11 publish`.
    pub(crate) version: Option<String>,
    /// The package that the program comes from, where the command names it: `npx -p @lerna-lite/cli lerna`.
    pub(crate) package: Option<String>,
    /// Variables that `env` and `cross-env` set.
    pub(crate) variables: Vec<(String, String)>,
    /// Where the command runs.
    pub(crate) scope: PackageScope,
    /// What the wrappers do to its environment.
    pub(crate) environment: CommandEnvironment,
    /// Where the program is looked for.
    pub(crate) origin: ProgramOrigin,
    /// The package scripts that run in place of the program where the manifest has one of that name.
    pub(crate) scripts: Vec<ScriptRun>,
}

/// Where the program of a command is looked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) enum ProgramOrigin {
    /// On the PATH.
    #[default]
    Path,
    /// In `node_modules/.bin`, and only then on the PATH: `pnpm exec npm`.
    LocalBin,
    /// As [`Self::LocalBin`], and in the registry where neither has it: `npx npm`.
    LocalBinOrFetched,
    /// In the registry, in its newest version unless the command names one: `pnpm dlx npm`.
    Fetched,
    /// Corepack looks which version the manifest names.
    Corepack,
    /// The command names the file.
    File(String),
}

/// What is left of a command without its wrappers.
#[derive(Debug)]
pub(crate) enum Unwrapped {
    /// A program with its arguments.
    Invocation(Box<Invocation>),
    /// Only assignments and redirections.
    NoCommand,
    /// A program that only the run knows.
    Unknown,
}

impl Invocation {
    /// The name of the program.
    pub(crate) fn name(&self) -> &str {
        self.words.first().map_or("", |word| word.text.as_str())
    }

    /// The words after the program.
    pub(crate) fn arguments(&self) -> Arguments<'_> {
        Arguments::new(self.name(), self.words.get(1..).unwrap_or_default())
    }

    /// From the program to its last argument.
    pub(crate) fn range(&self) -> TextRange {
        let start = self.words.first().map(|word| word.range).unwrap_or_default();
        self.words.last().map_or(start, |last| start.cover(last.range))
    }
}

/// Takes the wrappers off a command.
pub(crate) fn unwrap(command: &Command) -> Unwrapped {
    let mut invocation = Invocation {
        words: command.words.clone(),
        ..Invocation::default()
    };
    for _ in 0..MOST_WRAPPERS {
        let Some(first) = invocation.words.first_mut() else {
            return Unwrapped::NoCommand;
        };
        if let Some(program) = looked_up(&first.text).or_else(|| without_sign(&first.text)) {
            first.text = program.to_owned();
            first.is_dynamic = false;
        } else if let Some(program) = in_bin_folder(&first.text) {
            first.text = program.to_owned();
            first.is_dynamic = false;
            invocation.origin = ProgramOrigin::LocalBin;
        }
        let name = program_name(&first.text).to_owned();
        if name != first.text && first.text.contains(['/', '\\']) {
            invocation.origin = ProgramOrigin::File(std::mem::replace(&mut first.text, name));
        } else {
            first.text = name;
        }
        match step(&mut invocation) {
            UnwrapStep::Again => {}
            UnwrapStep::Done => break,
            UnwrapStep::Unknown => return Unwrapped::Unknown,
        }
    }
    if invocation.words.is_empty() {
        return Unwrapped::NoCommand;
    }
    if !command.wrappers.is_empty() {
        add_outer_environment(&mut invocation, command);
    }
    Unwrapped::Invocation(Box::new(invocation))
}

/// Adds what is around the shell that runs the command: `sudo bash -c 'npm publish'`.
fn add_outer_environment(invocation: &mut Invocation, command: &Command) {
    let outer = Command {
        words: command.wrappers.iter().chain(&command.words).cloned().collect(),
        wrappers: Vec::new(),
        ..command.clone()
    };
    if let Unwrapped::Invocation(whole) = unwrap(&outer)
        && whole.name() == invocation.name()
    {
        invocation.environment = whole.environment;
    }
}

/// The name of a program that is called by its path. Other files stay paths: they are scripts.
fn program_name(path: &str) -> &str {
    let Some((folder, name)) = path.rsplit_once(['/', '\\']) else {
        let program = path.trim_end_matches(".exe");
        // `publish.cmd` is a script of the folder.
        let installed = path
            .strip_suffix(".cmd")
            .filter(|name| is_node_program(name) || runs_from_bin(name));
        return installed.unwrap_or(program);
    };
    let program = name.trim_end_matches(".cmd").trim_end_matches(".exe");
    // `C:\\Program Files\\nodejs\\npm.cmd`
    let is_of_node = || {
        let is_full = folder.starts_with(['/', '$', '%']) || folder.get(1..2) == Some(":");
        let is_full = is_full && !folder.contains("GITHUB_WORKSPACE");
        is_full
            && matches!(
                program,
                "npm" | "npx" | "pnpm" | "pnpx" | "yarn" | "node" | "corepack"
            )
    };
    // `./bin/release` is a script of the repository, `./node/bin/npm` is not.
    let is_outside = || {
        folder.starts_with(['/', '$', '%', '~', '"'])
            || folder.get(1..2) == Some(":")
            || is_node_program(program)
    };
    let is_installed = folder.ends_with(".bin")
        || folder.ends_with(" bin)")
        || folder.ends_with("/bin") && !is_script_name(name) && is_outside();
    match is_installed || is_of_node() {
        true => program,
        false => path,
    }
}

/// Whether a program is installed beside Node.
fn is_node_program(name: &str) -> bool {
    matches!(
        name,
        "npm" | "npx" | "pnpm" | "pnpx" | "yarn" | "bun" | "bunx" | "node" | "corepack"
    )
}

enum UnwrapStep {
    Again,
    Done,
    Unknown,
}

/// Takes off one wrapper.
fn step(invocation: &mut Invocation) -> UnwrapStep {
    let name = invocation.name().to_owned();
    match name.as_str() {
        "sudo" | "doas" => {
            let flags = skip_flags(&mut invocation.words, &["-u", "-g", "--user", "--group"]);
            let keeps_environment = flags.iter().any(|flag| environment::is_kept_by_sudo(flag));
            invocation.environment.through_sudo |= !keeps_environment;
            take_handed_variables(invocation);
            UnwrapStep::Again
        }
        // `command -v npm` looks for npm and runs nothing.
        "command"
            if invocation
                .words
                .get(1)
                .is_some_and(|flag| flag.text.eq_ignore_ascii_case("-v")) =>
        {
            UnwrapStep::Unknown
        }
        "command" | "exec" | "time" | "nice" | "ionice" | "nohup" | "stdbuf" | "caffeinate" | "call"
        | "CALL" | "coproc" | "return" | "eval" => {
            skip_flags(&mut invocation.words, &["-n", "--adjustment"]);
            UnwrapStep::Again
        }
        "env" | "cross-env" | "cross-env-shell" => {
            let flags = skip_flags(&mut invocation.words, &["-u", "--unset", "-C", "--chdir"]);
            let clears = |flag: &String| matches!(flag.as_str(), "-i" | "-" | "--ignore-environment");
            invocation.environment.is_cleared |= flags.iter().any(clears);
            invocation.environment.is_unset |= flags.iter().any(|word| word.contains(ID_TOKEN_VARIABLES));
            take_handed_variables(invocation);
            UnwrapStep::Again
        }
        "timeout" => {
            skip_flags(&mut invocation.words, &["-k", "--kill-after", "-s", "--signal"]);
            remove_first(&mut invocation.words, 1);
            UnwrapStep::Again
        }
        "xargs" => {
            skip_flags(
                &mut invocation.words,
                &["-n", "-I", "-L", "-P", "-d", "-a", "--max-args", "--max-procs"],
            );
            add_unknown_argument(invocation)
        }
        "mise" | "rtx" | "fnm" | "nvm" | "volta" | "asdf" | "nodenv" | "n" => tool_manager(&name, invocation),
        "find" => find_exec(invocation),
        "parallel" => parallel::step(invocation),
        "op" | "doppler" | "infisical" | "dotenv" | "dotenvx" | "chamber" | "aws-vault" => {
            secrets::step(&name, invocation)
        }
        "docker" | "podman" => container(invocation),
        "nix" | "nix-shell" | "devbox" | "direnv" => shells::step(&name, invocation),
        "corepack" => corepack(invocation),
        "npx" | "pnpx" | "bunx" | "vpx" => {
            let arguments = invocation.arguments();
            let scope = PackageScope::of_flags(&name, &arguments);
            let origin = match name.as_str() {
                "pnpx" => ProgramOrigin::Fetched,
                _ => ProgramOrigin::LocalBinOrFetched,
            };
            run_package(invocation, 1, scope, origin)
        }
        "npm" | "pnpm" | "pn" | "yarn" | "bun" | "vp" => package_manager(&name, invocation),
        "lerna" => lerna_exec(invocation),
        "nx" => nx_exec(invocation),
        name if ni::is_of_ni(name) => ni::step(name, invocation),
        "node" => node_program(invocation),
        name if processes::is_starter(name) => processes::step(name, invocation),
        "deno" => package::of_deno(invocation),
        _ if take_variables(invocation) => UnwrapStep::Again,
        _ => UnwrapStep::Done,
    }
}

/// Removes the first word and the flags after it, and returns them. Some take the next word along, which is returned too.
fn skip_flags(words: &mut Vec<Word>, with_value: &[&str]) -> Vec<String> {
    remove_first(words, 1);
    let mut flags = Vec::new();
    while let Some(flag) = words.first().filter(|word| word.text.starts_with('-')) {
        let flag = flag.text.clone();
        let taken = if takes_next_word(&flag, with_value) { 2 } else { 1 };
        let is_end = flag == "--";
        flags.extend(words.drain(..taken.min(words.len())).map(|word| word.text));
        if is_end {
            break;
        }
    }
    flags
}

/// Whether a flag takes the next word as its value, also at the end of several letters: `-Hu runner`.
fn takes_next_word(flag: &str, with_value: &[&str]) -> bool {
    let has_value = |letter: char| {
        with_value
            .iter()
            .any(|known| known.strip_prefix('-') == Some(letter.encode_utf8(&mut [0; 4])))
    };
    let letters = flag.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
    let first = letters.and_then(|letters| letters.find(has_value).map(|at| at + 1 == letters.len()));
    with_value.contains(&flag) || first == Some(true)
}

/// Takes `NAME=value` words off the front, and notes whether they hand the variables of the ID token on.
fn take_handed_variables(invocation: &mut Invocation) {
    let before = invocation.variables.len();
    take_variables(invocation);
    let handed = invocation.variables.iter().skip(before);
    let hands = |start: &str| handed.clone().any(|(name, _)| name.starts_with(start));
    invocation.environment.hands_variables_on |= hands(ID_TOKEN_VARIABLES) && hands(environment::IN_ACTIONS);
}

fn remove_first(words: &mut Vec<Word>, count: usize) {
    words.drain(..count.min(words.len()));
}

/// Takes `NAME=value` words off the front; whether there were any.
fn take_variables(invocation: &mut Invocation) -> bool {
    let mut found = false;
    while let Some((name, value)) = invocation
        .words
        .first()
        .and_then(|word| word.text.split_once('='))
    {
        let is_name = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name || name.is_empty() {
            break;
        }
        invocation.variables.push((name.to_owned(), value.to_owned()));
        remove_first(&mut invocation.words, 1);
        found = true;
    }
    found
}

/// `xargs` and `find` call a command with arguments that only the run knows.
fn add_unknown_argument(invocation: &mut Invocation) -> UnwrapStep {
    match invocation.words.last().map(|word| word.range) {
        Some(range) => {
            invocation.words.push(unknown_word(range));
            UnwrapStep::Again
        }
        None => UnwrapStep::Unknown,
    }
}

fn find_exec(invocation: &mut Invocation) -> UnwrapStep {
    let is_exec = |word: &Word| matches!(word.text.as_str(), "-exec" | "-execdir" | "-ok");
    let Some(at) = invocation.words.iter().position(is_exec) else {
        return UnwrapStep::Done;
    };
    remove_first(&mut invocation.words, at + 1);
    invocation
        .words
        .retain(|word| !matches!(word.text.as_str(), "{}" | ";" | "+"));
    add_unknown_argument(invocation)
}

/// `mise exec node@24 -- npm publish`, `fnm exec --using=24 npm publish`: which words belong to the tool manager is not
/// decided, only where the command starts.
fn tool_manager(name: &str, invocation: &mut Invocation) -> UnwrapStep {
    let verb = invocation.words.get(1).map_or("", |word| word.text.as_str());
    let runs_command = match name {
        "volta" => verb == "run",
        "mise" | "rtx" => matches!(verb, "exec" | "x"),
        "n" => matches!(verb, "exec" | "run"),
        _ => verb == "exec",
    };
    if !runs_command {
        return UnwrapStep::Done;
    }
    let is_program = |word: &Word| {
        let name = word.text.as_str();
        matches!(name, "npm" | "npx" | "pnpm" | "yarn" | "bun") || runs_from_bin(name)
    };
    let separator = invocation.words.iter().position(|word| word.text == "--");
    let start = separator
        .map(|at| at + 1)
        .or_else(|| invocation.words.iter().position(is_program));
    let Some(start) = start else {
        return UnwrapStep::Unknown;
    };
    remove_first(&mut invocation.words, start);
    invocation.environment.has_own_node = true;
    UnwrapStep::Again
}

/// `corepack pnpm publish`.
fn corepack(invocation: &mut Invocation) -> UnwrapStep {
    let second = invocation.words.get(1).map_or("", |word| word.text.as_str());
    let manager = second.split('@').next().unwrap_or(second);
    if !matches!(manager, "npm" | "pnpm" | "yarn" | "npx" | "pnpx") {
        return UnwrapStep::Done;
    }
    remove_first(&mut invocation.words, 1);
    invocation.origin = ProgramOrigin::Corepack;
    split_version(invocation)
}

fn package_manager(name: &str, invocation: &mut Invocation) -> UnwrapStep {
    let positionals = verbs(invocation);
    let verb = |n: usize| positionals.get(n).map(|(at, text)| (*at, text.as_str()));
    let before_verb = |at: usize| {
        let flags = invocation.words.get(1..at).unwrap_or_default();
        PackageScope::of_flags(name, &Arguments::new(name, flags))
    };
    match (name, verb(0), verb(1)) {
        ("npm", Some((at, "exec" | "x")), _)
        | ("pnpm" | "pn", Some((at, "exec" | "dlx")), _)
        | ("yarn", Some((at, "exec" | "dlx")), _)
        | ("bun", Some((at, "x")), _)
        | ("vp", Some((at, "exec" | "dlx")), _) => {
            // npm takes its flags on both sides of the verb, up to `--`.
            let until = invocation.words.iter().position(|word| word.text == "--");
            let flags_end = match name {
                "npm" => until.unwrap_or_else(|| package::end_of_flags(invocation, at + 1)),
                _ => at,
            };
            let scope = before_verb(flags_end);
            let origin = match (name, verb(0)) {
                (_, Some((_, "dlx"))) => ProgramOrigin::Fetched,
                ("npm" | "bun", _) => ProgramOrigin::LocalBinOrFetched,
                _ => ProgramOrigin::LocalBin,
            };
            run_package(invocation, at + 1, scope, origin)
        }
        ("yarn", Some((at, "workspace")), Some((of, workspace))) => {
            let mut scope = before_verb(at);
            scope.workspaces.push(workspace.to_owned());
            enter_scope(invocation, scope, of)
        }
        ("yarn", Some((_, "workspaces")), Some((at, "foreach"))) => foreach(invocation, at),
        ("yarn", Some((_, "workspaces")), Some((at, "run"))) => {
            let scope = PackageScope {
                all_workspaces: true,
                ..PackageScope::default()
            };
            // The classic `yarn workspaces run X` is `yarn run X` in each.
            enter_scope(invocation, scope, at - 1)
        }
        ("pnpm" | "pn", Some((at, "recursive" | "multi" | "m")), _) => {
            let mut scope = before_verb(at);
            scope.all_workspaces = true;
            enter_scope(invocation, scope, at)
        }
        // `yarn npm` is a command of Yarn's own.
        ("yarn" | "bun", Some((_, "run")), Some((at, "npm"))) | ("pnpm" | "pn", Some((at, "npm")), _) => {
            enter_bin(invocation, before_verb(at), at)
        }
        ("yarn" | "bun", Some((_, "run")), Some((at, program)))
        | ("pnpm" | "pn" | "yarn" | "bun", Some((at, program)), _)
            if runs_from_bin(program) =>
        {
            enter_bin(invocation, before_verb(at), at)
        }
        _ => UnwrapStep::Done,
    }
}

/// The first positionals of the invocation, with their places among its words.
fn verbs(invocation: &Invocation) -> Vec<(usize, String)> {
    let of_word = |wanted: &&Word| {
        let at = invocation
            .words
            .iter()
            .position(|word| std::ptr::eq(word, *wanted));
        at.map(|at| (at, wanted.text.clone()))
    };
    invocation
        .arguments()
        .positionals()
        .iter()
        .take(3)
        .filter_map(of_word)
        .collect()
}

/// Leaves the words from `at` on.
fn enter(invocation: &mut Invocation, scope: PackageScope, at: usize) {
    remove_first(&mut invocation.words, at);
    invocation.scope = std::mem::take(&mut invocation.scope).and(scope);
}

/// Leaves the program at `at`. A package script of its name would run in its place: measured with yarn 1.22.22 and 4.10.3,
/// pnpm 10 and bun 1.
fn enter_bin(invocation: &mut Invocation, scope: PackageScope, at: usize) -> UnwrapStep {
    if let Some(Meaning::RunScript(run)) = scripts::read(invocation) {
        invocation.scripts.push(run);
    }
    enter(invocation, scope, at);
    invocation.origin = ProgramOrigin::LocalBin;
    UnwrapStep::Again
}

/// Removes the words that choose workspaces, up to `last`, and leaves the package manager in front of the rest.
fn enter_scope(invocation: &mut Invocation, scope: PackageScope, last: usize) -> UnwrapStep {
    let Some(manager) = invocation.words.first().cloned() else {
        return UnwrapStep::Done;
    };
    enter(invocation, scope, last + 1);
    invocation.words.insert(0, manager);
    UnwrapStep::Again
}

/// Whether a program is one that `pnpm NAME` and `yarn NAME` start.
fn runs_from_bin(program: &str) -> bool {
    tools::is_in_bin(program)
        || OTHER_PROGRAMS.contains(&program)
        || runs_javascript(program) && !matches!(program, "bun" | "deno")
}

/// `node ./node_modules/.bin/changeset publish`, `node lib/npm-cli.js publish`, `node common/scripts/install-run-rush.js publish`.
fn node_program(invocation: &mut Invocation) -> UnwrapStep {
    let is_flag = |word: &Word| word.text.starts_with('-');
    let Some(at) = invocation.words.iter().skip(1).position(|word| !is_flag(word)) else {
        return UnwrapStep::Done;
    };
    let Some(program) = invocation.words.get_mut(at + 1) else {
        return UnwrapStep::Done;
    };
    if program.text.ends_with("install-run-rush.js") {
        program.text = "rush".to_owned();
    } else if is_cli_of_npm(&program.text) {
        invocation.origin = ProgramOrigin::File(std::mem::replace(&mut program.text, "npm".to_owned()));
    } else if let Some(tool) = tool_in_package(&program.text) {
        program.text = tool.to_owned();
        invocation.origin = ProgramOrigin::LocalBin;
    } else if !program.text.contains("node_modules/.bin/") {
        return UnwrapStep::Done;
    }
    remove_first(&mut invocation.words, at + 1);
    UnwrapStep::Again
}

/// The file that npm starts with, or a variable that is named after it: `lib/npm-cli.js`, `$NPM_CLI`.
fn is_cli_of_npm(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let variable = name.strip_prefix('$').map(|name| name.trim_matches(['{', '}']));
    let is_named_after = |name: &str| {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        matches!(
            name.to_ascii_lowercase().as_str(),
            "npmcli" | "npmclijs" | "npmclipath"
        )
    };
    name == "npm-cli.js" || variable.is_some_and(is_named_after)
}

/// The publishing tool whose package a file is in: `node_modules/@changesets/cli/bin.js`.
fn tool_in_package(path: &str) -> Option<&str> {
    let (_, path) = path.rsplit_once("node_modules/")?;
    let (first, rest) = path.split_once('/')?;
    let package = match first.starts_with('@') {
        true => path.get(..first.len() + 1 + rest.find('/')?)?,
        false => first,
    };
    let program = tools::program_of_package(package).unwrap_or(package);
    (first != ".bin" && tools::is_in_bin(program)).then_some(program)
}

#[cfg(test)]
mod tests;
