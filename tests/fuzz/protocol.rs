//! What a client sends to the language server: framing, JSON, methods and parameters.

mod session;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use trustpub_lsp::{Answer, Question, Registry, ServerParts, serve};
use trustpub_tests::repository::Repository;

use crate::case::{Case, Place, Target, nothing_more, repository};
use crate::panics::Panics;

pub(crate) const TARGET: Target = Target {
    name: "protocol",
    inputs: 2_000,
    seeds,
    words: &[
        "Content-Length: 2\r\n\r\n{}",
        "Content-Length: ",
        "\r\n\r\n",
        "Content-Type: x\r\n",
        "\"jsonrpc\":\"2.0\"",
        "\"id\":",
        "\"method\":\"textDocument/hover\"",
        "\"method\":\"$/cancelRequest\"",
        "\"method\":\"exit\"",
        "\"params\":null",
        "file:///repo/.github/workflows/release.yml",
        "file:///repo/%00",
        "file:///C:/x",
        "untitled:Untitled-1",
        "4294967295",
        "-1",
        "\\ud800",
    ],
    change: wire::change,
    check,
    check_thoroughly: nothing_more,
};

/// The request that ends each input. Whoever still reads must answer it.
const LAST: &str = "the end";

fn seeds() -> Vec<Case> {
    let cases = session::sessions().into_iter().map(|messages| Case {
        around: repository(&[]),
        place: Place::Outside,
        input: messages
            .iter()
            .flat_map(|message| wire::framed(message.to_string().as_bytes()))
            .collect(),
    });
    cases.collect()
}

struct Nothing;

impl Registry for Nothing {
    fn ask(&self, question: &Question) -> Answer {
        panic!("{question:?} was asked");
    }
}

fn check(case: &Case) -> Result<Vec<String>, String> {
    drop(Panics::elsewhere());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let answers = runtime.block_on(talk(&case.input));
    runtime.shutdown_timeout(Duration::ZERO);
    let panics = Panics::elsewhere();
    if !panics.is_empty() {
        return Err(format!("a thread of the server panics: {}", panics.join("\n")));
    }
    answers
}

async fn talk(input: &[u8]) -> Result<Vec<String>, String> {
    let (mut client, server_input) = tokio::io::duplex(64 * 1024);
    let (server_output, output) = tokio::io::duplex(64 * 1024);
    let parts = ServerParts {
        files: Arc::new(Repository::new(session::FILES)),
        registry: Arc::new(Nothing),
        hook: None,
    };
    let session = tokio::spawn(serve(server_input, server_output, parts));
    let mut output = Output(output);
    let last = json!({"jsonrpc": "2.0", "id": LAST, "method": "shutdown"}).to_string();
    let bytes = [input, &wire::framed(last.as_bytes())].concat();
    let writing = async {
        // The server may have ended the session.
        let _ = client.write_all(&bytes).await;
        if !wire::must_answer(input) {
            drop(client);
            return None;
        }
        Some(client)
    };
    let reading = async {
        let mut messages = Vec::new();
        while let Some(message) = output.message().await? {
            let is_last = message["id"] == LAST && message.get("method").is_none();
            messages.push(message);
            if is_last {
                break;
            }
        }
        Ok::<_, String>(messages)
    };
    let (client, messages) = tokio::join!(writing, reading);
    let messages = messages?;
    let is_answered = messages.last().is_some_and(|message| message["id"] == LAST);
    if client.is_some() && !is_answered {
        return Err("the last request is not answered".to_owned());
    }
    drop(client);
    while output.message().await?.is_some() {}
    session.await.map_err(|error| format!("the session: {error}"))?;
    answer(&messages)
}

/// Holds the messages to the protocol, and returns what they are.
fn answer(messages: &[Value]) -> Result<Vec<String>, String> {
    let mut answer = Vec::new();
    for message in messages {
        let is_answer = message.get("result").is_some() != message.get("error").is_some();
        if message["jsonrpc"] != "2.0" || is_answer == message["method"].is_string() {
            return Err(format!("this is neither an answer nor a call: {message}"));
        }
        answer.push(match &message["method"] {
            Value::String(method) => method.clone(),
            _ => format!("{} {}", message["error"]["code"], message["result"].is_null()),
        });
    }
    answer.sort();
    answer.dedup();
    Ok(answer)
}

struct Output(DuplexStream);

impl Output {
    /// The next message; none at the end.
    async fn message(&mut self) -> Result<Option<Value>, String> {
        let mut header = Vec::new();
        while !header.ends_with(b"\r\n\r\n") {
            match self.0.read_u8().await {
                Ok(byte) => header.push(byte),
                Err(_) if header.is_empty() => return Ok(None),
                Err(error) => return Err(format!("the output ends within a header: {error}")),
            }
        }
        let length = wire::length(&header).ok_or_else(|| format!("the header {header:?}"))?;
        let mut body = vec![0; length];
        let read = self.0.read_exact(&mut body).await;
        read.map_err(|error| format!("the output ends within a body: {error}"))?;
        let message = serde_json::from_slice(&body);
        message
            .map(Some)
            .map_err(|error| format!("the output is not JSON: {error}"))
    }
}
