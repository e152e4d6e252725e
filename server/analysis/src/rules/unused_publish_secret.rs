use crate::checker::prelude::*;
use crate::diagnostic::{FileEdits, FixKind};
use crate::fixes::builder::editable;
use crate::fixes::handed_on::{declaration_edits, handed_on_edits};
use crate::model::read::Variable;
use crate::model::workflow::{SecretDeclaration, Workflow};
use crate::publish::CallingJob;
use crate::text::FilePath;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an npm token that a job passes to a reusable workflow under `secrets:` and that the workflow does not use, if it
    /// publishes by trusted publishing.
    ///
    /// `secrets: inherit` names no secret and is not reported.
    ///
    /// ## Why it matters
    ///
    /// The token is left over from before the move to trusted publishing. It no longer does anything, but as long as it is
    /// passed on, it is not deleted, and a step that is added later can publish with it. Readers of the workflow believe that it
    /// publishes with a token.
    ///
    /// Once no workflow needs the token, delete the secret on GitHub, revoke the token on npm, and let the package refuse
    /// tokens. Otherwise a leaked token publishes like any other:
    ///
    /// ```text
    /// npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     uses: ./.github/workflows/publish.yml
    ///     secrets:
    ///       NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
    /// #- .github/workflows/publish.yml
    /// on:
    ///   workflow_call:
    ///     secrets:
    ///       NPM_TOKEN:
    ///         required: false
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "release.yml"
    /// ```
    ///
    /// ## Fix
    ///
    /// The fix removes the secret from the call, and its declaration if callers had to pass it.
    ///
    /// ```yaml,good
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     uses: ./.github/workflows/publish.yml
    /// #- .github/workflows/publish.yml
    /// on:
    ///   workflow_call:
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers#recommended-restrict-token-access-when-using-trusted-publishers>
    UNUSED_PUBLISH_SECRET {
        id: "unused-publish-secret",
        summary: "A token is passed to a workflow that does not use it.",
        severity: Information,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let publishes_by_oidc = site.target.is_npm()
            && site.identity.id_token.grant == Grant::Yes
            && site.intent() == Intent::Oidc
            && !site.publishing_tool.is_guess;
        if !publishes_by_oidc {
            continue;
        }
        for (calling, callee) in calls(site) {
            for secret in &calling.call.secrets {
                if let Some(diagnostic) = of_secret(context, calling, &callee, secret) {
                    findings.push(diagnostic.related(&site.place, "published here without it"));
                }
            }
        }
    }
}

/// A called workflow.
struct Callee<'s> {
    path: &'s FilePath,
    workflow: &'s Workflow,
}

/// Each call on the way to a site, with what it calls.
fn calls<'s>(site: &'s Site<'_>) -> Vec<(&'s CallingJob<'s>, Callee<'s>)> {
    let callers = &site.job.entry.callers;
    let inner = callers
        .iter()
        .skip(1)
        .map(|caller| (&caller.path, Some(caller.workflow)));
    let callees = inner.chain([(&site.job.path, site.job.workflow)]);
    callers
        .iter()
        .zip(callees)
        .filter_map(|(calling, (path, workflow))| {
            let workflow = workflow?;
            Some((calling, Callee { path, workflow }))
        })
        .collect()
}

fn of_secret(
    context: &CheckContext<'_>,
    calling: &CallingJob<'_>,
    callee: &Callee<'_>,
    secret: &Variable,
) -> Option<crate::diagnostic::Diagnostic> {
    let name = &secret.name.value;
    let file = context.sources.file(callee.path)?;
    let declared = callee
        .workflow
        .call_secrets
        .iter()
        .find(|declared| declared.name.value.eq_ignore_ascii_case(name))?;
    if !is_token_for_npm(name) || uses_secret(&file.text, name) {
        return None;
    }
    let message = format!(
        "`{}` does not use `{name}`: it publishes by trusted publishing",
        callee.path.file_name()
    );
    let place = Place::new(&calling.path, secret.range());
    Some(
        UNUSED_PUBLISH_SECRET
            .at(&place, Severity::Information, message)
            .help("Do not pass the token on, and delete the secret and the token if nothing else needs them.")
            .fix(remove_secret(context, calling, callee, secret, declared)),
    )
}

fn is_token_for_npm(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["NPM", "NODE_AUTH"].iter().any(|part| name.contains(part))
}

/// Whether a workflow names the secret, or uses secrets without naming them.
fn uses_secret(text: &str, name: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let named = format!("secrets.{}", name.to_ascii_lowercase());
    [named.as_str(), "secrets[", "tojson(secrets", "secrets: inherit"]
        .iter()
        .any(|sign| text.contains(sign))
}

/// Removes the secret from the call. The declaration of a secret that callers must pass is removed too, which is possible only
/// if there is no other caller.
fn remove_secret(
    context: &CheckContext<'_>,
    calling: &CallingJob<'_>,
    callee: &Callee<'_>,
    secret: &Variable,
    declared: &SecretDeclaration,
) -> Option<Fix> {
    let caller_file = editable(context, &calling.path)?;
    let mut edits = vec![FileEdits {
        path: calling.path.clone(),
        edits: handed_on_edits(caller_file, secret)?,
    }];
    if declared.is_required {
        let is_only_caller = context.sources.callers_of(callee.path).len() == 1;
        if !is_only_caller || calling.path == *callee.path {
            return None;
        }
        edits.push(FileEdits {
            path: callee.path.clone(),
            edits: declaration_edits(editable(context, callee.path)?, declared)?,
        });
    }
    Some(Fix {
        title: format!("Remove `{}` from the call", secret.name.value),
        applicability: Applicability::Unsafe,
        kind: FixKind::QuickFix,
        edits,
    })
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, no_fix};

    const RULE: &str = "unused-publish-secret";

    fn callee(call: &str, publish: &str) -> String {
        format!(
            "\
#- .github/workflows/publish.yml
on:
  workflow_call:
{call}permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{publish}"
        )
    }

    fn caller(secrets: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  call:
    uses: ./.github/workflows/publish.yml
{secrets}"
        )
    }

    const OPTIONAL: &str = "    secrets:\n      NPM_TOKEN: { required: false }\n";
    const REQUIRED: &str = "    secrets:\n      NPM_TOKEN: { required: true }\n";
    const WITH_INPUTS: &str = "    inputs: { tag: { type: string } }\n";
    const PUBLISH: &str = "      - run: npm publish\n";
    const PASSED: &str = "    secrets:\n      NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n";

    #[test]
    fn nothing_uses_the_token() {
        let marked = format!(
            "{PASSED}#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information💡?[unused-publish-secret]: `publish.yml` does not use `NPM_TOKEN`: it publishes by trusted publishing\n"
        );
        check_rule(RULE, &format!("{}{}", callee(OPTIONAL, PUBLISH), caller(&marked)));
    }

    #[test]
    fn a_secret_that_may_be_used_or_is_not_an_npm_token_is_not_reported() {
        let used = format!(
            "      - run: npm ci\n        env: {{ NODE_AUTH_TOKEN: '${{{{ secrets.NPM_TOKEN }}}}' }}\n{PUBLISH}"
        );
        check_rule(RULE, &format!("{}{}", callee(OPTIONAL, &used), caller(PASSED)));
        check_rule(
            RULE,
            &format!(
                "{}{}",
                callee(OPTIONAL, PUBLISH),
                caller("    secrets: inherit\n")
            ),
        );
        let other = |text: &str| text.replace("NPM_TOKEN", "SLACK_TOKEN");
        check_rule(
            RULE,
            &format!("{}{}", callee(&other(OPTIONAL), PUBLISH), caller(&other(PASSED))),
        );
    }

    #[test]
    fn the_secret_is_removed_from_the_call() {
        check_fix(
            RULE,
            &format!("{}{}", callee(OPTIONAL, PUBLISH), caller(PASSED)),
            &format!("{}{}", callee(OPTIONAL, PUBLISH), caller("")),
        );
        let with_inputs = format!("{WITH_INPUTS}{REQUIRED}");
        check_fix(
            RULE,
            &format!("{}{}", callee(&with_inputs, PUBLISH), caller(PASSED)),
            &format!("{}{}", callee(WITH_INPUTS, PUBLISH), caller("")),
        );
        check_fix(
            RULE,
            &format!("{}{}", callee(REQUIRED, PUBLISH), caller(PASSED)),
            &format!("{}{}", callee("", PUBLISH), caller("")),
        );
        let second = caller("").replace("release.yml", "nightly.yml");
        no_fix(
            RULE,
            &format!("{}{}{second}", callee(&with_inputs, PUBLISH), caller(PASSED)),
        );
    }
}
