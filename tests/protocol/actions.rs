//! What the editor offers at a diagnostic.

use serde_json::{Value, json};

use crate::client_text::apply_edits;
use crate::repository::{Repository, uri};
use crate::test_server::{TestServer, show_diagnostics};

const WORKFLOW: &str = ".github/workflows/release.yml";
const FIX_ALL: &str = "source.fixAll.trustpub: Fix all safely fixable trustpub problems";

/// A server that has `text` open, and `package.json` on disk.
async fn with_open(text: &str) -> TestServer {
    let repository = Repository::new(&[(WORKFLOW, ""), ("package.json", "{}")]);
    let literals = json!({"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}});
    let capabilities = json!({
        "workspace": {"workspaceEdit": {"documentChanges": true}},
        "textDocument": {"codeAction": literals, "hover": {"contentFormat": ["markdown"]}},
    });
    let mut server = TestServer::initialized(&repository, capabilities).await;
    server.open(WORKFLOW, 3, text).await;
    server
}

/// Actions as `kind: title`.
fn show(actions: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    actions
        .iter()
        .map(|action| format!("{}: {}", text(&action["kind"]), text(&action["title"])))
        .collect()
}

#[tokio::test]
async fn the_fixes_of_the_diagnostics_in_the_range_are_offered() {
    let mut server = with_open("BAD\nfine\nTOKEN").await;
    let bad = ["quickfix: Make it good", "quickfix: Delete it", FIX_ALL];
    for touching in [[0, 0, 0, 0], [0, 3, 0, 3], [0, 1, 1, 2]] {
        let actions = server.code_actions(WORKFLOW, touching, Value::Null).await;
        assert_eq!(show(&actions), bad, "{touching:?}");
    }
    let actions = server.code_actions(WORKFLOW, [2, 2, 2, 2], Value::Null).await;
    assert_eq!(show(&actions), ["refactor.rewrite: Migrate", FIX_ALL]);
    let actions = server.code_actions(WORKFLOW, [1, 0, 1, 4], Value::Null).await;
    assert_eq!(show(&actions), [FIX_ALL]);
}

#[tokio::test]
async fn the_first_safe_fix_is_preferred_and_names_its_diagnostic() {
    let mut server = with_open("BAD").await;
    let actions = server
        .code_actions(WORKFLOW, [0, 0, 0, 0], json!(["quickfix"]))
        .await;
    let preferred: Vec<_> = actions
        .iter()
        .map(|action| action["isPreferred"] == true)
        .collect();
    assert_eq!(preferred, [true, false]);
    for action in &actions {
        assert_eq!(show_diagnostics(&action["diagnostics"]), ["0:0 this is bad"]);
    }
}

#[tokio::test]
async fn only_the_kinds_that_are_asked_for_are_offered() {
    let mut server = with_open("BAD TOKEN").await;
    let mut kinds = async |only: &[&str]| {
        let actions = server.code_actions(WORKFLOW, [0, 0, 0, 9], json!(only)).await;
        let mut kinds: Vec<_> = actions
            .iter()
            .map(|action| action["kind"].as_str().unwrap().to_owned())
            .collect();
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
async fn fix_all_applies_every_safe_fix_in_one_edit_over_all_files() {
    let text = "é BAD\r\nBAD and TOKEN";
    let mut server = with_open(text).await;
    let actions = server
        .code_actions(WORKFLOW, [0, 0, 0, 0], json!(["source.fixAll"]))
        .await;
    let [action] = actions.as_slice() else {
        panic!("{actions:?}");
    };
    assert_eq!(action["diagnostics"].as_array().map(Vec::len), Some(3));
    let documents = &action["edit"]["documentChanges"];
    assert_eq!(
        documents[0]["textDocument"],
        json!({"uri": uri(WORKFLOW), "version": 3})
    );
    assert_eq!(
        apply_edits(text, &documents[0]["edits"], "utf-16"),
        "é GOOD\r\nGOOD and OIDC"
    );
    // A file that is not open has no version.
    assert_eq!(
        documents[1]["textDocument"],
        json!({"uri": uri("package.json"), "version": null})
    );
    assert_eq!(apply_edits("{}", &documents[1]["edits"], "utf-16"), "#{}");
}

#[tokio::test]
async fn an_edit_of_another_open_document_carries_its_version() {
    let mut server = with_open("TOKEN").await;
    server.open("package.json", 41, "{ }").await;
    let actions = server
        .code_actions(WORKFLOW, [0, 0, 0, 0], json!(["refactor.rewrite"]))
        .await;
    let document = &actions[0]["edit"]["documentChanges"][1]["textDocument"];
    assert_eq!(*document, json!({"uri": uri("package.json"), "version": 41}));
}

#[tokio::test]
async fn diagnostics_of_other_servers_do_not_disturb() {
    let mut server = with_open("BAD").await;
    let foreign = json!({"range": "none", "relatedInformation": [{"location": {"uri": "not a uri"}}]});
    let start = json!({"line": 0, "character": 0});
    let params = json!({
        "textDocument": {"uri": uri(WORKFLOW)},
        "range": {"start": start, "end": start},
        "context": {"diagnostics": [foreign], "triggerKind": 9},
    });
    let actions = server.request("textDocument/codeAction", params).await;
    assert_eq!(actions.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_client_that_takes_only_commands_gets_no_actions() {
    let mut server = TestServer::initialized(&Repository::new(&[(WORKFLOW, "")]), json!({})).await;
    server.open(WORKFLOW, 1, "BAD").await;
    assert_eq!(
        server.code_actions(WORKFLOW, [0, 0, 0, 0], Value::Null).await,
        Vec::<Value>::new()
    );
}

#[tokio::test]
async fn hover_explains_the_diagnostic_and_links_to_its_page() {
    let mut server = with_open("é BAD").await;
    let mut hover = async |character: u32| {
        let position = json!({"line": 0, "character": character});
        let params = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": position});
        server.request("textDocument/hover", params).await
    };
    assert_eq!(hover(1).await, Value::Null);
    for inside in [2, 4, 5] {
        let found = hover(inside).await;
        let range = json!({"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 5}});
        assert_eq!(found["range"], range, "{inside}");
        let text = found["contents"]["value"].as_str().unwrap();
        let link = format!(
            "[a-fake-rule]({})",
            trustpub_analysis::rules::docs_url("a-fake-rule")
        );
        // The rule has no page to explain it, and the message is not repeated.
        assert_eq!(text, link);
    }
}
