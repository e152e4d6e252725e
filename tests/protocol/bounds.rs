//! What a client sends, or does not take, costs the server a bounded amount of memory and time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use trustpub_lsp::{ServerParts, serve};

use crate::repository::{Repository, uri};
use crate::test_server::{Nobody, TestServer};
use crate::texts::{BAD, COMMENT, PUBLISHES, SLOW};

const WORKFLOW: &str = ".github/workflows/release.yml";
const METHOD_NOT_FOUND: i64 = -32601;

/// The length of the next message.
async fn read_length(output: &mut DuplexStream) -> usize {
    let mut header = Vec::new();
    while !header.ends_with(b"\r\n\r\n") {
        header.push(output.read_u8().await.unwrap());
    }
    let header = String::from_utf8(header).unwrap();
    header
        .strip_prefix("Content-Length: ")
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn a_client_that_asks_and_does_not_read_has_to_wait() {
    const REQUESTS: usize = 900;
    let (mut input, server_input) = tokio::io::duplex(4 * 1024);
    let (server_output, mut output) = tokio::io::duplex(64 * 1024);
    let parts = ServerParts {
        files: Arc::new(Repository::new(&[(WORKFLOW, "")])),
        registry: Arc::new(Nobody),
        hook: None,
    };
    tokio::spawn(serve(server_input, server_output, parts));
    let text = format!("{COMMENT}\n").repeat(250) + "on: push\n";
    let document = json!({"uri": uri(WORKFLOW), "languageId": "yaml", "version": 1, "text": text});
    let capabilities = json!({"textDocument": {"diagnostic": {}}});
    let mut messages = vec![
        json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": capabilities}}),
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}),
    ];
    messages.extend((1..=REQUESTS).map(|id| {
        let params = json!({"textDocument": {"uri": uri(WORKFLOW)}});
        json!({"jsonrpc": "2.0", "id": id, "method": "textDocument/diagnostic", "params": params})
    }));
    let frame = |message: &Value| {
        let body = message.to_string();
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    };
    let rest = messages.split_off(1);
    input.write_all(frame(&messages[0]).as_bytes()).await.unwrap();
    let mut body = vec![0; read_length(&mut output).await];
    output.read_exact(&mut body).await.unwrap();

    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    tokio::spawn(async move {
        for message in rest {
            input.write_all(frame(&message).as_bytes()).await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
        }
        // The session goes on until everything is read.
        std::future::pending::<()>().await;
    });
    // Until the server takes no more.
    let mut before = usize::MAX;
    while before != sent.load(Ordering::SeqCst) {
        before = sent.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let total = REQUESTS + 1;
    assert!(before < total, "everything was taken");
    println!("{before} of {total} messages were taken");

    // What was asked for comes as soon as it is read.
    let mut bytes = 0;
    for _ in 0..REQUESTS {
        let length = read_length(&mut output).await;
        let mut body = vec![0; length];
        output.read_exact(&mut body).await.unwrap();
        bytes += length;
    }
    println!("the answers have {bytes} bytes");
    assert_eq!(sent.load(Ordering::SeqCst), total);
}

#[tokio::test]
async fn a_repository_that_takes_long_does_not_keep_others_waiting() {
    let slow = "slow/package.json";
    let (one, two) = ("slow/.github/workflows/a.yml", "quick/.github/workflows/a.yml");
    let repository = Repository::new(&[(slow, SLOW), (one, ""), (two, "")]);
    let mut server = TestServer::initialized(&repository, json!({})).await;
    let began = Instant::now();
    server.open(one, 1, BAD).await;
    server.open(two, 1, BAD).await;
    server.expect_diagnostics(two, 1, &["0:0 unused-ignore"]).await;
    let params = json!({"textDocument": {"uri": uri(two)}});
    let links = server.request("textDocument/documentLink", params).await;
    assert_eq!(links, json!([]));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    // A request about the slow one waits for its newest text.
    server.replace(one, 2, &format!(" {BAD}")).await;
    let params = json!({"textDocument": {"uri": uri(one)}});
    server.request("textDocument/documentLink", params).await;
    server.expect_diagnostics(one, 2, &["0:1 unused-ignore"]).await;
}

#[tokio::test]
async fn a_document_that_is_too_large_is_refused_until_it_is_smaller() {
    let repository = Repository::new(&[(WORKFLOW, "")]);
    let mut server = TestServer::initialized(&repository, json!({})).await;
    let large = format!("{BAD}{}", "# x\n".repeat(600_000));
    server.open(WORKFLOW, 1, &large).await;
    let is_published = |message: &Value| message["method"] == "textDocument/publishDiagnostics";
    let published = server.receive(is_published).await;
    let diagnostics = &published["params"]["diagnostics"];
    assert_eq!(diagnostics.as_array().map(Vec::len), Some(1), "{diagnostics}");
    assert_eq!(
        diagnostics[0]["message"],
        "File too large: trustpub reads at most 2 MiB of a file of this kind, so this one is not analyzed"
    );
    let range = json!({"start": {"line": 2, "character": 0}, "end": {"line": 700_000, "character": 0}});
    server
        .change(WORKFLOW, 2, json!([{"range": range, "text": ""}]))
        .await;
    server
        .expect_diagnostics(WORKFLOW, 2, &["0:0 unused-ignore"])
        .await;
}

#[tokio::test]
async fn requests_of_other_programs_are_answered() {
    let mut server = TestServer::initialized(&Repository::new(&[(WORKFLOW, PUBLISHES)]), json!({})).await;
    for method in ["$/x", "$/cancelRequest", "$/setTrace"] {
        let code = server.error_code(method, json!({"id": 7})).await;
        assert_eq!(code, METHOD_NOT_FOUND, "{method}");
        server.notify(method, json!({"id": 7, "value": "off"})).await;
    }
    server.request("shutdown", Value::Null).await;
}
