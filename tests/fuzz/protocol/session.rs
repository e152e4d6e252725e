use serde_json::{Value, json};
use trustpub_tests::project;
use trustpub_tests::repository::uri;

const WORKFLOW: &str = ".github/workflows/release.yml";
const MANIFEST: &str = "package.json";
const TEXT: &str = "\
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    runs-on: ubuntu-latest # é😀
    permissions: { contents: read }
    steps:
      - uses: ./.github/actions/prepare
      - uses: actions/setup-node@v6
        with: { node-version: 22 }
      - run: npm publish
        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }
";

/// What is on the disk.
pub(crate) const FILES: &[(&str, &str)] = &[
    (WORKFLOW, TEXT),
    (MANIFEST, r#"{ "name": "@acme/widget", "version": "1.0.0" }"#),
    (".npmrc", "always-auth=true\n"),
];

/// What clients say, from the beginning of a session.
pub(crate) fn sessions() -> Vec<Vec<Value>> {
    let mut sessions = vec![whole(
        json!({"processId": null, "rootUri": uri(""), "capabilities": {}}),
    )];
    let clients = [
        "vscode",
        "neovim-0.12",
        "helix-25.07",
        "emacs-eglot",
        "kate",
        "vim-ale",
    ];
    for name in clients {
        let text = project::read(&format!("tests/protocol/clients/{name}.json")).unwrap_or_default();
        let mut params: Value = serde_json::from_str(&text).unwrap();
        params["processId"] = Value::Null;
        sessions.push(whole(params));
    }
    sessions
}

fn whole(initialize: Value) -> Vec<Value> {
    let mut messages = vec![
        request(1, "initialize", initialize),
        notification("initialized", json!({})),
        notification(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri(WORKFLOW), "languageId": "yaml", "version": 1, "text": TEXT}}),
        ),
        notification(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri(MANIFEST), "languageId": "json", "version": 1, "text": FILES[1].1}}),
        ),
        notification(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri(WORKFLOW), "version": 2}, "contentChanges": [
                {"range": range(4, 17, 4, 35), "rangeLength": 18, "text": "{ id-token: write }"},
                {"range": range(3, 29, 3, 31), "text": "\r\n#"},
            ]}),
        ),
        notification(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri(MANIFEST), "version": 2}, "contentChanges": [{"text": "{\n \"name\": \"w\" }"}]}),
        ),
        notification(
            "textDocument/didSave",
            json!({"textDocument": {"uri": uri(WORKFLOW)}}),
        ),
        notification(
            "workspace/didChangeConfiguration",
            json!({"settings": {"trustpub": {"rules": {"id-token-missing": "off"}}}}),
        ),
        notification(
            "workspace/didChangeWatchedFiles",
            json!({"changes": [{"uri": uri(".npmrc"), "type": 3}, {"uri": uri(MANIFEST), "type": 2}]}),
        ),
        notification(
            "workspace/didChangeWorkspaceFolders",
            json!({"event": {"added": [{"uri": uri("packages"), "name": "p"}], "removed": []}}),
        ),
        notification("$/cancelRequest", json!({"id": 12})),
        notification("$/setTrace", json!({"value": "verbose"})),
        json!({"jsonrpc": "2.0", "id": 1, "result": [{"rules": {}}]}),
        request(
            20,
            "workspace/executeCommand",
            json!({"command": "x", "arguments": []}),
        ),
        request(21, "workspace/diagnostic", json!({"previousResultIds": []})),
        request(22, "trustpub/unknown", json!([1])),
    ];
    let document = json!({"uri": uri(WORKFLOW)});
    let of_document = |method: &str| (method.to_owned(), json!({"textDocument": document}));
    let mut at_place = of_document("textDocument/hover");
    at_place.1["position"] = json!({"line": 9, "character": 14});
    let completion = ("textDocument/completion".to_owned(), at_place.1.clone());
    let mut hints = of_document("textDocument/inlayHint");
    hints.1["range"] = range(0, 0, 12, 0);
    let mut actions = of_document("textDocument/codeAction");
    actions.1["range"] = range(4, 5, 10, 3);
    actions.1["context"] =
        json!({"diagnostics": [], "only": ["quickfix", "source.fixAll"], "triggerKind": 1});
    let all = [
        at_place,
        completion,
        hints,
        actions,
        of_document("textDocument/documentLink"),
        of_document("textDocument/codeLens"),
        of_document("textDocument/diagnostic"),
    ];
    messages.extend(
        (2..)
            .zip(all)
            .map(|(id, (method, params))| request(id, &method, params)),
    );
    messages.push(notification(
        "textDocument/didClose",
        json!({"textDocument": {"uri": uri(MANIFEST)}}),
    ));
    messages
}

fn request(id: u32, method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

fn notification(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}

fn range(line: u32, character: u32, end_line: u32, end_character: u32) -> Value {
    json!({"start": {"line": line, "character": character}, "end": {"line": end_line, "character": end_character}})
}
