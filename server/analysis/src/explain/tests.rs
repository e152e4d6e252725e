use super::*;

/// The ids of the causes that share the first rank.
fn first(log: &str) -> Vec<&'static str> {
    let causes = explain(log, &Origin::default()).causes;
    let best = causes.first().map(|cause| cause.confidence);
    causes
        .iter()
        .take_while(|cause| Some(cause.confidence) == best)
        .map(|cause| cause.text.id)
        .collect()
}

#[test]
fn texts_that_name_their_cause() {
    for (log, cause) in [
        (
            "npm error code E404\nnpm error 404  'w@1.0.0' is not in this registry.",
            "npm-too-old",
        ),
        ("npm ERR! code ENEEDAUTH", "npm-too-old"),
        (
            "npm error code EUSAGE\nnpm error Provenance generation in GitHub Actions requires \"write\" access to the \"id-token\" permission",
            "id-token-missing",
        ),
        (
            "npm error 422 … package.json: \"repository.url\" is \"\", expected to match \"https://github.com/o/r\" from provenance Failed to validate repository information: package.json: \"repository.url\" is \"\", expected to match \"https://github.com/o/r\" from provenance",
            "repository-missing",
        ),
        (
            "Failed to validate repository information: package.json: \"repository.url\" is \"git+https://github.com/O/r.git\", expected to match \"https://github.com/o/r\" from provenance",
            "repository-case",
        ),
        (
            "Failed to validate repository information: package.json: \"repository.url\" is \"git+https://github.com/o/old.git\", expected to match \"https://github.com/o/r\" from provenance",
            "repo-renamed",
        ),
        (
            "Failed to validate repository information: package.json: \"repository.url\" is \"git+https://github.com/x/y.git\", expected to match \"https://github.com/o/r\" from provenance",
            "repository-mismatch",
        ),
        (
            "npm error code E403\nnpm error 403 403 Forbidden - PUT … - OIDC permission denied for this action",
            "tp-allowed-actions",
        ),
        (
            "Error: Cannot find module 'promise-retry'",
            "broken-npm-self-upgrade",
        ),
        (
            "##[group]Run npm install -g npm@latest\nnpm error code EBADENGINE",
            "npm-latest-needs-newer-node",
        ),
        ("npm error code EOTP", "eotp-token-2fa"),
        (
            "npm error You must specify a tag using --tag when publishing a prerelease version.",
            "prerelease-tag",
        ),
        (
            "error Failed to replace env in config: ${NODE_AUTH_TOKEN}",
            "setup-node-v7-yarn1",
        ),
        ("➤ YN0033: No authentication configured for request", "yarn-oidc"),
        (
            "The nested job 'publish' is requesting 'id-token: write', but is only allowed 'id-token: none'.",
            "reusable-caller-permissions",
        ),
        (
            "Tag \"v1\" is not allowed to deploy to npm due to environment protection rules.",
            "environment-protection",
        ),
        (
            "npm silly oidc Skipped because incorrect permissions for id-token within GitHub workflow\nnpm error code ENEEDAUTH",
            "id-token-missing",
        ),
        (
            "[WARN] Skipped OIDC: ERR_PNPM_ID_TOKEN_GITHUB_WORKFLOW_INCORRECT_PERMISSIONS: x\n[E404] 404 Not Found - PUT x",
            "id-token-missing",
        ),
        ("lerna notice cli v8.2.4\nlerna ERR! E404 Not found", "lerna-old"),
        (
            "[1:00:00 AM] [semantic-release] › ℹ  Running semantic-release version 24.2.0\n[1:00:00 AM] [semantic-release] › ✘  ENONPMTOKEN No npm token specified.",
            "semantic-release-old",
        ),
    ] {
        assert_eq!(first(log), [cause], "{log}");
    }
}

#[test]
fn a_refused_exchange_has_the_causes_on_npm() {
    let log = "npm http fetch POST 404 http://127.0.0.1/-/npm/v1/oidc/token/exchange/package/w 4ms\nnpm error code ENEEDAUTH";
    let causes = first(log);
    assert!(
        causes.contains(&"tp-not-configured") && causes.contains(&"tp-environment"),
        "{causes:?}"
    );
    assert!(!causes.contains(&"npm-too-old"));
}

#[test]
fn without_a_failure_there_is_no_cause() {
    for log in [
        "",
        "\0\u{1}\u{feff}",
        "+ w@1.0.0\n",
        "npm warn EBADENGINE Unsupported engine\n+ w@1.0.0",
        "E404 in a sentence",
    ] {
        let explanation = explain(log, &Origin::default());
        assert!(
            explanation.causes.is_empty() && !explanation.has_failure,
            "{log:?}: {explanation:?}"
        );
    }
}

#[test]
fn every_cause_has_its_words_and_every_rule_that_it_names_is_known() {
    for cause in CAUSES {
        assert!(
            !cause.title.is_empty() && cause.why.ends_with('.') && cause.fix.ends_with('.'),
            "{}",
            cause.id
        );
    }
}
