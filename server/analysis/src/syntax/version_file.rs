//! The files from which setup-node's `node-version-file` reads a version.

use toml::de::{DeTable, DeValue};

use crate::text::{Ranged, TextRange};

/// Which file this is, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum VersionFileKind {
    /// `.nvmrc`, `.node-version` and every other file whose first line is a version.
    Plain,
    /// `.tool-versions` of asdf.
    ToolVersions,
    /// `mise.toml`, `.mise.toml`.
    Mise,
}

/// The version that the file asks for, exactly as setup-node would read it; none if it finds none, or where
/// what it finds names no release (`system`, `ref:…`), so that only the run knows.
///
/// `mise.toml` is read as mise reads it. setup-node up to v7.0.0 takes that file for a plain one
/// (`knowledge::setup_node::reads_mise`); its main branch reads it since August 2026, all but lists.
pub(crate) fn node_version(text: &str, kind: VersionFileKind) -> Option<Ranged<String>> {
    let version = match kind {
        VersionFileKind::Plain => first_version_line(text).or_else(|| whole_line(text)),
        VersionFileKind::ToolVersions => first_version_line(text),
        VersionFileKind::Mise => mise_version(text),
    }?;
    names_a_release(&version.value).then_some(version)
}

/// The first line that is a single word, with `node` or `nodejs` in front or not; a `v` in front falls away.
/// A line with two versions, or with blanks at either end, is not such a line.
fn first_version_line(text: &str) -> Option<Ranged<String>> {
    let mut start = 0;
    for line in text.split(['\n', '\r', '\u{2028}', '\u{2029}']) {
        if let Some(version) = version_of_line(line) {
            let at = start + line.len() - version.len();
            return Some(Ranged::new(
                version.to_owned(),
                TextRange::new(at, at + version.len()),
            ));
        }
        let rest = text.get(start + line.len()..).unwrap_or("");
        start += line.len() + rest.chars().next().map_or(0, char::len_utf8);
    }
    None
}

fn version_of_line(line: &str) -> Option<&str> {
    let after_name = |name| {
        let rest: &str = line.strip_prefix(name)?;
        let word = rest.trim_start();
        (word.len() < rest.len()).then_some(word)
    };
    let word = after_name("nodejs")
        .or_else(|| after_name("node"))
        .unwrap_or(line);
    let version = match word.strip_prefix('v') {
        Some(version) if !version.is_empty() => version,
        _ => word,
    };
    let is_word = !version.is_empty() && !version.contains(char::is_whitespace);
    is_word.then_some(version)
}

/// Without such a line setup-node takes the whole text, blanks at its ends removed: `>= 22`, for example.
fn whole_line(text: &str) -> Option<Ranged<String>> {
    let version = text.trim();
    if version.is_empty() || version.contains(['\n', '\r']) {
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let range = TextRange::new(start, start + version.len());
    Some(Ranged::new(version.to_owned(), range))
}

/// `node = "24"`, `node = { version = "24" }` or `node = ["24", "22"]` of `[tools]`; of a list mise puts the
/// first in front. The range is the string's, quotes included.
fn mise_version(text: &str) -> Option<Ranged<String>> {
    // A text with errors is unknown to setup-node too, but while it is being typed, its readable part counts.
    let (table, _errors) = DeTable::parse_recoverable(text);
    let tools = table.get_ref().get("tools")?.get_ref().as_table()?;
    let node = tools.get("node")?;
    let version = match node.get_ref() {
        DeValue::Table(table) => table.get("version")?,
        DeValue::Array(versions) => {
            let first = versions.iter().next()?;
            match first.get_ref() {
                DeValue::Table(table) => table.get("version")?,
                _ => first,
            }
        }
        _ => node,
    };
    let value = version.get_ref().as_str()?.to_owned();
    let range = version.span();
    Some(Ranged::new(value, TextRange::new(range.start, range.end)))
}

fn names_a_release(version: &str) -> bool {
    let is_elsewhere = ["ref:", "path:", "prefix:", "sub-"]
        .iter()
        .any(|prefix| version.starts_with(prefix));
    !(version.is_empty() || version == "system" || is_elsewhere)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The version, after a check that its range shows it (in quotes or not).
    fn version(text: &str, kind: VersionFileKind) -> Option<String> {
        let version = node_version(text, kind)?;
        let shown = version.range.slice(text).trim_matches(['"', '\'']);
        assert_eq!(shown, version.value, "range in {text:?}");
        Some(version.value)
    }

    #[test]
    fn plain_files() {
        for (text, expected) in [
            ("24", Some("24")),
            ("v24.7.0\n", Some("24.7.0")),
            ("\r\nv22\r\n", Some("22")),
            ("lts/*\n", Some("lts/*")),
            ("lts/jod", Some("lts/jod")),
            ("node\n", Some("node")),
            ("node 22\n", Some("22")),
            ("nodejs\tv22.1.0", Some("22.1.0")),
            ("node v24", Some("24")),
            (" 24 \n", Some("24")),
            (">= 22\n", Some(">= 22")),
            ("# the é version\n24\n", Some("24")),
            ("v", Some("v")),
            ("system", None),
            ("", None),
            (" \n", None),
            ("24 22\n20 18\n", None),
        ] {
            assert_eq!(
                version(text, VersionFileKind::Plain).as_deref(),
                expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn tool_versions() {
        for (text, expected) in [
            ("python 3.12.0\nnodejs 24.7.0\nnode 22\n", Some("24.7.0")),
            ("ruby 3\r\nnode v22\r\n", Some("22")),
            ("nodejs ref:v24", None),
            ("nodejs path:/opt/node", None),
            ("nodejs system", None),
            ("nodejs 24.7.0 22.1.0", None),
            ("nodejs-extra 1", None),
            ("python 3.12.0\n", None),
        ] {
            let found = version(text, VersionFileKind::ToolVersions);
            assert_eq!(found.as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn mise_files() {
        for (text, expected) in [
            ("[tools]\nnode = \"24\"\n", Some("24")),
            ("[tools]\n'node' = 'lts'\n", Some("lts")),
            (
                "# é\n[tools]\nnode = { version = \"24.7.0\", x = 1 }\n",
                Some("24.7.0"),
            ),
            ("[tools]\nnode = [\"24\", \"22\"]\n", Some("24")),
            ("[tools]\nnode = [{ version = \"24\" }]\n", Some("24")),
            ("tools.node = \"22\"\n", Some("22")),
            ("[tools]\nnode = 24\n", None),
            ("[tools]\nnode = []\n", None),
            ("[tools]\nnode = \"ref:main\"\n", None),
            ("[tools]\npython = \"3\"\n", None),
            ("node = \"24\"\n", None),
            ("tools = 1\n", None),
            ("[tools]\nnode = \"24\"\nbroken = \n", Some("24")),
        ] {
            assert_eq!(
                version(text, VersionFileKind::Mise).as_deref(),
                expected,
                "{text:?}"
            );
        }
    }
}
