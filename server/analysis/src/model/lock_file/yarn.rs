use memchr::{memmem, memrchr};

use super::{LockedDependency, LockedVersion, lines};

/// An entry begins with all the ranges that it answers: `lerna@^9.0.0, lerna@^9.0.1:`, in newer Yarns
/// `"lerna@npm:^9.0.0, lerna@npm:^9.0.1":`.
pub(crate) fn locked(text: &str, dependency: &LockedDependency<'_>) -> Vec<LockedVersion> {
    let needle = format!("{}@", dependency.package);
    let mut all: Vec<LockedVersion> = Vec::new();
    let mut behind = 0;
    for at in memmem::find_iter(text.as_bytes(), needle.as_bytes()) {
        // Each line is looked at once, however often it names the package.
        if at < behind {
            continue;
        }
        let entry = YarnEntry::around(text, at);
        behind = entry.start + entry.key.len();
        let mut ranges = entry.ranges(&needle).peekable();
        if ranges.peek().is_none() {
            continue;
        }
        let is_asked_for = ranges.any(|range| range == dependency.range.trim());
        let Some(version) = entry.version(text) else {
            continue;
        };
        if is_asked_for {
            return vec![version];
        }
        all.push(version);
    }
    all
}

/// An entry of the file.
struct YarnEntry<'t> {
    /// The offset of its first line.
    start: usize,
    /// Its first line.
    key: &'t str,
}

impl<'t> YarnEntry<'t> {
    /// The entry that would begin with the line that holds the offset.
    fn around(text: &'t str, at: usize) -> Self {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        let start = memrchr(b'\n', before).map_or(0, |line_break| line_break + 1);
        let line = lines(text.get(start..).unwrap_or_default(), start).next();
        Self {
            start,
            key: line.map_or("", |(_, line)| line),
        }
    }

    /// The ranges of one package, whose name with its `@` is `needle`. Lines inside an entry have none.
    fn ranges(&self, needle: &str) -> impl Iterator<Item = &'t str> {
        let is_inside = self.key.starts_with([' ', '\t', '#']);
        let key = self.key.strip_suffix(':').filter(|_| !is_inside);
        let specifications = key.unwrap_or_default().split(',');
        specifications.filter_map(move |specification| {
            let specification = specification.trim_matches([' ', '"']);
            let range = specification.strip_prefix(needle)?;
            Some(range.strip_prefix("npm:").unwrap_or(range))
        })
    }

    fn version(&self, text: &str) -> Option<LockedVersion> {
        let mut lines = lines(text.get(self.start..)?, self.start);
        lines.next();
        let mut own = lines.take_while(|(_, line)| line.starts_with(' '));
        own.find_map(|(at, line)| {
            let value = line.trim_start().strip_prefix("version")?;
            let written = value.strip_prefix(':').unwrap_or(value).trim().trim_matches('"');
            let offset = line.rfind(written)?;
            LockedVersion::read(written, at + offset)
        })
    }
}
