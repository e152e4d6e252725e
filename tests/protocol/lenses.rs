//! The code lens above each publish command: what the trusted publisher on npm has to carry.

use serde_json::{Value, json};

use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const WORKFLOW: &str = ".github/workflows/release.yml";

/// A workflow with one job, of these lines.
fn workflow(on: &str, job: &[&str]) -> String {
    let lines = job.iter().map(|line| format!("    {line}\n"));
    format!(
        "on: {on}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n{}",
        lines.collect::<String>()
    )
}

async fn server(repository: &Repository, capabilities: Value) -> TestServer {
    let mut server = TestServer::start(repository);
    server
        .initialize(json!({"rootUri": uri(""), "capabilities": capabilities}))
        .await;
    server
}

/// The lenses of a document, as `line:column title`. None of them has the name of a command, since the client cannot open pages.
async fn lenses(server: &mut TestServer, path: &str) -> Vec<String> {
    let params = json!({"textDocument": {"uri": uri(path)}});
    let lenses = server.request("textDocument/codeLens", params).await;
    let show = |lens: &Value| {
        assert_eq!(lens["command"]["command"], "", "{lens}");
        let start = &lens["range"]["start"];
        let title = lens["command"]["title"].as_str().unwrap();
        format!("{}:{} {title}", start["line"], start["character"])
    };
    lenses.as_array().unwrap().iter().map(show).collect()
}

/// The lenses of one file of a repository with a name.
async fn lenses_of(files: &[(&str, &str)], path: &str) -> Vec<String> {
    let repository = Repository::new(files).named("acme/widget", false);
    let mut server = server(&repository, json!({})).await;
    let (_, text) = files.iter().find(|(file, _)| *file == path).unwrap();
    server.open(path, 1, text).await;
    lenses(&mut server, path).await
}

#[tokio::test]
async fn each_publish_command_has_a_lens() {
    let text = workflow(
        "push",
        &[
            "environment: npm",
            "steps:",
            "  - run: echo 😀 && npm publish",
            "  - run: npm test",
            "  - run: npm publish -w other",
        ],
    );
    assert_eq!(
        lenses_of(&[(WORKFLOW, &text)], WORKFLOW).await,
        [
            "6:24 Trusted publisher to enter on npm: acme/widget · release.yml · environment npm",
            "8:13 Trusted publisher to enter on npm: acme/widget · release.yml · environment npm",
        ]
    );
}

#[tokio::test]
async fn a_repository_whose_name_is_a_guess_is_not_named() {
    let text = workflow("push", &["steps:", "  - run: npm publish"]);
    let repository = Repository::new(&[(WORKFLOW, &text)]);
    for repository in [repository.clone(), repository.named("fork/widget", true)] {
        let mut server = server(&repository, json!({})).await;
        server.open(WORKFLOW, 1, &text).await;
        assert_eq!(
            lenses(&mut server, WORKFLOW).await,
            ["5:13 Trusted publisher to enter on npm: release.yml"]
        );
    }
}

#[tokio::test]
async fn other_registries_have_no_trusted_publishers() {
    let publish = "  - run: npm publish --registry https://npm.pkg.github.com";
    let text = workflow("push", &["steps:", publish]);
    assert_eq!(lenses_of(&[(WORKFLOW, &text)], WORKFLOW).await, [""; 0]);
}

#[tokio::test]
async fn npm_compares_the_workflow_that_an_event_starts() {
    let reusable = ".github/workflows/publish.yml";
    let called = workflow("workflow_call", &["steps:", "  - run: npm publish"]);
    let caller = "on: push\njobs:\n  release:\n    uses: ./.github/workflows/publish.yml\n";
    assert_eq!(
        lenses_of(&[(reusable, &called), (WORKFLOW, caller)], reusable).await,
        ["5:13 Trusted publisher to enter on npm: acme/widget · release.yml"]
    );
    assert_eq!(
        lenses_of(&[(reusable, &called)], reusable).await,
        ["5:13 Trusted publisher to enter on npm: acme/widget · the workflow that calls this one"]
    );
}

#[tokio::test]
async fn an_action_names_every_way_that_leads_to_it() {
    let action = "runs:\n  using: composite\n  steps:\n    - run: npm publish\n      shell: bash\n";
    let steps = ["steps:", "  - uses: ./publish"];
    let release = workflow("push", &[&["environment: npm"], steps.as_slice()].concat());
    let nightly = workflow("push", &steps);
    let files = [
        ("publish/action.yml", action),
        (WORKFLOW, &release),
        (".github/workflows/nightly.yml", &nightly),
    ];
    assert_eq!(
        lenses_of(&files, "publish/action.yml").await,
        [
            "3:11 Trusted publishers to enter on npm: acme/widget · nightly.yml, and release.yml · environment npm"
        ]
    );
    assert_eq!(lenses_of(&files[..1], "publish/action.yml").await, [""; 0]);
}

#[tokio::test]
async fn a_change_elsewhere_makes_the_client_ask_again() {
    let reusable = ".github/workflows/publish.yml";
    let called = workflow("workflow_call", &["steps:", "  - run: npm publish"]);
    let caller = "on: push\njobs:\n  release:\n    uses: ./.github/workflows/publish.yml\n";
    let files = [(reusable, called.as_str()), (WORKFLOW, caller)];
    let refresh = json!({"workspace": {"codeLens": {"refreshSupport": true}}});
    let mut server = server(&Repository::new(&files), refresh).await;
    server.open(reusable, 1, &called).await;
    server.open(WORKFLOW, 1, caller).await;
    assert_eq!(
        lenses(&mut server, reusable).await,
        ["5:13 Trusted publisher to enter on npm: release.yml"]
    );
    server.replace(WORKFLOW, 2, "on: push\njobs: {}\n").await;
    server.receive_call("workspace/codeLens/refresh").await;
    assert_eq!(
        lenses(&mut server, reusable).await,
        ["5:13 Trusted publisher to enter on npm: the workflow that calls this one"]
    );
}

#[tokio::test]
async fn an_edit_of_the_document_itself_needs_no_asking() {
    let text = workflow("push", &["steps:", "  - run: npm publish"]);
    let refresh = json!({"workspace": {"codeLens": {"refreshSupport": true}}});
    let mut server = server(&Repository::new(&[(WORKFLOW, &text)]), refresh).await;
    server.open(WORKFLOW, 1, &text).await;
    assert_eq!(lenses(&mut server, WORKFLOW).await.len(), 1);
    server
        .replace(WORKFLOW, 2, &text.replace("npm publish", "npm test"))
        .await;
    assert_eq!(lenses(&mut server, WORKFLOW).await, [""; 0]);
    assert!(!server.has_received(|message| message["method"] == "workspace/codeLens/refresh"));
}

const WIDGET: &str = r#"{ "name": "@acme/widget", "version": "1.0.0", "repository": "acme/widget" }"#;

#[tokio::test]
async fn a_click_opens_the_page_on_which_it_is_entered() {
    let text = workflow("push", &["steps:", "  - run: npm publish"]);
    let repository = Repository::new(&[(WORKFLOW, &text), ("package.json", WIDGET)]);
    let mut server = server(
        &repository,
        json!({"window": {"showDocument": {"support": true}}}),
    )
    .await;
    server.open(WORKFLOW, 1, &text).await;
    let params = json!({"textDocument": {"uri": uri(WORKFLOW)}});
    let lenses = server.request("textDocument/codeLens", params).await;
    let command = lenses[0]["command"].clone();
    assert_eq!(command["command"], "trustpub.openAccessPage");
    assert_eq!(command["arguments"], json!(["@acme/widget"]));
    let params = json!({"command": command["command"], "arguments": command["arguments"]});
    assert_eq!(
        server.request("workspace/executeCommand", params).await,
        Value::Null
    );
    let shown = server.receive_call("window/showDocument").await;
    assert_eq!(
        shown["params"]["uri"],
        "https://www.npmjs.com/package/@acme/widget/access"
    );
    assert_eq!(shown["params"]["external"], true);
}

#[tokio::test]
async fn of_several_packages_the_user_chooses_one() {
    let repository = Repository::new(&[]);
    let mut server = server(
        &repository,
        json!({"window": {"showDocument": {"support": true}}}),
    )
    .await;
    let params = json!({
        "command": "trustpub.openAccessPage",
        "arguments": ["@acme/a", "[x](command:y)", "../../login", "@acme/b"],
    });
    server.request("workspace/executeCommand", params).await;
    let asked = server.receive_call("window/showMessageRequest").await;
    assert_eq!(
        asked["params"]["actions"],
        json!([{"title": "@acme/a"}, {"title": "@acme/b"}])
    );
    server
        .send(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"title": "@acme/b"}}))
        .await;
    let shown = server.receive_call("window/showDocument").await;
    assert_eq!(
        shown["params"]["uri"],
        "https://www.npmjs.com/package/@acme/b/access"
    );
}

#[tokio::test]
async fn a_step_that_publishes_with_a_token_has_no_lens() {
    let steps = [
        "steps:",
        "  - uses: actions/setup-node@v6",
        "    with: { node-version: 24, registry-url: 'https://registry.npmjs.org' }",
        "  - run: npm publish",
        "    env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }",
    ];
    let with_token = workflow("push", &steps).replace("publish:\n", "publish:\n    permissions: {}\n");
    let files = [(WORKFLOW, with_token.as_str()), ("package.json", WIDGET)];
    assert_eq!(lenses_of(&files, WORKFLOW).await, [""; 0]);
    // The same without the token fails, and needs a trusted publisher.
    let without = with_token.replace("    env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n", "");
    let files = [(WORKFLOW, without.as_str()), ("package.json", WIDGET)];
    assert_eq!(
        lenses_of(&files, WORKFLOW).await,
        ["8:13 Trusted publisher to enter on npm: acme/widget · release.yml"]
    );
}

#[tokio::test]
async fn the_settings_switch_lenses_and_hints_off() {
    let text = workflow("push", &["steps:", "  - run: npm publish"]);
    let capabilities = json!({"workspace": {
        "codeLens": {"refreshSupport": true},
        "inlayHint": {"refreshSupport": true},
    }});
    let mut server = server(&Repository::new(&[(WORKFLOW, &text)]), capabilities).await;
    server.open(WORKFLOW, 1, &text).await;
    assert_eq!(lenses(&mut server, WORKFLOW).await.len(), 1);
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}});
    let hints = json!({"textDocument": {"uri": uri(WORKFLOW)}, "range": range});
    let shown = server.request("textDocument/inlayHint", hints.clone()).await;
    assert_ne!(shown, json!([]));
    let settings = json!({"settings": {"trustpub": {"codeLens": false, "inlayHints": false}}});
    server.notify("workspace/didChangeConfiguration", settings).await;
    server.receive_call("workspace/codeLens/refresh").await;
    server.receive_call("workspace/inlayHint/refresh").await;
    assert_eq!(lenses(&mut server, WORKFLOW).await, [""; 0]);
    assert_eq!(server.request("textDocument/inlayHint", hints).await, Value::Null);
}
