//! The name that a command gives to a package, where the committed manifest has another.

use super::pkg::pkg_command;
use super::wrappers::{self, Unwrapped};
use crate::syntax::shell::Command;

/// What a command that changes a manifest says about the package's name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum NewName {
    /// It sets it to this text, in the package of its folder.
    Set(String),
    /// It may set it, and which package's it is or to what is not known.
    Open,
}

/// What a command that changes a manifest does to the name in it; none if the name stays. `script` is the text around it: what
/// `mv tmp package.json` moves, another command has written.
pub(crate) fn new_name(command: &Command, script: &str) -> Option<NewName> {
    if let Some(pkg) = pkg_command(command) {
        let is_deleted = pkg.deleted.iter().any(|member| member == "name");
        return match pkg.value("name") {
            // With `--json` the value has quotes of its own.
            Some(name) if pkg.is_here && !pkg.is_json && !is_of_shell(name) => {
                Some(NewName::Set(name.to_owned()))
            }
            Some(_) => Some(NewName::Open),
            None => is_deleted.then_some(NewName::Open),
        };
    }
    let Unwrapped::Invocation(invocation) = wrappers::unwrap(command) else {
        return Some(NewName::Open);
    };
    let speaks_of_name = script.contains("name");
    match invocation.name() {
        // The usual way to change one member; any other file may have any name.
        "mv" | "cp" => (speaks_of_name || !script.contains("jq")).then_some(NewName::Open),
        _ => speaks_of_name.then_some(NewName::Open),
    }
}

/// Whether only the shell knows a text. An expression of GitHub is not such a text.
fn is_of_shell(text: &str) -> bool {
    text.replace("${{", "").contains(['$', '`'])
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{command_of, table};
    use super::*;

    fn show(script: &str) -> String {
        match new_name(&command_of(script), script) {
            None => "stays".to_owned(),
            Some(NewName::Set(name)) => name,
            Some(NewName::Open) => "open".to_owned(),
        }
    }

    #[test]
    fn commands_that_give_a_name() {
        table(
            show,
            &[
                ("npm pkg set name=@acme/x", "@acme/x"),
                ("npm pkg set 'name=x' version=2.0.0", "x"),
                ("npm pkg set version=2.0.0 name=a name=b", "b"),
                ("pnpm pkg set name=x", "x"),
                ("npm pkg set name=${{ inputs.name }}", "${{ inputs.name }}"),
                ("npm pkg set \"name=@$OWNER/x\"", "open"),
                ("npm pkg set name='\"x\"' --json", "open"),
                ("npm pkg set name=x --workspace a", "open"),
                ("npm pkg set name=x --prefix packages/a", "open"),
                ("npm pkg set version=1.0.0", "stays"),
                ("npm pkg set repository.name=x", "stays"),
                ("npm pkg delete name", "open"),
                ("npm pkg delete scripts", "stays"),
                ("npm pkg fix", "stays"),
                ("sed -i s/1.0.0/2.0.0/ package.json", "stays"),
                ("sed -i 's/\"name\": \"a\"/\"name\": \"b\"/' package.json", "open"),
                ("mv dist.json package.json", "open"),
                ("cp dist.json package.json", "open"),
                ("json -I -f package.json -e 'this.name=\"x\"'", "open"),
            ],
        );
        let moved = "mv tmp package.json";
        let bump = "jq '.version = \"2\"' package.json > tmp && mv tmp package.json";
        assert_eq!(new_name(&command_of(moved), bump), None);
        let rename = bump.replace("version", "name");
        assert_eq!(new_name(&command_of(moved), &rename), Some(NewName::Open));
    }
}
