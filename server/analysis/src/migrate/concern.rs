//! Which findings are about steps that move, and which of those their move repairs.

use std::collections::BTreeSet;

use super::steps::{StepKey, for_each};
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::publish::Outcome;
use crate::text::{FilePath, Place, TextRange};
use crate::workspace::Workspace;

/// The rules about what trusted publishing needs and a publish with a token does not.
const PREREQUISITES: [&str; 30] = [
    "changesets-npm-12",
    "container-old-npm",
    "corepack-npm-pin",
    "dev-engines-refuse-npm",
    "id-token-dropped-by-job",
    "id-token-missing",
    "id-token-value-invalid",
    "no-setup-node",
    "node-24-early",
    "node-version-float",
    "npm-latest-ebadengine",
    "npm-release-broken",
    "npm-too-old-node",
    "npm-upgrade-insufficient",
    "npm-upgrade-node-22.22.2",
    "npmrc-token-line",
    "npmrc-unscoped-token",
    "publish-token-env",
    "registry-url-with-semantic-release",
    "repository-directory",
    "repository-form",
    "repository-mismatch",
    "repository-missing",
    "reusable-callee-no-id-token",
    "reusable-caller-no-id-token",
    "reusable-caller-permissions",
    "run-writes-npmrc-token",
    "setup-node-no-version",
    "tool-cannot-exchange",
    "version-file-old",
];

/// What these rules report is repaired even if the step is predicted to publish: the registry compares `repository` with the
/// provenance that the token did not give.
const ALWAYS: [&str; 4] = [
    "repository-form",
    "repository-mismatch",
    "repository-missing",
    "reusable-caller-no-id-token",
];

/// The places that belong to some publish steps.
#[derive(Debug, Default)]
pub(super) struct Concern {
    /// The commands, and the jobs that run them and call them.
    places: Vec<Place>,
    /// Their manifests and workflows.
    files: BTreeSet<FilePath>,
    /// Whether all of them publish by OIDC.
    is_done: bool,
}

impl Concern {
    pub(super) fn of(trial: &Workspace, group: &BTreeSet<StepKey>) -> Self {
        let mut concern = Self {
            is_done: true,
            ..Self::default()
        };
        for_each(trial, group, |context, _, site| {
            concern.is_done &= site.outcome.prediction.outcome == Outcome::Oidc;
            concern.places.push(site.place.clone());
            let callers = site.job.entry.callers.iter();
            let callers = callers.map(|calling| (&calling.path, calling.job.range));
            let own = site.job.job.map(|job| (&site.job.path, job.range));
            for (path, range) in callers.chain(own) {
                concern.places.push(Place::new(path, range));
            }
            concern.files.extend(site.packages.manifests.iter().cloned());
            concern.files.extend(site.packages.candidates.iter().cloned());
            // `permissions` and `env` above the jobs concern all of them.
            let paths = site.job.entry.callers.iter().map(|calling| &calling.path);
            for path in paths.chain([&site.job.path]) {
                if let Some(workflow) = context.sources.workflow(path) {
                    let first = workflow.jobs.iter().map(|job| job.range.start()).min();
                    let head = TextRange::new(0, first.unwrap_or(0));
                    concern.places.push(Place::new(path, head));
                }
            }
        });
        concern
    }

    /// Whether a finding is about one of the steps.
    pub(super) fn includes(&self, found: &Diagnostic) -> bool {
        let is_here = |path: &FilePath, range: TextRange| {
            let mut places = self.places.iter();
            places.any(|place| place.path == *path && place.range.intersects(range))
        };
        let of_package = found.package.as_ref().map(|package| &package.step);
        is_here(&found.path, found.range)
            || self.files.contains(&found.path)
            || of_package.is_some_and(|step| is_here(&step.path, step.range))
            || found
                .related
                .iter()
                .any(|related| is_here(&related.path, related.range))
    }

    /// Whether the move applies the fix of a finding.
    pub(super) fn repairs(&self, found: &Diagnostic) -> bool {
        if found.advice.is_some() || !self.includes(found) {
            return false;
        }
        let is_safe = found.fixes.first();
        let is_safe = is_safe.is_some_and(|fix| fix.applicability == Applicability::Safe);
        let is_error = found.severity == Severity::Error;
        match PREREQUISITES.contains(&found.rule) {
            true => !self.is_done || is_error || ALWAYS.contains(&found.rule),
            // Whatever else makes the publish fail is repaired if that takes no choice.
            false => is_error && is_safe,
        }
    }
}
