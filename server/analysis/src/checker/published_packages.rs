//! What the rules about packages share, whichever tool publishes.

use super::prelude::*;
use crate::model::manifest::Manifest;
use crate::publish::{Exchange, Tool};
use crate::text::FilePath;

/// Whether npm tries the token exchange at this site, as far as the files show.
pub(crate) fn may_exchange(site: &Site<'_>) -> bool {
    site.target.is_npm()
        && !site.publishing_tool.is_guess
        && site.identity.id_token.grant != Grant::No
        && site.can_exchange() != Truth::No
}

/// The manifests that a site publishes, if it publishes them unchanged.
pub(crate) fn committed_manifests<'a>(
    context: &CheckContext<'a>,
    site: &Site<'_>,
) -> Vec<(FilePath, &'a Manifest)> {
    if site.packages.manifest_is_changed {
        return Vec::new();
    }
    let paths = site.packages.manifests.iter();
    paths
        .filter_map(|path| Some((path.clone(), current_manifest(context, path)?)))
        .collect()
}

/// Whether npm packs the folders of this site's packages, for itself or for another tool, with unchanged manifests.
///
/// Source: `lib/publish.js` of @semantic-release/npm 13 and @jsdevtools/npm-publish 4.1.5, `internalPublish` of @changesets/cli
/// 2.31.1 and 3.0.3: each runs `npm publish` there. Measured, apart from semantic-release.
pub(crate) fn packs_with_npm(site: &Site<'_>) -> bool {
    let publisher = &site.publishing_tool;
    let runs_npm = match publisher.tool {
        Tool::Npm | Tool::NpmPublish | Tool::NpmPublishWithToken | Tool::ActionWithToken => true,
        Tool::Changesets => publisher.exchange == Exchange::NpmOnPath && publisher.client.is_none(),
        // With its own plugin, not with a command of another one.
        Tool::SemanticRelease => publisher.exchange != Exchange::Unknown,
        _ => false,
    };
    let is_tarball = site.command.package.as_ref().is_some_and(|named| {
        let is_packed = |text: &String| text.ends_with(".tgz") || text.ends_with(".tar.gz");
        named.texts.iter().any(is_packed)
    });
    runs_npm && !publisher.is_guess && !is_tarball && !site.packages.is_packed
}

/// The place of a manifest's name, or of its root if it has no name.
pub(crate) fn name_place(path: &FilePath, manifest: &Manifest) -> Place {
    let name = manifest.name.as_ref().map(|name| name.range);
    Place::new(path, name.unwrap_or(manifest.root.range))
}

/// "core", "core and @a/ui", "core, @a/ui and 3 more"
pub(crate) fn list_of(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first, second] => format!("`{first}` and `{second}`"),
        [first, second, third] => format!("`{first}`, `{second}` and `{third}`"),
        [first, second, rest @ ..] => format!("`{first}`, `{second}` and {} more", rest.len()),
    }
}

/// The manifest at `path`, if its ranges match the current text.
pub(crate) fn current_manifest<'a>(context: &CheckContext<'a>, path: &FilePath) -> Option<&'a Manifest> {
    let file = context.sources.file(path)?;
    file.json()?;
    context.sources.manifest(path)
}

/// Why nothing is known of the package: whether the registry takes it with the provenance of trusted publishing cannot be told.
pub(crate) fn no_package(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    let packages = &site.packages;
    if !packages.manifests.is_empty() || !packages.candidates.is_empty() {
        return None;
    }
    let mut files = context.sources.files.iter();
    if let Some((broken, _)) = files.find(|(_, file)| file.is_unreadable_manifest()) {
        return Some(format!("`{broken}` is not valid JSON; repair it first"));
    }
    if packages.is_complete && packages.skips_private {
        return Some("the repository has no package that it would publish".to_owned());
    }
    let mut manifests = context.sources.manifest_paths();
    let is_named = |path: &FilePath| {
        let manifest = context.sources.manifest(path);
        manifest.is_some_and(|manifest| manifest.name.is_some())
    };
    (!manifests.any(is_named)).then(|| {
        "no `package.json` with a `name` is in the repository, so its `repository` cannot be checked; commit one first".to_owned()
    })
}
