//! Which registry is asked, with which credential, through which proxy; and what is said where that fails.

use super::documents::{by_token, packument};
use super::registry::{Registry, Reply};
use super::{repository, verify, verify_with};
use crate::support::TestFolder;

/// A registry that has one package.
fn having(name: &str) -> Registry {
    let packument = packument(name, &[("1.0.0", by_token("jane"))]);
    let path = format!("/{}", name.replace('/', "%2f"));
    Registry::start(&[(&path, Reply::Text(200, packument))])
}

#[test]
fn one_failure_does_not_hide_the_other_packages() {
    let other = packument("other", &[("1.0.0", by_token("jane"))]);
    let registry = Registry::start(&[
        (
            "/good",
            Reply::Text(200, packument("good", &[("1.0.0", by_token("jane"))])),
        ),
        ("/denied", Reply::Text(401, "{}".to_owned())),
        ("/forbidden", Reply::Text(403, "{}".to_owned())),
        ("/broken", Reply::Text(500, "{}".to_owned())),
        ("/strange", Reply::Text(418, "{}".to_owned())),
        ("/page", Reply::Text(200, "<html>Sign in</html>".to_owned())),
        ("/mixed-up", Reply::Text(200, other)),
        (
            "/empty",
            Reply::Text(
                200,
                r#"{"name": "empty", "time": {"unpublished": {}}}"#.to_owned(),
            ),
        ),
        ("/noise", Reply::Raw("what?\r\n\r\n".to_owned())),
        (
            "/huge",
            Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 300000000\r\n\r\n{".to_owned()),
        ),
        (
            "/cut",
            Reply::Raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"name\": ".to_owned()),
        ),
    ]);
    let address = registry.url().replace("http:", "");
    let wants_token =
        format!("127.0.0.1 answered 401: it requires a token. Put `{address}:_authToken=${{NPM_TOKEN}}`");
    let cases = [
        (
            "gone",
            "not-found",
            "404 not found at 127.0.0.1: was it ever published?",
        ),
        ("denied", "denied", &wants_token),
        ("forbidden", "denied", "127.0.0.1 answered 403"),
        (
            "broken",
            "unavailable",
            "answered 500: the registry is unavailable. Try again later.",
        ),
        ("strange", "unexpected", "answered 418"),
        ("page", "no-registry", "a login page or a proxy may be in between"),
        ("mixed-up", "no-registry", "the package `other`"),
        ("empty", "no-version", "all were unpublished"),
        ("noise", "no-registry", "did not answer like a registry"),
        ("huge", "too-large", "more than 100 MB"),
        ("cut", "connection", "the connection to 127.0.0.1 failed"),
        (
            "good@2.0.0",
            "no-version",
            "no version or dist-tag `2.0.0`: the latest is 1.0.0",
        ),
        (
            "good@^1",
            "no-version",
            "`^1` is a range. Name one version, or a dist-tag: the latest is 1.0.0.",
        ),
    ];
    let mut args: Vec<&str> = cases.iter().map(|(name, ..)| *name).collect();
    args.extend(["good", "--format", "json"]);
    let output = verify(&repository(), &registry, &args).exits_with(2).json();
    let packages = output["packages"].as_array().unwrap();
    for ((name, id, part), package) in cases.iter().zip(packages) {
        let error = &package["error"];
        assert_eq!(error["id"], *id, "{name}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(part), "{name}: {message}");
        assert!(!message.contains('\n'), "{name}: {message}");
    }
    assert_eq!(packages.last().unwrap()["version"]["account"], "jane");
}

#[test]
fn a_registry_that_does_not_answer_is_given_up() {
    let beginning = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"name\": ";
    let registry = Registry::start(&[
        ("/silent", Reply::Stuck(String::new())),
        ("/slow", Reply::Stuck(beginning.to_owned())),
    ]);
    let args = ["silent", "slow", "--timeout", "1", "--format", "json"];
    let output = verify(&repository(), &registry, &args).exits_with(2).json();
    for package in output["packages"].as_array().unwrap() {
        assert_eq!(package["error"]["id"], "time-out", "{package}");
    }
    let message = output["packages"][0]["error"]["message"].as_str().unwrap();
    assert!(message.contains("did not answer within 1 s"), "{message}");
}

#[test]
fn what_is_not_a_registry_s_address_is_reported() {
    let folder = TestFolder::with(&[]);
    // A port on which nothing listens any more, and a server that does not speak TLS.
    let gone = having("widget").url();
    let plain = having("widget");
    let no_tls = plain.url().replace("http:", "https:");
    for (registry, id) in [
        (gone.as_str(), "connection"),
        (no_tls.as_str(), "tls"),
        ("registry.example", "address"),
        ("https://", "address"),
        ("file:///etc/", "address"),
    ] {
        let args = ["widget", "--registry", registry, "--format", "json"];
        let output = verify_with(&folder, &args, &[]).exits_with(2).json();
        let error = &output["packages"][0]["error"];
        assert_eq!(error["id"], id, "{registry}: {error}");
    }
}

#[test]
fn the_registry_is_npm_s() {
    let (project, scoped) = (having("widget"), having("@acme/widget"));
    let npmrc = format!("registry={}\n@acme:registry={}\n", project.url(), scoped.url());
    let folder = repository();
    folder.write(".npmrc", &npmrc);
    let args = ["widget", "@acme/widget"];
    verify_with(&folder, &args, &[]).exits_with(1);
    assert_eq!(project.targets(), ["/widget"]);
    assert_eq!(scoped.targets(), ["/@acme%2fwidget"]);

    // A variable is stronger than a file, and a file of the user is read outside of any repository.
    let (variable, user) = (having("widget"), having("widget"));
    verify_with(&folder, &["widget"], &[("NPM_CONFIG_REGISTRY", &variable.url())]).exits_with(1);
    assert_eq!(variable.targets(), ["/widget"]);
    let elsewhere = TestFolder::with(&[("user.npmrc", &format!("registry={}", user.url()))]);
    verify_with(&elsewhere, &["widget"], &[]).exits_with(1);
    assert_eq!(user.targets(), ["/widget"]);

    // What the user says here and now is stronger than everything.
    let named = having("@acme/widget");
    let args = ["@acme/widget", "--registry", &named.url()];
    verify_with(&folder, &args, &[("npm_config_registry", &variable.url())]).exits_with(1);
    assert_eq!(named.targets(), ["/@acme%2fwidget"]);
}

#[test]
fn a_token_goes_to_its_own_host_only() {
    let target = having("widget");
    let to = format!("{}widget", target.url_by_name());
    let first = Registry::start(&[("/widget", Reply::Redirect(to))]);
    let host = first.url().replace("http:", "");
    let folder = TestFolder::with(&[("user.npmrc", &format!("{host}:_authToken=${{NPM_TOKEN}}\n"))]);
    let variables = [("NPM_TOKEN", "secret"), ("NPM_CONFIG_REGISTRY", &first.url())];
    verify_with(&folder, &["widget"], &variables).exits_with(1);
    assert_eq!(first.requests()[0].headers["authorization"], "Bearer secret");
    let redirected = target.requests();
    assert_eq!(redirected.len(), 1);
    assert_eq!(redirected[0].headers.get("authorization"), None);

    // Without the variable there is no token, and another host gets none.
    let same = [("NPM_CONFIG_REGISTRY", first.url())];
    verify_with(&folder, &["widget"], &[("NPM_CONFIG_REGISTRY", &same[0].1)]).exits_with(1);
    assert_eq!(first.requests()[1].headers.get("authorization"), None);
    let other = [("NPM_TOKEN", "secret"), ("NPM_CONFIG_REGISTRY", &target.url())];
    verify_with(&folder, &["widget"], &other).exits_with(1);
    assert_eq!(
        target.requests().last().unwrap().headers.get("authorization"),
        None
    );
}

#[test]
fn a_refused_token_is_named_as_the_cause() {
    let registry = Registry::start(&[("/widget", Reply::Text(401, "{}".to_owned()))]);
    let host = registry.url().replace("http:", "");
    let folder = TestFolder::with(&[("user.npmrc", &format!("{host}:_authToken=old\n"))]);
    let output = verify(&folder, &registry, &["widget"]).exits_with(2).stdout;
    assert!(output.contains("the token in `.npmrc` has expired"), "{output}");
    assert!(!output.contains("old"), "{output}");
}

#[test]
fn the_proxy_is_used() {
    let folder = TestFolder::with(&[]);
    let args = ["widget", "--registry", "http://npm.example/"];
    let proxy = having("widget");
    verify_with(&folder, &args, &[("HTTP_PROXY", &proxy.url())]).exits_with(1);
    assert_eq!(proxy.requests()[0].method, "CONNECT");
    assert_eq!(proxy.targets(), ["/widget", "npm.example:80"]);

    let of_settings = having("widget");
    folder.write("user.npmrc", format!("proxy={}\n", of_settings.url()));
    verify_with(&folder, &args, &[("HTTP_PROXY", &proxy.url())]).exits_with(1);
    assert_eq!(of_settings.targets(), ["/widget", "npm.example:80"]);

    // Not for what is excepted.
    let registry = having("widget");
    let args = ["widget", "--registry", &registry.url()];
    let variables = [("HTTP_PROXY", proxy.url()), ("NO_PROXY", "127.0.0.1".to_owned())];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    verify_with(&folder, &args, &variables).exits_with(1);
    assert_eq!(registry.targets(), ["/widget"]);
    assert_eq!(proxy.requests().len(), 2);
}

#[test]
fn files_with_certificates_have_to_be_there() {
    let folder = TestFolder::with(&[("empty.pem", "")]);
    for (variable, file, part) in [
        (
            "NODE_EXTRA_CA_CERTS",
            "gone.pem",
            "which NODE_EXTRA_CA_CERTS names, cannot be read",
        ),
        ("NODE_EXTRA_CA_CERTS", "empty.pem", "has no certificate"),
        (
            "npm_config_cafile",
            "gone.pem",
            "which `cafile` names, cannot be read",
        ),
    ] {
        let output = verify_with(&folder, &["widget"], &[(variable, file)]).exits_with(2);
        assert!(output.stderr.contains(part), "{}", output.stderr);
    }
}

#[test]
fn what_stands_in_the_way_is_named_and_not_the_registry() {
    let registry = having("widget");
    let address = registry.url().replace("http:", "");
    let gone = having("widget").url().replace("http://", "http://joe:secret@");
    let npmrc = |line: &str| TestFolder::with(&[("user.npmrc", line)]);
    for (folder, parts) in [
        (
            npmrc(&format!("proxy={gone}\n")),
            ["the proxy cannot be used: the connection to 127.0.0.1:", "failed"],
        ),
        (
            npmrc(&format!("{address}:_authToken=secret\u{e9}\n")),
            [
                "the token for 127.0.0.1 in `.npmrc`",
                "contains an invalid character",
            ],
        ),
    ] {
        let output = verify(&folder, &registry, &["widget"]).exits_with(2).stdout;
        let output = output.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in parts {
            assert!(output.contains(part), "{part}\n{output}");
        }
        assert!(!output.contains("secret"), "{output}");
    }
    assert_eq!(registry.requests().len(), 0);
}
