//! Configuration of publishing tools that decides whether they publish to npm at all.

use super::nx_targets::NxProject;
use crate::model::manifest::Manifest;
use crate::publish::eval::Evaluated;
use crate::sources::Sources;
use crate::syntax::json::{JsonValue, parse_json};
use crate::text::{FilePath, FolderPath, TextRange};
use crate::text::{Place, Ranged};
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
        let texts_of = |value: &JsonValue| -> Vec<String> {
            let texts = value
                .as_str()
                .into_iter()
                .chain(value.elements().iter().filter_map(JsonValue::as_str));
            texts.map(str::to_owned).collect()
        };
        let hooks = config.get("hooks").map(JsonValue::members).unwrap_or_default();
        let mut of_hooks = hooks.iter().flat_map(|hook| texts_of(&hook.value));
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
        let arguments = npm.get("publishArgs").map(texts_of).unwrap_or_default();
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
/// Those of its npm plugin are left out. Source: `runHook` in lib/index.js and lib/plugin/Plugin.js of release-it 21.1.2.
pub(crate) fn release_it_hooks(sources: &Sources<'_>, folder: &FolderPath) -> Vec<String> {
    let mut hooks: Vec<(&str, Vec<String>)> = Vec::new();
    for (_, config) in release_it_configs(sources, folder) {
        let found = config.get("hooks").map(JsonValue::members).unwrap_or_default();
        for hook in found {
            let name = hook.key.value.as_str();
            let is_run = name.starts_with("before:") || name.starts_with("after:");
            if is_run && !name.contains(":npm:") {
                hooks.retain(|(known, _)| *known != name);
                hooks.push((name, texts_of(Some(&hook.value))));
            }
        }
    }
    hooks.into_iter().flat_map(|(_, commands)| commands).collect()
}

/// The folder that release-it publishes, if it is not the package's own, and where that is written: `npm.publishPath`.
pub(crate) fn release_it_publish_path(sources: &Sources<'_>, folder: &FolderPath) -> Option<(String, Place)> {
    let configs = release_it_configs(sources, folder);
    configs.iter().rev().find_map(|(path, config)| {
        let folder = config.get("npm")?.get("publishPath")?.to_ranged()?;
        Some((folder.value, Place::new(path, folder.range)))
    })
}

/// The registry in the configuration of beachball, which counts like its flag. What its code puts together is unknown.
/// Source: `getRepoOptions` and `getCliOptions` in lib/options of beachball 2.66.0.
pub(crate) fn beachball_registry<'a>(
    sources: &Sources<'a>,
    text_of: impl Fn(&FilePath) -> Option<&'a str>,
) -> Option<(Evaluated, Place)> {
    let root = FolderPath::root();
    let of_json = |path: FilePath, value: Option<&JsonValue>| {
        let registry = value?.get("registry")?.to_ranged()?;
        Some((Evaluated::text(registry.value), Place::new(&path, registry.range)))
    };
    let of_manifest = || {
        let (path, manifest) = sources.manifest_in(&root)?;
        of_json(path, manifest.root.get("beachball"))
    };
    let names = ["js", "cjs", "mjs", "ts"].map(|end| format!("beachball.config.{end}"));
    let of_code = || {
        let paths = names.iter().filter_map(|name| root.file(name));
        paths.filter_map(|path| Some((text_of(&path)?, path))).next()
    };
    of_manifest().or_else(|| {
        let (text, path) = of_code()?;
        let (value, range) = text_property(text, "registry")?;
        let value = value.map_or_else(Evaluated::unknown, Evaluated::text);
        Some((value, Place::new(&path, range)))
    })
}

/// What the code of a configuration sets a property to, and where: `registry: 'https://a.com'`. The value is none if it is not a plain
/// text, or if the property is set twice.
fn text_property<'t>(text: &'t str, name: &str) -> Option<(Option<&'t str>, TextRange)> {
    let mut found = None;
    for (at, _) in text.match_indices(name) {
        let before = text.get(..at).unwrap_or_default();
        let is_part =
            before.ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '.' | '-' | '/'));
        let after = text.get(at + name.len()..).unwrap_or_default();
        let after = after.trim_start_matches(['\'', '"']).trim_start();
        if is_part || is_in_comment(before) || !after.starts_with([':', ',', '}']) {
            continue;
        }
        let value = after.strip_prefix(':').and_then(|value| {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
            value.get(1..)?.split(quote).next()
        });
        let range = TextRange::new(at, at + name.len());
        found = Some(match found {
            None => (value, range),
            Some((_, first)) => (None, first),
        });
    }
    found
}

/// Whether a hook of release-it is a program that commits nothing.
fn is_plain_hook(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or_default();
    matches!(first, "docker" | "echo" | "npm" | "npx" | "pnpm" | "tsc" | "yarn")
        && !command.contains("git ")
        && !command.contains("commit")
}

/// Whether np is told not to publish: `{ "publish": false }` in `.np-config.json`, or in `np` of the manifest. The first that
/// there is counts.
/// Source: `searchPlaces` in source/config.js of np 10.3.0 to 12.1.1; measured with 12.1.1.
pub(crate) fn np_publishes_nothing(sources: &Sources<'_>, folder: &FolderPath) -> bool {
    let json = folder.file(".np-config.json");
    if let Some(file) = json.and_then(|path| sources.file_on_demand(&path)) {
        let config = parse_json(&file.text).tree;
        let publish = config.and_then(|config| config.get("publish")?.as_bool());
        return publish == Some(false);
    }
    // What code says is not read; it counts before the manifest.
    let is_code = |name: &&str| {
        folder
            .file(name)
            .is_some_and(|path| sources.file_on_demand(&path).is_some())
    };
    let has_code = [".np-config.js", ".np-config.cjs", ".np-config.mjs"]
        .iter()
        .any(is_code);
    !has_code && manifest_switches_publish_off(sources, folder, "np")
}

/// Where beachball has its configuration beside the manifest, whose own counts first.
/// Source: `cosmiconfigSync('beachball')` in lib/options/getRepoOptions.js of beachball 2.66.0, with cosmiconfig 9; measured with it.
const BEACHBALL_FILES: [&str; 6] = [
    ".beachballrc",
    ".beachballrc.json",
    ".beachballrc.js",
    ".beachballrc.cjs",
    "beachball.config.js",
    "beachball.config.cjs",
];

/// Whether beachball is told not to publish, also by code that says `publish: false` in so many words.
pub(crate) fn beachball_publishes_nothing(sources: &Sources<'_>, folder: &FolderPath) -> bool {
    let manifest = sources.manifest_in(folder).map(|(_, manifest)| manifest);
    if manifest.is_some_and(|manifest| manifest.root.get("beachball").is_some()) {
        return manifest_switches_publish_off(sources, folder, "beachball");
    }
    let mut files = BEACHBALL_FILES.iter().filter_map(|name| {
        let path = folder.file(name)?;
        sources.file_on_demand(&path)
    });
    files.next().is_some_and(|file| says_no_publish(&file.text))
}

/// `publish: false`, and not `npmPublish: false`, nor in a comment.
fn says_no_publish(code: &str) -> bool {
    let mut places = code.match_indices("publish");
    places.any(|(at, word)| {
        if is_in_comment(code.get(..at).unwrap_or_default()) {
            return false;
        }
        let before = code.get(..at).unwrap_or_default().chars().next_back();
        let after = code.get(at + word.len()..).unwrap_or_default();
        let value = after
            .trim_start_matches(['"', '\''])
            .trim_start()
            .strip_prefix(':');
        let is_key = before.is_none_or(|c| c.is_whitespace() || matches!(c, '{' | ',' | '"' | '\''));
        is_key && value.is_some_and(|value| value.trim_start().starts_with("false"))
    })
}

/// Whether code ends inside of a comment.
fn is_in_comment(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_open = before
        .rfind("/*")
        .is_some_and(|start| before.get(start..).is_some_and(|rest| !rest.contains("*/")));
    is_open || line.trim_start().starts_with("//") || line.contains(" //")
}

/// Whether the manifest tells a tool not to publish: `"np": { "publish": false }`.
fn manifest_switches_publish_off(sources: &Sources<'_>, folder: &FolderPath, tool: &str) -> bool {
    let manifest = sources.manifest_in(folder).map(|(_, manifest)| manifest);
    let publish = manifest.and_then(|manifest| manifest.root.get(tool)?.get("publish")?.as_bool());
    publish == Some(false)
}

/// The command that @ossjs/release runs to publish: `use` of the profile in `release.config.json`.
pub(crate) fn ossjs_release_script(
    sources: &Sources<'_>,
    folder: &FolderPath,
    profile: &str,
) -> Option<Ranged<String>> {
    let file = sources.file(&folder.file("release.config.json")?)?;
    let profiles = file.json()?.get("profiles")?.elements();
    let is_meant = |entry: &&JsonValue| entry.get("name").and_then(JsonValue::as_str) == Some(profile);
    profiles.iter().find(is_meant)?.get("use")?.to_ranged()
}

/// Where changesets has its configuration.
pub(crate) const CHANGESETS_CONFIG: &str = ".changeset/config.json";

/// The packages that changesets does not version, and so does not publish: names and globs.
pub(crate) fn changesets_ignored(sources: &Sources<'_>, root: &FolderPath) -> Vec<String> {
    let config = json_in(sources, root, CHANGESETS_CONFIG);
    texts_of(config.and_then(|config| config.get("ignore")))
}

/// The branch into which changesets merges a release, if its configuration names one.
pub(crate) fn changesets_base_branch(sources: &Sources<'_>, root: &FolderPath) -> Option<String> {
    let config = json_in(sources, root, CHANGESETS_CONFIG)?;
    Some(config.get("baseBranch")?.as_str()?.to_owned())
}

/// Whether lerna is configured to publish another folder than the packages' own.
pub(crate) fn lerna_publishes_build(sources: &Sources<'_>, root: &FolderPath) -> bool {
    let publish = || {
        let config = json_in(sources, root, "lerna.json")?;
        let command = config.get("command").or_else(|| config.get("commands"));
        command?.get("publish")
    };
    publish().is_some_and(|publish| publish.get("contents").is_some() || publish.get("directory").is_some())
}

/// The access that changesets gives to `npm publish` for packages that name none. Where its configuration does not say, it is
/// `restricted`. Source: measured with 2.31.1 and 3.0.3, run by npm and pnpm.
pub(crate) fn changesets_access(
    sources: &Sources<'_>,
    root: &FolderPath,
) -> Option<(FilePath, Ranged<String>)> {
    let path = root.file(CHANGESETS_CONFIG)?;
    let config = sources.file(&path)?.json()?;
    let unsaid = || Ranged::new("restricted".to_owned(), TextRange::new(0, 1));
    let access = config
        .get("access")
        .map_or_else(|| Some(unsaid()), JsonValue::to_ranged)?;
    Some((path, access))
}

/// The registry that `lerna.json` names for publishing, which only a flag outranks.
/// Source: measured with lerna 10.1.1.
pub(crate) fn lerna_registry(sources: &Sources<'_>) -> Option<(FilePath, Ranged<String>)> {
    let path = FilePath::new("lerna.json")?;
    let config = sources.file(&path)?.json()?;
    let command = config.get("command").or_else(|| config.get("commands"))?;
    let registry = command.get("publish")?.get("registry")?.to_ranged()?;
    Some((path, registry))
}

/// The projects that nx releases.
#[derive(Debug, Default)]
pub(crate) struct NxProjects {
    /// By name or folder; empty for all.
    pub(crate) included: Vec<String>,
    /// What is left out.
    pub(crate) excluded: Vec<String>,
    /// Whether some are named in a way that only nx understands: by their tags.
    pub(crate) is_partial: bool,
    /// Whether all of them are published by something else than npm.
    pub(crate) has_own_executor: bool,
}

/// The projects that nx releases: those that a flag names, or those of `nx.json`. None if it publishes what the
/// build puts elsewhere.
pub(crate) fn nx_projects(sources: &Sources<'_>, root: &FolderPath, named: &[String]) -> Option<NxProjects> {
    let config = json_in(sources, root, "nx.json");
    let defaults = config.and_then(|config| config.get("targetDefaults")?.get("nx-release-publish"));
    let executor = defaults.and_then(|defaults| defaults.get("executor")?.as_str());
    let has_own_executor = executor.is_some_and(|executor| !executor.ends_with("/js:release-publish"));
    let package_root = defaults.and_then(|defaults| defaults.get("options")?.get("packageRoot")?.as_str());
    if !has_own_executor && package_root.is_some_and(|folder| folder != "{projectRoot}") {
        return None;
    }
    let release = config.and_then(|config| config.get("release"));
    let groups = release.and_then(|release| release.get("groups"));
    let patterns = match (named, groups) {
        ([], None) => texts_of(release.and_then(|release| release.get("projects"))),
        ([], Some(groups)) => {
            let groups = groups.members().iter();
            groups
                .flat_map(|group| texts_of(group.value.get("projects")))
                .collect()
        }
        (named, _) => named.to_vec(),
    };
    let mut projects = NxProjects {
        is_partial: groups.is_some(),
        has_own_executor,
        ..NxProjects::default()
    };
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            _ if pattern.contains(':') => projects.is_partial = true,
            Some(excluded) => projects.excluded.push(excluded.to_owned()),
            None if pattern == "*" => {}
            None => projects.included.push(pattern),
        }
    }
    Some(projects)
}

/// An option that `project.json` gives to the target `nx-release-publish` of a project below the root.
pub(crate) fn nx_publish_option(
    sources: &Sources<'_>,
    project: &FolderPath,
    option: &str,
) -> Option<(FilePath, Ranged<String>)> {
    let path = project.file("project.json").filter(|_| !project.is_root())?;
    sources.file_on_demand(&path)?;
    let value = sources.fact::<NxProject>(&path).publish_option(option)?;
    Some((path, value))
}

pub(crate) fn json_in<'a>(sources: &Sources<'a>, folder: &FolderPath, name: &str) -> Option<&'a JsonValue> {
    sources.file(&folder.file(name)?)?.json()
}

/// A text, or the texts of a list.
fn texts_of(value: Option<&JsonValue>) -> Vec<String> {
    let Some(value) = value else {
        return Vec::new();
    };
    let own = value.as_str().into_iter();
    own.chain(value.elements().iter().filter_map(JsonValue::as_str))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_in_code_is_known_where_it_is_a_text() {
        for (code, value) in [
            (
                "module.exports = { registry: 'https://a.com' };",
                Some(Some("https://a.com")),
            ),
            (
                "export default {\n  \"registry\": \"https://a.com\",\n};",
                Some(Some("https://a.com")),
            ),
            (
                "const registry = x();\nmodule.exports = { registry };",
                Some(None),
            ),
            ("module.exports = { registry: process.env.REGISTRY };", Some(None)),
            ("module.exports = { registry: a ? 'b' : 'c' };", Some(None)),
            (
                "module.exports = { a: { registry: 'b' }, registry: 'c' };",
                Some(None),
            ),
            ("// registry: 'https://a.com'\nmodule.exports = {};", None),
            ("/*\n registry: 'https://a.com'\n*/\nmodule.exports = {};", None),
            ("module.exports = { npmregistry: 'a', b: c.registry };", None),
        ] {
            let found = text_property(code, "registry");
            assert_eq!(found.map(|(value, _)| value), value, "{code}");
        }
    }

    #[test]
    fn a_switch_in_a_comment_is_none() {
        for (code, expected) in [
            ("module.exports = { publish: false };", true),
            ("module.exports = {\n  // a\n  publish: false,\n};", true),
            ("/* a */ module.exports = { 'publish': false };", true),
            ("module.exports = {\n  // publish: false,\n};", false),
            ("module.exports = { branch: 'a' }; // publish: false", false),
            ("/* { publish: false } */\nmodule.exports = {};", false),
            ("module.exports = { npmPublish: false };", false),
        ] {
            assert_eq!(says_no_publish(code), expected, "{code}");
        }
    }
}
