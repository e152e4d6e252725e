//! publib, which takes its settings from variables.

use super::Walker;
use super::scripts::ScriptContext;
use crate::publish::eval::Evaluated;
use crate::syntax::shell::Command;
use crate::text::Place;
use crate::versions::version::Truth;

impl<'a> Walker<'_, 'a> {
    /// Whether publib stops without `NPM_TOKEN`: not with `NPM_TRUSTED_PUBLISHER`, which takes the token out of the environment.
    /// Source: bin/publib-npm of publib 0.2.1061.
    pub(crate) fn publib_asks_for_token(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> Truth {
        match self.publib_variable(context, command, "NPM_TRUSTED_PUBLISHER") {
            None => Truth::Yes,
            Some(value) => value
                .known()
                .map_or(Truth::Maybe, |value| Truth::from(is_unset(value))),
        }
    }

    /// The registry, which it takes from a variable, without `https://`.
    pub(crate) fn registry_of_publib(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
    ) -> Option<(Evaluated, Place)> {
        let value = self.publib_variable(context, command, "NPM_REGISTRY")?;
        let url = match value.known() {
            Some("") => return None,
            Some(host) if host.contains("://") => Evaluated::text(host),
            Some(host) => Evaluated::text(format!("https://{host}")),
            None => Evaluated::unknown(),
        };
        Some((url, Place::new(&context.frame.path, context.step.range)))
    }

    /// A variable that the command, the commands around it or the workflow set.
    fn publib_variable(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        name: &str,
    ) -> Option<Evaluated> {
        let assignments = self.assignments(context, command);
        if let Some((_, value, _)) = assignments.iter().find(|(assigned, ..)| assigned == name) {
            return Some(match value.contains('$') {
                true => self
                    .evaluate(context.frame, value)
                    .known()
                    .map_or_else(Evaluated::unknown, |text| match text.contains('$') {
                        true => Evaluated::unknown(),
                        false => Evaluated::text(text),
                    }),
                false => Evaluated::text(value.as_str()),
            });
        }
        let changed_env = self.changed_env();
        self.scope(context.frame, &changed_env).env_value(name)
    }
}

fn is_unset(value: &str) -> bool {
    matches!(value, "" | "false")
}
