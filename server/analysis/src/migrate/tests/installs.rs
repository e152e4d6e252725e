//! A step that installs packages keeps the token if one of them may be private, however it comes to install.

use super::{moved, stays, with_job};

const JOB: &str = "env:\n  NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}";

const PRIVATE: &str = r#"#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "devDependencies": { "@acme/config": "^1" }, "scripts": { "setup": "npm run deps", "deps": "npm ci" } }
"#;

fn only_in_lock_file(path: &str, text: &str) -> String {
    format!(
        r#"#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "dependencies": {{ "x": "^1" }} }}
#- on demand: {path}
{text}"#
    )
}

#[test]
fn the_step_that_installs_keeps_the_token_of_the_job() {
    for (step, files) in [
        ("- run: npm ci", ""),
        ("- run: npm i", ""),
        ("- run: yarn", ""),
        ("- run: npm --prefix app ci", ""),
        ("- run: npm run setup", ""),
        ("- run: make setup", "#- on demand: Makefile\nsetup:\n\tnpm ci\n"),
        ("- run: ./setup.sh", "#- on demand: setup.sh\nnpm ci\n"),
        ("- uses: bahmutov/npm-install@v1", ""),
        (
            "- uses: pnpm/action-setup@v4\n  with:\n    version: 10\n    run_install: true",
            "",
        ),
        (
            "- uses: ./.github/actions/setup",
            "#- .github/actions/setup/action.yml\nruns: { using: composite, steps: [{ run: npm ci, shell: bash }] }\n",
        ),
    ] {
        let steps = format!("{step}\n- run: npm publish");
        let after = moved(&with_job(JOB, &steps, &format!("{PRIVATE}{files}")));
        let (before_publish, publish) = after.workflow().split_once("- run: npm publish").unwrap();
        let env = "env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
        assert!(before_publish.contains(env), "{step}\n{before_publish}");
        assert!(!publish.contains("NODE_AUTH_TOKEN"), "{step}\n{publish}");
    }
}

#[test]
fn a_step_that_installs_and_publishes_stays() {
    let reason = "line 11 also installs packages with `NODE_AUTH_TOKEN`, and some may be private; give the token only to a step that \
                  installs";
    for (run, files) in [
        ("npm ci && npm publish", ""),
        (
            "make publish",
            "#- on demand: Makefile\npublish: deps\n\tnpm publish\ndeps:\n\tnpm ci\n",
        ),
        (
            "./release.sh",
            "\
#- on demand: release.sh
npm ci
npm publish
",
        ),
    ] {
        let step = format!("- run: {run}\n  {}", JOB.replace('\n', "\n  "));
        stays(&with_job("", &step, &format!("{PRIVATE}{files}")), reason);
    }
    let scripts = PRIVATE.replace("\"setup\":", "\"prepublishOnly\": \"npm run deps\", \"setup\":");
    let step = format!("- run: npm publish\n  {}", JOB.replace('\n', "\n  "));
    stays(
        &with_job("", &step, &scripts),
        "the script `prepublishOnly` of `package.json` runs `npm ci` with the token, and some packages may be private; install them in a \
         step of its own",
    );
}

#[test]
fn a_private_package_shows_only_in_the_lock_file() {
    for (path, text) in [
        (
            "package-lock.json",
            "{ \"packages\": { \"node_modules/@acme/secret\": { \"version\": \"1.0.0\" } } }\n",
        ),
        ("pnpm-lock.yaml", "packages:\n  '@acme/secret@1.0.0': {}\n"),
        ("yarn.lock", "\"@acme/secret@^1.0.0\":\n  version \"1.0.0\"\n"),
    ] {
        let steps = "- run: npm ci\n- run: npm publish";
        let after = moved(&with_job(JOB, steps, &only_in_lock_file(path, text)));
        assert!(after.workflow().contains("NODE_AUTH_TOKEN"), "{path}");
        let one = format!("- run: npm ci && npm publish\n  {}", JOB.replace('\n', "\n  "));
        stays(
            &with_job("", &one, &only_in_lock_file(path, text)),
            "line 11 also installs packages with `NODE_AUTH_TOKEN`, and some may be private; give the token only to a step that installs",
        );
    }
    let public = "{ \"packages\": { \"node_modules/@babel/core\": {}, \"node_modules/@acmeter/x\": {} } }\n";
    let after = moved(&with_job(
        JOB,
        "- run: npm ci\n- run: npm publish",
        &only_in_lock_file("package-lock.json", public),
    ));
    assert!(
        !after.workflow().contains("NODE_AUTH_TOKEN"),
        "{}",
        after.workflow()
    );
}

/// A token that one step of an action has is not for the other steps of that action.
#[test]
fn another_step_of_the_action_installs() {
    let action = r#"#- .github/actions/publish/action.yml
inputs:
  token: { required: true }
runs:
  using: composite
  steps:
    - run: npm run setup
      shell: bash
    - run: npm publish
      shell: bash
      env:
        NODE_AUTH_TOKEN: ${{ inputs.token }}
"#;
    let step = "- uses: ./.github/actions/publish\n  with:\n    token: ${{ secrets.NPM_TOKEN }}";
    let after = moved(&with_job("", step, &format!("{PRIVATE}{action}")));
    let action = after.file(".github/actions/publish/action.yml");
    assert!(!action.contains("NODE_AUTH_TOKEN"), "{action}");
    assert!(!after.workflow().contains("NPM_TOKEN"), "{}", after.workflow());
}

/// An action that writes the token, a publish job that uses it, and a job of another workflow that has these steps.
fn shared_action(dependency: &str, in_action: &str, other: &str) -> String {
    let files = format!(
        r#"#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "dependencies": {{ "{dependency}": "^1" }}, "scripts": {{ "deps": "npm ci" }} }}
#- .github/actions/login/action.yml
inputs:
  token: {{ required: true }}
runs:
  using: composite
  steps:
    - run: npm config set //registry.npmjs.org/:_authToken ${{{{ inputs.token }}}}
      shell: bash
    - run: node --version
      shell: bash
{in_action}#- .github/workflows/ci.yml
on: pull_request
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
{other}"#
    );
    let steps =
        "- uses: ./.github/actions/login\n  with:\n    token: ${{ secrets.NPM_TOKEN }}\n- run: npm publish";
    with_job("", steps, &files)
}

const LOGIN: &str =
    "      - uses: ./.github/actions/login\n        with:\n          token: ${{ secrets.READ }}\n";
const INSTALL: &str = "    - run: npm ci\n      shell: bash\n";

#[test]
fn the_action_that_writes_the_token_installs() {
    stays(
        &shared_action("@acme/secret", INSTALL, "      - run: make\n"),
        "line 11 also installs packages with `//registry.npmjs.org/:_authToken`, and some may be private; give the token only to a step \
         that installs",
    );
    moved(&shared_action("@other/tool", INSTALL, "      - run: make\n")).says(
        "The step in `.github/workflows/release.yml:14` installs packages and no longer gets `//registry.npmjs.org/:_authToken`. If one \
         of them is private, give that step a read-only token.",
    );
    moved(&shared_action("tool", INSTALL, "      - run: make\n")).does_not_say("installs packages");
}

#[test]
fn a_job_of_another_workflow_installs_with_the_token_of_the_action() {
    for other in [
        format!("{LOGIN}      - run: npm ci\n"),
        format!("{LOGIN}      - run: npm run deps\n"),
        format!("{LOGIN}      - uses: bahmutov/npm-install@v1\n"),
    ] {
        stays(
            &shared_action("@acme/secret", "", &other),
            "the job `test` of `.github/workflows/ci.yml` installs packages with the token that `.github/actions/login/action.yml` \
             writes, and some may be private; give that job a token of its own first",
        );
        moved(&shared_action("@other/tool", "", &other)).says(
            "The job `test` of `.github/workflows/ci.yml` installs packages and no longer gets the token that \
             `.github/actions/login/action.yml` wrote. If one of them is private, give that job a read-only token.",
        );
    }
    for other in [
        "      - run: npm ci\n".to_owned(),
        format!("      - run: npm ci\n{LOGIN}"),
        format!("{LOGIN}      - run: npm test\n"),
    ] {
        moved(&shared_action("@acme/secret", "", &other)).does_not_say("installs packages");
    }
}
