use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use trustpub_analysis::{FilePath, RepositorySlug, Workspace, printable};

/// What the page asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// The texts of the repository's files, by path.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// `owner/name` on GitHub; empty if it is not known.
    #[serde(default)]
    pub(crate) repository: String,
    /// The log of a failed run; may be empty.
    #[serde(default)]
    pub(crate) log: String,
    /// Whether the explanation of the log is the long one.
    #[serde(default)]
    pub(crate) verbose: bool,
    /// Whether the answer is the input without secrets, for a link that shares it, instead of what was found.
    #[serde(default)]
    pub(crate) share: bool,
}

/// A file with more bytes is not read, as by the command line. `docs/try/try.js` does not even send one.
const LARGEST_FILE: usize = 2 << 20;

impl Request {
    /// The repository, checked, and what of the input is not used, and why.
    pub(crate) fn workspace(&self) -> (Workspace, Vec<String>) {
        let mut workspace = Workspace::new();
        let mut notes = Vec::new();
        let repository = RepositorySlug::parse(self.repository.trim());
        if repository.is_none() && !self.repository.trim().is_empty() {
            notes.push("The repository is not `owner/name`, so it counts as unknown".to_owned());
        }
        workspace.set_repository(repository, false);
        let mut others = Vec::new();
        for (name, text) in &self.files {
            let path = match path_of(name, text) {
                Ok(path) => path,
                Err(note) => {
                    notes.push(note);
                    continue;
                }
            };
            let text = Arc::<str>::from(text.as_str());
            workspace.set_file(path.clone(), Arc::clone(&text));
            if workspace.file(&path).is_none() {
                others.push((path, text));
            }
        }
        workspace.check();
        // Scripts and lock files are files of the repository only where a step leads to them. Each can lead to another one.
        for _ in 0..others.len() {
            let asked_for = workspace.asked_for();
            let (wanted, rest): (Vec<_>, Vec<_>) =
                others.into_iter().partition(|(path, _)| asked_for.contains(path));
            others = rest;
            if wanted.is_empty() {
                break;
            }
            for (path, text) in wanted {
                workspace.offer_file(path, Some(text));
            }
            workspace.check();
        }
        // Whatever else is asked for may exist: the page does not have the whole repository.
        let unread = |(path, _): &(FilePath, _)| {
            format!("`{}` is not used: no step reads it", printable(path.as_str()))
        };
        notes.extend(others.iter().map(unread));
        (workspace, notes)
    }
}

/// The path of a file, or why the file is not used.
fn path_of(name: &str, text: &str) -> Result<FilePath, String> {
    if name.is_empty() {
        return Err("A file without a path is not used".to_owned());
    }
    let shown = printable(name);
    if text.len() > LARGEST_FILE {
        let (size, most) = (grouped(text.len()), grouped(LARGEST_FILE));
        return Err(format!(
            "`{shown}` is not used: it has {size} bytes, and at most {most} are read"
        ));
    }
    if text.contains('\0') {
        return Err(format!(
            "`{shown}` is not used: it has a NUL character, so it is not text"
        ));
    }
    FilePath::new(name)
        .ok_or_else(|| format!("`{shown}` is not used: it is not a path inside of a repository"))
}

/// `2,097,152`
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
