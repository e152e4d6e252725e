//! The session begins and ends as the protocol says, and survives what is not a protocol.

use serde_json::{Value, json};
use trustpub_lsp::Ending;

use crate::repository::{Repository, uri};
use crate::test_server::TestServer;
use crate::texts::SLOW;

const NOT_INITIALIZED: i64 = -32002;
const INVALID_REQUEST: i64 = -32600;
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const PARSE_ERROR: i64 = -32700;
const REQUEST_CANCELLED: i64 = -32800;

async fn initialized() -> TestServer {
    TestServer::initialized(&Repository::default(), json!({})).await
}

/// The server still answers.
async fn expect_alive(server: &mut TestServer) {
    let position = json!({"line": 0, "character": 0});
    let params = json!({"textDocument": {"uri": uri("package.json")}, "position": position});
    assert_eq!(server.request("textDocument/hover", params).await, Value::Null);
}

#[tokio::test]
async fn exit_after_shutdown_ends_the_session_while_the_input_is_open() {
    let mut server = initialized().await;
    assert_eq!(server.request("shutdown", Value::Null).await, Value::Null);
    server.notify("exit", Value::Null).await;
    assert_eq!(server.ending().await, Ending::AfterShutdown);
}

#[tokio::test]
async fn exit_without_shutdown_is_told_apart() {
    let mut server = initialized().await;
    server.notify("exit", Value::Null).await;
    assert_eq!(server.ending().await, Ending::WithoutShutdown);
}

#[tokio::test]
async fn exit_before_initialize_ends_the_session() {
    let mut server = TestServer::start(&Repository::default());
    server.notify("exit", Value::Null).await;
    assert_eq!(server.ending().await, Ending::WithoutShutdown);
}

#[tokio::test]
async fn what_was_asked_before_exit_is_answered() {
    let mut server = initialized().await;
    let id = server.send_request("shutdown", Value::Null).await;
    server.notify("exit", Value::Null).await;
    let answer = server.receive(|message| message["id"] == id).await;
    assert_eq!(answer["error"], Value::Null);
    assert_eq!(server.ending().await, Ending::AfterShutdown);
}

#[tokio::test]
async fn the_end_of_the_input_ends_the_session() {
    let mut server = initialized().await;
    server.close_input();
    assert_eq!(server.ending().await, Ending::WithoutShutdown);
}

#[tokio::test]
async fn an_analysis_that_is_under_way_does_not_hold_the_end_up() {
    let mut server = initialized().await;
    server.open("package.json", 1, SLOW).await;
    server.notify("exit", Value::Null).await;
    assert_eq!(server.ending().await, Ending::WithoutShutdown);

    let mut server = initialized().await;
    server.open("package.json", 1, SLOW).await;
    let position = json!({"line": 0, "character": 0});
    let params = json!({"textDocument": {"uri": uri("package.json")}, "position": position});
    server.send_request("textDocument/hover", params).await;
    server.close_input();
    assert_eq!(server.ending().await, Ending::WithoutShutdown);
}

/// The input stays open, as it does where a process that the client has started holds it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_death_of_the_client_ends_the_session() {
    let mut client = std::process::Command::new("sleep").arg("60").spawn().unwrap();
    let mut server = TestServer::start(&Repository::default());
    server
        .initialize(json!({"processId": client.id(), "capabilities": {}}))
        .await;
    expect_alive(&mut server).await;
    client.kill().unwrap();
    client.wait().unwrap();
    assert_eq!(server.ending().await, Ending::WithoutShutdown);
}

#[tokio::test]
async fn a_client_that_is_not_on_this_machine_is_not_watched() {
    let mut server = TestServer::start(&Repository::default());
    server
        .initialize(json!({"processId": u32::MAX - 1, "capabilities": {}}))
        .await;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    expect_alive(&mut server).await;
}

#[tokio::test]
async fn nothing_is_answered_before_initialize() {
    let mut server = TestServer::start(&Repository::default());
    assert_eq!(
        server.error_code("textDocument/hover", json!({})).await,
        NOT_INITIALIZED
    );
    assert_eq!(server.error_code("shutdown", Value::Null).await, NOT_INITIALIZED);
    server.open("package.json", 1, "{}").await;
    server.initialize(json!({"capabilities": {}})).await;
    expect_alive(&mut server).await;
}

#[tokio::test]
async fn a_session_begins_once() {
    let mut server = initialized().await;
    assert_eq!(
        server.error_code("initialize", json!({"capabilities": {}})).await,
        INVALID_REQUEST
    );
    expect_alive(&mut server).await;
}

#[tokio::test]
async fn unknown_methods_are_refused_and_unknown_notifications_ignored() {
    let mut server = initialized().await;
    assert_eq!(
        server.error_code("textDocument/unheardOf", json!({})).await,
        METHOD_NOT_FOUND
    );
    server.notify("textDocument/unheardOf", json!({})).await;
    server.notify("$/unheardOf", json!([1])).await;
    server
        .notify("workspace/didChangeConfiguration", json!({"settings": null}))
        .await;
    expect_alive(&mut server).await;
}

#[tokio::test]
async fn wrong_parameters_are_refused() {
    let mut server = initialized().await;
    assert_eq!(
        server
            .error_code("textDocument/hover", json!({"textDocument": 1}))
            .await,
        INVALID_PARAMS
    );
    server
        .notify("textDocument/didOpen", json!({"textDocument": {"uri": "no uri"}}))
        .await;
    server.notify("textDocument/didChange", json!("?")).await;
    expect_alive(&mut server).await;
}

#[tokio::test]
async fn what_is_not_a_message_is_refused_and_the_session_goes_on() {
    let cases: [(&[u8], i64); 7] = [
        (b"Content-Length: 9\r\n\r\n{\"jsonrpc", PARSE_ERROR),
        (b"Content-Length: 0\r\n\r\n", PARSE_ERROR),
        (b"Content-Length: 3\r\n\r\n\xff\xfe\xfd", PARSE_ERROR),
        (b"Content-Length: 2\r\n\r\n{}", INVALID_REQUEST),
        (b"Content-Length: 2\r\n\r\n[]", INVALID_REQUEST),
        (b"Content-Length: many\r\n\r\n", PARSE_ERROR),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", PARSE_ERROR),
    ];
    let mut server = initialized().await;
    for (bytes, code) in cases {
        server.send_bytes(bytes).await;
        let answer = server
            .receive(|message| message["id"].is_null() && message["error"].is_object())
            .await;
        assert_eq!(
            answer["error"]["code"],
            code,
            "{}",
            String::from_utf8_lossy(bytes)
        );
        expect_alive(&mut server).await;
    }
}

#[tokio::test]
async fn answers_to_questions_that_were_never_asked_are_ignored() {
    let mut server = initialized().await;
    for id in [json!(0), json!(99), json!("x"), Value::Null] {
        server
            .send(&json!({"jsonrpc": "2.0", "id": id, "result": null}))
            .await;
        server
            .send(&json!({"jsonrpc": "2.0", "id": id, "error": {"code": -1, "message": "no"}}))
            .await;
    }
    expect_alive(&mut server).await;
}

#[tokio::test]
async fn many_requests_at_once_are_all_answered() {
    let mut server = initialized().await;
    let params =
        json!({"textDocument": {"uri": uri("package.json")}, "position": {"line": 0, "character": 0}});
    let mut ids = Vec::new();
    for _ in 0..500 {
        ids.push(server.send_request("textDocument/hover", params.clone()).await);
    }
    for id in ids {
        let answer = server.receive(|message| message["id"] == id).await;
        assert_eq!(answer["error"], Value::Null);
    }
}

#[tokio::test]
async fn a_cancelled_request_is_answered_once_and_hurts_nothing() {
    let mut server = initialized().await;
    let params =
        json!({"textDocument": {"uri": uri("package.json")}, "position": {"line": 0, "character": 0}});
    let id = server.send_request("textDocument/hover", params).await;
    server.notify("$/cancelRequest", json!({"id": id})).await;
    server.notify("$/cancelRequest", json!({"id": 77})).await;
    let answer = server.receive(|message| message["id"] == id).await;
    let code = &answer["error"]["code"];
    assert!(code.is_null() || *code == REQUEST_CANCELLED, "{answer}");
    expect_alive(&mut server).await;
}

#[tokio::test]
async fn the_first_look_at_a_large_repository_shows_progress() {
    let files = [(".github/workflows/release.yml", SLOW), ("package.json", "{}")];
    let can_show = json!({"window": {"workDoneProgress": true}});
    for (capabilities, is_shown) in [(can_show, true), (json!({}), false)] {
        let mut server = TestServer::initialized(&Repository::new(&files), capabilities).await;
        server.open("package.json", 1, "{}").await;
        if is_shown {
            let create = server.receive_call("window/workDoneProgress/create").await;
            server
                .send(&json!({"jsonrpc": "2.0", "id": create["id"], "result": null}))
                .await;
            for kind in ["begin", "end"] {
                let progress = server.receive_call("$/progress").await;
                assert_eq!(progress["params"]["token"], create["params"]["token"]);
                assert_eq!(progress["params"]["value"]["kind"], kind);
            }
        }
        server.expect_diagnostics("package.json", 1, &[]).await;
        assert!(!server.has_received(|message| message["method"] == "window/workDoneProgress/create"));
    }
}
