//! A publish step in a document: for `check --sites` and the hover.

use super::report::SiteReport;
use crate::document::{Block, Field, Phrase, ShownPlace, Tone};
use crate::publish::site::Outcome;
use crate::text::Place;

impl SiteReport {
    /// What the step will do, with the sign and the tone of it.
    pub fn outcome_phrase(&self) -> Phrase {
        let tone = match self.outcome {
            Outcome::Oidc => Tone::Good,
            Outcome::Fails | Outcome::NotReached => Tone::Bad,
            Outcome::Token | Outcome::OidcOrToken => Tone::Doubtful,
            Outcome::Unknown => Tone::Faint,
        };
        Phrase::default().toned(tone, format!("{} {}", self.outcome_sign(), self.outcome_text()))
    }

    /// The facts from which the outcome follows, and what each means.
    pub fn facts(&self, show: impl Fn(&Place) -> Option<ShownPlace>) -> Block {
        let fields = self.evidence.iter().map(|evidence| Field {
            sign: Some(evidence.verdict.sign()),
            place: evidence.place.as_ref().and_then(&show),
            ..Field::new(evidence.fact.label(), evidence.value.as_str())
        });
        Block::Fields(fields.collect())
    }
}
