//! Whether the version in a committed manifest is still the one that a later command publishes.

use super::harmless::{is_build_name, is_harmless};
use super::pkg::pkg_command;
use super::wrappers::{self, Invocation, Unwrapped};
use super::{LocalScript, Meaning, PackageScope, meaning, rewrites_manifest, runs_javascript, writes};
use crate::model::manifest::Manifest;
use crate::publish::site::{ManifestDoubt, VersionChange};
use crate::publish::tools::Flag;
use crate::syntax::shell::{Command, split_script};
use crate::versions::version::Truth;

/// Scripts that npm runs when it publishes, before it reads the version for the last time.
const SCRIPTS_OF_PUBLISH: [&str; 4] = ["prepublishOnly", "prepack", "prepare", "prepublish"];

/// Words that a command has which changes versions. The short ones count only by themselves.
const VERSION_WORDS: [&str; 10] = [
    "version",
    "bump",
    "semver",
    "release",
    "changeset",
    "prepare",
    "canary",
    "snapshot",
    "publish",
    "ref_name",
];
const SHORT_VERSION_WORDS: [&str; 3] = ["tag", "tags", "stamp"];
/// Words in the name of a program that may rewrite ranges.
const RANGE_WORDS: [&str; 6] = ["workspace", "package", "manifest", "pkg", "publish", "dep"];

/// What a command may change in the manifests. What a file does that it runs is not looked at.
pub(crate) fn doubt(command: &Command, meaning: &Meaning) -> ManifestDoubt {
    match meaning {
        Meaning::ChangeManifest => ManifestDoubt {
            ranges: edit_may_change_ranges(command),
            ..ManifestDoubt::VERSION
        },
        Meaning::LocalScript(_) => ManifestDoubt::ALL,
        Meaning::Other => of_program(command),
        _ => ManifestDoubt::NONE,
    }
}

/// Whether a name, or another text, speaks of versions.
pub(crate) fn speaks_of_versions(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    VERSION_WORDS.iter().any(|word| text.contains(word))
        || words.any(|word| SHORT_VERSION_WORDS.contains(&word))
}

fn of_program(command: &Command) -> ManifestDoubt {
    let invocation = match wrappers::unwrap(command) {
        Unwrapped::Invocation(invocation) if is_known(&invocation) => invocation,
        Unwrapped::NoCommand => return ManifestDoubt::NONE,
        _ => return ManifestDoubt::ALL,
    };
    if is_harmless(command, &invocation) {
        return ManifestDoubt::NONE;
    }
    let name = invocation.name();
    let mut words = command.words.iter().map(|word| word.text.as_str());
    // `find . -name package.json -exec …`
    let ranges = rewrites_manifest(command)
        || words.any(|word| word.contains("package.json") || word.contains("workspace:"))
        || (!is_manager(name) && RANGE_WORDS.iter().any(|word| name.contains(word)));
    let speaks_of_versions = || {
        let words = command.words.iter().map(|word| &word.text);
        let assigned = command.assignments.iter().map(|assignment| &assignment.name);
        words.chain(assigned).any(|word| speaks_of_versions(word))
    };
    let version = match name {
        _ if ranges || speaks_of_versions_as_program(name) => VersionChange::Possible,
        _ if is_build_name(name) => VersionChange::No,
        // They run whatever it is, or edit some file.
        "git" | "sed" | "awk" | "gawk" | "perl" | "yq" | "python" | "python3" | "ruby" => {
            VersionChange::Possible
        }
        name if runs_javascript(name) => VersionChange::Possible,
        _ if speaks_of_versions() => VersionChange::Possible,
        _ => VersionChange::Unlikely,
    };
    ManifestDoubt { version, ranges }
}

fn is_known(invocation: &Invocation) -> bool {
    invocation
        .words
        .first()
        .is_some_and(|program| !program.is_dynamic)
}

fn is_manager(name: &str) -> bool {
    matches!(name, "npm" | "pnpm" | "pn" | "yarn" | "bun")
}

fn speaks_of_versions_as_program(name: &str) -> bool {
    !is_manager(name) && speaks_of_versions(name)
}

/// Whether a command that changes a manifest may change its ranges: it speaks of them, or does not show what it changes.
fn edit_may_change_ranges(command: &Command) -> bool {
    if let Some(pkg) = pkg_command(command) {
        let set = pkg.set.iter().map(|(key, _)| key);
        let mut keys = set.chain(&pkg.deleted);
        return keys.any(|key| key.to_ascii_lowercase().contains("dependencies") || key.contains('$'));
    }
    let texts: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let is_edit = matches!(texts.first(), Some(&("sed" | "perl" | "yq" | "json")));
    let is_of_version = texts.iter().any(|text| text.contains("version"))
        && !texts
            .iter()
            .any(|text| text.contains("workspace") || text.contains("ependencies"));
    !(is_edit && is_of_version)
}

/// What code that a command runs may change, as far as its text shows.
pub(crate) fn doubt_of_code(text: &str) -> ManifestDoubt {
    const CHANGES: [&str; 20] = [
        "npm version",
        "pnpm version",
        "yarn version",
        "'version'",
        "\"version\"",
        "\"version\\\"",
        "bump",
        "changeset",
        "git checkout",
        "git switch",
        "lerna",
        "pkg set",
        "pkg-types",
        "read-pkg",
        "release-it",
        "semantic-release",
        "setversion",
        "set-version",
        "standard-version",
        "write-pkg",
    ];
    const RANGES: [&str; 5] = [
        "package.json",
        "workspace:",
        "pkg-types",
        "write-pkg",
        "writepackage",
    ];
    const ACTS: [&str; 4] = ["package", "exec", "spawn", "$`"];
    let text = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    ManifestDoubt {
        version: match () {
            () if has(&CHANGES) || text.contains("package.json") && writes(&text) => VersionChange::Possible,
            () if has(&ACTS) => VersionChange::Unlikely,
            () => VersionChange::No,
        },
        ranges: has(&RANGES),
    }
}

/// A package manager that makes a new version and runs the scripts of the manifest around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum VersionCommand {
    /// `npm version`, `pnpm version` or `bun pm version`.
    Npm,
    /// `yarn version`, which runs them only in Yarn 1.
    Yarn,
}

/// Reads a command that makes a new version of the package in its folder, and runs its scripts.
pub(crate) fn version_command(command: &Command) -> Option<VersionCommand> {
    // A quick look before the command is read.
    if !command.words.iter().any(|word| word.text == "version") {
        return None;
    }
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return None;
    };
    let arguments = invocation.arguments();
    let is_here =
        PackageScope::of_flags(invocation.name(), &arguments).is_plain() && invocation.scope.is_plain();
    if !is_here || arguments.flag(&["--ignore-scripts"]).is_some() {
        return None;
    }
    match (invocation.name(), arguments.texts().as_slice()) {
        ("npm" | "pnpm" | "pn", ["version", _, ..]) | ("bun", ["pm", "version", _, ..]) => {
            Some(VersionCommand::Npm)
        }
        // Without a version it asks for one.
        ("yarn", ["version", ..]) if invocation.words.len() > 2 => Some(VersionCommand::Yarn),
        _ => None,
    }
}

/// Whether a command changes the version in a manifest and commits nothing: `npm version minor --no-git-tag-version`.
pub(crate) fn bumps_without_commit(command: &Command) -> Truth {
    // A quick look before the command is read; few have this flag.
    if !command
        .words
        .iter()
        .any(|word| word.text.contains("git-tag-version"))
    {
        return Truth::No;
    }
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return Truth::No;
    };
    let arguments = invocation.arguments();
    let texts = arguments.texts();
    let is_version = matches!(invocation.name(), "npm" | "pnpm") && texts.first() == Some(&"version");
    let is_off = arguments.has(&["--no-git-tag-version"])
        || arguments.flag(&["--git-tag-version"]) == Some(Flag::False);
    match is_version && texts.len() > 1 && is_off {
        // The version that is there may be asked for again.
        true if arguments.has(&["--allow-same-version"]) => Truth::Maybe,
        bumps => Truth::from(bumps),
    }
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

/// What the own scripts of a package may change in its manifest when it is published. `of_file` says that of a file.
pub(crate) fn doubt_of_publishing(
    manifest: &Manifest,
    of_file: &dyn Fn(&LocalScript) -> ManifestDoubt,
) -> ManifestDoubt {
    let scripts = SCRIPTS_OF_PUBLISH
        .iter()
        .filter(|name| manifest.script(name).is_some());
    let doubts = scripts.map(|name| doubt_of_script(manifest, name, of_file, &mut Vec::new()));
    doubts.fold(ManifestDoubt::NONE, ManifestDoubt::and)
}

/// The same of one script; `read` are the scripts that are read already.
fn doubt_of_script<'m>(
    manifest: &'m Manifest,
    name: &str,
    of_file: &dyn Fn(&LocalScript) -> ManifestDoubt,
    read: &mut Vec<&'m str>,
) -> ManifestDoubt {
    let Some(script) = manifest.script(name) else {
        return doubt_of_name(name);
    };
    if read.contains(&script.name.value.as_str()) {
        return ManifestDoubt::NONE;
    }
    read.push(&script.name.value);
    let mut found = ManifestDoubt::NONE;
    for command in split_script(&script.command.value).commands {
        found = found.and(match meaning(&command) {
            Meaning::RunScript(run) => run
                .names
                .iter()
                .map(|name| doubt_of_script(manifest, &name.text, of_file, read))
                .fold(ManifestDoubt::NONE, ManifestDoubt::and),
            Meaning::LocalScript(script) => of_file(&script),
            other => doubt(&command, &other),
        });
    }
    found
}

/// What a task may change of which only the name is known.
pub(crate) fn doubt_of_name(name: &str) -> ManifestDoubt {
    match () {
        () if speaks_of_versions(name) => ManifestDoubt::ALL,
        () if is_build_name(name) => ManifestDoubt::NONE,
        () => ManifestDoubt::UNLIKELY,
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, table};
    use super::*;
    use crate::syntax::json::parse_json;

    fn show(script: &str) -> String {
        let command = command_of(script);
        show_doubt(doubt(&command, &meaning(&command)))
    }

    fn show_doubt(doubt: ManifestDoubt) -> String {
        let ranges = if doubt.ranges { " and ranges" } else { "" };
        format!("{:?}{ranges}", doubt.version)
    }

    #[test]
    fn commands_that_may_change_the_version() {
        table(
            show,
            &[
                ("npm version patch", "Possible"),
                ("npm version --no-git-tag-version $TAG", "Possible"),
                ("npm pkg set version=1.0.0", "Possible"),
                ("npm pkg set dependencies.core=^1.0.0", "Possible and ranges"),
                ("npm pkg delete \"$KEY\"", "Possible and ranges"),
                ("pnpm changeset version", "Possible"),
                ("npx standard-version", "Possible"),
                ("npx bumpp", "Possible"),
                ("npx lerna version --yes", "Possible"),
                ("node scripts/prepare.js", "Possible and ranges"),
                ("./scripts/release.sh", "Possible and ranges"),
                ("make dist", "Possible and ranges"),
                ("git checkout v1", "Possible"),
                ("clean-package", "Possible and ranges"),
                ("npx resolve-workspace-ranges", "Possible and ranges"),
                ("acme-tool packages/a/package.json", "Possible and ranges"),
                (
                    "find . -name package.json -exec sed -i s/a/b/ {} +",
                    "Possible and ranges",
                ),
                ("sed -i \"s/0.0.0/$V/\" \"$FILE\"", "Possible"),
                ("sed -i 's/\"version\": .*/x/' package.json", "Possible"),
                ("sed -i 's/workspace:/^/' package.json", "Possible and ranges"),
                ("acme-tool stamp", "Possible"),
                ("VERSION=1 acme-tool", "Possible"),
                ("node -e \"require('fs').writeFileSync('x')\"", "Possible"),
                ("$TOOL build", "Possible and ranges"),
                ("acme-tool", "Unlikely"),
                ("acme-tool --stage", "Unlikely"),
                ("mv tmp package.json", "Possible and ranges"),
            ],
        );
    }

    #[test]
    fn commands_that_leave_the_version() {
        for script in [
            "npm ci",
            "pnpm install --frozen-lockfile",
            "yarn",
            "npx tsc -p .",
            "npm publish",
            "npm install -g npm@11",
            "npm view w@1.0.0 version && exit 0",
            "git config user.name x",
            "corepack enable",
            "cp README.md packages/a",
            "VERSION=1",
            "next build",
            "npx ng build",
            "svelte-kit sync",
            "wasm-pack build --release",
            "napi build --platform",
            "cargo build --release",
            "typedoc",
            "nx build ui",
            "slsa-verifier verify-artifact --source-tag \"$TAG\" x",
            "acme-build --release",
            "node -p \"require('./package.json').version\"",
            "jq -r .version package.json",
            "docker build --tag x .",
            "gh release create v1",
        ] {
            assert_eq!(show(script), "No", "{script}");
        }
    }

    #[test]
    fn code_is_judged_by_its_text() {
        for (text, expected) in [
            (
                "import * as esbuild from 'esbuild'\nawait esbuild.build({ entryPoints: ['a.ts'] })",
                "No",
            ),
            ("execSync('tsc')", "Unlikely"),
            ("execSync('npm version patch')", "Possible"),
            ("spawnSync('npm', ['version', v])", "Possible"),
            (
                "const p = require('./package.json'); console.log(p.name)",
                "Unlikely and ranges",
            ),
            ("fs.writeFileSync('package.json', x)", "Possible and ranges"),
            ("x.replace('workspace:*', v)", "No and ranges"),
        ] {
            assert_eq!(show_doubt(doubt_of_code(text)), expected, "{text}");
        }
    }

    #[test]
    fn scripts_of_the_package_run_when_it_is_published() {
        for (scripts, expected) in [
            (r#""test": "x""#, "No"),
            (r#""prepublishOnly": "npm run build", "build": "tsc""#, "No"),
            (r#""prepublishOnly": "turbo build""#, "No"),
            (
                r#""prepublishOnly": "npm run build", "build": "node build.js""#,
                "Possible and ranges",
            ),
            (r#""prepack": "clean-package""#, "Possible and ranges"),
            (r#""prepare": "husky""#, "No"),
            (r#""prepare": "npm run prepare""#, "No"),
            (r#""prepublishOnly": "npm run missing""#, "Unlikely"),
            (
                r#""prepublishOnly": "npm run set-version""#,
                "Possible and ranges",
            ),
        ] {
            let text = format!("{{ \"scripts\": {{ {scripts} }} }}");
            let manifest = Manifest::new(parse_json(&text).tree.unwrap());
            let found = doubt_of_publishing(&manifest, &|_| ManifestDoubt::ALL);
            assert_eq!(show_doubt(found), expected, "{scripts}");
        }
    }
}
