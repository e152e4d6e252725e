//! `trustpub migrate`

use std::fs;

use serde_json::Value;

use crate::support::{TestFolder, run};

const WORKFLOW: &str = ".github/workflows/release.yml";

const TOKEN: &str = "\
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    environment: npm
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22 # LTS
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
";

const PACKAGE: &str = "\
{
  \"name\": \"@acme/widget\",
  \"version\": \"1.2.3\"
}
";

fn repository(workflow: &str) -> TestFolder {
    TestFolder::with(&[
        (
            ".git/config",
            "[remote \"origin\"]\n\turl = https://github.com/acme/widget.git\n",
        ),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (WORKFLOW, workflow),
        ("package.json", PACKAGE),
    ])
}

const TEXT: &str = r#"--- a/.github/workflows/release.yml
+++ b/.github/workflows/release.yml
@@ -2,13 +2,14 @@
 jobs:
   publish:
     environment: npm
+    permissions:
+      contents: read
+      id-token: write
     runs-on: ubuntu-24.04
     steps:
       - uses: actions/checkout@v6
       - uses: actions/setup-node@v6
         with:
-          node-version: 22 # LTS
+          node-version: 24 # LTS
           registry-url: https://registry.npmjs.org
       - run: npm publish
-        env:
-          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
--- a/package.json
+++ b/package.json
@@ -1,4 +1,8 @@
 {
   "name": "@acme/widget",
-  "version": "1.2.3"
+  "version": "1.2.3",
+  "repository": {
+    "type": "git",
+    "url": "git+https://github.com/acme/widget.git"
+  }
 }

1 publish step moves to trusted publishing: 2 files change.

What changes
  `npm publish` in `.github/workflows/release.yml:15` publishes `@acme/widget` by trusted publishing
  instead of with a token.

Before you merge
  [ ] If a package has never been published, publish its first version with the token: npm accepts a
      trusted publisher only for a package that exists.
      https://docs.npmjs.com/trusted-publishers
  [ ] Register the trusted publisher of `@acme/widget`: owner `acme`, repository `widget`, workflow
      `release.yml`, environment `npm`, allowed action `npm publish`.
      https://www.npmjs.com/package/@acme/widget/access
        npm trust github @acme/widget --file release.yml --repository acme/widget --environment npm --allow-publish

After the first release
  [ ] Check that the new version came by trusted publishing.
        trustpub verify
  [ ] Delete the secret `NPM_TOKEN` from the repository. Delete a secret of the organization only if
      no other repository uses it.
      https://github.com/acme/widget/settings/secrets/actions
  [ ] Delete the secret `NPM_TOKEN` from the environment `npm` if it has one.
      https://github.com/acme/widget/settings/environments
  [ ] Revoke the access token on npm.
      https://docs.npmjs.com/revoking-access-tokens
  [ ] Choose "Require two-factor authentication and disallow tokens" under "Publishing access".
      https://www.npmjs.com/package/@acme/widget/access
"#;

#[test]
fn everything_is_shown_and_nothing_written() {
    let folder = repository(TOKEN);
    let text = run(folder.path(), &["migrate"]).exits_with(0).stdout;
    assert_eq!(text, TEXT);
    assert_eq!(fs::read_to_string(folder.at(WORKFLOW)).unwrap(), TOKEN);
    // `check` points to it, and only for people.
    let check = run(folder.path(), &["check"]).stdout;
    let hint =
        "to publish without an access token: `trustpub migrate` shows the whole move to trusted publishing\n";
    assert!(check.ends_with(hint), "{check}");
    assert!(
        !run(folder.path(), &["check", "--quiet"])
            .stdout
            .contains("migrate")
    );
    assert!(
        !run(folder.path(), &["check", "--format", "json"])
            .stdout
            .contains("migrate")
    );
}

const MARKDOWN: &str = r#"# Move to trusted publishing

1 publish step moved to trusted publishing: 2 files changed.

## What changes
- `npm publish` in `.github/workflows/release.yml:15` publishes `@acme/widget` by trusted publishing instead of with a token.

## Before you merge
- [ ] If a package has never been published, publish its first version with the token: npm accepts a trusted publisher only for a package that exists. <https://docs.npmjs.com/trusted-publishers>
- [ ] Register the trusted publisher of `@acme/widget`: owner `acme`, repository `widget`, workflow `release.yml`, environment `npm`, allowed action `npm publish`. <https://www.npmjs.com/package/@acme/widget/access>

  ```sh
  npm trust github @acme/widget --file release.yml --repository acme/widget --environment npm --allow-publish
  ```

## After the first release
- [ ] Check that the new version came by trusted publishing.

  ```sh
  trustpub verify
  ```

- [ ] Delete the secret `NPM_TOKEN` from the repository. Delete a secret of the organization only if no other repository uses it. <https://github.com/acme/widget/settings/secrets/actions>
- [ ] Delete the secret `NPM_TOKEN` from the environment `npm` if it has one. <https://github.com/acme/widget/settings/environments>
- [ ] Revoke the access token on npm. <https://docs.npmjs.com/revoking-access-tokens>
- [ ] Choose "Require two-factor authentication and disallow tokens" under "Publishing access". <https://www.npmjs.com/package/@acme/widget/access>
"#;

#[test]
fn the_files_are_written_and_the_checklist_is_a_pull_request() {
    let folder = repository(TOKEN);
    let done = run(folder.path(), &["migrate", "--write", "--markdown"]).exits_with(0);
    assert_eq!(done.stdout, MARKDOWN);
    assert_eq!(
        done.stderr,
        "note: wrote `.github/workflows/release.yml`, `package.json`\n"
    );
    let workflow = fs::read_to_string(folder.at(WORKFLOW)).unwrap();
    assert!(!workflow.contains("secrets"), "{workflow}");
    let check = run(folder.path(), &["check"]).exits_with(0).stdout;
    assert!(check.contains("npm publishes @acme/widget by OIDC"), "{check}");
    // Once more there is nothing to do.
    let again = run(folder.path(), &["migrate", "--write"]).exits_with(0);
    assert_eq!(again.stderr, "");
    assert!(
        again.stdout.starts_with(
            "There is nothing to move: no publish step uses an access token any more.\n\
             release.yml › publish: npm publishes @acme/widget by OIDC"
        ),
        "{}",
        again.stdout
    );
    assert_eq!(fs::read_to_string(folder.at(WORKFLOW)).unwrap(), workflow);
}

#[test]
fn programs_get_all_of_it() {
    let folder = repository(TOKEN);
    let json = run(folder.path(), &["migrate", "--format", "json"])
        .exits_with(0)
        .stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["written"], false);
    assert_eq!(json["changes"][1]["path"], "package.json");
    assert!(
        json["changes"][0]["diff"]
            .as_str()
            .unwrap()
            .contains("+      id-token: write\n")
    );
    assert_eq!(json["moved"][0]["packages"][0], "@acme/widget");
    assert_eq!(json["moved"][0]["line"], 15);
    assert_eq!(json["registrations"][0]["environment"], "npm");
    assert_eq!(json["secrets"][0]["name"], "NPM_TOKEN");
    let ids: Vec<&str> = json["checklist"]
        .as_array()
        .unwrap()
        .iter()
        .map(|section| section["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["moved", "before", "after"]);
}

#[test]
fn what_cannot_move_stays_as_it_is() {
    let lerna = TOKEN.replace("npm publish", "npx lerna@8.2.4 publish from-package --yes");
    let folder = repository(&lerna);
    let text = run(folder.path(), &["migrate", "--write"]).exits_with(1).stdout;
    let expected = "\
1 publish step cannot move to trusted publishing by edits alone. No file changes.

What keeps its token
  [ ] `lerna publish` in `.github/workflows/release.yml:12` keeps its token: lerna 8.2.4 cannot use
      trusted publishing; update lerna to 9 first.
";
    assert_eq!(text, expected);
    assert_eq!(fs::read_to_string(folder.at(WORKFLOW)).unwrap(), lerna);
}

#[test]
fn without_a_publish_step_there_is_nothing_to_move() {
    let folder = repository(&TOKEN.replace("npm publish", "npm test"));
    let text = run(folder.path(), &["migrate"]).exits_with(1).stdout;
    let expected = "\
There is nothing to move: no publish step was found. If trustpub does not know the command that
publishes, add it to `trustpub.toml` under `[[publish-command]]`. Otherwise `trustpub setup --write`
writes a workflow that publishes to npm.
no publish step found in 1 workflow file
";
    assert_eq!(text, expected);
}

#[test]
fn broken_yaml_is_left_alone() {
    let broken = format!("{TOKEN}  other: [\n");
    let folder = repository(&broken);
    let text = run(folder.path(), &["migrate", "--write"]).exits_with(1).stdout;
    assert!(
        text.contains("`.github/workflows/release.yml` has a syntax error; fix it first"),
        "{text}"
    );
    assert_eq!(fs::read_to_string(folder.at(WORKFLOW)).unwrap(), broken);
}

/// Files that only the move asks for are read from the disk.
#[test]
fn an_image_and_a_lock_file_are_looked_at() {
    let workflow = TOKEN.replace("NODE_AUTH_TOKEN", "NPM_TOKEN");
    let folder = repository(&workflow);
    let line = "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n";
    fs::write(folder.at(".npmrc"), line).unwrap();
    fs::write(
        folder.at("Dockerfile"),
        "FROM node:24\nARG NPM_TOKEN\nRUN npm ci\n",
    )
    .unwrap();
    let text = run(folder.path(), &["migrate", "--write"]).exits_with(0).stdout;
    let text: Vec<&str> = text.split_whitespace().collect();
    let caution = "`.npmrc` keeps its line with `NPM_TOKEN`, because `Dockerfile` may use it.";
    assert!(text.join(" ").contains(caution), "{text:?}");
    assert_eq!(fs::read_to_string(folder.at(".npmrc")).unwrap(), line);

    let workflow = TOKEN.replace("npm publish", "npm ci && npm publish");
    let folder = repository(&workflow);
    let lock = r#"{ "packages": { "node_modules/@acme/secret": { "version": "1.0.0" } } }"#;
    fs::write(folder.at("package-lock.json"), lock).unwrap();
    let text = run(folder.path(), &["migrate", "--write"]).exits_with(1).stdout;
    assert!(text.contains("some may be private"), "{text}");
    assert_eq!(fs::read_to_string(folder.at(WORKFLOW)).unwrap(), workflow);
}

#[test]
fn a_folder_that_is_not_there_is_a_failure() {
    let folder = TestFolder::with(&[]);
    run(folder.path(), &["migrate", "nowhere"]).exits_with(2);
}

#[test]
fn all_files_are_written_or_none() {
    let folder = repository(TOKEN);
    let mut permissions = fs::metadata(folder.at("package.json")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.at("package.json"), permissions).unwrap();
    let failed = run(folder.path(), &["migrate", "--write"]).exits_with(2);
    assert!(
        failed.stderr.contains("`package.json` was not changed"),
        "{}",
        failed.stderr
    );
    assert_eq!(fs::read_to_string(folder.at(WORKFLOW)).unwrap(), TOKEN);
}
