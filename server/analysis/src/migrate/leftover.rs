//! What still reads a variable that a move has removed. Such a step would end otherwise than predicted: the files do not show all
//! that a script does with a variable.

use crate::sources::File;
use crate::text::{FileKind, FilePath};
use crate::workspace::Workspace;

/// Words of names that a variable with a token has.
const TOKEN_WORDS: [&str; 3] = ["TOKEN", "AUTH", "NPM"];

/// A sentence about a place that reads a variable which the changed files no longer set, or set less often. `originals` are the
/// texts of the changed files before.
///
/// `is_of_job` says that a token was set for a whole job, so that other steps had it too.
pub(super) fn leftover<'o>(
    trial: &Workspace,
    originals: impl Iterator<Item = (&'o FilePath, &'o str)> + Clone,
    is_of_job: bool,
) -> Option<String> {
    let mut removed: Vec<&str> = Vec::new();
    let mut secrets: Vec<&str> = Vec::new();
    for (path, old) in originals.clone() {
        let new = trial.file(path).map_or("", |file| &*file.text);
        removed.extend(fewer(&defined(old), &defined(new)));
        secrets.extend(fewer(&secrets_in(old), &secrets_in(new)));
        if is_of_job && let Some(line) = new.lines().find(|line| fetches_scoped(line)) {
            return Some(format!(
                "`{}` had the token too, and the package may be private",
                line.trim()
            ));
        }
    }
    if let Some(sentence) = lifecycle_login(trial) {
        return Some(sentence);
    }
    // Yarn 1 stops at an `.npmrc` with a variable that is not set (measured with 1.22.22).
    let runs_yarn = originals.clone().any(|(_, text)| text.contains("yarn "));
    let is_changed = |path: &FilePath| originals.clone().any(|(changed, _)| changed == path);
    trial.files().find_map(|(path, file)| {
        // Another workflow has variables of its own, and npm reads an `.npmrc` as the prediction knows.
        let is_left_alone = (file.kind == FileKind::Npmrc && !runs_yarn)
            || file.kind == FileKind::Workflow && !is_changed(path);
        let is_read = |name: &&&str| reads(file, |line| line_reads(line, name));
        let is_asked_for = |name: &&&str| reads(file, |line| asks_for_secret(line, name));
        let mut names = removed
            .iter()
            .filter(is_read)
            .chain(secrets.iter().filter(is_asked_for));
        let name = names.next().filter(|_| !is_left_alone)?;
        Some(format!(
            "`{}` still reads `{name}`; remove that first",
            path.file_name()
        ))
    })
}

/// The names of variables with tokens that a text sets: `NAME: value`.
fn defined(text: &str) -> Vec<&str> {
    let names = text.lines().filter_map(|line| {
        let line = line
            .trim_start()
            .trim_start_matches("- ")
            .trim_start_matches(['{', ' ']);
        let (name, _) = line.split_once(':')?;
        let name = name.trim().trim_matches(['"', '\'']);
        let is_word = name.len() > 3 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let upper = name.to_ascii_uppercase();
        // `token` alone is an input of an action.
        let is_token = name.contains('_') && TOKEN_WORDS.iter().any(|word| upper.contains(word));
        (is_word && is_token).then_some(name)
    });
    names.collect()
}

/// The names of the secrets in a text: `secrets.NAME`.
fn secrets_in(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let names = text.split("secrets.").skip(1);
    names
        .filter_map(|rest| rest.split(|c| !is_word(c)).next())
        .collect()
}

/// The names that come less often than before.
fn fewer<'n>(old: &[&'n str], new: &[&str]) -> Vec<&'n str> {
    let count = |names: &[&str], name: &str| names.iter().filter(|other| **other == name).count();
    let names = old.iter().filter(|name| count(new, name) < count(old, name));
    names.copied().collect()
}

/// Whether a command fetches a package with a scope by its name.
fn fetches_scoped(line: &str) -> bool {
    const FETCHES: [&str; 8] = [
        "npx ",
        "npm exec ",
        "npm view ",
        "npm info ",
        "npm i ",
        "npm install ",
        "pnpm dlx ",
        "yarn dlx ",
    ];
    let after = FETCHES
        .iter()
        .find_map(|command| Some(line.split_once(command)?.1));
    after.is_some_and(|rest| rest.starts_with('@') || rest.contains(" @"))
}

/// A script that runs with the publish and needs a login.
fn lifecycle_login(trial: &Workspace) -> Option<String> {
    const SCRIPTS: [&str; 7] = [
        "prepublishOnly",
        "prepublish",
        "prepack",
        "prepare",
        "postpack",
        "postpublish",
        "publish",
    ];
    const LOGINS: [&str; 5] = [
        "npm dist-tag",
        "npm whoami",
        "npm access",
        "npm owner",
        "npm deprecate",
    ];
    trial
        .files()
        .filter(|(_, file)| file.kind == FileKind::Manifest)
        .find_map(|(path, file)| {
            let mut lines = file.text.split([',', '\n']);
            let (script, command) = lines.find_map(|line| {
                let script = SCRIPTS
                    .iter()
                    .find(|script| line.contains(&format!("\"{script}\"")))?;
                let command = LOGINS.iter().find(|command| line.contains(**command))?;
                Some((script, command))
            })?;
            Some(format!(
                "the script `{script}` of `{path}` runs `{command}`, which needs a logged-in user"
            ))
        })
}

/// Whether a line of the file, without its comments, is of a kind.
fn reads(file: &File, is_of_kind: impl Fn(&str) -> bool) -> bool {
    file.text.lines().any(|line| {
        let code = line.split(" #").next().unwrap_or(line);
        !code.trim_start().starts_with('#') && is_of_kind(code)
    })
}

/// Whether a line decides something by whether the secret is set.
fn asks_for_secret(line: &str, name: &str) -> bool {
    secrets_in(line).contains(&name) && (line.contains("!=") || line.contains("==") || line.contains("if:"))
}

fn line_reads(line: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (
            line.get(..at).unwrap_or(""),
            line.get(at + name.len()..).unwrap_or(""),
        );
        if before.ends_with(is_word) || after.starts_with(is_word) {
            return false;
        }
        if before.ends_with("secrets.") {
            return asks_for_secret(line, name);
        }
        let is_expanded = before.ends_with(['$', '%', '{', '.']) || before.ends_with("$env:");
        is_expanded || !after.trim_start_matches(['"', '\'', ' ']).starts_with(':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_read_or_set() {
        for line in [
            "run: echo $NPM_TOKEN",
            "echo \"//registry.npmjs.org/:_authToken=${NPM_TOKEN}\" > .npmrc",
            "[ -z \"$NPM_TOKEN\" ] && exit 1",
            "if: env.NPM_TOKEN != ''",
            "if: ${{ secrets.NPM_TOKEN != '' }}",
            "docker build --build-arg NPM_TOKEN .",
            "\"release\": \"test -n $NPM_TOKEN && npm publish\"",
            "process.env.NPM_TOKEN",
            "echo $env:NPM_TOKEN",
            "x=${NPM_TOKEN:-none}",
        ] {
            assert!(line_reads(line, "NPM_TOKEN"), "{line}");
        }
        for line in [
            "NPM_TOKEN: ${{ secrets.NPM_TOKEN }}",
            "\"NPM_TOKEN\": x",
            "echo $MY_NPM_TOKEN",
            "echo $NPM_TOKEN_2",
            "token: ${{ secrets.NPM_TOKEN }}",
        ] {
            assert!(!line_reads(line, "NPM_TOKEN"), "{line}");
        }
        let names = defined("env:\n  NPM_TOKEN: a\n  token: b\n  'NODE_AUTH_TOKEN': c\n");
        assert_eq!(names, ["NPM_TOKEN", "NODE_AUTH_TOKEN"]);
        assert_eq!(
            secrets_in("${{ secrets.A }} ${{ secrets.B_1 != '' }}"),
            ["A", "B_1"]
        );
        assert!(asks_for_secret("has: ${{ secrets.A != '' }}", "A"));
        assert!(fetches_scoped("- run: npx -y @acme/tool") && !fetches_scoped("- run: npx tsc"));
    }
}
