//! The files from which setup-node's `node-version-file` reads a version.

use crate::text::Ranged;

/// Which file this is, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum VersionFileKind {
    /// `.nvmrc`, `.node-version` and every other file whose first line is a version.
    Plain,
    /// `.tool-versions` of asdf.
    ToolVersions,
    /// `mise.toml`, `.mise.toml`.
    Mise,
}

/// The version that the file asks for, exactly as setup-node would read it; none where it finds none.
pub fn node_version(_text: &str, _kind: VersionFileKind) -> Option<Ranged<String>> {
    None
}
