//! What the editor offers at a diagnostic.

use serde_json::{Value, json};

use crate::client_text::apply_edits;
use crate::repository::{Repository, uri};
use crate::test_server::TestServer;
use crate::texts::{BAD, COMMENT, UNUSED};

const WORKFLOW: &str = ".github/workflows/release.yml";
const CALLED: &str = ".github/workflows/publish.yml";

/// A job that publishes with a token. The safe fix of its first line, the unsafe fix of its last line and the rewrite of the job
/// are all offered.
const TOKEN: &str = "\
on: push # trustpub: ignore[private-true] moved
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
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
";
const TOKEN_LINE: u32 = 14;

/// A call that has an environment, which the fix moves to the workflow that is called.
const CALLS: &str = "\
on: push
jobs:
  call:
    environment: npm
    permissions: { id-token: write, contents: read }
    uses: ./.github/workflows/publish.yml
";
const IS_CALLED: &str = "\
on: workflow_call
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
";

/// A server that has `text` open, and another workflow on disk.
async fn with_open(text: &str) -> TestServer {
    let manifest = r#"{ "name": "widget", "version": "1.0.0", "repository": "github:acme/widget" }"#;
    let repository = Repository::new(&[(WORKFLOW, ""), (CALLED, IS_CALLED), ("package.json", manifest)]);
    let literals = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let capabilities = json!({
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {"codeAction": literals, "hover": {"contentFormat": ["markdown"]}},
    });
    let mut server = TestServer::initialized(&repository, capabilities).await;
    server.open(WORKFLOW, 3, text).await;
    server
}

/// Actions as `kind: rules of their diagnostics`.
fn show(actions: &[Value]) -> Vec<String> {
    let show = |action: &Value| {
        let diagnostics = action["diagnostics"].as_array().unwrap().iter();
        let rules: Vec<&str> = diagnostics.map(|found| found["code"].as_str().unwrap()).collect();
        format!("{}: {}", action["kind"].as_str().unwrap(), rules.join(", "))
    };
    actions.iter().map(show).collect()
}

const FIX_ALL: &str = "source.fixAll.trustpub: unused-ignore";

#[tokio::test]
async fn the_fixes_of_the_diagnostics_in_the_range_are_offered() {
    let mut server = with_open(TOKEN).await;
    for touching in [[0, 9, 0, 9], [0, 40, 0, 47], [0, 20, 1, 2]] {
        let actions = server.code_actions(WORKFLOW, touching, Value::Null).await;
        assert_eq!(
            show(&actions),
            ["quickfix: unused-ignore", FIX_ALL],
            "{touching:?}"
        );
    }
    let at_token = [TOKEN_LINE, 12, TOKEN_LINE, 12];
    let actions = server.code_actions(WORKFLOW, at_token, Value::Null).await;
    let expected = [
        "quickfix: publish-token-env",
        "refactor.rewrite: publish-token-env",
        // Ignores it.
        "quickfix: publish-token-env",
        FIX_ALL,
    ];
    assert_eq!(show(&actions), expected);
    let actions = server.code_actions(WORKFLOW, [1, 0, 1, 4], Value::Null).await;
    assert_eq!(show(&actions), [FIX_ALL]);
}

#[tokio::test]
async fn only_a_safe_fix_is_preferred() {
    let mut server = with_open(TOKEN).await;
    let everywhere = [0, 0, 99, 0];
    let actions = server
        .code_actions(WORKFLOW, everywhere, json!(["quickfix"]))
        .await;
    let preferred: Vec<_> = actions
        .iter()
        .map(|action| action["isPreferred"] == true)
        .collect();
    assert_eq!(
        show(&actions),
        [
            "quickfix: unused-ignore",
            "quickfix: concurrency-missing",
            "quickfix: publish-token-env"
        ]
    );
    assert_eq!(preferred, [true, false, false]);
}

#[tokio::test]
async fn only_the_kinds_that_are_asked_for_are_offered() {
    let mut server = with_open(TOKEN).await;
    let mut kinds = async |only: &[&str]| {
        let actions = server.code_actions(WORKFLOW, [0, 0, 99, 0], json!(only)).await;
        let mut kinds: Vec<_> = actions
            .iter()
            .map(|action| action["kind"].as_str().unwrap().to_owned())
            .collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds(&["quickfix"]).await, ["quickfix"]);
    assert_eq!(kinds(&["refactor"]).await, ["refactor.rewrite"]);
    assert_eq!(kinds(&["source"]).await, ["source.fixAll.trustpub"]);
    assert_eq!(kinds(&["source.fixAll"]).await, ["source.fixAll.trustpub"]);
    assert_eq!(
        kinds(&["source.organizeImports", "refactor.extract"]).await,
        [""; 0]
    );
    assert_eq!(
        kinds(&[""]).await,
        ["quickfix", "refactor.rewrite", "source.fixAll.trustpub"]
    );
}

#[tokio::test]
async fn fix_all_applies_every_safe_fix_in_one_edit() {
    let text = format!("é: 1 {COMMENT}\r\nb: 2 {COMMENT}\r\n");
    let mut server = with_open(&text).await;
    let actions = server
        .code_actions(WORKFLOW, [0, 0, 0, 0], json!(["source.fixAll"]))
        .await;
    let [action] = actions.as_slice() else {
        panic!("{actions:?}");
    };
    assert_eq!(action["diagnostics"].as_array().map(Vec::len), Some(2));
    let documents = &action["edit"]["documentChanges"];
    assert_eq!(
        documents[0]["textDocument"],
        json!({"uri": uri(WORKFLOW), "version": 3})
    );
    assert_eq!(
        apply_edits(&text, &documents[0]["edits"], "utf-16"),
        "é: 1\r\nb: 2\r\n"
    );
}

/// The fix that moves the environment: its documents.
async fn move_environment(server: &mut TestServer) -> Value {
    let actions = server
        .code_actions(WORKFLOW, [3, 6, 3, 6], json!(["quickfix"]))
        .await;
    let is_move = |action: &&Value| show(std::slice::from_ref(*action)) == ["quickfix: environment-lost"];
    let action = actions.iter().find(is_move);
    action.unwrap_or_else(|| panic!("{actions:?}"))["edit"]["documentChanges"].clone()
}

#[tokio::test]
async fn an_edit_of_several_files_carries_the_versions_of_those_that_are_open() {
    let mut server = with_open(CALLS).await;
    let documents = move_environment(&mut server).await;
    assert_eq!(
        documents[0]["textDocument"],
        json!({"uri": uri(WORKFLOW), "version": 3})
    );
    // A file that is not open has no version.
    assert_eq!(
        documents[1]["textDocument"],
        json!({"uri": uri(CALLED), "version": null})
    );
    let moved = apply_edits(IS_CALLED, &documents[1]["edits"], "utf-16");
    assert!(moved.contains("    environment: npm\n"), "{moved}");

    server.open(CALLED, 41, IS_CALLED).await;
    let documents = move_environment(&mut server).await;
    assert_eq!(
        documents[1]["textDocument"],
        json!({"uri": uri(CALLED), "version": 41})
    );
}

#[tokio::test]
async fn diagnostics_of_other_servers_do_not_disturb() {
    let mut server = with_open(BAD).await;
    let foreign = json!({"range": "none", "relatedInformation": [{"location": {"uri": "not a uri"}}]});
    let start = json!({"line": 0, "character": 0});
    let params = json!({
        "textDocument": {"uri": uri(WORKFLOW)},
        "range": {"start": start, "end": start},
        "context": {"diagnostics": [foreign], "triggerKind": 9},
    });
    let actions = server.request("textDocument/codeAction", params).await;
    assert_eq!(actions.as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_client_that_takes_only_commands_gets_no_actions() {
    let mut server = TestServer::initialized(&Repository::new(&[(WORKFLOW, "")]), json!({})).await;
    server.open(WORKFLOW, 1, BAD).await;
    assert_eq!(
        server.code_actions(WORKFLOW, [0, 0, 0, 0], Value::Null).await,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn hover_explains_the_diagnostic_and_links_to_its_page() {
    let text = format!("é: {COMMENT}");
    let mut server = with_open(&text).await;
    let mut hover = async |character: usize| {
        let position = json!({"line": 0, "character": character});
        let params = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": position});
        server.request("textDocument/hover", params).await
    };
    assert_eq!(hover(1).await, Value::Null);
    let end = 3 + COMMENT.len();
    for inside in [3, 4, end] {
        let found = hover(inside).await;
        let range = json!({"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": end}});
        assert_eq!(found["range"], range, "{inside}");
        let text = found["contents"]["value"].as_str().unwrap();
        let link = format!("[{UNUSED}]({})", trustpub_analysis::rules::docs_url(UNUSED));
        // The page's first paragraph explains it. The message is not repeated.
        assert!(text.ends_with(&format!("\n\n{link}")), "{text}");
    }
}
