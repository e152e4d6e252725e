//! Variables of a workflow that the move changes or removes: each other job that uses one is named.

use super::{Moved, moved, with_job};

/// A workflow with a variable for all jobs, a publish job, and a job `other` with this step.
fn shared(env: &str, version: &str, other: &str, files: &str) -> String {
    let jobs = format!("jobs:\n  other:\n    runs-on: ubuntu-24.04\n    steps:\n      - {other}\n");
    with_job("", "- run: npm publish", files)
        .replace("jobs:\n", &format!("env:\n  {env}\n{jobs}"))
        .replace("node-version: 24", &format!("node-version: {version}"))
}

/// The Node of all jobs, beside a publish step with a token.
fn node(other: &str, files: &str) -> Moved {
    let text = shared("NODE_VERSION: 20", "${{ env.NODE_VERSION }}", other, files);
    let token = "- run: npm publish\n        env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    moved(&text.replace("- run: npm publish\n", token))
}

/// The token of all jobs.
fn token(other: &str, files: &str) -> Moved {
    moved(&shared(
        "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}",
        "24",
        other,
        files,
    ))
}

const MANIFEST: &str = r#"#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "scripts": { "image": "npm run image:node", "image:node": "docker build --build-arg NODE=$NODE_VERSION .", "test": "node test.js" } }
"#;
const ACTION: &str = r#"#- .github/actions/node/action.yml
runs:
  using: composite
  steps:
    - uses: ./.github/actions/inner
#- .github/actions/inner/action.yml
runs:
  using: composite
  steps:
    - uses: actions/setup-node@v6
      with:
        node-version: ${{ env.NODE_VERSION }}
"#;
const MAKEFILE: &str = "#- on demand: Makefile\nimage:\n\tdocker build --build-arg NODE=$(NODE_VERSION) .\n";
const SCRIPT: &str = "#- on demand: ci/image.sh\ndocker build --build-arg NODE=$NODE_VERSION .\n";

#[test]
fn a_job_uses_the_variable_through_what_its_steps_lead_to() {
    for (other, files) in [
        ("run: echo $NODE_VERSION", MANIFEST),
        ("run: npm run image", MANIFEST),
        ("uses: ./.github/actions/node", ACTION),
        ("run: make image", MAKEFILE),
        ("run: bash ci/image.sh", SCRIPT),
    ] {
        node(other, files)
            .says("`NODE_VERSION` of `.github/workflows/release.yml` is now `24` for `other` too.");
    }
}

#[test]
fn a_job_that_does_not_use_the_variable_is_not_named() {
    for (other, files) in [
        ("run: npm test", MANIFEST),
        ("run: echo $NODE_VERSION_FILE", MANIFEST),
        ("uses: actions/checkout@v6", ACTION),
        ("uses: changesets/action@v1", MANIFEST),
        ("run: bash ci/other.sh", SCRIPT),
    ] {
        node(other, files).does_not_say("`NODE_VERSION`");
    }
}

#[test]
fn an_action_that_publishes_may_read_the_token() {
    let stays = |other: &str, files: &str| {
        super::stays(
            &shared("NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}", "24", other, files),
            "the job `other` may need `NODE_AUTH_TOKEN` (release.yml:3) too; set it only for the jobs that do",
        );
    };
    stays("uses: changesets/action@v1", "");
    let action = "#- .github/actions/version/action.yml\nruns:\n  using: composite\n  steps:\n    - uses: changesets/action@v1\n";
    stays("uses: ./.github/actions/version", action);
    token("uses: actions/checkout@v6", "").does_not_say("is gone for");
}

/// No package of another job can be private, so its install needs no token.
#[test]
fn another_job_installs() {
    let env = "NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}";
    let manifest = |dependency: &str| {
        format!(
            "#- package.json\n{{ \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\", \"dependencies\": {{ \
             \"{dependency}\": \"1\" }} }}\n"
        )
    };
    let setup = "#- .github/actions/setup/action.yml\nruns: { using: composite, steps: [{ run: npm ci, shell: bash }] }\n";
    for other in ["run: npm ci", "uses: ./.github/actions/setup"] {
        let text = |dependency: &str| shared(env, "24", other, &format!("{}{setup}", manifest(dependency)));
        moved(&text("left-pad"));
        super::stays(
            &text("@other/tool"),
            "the job `other` may need `NODE_AUTH_TOKEN` (release.yml:3) too; set it only for the jobs that do",
        );
    }
}
