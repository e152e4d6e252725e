//! Prereleases that a job makes before it publishes.

use crate::knowledge::npm_releases::PRERELEASE_NEEDS_TAG;
use crate::publish::read::command::{Meaning, PublishCommand, doubt, made_prerelease};
use crate::publish::site::{ManifestDoubt, PublishStop, Site, StopCause, StopPoint};
use crate::publish::tools::{Exchange, Tool};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::Command;
use crate::text::{FolderPath, Place};
use crate::versions::version::Truth;

/// A prerelease that a command makes of the package in a folder.
pub(crate) struct MadePrerelease {
    folder: FolderPath,
    /// A dist-tag that suits it.
    tag: String,
    place: Place,
    conditions: Vec<String>,
}

impl<'a> Walker<'_, 'a> {
    /// Notes whether a command may change the version of a package, and whether it certainly makes a prerelease.
    pub(crate) fn note_version(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        meaning: &Meaning,
        folder: Option<&FolderPath>,
        conditions: &[String],
    ) {
        let doubt = doubt(command, meaning);
        if doubt == ManifestDoubt::NONE {
            return;
        }
        let tag = made_prerelease(command).filter(|_| !command.failure_is_ignored);
        self.prerelease = tag.zip(folder).map(|(tag, folder)| MadePrerelease {
            folder: folder.clone(),
            tag,
            place: context.source.place(self.sources, command.range),
            conditions: conditions.to_vec(),
        });
        // What a file does that it runs is found when it is followed.
        if !matches!(meaning, Meaning::LocalScript(_)) {
            self.note_doubt(doubt);
        }
    }

    /// The stop of an npm that publishes such a prerelease without a dist-tag: npm 11 and later refuse it.
    pub(crate) fn tagless_prerelease(
        &self,
        context: &ScriptContext<'_, 'a>,
        publish: &PublishCommand,
        folder: Option<&FolderPath>,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        let made = self.prerelease.as_ref()?;
        // pnpm up to 10 has npm publish, with the flags that it was given.
        let reaches_npm = match publish.tool {
            Tool::Npm => true,
            Tool::Pnpm => site.publishing_tool.exchange == Exchange::NpmOnPath,
            _ => false,
        };
        let is_npm = reaches_npm && !publish.is_configured && publish.folders.is_empty();
        let is_same = publish.scope.is_plain() && folder == Some(&made.folder);
        let is_asked_for = site.command.tag.is_some() || site.command.is_forced;
        let mut conditions = made.conditions.iter();
        let is_made = conditions.all(|condition| context.frame.conditions.contains(condition));
        let has_tag = site.packages.manifests.iter().any(|path| {
            let manifest = self.sources.manifest(path);
            let config = manifest.and_then(|manifest| manifest.publish_config.as_ref());
            config.is_some_and(|config| config.tag.is_some())
        });
        // A command may have set the dist-tag in `publishConfig`.
        let has_tag = has_tag || self.effects.tally().changed_targets > 0;
        let refuses = site.node_and_npm.npm_at_least(&PRERELEASE_NEEDS_TAG) == Truth::Yes;
        (is_npm && is_same && is_made && refuses && !is_asked_for && !has_tag).then(|| PublishStop {
            cause: StopCause::TaglessPrerelease {
                tag: made.tag.clone(),
            },
            point: StopPoint::Command,
            place: made.place.clone(),
            error: None,
            is_in_every_run: true,
        })
    }
}
