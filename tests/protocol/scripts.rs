//! Scripts that a job runs are read from disk, and looked at again when they change there.

use serde_json::{Value, json};

use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/ship.yml";
const TEXT: &str = "\
on: release
jobs:
  ship:
    permissions:
      id-token: write
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 20
      - run: ci/ship.sh
";

/// The rules of the workflow's next diagnostics.
async fn rules(server: &mut TestServer) -> Vec<String> {
    let published = server.receive_call("textDocument/publishDiagnostics").await;
    let diagnostics = published["params"]["diagnostics"].as_array().unwrap();
    let rule = |found: &Value| found["code"].as_str().unwrap().to_owned();
    diagnostics.iter().map(rule).collect()
}

#[tokio::test]
async fn a_script_is_read_and_read_again() {
    let repository = Repository::new(&[(WORKFLOW, TEXT), ("ci/ship.sh", "npm publish\n")]);
    let mut server = TestServer::start(&repository);
    server
        .initialize(json!({"processId": null, "rootUri": uri(""), "capabilities": {}}))
        .await;
    server.open(WORKFLOW, 1, TEXT).await;
    assert_eq!(rules(&mut server).await, ["npm-too-old-node"]);

    for (text, expected) in [
        (Some("npm test\n"), &[][..]),
        (Some("npm publish\n"), &["npm-too-old-node"]),
        (None, &[]),
    ] {
        match text {
            Some(text) => repository.write("ci/ship.sh", text),
            None => repository.remove("ci/ship.sh"),
        }
        let change = json!({"uri": uri("ci/ship.sh"), "type": 2});
        let params = json!({"changes": [change]});
        server.notify("workspace/didChangeWatchedFiles", params).await;
        assert_eq!(rules(&mut server).await, expected, "{text:?}");
    }
}

#[tokio::test]
async fn a_script_counts_as_it_is_open_whichever_document_was_opened_first() {
    let repository = Repository::new(&[(WORKFLOW, TEXT), ("ci/ship.sh", "npm test\n")]);
    let mut server = TestServer::initialized(&repository, json!({})).await;
    server.open("ci/ship.sh", 1, "npm publish\n").await;
    server.open(WORKFLOW, 1, TEXT).await;
    let of_workflow = |message: &Value| message["params"]["uri"] == uri(WORKFLOW);
    let published = server.receive(of_workflow).await;
    let diagnostics = published["params"]["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    // What is on disk counts again.
    server.close("ci/ship.sh").await;
    let published = server.receive(of_workflow).await;
    assert_eq!(published["params"]["diagnostics"], json!([]));
}
