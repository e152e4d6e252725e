//! Which conditions can hold in which runs.

use crate::test_support::check_sites;

/// A workflow with these events, these jobs before the one that publishes, and these keys of that job.
fn workflow(on: &str, jobs: &str, keys: &str) -> String {
    format!(
        r#"
#- .github/workflows/release.yml
on: {on}
jobs:
{jobs}
  publish:
{keys}
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
    )
}

fn outcome_of(fixture: &str) -> &'static str {
    let line = fixture
        .lines()
        .position(|line| line == "      - run: npm publish")
        .unwrap_or(0)
        - 1;
    for outcome in ["oidc", "not-reached"] {
        let expected = format!("release.yml:{line} publish; outcome={outcome}");
        if std::panic::catch_unwind(|| check_sites(fixture, &expected)).is_ok() {
            return outcome;
        }
    }
    "another"
}

/// A caller with this condition and this input, of a workflow whose job has this condition.
fn call(caller: &str, condition: &str) -> String {
    format!(
        "\
#- .github/workflows/release.yml
on: {{ workflow_call: {{ inputs: {{ go: {{ type: boolean }} }} }} }}
jobs:
  publish:
{condition}    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - run: npm publish
#- .github/workflows/call.yml
on: push
permissions: {{ id-token: write }}
jobs:
  call:
{caller}    uses: ./.github/workflows/release.yml
"
    )
}

#[test]
fn a_condition_that_fits_no_event() {
    for (on, condition) in [
        ("push", "github.event_name == 'release'"),
        (
            "{ push: { branches: [main] } }",
            "startsWith(github.ref, 'refs/tags/')",
        ),
        ("{ push: { branches: [main] } }", "github.ref_type == 'tag'"),
        (
            "{ push: { branches: [main] } }",
            "github.ref == 'refs/heads/master'",
        ),
        (
            "{ push: { branches: [main, 'release/**'] } }",
            "contains(github.ref, 'refs/tags/')",
        ),
        ("{ push: { tags: ['v*'] } }", "github.ref == 'refs/heads/main'"),
        ("{ push: { tags: ['v*'] } }", "github.ref_name == 'main'"),
        (
            "{ push: { tags: ['v*'] } }",
            "${{ startsWith(github.ref_name, 'release-') }}",
        ),
        ("{ pull_request: {} }", "github.ref == 'refs/heads/main'"),
        ("push", "github.event.release.tag_name != ''"),
        ("push", "github.event.pull_request.merged == true"),
        ("push", "inputs.publish"),
        (
            "[push, workflow_dispatch]",
            "github.event_name == 'push' && github.event_name == 'workflow_dispatch'",
        ),
        (
            "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
            "inputs.go == 'true'",
        ),
        (
            "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
            "github.event.inputs.go == true",
        ),
        (
            "{ release: { types: [published] } }",
            "github.event.action == 'created'",
        ),
        (
            "push",
            "contains(fromJSON('[\"release\", \"create\"]'), github.event_name)",
        ),
    ] {
        let fixture = workflow(on, "", &format!("    if: {condition}"));
        assert_eq!(outcome_of(&fixture), "not-reached", "{on} {condition}");
        let step = workflow(on, "", "").replace(
            "- run: npm publish",
            &format!("- if: {condition}\n        run: npm publish"),
        );
        let lines = step
            .lines()
            .position(|line| line.trim() == "run: npm publish")
            .unwrap_or(0)
            - 1;
        check_sites(
            &step,
            &format!("release.yml:{lines} publish; outcome=not-reached"),
        );
    }
}

#[test]
fn a_condition_that_may_hold() {
    for (on, condition) in [
        ("push", "startsWith(github.ref, 'refs/tags/')"),
        ("{ push: { paths: [src/**] } }", "github.ref_type == 'tag'"),
        (
            "{ push: { branches: ['**'] } }",
            "github.ref == 'refs/heads/main'",
        ),
        (
            "{ push: { branches: ['main?'] } }",
            "github.ref == 'refs/heads/mai'",
        ),
        (
            "{ push: { branches: [main] } }",
            "github.ref == 'refs/heads/Main'",
        ),
        (
            "{ push: { tags: ['v*'] } }",
            "startsWith(github.ref, 'refs/tags/v2')",
        ),
        (
            "[push, workflow_dispatch]",
            "github.event_name == 'workflow_dispatch'",
        ),
        ("workflow_dispatch", "startsWith(github.ref, 'refs/tags/')"),
        (
            "{ release: { types: [published] } }",
            "startsWith(github.ref, 'refs/tags/')",
        ),
        (
            "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
            "inputs.go",
        ),
        (
            "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
            "inputs.go == true",
        ),
        (
            "{ workflow_dispatch: { inputs: { go: { type: boolean } } } }",
            "github.event.inputs.go == 'true'",
        ),
        (
            "{ workflow_dispatch: { inputs: { go: {} } } }",
            "inputs.go == 'true'",
        ),
        ("push", "inputs.publish != 'no'"),
        ("push", "!contains(github.event.head_commit.message, '[skip]')"),
        ("push", "github.repository == 'a/widget' && vars.PUBLISH == 'yes'"),
        ("push", "always()"),
        ("push", "success() && !cancelled()"),
        ("push", "${{ github.event_name == 'release' }} && true"),
        ("push", "contains(fromJSON('[\"push\"]'), github.event_name)"),
        ("push", "github.evnt_name == 'push'"),
        ("push", "broken ("),
    ] {
        let fixture = workflow(on, "", &format!("    if: {condition}"));
        assert_eq!(outcome_of(&fixture), "oidc", "{on} {condition}");
    }
}

#[test]
fn calls_are_followed() {
    let never = "publish; outcome=not-reached; entry=call.yml";
    let go = "    with: { go: true }\n";
    check_sites(
        &call("    if: github.event_name == 'release'\n", ""),
        &format!("release.yml:7 {never}"),
    );
    check_sites(
        &call("", "    if: inputs.go\n"),
        &format!("release.yml:8 {never}"),
    );
    check_sites(
        &call(go, "    if: inputs.go == 'true'\n"),
        &format!("release.yml:8 {never}"),
    );
    for condition in ["    if: inputs.go\n", "    if: github.event_name == 'push'\n"] {
        check_sites(
            &call(go, condition),
            "release.yml:8 publish; outcome=fails; entry=call.yml",
        );
    }
}

#[test]
fn only_ways_that_lead_to_the_job_count() {
    let other = "\
#- .github/workflows/test.yml
on: pull_request
permissions: { id-token: write }
jobs:
  call:
    uses: ./.github/workflows/release.yml
";
    let fixture = format!(
        "{}{other}",
        call("    with: { go: true }\n", "    if: inputs.go\n")
    );
    check_sites(&fixture, "release.yml:8 publish; entry=call.yml");
    // Callers elsewhere are not known.
    let open = workflow("[push, workflow_call]", "", "    if: inputs.publish");
    assert_eq!(outcome_of(&open), "oidc");
}

/// A workflow whose publish step has this condition, called by one for tags and one for pull requests.
fn called_by_both(on: &str, condition: &str) -> String {
    let caller = |name: &str, on: &str| {
        format!(
            "\
#- .github/workflows/{name}.yml
on: {on}
permissions: {{ contents: read, id-token: write }}
jobs:
  call:
    uses: ./.github/workflows/publish.yml
"
        )
    };
    format!(
        r#"#- .github/workflows/publish.yml
on: {on}
jobs:
  publish:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - if: {condition}
        run: npm publish
{}{}#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#,
        caller("release", "{ push: { tags: ['v*'] } }"),
        caller("tests", "pull_request"),
    )
}

#[test]
fn a_step_that_fits_one_caller_runs_for_that_one() {
    const PUBLISH: &str = "publish.yml:10 publish; outcome=oidc";
    for condition in [
        "startsWith(github.ref, 'refs/tags/')",
        "github.event_name == 'push'",
        "github.event_name != 'pull_request'",
    ] {
        check_sites(
            &called_by_both("workflow_call", condition),
            &format!("{PUBLISH}; entry=release.yml"),
        );
    }
    // Both ways lead to it.
    check_sites(
        &called_by_both("workflow_call", "always()"),
        &format!("{PUBLISH}; entry=release.yml, tests.yml"),
    );
    // So does a start by hand.
    check_sites(
        &called_by_both(
            "[workflow_call, workflow_dispatch]",
            "github.event_name != 'pull_request'",
        ),
        &format!("{PUBLISH}; entry=publish.yml, release.yml"),
    );
    // None does.
    check_sites(
        &called_by_both("workflow_call", "github.event_name == 'release'"),
        "publish.yml:10 publish; outcome=not-reached; entry=release.yml, tests.yml",
    );
}

#[test]
fn a_workflow_between_caller_and_step_changes_nothing() {
    let fixture = called_by_both("workflow_call", "startsWith(github.ref, 'refs/tags/')")
        .replace("/publish.yml\non", "/inner.yml\non")
        + "\
#- .github/workflows/publish.yml
on: workflow_call
permissions: { contents: read, id-token: write }
jobs:
  between:
    uses: ./.github/workflows/inner.yml
";
    check_sites(&fixture, "inner.yml:10 publish; outcome=oidc; entry=release.yml");
}

/// A workflow that uses an action whose publish step has this condition, by a step with another condition.
fn with_action(of_step: &str, of_action: &str) -> String {
    format!(
        r#"#- .github/workflows/tests.yml
on: pull_request
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - if: {of_step}
        uses: ./.github/actions/publish
        with: {{ publish: no }}
#- .github/actions/publish/action.yml
inputs: {{ publish: {{ default: yes }} }}
runs:
  using: composite
  steps:
    - if: {of_action}
      run: npm publish
      shell: bash
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
    )
}

#[test]
fn a_condition_in_an_action_chooses_among_its_callers() {
    for condition in [
        "startsWith(github.ref, 'refs/tags/')",
        "github.event_name == 'push'",
        "inputs.publish == 'yes' || github.event_name == 'push'",
    ] {
        check_sites(&with_action("always()", condition), "");
    }
    let runs = "action.yml:6 (composite); outcome=oidc";
    for condition in [
        "github.event_name == 'pull_request'",
        "inputs.publish == 'no' && github.event_name != 'push'",
        "github.actor == 'someone'",
    ] {
        check_sites(&with_action("always()", condition), runs);
    }
}

#[test]
fn the_condition_of_a_step_counts_for_the_action_that_it_uses() {
    check_sites(
        &with_action("github.event_name == 'push'", "always()"),
        "action.yml:6 (composite); outcome=not-reached",
    );
}
