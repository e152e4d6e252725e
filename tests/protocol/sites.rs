//! What the editor shows of a publish site: inlay hints and the table under the cursor.

use serde_json::{Value, json};
use trustpub_analysis::Workspace;

use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/release.yml";
const MANIFEST: &str = r#"{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }"#;

fn workflow(node: &str) -> String {
    format!(
        "on: push\njobs:\n  publish:\n    permissions: {{ id-token: write }}\n    runs-on: ubuntu-latest\n    steps:\n      - \
         uses: actions/setup-node@v6\n        with:\n          node-version-file: .nvmrc\n      - run: echo 😀 && npm publish\n\
         # {node}\n"
    )
}

async fn with_open(text: &str, node: &str) -> TestServer {
    let repository = Repository::new(&[(WORKFLOW, text), ("package.json", MANIFEST), (".nvmrc", node)]);
    let mut server = TestServer::start_with(&repository, || Box::new(Workspace::new()));
    let capabilities = json!({
        "workspace": {"inlayHint": {"refreshSupport": true}},
        "textDocument": {"hover": {"contentFormat": ["markdown"]}},
    });
    server
        .initialize(json!({"rootUri": uri(""), "capabilities": capabilities}))
        .await;
    server.open(WORKFLOW, 1, text).await;
    server
}

/// The hints in some lines, as `line:column label`.
async fn hints(server: &mut TestServer, path: &str, from: u32, to: u32) -> Vec<String> {
    let range = json!({"start": {"line": from, "character": 0}, "end": {"line": to, "character": 0}});
    let params = json!({"textDocument": {"uri": uri(path)}, "range": range});
    let hints = server.request("textDocument/inlayHint", params).await;
    let show = |hint: &Value| {
        let position = &hint["position"];
        let label = hint["label"].as_str().unwrap();
        format!("{}:{} {label}", position["line"], position["character"])
    };
    hints.as_array().unwrap().iter().map(show).collect()
}

#[tokio::test]
async fn hints_stand_behind_their_words_in_the_range_that_is_asked_for() {
    let mut server = with_open(&workflow(""), "22.14.0").await;
    server.open(".nvmrc", 1, "22.14.0").await;
    assert_eq!(
        hints(&mut server, WORKFLOW, 0, 20).await,
        ["9:35 → fails: ENEEDAUTH"]
    );
    assert!(hints(&mut server, WORKFLOW, 0, 5).await.is_empty());
    assert_eq!(
        hints(&mut server, ".nvmrc", 0, 1).await,
        ["0:7 npm 10.9.2, too old"]
    );
}

#[tokio::test]
async fn a_change_elsewhere_makes_the_client_ask_again() {
    let mut server = with_open(&workflow(""), "22.14.0").await;
    server.open(".nvmrc", 1, "22.14.0").await;
    assert_eq!(hints(&mut server, WORKFLOW, 0, 20).await.len(), 1);
    server.replace(".nvmrc", 2, "24.11.0").await;
    server.receive_call("workspace/inlayHint/refresh").await;
    assert_eq!(
        hints(&mut server, WORKFLOW, 0, 20).await,
        ["9:35 → publishes by OIDC"]
    );
}

#[tokio::test]
async fn the_table_names_each_fact_and_leads_to_its_place() {
    let mut server = with_open(&workflow(""), "22.14.0").await;
    let position = json!({"line": 9, "character": 30});
    let params = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": position});
    let hover = server.request("textDocument/hover", params).await;
    let text = hover["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("**✗** fails: ENEEDAUTH\n"), "{text}");
    let npm = format!(
        "| ✗ npm | 10.9.2, older than 11.5.1 (with Node 22.14.0 of .nvmrc) | [.nvmrc:1]({}#L1) |",
        uri(".nvmrc")
    );
    assert!(text.contains(&npm), "{text}");
    assert!(
        text.contains("| ✓ id-token | granted here | [release.yml:4]("),
        "{text}"
    );
    assert_eq!(hover["range"]["start"], json!({"line": 9, "character": 24}));
}
