//! What is registered on npm, as the configuration says, beside what a publish site does.

use crate::config::{AllowedAction, ConfiguredPublisher};
use crate::publish::site::RegistrationDifference;
use crate::publish::site::RegistrationFact;
use crate::publish::site::RegistrationMismatch;
use crate::publish::site::Site;
use crate::sources::Sources;

impl Site<'_> {
    /// Compares the site with the trusted publishers of the configuration.
    pub(crate) fn find_registration(&self, sources: &Sources<'_>) -> RegistrationFact {
        let mut fact = RegistrationFact::default();
        let registered = sources.trusted_publishers();
        let is_for_npm = self.target.is_npm() && !self.publisher.is_guess;
        if registered.is_empty() || !is_for_npm || self.packages.manifest_is_changed {
            return fact;
        }
        let names = self.package_names(sources);
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
        let action = match self.publisher.is_staged {
            true => AllowedAction::StagePublish,
            false => AllowedAction::Publish,
        };
        if let Some(allowed) = &entry.allow
            && !allowed.value.contains(&action)
        {
            differences.push(RegistrationDifference::Action(action));
        }
        differences
    }

    /// The file name that the id token carries; none if a workflow of another repository calls this one.
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
