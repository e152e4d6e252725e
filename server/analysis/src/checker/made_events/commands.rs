//! Commands that push tags or make releases.

use std::collections::BTreeSet;

use super::refs::{MadeRefs, git_verb};
use crate::publish::{Meaning, meaning_with};
use crate::sources::Sources;
use crate::syntax::shell::{Command, split_script};
use crate::text::{FilePath, FolderPath};

/// How deep scripts may lead into each other.
const MOST_DEPTH: usize = 4;

/// A text without any of these leads to no such command.
const SIGNS: [&str; 11] = [
    "git ", "gh ", "push", "release", "lerna", "tag", "version", "ship", "deploy", "publish", ".sh",
];

/// A command that pushes tags or makes releases.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ReleasingCommand {
    /// It pushes a tag with the credentials of git.
    PushTag,
    /// It makes a release, or publishes a draft, with a token in `GH_TOKEN` or `GITHUB_TOKEN`.
    Release {
        /// Whether the release cannot have been there before.
        is_only_source: bool,
    },
    /// It makes a draft.
    Draft,
}

/// The commands of a script, and those of the scripts that it runs.
pub(super) fn of_script(sources: &Sources<'_>, text: &str) -> Vec<Command> {
    let mut found = Vec::new();
    collect(sources, text, (0, &mut BTreeSet::new()), &mut found);
    found
}

/// Adds the commands of a text. `read` are the package scripts and files that are read already.
fn collect(
    sources: &Sources<'_>,
    text: &str,
    (depth, read): (usize, &mut BTreeSet<String>),
    found: &mut Vec<Command>,
) {
    if depth > MOST_DEPTH || !SIGNS.iter().any(|sign| text.contains(sign)) {
        return;
    }
    for command in split_script(text).commands {
        match meaning_with(sources.settings().publish_commands(), &command) {
            Meaning::RunScript(run) => {
                for name in &run.names {
                    if !read.insert(name.text.clone()) {
                        continue;
                    }
                    for script in package_scripts(sources, &name.text) {
                        collect(sources, &script, (depth + 1, &mut *read), found);
                    }
                }
            }
            Meaning::LocalScript(script) => {
                let file = script.words.iter().find(|word| word.text.ends_with(".sh"));
                let path = file.and_then(|file| FolderPath::root().file(file.text.trim_start_matches("./")));
                let path = path.filter(|path| read.insert(path.to_string()));
                if let Some(file) = path.and_then(|path| sources.file_on_demand(&path)) {
                    collect(sources, &file.text, (depth + 1, &mut *read), found);
                }
            }
            _ => found.push(command),
        }
    }
}

/// The scripts of this name in all manifests, as the folder need not be known, with those around them.
fn package_scripts(sources: &Sources<'_>, name: &str) -> Vec<String> {
    let names = [format!("pre{name}"), name.to_owned(), format!("post{name}")];
    let manifests: Vec<&FilePath> = sources.manifest_paths().collect();
    let scripts = manifests.into_iter().filter_map(|path| sources.manifest(path));
    let scripts = scripts.flat_map(|manifest| &manifest.scripts);
    scripts
        .filter(|script| names.contains(&script.name.value))
        .map(|script| script.command.value.clone())
        .collect()
}

/// What a command pushes or makes in a job that makes these refs.
pub(super) fn releasing_command(command: &Command, refs: &MadeRefs) -> Option<ReleasingCommand> {
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let release = ReleasingCommand::Release { is_only_source: true };
    let is = |word: &str| words.contains(&word);
    match words.as_slice() {
        ["gh", "release", "create" | "new", options @ ..] => {
            let is_draft = options
                .iter()
                .any(|word| matches!(*word, "-d" | "--draft" | "--draft=true"));
            Some(match is_draft {
                true => ReleasingCommand::Draft,
                false => ReleasingCommand::Release {
                    is_only_source: !command.is_conditional && !command.failure_is_ignored,
                },
            })
        }
        ["gh", "release", "edit", options @ ..] => options.contains(&"--draft=false").then_some(release),
        ["git", rest @ ..] => pushes_tag(rest, refs).then_some(ReleasingCommand::PushTag),
        _ if is("--dry-run") || is("-d") || is("--no-push") => None,
        [..] if is("semantic-release") || is("multi-semantic-release") => Some(release),
        [..] if is("lerna") && (is("version") || is("publish")) && !is("from-package") && !is("from-git") => {
            Some(ReleasingCommand::PushTag)
        }
        [..] if is("release-it") => Some(ReleasingCommand::PushTag),
        _ => None,
    }
}

/// Whether the words after `git` push a tag that is new: a forced push moves one that is there.
fn pushes_tag(words: &[&str], refs: &MadeRefs) -> bool {
    let Some(("push", options)) = git_verb(words) else {
        return false;
    };
    let has = |names: &[&str]| options.iter().any(|word| names.contains(word));
    if has(&["-f", "--force", "--dry-run", "-n", "-d", "--delete"]) {
        return false;
    }
    // The first word without a dash is the remote. One that is not its name may carry a token.
    let remote = options.iter().find(|word| !word.starts_with('-'));
    remote.is_none_or(|remote| *remote == "origin") && refs.pushes_tag(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_push_and_make() {
        use ReleasingCommand::{Draft, PushTag};
        let release = |is_only_source| Some(ReleasingCommand::Release { is_only_source });
        for (script, expected) in [
            ("git push --follow-tags", Some(PushTag)),
            ("git push origin main --tags", Some(PushTag)),
            ("git push origin v1.2.3", Some(PushTag)),
            ("git push origin \"v$VERSION\"", Some(PushTag)),
            ("git push origin refs/tags/x", Some(PushTag)),
            ("git push origin ${{ steps.version.outputs.tag }}", Some(PushTag)),
            ("git push origin HEAD:refs/tags/x", Some(PushTag)),
            ("git push", None),
            ("git push origin main", None),
            ("git push origin \"$BRANCH_TAG\"", None),
            ("git push -f origin v1", None),
            ("git push https://x:$TOKEN@github.com/a/b --tags", None),
            ("git commit -m push --tags", None),
            ("gh release create v1 --generate-notes", release(true)),
            ("gh release view v1 || gh release create v1", release(false)),
            ("gh release create v1 --draft", Some(Draft)),
            ("gh release edit v1 --draft=false", release(true)),
            ("gh release edit v1 --title x", None),
            ("npx semantic-release", release(true)),
            ("npx semantic-release --dry-run", None),
            ("pnpm lerna version --yes", Some(PushTag)),
            ("lerna publish from-package --yes", None),
            ("echo done", None),
        ] {
            let commands = split_script(script).commands;
            let refs = MadeRefs::default();
            let found = commands
                .iter()
                .rev()
                .find_map(|command| releasing_command(command, &refs));
            assert_eq!(found, expected, "{script}");
        }
    }
}
