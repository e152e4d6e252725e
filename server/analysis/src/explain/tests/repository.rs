//! What the files of the repository add to the log.

use crate::explain::{Origin, explain};
use crate::model::repository::RepositorySlug;
use crate::text::FilePath;
use crate::workspace::Workspace;

fn workspace(files: &[(&str, &str)]) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.set_repository(RepositorySlug::parse("acme/widget"), false);
    for (path, text) in files {
        workspace.set_file(FilePath::new(path).unwrap(), (*text).into());
    }
    workspace.check();
    workspace
}

fn causes(files: &[(&str, &str)], log: &str) -> Vec<&'static str> {
    let workspace = workspace(files);
    let origin = Origin {
        repository: Some(&workspace),
        ..Origin::default()
    };
    let causes = explain(log, &origin).causes;
    causes.iter().map(|cause| cause.id.name()).collect()
}

const MANIFEST: (&str, &str) = (
    "package.json",
    "{\"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"github:acme/widget\"}",
);
const REFUSED: &str =
    "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/widget - Not found";

#[test]
fn a_repository_that_publishes_with_a_token_has_the_token_s_causes_first() {
    let workflow = (
        ".github/workflows/release.yml",
        "\
on: push
permissions: { contents: read }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: { node-version: 24, registry-url: https://registry.npmjs.org }
      - run: npm publish
        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }
",
    );
    let found = causes(&[workflow, MANIFEST], REFUSED);
    assert_eq!(found[0], "token-expired", "{found:?}");
    let found = causes(&[workflow, MANIFEST], "npm error code ENEEDAUTH");
    assert_eq!(found[0], "token-empty", "{found:?}");
    // What the log names stays what it is.
    let exists = "npm error 403 403 Forbidden - PUT https://registry.npmjs.org/widget - You cannot publish over the previously published versions: 1.0.0.";
    assert_eq!(causes(&[workflow, MANIFEST], exists), ["version-exists"]);
}

#[test]
fn a_finding_that_foretells_the_code_comes_first() {
    let workflow = |permissions: &str| {
        format!(
            "\
on: push
permissions: {permissions}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
"
        )
    };
    let without = workflow("{ contents: read }");
    let files = [(".github/workflows/release.yml", without.as_str()), MANIFEST];
    assert_eq!(causes(&files, "npm error code ENEEDAUTH")[0], "id-token-missing");
    let with = workflow("{ contents: read, id-token: write }");
    let no_repository = ("package.json", "{\"name\": \"widget\", \"version\": \"1.0.0\"}");
    let files = [(".github/workflows/release.yml", with.as_str()), no_repository];
    assert_eq!(causes(&files, "npm error code E422")[0], "repository-missing");
    // A repository whose files are in order is not told that they are not.
    let files = [(".github/workflows/release.yml", with.as_str()), MANIFEST];
    assert!(!causes(&files, REFUSED).contains(&"id-token-missing"));
}

const NPM_8: &str = "npm ERR! code ENEEDAUTH";

/// A workflow that publishes with Node 16, with these lines of the job and of the publish step.
fn old(job: &str, step: &str) -> String {
    format!(
        "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n{job}    steps:\n      - uses: actions/checkout@v5\n      \
         - uses: actions/setup-node@v6\n        with: {{ node-version: 16 }}\n      - run: npm publish\n{step}"
    )
}

#[test]
fn a_job_with_a_token_and_without_an_id_token_means_the_token() {
    let token = "        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
    let id_token = "    permissions: { contents: read, id-token: write }\n";
    let found = |job: &str, step: &str| {
        let text = old(job, step);
        causes(&[(".github/workflows/release.yml", &text), MANIFEST], NPM_8)
    };
    // Nothing reads it, since setup-node writes no `.npmrc`.
    assert_eq!(found("", token)[0], "token-empty");
    assert_eq!(found(id_token, token)[0], "npm-too-old");
    assert_eq!(found(id_token, "")[0], "npm-too-old");
}

#[test]
fn a_job_that_can_get_neither_may_lack_the_one_or_the_other() {
    let workflow = |permissions: &str| {
        format!(
            "on: push\npermissions: {{ contents: read{permissions} }}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      \
             - uses: actions/checkout@v5\n      - uses: actions/setup-node@v6\n        \
             with: {{ node-version: 24, registry-url: 'https://registry.npmjs.org' }}\n      - run: npm publish\n"
        )
    };
    let found = |permissions: &str| {
        let text = workflow(permissions);
        causes(&[(".github/workflows/release.yml", &text), MANIFEST], REFUSED)
    };
    let neither = found("");
    assert_eq!(neither[0], "id-token-missing");
    assert!(neither.contains(&"token-empty"), "{neither:?}");
    let with_id_token = found(", id-token: write");
    assert!(!with_id_token.contains(&"token-empty"), "{with_id_token:?}");
}

#[test]
fn a_dist_tag_that_was_refused_is_not_the_publish() {
    let workflow = (
        ".github/workflows/release.yml",
        "\
on: push
permissions: { contents: read }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: { node-version: 24, registry-url: https://registry.npmjs.org }
      - run: npm publish
        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }
",
    );
    let refused = "npm error code E401\nnpm error 401 Unauthorized - PUT https://registry.npmjs.org/-/package/widget/dist-tags/latest";
    assert_eq!(causes(&[workflow, MANIFEST], refused)[0], "needs-login-command");
    let with_token = format!("NODE_AUTH_TOKEN: ***\n{refused}");
    assert_eq!(causes(&[workflow, MANIFEST], &with_token)[0], "token-expired");
}

#[test]
fn a_workflow_that_others_call_too_may_have_run_as_called() {
    let publish = "\
on: [workflow_dispatch, workflow_call]
jobs:
  publish:
    runs-on: ubuntu-latest
    permissions: { contents: read, id-token: write }
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
";
    let caller = "\
on: { schedule: [{ cron: '0 0 * * *' }] }
jobs:
  call:
    permissions: { contents: read, id-token: write }
    uses: ./.github/workflows/publish.yml
";
    let log = format!(
        "npm notice publish Signed provenance statement\n{REFUSED}\nnpm error 404  The requested resource 'widget@1.0.0' could not be found or you do not have permission to access it."
    );
    let called = [
        (".github/workflows/publish.yml", publish),
        (".github/workflows/nightly.yml", caller),
        MANIFEST,
    ];
    assert_eq!(causes(&called, &log)[0], "tp-reusable-workflow");
    let alone = [(".github/workflows/publish.yml", publish), MANIFEST];
    let found = causes(&alone, &log);
    assert_eq!(found[0], "tp-not-configured");
    assert!(!found.contains(&"tp-reusable-workflow"), "{found:?}");
}
