//! Names that speak of publishing packages, and those that speak of something else: of another place, or of what surrounds a
//! release.

use crate::text::camel_words;

/// The words of a name like `scripts/publish-all.sh` or `ci:release`.
pub(in crate::publish::walk) fn words_of(name: &str) -> Vec<&str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// A command without the folders of the file that it runs, unless the file's own name says nothing: `release/index.js`.
fn own_name(command: &str) -> String {
    let words = command.split_whitespace().map(|word| {
        let (folder, file) = word.rsplit_once('/').unwrap_or(("", word));
        let stem = file.split('.').next().unwrap_or(file);
        match GENERAL_NAMES.contains(&stem) {
            true => format!("{} {file}", folder.rsplit('/').next().unwrap_or(folder)),
            false => file.to_owned(),
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

/// File names that only say that a program starts there.
const GENERAL_NAMES: [&str; 8] = ["index", "main", "run", "cli", "mod", "start", "script", "action"];

/// Words that say that a script releases something else than packages on npm, or only checks.
const OTHER_WORK: &[&str] = &[
    "plan",
    "summary",
    "extension",
    "extensions",
    "doc",
    "deps",
    "vsce",
    "ovsx",
    "cargo",
    "dotnet",
    "nuget",
    "gradle",
    "gradlew",
    "maven",
    "mvn",
    "dart",
    "poetry",
    "twine",
    "uv",
    "gem",
    "helm",
    "clasp",
    "wrangler",
    "firebase",
    "expo",
    "eas",
    "netlify",
    "vercel",
    "deno",
    "jsr",
    "rust",
    "notes",
    "changelog",
    "draft",
    "docs",
    "gh",
    "check",
    "verify",
    "prepare",
    "version",
    "versions",
    "assets",
    "asset",
    "upload",
    "binary",
    "binaries",
    "crate",
    "crates",
    "pypi",
    "docker",
    "ecr",
    "lambda",
    "s3",
    "sar",
    "vscode",
    "site",
    "pages",
    "lint",
    "build",
    "test",
    "validate",
    "dry",
];

/// Places other than npm to which something is published or released. A name that is also that of many packages is not one.
const OTHER_PLACES: &[&str] = &[
    "github",
    "gitlab",
    "chrome",
    "firefox",
    "webstore",
    "marketplace",
    "vsix",
    "jetbrains",
    "intellij",
    "storybook",
    "chromatic",
    "arweave",
    "ipfs",
    "surge",
    "heroku",
    "cloudflare",
    "android",
    "ios",
    "testflight",
    "appstore",
    "playstore",
    "snapcraft",
    "homebrew",
    "winget",
    "choco",
    "chocolatey",
    "scoop",
    "aur",
    "apt",
    "ghcr",
    "dockerhub",
    "container",
    "packagist",
    "cocoapods",
    "conda",
    "steam",
    "itch",
    "website",
];

/// Whether a word names other work than publishing.
pub(in crate::publish::walk) fn is_other_work(word: &str) -> bool {
    words_of(word).iter().any(|word| OTHER_WORK.contains(word))
}

/// Whether a name speaks of publishing packages, and not of release notes, binaries or other registries.
pub(in crate::publish::walk) fn speaks_of_publishing(name: &str) -> bool {
    let speaks = speaks_of(&own_name(name));
    // What an argument is called that only the run knows says nothing about the script.
    let written = own_name(&without_values(name));
    // What a program is made for does not count where the task names npm: `cargo xtask publish-npm`.
    let own_task = written
        .split_whitespace()
        .find(|task| names_npm(task) && speaks_of(task));
    let is_other = |text: &str| {
        let words = camel_words(text);
        let mut words = words.iter().map(String::as_str);
        words.any(|word| OTHER_WORK.contains(&word) || OTHER_PLACES.contains(&word))
    };
    // `create-release`, and `./x.sh release-tag`: each word by itself.
    let is_about_release = |task: &str| !names_npm(task) && does_something_with_release(&camel_words(task));
    speaks
        && !is_other(own_task.unwrap_or(&written))
        && !written
            .split_whitespace()
            .filter(|task| speaks_of(task))
            .all(is_about_release)
}

/// Whether the words of a name say that something else is done about a release than to publish it: `get-release-tag`.
fn does_something_with_release(words: &[String]) -> bool {
    let is_release = |word: &String| matches!(word.as_str(), "release" | "publish");
    let Some(at) = words.iter().position(is_release) else {
        return false;
    };
    let is_in = |list: &[&str], word: Option<&String>| word.is_some_and(|word| list.contains(&word.as_str()));
    let is_noun = words.get(at).is_some_and(|word| word == "release");
    at > 0 && is_in(OTHER_VERBS, words.first()) || is_noun && is_in(PARTS_OF_RELEASE, words.get(at + 1))
}

/// What else is done with a release, as the first word of a name: most create it on GitHub.
const OTHER_VERBS: &[&str] = &[
    "generate",
    "gen",
    "create",
    "get",
    "fetch",
    "find",
    "list",
    "show",
    "print",
    "read",
    "parse",
    "write",
    "compute",
    "calculate",
    "determine",
    "detect",
    "notify",
    "announce",
    "clean",
    "cleanup",
    "delete",
    "remove",
    "wait",
    "await",
    "tag",
    "bump",
    "sign",
    "download",
    "install",
    "should",
    "is",
    "can",
    "ensure",
    "comment",
    "label",
    "sync",
    "rename",
    "collect",
];

/// What a name is about in which it follows `release`.
const PARTS_OF_RELEASE: &[&str] = &[
    "tag",
    "tags",
    "files",
    "file",
    "info",
    "branch",
    "name",
    "message",
    "commit",
    "pr",
    "date",
    "body",
    "type",
    "config",
    "metadata",
    "manifest",
    "artifact",
    "artifacts",
    "status",
    "link",
    "links",
    "log",
];

pub(in crate::publish::walk) fn speaks_of(name: &str) -> bool {
    let is_meant = |word: &String| {
        matches!(
            word.as_str(),
            "publish" | "release" | "publishing" | "publication" | "publisher"
        )
    };
    camel_words(name).iter().any(is_meant)
}

/// Whether npm is a word of a name.
pub(super) fn names_npm(name: &str) -> bool {
    camel_words(name)
        .iter()
        .any(|word| matches!(word.as_str(), "npm" | "npmjs"))
}

/// A command without the expressions and variables in it.
fn without_values(command: &str) -> String {
    let mut left = String::with_capacity(command.len());
    let mut rest = command;
    while let Some((before, after)) = rest.split_once('$') {
        left.push_str(before);
        let end = match after.as_bytes() {
            [b'{', b'{', ..] => after.find("}}").map(|end| end + 2),
            [b'{', ..] => after.find('}').map(|end| end + 1),
            [b'(', ..] => after.find(')').map(|end| end + 1),
            _ => after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_'),
        };
        rest = after.get(end.unwrap_or(after.len())..).unwrap_or_default();
    }
    left.push_str(rest);
    left
}

#[cfg(test)]
mod tests {
    use super::speaks_of_publishing;

    #[test]
    fn names_that_speak_of_something_else_than_npm() {
        for name in [
            "node generate-release-files.ts",
            "node create-release.js",
            "node get-release-tag.js",
            "node publish-vsix.js",
            "node publish-to-chrome.mjs",
            "node release-info.mjs",
            "release:github",
            "publish:storybook",
            "publish:arweave",
            "publish:chrome",
            "make docs",
        ] {
            assert!(!speaks_of_publishing(name), "{name}");
        }
        for name in [
            "node publish-all.mjs",
            "node create-npm-release.mjs",
            "publish:next",
            "publish:cli",
            "publish:web",
            "release:publish",
            "release-all",
            "release-candidate",
            "node ci/publish-release.mjs",
            "./create-tag.sh publish",
            "cargo xtask publish-npm",
        ] {
            assert!(speaks_of_publishing(name), "{name}");
        }
    }
}
