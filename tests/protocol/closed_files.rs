//! Findings in files that are not open, and at the publish steps that they stop.

use serde_json::{Value, json};

use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/release.yml";

/// All is well but that `package.json` lacks `repository`.
const RELEASE: &str = "\
on:
  push:
    tags: ['v*']
permissions:
  contents: read
  id-token: write
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
";

const MANIFEST: &str = r#"{ "name": "widget", "version": "1.0.0" }"#;
const SOUND: &str = r#"{ "name": "widget", "version": "1.0.0", "repository": "github:acme/widget" }"#;

async fn with_open(workflow: &str, capabilities: Value, settings: Value) -> TestServer {
    let repository = Repository::new(&[(WORKFLOW, workflow), ("package.json", MANIFEST)]);
    let mut server = TestServer::start(&repository);
    server
        .initialize(
            json!({"rootUri": uri(""), "capabilities": capabilities, "initializationOptions": settings}),
        )
        .await;
    server.open(WORKFLOW, 1, workflow).await;
    server
}

fn capabilities() -> Value {
    json!({"textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "publishDiagnostics": {"relatedInformation": true},
    }})
}

/// The codes of the errors that are published next for a file.
async fn errors(server: &mut TestServer, file: &str) -> Vec<Value> {
    let published = server
        .receive(|message| message["params"]["uri"] == uri(file))
        .await;
    let mut diagnostics = published["params"]["diagnostics"].as_array().unwrap().clone();
    diagnostics.retain(|diagnostic| diagnostic["severity"] == 1);
    diagnostics
}

fn codes(errors: &[Value]) -> Vec<&str> {
    errors
        .iter()
        .map(|error| error["code"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_file_that_is_not_open_shows_its_errors_until_it_is() {
    let mut server = with_open(RELEASE, capabilities(), json!({})).await;
    assert_eq!(
        codes(&errors(&mut server, "package.json").await),
        ["repository-missing"]
    );
    // The client shows those of the document instead.
    server.open("package.json", 1, SOUND).await;
    assert_eq!(errors(&mut server, "package.json").await, Vec::<Value>::new());
    server.close("package.json").await;
    // Those of the document are taken back, unless the new ones overtake that.
    let closed = server
        .receive(|message| {
            let params = &message["params"];
            params["uri"] == uri("package.json") && params["diagnostics"] != json!([])
        })
        .await;
    assert_eq!(closed["params"]["diagnostics"][0]["code"], "repository-missing");
}

#[tokio::test]
async fn a_client_that_asks_is_told_of_files_that_are_not_open() {
    let mut asking = capabilities();
    asking["textDocument"]["diagnostic"] = json!({});
    let mut server = with_open(RELEASE, asking, json!({})).await;
    assert_eq!(
        codes(&errors(&mut server, "package.json").await),
        ["repository-missing"]
    );
    server.open("package.json", 1, MANIFEST).await;
    assert_eq!(errors(&mut server, "package.json").await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_step_that_fails_for_another_file_leads_there_and_can_be_repaired() {
    let mut server = with_open(
        RELEASE,
        capabilities(),
        json!({"workspaceDiagnostics": false, "repository": "acme/widget"}),
    )
    .await;
    let found = errors(&mut server, WORKFLOW).await;
    assert_eq!(codes(&found), ["repository-missing"]);
    assert_eq!(found[0]["range"]["start"], json!({"line": 14, "character": 13}));
    assert!(
        found[0]["message"]
            .as_str()
            .unwrap()
            .contains("(in `package.json`)"),
        "{found:?}"
    );
    let there = &found[0]["relatedInformation"][0]["location"];
    assert_eq!(there["uri"], uri("package.json"));
    // Anywhere on the line.
    let actions = server
        .code_actions(WORKFLOW, [14, 0, 14, 0], json!(["quickfix"]))
        .await;
    assert!(
        actions[0]["edit"]["changes"][uri("package.json")].is_array(),
        "{actions:?}"
    );
    // Once the other file is repaired, the step is too.
    server.open("package.json", 1, SOUND).await;
    assert_eq!(errors(&mut server, WORKFLOW).await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_no_publish_step_needs_is_not_told() {
    let without = RELEASE.replace("npm publish", "npm test");
    let mut server = with_open(&without, capabilities(), json!({})).await;
    server.open(".npmrc", 1, "always-auth=true\n").await;
    let is_about_a_file = |message: &Value| !message["params"]["uri"].is_null();
    for _ in 0..2 {
        let published = server.receive(is_about_a_file).await;
        assert_ne!(published["params"]["uri"], uri("package.json"));
    }
}
