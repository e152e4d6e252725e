//! What is registered on npm, as the configuration says, beside what a publish site does.

use crate::config::{Action, ConfiguredPublisher};
use crate::publish::site::{RegistryFact, Site};
use crate::sources::Assumptions;
use crate::sources::Repository;

/// What the configuration says about the trusted publishers of a site's packages.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RegistrationFact {
    /// Where they do not fit the site, a finding each.
    pub mismatches: Vec<RegistrationMismatch>,
    /// Whether all packages are known, and one is registered for each.
    pub is_complete: bool,
}

/// A registered trusted publisher that does not fit a publish site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistrationMismatch {
    /// The package.
    pub package: String,
    /// What is registered for it.
    pub publisher: ConfiguredPublisher,
    /// What does not fit.
    pub difference: RegistrationDifference,
}

/// What of a registered trusted publisher does not fit a publish site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RegistrationDifference {
    /// The run starts in this workflow file and not in the registered one.
    Workflow(String),
    /// The job has this environment, or none, and not the registered one.
    Environment(Option<String>),
    /// This is done and not allowed.
    Action(Action),
}

impl RegistrationFact {
    /// What is taken for granted once the configuration was looked at.
    pub(crate) fn assumed(&self, assumptions: &Assumptions) -> Assumptions {
        let publisher_matches = match assumptions.publisher_matches {
            Some(matches) => Some(matches),
            None if self.is_refused() => Some(false),
            None => self.is_complete.then_some(true),
        };
        Assumptions {
            publisher_matches,
            ..*assumptions
        }
    }

    /// Whether npm refuses the exchange.
    fn is_refused(&self) -> bool {
        let mut mismatches = self.mismatches.iter();
        mismatches.any(|mismatch| !matches!(mismatch.difference, RegistrationDifference::Action(_)))
    }

    /// Whether npm exchanges the id token and refuses what is done with it.
    pub(crate) fn action_is_refused(&self) -> bool {
        let mut mismatches = self.mismatches.iter();
        mismatches.any(|mismatch| matches!(mismatch.difference, RegistrationDifference::Action(_)))
    }
}

impl Site<'_> {
    /// Compares the site with the trusted publishers of the configuration.
    pub(crate) fn find_registration(&self, repository: &Repository<'_>) -> RegistrationFact {
        let mut fact = RegistrationFact::default();
        let registered = repository.trusted_publishers();
        let is_for_npm = self.registry == RegistryFact::Npm && !self.publisher.is_guess;
        if registered.is_empty() || !is_for_npm || self.manifest_is_changed {
            return fact;
        }
        let names = self.package_names(repository);
        fact.is_complete = self.packages.is_complete && !names.is_empty();
        for package in names {
            let Some(publisher) = publisher_of(registered, &package) else {
                fact.is_complete = false;
                continue;
            };
            let differences = self.differences(publisher);
            fact.mismatches
                .extend(differences.into_iter().map(|difference| RegistrationMismatch {
                    package: package.clone(),
                    publisher: publisher.clone(),
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
        // A publisher without an environment may be used from any.
        if let Some(environment) = &entry.environment
            && self.job.job.is_some()
            && !self.environment_is_dynamic()
            && self.environment().as_ref() != Some(&environment.value)
        {
            differences.push(RegistrationDifference::Environment(self.environment()));
        }
        let action = match self.publisher.command.as_str() {
            "npm stage publish" => Action::StagePublish,
            _ => Action::Publish,
        };
        if let Some(allowed) = &entry.allow
            && !allowed.value.contains(&action)
        {
            differences.push(RegistrationDifference::Action(action));
        }
        differences
    }

    /// The file name that the id token carries; none where a workflow of another repository calls this one.
    fn entry_workflow(&self) -> Option<&str> {
        self.job.workflow?;
        self.job.entry.entry_workflow(&self.job.path)
    }

    fn environment_is_dynamic(&self) -> bool {
        self.environment().is_some_and(|name| name.contains("${{"))
    }
}

/// What is registered for a package: its own name goes before a glob.
fn publisher_of<'p>(registered: &'p [ConfiguredPublisher], package: &str) -> Option<&'p ConfiguredPublisher> {
    let fits = |publisher: &&ConfiguredPublisher| publisher.entry.package.value.matches_name(package);
    let by_name = |publisher: &&ConfiguredPublisher| publisher.entry.package.value.is_literal();
    let mut named = registered.iter().filter(fits).filter(by_name);
    named.next().or_else(|| registered.iter().find(fits))
}
