//! What a log is searched for, in one automaton: logs may have hundreds of megabytes.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Match, MatchKind};

use super::super::signals::{SIGNALS, Signal};
use super::place::{PLACE_TEXTS, PlaceSign};

/// A text that the automaton finds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needle {
    /// A text that tells something.
    Whole(&'static str, Signal),
    /// The start of one at the end of a line, with its length: the rest may be on the next.
    Wrapped(&'static str, Signal, usize),
    /// A text that tells the job or the step.
    Place(PlaceSign),
}

/// Shorter starts of texts end too many lines.
const SHORTEST_START: usize = 8;

/// The automaton, and what each of its patterns is.
pub(super) struct Needles {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
    /// The length of the longest pattern.
    pub(super) longest: usize,
}

/// None only if the automaton were too large to build.
pub(super) static NEEDLES: LazyLock<Option<Needles>> = LazyLock::new(|| {
    let mut needles = Vec::new();
    let mut patterns: Vec<Vec<u8>> = Vec::new();
    for (text, sign) in PLACE_TEXTS {
        needles.push(Needle::Place(*sign));
        patterns.push(text.as_bytes().to_vec());
    }
    for (text, signal) in SIGNALS.iter() {
        needles.push(Needle::Whole(text, *signal));
        patterns.push(text.as_bytes().to_vec());
        for length in (SHORTEST_START..text.len()).filter(|length| text.is_char_boundary(*length)) {
            needles.push(Needle::Wrapped(text, *signal, length));
            let start = text.as_bytes().iter().take(length).copied();
            patterns.push(start.chain([b'\n']).collect());
        }
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(&patterns);
    Some(Needles {
        automaton: automaton.ok()?,
        longest: patterns.iter().map(Vec::len).max()?,
        needles,
    })
});

impl Needles {
    /// All texts in a part of a log, by their ends; none hides another.
    pub(super) fn find<'s>(&'s self, log: &'s [u8]) -> impl Iterator<Item = (Match, Needle)> + 's {
        let found = self.automaton.find_overlapping_iter(log);
        found.filter_map(|found| Some((found, *self.needles.get(found.pattern().as_usize())?)))
    }
}
