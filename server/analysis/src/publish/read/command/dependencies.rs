//! Commands that install dependencies, and commands that may use git with the credentials of the checkout.

use super::wrappers::Invocation;
use super::{DependencyCommand, DependencyManager, Meaning};
use crate::publish::tools::Flag;
use crate::syntax::shell::Command;

/// Reads a command that installs the dependencies of a project.
pub(crate) fn read(command: &Command, invocation: &Invocation) -> Option<Meaning> {
    let arguments = invocation.arguments();
    let texts = arguments.texts();
    let verb = texts.first().copied().unwrap_or_default();
    let manager = match invocation.name() {
        "npm" if is_install_of_npm(verb) => DependencyManager::Npm,
        "pnpm" | "pn" if matches!(verb, "install" | "i" | "add" | "ci") => DependencyManager::Pnpm,
        "yarn" if matches!(verb, "" | "install" | "add") => DependencyManager::Yarn,
        _ => return None,
    };
    let only_tells = arguments.has(&["-v", "--version", "-h", "--help"]);
    if only_tells || arguments.has(&["-g", "--global"]) || invocation.environment.through_docker {
        return None;
    }
    let is_set = |(name, value): (&str, &str)| {
        name.eq_ignore_ascii_case("npm_config_ignore_scripts") && value == "true"
    };
    let in_front = command
        .assignments
        .iter()
        .map(|assignment| (assignment.name.as_str(), assignment.value.text.as_str()));
    let of_wrapper = invocation
        .variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let skips_build = arguments
        .value(&["--mode"])
        .is_some_and(|mode| mode.text == "skip-build");
    let ignores_scripts = if skips_build || in_front.chain(of_wrapper).any(is_set) {
        Some(Flag::True)
    } else {
        arguments.flag(&["--ignore-scripts"])
    };
    let name = [invocation.name(), verb].join(" ");
    Some(Meaning::InstallDependencies(DependencyCommand {
        command: name.trim_end().to_owned(),
        manager,
        ignores_scripts,
        range: invocation.range(),
    }))
}

fn is_install_of_npm(verb: &str) -> bool {
    matches!(
        verb,
        "ci" | "clean-install" | "install-clean" | "i" | "install" | "add" | "install-test" | "it" | "cit"
    )
}

/// Whether a command may talk to a remote with the credentials that the checkout has left: git itself, and tools whose
/// words speak of releasing, since these push.
pub(crate) fn may_use_git_credentials(command: &Command) -> bool {
    let mut words = command.words.iter().map(|word| word.text.as_str());
    let is_remote = |word: &str| {
        matches!(
            word,
            "push" | "pull" | "fetch" | "clone" | "ls-remote" | "submodule"
        )
    };
    let speaks_of_pushing = |word: &str| {
        ["release", "gh-pages", "lerna", "bump", "deploy", "changeset"]
            .iter()
            .any(|part| word.contains(part))
    };
    // GitHub's own tool is given its token by name.
    if words.clone().next() == Some("gh") {
        return false;
    }
    let is_git = words.clone().any(|word| word == "git");
    words.any(|word| (is_git && is_remote(word)) || speaks_of_pushing(word))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, meanings, table};
    use super::*;

    #[test]
    fn installations_of_dependencies() {
        table(
            |script| meanings(script).join("; "),
            &[
                ("npm ci", "dependencies by Npm «npm ci»"),
                ("npm i --no-audit", "dependencies by Npm «npm i»"),
                (
                    "npm install --ignore-scripts",
                    "dependencies by Npm «npm install» True",
                ),
                (
                    "npm ci --ignore-scripts=false",
                    "dependencies by Npm «npm ci» False",
                ),
                (
                    "npm_config_ignore_scripts=true npm ci",
                    "dependencies by Npm «npm ci» True",
                ),
                (
                    "env NPM_CONFIG_IGNORE_SCRIPTS=true npm ci",
                    "dependencies by Npm «npm ci» True",
                ),
                ("pnpm i --frozen-lockfile", "dependencies by Pnpm «pnpm i»"),
                ("yarn", "dependencies by Yarn «yarn»"),
                ("yarn install --immutable", "dependencies by Yarn «yarn install»"),
                (
                    "yarn install --mode=skip-build",
                    "dependencies by Yarn «yarn install» True",
                ),
                ("yarn --version", "other"),
                ("npm i -g typescript", "other"),
                ("npm audit", "other"),
                ("echo npm ci", "other"),
            ],
        );
    }

    #[test]
    fn commands_that_may_push() {
        for (script, expected) in [
            ("git push --follow-tags", true),
            ("git -C site push", true),
            ("git fetch --tags", true),
            ("npx bumpp", true),
            ("npx gh-pages -d dist", true),
            ("git config user.name bot", false),
            ("git tag v1", false),
            ("npm run build", false),
            ("npm publish", false),
            ("gh release upload v1 dist.tgz", false),
        ] {
            assert_eq!(may_use_git_credentials(&command_of(script)), expected, "{script}");
        }
    }
}
