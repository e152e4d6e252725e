//! `permissions:` and what it grants.
//!
//! A block names all that is granted: what it leaves out is `none`. A job's block replaces the workflow's, it
//! does not add to it. Without any block the token has the repository's default, which never has `id-token`.

use crate::syntax::yaml::{NodeId, YamlEntry};
use crate::text::{Ranged, TextRange};

/// A `permissions:` key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Permissions {
    /// The word `permissions`.
    pub key: TextRange,
    /// The value's range.
    pub range: TextRange,
    /// The value's node.
    pub node: NodeId,
    /// What it says.
    pub kind: PermissionsKind,
}

/// What a `permissions:` value says.
#[derive(Clone, Debug)]
pub(crate) enum PermissionsKind {
    /// `read-all`
    ReadAll,
    /// `write-all`
    WriteAll,
    /// A mapping of scopes to levels; `{}` has none.
    Map(Vec<Permission>),
    /// An expression, a missing value, or something GitHub does not know.
    Unknown,
}

/// A scope and its level.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    /// The scope: `id-token`, `contents`, …
    pub scope: Ranged<String>,
    /// The level: `read`, `write` or `none`; empty where it is missing.
    pub level: Ranged<String>,
}

/// Whether something is granted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grant {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// The files do not show it.
    Unknown,
}

impl Permissions {
    pub(crate) fn read(entry: YamlEntry<'_>) -> Self {
        let value = entry.value;
        let kind = match value.as_str() {
            Some("read-all") => PermissionsKind::ReadAll,
            Some("write-all") => PermissionsKind::WriteAll,
            Some(_) => PermissionsKind::Unknown,
            None if value.is_mapping() => PermissionsKind::Map(
                value
                    .entries()
                    .filter_map(|entry| {
                        let scope = entry.key.to_ranged()?;
                        let level = entry
                            .value
                            .to_ranged()
                            .unwrap_or_else(|| Ranged::new(String::new(), entry.value.range()));
                        Some(Permission { scope, level })
                    })
                    .collect(),
            ),
            None => PermissionsKind::Unknown,
        };
        Self {
            key: entry.key.range(),
            range: value.range(),
            node: value.id(),
            kind,
        }
    }

    /// The entry of a scope.
    pub(crate) fn scope(&self, name: &str) -> Option<&Permission> {
        match &self.kind {
            PermissionsKind::Map(entries) => entries.iter().find(|entry| entry.scope.value == name),
            _ => None,
        }
    }

    /// Whether it is a mapping that lists nothing.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.kind, PermissionsKind::Map(entries) if entries.is_empty())
    }

    /// Whether the block grants `id-token: write`.
    pub(crate) fn grants_id_token(&self) -> Grant {
        match &self.kind {
            PermissionsKind::WriteAll => Grant::Yes,
            PermissionsKind::ReadAll => Grant::No,
            PermissionsKind::Unknown => Grant::Unknown,
            PermissionsKind::Map(_) => match self.scope("id-token") {
                Some(entry) if entry.level.value == "write" => Grant::Yes,
                Some(entry) if entry.level.value.contains("${{") => Grant::Unknown,
                _ => Grant::No,
            },
        }
    }

    /// Whether the block grants `contents: write`.
    pub(crate) fn grants_contents_write(&self) -> Grant {
        match &self.kind {
            PermissionsKind::WriteAll => Grant::Yes,
            PermissionsKind::ReadAll => Grant::No,
            PermissionsKind::Unknown => Grant::Unknown,
            PermissionsKind::Map(_) => match self.scope("contents") {
                Some(entry) if entry.level.value == "write" => Grant::Yes,
                Some(entry) if entry.level.value.contains("${{") => Grant::Unknown,
                _ => Grant::No,
            },
        }
    }

    /// Whether the block grants at least `contents: read`.
    pub(crate) fn grants_contents_read(&self) -> Grant {
        match &self.kind {
            PermissionsKind::WriteAll | PermissionsKind::ReadAll => Grant::Yes,
            PermissionsKind::Unknown => Grant::Unknown,
            PermissionsKind::Map(_) => match self.scope("contents") {
                Some(entry) if matches!(entry.level.value.as_str(), "read" | "write") => Grant::Yes,
                Some(entry) if entry.level.value.contains("${{") => Grant::Unknown,
                _ => Grant::No,
            },
        }
    }
}
