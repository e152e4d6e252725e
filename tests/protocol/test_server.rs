use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use trustpub_lsp::{Answer, Ending, Question, Registry, ServerParts, serve};

use crate::repository::{Repository, uri};
use crate::texts::Words;

/// A server in this process, spoken to through in-memory pipes with real framing.
pub(crate) struct TestServer {
    input: Option<DuplexStream>,
    output: UnboundedReceiver<Value>,
    /// Messages that came while another one was waited for.
    unclaimed: VecDeque<Value>,
    next_id: i64,
    session: JoinHandle<Ending>,
}

/// Far more than any answer needs on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// Must not be asked.
pub(crate) struct Nobody;

impl Registry for Nobody {
    fn ask(&self, question: &Question) -> Answer {
        panic!("{question:?} was asked");
    }
}

impl TestServer {
    /// A server that knows the files of `repository` and obeys [`Words`]. It has got no message yet.
    pub(crate) fn start(repository: &Repository) -> Self {
        Self::start_asking(repository, Arc::new(Nobody))
    }

    /// A server that asks `registry` how packages were published.
    pub(crate) fn start_asking(repository: &Repository, registry: Arc<dyn Registry>) -> Self {
        let (input, server_input) = tokio::io::duplex(64 * 1024);
        let (server_output, output) = tokio::io::duplex(64 * 1024);
        let parts = ServerParts {
            files: Arc::new(repository.clone()),
            registry,
            hook: Some(Arc::new(Words)),
        };
        let (messages, receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut output = output;
            while let Some(message) = read_message(&mut output).await {
                if messages.send(message).is_err() {
                    break;
                }
            }
        });
        Self {
            input: Some(input),
            output: receiver,
            unclaimed: VecDeque::new(),
            next_id: 0,
            session: tokio::spawn(serve(server_input, server_output, parts)),
        }
    }

    /// A server whose session with a client of these capabilities has begun.
    pub(crate) async fn initialized(repository: &Repository, capabilities: Value) -> Self {
        let mut server = Self::start(repository);
        server
            .initialize(json!({"processId": null, "rootUri": uri(""), "capabilities": capabilities}))
            .await;
        server
    }

    /// Begins the session. Returns the server's capabilities.
    pub(crate) async fn initialize(&mut self, params: Value) -> Value {
        let result = self.request("initialize", params).await;
        self.notify("initialized", json!({})).await;
        result["capabilities"].clone()
    }

    /// The result of a request.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer_to(method, params).await;
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The code of the error that a request is answered with.
    pub(crate) async fn error_code(&mut self, method: &str, params: Value) -> i64 {
        let answer = self.answer_to(method, params).await;
        answer["error"]["code"]
            .as_i64()
            .unwrap_or_else(|| panic!("{method}: {answer}"))
    }

    async fn answer_to(&mut self, method: &str, params: Value) -> Value {
        let id = self.send_request(method, params).await;
        self.receive(|message| message["id"] == id && message.get("method").is_none())
            .await
    }

    /// Sends a request and returns its id without waiting for the answer.
    pub(crate) async fn send_request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
            .await;
        id
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
            .await;
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
            .await;
    }

    /// Sends bytes as they are.
    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).await.unwrap();
    }

    /// The first message that `is_it`; others are kept.
    pub(crate) async fn receive(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.unclaimed.iter().position(&is_it) {
            return self.unclaimed.remove(at).unwrap();
        }
        loop {
            let message = timeout(PATIENCE, self.output.recv()).await;
            let message = message
                .unwrap_or_else(|_| panic!("the message does not come; there was {:?}", self.unclaimed));
            let message = message.expect("the server has closed its output");
            if is_it(&message) {
                return message;
            }
            self.unclaimed.push_back(message);
        }
    }

    /// The next notification or request of the server with this method.
    pub(crate) async fn receive_call(&mut self, method: &str) -> Value {
        self.receive(|message| message["method"] == method).await
    }

    pub(crate) async fn open(&mut self, path: &str, version: i32, text: &str) {
        let document = json!({"uri": uri(path), "languageId": "whatever", "version": version, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}))
            .await;
    }

    /// Replaces the whole text.
    pub(crate) async fn replace(&mut self, path: &str, version: i32, text: &str) {
        self.change(path, version, json!([{ "text": text }])).await;
    }

    pub(crate) async fn change(&mut self, path: &str, version: i32, changes: Value) {
        let document = json!({"uri": uri(path), "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.notify("textDocument/didChange", params).await;
    }

    pub(crate) async fn save(&mut self, path: &str) {
        self.notify(
            "textDocument/didSave",
            json!({"textDocument": {"uri": uri(path)}}),
        )
        .await;
    }

    pub(crate) async fn close(&mut self, path: &str) {
        self.notify(
            "textDocument/didClose",
            json!({"textDocument": {"uri": uri(path)}}),
        )
        .await;
    }

    /// Waits until the diagnostics of a document at a version are `expected`, each as `line:column rule`.
    #[track_caller]
    pub(crate) fn expect_diagnostics<'a>(
        &'a mut self,
        path: &str,
        version: impl Into<Value>,
        expected: &'a [&str],
    ) -> impl Future<Output = ()> + 'a {
        let (uri, version) = (uri(path), version.into());
        async move {
            let published = self
                .receive(|message| {
                    message["method"] == "textDocument/publishDiagnostics"
                        && message["params"]["uri"] == uri
                        && message["params"]["version"] == version
                })
                .await;
            assert_eq!(
                show_diagnostics(&published["params"]["diagnostics"]),
                expected,
                "{uri} {version}"
            );
        }
    }

    /// The code actions for a range, given as `[line, column, line, column]`.
    pub(crate) async fn code_actions(&mut self, path: &str, range: [u32; 4], only: Value) -> Vec<Value> {
        let mut context = json!({"diagnostics": []});
        if !only.is_null() {
            context["only"] = only;
        }
        let range = json!({
            "start": {"line": range[0], "character": range[1]},
            "end": {"line": range[2], "character": range[3]},
        });
        let params = json!({"textDocument": {"uri": uri(path)}, "range": range, "context": context});
        let actions = self.request("textDocument/codeAction", params).await;
        actions.as_array().cloned().unwrap_or_default()
    }

    /// Waits until everything that was sent is handled, and fails if diagnostics were published in the meantime.
    pub(crate) async fn expect_no_diagnostics(&mut self) {
        let position = json!({"line": 0, "character": 0});
        let params = json!({"textDocument": {"uri": uri("package.json")}, "position": position});
        self.request("textDocument/hover", params).await;
        // Answers and notifications take different ways out, so the notification may come later.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let is_publish = |message: &Value| message["method"] == "textDocument/publishDiagnostics";
        assert!(!self.has_received(is_publish), "there is {:?}", self.unclaimed);
    }

    /// Whether an unexpected message has come.
    pub(crate) fn has_received(&mut self, is_it: impl Fn(&Value) -> bool) -> bool {
        while let Ok(message) = self.output.try_recv() {
            self.unclaimed.push_back(message);
        }
        self.unclaimed.iter().any(is_it)
    }

    /// Closes the server's input, as the death of a client does.
    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// How the session ends, which must be within a second.
    pub(crate) async fn ending(self) -> Ending {
        let ending = timeout(Duration::from_secs(1), self.session).await;
        ending.expect("the server goes on").unwrap()
    }
}

/// Diagnostics as `line:column rule`.
pub(crate) fn show_diagnostics(diagnostics: &Value) -> Vec<String> {
    let show = |diagnostic: &Value| {
        let start = &diagnostic["range"]["start"];
        format!(
            "{}:{} {}",
            start["line"],
            start["character"],
            diagnostic["code"].as_str().unwrap()
        )
    };
    diagnostics.as_array().unwrap().iter().map(show).collect()
}

async fn read_message(output: &mut DuplexStream) -> Option<Value> {
    let mut header = Vec::new();
    while !header.ends_with(b"\r\n\r\n") {
        header.push(output.read_u8().await.ok()?);
    }
    let header = String::from_utf8(header).unwrap();
    let length = header
        .strip_prefix("Content-Length: ")
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    let mut body = vec![0; length];
    output.read_exact(&mut body).await.ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}
