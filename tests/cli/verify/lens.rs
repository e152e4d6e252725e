//! The same question asked by the language server, for the lens over a package's name.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use super::registry::Registry;
use super::{repository, widget};
use crate::support::{TestFolder, trustpub};

/// `trustpub lsp`, spoken to as an editor does.
struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Server {
    fn start(folder: &TestFolder) -> Self {
        let mut process = trustpub(folder.path(), &["lsp"])
            .env("NPM_CONFIG_USERCONFIG", folder.at("user.npmrc"))
            .env_remove("NPM_CONFIG_REGISTRY")
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

    fn send(&mut self, mut message: Value) {
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

    fn request(&mut self, method: &str, params: &Value) -> Value {
        self.send(json!({"id": method, "method": method, "params": params}));
        loop {
            let message = self.receive();
            if message["id"] == method {
                return message["result"].clone();
            }
        }
    }

    fn wait_for_call(&mut self, method: &str) {
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

/// The lens in a repository whose `.npmrc` names the registry.
fn lens(registry: &Registry) -> String {
    let folder = repository();
    folder.write(".npmrc", format!("registry={}\n", registry.url()));
    let uri = format!("file://{}", folder.at("package.json").display());
    let document = json!({"textDocument": {"uri": uri}});
    let mut server = Server::start(&folder);
    server.request(
        "initialize",
        &json!({
            "capabilities": {"workspace": {"codeLens": {"refreshSupport": true}}},
            "initializationOptions": {"publishedLens": true},
        }),
    );
    server.send(json!({"method": "initialized", "params": {}}));
    let text = std::fs::read_to_string(folder.at("package.json")).unwrap();
    let opened = json!({"textDocument": {"uri": uri, "languageId": "json", "version": 1, "text": text}});
    server.send(json!({"method": "textDocument/didOpen", "params": opened}));
    assert_eq!(server.request("textDocument/codeLens", &document), json!([]));
    server.wait_for_call("workspace/codeLens/refresh");
    let lenses = server.request("textDocument/codeLens", &document);
    lenses[0]["command"]["title"].as_str().unwrap().to_owned()
}

#[test]
fn it_says_how_the_newest_version_was_published() {
    let registry = widget("https://github.com/acme/widget");
    assert_eq!(
        lens(&registry),
        "npm: 1.2.0 by trusted publishing, as since 1.1.0"
    );
}

#[test]
fn it_says_why_there_is_no_answer() {
    assert_eq!(lens(&Registry::start(&[])), "npm: not published yet");
}
