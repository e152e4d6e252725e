//! A repository that wants the user's secrets, and registries that want the machine.

use std::time::{Duration, Instant};

use super::documents::{by_token, packument, trusted};
use super::registry::{Registry, Reply};
use super::{repository, verify, verify_with};
use crate::support::TestFolder;

const TOKEN: &str = "user-token-4711";
const SECRET: &str = "secret-of-the-environment";

/// A registry, or a proxy, that would answer whatever it is asked.
fn evil() -> Registry {
    let packument = packument("@acme/widget", &[("1.0.0", by_token("jane"))]);
    Registry::start(&[("/@acme%2fwidget", Reply::Text(200, packument))])
}

/// What the registry of evil saw, as one text.
fn seen(registry: &Registry) -> String {
    format!("{:?}", registry.requests())
}

#[test]
fn a_repository_gets_no_secret_of_the_user() {
    for npmrc in [
        "registry=URL${NAME}/\n",
        "@acme:registry=URL${NAME}/\n",
        "registry=http://${NAME}@HOST/\n",
        "registry=URL\n//HOST/:_authToken=${NAME}\n",
        "registry=URL\n//HOST/:_auth=${NAME}\n",
        "registry=URL\n//HOST/:username=${NAME}\n//HOST/:_password=${NAME}\n",
        "registry=http://npm.example/\nproxy=URL\n",
        "registry=http://npm.example/\nproxy=http://${NAME}@HOST/\n",
        "registry=http://npm.example/\nhttps-proxy=URL\n",
        "registry=https://npm.example/\nhttps-proxy=URL\nstrict-ssl=false\ncafile=evil.pem\n",
        "registr${NONE?}y=URL${NAME}/\n",
    ] {
        let registry = evil();
        let host = registry.url().replace("http://", "").replace('/', "");
        let folder = repository();
        let user = format!("//npm.example/:_authToken={TOKEN}\n");
        folder.write("user.npmrc", user);
        folder.write("evil.pem", "");
        let url = registry.url();
        folder.write(".npmrc", npmrc.replace("URL", &url).replace("HOST", &host));
        // Nothing listens there, so that no test leaves the machine.
        let variables = [
            ("NAME", SECRET),
            ("HTTPS_PROXY", "http://127.0.0.1:9"),
            ("HTTP_PROXY", "http://127.0.0.1:9"),
            ("NO_PROXY", "127.0.0.1"),
        ];
        let run = verify_with(&folder, &["--timeout", "5"], &variables);
        let seen = seen(&registry);
        for secret in [TOKEN, SECRET, "c2VjcmV0"] {
            assert!(!seen.contains(secret), "{npmrc}\n{seen}");
        }
        assert!(
            run.stderr.contains("ignored in the `.npmrc` of the repository: "),
            "{npmrc}\n{run:#?}"
        );
        assert!(
            !run.stdout.contains(TOKEN) && !run.stderr.contains(TOKEN),
            "{run:#?}"
        );
    }
}

#[test]
fn a_token_is_not_sent_over_plain_http_for_a_repository() {
    let registry = evil();
    let host = registry.url().replace("http:", "");
    let folder = repository();
    folder.write("user.npmrc", format!("{host}:_authToken={TOKEN}\n"));
    folder.write(".npmrc", format!("@acme:registry={}\n", registry.url()));
    let run = verify_with(&folder, &["--format", "json"], &[]).exits_with(2);
    assert_eq!(run.json()["packages"][0]["error"]["id"], "registry-refused");
    assert!(
        run.stderr.contains("`@acme:registry` (you have a token"),
        "{run:#?}"
    );
    assert_eq!(registry.requests(), []);
    // Where the user has chosen it too, it is the user's choice.
    folder.write(
        "user.npmrc",
        format!("registry={}\n{host}:_authToken={TOKEN}\n", registry.url()),
    );
    verify_with(&folder, &[], &[]).exits_with(1);
    assert!(seen(&registry).contains(TOKEN));
}

#[test]
fn what_is_ignored_is_said_and_harmless_to_read() {
    let registry = evil();
    let folder = repository();
    let npmrc = format!(
        "registry={}\n//a\u{1b}[2J\u{202e}/:_authToken=npm_0123456789abcdefABCDEF\nproxy=http://joe:hunter2@a.example/\n\
         //joe:hunter2@b.example/:_auth=x\n",
        registry.url()
    );
    folder.write(".npmrc", npmrc);
    let run = verify_with(&folder, &[], &[]).exits_with(1);
    assert_eq!(
        run.stderr,
        "warning: ignored in the `.npmrc` of the repository: `//a␛[2J\u{fffd}/:_authToken` (a credential), `proxy` (a proxy \
         could read and change what you send), `//***@b.example/:_auth` (a credential). A repository can only choose registries: put settings that you trust into `~/.npmrc`.\n"
    );
    assert_eq!(registry.targets(), ["/@acme%2fwidget"]);
}

#[cfg(unix)]
#[test]
fn a_linked_npmrc_is_not_read() {
    let registry = evil();
    let folder = TestFolder::with(&[
        ("repo/.git/HEAD", "ref: refs/heads/main\n"),
        (
            "repo/package.json",
            r#"{ "name": "@acme/widget", "version": "1.2.0" }"#,
        ),
        ("outside", &format!("registry={}\n", registry.url())),
    ]);
    std::os::unix::fs::symlink("../outside", folder.at("repo/.npmrc")).unwrap();
    let mut command = crate::support::trustpub(&folder.at("repo"), &["verify", "--timeout", "5"]);
    command.env("NPM_CONFIG_USERCONFIG", folder.at("user.npmrc"));
    command.env("HTTPS_PROXY", "http://127.0.0.1:9");
    crate::support::run_command(&mut command).exits_with(2);
    assert_eq!(registry.requests(), []);
}

#[test]
fn redirects_end_and_lead_to_no_metadata() {
    let to_itself = Registry::start(&[("/@acme%2fwidget", Reply::Redirect("/@acme%2fwidget".to_owned()))]);
    let json = |registry: &Registry| {
        let args = ["@acme/widget", "--format", "json", "--timeout", "10"];
        verify(&repository(), registry, &args).exits_with(2).json()["packages"][0]["error"].clone()
    };
    assert_eq!(json(&to_itself)["id"], "redirects");
    let count = to_itself.requests().len();
    assert!((2..=7).contains(&count), "{count} requests");

    let began = Instant::now();
    for to in [
        "http://169.254.169.254/latest/",
        "http://[fe80::1]/",
        "http://0.0.0.0:9/",
    ] {
        let registry = Registry::start(&[("/@acme%2fwidget", Reply::Redirect(to.to_owned()))]);
        let message = json(&registry)["message"].as_str().unwrap().to_owned();
        assert!(message.contains("link-local"), "{to}: {message}");
    }
    assert!(began.elapsed() < Duration::from_secs(8));
    for to in ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"] {
        let registry = Registry::start(&[("/@acme%2fwidget", Reply::Redirect(to.to_owned()))]);
        assert!(!json(&registry).to_string().contains("root:"), "{to}");
    }
}

#[test]
fn an_answer_is_read_to_a_limit() {
    let entries: Vec<String> = (0..100_001)
        .map(|number| format!("\"0.0.{number}\":{{}}"))
        .collect();
    let many = format!("{{\"name\":\"many\",\"versions\":{{{}}}}}", entries.join(","));
    let mut version = trusted();
    version["dist"]["attestations"] =
        serde_json::json!({ "url": "x", "provenance": { "predicateType": "x" } });
    let bomb = packument("bomb", &[("1.0.0", version.clone())]);
    let odd = packument("odd", &[("../../../-/whoami?x#", version)]);
    let registry = Registry::start(&[
        ("/many", Reply::Text(200, many)),
        ("/bomb", Reply::Text(200, bomb)),
        ("/-/npm/v1/attestations/bomb@1.0.0", Reply::Blanks(11_000_000)),
        ("/odd", Reply::Text(200, odd)),
    ]);
    let args = ["many", "bomb", "odd", "--format", "json", "--timeout", "120"];
    let output = verify(&repository(), &registry, &args).exits_with(2).json();
    let error = |index: usize| output["packages"][index]["error"].clone();
    assert_eq!(error(0)["id"], "no-registry", "{}", error(0));
    assert!(
        error(0)["message"]
            .as_str()
            .unwrap()
            .contains("more than 100,000 versions")
    );
    assert_eq!(error(1)["id"], "too-large", "{}", error(1));
    assert!(error(1)["message"].as_str().unwrap().contains("more than 10 MB"));
    let targets = registry.targets();
    assert!(
        targets.contains(&"/-/npm/v1/attestations/odd@..%2F..%2F..%2F-%2Fwhoami%3Fx%23".to_owned()),
        "{targets:?}"
    );
}

#[test]
fn a_package_s_name_stays_one_part_of_the_path() {
    let registry = evil();
    for name in [
        "../widget",
        "@acme/../x",
        "@acme%2fx",
        "a%2e",
        "@../x",
        "a/b",
        "a?b",
        "a#b",
        "a\\b",
    ] {
        let manifest = serde_json::json!({ "name": name, "version": "1.0.0" });
        let folder = TestFolder::with(&[
            (".git/HEAD", "ref: refs/heads/main\n"),
            ("package.json", &manifest.to_string()),
        ]);
        let run = verify(&folder, &registry, &[]).exits_with(2);
        assert!(
            run.stderr.contains("found no package to check"),
            "{name}: {run:#?}"
        );
    }
    assert_eq!(registry.requests(), []);
}
