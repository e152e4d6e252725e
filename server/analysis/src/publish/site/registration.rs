use crate::config::ConfiguredPublisher;
use crate::sources::Assumptions;

/// What the configuration says about the trusted publishers of a site's packages.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct RegistrationFact {
    /// Where they do not fit the site, a finding each.
    pub mismatches: Vec<RegistrationMismatch>,
    /// Whether all packages are known, and one is registered for each.
    pub is_complete: bool,
}

/// A registered trusted publisher that does not fit a publish site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RegistrationMismatch {
    /// The package.
    pub package: String,
    /// What is registered for it: of several, the nearest.
    pub publisher: ConfiguredPublisher,
    /// How many more are registered for it, none of which fits.
    pub others: usize,
    /// What does not fit.
    pub difference: RegistrationDifference,
}

/// What of a registered trusted publisher does not fit a publish site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RegistrationDifference {
    /// The run starts in this workflow file and not in the registered one.
    Workflow(String),
    /// The job has this environment, or none, and not the registered one.
    Environment(Option<String>),
    /// The job has this environment, and none is registered. Whether npm refuses that is not known.
    UnnamedEnvironment(String),
    /// `npm publish` is not allowed. `npm stage publish` always is (<https://github.com/npm/documentation/pull/2034>).
    Action,
}

impl RegistrationFact {
    /// What is taken for granted once the configuration was looked at.
    pub(crate) fn assumed(&self, assumptions: &Assumptions) -> Assumptions {
        let publisher_matches = match assumptions.publisher_matches {
            Some(matches) => Some(matches),
            None if self.is_refused() => Some(false),
            None if self.may_be_refused() => None,
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
        mismatches.any(|mismatch| {
            matches!(
                mismatch.difference,
                RegistrationDifference::Workflow(_) | RegistrationDifference::Environment(_)
            )
        })
    }

    /// Whether npm may refuse the exchange although nothing that is registered contradicts.
    pub(crate) fn may_be_refused(&self) -> bool {
        let mut mismatches = self.mismatches.iter();
        mismatches
            .any(|mismatch| matches!(mismatch.difference, RegistrationDifference::UnnamedEnvironment(_)))
    }

    /// Whether npm exchanges the ID token and refuses what is done with it.
    pub(crate) fn action_is_refused(&self) -> bool {
        let mut mismatches = self.mismatches.iter();
        mismatches.any(|mismatch| matches!(mismatch.difference, RegistrationDifference::Action))
    }
}
