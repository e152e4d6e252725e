//! What would become of a publish that is in code: the prediction for the same command in a script.
//!
//! Code can do more than a script shows: write a token, clear the environment, choose a registry. Where it mentions one of
//! these, nothing is predicted.

use std::slice;

use super::code::CodePublish;
use crate::publish::read::command::{Meaning, PublishCommand, meaning};
use crate::publish::read::javascript::code_facts;
use crate::publish::site::{Outcome, Site};
use crate::publish::tools::{PackageChoice, Tool};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::{ScriptContext, ScriptSource};
use crate::sources::{CodeFacts, Content};
use crate::syntax::shell::{Command, split_script};
use crate::text::FolderPath;

impl<'a> Walker<'_, 'a> {
    /// The publish step to which the code comes down, if it succeeds; none if that is not known.
    pub(in crate::publish::walk) fn success_in_code(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &CodePublish,
        folder: &FolderPath,
    ) -> Option<Site<'a>> {
        let line = publish.publish.line.as_deref()?;
        if self.any_code(publish, |facts| facts.decides_login) {
            return None;
        }
        let script = split_script(line);
        let (inner, found) = first_publish(&script.commands)?;
        // npm refuses a private package: EPRIVATE.
        let may_be_elsewhere = || self.any_code(publish, |facts| facts.chooses_folder);
        if runs_in_its_folder(&found) && self.is_private_in(folder) && !may_be_elsewhere() {
            return None;
        }
        // The code chooses the folder of a single package.
        let folder = match found.packages {
            PackageChoice::Named | PackageChoice::NamedOutsideMonorepo => None,
            _ => Some(folder.clone()),
        };
        let source = ScriptSource::Called(context.source.place(self.sources, command.range));
        let context = ScriptContext {
            source: &source,
            is_conditional: true,
            assignments: self.assignments(context, command),
            text: line,
            commands: slice::from_ref(inner),
            ..context.clone()
        };
        let before = (self.sites.len(), self.dry_runs.len());
        self.publish_site(&context, inner, &found, folder);
        self.dry_runs.truncate(before.1);
        let mut sites = self.sites.split_off(before.0).into_iter();
        let only = sites.next().filter(|_| sites.len() == 0)?;
        is_success(only.outcome.prediction.outcome).then_some(only)
    }

    /// Whether the code that leads to a publish installs an npm by itself.
    pub(in crate::publish::walk) fn code_installs_npm(&self, publish: &CodePublish) -> bool {
        self.any_code(publish, |facts| facts.installs_npm)
    }

    fn is_private_in(&self, folder: &FolderPath) -> bool {
        let manifest = self.sources.manifest_in(folder);
        manifest.is_some_and(|(_, manifest)| manifest.is_private())
    }

    fn any_code(&self, publish: &CodePublish, says: impl Fn(CodeFacts) -> bool) -> bool {
        publish.files.iter().any(|path| {
            let file = self.sources.file(path);
            let code = file.filter(|file| matches!(file.content(), Content::Text));
            code.is_some_and(|file| says(file.code_facts(code_facts)))
        })
    }
}

/// Whether a command publishes the package of the folder in which it runs, and no other.
fn runs_in_its_folder(found: &PublishCommand) -> bool {
    matches!(found.tool, Tool::Npm | Tool::Pnpm | Tool::YarnBerry)
        && matches!(found.packages, PackageChoice::Named)
        && found.folders.is_empty()
        && found.scope.is_plain()
}

/// The command that publishes, if its tool takes all that decides from the command line and the surroundings.
fn first_publish(commands: &[Command]) -> Option<(&Command, PublishCommand)> {
    let (command, found) = commands.iter().find_map(|command| match meaning(command) {
        Meaning::Publish(publish) => Some((command, publish)),
        _ => None,
    })?;
    let is_plain = matches!(
        found.tool,
        Tool::Npm
            | Tool::Pnpm
            | Tool::YarnBerry
            | Tool::Changesets
            | Tool::Lerna
            | Tool::LernaLite
            | Tool::Nx
            | Tool::Auto
    );
    is_plain.then_some((command, *found))
}

fn is_success(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Oidc | Outcome::Token | Outcome::OidcOrToken)
}

#[cfg(test)]
mod tests {
    use crate::test_support::{Fixture, check_sites, contradictions};

    /// The outcome at a step that runs `ci/ship.mjs` with this code.
    #[track_caller]
    fn check_outcome(setup: &str, code: &str, expected: &str) {
        let fixture = format!(
            r#"#- repository: acme/widget
#- .github/workflows/ship.yml
on: {{ push: {{ branches: [main] }} }}
jobs:
  ship:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {{ node-version: {setup} }}
      - run: node ci/ship.mjs
#- on demand: ci/ship.mjs
{code}
#- package.json
{{ "name": "a", "version": "1.0.0", "repository": "github:acme/widget", "packageManager": "pnpm@10.34.8", "devDependencies": {{ "nx": "22.3.0" }} }}
"#
        );
        let outcome = format!("ship.yml:10 ship; outcome={expected}");
        check_sites(&fixture, &outcome);
    }

    #[test]
    fn a_publish_in_code_would_work_where_the_same_command_works() {
        for code in [
            "exec('npm publish --tag next')",
            "for (const dir of dirs) execSync(`npm publish ${dir}`)",
            "execa('pnpm', ['publish', '-r', '--no-git-checks'])",
            "spawnSync('npm', ['publish'], { cwd, env: { ...process.env, CI: 'true' } })",
            "import { releasePublish } from 'nx/release'\nreleasePublish({})",
            "import { publish } from '@vitejs/release-scripts'\npublish({ getPkgDir })",
            "// needs no NPM_TOKEN\nexec('npm publish')",
        ] {
            check_outcome("24", code, "oidc");
        }
    }

    #[test]
    fn where_it_would_fail_or_code_decides_nothing_is_predicted() {
        for (setup, code) in [
            // npm 10, and tools that make no exchange.
            ("20", "exec('npm publish')"),
            ("24", "exec('bun publish')"),
            ("24", "import { publish } from 'libnpmpublish'\npublish(m, t)"),
            // The configuration of the tool is in the code too.
            ("24", "import run from 'semantic-release'\nrun({ plugins })"),
            ("24", "exec('npx semantic-release')"),
            // A token, another registry, another environment.
            (
                "24",
                "writeFileSync('.npmrc', '//registry.npmjs.org/:_authToken=x')\nexec('npm publish')",
            ),
            ("24", "exec('npm whoami')\nexec('npm publish')"),
            ("24", "exec('npm publish --registry ' + url)"),
            ("24", "exec(`npm publish --registry ${url}`)"),
            ("24", "exec('npm publish', { env: { HOME } })"),
            (
                "24",
                "import { publish } from '@vitejs/release-scripts'\npublish({ packageManager: 'bun' })",
            ),
        ] {
            check_outcome(setup, code, "unknown");
        }
    }

    /// A job that runs `ci/ship.mjs` with this Node, token and code.
    fn job(node: &str, token: &str, code: &str) -> String {
        format!(
            r#"#- repository: acme/widget
#- .github/workflows/ship.yml
on: {{ push: {{ branches: [main] }} }}
permissions: {{ contents: read, id-token: write }}
jobs:
  ship:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: {node}
          registry-url: https://registry.npmjs.org
      - run: node ci/ship.mjs
        env: {{ {token}: '${{{{ secrets.NPM_TOKEN }}}}' }}
#- on demand: ci/ship.mjs
{code}
#- package.json
{{ "name": "a", "version": "1.0.0", "repository": "github:acme/widget" }}
"#
        )
    }

    #[track_caller]
    fn check_messages(fixture: &str, expected: &[&str]) {
        let workspace = Fixture::parse(fixture).unwrap().repository.workspace();
        assert_eq!(contradictions(&workspace), [""; 0]);
        let of_guess = workspace
            .all_diagnostics()
            .filter(|found| found.message.contains("ship.mjs` "));
        let messages: Vec<&str> = of_guess.map(|found| found.message.as_str()).collect();
        assert_eq!(messages.len(), expected.len(), "{messages:?}");
        for expected in expected {
            let is_said = messages.iter().any(|message| message.contains(expected));
            assert!(is_said, "{messages:?}");
        }
    }

    #[test]
    fn a_private_package_in_the_folder_of_the_code_is_not_predicted() {
        let check = |code: &str, expected: &str| {
            let fixture =
                job("24", "OTHER", code).replace("\"name\": \"a\"", "\"name\": \"a\", \"private\": true");
            check_sites(&fixture, &format!("ship.yml:12 ship; outcome={expected}"));
        };
        check("exec('npm publish')", "unknown");
        check("exec('npm', ['publish', '--tag', 'next'])", "unknown");
        check("exec('pnpm publish --no-git-checks')", "unknown");
        // Another folder may be meant, or more than one package.
        check("exec('npm publish', { cwd: dir })", "oidc");
        check("process.chdir(dir)\nexec('npm publish')", "oidc");
        check("exec(`npm publish ${dir}`)", "oidc");
        check("exec(`cd ${dir} && npm publish`)", "oidc");
        check("exec('npm publish --workspace a')", "oidc");
    }

    #[test]
    fn findings_about_a_guess_agree_with_its_outcome() {
        const PUBLISH: &str = "exec('npm publish')";
        // The command in the code has its own npm, or the code installs one.
        for code in [
            "exec('npx -y npm@11.6.0 publish')",
            "exec('npm i -g npm@11.6.0')\nexec('npm publish')",
        ] {
            check_messages(&job("22", "OTHER", code), &[]);
        }
        // Nothing reads this variable.
        check_messages(&job("24", "NPM_TOKEN", PUBLISH), &[]);
        check_messages(
            &job("24", "NODE_AUTH_TOKEN", PUBLISH),
            &["masks trusted publishing"],
        );
        check_messages(
            &job("22", "NODE_AUTH_TOKEN", PUBLISH),
            &["` would use a token", "publishes, it does so with this token"],
        );
        check_messages(
            &job("22", "OTHER", PUBLISH),
            &["publishes with npm, it will fail"],
        );
        // What code does with a token is open.
        check_messages(
            &job(
                "24",
                "NPM_TOKEN",
                "exec('npm publish', { env: { X: process.env.NPM_TOKEN } })",
            ),
            &["gets this token"],
        );
    }
}
