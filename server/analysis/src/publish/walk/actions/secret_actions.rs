//! Actions that fetch secrets: what they put into the environment of the steps after them may be a token of npm.

use crate::knowledge::actions::needs_no_npm_login;
use crate::knowledge::secret_actions::{
    SecretAction, fetches_secrets_by_name, lists_secrets_by_name, secret_action,
};
use crate::model::job::Step;
use crate::model::read::{Variable, find_input};
use crate::publish::find::credentials::is_npm_token_variable;
use crate::publish::machine::EffectKind;
use crate::publish::site::{Credential, CredentialSource};
use crate::publish::walk::{WalkFrame, Walker};
use crate::text::{Place, camel_words};
use crate::versions::action_reference::RemoteAction;
use crate::versions::version::Truth;

impl<'a> Walker<'_, 'a> {
    /// Notes what an action elsewhere may leave in the environment.
    pub(super) fn note_fetched_secrets(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        action: &RemoteAction,
    ) {
        if let Some(known) = secret_action(action) {
            self.note_exported_secrets(frame, step, known);
        } else if !needs_no_npm_login(action) && !action.is("actions/github-script") {
            self.note_secrets_by_name(frame, step, &action.name());
        }
    }

    /// The same of an action that is not known: its name or its inputs may speak of secrets.
    pub(super) fn note_secrets_by_name(&mut self, frame: &WalkFrame<'a>, step: &Step, name: &str) {
        let may_set_token = step.with.iter().any(names_token_to_set);
        if fetches_secrets(name) || step.with.iter().any(lists_secrets) || may_set_token {
            self.add(&frame.conditions, EffectKind::UnknownCredentials);
        }
    }

    fn note_exported_secrets(&mut self, frame: &WalkFrame<'a>, step: &'a Step, known: &SecretAction) {
        let value_of = |name: &str| {
            let input = find_input(&step.with, name)?;
            Some((input, self.evaluate(frame, &input.value.value)))
        };
        let is_off = known.switch.is_some_and(|switch| match value_of(switch.input) {
            Some((_, value)) => value.known().is_some_and(|value| switch.is_off(Some(value))),
            None => switch.is_off(None),
        });
        if is_off {
            return;
        }
        let list = known.input.and_then(value_of);
        let names: Vec<Option<String>> = match &list {
            Some((_, value)) if !step.with.iter().any(|input| changes_names(input, known.input)) => value
                .known()
                .map(|text| {
                    let names = known.variables(text).into_iter();
                    names.map(|name| name.map(str::to_owned)).collect()
                })
                .unwrap_or_else(|| vec![None]),
            _ => vec![None],
        };
        let place = list.map(|(input, _)| Place::new(&frame.path, input.value.range));
        for name in names {
            let (Some(name), Some(place)) = (name, &place) else {
                self.add(&frame.conditions, EffectKind::UnknownCredentials);
                continue;
            };
            if is_npm_token_variable(&name) {
                let token = Credential {
                    text: name.clone(),
                    name: name.clone(),
                    source: CredentialSource::Exported,
                    place: place.clone(),
                    is_read: Truth::No,
                };
                self.add(&frame.conditions, EffectKind::ExportedToken(token));
            }
            self.add(&frame.conditions, EffectKind::Env(name));
        }
    }
}

/// Whether the name of an action says that it fetches secrets.
pub(in crate::publish::walk) fn fetches_secrets(name: &str) -> bool {
    let own_name = name.split_once('/').map_or(name, |(_, own)| own);
    fetches_secrets_by_name(&camel_words(own_name))
}

fn lists_secrets(input: &Variable) -> bool {
    lists_secrets_by_name(&camel_words(&input.name.value))
}

/// Whether an input names a variable for a token of npm, and not as an expression that hands one in: `/ci/npm = NODE_AUTH_TOKEN`.
fn names_token_to_set(input: &Variable) -> bool {
    let text = &input.value.value;
    let mut parts = text.split("${{");
    let first = parts.next().unwrap_or_default();
    let after = parts.map(|part| part.split_once("}}").map_or("", |(_, rest)| rest));
    let mut parts = std::iter::once(first).chain(after);
    parts.any(|part| {
        let mut words = part.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(is_npm_token_variable)
    })
}

/// Whether an input changes how variables are called: `parse-json-secrets: true`, `prefix: CI_`.
fn changes_names(input: &Variable, list: Option<&str>) -> bool {
    let name = input.name.value.to_ascii_lowercase();
    let is_meant = name.contains("json") || name.contains("prefix") || name.contains("transform");
    is_meant && list != Some(name.as_str()) && input.value.value != "false"
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Checks the outcome of a publish after a step with this action, in a job with `permissions` and an npm that cannot
    /// exchange the ID token.
    #[track_caller]
    fn check(permissions: &str, action: &str, inputs: &str, outcome: &str) {
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ {permissions} }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 20, registry-url: 'https://registry.npmjs.org' }}
      - uses: {action}
        with: {{ {inputs} }}
      - run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
        );
        check_sites(&fixture, &format!("release.yml:11 publish; outcome={outcome}"));
    }

    const VAULT: &str = "hashicorp/vault-action@v3";

    #[test]
    fn a_variable_that_an_action_sets_is_a_token() {
        for (action, inputs) in [
            (VAULT, r#"secrets: 'kv/data/npm "token" | NODE_AUTH_TOKEN ;'"#),
            (
                VAULT,
                r#"secrets: "kv/a b | A ;\nkv/npm token | NODE_AUTH_TOKEN""#,
            ),
            (
                "aws-actions/aws-secretsmanager-get-secrets@v2",
                r#"secret-ids: 'NODE_AUTH_TOKEN, ci/npm'"#,
            ),
            ("bitwarden/sm-action@v2", r#"secrets: '0-1 > NODE_AUTH_TOKEN'"#),
            (
                "Azure/get-keyvault-secrets@v1",
                r#"keyvault: x, secrets: NODE_AUTH_TOKEN"#,
            ),
            (
                "grafana/shared-workflows/actions/get-vault-secrets@main",
                r#"repo_secrets: 'NODE_AUTH_TOKEN=npm:token'"#,
            ),
        ] {
            check("contents: read", action, inputs, "token");
            check("contents: read, id-token: write", action, inputs, "token");
        }
    }

    #[test]
    fn what_a_store_decides_is_unknown() {
        for (action, inputs) in [
            (VAULT, "secrets: kv/npm token"),
            (VAULT, "secrets: 'kv/npm * | NPM_'"),
            (VAULT, "secrets: '${{ vars.LIST }}'"),
            (
                "aws-actions/aws-secretsmanager-get-secrets@v2",
                "secret-ids: ci/npm",
            ),
            (
                "aws-actions/aws-secretsmanager-get-secrets@v2",
                "secret-ids: 'NPM, ci/npm', parse-json-secrets: true",
            ),
            ("DopplerHQ/secrets-fetch-action@v1", "inject-env-vars: true"),
            ("Infisical/secrets-action@v1", "method: oidc"),
            ("1password/load-secrets-action@v3", "export-env: true"),
            ("akeyless-community/akeyless-github-action@v1", "access-id: x"),
        ] {
            check("contents: read", action, inputs, "unknown");
        }
    }

    #[test]
    fn what_is_not_set_or_is_something_else_is_no_token() {
        for (action, inputs) in [
            (
                VAULT,
                "exportEnv: false, secrets: 'kv/npm token | NODE_AUTH_TOKEN'",
            ),
            (VAULT, "secrets: 'kv/aws key | AWS_KEY'"),
            ("DopplerHQ/secrets-fetch-action@v1", "doppler-project: a"),
            (
                "google-github-actions/get-secretmanager-secrets@v2",
                "secrets: 'NODE_AUTH_TOKEN:acme/npm'",
            ),
            ("gitleaks/gitleaks-action@v2", "args: all"),
            ("acme/secret-scan@v2", "path: ."),
            ("acme/lint@v2", "client-secret: '${{ secrets.X }}'"),
        ] {
            check("contents: read", action, inputs, "fails");
        }
    }

    #[test]
    fn an_action_of_unknown_code_may_set_a_token() {
        for (action, inputs) in [
            ("acme/actions/release-secrets@v1", "role: x"),
            ("acme/get-params@v1", "ssm_parameter_pairs: '/ci/x = X'"),
            ("acme/get-params@v1", "pairs: '/ci/npm = NODE_AUTH_TOKEN'"),
            ("acme/load@v1", "secret-ids: ci/npm"),
            ("acme/vault-export@v1", "path: ci"),
            (
                "docker://ghcr.io/acme/tool:1",
                "pairs: '/ci/npm = NODE_AUTH_TOKEN'",
            ),
        ] {
            check("contents: read", action, inputs, "unknown");
        }
        let handed_in = "tool-version: 'x${{ env.NPM_TOKEN }}y'";
        check("contents: read", "acme/load@v1", handed_in, "fails");
    }

    #[test]
    fn a_line_may_read_what_an_action_sets() {
        check_sites(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: { contents: read }
    runs-on: ubuntu-24.04
    steps:
      - uses: rancher-eio/read-vault-secrets@main
        with:
          secrets: |
            secret/data/npm token | CI_TOKEN ;
      - run: echo "//registry.npmjs.org/:_authToken=${CI_TOKEN}" > .npmrc
      - run: npm publish
#- package.json
{ "name": "w", "version": "1.0.0", "repository": "a/w" }
"#,
            "release.yml:12 publish; outcome=token",
        );
    }
}
