//! Steps that no edit can move.

use super::{planned, stays};
use crate::migrate::MigrationStep;

#[test]
fn an_old_lerna() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npx lerna publish from-package --yes
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- lerna.json
{ "version": "1.0.0", "packages": ["packages/*"] }
#- package.json
{ "name": "acme", "private": true, "workspaces": ["packages/*"], "devDependencies": { "lerna": "8.2.4" } }
#- packages/a/package.json
{ "name": "@acme/a", "version": "1.0.0", "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git", "directory": "packages/a" } }
"#,
        "lerna 8.2.4 cannot use trusted publishing; update lerna to 9 first",
    );
}

#[test]
fn an_old_yarn() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: yarn npm publish
        env:
          YARN_NPM_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "packageManager": "yarn@4.5.0" }
"#,
        "yarn 4.5.0 cannot use trusted publishing; update yarn to 4.10 first",
    );
}

#[test]
fn an_action_that_needs_a_token() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - uses: JS-DevTools/npm-publish@v3
        with:
          token: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
        "npm-publish cannot use trusted publishing; use version 4 of the action first",
    );
}

#[test]
fn a_command_that_needs_a_login() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: |
          npm publish
          npm deprecate widget@0 old
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
        "`npm deprecate` in this job needs `NODE_AUTH_TOKEN`, because trusted publishing does not log in; remove that command or move it to a job of its own",
    );
}

#[test]
fn an_old_semantic_release() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
jobs:
  release:
    permissions:
      contents: write
      issues: write
      pull-requests: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm ci
      - run: npx semantic-release
        env:
          GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "0.0.0", "repository": "acme/widget", "devDependencies": { "semantic-release": "24.2.9" } }
"#,
        "semantic-release 24.2.9 cannot use trusted publishing; update semantic-release to 25 first",
    );
}

#[test]
fn what_only_may_publish() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: node scripts/release.js
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
        "it is not certain that `node scripts/release.js` publishes; if it does, name it in `trustpub.toml` under `[[publish-command]]`",
    );
}

#[test]
fn a_workflow_that_cannot_be_read_in_full() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
  broken: [
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
        "`.github/workflows/release.yml` has a syntax error; fix it first",
    );
}

#[test]
fn a_step_that_installs_private_packages_as_well() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm ci && npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "@acme/widget", "version": "1.0.0", "repository": "acme/widget", "dependencies": { "@acme/secret": "1" } }
"#,
        "line 10 also installs packages with `NODE_AUTH_TOKEN`, and some may be private; give the token only to a step that installs",
    );
}

#[test]
fn a_permission_that_only_another_repository_can_grant() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: workflow_call
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
        "the files do not show whether the job can get an ID token; grant `id-token: write` where the workflow is called",
    );
}

#[test]
fn a_trusted_publisher_that_does_not_match() {
    stays(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
#- trustpub.toml
[[trusted-publisher]]
package = "widget"
workflow = "publish.yml"
"#,
        "without the token, the trusted publisher names `publish.yml`, but the run starts in `release.yml` (trusted-publisher-workflow)",
    );
}

#[test]
fn a_repository_of_which_only_a_part_can_move() {
    let migration = planned(
        r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
  old:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npx lerna@8 publish from-package --yes
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#,
    );
    let lines = |steps: &[MigrationStep]| steps.iter().map(|step| step.line).collect::<Vec<_>>();
    assert_eq!(lines(&migration.moved), [13]);
    let kept: Vec<MigrationStep> = migration.kept.iter().map(|kept| kept.step.clone()).collect();
    assert_eq!(lines(&kept), [21]);
    let text = &migration.changes[0].new;
    assert_eq!(text.matches("NODE_AUTH_TOKEN").count(), 1, "{text}");
}
