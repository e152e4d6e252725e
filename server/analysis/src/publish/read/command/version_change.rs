//! Whether the version in a committed manifest is still the one that a later command publishes.

use super::PackageScope;
use super::pkg::pkg_command;
use super::wrappers::{self, Unwrapped};
use super::{Meaning, meaning};
use crate::model::manifest::Manifest;
use crate::publish::tools::Flag;
use crate::syntax::shell::{Command, split_script};

/// Scripts that npm runs when it publishes, before it reads the version for the last time.
const SCRIPTS_OF_PUBLISH: [&str; 4] = ["prepublishOnly", "prepack", "prepare", "prepublish"];

/// Programs that leave manifests alone.
const HARMLESS_PROGRAMS: [&str; 55] = [
    ":",
    "[",
    "[[",
    "ava",
    "babel",
    "biome",
    "cat",
    "chmod",
    "cp",
    "cut",
    "date",
    "echo",
    "esbuild",
    "eslint",
    "exit",
    "false",
    "grep",
    "head",
    "husky",
    "jest",
    "ls",
    "mapfile",
    "microbundle",
    "mkdir",
    "mocha",
    "mv",
    "oxlint",
    "playwright",
    "prettier",
    "printf",
    "publint",
    "pwd",
    "read",
    "readarray",
    "rimraf",
    "rm",
    "rolldown",
    "rollup",
    "set",
    "sleep",
    "sort",
    "swc",
    "tail",
    "test",
    "touch",
    "true",
    "tsc",
    "tsdown",
    "tsup",
    "turbo",
    "unbuild",
    "vite",
    "vitest",
    "vue-tsc",
    "webpack",
];

/// What package managers do without changing a manifest.
const HARMLESS_VERBS: [&str; 20] = [
    "audit",
    "bin",
    "cache",
    "ci",
    "clean-install",
    "config",
    "dedupe",
    "i",
    "info",
    "install",
    "list",
    "ls",
    "pack",
    "ping",
    "prune",
    "rebuild",
    "root",
    "set",
    "view",
    "whoami",
];

/// Whether a command may change the version of a package: it is meant to, or nothing is known about it.
pub(crate) fn may_change_version(command: &Command, meaning: &Meaning) -> bool {
    match meaning {
        Meaning::ChangeManifest | Meaning::LocalScript(_) => true,
        Meaning::Other => !is_harmless(command),
        _ => false,
    }
}

/// Whether a command certainly changes the version in a manifest and commits nothing: `npm version minor
/// --no-git-tag-version`.
pub(crate) fn bumps_without_commit(command: &Command) -> bool {
    // A quick look before the command is read; few have this flag.
    if !command
        .words
        .iter()
        .any(|word| word.text.contains("git-tag-version"))
    {
        return false;
    }
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return false;
    };
    let arguments = invocation.arguments();
    let texts = arguments.texts();
    let is_version = matches!(invocation.name(), "npm" | "pnpm") && texts.first() == Some(&"version");
    let is_off = arguments.has(&["--no-git-tag-version"])
        || arguments.flag(&["--git-tag-version"]) == Some(Flag::False);
    // The version that is there may be asked for again.
    is_version && texts.len() > 1 && is_off && !arguments.has(&["--allow-same-version"])
}

/// The dist-tag that suits the prerelease which a command certainly makes of the package in its folder: `npm version
/// prerelease --preid beta`, `npm version 2.0.0-rc.1`, `npm pkg set version=2.0.0-rc.1`.
pub(crate) fn made_prerelease(command: &Command) -> Option<String> {
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return None;
    };
    let arguments = invocation.arguments();
    let texts = arguments.texts();
    let is_version = matches!(invocation.name(), "npm" | "pnpm") && texts.first() == Some(&"version");
    let is_here =
        PackageScope::of_flags(invocation.name(), &arguments).is_plain() && invocation.scope.is_plain();
    if !is_here {
        return None;
    }
    let pkg = pkg_command(command);
    let new = match texts.as_slice() {
        [_, new, ..] if is_version => *new,
        _ => pkg.as_ref()?.value("version")?,
    };
    if is_version && matches!(new, "prerelease" | "prepatch" | "preminor" | "premajor") {
        let named = arguments.value(&["--preid"]).filter(|word| !word.is_dynamic);
        return Some(named.map_or_else(|| "next".to_owned(), |word| word.text));
    }
    let (numbers, prerelease) = new.trim_start_matches('v').split_once('-')?;
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    let is_version = numbers.split('.').count() == 3 && numbers.split('.').all(is_number);
    let name: String = prerelease.chars().take_while(char::is_ascii_alphabetic).collect();
    let name = if name.is_empty() { "next".to_owned() } else { name };
    is_version.then_some(name)
}

/// Whether publishing a package may change its version by its own scripts.
pub(crate) fn publishing_may_change_version(manifest: &Manifest) -> bool {
    SCRIPTS_OF_PUBLISH
        .iter()
        .filter(|name| manifest.script(name).is_some())
        .any(|name| script_may_change_version(manifest, name, &mut Vec::new()))
}

/// Whether a script may do so; `read` are the scripts that are read already.
fn script_may_change_version<'m>(manifest: &'m Manifest, name: &str, read: &mut Vec<&'m str>) -> bool {
    let Some(script) = manifest.script(name) else {
        return true;
    };
    if read.contains(&script.name.value.as_str()) {
        return false;
    }
    read.push(&script.name.value);
    let commands = split_script(&script.command.value).commands;
    commands.iter().any(|command| match meaning(command) {
        Meaning::RunScript(run) => run
            .names
            .iter()
            .any(|name| script_may_change_version(manifest, &name.text, read)),
        other => may_change_version(command, &other),
    })
}

fn is_harmless(command: &Command) -> bool {
    let invocation = match wrappers::unwrap(command) {
        Unwrapped::Invocation(invocation) => invocation,
        Unwrapped::NoCommand => return true,
        Unwrapped::Unknown => return false,
    };
    let arguments = invocation.arguments();
    let verb = arguments.texts().first().copied();
    match invocation.name() {
        "npm" | "pnpm" | "pn" | "yarn" | "bun" => verb.is_none_or(|verb| HARMLESS_VERBS.contains(&verb)),
        // A commit or a tag may check out another version.
        "git" => !matches!(
            verb,
            Some(
                "checkout"
                    | "switch"
                    | "pull"
                    | "merge"
                    | "reset"
                    | "rebase"
                    | "apply"
                    | "am"
                    | "restore"
                    | "stash"
            )
        ),
        "corepack" => verb.is_none_or(|verb| verb == "enable"),
        program => HARMLESS_PROGRAMS.contains(&program),
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, table};
    use super::*;
    use crate::syntax::json::parse_json;

    fn show(script: &str) -> String {
        let command = command_of(script);
        match may_change_version(&command, &meaning(&command)) {
            true => "may change".to_owned(),
            false => "stays".to_owned(),
        }
    }

    #[test]
    fn commands_that_may_change_the_version() {
        table(
            show,
            &[
                ("npm version patch", "may change"),
                ("npm version --no-git-tag-version $TAG", "may change"),
                ("npm pkg set version=1.0.0", "may change"),
                ("pnpm changeset version", "may change"),
                ("npx standard-version", "may change"),
                ("npx bumpp", "may change"),
                ("node scripts/prepare.js", "may change"),
                ("./scripts/release.sh", "may change"),
                ("make dist", "may change"),
                ("git checkout v1", "may change"),
                (
                    "jq '.version = \"1\"' package.json > x && mv x package.json",
                    "may change",
                ),
                ("npm ci", "stays"),
                ("pnpm install --frozen-lockfile", "stays"),
                ("yarn", "stays"),
                ("npx tsc -p .", "stays"),
                ("npm publish", "stays"),
                ("npm install -g npm@11", "stays"),
                ("git config user.name x", "stays"),
                ("corepack enable", "stays"),
                ("cp README.md packages/a", "stays"),
                ("VERSION=1", "stays"),
            ],
        );
    }

    #[test]
    fn scripts_of_the_package_run_when_it_is_published() {
        for (scripts, expected) in [
            (r#""test": "x""#, false),
            (r#""prepublishOnly": "npm run build", "build": "tsc""#, false),
            (
                r#""prepublishOnly": "npm run build", "build": "node build.js""#,
                true,
            ),
            (r#""prepack": "clean-package""#, true),
            (r#""prepare": "husky""#, false),
            (r#""prepare": "npm run prepare""#, false),
            (r#""prepublishOnly": "npm run missing""#, true),
        ] {
            let text = format!("{{ \"scripts\": {{ {scripts} }} }}");
            let manifest = Manifest::new(parse_json(&text).tree.unwrap());
            assert_eq!(publishing_may_change_version(&manifest), expected, "{scripts}");
        }
    }
}
