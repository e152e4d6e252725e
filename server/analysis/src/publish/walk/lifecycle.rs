//! Scripts that npm runs when it publishes, in a job that has installed nothing.

use super::Walker;
use super::scripts::ScriptContext;
use crate::model::manifest::Manifest;
use crate::model::read::find_input;
use crate::publish::read::command::{Meaning, PublishCommand, meaning};
use crate::publish::site::{PublishStop, Site, StopCause, StopPoint, UsedAction};
use crate::publish::tools::Tool;
use crate::syntax::shell::{Command, OnFailure, split_script};
use crate::text::FolderPath;
use crate::versions::version::Truth;

/// What `npm publish` runs before it packs a folder. Source: <https://docs.npmjs.com/cli/using-npm/scripts>.
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

/// Programs that install nothing.
const INSTALL_NOTHING: [&str; 22] = [
    "[", "[[", "cat", "cd", "cp", "date", "echo", "env", "exit", "export", "git", "grep", "jq", "ls",
    "mkdir", "mv", "printf", "rm", "sed", "set", "test", "true",
];

/// How deep scripts may lead into each other.
const MOST_DEPTH: usize = 4;

impl<'a> Walker<'_, 'a> {
    /// Notes a command that may install dependencies without being known to.
    pub(crate) fn note_possible_install(&mut self, command: &Command, meaning: &Meaning) {
        let program = command.word(0).unwrap_or_default();
        self.may_have_installed |= match meaning {
            Meaning::InstallDependencies(_) | Meaning::LocalScript(_) => true,
            Meaning::RunScript(run) => run.turbo.is_some(),
            Meaning::Other => {
                let is_npm = program == "npm" && !matches!(command.word(1), Some("exec" | "x" | "explore"));
                !is_npm && !program.is_empty() && !INSTALL_NOTHING.contains(&program)
            }
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
        let is_plain = publish.tool == Tool::Npm
            && !publish.is_configured
            && publish.folders.is_empty()
            && publish.scope.is_plain();
        if !is_plain || self.may_have_installed || !self.contents.installs.is_empty() {
            return None;
        }
        let ignores = command
            .words
            .iter()
            .any(|word| word.text.starts_with("--ignore-scripts"));
        let runs_scripts = || self.settings_run_scripts(context.frame, folder) == Truth::Yes;
        let has_no_image = self.job.job.is_some_and(|job| job.container.is_none());
        if ignores || !has_no_image || !self.contents.actions.iter().all(installs_nothing) || !runs_scripts()
        {
            return None;
        }
        let (path, manifest) = self.sources.manifest_in(folder?)?;
        let root = self
            .sources
            .manifest_in(&FolderPath::root())
            .map(|(_, manifest)| manifest);
        let (script, program) = RUN_BY_PUBLISH.iter().find_map(|name| {
            let program = missing_program(manifest, root, name, 0)?;
            Some(((*name).to_owned(), program))
        })?;
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

/// Whether an action brings no dependencies into the folder.
fn installs_nothing(action: &UsedAction<'_>) -> bool {
    let Some(remote) = action.reference.remote() else {
        return false;
    };
    let has_cache = || find_input(&action.step.with, "run_install").is_some();
    remote.is("actions/checkout")
        || remote.is("actions/setup-node")
        || remote.is("actions/upload-artifact")
        || (remote.is("pnpm/action-setup") && !has_cache())
        || (remote.is("actions/download-artifact") && fills_another_folder(action))
}

/// Whether an artifact is unpacked into a folder that holds no programs: `path: dist`.
fn fills_another_folder(action: &UsedAction<'_>) -> bool {
    let path = find_input(&action.step.with, "path").map(|path| path.value.value.trim_start_matches("./"));
    path.is_some_and(|path| {
        !path.is_empty() && !path.starts_with('.') && !path.contains("${{") && !path.contains("node_modules")
    })
}

/// The program of a dependency with which a script of the manifest begins, also through other scripts.
fn missing_program(manifest: &Manifest, root: Option<&Manifest>, name: &str, depth: usize) -> Option<String> {
    let script = manifest.script(name).filter(|_| depth < MOST_DEPTH)?;
    let commands = split_script(&script.command.value).commands;
    // What comes before may install, or make the program.
    let first = commands.iter().find(|command| {
        !command
            .word(0)
            .is_some_and(|program| INSTALL_NOTHING.contains(&program))
    })?;
    if first.failure_is_ignored || first.on_failure == OnFailure::Unknown {
        return None;
    }
    if let Meaning::RunScript(run) = meaning(first) {
        let [only] = run.names.as_slice() else { return None };
        let is_own = run.scope.is_plain() && run.turbo.is_none();
        return missing_program(manifest, root, &only.text, depth + 1).filter(|_| is_own);
    }
    let program = first.word(0)?;
    let package = PROGRAMS
        .iter()
        .find(|(name, _)| *name == program)
        .map_or(program, |(_, package)| package);
    let depends = |manifest: &Manifest| manifest.dependency(package).is_some();
    (depends(manifest) || root.is_some_and(depends)).then(|| program.to_owned())
}
