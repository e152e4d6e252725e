//! The configuration of semantic-release, as far as it decides about npm.

use crate::model::manifest::Manifest;
use crate::sources::{Content, Sources};
use crate::syntax::json::JsonValue;
use crate::syntax::yaml::{YamlNode, parse_yaml};
use crate::text::FolderPath;

/// Files in which semantic-release looks for its configuration.
const FILES: [&str; 10] = [
    ".releaserc",
    ".releaserc.json",
    ".releaserc.yaml",
    ".releaserc.yml",
    ".releaserc.js",
    ".releaserc.cjs",
    ".releaserc.mjs",
    "release.config.js",
    "release.config.cjs",
    "release.config.mjs",
];

const NPM_PLUGIN: &str = "@semantic-release/npm";

/// What a configuration says of npm.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
struct NpmSettings {
    /// Whether plugins are listed.
    lists_plugins: bool,
    /// Whether one of them may publish to npm.
    may_publish: bool,
    /// Whether the npm plugin is told not to publish: `npmPublish: false`.
    is_off: bool,
    /// `pkgRoot`: the folder that it publishes.
    package_root: Option<String>,
    /// Whether another configuration is laid below this one.
    extends: bool,
}

/// Whether semantic-release certainly publishes nothing to npm: its configuration lists plugins without one for npm, switches
/// the npm plugin off, or the package is private, which the plugin leaves alone.
/// Source: lib/verify-npm.js and lib/publish.js of @semantic-release/npm 12 and 13.
pub(crate) fn semantic_release_leaves_npm_out(sources: &Sources<'_>, folder: &FolderPath) -> bool {
    let manifest = sources.manifest_in(folder).map(|(_, manifest)| manifest);
    let settings = settings_in(sources, folder, manifest).unwrap_or_default();
    if settings.is_off {
        return true;
    }
    if settings.lists_plugins && !settings.may_publish && !settings.extends {
        return true;
    }
    let published = match &settings.package_root {
        Some(root) => folder.join(root).and_then(|root| sources.manifest_in(&root)),
        None => sources.manifest_in(folder),
    };
    // The manifest of another folder may be made by the build.
    published.is_some_and(|(_, manifest)| manifest.is_private())
}

/// The folder that the npm plugin publishes, if it is not that of semantic-release.
pub(crate) fn semantic_release_package_root(sources: &Sources<'_>, folder: &FolderPath) -> Option<String> {
    let manifest = sources.manifest_in(folder).map(|(_, manifest)| manifest);
    settings_in(sources, folder, manifest)?.package_root
}

fn settings_in(
    sources: &Sources<'_>,
    folder: &FolderPath,
    manifest: Option<&Manifest>,
) -> Option<NpmSettings> {
    let of_manifest = manifest.and_then(Manifest::semantic_release);
    of_manifest.map(|member| of_json(&member.value)).or_else(|| {
        FILES.iter().find_map(|name| {
            let file = sources.file(&folder.file(name)?)?;
            Some(match &file.content {
                Content::Json(json) => json.tree.as_ref().map(of_json).unwrap_or_default(),
                _ if name.ends_with("js") => of_code(&file.text),
                _ => of_yaml(&file.text),
            })
        })
    })
}

impl NpmSettings {
    /// Takes in a plugin with its options.
    fn add(&mut self, name: &str, publishes: Option<bool>, package_root: Option<&str>) {
        // Other plugins for npm, pnpm and Yarn have such names.
        self.may_publish |= ["npm", "yarn"].iter().any(|word| name.contains(word));
        if name == NPM_PLUGIN {
            self.is_off = publishes == Some(false);
            self.package_root = package_root.map(str::to_owned);
        }
    }
}

fn of_json(config: &JsonValue) -> NpmSettings {
    let mut settings = NpmSettings {
        extends: config.get("extends").is_some(),
        ..NpmSettings::default()
    };
    let Some(plugins) = config.get("plugins") else {
        return settings;
    };
    settings.lists_plugins = true;
    for plugin in plugins.elements() {
        let options = plugin.elements().get(1);
        let name = plugin.as_str().or_else(|| plugin.elements().first()?.as_str());
        let publishes = options.and_then(|options| options.get("npmPublish")?.as_bool());
        let root = options.and_then(|options| options.get("pkgRoot")?.as_str());
        settings.add(name.unwrap_or_default(), publishes, root);
    }
    settings
}

fn of_yaml(text: &str) -> NpmSettings {
    let parsed = parse_yaml(text);
    let mut settings = NpmSettings::default();
    let Some(root) = YamlNode::root(&parsed.tree) else {
        return settings;
    };
    settings.extends = root.get("extends").is_some();
    let Some(plugins) = root.get("plugins") else {
        return settings;
    };
    settings.lists_plugins = true;
    for plugin in plugins.items() {
        let parts: Vec<YamlNode<'_>> = plugin.items().collect();
        let name = plugin.as_str().or_else(|| parts.first()?.as_str());
        let option = |key: &str| parts.get(1)?.get(key)?.as_str();
        let publishes = option("npmPublish").map(|value| value != "false");
        settings.add(name.unwrap_or_default(), publishes, option("pkgRoot"));
    }
    settings
}

/// Code is only searched.
fn of_code(text: &str) -> NpmSettings {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\''))
        .collect();
    NpmSettings {
        lists_plugins: text.contains("plugins"),
        may_publish: text.contains("npm") || text.contains("yarn"),
        is_off: plain.contains("npmPublish:false"),
        package_root: None,
        extends: text.contains("extends"),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    const SITE: &str = "release.yml:10 publish; publisher=semantic-release";

    fn repository(step: &str, more: &str, files: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - {step}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", "devDependencies": {{ "semantic-release": "25.0.2" }}{more} }}
{files}
"#
        )
    }

    #[test]
    fn the_npm_plugin_may_be_missing_or_off() {
        let steps = [
            "run: npx semantic-release",
            "uses: cycjimmy/semantic-release-action@v5",
        ];
        for step in steps {
            for (more, files) in [
                (
                    "",
                    "#- .releaserc\n{ \"plugins\": [[\"@semantic-release/npm\", { \"npmPublish\": false }]] }",
                ),
                (
                    "",
                    "#- .releaserc.yml\nplugins:\n  - '@semantic-release/github'\n  - - '@semantic-release/npm'\n    - npmPublish: false",
                ),
                (
                    "",
                    "#- .releaserc.json\n{ \"plugins\": [\"@semantic-release/github\"] }",
                ),
                (
                    "",
                    "#- release.config.js\nmodule.exports = { plugins: [['@semantic-release/npm', { npmPublish: false }]] }",
                ),
                (
                    ", \"release\": { \"plugins\": [\"@semantic-release/github\"] }",
                    "",
                ),
                (", \"private\": true", ""),
            ] {
                check_sites(&repository(step, more, files), "");
            }
            for (more, files) in [
                ("", ""),
                (
                    "",
                    "#- .releaserc\n{ \"plugins\": [[\"@semantic-release/npm\", { \"npmPublish\": true }]] }",
                ),
                ("", "#- .releaserc.yaml\nplugins:\n  - '@semantic-release/npm'"),
                (
                    "",
                    "#- .releaserc\n{ \"extends\": \"./shared\", \"plugins\": [\"@semantic-release/github\"] }",
                ),
                (", \"release\": { \"branches\": [\"main\"] }", ""),
            ] {
                check_sites(&repository(step, more, files), SITE);
            }
        }
    }

    #[test]
    fn another_folder_may_be_published() {
        let files =
            "#- .releaserc\n{ \"plugins\": [[\"@semantic-release/npm\", { \"pkgRoot\": \"dist\" }]] }";
        let fixture = repository("run: npx semantic-release", ", \"private\": true", files);
        check_sites(&fixture, SITE);
        let private = "\n#- dist/package.json\n{ \"name\": \"widget\", \"private\": true }";
        check_sites(&(fixture + private), "");
    }

    #[test]
    fn an_action_installs_its_own_release() {
        for (with, outcome) in [
            ("", "oidc"),
            ("\n        with: { semantic_version: 24 }", "fails"),
            ("\n        with: { semantic_version: 25.0.1 }", "oidc"),
            (
                "\n        with: { semantic_version: '${{ vars.VERSION }}' }",
                "unknown",
            ),
        ] {
            let step = format!("uses: cycjimmy/semantic-release-action@v5{with}");
            let fixture = repository(&step, "", "").replace("25.0.2", "21.0.0");
            check_sites(&fixture, &format!("{SITE}; outcome={outcome}"));
        }
    }
}
