//! What the log of a failed job can be about.

use super::{all, first};
use crate::explain::{Origin, explain};

#[test]
fn a_text_that_says_its_cause_decides() {
    for (log, cause) in [
        (
            "npm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - w cannot be republished until 24 hours have passed.",
            "republish-wait",
        ),
        (
            "npm error 413 413 Payload Too Large - PUT https://registry.npmjs.org/w - request entity too large",
            "payload-too-large",
        ),
        (
            "npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fw - Scope not found",
            "scope-not-found",
        ),
        (
            "npm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - Two-factor authentication or granular access token with bypass 2fa enabled is required to publish packages.",
            "eotp-token-2fa",
        ),
        (
            "npm error Tag name must not be a valid SemVer range: v1.2",
            "tag-is-version",
        ),
        (
            "Error: Error message: Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable",
            "id-token-missing",
        ),
        (
            "npm error At least one permission flag is required (--allow-publish, --allow-stage-publish)",
            "npm-trust-flag",
        ),
        (
            "Error: Yarn Classic is not supported. Please upgrade to Yarn Berry or another maintained package manager.",
            "changesets-yarn",
        ),
    ] {
        assert_eq!(all(log), [cause], "{log}");
    }
}

#[test]
fn an_unknown_sentence_of_the_registry_is_not_explained_away() {
    let log = "npm error code E403\nnpm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - The moon is not right.";
    assert_eq!(all(log), ["registry-refused"]);
    let answers = explain(log, &Origin::default()).registry_says;
    assert_eq!(answers[0].text, "The moon is not right.");
}

#[test]
fn what_ends_a_job_elsewhere_counts_only_without_a_failed_publish() {
    let lock = "npm error `npm ci` can only install packages when your package.json and package-lock.json are in sync.";
    assert_eq!(all(lock), ["install-failed"]);
    let tolerated = format!("{lock}\nnpm error code EOTP");
    assert_eq!(all(&tolerated), ["eotp-token-2fa"]);
    let cancelled = "npm error code EPRIVATE\n##[error]The operation was canceled.";
    assert_eq!(all(cancelled), ["private-package"]);
}

#[test]
fn what_git_says_decides_why_a_push_failed() {
    let failed = "error: failed to push some refs to 'https://github.com/acme/widget'";
    assert_eq!(first(failed), ["git-push-refused"]);
    let moved =
        format!("hint: Updates were rejected because the remote contains work that you do not\n{failed}");
    assert_eq!(all(&moved), ["branch-moved"]);
    let denied = format!("remote: Permission to acme/widget.git denied to github-actions[bot].\n{failed}");
    assert_eq!(all(&denied), ["git-push-refused"]);
    let user = format!("remote: Permission to acme/widget.git denied to someone.\n{failed}");
    assert_eq!(all(&user), ["git-push-refused"]);
    let tag = format!(" ! [rejected]        v1.0.0 -> v1.0.0  (would clobber existing tag)\n{failed}");
    assert_eq!(all(&tag), ["tag-exists"]);
}

#[test]
fn each_package_has_its_own_cause() {
    let log = "\
npm error code E404
npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fa - Not found
npm error 404  '@acme/a@1.0.0' is not in this registry.
npm error code E403
npm error 403 403 Forbidden - PUT https://registry.npmjs.org/@acme%2fb - You cannot publish over the previously published versions: 1.0.0.
";
    let causes = explain(log, &Origin::default()).causes;
    let told: Vec<_> = causes
        .iter()
        .map(|cause| (cause.id.name(), cause.packages.join(" ")))
        .collect();
    assert_eq!(told[0], ("version-exists", "@acme/b".to_owned()));
    assert_eq!(told[1], ("npm-too-old", "@acme/a".to_owned()));
    // One that was published at the second try is none of them.
    let repaired = format!("{log}+ @acme/a@1.0.0\n");
    assert_eq!(all(&repaired), ["version-exists"]);
}

#[test]
fn a_guard_that_reads_is_not_a_failed_publish() {
    let guard =
        "npm view widget version failed with exit code 1\nnpm error code E404\nnpm error 404 Not Found";
    assert_eq!(all(guard)[0], "read-refused");
    let log = format!("{guard}\nsome\nother\nlines\nof\na\nbuild\n\n\n\nnpm error code EOTP");
    assert_eq!(all(&log), ["eotp-token-2fa"]);
}

#[test]
fn a_version_that_the_tool_skips_is_not_a_cause() {
    let log = "\
npm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - You cannot publish over the previously published versions: 1.0.0.
w@1.0.0 has been published, skipping
";
    assert_eq!(all(log), [] as [&str; 0]);
}

#[test]
fn the_account_that_may_not_publish_is_not_taken_for_a_missing_entry() {
    let log = "npm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - You do not have permission to publish \"w\". Are you logged in as the correct user?";
    assert_eq!(first(log), ["token-expired"]);
}

#[test]
fn the_value_of_a_token_s_variable_is_read() {
    let failed = "npm error code ENEEDAUTH";
    for (line, expected) in [
        ("  NODE_AUTH_TOKEN:", "token-empty"),
        ("  NODE_AUTH_TOKEN:   ← empty", "token-empty"),
        ("  NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}", "tp-not-configured"),
    ] {
        assert_eq!(all(&format!("{line}\n{failed}"))[0], expected, "{line}");
    }
    let hidden = format!("  NODE_AUTH_TOKEN: ***\n{failed}");
    assert!(all(&hidden).contains(&"token-mixing"));
}

#[test]
fn what_was_never_published_has_no_trusted_publisher() {
    let log = "🦋  warn Received 404 for npm info \"widget\"\nnpm error code ENEEDAUTH";
    assert_eq!(all(log)[0], "first-publish");
}

#[test]
fn a_question_before_the_publish_is_not_its_failure() {
    let to = "npm notice Publishing to https://registry.npmjs.org/ with tag latest and public access\n";
    let resource = "npm error 404  The requested resource '@acme/w@1.0.0' could not be found or you do not have permission to access it.";
    let old = "npm error 404  '@acme/w@1.0.0' is not in this registry.";
    let get = "npm error 404 Not Found - GET https://registry.npmjs.org/@acme%2fw - Not found\n";
    let put = get.replace("GET", "PUT");
    for (request, words) in [
        ("npm error 404 No match found for version 1.0.0\n", resource),
        ("npm error 404 No match found for version 1.0.0\n", old),
        (get, resource),
        (get, old),
    ] {
        let read = format!("npm error code E404\n{request}npm error 404\n{words}\n");
        for published in [
            format!("{read}{to}+ @acme/w@1.0.0\n"),
            format!("{read}+ @acme/w@1.0.0\n"),
        ] {
            assert_eq!(all(&published), [] as [&str; 0], "{published}");
            let explanation = explain(&published, &Origin::default());
            assert!(!explanation.has_failure && explanation.published == ["@acme/w@1.0.0"]);
        }
        // Another package was published, or none.
        assert_ne!(
            all(&format!("{read}{to}+ @acme/v@1.0.0\n")),
            [] as [&str; 0],
            "{read}"
        );
        assert_ne!(all(&format!("{read}{to}")), [] as [&str; 0], "{read}");
    }
    // What was refused was a publish, and the next went to another registry.
    let github = to.replace("registry.npmjs.org", "npm.pkg.github.com");
    let refused = format!("npm error code E404\n{put}{resource}\n{github}+ @acme/w@1.0.0\n");
    assert_eq!(all(&refused)[0], "tp-not-configured");
    // A question after the publish is about what the registry shows.
    let after = format!("{to}+ @acme/w@1.0.0\nnpm error code E404\n{get}{resource}\n");
    assert_eq!(all(&after)[0], "publish-not-visible");
}
