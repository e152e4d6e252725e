//! Every client gets a session, and gets what it said it can take.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::client_text::{Encoding, apply_edits};
use crate::repository::{Repository, uri};
use crate::test_server::TestServer;
use crate::texts::{BAD, PUBLISHES};
use trustpub_tests::needed::path_in;

const WORKFLOW: &str = ".github/workflows/release.yml";
const MANIFEST: &str = "package.json";

/// What a client of `clients/` announces, as far as the server behaves differently for it.
struct Client {
    name: &'static str,
    encoding: Encoding,
    /// What the server answers about the encoding. Nothing, where the client is older than that question.
    agreed: Value,
    document_changes: bool,
    related_information: bool,
    code_description: bool,
    hover: &'static str,
    watches_files: bool,
    /// Whether it asks for diagnostics instead of being told.
    pulls: bool,
}

fn clients() -> [Client; 8] {
    let vscode = Client {
        name: "vscode",
        encoding: "utf-16",
        agreed: json!("utf-16"),
        document_changes: true,
        related_information: true,
        code_description: true,
        hover: "markdown",
        watches_files: true,
        pulls: true,
    };
    let neovim = |name| Client {
        name,
        encoding: "utf-8",
        agreed: json!("utf-8"),
        document_changes: false,
        related_information: true,
        code_description: false,
        hover: "markdown",
        watches_files: false,
        pulls: true,
    };
    let helix = |name| Client {
        document_changes: true,
        related_information: false,
        watches_files: true,
        ..neovim(name)
    };
    let old = |name| Client {
        pulls: false,
        encoding: "utf-16",
        agreed: Value::Null,
        ..neovim(name)
    };
    let eglot = Client {
        document_changes: true,
        related_information: false,
        hover: "plaintext",
        watches_files: true,
        ..old("emacs-eglot")
    };
    let ale = Client {
        hover: "plaintext",
        ..old("vim-ale")
    };
    [
        vscode,
        neovim("neovim-0.11"),
        neovim("neovim-0.12"),
        Client {
            pulls: false,
            ..helix("helix-25.01")
        },
        helix("helix-25.07"),
        eglot,
        ale,
        old("kate"),
    ]
}

fn params_of(client: &Client) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("protocol/clients");
    let text = fs::read_to_string(folder.join(format!("{}.json", client.name)));
    serde_json::from_str(&text.unwrap()).unwrap()
}

#[tokio::test]
async fn each_client_gets_what_it_can_take() {
    for client in clients() {
        check_client(&client).await;
    }
}

async fn check_client(client: &Client) {
    let name = client.name;
    let publishes = PUBLISHES.replace("run: npm publish", "{ name: 😀, run: npm publish }");
    let repository = Repository::new(&[(WORKFLOW, &publishes), (MANIFEST, "")]);
    let mut server = TestServer::start(&repository);
    let capabilities = server.initialize(params_of(client)).await;
    assert_eq!(capabilities["positionEncoding"], client.agreed, "{name}");
    assert_eq!(capabilities["textDocumentSync"]["change"], 2, "{name}");

    let text = r#"{"name": "é😀", "version": "1.0.0", "repository": "github:acme/x", "private": true}"#;
    server.open(MANIFEST, 1, text).await;
    let diagnostics = if client.pulls {
        let params = json!({"textDocument": {"uri": uri(MANIFEST)}});
        let report = server.request("textDocument/diagnostic", params).await;
        report["items"].clone()
    } else {
        let published = server.receive_call("textDocument/publishDiagnostics").await;
        published["params"]["diagnostics"].clone()
    };
    let diagnostics = diagnostics.as_array().unwrap().clone();
    let [private] = diagnostics.as_slice() else {
        panic!("{name}: {diagnostics:?}");
    };
    let column = |utf8, utf16| if client.encoding == "utf-8" { utf8 } else { utf16 };
    assert_eq!(private["range"]["start"]["character"], column(81, 78), "{name}");
    assert_eq!(
        private["codeDescription"].is_null(),
        !client.code_description,
        "{name}"
    );
    let related = &private["relatedInformation"];
    assert_eq!(related.is_null(), !client.related_information, "{name}");
    if client.related_information {
        let location = &related[0]["location"];
        assert_eq!(location["uri"], uri(WORKFLOW), "{name}");
        assert_eq!(location["range"]["start"]["character"], column(27, 25), "{name}");
    }

    let at = private["range"]["start"]["character"]
        .as_u64()
        .and_then(|at| u32::try_from(at).ok())
        .unwrap();
    let actions = server
        .code_actions(MANIFEST, [0, at, 0, at], json!(["quickfix"]))
        .await;
    let edit = &actions[0]["edit"];
    let edits = if client.document_changes {
        let document = &edit["documentChanges"][0];
        assert_eq!(
            document["textDocument"],
            json!({"uri": uri(MANIFEST), "version": 1}),
            "{name}"
        );
        &document["edits"]
    } else {
        assert_eq!(edit["documentChanges"], Value::Null, "{name}");
        &edit["changes"][uri(MANIFEST)]
    };
    let public = r#"{"name": "é😀", "version": "1.0.0", "repository": "github:acme/x"}"#;
    assert_eq!(apply_edits(text, edits, client.encoding), public, "{name}");

    let position = json!({"line": 0, "character": at});
    let params = json!({"textDocument": {"uri": uri(MANIFEST)}, "position": position});
    let hover = server.request("textDocument/hover", params).await;
    assert_eq!(hover["contents"]["kind"], client.hover, "{name}");

    let asks = |message: &Value| message["method"] == "client/registerCapability";
    if client.watches_files {
        let question = server.receive(asks).await;
        let registration = &question["params"]["registrations"][0];
        assert_eq!(
            registration["method"], "workspace/didChangeWatchedFiles",
            "{name}"
        );
    } else {
        assert!(!server.has_received(asks), "{name}");
    }
    check_hover_of_publish(&mut server, client, &publishes).await;
}

/// A terminal shows a table of Markdown as it is written, and the address of a link beside its words.
async fn check_hover_of_publish(server: &mut TestServer, client: &Client, publishes: &str) {
    let name = client.name;
    server.open(WORKFLOW, 1, publishes).await;
    let line = publishes.lines().position(|line| line.contains("npm publish"));
    let position = json!({"line": line, "character": 35});
    let params = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": position});
    let hover = server.request("textDocument/hover", params).await;
    let text = hover["contents"]["value"].as_str().unwrap();
    let (npm, place) = match client.hover {
        "markdown" => ("- ✓ **npm**: ", "(`release.yml:13`)"),
        _ => ("✓ npm: ", "(release.yml:13)"),
    };
    let place = match name {
        "vscode" => format!("([release.yml:13]({}#L13))", uri(WORKFLOW)),
        _ => place.to_owned(),
    };
    let line = text.lines().find(|line| line.starts_with(npm));
    let line = line.unwrap_or_else(|| panic!("{name}: {text}"));
    assert!(line.ends_with(&place), "{name}: {line}");
    assert!(!text.lines().any(|line| line.starts_with('|')), "{name}: {text}");
}

#[tokio::test]
async fn words_of_another_version_of_the_protocol_do_not_fail_the_session() {
    let strange = [
        json!({"trace": "compact"}),
        json!({"processId": "12"}),
        json!({"processId": -1}),
        json!({"rootUri": "/no/uri", "rootPath": 1}),
        json!({"rootUri": "untitled:x", "workspaceFolders": [{"name": "x"}, 7, {"uri": "git:/x", "name": "x"}]}),
        json!({"clientInfo": {}, "locale": 1}),
        json!({"capabilities": null}),
        json!({"capabilities": {"workspace": {"workspaceEdit": {"resourceOperations": ["teleport"], "failureHandling": "x"}}}}),
        json!({"capabilities": {"textDocument": {"hover": {"contentFormat": ["html"]}}}}),
        json!({"capabilities": {"textDocument": {"foldingRange": {"foldingRangeKind": {"valueSet": [1]}}}}}),
        json!({"capabilities": {"general": {"positionEncodings": [8, "ebcdic"]}}}),
        json!({"capabilities": {"textDocument": {"codeAction": 1, "publishDiagnostics": []}, "window": "x"}}),
        json!([]),
        Value::Null,
    ];
    for params in strange {
        let mut server = TestServer::start(&Repository::new(&[(WORKFLOW, "")]));
        let capabilities = server.initialize(params.clone()).await;
        assert_eq!(capabilities["hoverProvider"], true, "{params}");
        server.open(WORKFLOW, 1, BAD).await;
        server
            .expect_diagnostics(WORKFLOW, 1, &["0:0 unused-ignore"])
            .await;
    }
}

/// Recorded `initialize` parameters of real clients, a JSON file each, are accepted.
#[tokio::test]
#[ignore = "needs TRUSTPUB_CLIENT_INITIALIZE"]
async fn recorded_clients_are_accepted() {
    let folder = path_in("TRUSTPUB_CLIENT_INITIALIZE");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let params = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let mut server = TestServer::start(&Repository::new(&[(WORKFLOW, "")]));
        server.initialize(params).await;
        server.open(WORKFLOW, 1, BAD).await;
        server
            .expect_diagnostics(WORKFLOW, 1, &["0:0 unused-ignore"])
            .await;
        count += 1;
    }
    assert!(count > 0, "the folder is empty");
    println!("{count} recorded clients accepted");
}
