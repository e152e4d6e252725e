use memchr::memmem;

use super::{LockedDependency, LockedVersion, lines};

const SECTIONS: [&str; 3] = ["devDependencies", "dependencies", "optionalDependencies"];

/// `importers` has the packages of the workspace by their folders. Before version 9 a repository of one package has
/// its dependencies at the top. A newer pnpm puts a document with its own version in front.
pub(crate) fn locked(text: &str, dependency: &LockedDependency<'_>) -> Option<LockedVersion> {
    let mut start = 0;
    loop {
        let rest = text.get(start..)?;
        let end = memmem::find(rest.as_bytes(), b"\n---").map(|at| at + 1);
        let document = PnpmBlock {
            text: rest.get(..end.unwrap_or(rest.len()))?,
            start,
        };
        if let Some(version) = of_document(document, dependency) {
            return Some(version);
        }
        // After the dashes, so that the next document does not begin with them.
        start += end? + 3;
    }
}

fn of_document(document: PnpmBlock<'_>, dependency: &LockedDependency<'_>) -> Option<LockedVersion> {
    let folder = match dependency.folder {
        "" => ".",
        folder => folder,
    };
    if let Some(importers) = document.top("importers") {
        return of_importer(importers.child(folder)?.block, dependency.package);
    }
    if folder != "." {
        return None;
    }
    SECTIONS
        .iter()
        .find_map(|section| of_section(document.top(section)?, dependency.package))
}

fn of_importer(importer: PnpmBlock<'_>, package: &str) -> Option<LockedVersion> {
    SECTIONS
        .iter()
        .find_map(|section| of_section(importer.child(section)?.block, package))
}

/// Up to version 5 the version is next to the name, later below it.
fn of_section(section: PnpmBlock<'_>, package: &str) -> Option<LockedVersion> {
    let entry = section.child(package)?;
    let (at, written) = match entry.value.1 {
        "" => entry.block.child("version")?.value,
        _ => entry.value,
    };
    let unquoted = written.trim_start_matches(['\'', '"']);
    let at = at + written.len() - unquoted.len();
    // The peers with which it was installed: `5.0.0(react@18.0.0)`, in version 5 `5.0.0_react@18.0.0`.
    let version = unquoted.split(['(', '_', '\'', '"']).next()?;
    LockedVersion::read(version, at)
}

/// Lines that are indented further than their parent's, and the offset of the first.
#[derive(Clone, Copy)]
struct PnpmBlock<'t> {
    text: &'t str,
    start: usize,
}

/// A key with what is next to and below it.
struct Child<'t> {
    /// The value, with its offset.
    value: (usize, &'t str),
    block: PnpmBlock<'t>,
}

impl<'t> PnpmBlock<'t> {
    /// The lines below a key that is not indented.
    fn top(self, key: &str) -> Option<Self> {
        let needle = format!("\n{key}:");
        let at = memmem::find(self.text.as_bytes(), needle.as_bytes())?;
        self.below(self.start + at + needle.len(), 0)
    }

    fn child(self, key: &str) -> Option<Child<'t>> {
        let mut content = lines(self.text, self.start).filter(|(_, line)| !line.trim_start().is_empty());
        let first = content.next()?;
        let depth = indent(first.1);
        let mut siblings = std::iter::once(first)
            .chain(content)
            .filter(|(_, line)| indent(line) == depth);
        let (at, line, value) = siblings.find_map(|(at, line)| {
            let (name, value) = key_and_value(line)?;
            (name == key).then_some((at, line, value))
        })?;
        Some(Child {
            value: (at + line.len() - value.len(), value),
            block: self.below(at + line.len(), depth)?,
        })
    }

    /// The lines after the offset, up to one that is not indented further than `depth`.
    fn below(self, end_of_line: usize, depth: usize) -> Option<Self> {
        let rest = self.text.get(end_of_line - self.start..)?;
        let (first, _) = rest.split_once('\n').unwrap_or((rest, ""));
        let start = (end_of_line + first.len() + 1).min(self.start + self.text.len());
        let text = self.text.get(start - self.start..)?;
        let outside = lines(text, 0).find(|(_, line)| !line.trim_start().is_empty() && indent(line) <= depth);
        Some(Self {
            text: text.get(..outside.map_or(text.len(), |(at, _)| at))?,
            start,
        })
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// A key without its quotes, and what follows its colon.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let (key, behind) = match line.chars().next()? {
        quote @ ('\'' | '"') => line.get(1..)?.split_once(quote)?,
        _ => line.split_at(line.find(": ").unwrap_or(line.len().checked_sub(1)?)),
    };
    Some((key, behind.strip_prefix(':')?.trim_start()))
}
