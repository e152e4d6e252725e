//! The output of a script, a test or a good run of npm is not a failed publish.

use super::all;
use crate::explain::{Origin, explain};

const REFUSED: &str = "npm error code E404\nnpm error 404 Not Found - PUT https://registry.npmjs.org/w - Not found\n\
    npm error 404  The requested resource 'w@1.0.0' could not be found or you do not have permission to access it.\n";
const NOT_READ: &str =
    "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/left - Not found\n";
const NO_FILE: &str = "npm error code ENOENT\nnpm error enoent Could not read package.json: Error: ENOENT: no such file or directory\n";
const TWO_FACTORS: &str = "npm error code EOTP\n";
const STOPPED: &str =
    "npm error code 1\nnpm error path /w\nnpm error command failed\nnpm error command sh -c npm run e2e\n";
const ERROR: &str = "##[error]Process completed with exit code 1.\n";

/// A step as GitHub prints it.
fn step(commands: &str, output: &str) -> String {
    let first = commands.lines().next().unwrap_or_default();
    format!("##[group]Run {first}\n{commands}\nshell: /usr/bin/bash -e {{0}}\n##[endgroup]\n{output}")
}

#[test]
fn an_error_that_a_script_printed_is_the_script_s() {
    for script in ["prepublishOnly", "prepack", "prepare", "prepublish"] {
        for printed in [REFUSED, NOT_READ, NO_FILE, TWO_FACTORS] {
            let log = step(
                "npm publish",
                &format!("> w@1.0.0 {script}\n> npm run e2e\n{printed}{STOPPED}{ERROR}"),
            );
            assert_eq!(all(&log), ["script-failed"], "{log}");
            let cause = &explain(&log, &Origin::default()).causes[0];
            assert_eq!(cause.detail, Some(format!("`{script}` ran `npm run e2e`.")));
            assert_eq!(cause.step.as_deref(), Some("npm publish"));
        }
    }
    // Where the log begins within the script, npm's last word tells it.
    assert_eq!(all(&format!("{REFUSED}{STOPPED}")), ["script-failed"]);
    // npm shows what the script of an installation printed after the command.
    let of_install = "npm error code 1\nnpm error path /w/node_modules/sharp\nnpm error command failed\nnpm error command sh -c node install.js\n\
        npm error 404 Not Found - GET https://example.com/x.tar.gz\n";
    assert_eq!(
        all(&step("npm ci", &format!("{of_install}{ERROR}"))),
        ["script-failed"]
    );
    let then = step(
        "npm publish",
        &format!("{of_install}npm error code EOTP\n{ERROR}"),
    );
    assert_eq!(all(&then), ["eotp-token-2fa"]);
    let of_pnpm = step(
        "pnpm publish --no-git-checks",
        &format!(
            "> w@1.0.0 prepublishOnly /w\n> pnpm test\n{REFUSED} ELIFECYCLE  Command failed with exit code 1.\n{ERROR}"
        ),
    );
    assert_eq!(all(&of_pnpm), ["script-failed"]);
}

#[test]
fn a_publish_that_failed_after_its_scripts_is_one() {
    let scripts = "> w@1.0.0 prepublishOnly\n> npm run build\n\n> w@1.0.0 build\n> tsc\n\n";
    let packed = "npm notice 📦  w@1.0.0\nnpm notice Publishing to https://registry.npmjs.org/ with tag latest and public access\n";
    assert_eq!(
        all(&step(
            "npm publish",
            &format!("{scripts}{packed}{REFUSED}{ERROR}")
        ))[0],
        "tp-not-configured"
    );
    // The script is the publish.
    for command in ["npm publish", "node scripts/go.js"] {
        let ended = format!(
            "npm error Lifecycle script `release` failed with error:\nnpm error code 1\nnpm error path /w\n\
             npm error command failed\nnpm error command sh -c {command}\n"
        );
        let log = step(
            "npm run release -w a",
            &format!("> a@1.0.0 release\n> {command}\n{REFUSED}{ended}{ERROR}"),
        );
        assert_eq!(all(&log)[0], "tp-not-configured", "{log}");
    }
    // Another package was refused before.
    let before = "npm error code EPRIVATE\n";
    let log = step(
        "npm publish -w a || npm publish -w b",
        &format!("{before}> b@1.0.0 prepack\n> npm run e2e\n{NOT_READ}{STOPPED}{ERROR}"),
    );
    assert!(all(&log).contains(&"private-package"), "{:?}", all(&log));
}

#[test]
fn an_error_that_a_test_printed_is_the_test_s() {
    const HEADER: &str = "\n> w@1.0.0 test\n> vitest run\n\n";
    for printed in [REFUSED, NOT_READ, NO_FILE, TWO_FACTORS] {
        let log = step("npm test", &format!("{HEADER}{printed}{ERROR}"));
        assert_eq!(all(&log), ["script-failed"], "{log}");
        // Nothing says that the step failed.
        assert_eq!(
            all(&step("npm test", &format!("{HEADER}{printed}"))),
            [] as [&str; 0]
        );
        let both = step("npm test\nnpm publish", &format!("{HEADER}{printed}{ERROR}"));
        assert_ne!(all(&both), ["script-failed"], "{both}");
    }
    // npm did not find the script.
    assert_eq!(
        all(&step("npm test", &format!("{NO_FILE}{ERROR}"))),
        ["package-json-missing"]
    );
    // Neither a manifest nor a tarball.
    let other = "npm error enoent ENOENT: no such file or directory, open '/w/src/data.json'\n";
    for id in ["package-json-missing", "tarball-missing"] {
        assert!(!all(&step("npm publish", &format!("{other}{ERROR}"))).contains(&id));
    }
    // A runner of scripts puts the name of the script before each line.
    for label in ["w:test: ", "packages/a prepublishOnly: "] {
        let printed: String = REFUSED.lines().map(|line| format!("{label}{line}\n")).collect();
        let log = format!("{printed} ERROR  run failed: command  exited (1)\n");
        assert_eq!(all(&log), ["script-failed"], "{log}");
        let publish = log.replace(label, "w:publish: ");
        assert_eq!(all(&publish)[0], "tp-not-configured", "{publish}");
    }
    let publish = step("npm test", HEADER) + &step("npm publish", &format!("{REFUSED}{ERROR}"));
    assert_eq!(all(&publish)[0], "tp-not-configured");
}

#[test]
fn a_run_of_npm_that_ended_well_has_no_failure() {
    let run = |end: &str| {
        format!(
            "1 info using npm@11.19.1\n7 verbose title npm install\n\
             18 verbose stack HttpErrorGeneral: 404 Not Found - GET https://registry.npmjs.org/opt - Not found\n\
             19 silly fetch 404 Not Found - GET https://registry.npmjs.org/opt - Not found\n{end}"
        )
    };
    assert_eq!(all(&run("44 verbose exit 0\n45 info ok\n")), [] as [&str; 0]);
    let failed = "20 error code E404\n21 error 404 Not Found - GET https://registry.npmjs.org/opt - Not found\n44 verbose exit 1\n";
    assert_eq!(all(&run(failed)), ["read-refused"]);
    // The next run failed.
    let then = format!(
        "{}npm verbose title npm publish\n{TWO_FACTORS}npm verbose exit 1\n",
        run("44 verbose exit 0\n")
    );
    assert_eq!(all(&then), ["eotp-token-2fa"]);
    assert_eq!(
        all("npm warn optional SKIPPING: 404 Not Found - GET https://registry.npmjs.org/opt - Not found\n"),
        [] as [&str; 0]
    );
}

#[test]
fn what_stops_a_script_from_outside_is_the_cause() {
    let in_script = |line: &str| {
        step(
            "npm publish",
            &format!("> w@1.0.0 prepack\n> vite build\n{line}\n{STOPPED}{ERROR}"),
        )
    };
    for (line, cause) in [
        (
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
            "out-of-memory",
        ),
        ("npm error code 137", "out-of-memory"),
        ("Error: ENOSPC: no space left on device, write", "disk-full"),
        (
            "##[error]The runner has received a shutdown signal. This can happen when the runner service is stopped",
            "runner-lost",
        ),
    ] {
        assert_eq!(all(&in_script(line))[0], cause, "{line}");
    }
    for (log, cause) in [
        ("##[error]Process completed with exit code 137.", "out-of-memory"),
        (
            "##[error]The action 'Publish' has timed out after 10 minutes.",
            "job-cancelled",
        ),
        (
            "##[error]release-please failed: ENOSPC: no space left on device, mkdtemp '/tmp/x'",
            "disk-full",
        ),
        (
            "##[error]The runner has received a shutdown signal.\n##[error]The operation was canceled.",
            "runner-lost",
        ),
    ] {
        assert_eq!(all(log)[0], cause, "{log}");
    }
    for log in [
        "##[error]Process completed with exit code 1370.",
        "the request 'x' has timed out after 3 attempts",
        "##[warning]You are running out of disk space. The runner will stop working",
    ] {
        assert_eq!(all(log), [] as [&str; 0], "{log}");
    }
}

#[test]
fn a_second_step_that_failed_is_told_after_the_publish() {
    let publish = step("npm publish", &format!("{REFUSED}{ERROR}"));
    for (command, printed, cause) in [
        (
            "gh release create v1",
            "HTTP 403: Resource not accessible by integration\n",
            "github-token-rights",
        ),
        (
            "gh release create v1",
            "HTTP 422: Validation Failed\nRelease.tag_name already exists\n",
            "github-release-exists",
        ),
        (
            "git push --follow-tags",
            "remote: Permission to o/w.git denied to github-actions[bot].\n",
            "git-push-refused",
        ),
    ] {
        let second = step(command, &format!("{printed}{ERROR}"));
        for log in [format!("{publish}{second}"), format!("{second}{publish}")] {
            let causes = explain(&log, &Origin::default()).causes;
            assert_eq!(causes[0].id.name(), "tp-not-configured", "{log}");
            let last = causes.last().unwrap();
            assert_eq!(
                (last.id.name(), last.step.as_deref()),
                (cause, Some(command)),
                "{log}"
            );
        }
        // It was expected.
        let log = format!("{}{publish}Post job cleanup.\n", step(command, printed));
        assert!(!all(&log).contains(&cause), "{log}");
    }
    let cancelled = format!(
        "{publish}{}",
        step("node x.js", "##[error]The operation was canceled.\n")
    );
    assert!(!all(&cancelled).contains(&"job-cancelled"));
}

#[test]
fn the_registry_s_sentence_in_the_next_line_is_quoted() {
    for log in [
        "Error: ERR_PNPM_FAILED_TO_PUBLISH\n\n  × Failed to publish package w@1.0.0 (status 403 Forbidden):\n  │ {\"error\":\"The moon is not right.\"}\n",
        "  × Failed to publish package w@1.0.0 (status 403 Forbidden): {\"error\":\"The moon is\n  │ not right.\"}\n",
        "[ERR_PNPM_FAILED_TO_PUBLISH] Failed to publish package w@1.0.0 (status 403 Forbidden): The moon is not right.\n",
        "error: 403 Forbidden: https://registry.npmjs.org/w\n\n - The moon is not right.\n",
        "403 Forbidden: https://registry.npmjs.org/w\n - The moon is not right.\n",
        "npm error code E403\nnpm error 403 403 Forbidden - PUT https://registry.npmjs.org/w -\nThe moon is not right.\n",
    ] {
        let explanation = explain(log, &Origin::default());
        let answers: Vec<_> = explanation
            .registry_says
            .iter()
            .map(|answer| (answer.text.as_str(), answer.packages.join(" ")))
            .collect();
        assert_eq!(answers, [("The moon is not right.", "w".to_owned())], "{log}");
        assert_eq!(all(log), ["registry-refused"], "{log}");
    }
    for log in [
        "npm error code E403\nnpm error 403 403 Forbidden - PUT https://registry.npmjs.org/w -\nnpm error A complete log of this run can be found in: x\n",
        "error: 403 Forbidden: https://registry.npmjs.org/w\nnpm notice\n",
    ] {
        assert!(!all(log).contains(&"registry-refused"), "{log}");
        assert_eq!(explain(log, &Origin::default()).registry_says, [], "{log}");
    }
}

#[test]
fn what_a_step_looks_for_is_not_what_it_met() {
    let script = "npm publish 2>&1 | tee log\nif grep -q \"npm error code EOTP\" log; then exit 0; fi\n\
        # You cannot publish over the previously published versions";
    let failed = step(script, &format!("{REFUSED}{ERROR}"));
    assert_eq!(all(&failed)[0], "tp-not-configured");
    assert!(!all(&failed).contains(&"version-exists"));
    let good = step(script, "+ w@1.0.0\n") + "Post job cleanup.\n";
    assert_eq!(all(&good), [] as [&str; 0]);
    let environment = "##[group]Run npm publish\nnpm publish\nshell: bash\nenv:\n  BODY: Two-factor authentication is required to publish this package\n##[endgroup]\n";
    assert_eq!(
        all(&format!("{environment}{REFUSED}{ERROR}"))[0],
        "tp-not-configured"
    );
    // The list has no end, as where somebody left lines out.
    assert_eq!(
        all("##[group]Run npm publish\nnpm error code EOTP\n"),
        ["eotp-token-2fa"]
    );
}

#[test]
fn the_address_of_a_registry_ends_before_the_quote() {
    let json = r#"{ "error": { "code": "ENEEDAUTH", "summary": "This command requires you to be logged in to https://registry.npmjs.org/", "detail": "x" } }"#;
    assert!(!all(json).contains(&"wrong-registry"), "{:?}", all(json));
    let other = json.replace("registry.npmjs.org", "npm.pkg.github.com");
    assert_eq!(all(&other)[0], "wrong-registry");
}

#[test]
fn what_a_test_printed_ends_where_its_runner_sums_up() {
    const HEADER: &str = "> w@1.0.0 test\n> jest\n\n";
    for summary in [
        "Tests:       1 failed, 12 passed, 13 total",
        " Test Files  1 failed | 2 passed (3)",
        "  12 passing (2s)\n  1 failing",
        "# tests 3\n# fail 1",
        "ℹ fail 2",
        "  1 test failed",
    ] {
        for printed in [REFUSED, NOT_READ, TWO_FACTORS] {
            // Cut from its step.
            let log = format!("{HEADER}{printed}{summary}\n");
            assert_eq!(all(&log), ["script-failed"], "{log}");
            let more = step("npm run build\nnpm test", &format!("{log}{ERROR}"));
            assert_eq!(all(&more), ["script-failed"], "{more}");
            // Another publish failed after it.
            let then = format!("{log}npm error code EPRIVATE\n");
            assert_eq!(all(&then), ["private-package"], "{then}");
        }
    }
    for summary in [
        "Tests:       13 passed, 13 total",
        " Test Files  3 passed (3)",
        "  12 passing (2s)",
        "# tests 3\n# fail 0",
        "  3 tests passed",
    ] {
        let log = format!("{HEADER}{TWO_FACTORS}{summary}\n");
        assert_eq!(all(&log), [] as [&str; 0], "{log}");
        let publish = format!("{log}{REFUSED}");
        assert_eq!(all(&publish)[0], "tp-not-configured", "{publish}");
    }
    // Prose does not sum up, and a publish before the tests counts.
    for line in [
        "Tests: we have 1 failed idea",
        "the 1 failing check",
        "x tests failed",
        "# fail",
    ] {
        assert_eq!(all(line), [] as [&str; 0], "{line}");
    }
    let before = format!("{REFUSED}{HEADER}Tests:       13 passed, 13 total\n");
    assert_eq!(all(&before)[0], "tp-not-configured");
}

#[test]
fn a_step_that_somebody_named_after_tests_tests() {
    let log = |step: &str| {
        let lines = REFUSED
            .lines()
            .chain(["##[error]Process completed with exit code 1."]);
        lines
            .map(|line| format!("build\t{step}\t2026-11-01T10:00:00.1000000Z {line}\n"))
            .collect::<String>()
    };
    for name in [
        "Run tests",
        "Unit tests",
        "Test",
        "Run the integration tests",
        "E2E tests",
    ] {
        assert_eq!(all(&log(name)), ["script-failed"], "{name}");
    }
    for name in [
        "Test and publish",
        "Run npm test",
        "Publish",
        "Smoke test",
        "Release tests to npm",
    ] {
        assert_eq!(all(&log(name))[0], "tp-not-configured", "{name}");
    }
}

#[test]
fn a_script_that_fails_without_a_word_of_npm_is_named() {
    for script in ["build", "test", "lint", "typecheck", "build:types", "lint-all"] {
        let commands = format!("npm run {script}");
        let log = step(&commands, &format!("> w@1.0.0 {script}\n> tsc\n\nboom\n{ERROR}"));
        assert_eq!(all(&log), ["script-failed"], "{log}");
        let cause = &explain(&log, &Origin::default()).causes[0];
        assert_eq!(cause.detail, Some(format!("The script is `{script}`.")));
        let cut = format!("> w@1.0.0 {script}\n> tsc\n\nboom\n{ERROR}");
        assert_eq!(all(&cut), [] as [&str; 0], "{cut}");
        // What failed is another step, or it came to the publish.
        let other = step(&commands, &format!("> w@1.0.0 {script}\n> tsc\n"))
            + &step("node pub.js", &format!("boom\n{ERROR}"));
        assert_eq!(all(&other), [] as [&str; 0], "{other}");
        let packed = step(
            "npm run go",
            &format!("> w@1.0.0 {script}\n> tsc\nnpm notice 📦  w@1.0.0\nboom\n{ERROR}"),
        );
        assert_eq!(all(&packed), [] as [&str; 0], "{packed}");
    }
    for script in ["release", "build:release", "publish-all", "start"] {
        let log = step(
            "npm run x",
            &format!("> w@1.0.0 {script}\n> node x\n\nboom\n{ERROR}"),
        );
        assert_eq!(all(&log), [] as [&str; 0], "{log}");
    }
}

#[test]
fn what_a_package_manager_says_of_a_script_counts_where_nothing_else_does() {
    const OF_YARN: &str = "error Command failed with exit code 1.\ninfo Visit https://yarnpkg.com/en/docs/cli/run for documentation about this command.\n";
    const OF_PNPM: &str = " ELIFECYCLE  Command failed with exit code 1.\n";
    const COMPILED: &str = "src/a.ts(3,1): error TS2304: Cannot find name 'x'.\n";
    const STATUS: &str = "make: *** [all] Error 2\nnpm error code 2\n";
    for end in [OF_YARN, OF_PNPM, COMPILED, STATUS] {
        assert_eq!(all(end), ["script-failed"], "{end}");
        for (before, cause) in [
            (TWO_FACTORS, "eotp-token-2fa"),
            (REFUSED, "tp-not-configured"),
            ("npm error code ECONNRESET\n", "registry-unavailable"),
            ("fatal: tag 'v1.0.0' already exists\n", "tag-exists"),
        ] {
            let log = format!("{before}{end}");
            assert_eq!(all(&log)[0], cause, "{log}");
        }
    }
    // The command was the publish.
    for line in [
        "Error: Command failed with exit code 1: npm publish --tag next",
        "[1:00:00 PM] [semantic-release] › ✘  An error occurred while running semantic-release: Error: Command failed with exit code 1 (EPERM): npm publish /w --registry https://registry.npmjs.org/",
        "Error: Command failed: pnpm -r publish",
    ] {
        let explanation = explain(line, &Origin::default());
        assert!(explanation.has_failure && explanation.causes.is_empty(), "{line}");
    }
    let listed = format!("🦋  error packages failed to publish:\n🦋  w@1.0.0\n{OF_PNPM}");
    assert_eq!(all(&listed), [] as [&str; 0]);
}

#[test]
fn a_publish_that_failed_in_a_job_that_succeeded_is_told() {
    const EXISTS: &str = "npm error code E403\nnpm error 403 403 Forbidden - PUT https://registry.npmjs.org/w - You cannot publish over the previously published versions: 1.0.0.\n";
    const END: &str = "Post job cleanup.\nCleaning up orphan processes\n";
    let hidden = step("npm publish || true", EXISTS) + END;
    let explanation = explain(&hidden, &Origin::default());
    assert_eq!(explanation.causes[0].id.name(), "version-exists");
    assert!(explanation.job_succeeded);
    for good in [
        // It tried again.
        step("npm publish || npm publish", &format!("{REFUSED}+ w@1.0.0\n")) + END,
        // The tool went on.
        step(
            "npm run release",
            &format!("{EXISTS}w@1.0.0 has been published, skipping\n"),
        ) + END,
        // A step that has nothing to do with a publish printed it.
        step("node check.js", REFUSED) + END,
        // Nothing was sent.
        step("npm publish || true", NOT_READ) + END,
    ] {
        let explanation = explain(&good, &Origin::default());
        assert!(
            !explanation.job_succeeded && explanation.causes.is_empty(),
            "{good}"
        );
    }
    // A step failed.
    let failed = step("npm publish", &format!("{EXISTS}{ERROR}")) + END;
    assert!(!explain(&failed, &Origin::default()).job_succeeded);
}
