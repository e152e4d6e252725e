//! The configuration of release-it, in `release-it` of the manifest and in files of its own.

use super::tool_config::texts_of;
use crate::model::manifest::Manifest;
use crate::sources::Sources;
use crate::syntax::json::JsonValue;
use crate::text::{FilePath, FolderPath, Place};
use crate::versions::version::Truth;

/// What the configuration of release-it says about npm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ReleaseItSettings {
    /// Whether it is told not to publish: `npm.publish: false` or `npm: false`.
    pub(crate) leaves_npm_out: bool,
    /// Whether it asks `npm whoami` before it does anything, which `npm.skipChecks` switches off.
    pub(crate) checks_login: Truth,
    /// Whether it runs npm, and not the program in `npm.publishPackageManager`.
    pub(crate) runs_npm: bool,
    /// Whether it has pnpm publish.
    pub(crate) runs_pnpm: bool,
    /// Whether a flag for pnpm, a hook or what is not read may get it through pnpm's checks of git.
    pub(crate) may_pass_git_checks: bool,
}

/// The files in which release-it looks for its configuration, beside `package.json`.
const RELEASE_IT_FILES: [&str; 7] = [
    ".release-it.json",
    ".release-it.js",
    ".release-it.cjs",
    ".release-it.ts",
    ".release-it.yaml",
    ".release-it.yml",
    ".release-it.toml",
];

/// The settings of release-it in a folder.
pub(crate) fn release_it_settings(sources: &Sources<'_>, folder: &FolderPath) -> ReleaseItSettings {
    let mut settings = ReleaseItSettings {
        leaves_npm_out: false,
        checks_login: Truth::Yes,
        runs_npm: true,
        runs_pnpm: false,
        may_pass_git_checks: false,
    };
    let manifest = sources.manifest_in(folder).map(|(_, manifest)| manifest);
    if let Some(config) = manifest.and_then(|manifest| manifest.root.get("release-it")) {
        settings.read(config);
    }
    // Its npm plugin leaves a private package alone, whatever is configured. Source: measured with 21.1.2.
    let is_private = manifest.is_some_and(Manifest::is_private);
    // The settings in a file are laid over those in the manifest.
    for name in RELEASE_IT_FILES {
        let Some(file) = folder.file(name).and_then(|path| sources.file(&path)) else {
            continue;
        };
        match file.json() {
            Some(config) => settings.read(config),
            None => {
                settings.checks_login = Truth::Maybe;
                settings.runs_npm &= !file.text.contains("publishPackageManager");
                settings.may_pass_git_checks = true;
            }
        }
    }
    settings.leaves_npm_out |= is_private;
    settings
}

impl ReleaseItSettings {
    fn read(&mut self, config: &JsonValue) {
        if config.get("extends").is_some() {
            self.checks_login = Truth::Maybe;
            self.may_pass_git_checks = true;
        }
        let hooks = config.get("hooks").map(JsonValue::members).unwrap_or_default();
        let mut of_hooks = hooks.iter().flat_map(|hook| texts_of(Some(&hook.value)));
        self.may_pass_git_checks |= of_hooks.any(|command| !is_plain_hook(&command));
        let Some(npm) = config.get("npm") else {
            return;
        };
        let publish = npm.as_bool().or_else(|| npm.get("publish")?.as_bool());
        if let Some(publish) = publish {
            self.leaves_npm_out = !publish;
        }
        if let Some(skips) = npm.get("skipChecks").and_then(JsonValue::as_bool) {
            self.checks_login = Truth::from(!skips);
        }
        let program = npm.get("publishPackageManager").and_then(JsonValue::as_str);
        self.runs_npm &= program.is_none_or(|program| program == "npm");
        self.runs_pnpm |= program == Some("pnpm");
        let arguments = texts_of(npm.get("publishArgs"));
        self.may_pass_git_checks |= arguments.iter().any(|argument| argument.contains("git-checks"));
    }
}

/// The configurations of release-it in a folder that can be read: each is laid over those before it.
fn release_it_configs<'a>(sources: &Sources<'a>, folder: &FolderPath) -> Vec<(FilePath, &'a JsonValue)> {
    let manifest = sources.manifest_in(folder);
    let of_manifest = manifest.and_then(|(path, manifest)| Some((path, manifest.root.get("release-it")?)));
    let path = folder.file(".release-it.json");
    let of_file = path.and_then(|path| Some((path.clone(), sources.file(&path)?.json()?)));
    of_manifest.into_iter().chain(of_file).collect()
}

/// The commands that release-it runs beside its own work, whether it publishes to npm or not: `"hooks": { "after:release": "…" }`.
pub(crate) fn release_it_hooks(sources: &Sources<'_>, folder: &FolderPath) -> Vec<String> {
    let configs = release_it_configs(sources, folder);
    let mut hooks: Vec<(&str, Vec<String>)> = Vec::new();
    for (_, config) in &configs {
        let found = config.get("hooks").map(JsonValue::members).unwrap_or_default();
        for hook in found {
            let name = hook.key.value.as_str();
            if hook_runs(&configs, name) {
                hooks.retain(|(known, _)| *known != name);
                hooks.push((name, texts_of(Some(&hook.value))));
            }
        }
    }
    hooks.into_iter().flat_map(|(_, commands)| commands).collect()
}

/// What release-it and its plugins do, in this order.
const LIFECYCLE: [&str; 6] = [
    "init",
    "beforeBump",
    "bump",
    "beforeRelease",
    "release",
    "afterRelease",
];

/// Whether release-it runs a hook of this name: `before:init`, `after:git:release`. A plugin that is switched off has none. What is
/// around the publish of the npm plugin is left out.
/// Source: `runLifeCycleHook` in lib/index.js, and `isEnabled` and `release` of the plugins in lib/plugin, of release-it 21.1.2.
fn hook_runs(configs: &[(FilePath, &JsonValue)], name: &str) -> bool {
    let parts: Vec<&str> = name.split(':').collect();
    let (when, plugin, what) = match parts.as_slice() {
        [when, what] => (*when, None, *what),
        [when, plugin, what] => (*when, Some(*plugin), *what),
        _ => return false,
    };
    // What is set in a later configuration counts.
    let setting = |keys: &[&str]| {
        let mut found = configs.iter().rev().filter_map(|(_, config)| {
            let mut keys = keys.iter();
            keys.try_fold(*config, |value, key| value.get(key))
        });
        found.next()
    };
    let is = |keys: &[&str], expected: bool| setting(keys).and_then(JsonValue::as_bool) == Some(expected);
    let is_there = match plugin {
        None | Some("version") => true,
        Some("git") => !(is(&["git"], false) || what == "release" && is(&["git", "push"], false)),
        Some("npm") => !is(&["npm"], false) && what != "release",
        Some(host @ ("github" | "gitlab")) => is(&[host, "release"], true),
        Some(_) => setting(&["plugins"]).is_some(),
    };
    matches!(when, "before" | "after") && LIFECYCLE.contains(&what) && is_there
}

/// The folder that release-it publishes, if it is not the package's own, and where that is written: `npm.publishPath`.
pub(crate) fn release_it_publish_path(sources: &Sources<'_>, folder: &FolderPath) -> Option<(String, Place)> {
    let configs = release_it_configs(sources, folder);
    configs.iter().rev().find_map(|(path, config)| {
        let folder = config.get("npm")?.get("publishPath")?.to_ranged()?;
        Some((folder.value, Place::new(path, folder.range)))
    })
}

/// Whether a hook of release-it is a program that commits nothing.
fn is_plain_hook(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or_default();
    matches!(first, "docker" | "echo" | "npm" | "npx" | "pnpm" | "tsc" | "yarn")
        && !command.contains("git ")
        && !command.contains("commit")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::json::parse_json;

    #[test]
    fn a_hook_runs_around_what_a_plugin_does() {
        for (config, name, expected) in [
            ("{}", "before:init", true),
            ("{}", "after:release", true),
            ("{}", "after:git:release", true),
            ("{}", "after:git:beforeRelease", true),
            ("{}", "after:version:bump", true),
            ("{}", "after:npm:bump", true),
            ("{}", "after:npm:release", false),
            ("{}", "after:github:release", false),
            ("{}", "after:publish", false),
            ("{}", "during:release", false),
            ("{}", "after", false),
            ("{}", "after:acme:release", false),
            (r#"{ "plugins": { "acme": {} } }"#, "after:acme:release", true),
            (r#"{ "git": false }"#, "after:git:release", false),
            (r#"{ "git": { "push": false } }"#, "after:git:release", false),
            (r#"{ "git": { "push": false } }"#, "after:git:init", true),
            (r#"{ "npm": false }"#, "after:npm:bump", false),
            (r#"{ "npm": { "publish": false } }"#, "after:npm:bump", true),
            (
                r#"{ "github": { "release": true } }"#,
                "after:github:release",
                true,
            ),
            (r#"{ "github": null }"#, "after:github:release", false),
        ] {
            let config = parse_json(config).tree.expect("the configuration is sound");
            let path = FilePath::new(".release-it.json").expect("the path is sound");
            assert_eq!(
                hook_runs(&[(path, &config)], name),
                expected,
                "{name}: {config:?}"
            );
        }
    }
}
