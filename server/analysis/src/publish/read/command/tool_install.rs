//! Commands that install a publishing tool by its name.

use super::wrappers::{Unwrapped, name_and_version, unwrap};
use crate::publish::tools::is_tool_package;
use crate::syntax::shell::Command;

/// A publishing tool that a command installs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct InstalledTool {
    /// The package.
    pub(crate) package: String,
    /// The version or tag that is asked for.
    pub(crate) version: Option<String>,
    /// Whether it is installed for all projects.
    pub(crate) is_global: bool,
}

/// The publishing tools that a command installs: `npm install -g semantic-release@24`.
pub(crate) fn installed_tools(command: &Command) -> Vec<InstalledTool> {
    let is_tool = |text: &str| is_tool_package(name_and_version(text).0);
    // Few commands install something, and asking that costs less than asking what.
    let mut verbs = command.words.iter().map(|word| word.text.as_str());
    let installs = verbs.any(|word| matches!(word, "add" | "i" | "install"));
    if !installs || !command.words.iter().any(|word| is_tool(&word.text)) {
        return Vec::new();
    }
    let Unwrapped::Invocation(invocation) = unwrap(command) else {
        return Vec::new();
    };
    let arguments = invocation.arguments();
    let texts = arguments.texts();
    let (is_global, packages) = match (invocation.name(), texts.as_slice()) {
        ("yarn", ["global", "add", packages @ ..]) => (true, packages),
        ("npm" | "pnpm" | "pn" | "bun" | "yarn", ["add" | "i" | "install", packages @ ..]) => {
            (arguments.has(&["-g", "--global"]), packages)
        }
        _ => return Vec::new(),
    };
    let installed = packages.iter().filter(|package| is_tool(package));
    let read = |package: &&str| {
        let (name, version) = name_and_version(package);
        InstalledTool {
            package: name.to_owned(),
            version: version.map(str::to_owned),
            is_global,
        }
    };
    installed.map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, table};
    use super::*;

    #[test]
    fn tools_that_are_installed_by_name() {
        let show = |script: &str| {
            let found = installed_tools(&command_of(script)).into_iter().map(|tool| {
                let place = if tool.is_global { "global" } else { "local" };
                format!("{place} {} {}", tool.package, tool.version.unwrap_or_default())
            });
            found.collect::<Vec<_>>().join("; ")
        };
        table(
            show,
            &[
                (
                    "npm i -g semantic-release@24 @semantic-release/git",
                    "global semantic-release 24",
                ),
                ("npm install --no-save lerna@8", "local lerna 8"),
                ("sudo npm install --global np", "global np "),
                ("yarn global add lerna@9", "global lerna 9"),
                ("pnpm add -D @lerna-lite/cli@4", "local @lerna-lite/cli 4"),
                ("npm ci", ""),
                ("npx lerna", ""),
                ("npm view lerna", ""),
                ("echo npm i -g lerna@8", ""),
            ],
        );
    }
}
