//! Scripts that npm runs when it publishes, in a job that has installed nothing.

use crate::model::manifest::Manifest;
use crate::model::read::find_input;
use crate::publish::read::command::{Meaning, PublishCommand, ScriptRun, meaning};
use crate::publish::site::{PublishStop, Site, StopCause, StopPoint, UsedAction};
use crate::publish::tools::Tool;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::{Command, OnFailure, split_script};
use crate::text::FolderPath;
use crate::versions::version::Truth;

/// What `npm publish` runs before it packs a folder, in this order, without `preprepack` and the like. Measured with npm
/// 11.19.1; source: <https://docs.npmjs.com/cli/using-npm/scripts>.
const RUN_BY_PUBLISH: [&str; 3] = ["prepublishOnly", "prepack", "prepare"];

/// Programs whose package has another name.
const PROGRAMS: [(&str, &str); 6] = [
    ("tsc", "typescript"),
    ("ngc", "@angular/compiler-cli"),
    ("babel", "@babel/cli"),
    ("swc", "@swc/cli"),
    ("changeset", "@changesets/cli"),
    ("biome", "@biomejs/biome"),
];

/// Programs that a runner has, though dependencies may have the same name.
const RUNNER_HAS: [&str; 9] = [
    "bun", "bunx", "corepack", "node", "npm", "npx", "pnpm", "pnpx", "yarn",
];

/// Programs that install nothing.
const INSTALL_NOTHING: [&str; 21] = [
    "[", "[[", "cat", "cd", "cp", "date", "echo", "env", "export", "git", "grep", "jq", "ls", "mkdir", "mv",
    "printf", "rm", "sed", "set", "test", "true",
];

/// Commands of npm that put nothing into `node_modules`.
const NPM_INSTALLS_NOTHING: [&str; 22] = [
    "--version",
    "-v",
    "access",
    "c",
    "cache",
    "config",
    "dist-tag",
    "get",
    "info",
    "list",
    "ls",
    "outdated",
    "pack",
    "ping",
    "pkg",
    "prefix",
    "root",
    "set",
    "show",
    "version",
    "view",
    "whoami",
];

/// How deep scripts may lead into each other.
const MOST_DEPTH: usize = 4;

impl<'a> Walker<'_, 'a> {
    /// Notes a command that may install dependencies without being known to.
    pub(crate) fn note_possible_install(&mut self, command: &Command, meaning: &Meaning) {
        let program = command.word(0).unwrap_or_default();
        self.may_have_installed |= match meaning {
            Meaning::InstallDependencies(_) | Meaning::LocalScript(_) | Meaning::ExtendPath(_) => true,
            // `npm install -g npm@11 typescript`
            Meaning::InstallNpm(_) => installs_more_than_npm(command),
            Meaning::RunScript(run) => run.turbo.is_some(),
            Meaning::Other if program == "npm" => command
                .word(1)
                .is_some_and(|name| !NPM_INSTALLS_NOTHING.contains(&name)),
            Meaning::Other => !program.is_empty() && !command_installs_nothing(command),
            _ => false,
        };
    }

    /// What npm runs when it publishes and certainly does not find: a program of a dependency that nothing has installed.
    pub(crate) fn script_without_install(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<&FolderPath>,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        if !publishes_own_folder(publish) || self.may_have_installed || !self.contents.installs.is_empty() {
            return None;
        }
        let ignores = ignores_scripts(command);
        let runs_scripts = || self.settings_run_scripts(context.frame, folder) == Truth::Yes;
        let folder = folder?;
        let has_no_image = self.job.job.is_some_and(|job| job.container.is_none());
        let mut actions = self.contents.actions.iter();
        if ignores
            || !has_no_image
            || !actions.all(|action| installs_nothing(action, folder))
            || !runs_scripts()
        {
            return None;
        }
        let (path, manifest) = self.sources.manifest_in(folder)?;
        let root = self
            .sources
            .manifest_in(&FolderPath::root())
            .map(|(_, manifest)| manifest);
        let (script, program) =
            RUN_BY_PUBLISH
                .iter()
                .find_map(|name| match run_script(manifest, root, name, 0) {
                    ScriptEnd::Done => None,
                    ScriptEnd::Missing(program) => Some(Some(((*name).to_owned(), program))),
                    ScriptEnd::Unclear => Some(None),
                })??;
        let script_at = manifest.script(&script)?.command.range;
        Some(PublishStop {
            cause: StopCause::NothingInstalled {
                script,
                program,
                script_at: crate::text::Place::new(&path, script_at),
            },
            point: StopPoint::Command,
            place: site.place.clone(),
            error: None,
            // The runner's image may have a program of that name.
            is_in_every_run: false,
        })
    }
}

/// Whether npm publishes the package of the folder in which it runs.
fn publishes_own_folder(publish: &PublishCommand) -> bool {
    publish.tool == Tool::Npm
        && !publish.is_configured
        && publish.folders.is_empty()
        && publish.scope.is_plain()
}

fn ignores_scripts(command: &Command) -> bool {
    let mut words = command.words.iter();
    words.any(|word| word.text.starts_with("--ignore-scripts"))
}

/// Whether a command that installs npm installs other packages too.
fn installs_more_than_npm(command: &Command) -> bool {
    let mut packages = command.words.iter().skip(2).map(|word| word.text.as_str());
    packages.any(|text| !text.starts_with('-') && text.split('@').next() != Some("npm"))
}

/// How a script ends in a folder without dependencies.
enum ScriptEnd {
    /// It needs nothing and installs nothing.
    Done,
    /// At a program of a dependency.
    Missing(String),
    /// It may install, or may not get to what it needs.
    Unclear,
}

/// Whether an action installs no programs where the scripts of a package in `folder` look for them.
fn installs_nothing(action: &UsedAction<'_>, folder: &FolderPath) -> bool {
    let Some(remote) = action.reference.remote() else {
        return false;
    };
    let has_install = || find_input(&action.step.with, "run_install").is_some();
    remote.is("actions/checkout")
        || remote.is("actions/setup-node")
        || remote.is("actions/upload-artifact")
        || (remote.is("pnpm/action-setup") && !has_install())
        || (remote.is("actions/download-artifact") && fills_another_folder(action, folder))
}

/// Whether an artifact is unpacked beside or inside the package: `path: dist`. npm looks for programs in the `node_modules` of the
/// package's folder and of those around it.
fn fills_another_folder(action: &UsedAction<'_>, folder: &FolderPath) -> bool {
    let path = find_input(&action.step.with, "path").map(|path| path.value.value.as_str());
    let is_plain =
        |path: &&str| !path.starts_with('~') && !path.contains("${{") && !path.contains("node_modules");
    let target = path.filter(is_plain).and_then(FolderPath::new);
    target.is_some_and(|target| {
        !target.is_root()
            && !std::iter::successors(Some(folder.clone()), FolderPath::parent).any(|outer| outer == target)
    })
}

/// Whether a command certainly installs no programs of dependencies.
fn command_installs_nothing(command: &Command) -> bool {
    let moves_modules = || {
        command
            .words
            .iter()
            .any(|word| word.text.contains("node_modules"))
    };
    match command.word(0) {
        Some("cp" | "mv") => !moves_modules(),
        program => program.is_some_and(|program| INSTALL_NOTHING.contains(&program)),
    }
}

/// Follows a script of the manifest to the first program that is missing, also through other scripts.
fn run_script(manifest: &Manifest, root: Option<&Manifest>, name: &str, depth: usize) -> ScriptEnd {
    let Some(script) = manifest.script(name) else {
        return ScriptEnd::Done;
    };
    if depth >= MOST_DEPTH {
        return ScriptEnd::Unclear;
    }
    for command in &split_script(&script.command.value).commands {
        if command_installs_nothing(command) {
            continue;
        }
        let is_unclear = command.failure_is_ignored
            || command.on_failure == OnFailure::Unknown
            || !command.subshells.is_empty();
        let end = match is_unclear {
            true => ScriptEnd::Unclear,
            false => run_command(manifest, root, command, depth),
        };
        if !matches!(end, ScriptEnd::Done) {
            return end;
        }
    }
    ScriptEnd::Done
}

fn run_command(manifest: &Manifest, root: Option<&Manifest>, command: &Command, depth: usize) -> ScriptEnd {
    let program = command.word(0).unwrap_or_default();
    if let Meaning::RunScript(run) = meaning(command) {
        return run_named(manifest, root, (&run, program), depth);
    }
    let package = PROGRAMS
        .iter()
        .find(|(name, _)| *name == program)
        .map_or(program, |(_, package)| package);
    let depends = |manifest: &Manifest| manifest.dependency(package).is_some();
    match !RUNNER_HAS.contains(&program) && (depends(manifest) || root.is_some_and(depends)) {
        true => ScriptEnd::Missing(program.to_owned()),
        false => ScriptEnd::Unclear,
    }
}

/// Follows `npm run build`, with what npm runs before it and after it. Other tools may leave those out.
fn run_named(
    manifest: &Manifest,
    root: Option<&Manifest>,
    (run, program): (&ScriptRun, &str),
    depth: usize,
) -> ScriptEnd {
    let [only] = run.names.as_slice() else {
        return ScriptEnd::Unclear;
    };
    let (before, after) = (format!("pre{}", only.text), format!("post{}", only.text));
    let has_hooks = manifest.script(&before).is_some() || manifest.script(&after).is_some();
    let is_known = run.scope.is_plain() && run.turbo.is_none() && manifest.script(&only.text).is_some();
    if !is_known || (has_hooks && program != "npm") {
        return ScriptEnd::Unclear;
    }
    [before.as_str(), only.text.as_str(), after.as_str()]
        .into_iter()
        .map(|name| run_script(manifest, root, name, depth + 1))
        .find(|end| !matches!(end, ScriptEnd::Done))
        .unwrap_or(ScriptEnd::Done)
}
