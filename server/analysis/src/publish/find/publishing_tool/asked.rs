//! Which release of its tool a command asks for.

use super::ToolSearch;
use crate::knowledge::tool_releases::newest_release;
use crate::publish::read::command::{ProgramOrigin, PublishCommand};
use crate::publish::tools::ToolEntry;

/// Stands for a version that only the run knows.
const UNKNOWN: &str = "$";

impl ToolSearch<'_, '_> {
    /// The version or range that a command asks for: the one that it names, the one that an earlier step installed, or the
    /// newest where the tool is fetched. None if the dependencies of the repository decide.
    ///
    /// `dlx` never looks at the dependencies. `npx` runs what they contain and fetches the rest; `@latest` is always the
    /// newest. Source: lib/index.js of libnpmexec in npm 11.19.1.
    pub(super) fn asked_version<'s>(&'s self, command: &'s PublishCommand) -> Option<&'s str> {
        use ProgramOrigin::{Fetched, LocalBinOrFetched};
        let named = command.tool_version.as_deref();
        let Some(entry) = command.tool.entry().filter(|_| !command.is_configured) else {
            return named;
        };
        // Another package may have a program of the same name, such as a fork.
        let is_foreign = |package: &str| !entry.is_in(package);
        if command.package.as_deref().is_some_and(is_foreign) {
            return Some(UNKNOWN);
        }
        match (&command.origin, named) {
            (Fetched | LocalBinOrFetched, Some("latest")) | (Fetched, None) => newest(entry),
            (_, Some(named)) => Some(named),
            (origin, None) => {
                let in_project = self.is_dependency(entry);
                let local = self
                    .installed(entry, false)
                    .filter(|spec| !in_project || spec.is_some());
                let global = || self.installed(entry, true).filter(|_| !in_project);
                if let Some(spec) = local.or_else(global) {
                    return spec.or_else(|| newest(entry));
                }
                let is_fetched =
                    *origin == LocalBinOrFetched && !in_project && !self.dependencies_may_install(entry);
                is_fetched.then(|| newest(entry)).flatten()
            }
        }
    }

    fn is_dependency(&self, entry: &ToolEntry) -> bool {
        let mut manifests = self.manifests();
        manifests.any(|(_, manifest)| manifest.dependency_names().any(|name| entry.is_in(name)))
    }

    /// What an earlier step installed by name: the version that it asked for, if it did.
    pub(super) fn installed(&self, entry: &ToolEntry, is_global: bool) -> Option<Option<&str>> {
        let mut installed = self.machine.installed_tools.iter().rev();
        let found = installed.find(|tool| {
            let is_here = match (&tool.folder, self.folder) {
                (Some(at), Some(folder)) => folder.and_above().any(|above| above == *at),
                _ => true,
            };
            tool.is_global == is_global && entry.is_in(&tool.package) && (is_global || is_here)
        })?;
        Some(match found.is_certain {
            true => found.version.as_deref().filter(|version| *version != "latest"),
            false => Some(UNKNOWN),
        })
    }

    /// Whether a tool that no manifest names may be installed all the same, since a dependency depends on it. A lock file
    /// tells; without one, the names of its plugins and of packages for releases do.
    fn dependencies_may_install(&self, entry: &ToolEntry) -> bool {
        let program = entry.start.programs.first().copied().unwrap_or(entry.name);
        let names: Vec<&str> = self
            .manifests()
            .flat_map(|(_, manifest)| manifest.dependency_names())
            .collect();
        if names.is_empty() {
            return false;
        }
        let Some(folder) = self.folder else {
            return true;
        };
        let locks = self.nearest_lock_files(folder.clone());
        if !locks.is_empty() {
            return locks.iter().any(|(_, file)| file.text.contains(entry.package));
        }
        let may_bring = |name: &str| has_words(name, program) || has_words(name, "release");
        names.into_iter().any(may_bring)
    }
}

fn newest(entry: &ToolEntry) -> Option<&'static str> {
    Some(newest_release(entry.package).unwrap_or(UNKNOWN))
}

/// Whether a name contains these words, and not only their letters: `np` is not in `pnpm`.
fn has_words(name: &str, words: &str) -> bool {
    let ends = |text: &str, character: fn(&str) -> Option<char>| {
        character(text).is_none_or(|c| !c.is_ascii_alphanumeric())
    };
    name.match_indices(words).any(|(at, found)| {
        let before = name.get(..at).unwrap_or_default();
        let after = name.get(at + found.len()..).unwrap_or_default();
        ends(before, |text| text.chars().next_back()) && ends(after, |text| text.chars().next())
    })
}
