//! The sites of commands: those that publish, and those that need a login.

use super::command_stops::is_registry_of_yarn_classic;
use super::script_context::ScriptContext;
use super::script_failures::{failure_ends_job, left_out_on_failure};
use crate::knowledge::npm_spec::resolve_npm;
use crate::publish::eval::Evaluated;
use crate::publish::find::credentials::is_token;
use crate::publish::find::packages::Selection;
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::machine::Machine;
use crate::publish::predict::login::LoginRefusal;
use crate::publish::predict::prediction::predict;
use crate::publish::read::command::{PublishCommand, RegistryCommandWords};
use crate::publish::site::{
    Argument, CommandFact, Credential, CredentialSource, DryRun, Guess, NamedPackage, NpmOrigin, PublishStop,
    PublishingTool, RegistryCommand, StopCause, StopPoint, VersionFact,
};
use crate::publish::tools::{Arguments, Flag, PackageChoice, Tool};
use crate::publish::walk::npm::npm_info::unread_npm_info;
use crate::publish::walk::packages::nx_release::NxPublishes;
use crate::publish::walk::programs::publib::knows_trusted_publisher;
use crate::publish::walk::site_builder::{DraftTokens, SettingFlags, SiteDraft};
use crate::publish::walk::stops::detached_head::CheckedOut;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::{Command, Word};
use crate::text::{FolderPath, Place};
use crate::versions::version::Truth;

impl<'a> Walker<'_, 'a> {
    /// Adds the site of a publish command, unless its tool does not publish to npm.
    pub(crate) fn publish_site(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<FolderPath>,
    ) {
        let cwd = folder.clone();
        let folder = self.folder_of_publish(context, command, publish, folder);
        let mut machine = self.machine_at(context, command);
        let is_publib = publish.tool == Tool::Publib;
        let npmrc_is_hidden = match is_publib {
            true => Self::hides_npmrc_of_publib(&machine),
            false => Truth::No,
        };
        if is_publib && npmrc_is_hidden == Truth::Yes {
            self.note_npmrc_of_publib(context, command);
            machine = self.machine_at(context, command);
        }
        let search = ToolSearch {
            sources: self.sources,
            machine: &machine,
            folder: folder.as_ref(),
        };
        let mut publishing_tool = search.of_command(publish);
        let mut variables_are_off = false;
        if is_publib {
            publishing_tool.asks_for_token =
                match knows_trusted_publisher(publishing_tool.release.version.as_ref()) {
                    Truth::No => Truth::Yes,
                    Truth::Yes => self.publib_asks_for_token(context, command),
                    Truth::Maybe if self.publib_asks_for_token(context, command) == Truth::Yes => Truth::Yes,
                    Truth::Maybe => Truth::Maybe,
                };
            let is_read = publishing_tool.asks_for_token != Truth::No && npmrc_is_hidden == Truth::No;
            variables_are_off = !is_read;
            if npmrc_is_hidden != Truth::No && self.publib_has_token(context, command) {
                publishing_tool.asks_for_token = Truth::No;
            }
        }
        let is_nx = publish.packages == PackageChoice::Nx && !publish.is_configured;
        let nx = folder.as_ref().filter(|_| is_nx);
        let nx = nx.map(|folder| self.nx_release(folder, &publish.scope));
        if let Some(nx) = &nx {
            if !self.is_dry_run(context.frame, publish) {
                self.walk_nx_release(context, command, nx);
            }
            match nx.publishes {
                NxPublishes::Packages => {}
                NxPublishes::Perhaps => publishing_tool.guess = Guess::OfProjects,
                NxPublishes::Nothing => return,
            }
        }
        publishing_tool.is_guess |= publishing_tool.guess == Guess::OfProjects;
        let selection = self.selection(
            context,
            &command.loops,
            publish,
            folder.as_ref(),
            search.is_monorepo(),
        );
        let selection = match selection {
            Selection::Unknown => self
                .listed_packages(context, command, publish)
                .unwrap_or(Selection::Unknown),
            known => known,
        };
        let selection = self.packed_selection(context, publish, selection, (&machine, folder.as_ref()));
        if self.leaves_npm_out(publish, &selection, folder.as_ref()) {
            return;
        }
        let mut assignments = self.assignments(context, command);
        if publish.tool != Tool::Npm {
            assignments.retain(|(name, value, _)| !is_registry_of_yarn_classic(name, value));
        }
        let draft = SiteDraft {
            place: context.source.place(self.sources, publish.name_range),
            step: context.step,
            tokens: DraftTokens {
                read_by_tool: command
                    .words
                    .iter()
                    .flat_map(|word| variables_in(&word.text))
                    .collect(),
                variables_are_off,
                input: self
                    .token_flag(context, publish)
                    .or_else(|| self.token_setting_flag(context, command, publish)),
                may_have_others: publish.flags.has_userconfig
                    || self.reads_npmrc_elsewhere(context, command, publish, cwd.as_ref())
                    || publish.environment.has_own_credentials()
                    || publish.tool == Tool::Bun && publish.options.has_own_config
                    || npmrc_is_hidden == Truth::Maybe,
            },
            publishing_tool,
            selection,
            npm_project: cwd.clone().filter(|_| is_plain_npm(publish)),
            npm: self.npm_of_command(context, publish, &machine, (cwd.as_ref(), &assignments)),
            command: self.command_fact(context, command, publish, cwd.as_ref()),
            flags: self.setting_flags(context, command, publish),
            assignments,
            ignored_failure: self.ignored_failure(context, command),
        };
        let mut site = self.build(context.frame, &machine, draft);
        let pnpm = search.pnpm_text(publish.tool_version.as_deref());
        let before = site.outcome.stop.as_ref();
        if before.is_none_or(|stop| !stop.is_in_every_run) {
            let found = [
                self.unclean_tree(context.frame, publish, pnpm, &site),
                self.unclean_release(context, command, publish, pnpm, (cwd.as_ref(), &site)),
                self.stop_of(context.frame, publish, pnpm, &site),
                self.wrong_branch(context, command, publish, pnpm, &site),
                self.refused_release(context.frame, publish, &site),
                self.cleared_environment(context, command, publish, &site),
                self.flag_without_value(context, command, publish, &site),
                // changesets asks which versions are published before it publishes one.
                self.refused_yarn(&search, Some(publish), &site),
                unread_npm_info(&search, Some(publish), &site),
                self.unknown_flag(context, publish, pnpm, &site),
                self.tagless_prerelease(context, publish, cwd.as_ref(), &site),
                self.failing_script(context, command, publish, cwd.as_ref(), &site),
                self.script_without_install(context, command, publish, cwd.as_ref(), &site),
            ];
            let stop = PublishStop::first_of(found);
            // What certainly stops the command counts more than what may end the job before.
            if let Some(stop) = stop.filter(|stop| before.is_none() || stop.is_in_every_run) {
                site.outcome.stop = Some(stop);
                site.outcome.prediction = predict(&site, self.sources.assumptions());
            } else if self.head_for_pnpm(context.frame, publish, pnpm, &site) == CheckedOut::Unknown {
                site.outcome.may_be_refused = true;
                site.outcome.prediction = predict(&site, self.sources.assumptions());
            }
        }
        match site.publishing_tool.is_guess {
            true => self.keep_possible_publish(site),
            false => self.keep(site),
        }
        if is_publib && npmrc_is_hidden != Truth::Yes {
            self.note_npmrc_of_publib(context, command);
        }
    }

    /// Whether the command, or the environment unless the command contradicts it, asks for a dry run.
    fn is_dry_run(&self, frame: &WalkFrame<'a>, publish: &PublishCommand) -> bool {
        match publish.flags.dry_run {
            Some(flag) => flag == Flag::True,
            None => self.environment_says_dry_run(frame, publish.tool),
        }
    }

    /// publib has a variable of its own. That of npm is a setting, which is looked for with the others.
    fn environment_says_dry_run(&self, frame: &WalkFrame<'a>, tool: Tool) -> bool {
        let scope = self.scope(frame);
        let own = (tool == Tool::Publib).then_some("PUBLIB_DRYRUN");
        own.and_then(|name| scope.env_value(name))
            .is_some_and(|value| matches!(value.known(), Some("true" | "1")))
    }

    /// The folder in which the command runs, after options like `--prefix`.
    fn folder_of_publish(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<FolderPath>,
    ) -> Option<FolderPath> {
        let Some(prefix) = &publish.scope.folder else {
            return folder;
        };
        // npm takes its workspaces and its configuration from there, and the package from where it runs.
        // Source: measured with npm 9.9.4, 10.9.9, 11.19.1 and 12.2.2.
        let takes_workspaces = publish.scope.chooses_workspaces() || publish.scope.all_workspaces;
        if publish.tool == Tool::Npm && !takes_workspaces {
            return folder;
        }
        let folder = folder?;
        let prefix = self.folder_of_word(context, &command.loops, prefix)?;
        folder.join(&prefix)
    }

    /// Whether npm may find a token in the folder that `--prefix` names, which is not that of the package.
    fn reads_npmrc_elsewhere(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        cwd: Option<&FolderPath>,
    ) -> bool {
        let prefix = publish
            .scope
            .folder
            .as_ref()
            .filter(|_| publish.tool == Tool::Npm);
        let Some(prefix) = prefix else {
            return false;
        };
        let folder = self.folder_of_word(context, &command.loops, prefix);
        let folder = folder.and_then(|prefix| cwd?.join(&prefix));
        folder.is_none_or(|folder| self.sources.npmrc_in(&folder).is_some())
    }

    /// The npm that the command names itself: `npx npm@11 publish`.
    fn npm_of_command(
        &self,
        context: &ScriptContext<'_, 'a>,
        publish: &PublishCommand,
        machine: &Machine,
        (folder, assignments): (Option<&FolderPath>, &[(String, String, Place)]),
    ) -> Option<VersionFact<NpmOrigin>> {
        let version = publish.tool_version.as_ref();
        let Some(version) = version.filter(|_| publish.tool == Tool::Npm && !publish.is_configured) else {
            return match publish.environment.has_own_node {
                true => Some(VersionFact::unknown_npm()),
                false => self.npm_of_origin(context, publish, machine, (folder, assignments)),
            };
        };
        let value = shell_text(&self.evaluate(context.frame, version));
        let resolve = |text: &str| resolve_npm(text, &machine.node.candidates, &machine.npm.candidates);
        Some(VersionFact {
            candidates: value.known().map(resolve).unwrap_or_default(),
            text: Some(version.clone()),
            origin: NpmOrigin::Command,
            place: Some(context.source.place(self.sources, publish.name_range)),
        })
    }

    fn command_fact(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        cwd: Option<&FolderPath>,
    ) -> CommandFact {
        let place = |range| context.source.place(self.sources, range);
        let argument = |word: &Word| Argument {
            text: word.text.clone(),
            place: place(word.range),
        };
        let package = match publish.folders.as_slice() {
            // Its words name a version.
            _ if publish.tool == Tool::ReleaseIt => {
                cwd.and_then(|cwd| self.package_of_release_it(publish, cwd))
            }
            [only] => self
                .texts_of_argument(context, &command.loops, only)
                .map(|texts| NamedPackage {
                    word: argument(only),
                    texts,
                }),
            _ => None,
        };
        CommandFact {
            package,
            short_workspaces_flag: publish.flags.short_workspaces_flag.as_ref().map(argument),
            takes_git_tag: publish.flags.tag.as_ref().is_some_and(is_name_of_git_tag),
            is_forced: publish.flags.is_forced,
            is_conditional: command.is_conditional || context.is_conditional,
            dry_run: self.is_dry_run(context.frame, publish).then(|| {
                let word = publish.flags.dry_run_word.as_ref();
                word.map_or(DryRun::Setting, |word| DryRun::Flag(argument(word)))
            }),
            ..CommandFact::bare(place(command.range).range)
        }
    }

    fn setting_flags(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
    ) -> SettingFlags {
        let flags = &publish.flags;
        let place = |range| context.source.place(self.sources, range);
        SettingFlags {
            registry: match publish.tool {
                Tool::Publib => self.registry_of_publib(context, command),
                _ => self.flag(context, flags.registry.as_ref()),
            },
            scoped_registries: flags
                .scoped_registries
                .iter()
                .filter_map(|(scope, word)| Some((scope.clone(), self.flag(context, Some(word))?)))
                .collect(),
            is_for_all_scopes: false,
            tag: self.flag(context, flags.tag.as_ref()),
            access: self.flag(context, flags.access.as_ref()),
            provenance: flags.provenance.map(|(is_on, range)| (is_on, place(range))),
            decides_dry_run: flags.dry_run.is_some(),
        }
    }

    /// The token that a tool gets by a flag: `--token`.
    fn token_flag(&self, context: &ScriptContext<'_, 'a>, publish: &PublishCommand) -> Option<Credential> {
        let flag = publish.options.token.as_ref()?;
        let (token, _) = self.flag(context, Some(&flag.value))?;
        is_token(&token).then(|| Credential {
            text: format!("{} {}", flag.name, flag.value.text),
            name: flag.name.clone(),
            source: CredentialSource::CommandFlag,
            place: context.source.place(self.sources, flag.range),
            is_read: Truth::Yes,
        })
    }

    /// The token that npm and pnpm read as a setting of the registry: `--//registry.npmjs.org/:_authToken=…`. Without the `=`, npm
    /// takes the next word for a package.
    /// Source: measured with npm 10.9.8, 11.19.1 and 12.2.2, and pnpm 10.34.8.
    fn token_setting_flag(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
    ) -> Option<Credential> {
        if !matches!(publish.tool, Tool::Npm | Tool::Pnpm) {
            return None;
        }
        let (name, word, value) = Arguments::new("", &command.words).credential_of_npm()?;
        let (token, _) = self.flag(context, Some(&value))?;
        is_token(&token).then(|| Credential {
            text: word.text.clone(),
            source: CredentialSource::CommandFlag,
            place: context.source.place(self.sources, word.range),
            is_read: Truth::Yes,
            name,
        })
    }

    /// The value of a flag, and where it is written.
    pub(in crate::publish::walk) fn flag(
        &self,
        context: &ScriptContext<'_, 'a>,
        word: Option<&Word>,
    ) -> Option<(Evaluated, Place)> {
        let word = word?;
        // A variable may hold it: `--tag "$TAG"`.
        let known = self.texts_of_argument(context, &[], word);
        let value = match known.as_deref() {
            Some([only]) => Evaluated::text(only.as_str()),
            _ => shell_text(&self.evaluate(context.frame, &word.text)),
        };
        Some((value, context.source.place(self.sources, word.range)))
    }

    /// Adds a command that needs a login. It runs in the same circumstances as a publish command.
    pub(crate) fn registry_command(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        registry: &RegistryCommandWords,
        folder: Option<FolderPath>,
    ) {
        let place = |range| context.source.place(self.sources, range);
        let machine = self.machine_at(context, command);
        let (tool, name) = match registry.command.starts_with("yarn") {
            true => (Tool::YarnBerry, "yarn"),
            false => (Tool::Npm, "npm"),
        };
        let draft = SiteDraft {
            place: place(registry.range),
            step: context.step,
            publishing_tool: PublishingTool {
                asks_for_token: Truth::Yes,
                ..PublishingTool::unknown(tool, name, registry.command.clone())
            },
            selection: folder.map_or(Selection::Unknown, Selection::Folder),
            npm_project: None,
            npm: None,
            command: CommandFact::bare(place(command.range).range),
            flags: SettingFlags {
                registry: self.flag(context, registry.registry.as_ref()),
                is_for_all_scopes: true,
                ..SettingFlags::default()
            },
            assignments: self.assignments(context, command),
            tokens: DraftTokens {
                read_by_tool: Vec::new(),
                variables_are_off: false,
                input: None,
                may_have_others: registry.has_own_credentials,
            },
            ignored_failure: self.ignored_failure(context, command),
        };
        let registry_command = RegistryCommand {
            site: self.build(context.frame, &machine, draft),
            is_dist_tag: registry.is_dist_tag,
            is_refused_by_npm: registry.is_refused_by_npm,
            ends_job: failure_ends_job(context, command) || left_out_on_failure(context, command).is_some(),
        };
        if let Some(error) = registry_command.refusal().and_then(LoginRefusal::certain) {
            let site = &registry_command.site;
            let stop = PublishStop {
                cause: StopCause::NeedsLogin,
                point: StopPoint::EarlierStep(registry.command.clone()),
                place: site.place.clone(),
                error,
                is_in_every_run: true,
            };
            self.note_command_stop(context, command, stop);
        }
        self.registry_commands.push(registry_command);
    }

    /// Says of the sites from `first` on that a publishing tool runs their command, with its own demands.
    pub(crate) fn mark_as_called_by(
        &mut self,
        first: usize,
        context: &ScriptContext<'_, 'a>,
        publish: &PublishCommand,
        folder: Option<&FolderPath>,
    ) {
        let machine = self.machine(&context.frame.conditions);
        let search = ToolSearch {
            sources: self.sources,
            machine: &machine,
            folder,
        };
        let caller = search.of_command(publish);
        for site in self.sites.iter_mut().skip(first) {
            site.publishing_tool.asks_for_token = caller.asks_for_token;
            site.publishing_tool.command.clone_from(&caller.command);
            site.outcome.prediction = predict(site, self.sources.assumptions());
        }
    }
}

/// A word of a shell script whose value only the shell knows.
fn shell_text(value: &Evaluated) -> Evaluated {
    match value.known() {
        Some(text) if text.contains('$') || text.contains('`') => Evaluated::unknown(),
        _ => value.clone(),
    }
}

/// Whether a word is the name of the git tag, if the run is for one.
fn is_name_of_git_tag(word: &Word) -> bool {
    let text: String = word.text.chars().filter(|c| !c.is_whitespace()).collect();
    matches!(
        text.as_str(),
        "${{github.ref_name}}"
            | "$GITHUB_REF_NAME"
            | "${GITHUB_REF_NAME}"
            | "${GITHUB_REF#refs/tags/}"
            | "${GITHUB_REF##*/}"
    )
}

/// The variables that a word names: `$NAME`, `${NAME}`, `$env:NAME`, `${{ env.NAME }}`.
fn variables_in(text: &str) -> impl Iterator<Item = String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = text.split('$').skip(1).map(move |rest| {
        let rest = rest.trim_start_matches(['{', ' ']);
        let rest = ["env:", "env."]
            .iter()
            .find_map(|before| rest.strip_prefix(before))
            .unwrap_or(rest);
        rest.split(|c| !is_part(c)).next().unwrap_or_default().to_owned()
    });
    names.filter(|name| !name.is_empty())
}

/// Whether npm publishes the package of the folder where it runs.
fn is_plain_npm(publish: &PublishCommand) -> bool {
    publish.tool == Tool::Npm
        && !publish.is_configured
        && publish.folders.is_empty()
        && publish.scope.is_plain()
}
