//! What nothing reads after the move, and who else may read a secret.

use super::{PUBLISH, moved, with_job};

#[test]
fn a_variable_that_nothing_reads_goes() {
    let publish = PUBLISH.replace("secrets.NPM_TOKEN", "env.MY_TOKEN");
    for head in [
        "env:\n  MY_TOKEN: ${{ secrets.NPM_TOKEN }}",
        "env:\n  CI: true\n  MY_TOKEN: ${{ secrets.NPM_TOKEN }}",
    ] {
        let after = moved(&with_job(head, &publish, ""));
        assert!(!after.workflow().contains("MY_TOKEN"), "{}", after.workflow());
        after.says(
            "Delete the secret `NPM_TOKEN` from the repository. Delete a secret of the organization only if no other repository uses it.",
        );
    }
    let reader = format!("- run: ./send \"$MY_TOKEN\"{publish}");
    let after = moved(&with_job(
        "env:\n  MY_TOKEN: ${{ secrets.NPM_TOKEN }}",
        &reader,
        "",
    ));
    assert!(after.workflow().contains("MY_TOKEN"), "{}", after.workflow());
}

#[test]
fn an_input_of_a_called_workflow_goes() {
    let callee = with_job("", &PUBLISH.replace("secrets.NPM_TOKEN", "inputs.token"), "").replace(
        "on: { push: { tags: ['v*'] } }",
        "on:\n  workflow_call:\n    inputs:\n      token:\n        type: string\n        required: true",
    );
    let caller = r#"#- .github/workflows/tag.yml
on: push
jobs:
  publish:
    permissions: { contents: read }
    uses: ./.github/workflows/release.yml
    with:
      token: ${{ secrets.NPM_TOKEN }}
"#;
    let after = moved(&format!("{callee}{caller}"));
    assert!(!after.file(".github/workflows/tag.yml").contains("token: $"));
    assert!(
        after.workflow().contains("required: false"),
        "{}",
        after.workflow()
    );
    after.says(
        "`.github/workflows/release.yml` still declares `token`, which nothing uses any more, because callers in other repositories may \
         pass it. Remove it if there are none.",
    );
    after.says(
        "If other repositories use `.github/workflows/release.yml`, it no longer publishes with the token that they pass: each of them \
         needs `id-token: write`, and a trusted publisher that names its own workflow.",
    );
}

#[test]
fn a_login_that_npm_does_not_read_goes() {
    let login = "- run: echo \"//registry.npmjs.org/:_authToken=${{ secrets.NPM_TOKEN }}\" > ~/.npmrc";
    let after = moved(&with_job("", &format!("{login}{PUBLISH}"), ""));
    assert!(!after.workflow().contains("NPM_TOKEN"), "{}", after.workflow());
}

#[test]
fn whoever_gets_all_secrets_is_named() {
    let says = |job: &str, line: usize| {
        let other = format!(
            "\
#- .github/workflows/all.yml
on: push
jobs:
  all:
{job}"
        );
        moved(&with_job("", PUBLISH, &other)).says(&format!(
            "Check whether the secret `NPM_TOKEN` is used where all secrets are handed on: `.github/workflows/all.yml:{line}`. Delete it if \
             not."
        ));
    };
    says(
        "    uses: acme/shared/.github/workflows/x.yml@v1\n    secrets: inherit\n",
        5,
    );
    says(
        "    runs-on: ubuntu-24.04\n    steps:\n      - run: ./x\n        env: { ALL: '${{ toJSON(secrets) }}' }\n",
        7,
    );
    says(
        "    runs-on: ubuntu-24.04\n    steps:\n      - run: ./x\n        env: { ONE: '${{ secrets[matrix.name] }}' }\n",
        7,
    );
}

#[test]
fn a_secret_of_dependabot_is_another_one() {
    let dependabot = r#"#- on demand: .github/dependabot.yml
version: 2
registries:
  npm: { type: npm-registry, url: "https://registry.npmjs.org", token: "${{ secrets.NPM_TOKEN }}" }
"#;
    moved(&with_job("", PUBLISH, dependabot)).says(
        "`.github/dependabot.yml` reads a secret `NPM_TOKEN` too. It is one of Dependabot's own secrets: put a read-only token there before \
         you revoke this one.",
    );
}

/// Other repositories may pass it.
#[test]
fn an_input_of_an_action_at_the_root_stays() {
    let action = r#"#- action.yml
inputs:
  token: { required: true }
runs:
  using: composite
  steps:
    - run: npm publish
      shell: bash
      env:
        NODE_AUTH_TOKEN: ${{ inputs.token }}
"#;
    let step = "- uses: ./\n  with:\n    token: ${{ secrets.NPM_TOKEN }}";
    let after = moved(&with_job("", step, action));
    let action = after.file("action.yml");
    assert!(action.contains("  token: { required: false }\n"), "{action}");
    assert!(!action.contains("NODE_AUTH_TOKEN"), "{action}");
    assert!(!after.workflow().contains("NPM_TOKEN"), "{}", after.workflow());
    after.says(
        "If other repositories use `action.yml`, it no longer publishes with the token that they pass: each of them needs `id-token: \
         write`, and a trusted publisher that names its own workflow.",
    );
}

#[test]
fn another_job_of_the_called_workflow_gets_the_id_token() {
    let callee = with_job("", PUBLISH, "")
        .replace("on: { push: { tags: ['v*'] } }", "on: workflow_call")
        .replace(
            "jobs:\n",
            "jobs:\n  lint:\n    runs-on: ubuntu-24.04\n    steps: [run: make]\n",
        );
    let caller = "#- .github/workflows/tag.yml\non: push\njobs:\n  publish:\n    permissions: { contents: read }\n    uses: \
                  ./.github/workflows/release.yml\n    secrets: inherit\n";
    let after = moved(&format!("{callee}{caller}"));
    after.says(
        "The job `lint` of `.github/workflows/release.yml` can request an ID token too, because it has the permissions of the calling \
         job. Give it `permissions` of its own.",
    );
    let narrow = callee.replace("  lint:\n", "  lint:\n    permissions: { contents: read }\n");
    moved(&format!("{narrow}{caller}")).does_not_say("ID token too");
}

#[test]
fn a_variable_of_other_jobs_gets_another_value() {
    let text = |user: &str| {
        with_job("", PUBLISH, "")
            .replace("node-version: 24", "node-version: ${{ env.NODE_VERSION }}")
            .replace(
                "jobs:\n",
                &format!("env:\n  NODE_VERSION: 20\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps: [run: '{user}']\n"),
            )
    };
    moved(&text("volta run --node $NODE_VERSION make"))
        .says("`NODE_VERSION` of `.github/workflows/release.yml` is now `24` for `test` too.");
    moved(&text("make")).does_not_say("NODE_VERSION");
}

#[test]
fn a_comment_about_a_removed_token_is_said() {
    let publish = PUBLISH.replace(
        "    NODE_AUTH",
        "    CI: 1\n    # An automation token\n    NODE_AUTH",
    );
    let publish = format!(
        "# NODE_AUTH_TOKEN publishes\n{}",
        publish.trim_start_matches('\n')
    );
    let after = moved(&with_job("", &format!("{publish}# Done\n"), ""));
    let said = after.checklist();
    let said: Vec<&String> = said
        .iter()
        .filter(|text| text.starts_with("The comment in"))
        .collect();
    assert!(!said.is_empty(), "{}", after.workflow());
    let lines = after
        .workflow()
        .lines()
        .filter(|line| line.contains('#') && !line.contains("Done"));
    assert_eq!(said.len(), lines.count(), "{}", after.workflow());
}

/// A called workflow that installs with the secret that it publishes with, and two callers.
fn called_for_install_and_publish(callers_secrets: &str) -> String {
    let caller = |name: &str, event: &str, publish: bool| {
        format!(
            "#- .github/workflows/{name}.yml\non: {event}\njobs:\n  call:\n    uses: ./.github/workflows/build.yml\n    with:\n      \
             publish: {publish}\n{callers_secrets}"
        )
    };
    format!(
        r#"
#- repository: acme/widget
{}{}#- .github/workflows/build.yml
on:
  workflow_call:
    inputs:
      publish: {{ type: boolean, required: true }}
    secrets:
      TOKEN: {{ required: true }}
jobs:
  build:
    runs-on: ubuntu-24.04
    env:
      NODE_AUTH_TOKEN: ${{{{ secrets.TOKEN }}}}
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish
        if: inputs.publish
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "dependencies": {{ "@other/x": "1" }} }}
"#,
        caller("release", "{ push: { tags: ['v*'] } }", true),
        caller("ci", "pull_request", false),
    )
}

/// The secret is the one that the callers pass, under whatever name, and the install still uses it.
#[test]
fn a_secret_that_callers_still_pass_is_kept() {
    for (secrets, name, lines) in [
        (
            "    secrets:\n      TOKEN: ${{ secrets.NPM_TOKEN }}\n",
            "NPM_TOKEN",
            "`.github/workflows/ci.yml:8` and `.github/workflows/release.yml:11` still use it",
        ),
        (
            "    secrets: inherit\n",
            "TOKEN",
            "`.github/workflows/build.yml:18` still uses it",
        ),
    ] {
        let after = moved(&called_for_install_and_publish(secrets));
        after.says(&format!("Keep the secret `{name}` for now: {lines}."));
        after.says("Revoke the access token on npm once nothing uses it. A read-only token is enough to install packages.");
        after.does_not_say("Delete the secret");
    }
}

#[test]
fn an_input_of_a_start_by_hand_is_no_longer_used() {
    let steps =
        "- run: npm publish --tag ${{ inputs.tag }}\n  env:\n    NODE_AUTH_TOKEN: ${{ inputs.token }}";
    let by_hand =
        "on: { workflow_dispatch: { inputs: { token: { required: true }, tag: { required: true } } } }";
    let after = moved(&with_job("", steps, "").replace("on: { push: { tags: ['v*'] } }", by_hand));
    after.says(
        "`.github/workflows/release.yml` still asks for the input `token` when it is started by hand, and nothing uses it any more. Remove \
         it.",
    );
    after.does_not_say("the input `tag`");
}

/// One variable hands the secret on to the next.
#[test]
fn a_chain_of_variables_goes() {
    let job = "env:\n  CI: 1\n  FIRST: ${{ secrets.NPM_TOKEN }}";
    let steps = "- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ env.SECOND }}";
    let text = with_job(job, steps, "").replace("jobs:\n", "env:\n  OTHER: ${{ env.FIRST }}\n  SECOND: ${{ env.ZERO }}\n  ZERO: ${{ secrets.NPM_TOKEN }}\njobs:\n");
    let after = moved(&text);
    for gone in ["SECOND", "ZERO"] {
        assert!(!after.workflow().contains(gone), "{}", after.workflow());
    }
    for kept in [
        "OTHER: ${{ env.FIRST }}",
        "FIRST: ${{ secrets.NPM_TOKEN }}",
        "CI: 1",
    ] {
        assert!(after.workflow().contains(kept), "{}", after.workflow());
    }
}
