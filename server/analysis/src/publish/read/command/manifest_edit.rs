//! What `npm pkg` does to the members of a manifest that decide whether npm publishes it.

use super::pkg::pkg_command;
use super::wrappers::{self, Unwrapped};
use super::{edits_in_place, is_inline_code};
use crate::publish::site::ManifestEdit;
use crate::syntax::shell::{Command, Word};
use crate::versions::version::Truth;

/// What `npm pkg` does to the package of its folder, in order; none if the command is another one.
pub(crate) fn manifest_edits(command: &Command) -> Option<Vec<ManifestEdit>> {
    let pkg = pkg_command(command)?;
    let set = pkg
        .set
        .iter()
        .filter_map(|(key, value)| set(key, value, pkg.is_json));
    let deleted = pkg.deleted.iter().filter_map(|key| deleted(key));
    let edits = set.chain(deleted);
    Some(match pkg.is_here {
        true => edits.collect(),
        // Which package it is only the run knows.
        false => edits.map(uncertain).collect(),
    })
}

/// Without `--json`, each value is a text, and any text but the empty one makes a package private: `private=false` does too.
/// Source: measured with npm 11.19.1, `npm pkg set private=false` and then `npm publish`: EPRIVATE.
fn set(key: &str, value: &str, is_json: bool) -> Option<ManifestEdit> {
    let is_known = !value.replace("${{", "").contains(['$', '`']) && !value.contains("${{");
    match key {
        "private" => Some(ManifestEdit::Private(match (value, is_json) {
            _ if !is_known => Truth::Maybe,
            ("", _) | ("false" | "null" | "0" | "\"\"", true) => Truth::No,
            _ => Truth::Yes,
        })),
        "repository" | "repository.url" => {
            let text = value.trim_matches('"');
            Some(ManifestEdit::Repository(is_known.then(|| text.to_owned())))
        }
        _ => None,
    }
}

fn deleted(key: &str) -> Option<ManifestEdit> {
    match key {
        "private" => Some(ManifestEdit::Private(Truth::No)),
        "repository" | "repository.url" => Some(ManifestEdit::Repository(None)),
        _ => None,
    }
}

fn uncertain(edit: ManifestEdit) -> ManifestEdit {
    match edit {
        ManifestEdit::Private(_) => ManifestEdit::Private(Truth::Maybe),
        ManifestEdit::Repository(_) => ManifestEdit::Repository(None),
    }
}

/// Whether a command may rewrite a manifest as a whole: code in the command, `tee`, a patch.
pub(crate) fn rewrites_manifest(command: &Command) -> bool {
    let names_manifest = |words: &[Word]| words.iter().any(|word| word.text.contains("package.json"));
    let may_patch = command
        .words
        .iter()
        .any(|word| matches!(word.text.as_str(), "apply" | "am" | "patch"));
    if !may_patch && !names_manifest(&command.words) {
        return false;
    }
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return false;
    };
    let arguments = invocation.arguments();
    let texts = arguments.texts();
    let names_it = names_manifest(&invocation.words);
    let is_last = texts.last().is_some_and(|last| last.ends_with("package.json"));
    match invocation.name() {
        "git" => matches!(texts.first(), Some(&("apply" | "am"))),
        "patch" => true,
        "tee" | "sponge" | "sd" | "ed" | "ex" | "Set-Content" | "Out-File" | "Add-Content" | "json-merge" => {
            names_it
        }
        "install" | "ln" | "rsync" | "rm" | "unlink" | "Copy-Item" | "Move-Item" => is_last,
        "awk" | "gawk" | "jaq" => names_it && edits_in_place(&invocation.words),
        "dasel" => names_it && texts.iter().any(|text| matches!(*text, "put" | "delete")),
        program if is_inline_code(program, &invocation.words) => {
            names_it && invocation.words.iter().any(|word| writes(&word.text))
        }
        _ => false,
    }
}

/// Whether code that names a manifest may write it.
pub(crate) fn writes(code: &str) -> bool {
    let words = [
        "write", "output", "dump(", "rename", "copyFile", "'w'", "\"w\"", "save", "update",
    ];
    words.iter().any(|word| code.contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, table};
    use super::*;

    #[test]
    fn members_that_decide_whether_npm_publishes() {
        let show = |script: &str| {
            let edits = manifest_edits(&command_of(script)).unwrap_or_default();
            let shown = edits.iter().map(|edit| match edit {
                ManifestEdit::Private(truth) => format!("private {truth:?}"),
                ManifestEdit::Repository(text) => format!("repository {text:?}"),
            });
            shown.collect::<Vec<String>>().join(", ")
        };
        table(
            show,
            &[
                ("npm pkg set private=false", "private Yes"),
                ("npm pkg set private=true", "private Yes"),
                ("npm pkg set private=", "private No"),
                ("npm pkg set private=$X", "private Maybe"),
                ("npm pkg set private=false --json", "private No"),
                ("npm pkg set --json private=true", "private Yes"),
                ("npm pkg delete private", "private No"),
                ("npm pkg delete private -w packages/a", "private Maybe"),
                (
                    "npm pkg set repository=acme/other",
                    "repository Some(\"acme/other\")",
                ),
                ("npm pkg delete version repository", "repository None"),
                ("npm pkg set version=1.0.0", ""),
                ("npm pkg get private", ""),
                ("echo pkg set private=true", ""),
            ],
        );
    }

    #[test]
    fn commands_that_rewrite_a_manifest() {
        let show = |script: &str| rewrites_manifest(&command_of(script)).to_string();
        table(
            show,
            &[
                (
                    "node -e \"const p=require('./package.json');delete p.private;fs.writeFileSync('package.json',JSON.stringify(p))\"",
                    "true",
                ),
                (
                    "node --eval \"require('fs-extra').outputJsonSync('package.json', {})\"",
                    "true",
                ),
                (
                    "python3 -c \"import json; json.dump(x, open('package.json', 'w'))\"",
                    "true",
                ),
                ("tee package.json", "true"),
                ("tee dist/package.json", "true"),
                ("git apply ci/publish.patch", "true"),
                ("patch -p1 -i ci/publish.patch", "true"),
                ("dasel put -f package.json -v false private", "true"),
                ("install -m 644 ci/package.json package.json", "true"),
                ("node -p \"require('./package.json').version\"", "false"),
                (
                    "node -e \"console.log(require('./package.json').version)\"",
                    "false",
                ),
                ("cat package.json", "false"),
                ("jq -r .version package.json", "false"),
                ("git add package.json", "false"),
                ("tee log.txt", "false"),
                ("install package.json dist", "false"),
            ],
        );
    }
}
