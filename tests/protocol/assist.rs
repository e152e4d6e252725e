//! What helps while writing: completion and links.

use serde_json::{Value, json};

use crate::client_text::apply_edits;
use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/release.yml";

#[tokio::test]
async fn a_completion_replaces_the_word_before_the_cursor() {
    let text = "on: push\npermissions: # 🔑\n  contents: read\n  id\n";
    let mut server = TestServer::initialized(&Repository::new(&[(WORKFLOW, "")]), json!({})).await;
    server.open(WORKFLOW, 1, text).await;
    let params = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": {"line": 3, "character": 4}});
    let items = server.request("textDocument/completion", params).await;
    let first = &items[0];
    assert_eq!(first["label"], "id-token");
    assert_eq!(first["filterText"], "id-token: write");
    let changed = apply_edits(text, &json!([first["textEdit"]]), "utf-16");
    assert!(changed.ends_with("\n  id-token: write\n"), "{changed}");
}

#[tokio::test]
async fn a_whole_job_keeps_the_indentation_of_its_line() {
    let text = "on: push\njobs:\n  \n";
    let mut server = TestServer::initialized(&Repository::new(&[(WORKFLOW, "")]), json!({})).await;
    server.open(WORKFLOW, 1, text).await;
    let params = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": {"line": 2, "character": 2}});
    let items = server.request("textDocument/completion", params).await;
    let adjust_indentation = 2;
    assert_eq!(items[0]["insertTextMode"], adjust_indentation);
    let inserted = items[0]["textEdit"]["newText"].as_str().unwrap();
    assert!(inserted.starts_with("publish:\n  runs-on: "), "{inserted}");
}

#[tokio::test]
async fn local_actions_and_packages_are_links() {
    let workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./setup\n";
    let files = [
        (WORKFLOW, workflow),
        ("setup/action.yml", "name: Setup\n"),
        ("package.json", "{ \"name\": \"@acme/widget\" }"),
    ];
    let mut server = TestServer::initialized(&Repository::new(&files), json!({})).await;
    server.open(WORKFLOW, 1, workflow).await;
    server.open("package.json", 1, files[2].1).await;
    let links = |path: &str| json!({"textDocument": {"uri": uri(path)}});
    let local = server.request("textDocument/documentLink", links(WORKFLOW)).await;
    assert_eq!(local[0]["target"], uri("setup/action.yml"));
    assert_eq!(local[0]["range"]["start"], json!({"line": 5, "character": 14}));
    let package = server
        .request("textDocument/documentLink", links("package.json"))
        .await;
    assert_eq!(
        package[0]["target"],
        "https://www.npmjs.com/package/@acme/widget/access"
    );
}

/// An editor shows the npm of each Node, not only that of the one which is selected.
#[tokio::test]
async fn each_version_of_node_shows_its_npm() {
    let text =
        "jobs:\n  a:\n    steps:\n    - uses: actions/setup-node@v6\n      with:\n        node-version: \n";
    for (is_supported, member) in [(true, "/labelDetails/description"), (false, "/detail")] {
        let item = json!({"labelDetailsSupport": is_supported});
        let capabilities = json!({"textDocument": {"completion": {"completionItem": item}}});
        let mut server = TestServer::initialized(&Repository::new(&[(WORKFLOW, "")]), capabilities).await;
        server.open(WORKFLOW, 1, text).await;
        let params =
            json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": {"line": 5, "character": 22}});
        let items = server.request("textDocument/completion", params).await;
        let items = items.as_array().unwrap();
        let shown: Vec<&str> = items
            .iter()
            .map(|item| item.pointer(member).and_then(Value::as_str).unwrap_or_default())
            .collect();
        assert!(
            shown.len() > 3 && shown.iter().all(|npm| npm.starts_with("npm 1")),
            "{items:?}"
        );
        let old = items.iter().position(|item| item["label"] == "22").unwrap();
        assert!(shown[old].ends_with(", too old"), "{shown:?}");
    }
}
