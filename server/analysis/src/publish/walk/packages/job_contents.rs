//! What a job runs beside its publish commands.

use crate::knowledge::install_scripts::{NPM_THAT_ASKS, PNPM_THAT_ASKS, YARN_THAT_ASKS};
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::eval::Evaluated;
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::read::command::{
    DependencyCommand as Install, DependencyManager, Meaning, may_choose_branch, may_use_git_credentials,
};
use crate::publish::site::{CacheInputs, DependencyInstall, UsedAction};
use crate::publish::tools::Flag;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::{WalkFrame, Walker};
use crate::sources::Sources;
use crate::syntax::shell::Command;
use crate::syntax::yaml::YamlNode;
use crate::text::FilePath;
use crate::text::FolderPath;
use crate::text::Place;
use crate::text::Ranged;
use crate::versions::action_reference::ActionReference;
use crate::versions::version::{Truth, at_least};

impl<'a> Walker<'_, 'a> {
    /// Writes down an action that a step uses.
    pub(crate) fn note_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &'a Ranged<String>,
        reference: &ActionReference,
    ) {
        let input = |name| match find_input(&step.with, name) {
            Some(given) => {
                let value = self.evaluate(frame, &given.value.value);
                value.known().map(str::to_owned)
            }
            None => Some(String::new()),
        };
        let cache_inputs = CacheInputs {
            cache: input("cache"),
            package_manager_cache: input("package-manager-cache"),
        };
        let place = Place::new(&frame.path, uses.range);
        self.contents.actions.push(UsedAction {
            text: &uses.value,
            reference: reference.clone(),
            step,
            place_in_job: place_in_job(frame, &place),
            place,
            sites_before: self.sites.len(),
            cache_inputs,
        });
    }

    /// Writes down what a command does that matters to the safety of the job.
    pub(crate) fn note_command(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        meaning: &Meaning,
        folder: Option<&FolderPath>,
    ) {
        match meaning {
            Meaning::InstallDependencies(install) => self.note_install(context, install, folder),
            Meaning::LocalScript(_) => {
                self.contents.may_use_git_credentials = true;
                self.contents.may_choose_branch = true;
            }
            _ => {}
        }
        self.contents.may_choose_branch |= may_choose_branch(command);
        if !self.contents.may_use_git_credentials {
            self.contents.may_use_git_credentials = may_use_git_credentials(command);
        }
    }

    fn note_install(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        install: &Install,
        folder: Option<&FolderPath>,
    ) {
        let place = context.source.place(self.sources, install.range);
        let noted = DependencyInstall {
            command: install.command.clone(),
            trail: context.frame.trail.clone(),
            place_in_job: place_in_job(context.frame, &place),
            place,
            sites_before: self.sites.len(),
            runs_scripts: self.runs_install_scripts(context.frame, install, folder),
        };
        self.contents.installs.push(noted);
    }

    /// Whether a command runs the install scripts of dependencies.
    fn runs_install_scripts(
        &self,
        frame: &WalkFrame<'a>,
        install: &Install,
        folder: Option<&FolderPath>,
    ) -> Truth {
        match install.ignores_scripts {
            Some(Flag::True) => return Truth::No,
            Some(Flag::Dynamic) => return Truth::Maybe,
            Some(Flag::False) | None => {}
        }
        let by_settings = self.settings_run_scripts(frame, folder);
        if install.ignores_scripts.is_none() && by_settings != Truth::Yes {
            return by_settings;
        }
        let machine = self.machine(&frame.conditions);
        let search = ToolSearch {
            sources: self.sources,
            machine: &machine,
            folder,
        };
        let asks = match install.manager {
            DependencyManager::Npm => at_least(&machine.npm.candidates, &NPM_THAT_ASKS),
            DependencyManager::Pnpm => at_least(&search.pnpm_versions(None), &PNPM_THAT_ASKS),
            DependencyManager::Yarn => at_least(&search.yarn_versions(), &YARN_THAT_ASKS),
            DependencyManager::OfRepository => Truth::Maybe,
        };
        !asks
    }

    /// Whether the files and the environment leave install scripts on.
    pub(crate) fn settings_run_scripts(&self, frame: &WalkFrame<'a>, folder: Option<&FolderPath>) -> Truth {
        let scope = self.scope(frame);
        let of_variable = |name: &str, off: &str| match scope.env_value(name) {
            None => Truth::Yes,
            Some(value) => is_not(&value, off),
        };
        let mut found = vec![
            of_variable("npm_config_ignore_scripts", "true"),
            of_variable("NPM_CONFIG_IGNORE_SCRIPTS", "true"),
            of_variable("YARN_ENABLE_SCRIPTS", "false"),
        ];
        for folder in folder.into_iter().chain([&FolderPath::root()]) {
            let npmrc = self.sources.npmrc_in(folder);
            let setting = npmrc.and_then(|(_, npmrc)| npmrc.setting("ignore-scripts"));
            found.extend(
                setting.map(|setting| is_not(&Evaluated::text(setting.value.value.as_str()), "true")),
            );
        }
        if self.a_command_sets_ignore_scripts() || yarn_enables_scripts(self.sources) == Some(false) {
            found.push(Truth::No);
        }
        if found.contains(&Truth::No) {
            Truth::No
        } else if found.contains(&Truth::Maybe) {
            Truth::Maybe
        } else {
            Truth::Yes
        }
    }

    fn a_command_sets_ignore_scripts(&self) -> bool {
        self.effects.tally().ignored_scripts > 0
    }
}

/// Where the job's own file leads to a place.
fn place_in_job(frame: &WalkFrame<'_>, place: &Place) -> Place {
    frame.trail.first().unwrap_or(place).clone()
}

/// Whether a value is certainly another than `word`.
fn is_not(value: &Evaluated, word: &str) -> Truth {
    match value.known() {
        Some(known) => Truth::from(known != word),
        None => Truth::Maybe,
    }
}

/// What `.yarnrc.yml` says of install scripts.
fn yarn_enables_scripts(sources: &Sources<'_>) -> Option<bool> {
    let file = sources.file(&FilePath::new(".yarnrc.yml")?)?;
    let root = YamlNode::root(file.yaml()?)?;
    root.get("enableScripts")?.as_str()?.parse().ok()
}
