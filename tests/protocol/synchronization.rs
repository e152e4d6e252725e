//! The server judges the texts that the user sees: open buffers first, then what is on disk.

use serde_json::{Value, json};

use crate::client_text::{self, ENCODINGS};
use crate::repository::{Repository, uri};
use crate::test_server::{TestServer, show_diagnostics};
use crate::texts::{BAD, COMMENT, PRIVATE, PRIVATE_AT, PUBLISHES, UNUSED};

const WORKFLOW: &str = ".github/workflows/release.yml";
const MANIFEST: &str = "package.json";

async fn server(repository: &Repository) -> TestServer {
    TestServer::initialized(repository, json!({})).await
}

fn code_action_support() -> Value {
    json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}})
}

#[tokio::test]
async fn a_request_after_a_thousand_edits_acts_on_the_newest_text() {
    let capabilities = json!({
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {"codeAction": code_action_support()},
    });
    let repository = Repository::new(&[(WORKFLOW, "")]);
    let mut server = TestServer::initialized(&repository, capabilities).await;
    server.open(WORKFLOW, 0, BAD).await;
    for version in 1..=1_000 {
        server
            .change(
                WORKFLOW,
                version,
                json!([client_text::change("", 0, 0, " ", "utf-16")]),
            )
            .await;
    }
    let actions = server
        .code_actions(WORKFLOW, [0, 1_001, 0, 1_001], json!(["quickfix"]))
        .await;
    let document = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(document["textDocument"]["version"], 1_000);
    let text = format!("{}{BAD}", " ".repeat(1_000));
    let fixed = client_text::apply_edits(&text, &document["edits"], "utf-16");
    assert_eq!(fixed, "on: push\n");
    server
        .expect_diagnostics(WORKFLOW, 1_000, &["0:1000 unused-ignore"])
        .await;
}

#[tokio::test]
async fn published_versions_only_rise() {
    let mut server = server(&Repository::new(&[(WORKFLOW, "")])).await;
    server.open(WORKFLOW, 0, "").await;
    for version in 1..=300 {
        server
            .replace(WORKFLOW, version, &" ".repeat(usize::try_from(version).unwrap()))
            .await;
    }
    let mut last = -1;
    while last < 300 {
        let published = server.receive_call("textDocument/publishDiagnostics").await;
        let version = published["params"]["version"].as_i64().unwrap();
        assert!(version > last, "{version} after {last}");
        last = version;
    }
}

#[tokio::test]
async fn edits_are_understood_in_every_encoding() {
    for encoding in ENCODINGS {
        let capabilities = json!({"general": {"positionEncodings": [encoding]}});
        let mut server = TestServer::initialized(&Repository::new(&[(WORKFLOW, "")]), capabilities).await;
        let mut text = "x: é😀\r\ny: 𐐀 \rz: 1".to_owned();
        server.open(WORKFLOW, 1, &text).await;
        // Two changes in one message: the second refers to what the first one made.
        let at = text.find('𐐀').unwrap();
        let first = client_text::change(&text, at, at + '𐐀'.len_utf8(), "€\n😀: 😀", encoding);
        text.replace_range(at..at + '𐐀'.len_utf8(), "€\n😀: 😀");
        let at = text.find(" \rz").map(|at| at + 1).unwrap();
        let second = client_text::change(&text, at, at, COMMENT, encoding);
        text.insert_str(at, COMMENT);
        server.change(WORKFLOW, 2, json!([first, second])).await;
        let (line, column) = client_text::position(&text, at, encoding);
        server
            .expect_diagnostics(WORKFLOW, 2, &[&format!("{line}:{column} unused-ignore")])
            .await;
    }
}

#[tokio::test]
async fn half_a_surrogate_pair_is_one_character() {
    let mut server = server(&Repository::new(&[(WORKFLOW, "")])).await;
    let document = format!(
        r#"{{"uri":"{}","languageId":"yaml","version":1,"text":"\ud83d {COMMENT}"}}"#,
        uri(WORKFLOW)
    );
    let body = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{{"textDocument":{document}}}}}"#
    );
    server
        .send_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
        .await;
    server
        .expect_diagnostics(WORKFLOW, 1, &["0:2 unused-ignore"])
        .await;
}

#[tokio::test]
async fn an_edit_of_one_file_changes_the_diagnostics_of_another() {
    let repository = Repository::new(&[(WORKFLOW, PUBLISHES), (MANIFEST, "")]);
    let mut server = server(&repository).await;
    server.open(MANIFEST, 7, PRIVATE).await;
    server.expect_diagnostics(MANIFEST, 7, &[PRIVATE_AT]).await;
    server.open(WORKFLOW, 1, PUBLISHES).await;
    // The step that fails for it says so too.
    server
        .expect_diagnostics(WORKFLOW, 1, &["13:13 private-true"])
        .await;
    server.replace(WORKFLOW, 2, "").await;
    server.expect_diagnostics(WORKFLOW, 2, &[]).await;
    server.expect_diagnostics(MANIFEST, 7, &[]).await;
    server.replace(WORKFLOW, 3, PUBLISHES).await;
    server
        .expect_diagnostics(WORKFLOW, 3, &["13:13 private-true"])
        .await;
    server.expect_diagnostics(MANIFEST, 7, &[PRIVATE_AT]).await;
    // Closed without being saved: what is on disk counts again.
    repository.write(WORKFLOW, "");
    server.close(WORKFLOW).await;
    server.expect_diagnostics(MANIFEST, 7, &[]).await;
}

#[tokio::test]
async fn an_edit_of_one_file_moves_what_another_points_to() {
    let capabilities = json!({"textDocument": {"publishDiagnostics": {"relatedInformation": true}}});
    let repository = Repository::new(&[(WORKFLOW, PUBLISHES), (MANIFEST, "")]);
    let mut server = TestServer::initialized(&repository, capabilities).await;
    server.open(WORKFLOW, 1, PUBLISHES).await;
    server.expect_diagnostics(WORKFLOW, 1, &[]).await;
    server.open(MANIFEST, 1, PRIVATE).await;
    let of_manifest =
        |message: &Value| message["params"]["uri"] == uri(MANIFEST) && message["params"]["version"] == 1;
    let related_line = |published: &Value| {
        let related = &published["params"]["diagnostics"][0]["relatedInformation"][0];
        related["location"]["range"]["start"]["line"].clone()
    };
    let published = server.receive(of_manifest).await;
    assert_eq!(related_line(&published), 13);
    // As many bytes as before, in more lines.
    let moved = PUBLISHES.replace("ubuntu-24.04\n", "ubuntu-24\n\n\n\n");
    assert_eq!(moved.len(), PUBLISHES.len());
    server.replace(WORKFLOW, 2, &moved).await;
    let published = server.receive(of_manifest).await;
    assert_eq!(related_line(&published), 16);
}

#[tokio::test]
async fn nothing_is_published_where_nothing_changed() {
    let mut server = server(&Repository::new(&[(WORKFLOW, ""), ("package.json", "")])).await;
    server.open(WORKFLOW, 1, BAD).await;
    server
        .expect_diagnostics(WORKFLOW, 1, &["0:0 unused-ignore"])
        .await;
    server.open("action.yml", 1, "").await;
    server.expect_diagnostics("action.yml", 1, &[]).await;
    server.save(WORKFLOW).await;
    server.expect_no_diagnostics().await;
}

#[tokio::test]
async fn a_closed_document_keeps_no_diagnostics() {
    let mut server = server(&Repository::new(&[(WORKFLOW, "")])).await;
    server.open(WORKFLOW, 1, BAD).await;
    server
        .expect_diagnostics(WORKFLOW, 1, &["0:0 unused-ignore"])
        .await;
    server.close(WORKFLOW).await;
    server.expect_diagnostics(WORKFLOW, Value::Null, &[]).await;
    // Opened again it is a new document, whatever its version.
    server.open(WORKFLOW, 1, &format!(" {BAD}")).await;
    server
        .expect_diagnostics(WORKFLOW, 1, &["0:1 unused-ignore"])
        .await;
}

#[tokio::test]
async fn an_impossible_edit_leaves_no_stale_diagnostics() {
    let mut server = server(&Repository::new(&[(WORKFLOW, "")])).await;
    server.open(WORKFLOW, 1, BAD).await;
    server
        .expect_diagnostics(WORKFLOW, 1, &["0:0 unused-ignore"])
        .await;
    let behind = json!({"line": 40, "character": 0});
    server
        .change(
            WORKFLOW,
            2,
            json!([{"range": {"start": behind, "end": behind}, "text": "x"}]),
        )
        .await;
    server.expect_diagnostics(WORKFLOW, 2, &[]).await;
    server.replace(WORKFLOW, 3, &format!(" {BAD}")).await;
    server
        .expect_diagnostics(WORKFLOW, 3, &["0:1 unused-ignore"])
        .await;
}

#[tokio::test]
async fn changes_on_disk_are_read_when_the_client_tells_of_them() {
    let repository = Repository::new(&[(MANIFEST, ""), (WORKFLOW, "")]);
    let capabilities = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut server = TestServer::initialized(&repository, capabilities).await;
    let question = server.receive_call("client/registerCapability").await;
    server
        .send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": null}))
        .await;
    server.open(MANIFEST, 1, PRIVATE).await;
    server.expect_diagnostics(MANIFEST, 1, &[]).await;

    let tell = |path, kind| json!({"changes": [{"uri": uri(path), "type": kind}]});
    repository.write(WORKFLOW, PUBLISHES);
    server
        .notify("workspace/didChangeWatchedFiles", tell(WORKFLOW, 2))
        .await;
    server.expect_diagnostics(MANIFEST, 1, &[PRIVATE_AT]).await;
    repository.remove(WORKFLOW);
    server
        .notify("workspace/didChangeWatchedFiles", tell(WORKFLOW, 3))
        .await;
    server.expect_diagnostics(MANIFEST, 1, &[]).await;
    repository.write(WORKFLOW, PUBLISHES);
    server
        .notify("workspace/didChangeWatchedFiles", tell(WORKFLOW, 1))
        .await;
    server.expect_diagnostics(MANIFEST, 1, &[PRIVATE_AT]).await;
    // What is on disk under an open document does not count.
    repository.write(MANIFEST, "{");
    server
        .notify("workspace/didChangeWatchedFiles", tell(MANIFEST, 2))
        .await;
    server.expect_no_diagnostics().await;
}

#[tokio::test]
async fn without_a_watching_client_the_disk_is_read_on_save_and_on_open() {
    let repository = Repository::new(&[(MANIFEST, ""), (WORKFLOW, PUBLISHES)]);
    let mut server = server(&repository).await;
    server.open(MANIFEST, 1, PRIVATE).await;
    server.expect_diagnostics(MANIFEST, 1, &[PRIVATE_AT]).await;
    repository.remove(WORKFLOW);
    server.save(MANIFEST).await;
    server.expect_diagnostics(MANIFEST, 1, &[]).await;
    repository.write(WORKFLOW, PUBLISHES);
    server.open("action.yml", 1, "").await;
    server.expect_diagnostics(MANIFEST, 1, &[PRIVATE_AT]).await;
}

#[tokio::test]
async fn documents_that_are_not_files_of_the_repository_are_left_alone() {
    let mut server = server(&Repository::new(&[(WORKFLOW, "")])).await;
    for uri in [
        "untitled:.github/workflows/a.yml".to_owned(),
        "git:/repo/.github/workflows/release.yml?HEAD".to_owned(),
        uri("docker-compose.yml"),
        uri("node_modules/x/package.json"),
    ] {
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": BAD});
        server
            .notify("textDocument/didOpen", json!({"textDocument": document}))
            .await;
        let change = json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": BAD}]});
        server.notify("textDocument/didChange", change).await;
        server
            .notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}))
            .await;
        server
            .notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}))
            .await;
    }
    server.expect_no_diagnostics().await;
}

#[tokio::test]
async fn a_folder_with_workflows_is_a_repository_of_its_own() {
    let inner_workflow = "examples/inner/.github/workflows/release.yml";
    let inner = "examples/inner/package.json";
    let repository = Repository::new(&[
        (WORKFLOW, PUBLISHES),
        (MANIFEST, ""),
        (inner_workflow, ""),
        (inner, ""),
    ]);
    let mut server = server(&repository).await;
    server.open(inner, 1, PRIVATE).await;
    server.expect_diagnostics(inner, 1, &[]).await;
    server.open(MANIFEST, 1, PRIVATE).await;
    server.expect_diagnostics(MANIFEST, 1, &[PRIVATE_AT]).await;
    server.open(inner_workflow, 1, PUBLISHES).await;
    server.expect_diagnostics(inner, 1, &[PRIVATE_AT]).await;
}

#[tokio::test]
async fn several_repositories_are_judged_apart() {
    let workflow = |folder: &str| format!("{folder}/.github/workflows/a.yml");
    let (one, two) = ("one/package.json", "two/package.json");
    let repository = Repository::new(&[
        (one, ""),
        (&workflow("one"), PUBLISHES),
        (two, ""),
        (&workflow("two"), ""),
    ]);
    let mut server = TestServer::start(&repository);
    let folder = |name: &str| json!({"uri": uri(name), "name": name});
    server
        .initialize(json!({"workspaceFolders": [folder("one")], "capabilities": {}}))
        .await;
    let event = json!({"event": {"added": [folder("two")], "removed": []}});
    server.notify("workspace/didChangeWorkspaceFolders", event).await;
    server.open(one, 1, PRIVATE).await;
    server.expect_diagnostics(one, 1, &[PRIVATE_AT]).await;
    server.open(two, 1, PRIVATE).await;
    server.expect_diagnostics(two, 1, &[]).await;
    server.open(&workflow("two"), 1, BAD).await;
    server
        .expect_diagnostics(&workflow("two"), 1, &["0:0 unused-ignore"])
        .await;
}

#[tokio::test]
async fn a_single_file_needs_no_folder_and_no_repository() {
    let mut server = TestServer::start(&Repository::default());
    server
        .initialize(json!({"rootUri": null, "workspaceFolders": null, "capabilities": {}}))
        .await;
    server.open("elsewhere/action.yml", 1, BAD).await;
    server
        .expect_diagnostics("elsewhere/action.yml", 1, &["0:0 unused-ignore"])
        .await;
    // A workflow that is not saved yet still says where its repository is.
    let workflow = "new/.github/workflows/a.yml";
    server.open(workflow, 1, &format!("{COMMENT}\n{PUBLISHES}")).await;
    server
        .expect_diagnostics(workflow, 1, &["0:0 unused-ignore"])
        .await;
    server.open("new/package.json", 1, PRIVATE).await;
    server
        .expect_diagnostics("new/package.json", 1, &[PRIVATE_AT])
        .await;
}

#[tokio::test]
async fn a_folder_that_becomes_a_repository_is_read() {
    let repository = Repository::default();
    let capabilities = json!({"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}});
    let mut server = TestServer::initialized(&repository, capabilities).await;
    let question = server.receive_call("client/registerCapability").await;
    server
        .send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": null}))
        .await;
    repository.write("action.yml", "{");
    server.open(MANIFEST, 1, PRIVATE).await;
    server.expect_diagnostics(MANIFEST, 1, &[]).await;
    repository.write(MANIFEST, "{}");
    let calls = PUBLISHES.replace("run: npm publish", "run: npm publish\n      - uses: ./");
    server.open(WORKFLOW, 1, &calls).await;
    server.expect_diagnostics(MANIFEST, 1, &[PRIVATE_AT]).await;
}

#[tokio::test]
async fn a_diagnostic_says_where_it_comes_from() {
    let capabilities = json!({"textDocument": {"publishDiagnostics": {"codeDescriptionSupport": true}}});
    let mut server = TestServer::initialized(&Repository::new(&[(WORKFLOW, "")]), capabilities).await;
    server
        .open(WORKFLOW, 1, &format!("a: 1\r\n{COMMENT}\r\nb: 2"))
        .await;
    let published = server.receive_call("textDocument/publishDiagnostics").await;
    let diagnostics = &published["params"]["diagnostics"];
    assert_eq!(show_diagnostics(diagnostics), ["1:0 unused-ignore"]);
    let diagnostic = &diagnostics[0];
    assert_eq!(
        diagnostic["range"]["end"],
        json!({"line": 1, "character": COMMENT.len()})
    );
    assert_eq!(diagnostic["severity"], 3);
    assert_eq!(diagnostic["source"], "trustpub");
    assert_eq!(diagnostic["code"], UNUSED);
    assert_eq!(
        diagnostic["codeDescription"]["href"],
        trustpub_analysis::rules::docs_url(UNUSED)
    );
}
