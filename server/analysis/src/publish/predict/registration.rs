//! What is registered on npm, as the configuration says, beside what a publish site does.

use crate::config::{AllowedAction, ConfiguredPublisher};
use crate::model::repository::{RepositorySlug, SlugComparison};
use crate::publish::site::RegistrationDifference;
use crate::publish::site::RegistrationFact;
use crate::publish::site::RegistrationMismatch;
use crate::publish::site::Site;
use crate::sources::Sources;
use crate::text::Ranged;

impl Site<'_> {
    /// Compares the site with the trusted publishers of the configuration.
    pub(crate) fn find_registration(&self, sources: &Sources<'_>) -> RegistrationFact {
        let mut fact = RegistrationFact::default();
        let registered = sources.trusted_publishers();
        let is_for_npm = self.target.is_npm() && !self.publishing_tool.is_guess;
        if registered.is_empty() || !is_for_npm || self.packages.manifest_is_changed {
            return fact;
        }
        let names = self.package_names(sources);
        fact.is_complete = self.packages.is_complete && !names.is_empty();
        for package in names {
            let publishers = publishers_of(registered, &package, sources.slug());
            let others = publishers.len().saturating_sub(1);
            let compared = publishers
                .into_iter()
                .map(|publisher| (publisher, self.differences(publisher)));
            // npm compares the ID token with each of them, and one that fits is enough.
            let Some((publisher, differences)) = compared.min_by_key(|(_, found)| distance(found)) else {
                fact.is_complete = false;
                continue;
            };
            fact.mismatches
                .extend(differences.into_iter().map(|difference| RegistrationMismatch {
                    package: package.clone(),
                    publisher: publisher.clone(),
                    others,
                    difference,
                }));
        }
        fact.is_complete &= self.entry_workflow().is_some() && !self.environment_is_dynamic();
        fact
    }

    fn differences(&self, publisher: &ConfiguredPublisher) -> Vec<RegistrationDifference> {
        let entry = &publisher.entry;
        let mut differences = Vec::new();
        if let Some(workflow) = self.entry_workflow()
            && workflow != entry.workflow.value
        {
            differences.push(RegistrationDifference::Workflow(workflow.to_owned()));
        }
        differences.extend(self.environment_difference(entry.environment.as_ref()));
        if let Some(allowed) = &entry.allow
            && !self.publishing_tool.is_staged
            && !allowed.value.contains(&AllowedAction::Publish)
        {
            differences.push(RegistrationDifference::Action);
        }
        differences
    }

    /// What is different about the environment. Of a publisher without one, npm's documentation only says that all fields must
    /// match exactly (<https://docs.npmjs.com/trusted-publishers>), and reports contradict each other. A job with an
    /// environment got E404 in Adyen/adyen-node-api-library#1705, automagik-dev/autopg#35 and fletchto99/hexo-sliding-spoiler#25.
    /// In checkly/checkly-cli (#1258), two jobs of one workflow publish the same packages, one with an environment and one
    /// without, from a time in which a package had one publisher.
    fn environment_difference(&self, registered: Option<&Ranged<String>>) -> Option<RegistrationDifference> {
        self.job.job?;
        let own = self.environment();
        match (registered, own) {
            _ if self.environment_is_dynamic() => None,
            (None, None) => None,
            (None, Some(own)) => Some(RegistrationDifference::UnnamedEnvironment(own)),
            (Some(registered), own) if own.as_ref() == Some(&registered.value) => None,
            (Some(_), own) => Some(RegistrationDifference::Environment(own)),
        }
    }

    /// The file name that the ID token carries; none if a workflow of another repository calls this one.
    fn entry_workflow(&self) -> Option<&str> {
        self.job.workflow?;
        self.job.entry.entry_workflow(&self.job.path)
    }

    fn environment_is_dynamic(&self) -> bool {
        self.environment().is_some_and(|name| name.contains("${{"))
    }
}

/// What is registered for a package: entries with its own name go before those with a glob, and entries for this repository
/// before those for another. Since 2026-09-03 a package may have up to 10
/// (<https://github.com/npm/documentation/pull/2034>).
fn publishers_of<'p>(
    registered: &'p [ConfiguredPublisher],
    package: &str,
    slug: Option<&RepositorySlug>,
) -> Vec<&'p ConfiguredPublisher> {
    let fits = |publisher: &&ConfiguredPublisher| publisher.entry.package.value.matches_name(package);
    let by_name = |publisher: &&ConfiguredPublisher| publisher.entry.package.value.is_literal();
    let is_here = |publisher: &&ConfiguredPublisher| match (&publisher.entry.repository, slug) {
        (Some(registered), Some(own)) => registered.value.compare(own) != SlugComparison::Differs,
        _ => true,
    };
    let found: Vec<&ConfiguredPublisher> = registered.iter().filter(fits).collect();
    preferred(preferred(found, by_name), is_here)
}

/// Those that are preferred, or all where none is.
fn preferred<'p>(
    found: Vec<&'p ConfiguredPublisher>,
    is_preferred: impl Fn(&&'p ConfiguredPublisher) -> bool,
) -> Vec<&'p ConfiguredPublisher> {
    let preferred: Vec<_> = found.iter().copied().filter(|one| is_preferred(one)).collect();
    if preferred.is_empty() { found } else { preferred }
}

/// How far an entry is from a publish step. One that npm may accept is nearer than one that it refuses.
fn distance(differences: &[RegistrationDifference]) -> u8 {
    let weights = differences.iter().map(|difference| match difference {
        RegistrationDifference::UnnamedEnvironment(_) => 1,
        RegistrationDifference::Action => 2,
        RegistrationDifference::Environment(_) => 4,
        RegistrationDifference::Workflow(_) => 8,
    });
    weights.sum()
}
