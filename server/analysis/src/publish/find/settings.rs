//! Settings of npm that decide how it publishes: from flags, the environment and `.npmrc`.

use super::StepEnvironment;
use crate::model::read::find_input;
use crate::publish::eval::Evaluated;
use crate::publish::site::SettingFact;
use crate::text::Place;

/// The search for settings of npm.
pub(crate) struct SettingSearch<'s, 'a> {
    /// What npm sees at the step.
    pub(crate) at: StepEnvironment<'s, 'a>,
}

impl SettingSearch<'_, '_> {
    /// The setting, which outranks `publishConfig` only if it is a flag.
    pub(crate) fn find(&self, name: &str, flag: Option<(Evaluated, Place)>) -> Option<SettingFact> {
        if let Some((value, place)) = flag {
            return Some(SettingFact {
                value: value.known().map(str::to_owned),
                is_flag: true,
                place,
            });
        }
        let found = self
            .of_assignments(name)
            .or_else(|| self.of_environment(name))
            .or_else(|| self.of_npmrc(name));
        found.map(|(value, place)| SettingFact {
            value,
            is_flag: false,
            place,
        })
    }

    fn of_assignments(&self, name: &str) -> Option<(Option<String>, Place)> {
        let (_, value, place) = self
            .at
            .assignments
            .iter()
            .find(|(variable, _, _)| is_variable_of(variable, name))?;
        let is_known = !value.contains(['$', '`']);
        Some((is_known.then(|| value.clone()), place.clone()))
    }

    fn of_environment(&self, name: &str) -> Option<(Option<String>, Place)> {
        let changed = self.at.machine.changed_env.iter();
        let of_layers = self.at.scope.env.iter().flat_map(|layer| layer.variables);
        let variable = of_layers
            .map(|variable| &variable.name.value)
            .chain(changed)
            .find(|variable| is_variable_of(variable, name))?;
        let value = self.at.scope.env_value(variable)?;
        let place = self.at.scope.env.iter().rev().find_map(|layer| {
            let variable = find_input(layer.variables, variable)?;
            Some(Place::new(&layer.path, variable.range()))
        });
        // npm takes an empty variable for none.
        (!value.is_empty()).then(|| {
            let place = place.unwrap_or_else(|| self.at.place.clone());
            (value.known().map(str::to_owned), place)
        })
    }

    fn of_npmrc(&self, name: &str) -> Option<(Option<String>, Place)> {
        if let Some(line) = self.at.machine.written_setting(name) {
            let value = self.at.scope.evaluate(&line.value);
            let known = value
                .known()
                .filter(|value| line.is_certain && !value.contains('$'));
            return Some((known.map(str::to_owned), line.place.clone()));
        }
        self.at.npmrc.iter().find_map(|(path, npmrc)| {
            let setting = npmrc.setting(name)?;
            let value = &setting.value.value;
            let is_known = !value.contains("${");
            Some((is_known.then(|| value.clone()), Place::new(path, setting.line)))
        })
    }
}

/// Whether npm reads a setting from a variable: `NPM_CONFIG_TAG`, `npm_config_tag`.
fn is_variable_of(variable: &str, name: &str) -> bool {
    variable
        .get(.."npm_config_".len())
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("npm_config_"))
        && variable
            .get("npm_config_".len()..)
            .is_some_and(|rest| rest.eq_ignore_ascii_case(name))
}
