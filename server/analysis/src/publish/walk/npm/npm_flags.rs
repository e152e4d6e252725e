//! Flags at which npm 12 stops: of an npm command, and those that another tool hands on.

use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_releases::REFUSES_UNKNOWN_FLAGS;
use crate::knowledge::pnpm_releases::hands_flags_on;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{Argument, PublishStop, Site, StopCause, StopPoint};
use crate::publish::tools::{Exchange, Tool};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::versions::version::Truth;

impl<'a> Walker<'_, 'a> {
    /// The stop at a flag that npm does not know. `pnpm` is the version of pnpm as it is written.
    pub(crate) fn unknown_flag(
        &self,
        context: &ScriptContext<'_, 'a>,
        publish: &PublishCommand,
        pnpm: Option<&str>,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        if publish.is_configured || site.publishing_tool.exchange != Exchange::NpmOnPath {
            return None;
        }
        let written = || {
            let flag = publish.flags.refused_by_npm_12.first()?;
            Some(Argument {
                text: flag.text.clone(),
                place: context.source.place(self.sources, flag.range),
            })
        };
        let hands_on = |text: Option<&str>| text.map_or(Truth::Maybe, hands_flags_on);
        let client = site.publishing_tool.client.as_ref();
        let (flag, truth) = match publish.tool {
            Tool::Npm => (written()?, Truth::Yes),
            // With `-r` or `--filter`, pnpm writes the flags for npm itself.
            Tool::Pnpm if publish.scope.is_plain() => (written()?, hands_on(pnpm)),
            // changesets runs `pnpm publish --no-git-checks` in a repository of pnpm: `internalPublish` in its
            // npm-utils, read in @changesets/cli 2.29.8 and 2.31.1.
            Tool::Changesets if client.is_some_and(|client| client.tool == Tool::Pnpm) => {
                let flag = Argument {
                    text: "--no-git-checks".to_owned(),
                    place: site.place.clone(),
                };
                (flag, hands_on(pnpm))
            }
            _ => return None,
        };
        let is_npm_12 = site.node_and_npm.npm_at_least(&REFUSES_UNKNOWN_FLAGS);
        let is_in_every_run = match (truth, is_npm_12) {
            (Truth::Yes, Truth::Yes) => true,
            // Where nothing is known about npm or pnpm, a warning would mostly be wrong.
            (Truth::Yes, Truth::Maybe) if !site.node_and_npm.npm.candidates.is_empty() => false,
            _ => return None,
        };
        Some(PublishStop {
            point: StopPoint::Command,
            place: flag.place.clone(),
            cause: StopCause::UnknownNpmFlag { flag },
            error: Some(NpmError::UnknownConfig),
            is_in_every_run,
        })
    }
}
