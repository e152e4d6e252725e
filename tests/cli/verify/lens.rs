//! The same question asked by the language server, for the lens over a package's name.

use serde_json::json;

use super::registry::Registry;
use super::{repository, widget};
use crate::language_server::Server;

/// The lens in a repository whose `.npmrc` names the registry.
fn lens(registry: &Registry) -> String {
    lens_with(&format!("registry={}\n", registry.url()), "")
}

fn lens_with(npmrc: &str, user: &str) -> String {
    let folder = repository();
    folder.write(".npmrc", npmrc);
    folder.write("user.npmrc", user);
    let uri = format!("file://{}", folder.at("package.json").display());
    let document = json!({"textDocument": {"uri": uri}});
    let mut server = Server::start(&folder);
    server.request(
        "initialize",
        &json!({
            "capabilities": {"workspace": {"codeLens": {"refreshSupport": true}}},
            "initializationOptions": {"publishedLens": true},
        }),
    );
    server.send(json!({"method": "initialized", "params": {}}));
    let text = std::fs::read_to_string(folder.at("package.json")).unwrap();
    let opened = json!({"textDocument": {"uri": uri, "languageId": "json", "version": 1, "text": text}});
    server.send(json!({"method": "textDocument/didOpen", "params": opened}));
    assert_eq!(server.request("textDocument/codeLens", &document), json!([]));
    server.wait_for_call("workspace/codeLens/refresh");
    let lenses = server.request("textDocument/codeLens", &document);
    lenses[0]["command"]["title"].as_str().unwrap().to_owned()
}

#[test]
fn it_says_how_the_newest_version_was_published() {
    let registry = widget("https://github.com/acme/widget");
    assert_eq!(lens(&registry), "npm: 1.2.0 by trusted publishing, since 1.1.0");
}

#[test]
fn it_says_why_there_is_no_answer() {
    assert_eq!(lens(&Registry::start(&[])), "npm: not published yet");
}

#[test]
fn it_obeys_a_repository_no_more_than_the_command_does() {
    let registry = widget("https://github.com/acme/widget");
    let (url, host) = (registry.url(), registry.url().replace("http:", ""));
    let token = format!("{host}:_authToken=${{SECRET}}\n");
    let with_variable = lens_with(&format!("registry={url}${{SECRET}}/\n"), "");
    assert!(
        with_variable.contains("which was not asked: it contains an environment variable"),
        "{with_variable}"
    );
    let plain_http = lens_with(&format!("registry={url}\n"), &token);
    assert!(
        plain_http.contains("which was not asked: you have a token"),
        "{plain_http}"
    );
    assert_eq!(registry.requests(), []);
    assert_eq!(
        lens_with(&format!("registry={url}\n{token}proxy={url}\n"), ""),
        "npm: 1.2.0 by trusted publishing, since 1.1.0"
    );
    for request in registry.requests() {
        assert_eq!(
            (request.method.as_str(), request.headers.get("authorization")),
            ("GET", None)
        );
    }
}
