//! Steps that no edit can move.

use super::{PUBLISH, all_move, planned, stays, with_job};
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
        "trusted publishing would not work: the trusted publisher names `publish.yml`, but the run starts in `release.yml` (trusted-publisher-workflow). It is registered \
         for `widget`. npm checks the file in which the run starts. Add one for `release.yml` on npm, and then to the configuration.",
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

/// The checkout is that of a fork.
#[test]
fn the_job_runs_only_in_another_repository() {
    let with = |condition: &str| with_job(&format!("if: {condition}"), PUBLISH, "");
    stays(
        &with("github.repository == 'upstream/widget' && github.ref == 'refs/heads/main'"),
        "its job runs only in `upstream/widget`, but this repository is taken to be `acme/widget`; use `--repository upstream/widget`, or \
         set `repository` in `trustpub.toml`",
    );
    stays(
        &with("github.repository_owner == 'upstream'"),
        "its job runs only in repositories of `upstream`, but this repository is taken to be `acme/widget`; use `--repository \
         upstream/widget`, or set `repository` in `trustpub.toml`",
    );
    stays(
        &with("github.repository != 'acme/widget'"),
        "its job runs only in other repositories, because of `github.repository != 'acme/widget'`",
    );
    // A job that it needs is skipped here, and so is this one unless it asks how that job ended.
    let needing = |condition: &str| {
        let text = with_job(&format!("needs: build{condition}"), PUBLISH, "");
        let build = "  build:\n    if: github.repository == 'upstream/widget'\n    runs-on: ubuntu-24.04\n    steps: [{ run: echo }]\n";
        text.replace("jobs:\n", &format!("jobs:\n{build}"))
    };
    stays(
        &needing(""),
        "its job needs the job `build`, which runs only in `upstream/widget`, but this repository is taken to be `acme/widget`; use `--repository upstream/widget`, or \
         set `repository` in `trustpub.toml`",
    );
    all_move(&needing("\nif: always()"));
    for condition in [
        "github.repository == 'Acme/Widget'",
        "github.repository != 'upstream/widget'",
        "github.repository_owner == 'acme'",
    ] {
        all_move(&with(condition));
    }
}

/// A job that is needed runs only there, so this one is skipped here.
#[test]
fn a_needed_job_runs_only_in_another_repository() {
    let with = |needed: &str, condition: &str| {
        let others = format!(
            "  test:\n    if: {needed}\n    runs-on: x\n    steps: [{{ run: npm test }}]\n  build:\n    needs: [test]\n    runs-on: x\n    \
             steps: [{{ run: npm test }}]\n  publish:\n"
        );
        with_job(&format!("needs: Build\n{condition}"), PUBLISH, "").replace("  publish:\n", &others)
    };
    stays(
        &with("github.repository == 'upstream/widget'", ""),
        "its job needs the job `test`, which runs only in `upstream/widget`, but this repository is taken to be `acme/widget`; use \
         `--repository upstream/widget`, or set `repository` in `trustpub.toml`",
    );
    stays(
        &with("github.repository != 'acme/widget'", "if: github.ref != 'x'"),
        "its job needs the job `test`, which runs only in other repositories, because of `github.repository != 'acme/widget'`",
    );
    all_move(&with("github.repository == 'acme/widget'", ""));
    all_move(&with("github.actor != 'x'", ""));
    for condition in [
        "always()",
        "${{ !cancelled() && github.ref != 'x' }}",
        "failure()",
    ] {
        all_move(&with(
            "github.repository == 'upstream/widget'",
            &format!("if: {condition}"),
        ));
    }
}

/// It is moved where it is.
#[test]
fn a_workflow_of_another_repository_gets_the_token() {
    let call = |uses: &str, secrets: &str| {
        let text = format!(
            "\n#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    uses: {uses}\n    secrets:{secrets}\n"
        );
        let sections = planned(&text).checklist().sections;
        let items = sections.into_iter().flat_map(|section| section.items);
        items.map(|item| item.text).collect::<Vec<_>>()
    };
    let uses = "acme/ci/.github/workflows/npm.yml@v1";
    for secrets in [
        "\n      NPM_TOKEN: ${{ secrets.TOKEN }}",
        "\n      token: ${{ secrets.NPM_TOKEN }}",
    ] {
        assert_eq!(
            call(uses, secrets),
            [
                "The job `publish` of `.github/workflows/release.yml` hands a token to `acme/ci/.github/workflows/npm.yml@v1`, which is in \
                 another repository. Move that workflow there first. Then grant `id-token: write` to this job, and register `release.yml` of \
                 this repository on npm."
            ]
        );
    }
    for (uses, secrets) in [
        (uses, "\n      token: ${{ secrets.SLACK }}"),
        (uses, " inherit"),
        (
            "./.github/workflows/npm.yml",
            "\n      NPM_TOKEN: ${{ secrets.NPM_TOKEN }}",
        ),
    ] {
        assert_eq!(call(uses, secrets), Vec::<String>::new(), "{uses} {secrets}");
    }
}

/// The step runs the command that writes the token, and the publish: it does not go with the token.
#[test]
fn a_script_writes_the_token() {
    let make = "#- on demand: Makefile\npublish:\n\tnpm config set //registry.npmjs.org/:_authToken $(NPM_TOKEN)\n\tnpm publish\n";
    let script = "#- on demand: ci/release.sh\necho \"//registry.npmjs.org/:_authToken=$NPM_TOKEN\" > ~/.npmrc\nnpm publish\n";
    for (command, files) in [("make publish", make), ("bash ci/release.sh", script)] {
        let steps = format!("- run: {command}\n  env:\n    NPM_TOKEN: ${{{{ secrets.NPM_TOKEN }}}}");
        let text =
            with_job("", &steps, files).replace("          registry-url: https://registry.npmjs.org\n", "");
        stays(
            &text,
            "what `release.yml:10` runs writes `//registry.npmjs.org/:_authToken`; remove that there by hand, together with the variable \
             that it needs",
        );
    }
}

/// npm would publish the ranges of the workspace unchanged.
#[test]
fn bun_publishes_ranges_of_the_workspace() {
    let with = |range: &str| {
        let manifest = format!(
            "#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\", \"dependencies\": {{ \"v\": \
             \"{range}\" }} }}\n"
        );
        let steps =
            "- run: bun publish --tolerate-republish\n  env:\n    NPM_CONFIG_TOKEN: ${{ secrets.NPM_TOKEN }}";
        with_job("", steps, &manifest)
    };
    stays(
        &with("workspace:*"),
        "bun cannot use trusted publishing; pack with `bun pm pack` and publish the tarball with `npm publish` first",
    );
    stays(
        &with("^1.0.0"),
        "bun cannot use trusted publishing; publish with `npm publish` first",
    );
}

/// The first releases of Yarn that exchange the ID token do so only for a package without a scope.
#[test]
fn an_old_yarn_and_a_scope() {
    for (name, since) in [("widget", "4.10"), ("@acme/widget", "4.10.3")] {
        let manifest = format!(
            "#- package.json\n{{ \"name\": \"{name}\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\", \"packageManager\": \
             \"yarn@4.9.0\" }}\n"
        );
        let steps = "- run: yarn npm publish\n  env:\n    YARN_NPM_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}";
        stays(
            &with_job("", steps, &manifest),
            &format!("yarn 4.9.0 cannot use trusted publishing; update yarn to {since} first"),
        );
    }
}

/// A reason says what to do, and is one sentence with what comes before it.
#[test]
fn a_reason_says_what_to_do() {
    let steps = "- run: npx release-it --ci\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}";
    stays(
        &with_job("", steps, ""),
        "trusted publishing would not work: `release-it` requires a token before publishing, which trusted publishing does not provide \
         (needs-login-command). Set `npm.skipChecks` in its configuration, or add `--npm.skipChecks`.",
    );
    let others = "  build:\n    if: github.event_name == 'schedule'\n    runs-on: x\n    steps: [{ run: npm test }]\n  publish:\n";
    stays(
        &with_job("needs: build", PUBLISH, "").replace("  publish:\n", others),
        "always skipped: `publish` needs `build`, skipped on `push` (publish-never-runs). Let `build` run for the same events, or remove \
         it from `needs`.",
    );
}

#[test]
fn an_alias_repeats_the_token() {
    let steps = "- run: npm publish\n  env: &token\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n- run: npm dist-tag ls\n  env: *token";
    stays(
        &with_job("", steps, ""),
        "an anchor of YAML shares `NODE_AUTH_TOKEN` (release.yml:13) with other places; write it out where it is still needed, and remove \
         the rest by hand",
    );
}
