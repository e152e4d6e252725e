//! What the editor shows of a publish site: inlay hints and the hover.

use serde_json::{Value, json};

use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/release.yml";
const MANIFEST: &str = r#"{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }"#;

const RELEASE: &str = "on: push
jobs:
  publish:
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version-file: .nvmrc
      - run: echo 😀 && npm publish --access public
";

/// A server that has the workflow open, and a file that says which Node it takes.
async fn with_node(node: &str, capabilities: Value) -> TestServer {
    let files = [(WORKFLOW, RELEASE), ("package.json", MANIFEST), (".nvmrc", node)];
    let mut server = TestServer::start(&Repository::new(&files));
    server
        .initialize(json!({"rootUri": uri(""), "capabilities": capabilities}))
        .await;
    server.open(WORKFLOW, 1, RELEASE).await;
    server.open(".nvmrc", 1, node).await;
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

/// The text and the range under the publish command.
async fn hover(server: &mut TestServer) -> (String, Value) {
    let position = json!({"line": 9, "character": 30});
    let params = json!({"textDocument": {"uri": uri(WORKFLOW)}, "position": position});
    let hover = server.request("textDocument/hover", params).await;
    let text = hover["contents"]["value"].as_str().unwrap().to_owned();
    (text, hover["range"].clone())
}

#[tokio::test]
async fn hints_follow_their_words_in_the_range_that_is_asked_for() {
    let mut server = with_node("22.14.0", json!({})).await;
    assert_eq!(
        hints(&mut server, WORKFLOW, 0, 20).await,
        ["9:51 ✗ fails: ENEEDAUTH"]
    );
    assert_eq!(hints(&mut server, WORKFLOW, 0, 5).await, [""; 0]);
    assert_eq!(
        hints(&mut server, ".nvmrc", 0, 1).await,
        ["0:7 ✗ npm 10.9.2, too old"]
    );
}

#[tokio::test]
async fn hints_are_counted_in_the_encoding_of_the_client() {
    for (encoding, column) in [("utf-8", 53), ("utf-16", 51), ("utf-32", 50)] {
        let capabilities = json!({"general": {"positionEncodings": [encoding]}});
        let mut server = with_node("24.11.0", capabilities).await;
        assert_eq!(
            hints(&mut server, WORKFLOW, 0, 20).await,
            [format!("9:{column} ✓ publishes by OIDC")]
        );
    }
}

#[tokio::test]
async fn a_change_elsewhere_makes_the_client_ask_again() {
    let capabilities = json!({"workspace": {"inlayHint": {"refreshSupport": true}}});
    let mut server = with_node("22.14.0", capabilities).await;
    assert_eq!(hints(&mut server, WORKFLOW, 0, 20).await.len(), 1);
    server.replace(".nvmrc", 2, "24.11.0").await;
    server.receive_call("workspace/inlayHint/refresh").await;
    assert_eq!(
        hints(&mut server, WORKFLOW, 0, 20).await,
        ["9:51 ✓ publishes by OIDC"]
    );
}

#[tokio::test]
async fn an_edit_of_the_document_itself_needs_no_asking() {
    let capabilities = json!({"workspace": {"inlayHint": {"refreshSupport": true}}});
    let mut server = with_node("24.11.0", capabilities).await;
    server
        .replace(WORKFLOW, 2, &RELEASE.replace("id-token: write", "contents: read"))
        .await;
    assert_eq!(
        hints(&mut server, WORKFLOW, 0, 20).await,
        ["9:51 ✗ fails: ENEEDAUTH"]
    );
    let asks = |message: &Value| message["method"] == "workspace/inlayHint/refresh";
    assert!(!server.has_received(asks));
}

/// A client that shows Markdown, and follows links in it if it has a viewer.
fn with_markdown(has_viewer: bool) -> Value {
    let viewer = match has_viewer {
        true => json!({"markdown": {"parser": "marked"}}),
        false => json!({}),
    };
    json!({"general": viewer, "textDocument": {"hover": {"contentFormat": ["markdown"]}}})
}

#[tokio::test]
async fn the_hover_lists_each_fact_and_leads_to_its_place() {
    for has_viewer in [true, false] {
        let mut server = with_node("22.14.0", with_markdown(has_viewer)).await;
        let (text, range) = hover(&mut server).await;
        let place = |path: &str, shown: &str, line: u32| match has_viewer {
            true => format!("([{shown}:{line}]({}#L{line}))", uri(path)),
            // An address that cannot be opened would only take space.
            false => format!("(`{shown}:{line}`)"),
        };
        let workflow = |line| place(WORKFLOW, "release.yml", line);
        let manifest = place("package.json", "package.json", 1);
        let expected = [
            "**✗ fails: ENEEDAUTH, npm has no token to publish with**".to_owned(),
            String::new(),
            format!("- **publisher**: `npm publish` {}", workflow(10)),
            format!(
                "- ✗ **npm**: 10.9.2 (with Node 22.14.0 of .nvmrc), too old: trusted publishing needs 11.5.1 {}",
                place(".nvmrc", ".nvmrc", 1)
            ),
            format!("- ✓ **id-token**: granted by `permissions` {}", workflow(4)),
            "- **credentials**: no token".to_owned(),
            "- ✓ **registry**: the public npm registry".to_owned(),
            format!("- **packages**: widget {manifest}"),
            format!("- ? **repository**: acme/widget {manifest}"),
            "- **on npm enter**: workflow release.yml".to_owned(),
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        assert_eq!(range["start"], json!({"line": 9, "character": 24}));
        assert_eq!(range["end"], json!({"line": 9, "character": 51}));
    }
}

#[tokio::test]
async fn the_diagnostics_of_the_command_are_below_its_facts() {
    let mut server = with_node("24.11.0", with_markdown(true)).await;
    let without_setup_node = RELEASE.replace("uses: actions/setup-node@v6", "uses: actions/checkout@v6");
    server.replace(WORKFLOW, 2, &without_setup_node).await;
    let (text, _) = hover(&mut server).await;
    let (facts, diagnostics) = text.split_once("\n\n---\n\n").unwrap();
    assert!(facts.contains("- ✓ **id-token**: granted"), "{facts}");
    assert!(diagnostics.contains("[no-setup-node]("), "{diagnostics}");
}

#[tokio::test]
async fn a_client_without_markdown_gets_the_facts_as_lines() {
    let mut server = with_node("24.11.0", json!({})).await;
    let (text, _) = hover(&mut server).await;
    assert!(
        text.starts_with("✓ publishes by OIDC\n· publisher: `npm publish` (release.yml:10)\n✓ npm: 11.6.1 "),
        "{text}"
    );
}

#[tokio::test]
async fn an_action_of_several_workflows_has_one_list() {
    let workflow = |permissions: &str| {
        format!(
            "on: push\npermissions: {permissions}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./publish\n"
        )
    };
    let action = "runs:\n  using: composite\n  steps:\n    - run: npm publish\n      shell: bash\n";
    let (granted, refused) = (workflow("{ id-token: write }"), workflow("{}"));
    let files = [
        ("publish/action.yml", action),
        (".github/workflows/a.yml", granted.as_str()),
        (".github/workflows/b.yml", refused.as_str()),
    ];
    let mut server = TestServer::start(&Repository::new(&files));
    server
        .initialize(json!({"rootUri": uri(""), "capabilities": {}}))
        .await;
    server.open("publish/action.yml", 1, action).await;
    let position = json!({"line": 3, "character": 14});
    let params = json!({"textDocument": {"uri": uri("publish/action.yml")}, "position": position});
    let hover = server.request("textDocument/hover", params).await;
    let text = hover["contents"]["value"].as_str().unwrap();
    assert_eq!(text.matches("publisher: ").count(), 1, "{text}");
    assert!(
        text.contains(
            "id-token: granted by `permissions`; or not granted by the workflow's `permissions` (b.yml:2)"
        ),
        "{text}"
    );
}
