//! Configuration of publishing tools that decides whether they publish to npm at all.

use crate::model::manifest::Manifest;
use crate::syntax::json::JsonValue;
use crate::workspace::{Content, FilePath, Repository};

/// Files in which semantic-release looks for its configuration.
const SEMANTIC_RELEASE_FILES: [&str; 9] = [
    ".releaserc",
    ".releaserc.json",
    ".releaserc.yaml",
    ".releaserc.yml",
    ".releaserc.js",
    ".releaserc.cjs",
    ".releaserc.mjs",
    "release.config.js",
    "release.config.cjs",
];

/// Whether semantic-release runs without its npm plugin: its configuration lists plugins and that one is not among
/// them, or the package is private, which the plugin leaves alone.
pub(super) fn semantic_release_leaves_npm_out(repository: &Repository<'_>, folder: &str) -> bool {
    let manifest = repository.manifest_in(folder).map(|(_, manifest)| manifest);
    if manifest.is_some_and(Manifest::is_private) {
        return true;
    }
    // Without a package.json there is no package, and the npm plugin has nothing to publish.
    let of_manifest = manifest
        .and_then(Manifest::semantic_release)
        .map(|member| lists_plugins_without_npm(&member.value));
    let of_file = || {
        SEMANTIC_RELEASE_FILES.iter().find_map(|name| {
            let file = repository.file(&FilePath::resolve(folder, name)?)?;
            Some(match &file.content {
                Content::Json(json) => json.tree.as_ref().is_some_and(lists_plugins_without_npm),
                _ => file.text.contains("plugins") && !file.text.contains("npm"),
            })
        })
    };
    of_manifest.or_else(of_file).unwrap_or(false)
}

fn lists_plugins_without_npm(config: &JsonValue) -> bool {
    let Some(plugins) = config.get("plugins") else {
        return false;
    };
    let names = plugins.elements().iter().filter_map(|plugin| {
        plugin
            .as_str()
            .or_else(|| plugin.elements().first().and_then(JsonValue::as_str))
    });
    let mut has_unknown_configuration = config.get("extends").is_some();
    for name in names {
        has_unknown_configuration |= name.contains("npm") || name.contains("pnpm") || name.contains("yarn");
    }
    !has_unknown_configuration
}

/// Whether release-it is told not to publish: `npm.publish: false` in one of its configurations.
pub(super) fn release_it_leaves_npm_out(repository: &Repository<'_>, folder: &str) -> bool {
    let of_manifest = repository
        .manifest_in(folder)
        .and_then(|(_, manifest)| manifest.release_it())
        .and_then(|config| config.npm_publish)
        .map(|publish| !publish.value);
    let of_file = || {
        let file = repository.file(&FilePath::resolve(folder, ".release-it.json")?)?;
        let npm = file.json()?.get("npm")?;
        Some(npm.as_bool() == Some(false) || npm.get("publish").and_then(JsonValue::as_bool) == Some(false))
    };
    of_manifest.or_else(of_file).unwrap_or(false)
}
