//! Jobs that install packages with a token that they share with a publish step of another job.

use crate::checker::reach::{Reached, find_from_step};
use crate::fixes::installs::{is_install, is_written};
use crate::model::job::{Job, Step};
use crate::publish::{Credential, Meaning, Site, meaning};
use crate::sources::Sources;
use crate::text::{FilePath, FolderPath};
use crate::versions::action_reference::ActionReference;

/// A job that takes the token of an action which it shares with a publish step, and installs packages.
pub(crate) struct OtherInstall<'s> {
    /// Its workflow.
    pub path: &'s FilePath,
    /// Its name.
    pub job: &'s str,
}

/// The other jobs that install packages with a token that an action of the repository writes for a publish step, too.
pub(crate) fn installs_of_others<'s>(
    sources: &Sources<'s>,
    site: &Site<'_>,
    token: &Credential,
) -> Vec<OtherInstall<'s>> {
    let place = &token.place;
    let folder = place.path.folder();
    let is_of_action = sources
        .action_in(&folder)
        .is_some_and(|(path, _)| path == place.path);
    if !is_written(token.source) || !is_of_action {
        return Vec::new();
    }
    let is_own = |path: &FilePath, job: &Job| {
        let callers = site.job.entry.callers.iter();
        let callers = callers.map(|calling| (&calling.path, calling.job.range));
        let own = site.job.job.map(|own| (&site.job.path, own.range));
        let mut all = callers.chain(own);
        all.any(|(own, range)| own == path && range == job.range)
    };
    let mut found = Vec::new();
    for path in sources.files.keys() {
        let jobs = sources.workflow(path).map_or(&[][..], |workflow| &workflow.jobs);
        for job in jobs.iter().filter(|job| !is_own(path, job)) {
            let mut steps = job.steps.iter();
            let uses = |step: &Step| leads_to(sources, step, &folder);
            let installs = steps.find(|step| uses(step)).is_some_and(|using| {
                installs_in(sources, using) || steps.any(|step| installs_in(sources, step))
            });
            if installs {
                let job = job.id.value.as_str();
                found.push(OtherInstall { path, job });
            }
        }
    }
    found
}

/// Whether a job installs packages, itself or by what its steps run.
pub(crate) fn job_installs(sources: &Sources<'_>, job: &Job) -> bool {
    job.steps.iter().any(|step| installs_in(sources, step))
}

fn leads_to(sources: &Sources<'_>, step: &Step, folder: &FolderPath) -> bool {
    let is_there = |reached: &Reached<'_>| matches!(reached, Reached::Action(used) if *used == folder);
    find_from_step(sources, step, |reached| is_there(reached).then_some(())).is_some()
}

/// Whether a step of a job that is not walked installs packages, itself or by what it runs.
pub(super) fn installs_in(sources: &Sources<'_>, step: &Step) -> bool {
    let installs = |reached: &Reached<'_>| match reached {
        Reached::Step(step) => step
            .uses
            .as_ref()
            .is_some_and(|uses| is_install(&ActionReference::parse(&uses.value, None), step)),
        Reached::Command(command) => matches!(meaning(command), Meaning::InstallDependencies(_)),
        Reached::Action(_) | Reached::PackageScript(_) => false,
    };
    find_from_step(sources, step, |reached| installs(reached).then_some(())).is_some()
}
