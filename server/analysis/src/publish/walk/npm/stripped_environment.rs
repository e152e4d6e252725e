//! Wrappers and task runners that keep the variables of the ID token from the command that publishes.

use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_releases::version;
use crate::model::permissions::Grant;
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::predict::prediction::predict;
use crate::publish::read::command::{PublishCommand, ScriptRun, TurboRun};
use crate::publish::read::turbo_config::{
    ENV_MODE_VARIABLE, HANDS_GITHUB_ON, STRICT_BY_DEFAULT, TurboRelease, hands_id_token_on,
};
use crate::publish::site::{PublishStop, Site, StopCause, StopPoint};
use crate::publish::tools::Exchange;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::{Assignment, Command};
use crate::text::{FolderPath, Place};
use crate::versions::version::{Truth, Version};

impl<'a> Walker<'_, 'a> {
    /// The stop of a command whose wrapper clears its environment.
    pub(crate) fn cleared_environment(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        let wrapper = publish.environment.clears()?;
        let credentials = &site.credentials;
        let has_others = !credentials.tokens.is_empty() || !credentials.npmrc_lines.is_empty();
        if wrapper.leaves_tokens() && has_others {
            return None;
        }
        let place = context.source.place(self.sources, command.range);
        // A container may have what is needed.
        stop(site, wrapper.name(), place, !wrapper.is_container())
    }

    /// Says of the sites from `first` on, which a task of turbo leads to, that they get no ID token.
    pub(crate) fn mark_stripped_by_turbo(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (run, turbo): (&ScriptRun, &TurboRun),
        first: usize,
        folder: Option<&FolderPath>,
    ) {
        if self.sites.len() == first {
            return;
        }
        // The flag outranks the variable. Measured with turbo 2.11.11.
        let names_mode = |assignment: &Assignment| assignment.name == ENV_MODE_VARIABLE;
        let has_variable = || {
            command.assignments.iter().any(names_mode)
                || self.environment_has(context.frame, ENV_MODE_VARIABLE)
        };
        if turbo.env_mode.is_none() && has_variable() {
            return;
        }
        let Some(is_certain) = self.strips(context, run, turbo, folder) else {
            return;
        };
        let place = context.source.place(self.sources, command.range);
        for site in self.sites.iter_mut().skip(first) {
            if site.outcome.stop.is_some() {
                continue;
            }
            site.outcome.stop = stop(site, "turbo", place.clone(), is_certain);
            site.outcome.prediction = predict(site, self.sources.assumptions());
        }
    }

    /// Whether turbo keeps the variables back: certainly, or perhaps.
    fn strips(
        &self,
        context: &ScriptContext<'_, 'a>,
        run: &ScriptRun,
        turbo: &TurboRun,
        folder: Option<&FolderPath>,
    ) -> Option<bool> {
        match turbo.env_mode.as_deref() {
            Some("strict") | None => {}
            Some(_) => return None,
        }
        let machine = self.machine(&context.frame.conditions);
        let search = ToolSearch {
            sources: self.sources,
            machine: &machine,
            folder,
        };
        let strict = version(STRICT_BY_DEFAULT, 0, 0);
        let hands_github_on = Version::from(HANDS_GITHUB_ON);
        let turning_points = [strict, hands_github_on.clone()];
        let versions = search.versions_between(turbo.version.as_deref(), "turbo", &turning_points);
        let turbo = TurboRelease {
            major: versions.major()?,
            hands_github_on: versions.at_least(&hands_github_on),
        };
        let folder = folder?;
        let packages: Vec<FolderPath> = self
            .sites
            .iter()
            .flat_map(|site| site.packages.manifests.iter().map(|path| path.folder()))
            .collect();
        let tasks = run.names.iter();
        let handed: Vec<Truth> = tasks
            .map(|task| hands_id_token_on(self.sources, folder, &task.text, &packages, turbo))
            .collect();
        match handed.as_slice() {
            [Truth::No, ..] if handed.iter().all(|truth| *truth == Truth::No) => Some(true),
            _ if handed.contains(&Truth::No) => Some(false),
            _ => None,
        }
    }
}

/// The stop of a site that gets no ID token; none if it could not use one anyhow.
fn stop(site: &Site<'_>, by: &str, place: Place, is_certain: bool) -> Option<PublishStop> {
    if site.identity.id_token.grant == Grant::No || !site.target.is_npm() {
        return None;
    }
    let has_token = !site.credentials.tokens.is_empty();
    let is_npm =
        site.publishing_tool.exchange == Exchange::NpmOnPath && site.credentials.registry_url.is_none();
    let may_have_lines = !site.credentials.npmrc_lines.is_empty();
    Some(PublishStop {
        cause: StopCause::NoIdTokenVariables { by: by.to_owned() },
        point: StopPoint::Command,
        place,
        error: is_npm.then_some(NpmError::NeedAuth),
        is_in_every_run: is_certain && !has_token && !may_have_lines,
    })
}
