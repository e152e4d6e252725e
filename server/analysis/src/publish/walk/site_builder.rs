//! From what a command or an action says, and the runner's state, to a site with its facts.

use super::{WalkFrame, Walker};
use crate::model::job::Step;
use crate::model::manifest::Manifest;
use crate::model::permissions::Grant;
use crate::publish::changed_env::ChangedEnv;
use crate::publish::eval::{EvalScope, Evaluated};
use crate::publish::find::credentials::CredentialSearch;
use crate::publish::find::npmrc_values::NpmrcSearch;
use crate::publish::find::own_config::own_tokens;
use crate::publish::find::packages::{FoundPackages, Selection, in_package_roots, is_npm_workspace, select};
use crate::publish::find::pnpm_settings::PnpmSettings;
use crate::publish::find::provenance::{self, ProvenanceSetting};
use crate::publish::find::registry::{RegistrySearch, is_npm_registry, is_registry_of_yarn};
use crate::publish::find::settings::SettingSearch;
use crate::publish::find::yarn_settings::YarnSearch;
use crate::publish::find::{StepEnvironment, YARNRC};
use crate::publish::machine::{CommittedNpmrc, Machine};
use crate::publish::predict::prediction::predict;
use crate::publish::read::rush_config::RushConfig;
use crate::publish::read::tool_config;
use crate::publish::site::{
    CommandFact, Credential, Credentials, DryRun, Identity, IgnoredFailure, Intent, NpmOrigin, Prediction,
    ProvenanceFact, PublishingTool, RegistrationFact, RegistryFact, SettingFact, Site, SiteOutcome, StepFact,
    Target, VersionFact, name_after,
};
use crate::publish::tools::{AskedBy, Exchange, OwnFile, Tool, TurnedOffBy};
use crate::syntax::npmrc::Npmrc;
use crate::text::Place;
use crate::text::{FilePath, FolderPath};
use crate::versions::version::Truth;

/// What a command, an action or a guess says about a site. The rest follows from what surrounds it.
pub(crate) struct SiteDraft<'a> {
    /// The publish command, or the `uses:` of the publishing action.
    pub(crate) place: Place,
    /// The step that holds it.
    pub(crate) step: &'a Step,
    /// The publishing tool.
    pub(crate) publishing_tool: PublishingTool,
    /// Which packages it publishes.
    pub(crate) selection: Selection,
    /// The folder in which npm runs and whose package it publishes, where that is certain.
    pub(crate) npm_project: Option<FolderPath>,
    /// An npm that the command itself names.
    pub(crate) npm: Option<VersionFact<NpmOrigin>>,
    /// What the command says; `tag` and `access` come from `flags` and the environment.
    pub(crate) command: CommandFact,
    /// The settings that it sets itself.
    pub(crate) flags: SettingFlags,
    /// Variables that are assigned in front of the command: name, value and where.
    pub(crate) assignments: Vec<(String, String, Place)>,
    /// What it says about access tokens.
    pub(crate) tokens: DraftTokens,
    /// What hides a failure of it.
    pub(crate) ignored_failure: Option<IgnoredFailure>,
}

/// `.npmrc` files of the repository.
type NpmrcFiles<'a> = Vec<(FilePath, &'a Npmrc)>;

/// The registry that a flag names, and where.
pub(crate) type RegistryFlag = (Evaluated, Place);

/// Settings of npm that a command or an action sets itself. They win over every other place.
#[derive(Default)]
pub(crate) struct SettingFlags {
    /// `--registry`, or the input of an action.
    pub(crate) registry: Option<RegistryFlag>,
    /// Each `--@scope:registry`, with its scope.
    pub(crate) scoped_registries: Vec<(String, RegistryFlag)>,
    /// Whether `registry` counts for scoped packages too: an action has npm read a file of its own.
    pub(crate) is_for_all_scopes: bool,
    /// `--tag`
    pub(crate) tag: Option<(Evaluated, Place)>,
    /// `--access`
    pub(crate) access: Option<(Evaluated, Place)>,
    /// `--provenance` or `--no-provenance`
    pub(crate) provenance: Option<(bool, Place)>,
    /// Whether a flag says if it is a dry run.
    pub(crate) decides_dry_run: bool,
}

/// What a command or an action says about access tokens.
pub(crate) struct DraftTokens {
    /// Variables that are read here, whatever the tool reads elsewhere: those that the command names.
    pub(crate) read_by_tool: Vec<String>,
    /// Whether the tool is told not to read its own variables.
    pub(crate) variables_are_off: bool,
    /// An input of the action that holds a token.
    pub(crate) input: Option<Credential>,
    /// Whether it takes tokens from somewhere that cannot be read.
    pub(crate) may_have_others: bool,
}

impl<'a> Walker<'_, 'a> {
    /// Keeps a site, unless it is out of scope.
    pub(crate) fn keep(&mut self, site: Site<'a>) {
        if is_in_scope(&site) {
            match site.command.dry_run {
                Some(_) => self.dry_runs.push(site),
                None => self.sites.push(site),
            }
        }
    }

    /// The site with all its facts.
    pub(crate) fn build(
        &self,
        frame: &WalkFrame<'a>,
        machine: &Machine,
        mut draft: SiteDraft<'a>,
    ) -> Site<'a> {
        // npm itself has no such setting, and changesets refuses to publish such a package with Yarn Berry.
        let takes_directory = match draft.publishing_tool.tool {
            Tool::Pnpm | Tool::Lerna | Tool::LernaLite => true,
            Tool::Changesets => !draft.publishing_tool.is_yarn_berry(),
            _ => false,
        };
        let mut found = select(self.sources, &draft.selection, takes_directory);
        if draft.publishing_tool.tool == Tool::Nx {
            in_package_roots(self.sources, &mut found);
        }
        self.note_scopes(&mut draft.publishing_tool, &found, machine);
        let (mut npmrc, open_npmrc) =
            self.npmrc_files(found.folder().as_ref(), draft.npm_project.as_ref(), machine);
        if draft.publishing_tool.tool == Tool::Rush {
            npmrc.extend(self.npmrc_of_rush(found.folder().as_ref(), machine));
        }
        let at = StepEnvironment {
            place: &draft.place,
            scope: EvalScope {
                changed_env: ChangedEnv::AtStep(&machine.changed_env),
                ..self.scope(frame)
            },
            assignments: &draft.assignments,
            npmrc: &npmrc,
            open_npmrc: &open_npmrc,
            machine,
        };
        let SettingFlags {
            registry,
            scoped_registries,
            is_for_all_scopes,
            tag,
            access,
            provenance,
            decides_dry_run,
        } = draft.flags;
        let registry =
            registry.or_else(|| self.registry_of_configuration(draft.publishing_tool.tool, &draft.selection));
        let manifest = self.first_manifest(&found);
        let of_pnpm = draft
            .publishing_tool
            .runs_own_client_of_pnpm()
            .then_some(PnpmSettings {
                sources: self.sources,
                manifest: manifest.map(|(path, _)| path),
                at,
                version: draft.publishing_tool.last().1,
            });
        let registry = match draft.publishing_tool.is_yarn_berry() && registry.is_none() {
            true => YarnSearch {
                sources: self.sources,
                manifest,
                at,
            }
            .registry(),
            false => RegistrySearch {
                flag: registry,
                scoped_flags: &scoped_registries,
                flag_is_for_all_scopes: is_for_all_scopes,
                is_npm: draft.publishing_tool.tool == Tool::Npm && !draft.publishing_tool.is_guess,
                places: draft.publishing_tool.registry_places,
                reads_userconfig: draft.publishing_tool.token_places.userconfig,
                is_npm_registry: match draft.publishing_tool.is_yarn() {
                    true => is_registry_of_yarn,
                    false => is_npm_registry,
                },
                manifest,
                at,
                of_pnpm,
            }
            .run(),
        };
        let target = self.target(at, &draft.publishing_tool, &found, registry, provenance);
        let folder = found.folder();
        let own_project = draft.npm_project.as_ref().filter(|project| {
            !project.is_root()
                && folder.as_ref() == Some(*project)
                && self.sources.manifest_in(project).is_some()
                && !is_npm_workspace(self.sources, project)
        });
        let folders = (folder.as_ref(), own_project);
        let credentials = self.credentials(at, &draft.publishing_tool, folders, draft.tokens);
        let settings = SettingSearch { at, of_pnpm };
        let dry_run = || match (&of_pnpm, draft.publishing_tool.tool) {
            (Some(of_pnpm), _) => of_pnpm.find("dry-run")?.0.known().map(str::to_owned),
            (None, Tool::Npm) => {
                settings
                    .of_environment("dry-run")
                    .or_else(|| settings.of_npmrc("dry-run"))?
                    .0
            }
            (None, _) => settings.of_environment("dry-run")?.0,
        };
        let is_dry_run = !decides_dry_run && matches!(dry_run().as_deref(), Some("true" | "1"));
        let command = CommandFact {
            tag: settings.find("tag", tag),
            access: settings
                .find("access", access)
                .or_else(|| self.access_of_changesets(draft.publishing_tool.tool)),
            variables: at.assignments.iter().map(|(name, ..)| name.clone()).collect(),
            dry_run: draft
                .command
                .dry_run
                .or_else(|| is_dry_run.then_some(DryRun::Setting)),
            ..draft.command
        };
        let mut site = Site {
            job: self.job.clone(),
            step: StepFact {
                path: frame.path.clone(),
                step: draft.step,
                is_composite: frame.is_composite,
                trail: frame.trail.clone(),
                conditions: frame.conditions.clone(),
            },
            node_and_npm: Self::node_and_npm(machine, draft.npm),
            identity: Identity {
                id_token: self.id_token.clone(),
                registration: RegistrationFact::default(),
            },
            credentials,
            target,
            packages: self.packages(&draft.publishing_tool, &draft.selection, found, machine),
            command,
            outcome: SiteOutcome {
                refusal: None,
                may_be_refused: false,
                stop: self
                    .stop_at(frame)
                    .or_else(|| Self::failed_installation(frame, machine)),
                ignored_failure: draft.ignored_failure,
                prediction: Prediction::UNKNOWN,
            },
            place: draft.place,
            publishing_tool: draft.publishing_tool,
        };
        site.outcome.refusal = site.find_refusal(self.sources);
        // A command may have set the dist-tag in `publishConfig`.
        site.outcome.may_be_refused = !machine.target_is_changed && site.may_refuse_prerelease(self.sources);
        site.identity.registration = site.find_registration(self.sources);
        site.outcome.prediction = predict(&site, self.sources.assumptions());
        site
    }

    /// The registry that the configuration of a tool names, which counts like a flag.
    fn registry_of_configuration(&self, tool: Tool, selection: &Selection) -> Option<RegistryFlag> {
        let (path, registry) = match tool {
            Tool::Lerna | Tool::LernaLite => tool_config::lerna_registry(self.sources)?,
            Tool::Nx => {
                let projects = select(self.sources, selection, false).manifests;
                let mut found = projects.iter().filter_map(|manifest| {
                    tool_config::nx_publish_option(self.sources, &manifest.folder(), "registry")
                });
                found.next()?
            }
            Tool::Beachball => {
                return tool_config::beachball_registry(self.sources);
            }
            _ => return None,
        };
        Some((Evaluated::text(registry.value), Place::new(&path, registry.range)))
    }

    /// The access that changesets asks npm for.
    fn access_of_changesets(&self, tool: Tool) -> Option<SettingFact> {
        let (path, access) = (tool == Tool::Changesets)
            .then(|| tool_config::changesets_access(self.sources, &FolderPath::root()))
            .flatten()?;
        Some(SettingFact {
            value: Some(access.value),
            is_flag: false,
            place: Place::new(&path, access.range),
        })
    }

    /// A tool that exchanges the ID token only for packages without a scope cannot do so for the others.
    fn note_scopes(&self, publishing_tool: &mut PublishingTool, found: &FoundPackages, machine: &Machine) {
        let may_exchange = publishing_tool.exchange == Exchange::Itself;
        let is_relevant = match may_exchange {
            true => publishing_tool.exchanges_scoped != Truth::Yes,
            // Then an update helps that exchanges for the package.
            false => publishing_tool.since.is_some(),
        };
        if !is_relevant {
            return;
        }
        let manifests = found.manifests.iter();
        let scopes = manifests.map(|path| {
            let committed = self.sources.manifest(path)?.name.as_ref();
            let name = name_after(&machine.renames, path, committed.map(|name| name.value.as_str()))?;
            Some(name.starts_with('@'))
        });
        let has_scope = Truth::of_all(scopes.map(|scope| scope.map_or(Truth::Maybe, Truth::from)));
        publishing_tool.exchange = match (has_scope, publishing_tool.exchanges_scoped) {
            (Truth::No, _) => return,
            _ if !may_exchange => publishing_tool.exchange,
            (Truth::Yes, Truth::No) => Exchange::Unsupported,
            _ => Exchange::Unknown,
        };
        let client = publishing_tool
            .client
            .as_ref()
            .map_or(publishing_tool.tool, |client| client.tool);
        let since = client
            .entry()
            .and_then(|entry| Some((entry.package, entry.exchanges_scoped_since()?)));
        let is_same = |package: &str| {
            let known = publishing_tool.since.as_ref();
            known.is_some_and(|(known, _)| *known == package)
        };
        if may_exchange || since.as_ref().is_some_and(|(package, _)| is_same(package)) {
            publishing_tool.since = since;
        }
    }

    /// The first package that is published.
    fn first_manifest<'f>(&self, found: &'f FoundPackages) -> Option<(&'f FilePath, &'a Manifest)> {
        let path = found.manifests.first()?;
        Some((path, self.sources.manifest(path)?))
    }

    fn target(
        &self,
        at: StepEnvironment<'_, 'a>,
        publishing_tool: &PublishingTool,
        packages: &FoundPackages,
        registry: RegistryFact,
        provenance: Option<(bool, Place)>,
    ) -> Target {
        let provenance = match provenance {
            Some((is_on, place)) => ProvenanceSetting::of_flag(is_on, place),
            None if publishing_tool.asked_for_provenance_by == AskedBy::Nothing => {
                // It makes none, but one that refuses to publish looks for the wish where npm does.
                let asked = || provenance::find(self.sources, &at, packages);
                let asked = (publishing_tool.refuses_provenance != Truth::No).then(asked);
                let asked = asked.filter(|asked| asked.fact.as_ref().is_some_and(|fact| fact.is_on));
                asked.unwrap_or_default()
            }
            None if publishing_tool.asked_for_provenance_by == AskedBy::SettingsOfYarn => YarnSearch {
                sources: self.sources,
                manifest: self.first_manifest(packages),
                at,
            }
            .provenance(),
            None if publishing_tool.runs_own_client_of_pnpm() => {
                let settings = PnpmSettings {
                    sources: self.sources,
                    manifest: packages.manifests.first(),
                    at,
                    version: publishing_tool.last().1,
                };
                settings
                    .find("provenance")
                    .map(ProvenanceSetting::of_value)
                    .unwrap_or_default()
            }
            None => provenance::find(self.sources, &at, packages),
        };
        let is_open = provenance.is_open;
        let provenance = provenance
            .fact
            .and_then(|fact| match publishing_tool.provenance_turned_off_by {
                _ if fact.is_on => Some(fact),
                TurnedOffBy::SettingsOfNpm => Some(fact),
                TurnedOffBy::PublishConfig => fact.is_publish_config.then_some(ProvenanceFact {
                    is_publish_config: false,
                    ..fact
                }),
                TurnedOffBy::Nothing => None,
            });
        let is_asked = || provenance.as_ref().is_some_and(|provenance| provenance.is_on);
        let mismatch = match publishing_tool.signs_by_itself != Truth::No || is_asked() {
            true => self.repository_mismatch(
                packages,
                (provenance.as_ref(), publishing_tool.skips_published()),
                at.machine,
            ),
            false => Truth::No,
        };
        Target {
            repository_mismatch: mismatch == Truth::Yes,
            repository_may_mismatch: mismatch == Truth::Maybe,
            registry,
            provenance,
            provenance_is_open: is_open,
        }
    }

    fn credentials(
        &self,
        at: StepEnvironment<'_, 'a>,
        publishing_tool: &PublishingTool,
        (folder, own_project): (Option<&FolderPath>, Option<&FolderPath>),
        tokens: DraftTokens,
    ) -> Credentials {
        let places = publishing_tool.token_places;
        let own_file = places.own_file;
        let registry = || {
            let manifest = folder.and_then(|folder| self.sources.manifest_in(folder));
            let manifest = manifest.as_ref().map(|(path, manifest)| (path, *manifest));
            YarnSearch {
                sources: self.sources,
                manifest,
                at,
            }
            .registry_url()
        };
        let named = at.yarnrc_name();
        let is_open = named.is_none() && own_file == Some(OwnFile::YarnRc);
        let yarnrc = named.unwrap_or_else(|| YARNRC.to_owned());
        let own_tokens = own_file
            .filter(|_| !is_open)
            .map(|file| own_tokens(self.sources, file, &yarnrc, folder, registry().as_deref()))
            .unwrap_or_default();
        let mut found = CredentialSearch {
            at,
            read_by_tool: &tokens.read_by_tool,
            variables_are_off: tokens.variables_are_off,
            places,
            own_tokens: &own_tokens,
            own_file_is_open: is_open || own_file.is_some_and(|file| self.scripts_name(file)),
            made_by_job: &self.made_variables(),
        }
        .run();
        found.credentials.extend(tokens.input);
        let made = self.take_made_tokens(at.machine, &mut found.credentials);
        Credentials {
            tokens: found.credentials,
            raw_id_tokens: made.raw_id_tokens,
            has_exchanged_token: made.has_exchanged_token,
            is_beside_tokenless: false,
            removes_token: false,
            may_have_others: found.may_have_others || tokens.may_have_others || made.has_exchanged_token,
            has_github_token: found.has_github_token,
            has_token_for_others: found.has_token_for_others,
            sent_without_token: found.sent_without_token,
            npmrc: NpmrcSearch {
                at,
                root_is_project: self.root_is_project(publishing_tool.tool, folder),
                own_project,
                places,
            }
            .run(),
            hidden_tokens: found.hidden,
            npmrc_lines: at.machine.npmrc_lines.clone(),
            registry_url: at.machine.registry_url.clone(),
        }
    }

    /// Whether npm takes the `.npmrc` of the repository's root for the project's, where the package in this folder is published.
    fn root_is_project(&self, tool: Tool, folder: Option<&FolderPath>) -> bool {
        let Some(folder) = folder else {
            return false;
        };
        // nx runs npm in the root. Elsewhere npm looks for the root that has the folder as a workspace.
        // Source: `cwd: context.root` in release-publish.impl.js of @nx/js 23.3.1; `loadLocalPrefix` in @npmcli/config of npm 11.19.1.
        folder.is_root() || tool == Tool::Nx || is_npm_workspace(self.sources, folder)
    }

    /// Whether a script of the job speaks of a tool's configuration file, so that it may have written a token there.
    pub(crate) fn scripts_name(&self, file: OwnFile) -> bool {
        let words: &[&str] = match file {
            OwnFile::YarnRc => &[".yarnrc"],
            OwnFile::BunFig => &["bunfig"],
        };
        self.scripts_contain(words)
    }

    /// Whether a script of the job has one of these words.
    pub(crate) fn scripts_contain(&self, words: &[&str]) -> bool {
        let steps = self.job.job.iter().flat_map(|job| &job.steps);
        let mut scripts = steps.filter_map(|step| step.run.as_ref());
        scripts.any(|script| words.iter().any(|word| script.text.contains(word)))
    }

    /// The `.npmrc-publish` of Rush, which takes the place of `~/.npmrc`. npm reads neither after setup-node has named another.
    fn npmrc_of_rush(&self, folder: Option<&FolderPath>, machine: &Machine) -> Option<(FilePath, &'a Npmrc)> {
        let is_hidden = machine.registry_url.as_ref().is_some_and(|url| url.is_certain);
        let config = RushConfig::find(self.sources, folder?).filter(|_| !is_hidden)?;
        self.sources.npmrc(config.npmrc_path()?)
    }

    /// The `.npmrc` of the package and of the repository's root; npm reads that of the folder in which it runs. Those that are
    /// as they were committed, and those that the job has rewritten.
    fn npmrc_files(
        &self,
        folder: Option<&FolderPath>,
        npm_project: Option<&FolderPath>,
        machine: &Machine,
    ) -> (NpmrcFiles<'a>, NpmrcFiles<'a>) {
        // In a workspace npm reads the file of the root, and elsewhere that of the folder alone; measured with 11.19.1.
        let is_workspace = npm_project.map(|folder| is_npm_workspace(self.sources, folder));
        let of_package = folder
            .filter(|folder| !folder.is_root() && is_workspace != Some(true))
            .and_then(|folder| self.sources.npmrc_in(folder));
        let is_in_folder =
            npm_project.is_some_and(|folder| !folder.is_root() && self.sources.manifest_in(folder).is_some());
        let reads_root = !is_in_folder || is_workspace == Some(true);
        let of_root = self.sources.npmrc_in(&FolderPath::root()).filter(|_| reads_root);
        let state = |path: &FilePath| machine.committed_npmrc(&path.folder());
        of_package
            .into_iter()
            .chain(of_root)
            .filter(|(path, _)| state(path) != CommittedNpmrc::Removed)
            .partition(|(path, _)| state(path) == CommittedNpmrc::AsWritten)
    }
}

/// Publishing to another registry is out of scope, unless the job is plainly meant for trusted publishing.
fn is_in_scope(site: &Site<'_>) -> bool {
    match &site.target.registry {
        RegistryFact::Npm | RegistryFact::Unknown => true,
        RegistryFact::Other { url, .. } => {
            let is_local = ["localhost", "127.0.0.1", "verdaccio"]
                .iter()
                .any(|host| url.contains(host));
            // Yarn's host is another name of the public registry: Yarn 1 hands it to npm, which has no token for it.
            let is_yarn = is_registry_of_yarn(url);
            let is_meant = site.identity.id_token.grant == Grant::Yes && site.intent() == Intent::Oidc;
            is_yarn || !is_local && is_meant
        }
    }
}
