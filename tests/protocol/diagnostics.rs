//! The real analysis, seen through the protocol.

use serde_json::{Value, json};

use crate::client_text::apply_edits;
use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/release.yml";
const MANIFEST: &str = r#"{ "name": "widget", "version": "1.0.0" }"#;

/// Node 24 ships an npm that can publish without a token, but the job cannot request an ID token.
const WITHOUT_ID_TOKEN: &str = "\
on:
  push:
    tags: ['v*'] # é😀
permissions:
  contents: read
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

async fn with_open(text: &str) -> TestServer {
    let repository = Repository::new(&[(WORKFLOW, text), ("package.json", MANIFEST)]);
    let mut server = TestServer::start(&repository);
    let capabilities = json!({"textDocument": {
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "publishDiagnostics": {"codeDescriptionSupport": true},
        "hover": {"contentFormat": ["markdown"]},
    }});
    server
        .initialize(json!({"rootUri": uri(""), "capabilities": capabilities}))
        .await;
    server.open(WORKFLOW, 1, text).await;
    server
}

/// The errors that are published for the workflow at a version, without those that another file has.
async fn errors(server: &mut TestServer, version: i32) -> Vec<Value> {
    let published = server
        .receive(|message| {
            message["params"]["uri"] == uri(WORKFLOW) && message["params"]["version"] == version
        })
        .await;
    let mut diagnostics = published["params"]["diagnostics"].as_array().unwrap().clone();
    let is_elsewhere = |found: &Value| {
        found["message"]
            .as_str()
            .is_some_and(|text| text.contains("(in `"))
    };
    diagnostics.retain(|diagnostic| diagnostic["severity"] == 1 && !is_elsewhere(diagnostic));
    diagnostics
}

#[tokio::test]
async fn a_missing_id_token_is_an_error_with_a_link() {
    let mut server = with_open(WITHOUT_ID_TOKEN).await;
    let errors = errors(&mut server, 1).await;
    let codes: Vec<_> = errors
        .iter()
        .map(|error| error["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["id-token-missing"]);
    let link = trustpub_analysis::rules::docs_url("id-token-missing");
    assert_eq!(errors[0]["codeDescription"]["href"], link);
}

#[tokio::test]
async fn its_fix_removes_the_error() {
    let mut server = with_open(WITHOUT_ID_TOKEN).await;
    assert_eq!(errors(&mut server, 1).await.len(), 1);
    for only in ["quickfix", "source.fixAll"] {
        let actions = server.code_actions(WORKFLOW, [0, 0, 99, 0], json!([only])).await;
        let edits = &actions[0]["edit"]["changes"][uri(WORKFLOW)];
        let fixed = apply_edits(WITHOUT_ID_TOKEN, edits, "utf-16");
        server.replace(WORKFLOW, 2, &fixed).await;
        assert_eq!(errors(&mut server, 2).await, Vec::<Value>::new(), "{fixed}");
        server.replace(WORKFLOW, 3, WITHOUT_ID_TOKEN).await;
        assert_eq!(errors(&mut server, 3).await.len(), 1);
        server.close(WORKFLOW).await;
        server.open(WORKFLOW, 1, WITHOUT_ID_TOKEN).await;
        assert_eq!(errors(&mut server, 1).await.len(), 1);
    }
}

#[tokio::test]
async fn hovering_over_the_error_explains_it() {
    let mut server = with_open(WITHOUT_ID_TOKEN).await;
    let errors = errors(&mut server, 1).await;
    let position = &errors[0]["range"]["start"];
    let params = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": position});
    let hover = server.request("textDocument/hover", params).await;
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(
        text.starts_with("The workflow's `permissions` leave out"),
        "{text}"
    );
    assert!(text.contains("Reports a job that publishes"), "{text}");
    assert!(text.contains("[id-token-missing]("), "{text}");
    // Editors show it next to the hover.
    assert!(!text.contains(errors[0]["message"].as_str().unwrap()), "{text}");
}

#[tokio::test]
async fn half_typed_yaml_leaves_no_stale_error() {
    let mut server = with_open(WITHOUT_ID_TOKEN).await;
    assert_eq!(errors(&mut server, 1).await.len(), 1);
    server.replace(WORKFLOW, 2, "on: push\njobs: {").await;
    let codes: Vec<_> = errors(&mut server, 2)
        .await
        .iter()
        .map(|error| error["code"].clone())
        .collect();
    assert!(!codes.contains(&json!("id-token-missing")), "{codes:?}");
}
