//! The action that ignores a finding.

use serde_json::{Value, json};

use crate::client_text::apply_edits;
use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/release.yml";
const RELEASE: &str = "\
on: release # from the web page
jobs:
  publish:
    permissions: { contents: read, id-token: write }
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 22 } # 😀 as in tests
      - run: npm publish
";
const MANIFEST: &str = "{ \"name\": \"widget\", \"version\": \"1.0.0\" }\n";

async fn with_open(path: &str, text: &str, workspace_edit: Value) -> TestServer {
    let repository = Repository::new(&[(WORKFLOW, RELEASE), ("package.json", MANIFEST)]);
    let mut server = TestServer::start(&repository.named("acme/widget", false));
    let capabilities = json!({
        "workspace": {"workspaceEdit": workspace_edit},
        "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
    });
    server
        .initialize(json!({"rootUri": uri(""), "capabilities": capabilities}))
        .await;
    server.open(path, 1, text).await;
    server
}

async fn ignores(server: &mut TestServer, path: &str, range: [u32; 4]) -> Vec<Value> {
    let mut actions = server.code_actions(path, range, json!(["quickfix"])).await;
    actions.retain(|action| {
        action["title"]
            .as_str()
            .is_some_and(|title| title.starts_with("Ignore"))
    });
    actions
}

#[tokio::test]
async fn a_comment_ignores_the_finding_and_leaves_the_others() {
    let mut server = with_open(WORKFLOW, RELEASE, json!({})).await;
    let actions = ignores(&mut server, WORKFLOW, [7, 32, 7, 32]).await;
    let [action] = actions.as_slice() else {
        panic!("{actions:?}");
    };
    assert_eq!(action["title"], "Ignore `npm-too-old-node` here");
    assert_eq!(action["diagnostics"][0]["code"], "npm-too-old-node");
    let edits = &action["edit"]["changes"][uri(WORKFLOW)];
    let text = apply_edits(RELEASE, edits, "utf-16");
    assert_eq!(
        text,
        RELEASE.replace(
            "# 😀 as in tests",
            "# 😀 as in tests # trustpub: ignore[npm-too-old-node] TODO: explain why"
        )
    );
    server.replace(WORKFLOW, 2, &text).await;
    assert_eq!(
        ignores(&mut server, WORKFLOW, [7, 32, 7, 32]).await,
        [] as [Value; 0]
    );
}

#[tokio::test]
async fn a_file_without_comments_is_ignored_by_the_configuration() {
    let can_create = json!({"documentChanges": true, "resourceOperations": ["create"]});
    let mut server = with_open("package.json", MANIFEST, can_create).await;
    let actions = ignores(&mut server, "package.json", [0, 3, 0, 3]).await;
    let of_rule = |action: &&Value| action["diagnostics"][0]["code"] == "repository-missing";
    let action = actions
        .iter()
        .find(of_rule)
        .unwrap_or_else(|| panic!("{actions:?}"));
    let changes = &action["edit"]["documentChanges"];
    assert_eq!(changes[0], json!({"kind": "create", "uri": uri("trustpub.toml")}));
    assert_eq!(
        apply_edits("", &changes[1]["edits"], "utf-16"),
        "[[ignore]]\npath = \"package.json\"\nrule = \"repository-missing\"\nreason = \"TODO: explain why\"\n"
    );
    // A client that makes no files is not offered it.
    let mut server = with_open("package.json", MANIFEST, json!({"documentChanges": true})).await;
    assert_eq!(
        ignores(&mut server, "package.json", [0, 3, 0, 3]).await,
        [] as [Value; 0]
    );
}
