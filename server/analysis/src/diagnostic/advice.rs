//! Advice: what a publish job that works could do better. It is shown as one hint for each job, so that it never nags.

use super::{Applicability, Diagnostic, Fix};
use crate::text::Place;

/// The rule under which several pieces of advice about one job are shown.
pub(crate) const GROUP_RULE: &str = "publish-job-hardening";

/// What makes a diagnostic advice: the job that it is about, and what is said of it where several are together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advice {
    /// The id of the job, and where it is.
    pub job: Place,
    /// The id of the job.
    pub job_id: String,
    /// What could be better, in a few words.
    pub summary: String,
    /// The pieces that are shown together here; empty for a single one.
    pub pieces: Vec<Diagnostic>,
}

/// What applies a fix.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FixedBy {
    /// `trustpub fix`
    Fix,
    /// `trustpub fix --unsafe`
    UnsafeFix,
    /// `trustpub fix --unsafe --rule` with this rule: it may break a build, and nothing is wrong without it.
    FixOfRule(&'static str),
    /// The user, in an editor: another fix is preferred.
    Editor,
}

impl Diagnostic {
    /// The diagnostics that this one puts together, each with the fixes of its own rule; itself in the usual case.
    pub(crate) fn pieces(&self) -> &[Self] {
        match &self.advice {
            Some(advice) if !advice.pieces.is_empty() => &advice.pieces,
            _ => std::slice::from_ref(self),
        }
    }

    /// What applies each of its fixes. [`crate::fix_all::FixChoice`] chooses accordingly.
    pub fn ways_to_fix(&self) -> Vec<(&Fix, FixedBy)> {
        self.pieces().iter().flat_map(Self::own_ways_to_fix).collect()
    }

    fn own_ways_to_fix(&self) -> Vec<(&Fix, FixedBy)> {
        let is_safe = |fix: &Fix| fix.applicability == Applicability::Safe;
        let first_safe = self.fixes.iter().position(is_safe);
        let fixes = self.fixes.iter().enumerate();
        let ways = fixes.map(|(index, fix)| {
            let by = match index {
                _ if Some(index) == first_safe => FixedBy::Fix,
                0 if self.advice.is_some() => FixedBy::FixOfRule(self.rule),
                0 => FixedBy::UnsafeFix,
                _ => FixedBy::Editor,
            };
            (fix, by)
        });
        ways.collect()
    }

    /// Whether a user who names this rule means this diagnostic.
    pub(crate) fn is_of(&self, rule: &str) -> bool {
        self.rule == rule || (rule == GROUP_RULE && self.advice.is_some())
    }
}
