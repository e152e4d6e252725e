//! Commands of npm and Yarn as their configuration sees them: whether they read it, and from which folder.

use super::wrappers::{Unwrapped, unwrap};
use super::{PackageScope, ProgramOrigin};
use crate::syntax::shell::{Command, Word};

/// The package managers whose configuration may refuse every command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CheckedManager {
    /// npm, and npx, which is a part of it.
    Npm,
    /// Either Yarn.
    Yarn,
}

/// A command of a package manager that reads the project's configuration.
#[derive(Debug)]
pub(crate) struct ManagerCommand {
    /// The package manager.
    pub(crate) manager: CheckedManager,
    /// The program and the first words after it, for example `npm run build`.
    pub(crate) text: String,
    /// `--prefix`, `-C` or `--cwd`.
    pub(crate) folder: Option<Word>,
    /// Whether npm turns what it refuses into warnings: `--force`.
    pub(crate) is_forced: bool,
}

/// The names of the programs; a quick look before anything is read.
pub(crate) fn names_manager(command: &Command) -> bool {
    const NAMES: [&str; 4] = ["npm", "npx", "yarn", "yarnpkg"];
    command
        .words
        .iter()
        .any(|word| NAMES.contains(&word.text.as_str()))
}

/// Reads such a command. What runs elsewhere, in a container or as another user, is none.
pub(crate) fn manager_command(command: &Command) -> Option<ManagerCommand> {
    // `npx` is taken off as a wrapper, and is a command of npm all the same.
    if command.word(0) == Some("npx") {
        let text = text_of(command.words.iter());
        let only_tells = command.words.iter().any(|word| is_question(&word.text));
        return (!only_tells).then_some(ManagerCommand {
            manager: CheckedManager::Npm,
            text,
            folder: None,
            is_forced: false,
        });
    }
    let Unwrapped::Invocation(invocation) = unwrap(command) else {
        return None;
    };
    let manager = match invocation.name() {
        "npm" => CheckedManager::Npm,
        "yarn" | "yarnpkg" => CheckedManager::Yarn,
        _ => return None,
    };
    let arguments = invocation.arguments();
    let is_elsewhere = invocation.environment.has_own_credentials()
        || invocation.version.is_some()
        || invocation.origin != ProgramOrigin::Path;
    let is_global = manager == CheckedManager::Npm
        && (arguments.has(&["-g", "--global"])
            || arguments
                .value(&["--location"])
                .is_some_and(|word| word.text == "global"));
    let is_asked = arguments.words().iter().any(|word| is_question(&word.text));
    let without_files = arguments.has(&["--no-default-rc"]);
    let is_bare_npm = manager == CheckedManager::Npm && arguments.words().is_empty();
    if is_elsewhere || is_global || is_asked || without_files || is_bare_npm {
        return None;
    }
    Some(ManagerCommand {
        manager,
        text: text_of(invocation.words.iter()),
        folder: PackageScope::of_flags(invocation.name(), &arguments)
            .folder
            .or_else(|| arguments.value(&["--cwd"])),
        is_forced: arguments.has(&["-f", "--force"]),
    })
}

/// Flags with which a program only tells something.
fn is_question(word: &str) -> bool {
    matches!(word, "-v" | "--version" | "-h" | "--help")
}

/// The program and up to two words after it, without flags.
fn text_of<'w>(words: impl Iterator<Item = &'w Word>) -> String {
    let words = words.take_while(|word| !word.text.starts_with('-'));
    let texts: Vec<&str> = words.take(3).map(|word| word.text.as_str()).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, table};
    use super::{manager_command, names_manager};

    fn show(script: &str) -> String {
        let command = command_of(script);
        let found = manager_command(&command).filter(|_| names_manager(&command));
        found.map_or("none".to_owned(), |found| {
            let folder = found.folder.map(|word| format!(" in {}", word.text));
            let force = if found.is_forced { " forced" } else { "" };
            format!(
                "{:?}: {}{}{force}",
                found.manager,
                found.text,
                folder.unwrap_or_default()
            )
        })
    }

    #[test]
    fn commands_that_read_the_configuration() {
        table(
            show,
            &[
                ("npm ci", "Npm: npm ci"),
                ("npm run build -- --prod", "Npm: npm run build"),
                ("npx changeset publish", "Npm: npx changeset publish"),
                ("npx -y semver", "Npm: npx"),
                ("npm publish --force", "Npm: npm publish forced"),
                ("npm --prefix pkg ci", "Npm: npm in pkg"),
                ("CI=1 npm test", "Npm: npm test"),
                ("npm install -g npm@latest", "none"),
                ("npm i --location=global pnpm", "none"),
                ("npm --version", "none"),
                ("npm", "none"),
                ("npx npm@11 publish", "Npm: npx npm@11 publish"),
                ("docker run node npm ci", "none"),
                ("pnpm publish", "none"),
                ("yarn", "Yarn: yarn"),
                ("yarn install --frozen-lockfile", "Yarn: yarn install"),
                ("yarn --cwd pkg build", "Yarn: yarn in pkg"),
                ("yarn -v", "none"),
                ("yarn install --no-default-rc", "none"),
                ("echo npm", "none"),
            ],
        );
    }
}
