//! Whether something still needs a token that edits remove.

use std::collections::BTreeSet;

use crate::checker::mentions::{secret_names, secrets_asked_for, words};
use crate::checker::prelude::*;
use crate::checker::variable_users::{job_uses, leads_to_user};
use crate::diagnostic::FileEdits;
use crate::fixes::installs::{PrivateDependencies, goes_to_installs, installs_with, private_dependencies};
use crate::fixes::other_commands::other_command;
use crate::fixes::other_installs::installs_of_others;
use crate::model::job::Step;
use crate::publish::{Credential, CredentialSource};
use crate::text::{FilePath, TextRange};

/// Whether steps that install packages, some of which are probably private, would lose a token of the site.
pub(crate) fn installs_need_token(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    private_dependencies(context.sources) == PrivateDependencies::Likely
        && site.credentials.tokens.iter().any(|token| {
            let of_own = || !installs_with(context, site, token).is_empty();
            !goes_to_installs(context, site, token) && of_own()
                || !installs_of_others(context.sources, site, token).is_empty()
        })
}

/// Whether a script, a condition or an action reads a variable of the site's tokens after the edits, or asks for their secret, or a
/// command needs it to log in.
pub(crate) fn is_still_read(context: &CheckContext<'_>, site: &Site<'_>, edits: &[FileEdits]) -> bool {
    let mut tokens = site.credentials.tokens.iter();
    tokens.any(|token| token_is_still_read(context, site, token, edits))
}

/// The same of one token.
pub(crate) fn token_is_still_read(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    token: &Credential,
    edits: &[FileEdits],
) -> bool {
    variable_is_read(context, site, token, edits)
        || secret_is_asked_for(context, edits)
        || other_command(context, site).is_some()
}

/// Whether a changed file does something only if a secret is set that the edits take away: people delete it afterwards.
fn secret_is_asked_for(context: &CheckContext<'_>, edits: &[FileEdits]) -> bool {
    let text = |path: &FilePath| context.sources.file(path).map(|file| file.text.as_ref());
    let removed = edits.iter().flat_map(|file| {
        let text = text(&file.path);
        let ranges = file.edits.iter().map(|edit| edit.range);
        ranges.filter_map(move |range| Some(secret_names(range.slice(text?)).into_keys()))
    });
    let removed: BTreeSet<String> = removed.flatten().collect();
    let changed: BTreeSet<&FilePath> = edits.iter().map(|file| &file.path).collect();
    let mut texts = changed.into_iter().filter_map(text);
    !removed.is_empty() && texts.any(|text| !secrets_asked_for(text).is_disjoint(&removed))
}

fn variable_is_read(
    context: &CheckContext<'_>,
    site: &Site<'_>,
    token: &Credential,
    edits: &[FileEdits],
) -> bool {
    let name = token.name.as_str();
    let sources = context.sources;
    if stops_yarn(context, name, edits) {
        return true;
    }
    let reads = |path: &FilePath, range: TextRange| {
        let text = sources.file(path).map(|file| range.slice(&file.text));
        text.is_some_and(|text| is_left(text, range, name, (path, edits)))
    };
    let step_reads =
        |path: &FilePath, step: &Step| reads(path, step.range) || leads_to_user(sources, step, name);
    let own = site.job.job.map_or(&[][..], |job| &job.steps);
    match token.source {
        CredentialSource::StepEnv => step_reads(&site.step.path, site.step.step),
        CredentialSource::JobEnv => own.iter().any(|step| step_reads(&site.job.path, step)),
        CredentialSource::WorkflowEnv => {
            let path = &site.job.path;
            let Some((workflow, file)) = site.job.workflow.zip(sources.file(path)) else {
                return false;
            };
            let mut others = workflow.jobs.iter().filter(|job| {
                let is_own = site.job.job.is_some_and(|own| own.range == job.range);
                !is_own
            });
            own.iter().any(|step| step_reads(path, step))
                || others.any(|job| job_uses(sources, job, job.range.slice(&file.text), name))
        }
        _ => false,
    }
}

/// Whether Yarn would stop without the variable: `npmAuthToken: ${NPM_TOKEN}` in its file, and no default there.
fn stops_yarn(context: &CheckContext<'_>, name: &str, edits: &[FileEdits]) -> bool {
    let path = FilePath::new(".yarnrc.yml");
    let Some(file) = path.as_ref().and_then(|path| context.sources.file(path)) else {
        return false;
    };
    let edited = edits.iter().filter(|file| Some(&file.path) == path.as_ref());
    let edited: Vec<TextRange> = edited
        .flat_map(|file| file.edits.iter().map(|edit| edit.range))
        .collect();
    let variable = format!("${{{name}}}");
    file.text.match_indices(&variable).any(|(at, _)| {
        let range = TextRange::new(at, at + variable.len());
        !edited.iter().any(|edit| edit.intersects(range))
    })
}

/// Whether a text that starts at `range` names the variable outside of comments and of what the edits remove.
fn is_left(text: &str, range: TextRange, name: &str, (path, edits): (&FilePath, &[FileEdits])) -> bool {
    let edited = edits.iter().filter(|file| file.path == *path);
    let edited: Vec<TextRange> = edited
        .flat_map(|file| file.edits.iter().map(|edit| edit.range))
        .collect();
    words(text, name).any(|at| {
        let start = range.start() + at;
        let word = TextRange::new(start, start + name.len());
        let line = text.get(..at).unwrap_or_default().rsplit('\n').next();
        let is_comment = line.is_some_and(|line| line.trim_start().starts_with('#') || line.contains(" #"));
        let is_secret = text.get(..at).unwrap_or_default().ends_with("secrets.");
        !is_comment && !is_secret && !edited.iter().any(|range| range.intersects(word))
    })
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, no_fix};

    /// A job that publishes with a token, with the entry `env` at one level, and these words after `run:` in the publish step.
    fn job(permissions: &str, job_env: &str, run: &str, env: &str, more: &str) -> String {
        format!(
            r#"#- repository: acme/widget
#- .github/workflows/release.yml
on: {{ push: {{ tags: ['v*'] }} }}
jobs:
  publish:
    permissions: {{ contents: read{permissions} }}
    runs-on: ubuntu-24.04
{job_env}    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: {run}
{env}#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "scripts": {{ "tags": "curl -H $NODE_AUTH_TOKEN", "test": "node test.js" }} }}
{more}"#
        )
    }

    const STEP: &str = "        env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    const JOB: &str = "    env:\n      NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";

    #[test]
    fn a_variable_that_is_still_read_stays() {
        let makefile = "#- on demand: Makefile\ntags:\n\tcurl -H $(NODE_AUTH_TOKEN)\n";
        for (run, more) in [
            ("test -n \"$NODE_AUTH_TOKEN\" && npm publish", ""),
            ("npm publish && npm run tags", ""),
            ("npm publish && make tags", makefile),
        ] {
            no_fix("publish-token-env", &job("", "", run, STEP, more));
            no_fix("publish-token-env", &job("", JOB, run, "", more));
        }
        let condition = format!("        if: env.NODE_AUTH_TOKEN != ''\n{STEP}");
        no_fix("publish-token-env", &job("", "", "npm publish", &condition, ""));
    }

    /// People delete the secret once nothing publishes with it.
    #[test]
    fn a_condition_on_the_secret_keeps_the_token() {
        let condition = "    env: { HAS_TOKEN: \"${{ secrets.NPM_TOKEN != '' }}\" }\n";
        for permissions in ["", ", id-token: write"] {
            no_fix(
                "publish-token-env",
                &job(permissions, condition, "npm publish", STEP, ""),
            );
        }
        let other = "    env: { HAS_TOKEN: \"${{ secrets.OTHER != '' }}\" }\n";
        check_fix(
            "publish-token-env",
            &job("", other, "npm publish", STEP, ""),
            &job(", id-token: write", other, "npm publish", "", ""),
        );
    }

    /// The fix of one finding asks what a whole move asks.
    #[test]
    fn a_command_that_logs_in_keeps_the_token() {
        for command in ["npm org ls acme", "npx @acme/cli", "npm pack @acme/priv"] {
            no_fix(
                "publish-token-env",
                &job(
                    ", id-token: write",
                    "",
                    &format!("{command} && npm publish"),
                    STEP,
                    "",
                ),
            );
        }
        let run = "npx cowsay && npm publish";
        check_fix(
            "publish-token-env",
            &job(", id-token: write", "", run, STEP, ""),
            &job(", id-token: write", "", run, "", ""),
        );
    }

    /// The job can get an ID token already, and a script would lose its variable, or its step.
    #[test]
    fn a_script_that_writes_the_token_stays() {
        let makefile = "#- on demand: Makefile\npublish:\n\tnpm config set //registry.npmjs.org/:_authToken $(NODE_AUTH_TOKEN)\n\tnpm publish\n";
        let text = job(", id-token: write", "", "make publish", STEP, makefile)
            .replace("          registry-url: https://registry.npmjs.org\n", "");
        for rule in ["publish-token-env", "run-writes-npmrc-token"] {
            no_fix(rule, &text);
        }
    }

    #[test]
    fn an_install_of_private_packages_keeps_the_token() {
        let run = "npm ci && npm publish";
        let with = |permissions: &str, env: &str, dependency: &str| {
            let dependencies = format!("\"dependencies\": {{ \"{dependency}\": \"1\" }}, \"scripts\"");
            job(permissions, "", run, env, "").replace("\"scripts\"", &dependencies)
        };
        no_fix("publish-token-env", &with("", STEP, "@acme/secret"));
        check_fix(
            "publish-token-env",
            &with("", STEP, "public"),
            &with(", id-token: write", "", "public"),
        );
    }

    /// Without the variable every command of Yarn fails, and with a default none does.
    #[test]
    fn a_variable_that_yarn_cannot_do_without_stays() {
        let with = |line: &str| {
            let more = format!("#- .yarnrc.yml\nnpmScopes:\n  acme:\n    npmAuthToken: {line}\n");
            job(", id-token: write", "", "npm publish", STEP, &more)
        };
        no_fix("publish-token-env", &with("${NODE_AUTH_TOKEN}"));
        check_fix(
            "publish-token-env",
            &with("${NODE_AUTH_TOKEN:-}"),
            &with("${NODE_AUTH_TOKEN:-}").replace(STEP, ""),
        );
    }

    /// npm 11 refuses the prerelease that npm 10 publishes as `latest`.
    #[test]
    fn a_prerelease_without_a_tag_is_not_moved_to_a_newer_npm() {
        let text = job(", id-token: write", "", "npm publish", STEP, "")
            .replace("node-version: 24", "node-version: 20")
            .replace("1.0.0", "1.0.0-beta.1");
        no_fix("npm-too-old-node", &text);
        let without = job("", "", "npm publish", STEP, "")
            .replace("node-version: 24", "node-version: 20")
            .replace("1.0.0", "1.0.0-beta.1");
        no_fix("publish-token-env", &without);
    }

    #[test]
    fn a_variable_that_nothing_else_reads_goes() {
        for run in ["npm publish", "npm publish && npm test"] {
            let after = job(", id-token: write", "", run, "", "");
            check_fix("publish-token-env", &job("", "", run, STEP, ""), &after);
            check_fix("publish-token-env", &job("", JOB, run, "", ""), &after);
        }
    }
}
