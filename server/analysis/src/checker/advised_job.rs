//! Advice about jobs that publish by trusted publishing: what would make them stronger.

use super::prelude::*;
use crate::diagnostic::Advice;
use crate::diagnostic::Diagnostic;
use crate::model::job::Job;
use crate::model::workflow::Workflow;
use crate::publish::PublishJob;

/// A job that advice may be given about.
#[derive(Clone, Copy)]
pub(crate) struct AdvisedJob<'c, 'a> {
    /// The job with what it runs.
    pub(crate) facts: &'c PublishJob<'a>,
    /// The workflow.
    pub(crate) workflow: &'a Workflow,
    /// The job as it is written.
    pub(crate) job: &'a Job,
    /// Its publish steps.
    pub(crate) sites: &'c [Site<'a>],
}

/// The jobs that can request an ID token and publish with it. A job that fails has to be fixed first, and a job that only may
/// publish gets no advice.
pub(crate) fn advised_jobs<'c, 'a>(context: &'c CheckContext<'a>) -> Vec<AdvisedJob<'c, 'a>> {
    let advised = |facts: &'c PublishJob<'a>| {
        let sites = context.sites.get(facts.sites.clone())?;
        let job = AdvisedJob {
            facts,
            workflow: facts.job.workflow?,
            job: facts.job.job?,
            sites,
        };
        sites.iter().any(mints_a_token_for_npm).then_some(job)
    };
    context.jobs.iter().filter_map(advised).collect()
}

fn mints_a_token_for_npm(site: &Site<'_>) -> bool {
    site.identity.id_token.grant == Grant::Yes
        && matches!(site.intent(), Intent::Oidc | Intent::Both)
        && site.target.is_npm()
        && !site.outcome.prediction.publishes_nothing()
        && !site.publishing_tool.is_guess
}

impl AdvisedJob<'_, '_> {
    /// The place of the job's id.
    pub(crate) fn place(&self) -> Place {
        Place::new(&self.facts.job.path, self.job.id.range)
    }

    /// Whether something that comes after this number of publish steps comes before another one.
    pub(crate) fn is_before_publish(&self, sites_before: usize) -> bool {
        sites_before < self.sites.len()
    }

    /// A piece of advice. `summary` is its short form, and `place` is in the file of the job.
    pub(crate) fn advise(
        &self,
        rule: &Rule,
        place: &Place,
        summary: impl Into<String>,
        message: impl Into<String>,
    ) -> Diagnostic {
        let mut diagnostic = rule.at(place, Severity::Hint, message);
        diagnostic.advice = Some(Advice {
            job: self.place(),
            job_id: self.job.id.value.clone(),
            summary: summary.into(),
            pieces: Vec::new(),
        });
        diagnostic
    }
}
