//! The lines that are kept: a log may repeat one without end.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::super::signals::Signal;
use super::Hit;
use super::place::Name;

/// Of one kind in one job, so many first lines are kept …
const MOST_FIRST: usize = 40;
/// … and so many last ones, since a log ends with what failed.
const MOST_LAST: usize = 10;
/// Each names another package.
const MOST_PUBLISHED: usize = 500;
/// More first lines, and more last lines, of all kinds and jobs are not kept.
const MOST_HITS: usize = 6_000;

/// Hits with their order.
#[derive(Debug, Default)]
pub(super) struct Kept {
    first: Vec<(usize, Hit)>,
    later: HashMap<(Name, Signal), Later>,
    /// How many there are in `later`.
    last: usize,
    /// How many were seen.
    seen: usize,
    /// The first hit of a job whose name is not known yet.
    nameless_since: usize,
}

#[derive(Debug, Default)]
struct Later {
    taken: usize,
    last: VecDeque<(usize, Hit)>,
}

impl Kept {
    pub(super) fn push(&mut self, hit: Hit) {
        let most = match hit.signal {
            Signal::Published => MOST_PUBLISHED,
            _ => MOST_FIRST,
        };
        let later = self.later.entry((hit.job.clone(), hit.signal)).or_default();
        let order = self.seen;
        self.seen += 1;
        if later.taken < most && self.first.len() < MOST_HITS {
            later.taken += 1;
            self.first.push((order, hit));
            return;
        }
        if later.last.len() >= MOST_LAST {
            later.last.pop_front();
        } else if self.last < MOST_HITS {
            self.last += 1;
        } else {
            return;
        }
        later.last.push_back((order, hit));
    }

    /// The job of the hits from here on is not known yet.
    pub(super) fn start_job(&mut self) {
        self.nameless_since = self.seen;
    }

    /// Its name is found.
    pub(super) fn name_job(&mut self, name: &Arc<str>) {
        let since = self.nameless_since;
        let last = self.later.values_mut().flat_map(|later| &mut later.last);
        for (order, hit) in self.first.iter_mut().chain(last) {
            if *order >= since && hit.job.is_none() {
                hit.job = Some(Arc::clone(name));
            }
        }
        self.nameless_since = self.seen;
    }

    /// All, in the order of the log.
    pub(super) fn into_hits(self) -> Vec<Hit> {
        let last = self.later.into_values().flat_map(|later| later.last);
        let mut hits: Vec<(usize, Hit)> = self.first.into_iter().chain(last).collect();
        hits.sort_by_key(|(order, _)| *order);
        hits.into_iter().map(|(_, hit)| hit).collect()
    }
}
