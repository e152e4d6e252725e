//! The workflow that the editor offers at the name of a package.

use serde_json::{Value, json};

use crate::client_text::apply_edits;
use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const MANIFEST: &str = "{\n  \"description\": \"é\", \"name\": \"widget\",\n  \"version\": \"1.0.0\"\n}\n";
const RELEASE: &str = ".github/workflows/release.yml";
const PUBLISH: &str = ".github/workflows/publish.yml";
const CHECKS: (&str, &str) = (".github/workflows/test.yml", "on: push\njobs: {}\n");

/// A server that has the manifest open, in a repository with these other files.
async fn with_files(files: &[(&str, &str)], workspace_edit: Value) -> TestServer {
    let files = [files, &[("package.json", MANIFEST), CHECKS]].concat();
    let repository = Repository::new(&files).named("acme/widget", false);
    let mut server = TestServer::start(&repository);
    let capabilities = json!({
        "workspace": {"workspaceEdit": workspace_edit},
        "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
    });
    let params = json!({"rootUri": uri(""), "capabilities": capabilities});
    server.initialize(params).await;
    server.open("package.json", 4, MANIFEST).await;
    server
}

/// As Neovim says it.
fn can_create() -> Value {
    json!({"resourceOperations": ["create", "rename"]})
}

async fn offered(server: &mut TestServer, range: [u32; 4]) -> Vec<Value> {
    server
        .code_actions("package.json", range, json!(["refactor"]))
        .await
}

#[tokio::test]
async fn the_name_of_a_package_offers_a_workflow_that_publishes_it() {
    let mut server = with_files(&[], can_create()).await;
    for elsewhere in [[0, 0, 0, 1], [1, 3, 1, 8], [2, 4, 2, 4]] {
        assert_eq!(
            offered(&mut server, elsewhere).await,
            [] as [Value; 0],
            "{elsewhere:?}"
        );
    }
    assert_eq!(offered(&mut server, [1, 31, 1, 31]).await.len(), 1);
    let actions = offered(&mut server, [1, 22, 1, 22]).await;
    let [action] = actions.as_slice() else {
        panic!("{actions:?}");
    };
    assert_eq!(
        action["title"],
        "Create `.github/workflows/release.yml`, which publishes to npm without a token"
    );
    let changes = &action["edit"]["documentChanges"];
    assert_eq!(changes[0], json!({"kind": "create", "uri": uri(RELEASE)}));
    assert_eq!(
        changes[1]["textDocument"],
        json!({"uri": uri(RELEASE), "version": null})
    );
    let workflow = apply_edits("", &changes[1]["edits"], "utf-16");
    assert_eq!(
        changes[2]["textDocument"],
        json!({"uri": uri("package.json"), "version": 4})
    );
    let manifest = apply_edits(MANIFEST, &changes[2]["edits"], "utf-16");
    assert!(
        manifest.contains("git+https://github.com/acme/widget.git"),
        "{manifest}"
    );
    assert_eq!(changes.as_array().map(Vec::len), Some(3));

    server.replace("package.json", 5, &manifest).await;
    server.open(RELEASE, 1, &workflow).await;
    server.expect_diagnostics(RELEASE, 1, &[]).await;
    server.expect_diagnostics("package.json", 5, &[]).await;
    assert_eq!(offered(&mut server, [1, 22, 1, 22]).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_file_that_is_there_is_never_replaced() {
    let other = "on: push\njobs: {}\n";
    let mut server = with_files(&[(RELEASE, other)], can_create()).await;
    let actions = offered(&mut server, [1, 22, 1, 22]).await;
    let create = &actions[0]["edit"]["documentChanges"][0];
    assert_eq!(create, &json!({"kind": "create", "uri": uri(PUBLISH)}));

    let mut server = with_files(&[(RELEASE, other), (PUBLISH, other)], can_create()).await;
    assert_eq!(offered(&mut server, [1, 22, 1, 22]).await, [] as [Value; 0]);
}

#[tokio::test]
async fn nothing_is_offered_where_something_publishes_already() {
    let publishing =
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm publish\n";
    let mut server = with_files(&[(".github/workflows/ci.yml", publishing)], can_create()).await;
    assert_eq!(offered(&mut server, [1, 22, 1, 22]).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_client_that_makes_no_files_is_offered_none() {
    for edits in [
        json!({}),
        json!({"documentChanges": true}),
        json!({"documentChanges": true, "resourceOperations": ["delete"]}),
    ] {
        let mut server = with_files(&[], edits.clone()).await;
        assert_eq!(
            offered(&mut server, [1, 22, 1, 22]).await,
            [] as [Value; 0],
            "{edits}"
        );
    }
}

/// A server whose client shows documents, and has these general capabilities.
async fn shows_documents(general: Value) -> TestServer {
    let repository = Repository::new(&[("package.json", MANIFEST), CHECKS]).named("acme/widget", false);
    let mut server = TestServer::start(&repository);
    let capabilities = json!({
        "workspace": {"workspaceEdit": can_create()},
        "general": general,
        "window": {"showDocument": {"support": true}},
        "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
    });
    server
        .initialize(json!({"rootUri": uri(""), "capabilities": capabilities}))
        .await;
    server.open("package.json", 4, MANIFEST).await;
    server
}

#[tokio::test]
async fn after_it_the_workflow_is_shown_and_what_to_enter_on_npm() {
    let mut server = shows_documents(json!({"markdown": {"parser": "marked"}})).await;
    let actions = offered(&mut server, [1, 31, 1, 31]).await;
    let command = &actions[0]["command"];
    assert_eq!(command["command"], "trustpub.enterOnNpm");
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    let answer = server.request("workspace/executeCommand", params).await;
    let item = &answer["checklist"][0]["items"][0];
    assert_eq!(
        item["urls"],
        json!(["https://www.npmjs.com/package/widget/access"])
    );
    let shown = server.receive_call("window/showDocument").await;
    assert_eq!(
        shown["params"],
        json!({"uri": uri(RELEASE), "external": false, "takeFocus": true})
    );
    let asked = server.receive_call("window/showMessageRequest").await;
    assert_eq!(
        asked["params"]["message"],
        "Register the trusted publisher of `widget`: owner `acme`, repository `widget`, workflow `release.yml`, no environment, allowed \
         action `npm publish`."
    );
    assert_eq!(asked["params"]["actions"], json!([{"title": "Open npm"}]));
    server
        .send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"title": "Open npm"}}))
        .await;
    let page = server.receive_call("window/showDocument").await;
    assert_eq!(
        page["params"]["uri"],
        "https://www.npmjs.com/package/widget/access"
    );
}

#[tokio::test]
async fn a_client_on_a_terminal_is_not_asked() {
    let mut server = shows_documents(json!({})).await;
    let actions = offered(&mut server, [1, 31, 1, 31]).await;
    let command = &actions[0]["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    server.request("workspace/executeCommand", params).await;
    let told = server.receive_call("window/showMessage").await;
    let message = told["params"]["message"].as_str().unwrap();
    assert!(
        message.ends_with("https://www.npmjs.com/package/widget/access"),
        "{message}"
    );
}

#[tokio::test]
async fn a_client_that_shows_no_documents_is_told_in_a_message() {
    let mut server = with_files(&[], can_create()).await;
    let actions = offered(&mut server, [1, 31, 1, 31]).await;
    let command = &actions[0]["command"];
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    server.request("workspace/executeCommand", params).await;
    let told = server.receive_call("window/showMessage").await;
    let message = told["params"]["message"].as_str().unwrap();
    assert!(message.contains("workflow `release.yml`"), "{message}");
}
