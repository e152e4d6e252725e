//! What keeps publish steps from publishing, for the rules that report it.

use super::prelude::*;
use crate::publish::{PublishStop, StopCause, StopPoint};

/// A stop, with the first publish step that it stops and what a rule wants of its cause.
pub(crate) struct FoundStop<'c, 'a, T> {
    /// The publish step.
    pub(crate) site: &'c Site<'a>,
    /// The stop.
    pub(crate) stop: &'c PublishStop,
    /// What the rule has chosen of the cause.
    pub(crate) cause: T,
}

impl<T> FoundStop<'_, '_, T> {
    /// The command or the action that stops.
    pub(crate) fn command(&self) -> &str {
        match &self.stop.point {
            StopPoint::EarlierStep(name) => name,
            StopPoint::Command | StopPoint::Start(_) => &self.site.publisher.command,
        }
    }
}

/// The stops whose cause a rule chooses, each once.
pub(crate) fn find_stops<'c, 'a, T>(
    context: &'c CheckContext<'a>,
    choose: impl Fn(&'c StopCause) -> Option<T>,
) -> Vec<FoundStop<'c, 'a, T>> {
    let mut found: Vec<FoundStop<'c, 'a, T>> = Vec::new();
    for site in context.sites {
        let Some(stop) = &site.outcome.stop else {
            continue;
        };
        let is_new = !found.iter().any(|other| other.stop.place == stop.place);
        if let Some(cause) = choose(&stop.cause).filter(|_| is_new) {
            found.push(FoundStop { site, stop, cause });
        }
    }
    found
}

impl PublishStop {
    /// An error if every run ends so, and else a warning.
    pub(crate) fn severity(&self) -> Severity {
        match self.is_in_every_run {
            true => Severity::Error,
            false => Severity::Warning,
        }
    }
}
