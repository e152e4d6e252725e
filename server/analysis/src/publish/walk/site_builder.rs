//! From a publish command, or a publishing action, and the runner's state to a site with its facts.

use super::super::command::{Flag, LocalScript, PublishCommand, Tool};
use super::super::credentials::{CredentialSearch, FoundCredentials};
use super::super::eval::Evaluated;
use super::super::facts::{
    Credential, CredentialSource, Exchange, NpmAttempt, NpmOrigin, Packages, ProvenanceFact, Publisher,
    RegistryFact, Site, StepFact, VersionFact,
};
use super::super::machine::Machine;
use super::super::packages::{Selection, select};
use super::super::place::Place;
use super::super::prediction::{Prediction, predict};
use super::super::provenance;
use super::super::publisher::PublisherSearch;
use super::super::registry::RegistrySearch;
use super::scripts::ScriptContext;
use super::{Frame, Walker};
use crate::knowledge::actions::PublishAction;
use crate::model::job::Step;
use crate::model::npm_spec::{InstallOutcome, install_outcome, resolve_npm};
use crate::model::permissions::Grant;
use crate::model::read::find_input;
use crate::model::version::Truth;
use crate::syntax::npmrc::{Npmrc, NpmrcValue};
use crate::syntax::shell::Command;
use crate::text::Ranged;
use crate::workspace::FilePath;

/// An action that publishes.
pub(super) struct ActionPublish<'a> {
    pub(super) uses: &'a Ranged<String>,
    /// `owner/name` in lower case.
    pub(super) action: String,
    pub(super) known: &'static PublishAction,
}

/// What differs between a command and an action when a site is built.
struct Draft<'a> {
    place: Place,
    step: &'a Step,
    publisher: Publisher,
    selection: Selection,
    registry_flag: Option<(Evaluated, Place)>,
    provenance_flag: Option<(bool, Place)>,
    assignments: Vec<(String, String, Place)>,
    read_by_tool: Vec<&'static str>,
    /// An input of the action that holds a token.
    token_input: Option<Credential>,
    /// An npm that the command itself names.
    npm: Option<VersionFact<NpmOrigin>>,
    may_have_other_credentials: bool,
    failure_is_ignored: bool,
}

impl<'a> Walker<'_, 'a> {
    pub(super) fn publish_site(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<String>,
    ) {
        if publish.dry_run == Some(Flag::True) {
            return;
        }
        let place = |range| context.source.place(self.repository, range);
        let machine = self.machine(&context.frame.conditions);
        let folder = match &publish.prefix {
            Some(prefix) if prefix.is_dynamic => None,
            Some(prefix) => {
                folder.and_then(|folder| Some(FilePath::resolve(&folder, &prefix.text)?.as_str().to_owned()))
            }
            None => folder,
        };
        let search = PublisherSearch {
            repository: self.repository,
            machine: &machine,
            folder: folder.as_deref(),
        };
        let publisher = search.of_command(publish);
        let selection = self.selection(publish, folder.as_deref(), search.is_monorepo());
        if self.leaves_npm_out(publish, &selection) {
            return;
        }
        let registry_flag = publish.registry.as_ref().map(|word| {
            (
                shell_text(&self.evaluate(context.frame, &word.text)),
                place(word.range),
            )
        });
        let npm = publish
            .tool_version
            .as_ref()
            .filter(|_| matches!(publish.tool, Tool::Npm | Tool::NpmStage))
            .map(|version| {
                let value = shell_text(&self.evaluate(context.frame, version));
                let resolve =
                    |text: &str| resolve_npm(text, &machine.node.candidates, &machine.npm.candidates);
                VersionFact {
                    candidates: value
                        .known()
                        .map(|text| resolve(text).candidates)
                        .unwrap_or_default(),
                    text: Some(version.clone()),
                    origin: NpmOrigin::Command,
                    place: Some(place(publish.name_range)),
                }
            });
        let draft = Draft {
            place: place(publish.name_range),
            step: context.step,
            read_by_tool: read_by_tool(&publisher.name),
            publisher,
            selection,
            registry_flag,
            provenance_flag: publish.provenance.map(|(is_on, range)| (is_on, place(range))),
            assignments: self.assignments(context, command),
            token_input: None,
            npm,
            may_have_other_credentials: publish.userconfig || publish.through_docker || publish.through_sudo,
            failure_is_ignored: context.failure_is_ignored || command.failure_is_ignored,
        };
        let site = self.build(context.frame, &machine, draft);
        self.keep(site);
    }

    pub(super) fn publish_site_of_action(
        &mut self,
        frame: &Frame<'a>,
        step: &'a Step,
        action: &ActionPublish<'a>,
        place: Place,
        is_guess: bool,
    ) {
        let machine = self.machine(&frame.conditions);
        let search = PublisherSearch {
            repository: self.repository,
            machine: &machine,
            folder: Some(""),
        };
        let mut publisher = search.of_action(action.known.publisher, &action.action);
        publisher.is_guess = is_guess;
        let input = |name: Option<&str>| name.and_then(|name| find_input(&step.with, name));
        let token_input = input(action.known.token_input).and_then(|token| {
            let value = self.evaluate(frame, &token.value.value);
            super::super::credentials::is_token(&value).then(|| Credential {
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
                    Some(folder) if !folder.ends_with(".tgz") => folder_selection("", folder),
                    _ => Selection::Unknown,
                },
                None => Selection::Folder(String::new()),
            },
            (None, "changesets") => all_members(""),
            (None, _) => Selection::Folder(String::new()),
        };
        let draft = Draft {
            place,
            step,
            read_by_tool: read_by_tool(&publisher.name),
            publisher,
            selection,
            registry_flag,
            provenance_flag: None,
            assignments: Vec::new(),
            token_input,
            npm: None,
            may_have_other_credentials: false,
            failure_is_ignored: false,
        };
        let site = self.build(frame, &machine, draft);
        if is_guess {
            self.keep_guess(site)
        } else {
            self.keep(site)
        }
    }

    /// Says of the sites from `first` on that an action runs their command: it reads `NPM_TOKEN` too.
    pub(super) fn mark_as_run_by(&mut self, first: usize, action: &ActionPublish<'a>) {
        let reads_token = action.known.publisher == "changesets";
        for site in self.sites.iter_mut().skip(first) {
            site.trail.push(Place::new(&site.step.path, action.uses.range));
            for credential in &mut site.credentials {
                credential.is_read |= reads_token && credential.name == "NPM_TOKEN";
            }
            site.prediction = predict(site);
        }
    }

    /// A script that is not read may publish where its name says so and the job is made for publishing to npm.
    pub(super) fn guess_from_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
    ) {
        if !speaks_of_publishing(&script.text) {
            return;
        }
        let machine = self.machine(&context.frame.conditions);
        let publisher = Publisher {
            name: "script".to_owned(),
            command: script.text.clone(),
            version: None,
            exchange: Exchange::NpmOnPath,
            prefers_token: false,
            is_guess: true,
        };
        let draft = Draft {
            place: context.source.place(self.repository, script.range),
            step: context.step,
            publisher,
            selection: Selection::Unknown,
            registry_flag: None,
            provenance_flag: None,
            assignments: self.assignments(context, command),
            read_by_tool: vec!["NPM_TOKEN", "NODE_AUTH_TOKEN"],
            token_input: None,
            npm: None,
            may_have_other_credentials: false,
            failure_is_ignored: context.failure_is_ignored || command.failure_is_ignored,
        };
        let site = self.build(context.frame, &machine, draft);
        self.keep_guess(site);
    }

    fn keep(&mut self, site: Site<'a>) {
        if is_in_scope(&site) {
            self.sites.push(site);
        }
    }

    /// A guess counts only in a job that shows other signs of publishing to npm.
    fn keep_guess(&mut self, site: Site<'a>) {
        let environment = self.job.job.and_then(|job| job.environment.as_ref());
        let names_npm = environment.is_some_and(|name| name.value.to_ascii_lowercase().contains("npm"));
        let has_registry = site.registry_url.as_ref().is_some_and(|url| !url.url.is_empty());
        let is_called_publish = words_of(&site.publisher.command).contains(&"publish");
        let is_called_npm = words_of(&site.publisher.command).contains(&"npm");
        let is_meant_for_npm = is_called_npm
            || has_registry
            || !site.npm_installations.is_empty()
            || names_npm
            || is_called_publish;
        let can_publish = site.id_token.grant == Grant::Yes || !site.credentials.is_empty();
        // A script called `publish` in a job called so is meant to publish, also where nothing lets it.
        let is_meant_in_vain =
            is_called_publish && self.job_speaks_of_publishing() && site.id_token.grant == Grant::No;
        if site.registry == RegistryFact::Npm && is_meant_for_npm && (can_publish || is_meant_in_vain) {
            self.guesses.push(site);
        }
    }

    fn job_speaks_of_publishing(&self) -> bool {
        let id = self.job.job.map_or("", |job| job.id.value.as_str());
        words_of(id)
            .iter()
            .chain(&words_of(self.job.path.file_name()))
            .any(|word| {
                ["publish", "release"]
                    .iter()
                    .any(|meant| word.eq_ignore_ascii_case(meant))
            })
    }

    fn build(&self, frame: &Frame<'a>, machine: &Machine, draft: Draft<'a>) -> Site<'a> {
        let changed_env: Vec<&str> = machine.changed_env.iter().map(String::as_str).collect();
        let scope = self.scope(frame, &changed_env);
        let packages = select(self.repository, &draft.selection);
        let is_private = self.is_private(&draft, &packages, machine);
        let single = match packages.manifests.as_slice() {
            [path] => self.repository.manifest(path).map(|manifest| (path, manifest)),
            _ => None,
        };
        let npmrc = self.npmrc_files(packages.manifests.first().map(|path| path.folder()));
        let registry = RegistrySearch {
            flag: draft.registry_flag,
            manifest: single.or_else(|| {
                let path = packages.manifests.first()?;
                Some((path, self.repository.manifest(path)?))
            }),
            scope,
            place: &draft.place,
            npmrc: &npmrc,
            machine,
        }
        .run();
        let FoundCredentials {
            mut credentials,
            may_have_others,
            has_github_token,
        } = CredentialSearch {
            scope,
            env: &frame.env,
            assignments: &draft.assignments,
            machine,
            npmrc: &npmrc,
            read_by_tool: &draft.read_by_tool,
        }
        .run();
        credentials.extend(draft.token_input);
        let provenance = provenance::find(
            self.repository,
            &scope,
            &draft.assignments,
            draft.provenance_flag,
            &npmrc,
            &packages,
            &frame.env,
        )
        .map(|(is_on, is_publish_config, place)| ProvenanceFact {
            is_on,
            is_publish_config,
            place,
        });
        let attempts = attempts(machine, &self.machine_is_certain(frame, machine));
        let mut site = Site {
            is_private,
            repository_mismatch: self.has_repository_mismatch(&packages, provenance.as_ref(), machine),
            place: draft.place,
            job: self.job.clone(),
            step: StepFact {
                path: frame.path.clone(),
                step: draft.step,
                is_composite: frame.is_composite,
            },
            trail: frame.trail.clone(),
            publisher: draft.publisher,
            id_token: self.id_token.clone(),
            node: machine.node.clone(),
            npm: draft.npm.unwrap_or_else(|| machine.npm.clone()),
            sends_placeholder: sends_placeholder(machine, &npmrc, |name| scope.env_value(name)),
            credentials,
            may_have_other_credentials: may_have_others || draft.may_have_other_credentials,
            registry,
            provenance,
            packages,
            runner: self.runner.clone(),
            npm_upgrade_fails: attempts.iter().any(NpmAttempt::fails),
            npm_installations: attempts,
            has_github_token,
            registry_url: machine.registry_url.clone(),
            npmrc_lines: machine.npmrc_lines.clone(),
            manifest_is_changed: machine.manifest_is_changed,
            failure_is_ignored: draft.failure_is_ignored,
            prediction: Prediction::UNKNOWN,
        };
        site.prediction = predict(&site);
        site
    }

    /// Which installations of npm happen for certain when the step runs.
    fn machine_is_certain(&self, frame: &Frame<'a>, machine: &Machine) -> Vec<bool> {
        use super::super::machine::EffectKind;
        let installs = self
            .effects
            .iter()
            .filter(|effect| matches!(effect.kind, EffectKind::Npm(_)));
        let certain: Vec<bool> = installs
            .map(|effect| {
                effect
                    .conditions
                    .iter()
                    .all(|condition| frame.conditions.contains(condition))
            })
            .collect();
        debug_assert_eq!(certain.len(), machine.npm_installations.len());
        certain
    }

    /// The `.npmrc` of the package and of the repository's root; npm reads that of the folder in which it runs.
    fn npmrc_files(&self, folder: Option<&str>) -> Vec<(FilePath, &'a Npmrc)> {
        let of_package = folder
            .filter(|folder| !folder.is_empty())
            .and_then(|folder| self.repository.npmrc_in(folder));
        of_package
            .into_iter()
            .chain(self.repository.npmrc_in(""))
            .collect()
    }

    fn selection(&self, publish: &PublishCommand, folder: Option<&str>, is_monorepo: bool) -> Selection {
        let Some(folder) = folder else {
            return Selection::Unknown;
        };
        match publish.tool {
            Tool::Lerna | Tool::Changesets | Tool::Nx | Tool::Beachball | Tool::Auto => {
                return all_members(folder);
            }
            Tool::VitePlus | Tool::Other(_) => return Selection::Unknown,
            _ => {}
        }
        let is_recursive = publish.all_workspaces || !publish.filters.is_empty();
        if is_recursive || !publish.workspaces.is_empty() {
            let names: Vec<String> = publish
                .workspaces
                .iter()
                .chain(&publish.filters)
                .cloned()
                .collect();
            let is_plain =
                |name: &String| !name.contains(['*', '{', '[', '$', '!', '.']) || name.starts_with("./");
            if !names.iter().all(is_plain) {
                return Selection::Unknown;
            }
            return Selection::Members {
                root: folder.to_owned(),
                names,
                skips_private: true,
            };
        }
        match publish.folders.as_slice() {
            [] if is_monorepo && matches!(publish.tool, Tool::SemanticRelease) => Selection::Unknown,
            [] => Selection::Folder(folder.to_owned()),
            [only] if !only.is_dynamic && !only.text.ends_with(".tgz") && !only.text.ends_with(".tar.gz") => {
                folder_selection(folder, &only.text)
            }
            _ => Selection::Unknown,
        }
    }

    /// Whether the configuration of the tool says that it does not publish to npm.
    fn leaves_npm_out(&self, publish: &PublishCommand, selection: &Selection) -> bool {
        let folder = match selection {
            Selection::Folder(folder) => folder.as_str(),
            _ => "",
        };
        match publish.tool {
            Tool::SemanticRelease => {
                super::super::tool_config::semantic_release_leaves_npm_out(self.repository, folder)
            }
            Tool::ReleaseIt => super::super::tool_config::release_it_leaves_npm_out(self.repository, folder),
            _ => false,
        }
    }

    fn is_private(&self, draft: &Draft<'_>, packages: &Packages, machine: &Machine) -> Truth {
        let is_npm = draft.publisher.name == "npm" && !draft.publisher.is_guess;
        let [path] = packages.manifests.as_slice() else {
            return Truth::Maybe;
        };
        let is_private = self
            .repository
            .manifest(path)
            .is_some_and(|manifest| manifest.is_private());
        match draft.selection {
            Selection::Folder(_) if is_npm && is_private && !machine.manifest_is_changed => Truth::Yes,
            _ if is_private => Truth::Maybe,
            _ => Truth::No,
        }
    }

    fn has_repository_mismatch(
        &self,
        packages: &Packages,
        provenance: Option<&ProvenanceFact>,
        machine: &Machine,
    ) -> bool {
        use crate::model::repository::{RepositoryState, SlugComparison};
        let is_off = provenance.is_some_and(|provenance| !provenance.is_on && !provenance.is_publish_config);
        if is_off || machine.manifest_is_changed || self.repository.slug_is_ambiguous() {
            return false;
        }
        packages
            .manifests
            .iter()
            .filter_map(|path| self.repository.manifest(path))
            .any(|manifest| match &manifest.repository.state {
                RepositoryState::Missing | RepositoryState::NotUnderstood | RepositoryState::OtherHost(_) => {
                    true
                }
                RepositoryState::GitHub { slug, .. } => self
                    .repository
                    .slug()
                    .is_some_and(|own| slug.compare(own) != SlugComparison::Same),
            })
    }
}

fn attempts(machine: &Machine, certain: &[bool]) -> Vec<NpmAttempt> {
    let mut from_npm = machine.start_npm.clone();
    let mut found = Vec::new();
    for ((installation, node), is_certain) in machine.npm_installations.iter().zip(certain) {
        let outcome = if installation.checks_engines {
            install_outcome(&installation.version.candidates, &node.candidates, &from_npm)
        } else {
            InstallOutcome::Installs
        };
        from_npm.clone_from(&installation.version.candidates);
        found.push(NpmAttempt {
            installation: installation.clone(),
            node: node.clone(),
            outcome,
            is_certain: *is_certain,
        });
    }
    found
}

/// Publishing to another registry is out of scope, unless the job is plainly meant for trusted publishing.
fn is_in_scope(site: &Site<'_>) -> bool {
    use super::super::facts::Intent;
    match &site.registry {
        RegistryFact::Npm | RegistryFact::Unknown => true,
        RegistryFact::Other { url, .. } => {
            let is_local = ["localhost", "127.0.0.1", "verdaccio"]
                .iter()
                .any(|host| url.contains(host));
            let uses_github_token = url.contains("npm.pkg.github.com") && site.has_github_token;
            !is_local
                && !uses_github_token
                && site.id_token.grant == Grant::Yes
                && site.intent() == Intent::Oidc
        }
    }
}

/// Whether npm finds a token line whose value is no token, and sends it all the same.
fn sends_placeholder(
    machine: &Machine,
    npmrc: &[(FilePath, &Npmrc)],
    env_value: impl Fn(&str) -> Option<Evaluated>,
) -> Truth {
    // An empty value is no credential; a variable that nothing sets leaves the text of the line.
    let is_sent = |name: &str| match env_value(name) {
        Some(value) if value.is_empty() => Truth::No,
        Some(value) if value.known().is_some() => Truth::Yes,
        Some(_) => Truth::Maybe,
        None => Truth::Yes,
    };
    let of_files = npmrc
        .iter()
        .flat_map(|(_, npmrc)| &npmrc.settings)
        .find_map(|setting| {
            let is_npm = setting.registry_host() == Some("registry.npmjs.org");
            match setting.value_form() {
                NpmrcValue::Environment(name) if setting.is_auth_token() && is_npm => Some(is_sent(name)),
                _ => None,
            }
        });
    if let Some(truth) = of_files {
        return truth;
    }
    if machine
        .npmrc_lines
        .iter()
        .any(|line| line.key.contains("_authToken"))
    {
        return Truth::Maybe;
    }
    match &machine.registry_url {
        Some(registry_url) if registry_url.scope.is_none() => is_sent("NODE_AUTH_TOKEN"),
        Some(_) => Truth::Maybe,
        None => Truth::No,
    }
}

/// Variables that a publishing tool reads by itself.
fn read_by_tool(name: &str) -> Vec<&'static str> {
    match name {
        "semantic-release" => vec!["NPM_TOKEN"],
        "changesets" => vec!["NPM_TOKEN"],
        "yarn" => vec!["YARN_NPM_AUTH_TOKEN"],
        "bun" => vec!["NPM_CONFIG_TOKEN"],
        "npm-publish" | "npm-publish-with-token" => vec!["INPUT_TOKEN"],
        _ => Vec::new(),
    }
}

fn all_members(root: &str) -> Selection {
    Selection::Members {
        root: root.to_owned(),
        names: Vec::new(),
        skips_private: true,
    }
}

fn folder_selection(base: &str, folder: &str) -> Selection {
    let folder = folder.strip_suffix("package.json").unwrap_or(folder);
    FilePath::resolve(base, folder).map_or(Selection::Unknown, |path| {
        Selection::Folder(path.as_str().to_owned())
    })
}

/// A word of a shell script whose value only the shell knows.
fn shell_text(value: &Evaluated) -> Evaluated {
    match value.known() {
        Some(text) if text.contains('$') || text.contains('`') => Evaluated::unknown(),
        _ => value.clone(),
    }
}

/// The words of a name like `scripts/publish-all.sh` or `ci:release`.
fn words_of(name: &str) -> Vec<&str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Words that say that a script releases something else than packages on npm, or only checks.
const OTHER_WORK: [&str; 27] = [
    "notes",
    "changelog",
    "draft",
    "docs",
    "gh",
    "check",
    "verify",
    "prepare",
    "version",
    "versions",
    "assets",
    "asset",
    "upload",
    "binary",
    "binaries",
    "crate",
    "crates",
    "pypi",
    "docker",
    "vscode",
    "site",
    "pages",
    "lint",
    "build",
    "test",
    "validate",
    "dry",
];

/// Whether a name speaks of publishing packages, and not of release notes, binaries or other registries.
fn speaks_of_publishing(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = words_of(&name);
    let speaks = words
        .iter()
        .any(|word| matches!(*word, "publish" | "release" | "publishing" | "publication"));
    speaks && !words.iter().any(|word| OTHER_WORK.contains(word))
}
