//! Clients that ask for diagnostics instead of being told.

use serde_json::{Value, json};

use crate::repository::{Repository, uri};
use crate::test_server::{TestServer, show_diagnostics};
use crate::texts::{BAD, PRIVATE, PRIVATE_AT, PUBLISHES};

const WORKFLOW: &str = ".github/workflows/release.yml";
const MANIFEST: &str = "package.json";

async fn server() -> TestServer {
    let repository = Repository::new(&[(WORKFLOW, ""), (MANIFEST, "{}")]);
    let capabilities = json!({
        "textDocument": {"diagnostic": {"dynamicRegistration": true}},
        "workspace": {"diagnostics": {"refreshSupport": true}},
    });
    TestServer::initialized(&repository, capabilities).await
}

async fn pull(server: &mut TestServer, path: &str, previous: &Value) -> Value {
    let mut params = json!({"textDocument": {"uri": uri(path)}});
    if !previous.is_null() {
        params["previousResultId"] = previous.clone();
    }
    server.request("textDocument/diagnostic", params).await
}

#[tokio::test]
async fn it_is_offered_only_to_clients_that_can_ask() {
    let repository = Repository::new(&[]);
    for (capabilities, is_offered) in [
        (json!({"textDocument": {"diagnostic": {}}}), true),
        (json!({}), false),
    ] {
        let mut server = TestServer::start(&repository);
        let offered = server
            .initialize(json!({"rootUri": uri(""), "capabilities": capabilities}))
            .await;
        assert_eq!(offered["diagnosticProvider"].is_object(), is_offered);
    }
}

#[tokio::test]
async fn the_answer_is_of_the_newest_text_and_says_when_nothing_changed() {
    let mut server = server().await;
    server.open(WORKFLOW, 1, BAD).await;
    let first = pull(&mut server, WORKFLOW, &Value::Null).await;
    assert_eq!(show_diagnostics(&first["items"]), ["0:0 unused-ignore"]);
    let same = pull(&mut server, WORKFLOW, &first["resultId"]).await;
    assert_eq!(same["kind"], "unchanged");
    server.replace(WORKFLOW, 2, "fine").await;
    let fixed = pull(&mut server, WORKFLOW, &first["resultId"]).await;
    assert_eq!(fixed["kind"], "full");
    assert_eq!(fixed["items"], json!([]));
    let never_opened = pull(&mut server, "other.yml", &Value::Null).await;
    assert_eq!(never_opened["items"], json!([]));
}

#[tokio::test]
async fn a_change_elsewhere_makes_the_client_ask_again_and_nothing_is_pushed() {
    let mut server = server().await;
    server.open(WORKFLOW, 1, "").await;
    server.open(MANIFEST, 1, PRIVATE).await;
    let before = pull(&mut server, MANIFEST, &Value::Null).await;
    assert_eq!(before["items"], json!([]));
    server.replace(WORKFLOW, 2, PUBLISHES).await;
    server.receive_call("workspace/diagnostic/refresh").await;
    let after = pull(&mut server, MANIFEST, &before["resultId"]).await;
    assert_eq!(show_diagnostics(&after["items"]), [PRIVATE_AT]);
    server.expect_no_diagnostics().await;
}
