//! `npm pkg set` and `npm pkg delete`, which pnpm, Yarn and Bun have too.

use super::PackageScope;
use super::wrappers::{self, Unwrapped};
use crate::syntax::shell::Command;

/// What a command does to members of a manifest.
#[derive(Debug)]
pub(super) struct PkgCommand {
    /// The members that it sets, each with its new value as it is written.
    pub(super) set: Vec<(String, String)>,
    /// The members that it removes.
    pub(super) deleted: Vec<String>,
    /// Whether the values are JSON; else they are texts.
    pub(super) is_json: bool,
    /// Whether it is the manifest of the folder in which the command runs.
    pub(super) is_here: bool,
}

impl PkgCommand {
    /// The last value that a member gets.
    pub(super) fn value(&self, member: &str) -> Option<&str> {
        let mut set = self.set.iter().rev();
        set.find(|(key, _)| key == member)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads a command as `npm pkg …`; none if it is another one.
pub(super) fn pkg_command(command: &Command) -> Option<PkgCommand> {
    if !command.words.iter().any(|word| word.text == "pkg") {
        return None;
    }
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return None;
    };
    let arguments = invocation.arguments();
    let name = invocation.name();
    let texts = arguments.texts();
    let ["pkg", verb, members @ ..] = texts.as_slice() else {
        return None;
    };
    let pairs = members.iter().filter_map(|member| member.split_once('='));
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    matches!(name, "npm" | "pnpm" | "pn" | "yarn" | "bun").then(|| PkgCommand {
        set: match *verb {
            "set" => pairs.map(owned).collect(),
            _ => Vec::new(),
        },
        deleted: match *verb {
            "delete" => members.iter().map(|member| (*member).to_owned()).collect(),
            _ => Vec::new(),
        },
        is_json: arguments.has(&["--json"]),
        is_here: PackageScope::of_flags(name, &arguments).is_plain() && invocation.scope.is_plain(),
    })
}
