//! Which workflows and environments publish a package by trusted publishing: npm needs a trusted publisher for each.

use super::prelude::*;
use crate::publish::{PublishStop, plain_text_may_publish, walk_workflow};
use crate::sources::{Content, FileFact, Sources};
use crate::text::FilePath;

/// A trusted publisher that a package needs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct PublisherEntry {
    /// The file name of the workflow in which the run starts.
    pub(crate) workflow: String,
    /// The environment of the job.
    pub(crate) environment: EntryEnvironment,
}

/// The environment of a job, as npm compares it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum EntryEnvironment {
    /// The job has none.
    None,
    /// It has this one.
    Named(String),
    /// An expression gives it.
    Unknown,
}

/// A publish step, and what it needs on npm, in all ways that lead to it.
#[derive(PartialEq, Debug)]
pub(crate) struct PublishedAt {
    /// The place of the step.
    pub(crate) place: Place,
    /// The packages, and a trusted publisher that each needs.
    pub(crate) needs: Vec<(String, PublisherEntry)>,
}

/// What the publish steps of a workflow need on npm. Of a step it says where it is in the order only, so that an edit that moves it
/// changes nothing.
#[derive(PartialEq)]
pub(crate) struct PublishedBy(pub(crate) Vec<Vec<(String, PublisherEntry)>>);

impl FileFact for PublishedBy {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        let Some(file) = sources.file(path) else {
            return Self(Vec::new());
        };
        if file.is_plain && !plain_text_may_publish(sources, path, &file.text) {
            return Self(Vec::new());
        }
        let Content::Workflow { model, .. } = file.content() else {
            return Self(Vec::new());
        };
        let walked = walk_workflow(sources, path, model);
        let steps = published(sources, &walked.sites).into_iter();
        Self(steps.map(|step| step.needs).collect())
    }
}

/// What publish steps need on npm, each step once.
pub(crate) fn published(sources: &Sources<'_>, sites: &[Site<'_>]) -> Vec<PublishedAt> {
    let mut found: Vec<PublishedAt> = Vec::new();
    for site in sites.iter().filter(|site| is_meant_for_oidc(site)) {
        let Some(workflow) = entry_of(site) else {
            continue;
        };
        let entries: Vec<PublisherEntry> = site
            .environments()
            .into_iter()
            .map(|environment| PublisherEntry {
                workflow: workflow.to_owned(),
                environment: match environment {
                    None => EntryEnvironment::None,
                    Some(name) if name.contains("${{") => EntryEnvironment::Unknown,
                    Some(name) => EntryEnvironment::Named(name),
                },
            })
            .collect();
        let needs = site.package_names(sources).into_iter().flat_map(|package| {
            let entries = entries.iter().cloned();
            entries.map(move |entry| (package.clone(), entry))
        });
        match found.iter_mut().find(|known| known.place == site.place) {
            Some(known) => {
                for need in needs {
                    if !known.needs.contains(&need) {
                        known.needs.push(need);
                    }
                }
            }
            None => found.push(PublishedAt {
                place: site.place.clone(),
                needs: needs.collect(),
            }),
        }
    }
    found
}

/// The file name that npm compares; none if a workflow of another repository calls this one.
pub(crate) fn entry_of<'s>(site: &'s Site<'_>) -> Option<&'s str> {
    site.job.workflow?;
    site.job.entry.entry_workflow(&site.job.path)
}

/// Whether a step publishes by trusted publishing, as far as its files show.
pub(crate) fn is_meant_for_oidc(site: &Site<'_>) -> bool {
    site.target.is_npm()
        && site.identity.id_token.grant == Grant::Yes
        && site.can_exchange() != Truth::No
        && !site.publishing_tool.is_guess
        && !never_starts(site)
}

/// Whether another rule reports that the job never starts.
fn never_starts(site: &Site<'_>) -> bool {
    let stop = site.outcome.stop.as_ref();
    stop.is_some_and(PublishStop::is_certain_at_start)
}
