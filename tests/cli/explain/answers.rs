//! Whole answers, as a reader sees them: one screen each.

use std::path::Path;

use crate::support::{TestFolder, project_root, run};

/// The lines of a screen that is not large.
const SCREEN: usize = 25;
/// And of an editor's window.
const WINDOW: usize = 30;
const WIDTH: usize = 100;

/// npm 11 and newer say no more than this about a refused publish.
const E404: &str = "\
npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access
npm error code E404
npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found
npm error 404
npm error 404  The requested resource '@acme/widget@1.2.3' could not be found or you do not have permission to access it.
npm error 404
npm error 404 Note that you can also install from a
npm error 404 tarball, folder, http url, or git url.
npm error A complete log of this run can be found in: /home/runner/.npm/_logs/debug-0.log
";

const ENEEDAUTH: &str = "\
npm error code ENEEDAUTH
npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
npm error need auth You need to authorize this machine using `npm adduser`
npm error A complete log of this run can be found in: /home/runner/.npm/_logs/debug-0.log
";

const OLD_NPM: &str = "\
npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access
npm error code E404
npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found
npm error 404
npm error 404  '@acme/widget@1.2.3' is not in this registry.
npm error 404
npm error 404 Note that you can also install from a
npm error 404 tarball, folder, http url, or git url.
";

const E422: &str = "\
npm notice publish Signed provenance statement with source and build information from GitHub Actions
npm error code E422
npm error 422 Unprocessable Entity - PUT https://registry.npmjs.org/@acme%2fwidget - Error verifying sigstore provenance \
bundle: Failed to validate repository information: package.json: \"repository.url\" is \"\", expected to match \
\"https://github.com/acme/widget\" from provenance
";

const TOKEN_EXPIRED: &str = "\
npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access
npm error code E401
npm error Unable to authenticate, your authentication token seems to be invalid.
npm error To correct this please try logging in again with:
npm error   npm login
";

const SOUND_WORKFLOW: &str = "\
on: push
permissions: { contents: read, id-token: write }
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: npm
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
";

const MANIFEST: &str = r#"{ "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget", "publishConfig": { "access": "public" } }"#;

fn nowhere(log: &str) -> TestFolder {
    TestFolder::with(&[("log.txt", log)])
}

fn in_repository(log: &str, workflows: &[(&str, &str)]) -> TestFolder {
    let others = [
        ("package.json", MANIFEST),
        ("trustpub.toml", "repository = \"acme/widget\"\n"),
        ("log.txt", log),
    ];
    TestFolder::with(&[workflows, &others].concat())
}

fn in_sound_repository(log: &str) -> TestFolder {
    in_repository(log, &[(".github/workflows/release.yml", SOUND_WORKFLOW)])
}

/// The whole answer is in a file beside this one.
#[track_caller]
fn check(name: &str, folder: &TestFolder) -> String {
    let text = run(folder.path(), &["explain", "log.txt"]).exits_with(0).stdout;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("cli/explain/answers/{name}.txt"));
    if std::env::var_os("UPDATE_ANSWERS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let recorded = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, recorded, "UPDATE_ANSWERS=1 records the answer `{name}`");
    assert_fits(name, folder, "log.txt");
    text
}

#[track_caller]
fn assert_fits(name: &str, folder: &TestFolder, log: &str) {
    let text = run(folder.path(), &["explain", log]).stdout;
    let lines = text.lines().count();
    assert!(lines <= SCREEN, "{name} has {lines} lines:\n{text}");
    for line in text.lines() {
        assert!(line.chars().count() <= WIDTH, "{name}: {line}");
    }
    let document = run(folder.path(), &["explain", log, "--format", "markdown"]).stdout;
    let lines = document.lines().count();
    assert!(
        lines <= WINDOW,
        "the document of {name} has {lines} lines:\n{document}"
    );
}

#[test]
fn the_failures_of_all_tools_fit_on_a_screen() {
    let folder = TestFolder::with(&[]);
    let logs = std::fs::read_dir(project_root().join("tests/oracle/tools/logs")).unwrap();
    let logs = logs.map(|entry| entry.unwrap().path());
    let mut number = 0;
    for log in logs.filter(|path| path.extension().is_some_and(|extension| extension == "log")) {
        let log = log.display().to_string();
        assert_fits(&log, &folder, &log);
        number += 1;
    }
    assert!(number > 50, "{number} logs");
}

#[test]
fn bare_e404() {
    check("bare-e404", &nowhere(E404));
    let text = check("bare-e404-in-a-repository", &in_sound_repository(E404));
    let heading = "The trusted publisher on npm does not match this run";
    assert_eq!(text.matches(heading).count(), 1, "{text}");
    for value in [
        "    owner        acme\n",
        "    repository   widget\n",
        "    workflow     release.yml\n",
        "    environment  npm\n",
        "https://www.npmjs.com/package/@acme/widget/access",
    ] {
        assert!(text.contains(value), "{value}: {text}");
    }
}

#[test]
fn eneedauth() {
    check("eneedauth", &nowhere(ENEEDAUTH));
    check("eneedauth-in-a-repository", &in_sound_repository(ENEEDAUTH));
    let workflow = SOUND_WORKFLOW.replace(", id-token: write", "");
    let folder = in_repository(ENEEDAUTH, &[(".github/workflows/release.yml", &workflow)]);
    let text = check("eneedauth-without-a-permission", &folder);
    // The files show the cause, so that the reader need not look for it in the log.
    assert!(!text.contains("Set up job"), "{text}");
}

#[test]
fn old_npm() {
    let text = check("old-npm", &nowhere(OLD_NPM));
    assert!(!text.contains("Publishing to"), "{text}");
}

#[test]
fn e422_of_the_repository() {
    let text = check("e422-repository", &nowhere(E422));
    assert!(text.contains("\nThe registry says: Error verifying"), "{text}");
    // It is the cause, so that it cannot come next.
    assert!(!text.contains("What may come next"), "{text}");
}

#[test]
fn token_expired() {
    check("token-expired", &nowhere(TOKEN_EXPIRED));
}

#[test]
fn a_called_workflow_is_compared_by_its_caller() {
    let caller = "\
on: push
jobs:
  release:
    permissions: { contents: read, id-token: write }
    uses: ./.github/workflows/publish.yml
";
    let called = SOUND_WORKFLOW.replace("on: push", "on: workflow_call");
    let folder = in_repository(
        E404,
        &[
            (".github/workflows/release.yml", caller),
            (".github/workflows/publish.yml", &called),
        ],
    );
    let text = check("called-workflow", &folder);
    assert!(text.contains("    workflow     release.yml\n"), "{text}");
    let finding = "The trusted publisher on npm must name `release.yml`";
    assert!(text.contains(finding), "{text}");
}

#[test]
fn the_long_form_has_each_cause_and_each_line() {
    let folder = in_sound_repository(E404);
    let short = run(folder.path(), &["explain", "log.txt"]).stdout;
    let long = run(folder.path(), &["explain", "log.txt", "--verbose"]).stdout;
    for text in [
        "[tp-environment]",
        "line 1: npm notice Publishing to https://registry.npmjs.org/",
    ] {
        assert!(long.contains(text), "{text}: {long}");
        assert!(!short.contains(text), "{text}: {short}");
    }
}

#[test]
fn the_log_is_not_told_to_say_what_it_says() {
    let log = format!(
        "npm info using npm@11.19.1\nnpm verbose title npm publish\n\
         npm http fetch POST 404 https://registry.npmjs.org/-/npm/v1/oidc/token/exchange/package/@acme%2fwidget 8ms\n\
         npm verbose oidc Failed token exchange request with body message: OIDC token exchange error - package not found\n\
         {ENEEDAUTH}"
    );
    let text = check("verbose", &nowhere(&log));
    assert!(!text.contains("--loglevel"), "{text}");
    assert!(
        text.contains("The registry says: \"OIDC token exchange error - package not found\""),
        "{text}"
    );
}

#[test]
fn programs_get_what_the_registry_says() {
    let output = run(nowhere(E404).path(), &["explain", "log.txt", "--format", "json"]).json();
    let answer = &output["registry_says"][0];
    assert_eq!(answer["line"], 3);
    assert_eq!(answer["text"], "Not found");
    assert_eq!(answer["packages"], serde_json::json!(["@acme/widget"]));
    assert!(answer["meaning"].is_string(), "{output:#}");
}
