use super::{ManifestDoubt, VersionChange};
use crate::text::{FilePath, FolderPath, Place};
use crate::versions::version::Truth;

/// What a step publishes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Packages {
    /// The manifests.
    pub manifests: Vec<FilePath>,
    /// Those of which a list that only the run knows chooses some; nothing if the manifests are known.
    pub candidates: Vec<FilePath>,
    /// Whether none of these candidates has a `repository`.
    pub candidates_lack_repository: bool,
    /// Whether the manifests are all. If not, nothing may be concluded from what is missing.
    pub is_complete: bool,
    /// Whether the tool takes all packages of a monorepo and skips private ones.
    pub skips_private: bool,
    /// Whether the manifest says `private: true` and the tool does not skip it.
    pub is_private: Truth,
    /// Whether it is a tarball that was packed before.
    pub is_packed: bool,
    /// Whether a command changed a manifest, so that the committed text is not what is published.
    pub manifest_is_changed: bool,
    /// The command that makes it private.
    pub made_private_at: Option<Place>,
    /// Whether a command changed a manifest so that only the run knows if npm and the registry take the package.
    pub is_open: bool,
    /// How far the published manifests may differ from the committed ones.
    pub doubt: ManifestDoubt,
    /// The names that commands gave to packages, in order.
    pub renames: Vec<Rename>,
    /// What commands did to the `repository` of the manifests; those that are not listed say what was committed.
    pub repositories: Vec<(FilePath, RepositoryChange)>,
}

/// What commands did to the `repository` of a manifest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RepositoryChange {
    /// Nothing.
    None,
    /// Something rewrote the manifest, and nothing in it speaks of the repository: it is as committed, as far as the files show.
    Rewritten,
    /// Something may have given it any value.
    Any,
    /// A command changed it, and the value is another one, or only the run knows it.
    Open,
    /// A command set it to the repository of the workflow.
    Own,
}

impl Packages {
    /// Whether the tool takes the packages of a monorepo, and finds none that it publishes, unless the build makes one.
    pub(crate) fn has_none(&self) -> bool {
        self.manifests.is_empty() && self.is_complete && self.skips_private
    }
}

/// A change of a member of a manifest that decides whether npm publishes the package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ManifestEdit {
    /// Whether npm takes the package for private from then on.
    Private(Truth),
    /// `repository` is this text from then on; none if it is removed, or only the run knows.
    Repository(Option<String>),
}

/// A name that a command gives to a package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Rename {
    /// The package's folder; none if it may be any.
    pub folder: Option<FolderPath>,
    /// The name; none if only the run knows it.
    pub name: Option<String>,
}

impl Packages {
    /// Whether the version may be another one, whatever that is.
    pub(crate) fn version_may_change(&self) -> bool {
        self.doubt.version != VersionChange::No
    }

    /// What commands did to the `repository` of a manifest.
    pub(crate) fn repository_change(&self, manifest: &FilePath) -> RepositoryChange {
        let mut known = self.repositories.iter();
        let found = known.find(|(path, _)| path == manifest);
        found.map_or(RepositoryChange::None, |(_, change)| *change)
    }

    /// The name under which a package is published whose committed manifest says `committed`; none if it is not known.
    pub(crate) fn name_of<'n>(&'n self, manifest: &FilePath, committed: Option<&'n str>) -> Option<&'n str> {
        name_after(&self.renames, manifest, committed)
    }
}

/// The name of a package after these renames; none if it is not known.
pub(crate) fn name_after<'n>(
    renames: &'n [Rename],
    manifest: &FilePath,
    committed: Option<&'n str>,
) -> Option<&'n str> {
    let folder = manifest.folder();
    let is_meant = |rename: &&Rename| rename.folder.as_ref().is_none_or(|renamed| *renamed == folder);
    match renames.iter().rev().find(is_meant) {
        Some(rename) => rename.name.as_deref(),
        None => committed,
    }
}
