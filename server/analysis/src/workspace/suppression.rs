use std::collections::BTreeSet;

use crate::config::UsedIgnore;
use crate::sources::Sources;
use crate::text::FilePath;
use crate::text::TextRange;

/// Decides which findings are ignored, and writes down by what.
#[derive(Debug)]
pub(crate) struct Suppression<'r, 'a> {
    sources: &'r Sources<'a>,
    used: BTreeSet<UsedIgnore>,
}

impl<'r, 'a> Suppression<'r, 'a> {
    pub(crate) fn new(sources: &'r Sources<'a>) -> Self {
        Self {
            sources,
            used: BTreeSet::new(),
        }
    }

    /// Whether a finding of `rule` at a place is ignored: there, whatever file's analysis found it.
    pub(crate) fn hides(&mut self, rule: &'static str, path: &FilePath, range: TextRange) -> bool {
        let mut is_hidden = false;
        for number in self.sources.settings().ignores(rule, path) {
            self.used.insert(UsedIgnore::Entry(number, rule));
            is_hidden = true;
        }
        let file = self.sources.file(path);
        for comment in file.map_or(&[] as &[_], |file| file.ignores_at(range.start())) {
            for named in comment.rules.iter().filter(|named| named.value == rule) {
                self.used.insert(UsedIgnore::Comment {
                    path: path.clone(),
                    at: named.range,
                });
                is_hidden = true;
            }
        }
        is_hidden
    }

    /// The ignores that have hidden something.
    pub(crate) fn into_used(self) -> BTreeSet<UsedIgnore> {
        self.used
    }
}
