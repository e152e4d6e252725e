//! Scripts: `run:`, commands given to actions, and the commands in them.

use std::collections::HashSet;
use std::rc::Rc;

use super::aliases::{may_have_aliases, with_aliases};
use super::command_index::CommandIndex;
use super::folders::{Folders, anchored};
use super::functions::{is_hidden_in_some_runs, runs_elsewhere};
use super::parameters::with_constants;
use super::script_context::{Called, ScriptContext, ScriptRead, ScriptSource};
use super::script_failures::ScriptFailure;
use crate::model::job::{RunScript, Step};
use crate::publish::machine::{EffectKind, Machine};
use crate::publish::read::command::{Meaning, NpmrcWrite, fed, meaning_with, set_by_wrapper, unset_by_env};
use crate::publish::site::CredentialSource;
use crate::publish::site::ManifestDoubt;
use crate::publish::site::{NpmrcFile, NpmrcLine};
use crate::publish::walk::packages::selection::one_of;
use crate::publish::walk::programs::tasks::MOST_TASK_CALLS;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::{Command, Script, Word, split_script, variable_name};
use crate::text::FolderPath;
use crate::text::Place;

impl<'a> Walker<'_, 'a> {
    pub(crate) fn walk_run(&mut self, frame: &WalkFrame<'a>, step: &'a Step, run: &'a RunScript) {
        if let Some(language) = self.language_of(frame, step) {
            return self.guess_from_run(frame, step, run, language);
        }
        let source = ScriptSource::Scalar {
            path: frame.path.clone(),
            node: run.node,
            prefix: 0,
        };
        // A script that is one expression may still be known: `${{ format('pnpm publish …') }}`.
        let evaluated = self.evaluate(frame, &run.text);
        let is_expression = run.text.trim_start().starts_with("${{") && run.text.trim_end().ends_with("}}");
        let failure = self.script_failure(frame, step);
        let known = evaluated.known().map(str::to_owned);
        let text = known.or_else(|| self.scope(frame).without_format(&run.text));
        match text.filter(|_| is_expression) {
            Some(text) => {
                let place = Place::new(&frame.path, run.range);
                self.walk_script(frame, step, &text, &ScriptSource::Called(place), failure);
            }
            None => {
                self.walk_script(frame, step, &run.text, &source, failure);
            }
        }
    }

    pub(crate) fn walk_script(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        script: &str,
        source: &ScriptSource,
        script_failure: ScriptFailure,
    ) -> ScriptRead {
        self.in_context(frame, step, (source, script_failure), |walker, context| {
            walker.task_calls_left = MOST_TASK_CALLS;
            let (first_site, first_effect) = (walker.sites.len(), walker.effects.len());
            let read = walker.walk_commands(context, script);
            walker.note_removed_tokens(first_site, first_effect);
            walker.end_script();
            read
        })
    }

    /// Does something with the script of a step.
    pub(in crate::publish::walk) fn in_context<T>(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        (source, script_failure): (&ScriptSource, ScriptFailure),
        act: impl FnOnce(&mut Self, &ScriptContext<'_, 'a>) -> T,
    ) -> T {
        let context = ScriptContext {
            frame,
            step,
            source,
            folder: self.folder_of_step(frame, step),
            called: Vec::new(),
            assignments: Vec::new(),
            ignored_failure: frame.ignored_failure.clone(),
            script_failure,
            is_conditional: false,
            text: "",
            commands: &[],
            index: &CommandIndex::default(),
            functions: Vec::new(),
            read_by: Vec::new(),
            run_by: Vec::new(),
            one_of: None,
        };
        act(self, &context)
    }

    /// Says of the sites of one script whether it takes back the tokens that it wrote for them.
    fn note_removed_tokens(&mut self, first_site: usize, first_effect: usize) {
        if self.sites.len() == first_site {
            return;
        }
        let mut removed = HashSet::new();
        let mut are_all_removed = false;
        for effect in self.effects.since(first_effect) {
            match &effect.kind {
                EffectKind::NpmrcLineRemoved(key) => {
                    removed.insert(key.as_str());
                }
                EffectKind::NpmrcRemoved => are_all_removed = true,
                _ => {}
            }
        }
        let is_removed = |name: &str| are_all_removed || removed.contains(name);
        for site in self.sites.iter_mut().skip(first_site) {
            let mut written = site
                .credentials
                .tokens
                .iter()
                .filter(|credential| credential.source == CredentialSource::NpmrcCommand)
                .peekable();
            site.credentials.removes_token =
                written.peek().is_some() && written.all(|credential| is_removed(&credential.name));
        }
    }

    fn folder_of_step(&self, frame: &WalkFrame<'a>, step: &Step) -> Option<FolderPath> {
        let Some(folder) = step.working_directory.as_ref().or(frame.working_directory) else {
            return self.in_repository(FolderPath::root());
        };
        if let Some((base, rest)) = anchored(frame, &folder.value) {
            return self.in_repository(base.join(rest)?);
        }
        let value = self.evaluate(frame, &folder.value);
        let folders: Vec<String> = value.texts()?.into_iter().map(str::to_owned).collect();
        self.in_repository(FolderPath::new(&one_of(&folders)?)?)
    }

    /// The runner at a command: what happened earlier in its own branch of the script is certain.
    pub(crate) fn machine_at(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> Rc<Machine> {
        let of_branch = context.condition_of(command).into_iter();
        let of_branch = of_branch.filter(|condition| self.effects.has_condition(condition));
        let mut conditions = context.frame.conditions.clone();
        conditions.extend(of_branch);
        self.machine(&conditions)
    }

    pub(crate) fn walk_commands(&mut self, context: &ScriptContext<'_, 'a>, script: &str) -> ScriptRead {
        let split = match may_have_aliases(script) {
            true => with_aliases(split_script(script), script, self.expands_aliases(context)),
            false => split_script(script),
        };
        self.walk_split(context, script, &with_constants(split))
    }

    /// Walks through the commands of a text.
    pub(crate) fn walk_split(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        text: &str,
        script: &Script,
    ) -> ScriptRead {
        let context = &ScriptContext {
            text,
            commands: &script.commands,
            index: &CommandIndex::new(text, &script.commands),
            functions: Vec::new(),
            ..context.clone()
        };
        self.note_made_tokens(context, text, script);
        let exported_before = self.exported_by_called.len();
        let mut folders = Folders::new(context.folder.clone());
        let mut is_harmless = true;
        let left_out_around = std::mem::take(&mut self.left_out);
        for (n, command) in script.commands.iter().enumerate() {
            let before = n.checked_sub(1).and_then(|before| script.commands.get(before));
            let of_pipe = fed(text, before, command);
            let command = of_pipe.as_ref().unwrap_or(command);
            is_harmless &= matches!(
                command.word(0),
                None | Some("echo" | "printf" | "true" | ":" | "exit" | "set")
            );
            let folder = folders.of(command);
            if runs_elsewhere(context, command) {
                continue;
            }
            let of_function = command.function.as_ref().map(|_| Command {
                is_conditional: true,
                ..command.clone()
            });
            let command = of_function.as_ref().unwrap_or(command);
            let first = self.sites.len();
            match self.errexit_off(context, command) {
                Some(ignored_failure) => {
                    let context = ScriptContext {
                        ignored_failure: Some(ignored_failure),
                        ..context.clone()
                    };
                    self.walk_command(&context, command, folder, &mut folders);
                }
                None => self.walk_command(context, command, folder, &mut folders),
            }
            self.mark_as_left_out(first, command);
        }
        self.left_out = left_out_around;
        for command in &script.commands {
            self.walk_exit_trap(context, command, &mut folders);
        }
        self.end_exports(context, exported_before);
        ScriptRead { is_harmless }
    }

    /// `trap '…' EXIT`: what runs when the script ends, however it ends.
    fn walk_exit_trap(&mut self, context: &ScriptContext<'_, 'a>, command: &Command, folders: &mut Folders) {
        let mut signals = command.words.iter().skip(2).map(|word| word.text.as_str());
        let is_exit_trap =
            command.word(0) == Some("trap") && signals.any(|signal| matches!(signal, "EXIT" | "0"));
        let Some(text) = command.word(1).filter(|_| is_exit_trap) else {
            return;
        };
        let source = ScriptSource::Called(context.source.place(self.sources, command.range));
        let inner = ScriptContext {
            source: &source,
            script_failure: ScriptFailure::Unknown,
            ..context.clone()
        };
        for command in &split_script(text).commands {
            self.walk_command(&inner, command, None, folders);
        }
    }

    pub(crate) fn walk_command(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<FolderPath>,
        folders: &mut Folders,
    ) {
        if self.call_function(context, command, folders) {
            return;
        }
        if is_hidden_in_some_runs(context, command) {
            let found = self.found();
            self.walk_program(context, command, folder, folders);
            return self.make_unknown_since(found);
        }
        self.walk_program(context, command, folder, folders);
    }

    /// Walks a command that starts a program, and not a function.
    fn walk_program(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<FolderPath>,
        folders: &mut Folders,
    ) {
        let without_empty = self.without_empty_words(context, command);
        let command = without_empty.as_ref().unwrap_or(command);
        let mut conditions = context.frame.conditions.clone();
        conditions.extend(context.condition_of(command));
        let meaning = meaning_with(self.sources.settings().publish_commands(), command);
        let meaning = match self.script_before_program(context, command, &meaning, folder.as_ref()) {
            Some(run) => Meaning::RunScript(run),
            None => meaning,
        };
        let is_open = command.words.iter().any(|word| word.is_dynamic);
        if let Meaning::Publish(publish) = &meaning
            && is_open
            && let Some(command) = self.with_flags_of_run(context, command, publish)
        {
            return self.walk_command(context, &command, folder, folders);
        }
        if is_open && self.walk_alternatives(context, command, &meaning, (folder.as_ref(), folders)) {
            return;
        }
        if self.effects.doubt() != ManifestDoubt::ALL || self.prerelease.is_some() {
            self.note_version(context, command, &meaning, folder.as_ref(), &conditions);
        }
        self.note_command(context, command, &meaning, folder.as_ref());
        self.note_possible_install(command, &meaning);
        self.note_installed_tools(command, &conditions, folder.as_ref());
        self.note_change(context, command, &meaning, folder.as_ref(), &conditions);
        self.note_rewritten_manifest(context, command, &conditions);
        self.note_pack(context, command, folder.as_ref(), &conditions);
        let is_only_copied = self.note_copied_manifest(command, folder.as_ref(), &conditions);
        self.note_replaced_npmrc(context, command, folder.as_ref(), &conditions);
        self.note_refused_push(context, command, &meaning, folder.as_ref());
        self.note_missing_github_token(context, command, folder.as_ref());
        if let Meaning::InstallDependencies(install) = &meaning {
            self.note_refused_engine(context, command, install, folder.as_ref());
        }
        let stop = self.command_stop(context, command, folder.as_ref());
        let first = self.sites.len();
        let is_publish = matches!(meaning, Meaning::Publish(_));
        let inline_folder = folder.clone().filter(|_| matches!(meaning, Meaning::Other));
        match meaning {
            Meaning::Publish(publish) => self.publish(context, command, *publish, folder),
            Meaning::InstallNpm(install) => {
                self.install_npm_if_needed(context, command, &install, folder.as_ref());
            }
            Meaning::ExtendPath(path) => self.extend_path(context, &conditions, &path, folder.as_ref()),
            Meaning::Corepack(corepack) => {
                self.corepack(context, &conditions, (&corepack, folder.as_ref()));
            }
            Meaning::SelectNode(select) => {
                self.select_node_by_command(context, &conditions, &select);
                if let Some(npm) = &select.npm {
                    self.install_npm(context, &conditions, npm, folder.as_ref());
                }
            }
            Meaning::RunScript(run) => {
                for name in &run.names {
                    self.run_package_script(context, command, (&run, name), folder.clone());
                }
                if let Some(turbo) = &run.turbo {
                    self.mark_stripped_by_turbo(context, command, (&run, turbo), first, folder.as_ref());
                }
            }
            Meaning::Npmrc(writes) => {
                for write in &writes {
                    self.write_npmrc(context, &conditions, write);
                }
            }
            Meaning::RemoveNpmrcKeys(keys) => {
                for key in keys {
                    self.add(&conditions, EffectKind::NpmrcLineRemoved(key));
                }
            }
            Meaning::RemoveNpmrc => self.add(&conditions, EffectKind::NpmrcRemoved),
            Meaning::ChangeFolder(change) => {
                let now = folders.of(command);
                let target = change
                    .target
                    .as_ref()
                    .and_then(|word| self.folder_at(context, &command.loops, word, now.as_ref()));
                folders.change(command, change.kind, target);
            }
            Meaning::Export(exports) => self.note_exports(context, command, &conditions, exports),
            Meaning::RegistryCommand(registry) => self.registry_command(context, command, &registry, folder),
            Meaning::Login => self.add(&conditions, EffectKind::UnknownCredentials),
            Meaning::LoginElsewhere => {
                self.add(&conditions, EffectKind::UnknownCredentials);
                let registry = NpmrcWrite {
                    file: NpmrcFile::User,
                    key: "registry".to_owned(),
                    value: "$".to_owned(),
                    is_literal: false,
                    range: command.range,
                };
                self.write_npmrc(context, &conditions, &registry);
            }
            Meaning::ChangeManifest if is_only_copied => {}
            Meaning::ChangeManifest => {
                self.add(&conditions, EffectKind::ManifestChanged);
                self.note_manifest_edits(context, command, folder.as_ref(), &conditions);
                if let Some(rename) = self.rename(context, command, folder) {
                    self.add(&conditions, EffectKind::Renamed(rename));
                }
                // `jq … > t && mv t package.json`: what is written is in another command.
                if context.index.names_publish_config() {
                    self.add(&conditions, EffectKind::TargetChanged);
                }
            }
            Meaning::LocalScript(script) => self.follow_script(context, command, &script, folder),
            Meaning::Other => {
                self.run_version_scripts(context, command, inline_folder.as_ref());
                self.guess_from_inline(context, command, inline_folder.as_ref());
            }
            Meaning::InstallDependencies(_) => {}
        }
        if let Some(stop) = stop {
            self.mark_as_refused(first, &stop, is_publish);
            self.note_command_stop(context, command, stop);
        }
    }

    /// The command without the words that are empty once GitHub has put the values of expressions in. In quotes they stay,
    /// as empty words.
    fn without_empty_words(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> Option<Command> {
        let is_empty = |word: &Word| {
            word.text.starts_with("${{")
                && word.text.ends_with("}}")
                && word.inner == Some(word.range)
                && self.evaluate(context.frame, &word.text).is_empty()
        };
        command.words.iter().any(is_empty).then(|| {
            let mut command = command.clone();
            command.words.retain(|word| !is_empty(word));
            command
        })
    }

    fn write_npmrc(&mut self, context: &ScriptContext<'_, 'a>, conditions: &[String], write: &NpmrcWrite) {
        let line = NpmrcLine {
            file: write.file,
            is_certain: true,
            key: write.key.clone(),
            value: write.value.clone(),
            holds_variable: write.is_literal && write.value.contains("${"),
            value_is_unset: self.is_unset(context, &write.value),
            place: context.source.place(self.sources, write.range),
        };
        self.add(conditions, EffectKind::NpmrcLine(line));
    }

    /// Whether a value is a variable that nothing sets in this script or around it. A task runner may set those of its tasks.
    fn is_unset(&self, context: &ScriptContext<'_, 'a>, value: &str) -> bool {
        let Some(name) = variable_name(value) else {
            return false;
        };
        let of_task = |called: &Called| matches!(called, Called::Task(..));
        let is_called = matches!(context.source, ScriptSource::Called(_));
        if is_called && (context.called.is_empty() || context.called.iter().any(of_task)) {
            return false;
        }
        let mut around = context.run_by.iter().chain(&context.read_by);
        !self.effects.changed_env().contains(name)
            && self.scope(context.frame).env_value(name).is_none()
            && !context
                .assignments
                .iter()
                .any(|(assigned, _, _)| assigned == name)
            && !context.index.may_set(name)
            && around.all(|script| !script.may_set(name))
    }

    /// Whether a variable has no value in a script of the step, unless the script gives it the one that it has.
    pub(in crate::publish::walk) fn is_unset_by_all(
        &self,
        context: &ScriptContext<'_, 'a>,
        name: &str,
    ) -> bool {
        let keeps = |command: &Command| {
            let mut assigned = command.assignments.iter();
            let own = assigned.find(|assignment| assignment.name == name);
            let start = format!("${{{name}:-");
            own.is_some_and(|assignment| assignment.value.text.starts_with(&start))
        };
        let is_kept = match context.index.setting(name) {
            None => !context.index.may_set(name),
            Some(setting) => setting.is_some_and(keeps),
        };
        let mut readers = context.read_by.iter();
        is_kept
            && readers.all(|reader| !reader.may_set(name))
            && !self.effects.changed_env().contains(name)
            && self.scope(context.frame).env_value(name).is_none()
            && !context.assignments.iter().any(|(assigned, ..)| assigned == name)
    }

    /// Assignments in front of a command, and those around the script that it is in.
    pub(crate) fn assignments(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
    ) -> Vec<(String, String, Place)> {
        let own = command.assignments.iter().map(|assignment| {
            let place = context.source.place(self.sources, assignment.range);
            (assignment.name.clone(), assignment.value.text.clone(), place)
        });
        let unset = unset_by_env(command).into_iter().map(|name| {
            let place = context.source.place(self.sources, name.range);
            (name.text.clone(), String::new(), place)
        });
        let of_wrapper = set_by_wrapper(command).into_iter().map(|(name, value, word)| {
            let place = context.source.place(self.sources, word.range);
            (name.to_owned(), value.to_owned(), place)
        });
        let of_yarn = self.registry_of_yarn_classic(context, command);
        of_wrapper
            .chain(own)
            .chain(unset)
            .chain(of_yarn)
            .chain(context.assignments.iter().cloned())
            .collect()
    }
}
