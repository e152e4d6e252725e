//! The lens over a package's name: how its newest version got to npm.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use trustpub_lsp::{Answer, PUBLISHED_LENS, Question, Registry};

use crate::repository::{Repository, uri};
use crate::test_server::TestServer;

const MANIFEST: &str = "{\n  \"name\": \"@acme/widget\",\n  \"version\": \"1.0.0\"\n}\n";
const NPMRC: &str = "registry=https://npm.example.com\n";

/// A registry that says how often it was asked, and keeps what.
#[derive(Default)]
struct Counting(Mutex<Vec<Question>>);

impl Registry for Counting {
    fn ask(&self, question: &Question) -> Answer {
        let mut questions = self.0.lock().unwrap();
        questions.push(question.clone());
        Answer {
            text: format!("{}: answer {}", question.package, questions.len()),
            is_failure: false,
        }
    }
}

struct Session {
    server: TestServer,
    registry: Arc<Counting>,
}

impl Session {
    /// A client that asks again for lenses when it is told to, with the manifest open.
    async fn with_settings(settings: Value, manifest: &str) -> Self {
        let registry = Arc::new(Counting::default());
        let repository = Repository::new(&[
            (".github/workflows/test.yml", "on: push\njobs: {}\n"),
            (".npmrc", NPMRC),
            ("package.json", manifest),
        ]);
        let asked = Arc::clone(&registry);
        let mut server = TestServer::start_asking(&repository, asked);
        let refresh = json!({"workspace": {"codeLens": {"refreshSupport": true}}});
        server
            .initialize(
                json!({"rootUri": uri(""), "capabilities": refresh, "initializationOptions": settings}),
            )
            .await;
        server.open("package.json", 1, manifest).await;
        Self { server, registry }
    }

    /// The lenses of the manifest, as `line:column title`.
    async fn lenses(&mut self) -> Vec<String> {
        let params = json!({"textDocument": {"uri": uri("package.json")}});
        let lenses = self.server.request("textDocument/codeLens", params).await;
        let show = |lens: &Value| {
            let start = &lens["range"]["start"];
            let title = lens["command"]["title"].as_str().unwrap();
            format!("{}:{} {title}", start["line"], start["character"])
        };
        lenses.as_array().unwrap().iter().map(show).collect()
    }

    async fn is_told_to_ask_again(&mut self) {
        self.server.receive_call("workspace/codeLens/refresh").await;
    }

    async fn change_settings(&mut self, settings: Value) {
        let params = json!({"settings": {"trustpub": settings}});
        self.server
            .notify("workspace/didChangeConfiguration", params)
            .await;
    }

    fn questions(&self) -> usize {
        self.registry.0.lock().unwrap().len()
    }
}

fn on() -> Value {
    json!({ PUBLISHED_LENS: true })
}

#[tokio::test]
async fn no_registry_is_asked_unless_the_user_wants_it() {
    for settings in [json!({}), json!({ PUBLISHED_LENS: false }), Value::Null] {
        let mut session = Session::with_settings(settings, MANIFEST).await;
        assert_eq!(session.lenses().await, [""; 0]);
        assert_eq!(session.lenses().await, [""; 0]);
        assert_eq!(session.questions(), 0);
    }
}

#[tokio::test]
async fn the_answer_comes_later_and_stays() {
    let mut session = Session::with_settings(on(), MANIFEST).await;
    assert_eq!(session.lenses().await, [""; 0]);
    session.is_told_to_ask_again().await;
    for _ in 0..3 {
        assert_eq!(session.lenses().await, ["1:10 @acme/widget: answer 1"]);
    }
    let question = Question {
        package: "@acme/widget".to_owned(),
        npmrc: Some(NPMRC.into()),
    };
    assert_eq!(*session.registry.0.lock().unwrap(), [question]);
}

#[tokio::test]
async fn no_registry_is_asked_about_a_name_that_is_being_typed() {
    let mut session = Session::with_settings(on(), "{ \"version\": \"1.0.0\" }").await;
    for (version, name) in [(2, "w"), (3, "wi"), (4, "wid")] {
        let text = format!("{{ \"name\": \"{name}\", \"version\": \"1.0.0\" }}");
        session.server.replace("package.json", version, &text).await;
        assert_eq!(session.lenses().await, [""; 0]);
    }
    assert_eq!(session.questions(), 0);
    session.server.save("package.json").await;
    session.is_told_to_ask_again().await;
    assert_eq!(session.lenses().await, [""; 0]);
    session.is_told_to_ask_again().await;
    assert_eq!(session.lenses().await, ["0:10 wid: answer 1"]);
}

#[tokio::test]
async fn the_setting_counts_at_once() {
    let mut session = Session::with_settings(json!({}), MANIFEST).await;
    assert_eq!(session.lenses().await, [""; 0]);
    session.change_settings(on()).await;
    session.is_told_to_ask_again().await;
    assert_eq!(session.lenses().await, [""; 0]);
    session.is_told_to_ask_again().await;
    assert_eq!(session.lenses().await, ["1:10 @acme/widget: answer 1"]);
    session.change_settings(json!({})).await;
    session.is_told_to_ask_again().await;
    assert_eq!(session.lenses().await, [""; 0]);
    assert_eq!(session.questions(), 1);
}

#[tokio::test]
async fn a_package_that_is_not_published_is_not_asked_about() {
    for manifest in [
        "{ \"name\": \"widget\" }",
        "{ \"name\": \"widget\", \"version\": \"1.0.0\", \"private\": true }",
        "{ \"version\": \"1.0.0\" }",
        "{ \"name\": \"widget\", ",
        "[]",
    ] {
        let mut session = Session::with_settings(on(), manifest).await;
        assert_eq!(session.lenses().await, [""; 0], "{manifest}");
        assert_eq!(session.questions(), 0, "{manifest}");
    }
}
