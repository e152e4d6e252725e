//! Commands that a package manager refuses because of its configuration, whatever they are.

use super::script_context::ScriptContext;
use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_releases::CHECKS_DEV_ENGINES;
use crate::model::job::Step;
use crate::model::manifest::{DevEngine, DevEngines, Manifest};
use crate::model::read::find_input;
use crate::model::workspaces::members;
use crate::publish::find::package_manager::{package_manager, yarn_of_lock_file};
use crate::publish::machine::Machine;
use crate::publish::predict::prediction::predict;
use crate::publish::read::command::{CheckedManager, ManagerCommand, manager_command, names_manager};
use crate::publish::site::{PublishStop, StopCause, StopPoint, UnsetLine};
use crate::publish::tools::{OwnFile, PackageManager};
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::Command;
use crate::syntax::yaml::YamlNode;
use crate::text::{FilePath, FolderPath, Place, TextRange};
use crate::versions::action_reference::RemoteAction;
use crate::versions::version::{Truth, Version, at_least, parse_range};

impl<'a> Walker<'_, 'a> {
    /// Whether the environment of a step has a variable, set to whatever value.
    pub(crate) fn environment_has(&self, frame: &WalkFrame<'a>, name: &str) -> bool {
        self.effects.changed_env().contains(name) || self.scope(frame).env_value(name).is_some()
    }

    /// Why the package manager certainly refuses a command.
    pub(crate) fn command_stop(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<&FolderPath>,
    ) -> Option<PublishStop> {
        if !names_manager(command) || !self.may_refuse(folder) {
            return None;
        }
        let found = manager_command(command)?;
        let folder = self.folder_of_manager(context, command, &found, folder);
        let (cause, error, place) = match found.manager {
            CheckedManager::Npm => {
                let (cause, place) = self.dev_engines_stop(context, &found, &folder?)?;
                (cause, Some(NpmError::BadDevEngines), place)
            }
            CheckedManager::Yarn => {
                let assigned = self.assignments(context, command);
                let of_classic = self.unset_variable(context.frame, &assigned, folder.as_ref());
                let of_berry = || self.unset_in_yarnrc(context.frame, &assigned, folder.as_ref()?);
                let (cause, place) = of_classic.or_else(of_berry)?;
                (cause, None, place)
            }
        };
        Some(PublishStop {
            cause,
            point: StopPoint::EarlierStep(found.text),
            place,
            error,
            is_in_every_run: true,
        })
    }

    /// Notes that setup-node stops where it asks Yarn 1 for its cache, with the `.npmrc` that it has just written
    /// (`yarn cache dir` in src/cache-utils.ts of v7.0.0).
    pub(crate) fn note_yarn_cache_stop(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        action: &RemoteAction,
    ) {
        let cache = find_input(&step.with, "cache").map(|input| self.evaluate(frame, &input.value.value));
        if cache.is_none_or(|cache| cache.known() != Some("yarn")) {
            return;
        }
        if let Some((cause, place)) = self.unset_variable(frame, &[], None) {
            let stop = self.setup_stop(frame, action, cause, place.range);
            self.note_stop(frame, PublishStop { place, ..stop });
        }
    }

    /// Says of the sites from `first` on, which the command leads to, that it is refused.
    pub(crate) fn mark_as_refused(&mut self, first: usize, stop: &PublishStop, is_publish: bool) {
        let point = match is_publish {
            true => StopPoint::Command,
            false => stop.point.clone(),
        };
        for site in self.sites.iter_mut().skip(first) {
            if site.outcome.stop.is_none() {
                site.outcome.stop = Some(PublishStop {
                    point: point.clone(),
                    ..stop.clone()
                });
                site.outcome.prediction = predict(site, self.sources.assumptions());
            }
        }
    }

    /// Says of the sites from `first` on, which the command leads to, that the command is left out, if it certainly is.
    pub(crate) fn mark_as_left_out(&mut self, first: usize, command: &Command) {
        let is_new = self.sites.len() > first;
        let mut left_out = self.left_out.iter().filter(|_| is_new);
        let found = left_out.find(|(range, _)| range.contains_range(command.range));
        if let Some(stop) = found.map(|(_, stop)| stop.clone()) {
            self.mark_as_refused(first, &stop, false);
        }
    }

    /// A quick look before a command is read: whether there is anything at all by which a package manager could refuse it.
    fn may_refuse(&self, folder: Option<&FolderPath>) -> bool {
        let at_root = || {
            let root = FolderPath::root();
            let manifest = self.sources.manifest_in(&root);
            let has_engines = manifest.is_some_and(|(_, manifest)| {
                let engines = &manifest.dev_engines;
                !engines.package_managers.is_empty() || !engines.runtimes.is_empty()
            });
            let has_yarnrc = || {
                root.file(YARNRC)
                    .is_some_and(|path| self.sources.file(&path).is_some())
            };
            has_engines || self.sources.npmrc_in(&root).is_some() || has_yarnrc()
        };
        !folder.is_some_and(FolderPath::is_root)
            || *self.root_may_refuse.get_or_init(at_root)
            || self.effects.tally().registry_urls > 0
    }

    fn folder_of_manager(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        found: &ManagerCommand,
        folder: Option<&FolderPath>,
    ) -> Option<FolderPath> {
        match &found.folder {
            None => folder.cloned(),
            Some(word) => self.folder_at(context, &command.loops, word, folder),
        }
    }

    /// What npm finds in `devEngines`: it compares them before it runs any command, unless the command is global
    /// (`checkDevEngines` in lib/npm.js; measured with 10.9.9, 11.5.1, 11.19.1 and 12.2.2, and not with 10.8.3).
    fn dev_engines_stop(
        &self,
        context: &ScriptContext<'_, 'a>,
        found: &ManagerCommand,
        folder: &FolderPath,
    ) -> Option<(StopCause, Place)> {
        let (path, manifest) = self.npm_project(folder)?;
        let engines = &manifest.dev_engines;
        if engines.package_managers.is_empty() && engines.runtimes.is_empty() || engines.has_unread {
            return None;
        }
        let frame = context.frame;
        let machine = self.machine(&frame.conditions);
        let is_forced = found.is_forced
            || ["npm_config_force", "NPM_CONFIG_FORCE"]
                .iter()
                .any(|name| self.environment_has(frame, name));
        let checks = at_least(&machine.npm.candidates, &CHECKS_DEV_ENGINES) == Truth::Yes;
        if is_forced || !checks || machine.manifest_is_changed {
            return None;
        }
        let (wanted, used, range) = refused_engine(engines, &machine)?;
        Some((StopCause::DevEngines { wanted, used }, Place::new(&path, range)))
    }

    /// The manifest that npm takes for the project's when it runs in a folder: its own, or that of the monorepo to which it
    /// belongs.
    fn npm_project(&self, folder: &FolderPath) -> Option<(FilePath, &'a Manifest)> {
        let (path, own) = self.sources.manifest_in(folder)?;
        let mut above = folder.parent();
        while let Some(parent) = above {
            if let Some((root_path, root)) = self.sources.manifest_in(&parent)
                && let Some(globs) = &root.workspaces
            {
                let globs: Vec<String> = globs.iter().map(|glob| glob.value.clone()).collect();
                if !members(&globs, &parent, std::iter::once(&path)).is_empty() {
                    return Some((root_path, root));
                }
            }
            above = parent.parent();
        }
        Some((path, own))
    }

    /// A variable that Yarn 1 reads in an `.npmrc` and that nothing sets. It stops with "Failed to replace env in config" at
    /// every command, `--version` left aside; measured with 1.22.22.
    fn unset_variable(
        &self,
        frame: &WalkFrame<'a>,
        assigned: &[(String, String, Place)],
        folder: Option<&FolderPath>,
    ) -> Option<(StopCause, Place)> {
        let machine = self.machine(&frame.conditions);
        let is_set = |name: &str| {
            assigned.iter().any(|(assigned, _, _)| assigned == name) || self.environment_has(frame, name)
        };
        const OF_SETUP: &str = "NODE_AUTH_TOKEN";
        let of_setup = machine.registry_url.as_ref().filter(|registry_url| {
            let is_written = registry_url.is_certain && registry_url.exports_variable == Truth::No;
            let is_replaced = machine
                .npmrc_lines
                .iter()
                .any(|line| line.key.ends_with("_authToken"));
            is_written
                && !is_replaced
                && !is_set(OF_SETUP)
                && !self.environment_has(frame, "NPM_CONFIG_USERCONFIG")
        });
        let found = match of_setup {
            Some(registry_url) => Some((OF_SETUP.to_owned(), registry_url.place.clone())),
            None => folder.and_then(|folder| self.unset_in_npmrc(folder, is_set)),
        };
        let (name, place) = found?;
        let cause = StopCause::UnsetVariable {
            name,
            line: match of_setup {
                Some(_) => UnsetLine::RegistryUrl,
                None => UnsetLine::Npmrc,
            },
        };
        (self.yarn(&machine) == Some(PackageManager::YarnClassic)).then_some((cause, place))
    }

    /// The first such variable in the `.npmrc` of the folder or of one above it, all of which Yarn 1 reads.
    fn unset_in_npmrc(&self, folder: &FolderPath, is_set: impl Fn(&str) -> bool) -> Option<(String, Place)> {
        if self.effects.tally().removed_npmrcs > 0 {
            return None;
        }
        std::iter::successors(Some(folder.clone()), FolderPath::parent).find_map(|folder| {
            let (path, npmrc) = self.sources.npmrc_in(&folder)?;
            npmrc.settings.iter().find_map(|setting| {
                let name = variable_in(&setting.value.value)?;
                (is_token_of_job(name) && !is_set(name))
                    .then(|| (name.to_owned(), Place::new(&path, setting.value.range)))
            })
        })
    }

    /// A variable in the `.yarnrc.yml` of the folder or of one above it that nothing sets. Yarn Berry stops at it with
    /// "Environment variable not found" at every command, whatever the setting is for; measured with 3.8.7, 4.10.2, 4.14.0 and
    /// 4.18.1. `.env.yarn` may set it (`injectEnvironmentFiles` in bin/yarn.js of 4.18.1).
    fn unset_in_yarnrc(
        &self,
        frame: &WalkFrame<'a>,
        assigned: &[(String, String, Place)],
        folder: &FolderPath,
    ) -> Option<(StopCause, Place)> {
        let machine = self.machine(&frame.conditions);
        let is_set = |name: &str| {
            let is_exported = name == "NODE_AUTH_TOKEN"
                && machine
                    .registry_url
                    .as_ref()
                    .is_some_and(|url| url.exports_variable != Truth::No);
            is_exported
                || assigned.iter().any(|(assigned, _, _)| assigned == name)
                || self.environment_has(frame, name)
        };
        // `yarn config set` may replace the line.
        let may_be_replaced = || {
            self.scripts_name(OwnFile::YarnRc)
                || self.scripts_contain(&["npmAuth", "npmScopes", "npmRegistries"])
        };
        // An action may put a secret that it gets into the environment.
        let may_be_exported = |name: &str| {
            let steps = self.job.job.iter().flat_map(|job| &job.steps);
            let mut inputs = steps.flat_map(|step| &step.with);
            inputs.any(|input| {
                input.value.value.contains(name) || input.value.value.contains("toJSON(secrets)")
            })
        };
        let may_be_injected = || {
            let path = FilePath::new(".env.yarn");
            path.is_some_and(|path| self.sources.file_on_demand(&path).is_some())
        };
        let (name, place) =
            std::iter::successors(Some(folder.clone()), FolderPath::parent).find_map(|folder| {
                let path = folder.file(YARNRC)?;
                let root = YamlNode::root(self.sources.file(&path)?.yaml()?)?;
                let unset = unset_in(root, &is_set)?;
                Some((unset.0, Place::new(&path, unset.1)))
            })?;
        let is_berry = self.yarn(&machine) == Some(PackageManager::YarnBerry);
        let is_exported = may_be_exported(&name);
        let cause = StopCause::UnsetVariable {
            name,
            line: UnsetLine::Yarnrc,
        };
        (is_berry && !is_exported && !may_be_replaced() && !may_be_injected()).then_some((cause, place))
    }

    /// Yarn 1 gives what it runs its own settings in npm's variables, so that npm asks `registry.yarnpkg.com` there, whatever the
    /// step's environment, an `.npmrc` or setup-node says. Only a `.yarnrc`, `publishConfig` and a flag count more.
    /// Source: `makeEnv` in lib/cli.js of 1.22.22; measured.
    pub(crate) fn registry_of_yarn_classic(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
    ) -> Option<(String, String, Place)> {
        let runs_yarn = matches!(command.word(0), Some("yarn" | "yarnpkg"));
        let machine = runs_yarn.then(|| self.machine(&context.frame.conditions))?;
        let is_classic = self.yarn(&machine) == Some(PackageManager::YarnClassic);
        let yarnrc = || {
            let path = FilePath::new(".yarnrc")?;
            self.sources.file_on_demand(&path)
        };
        let names_registry = || yarnrc().is_some_and(|file| file.text.contains("registry"));
        let is_set = is_classic && !names_registry() && !self.scripts_contain(&["yarn config set registry"]);
        let place = context.source.place(self.sources, command.range);
        let (name, value) = REGISTRY_OF_YARN_CLASSIC;
        is_set.then(|| (name.to_owned(), value.to_owned(), place))
    }

    /// The Yarn of the repository: its manifest or its lock file says which.
    pub(in crate::publish::walk) fn yarn(&self, machine: &Machine) -> Option<PackageManager> {
        package_manager(self.sources, machine).or_else(|| yarn_of_lock_file(self.sources))
    }
}

const YARNRC: &str = ".yarnrc.yml";

/// What Yarn 1 tells npm.
const REGISTRY_OF_YARN_CLASSIC: (&str, &str) = ("npm_config_registry", "https://registry.yarnpkg.com");

/// Whether a variable is what Yarn 1 tells npm. changesets, lerna and semantic-release, which Yarn 1 may start too, ask the public
/// registry all the same. Source: measured with Yarn 1.22.22, @changesets/cli 2.31.1, lerna 10.1.1 and semantic-release 25.0.9.
pub(crate) fn is_registry_of_yarn_classic(name: &str, value: &str) -> bool {
    (name, value) == REGISTRY_OF_YARN_CLASSIC
}

/// Whether a variable holds a token by its name. Others may be the runner's.
fn is_token_of_job(name: &str) -> bool {
    name.ends_with("TOKEN") && !name.starts_with("GITHUB") && !name.starts_with("ACTIONS")
}

/// The first token in a YAML value that is a variable without a default, and that is not set.
fn unset_in(node: YamlNode<'_>, is_set: &impl Fn(&str) -> bool) -> Option<(String, TextRange)> {
    if let Some(text) = node.as_str() {
        let name = variable_in(text).filter(|name| is_token_of_job(name) && !is_set(name))?;
        return Some((name.to_owned(), node.range()));
    }
    let of_entries = || node.entries().find_map(|entry| unset_in(entry.value, is_set));
    of_entries().or_else(|| node.items().find_map(|item| unset_in(item, is_set)))
}

/// What `devEngines` ask for and what is used instead, with the place of the last entry, which decides what follows.
fn refused_engine(engines: &DevEngines, machine: &Machine) -> Option<(String, String, TextRange)> {
    let kinds = [
        (
            &engines.package_managers,
            "npm",
            machine.npm.candidates.as_slice(),
        ),
        (&engines.runtimes, "node", machine.node.candidates.as_slice()),
    ];
    kinds.into_iter().find_map(|(wanted, name, used)| {
        let last = wanted.last()?;
        let only_warns = last
            .on_fail
            .as_ref()
            .is_some_and(|on_fail| matches!(on_fail.value.as_str(), "warn" | "ignore"));
        let is_refused = wanted.iter().all(|engine| is_refused(engine, name, used));
        (is_refused && !only_warns).then(|| {
            let text = match &last.version {
                Some(version) => format!("{} {}", last.name.value, version.value),
                None => last.name.value.clone(),
            };
            let used = match used.first() {
                Some(first) if last.name.value == name => format!("{name} {}", first.major()),
                _ => name.to_owned(),
            };
            (text, used, last.name.range)
        })
    })
}

/// Whether an entry certainly does not allow what is used.
fn is_refused(engine: &DevEngine, name: &str, used: &[Version]) -> bool {
    if engine.name.value != name {
        return true;
    }
    let range = engine
        .version
        .as_ref()
        .and_then(|version| parse_range(&version.value));
    range.is_some_and(|range| !used.is_empty() && used.iter().all(|used| !used.satisfies(&range)))
}

/// The first `${NAME}` in a value, unless it is escaped.
fn variable_in(value: &str) -> Option<&str> {
    let at = value.find("${")?;
    let is_escaped = value.get(..at).is_some_and(|before| before.ends_with('\\'));
    let (name, _) = value.get(at + 2..)?.split_once('}')?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && !is_escaped).then_some(name)
}
