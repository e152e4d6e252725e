//! What stops publish steps, for the rules that report it.

use std::collections::HashSet;

use super::prelude::*;
use crate::diagnostic::Diagnostic;
use crate::publish::{PublishStop, StopCause, StopPoint};
use crate::text::Grouped;

/// A stop, with the publish steps that it stops and the facts that a rule takes from its cause.
pub(crate) struct FoundStop<'c, 'a, T> {
    /// The first publish step that certainly stops, or else the first that may.
    pub(crate) site: &'c Site<'a>,
    /// All publish steps that it stops.
    sites: Vec<&'c Site<'a>>,
    /// The stop.
    pub(crate) stop: &'c PublishStop,
    /// What the rule takes from the cause.
    pub(crate) cause: T,
}

impl<T> FoundStop<'_, '_, T> {
    /// The command or the action that stops.
    pub(crate) fn command(&self) -> &str {
        match &self.stop.point {
            StopPoint::EarlierStep(name) | StopPoint::SkippedAfter(name) => name,
            StopPoint::Command | StopPoint::Start(_) => &self.site.publishing_tool.command,
        }
    }

    /// The diagnostic, at the words that cause the stop, with each publish step elsewhere that it stops.
    pub(crate) fn report(&self, rule: &Rule, message: impl Into<String>) -> Diagnostic {
        let stop = self.stop;
        let mut diagnostic = rule.at(&stop.place, stop.severity(), message);
        let mut known: HashSet<&Place> = HashSet::new();
        for place in self.sites.iter().map(|site| &site.place) {
            let is_here = place.path == stop.place.path && place.range.intersects(stop.place.range);
            if !is_here && known.insert(place) {
                diagnostic = diagnostic.related(place, "published here");
            }
        }
        diagnostic
    }
}

/// The stops whose cause a rule reports, each once.
pub(crate) fn find_stops<'c, 'a, T>(
    context: &'c CheckContext<'a>,
    choose: impl Fn(&'c StopCause) -> Option<T>,
) -> Vec<FoundStop<'c, 'a, T>> {
    let mut found: Grouped<&Place, FoundStop<'c, 'a, T>> = Grouped::default();
    for site in context.sites {
        let Some(stop) = &site.outcome.stop else {
            continue;
        };
        let Some(cause) = choose(&stop.cause) else {
            continue;
        };
        let Some(known) = found.get_mut(&&stop.place) else {
            let sites = vec![site];
            found.push(
                &stop.place,
                FoundStop {
                    site,
                    sites,
                    stop,
                    cause,
                },
            );
            continue;
        };
        known.sites.push(site);
        if stop.is_in_every_run && !known.stop.is_in_every_run {
            (known.site, known.stop, known.cause) = (site, stop, cause);
        }
    }
    found.into_values()
}

impl PublishStop {
    /// An error if every run stops there, otherwise a warning.
    pub(crate) fn severity(&self) -> Severity {
        match self.is_in_every_run {
            true => Severity::Error,
            false => Severity::Warning,
        }
    }
}
