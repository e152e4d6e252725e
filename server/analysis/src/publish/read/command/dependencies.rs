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
        "ni" | "nci" => DependencyManager::OfRepository,
        _ => return None,
    };
    let verb = match manager {
        DependencyManager::OfRepository => "",
        _ => verb,
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

#[cfg(test)]
mod tests {
    use super::super::test_support::{meanings, table};

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
                ("nci", "dependencies by OfRepository «nci»"),
                ("ni", "dependencies by OfRepository «ni»"),
                ("ni --frozen", "dependencies by OfRepository «ni»"),
                ("ni vite -D", "dependencies by OfRepository «ni»"),
                ("ni -g eslint", "other"),
                ("npm audit", "other"),
                ("echo npm ci", "other"),
            ],
        );
    }
}
