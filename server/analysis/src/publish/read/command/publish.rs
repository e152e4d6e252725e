//! Commands that publish.

use super::npm_flags::refused_by_npm_12;
use super::wrappers::{Invocation, Unwrapped, unwrap};
use super::{Meaning, PackageScope, PublishCommand, PublishFlags, RushOptions, TokenFlag, ToolOptions};
use crate::config::PublishCommandEntry;
use crate::publish::tools::arguments::texts_of;
use crate::publish::tools::{self, Arguments, CommandWords, Flag, Tool, ToolEntry};
use crate::syntax::shell::variable_name;
use crate::syntax::shell::{Command, Word};
use crate::text::TextRange;

/// Reads a command that publishes.
pub(crate) fn read(command: &Command, invocation: &Invocation) -> Option<Meaning> {
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let texts = texts_of(&positionals);
    let words = CommandWords {
        program: invocation.name(),
        verbs: &texts,
        arguments,
    };
    let (tool, started) = tools::started_by(&words, invocation.package.as_deref())?;
    let verbs = started.verb_count;
    let is_manager = matches!(invocation.name(), "npm" | "pnpm" | "yarn");
    if arguments.has(&["--help", "--version", "-h", "--usage"])
        || is_manager && arguments.has(&["-H", "-?", "-v"])
    {
        return None;
    }
    let verb_range = verbs
        .checked_sub(1)
        .and_then(|last| positionals.get(last))
        .map(|verb| verb.range);
    let program = invocation.words.first()?.range;
    // A tool without a verb is shown with its arguments, since they say what it does.
    let name_range = program.cover(verb_range.unwrap_or(invocation.range()));
    let folders = positionals.get(verbs..).unwrap_or_default();
    let (folders, has_unknown_flags) = without_flag_variables(folders);
    let flags = CommandFlags {
        dry_run: tool.start.dry_run_flags,
        some_are_unknown: has_unknown_flags,
    };
    let mut publish = publish_command(command, invocation, tool, name_range, &flags);
    publish.folders = folders;
    publish.text = started.text.to_owned();
    publish.is_staged = started.is_staged;
    Some(Meaning::Publish(Box::new(publish)))
}

/// Reads a command that the configuration says publishes.
pub(crate) fn read_configured(configured: &[PublishCommandEntry], command: &Command) -> Option<Meaning> {
    if configured.is_empty() {
        return None;
    }
    let Unwrapped::Invocation(invocation) = unwrap(command) else {
        return None;
    };
    let starts_with = |words: &[Word], entry: &PublishCommandEntry| {
        let texts = words.iter().map(|word| word.text.as_str());
        words.len() >= entry.words.len() && texts.zip(&entry.words).all(|(text, expected)| text == expected)
    };
    let (entry, words) = configured.iter().find_map(|entry| {
        // A path to a script is lost where a program is told by its name.
        let as_written = [&command.words, &invocation.words];
        let words = as_written.into_iter().find(|words| starts_with(words, entry))?;
        Some((entry, words))
    })?;
    let last = words.get(entry.words.len().checked_sub(1)?)?;
    let name_range = words.first()?.range.cover(last.range);
    let tool = tools::tool_with_key(entry.tool)?;
    // The flags are those of the command, which only its name says something about.
    let flags = CommandFlags {
        dry_run: &["--dry-run"],
        some_are_unknown: false,
    };
    let mut publish = publish_command(command, &invocation, tool, name_range, &flags);
    publish.text = entry.words.join(" ");
    publish.is_configured = true;
    Some(Meaning::Publish(Box::new(publish)))
}

/// The flags of napi that name another manifest than that of the working directory, or the folder in which it is.
/// Source: `napi pre-publish --help` of @napi-rs/cli 3.
const NAPI_FOLDERS_AND_FILES: [&str; 3] = ["--cwd", "--config-path", "--package-json-path"];

/// What is known about the flags of a command.
struct CommandFlags {
    /// Those that ask for a dry run.
    dry_run: &'static [&'static str],
    /// Whether a variable may hold others.
    some_are_unknown: bool,
}

/// A publish command with what its flags say.
fn publish_command(
    command: &Command,
    invocation: &Invocation,
    tool: &ToolEntry,
    name_range: TextRange,
    flags: &CommandFlags,
) -> PublishCommand {
    let arguments = invocation.arguments();
    let scope = PackageScope::of_flags(invocation.name(), &arguments);
    let scope = invocation.scope.clone().and(scope);
    let dry_run = dry_run(command, invocation, &arguments, flags.dry_run)
        .or_else(|| flags.some_are_unknown.then_some(Flag::Dynamic));
    PublishCommand {
        tool: tool.tool,
        tool_version: invocation.version.clone(),
        package: invocation.package.clone(),
        text: String::new(),
        name_range,
        is_configured: false,
        is_staged: false,
        packages: tool.packages,
        folders: Vec::new(),
        scope,
        flags: PublishFlags {
            registry: arguments.value(tool.start.flags.registry),
            scoped_registries: arguments.scoped_registries(),
            tag: arguments.value(tool.start.flags.tag),
            access: arguments.value(&["--access", "--set-access-level"]),
            provenance: provenance(&arguments),
            dry_run,
            dry_run_word: dry_run_word(&arguments, flags.dry_run),
            is_forced: arguments.has(&["-f", "--force"]),
            short_workspaces_flag: short_workspaces_flag(command, invocation.name()),
            refused_by_npm_12: refused_by_npm_12(arguments.words()),
            has_userconfig: arguments.value(&["--userconfig", "--npmrc-auth-file"]).is_some(),
        },
        options: ToolOptions {
            publishes_build: matches!(tool.tool, Tool::Lerna | Tool::LernaLite | Tool::Np)
                && arguments.value(&["--contents"]).is_some(),
            git_checks: git_checks(&arguments),
            publish_branch: arguments.value(&[
                "--publish-branch",
                "--config.publish-branch",
                "--config.publishBranch",
            ]),
            skips_checks: arguments.has(&["--npm.skipChecks"]),
            has_own_config: arguments.value(&["--config", "-c", "--configDir"]).is_some()
                || tool.tool == Tool::Napi && arguments.value(&NAPI_FOLDERS_AND_FILES).is_some()
                || tool.tool == Tool::SemanticRelease
                    && (arguments.value(&CONFIG_OF_SEMANTIC_RELEASE).is_some() || hides_plugins(&arguments)),
            plugins: (tool.tool == Tool::SemanticRelease)
                .then(|| plugins(&arguments))
                .flatten(),
            profile: arguments.value(&["--profile"]).map(|word| word.text),
            token: token_flag(&arguments, tool.start.flags.token),
            rush: match tool.tool {
                Tool::Rush => rush_options(&arguments),
                _ => RushOptions::default(),
            },
        },
        environment: invocation.environment,
        origin: invocation.origin.clone(),
    }
}

fn rush_options(arguments: &Arguments<'_>) -> RushOptions {
    RushOptions {
        includes_all: arguments.has(&["--include-all"]),
        policy: arguments.value(&["--version-policy"]),
    }
}

/// The access token that a flag gives to the tool.
fn token_flag(arguments: &Arguments<'_>, names: &[&str]) -> Option<TokenFlag> {
    let value = arguments.value(names)?;
    let name_of = |word: &Word| word.text.split('=').next().unwrap_or_default().to_owned();
    let flag = arguments
        .words()
        .iter()
        .find(|word| names.contains(&name_of(word).as_str()))?;
    Some(TokenFlag {
        name: name_of(flag),
        range: flag.range.cover(value.range),
        value,
    })
}

/// Options that outrank the configuration's own. Source: cli.js of semantic-release 25.0.9.
const CONFIG_OF_SEMANTIC_RELEASE: [&str; 3] = ["-e", "--extends", "--publish"];

/// Whether the plugins of a command for semantic-release are in a variable.
fn hides_plugins(arguments: &Arguments<'_>) -> bool {
    plugins(arguments).is_some_and(|plugins| plugins.iter().any(|plugin| plugin.contains(['$', '`'])))
}

/// The plugins that a command for semantic-release names, which replace those of the configuration. Each flag takes all
/// words up to the next one, and commas part names. Source: `stringList` in cli.js of semantic-release 18.0.0 and 25.0.9.
fn plugins(arguments: &Arguments<'_>) -> Option<Vec<String>> {
    let mut found: Option<Vec<String>> = None;
    let mut is_value = false;
    for word in arguments.words() {
        let text = match word.text.split_once('=') {
            Some((flag, value)) if PLUGINS.contains(&flag) => {
                is_value = true;
                value
            }
            _ if word.text.starts_with('-') => {
                is_value = PLUGINS.contains(&word.text.as_str());
                continue;
            }
            _ => word.text.as_str(),
        };
        if is_value {
            let names = text.split(',').map(|name| name.trim().to_owned());
            found.get_or_insert_default().extend(names);
        }
    }
    found
}

const PLUGINS: [&str; 2] = ["-p", "--plugins"];

/// npm 11 warns about its flags of several letters after one hyphen, and npm 12 does not know them.
fn short_workspaces_flag(command: &Command, program: &str) -> Option<Word> {
    let mut words = command.words.iter();
    let flag = words.find(|word| matches!(word.text.as_str(), "-ws" | "-iwr"))?;
    (program == "npm").then(|| flag.clone())
}

/// `--git-checks`, or its opposite; the last one counts.
fn git_checks(arguments: &Arguments<'_>) -> Option<Flag> {
    // `--config.KEY=VALUE` is pnpm's form for any setting.
    match arguments.has(&["--no-git-checks"]) {
        true => Some(Flag::False),
        false => arguments.flag(&["--git-checks", "--config.git-checks", "--config.gitChecks"]),
    }
}

fn provenance(arguments: &Arguments<'_>) -> Option<(bool, TextRange)> {
    arguments
        .words()
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, word)| match word.text.as_str() {
            "--provenance" => {
                let next = arguments.words().get(at + 1);
                let value = next.filter(|next| matches!(next.text.as_str(), "true" | "false"));
                let range = value.map_or(word.range, |value| word.range.cover(value.range));
                Some((value.is_none_or(|value| value.text == "true"), range))
            }
            "--provenance=true" => Some((true, word.range)),
            "--no-provenance" | "--provenance=false" => Some((false, word.range)),
            _ => None,
        })
}

/// `npm publish $FLAGS`: a variable without quotes whose name says that it holds flags is not a folder. Whether there was
/// one.
fn without_flag_variables(folders: &[&Word]) -> (Vec<Word>, bool) {
    let kept: Vec<Word> = folders
        .iter()
        .filter(|word| !holds_flags(word))
        .map(|word| (*word).clone())
        .collect();
    let is_shorter = kept.len() < folders.len();
    (kept, is_shorter)
}

/// Whether a word is a variable without quotes whose name says that it holds flags.
pub(crate) fn holds_flags(word: &Word) -> bool {
    // The text of `%FLAGS%` is not as it is written.
    let is_unquoted = word.inner.is_none_or(|inner| inner == word.range);
    let name = variable_name(&word.text).unwrap_or_default().to_ascii_uppercase();
    let speaks_of_flags = ["FLAG", "ARG", "OPT", "DRY", "ACCESS", "PROVENANCE", "TAG"];
    is_unquoted && speaks_of_flags.iter().any(|part| name.contains(part))
}

/// The last word that asks for a dry run, if it does so alone: `--dry-run true` is two words.
fn dry_run_word(arguments: &Arguments<'_>, flags: &[&str]) -> Option<Word> {
    let asks = |word: &Word| flags.contains(&word.text.strip_suffix("=true").unwrap_or(&word.text));
    let words = arguments.words();
    let at = words.iter().rposition(asks)?;
    let has_value = words.get(at + 1).is_some_and(|next| next.text == "true");
    words.get(at).filter(|_| !has_value).cloned()
}

/// The flag, or the variable that npm reads as the flag.
fn dry_run(
    command: &Command,
    invocation: &Invocation,
    arguments: &Arguments<'_>,
    flags: &[&str],
) -> Option<Flag> {
    if let Some(flag) = arguments.flag(flags) {
        return Some(flag);
    }
    if flags.contains(&"--dry-run") && arguments.has(&["--no-dry-run"]) {
        return Some(Flag::False);
    }
    let of_shell = command.assignments.iter();
    let of_shell = of_shell.map(|assignment| (assignment.name.as_str(), assignment.value.text.as_str()));
    let of_wrappers = invocation.variables.iter();
    let of_wrappers = of_wrappers.map(|(name, value)| (name.as_str(), value.as_str()));
    of_shell
        .chain(of_wrappers)
        .filter(|(name, _)| name.eq_ignore_ascii_case("npm_config_dry_run"))
        .map(|(_, value)| match value {
            "true" | "1" => Flag::True,
            "false" | "0" | "" => Flag::False,
            _ => Flag::Dynamic,
        })
        .next_back()
}

#[cfg(test)]
mod tests;
