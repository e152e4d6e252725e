//! Repaired files.

use std::fs;

use crate::support::{DEMO, DEMO_FILES, TestFolder, demo, project_root, run};

fn texts(folder: &TestFolder) -> Vec<String> {
    DEMO_FILES
        .iter()
        .map(|file| fs::read_to_string(folder.at(file)).unwrap())
        .collect()
}

#[test]
fn check_says_how_to_repair() {
    let text = run(&project_root(), &["check", DEMO]).exits_with(1).stdout;
    assert!(
        text.contains(" can be fixed with `trustpub fix tests/fixtures/demo`"),
        "{text}"
    );
    assert!(text.contains(" (`trustpub fix`)\n"), "{text}");
}

#[test]
fn fix_writes_what_diff_shows() {
    let folder = demo();
    let before = texts(&folder);
    let diff = run(folder.path(), &["fix", "--diff"]);
    assert_eq!(texts(&folder), before, "--diff writes nothing");
    assert!(
        diff.stdout.contains("\n+++ b/.github/workflows/release.yml\n"),
        "{diff:#?}"
    );
    assert!(diff.stdout.contains("id-token: write"), "{diff:#?}");
    assert!(diff.stderr.contains("nothing was written"), "{diff:#?}");
    // What remains has a line each.
    assert!(!diff.stderr.contains('␊'), "{diff:#?}");

    let fix = run(folder.path(), &["fix"]);
    assert_eq!(fix.code, diff.code);
    assert!(
        fix.stdout
            .contains(".github/workflows/release.yml\n  id-token-missing: "),
        "{fix:#?}"
    );
    let after = texts(&folder);
    for line in diff
        .stdout
        .lines()
        .filter(|line| line.starts_with('+') && !line.starts_with("+++"))
    {
        assert!(
            after
                .iter()
                .any(|text| text.contains(line.trim_start_matches('+'))),
            "{line}"
        );
    }
    for comment in [
        "# The token is gone: npm trusts this workflow now. 🚀",
        "# the same as in our tests",
    ] {
        assert!(after[0].contains(comment), "{}", after[0]);
    }
    let findings = run(folder.path(), &["check", "--format", "json"]).stdout;
    assert!(!findings.contains("\"id-token-missing\""), "{findings}");

    let again = run(folder.path(), &["fix"]);
    assert!(again.stdout.starts_with("no fixes applied; "), "{again:#?}");
    assert_eq!(texts(&folder), after, "a second run changes nothing");
}

#[test]
fn fix_keeps_to_the_rules_that_were_named() {
    let folder = demo();
    let before = texts(&folder);
    // The problems of other rules do not count, as in `check --rule`.
    let fixed = run(folder.path(), &["fix", "--rule", "id-token-missing"]);
    let says_none = fixed.stdout.ends_with("no problems of these rules remain\n");
    assert!(says_none, "{fixed:#?}");
    fixed.exits_with(0);
    let after = texts(&folder);
    assert_ne!(after[0], before[0]);
    assert_eq!(after[1..], before[1..]);
}

#[test]
fn unsafe_fixes_are_only_applied_on_request() {
    const WORKFLOW: &str = ".github/workflows/release.yml";
    let folder = TestFolder::with(&[
        (
            "package.json",
            r#"{ "name": "widget", "version": "1.0.0", "repository": "github:acme/widget" }"#,
        ),
        (
            WORKFLOW,
            "on: push\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        \
         with:\n          node-version: 22\n          registry-url: https://registry.npmjs.org\n      - run: npm publish\n        \
         env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }} # soon gone\n",
        ),
    ]);
    let text = || fs::read_to_string(folder.at(WORKFLOW)).unwrap();
    let before = text();
    run(folder.path(), &["fix"]).exits_with(0);
    assert_eq!(text(), before, "a token is never removed without being asked");
    run(folder.path(), &["fix", "--unsafe"]).exits_with(0);
    let after = text();
    assert!(
        after.contains("id-token: write") && after.contains("node-version: 24"),
        "{after}"
    );
    assert!(!after.contains("NODE_AUTH_TOKEN"), "{after}");
}

#[test]
fn advice_that_may_break_a_build_is_followed_only_where_its_rule_is_named() {
    const WORKFLOW: &str = ".github/workflows/release.yml";
    let text = "on: push\npermissions:\n  id-token: write\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n      \
                - uses: actions/setup-node@v6\n        with:\n          node-version: 24\n          cache: npm\n      \
                - run: npm ci\n      - run: npm publish\n";
    let concurrency = "    concurrency: ${{ github.workflow }}-${{ github.ref }}\n    runs-on";
    for (arguments, is_cached, ignores_scripts, has_concurrency) in [
        (&["fix"] as &[_], false, false, false),
        (&["fix", "--unsafe"], false, false, false),
        (
            &["fix", "--unsafe", "--rule", "install-scripts-in-publish-job"],
            true,
            true,
            false,
        ),
        (
            &["fix", "--unsafe", "--rule", "publish-job-hardening"],
            false,
            true,
            true,
        ),
    ] {
        let folder = TestFolder::with(&[(WORKFLOW, text)]);
        run(folder.path(), arguments).exits_with(0);
        let after = fs::read_to_string(folder.at(WORKFLOW)).unwrap();
        assert_eq!(after.contains("cache: npm"), is_cached, "{arguments:?}\n{after}");
        assert_eq!(
            after.contains("npm ci --ignore-scripts"),
            ignores_scripts,
            "{arguments:?}\n{after}"
        );
        assert_eq!(
            after.contains(concurrency),
            has_concurrency,
            "{arguments:?}\n{after}"
        );
    }
}

#[test]
fn what_is_announced_is_what_the_command_applies() {
    const WORKFLOW: &str = ".github/workflows/release.yml";
    let text = "on: { release: { types: [published] } }\npermissions: { contents: read, id-token: write }\njobs:\n  publish:\n    \
                runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        with: { node-version: 24 }\n      \
                - run: npm ci\n      - run: npm publish\n";
    let folder = TestFolder::with(&[(WORKFLOW, text)]);
    let check = run(folder.path(), &["check"]).exits_with(0).stdout;
    let command = "trustpub fix --unsafe --rule install-scripts-in-publish-job";
    assert!(check.contains(&format!("(`{command}`)")), "{check}");
    assert!(!check.contains("can be fixed with"), "{check}");
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    let fix = run(folder.path(), &arguments).exits_with(0).stdout;
    assert!(
        fix.contains("1 fix in 1 file applied; no problems of these rules remain"),
        "{fix}"
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = demo();
    let workflow = folder.at(DEMO_FILES[0]);
    fs::set_permissions(&workflow, fs::Permissions::from_mode(0o444)).unwrap();
    let before = texts(&folder);
    let run = run(folder.path(), &["fix", "--rule", "id-token-missing"]).exits_with(2);
    assert!(
        run.stderr
            .contains("`.github/workflows/release.yml` was not changed: "),
        "{run:#?}"
    );
    assert!(run.stdout.starts_with("no fixes applied; "), "{run:#?}");
    assert_eq!(texts(&folder), before);
}

#[test]
fn a_file_that_cannot_be_parsed_is_left_alone() {
    let folder = demo();
    let workflow = fs::read_to_string(folder.at(DEMO_FILES[0])).unwrap() + "  broken: [\n";
    folder.write(DEMO_FILES[0], &workflow);
    let run = run(folder.path(), &["fix", "--unsafe"]);
    assert_eq!(
        fs::read_to_string(folder.at(DEMO_FILES[0])).unwrap(),
        workflow,
        "{run:#?}"
    );
}

#[test]
fn fix_invents_no_line_break_and_leaves_no_temporary_file() {
    let workflow = "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v4\n        \
                    with:\n          node-version: 18\n          registry-url: https://registry.npmjs.org\n      \
                    - run: npm publish\n        env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}";
    let folder = TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (
            ".git/config",
            "[remote \"origin\"]\n\turl = https://github.com/acme/widget.git\n",
        ),
        (
            "package.json",
            "{\n  \"name\": \"@acme/x\",\n  \"version\": \"1.0.0\"\n}\n",
        ),
        (".github/workflows/release.yml", workflow),
    ]);
    let file = folder.at(".github/workflows/release.yml");
    // Of a run that was killed; no process has this number.
    let left_behind = folder.at(".github/workflows/.release.yml.trustpub-4194999-0.tmp");
    fs::write(&left_behind, "").unwrap();
    run(folder.path(), &["fix", "--unsafe"]);
    let fixed = fs::read_to_string(&file).unwrap();
    assert!(fixed.ends_with("- run: npm publish"), "{fixed}");
    assert_eq!(left_behind.exists(), !cfg!(target_os = "linux"));
}
