//! From what a command or an action says, and the runner's state, to a site with its facts.

use super::{WalkFrame, Walker};
use crate::model::job::Step;
use crate::model::permissions::Grant;
use crate::publish::eval::Evaluated;
use crate::publish::find::StepEnvironment;
use crate::publish::find::credentials::CredentialSearch;
use crate::publish::find::npmrc_values::NpmrcSearch;
use crate::publish::find::packages::{FoundPackages, Selection, select};
use crate::publish::find::provenance::{self, ProvenanceSetting};
use crate::publish::find::registry::RegistrySearch;
use crate::publish::find::settings::SettingSearch;
use crate::publish::machine::{CommittedNpmrc, Machine};
use crate::publish::predict::prediction::predict;
use crate::publish::read::rush_config::RushConfig;
use crate::publish::site::{
    CommandFact, Credential, Credentials, DryRun, Identity, IgnoredFailure, Intent, NpmOrigin, Prediction,
    PublishingTool, RegistrationFact, RegistryFact, Site, SiteOutcome, StepFact, Target, VersionFact,
};
use crate::publish::tools::Tool;
use crate::syntax::npmrc::Npmrc;
use crate::text::Place;
use crate::text::{FilePath, FolderPath};

/// What a command, an action or a guess says about a site. The rest follows from what surrounds it.
pub(crate) struct SiteDraft<'a> {
    /// The publish command, or the `uses:` of the publishing action.
    pub(crate) place: Place,
    /// The step that holds it.
    pub(crate) step: &'a Step,
    /// The publishing tool.
    pub(crate) publisher: PublishingTool,
    /// Which packages it publishes.
    pub(crate) selection: Selection,
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
    /// The variables that the publishing tool reads.
    pub(crate) read_by_tool: Vec<&'static str>,
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
    pub(crate) fn build(&self, frame: &WalkFrame<'a>, machine: &Machine, draft: SiteDraft<'a>) -> Site<'a> {
        let changed_env: Vec<&str> = machine.changed_env.keys().map(String::as_str).collect();
        // npm itself has no such setting.
        let takes_directory = matches!(
            draft.publisher.tool,
            Tool::Pnpm | Tool::Changesets | Tool::Lerna | Tool::LernaLite
        );
        let found = select(self.sources, &draft.selection, takes_directory);
        let (mut npmrc, open_npmrc) = self.npmrc_files(found.folder().as_ref(), machine);
        if draft.publisher.tool == Tool::Rush {
            npmrc.extend(self.npmrc_of_rush(found.folder().as_ref(), machine));
        }
        let at = StepEnvironment {
            place: &draft.place,
            scope: self.scope(frame, &changed_env),
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
        let manifest = found.manifests.first();
        let registry = RegistrySearch {
            flag: registry,
            scoped_flags: &scoped_registries,
            flag_is_for_all_scopes: is_for_all_scopes,
            is_npm: draft.publisher.tool == Tool::Npm && !draft.publisher.is_guess,
            manifest: manifest.and_then(|path| Some((path, self.sources.manifest(path)?))),
            at,
        }
        .run();
        let target = self.target(at, &draft.publisher, &found, registry, provenance);
        let credentials = self.credentials(at, &draft.publisher, found.folder().as_ref(), draft.tokens);
        let settings = SettingSearch { at };
        let dry_run = settings
            .of_environment("dry-run")
            .or_else(|| match draft.publisher.tool {
                Tool::Npm => settings.of_npmrc("dry-run"),
                _ => None,
            });
        let is_dry_run = !decides_dry_run
            && dry_run.is_some_and(|(value, _)| matches!(value.as_deref(), Some("true" | "1")));
        let command = CommandFact {
            tag: settings.find("tag", tag),
            access: settings.find("access", access),
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
            node_and_npm: self.node_and_npm(frame, machine, draft.npm),
            identity: Identity {
                id_token: self.id_token.clone(),
                registration: RegistrationFact::default(),
            },
            credentials,
            target,
            packages: self.packages(&draft.publisher, &draft.selection, found, machine),
            command,
            outcome: SiteOutcome {
                refusal: None,
                stop: self
                    .stop_at(frame)
                    .or_else(|| self.failed_installation(frame, machine)),
                ignored_failure: draft.ignored_failure,
                prediction: Prediction::UNKNOWN,
            },
            place: draft.place,
            publisher: draft.publisher,
        };
        site.outcome.refusal = site.find_refusal(self.sources);
        site.identity.registration = site.find_registration(self.sources);
        site.outcome.prediction = predict(&site, self.sources.assumptions());
        site
    }

    fn target(
        &self,
        at: StepEnvironment<'_, 'a>,
        publisher: &PublishingTool,
        packages: &FoundPackages,
        registry: RegistryFact,
        provenance: Option<(bool, Place)>,
    ) -> Target {
        let provenance = match provenance {
            Some((is_on, place)) => ProvenanceSetting::of_flag(is_on, place),
            // pnpm's own client takes provenance from the command line alone.
            None if publisher.is_own_client_of_pnpm() => ProvenanceSetting::default(),
            None => provenance::find(self.sources, &at, packages),
        };
        let is_open = provenance.is_open;
        let provenance = provenance.fact;
        Target {
            repository_mismatch: self.has_repository_mismatch(packages, provenance.as_ref(), at.machine),
            registry,
            provenance,
            provenance_is_open: is_open,
        }
    }

    fn credentials(
        &self,
        at: StepEnvironment<'_, 'a>,
        publisher: &PublishingTool,
        folder: Option<&FolderPath>,
        tokens: DraftTokens,
    ) -> Credentials {
        let mut found = CredentialSearch {
            at,
            read_by_tool: &tokens.read_by_tool,
            expands_project_npmrc: !publisher.is_own_client_of_pnpm(),
            reads_npmrc: !publisher.is_yarn_berry(),
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
            npmrc: NpmrcSearch { at, folder }.run(),
            hidden_tokens: found.hidden,
            npmrc_lines: at.machine.npmrc_lines.clone(),
            registry_url: at.machine.registry_url.clone(),
        }
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
        machine: &Machine,
    ) -> (NpmrcFiles<'a>, NpmrcFiles<'a>) {
        let of_package = folder
            .filter(|folder| !folder.is_root())
            .and_then(|folder| self.sources.npmrc_in(folder));
        let of_root = self.sources.npmrc_in(&FolderPath::root());
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
            !is_local && site.identity.id_token.grant == Grant::Yes && site.intent() == Intent::Oidc
        }
    }
}
