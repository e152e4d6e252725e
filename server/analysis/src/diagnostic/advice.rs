//! Advice: what a publish job that works could do better. It is shown as one hint for each job, so that it never nags.

use super::Diagnostic;
use crate::text::Place;

/// The rule under which several pieces of advice about one job are shown.
pub(crate) const GROUP_RULE: &str = "publish-job-hardening";

/// What makes a diagnostic advice: the job that it is about, and what is said of it where several stand together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advice {
    /// The id of the job, and where it stands.
    pub job: Place,
    /// The id of the job.
    pub job_id: String,
    /// What could be better, in a few words.
    pub summary: String,
    /// The pieces that are shown together here; empty for a single one.
    pub pieces: Vec<Diagnostic>,
}

impl Diagnostic {
    /// The diagnostics that this one puts together, each with the fixes of its own rule; itself in the usual case.
    pub(crate) fn pieces(&self) -> &[Self] {
        match &self.advice {
            Some(advice) if !advice.pieces.is_empty() => &advice.pieces,
            _ => std::slice::from_ref(self),
        }
    }

    /// Whether a user who names this rule means this diagnostic.
    pub(crate) fn is_of(&self, rule: &str) -> bool {
        self.rule == rule || (rule == GROUP_RULE && self.advice.is_some())
    }
}
