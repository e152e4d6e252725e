//! `npm pack` and its like: the folder that is packed, and where the tarball goes.

use super::PackageScope;
use super::wrappers::{self, Unwrapped};
use crate::syntax::shell::{Command, Word};

/// A command that packs a package.
#[derive(Debug)]
pub(crate) struct PackCommand {
    /// The folders that are named.
    pub(crate) folders: Vec<Word>,
    /// Which workspaces are meant.
    pub(crate) scope: PackageScope,
    /// The folder into which the tarball goes, if it is not that of the command.
    pub(crate) destination: Option<Word>,
}

/// Reads a command as one that packs; none if it is another one, or a dry run.
pub(crate) fn pack_command(command: &Command) -> Option<PackCommand> {
    if !command.words.iter().any(|word| word.text == "pack") {
        return None;
    }
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return None;
    };
    let name = invocation.name();
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let texts = arguments.texts();
    let verbs = match (name, texts.as_slice()) {
        ("npm" | "pnpm" | "pn" | "yarn", ["pack", ..]) => 1,
        ("bun", ["pm", "pack", ..]) => 2,
        _ => return None,
    };
    if arguments.has(&["--dry-run", "-n"]) {
        return None;
    }
    let value = |flags: &[&str]| arguments.value(flags);
    let destination = value(&["--pack-destination", "--destination"]);
    // Those of Yarn and pnpm name the file.
    let file = value(&["--out", "-o", "--filename", "-f"]);
    let folder_of = |file: Word| {
        let (folder, _) = file.text.rsplit_once('/')?;
        Some(Word {
            text: folder.to_owned(),
            ..file.clone()
        })
    };
    let is_value = |word: &&&Word| {
        let of_flag = [&destination, &file];
        !of_flag
            .iter()
            .any(|value| value.as_ref().is_some_and(|value| value.range == word.range))
    };
    let folders = positionals.iter().skip(verbs).filter(is_value);
    Some(PackCommand {
        folders: folders.map(|word| (*word).clone()).collect(),
        scope: invocation
            .scope
            .clone()
            .and(PackageScope::of_flags(name, &arguments)),
        destination: destination.clone().or_else(|| file.clone().and_then(folder_of)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, table};
    use super::*;

    #[test]
    fn commands_that_pack() {
        let show = |script: &str| {
            let Some(pack) = pack_command(&command_of(script)) else {
                return "other".to_owned();
            };
            let folders: Vec<&str> = pack.folders.iter().map(|word| word.text.as_str()).collect();
            let into = pack
                .destination
                .map_or(String::new(), |word| format!(" into {}", word.text));
            format!("{}{into}", folders.join(" "))
        };
        table(
            show,
            &[
                ("npm pack", ""),
                ("npm pack --silent", ""),
                ("npm pack ./dist", "./dist"),
                ("npm pack ./dist --pack-destination out", "./dist into out"),
                ("npm pack --pack-destination=out", " into out"),
                ("yarn pack --out out/x.tgz", " into out"),
                ("bun pm pack", ""),
                ("npm pack --dry-run", "other"),
                ("npm run pack", "other"),
                ("wasm-pack pack", "other"),
            ],
        );
    }
}
