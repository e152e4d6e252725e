//! Commands that put another Node on the PATH.

use super::install;
use super::wrappers::Invocation;
use super::{Meaning, NodeSelect};
use crate::publish::tools::arguments::texts_of;
use crate::publish::tools::arguments::{unknown_word, with_text};
use crate::syntax::shell::Word;

/// Reads a command that selects a Node.
pub(crate) fn read(invocation: &Invocation) -> Option<Meaning> {
    let arguments = invocation.arguments();
    let positionals = arguments.positionals();
    let texts = texts_of(&positionals);
    let spec = match (invocation.name(), texts.as_slice()) {
        ("volta", ["install" | "pin", ..])
        | ("mise" | "rtx", ["use" | "u" | "install" | "i" | "exec" | "x", ..]) => {
            positionals.iter().find_map(|word| node_package(word))?
        }
        ("nodenv", ["global" | "local" | "install" | "shell", ..]) => match positionals.get(1) {
            Some(version) => (*version).clone(),
            None => unknown_word(invocation.range()),
        },
        ("asdf", ["global" | "local" | "install" | "set", "nodejs", ..]) => positionals
            .get(2)
            .map(|word| (*word).clone())
            .unwrap_or_else(|| unknown_word(invocation.range())),
        ("nvm" | "fnm", ["install" | "use", rest @ ..]) => match (positionals.get(1), lts_flag(invocation)) {
            (_, Some(lts)) => lts,
            (Some(word), None) if !rest.is_empty() => (*word).clone(),
            // Without an argument the version is in `.nvmrc`.
            _ => unknown_word(invocation.range()),
        },
        ("n", [first, ..]) => match *first {
            "exec" | "run" | "rm" | "ls" | "ls-remote" | "which" | "prune" | "doctor" => return None,
            "lts" | "stable" => with_text(positionals.first()?, "lts/*"),
            "auto" => unknown_word(invocation.range()),
            "install" | "i" => (*positionals.get(1)?).clone(),
            _ => (*positionals.first()?).clone(),
        },
        ("n", []) => match invocation.words.get(1).map(|word| word.text.as_str()) {
            Some("--lts" | "--stable") => with_text(invocation.words.get(1)?, "lts/*"),
            Some("--latest") => with_text(invocation.words.get(1)?, "latest"),
            _ => return None,
        },
        // A package of nixpkgs says what it is; what another flake holds is not known.
        ("nix", ["profile", "install" | "add", packages @ ..]) | ("nix-env", packages) => {
            let is_install = invocation.name() == "nix" || installs_by_nix_env(invocation);
            let is_other = |package: &&str| {
                let name = package
                    .strip_prefix("nixpkgs#")
                    .or(package.strip_prefix("nixpkgs."));
                name.is_some_and(|name| !name.to_ascii_lowercase().contains("node"))
            };
            match is_install && !packages.iter().all(is_other) {
                true => unknown_word(invocation.range()),
                false => return None,
            }
        }
        ("pnpm" | "pn", ["runtime", "set", "node", ..]) => (*positionals.get(3)?).clone(),
        ("pnpm" | "pn", ["env", "use", version, ..]) => match *version {
            "lts" => with_text(positionals.get(2)?, "lts/*"),
            _ => (*positionals.get(2)?).clone(),
        },
        _ => return None,
    };
    // Volta and mise take several tools at once.
    let is_tool_manager = matches!(invocation.name(), "volta" | "mise" | "rtx");
    let npm = is_tool_manager
        .then(|| install::of_tool_manager(invocation))
        .flatten();
    // `mise install node` installs the version that the project's files name; `mise use node` takes the newest.
    // Source: the examples in the help of `mise install` and `mise use`.
    let is_install = matches!(texts.first(), Some(&("install" | "i")));
    let is_bare = texts.iter().any(|text| matches!(*text, "node" | "nodejs"));
    let is_of_project = matches!(invocation.name(), "mise" | "rtx") && is_install && is_bare;
    Some(Meaning::SelectNode(NodeSelect {
        spec: match is_of_project {
            true => unknown_word(spec.range),
            false => spec,
        },
        is_of_project,
        npm,
    }))
}

/// `nix-env -i`, `nix-env -iA`.
fn installs_by_nix_env(invocation: &Invocation) -> bool {
    let mut words = invocation.words.iter().skip(1);
    words
        .any(|word| word.text == "--install" || (word.text.starts_with("-i") && !word.text.starts_with("--")))
}

/// The version after `node@`.
fn node_package(word: &Word) -> Option<Word> {
    let version = match word.text.as_str() {
        "node" | "nodejs" => "latest",
        text => text
            .strip_prefix("node@")
            .or_else(|| text.strip_prefix("nodejs@"))?,
    };
    Some(match version {
        "lts" => with_text(word, "lts/*"),
        version => with_text(word, version),
    })
}

/// `--lts` and `--lts=jod`, as setup-node writes them.
fn lts_flag(invocation: &Invocation) -> Option<Word> {
    invocation
        .words
        .iter()
        .find_map(|word| match word.text.strip_prefix("--lts")? {
            "" => Some(with_text(word, "lts/*")),
            name => Some(with_text(word, &format!("lts/{}", name.strip_prefix('=')?))),
        })
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{meanings, table};

    #[test]
    fn selections() {
        table(
            |script| meanings(script).join("; "),
            &[
                ("nvm install 24", "node 24"),
                ("nix profile install nixpkgs#nodejs_24", "node $"),
                ("nix profile add .#tools", "node $"),
                ("nix-env -iA nixpkgs.nodejs", "node $"),
                ("nix profile install nixpkgs#jq nixpkgs#gh", "other"),
                ("nix-env -iA nixpkgs.jq", "other"),
                ("nix-env -q", "other"),
                ("nix build", "other"),
                ("nvm use \"$V\"", "node $V"),
                ("nvm install --lts", "node lts/*"),
                ("nvm install --lts=jod", "node lts/jod"),
                ("nvm install", "node $"),
                ("nvm use", "node $"),
                ("nvm ls", "other"),
                ("fnm use --install-if-missing 22", "node 22"),
                ("n 22", "node 22"),
                ("n lts", "node lts/*"),
                ("n --lts", "node lts/*"),
                ("n ls", "other"),
                ("volta install node@22", "node 22"),
                ("volta install yarn", "other"),
                ("volta install node npm", "node latest, npm - global Other"),
                ("volta install node@22 npm@11", "node 22, npm 11 global Other"),
                ("mise use -g node@24 npm:npm@11", "node 24, npm 11 global Other"),
                ("nodenv global 22.1.0", "node 22.1.0"),
                ("pnpm runtime set node 24 -g", "node 24"),
                ("mise use -g node@24", "node 24"),
                ("mise use node@lts", "node lts/*"),
                ("mise install", "other"),
                ("mise install node", "node $ of the project"),
                ("mise i nodejs", "node $ of the project"),
                ("mise install java node", "node $ of the project"),
                ("mise install node@22", "node 22"),
                ("mise use -g node", "node latest"),
                ("asdf install nodejs 22.1.0", "node 22.1.0"),
                ("pnpm env use --global 22", "node 22"),
                ("pnpm env use --global lts", "node lts/*"),
                ("pnpm env list", "other"),
            ],
        );
    }
}
