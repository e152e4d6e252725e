//! The scripts that a package manager runs around a new version: `"postversion": "git push && npm publish"`.

use crate::publish::read::command::{PackageScope, ScriptRun, VersionCommand, version_command};
use crate::publish::tools::PackageManager;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::{Command, Word};
use crate::text::FolderPath;
use crate::versions::version::Truth;

/// In this order. Measured with npm 11.19.1, pnpm 9.15.9, 10.34.8, 11.28.10 and 12.6.0, Yarn 1.22.22 and Bun 1.4.5. `yarn version` of
/// Yarn 4.18.1 runs none of them.
const SCRIPTS: [&str; 3] = ["preversion", "version", "postversion"];

impl<'a> Walker<'_, 'a> {
    /// Walks the scripts of a command that makes a new version.
    pub(in crate::publish::walk) fn run_version_scripts(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<&FolderPath>,
    ) {
        let (Some(found), Some(folder)) = (version_command(command), folder) else {
            return;
        };
        let Some((_, manifest)) = self.sources.manifest_in(folder) else {
            return;
        };
        let scripts = SCRIPTS.into_iter().filter(|name| manifest.script(name).is_some());
        let word = |name: &str| Word {
            range: command.range,
            text: name.to_owned(),
            is_dynamic: false,
            inner: None,
        };
        let names: Vec<Word> = scripts.map(word).collect();
        if names.is_empty()
            || found == VersionCommand::Yarn && self.has_yarn_berry(context)
            || self.settings_run_scripts(context.frame, Some(folder)) != Truth::Yes
        {
            return;
        }
        let run = ScriptRun {
            names,
            arguments: String::new(),
            scope: PackageScope::default(),
            is_nx: false,
            is_without_hooks: true,
            turbo: None,
        };
        for name in &run.names {
            self.run_package_script(context, command, (&run, name), Some(folder.clone()));
        }
    }

    /// Whether the repository asks for another Yarn than the Yarn 1 of the runner.
    fn has_yarn_berry(&self, context: &ScriptContext<'_, 'a>) -> bool {
        let machine = self.machine(&context.frame.conditions);
        self.yarn(&machine) == Some(PackageManager::YarnBerry)
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(run: &str, rest: &str, expected: &str) {
        println!("{run}");
        check_sites(
            &format!(
                r#"#- .github/workflows/release.yml
on: workflow_dispatch
permissions: {{ contents: write, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {run}
{rest}
"#
            ),
            expected,
        );
    }

    const FOUND: &str = "release.yml:9 publish; publisher=npm; packages=widget; outcome=oidc";

    fn manifest(script: &str, rest: &str) -> String {
        format!(
            r#"#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "scripts": {{ {script} }}{rest} }}"#
        )
    }

    #[test]
    fn a_new_version_runs_its_scripts() {
        for script in [
            r#""postversion": "npm publish""#,
            r#""postversion": "git push --follow-tags && npm publish""#,
            r#""preversion": "npm test", "version": "npm publish""#,
            r#""preversion": "npm run ship", "ship": "npm publish""#,
        ] {
            for run in [
                "npm version patch",
                "npm version ${{ inputs.version }}",
                "npm version minor -m 'v%s' --no-git-tag-version",
                "npm --no-git-tag-version version patch",
                "pnpm version major",
                "yarn version --patch",
                "yarn version --new-version 2.0.0",
                "bun pm version patch",
            ] {
                check(run, &manifest(script, ""), FOUND);
            }
        }
    }

    #[test]
    fn other_commands_run_none_of_them() {
        let script = r#""postversion": "npm publish""#;
        for run in [
            "npm version",
            "npm version --json",
            "npm version patch --ignore-scripts",
            "npm --version",
            "npm view widget version",
            "yarn versions",
        ] {
            check(run, &manifest(script, ""), "");
        }
        check(
            "npm version patch",
            &format!("{}\n#- .npmrc\nignore-scripts=true", manifest(script, "")),
            "",
        );
        // Yarn Berry knows no such scripts.
        check(
            "yarn version patch",
            &manifest(script, r#", "packageManager": "yarn@4.10.3""#),
            "",
        );
    }
}
