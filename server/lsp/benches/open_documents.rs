//! The cost of a key stroke in the server, with one open document and with many.
//!
//! `cargo bench -p trustpub-lsp` measures the time from sending an edit to receiving its diagnostics. Instructions are more precise
//! and barely vary between runs:
//!
//! ```sh
//! cargo bench -p trustpub-lsp --no-run
//! for key_strokes in 100 200; do
//!     KEY_STROKES=$key_strokes DOCUMENTS=50 valgrind --tool=callgrind \
//!         --callgrind-out-file=/tmp/open_documents.$key_strokes target/release/deps/open_documents-*
//! done
//! grep '^totals' /tmp/open_documents.*
//! ```
//!
//! The difference of the totals, divided by 100, is the cost of one key stroke in all threads: the bench's client, the main loop, and
//! the checks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::Criterion;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::runtime::Runtime;
use trustpub_analysis::{FileKind, FilePath};
use trustpub_lsp::{Answer, DiskContent, FileSource, LoadedFiles, Question, Registry, ServerParts, serve};

const ROOT: &str = "/repository";

const MANIFEST: &str = r#"{ "name": "@acme/widget", "version": "1.0.0", "scripts": { "build": "tsc" } }"#;

/// A workflow with findings, inlay hints and a code lens.
const WORKFLOW: &str = "\
name: Release
on:
  push:
    tags: ['v*']
permissions:
  contents: read
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm run build
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
";

/// The position after `ubuntu-latest`.
const TYPED_AT: (u32, u32) = (8, 26);

/// The workflows of the repository.
const WORKFLOWS: usize = 50;

fn main() {
    let runtime = Runtime::new().unwrap_or_else(|error| panic!("{error}"));
    let number = |name: &str| -> Option<usize> { std::env::var(name).ok()?.parse().ok() };
    if let (Some(count), Some(documents)) = (number("KEY_STROKES"), number("DOCUMENTS")) {
        runtime.block_on(async {
            let mut editor = Editor::open(documents).await;
            for _ in 0..count {
                editor.key_stroke().await;
            }
        });
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    for documents in [1, WORKFLOWS] {
        let mut editor = runtime.block_on(Editor::open(documents));
        criterion.bench_function(&format!("a key stroke with {documents} open"), |bencher| {
            bencher.iter(|| runtime.block_on(editor.key_stroke()));
        });
    }
    criterion.final_summary();
}

/// A client with open documents, in one of which a character comes and goes.
struct Editor {
    input: DuplexStream,
    output: BufReader<DuplexStream>,
    version: i32,
}

impl Editor {
    async fn open(documents: usize) -> Self {
        let (input, server_input) = tokio::io::duplex(64 * 1024);
        let (server_output, output) = tokio::io::duplex(64 * 1024);
        let parts = ServerParts {
            files: Arc::new(Files),
            registry: Arc::new(Offline),
            hook: None,
        };
        tokio::spawn(serve(server_input, server_output, parts));
        let mut editor = Self {
            input,
            output: BufReader::new(output),
            version: 1,
        };
        editor.initialize().await;
        for number in 0..documents {
            let document = json!({"uri": uri(number), "languageId": "yaml", "version": 1, "text": WORKFLOW});
            editor
                .notify("textDocument/didOpen", json!({"textDocument": document}))
                .await;
            editor.receive_diagnostics(number, 1).await;
        }
        editor
    }

    async fn initialize(&mut self) {
        let refresh = json!({"refreshSupport": true});
        let capabilities = json!({
            "workspace": {"inlayHint": refresh, "codeLens": refresh},
            "textDocument": {"publishDiagnostics": {"relatedInformation": true, "codeDescriptionSupport": true}},
        });
        let params =
            json!({"processId": null, "rootUri": format!("file://{ROOT}"), "capabilities": capabilities});
        self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}))
            .await;
        while self.receive().await["id"] != 1 {}
        self.notify("initialized", json!({})).await;
    }

    async fn key_stroke(&mut self) {
        self.version += 1;
        let (line, column) = TYPED_AT;
        let (end, text) = match self.version % 2 {
            0 => (column, "x"),
            _ => (column + 1, ""),
        };
        let range = json!({
            "start": {"line": line, "character": column},
            "end": {"line": line, "character": end},
        });
        let params = json!({
            "textDocument": {"uri": uri(0), "version": self.version},
            "contentChanges": [{"range": range, "text": text}],
        });
        self.notify("textDocument/didChange", params).await;
        self.receive_diagnostics(0, self.version).await;
    }

    async fn receive_diagnostics(&mut self, number: usize, version: i32) {
        let uri = uri(number);
        loop {
            let message = self.receive().await;
            let params = &message["params"];
            if message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
            {
                assert_ne!(params["diagnostics"], json!([]), "the workflow has findings");
                return;
            }
        }
    }

    async fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
            .await;
    }

    async fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let message = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        let sent = self.input.write_all(message.as_bytes()).await;
        sent.unwrap_or_else(|error| panic!("{error}"));
    }

    async fn receive(&mut self) -> Value {
        let received = self.read_message().await;
        received.unwrap_or_else(|| panic!("the server has ended"))
    }

    async fn read_message(&mut self) -> Option<Value> {
        let mut header = String::new();
        while !header.ends_with("\r\n\r\n") {
            self.output.read_line(&mut header).await.ok()?;
        }
        let length = header.strip_prefix("Content-Length: ")?.trim().parse().ok()?;
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).await.ok()?;
        serde_json::from_slice(&body).ok()
    }
}

fn workflow(number: usize) -> String {
    format!(".github/workflows/release{number}.yml")
}

fn uri(number: usize) -> String {
    format!("file://{ROOT}/{}", workflow(number))
}

/// A repository in memory.
struct Files;

impl FileSource for Files {
    fn find_root(&self, _: &Path) -> Option<PathBuf> {
        Some(PathBuf::from(ROOT))
    }

    fn includes(&self, path: &FilePath) -> bool {
        FileKind::of(path.as_str()).is_some()
    }

    fn load(&self, _: &Path) -> LoadedFiles {
        let workflows = (0..WORKFLOWS).map(|number| (workflow(number), WORKFLOW));
        let files = workflows.chain([("package.json".to_owned(), MANIFEST)]);
        let files = files
            .filter_map(|(path, text)| Some((FilePath::new(&path)?, DiskContent::Text(Arc::from(text)))));
        LoadedFiles {
            files: files.collect(),
            ..LoadedFiles::default()
        }
    }

    fn read(&self, _: &Path, _: &FilePath) -> Option<DiskContent> {
        None
    }

    fn is_there(&self, _: &Path, _: &str) -> bool {
        false
    }

    fn is_folder(&self, _: &Path, _: &FilePath) -> bool {
        false
    }

    fn is_linked(&self, _: &Path, _: &FilePath) -> bool {
        false
    }

    fn read_on_demand(&self, _: &Path, _: &FilePath) -> Option<DiskContent> {
        None
    }
}

/// Must not be asked.
struct Offline;

impl Registry for Offline {
    fn ask(&self, question: &Question) -> Answer {
        panic!("{question:?} was asked");
    }
}
