//! Repositories in which each file leads to the next one ten times. Followed without a bound, none of these tests would end.

use std::fmt::Write as _;

use crate::test_support::Fixture;

const LEVELS: usize = 30;

/// The outcomes of a repository's publish sites, each once.
fn outcomes(fixture: &str) -> Vec<String> {
    let repository = Fixture::parse(fixture).expect("the fixture is sound").repository;
    let workspace = repository.workspace();
    let mut outcomes: Vec<String> = workspace
        .sites()
        .map(|site| format!("{:?}", site.outcome))
        .collect();
    outcomes.sort();
    outcomes.dedup();
    outcomes
}

#[test]
fn workflows_that_call_each_other_ten_times() {
    let mut fixture = String::new();
    for level in 0..LEVELS {
        let _ = writeln!(
            fixture,
            "#- .github/workflows/w{level}.yml\non: {{ push: , workflow_call: }}\njobs:"
        );
        for job in 0..10 {
            let _ = writeln!(
                fixture,
                "  j{job}:\n    uses: ./.github/workflows/w{}.yml",
                level + 1
            );
        }
    }
    let _ = writeln!(
        fixture,
        "\
#- .github/workflows/w{LEVELS}.yml
on: workflow_call
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish"
    );
    assert_eq!(outcomes(&fixture), ["Fails"]);
}

#[test]
fn actions_that_use_each_other_ten_times() {
    let mut fixture = "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: ./a0
"
    .to_owned();
    for level in 0..LEVELS {
        let _ = writeln!(
            fixture,
            "\
#- a{level}/action.yml
runs:
  using: composite
  steps:"
        );
        for _ in 0..10 {
            let _ = writeln!(fixture, "    - uses: ./a{}", level + 1);
        }
    }
    let _ = writeln!(
        fixture,
        "\
#- a{LEVELS}/action.yml
runs:
  using: composite
  steps:
    - run: npm publish
      shell: bash"
    );
    // GitHub follows ten levels; here the last one is not reached.
    assert_eq!(outcomes(&fixture), [""; 0]);
}

/// A job on this Node with these steps, and the outcomes of its publish sites.
fn outcomes_of_job(node: u32, steps: &str) -> Vec<String> {
    outcomes(&format!(
        r#"#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node} }}
{steps}#- package.json
{{ "name": "@acme/w", "version": "1.0.0", "repository": "a/b" }}
"#
    ))
}

/// A step that runs this script, and publishes.
fn script(lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("          {line}\n")).collect();
    format!("      - run: |\n{lines}          npm publish\n")
}

#[test]
fn after_very_many_effects_under_conditions_it_is_not_known_what_happened() {
    let outcome = |steps: usize| {
        let step = |name: String, command: &str| {
            format!("      - run: {command}\n        if: github.ref == 'refs/heads/{name}'\n")
        };
        let others: String = (0..steps)
            .map(|n| step(format!("x{n}"), "npm install -g npm@10.8.0"))
            .collect();
        let own = step("main".to_owned(), "npm install -g npm@11.6.0 && npm publish");
        outcomes_of_job(22, &format!("{others}{own}"))
    };
    assert_eq!(outcome(3), ["Oidc"]);
    // The installation is right before the publish, but that is no longer compared.
    assert_eq!(outcome(700), ["Unknown"]);
}

#[test]
fn what_very_many_tests_of_a_version_decide_is_not_known() {
    let outcome = |tests: usize| {
        let line = "[ $(npm -v | cut -d. -f1) -lt 10 ] && npm install -g npm@9.0.1\n";
        outcomes_of_job(24, &script(&line.repeat(tests)))
    };
    assert_eq!(outcome(3), ["Oidc"]);
    assert_eq!(outcome(60), ["Unknown"]);
}

#[test]
fn a_long_function_that_is_called_many_times_is_not_followed_for_ever() {
    let outcome = |calls: usize| {
        let body = "            npm test\n".repeat(500);
        let calls = "          f\n".repeat(calls);
        outcomes_of_job(
            22,
            &format!(
                "      - run: |\n          f() {{\n{body}          }}\n          npm_publish() {{ npm publish; }}\n{calls}          npm_publish\n"
            ),
        )
    };
    assert_eq!(outcome(3), ["Fails"]);
    assert_eq!(outcome(120), ["Unknown"]);
}

#[test]
fn a_long_file_that_is_run_many_times_is_not_followed_for_ever() {
    let outcome = |calls: usize| {
        let run = "      - run: bash prepare.sh\n".repeat(calls);
        let file = "#\n".repeat(1000);
        let steps = format!(
            "{run}      - run: bash npm-publish.sh\n#- on demand: prepare.sh\n{file}#- on demand: npm-publish.sh\nnpm publish\n"
        );
        outcomes_of_job(22, &steps)
    };
    assert_eq!(outcome(3), ["Fails"]);
    assert_eq!(outcome(60), ["Unknown"]);
}
