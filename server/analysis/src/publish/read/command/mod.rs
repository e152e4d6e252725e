//! What a simple command means to a publish site.

mod committed_npmrc;
mod dependencies;
mod environment;
mod git;
mod github_token;
mod harmless;
mod install;
mod manager_command;
mod manifest_edit;
mod new_name;
mod npm_flags;
mod npmrc;
mod pack;
mod path;
mod pipe;
mod pkg;
mod publish;
mod publish_command;
mod registry_command;
mod scope;
mod script_verbs;
mod scripts;
mod select_node;
mod task_scope;
#[cfg(test)]
pub(crate) mod test_support;
mod tool_install;
mod version_change;
mod wrappers;

use crate::config::PublishCommandEntry;
use crate::publish::site::NpmrcFile;
use crate::publish::tools::{Arguments, Flag};
use crate::syntax::shell::{Command, Redirect, Word};
use crate::text::TextRange;
pub(crate) use committed_npmrc::{NpmrcReplacement, NpmrcTarget, replaced_npmrc};
pub(crate) use environment::{set_by_wrapper, unset_by_env};
pub(crate) use git::{made_branch, may_choose_branch, may_use_git_credentials};
pub(crate) use github_token::{GithubTokenUse, github_token_use, written_by_gh};
pub(crate) use manager_command::{CheckedManager, ManagerCommand, manager_command, names_manager};
pub(crate) use manifest_edit::{manifest_edits, rewrites_manifest, writes};
pub(crate) use new_name::{NewName, new_name};
pub(crate) use npmrc::{printed, written_files};
pub(crate) use pack::pack_command;
pub(crate) use pipe::fed;
pub(crate) use publish::holds_flags;
pub(crate) use publish_command::{PublishCommand, PublishFlags, RushOptions, TokenFlag, ToolOptions};
pub(crate) use scope::PackageScope;
pub(crate) use scripts::is_script_name;
pub(crate) use tool_install::installed_tools;
pub(crate) use version_change::{
    VersionCommand, bumps_without_commit, doubt, doubt_of_code, doubt_of_name, doubt_of_publishing,
    made_prerelease, speaks_of_versions, version_command,
};
pub(crate) use wrappers::ProgramOrigin;
use wrappers::{Invocation, Unwrapped};

/// What a command does, as far as publishing to npm is concerned.
#[derive(Debug)]
pub(crate) enum Meaning {
    /// It publishes.
    Publish(Box<PublishCommand>),
    /// It installs npm.
    InstallNpm(NpmInstall),
    /// It has corepack fetch an npm, or put one on the PATH.
    Corepack(Corepack),
    /// It puts another Node on the PATH.
    SelectNode(NodeSelect),
    /// It runs scripts of a manifest.
    RunScript(ScriptRun),
    /// It writes settings of npm.
    Npmrc(Vec<NpmrcWrite>),
    /// It removes settings of npm, by their keys.
    RemoveNpmrcKeys(Vec<String>),
    /// It removes an `.npmrc`.
    RemoveNpmrc,
    /// It changes the working directory.
    ChangeFolder(FolderChange),
    /// It sets these variables for the commands, or the steps, that follow.
    Export(Vec<Exported>),
    /// It puts folders in front of the PATH.
    ExtendPath(PathExtension),
    /// It needs somebody who is logged in to the registry.
    RegistryCommand(RegistryCommandWords),
    /// It logs in to a registry.
    Login,
    /// It logs in to a registry, and has npm use that one.
    LoginElsewhere,
    /// It changes a manifest, so that the committed text is not what is published.
    ChangeManifest,
    /// It runs a file that is not read here.
    LocalScript(LocalScript),
    /// It installs the dependencies of a project.
    InstallDependencies(DependencyCommand),
    /// Nothing that matters to publishing.
    Other,
}

/// The program that installs npm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Manager {
    /// npm itself.
    Npm,
    /// Another package manager, or a tool manager.
    Other,
}

impl Manager {
    /// Whether the installer refuses an npm that does not run on the Node.
    pub(crate) fn checks_engines(self) -> bool {
        self == Self::Npm
    }
}

/// An installation of npm.
#[derive(Debug)]
pub(crate) struct NpmInstall {
    /// What follows `npm@`; none if the command names no version.
    pub(crate) spec: Option<Word>,
    /// The installer.
    pub(crate) manager: Manager,
    /// Whether the npm on the PATH is replaced.
    pub(crate) is_global: bool,
    /// The folder that `--prefix` names, into which it is installed.
    pub(crate) prefix: Option<Word>,
    /// The command, or the word `npm` where no version follows it.
    pub(crate) range: TextRange,
}

/// A choice of Node.
#[derive(Debug)]
pub(crate) struct NodeSelect {
    /// The version that is asked for; `$` where a file says it.
    pub(crate) spec: Word,
    /// Whether it is the version in the files of the project: `mise install node`.
    pub(crate) is_of_project: bool,
    /// The npm that the same command installs.
    pub(crate) npm: Option<NpmInstall>,
}

/// A command of corepack about npm, or one that puts all its package managers on the PATH, which npm is none of.
#[derive(Debug)]
pub(crate) struct Corepack {
    /// Whether it puts npm on the PATH.
    pub(crate) enables_npm: bool,
    /// The version of npm that it fetches.
    pub(crate) spec: Option<Word>,
    /// The command.
    pub(crate) range: TextRange,
}

/// Folders in front of the PATH.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct PathExtension {
    /// The folders as they are written, the one that counts first at the end.
    pub(crate) folders: Vec<String>,
    /// Whether they are there from the next step on; otherwise only for the rest of the script.
    pub(crate) for_later_steps: bool,
}

/// A call of package scripts.
#[derive(Clone, Debug)]
pub(crate) struct ScriptRun {
    /// The names of the scripts, in their order.
    pub(crate) names: Vec<Word>,
    /// What is added to the end of the scripts.
    pub(crate) arguments: String,
    /// Whose scripts run.
    pub(crate) scope: PackageScope,
    /// Whether Nx runs them, which knows other targets too.
    pub(crate) is_nx: bool,
    /// Whether the scripts `pre…` and `post…` are left out.
    pub(crate) is_without_hooks: bool,
    /// What is known of turbo, if it runs them.
    pub(crate) turbo: Option<TurboRun>,
}

/// A run of turbo.
#[derive(Clone, Debug)]
pub(crate) struct TurboRun {
    /// The version that the command asks for.
    pub(crate) version: Option<String>,
    /// `--env-mode`
    pub(crate) env_mode: Option<String>,
}

/// A setting of npm that a command writes.
#[derive(Debug)]
pub(crate) struct NpmrcWrite {
    /// The file that it is written to.
    pub(crate) file: NpmrcFile,
    /// The key; empty where the words do not say what is written.
    pub(crate) key: String,
    /// The value as it is written.
    pub(crate) value: String,
    /// Whether the shell puts nothing into the value.
    pub(crate) is_literal: bool,
    /// The command.
    pub(crate) range: TextRange,
}

/// A command that needs somebody who is logged in to the registry.
#[derive(Debug)]
pub(crate) struct RegistryCommandWords {
    /// The command up to its verb: `npm dist-tag add`.
    pub(crate) command: String,
    /// Whether it is `npm dist-tag`, which newer releases of npm exchange the ID token for.
    pub(crate) is_dist_tag: bool,
    /// Whether npm asks for a token before the registry does, so that the code is known.
    pub(crate) is_refused_by_npm: bool,
    /// `--registry`, or `--@scope:registry`.
    pub(crate) registry: Option<Word>,
    /// Whether it may have credentials that the step does not show.
    pub(crate) has_own_credentials: bool,
    /// From the program to its verb.
    pub(crate) range: TextRange,
}

/// How a command changes the working directory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FolderChangeKind {
    /// `cd`
    Cd,
    /// `pushd`
    Push,
    /// `popd`
    Pop,
}

/// A change of the working directory.
#[derive(Debug)]
pub(crate) struct FolderChange {
    /// The folder; none if it is not one of the repository's.
    pub(crate) target: Option<Word>,
    /// How it is changed.
    pub(crate) kind: FolderChangeKind,
}

/// A file that a command runs.
#[derive(Debug)]
pub(crate) struct LocalScript {
    /// The command without its flags.
    pub(crate) text: String,
    /// The command.
    pub(crate) range: TextRange,
    /// The program that runs the file, and its arguments: `bash`, and `scripts/publish.sh next`.
    pub(crate) program: String,
    /// The file, or the targets of `make`, and the arguments; flags of `make` are left in.
    pub(crate) words: Vec<Word>,
}

impl LocalScript {
    /// A script of which only the name is known.
    pub(crate) fn named(text: String, range: TextRange) -> Self {
        Self {
            text,
            range,
            program: String::new(),
            words: Vec::new(),
        }
    }
}

/// The package manager that installs dependencies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DependencyManager {
    /// npm
    Npm,
    /// pnpm
    Pnpm,
    /// Either Yarn.
    Yarn,
    /// That of the repository: `ni` and `nci` of @antfu/ni.
    OfRepository,
}

/// An installation of a project's dependencies.
#[derive(Debug)]
pub(crate) struct DependencyCommand {
    /// The command without its arguments: `npm ci`.
    pub(crate) command: String,
    /// The package manager.
    pub(crate) manager: DependencyManager,
    /// `--ignore-scripts`, or a variable in front of the command.
    pub(crate) ignores_scripts: Option<Flag>,
    /// The command.
    pub(crate) range: TextRange,
}

/// Says what a command means; those that the configuration speaks of publish.
pub(crate) fn meaning_with(configured: &[PublishCommandEntry], command: &Command) -> Meaning {
    publish::read_configured(configured, command).unwrap_or_else(|| meaning(command))
}

/// Says what a command means.
pub(crate) fn meaning(command: &Command) -> Meaning {
    let invocation = match wrappers::unwrap(command) {
        Unwrapped::Invocation(invocation) => invocation,
        Unwrapped::NoCommand => return of_no_command(command),
        Unwrapped::Unknown => return Meaning::Other,
    };
    of_shell(command, &invocation)
        .or_else(|| npmrc::of_config(&invocation))
        .or_else(|| select_node::read(&invocation))
        .or_else(|| install::read(&invocation))
        .or_else(|| publish::read(command, &invocation))
        .or_else(|| registry_command::read(&invocation))
        .or_else(|| dependencies::read(command, &invocation))
        // What a script prints into such a file counts, not the script.
        .or_else(|| npmrc::of_redirect(command, invocation.range()))
        .or_else(|| scripts::on_input(command, &invocation))
        .or_else(|| scripts::read(&invocation))
        .unwrap_or(Meaning::Other)
}

/// The package scripts that run in place of a command's program where the manifest has one of that name: `yarn np`.
pub(crate) fn scripts_before_program(command: &Command) -> Vec<ScriptRun> {
    let may_be_manager = |word: &Word| ["yarn", "pn", "bun"].iter().any(|name| word.text.contains(name));
    if !command.words.iter().any(may_be_manager) {
        return Vec::new();
    }
    match wrappers::unwrap(command) {
        Unwrapped::Invocation(invocation) => invocation.scripts,
        Unwrapped::NoCommand | Unwrapped::Unknown => Vec::new(),
    }
}

/// Whether the output of a command goes into a manifest.
fn writes_to_manifest(command: &Command) -> bool {
    let written = |redirect: &Redirect| {
        redirect.operator.contains('>') && redirect.target.text.ends_with("package.json")
    };
    command.redirects.iter().any(written)
}

/// `sed -i`, `perl -pi -e`, `yq -i`.
fn edits_in_place(words: &[Word]) -> bool {
    let is_short_flag = |text: &str| text.starts_with('-') && !text.starts_with("--");
    words
        .iter()
        .any(|word| (is_short_flag(&word.text) && word.text.contains('i')) || word.text.starts_with("--in"))
}

/// Whether a program runs a file of JavaScript or TypeScript.
pub(crate) fn runs_javascript(program: &str) -> bool {
    matches!(
        program,
        "node"
            | "bun"
            | "deno"
            | "tsx"
            | "ts-node"
            | "ts-node-esm"
            | "zx"
            | "esno"
            | "esmo"
            | "jiti"
            | "tsm"
            | "tsimp"
            | "vite-node"
            | "babel-node"
            | "swc-node"
            | "sucrase-node"
    )
}

/// Whether a program runs code of another language than a shell's.
pub(crate) fn runs_code(program: &str) -> bool {
    runs_javascript(program) || matches!(program, "python" | "python3" | "ruby" | "php" | "perl")
}

/// `node -e CODE`, `python -c CODE`: code that is written in the command.
fn is_inline_code(program: &str, words: &[Word]) -> bool {
    let is_interpreter = runs_code(program);
    let is_flag = |word: &Word| {
        let text = word.text.as_str();
        matches!(text, "eval" | "--eval" | "-") || text.starts_with('-') && text.contains(['e', 'c', 'r'])
    };
    is_interpreter && words.iter().any(is_flag)
}

/// `json -I`, `json --in-place`.
fn is_json_in_place(text: &str) -> bool {
    text == "-I" || text == "--in-place"
}

/// Whether what a program's arguments say is not a command.
fn prints_or_writes(program: &str) -> bool {
    matches!(program, "echo" | "printf" | "cat" | "Write-Output" | "Write-Host") || npmrc::is_writer(program)
}

/// Commands of the shell and of the system.
fn of_shell(command: &Command, invocation: &Invocation) -> Option<Meaning> {
    let arguments = invocation.arguments();
    let positionals = || arguments.positionals();
    let change_folder = |kind| {
        // `cd -` and `cd ~/x` lead to folders that the repository does not have.
        let target = positionals()
            .first()
            .copied()
            .filter(|word| !word.text.starts_with(['~', '-']));
        Meaning::ChangeFolder(FolderChange {
            target: target.cloned(),
            kind,
        })
    };
    let names_manifest = || {
        let words = invocation.words.iter();
        let targets = command.redirects.iter().map(|redirect| &redirect.target);
        words
            .chain(targets)
            .any(|word| word.text.contains("package.json"))
    };
    let found = match invocation.name() {
        // What is written to a manifest is not a command either.
        _ if writes_to_manifest(command) => Meaning::ChangeManifest,
        // Whatever these print or search for is not a command.
        name if prints_or_writes(name) => {
            npmrc::of_redirect(command, invocation.range()).unwrap_or(Meaning::Other)
        }
        "cd" | "Set-Location" | "sl" | "chdir" => change_folder(FolderChangeKind::Cd),
        "pushd" | "Push-Location" => change_folder(FolderChangeKind::Push),
        "popd" | "Pop-Location" => change_folder(FolderChangeKind::Pop),
        "export" => match path_value(&arguments) {
            Some(value) => path::assigned(value),
            None => Meaning::Export(exported_by_shell(&arguments)),
        },
        "unset" if !invocation.words.iter().any(|word| word.text == "-f") => {
            Meaning::Export(unset_tokens(&positionals()))
        }
        "cp" | "mv"
            if positionals()
                .last()
                .is_some_and(|word| word.text.ends_with(".npmrc")) =>
        {
            npmrc::copied(&positionals(), invocation.range())
        }
        "rm" if positionals().iter().any(|word| word.text.ends_with(".npmrc")) => Meaning::RemoveNpmrc,
        // cmd's `set NAME=value`; to a Unix shell it would be a positional parameter.
        "set" | "SET" if positionals().first().is_some_and(|word| word.text.contains('=')) => {
            environment::set(&arguments)?
        }
        "Set-Item" | "New-Item" | "si" => environment::set_item(&arguments)?,
        // The variable's name is in brackets, which are not part of the command here.
        name if name.ends_with("SetEnvironmentVariable") => Meaning::Login,
        name if environment::is_of_powershell(name) => environment::assigned(invocation)?,
        "sed" | "perl" | "yq" if names_manifest() && edits_in_place(&invocation.words) => {
            Meaning::ChangeManifest
        }
        // `json -I -f package.json -e 'this.name = "x"'`
        "json" if names_manifest() && invocation.words.iter().any(|word| is_json_in_place(&word.text)) => {
            Meaning::ChangeManifest
        }
        "mv" | "cp"
            if positionals()
                .last()
                .is_some_and(|word| word.text.ends_with("package.json")) =>
        {
            Meaning::ChangeManifest
        }
        "npm" | "pnpm" | "pn" | "yarn" | "bun" => match arguments.texts().as_slice() {
            ["pkg", "set" | "delete" | "fix", ..] => Meaning::ChangeManifest,
            ["login" | "adduser" | "add-user", ..] | ["npm", "login", ..] => Meaning::Login,
            _ => return None,
        },
        "aws" if arguments.texts().starts_with(&["codeartifact", "login"]) => Meaning::LoginElsewhere,
        "jf" | "jfrog" if matches!(arguments.texts().as_slice(), ["npm-config" | "npmc", ..]) => {
            Meaning::LoginElsewhere
        }
        "google-artifactregistry-auth" | "artifactregistry-auth" => Meaning::Login,
        _ => return None,
    };
    Some(found)
}

/// A variable that a command sets for what follows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Exported {
    /// Its name.
    pub(crate) name: String,
    /// Its value as it is written, if the command shows it.
    pub(crate) value: Option<String>,
    /// Whether the steps after this one see it, and not the rest of the script.
    pub(crate) is_for_later_steps: bool,
}

impl Exported {
    /// For the rest of the script.
    pub(crate) fn here(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: Some(value.to_owned()),
            is_for_later_steps: false,
        }
    }
}

/// Assignments alone, or a redirection.
fn of_no_command(command: &Command) -> Meaning {
    let path = command
        .assignments
        .iter()
        .find(|assignment| assignment.name == "PATH");
    match path {
        Some(path) => path::assigned(&path.value.text),
        None => npmrc::of_redirect(command, command.range).unwrap_or(Meaning::Other),
    }
}

/// The value in `export PATH=…`.
fn path_value<'w>(arguments: &Arguments<'w>) -> Option<&'w str> {
    let mut words = arguments.words().iter();
    words.find_map(|word| word.text.strip_prefix("PATH="))
}

/// `unset NODE_AUTH_TOKEN`: to what reads a token, no variable is like an empty one.
fn unset_tokens(names: &[&Word]) -> Vec<Exported> {
    let tokens = names
        .iter()
        .filter(|name| environment::is_token_variable(&name.text));
    tokens.map(|name| Exported::here(&name.text, "")).collect()
}

/// `export NAME=value` and `export NAME`.
fn exported_by_shell(arguments: &Arguments<'_>) -> Vec<Exported> {
    let positionals = arguments.positionals();
    let exported = positionals.iter().map(|word| match word.text.split_once('=') {
        Some((name, value)) => Exported::here(name, value),
        // What the variable holds may have been set anywhere.
        None => Exported::here(&word.text, &format!("${}", word.text)),
    });
    exported.collect()
}

#[cfg(test)]
mod tests {
    use super::test_support::{meanings, table};

    fn show(script: &str) -> String {
        meanings(script).join("; ")
    }

    #[test]
    fn commands_of_the_shell() {
        table(
            show,
            &[
                ("cd packages/a", "Cd packages/a"),
                ("cd \"$DIR\"", "Cd $DIR"),
                ("cd -", "Cd ?"),
                ("pushd dist && popd", "Push dist; Pop ?"),
                ("export NPM_TOKEN=x OTHER", "export NPM_TOKEN OTHER"),
                ("rm -f ~/.npmrc", "remove .npmrc"),
                ("rm -rf dist", "other"),
                ("jq '.name = \"x\"' package.json > tmp", "other"),
                ("mv tmp package.json", "change manifest"),
                ("jq '.a = 1' old.json > pkg/package.json", "change manifest"),
                ("V=$(jq -r .version package.json)", "other; other"),
                ("sed -i s/a/b/ package.json", "change manifest"),
                ("sed -n 1p package.json", "other"),
                ("cd ~/work", "Cd ?"),
                ("echo \"$NPMRC\" > .npmrc", "npmrc ?"),
                ("cp ci/npmrc ~/.npmrc", "npmrc ?"),
                ("npm pkg set name=x", "change manifest"),
                ("json -I -f package.json -e 'this.name=\"x\"'", "change manifest"),
                ("json -f package.json version", "other"),
                ("echo '{}' > package.json", "change manifest"),
                ("cat package.json > log", "other"),
                ("npm pkg get version", "other"),
                ("npm login", "login"),
                ("aws codeartifact login --tool npm --domain a", "login elsewhere"),
                ("npx google-artifactregistry-auth", "login"),
                ("some-tool | tee .npmrc", "other; npmrc ?"),
                ("some-tool > ~/.npmrc", "npmrc ?"),
                ("npm adduser --registry=https://example.com", "login"),
            ],
        );
    }

    #[test]
    fn words_that_are_only_printed_are_not_commands() {
        table(
            show,
            &[
                ("echo npm publish", "other"),
                ("printf '%s' \"npm publish\"", "other"),
                ("cat npm publish", "other"),
                ("grep 'npm publish' file", "other"),
                ("git commit -m 'npm publish'", "other"),
                ("# npm publish", ""),
            ],
        );
    }
}
