//! A step that installs packages keeps the token if one of them may be private, however it comes to install.

use super::{moved, stays, with_job};

const JOB: &str = "env:\n  NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}";

const PRIVATE: &str = r#"#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "devDependencies": { "@acme/config": "^1" }, "scripts": { "setup": "npm run deps", "deps": "npm ci" } }
"#;

fn only_in_lock_file(path: &str, text: &str) -> String {
    format!(
        "#- package.json\n{{ \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\", \"dependencies\": {{ \"x\": \"^1\" }} }}\n\
         #- on demand: {path}\n{text}"
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
        ("./release.sh", "#- on demand: release.sh\nnpm ci\nnpm publish\n"),
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
