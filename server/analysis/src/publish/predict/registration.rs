//! What is registered on npm, as the configuration says, beside what a publish site does.

use crate::config::{AllowedAction, ConfiguredPublisher};
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
        differences.extend(self.environment_difference(entry.environment.as_ref()));
        let action = match self.publishing_tool.is_staged {
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

    /// What is different about the environment. Of a publisher without one, npm's documentation only says that all fields must
    /// match exactly (<https://docs.npmjs.com/trusted-publishers>), and reports contradict each other. A job with an
    /// environment got E404 in Adyen/adyen-node-api-library#1705, automagik-dev/autopg#35 and fletchto99/hexo-sliding-spoiler#25.
    /// In checkly/checkly-cli (#1258), two jobs of one workflow publish the same packages, one with an environment and one
    /// without, although a package has one publisher.
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

/// What is registered for a package: its own name goes before a glob.
fn publisher_of<'p>(registered: &'p [ConfiguredPublisher], package: &str) -> Option<&'p ConfiguredPublisher> {
    let fits = |publisher: &&ConfiguredPublisher| publisher.entry.package.value.matches_name(package);
    let by_name = |publisher: &&ConfiguredPublisher| publisher.entry.package.value.is_literal();
    let mut named = registered.iter().filter(fits).filter(by_name);
    named.next().or_else(|| registered.iter().find(fits))
}
