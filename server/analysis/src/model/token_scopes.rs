//! Scopes of the `GITHUB_TOKEN` with their levels.

use super::permissions::{Permissions, PermissionsKind};

/// How much of a scope is granted; a higher level includes the lower ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Level {
    /// Nothing.
    None,
    /// Reading.
    Read,
    /// Reading and writing.
    Write,
}

/// Scopes with their levels, each once, in the order in which they were added.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct TokenScopes(Vec<(String, Level)>);

impl Level {
    /// The level with this name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "none" => Some(Self::None),
            "read" => Some(Self::Read),
            "write" => Some(Self::Write),
            _ => None,
        }
    }

    /// Its name in a `permissions` block.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// The scopes that `read-all` and `write-all` grant in every repository: `Permissions` in actions/runner
/// src/Sdk/WorkflowParser/Permissions.cs, without `models` and `vulnerability-alerts`, which depend on switches.
pub(crate) const SCOPES: [&str; 15] = [
    "actions",
    "artifact-metadata",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "issues",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "statuses",
    "security-events",
    "id-token",
];

impl Permissions {
    /// The level of a scope; none if the file does not show it.
    pub(crate) fn level(&self, scope: &str) -> Option<Level> {
        match &self.kind {
            PermissionsKind::ReadAll => Some(Level::Read),
            PermissionsKind::WriteAll => Some(Level::Write),
            PermissionsKind::Unknown => None,
            PermissionsKind::Map(_) => match self.scope(scope) {
                Some(entry) => Level::parse(&entry.level.value),
                None => Some(Level::None),
            },
        }
    }
}

impl TokenScopes {
    /// What a mapping of `permissions` lists; none if it is another kind of value, or a level is not known.
    pub(crate) fn listed_by(block: &Permissions) -> Option<Self> {
        let PermissionsKind::Map(entries) = &block.kind else {
            return None;
        };
        let mut scopes = Self::default();
        for entry in entries {
            match Level::parse(&entry.level.value) {
                Some(level) => scopes.raise(&entry.scope.value, level),
                // A wrong value of this scope has a rule of its own.
                None if entry.scope.value == "id-token" => {}
                None => return None,
            }
        }
        Some(scopes)
    }

    /// Grants at least this level of a scope.
    pub(crate) fn raise(&mut self, scope: &str, level: Level) {
        match self.0.iter_mut().find(|(known, _)| known == scope) {
            Some((_, known)) => *known = level.max(*known),
            None => self.0.push((scope.to_owned(), level)),
        }
    }

    /// Grants at least what another list does.
    pub(crate) fn raise_all(&mut self, other: &Self) {
        for (scope, level) in other.iter() {
            self.raise(scope, level);
        }
    }

    /// The level of a scope; what is not listed is not granted.
    pub(crate) fn level(&self, scope: &str) -> Level {
        let mut found = self.iter().filter(|(known, _)| *known == scope);
        found.next().map_or(Level::None, |(_, level)| level)
    }

    /// The scopes with their levels.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Level)> {
        self.0.iter().map(|(scope, level)| (scope.as_str(), *level))
    }

    /// The scopes with their levels, `contents` first and `id-token` last, as people write them.
    pub(crate) fn in_order(&self) -> Vec<(String, Level)> {
        let mut scopes = self.0.clone();
        scopes.sort_by_key(|(scope, _)| match scope.as_str() {
            "contents" => 0,
            "id-token" => 2,
            _ => 1,
        });
        scopes
    }
}
