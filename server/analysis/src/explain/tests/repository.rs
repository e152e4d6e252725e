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
