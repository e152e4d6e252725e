//! The language server as a process, with the files on disk.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::support::{TestFolder, trustpub};

/// `trustpub lsp`, spoken to as an editor does.
pub(crate) struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it for a user whose `.npmrc` is the file `user.npmrc` of the folder.
    pub(crate) fn start(folder: &TestFolder) -> Self {
        let mut process = trustpub(folder.path(), &["lsp"])
            .env("NPM_CONFIG_USERCONFIG", folder.at("user.npmrc"))
            .env_remove("NPM_CONFIG_REGISTRY")
            .env("SECRET", "secret-of-the-environment")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self {
            process,
            input,
            output,
        }
    }

    pub(crate) fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().unwrap(),
                _ => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Value {
        self.send(json!({"id": method, "method": method, "params": params}));
        loop {
            let message = self.receive();
            if message["id"] == method {
                return message["result"].clone();
            }
        }
    }

    pub(crate) fn wait_for_call(&mut self, method: &str) {
        while self.receive()["method"] != method {}
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const WORKFLOW: &str = ".github/workflows/release.yml";

/// What a hover over a command in an open workflow says, after events about files.
fn hover(folder: &TestFolder, command: &str, events: &[&str]) -> String {
    let uri = |path: &str| format!("file://{}", folder.at(path).display());
    let text = std::fs::read_to_string(folder.at(WORKFLOW)).unwrap();
    let mut server = Server::start(folder);
    server.request(
        "initialize",
        &json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["markdown"]}}}}),
    );
    server.send(json!({"method": "initialized", "params": {}}));
    let opened =
        json!({"textDocument": {"uri": uri(WORKFLOW), "languageId": "yaml", "version": 1, "text": text}});
    server.send(json!({"method": "textDocument/didOpen", "params": opened}));
    let changes: Vec<Value> = events
        .iter()
        .map(|path| json!({"uri": uri(path), "type": 1}))
        .collect();
    server.send(json!({"method": "workspace/didChangeWatchedFiles", "params": {"changes": changes}}));
    let line = text.lines().position(|line| line.contains(command)).unwrap();
    let position = json!({"line": line, "character": text.lines().nth(line).unwrap().find(command).unwrap()});
    let asked = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": position});
    server.request("textDocument/hover", &asked)["contents"]["value"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[cfg(unix)]
#[test]
fn events_through_a_linked_folder_read_nothing() {
    const MANIFEST: &str = r#"{ "name": "@leak/outside", "version": "1.0.0" }"#;
    let workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm publish\n        \
                    working-directory: packages/x\n";
    let folder = TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (WORKFLOW, workflow),
        ("packages/package.json", "{ \"private\": true }"),
    ]);
    let outside = TestFolder::with(&[("package.json", MANIFEST)]);
    std::os::unix::fs::symlink(outside.path(), folder.at("packages/x")).unwrap();
    let text = hover(&folder, "npm publish", &["packages/x/package.json"]);
    assert!(!text.contains("outside"), "{text}");
    // The same in a folder of the repository is read.
    std::fs::remove_file(folder.at("packages/x")).unwrap();
    folder.write("packages/x/package.json", MANIFEST);
    let text = hover(&folder, "npm publish", &["packages/x/package.json"]);
    assert!(text.contains("@leak/outside"), "{text}");
}

#[test]
fn a_hover_shows_no_secret_and_no_link_of_the_repository() {
    let workflow = "on: push\njobs:\n  \"x\":\n    runs-on: \"[a](command:b)\"\n    environment: \"` `` [c](command:d) ``` https://joe:hunter2@a.example/\"\n    \
                    steps:\n      - run: npm publish\n";
    let folder = TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (WORKFLOW, workflow),
        (
            "package.json",
            r#"{ "name": "@acme/widget", "version": "1.0.0" }"#,
        ),
    ]);
    let text = hover(&folder, "npm publish", &[]);
    assert!(text.contains("a.example") && !text.contains("hunter2"), "{text}");
    for link in ["[a](", "[c]("] {
        assert!(!text.contains(link), "{text}");
    }
}

/// The titles of the actions at the name of a package, in a client that has `folder` open.
#[cfg(unix)]
fn actions_at_name(folder: &TestFolder, manifest: &str) -> Vec<String> {
    let uri = |path: &str| format!("file://{}", folder.at(path).display());
    let text = std::fs::read_to_string(folder.at(manifest)).unwrap();
    let mut server = Server::start(folder);
    server.request(
        "initialize",
        &json!({
            "rootUri": uri(""),
            "capabilities": {
                "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}},
                "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["refactor"]}}}}
            }
        }),
    );
    server.send(json!({"method": "initialized", "params": {}}));
    let opened =
        json!({"textDocument": {"uri": uri(manifest), "languageId": "json", "version": 1, "text": text}});
    server.send(json!({"method": "textDocument/didOpen", "params": opened}));
    let at = json!({"line": 0, "character": 4});
    let asked = json!({
        "textDocument": {"uri": uri(manifest)},
        "range": {"start": at, "end": at},
        "context": {"diagnostics": []}
    });
    let actions = server.request("textDocument/codeAction", &asked);
    let actions = actions.as_array().cloned().unwrap_or_default();
    actions.iter().map(|action| action["title"].to_string()).collect()
}

#[cfg(unix)]
#[test]
fn no_workflow_is_offered_through_a_link() {
    use std::os::unix::fs::symlink;

    const MANIFEST: &str = r#"{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }"#;
    let files = &[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("package.json", MANIFEST),
    ];
    let offers = |folder: &TestFolder, manifest: &str| {
        let titles = actions_at_name(folder, manifest);
        titles.iter().any(|title| title.contains("Create `.github/"))
    };
    let outside = TestFolder::with(&[("package.json", MANIFEST), (".github/workflows/x", "")]);
    assert!(offers(&TestFolder::with(files), "package.json"));
    let linked = TestFolder::with(files);
    symlink(outside.at(".github"), linked.at(".github")).unwrap();
    assert!(!offers(&linked, "package.json"));
    let below = TestFolder::with(files);
    symlink(outside.path(), below.at("link")).unwrap();
    assert!(!offers(&below, "link/package.json"));
}
