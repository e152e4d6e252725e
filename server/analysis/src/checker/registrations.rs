//! What the rules about registered trusted publishers share.

use super::prelude::*;
use crate::diagnostic::Diagnostic;
use crate::publish::{Outcome, RegistrationDifference, RegistrationMismatch};

/// Packages of one site whose registered trusted publishers have the same difference to it.
pub(crate) struct Mismatch<'s> {
    /// The site.
    pub(crate) site: &'s Site<'s>,
    /// The first of the packages, for all of them.
    pub(crate) first: &'s RegistrationMismatch,
    /// How many more packages there are.
    pub(crate) more: usize,
    /// The severity of the finding.
    pub(crate) severity: Severity,
}

/// The mismatches of a file's sites that concern a rule, those of one site together.
pub(crate) fn mismatches<'s>(
    context: &CheckContext<'s>,
    concerns: impl Fn(&RegistrationDifference) -> bool,
) -> Vec<Mismatch<'s>> {
    let mut found: Vec<Mismatch<'_>> = Vec::new();
    for site in context.sites {
        let severity = match (site.intent(), site.outcome.prediction.outcome) {
            // It publishes without a token exchange.
            (Intent::Token, _) => continue,
            (_, Outcome::Fails | Outcome::NotReached) => Severity::Error,
            _ => Severity::Warning,
        };
        for mismatch in &site.identity.registration.mismatches {
            if !concerns(&mismatch.difference) {
                continue;
            }
            let severity = match &mismatch.difference {
                // Whether npm refuses it is not known, however the step ends.
                RegistrationDifference::UnnamedEnvironment(_) => Severity::Warning,
                _ => severity,
            };
            let same = found.iter_mut().find(|found| {
                found.site.place == site.place
                    && found.first.difference == mismatch.difference
                    && found.first.publisher == mismatch.publisher
            });
            match same {
                Some(same) if same.first.package == mismatch.package => {}
                Some(same) => same.more += 1,
                None => found.push(Mismatch {
                    site,
                    first: mismatch,
                    more: 0,
                    severity,
                }),
            }
        }
    }
    found
}

impl Mismatch<'_> {
    /// "`npm publish` will fail with ENEEDAUTH"
    pub(crate) fn consequence(&self) -> String {
        let command = &self.site.publishing_tool.command;
        let may_fail = matches!(
            self.first.difference,
            RegistrationDifference::UnnamedEnvironment(_)
        );
        let consequence = match (self.severity, self.site.outcome.prediction.error) {
            _ if may_fail => "may fail".to_owned(),
            (Severity::Error, Some(error)) => format!("will fail with {error}"),
            (Severity::Error, None) => "will fail".to_owned(),
            _ => "can publish only with a token".to_owned(),
        };
        format!("`{command}` {consequence}")
    }

    /// "It is registered for `@acme/widget` and 2 more packages." Of several that are registered, it is the nearest.
    pub(crate) fn owners(&self) -> String {
        let package = &self.first.package;
        let owners = match self.more {
            0 => format!("It is registered for `{package}`."),
            1 => format!("It is registered for `{package}` and 1 more package."),
            more => format!("It is registered for `{package}` and {more} more packages."),
        };
        match self.first.others {
            0 => owners,
            1 => format!("{owners} The other one does not match either."),
            others => format!("{owners} The {others} others do not match either."),
        }
    }

    /// The diagnostic, with the registration as a related place.
    pub(crate) fn diagnostic(
        &self,
        rule: &Rule,
        place: &Place,
        message: String,
        registered: crate::text::TextRange,
    ) -> Diagnostic {
        let diagnostic = rule.at(place, self.severity, message);
        match self.first.publisher.place(registered) {
            Some(registered) => diagnostic.related(&registered, "this is registered on npm"),
            None => diagnostic,
        }
    }
}
