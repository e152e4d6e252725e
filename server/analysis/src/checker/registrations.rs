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
    /// How many packages there are besides.
    pub(crate) more: usize,
    /// How bad it is.
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
            // It does not ask npm for an exchange.
            (Intent::Token, _) => continue,
            (_, Outcome::Fails | Outcome::NotReached) => Severity::Error,
            _ => Severity::Warning,
        };
        for mismatch in &site.identity.registration.mismatches {
            if !concerns(&mismatch.difference) {
                continue;
            }
            let severity = match &mismatch.difference {
                // What npm makes of it is not known, however the step ends.
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
    /// "`npm publish` will fail with ENEEDAUTH: the trusted publisher of `@acme/widget`"
    pub(crate) fn beginning(&self) -> String {
        let command = &self.site.publisher.command;
        let more = match self.more {
            0 => String::new(),
            more => format!(" and of {more} more"),
        };
        let may_fail = matches!(
            self.first.difference,
            RegistrationDifference::UnnamedEnvironment(_)
        );
        let consequence = match (self.severity, self.site.outcome.prediction.error) {
            _ if may_fail => "may fail".to_owned(),
            (Severity::Error, Some(error)) => format!("will fail with {error}"),
            (Severity::Error, None) => "will fail".to_owned(),
            _ => "publishes with a token at best".to_owned(),
        };
        format!(
            "`{command}` {consequence}: the trusted publisher of `{}`{more}",
            self.first.package
        )
    }

    /// The diagnostic, with what is registered as a related place.
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
