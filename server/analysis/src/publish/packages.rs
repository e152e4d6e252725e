//! Which manifests a publish command publishes.

use super::facts::Packages;
use crate::model::manifest::Manifest;
use crate::model::workspaces::{lerna_globs, members, pnpm_globs};
use crate::workspace::{FilePath, Repository};

/// What a publish command says about its packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    /// The package in a folder.
    Folder(String),
    /// The members of the monorepo whose root is this folder, chosen by name or folder; all where none is named.
    Members {
        /// The root.
        root: String,
        /// Names or folders; empty for all.
        names: Vec<String>,
        /// Whether the tool leaves private packages out without a word.
        skips_private: bool,
    },
    /// The files do not show it.
    Unknown,
}

/// The manifests that a selection means.
pub(super) fn select(repository: &Repository<'_>, selection: &Selection) -> Packages {
    match selection {
        Selection::Folder(folder) => match repository.manifest_in(folder) {
            Some((path, _)) => Packages {
                manifests: vec![path],
                is_complete: true,
                skips_private: false,
            },
            // A folder without a manifest is made by the build.
            None => Packages::default(),
        },
        Selection::Members {
            root,
            names,
            skips_private,
        } => select_members(repository, root, names, *skips_private),
        Selection::Unknown => Packages::default(),
    }
}

fn select_members(
    repository: &Repository<'_>,
    root: &str,
    names: &[String],
    skips_private: bool,
) -> Packages {
    let Some(globs) = workspace_globs(repository, root) else {
        return select(repository, &Selection::Folder(root.to_owned()));
    };
    let mut manifests: Vec<FilePath> = Vec::new();
    for path in members(&globs, root, repository.manifest_paths()) {
        let Some(manifest) = repository.manifest(path) else {
            continue;
        };
        let is_named = names.is_empty() || names.iter().any(|name| is_named(name, path, manifest, root));
        if is_named && !(skips_private && manifest.is_private()) {
            manifests.push(path.clone());
        }
    }
    let is_complete = !manifests.is_empty() || names.is_empty();
    Packages {
        manifests,
        is_complete,
        skips_private,
    }
}

fn is_named(name: &str, path: &FilePath, manifest: &Manifest, root: &str) -> bool {
    let has_name = manifest.name.as_ref().is_some_and(|own| own.value == name);
    let folder = FilePath::resolve(root, name);
    has_name || folder.is_some_and(|folder| folder.as_str() == path.folder())
}

/// The globs that say which folders of a monorepo hold its packages; none where `root` is no monorepo.
pub(super) fn workspace_globs(repository: &Repository<'_>, root: &str) -> Option<Vec<String>> {
    let pnpm = FilePath::resolve(root, "pnpm-workspace.yaml").and_then(|path| repository.file(&path));
    let from_pnpm = pnpm
        .and_then(|file| file.yaml())
        .map(pnpm_globs)
        .filter(|globs| !globs.is_empty());
    let lerna = FilePath::resolve(root, "lerna.json").and_then(|path| repository.file(&path));
    let from_lerna = || lerna.and_then(|file| file.json()).and_then(lerna_globs);
    let from_manifest = || {
        let (_, manifest) = repository.manifest_in(root)?;
        let globs = manifest.workspaces.as_ref()?;
        Some(globs.iter().map(|glob| glob.value.clone()).collect())
    };
    from_pnpm.or_else(from_manifest).or_else(from_lerna)
}
