use crate::publish::eval::{EvalScope, Evaluated};
use crate::publish::machine::{ChangedVariable, Machine};
use crate::syntax::npmrc::Npmrc;
use crate::text::FilePath;
use crate::text::Place;

/// Where npm and the publishing tools take their settings from, apart from the command's own flags.
#[derive(Clone, Copy)]
pub(crate) struct StepEnvironment<'s, 'a> {
    /// The step, for what has no place of its own.
    pub(crate) place: &'s Place,
    /// Expressions and `env:` at the step.
    pub(crate) scope: EvalScope<'s>,
    /// Assignments in front of the publish command.
    pub(crate) assignments: &'s [(String, String, Place)],
    /// The `.npmrc` files of the package and of the repository that are as they were committed.
    pub(crate) npmrc: &'s [(FilePath, &'a Npmrc)],
    /// Those of them that the job has rewritten, so that their settings may be any.
    pub(crate) open_npmrc: &'s [(FilePath, &'a Npmrc)],
    /// What the steps before did.
    pub(crate) machine: &'s Machine,
}

impl StepEnvironment<'_, '_> {
    /// A setting of npm that a variable holds, such as `NPM_CONFIG_DRY_RUN` for `dry-run`, and what sets it. npm takes an
    /// empty variable for none.
    pub(crate) fn setting_of_environment(&self, name: &str) -> Option<(Evaluated, Place)> {
        self.setting_with_prefix(OF_NPM, name)
    }

    /// The same for variables that begin with another prefix than npm's.
    pub(crate) fn setting_with_prefix(&self, prefix: &str, name: &str) -> Option<(Evaluated, Place)> {
        let of_command = || {
            let mut assigned = self.assignments.iter();
            let (_, value, place) =
                assigned.find(|(variable, ..)| is_variable_with(prefix, variable, name))?;
            let value = match value.contains(['$', '`']) {
                true => Evaluated::unknown(),
                false => Evaluated::text(value.as_str()),
            };
            Some((value, place.clone()))
        };
        let is_it = |variable: &str| is_variable_with(prefix, variable, name);
        let found = of_command()
            .or_else(|| self.of_layers(is_it, true))
            .or_else(|| self.of_exports(is_it))
            .or_else(|| self.of_layers(is_it, false));
        found.filter(|(value, _)| !value.is_empty())
    }

    /// The name of Yarn Berry's configuration file; none if only the run knows it.
    /// Source: `getRcFilename` in bin/yarn.js of @yarnpkg/cli-dist 4.18.1; measured with it.
    pub(crate) fn yarnrc_name(&self) -> Option<String> {
        let variable = "YARN_RC_FILENAME";
        let mut assigned = self.assignments.iter().rev();
        if let Some((_, value, _)) = assigned.find(|(name, ..)| name == variable) {
            return (!value.contains(['$', '`'])).then(|| value.clone());
        }
        match self.scope.env_value(variable).filter(|value| !value.is_empty()) {
            Some(value) => value.known().map(str::to_owned),
            None if self.machine.changed_env.contains_key(variable) => None,
            None => Some(YARNRC.to_owned()),
        }
    }

    /// Whether the step has npm read another user's `.npmrc` than the one that setup-node wrote. The step's own value counts
    /// before the one that setup-node exports.
    pub(crate) fn names_userconfig(&self) -> bool {
        // The same file under another name.
        let is_of_setup = |value: &str| {
            let value = value.to_ascii_lowercase();
            value.contains("userconfig") || value.contains("runner.temp") || value.contains("runner_temp")
        };
        let is_other = |name: &str, value: &str| {
            is_variable_of(name, "userconfig") && !value.is_empty() && !is_of_setup(value)
        };
        let layers = self.scope.env.iter().filter(|layer| layer.is_step);
        let mut variables = layers.flat_map(|layer| layer.variables);
        let mut assigned = self.assignments.iter();
        assigned.any(|(name, value, _)| is_other(name, value))
            || variables.any(|variable| is_other(&variable.name.value, &variable.value.value))
    }

    /// The `env:` of the step, or those around it.
    fn of_layers(&self, is_it: impl Fn(&str) -> bool, is_step: bool) -> Option<(Evaluated, Place)> {
        let layers = self.scope.env.iter().rev();
        layers.filter(|layer| layer.is_step == is_step).find_map(|layer| {
            let mut variables = layer.variables.iter();
            let variable = variables.find(|variable| is_it(&variable.name.value))?;
            let name = &variable.name.value;
            let value = self.scope.env_value(name).unwrap_or_else(Evaluated::unknown);
            let place = Place::new(&layer.path, layer.find(name)?.range());
            Some((value, place))
        })
    }

    /// What the job has put into the environment.
    fn of_exports(&self, is_variable: impl Fn(&str) -> bool) -> Option<(Evaluated, Place)> {
        let mut changed = self.machine.changed_env.iter();
        let is_it = |(variable, _): &(&String, _)| is_variable(variable);
        let first = changed.find(is_it)?.1;
        // Which of two spellings npm takes is unknown.
        let has_other = changed.any(|variable| is_it(&variable));
        Some(match first {
            ChangedVariable::Known(value, place) if !has_other => (value.clone(), place.clone()),
            _ => (Evaluated::unknown(), self.place.clone()),
        })
    }
}

/// The usual configuration file of Yarn Berry.
pub(crate) const YARNRC: &str = ".yarnrc.yml";

/// What npm's variables begin with.
const OF_NPM: &str = "npm_config_";

/// Whether npm reads a setting from a variable: `NPM_CONFIG_DRY_RUN`, `npm_config_dry_run`.
/// Source: `loadEnv` in lib/index.js of @npmcli/config 10: `/^npm_config_/i`, in lower case, with `-` for each `_`.
pub(crate) fn is_variable_of(variable: &str, name: &str) -> bool {
    is_variable_with(OF_NPM, variable, name)
}

fn is_variable_with(prefix: &str, variable: &str, name: &str) -> bool {
    let start = variable.get(..prefix.len());
    let rest = variable.get(prefix.len()..);
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        && rest.is_some_and(|rest| rest.replace('_', "-").eq_ignore_ascii_case(name))
}
