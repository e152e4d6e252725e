//! What changesets reads of `npm info --json`, where npm 12 answers in another form.

use crate::knowledge::npm_releases::VIEW_ANSWERS_ARRAY;
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{PublishStop, Site, StopCause, StopPoint};
use crate::publish::tools::{Exchange, Tool};
use crate::versions::version::{Truth, Version};

/// The first @changesets/cli 2 that reads the answer of npm 12.
const SECOND_READS: (u64, u64, u64) = (2, 31, 1);
/// @changesets/cli 3 reads it from its first release on, but not from the pnpm that passes the question on to npm.
const THIRD: (u64, u64, u64) = (3, 0, 0);
/// The first that reads it from pnpm too.
const THIRD_READS: (u64, u64, u64) = (3, 0, 3);

/// The stop of `changeset publish` that asks an npm 12 which versions are published already, and cannot read the answer.
///
/// Version 2 asks npm in every repository. It takes each package for unpublished and fails at the first that is published
/// in this version; which ones are, no file shows. Version 3 asks pnpm in a repository of pnpm, and before pnpm 11 that is npm
/// again: it ends with a TypeError for every package that exists.
/// Source: changesets/changesets#2164 and #2274; measured with 2.26.2, 2.29.7, 2.30.0, 2.31.0, 2.31.1, 3.0.0, 3.0.2 and 3.0.3, with
/// npm 11.21.2, 12.0.1 and 12.2.2, and with pnpm 9.15.9, 10.34.8 and 11.28.10.
pub(crate) fn unread_npm_info(
    search: &ToolSearch<'_, '_>,
    command: Option<&PublishCommand>,
    site: &Site<'_>,
) -> Option<PublishStop> {
    let npm = &site.node_and_npm.npm;
    let answers_array = site.node_and_npm.npm_at_least(&VIEW_ANSWERS_ARRAY);
    let is_configured = command.is_some_and(|command| command.is_configured);
    if site.publishing_tool.tool != Tool::Changesets
        || is_configured
        || npm.candidates.is_empty()
        || answers_array == Truth::No
    {
        return None;
    }
    let turning_points = [SECOND_READS, THIRD, THIRD_READS].map(Version::from);
    let [second_reads, third, third_reads] = &turning_points;
    let versions = search.changesets_versions(command, &turning_points);
    let first = versions.first()?;
    let client = site.publishing_tool.client.as_ref();
    let asks_npm_through_pnpm = client.is_some_and(|client| client.tool == Tool::Pnpm)
        && site.publishing_tool.exchange == Exchange::NpmOnPath;
    let is_second = |version: &Version| version < second_reads;
    let is_third = |version: &Version| version >= third && version < third_reads;
    let through_pnpm = match versions.iter().all(is_second) {
        true => false,
        false if asks_npm_through_pnpm && versions.iter().all(is_third) => true,
        false => return None,
    };
    Some(PublishStop {
        cause: StopCause::UnreadNpmInfo {
            changesets: first.to_string(),
            through_pnpm,
        },
        point: StopPoint::Command,
        place: npm.place.clone().unwrap_or_else(|| site.place.clone()),
        error: None,
        is_in_every_run: through_pnpm && answers_array == Truth::Yes,
    })
}
