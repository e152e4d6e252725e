//! A bug in the analysis costs the file that it is about, not the session.

use serde_json::{Value, json};

use crate::repository::Repository;
use crate::test_server::TestServer;
use crate::texts::{BAD, PANIC};

const WORKFLOW: &str = ".github/workflows/release.yml";
const ACTION: &str = "action.yml";

#[tokio::test]
async fn a_panic_is_reported_once_and_costs_only_its_file() {
    let repository = Repository::new(&[(WORKFLOW, ""), (ACTION, "")]);
    let mut server = TestServer::initialized(&repository, json!({})).await;
    server.open(WORKFLOW, 1, BAD).await;
    server
        .expect_diagnostics(WORKFLOW, 1, &["0:0 unused-ignore"])
        .await;
    server.open(ACTION, 1, BAD).await;
    server.expect_diagnostics(ACTION, 1, &["0:0 unused-ignore"]).await;

    server.replace(WORKFLOW, 2, &format!("{BAD}# {PANIC}")).await;
    server.expect_diagnostics(WORKFLOW, 2, &[]).await;
    let message = server.receive_call("window/showMessage").await;
    assert_eq!(message["params"]["type"], 1);

    // The other file lives on, with what it had and with what is new.
    server.replace(ACTION, 2, &format!(" {BAD}")).await;
    server.expect_diagnostics(ACTION, 2, &["0:1 unused-ignore"]).await;
    // The file itself comes back as soon as it can be analysed.
    server
        .replace(WORKFLOW, 3, &format!("{BAD}# {PANIC} again"))
        .await;
    server.expect_diagnostics(WORKFLOW, 3, &[]).await;
    server.replace(WORKFLOW, 4, &format!("  {BAD}")).await;
    server
        .expect_diagnostics(WORKFLOW, 4, &["0:2 unused-ignore"])
        .await;

    let is_second_message = |message: &Value| message["method"] == "window/showMessage";
    server.request("shutdown", Value::Null).await;
    assert!(!server.has_received(is_second_message), "the user is told once");
}

#[tokio::test]
async fn a_file_on_disk_that_cannot_be_analysed_does_not_end_the_session() {
    let repository = Repository::new(&[(WORKFLOW, ""), ("package.json", PANIC)]);
    let mut server = TestServer::initialized(&repository, json!({})).await;
    server.open(WORKFLOW, 1, BAD).await;
    server.expect_diagnostics(WORKFLOW, 1, &[]).await;
    server.receive_call("window/showMessage").await;
    server.replace(WORKFLOW, 2, BAD).await;
    server.replace(WORKFLOW, 3, &format!(" {BAD}")).await;
    server
        .expect_diagnostics(WORKFLOW, 3, &["0:1 unused-ignore"])
        .await;
}
