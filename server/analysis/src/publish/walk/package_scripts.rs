//! Package scripts that a command runs: they are walked as if their commands were written there.

use super::script_failures::of_called_script;
use super::scripts::{Called, ScriptContext, ScriptSource};
use super::{MOST_DEPTH, Walker};
use crate::model::workspaces::members;
use crate::publish::find::packages::{is_folder_glob, member_manifests};
use crate::publish::read::command::{LocalScript, PublishCommand, ScriptRun};
use crate::publish::read::tool_config::ossjs_release_script;
use crate::publish::site::Limit;
use crate::publish::tools::{Flag, Tool};
use crate::syntax::shell::{Command, Word};
use crate::text::{FilePath, FolderPath};

impl<'a> Walker<'_, 'a> {
    pub(crate) fn run_package_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (run, name): (&ScriptRun, &Word),
        folder: Option<FolderPath>,
    ) {
        let Some(folder) = folder else { return };
        let evaluated = self.evaluate(context.frame, &name.text);
        let Some(names) = evaluated.texts() else { return };
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        // Of several names, one runs.
        let is_one_of_several = names.len() > 1;
        for name in names {
            self.run_named_script(context, command, (run, &name, is_one_of_several), &folder);
        }
    }

    fn run_named_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (run, name, is_one_of_several): (&ScriptRun, &str, bool),
        folder: &FolderPath,
    ) {
        let mut found = false;
        let mut frame = context.frame.clone();
        frame.conditions.extend(context.condition_of(command));
        let before = (self.sites.len(), self.guesses.len());
        let unread = self.unread_scripts;
        for (path, inner_folder) in self.folders_of_run(context, run, name, folder) {
            let Some(manifest) = self.sources.manifest(&path) else {
                continue;
            };
            for script in [format!("pre{name}"), name.to_owned(), format!("post{name}")] {
                let Some(text) = manifest.script(&script) else {
                    continue;
                };
                let key = Called::PackageScript(path.clone(), script);
                if context.called.contains(&key) {
                    continue;
                }
                if context.called.len() >= MOST_DEPTH {
                    self.note_limit(Limit::PackageScripts);
                    continue;
                }
                // Each `&` or `;` separates two commands.
                let commands = || 1 + text.command.value.matches(['&', ';', '\n']).count();
                let left = self.scripts_left.checked_sub(1);
                if left.is_none() {
                    self.note_limit(Limit::PackageScripts);
                }
                let Some(left) = left.filter(|_| self.may_follow(commands)) else {
                    self.note_unknown_version();
                    break;
                };
                self.scripts_left = left;
                found = true;
                let source = ScriptSource::Called(context.source.place(self.sources, command.range));
                let mut called = context.called.clone();
                called.push(key);
                let inner = ScriptContext {
                    frame: &frame,
                    source: &source,
                    script_failure: of_called_script(context, command),
                    is_conditional: context.is_conditional || command.is_conditional || is_one_of_several,
                    folder: Some(inner_folder.clone()),
                    called,
                    assignments: self.assignments(context, command),
                    ignored_failure: self.ignored_failure(context, command),
                    ..context.clone()
                };
                // Arguments after the script's name are added to its end.
                let script = format!("{} {}", text.command.value, run.arguments);
                self.walk_commands(&inner, &script);
            }
        }
        // A script that leads to code which is not read is judged by its name.
        if !found {
            self.note_unknown_version();
        }
        if !found || (self.sites.len(), self.guesses.len()) == before {
            let script = LocalScript::named(name.to_owned(), command.range);
            let is_read = found && self.unread_scripts == unread;
            self.guess_from_script(context, command, &script, is_read);
        }
    }

    /// The manifests whose script runs, each with the folder in which it does. Where a loop or the matrix chooses among folders
    /// whose scripts are the same, one stands for all.
    fn folders_of_run(
        &self,
        context: &ScriptContext<'_, 'a>,
        run: &ScriptRun,
        name: &str,
        folder: &FolderPath,
    ) -> Vec<(FilePath, FolderPath)> {
        let own_folder = |path: FilePath| {
            let folder = path.folder();
            (path, folder)
        };
        if !is_folder_glob(folder.as_str()) {
            let manifests = self.manifests_of_run(context, run, folder);
            return manifests.into_iter().map(own_folder).collect();
        }
        if run.scope.chooses_workspaces() || run.scope.folder.is_some() {
            return Vec::new();
        }
        let globs = [folder.to_string()];
        let found = members(&globs, &FolderPath::root(), self.sources.manifest_paths());
        let text_of = |path: &FilePath| {
            let script = self.sources.manifest(path)?.script(name)?;
            Some(script.command.value.as_str())
        };
        let with_script: Vec<&FilePath> = found.into_iter().filter(|path| text_of(path).is_some()).collect();
        match with_script.as_slice() {
            [first, rest @ ..] if rest.iter().all(|path| text_of(path) == text_of(first)) => {
                vec![((*first).clone(), folder.clone())]
            }
            several => several.iter().map(|path| own_folder((*path).clone())).collect(),
        }
    }

    /// `release publish` of @ossjs/release runs the command that its configuration names. Other programs are called
    /// `release` too.
    pub(crate) fn run_configured_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<FolderPath>,
    ) {
        let manifest = folder
            .as_ref()
            .and_then(|folder| self.sources.manifest_in(folder));
        let is_installed = publish.package.as_deref() == Some("@ossjs/release")
            || manifest.is_some_and(|(_, manifest)| manifest.dependency("@ossjs/release").is_some());
        if !is_installed {
            let script = LocalScript::named("release publish".to_owned(), command.range);
            return self.guess_from_script(context, command, &script, false);
        }
        if publish.flags.dry_run == Some(Flag::True) {
            return;
        }
        let profile = publish.options.profile.as_deref().unwrap_or("latest");
        let script = folder
            .as_ref()
            .and_then(|folder| ossjs_release_script(self.sources, folder, profile));
        let Some(script) = script else {
            return self.publish_site(context, command, publish, folder);
        };
        let first = self.sites.len();
        let source = ScriptSource::Called(context.source.place(self.sources, publish.name_range));
        let inner = ScriptContext {
            source: &source,
            script_failure: of_called_script(context, command),
            folder: folder.clone(),
            assignments: self.assignments(context, command),
            ignored_failure: self.ignored_failure(context, command),
            ..context.clone()
        };
        self.walk_commands(&inner, &script.value);
        self.mark_as_called_by(first, context, publish, folder.as_ref());
    }

    fn manifests_of_run(
        &self,
        context: &ScriptContext<'_, 'a>,
        run: &ScriptRun,
        folder: &FolderPath,
    ) -> Vec<FilePath> {
        let folder = match &run.scope.folder {
            None if run.scope.is_at_root => FolderPath::root(),
            Some(word) if word.is_dynamic => return Vec::new(),
            Some(word) => match folder.join(&word.text) {
                Some(folder) => folder,
                None => return Vec::new(),
            },
            None => folder.clone(),
        };
        if !run.scope.chooses_workspaces() {
            return folder.file("package.json").into_iter().collect();
        }
        self.members(context, &[], &run.scope, Tool::Npm, &folder)
            .and_then(|selection| member_manifests(self.sources, &selection))
            .map(|packages| packages.manifests)
            .unwrap_or_default()
    }
}
