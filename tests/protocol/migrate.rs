//! The command that moves a repository to trusted publishing, and where it is offered.

use serde_json::{Value, json};

use crate::client_text::apply_edits;
use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const RELEASE: &str = ".github/workflows/release.yml";
const TITLE: &str = "Move all publishing to trusted publishing";

const TOKEN: &str = "\
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
";

const MOVED: &str = "\
on: push
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
";

const MANIFEST: &str = "{\n  \"name\": \"@acme/widget\",\n  \"version\": \"1.0.0\"\n}\n";

/// A server that has the workflow open and the manifest on disk.
async fn with_open(workflow: &str, apply_edit: bool) -> TestServer {
    let repository =
        Repository::new(&[(RELEASE, ""), ("package.json", MANIFEST)]).named("acme/widget", false);
    let mut server = TestServer::start(&repository);
    let capabilities = json!({
        "workspace": {"applyEdit": apply_edit, "workspaceEdit": {"documentChanges": true}},
        "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
    });
    let params = json!({"rootUri": uri(""), "capabilities": capabilities});
    let provided = server.initialize(params).await;
    assert_eq!(
        provided["executeCommandProvider"]["commands"],
        json!([
            "trustpub.migrate",
            "trustpub.openAccessPage",
            "trustpub.enterOnNpm"
        ])
    );
    server.open(RELEASE, 3, workflow).await;
    server
}

async fn offers(server: &mut TestServer, range: [u32; 4]) -> Vec<Value> {
    let mut actions = server
        .code_actions(RELEASE, range, json!(["refactor.rewrite"]))
        .await;
    actions.retain(|action| action["title"] == TITLE);
    actions
}

#[tokio::test]
async fn it_is_offered_at_the_publish_step_and_at_its_token() {
    let mut server = with_open(TOKEN, true).await;
    let command = [9, 15, 9, 15];
    let token = [11, 12, 11, 12];
    for range in [command, token] {
        let actions = offers(&mut server, range).await;
        let [action] = actions.as_slice() else {
            panic!("{actions:?}");
        };
        assert_eq!(
            action["command"],
            json!({"title": TITLE, "command": "trustpub.migrate", "arguments": [uri(RELEASE)]})
        );
        assert_eq!(action["edit"], Value::Null);
    }
    assert_eq!(offers(&mut server, [3, 6, 3, 6]).await, [] as [Value; 0]);
}

#[tokio::test]
async fn it_is_not_offered_without_a_token_or_to_a_client_that_applies_no_edits() {
    let mut server = with_open(MOVED, true).await;
    assert_eq!(offers(&mut server, [12, 15, 12, 15]).await, [] as [Value; 0]);
    let mut server = with_open(TOKEN, false).await;
    assert_eq!(offers(&mut server, [9, 15, 9, 15]).await, [] as [Value; 0]);
}

#[tokio::test]
async fn the_command_applies_one_edit_and_answers_with_the_checklist() {
    let mut server = with_open(TOKEN, true).await;
    let params = json!({"command": "trustpub.migrate", "arguments": [uri(RELEASE)]});
    let answer = server.request("workspace/executeCommand", params).await;
    let sections = answer["checklist"].as_array().unwrap();
    let ids: Vec<&str> = sections
        .iter()
        .map(|section| section["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["moved", "before", "after"]);
    assert_eq!(
        sections[1]["items"][1]["commands"][0],
        "npm trust github @acme/widget --file release.yml --repository acme/widget --allow-publish"
    );

    let call = server.receive_call("workspace/applyEdit").await;
    let changes = &call["params"]["edit"]["documentChanges"];
    assert_eq!(
        changes[0]["textDocument"],
        json!({"uri": uri(RELEASE), "version": 3})
    );
    assert_eq!(apply_edits(TOKEN, &changes[0]["edits"], "utf-16"), MOVED);
    let manifest = apply_edits(MANIFEST, &changes[1]["edits"], "utf-16");
    assert!(
        manifest.contains("git+https://github.com/acme/widget.git"),
        "{manifest}"
    );
    let shown = server.receive_call("window/showMessage").await;
    assert_eq!(
        shown["params"]["message"],
        "Before you merge this, register the trusted publisher on npm. `trustpub setup` says what to enter."
    );
}

#[tokio::test]
async fn what_cannot_move_is_said() {
    let lerna = TOKEN.replace("npm publish", "npx lerna@8.2.4 publish from-package --yes");
    let mut server = with_open(&lerna, true).await;
    let params = json!({"command": "trustpub.migrate", "arguments": [uri(RELEASE)]});
    server.request("workspace/executeCommand", params).await;
    let shown = server.receive_call("window/showMessage").await;
    assert_eq!(
        shown["params"]["message"],
        "`lerna publish` in .github/workflows/release.yml keeps its token: lerna 8.2.4 cannot use trusted publishing; \
         update lerna to 9 first."
    );
    assert!(!server.has_received(|message| message["method"] == "workspace/applyEdit"));
}

#[tokio::test]
async fn another_command_or_another_argument_is_an_error() {
    let mut server = with_open(TOKEN, true).await;
    for params in [
        json!({"command": "trustpub.other", "arguments": [uri(RELEASE)]}),
        json!({"command": "trustpub.migrate", "arguments": []}),
        json!({"command": "trustpub.migrate", "arguments": ["no uri"]}),
    ] {
        assert_eq!(
            server.error_code("workspace/executeCommand", params).await,
            -32602
        );
    }
    let unknown = json!({"command": "trustpub.migrate", "arguments": ["file:///elsewhere/a.yml"]});
    assert_eq!(
        server.request("workspace/executeCommand", unknown).await,
        Value::Null
    );
}
