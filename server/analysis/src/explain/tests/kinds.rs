//! Kinds of messages, each with a neighbor that must not be taken for it.

use super::all;

const NONE: [&str; 0] = [];

/// What each log is explained by.
fn assert_causes(cases: &[(&str, &[&str])]) {
    for (log, causes) in cases {
        assert_eq!(all(log), *causes, "{log}");
    }
}

#[test]
fn git_rejects_a_tag_a_branch_or_a_person() {
    const FAILED: &str = "error: failed to push some refs to 'https://github.com/o/w'";
    for (line, cause) in [
        (
            " ! [rejected]        v1.0.0 -> v1.0.0 (already exists)",
            "tag-exists",
        ),
        (
            " ! [remote rejected] v1.0.0 -> v1.0.0 (cannot lock ref 'refs/tags/v1.0.0': reference already exists)",
            "tag-exists",
        ),
        (
            " ! [remote rejected] main -> main (cannot lock ref 'refs/heads/main': is at a1b2c3 but expected d4e5f6)",
            "branch-moved",
        ),
        (
            " ! [rejected]        main -> main (remote ref updated since checkout)",
            "branch-moved",
        ),
        (
            " ! [remote rejected] main -> main (pre-receive hook declined)",
            "git-push-refused",
        ),
        (
            " ! [remote rejected] v1 -> v1 (push declined due to repository rule violations)",
            "git-push-refused",
        ),
        (
            " ! [remote rejected] main -> main (shallow update not allowed)",
            "git-history",
        ),
        (
            "fatal: unable to access 'https://github.com/o/w/': The requested URL returned error: 403",
            "git-push-refused",
        ),
        (
            "fatal: unable to access 'https://github.com/o/w/': The requested URL returned error: 503",
            "github-unavailable",
        ),
    ] {
        assert_eq!(all(&format!("{line}\n{FAILED}"))[0], cause, "{line}");
    }
    assert_causes(&[
        ("Error: Reference already exists", &["tag-exists"]),
        ("✖ Error: Git tag `v1.0.0` already exists.", &["tag-exists"]),
        // A folder, and another host.
        ("mkdir: out (already exists)", &NONE),
        (
            "fatal: unable to access 'https://gitlab.example.com/o/w/': The requested URL returned error: 403",
            &NONE,
        ),
    ]);
}

#[test]
fn a_checkout_with_a_bad_token_is_not_a_push() {
    const NO_USER: &str =
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled";
    let marked = format!("##[error]{NO_USER}\n##[error]The process '/usr/bin/git' failed with exit code 128");
    let of_step = format!(
        "##[group]Run actions/checkout@v5\nwith:\n  token: ***\n##[endgroup]\n{NO_USER}\n##[error]The process '/usr/bin/git' failed"
    );
    let of_push = format!("$ git push --follow-tags\n{NO_USER}");
    assert_causes(&[
        (&marked, &["github-token-invalid"]),
        (&of_step, &["github-token-invalid"]),
        (&of_push, &["git-push-refused"]),
    ]);
}

#[test]
fn the_action_that_lacks_a_token_decides() {
    const LACKS: &str = "Error: Input required and not supplied: token";
    let after = |head: &str| format!("{head}\n  with:\n    fetch-depth: 0\n{LACKS}");
    assert_causes(&[
        (&after("Run actions/checkout@v4"), &["github-token-missing"]),
        (
            "##[group]Run actions/checkout@v4\nwith:\n  fetch-depth: 0\n##[endgroup]\n##[error]Input required and not supplied: token",
            &["github-token-missing"],
        ),
        (&after("Run JS-DevTools/npm-publish@v3"), &["npm-publish-old"]),
        // Another action began since.
        (
            "##[group]Run actions/checkout@v4\n##[endgroup]\n##[group]Run JS-DevTools/npm-publish@v3\n##[endgroup]\n##[error]Input required and not supplied: token",
            &["npm-publish-old"],
        ),
        (
            &after("Run acme/release@v1"),
            &["npm-publish-old", "github-token-missing"],
        ),
    ]);
}

#[test]
fn the_status_of_a_release_says_why_it_failed() {
    assert_causes(&[
        (
            "⚠️ GitHub release failed with status: 403",
            &["github-token-rights"],
        ),
        (
            "⚠️ GitHub release failed with status: 401",
            &["github-token-invalid"],
        ),
        (
            "⚠️ GitHub release failed with status: 422",
            &["github-release-failed"],
        ),
    ]);
}

#[test]
fn an_artifact_is_missing_only_where_the_action_stops() {
    for text in [
        "no artifacts found",
        "no matching workflow run found with any artifacts?",
        "Unable to find any artifacts for the associated workflow",
    ] {
        for mark in ["Error: ", "##[error]", "2026-11-01T10:00:00.1234567Z ##[error]"] {
            assert_eq!(
                all(&format!("{mark}{text}")),
                ["artifact-missing"],
                "{mark}{text}"
            );
        }
        for mark in ["", "##[warning]"] {
            assert_eq!(all(&format!("{mark}{text}")), NONE, "{mark}{text}");
        }
    }
    assert_eq!(all("no valid artifacts found to download"), ["artifact-missing"]);
}

#[test]
fn a_service_of_github_is_out_of_order_with_a_status_of_the_server() {
    assert_causes(&[
        (
            "Error: getCacheEntry failed: Cache service responded with 503",
            &["github-unavailable"],
        ),
        (
            "Error: Failed to CreateArtifact: Failed to make request after 5 attempts: Request timeout",
            &["github-unavailable"],
        ),
        (
            "##[warning]Failed to restore: Cache service responded with 503",
            &NONE,
        ),
        (
            "Error: getCacheEntry failed: Cache service responded with 422",
            &NONE,
        ),
    ]);
}

#[test]
fn yarn_asks_for_a_second_factor_in_the_codes_of_a_missing_login() {
    assert_causes(&[
        (
            "➤ YN0033: The registry requires additional authentication, but Yarn is not running in an interactive terminal",
            &["eotp-token-2fa"],
        ),
        ("➤ YN0041: Invalid OTP token", &["eotp-token-2fa"]),
        (
            "➤ YN0000: Open https://www.npmjs.com/login/1234 to use your security key for authentication",
            &["eotp-token-2fa"],
        ),
    ]);
    let without_login = all("➤ YN0033: No authentication configured for request");
    assert!(without_login.contains(&"yarn-oidc") && !without_login.contains(&"eotp-token-2fa"));
}

#[test]
fn an_installation_that_does_not_fit_the_checkout_is_named() {
    for line in [
        "Usage Error: Couldn't find left@npm:1.0.0 in the currently installed PnP map - running an install might help",
        "Usage Error: The project in /w/package.json doesn't seem to have been installed - running an install there might help",
        "➤ YN0056: left@npm:1.0.0: Cache entry required but missing for left@npm:1.0.0",
        "Usage Error: Unrecognized or legacy configuration settings found: npmThing - run \"yarn config\"",
        "ERR_PNPM_CATALOG_ENTRY_NOT_FOUND_FOR_SPEC  No catalog entry 'left' was found for catalog 'default'.",
        "[ERR_PNPM_RUN_CHECK_DEPS_NO_DEPS] Project w requires dependencies but none was installed.",
    ] {
        assert_eq!(all(line), ["install-failed"], "{line}");
    }
    assert_causes(&[
        (
            "➤ YN0016: All versions satisfying \"^1.0.0\" are quarantined",
            &["release-age-policy"],
        ),
        (
            "➤ YN0018: left@npm:1.0.0: The remote archive doesn't match the local checksum - has the local cache been corrupted?",
            &["integrity"],
        ),
        (
            "Usage Error: Couldn't find a script named \"release\".",
            &["script-failed"],
        ),
        ("It might help to run yarn install", &NONE),
    ]);
}

#[test]
fn every_option_of_semantic_release_is_named() {
    for line in [
        "✘  EINVALIDTAGFORMAT Invalid `tagFormat` option.",
        "✘  EPLUGINSCONF The `plugins` configuration is invalid.",
        "✘  EPLUGIN A plugin configured in the step publish is not a valid semantic-release plugin.",
        "✘  EPUBLISHOUTPUT A `publish` plugin returned an invalid value. It must return an `Object`.",
        "✘  EINVALIDBRANCHNAME A branch name is invalid in the `branches` configuration.",
        "✘  EDUPLICATEBRANCHES The `branches` configuration has duplicate branches.",
        "✘  EPRERELEASEBRANCHES The pre-release branches are invalid in the `branches` configuration.",
        "✘  EINVALIDGITHUBURL The git repository URL is not a valid GitHub URL.",
        "✘  EINVALIDASSETS Invalid `assets` option.",
        "✘  EINVALIDCHANGELOGFILE Invalid `changelogFile` option.",
        "✘  EINVALIDCMD Invalid `publishCmd` option.",
        "### Invalid `assets` option.",
    ] {
        let log = format!("[1:00:00 AM] [semantic-release] › {line}");
        assert_eq!(all(&log), ["tool-config"], "{log}");
    }
    assert_causes(&[(
        "✘  EGHNOPERMISSION The GitHub token doesn't allow to push on the repository o/w.",
        &["github-token-rights"],
    )]);
}

#[test]
fn a_hook_of_the_repository_stops_the_release() {
    for line in [
        "husky - commit-msg script failed (code 1)",
        "husky - pre-commit hook exited with code 1 (error)",
        "husky > pre-push hook failed (add --no-verify to bypass)",
        "✖ lint-staged failed due to a git error.",
    ] {
        assert_eq!(all(line), ["git-hook"], "{line}");
        let pushed = format!("{line}\nerror: failed to push some refs to 'https://github.com/o/w'");
        assert_eq!(all(&pushed), ["git-hook"], "{pushed}");
    }
    assert_causes(&[
        ("husky - Git hooks installed", &NONE),
        ("husky - DEPRECATED", &NONE),
    ]);
    // The publish failed for itself.
    assert_eq!(
        all("husky - pre-push script failed (code 1)\nnpm error code EOTP"),
        ["eotp-token-2fa"]
    );
}

#[test]
fn a_script_that_publishes_is_the_publish() {
    const REFUSED: &str = "npm error code E422\nnpm error 422 Unprocessable Entity - PUT https://registry.npmjs.org/@acme%2fw-linux - Failed to validate repository information: package.json: \"repository.url\" is \"undefined\", expected to match \"https://github.com/acme/w\" from provenance\n";
    let ended = |command: &str| {
        format!(
            "> w@1.0.0 prepublishOnly\n> {command}\n\n{REFUSED}npm error code 1\nnpm error path /w\nnpm error command failed\nnpm error command sh -c {command}\n"
        )
    };
    for command in ["napi prepublish -t npm", "pnpm build && npm publish ./npm/linux"] {
        assert_eq!(all(&ended(command))[0], "repository-missing", "{command}");
    }
    for command in [
        "npm run e2e",
        "napi prepublish -t npm --skip-optional-publish",
        "node test.js",
    ] {
        assert_eq!(all(&ended(command)), ["script-failed"], "{command}");
    }
}

#[test]
fn a_path_that_npm_did_not_find_is_a_tarball_by_its_end() {
    let stopped = |code: &str, path: &str| {
        format!("npm error code {code}\nnpm error syscall open\nnpm error path {path}\nnpm error errno -2\n")
    };
    assert_eq!(all(&stopped("ENOENT", "/w/dist/js/**.tgz")), ["tarball-missing"]);
    assert_eq!(all(&stopped("ENOENT", "/w/README.md")), NONE);
    assert_eq!(all(&stopped("EACCES", "/w/a.tgz")), ["file-permission"]);
}

#[test]
fn a_tool_that_reads_what_is_published_published_nothing() {
    let json = |method: &str, spec: &str| {
        format!(
            "{{\n  \"error\": {{\n    \"code\": \"E404\",\n    \"summary\": \"Not Found - {method} https://registry.npmjs.org/@acme%2fw - Not found\",\n    \"detail\": \"The requested resource '@acme/{spec}' could not be found or you do not have permission to access it.\"\n  }}\n}}"
        )
    };
    assert_eq!(all(&json("GET", "w@*")), ["read-refused"]);
    assert_eq!(all(&json("PUT", "w@1.0.0"))[0], "tp-not-configured");
}

#[test]
fn the_user_of_a_token_is_asked_for_at_two_addresses() {
    for path in ["/-/whoami", "/-/npm/v1/user"] {
        for status in ["401 Unauthorized", "403 Forbidden"] {
            let log = format!("{status} - GET https://registry.npmjs.org{path}");
            assert_eq!(all(&log), ["whoami", "token-expired"], "{log}");
        }
        let log = format!("lerna http fetch GET 200 https://registry.npmjs.org{path} 91ms");
        assert_eq!(all(&log), NONE, "{log}");
    }
}

#[test]
fn a_changeset_folder_is_looked_for_in_the_folder_of_the_action() {
    assert_causes(&[
        (
            "Error: Error: There is no .changeset directory in this project",
            &["tool-config"],
        ),
        ("added .changeset/brave-cats-run.md", &NONE),
    ]);
}

#[test]
fn registries_of_other_languages_and_of_containers_are_left_alone() {
    for log in [
        "Error: failed to perform \"Push\" on destination: POST \"https://ghcr.io/v2/o/w/blobs/uploads/\": response status code 403: denied: permission_denied: write_package",
        "denied: permission_denied: write_package",
        "error: failed to push to ghcr.io/o/w: unauthorized: unauthenticated: User cannot be authenticated with the token provided.",
        "error: failed to publish w v1.0.0 to registry at https://crates.io\n  the remote server responded with an error (status 429 Too Many Requests): Please try again later",
        "  the remote server responded with an error (status 503 Service Unavailable)",
        "ERROR HTTPError: 403 Forbidden from https://upload.pypi.org/legacy/",
        "error: Failed to publish @o/w@1.0.0\n  https://jsr.io/ (status 402 Payment Required)",
        "Error: buildx failed with: 413 Request Entity Too Large from https://ghcr.io/v2/o/w",
        "Response status code does not indicate success: 409 (Conflict). https://api.nuget.org/v3/index.json",
    ] {
        assert_eq!(all(log), NONE, "{log}");
    }
    assert_causes(&[
        (
            "npm error 403 403 Forbidden - PUT https://npm.pkg.github.com/@o%2fw - Permission permission_denied: write_package",
            &["github-packages-rights"],
        ),
        (
            "× Failed to publish package w@1.0.0 (status 429 Too Many Requests): slow down",
            &["rate-limited"],
        ),
    ]);
}

#[test]
fn what_github_packages_says_of_a_request_comes_first() {
    let bun = "400 Bad Request: https://npm.pkg.github.com/@o%2fw\n - no attachments present in packument";
    assert_eq!(all(bun), ["registry-refused", "wrong-registry"]);
    assert_eq!(
        all("400 Bad Request: https://npm.pkg.github.com/@o%2fw")[0],
        "wrong-registry"
    );
}

#[test]
fn codes_of_npm_that_tell_nothing_of_publishing_name_a_cause() {
    for (code, cause) in [
        ("EACCES", "file-permission"),
        ("ENOSPC", "disk-full"),
        ("EJSONPARSE", "manifest-invalid"),
        ("ERR_INVALID_AUTH", "token-unscoped"),
        ("ENOTCACHED", "install-failed"),
    ] {
        assert_eq!(all(&format!("npm error code {code}\n")), [cause], "{code}");
        // The publish failed for itself.
        let refused = format!("npm error code {code}\nnpm error code EOTP\n");
        assert_eq!(all(&refused), ["eotp-token-2fa"], "{code}");
    }
    for code in ["ENOENT", "ESOMETHING"] {
        assert_eq!(all(&format!("npm error code {code}\n")), NONE, "{code}");
    }
    assert_causes(&[(
        "npm error Invalid auth configuration found: `_authToken` must be renamed to `//registry.npmjs.org/:_authToken` in user config",
        &["token-unscoped"],
    )]);
}

#[test]
fn a_token_or_an_app_of_github_is_missing_or_wrong() {
    assert_causes(&[
        (
            "Error: Input required and not supplied: github_token",
            &["github-token-missing"],
        ),
        (
            "Error: Input required and not supplied: app-id",
            &["github-token-missing"],
        ),
        (
            "Error: Parameter token or opts.auth is required",
            &["github-token-missing"],
        ),
        (
            "RequestError [HttpError]: A JSON web token could not be decoded - https://docs.github.com/rest",
            &["github-token-invalid"],
        ),
        ("Error: Input required and not supplied: path", &NONE),
    ]);
}
