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
        "#- .github/workflows/w{LEVELS}.yml\non: workflow_call\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n      \
         - uses: actions/setup-node@v6\n        with: {{ node-version: 24 }}\n      - run: npm publish"
    );
    assert_eq!(outcomes(&fixture), ["Fails"]);
}

#[test]
fn actions_that_use_each_other_ten_times() {
    let mut fixture = "#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: ./a0\n".to_owned();
    for level in 0..LEVELS {
        let _ = writeln!(
            fixture,
            "#- a{level}/action.yml\nruns:\n  using: composite\n  steps:"
        );
        for _ in 0..10 {
            let _ = writeln!(fixture, "    - uses: ./a{}", level + 1);
        }
    }
    let _ = writeln!(
        fixture,
        "#- a{LEVELS}/action.yml\nruns:\n  using: composite\n  steps:\n    - run: npm publish\n      shell: bash"
    );
    // GitHub follows ten levels; here the last one is not reached.
    assert_eq!(outcomes(&fixture), [""; 0]);
}
