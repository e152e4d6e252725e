//! Settings of the editor, in each of the ways in which clients send them.

use serde_json::{Value, json};

use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/release.yml";
const TEXT: &str = "\
on: release
jobs:
  publish:
    permissions:
      id-token: write
    runs-on: self-hosted
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
";

/// A server that has got nothing yet, and analyses for real.
fn server(files: &[(&str, &str)]) -> TestServer {
    TestServer::start(&Repository::new(files))
}

fn client(capabilities: &Value, options: &Value) -> Value {
    json!({
        "processId": null,
        "rootUri": uri(""),
        "capabilities": capabilities,
        "initializationOptions": options,
    })
}

fn runner_rule(level: &str) -> Value {
    json!({"rules": {"self-hosted-runner": level}})
}

/// The severity of the one diagnostic in the workflow, as the protocol numbers it; 0 where there is none.
async fn severity(server: &mut TestServer) -> u64 {
    let published = server.receive_call("textDocument/publishDiagnostics").await;
    let diagnostics = published["params"]["diagnostics"].as_array().unwrap().clone();
    let found = diagnostics
        .iter()
        .find(|found| found["code"] == "self-hosted-runner");
    found.map_or(0, |found| found["severity"].as_u64().unwrap())
}

const ERROR: u64 = 1;
const WARNING: u64 = 2;
const HINT: u64 = 4;

#[tokio::test]
async fn initialization_options_and_pushed_changes_are_obeyed() {
    let mut server = server(&[]);
    server.initialize(client(&json!({}), &runner_rule("hint"))).await;
    server.open(WORKFLOW, 1, TEXT).await;
    assert_eq!(severity(&mut server).await, HINT);
    // Some clients send the section, others what holds it.
    for (settings, expected) in [
        (json!({"trustpub": runner_rule("warning")}), WARNING),
        (runner_rule("off"), 0),
        (json!({"trustpub": {}}), ERROR),
    ] {
        let params = json!({"settings": settings});
        server.notify("workspace/didChangeConfiguration", params).await;
        assert_eq!(severity(&mut server).await, expected, "{settings}");
    }
}

#[tokio::test]
async fn a_client_that_can_be_asked_is_asked() {
    let mut server = server(&[]);
    let capabilities = json!({"workspace": {
        "configuration": true,
        "didChangeConfiguration": {"dynamicRegistration": true},
    }});
    server.initialize(client(&capabilities, &Value::Null)).await;
    let registration = server.receive_call("client/registerCapability").await;
    assert_eq!(
        registration["params"]["registrations"][0]["method"],
        "workspace/didChangeConfiguration"
    );
    let request = server.receive_call("workspace/configuration").await;
    assert_eq!(request["params"]["items"], json!([{"section": "trustpub"}]));
    let answer =
        |request: &Value, result: Value| json!({"jsonrpc": "2.0", "id": request["id"], "result": result});
    server.send(&answer(&registration, Value::Null)).await;
    server.send(&answer(&request, json!([runner_rule("hint")]))).await;
    // The answer is taken before what comes after it.
    server.expect_no_diagnostics().await;
    server.open(WORKFLOW, 1, TEXT).await;
    assert_eq!(severity(&mut server).await, HINT);

    let nothing = json!({"settings": null});
    server.notify("workspace/didChangeConfiguration", nothing).await;
    let request = server.receive_call("workspace/configuration").await;
    server
        .send(&answer(&request, json!([runner_rule("warning")])))
        .await;
    assert_eq!(severity(&mut server).await, WARNING);
}

#[tokio::test]
async fn they_go_before_the_file_which_is_obeyed_as_it_is_edited() {
    let config = "[rules]\nself-hosted-runner = \"hint\"\n";
    let mut server = server(&[("trustpub.toml", config), (WORKFLOW, TEXT)]);
    server.initialize(client(&json!({}), &Value::Null)).await;
    server.open(WORKFLOW, 1, TEXT).await;
    assert_eq!(severity(&mut server).await, HINT);
    server
        .open("trustpub.toml", 1, "[rules]\nself-hosted-runner = \"warning\"\n")
        .await;
    let mut published = [
        server.receive_call("textDocument/publishDiagnostics").await,
        server.receive_call("textDocument/publishDiagnostics").await,
    ];
    published.sort_by_key(|published| published["params"]["uri"].to_string());
    assert_eq!(published[0]["params"]["diagnostics"][0]["severity"], WARNING);
    assert_eq!(published[1]["params"]["diagnostics"], json!([]));
    let params = json!({"settings": runner_rule("error")});
    server.notify("workspace/didChangeConfiguration", params).await;
    assert_eq!(severity(&mut server).await, ERROR);
}

#[tokio::test]
async fn garbage_is_not_a_setting() {
    let mut server = server(&[]);
    server.initialize(client(&json!({}), &json!([1]))).await;
    for settings in [
        json!(null),
        json!("x"),
        json!({"rules": 3}),
        json!({"trustpub": []}),
    ] {
        let params = json!({"settings": settings});
        server.notify("workspace/didChangeConfiguration", params).await;
    }
    server.open(WORKFLOW, 1, TEXT).await;
    assert_eq!(severity(&mut server).await, ERROR);
}
