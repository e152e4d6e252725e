//! `trustpub verify`, against registries on the loopback interface.

mod documents;
mod hostile;
mod lens;
mod network;
mod registry;
mod signatures;
mod verdaccio;

use serde_json::json;

use self::documents::{attestations, attestations_path, by_token, packument, trusted};
use self::registry::{Registry, Reply};
use crate::support::{Run, TestFolder, run_command, trustpub};

/// A repository with one package and a workflow.
fn repository() -> TestFolder {
    TestFolder::with(&[
        (
            ".git/config",
            "[remote \"origin\"]\n\turl = https://github.com/acme/widget.git\n",
        ),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (
            "package.json",
            r#"{ "name": "@acme/widget", "version": "1.2.0" }"#,
        ),
        (".github/workflows/release.yml", "on: push\njobs: {}\n"),
    ])
}

/// Runs `trustpub verify` with more variables. The user's own `.npmrc` is the file `user.npmrc` of the folder.
fn verify_with(folder: &TestFolder, args: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = trustpub(folder.path(), &[&["verify"], args].concat());
    command.env("NPM_CONFIG_USERCONFIG", folder.at("user.npmrc"));
    command.envs(variables.iter().copied());
    run_command(&mut command)
}

fn verify(folder: &TestFolder, registry: &Registry, args: &[&str]) -> Run {
    verify_with(folder, args, &[("NPM_CONFIG_REGISTRY", &registry.url())])
}

/// A registry with `@acme/widget`: 1.0.0 by token, 1.1.0 and 1.2.0 by trusted publishing.
fn widget(repository: &str) -> Registry {
    let packument = packument(
        "@acme/widget",
        &[
            ("1.0.0", by_token("jane")),
            ("1.1.0", trusted()),
            ("1.2.0", trusted()),
        ],
    );
    let attestations = attestations(repository, ".github/workflows/release.yml");
    Registry::start(&[
        ("/@acme%2fwidget", Reply::Gzip(packument)),
        (
            &attestations_path("@acme%2fwidget@1.2.0"),
            Reply::Text(200, attestations),
        ),
    ])
}

#[test]
fn the_packages_of_the_repository_are_verified() {
    let registry = widget("https://github.com/acme/widget");
    let output = verify(&repository(), &registry, &[]).exits_with(0);
    assert_eq!(
        output.stdout,
        "\
@acme/widget 1.2.0  by trusted publishing from github

  version  published   by                                 attestations
  1.2.0    2026-01-03  by trusted publishing from github  yes
  1.1.0    2026-01-02  by trusted publishing from github  yes
  1.0.0    2026-01-01  with a token of jane               none

  trusted publishing  since 1.1.0
  attestations        https://github.com/npm/attestation/tree/main/specs/publish/v0.1,
                      https://slsa.dev/provenance/v1
  built from          https://github.com/acme/widget
  workflow            .github/workflows/release.yml
  ref                 refs/tags/v1.2.0
  commit              0123456789012345678901234567890123456789
  run                 https://github.com/acme/widget/actions/runs/1/attempts/1

This is what the registry says. No signature was verified: `--signatures` does that, and `npm audit
signatures` for installed packages.
"
    );
    assert_eq!(output.stderr, "");
    let requests = registry.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.method, "GET");
        assert_eq!(request.headers["accept"], "application/json");
        assert_eq!(request.headers.get("authorization"), None);
    }
}

#[test]
fn json_has_everything() {
    let registry = widget("https://github.com/acme/widget");
    let output = verify(&repository(), &registry, &["--format", "json", "--last", "1"]);
    let output = output.exits_with(0).json();
    let version = json!({
        "version": "1.2.0",
        "published": "2026-01-03T00:00:00.000Z",
        "publisher": "trusted-publisher",
        "account": "github",
        "attestations": true,
    });
    assert_eq!(
        output,
        json!({
            "schema": 1,
            "signatures_verified": false,
            "packages": [{
                "name": "@acme/widget",
                "registry": registry.url(),
                "trusted": true,
                "version": version,
                "recent": [version],
                "trusted_since": "1.1.0",
                "predicate_types": [
                    "https://github.com/npm/attestation/tree/main/specs/publish/v0.1",
                    "https://slsa.dev/provenance/v1"
                ],
                "provenance": {
                    "repository": "https://github.com/acme/widget",
                    "workflow": ".github/workflows/release.yml",
                    "ref": "refs/tags/v1.2.0",
                    "commit": "0123456789012345678901234567890123456789",
                    "run": "https://github.com/acme/widget/actions/runs/1/attempts/1",
                },
                "signatures": null,
                "findings": [],
                "error": null,
            }],
        })
    );
}

#[test]
fn a_version_with_a_token_is_a_finding() {
    let registry = widget("https://github.com/acme/widget");
    let old = verify(&repository(), &registry, &["@acme/widget@1.0.0", "--last", "1"]).exits_with(1);
    for part in [
        "@acme/widget 1.0.0  with a token of jane\n",
        // Asked for, and not one of the last.
        "  1.0.0    2026-01-01  with a token of jane               none\n  1.2.0 ",
        "  error: 1.0.0 was published with a token of `jane`",
    ] {
        assert!(old.stdout.contains(part), "{part}\n{}", old.stdout);
    }
    let back = packument("gadget", &[("1.0.0", trusted()), ("1.0.1", by_token("jane"))]);
    let registry = Registry::start(&[("/gadget", Reply::Text(200, back))]);
    let output = verify(&repository(), &registry, &["gadget", "--format", "json"]);
    let output = output.exits_with(1).json();
    let package = &output["packages"][0];
    assert_eq!(package["trusted"], false);
    assert_eq!(package["findings"][0]["id"], "token");
    assert_eq!(package["findings"][1]["id"], "downgrade");
}

#[test]
fn provenance_from_elsewhere_is_a_finding_for_the_repository_s_own_packages_only() {
    let registry = widget("https://github.com/mallory/widget");
    let output = verify(&repository(), &registry, &[]).exits_with(1);
    let part = "error: 1.2.0 was built from https://github.com/mallory/widget, but this is acme/widget.";
    assert!(output.stdout.contains(part), "{}", output.stdout);
    let elsewhere = TestFolder::with(&[]);
    verify(&elsewhere, &registry, &["@acme/widget"]).exits_with(0);
}

#[test]
fn markdown_is_a_document() {
    let registry = widget("https://github.com/acme/widget");
    let args = ["--format", "markdown", "@acme/widget", "gone"];
    let text = verify(&repository(), &registry, &args).exits_with(2).stdout;
    for part in [
        "# How the packages were published\n\n## `@acme/widget` 1.2.0\n\nby trusted publishing from github\n",
        "| version | published | by | attestations |\n| --- | --- | --- | --- |\n| 1.2.0 | 2026-01-03 |",
        "- built from: `https://github.com/acme/widget`\n",
        "\n## gone\n\nnot known\n\n**error:** 404 not found",
        "\nThis is what the registry says. No signature was verified",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn packages_are_told_in_the_order_in_which_they_were_named() {
    let names: Vec<String> = (0..20).map(|number| format!("package-{number}")).collect();
    let paths: Vec<String> = names.iter().map(|name| format!("/{name}")).collect();
    let replies: Vec<(&str, Reply)> = names
        .iter()
        .zip(&paths)
        .map(|(name, path)| {
            let packument = packument(name, &[("1.0.0", by_token("jane"))]);
            (path.as_str(), Reply::Text(200, packument))
        })
        .collect();
    let registry = Registry::start(&replies);
    let mut args: Vec<&str> = names.iter().rev().map(String::as_str).collect();
    args.extend(["--format", "json"]);
    let output = verify(&TestFolder::with(&[]), &registry, &args);
    let output = output.exits_with(1).json();
    let found = output["packages"].as_array().unwrap().iter();
    let found: Vec<&str> = found.map(|package| package["name"].as_str().unwrap()).collect();
    assert_eq!(found, args[..20]);
}

#[test]
fn wrong_usage_asks_no_registry() {
    let folder = TestFolder::with(&[(".git/HEAD", "ref: refs/heads/main\n")]);
    let nothing = verify_with(&folder, &[], &[]).exits_with(2);
    assert!(
        nothing.stderr.contains("found no package to check"),
        "{}",
        nothing.stderr
    );
    for name in ["../widget", "a/b", "@acme", "widget@"] {
        let wrong = verify_with(&folder, &[name], &[]).exits_with(2);
        assert!(
            wrong.stderr.contains("expected the name of a package"),
            "{}",
            wrong.stderr
        );
    }
    verify_with(&folder, &["widget", "--timeout", "0"], &[]).exits_with(2);
}

#[test]
fn a_package_is_asked_about_once() {
    let registry = widget("https://github.com/acme/widget");
    let args = [
        "@acme/widget",
        "@acme/widget",
        "@acme/widget@1.2.0",
        "--format",
        "json",
    ];
    let output = verify(&repository(), &registry, &args).exits_with(0).json();
    assert_eq!(output["packages"].as_array().unwrap().len(), 2);
}

#[test]
fn what_a_registry_writes_does_not_reach_the_terminal_as_it_is() {
    let mut version = trusted();
    version["_npmUser"]["trustedPublisher"]["id"] = json!("git\u{1b}[2Jhub");
    let packument = packument("widget", &[("1.0.0", version)]);
    let registry = Registry::start(&[("/widget", Reply::Text(200, packument))]);
    let output = verify(&repository(), &registry, &["widget", "--color", "always"]);
    assert!(!output.stdout.contains("\u{1b}[2J"), "{:?}", output.stdout);
    assert!(output.stdout.contains("git\u{241b}[2Jhub"), "{:?}", output.stdout);
}
