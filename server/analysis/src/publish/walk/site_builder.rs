//! From a publish command, or a publishing action, and the runner's state to a site with its facts.

use super::super::eval::Evaluated;
use super::super::machine::Machine;
use super::super::site;
use super::scripts::ScriptContext;
use super::selection::folder_selection;
use super::site_facts::attempts;
use super::{WalkFrame, Walker};
use crate::knowledge::actions::PublishAction;
use crate::knowledge::npm_spec::resolve_npm;
use crate::model::job::Step;
use crate::model::permissions::Grant;
use crate::model::read::find_input;
use crate::publish::find::credentials::{CredentialSearch, FoundCredentials};
use crate::publish::find::npmrc_values::NpmrcSearch;
use crate::publish::find::packages::{Selection, select};
use crate::publish::find::provenance;
use crate::publish::find::publisher::PublisherSearch;
use crate::publish::find::registry::RegistrySearch;
use crate::publish::find::settings::SettingSearch;
use crate::publish::predict::prediction::predict;
use crate::publish::read::command::{PublishCommand, RegistryCommandWords};
use crate::publish::site::IgnoredFailure;
use crate::publish::site::Prediction;
use crate::publish::site::PublishingTool;
use crate::publish::site::RegistrationFact;
use crate::publish::site::Site;
use crate::publish::site::StepFact;
use crate::publish::site::{Argument, CommandFact};
use crate::publish::site::{Credential, CredentialSource, Credentials};
use crate::publish::site::{Identity, NodeAndNpm, Packages, SiteOutcome, Target};
use crate::publish::site::{NpmAttempt, NpmOrigin, VersionFact};
use crate::publish::site::{ProvenanceFact, RegistryFact};
use crate::publish::tools::{Flag, Tool};
use crate::syntax::npmrc::Npmrc;
use crate::syntax::shell::{Command, Word};
use crate::text::FilePath;
use crate::text::FolderPath;
use crate::text::Place;
use crate::text::Ranged;
use crate::versions::version::Truth;

/// An action that publishes.
pub(crate) struct ActionPublish<'a> {
    pub(crate) uses: &'a Ranged<String>,
    /// `owner/name` in lower case.
    pub(crate) action: String,
    pub(crate) known: &'static PublishAction,
}

/// What differs between a command and an action when a site is built.
pub(crate) struct SiteDraft<'a> {
    pub(crate) place: Place,
    pub(crate) step: &'a Step,
    pub(crate) publisher: PublishingTool,
    pub(crate) selection: Selection,
    pub(crate) registry_flag: Option<(Evaluated, Place)>,
    pub(crate) provenance_flag: Option<(bool, Place)>,
    pub(crate) assignments: Vec<(String, String, Place)>,
    pub(crate) read_by_tool: Vec<&'static str>,
    pub(crate) command: CommandFact,
    pub(crate) tag_flag: Option<(Evaluated, Place)>,
    pub(crate) access_flag: Option<(Evaluated, Place)>,
    /// An input of the action that holds a token.
    pub(crate) token_input: Option<Credential>,
    /// An npm that the command itself names.
    pub(crate) npm: Option<VersionFact<NpmOrigin>>,
    pub(crate) may_have_other_credentials: bool,
    pub(crate) ignored_failure: Option<IgnoredFailure>,
}

impl<'a> Walker<'_, 'a> {
    pub(crate) fn publish_site(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<FolderPath>,
    ) {
        if publish.dry_run == Some(Flag::True) {
            return;
        }
        if self.environment_says_dry_run(context.frame) && publish.dry_run.is_none() {
            return;
        }
        let place = |range| context.source.place(self.sources, range);
        let machine = self.machine(&context.frame.conditions);
        let folder = match &publish.scope.folder {
            Some(prefix) => folder.and_then(|folder| {
                let prefix = self.folder_of_word(context, &command.loops, prefix)?;
                folder.join(&prefix)
            }),
            None => folder,
        };
        let search = PublisherSearch {
            sources: self.sources,
            machine: &machine,
            folder: folder.as_ref(),
        };
        let publisher = search.of_command(publish);
        let selection = self.selection(
            context,
            &command.loops,
            publish,
            folder.as_ref(),
            search.is_monorepo(),
        );
        if self.leaves_npm_out(publish, &selection) {
            return;
        }
        let flag = |word: &Option<Word>| {
            let word = word.as_ref()?;
            let value = shell_text(&self.evaluate(context.frame, &word.text));
            Some((value, place(word.range)))
        };
        let argument = |word: &Word| Argument {
            text: word.text.clone(),
            place: place(word.range),
        };
        let package = match publish.folders.as_slice() {
            [only] if !only.is_dynamic => Some(argument(only)),
            _ => None,
        };
        let npm = publish
            .tool_version
            .as_ref()
            .filter(|_| publish.tool == Tool::Npm && !publish.is_configured)
            .map(|version| {
                let value = shell_text(&self.evaluate(context.frame, version));
                let resolve =
                    |text: &str| resolve_npm(text, &machine.node.candidates, &machine.npm.candidates);
                VersionFact {
                    candidates: value.known().map(resolve).unwrap_or_default(),
                    text: Some(version.clone()),
                    origin: NpmOrigin::Command,
                    place: Some(place(publish.name_range)),
                }
            });
        let npm = npm.or_else(|| publish.has_own_node.then(VersionFact::unknown_npm));
        let draft = SiteDraft {
            place: place(publish.name_range),
            step: context.step,
            read_by_tool: publisher.tool.token_variables().to_vec(),
            publisher,
            selection,
            registry_flag: flag(&publish.registry),
            provenance_flag: publish.provenance.map(|(is_on, range)| (is_on, place(range))),
            assignments: self.assignments(context, command),
            command: CommandFact {
                range: place(command.range).range,
                package,
                short_workspaces_flag: publish.short_workspaces_flag.as_ref().map(argument),
                is_forced: publish.is_forced,
                is_conditional: command.is_conditional || context.is_conditional,
                tag: None,
                access: None,
            },
            tag_flag: flag(&publish.tag),
            access_flag: flag(&publish.access),
            token_input: None,
            npm,
            may_have_other_credentials: publish.userconfig || publish.through_docker || publish.through_sudo,
            ignored_failure: self.ignored_failure(context, command),
        };
        let site = self.build(context.frame, &machine, draft);
        self.keep(site);
    }

    /// npm reads a setting like `--dry-run` from a variable too; tools that run npm pass it on.
    fn environment_says_dry_run(&self, frame: &WalkFrame<'a>) -> bool {
        let changed_env = self.changed_env();
        let scope = self.scope(frame, &changed_env);
        ["npm_config_dry_run", "NPM_CONFIG_DRY_RUN"]
            .iter()
            .filter_map(|name| scope.env_value(name))
            .any(|value| matches!(value.known(), Some("true" | "1")))
    }

    /// A command that needs a login stands in the same circumstances as a publish command.
    pub(crate) fn registry_command(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        registry: &RegistryCommandWords,
        folder: Option<FolderPath>,
    ) {
        let place = |range| context.source.place(self.sources, range);
        let machine = self.machine(&context.frame.conditions);
        let registry_flag = registry.registry.as_ref().map(|word| {
            (
                shell_text(&self.evaluate(context.frame, &word.text)),
                place(word.range),
            )
        });
        let (tool, name) = match registry.command.starts_with("yarn") {
            true => (Tool::YarnBerry, "yarn"),
            false => (Tool::Npm, "npm"),
        };
        let draft = SiteDraft {
            place: place(registry.range),
            step: context.step,
            read_by_tool: tool.token_variables().to_vec(),
            publisher: PublishingTool {
                asks_for_token: Truth::Yes,
                ..PublishingTool::unknown(tool, name, registry.command.clone())
            },
            selection: folder.map_or(Selection::Unknown, Selection::Folder),
            registry_flag,
            provenance_flag: None,
            assignments: self.assignments(context, command),
            command: CommandFact::bare(place(command.range).range),
            tag_flag: None,
            access_flag: None,
            token_input: None,
            npm: None,
            may_have_other_credentials: registry.has_own_credentials,
            ignored_failure: self.ignored_failure(context, command),
        };
        let site = self.build(context.frame, &machine, draft);
        self.registry_commands.push(site::RegistryCommand {
            site,
            is_dist_tag: registry.is_dist_tag,
        });
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
        let search = PublisherSearch {
            sources: self.sources,
            machine: &machine,
            folder,
        };
        let caller = search.of_command(publish);
        for site in self.sites.iter_mut().skip(first) {
            site.publisher.asks_for_token = caller.asks_for_token;
            site.publisher.command.clone_from(&caller.command);
            site.outcome.prediction = predict(site, self.sources.assumptions());
        }
    }

    pub(crate) fn publish_site_of_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        action: &ActionPublish<'a>,
        place: Place,
        is_guess: bool,
    ) {
        let machine = self.machine(&frame.conditions);
        let root = FolderPath::root();
        let search = PublisherSearch {
            sources: self.sources,
            machine: &machine,
            folder: Some(&root),
        };
        let mut publisher = search.of_action(action.known.publisher, &action.action);
        publisher.is_guess = is_guess;
        let input = |name: Option<&str>| name.and_then(|name| find_input(&step.with, name));
        let token_input = input(action.known.token_input).and_then(|token| {
            let value = self.evaluate(frame, &token.value.value);
            crate::publish::find::credentials::is_token(&value).then(|| Credential {
                name: token.name.value.clone(),
                text: format!("{}: {}", token.name.value, token.value.value),
                source: CredentialSource::ActionInput,
                place: Place::new(&frame.path, token.range()),
                is_read: true,
            })
        });
        let registry_flag = input(action.known.registry_input).map(|registry| {
            (
                self.evaluate(frame, &registry.value.value),
                Place::new(&frame.path, registry.value.range),
            )
        });
        let selection = match (action.known.package_input, action.known.publisher) {
            (Some(name), _) => match find_input(&step.with, name) {
                Some(package) => match self.evaluate(frame, &package.value.value).known() {
                    Some(folder) if !folder.ends_with(".tgz") => folder_selection(&root, folder),
                    _ => Selection::Unknown,
                },
                None => Selection::Folder(root),
            },
            (None, key) if key == Tool::Changesets.key() => self.changeset_members(&root),
            (None, _) => Selection::Folder(root),
        };
        let draft = SiteDraft {
            command: CommandFact::bare(place.range),
            place,
            step,
            read_by_tool: publisher.tool.token_variables().to_vec(),
            publisher,
            selection,
            registry_flag,
            provenance_flag: None,
            assignments: Vec::new(),
            tag_flag: None,
            access_flag: None,
            token_input,
            npm: None,
            may_have_other_credentials: false,
            ignored_failure: frame.ignored_failure.clone(),
        };
        let site = self.build(frame, &machine, draft);
        if is_guess {
            self.keep_guess(site)
        } else {
            self.keep(site)
        }
    }

    /// Says of the sites from `first` on that an action runs their command: it reads `NPM_TOKEN` too.
    pub(crate) fn mark_as_run_by(&mut self, first: usize, action: &ActionPublish<'a>) {
        let reads_token = action.known.publisher == Tool::Changesets.key();
        for site in self.sites.iter_mut().skip(first) {
            site.step
                .trail
                .push(Place::new(&site.step.path, action.uses.range));
            for credential in &mut site.credentials.tokens {
                credential.is_read |= reads_token && credential.name == "NPM_TOKEN";
            }
            site.outcome.prediction = predict(site, self.sources.assumptions());
        }
    }

    pub(crate) fn keep(&mut self, site: Site<'a>) {
        if is_in_scope(&site) {
            self.sites.push(site);
        }
    }

    pub(crate) fn build(&self, frame: &WalkFrame<'a>, machine: &Machine, draft: SiteDraft<'a>) -> Site<'a> {
        let changed_env: Vec<&str> = machine.changed_env.iter().map(String::as_str).collect();
        let scope = self.scope(frame, &changed_env);
        // npm itself has no such setting.
        let takes_directory = matches!(draft.publisher.tool, Tool::Pnpm | Tool::Changesets | Tool::Lerna);
        let found = select(self.sources, &draft.selection, takes_directory);
        let is_private = self.is_private(&draft, &found, machine);
        let single = match found.manifests.as_slice() {
            [path] => self.sources.manifest(path).map(|manifest| (path, manifest)),
            _ => None,
        };
        let folder = found.manifests.first().map(|path| path.folder());
        let npmrc = self.npmrc_files(folder.as_ref());
        let registry = RegistrySearch {
            flag: draft.registry_flag,
            manifest: single.or_else(|| {
                let path = found.manifests.first()?;
                Some((path, self.sources.manifest(path)?))
            }),
            scope,
            place: &draft.place,
            npmrc: &npmrc,
            machine,
        }
        .run();
        let FoundCredentials {
            credentials: mut tokens,
            may_have_others,
            has_github_token,
        } = CredentialSearch {
            scope,
            env: &frame.env,
            assignments: &draft.assignments,
            machine,
            npmrc: &npmrc,
            read_by_tool: &draft.read_by_tool,
            expands_project_npmrc: !draft.publisher.is_own_client_of_pnpm(),
            made_by_job: &self.made_variables(),
        }
        .run();
        tokens.extend(draft.token_input);
        let made = self.take_made_tokens(machine, &mut tokens);
        let provenance = match draft.provenance_flag {
            Some((is_on, place)) => Some((is_on, false, place)),
            // pnpm's own client takes provenance from the command line alone.
            None if draft.publisher.is_own_client_of_pnpm() => None,
            None => provenance::find(
                self.sources,
                &scope,
                &draft.assignments,
                &npmrc,
                &found,
                &frame.env,
            ),
        }
        .map(|(is_on, is_publish_config, place)| ProvenanceFact {
            is_on,
            is_publish_config,
            place,
        });
        let settings = SettingSearch {
            scope,
            env: &frame.env,
            assignments: &draft.assignments,
            machine,
            npmrc: &npmrc,
            place: &draft.place,
        };
        let tag = settings.find("tag", draft.tag_flag);
        let access = settings.find("access", draft.access_flag);
        let attempts = attempts(machine, &self.machine_is_certain(frame, machine));
        let mut site = Site {
            place: draft.place,
            job: self.job.clone(),
            step: StepFact {
                path: frame.path.clone(),
                step: draft.step,
                is_composite: frame.is_composite,
                trail: frame.trail.clone(),
                conditions: frame.conditions.clone(),
            },
            publisher: draft.publisher,
            node_and_npm: NodeAndNpm {
                node: machine.node.clone(),
                npm: draft.npm.unwrap_or_else(|| machine.npm.clone()),
                upgrade_fails: attempts.iter().any(NpmAttempt::fails),
                installations: attempts,
                corepack_pin: machine.corepack_pin.clone(),
            },
            identity: Identity {
                id_token: self.id_token.clone(),
                registration: RegistrationFact::default(),
            },
            credentials: Credentials {
                tokens,
                raw_id_tokens: made.raw_id_tokens,
                has_exchanged_token: made.has_exchanged_token,
                is_beside_tokenless: false,
                removes_token: false,
                may_have_others: may_have_others
                    || draft.may_have_other_credentials
                    || made.has_exchanged_token,
                has_github_token,
                npmrc: NpmrcSearch {
                    machine,
                    npmrc: &npmrc,
                    folder: folder.as_ref(),
                    env_value: |name: &str| scope.env_value(name),
                }
                .run(),
                npmrc_lines: machine.npmrc_lines.clone(),
                registry_url: machine.registry_url.clone(),
            },
            target: Target {
                repository_mismatch: self.has_repository_mismatch(&found, provenance.as_ref(), machine),
                registry,
                provenance,
            },
            packages: Packages {
                is_private,
                manifest_is_changed: machine.manifest_is_changed,
                version_may_change: self.version_may_change(&found, machine),
                manifests: found.manifests,
                is_complete: found.is_complete,
                skips_private: found.skips_private,
            },
            command: CommandFact {
                tag,
                access,
                ..draft.command
            },
            outcome: SiteOutcome {
                refusal: None,
                ignored_failure: draft.ignored_failure,
                prediction: Prediction::UNKNOWN,
            },
        };
        site.outcome.refusal = site.find_refusal(self.sources);
        site.identity.registration = site.find_registration(self.sources);
        site.outcome.prediction = predict(&site, self.sources.assumptions());
        site
    }

    /// The `.npmrc` of the package and of the repository's root; npm reads that of the folder in which it runs.
    fn npmrc_files(&self, folder: Option<&FolderPath>) -> Vec<(FilePath, &'a Npmrc)> {
        let of_package = folder
            .filter(|folder| !folder.is_root())
            .and_then(|folder| self.sources.npmrc_in(folder));
        of_package
            .into_iter()
            .chain(self.sources.npmrc_in(&FolderPath::root()))
            .collect()
    }
}

/// Publishing to another registry is out of scope, unless the job is plainly meant for trusted publishing.
fn is_in_scope(site: &Site<'_>) -> bool {
    use crate::publish::site::Intent;
    match &site.target.registry {
        RegistryFact::Npm | RegistryFact::Unknown => true,
        RegistryFact::Other { url, .. } => {
            let is_local = ["localhost", "127.0.0.1", "verdaccio"]
                .iter()
                .any(|host| url.contains(host));
            let uses_github_token = url.contains("npm.pkg.github.com") && site.credentials.has_github_token;
            !is_local
                && !uses_github_token
                && site.identity.id_token.grant == Grant::Yes
                && site.intent() == Intent::Oidc
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
