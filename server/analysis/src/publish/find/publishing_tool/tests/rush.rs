//! What `rush.json` says about publishing.

use super::{node_table, table};

#[test]
fn rush_publishes_with_the_package_manager_that_it_installs() {
    let projects = "\"projects\": [{ \"packageName\": \"@acme/a\", \"projectFolder\": \"packages/a\", \"shouldPublish\": true }, { \"packageName\": \
        \"@acme/b\", \"projectFolder\": \"packages/b\" }, { \"packageName\": \"@acme/c\", \"projectFolder\": \"packages/c\", \"versionPolicyName\": \"p\" }]";
    let members: String = ["a", "b", "c"]
        .iter()
        .map(|name| {
            format!(
                "#- packages/{name}/package.json\n{{ \"name\": \"@acme/{name}\", \"version\": \"1.0.0\", \"repository\": \"a/b\" }}\n"
            )
        })
        .collect();
    let rush = |members_of_root: &str| {
        format!(
            "\
#- rush.json
/* Of Rush. */ {{ {members_of_root}, // more
{projects} }}
{members}"
        )
    };
    let all = "rush publish --publish --include-all";
    table(&[
        (
            all,
            rush("\"pnpmVersion\": \"10.7.0\""),
            "publisher=rush; npm=11.6.1; packages=@acme/a, @acme/c; outcome=oidc",
        ),
        (all, rush("\"pnpmVersion\": \"11.1.0\""), "npm=-; outcome=oidc"),
        (all, rush("\"npmVersion\": \"8.19.4\""), "npm=-; outcome=fails"),
        (all, rush("\"npmVersion\": \"11.6.0\""), "npm=-; outcome=oidc"),
        (
            all,
            rush("\"yarnVersion\": \"1.22.22\""),
            "npm=11.6.1; outcome=oidc",
        ),
        (all, rush("\"rushVersion\": \"5.1.0\""), "outcome=unknown"),
        (
            "rush publish --publish --include-all --version-policy p",
            rush("\"pnpmVersion\": \"10.7.0\""),
            "packages=@acme/c; outcome=oidc",
        ),
        (
            "rush publish -p --version-policy ${{ inputs.p }}",
            rush("\"pnpmVersion\": \"10.7.0\""),
            "packages=-; outcome=oidc",
        ),
        (
            "cd packages/a && rush publish -p --include-all",
            rush("\"pnpmVersion\": \"10.7.0\""),
            "packages=@acme/a, @acme/c; outcome=oidc",
        ),
        (
            all,
            rush("\"pnpmVersion\": \"10.7.0\", \"nodeSupportedVersionRange\": \"<21\""),
            "outcome=fails",
        ),
        (
            all,
            rush("\"pnpmVersion\": \"10.7.0\", \"nodeSupportedVersionRange\": \">=20\""),
            "outcome=oidc",
        ),
    ]);
}

#[test]
fn rush_reads_the_tokens_of_its_own_npmrc() {
    let files = r#"#- rush.json
{ "pnpmVersion": "10.7.0", "projects": [{ "packageName": "a", "projectFolder": "a", "shouldPublish": true }] }
#- a/package.json
{ "name": "a", "version": "1.0.0", "repository": "a/b" }
#- common/config/rush/.npmrc-publish
//registry.npmjs.org/:_authToken=${NPM_AUTH_TOKEN}
"#;
    let token = "${{ secrets.T }}";
    for (command, expected) in [
        (
            format!("NPM_AUTH_TOKEN={token} rush publish -p --include-all"),
            "outcome=oidc-or-token",
        ),
        (
            format!("NODE_AUTH_TOKEN={token} rush publish -p --include-all"),
            "outcome=oidc",
        ),
        (
            format!("rush publish -p --include-all --npm-auth-token {token}"),
            "outcome=oidc-or-token",
        ),
        (
            format!("rush publish -n {token} -p --include-all"),
            "outcome=oidc-or-token",
        ),
        ("rush publish -p --include-all -n ''".to_owned(), "outcome=oidc"),
    ] {
        table(&[(command.as_str(), files.to_owned(), expected)]);
    }
    // setup-node has npm read another file.
    let steps = format!(
        "- uses: actions/setup-node@v6\n  with: {{ node-version: 24.11.0, registry-url: 'https://registry.npmjs.org' }}\n- run: NPM_AUTH_TOKEN={token} rush \
         publish -p --include-all"
    );
    node_table(&[(steps.as_str(), files, "outcome=oidc")]);
}
