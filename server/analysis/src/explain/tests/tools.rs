//! What tools other than npm print.

use super::{all, first};
use crate::explain::signals::{SIGNALS, Signal};
use crate::explain::{Origin, explain};
use crate::publish::Says;

#[test]
fn a_text_within_another_does_not_tell_its_own() {
    for (text, signal) in SIGNALS.iter() {
        let within = SIGNALS.iter().filter(|(other, of_other)| {
            // That a tool runs, the longer text says too.
            let is_more = !matches!(of_other, Signal::Tool(_, Says::Runs));
            text.contains(other) && of_other != signal && is_more && of_other.is_meant_by(text)
        });
        let within: Vec<_> = within.collect();
        assert!(within.is_empty(), "{text:?} is taken for {within:?}");
    }
}

#[test]
fn a_tool_is_too_old_only_by_its_own_version() {
    let failed = "lerna ERR! E404 Not found";
    for (log, is_old) in [
        (format!("lerna notice cli v8.2.4\n{failed}"), true),
        (format!("lerna notice cli v10.1.1\n{failed}"), false),
        (
            format!("lerna notice cli v10.1.1\n- update from \"lerna notice cli v8.2.4\"\n{failed}"),
            false,
        ),
        (
            "lerna-lite notice cli v4.7.3\nlerna-lite ERR! E404 Not found".to_owned(),
            true,
        ),
        (
            "lerna-lite notice cli v4.9.4\nlerna-lite ERR! E404 Not found".to_owned(),
            false,
        ),
        // lerna's version is not that of another tool.
        (
            format!("lerna notice cli v10.1.1\n🦋 changeset v2.27.12\n{failed}"),
            false,
        ),
    ] {
        assert_eq!(all(&log).contains(&"lerna-old"), is_old, "{log}");
    }
}

#[test]
fn the_clock_of_a_logger_is_not_a_version() {
    let causes = |line: &str| {
        all(&format!(
            "{line}\n[semantic-release] › ✘  ENONPMTOKEN No npm token specified."
        ))
    };
    let old = "[7:34:06 PM] [semantic-release] › ℹ  Running semantic-release version 24.2.9";
    assert_eq!(causes(old)[0], "semantic-release-old");
    let new = "[7:34:06 PM] [semantic-release] › ℹ  Running semantic-release version 25.0.2";
    assert!(!causes(new).contains(&"semantic-release-old"));
}

#[test]
fn np_asks_for_a_login_for_two_reasons() {
    let failed = "✖ Error: You must be logged in. Use `npm login` and try again.";
    let permissions = "GITHUB_TOKEN Permissions\nContents: read\n";
    assert_eq!(first(failed), ["whoami", "id-token-missing"]);
    assert_eq!(first(&format!("{permissions}{failed}")), ["id-token-missing"]);
    assert_eq!(
        first(&format!("{permissions}Id-token: write\n{failed}")),
        ["whoami"]
    );
}

#[test]
fn yarn_publishes_to_npm_by_another_name() {
    let failed = "➤ YN0000: Publishing to https://registry.yarnpkg.com with tag latest\n➤ YN0033: No authentication configured for request";
    let causes = all(failed);
    assert!(causes.contains(&"id-token-missing"), "{causes:?}");
    assert!(!causes.contains(&"wrong-registry"), "{causes:?}");
    let old = "➤ YN0000: · Yarn 4.9.4\n➤ YN0033: No authentication configured for request";
    assert_eq!(all(old), ["yarn-oidc"]);
}

#[test]
fn yarn_may_fail_to_read() {
    let log = "\
➤ YN0035: │ left@npm:9.9.9: Package not found
➤ YN0035: │   Response Code: 404 (Not Found)
➤ YN0035: │   Request Method: GET";
    assert_eq!(all(log), ["read-refused"]);
}

#[test]
fn the_registry_that_refused_is_told_from_npm_s() {
    for log in [
        "npm error code ENEEDAUTH\nnpm error need auth This command requires you to be logged in to https://npm.pkg.github.com/",
        "📦 w@1.0.0 → https://npm.pkg.github.com/\nError: ERR_PNPM_FAILED_TO_PUBLISH\n  × Failed to publish package w@1.0.0 (status 404 Not Found):",
        "lerna notice cli v10.1.1\nlerna http fetch GET https://a.com/token?api-version=2.0&audience=npm%3Anpm.pkg.github.com 200 10ms\nlerna ERR! E404 Not found",
    ] {
        assert_eq!(first(log), ["wrong-registry"], "{log}");
    }
}

#[test]
fn a_new_npm_that_the_log_shows_is_not_the_first_suspect() {
    let failed = "npm error code ENEEDAUTH";
    let is_first = |log: &str| matches!(first(log)[0], "npm-too-old" | "npm-shadowed-on-path");
    for log in [
        format!("npm: 11.19.0\n{failed}"),
        format!("npm: 10.9.8\n##[group]Run npm install -g npm@^11.5.1\n{failed}"),
        format!("##[group]Run npm install -g npm@11\n{failed}"),
        format!("##[group]Run npm install -g npm\n{failed}"),
        format!("##[group]Run npm install -g npm@^11.0.0\n{failed}"),
        format!("##[group]Run npm install -g npm@11.x\n{failed}"),
        format!("npm notice New minor version of npm available! 11.6.1 -> 11.6.2\n{failed}"),
        // The notice is of the npm before.
        format!(
            "npm notice New major version of npm available! 10.9.8 -> 11.6.2\nRun npm install -g npm@latest\n{failed}"
        ),
    ] {
        assert!(!is_first(&log), "{log}");
    }
    for log in [
        format!("npm: 10.9.8\n{failed}"),
        format!("npm: 11.19.0\nRun npm install -g npm@10\n{failed}"),
        format!("Run npm install -g npm@11.4\n{failed}"),
        format!("Run npm install -g npm@~11.4.0\n{failed}"),
        format!("npm notice New major version of npm available! 10.9.8 -> 11.6.2\n{failed}"),
    ] {
        assert!(is_first(&log), "{log}");
    }
}

#[test]
fn words_of_other_tools_are_not_a_failed_publish() {
    for log in [
        "I read that \"missing authentication\" is what bun says",
        "404 Not Found: https://example.org/page",
        "lerna notice cli v10.1.1\nlerna success published 1 package",
        "✔ All files are formatted (status 404 in docs)",
        "🦋 changeset v3.0.3\nNo unpublished packages to publish",
    ] {
        let explanation = explain(log, &Origin::default());
        assert!(!explanation.has_failure, "{log:?}: {explanation:?}");
    }
}

#[test]
fn nx_stops_at_a_package_without_latest() {
    const UNREAD: &str = "Something unexpected went wrong when checking for existing dist-tags.\n";
    let empty =
        format!("{UNREAD} SyntaxError: Unexpected end of JSON input\n    at JSON.parse (<anonymous>)\n");
    assert_eq!(all(&empty), ["latest-missing"]);
    assert_eq!(all(UNREAD), ["latest-missing", "read-refused"]);
    for refused in [
        "npm error code E401\nnpm error 401 Unauthorized - GET https://registry.npmjs.org/w\n",
        "npm error code E404\nnpm error 404  'w@next' is not in this registry.\n",
    ] {
        assert_eq!(all(&format!("{UNREAD}{refused}"))[0], "read-refused", "{refused}");
    }
    let own = "SyntaxError: Unexpected end of JSON input";
    assert_eq!(all(own), [] as [&str; 0]);
}

#[test]
fn a_registry_that_is_not_npm_s_does_not_make_a_tool_too_old() {
    let lerna = |url: &str| {
        all(&format!(
            "lerna notice cli v4.0.0\nlerna http fetch PUT 404 {url} 20ms\nlerna ERR! E404 404 Not Found"
        ))
    };
    assert_eq!(
        lerna("https://gitlab.example.com/api/v4/packages/npm/@acme%2fw")[0],
        "wrong-registry"
    );
    assert_eq!(
        lerna("https://registry.npmjs.org/@acme%2fw"),
        ["lerna-old", "token-expired"]
    );
    // Only a sign that trusted publishing was meant makes it sure.
    let meant =
        "NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX\nlerna notice cli v8.2.4\nlerna ERR! E404 Not found";
    assert_eq!(all(meant), ["lerna-old"]);
}

#[test]
fn the_issue_that_semantic_release_opens_has_no_codes() {
    for (message, cause) in [
        ("No npm token specified.", "semantic-release-old"),
        ("Invalid npm token.", "token-expired"),
        ("Cannot push to the Git repository.", "git-push-refused"),
        ("No GitHub token specified.", "github-token-missing"),
        ("Invalid GitHub token.", "github-token-invalid"),
    ] {
        let issue = format!(
            "The automated release from the `main` branch failed.\n\n---\n\n### {message}\n\nText.\n"
        );
        assert_eq!(all(&issue)[0], cause, "{issue}");
    }
}
