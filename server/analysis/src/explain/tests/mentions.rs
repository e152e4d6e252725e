//! Errors that a log only mentions, or that a step expected.

use super::all;
use crate::explain::{Origin, explain};

const PUBLISHED: &str = "##[group]Run npm publish\n+ w@1.0.0\n";
const END: &str = "Post job cleanup.\n";
const REFUSED: &str = "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/w - Not found\n\
    npm error 404  The requested resource 'w@1.0.0' could not be found or you do not have permission to access it.\n";

#[test]
fn a_job_that_ends_well_has_no_failure() {
    for line in [
        "1 package has a missing registry signature but the registry is providing signing keys:",
        "npm error code EOTP",
        "denied: permission_denied: write_package",
        "413 Request Entity Too Large",
        "fatal: tag 'v1.0.0' already exists",
        "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/left - Not found",
        "FATAL ERROR: JavaScript heap out of memory",
    ] {
        let log = format!("##[group]Run a-command || true\n{line}\n{PUBLISHED}{END}");
        assert_eq!(all(&log), [] as [&str; 0], "{log}");
    }
}

#[test]
fn only_steps_that_failed_count() {
    for tolerated in [
        "npm error code EOTP",
        "1 package has a missing registry signature but the registry is providing signing keys:",
        "npm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - You cannot publish over the previously published versions: 1.0.0.",
    ] {
        let log = format!(
            "##[group]Run npm test\n{tolerated}\n##[group]Run npm publish\n{REFUSED}##[error]Process completed with exit code 1.\n{END}"
        );
        assert_eq!(all(&log)[0], "tp-not-configured", "{log}");
    }
    // Without a step that is told to have failed, what is there counts.
    let part = format!("##[group]Run npm publish\n{REFUSED}");
    assert_eq!(all(&part)[0], "tp-not-configured");
}

#[test]
fn a_commit_a_note_and_a_test_that_passed_are_not_failures() {
    for line in [
        "[10:00:00 AM] [semantic-release] [@semantic-release/commit-analyzer] › ℹ  Analyzing commit: docs: explain \"Cannot publish over existing version\"",
        "HEAD is now at 1a2b3c fix: You cannot publish over the previously published versions",
        "✔ says \"requires a one-time password\" (2ms)",
        "ok 12 - Cannot publish over existing version is reported",
        "- a1b2c3d: Say that `npm` cannot publish over the previously published versions",
        "PR_TITLE: npm error code E404",
        "fix(cli): Resource not accessible by integration",
    ] {
        assert_eq!(all(&format!("{line}\n+ w@1.0.0\n")), [] as [&str; 0], "{line}");
    }
}

#[test]
fn a_job_that_is_cancelled_did_not_end_well() {
    let log = format!("##[group]Run npm ci\n##[error]The operation was canceled.\n{END}");
    assert_eq!(all(&log), ["job-cancelled"]);
}

#[test]
fn a_step_that_tests_and_publishes_is_named_by_its_first_line() {
    let log = format!("##[group]Run npm test\n{REFUSED}##[error]Process completed with exit code 1.\n{END}");
    assert_eq!(all(&log)[0], "tp-not-configured");
}

#[test]
fn the_label_of_a_script_is_not_a_commit() {
    let log = "build: npm error code EOTP";
    assert_eq!(all(log), ["eotp-token-2fa"]);
}

#[test]
fn what_was_tolerated_is_not_shown() {
    let log = format!(
        "##[group]Run npm test\nnpm error 403 403 Forbidden - PUT https://registry.npmjs.org/x - No such luck.\n\
         ##[group]Run npm publish\n{REFUSED}##[error]Process completed with exit code 1.\n{END}"
    );
    let explanation = explain(&log, &Origin::default());
    let said: Vec<&str> = explanation
        .registry_says
        .iter()
        .map(|answer| answer.text.as_str())
        .collect();
    assert_eq!(said, ["Not found"]);
    assert!(
        explanation.evidence.iter().all(|evidence| evidence.line > 2),
        "{:?}",
        explanation.evidence
    );
}

#[test]
fn the_npm_that_was_set_up_last_publishes() {
    let log = "node: v22.12.0\nnpm: 10.9.0\nnpm notice New major version of npm available! 10.9.0 -> 11.6.1\nnode: v24.11.0\nnpm: 11.6.1\nnpm error code ENEEDAUTH";
    assert_ne!(all(log)[0], "npm-too-old");
    // Another step may run another npm; the step that failed tells its own.
    let of_test = "##[group]Run npm ls npm\nverbose npm v10.9.0\n";
    let set_up = "##[group]Run actions/setup-node@v6\nnode: v24.11.0\nnpm: 11.6.1\n";
    let publish = "##[group]Run npm publish\nnpm error code ENEEDAUTH\n";
    assert_ne!(all(&format!("{set_up}{of_test}{publish}"))[0], "npm-too-old");
    assert_eq!(
        all(&format!("{set_up}{publish}npm verbose npm v10.9.0\n")),
        ["npm-too-old", "token-empty"]
    );
    for command in [
        "npx -y npm@11 publish",
        "pnpm dlx npm@11 publish",
        "npm install npm@latest -g",
        "npm i -g \"npm@^11.5.1\"",
        "npm install --location=global npm@11",
        "pnpm add -g npm@11",
        "npm up -g npm",
        "volta install npm@11",
    ] {
        let log = format!("npm info using npm@10.9.0\nRun {command}\nnpm error code ENEEDAUTH");
        assert_ne!(all(&log)[0], "npm-too-old", "{command}");
    }
}

#[test]
fn another_registry_makes_nothing_good() {
    let log = format!(
        "npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access\n{REFUSED}\
         npm notice Publishing to https://npm.pkg.github.com/ with tag latest and default access\n+ w@1.0.0\n"
    );
    assert!(!all(&log).is_empty());
    let reverse = format!(
        "npm notice Publishing to https://npm.pkg.github.com/ with tag latest and default access\n+ w@0.9.0\n\
         npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access\n{REFUSED}"
    );
    assert_eq!(all(&reverse)[0], "tp-not-configured");
}

#[test]
fn what_is_read_after_the_publish_is_not_a_failed_publish() {
    let log = "+ w@1.0.0\nRun npm view w@1.0.0 version\nnpm error code E404\nnpm error 404 No match found for version 1.0.0\n\
        npm error 404  The requested resource 'w@1.0.0' could not be found or you do not have permission to access it.\n";
    assert!(!all(log).contains(&"tp-not-configured"), "{:?}", all(log));
}
