//! Packages that a job gives another name before it publishes them.

use crate::publish::read::command::{NewName, new_name};
use crate::publish::site::Rename;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::Command;
use crate::text::FolderPath;

impl<'a> Walker<'_, 'a> {
    /// What a command that changes a manifest does to a package's name; none if the name stays.
    pub(crate) fn rename(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<FolderPath>,
    ) -> Option<Rename> {
        let name = match new_name(command, context.text)? {
            NewName::Set(text) => self.evaluate(context.frame, &text).known().map(str::to_owned),
            NewName::Open => None,
        };
        // Of a command in an unknown folder it is not known which package it means.
        let is_certain = folder.is_some() && !command.failure_is_ignored;
        Some(Rename {
            name: name.filter(|_| is_certain),
            folder,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    fn check(steps: &str, expected: &str) {
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {steps}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
#- packages/a/package.json
{{ "name": "a", "version": "1.0.0", "repository": "a/widget" }}
#- .npmrc
@other:registry=https://npm.pkg.github.com
"#
        );
        check_sites(&fixture, &format!("release.yml:9 publish; {expected}"));
    }

    #[test]
    fn a_new_name_is_that_of_the_package() {
        check(
            "npm pkg set name=@acme/x && npm publish",
            "packages=@acme/x; outcome=oidc",
        );
        check(
            "npm pkg set name=x; npm pkg set name=y version=2.0.0; npm publish",
            "packages=y",
        );
        check("cd packages/a; npm pkg set name=x; npm publish", "packages=x");
        // That of another package stays.
        check(
            "(cd packages/a && npm pkg set name=x); npm publish",
            "packages=widget",
        );
        check("npm pkg set version=2.0.0 && npm publish", "packages=widget");
    }

    #[test]
    fn a_name_that_only_the_run_knows_is_not_a_name() {
        for command in [
            "npm pkg set \"name=@$OWNER/x\"",
            "npm pkg set name=${{ inputs.name }}",
            "jq '.name = \"x\"' package.json > tmp && mv tmp package.json",
            "json -I -f package.json -e 'this.name=\"x\"'",
            "cp dist.json package.json",
        ] {
            check(&format!("{command} && npm publish"), "packages=-");
        }
        // After `&&` it may not run.
        check("npm ci && npm pkg set name=x; npm publish", "packages=-");
        let maybe = "if [ -n \"$X\" ]; then npm pkg set name=x; fi; npm publish";
        check(maybe, "packages=-");
        check(
            "jq '.version = \"2.0.0\"' package.json > tmp && mv tmp package.json && npm publish",
            "packages=widget",
        );
    }

    #[test]
    fn the_scope_of_the_new_name_chooses_the_registry() {
        check(
            "npm pkg set name=@other/x && npm publish",
            "registry=https://npm.pkg.github.com",
        );
        check(
            "npm pkg set name=@acme/x && npm publish",
            "registry=https://registry.npmjs.org/",
        );
        check("npm pkg set \"name=@$OWNER/x\" && npm publish", "registry=-");
    }
}
