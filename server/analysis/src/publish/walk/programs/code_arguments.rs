//! What the arguments and the environment of a program say about a publish in its code: that nothing is published, or that
//! it is not known.

use crate::publish::read::command::LocalScript;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::guesses::guess_names::is_other_work;
use crate::syntax::shell::Command;

/// Flags of Node with which it does not run the file as a program.
/// Source: <https://nodejs.org/api/cli.html>
const NODE_RUNS_NOTHING: [&str; 7] = ["--check", "-c", "--test", "--help", "-h", "--version", "-v"];

/// Variables by which scripts are told to publish nothing.
const DRY_RUN_VARIABLES: [&str; 3] = ["DRY_RUN", "DRYRUN", "IS_DRY_RUN"];

/// Whether a command runs a program of which it says that it shall publish nothing, or does not run it at all.
pub(in crate::publish::walk) fn is_harmless_call(script: &LocalScript, command: &Command) -> bool {
    let words = || command.words.iter().map(|word| word.text.as_str());
    let file = words().position(|word| !word.starts_with('-') && (word.contains('/') || word.contains('.')));
    let before = file.unwrap_or_default();
    let is_off =
        script.program == "node" && words().take(before).any(|word| NODE_RUNS_NOTHING.contains(&word));
    // `--version 1.2.3` names one.
    let is_question = matches!(words().next_back(), Some("--help" | "-h" | "--version"));
    is_off || is_question || words().any(is_dry_run)
}

/// Whether a word asks a program to publish nothing: `--dry-run`, `--dryRun=true`.
pub(in crate::publish::walk) fn is_dry_run(word: &str) -> bool {
    let (name, value) = word.split_once('=').unwrap_or((word, "true"));
    matches!(name, "--dry-run" | "--dryRun" | "--dryrun" | "--dry") && matches!(value, "true" | "1" | "yes")
}

impl<'a> Walker<'_, 'a> {
    /// Whether the code may do something else than to publish: an argument chooses what, or a variable asks for a dry run.
    pub(in crate::publish::walk) fn may_do_other_work(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
    ) -> bool {
        let file = script
            .words
            .iter()
            .position(|word| word.text.contains(['/', '.']));
        let mut arguments = script.words.iter().skip(file.map_or(0, |file| file + 1));
        let asks_for_other = |word: &str| {
            let is_flag = word.starts_with('-');
            let is_off = word.ends_with("=false");
            word == "-n" || word.contains("dry") && !is_off || !is_flag && is_other_work(word)
        };
        let is_asked = arguments.any(|word| asks_for_other(&word.text.to_ascii_lowercase()));
        is_asked || self.is_told_dry_run(context, command)
    }

    fn is_told_dry_run(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> bool {
        let is_on = |value: &str| matches!(value.to_ascii_lowercase().as_str(), "true" | "1" | "yes");
        let assigned = self.assignments(context, command);
        let scope = self.scope(context.frame);
        DRY_RUN_VARIABLES.iter().any(
            |name| match assigned.iter().find(|(assigned, _, _)| assigned == name) {
                Some((_, value, _)) => is_on(value),
                None => scope
                    .env_value(name)
                    .is_some_and(|value| value.known().is_some_and(is_on)),
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// A job that runs this command, in this environment; `ci/ship.mjs` publishes.
    fn job(env: &str, run: &str) -> String {
        format!(
            r#"#- repository: acme/widget
#- .github/workflows/ship.yml
on: {{ push: {{ branches: [main] }} }}
jobs:
  ship:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    env: {{ {env} }}
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {run}
#- on demand: ci/ship.mjs
exec('npm publish')
#- package.json
{{ "name": "a", "version": "1.0.0", "repository": "github:acme/widget" }}
"#
        )
    }

    #[test]
    fn a_dry_run_of_code_publishes_nothing() {
        for run in [
            "node ci/ship.mjs --dry-run",
            "node ci/ship.mjs next --dry-run=true",
            "node ci/ship.mjs --dry",
            "node ci/ship.mjs --dryRun",
            "node ci/ship.mjs --help",
            "node ci/ship.mjs --version",
            "node --check ci/ship.mjs",
            "node --test ci/ship.mjs",
        ] {
            check_sites(&job("CI: 1", run), "");
        }
    }

    #[test]
    fn where_the_code_may_do_something_else_nothing_is_predicted() {
        for (env, run) in [
            ("DRY_RUN: true", "node ci/ship.mjs"),
            ("DRY_RUN: '1'", "node ci/ship.mjs"),
            ("CI: 1", "DRY_RUN=true node ci/ship.mjs"),
            ("CI: 1", "node ci/ship.mjs -n"),
            ("CI: 1", "node ci/ship.mjs build"),
            ("CI: 1", "node ci/ship.mjs $DRY"),
        ] {
            check_sites(&job(env, run), "ship.yml:11 ship; outcome=unknown");
        }
    }

    #[test]
    fn other_arguments_leave_the_prediction() {
        for (env, run) in [
            ("DRY_RUN: false", "node ci/ship.mjs"),
            ("DRY_RUN: true", "DRY_RUN=false node ci/ship.mjs"),
            ("CI: 1", "node ci/ship.mjs --dry-run=false"),
            ("CI: 1", "node ci/ship.mjs --version 1.2.3"),
            ("CI: 1", "node ci/ship.mjs publish --tag next"),
            ("CI: 1", "node --enable-source-maps ci/ship.mjs"),
        ] {
            check_sites(&job(env, run), "ship.yml:11 ship; outcome=oidc");
        }
    }
}
