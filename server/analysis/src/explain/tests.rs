use super::*;

mod failures;
mod kinds;
mod login;
mod mentions;
mod npm_output;
mod repository;
mod scripts;
mod tools;
mod wordings;

/// The ids of the causes that share the first rank.
fn first(log: &str) -> Vec<&'static str> {
    let causes = explain(log, &Origin::default()).causes;
    let best = causes.first().map(|cause| cause.confidence);
    causes
        .iter()
        .take_while(|cause| Some(cause.confidence) == best)
        .map(|cause| cause.id.name())
        .collect()
}

#[test]
fn texts_that_name_their_cause() {
    for (log, cause) in [
        (
            "npm error code E404\nnpm error 404  'w@1.0.0' is not in this registry.",
            "npm-too-old",
        ),
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
            "repository-mismatch",
        ),
        (
            "Failed to validate repository information: package.json: \"repository.url\" is \"git+https://github.com/x/y.git\", expected to match \"https://github.com/o/r\" from provenance",
            "repository-mismatch",
        ),
        // As people quote it in Markdown.
        (
            "> `repository.url` is `git+https://github.com/o/old.git`, expected to match `https://github.com/o/r` from provenance",
            "repository-mismatch",
        ),
        (
            "lerna ERR! *** Please tell me who you are.\nlerna ERR! Run",
            "git-identity",
        ),
        ("Error: Cannot find matching keyid:", "corepack-outdated"),
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
            "npm error code EBADENGINE\nnpm error engine Not compatible with your version of node/npm: npm@12.2.0",
            "npm-latest-needs-newer-node",
        ),
        ("npm error code EBADDEVENGINES", "dev-engines"),
        (
            "npm error code 1\nnpm error command failed\nnpm error command sh -c npm run build",
            "script-failed",
        ),
        ("npm error Missing script: \"build\"", "script-missing"),
        (
            "> w@1.0.0 prepublishOnly\n> tsc\n\nsh: 1: tsc: not found\nnpm error code 127\nnpm error command failed\nnpm error command sh -c tsc",
            "program-missing",
        ),
        (
            "➤ YN0035: │   Response Code: 400 (Bad Request)\nchild \"otp\" fails because [\"otp\" with value \"not-otp\" fails to match]",
            "eotp-token-2fa",
        ),
        (
            "Done in 3.1s using pnpm v11.25.0\n[WARN] Skipped OIDC: ERR_PNPM_AUTH_TOKEN_EXCHANGE: x\n[E404] 404 Not Found - PUT x",
            "pnpm-version",
        ),
        (
            "npm error code E503\nnpm error 503 Service Unavailable - PUT https://a.com/w",
            "registry-unavailable",
        ),
        ("error: missing authentication (run `bunx npm login`)", "bun-oidc"),
        (
            "error Couldn't publish package: \"https://a.com/w: Not found\"",
            "yarn-oidc",
        ),
        (
            "npm error code EUNSCOPED\nnpm error Can't restrict access to unscoped packages.",
            "unscoped-restricted",
        ),
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
fn github_may_refuse_an_id_token_for_a_while_or_for_good() {
    let log = "npm verbose oidc Failed to fetch id_token from GitHub: received an invalid response\nnpm error code ENEEDAUTH";
    assert_eq!(first(log), ["id-token-fetch-failed", "id-token-missing"]);
}

#[test]
fn an_old_pnpm_leaves_it_to_an_npm_that_the_log_does_not_show() {
    let causes = first("Done in 3.1s using pnpm v10.12.1\nnpm error code ENEEDAUTH");
    assert!(
        causes.contains(&"pnpm-version") && !causes.contains(&"npm-too-old"),
        "{causes:?}"
    );
}

#[test]
fn without_a_failure_there_is_no_cause() {
    for log in [
        "",
        "\0\u{1}\u{feff}",
        "+ w@1.0.0\n",
        "npm warn EBADENGINE Unsupported engine\n+ w@1.0.0",
        "E404 in a sentence",
        "No NPM_TOKEN or OIDC available - assuming npm is already authenticated",
        "FAIL test/a.test.js\n  expected code E404 but got E500\n  Error [E404]: not found",
        "buildx failed with: ERROR: failed to push ghcr.io/a/b: 403 Forbidden",
        "error: failed to publish to registry at https://crates.io\n  (status 403 Forbidden)",
        "HTTPError: 403 Forbidden from https://upload.pypi.org/legacy/\nTrusted publishing exchange failure:",
        "Pushing gem to https://rubygems.org...\nAccess Denied. E401",
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
    for cause in super::CauseId::ALL {
        let cause = cause.text();
        assert!(
            !cause.title.is_empty() && cause.why.ends_with('.') && cause.fix.ends_with('.'),
            "{}",
            cause.id
        );
        for rule in cause.rules {
            assert!(crate::rules::rule(rule).is_some(), "{}: {rule}", cause.id);
        }
    }
}

/// The ids of all causes.
fn all(log: &str) -> Vec<&'static str> {
    let explanation = explain(log, &Origin::default());
    explanation.causes.iter().map(|cause| cause.id.name()).collect()
}

#[test]
fn a_line_or_two_that_somebody_pastes_is_enough() {
    for (fragment, cause) in [
        ("E404", "tp-not-configured"),
        ("ENEEDAUTH", "tp-not-configured"),
        (
            "404 Not Found - PUT https://registry.npmjs.org/w - Not found",
            "id-token-missing",
        ),
        (
            "npm error need auth This command requires you to be logged in to https://registry.npmjs.org/",
            "npm-too-old",
        ),
        (
            "npm error need auth You need to authorize this machine using `npm login`",
            "id-token-missing",
        ),
        (
            "Automatic provenance generation not supported for provider: GitLab",
            "env-stripped",
        ),
        (
            "Automatic provenance generation not supported outside of GitHub Actions",
            "id-token-missing",
        ),
        (
            "npm ERR! enoent ENOENT: no such file or directory, open '/w/dist/package.json'",
            "package-json-missing",
        ),
        (
            "npm error enoent ENOENT: no such file or directory, open '/w/widget-1.0.0.tgz'",
            "tarball-missing",
        ),
        (
            "npm error enoent ENOENT: no such file or directory, open '/w/*.tgz'",
            "tarball-missing",
        ),
        ("Total of 0 artifact(s) downloaded", "artifact-missing"),
        ("Error verifying sigstore provenance bundle", "repository-missing"),
        (
            "package.json: \"repository.url\" is \"https://github.com/a/b\", expected to match \"https://github.com/o/r\"",
            "repository-mismatch",
        ),
        (
            "Failed to validate repository information: package.json:\n\"repository.url\" is \"\", expected to\nmatch \"https://github.com/o/r\" from provenance",
            "repository-missing",
        ),
        ("You must sign up for private packages", "scoped-access"),
        (
            "Unable to authenticate, your authentication token seems to be invalid.",
            "token-expired",
        ),
        ("Incorrect or missing password.", "token-expired"),
        (
            "401 Unauthorized - GET https://registry.npmjs.org/-/whoami",
            "whoami",
        ),
        (
            "Failed to save packument. A common cause is",
            "packument-conflict",
        ),
        ("OIDC publish authorize: Invalid token", "tp-mismatch-unspecified"),
        ("error creating signing certificate - Forbidden", "sigstore-tlog"),
        ("This package has been marked as private", "private-package"),
        ("EINVALIDNPMTOKEN Invalid npm token.", "semantic-release-old"),
        (
            "npm silly oidc Skipped because incorrect permissions for id-token within GitHub workflow",
            "id-token-missing",
        ),
        (
            "npm http fetch POST 404 https://a.com/-/npm/v1/oidc/token/exchange/package/w 9ms",
            "tp-environment",
        ),
        (
            "[semantic-release] › ✘  OIDC token exchange with the npm registry failed: 404 Not Found",
            "tp-environment",
        ),
        (
            "➤ YN0041: Invalid authentication (as an anonymous user)",
            "yarn-oidc",
        ),
        ("➤ YN0035:   Response Code: 404 (Not Found)", "yarn-oidc"),
    ] {
        let causes = all(fragment);
        assert!(causes.contains(&cause), "{fragment}: {causes:?}");
    }
}

#[test]
fn what_npm_reads_is_not_what_it_publishes() {
    for wording in [
        "'left@*' is not in this registry.",
        "The requested resource 'left@*' could not be found or you do not have permission to access it.",
    ] {
        let log = format!(
            "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/left - Not found\nnpm error 404  {wording}"
        );
        assert_eq!(all(&log), ["read-refused"], "{log}");
        let both = format!(
            "{log}\nnpm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/w - Not found"
        );
        assert!(!all(&both).contains(&"read-refused"), "{both}");
    }
}

#[test]
fn a_version_of_something_else_is_not_npm_s() {
    for log in [
        "npm error code ENEEDAUTH\npnpm: 10.1.0",
        "npm error code ENEEDAUTH\nnpm warn Not compatible with your version of node/npm: vite@7.0.0",
    ] {
        let explanation = explain(log, &Origin::default());
        assert_eq!(explanation.versions, [], "{log}");
    }
    let line = "npm warn cli npm v12.2.0 does not support Node.js v20.20.2. This version of npm supports the following node versions: `^22.22.2`";
    let versions = explain(line, &Origin::default()).versions;
    let expected = [("npm", "12.2.0"), ("node", "20.20.2")];
    assert_eq!(
        versions,
        expected.map(|(name, version)| (name.to_owned(), version.to_owned()))
    );
}

#[test]
fn each_failure_of_a_log_has_its_cause() {
    let log = "\
npm error code E403
npm error 403 Forbidden - PUT https://a.com/a - You cannot publish over the previously published versions: 1.0.0.
npm error code E422
npm error 422 Failed to validate repository information: package.json: \"repository.url\" is \"\", expected to match \"https://github.com/o/r\" from provenance";
    assert_eq!(all(log), ["repository-missing", "version-exists"]);
}

#[test]
fn a_failure_that_was_made_good_is_none() {
    let failed = "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fa - Not found\n";
    for (log, has_failure) in [
        (format!("{failed}+ @acme/a@1.0.0\n"), false),
        (format!("{failed}{failed}+ @acme/a@1.0.0\n"), false),
        (format!("+ @acme/a@1.0.0\n{failed}"), true),
        (format!("{failed}+ @acme/b@1.0.0\n"), true),
        (format!("npm error code EUSAGE\n{failed}+ @acme/a@1.0.0\n"), true),
        // Nothing says what failed.
        ("npm error code E404\n+ @acme/a@1.0.0\n".to_owned(), true),
        // The exchange was skipped, and a token took its place.
        ("[WARN] Skipped OIDC: ERR_PNPM_AUTH_TOKEN_EXCHANGE: Failed token exchange request\n✅ Published package a@1.0.0\n".to_owned(), false),
    ] {
        let explanation = explain(&log, &Origin::default());
        assert_eq!(explanation.has_failure, has_failure, "{log}");
    }
}

#[test]
fn the_addresses_that_differ_are_told() {
    let log = "npm error 422 \"repository.url\" is \"https://github.com/a/b\", expected to match \"https://github.com/o/r\" from provenance";
    let explanation = explain(log, &Origin::default());
    assert_eq!(
        explanation.causes[0].detail.as_deref(),
        Some("The package says `https://github.com/a/b`, and the provenance says `https://github.com/o/r`.")
    );
}

#[test]
fn causes_beside_the_publish_are_told_by_their_words() {
    for (log, cause) in [
        (
            "npm error code 128\nnpm error An unknown git error occurred\nnpm error command git --no-replace-objects ls-remote \
             ssh://git@github.com/out/widget.tgz\nnpm error git@github.com: Permission denied (publickey).",
            "folder-read-as-package",
        ),
        (
            "npm error code EALLOWGIT\nnpm error Fetching packages of type \"git\" have been disabled",
            "folder-read-as-package",
        ),
        (
            "/home/runner/work/_temp/a.sh: line 1: pnpm: command not found",
            "install-failed",
        ),
        (
            "npm ci can only install packages when your package.json and package-lock.json are in sync",
            "install-failed",
        ),
        (
            "Tag \"v1.0.0\" is not allowed to deploy to npm due to environment protection rules.\nThe deployment was rejected or didn't \
             satisfy other protection rules.",
            "environment-protection",
        ),
        (
            "The deployment was rejected or didn't satisfy other protection rules.",
            "deployment-rejected",
        ),
        (
            "GitHub release failed with status: 403\n{\"message\":\"Resource not accessible by integration\"}",
            "github-token-rights",
        ),
        ("GitHub release failed with status: 500", "github-release-failed"),
        (" ! [rejected]        HEAD -> main (fetch first)", "branch-moved"),
        (
            "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '/home/runner/work/w/w/.github/workflows/build.yml'.",
            "action-unresolved",
        ),
        ("error Unknown flag for publish: --provenance", "tool-config"),
        (
            "ERROR Not authenticated with npm. Please `npm login` and try again.",
            "whoami",
        ),
        (
            "Unknown Syntax Error: Command not found; did you mean one of:",
            "script-failed",
        ),
    ] {
        assert_eq!(first(log).first(), Some(&cause), "{log}");
    }
}

#[test]
fn another_name_of_the_repository_is_a_rename_or_a_copy() {
    let log = |found: &str, expected: &str| {
        format!(
            "Failed to validate repository information: package.json: \"repository.url\" is \"{found}\", expected to match \
             \"https://github.com/{expected}\" from provenance"
        )
    };
    let causes = |found, expected| all(&log(found, expected));
    for found in ["git+https://github.com/o/old.git", "git@github.com:moved/r.git"] {
        assert_eq!(
            causes(found, "o/r"),
            ["repository-mismatch", "repo-renamed"],
            "{found}"
        );
    }
    // Neither owner nor name is the same, or only the scheme differs.
    for found in ["git+https://github.com/x/y.git", "git+http://github.com/o/r.git"] {
        assert_eq!(causes(found, "o/r"), ["repository-mismatch"], "{found}");
    }
}

#[test]
fn colours_do_not_hide_what_the_log_says() {
    assert_eq!(
        first("npm \u{1b}[31mERR!\u{1b}[39m \u{1b}[35mcode\u{1b}[39m ENEEDAUTH"),
        ["token-empty", "npm-too-old"]
    );
}

#[test]
fn a_sound_repository_speaks_against_what_its_files_would_show() {
    let mut workspace = crate::workspace::Workspace::new();
    let path = |path: &str| crate::text::FilePath::new(path).unwrap();
    workspace.set_file(
        path(".github/workflows/release.yml"),
        "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    permissions: { id-token: write }\n    steps:\n      - uses: actions/setup-node@v5\n        with: { node-version: 24.15.0 }\n      - run: npm publish\n".into(),
    );
    workspace.set_file(
        path("package.json"),
        "{\"name\": \"w\", \"version\": \"1.0.0\"}".into(),
    );
    workspace.check();
    let origin = Origin {
        repository: Some(&workspace),
        ..Origin::default()
    };
    let causes = explain("npm error code ENEEDAUTH", &origin).causes;
    assert_eq!(causes[0].id.name(), "tp-not-configured");
    for refuted in [
        "npm-too-old",
        "id-token-missing",
        "tp-reusable-workflow",
        "token-empty",
    ] {
        assert!(causes.iter().all(|cause| cause.id.name() != refuted), "{refuted}");
    }
}

#[test]
fn causes_are_in_the_order_of_their_confidence() {
    for log in [
        "  NODE_AUTH_TOKEN: ***\nnpm error code ENEEDAUTH",
        "  NODE_AUTH_TOKEN: ***\nnpm error code E404",
        "npm error code ENEEDAUTH",
    ] {
        let causes = explain(log, &Origin::default()).causes;
        let ranks: Vec<_> = causes
            .iter()
            .map(|cause| std::cmp::Reverse(cause.confidence))
            .collect();
        assert!(ranks.is_sorted(), "{log}: {ranks:?}");
    }
}

#[test]
fn a_secret_that_is_not_set_is_seen() {
    for line in ["NODE_AUTH_TOKEN: \n", "NODE_AUTH_TOKEN:\n", "NPM_TOKEN: \r\n"] {
        let log = format!("env:\n  {line}##[endgroup]\nnpm error code ENEEDAUTH\n");
        assert!(first(&log).contains(&"token-empty"), "{log}");
    }
    assert!(!all("env:\n  NODE_AUTH_TOKEN: ***\nnpm error code E404\n").contains(&"token-empty"));
}
