//! Jobs that cannot simply use Node 24.

use super::{planned, stays};

/// A workflow that publishes with a token, with these steps before the publish step, and other files.
fn repository(job: &str, steps: &str, engines: &str, files: &str) -> String {
    format!(
        "#- repository: acme/widget
#- .github/workflows/release.yml
on: {{ push: {{ tags: ['v*'] }} }}
jobs:
  publish:
    runs-on: ubuntu-24.04
{job}    steps:
      - uses: actions/checkout@v6
{steps}      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}
#- package.json
{{ \"name\": \"@acme/widget\", \"version\": \"1.0.0\", \"repository\": \"github:acme/widget\"{engines} }}
{files}"
    )
}

fn setup(input: &str, install: &str) -> String {
    format!(
        "      - uses: actions/setup-node@v6\n        with:\n          node-version: 20\n          registry-url: https://registry.npmjs.org\n{input}{install}"
    )
}

const STRICT: &str = "#- .npmrc\nengine-strict=true\n";

#[track_caller]
fn moves(text: &str) {
    let migration = planned(text);
    assert_eq!(migration.kept, Vec::new());
    assert_eq!(migration.moved.len(), 1);
}

#[test]
fn engines_that_an_installation_refuses() {
    for (install, engines, files, reason) in [
        (
            "npm ci",
            r#""node": "20.x""#,
            STRICT,
            "`engines.node` in package.json excludes Node 24 and `.npmrc` sets engine-strict: change it first",
        ),
        (
            "pnpm install",
            r#""node": ">=18 <23""#,
            STRICT,
            "`engines.node` in package.json excludes Node 24 and `.npmrc` sets engine-strict: change it first",
        ),
        (
            "npm install",
            r#""node": ">=18", "npm": "<11""#,
            STRICT,
            "`engines.npm` in package.json excludes npm 11.19.1 and `.npmrc` sets engine-strict: change it first",
        ),
        (
            "yarn install",
            r#""node": "^20" }, "packageManager": "yarn@1.22.22", "x": {"#,
            "",
            "`engines.node` in package.json excludes Node 24, which `yarn install` refuses: change it first",
        ),
    ] {
        let steps = setup("", &format!("      - run: {install}\n"));
        let engines = format!(", \"engines\": {{ {engines} }}");
        stays(&repository("", &steps, &engines, files), reason);
    }
}

#[test]
fn engines_that_nothing_compares_or_that_allow_it() {
    const CI: &str = "      - run: npm ci\n";
    for (install, engines, files) in [
        (CI, r#""node": "20.x""#, ""),
        (CI, r#""node": "20.x""#, "#- .npmrc\nengine-strict=false\n"),
        (CI, r#""node": ">=20", "npm": ">=10""#, STRICT),
        (CI, r#""node": "what we use""#, STRICT),
        (CI, r#""pnpm": "9""#, STRICT),
        ("", r#""node": "20.x""#, STRICT),
        (
            "      - run: npm install -g typescript\n",
            r#""node": "20.x""#,
            STRICT,
        ),
        (
            "      - run: pnpm install\n",
            r#""npm": "please-use-pnpm""#,
            STRICT,
        ),
        (
            "      - run: yarn install\n",
            r#""npm": "<11" }, "packageManager": "yarn@1.22.22", "x": {"#,
            "",
        ),
        (
            "      - run: yarn install\n",
            r#""node": "20.x" }, "packageManager": "yarn@4.10.0", "x": {"#,
            "",
        ),
    ] {
        let engines = format!(", \"engines\": {{ {engines} }}");
        moves(&repository("", &setup("", install), &engines, files));
    }
}

#[test]
fn an_architecture_without_builds() {
    for architecture in ["x86", "armv7l", "arm"] {
        let steps = setup(&format!("          architecture: {architecture}\n"), "");
        let reason = format!(
            "Node 24 has no builds for `architecture: {architecture}`: choose another architecture first"
        );
        stays(&repository("", &steps, "", ""), &reason);
    }
    for architecture in ["x64", "arm64"] {
        let steps = setup(&format!("          architecture: {architecture}\n"), "");
        moves(&repository("", &steps, "", ""));
    }
}

#[test]
fn an_image_in_a_variant_that_is_not_known() {
    const LOGIN: &str =
        "      - run: npm config set //registry.npmjs.org/:_authToken ${{ secrets.NPM_TOKEN }}\n";
    for image in ["node:20-buster", "node:16-stretch-slim", "node:20@sha256:aa"] {
        let reason = format!("the variant of `{image}` is not known for Node 24: choose another image first");
        let job = format!("    container: {image}\n");
        stays(&repository(&job, LOGIN, "", ""), &reason);
    }
    for (image, new) in [
        ("node:20-alpine3.18", "node:24-alpine"),
        ("node:20.11.1-slim", "node:24-slim"),
    ] {
        let job = format!("    container: {image}\n");
        let text = repository(&job, LOGIN, "", "");
        moves(&text);
        let changes = planned(&text).changes;
        assert!(
            changes
                .iter()
                .any(|change| change.new.contains(&format!("container: {new}\n")))
        );
    }
}
