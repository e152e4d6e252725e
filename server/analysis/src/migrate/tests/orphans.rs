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
    assert!(!after.workflow().contains("inputs"), "{}", after.workflow());
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
        let other = format!("#- .github/workflows/all.yml\non: push\njobs:\n  all:\n{job}");
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
