//! What a command does to an `.npmrc` of the repository, apart from adding lines to it.

use super::npmrc::{is_writer, npmrc_file};
use super::wrappers::{self, Unwrapped};
use super::{edits_in_place, is_inline_code};
use crate::publish::site::NpmrcFile;
use crate::publish::tools::arguments::texts_of;
use crate::syntax::shell::{Command, Word};

/// A file that a command removes or rewrites.
#[derive(Debug)]
pub(crate) struct NpmrcReplacement {
    /// The file.
    pub(crate) target: NpmrcTarget,
    /// Whether nothing of the file is left. Otherwise its settings may be any.
    pub(crate) is_removed: bool,
}

/// Which file it is.
#[derive(Debug)]
pub(crate) enum NpmrcTarget {
    /// The one that a word names.
    Named(Word),
    /// That of the folder in which the command runs.
    OfFolder,
    /// Only the run knows.
    Any,
}

/// The files that a command removes or rewrites.
pub(crate) fn replaced_npmrc(command: &Command) -> Vec<NpmrcReplacement> {
    let targets = command.redirects.iter().map(|redirect| &redirect.target);
    // A quick look before the command is read; few name such a file.
    let is_relevant = |word: &Word| word.text.contains("npmrc") || word.text.ends_with("project");
    if !command.words.iter().chain(targets).any(is_relevant) {
        return Vec::new();
    }
    of_redirects(command)
        .into_iter()
        .chain(of_program(command))
        .collect()
}

/// `> .npmrc`: what is printed takes the place of the committed lines.
fn of_redirects(command: &Command) -> Vec<NpmrcReplacement> {
    // What these print is read as lines of its own.
    let is_shown = match command.word(0) {
        None | Some(":" | "true" | "echo" | "printf") => true,
        Some("cat") => command.words.len() == 1,
        Some(_) => false,
    };
    let replaces = |operator: &str| operator.contains('>') && !operator.contains(">>");
    let redirects = command.redirects.iter();
    let replaced =
        redirects.filter(|redirect| replaces(&redirect.operator) && is_committed(&redirect.target));
    replaced
        .map(|redirect| NpmrcReplacement {
            target: NpmrcTarget::Named(redirect.target.clone()),
            is_removed: is_shown,
        })
        .collect()
}

fn of_program(command: &Command) -> Vec<NpmrcReplacement> {
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return Vec::new();
    };
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let texts = texts_of(&positionals);
    let has = |flags: &[&str]| {
        invocation
            .words
            .iter()
            .any(|word| flags.contains(&word.text.as_str()))
    };
    let removed = |words: &[&Word]| replacements(words, true);
    let open = |words: &[&Word]| replacements(words, false);
    let (sources, target) = match positionals.split_last() {
        Some((target, sources)) => (sources, std::slice::from_ref(target)),
        None => (&[][..], &[][..]),
    };
    match invocation.name() {
        "rm" | "unlink" | "rimraf" | "shred" | "del" | "ri" | "Remove-Item" => removed(&positionals),
        "git" => match texts.first() {
            Some(&"rm") if !has(&["--cached"]) => removed(&positionals),
            Some(&"mv") => [removed(sources), open(target)].into_iter().flatten().collect(),
            Some(&("checkout" | "restore")) => open(&positionals),
            _ => Vec::new(),
        },
        "mv" | "Move-Item" => [removed(sources), open(target)].into_iter().flatten().collect(),
        "cp" | "install" | "ln" | "rsync" | "Copy-Item" => open(target),
        "truncate" | "sponge" | "ed" | "ex" | "sd" | "patch" => open(&positionals),
        "sed" | "perl" | "awk" | "gawk" if edits_in_place(&invocation.words) => open(&positionals),
        "find" if has(&["-delete", "-exec", "-execdir"]) => anywhere(),
        "npm" | "pnpm" | "pn" => {
            let location = arguments.value(&["--location", "-L"]);
            let is_of_project = location.is_some_and(|location| location.text == "project");
            let removes = matches!(
                texts.as_slice(),
                ["config" | "c", "delete" | "rm" | "unset" | "edit" | "fix", ..]
            );
            match is_of_project && removes {
                true => vec![NpmrcReplacement {
                    target: NpmrcTarget::OfFolder,
                    is_removed: false,
                }],
                false => Vec::new(),
            }
        }
        program if is_writer(program) && !has(&["-a", "--append", "-Append"]) => match program {
            "Add-Content" => Vec::new(),
            _ => open(&positionals),
        },
        program if is_inline_code(program, &invocation.words) => anywhere(),
        _ => Vec::new(),
    }
}

/// Which file it is only the run knows.
fn anywhere() -> Vec<NpmrcReplacement> {
    vec![NpmrcReplacement {
        target: NpmrcTarget::Any,
        is_removed: false,
    }]
}

fn replacements(words: &[&Word], is_removed: bool) -> Vec<NpmrcReplacement> {
    let files = words.iter().filter(|word| is_committed(word));
    files
        .map(|word| NpmrcReplacement {
            target: NpmrcTarget::Named((*word).clone()),
            is_removed,
        })
        .collect()
}

fn is_committed(word: &Word) -> bool {
    npmrc_file(&word.text) == Some(NpmrcFile::Other)
}
