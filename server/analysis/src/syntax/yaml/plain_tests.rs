use super::damage_tests::damaged;
use super::{NodeKind, is_plain_yaml, parse_yaml};
use crate::test_support::Random;

const CHECKS: &str = "---
# Checks everything.
name: Checks of main # all
\"on\":
  push:
    branches: [main, 'releases/**', \"v*\"]
  pull_request:
permissions: {}
concurrency: { group: checks, cancel-in-progress: true }
env:
  URL: http://localhost:80
jobs:
  test:
    runs-on: ${{ matrix.os }}
    strategy:
      matrix:
        os:
        - ubuntu-latest

        - 'windows-latest'
        include: []
    steps:
      - uses: actions/checkout@v6
      - name: \"Größe: of a package\"
        run: |
          echo \"a: b\"

           { c
      # The end.
      - run: >-
          npm
          test
        if: always()
    timeout-minutes: 5
";

/// What [`is_plain_yaml`] says of a text. If it is plain, it must be read as such.
fn is_plain(text: &str) -> bool {
    let is_plain = is_plain_yaml(text, |_, _| true);
    if is_plain {
        let parsed = parse_yaml(text);
        let tree = &parsed.tree;
        assert!(parsed.errors.is_empty(), "{:?}\n{text}", parsed.errors);
        assert!(
            tree.duplicate_keys.is_empty() && tree.aliases.is_empty(),
            "{text}"
        );
        assert_eq!(tree.documents.len(), 1, "{text}");
        for node in &tree.nodes {
            if let NodeKind::Scalar { value, .. } = &node.kind {
                let mut words = value.split_ascii_whitespace();
                assert!(words.all(|word| text.contains(word)), "{value:?}\n{text}");
            }
        }
    }
    is_plain
}

#[test]
fn common_workflows_are_plain() {
    assert!(is_plain(CHECKS));
    for text in [
        "on: push",
        "on: push\njobs:\n",
        "a:\n- b: c\n  d: |\n    e\n    #f\n\n\n- g",
        "a: b c#d",
    ] {
        assert!(is_plain(text), "{text}");
    }
}

#[test]
fn what_is_not_certain_is_left_to_the_reader() {
    for text in [
        "",
        "# nothing\n",
        "- a\n",
        "a: b: c\n",
        "a: b\n  c\n",
        "a: b\n  c: d\n",
        "a:\n   b: c\n  d: e\n",
        "a: b\na: c\n",
        "a: { b: c, b: d }\n",
        "a: *b\n",
        "a: &b c\n",
        "a: !b c\n",
        "a: \"\\x41\"\n",
        "a: 'it''s'\n",
        "a: 'b\n  c'\n",
        "a: [b\n",
        "a: [b, [c]]\n",
        "a: b]\n- c\n",
        "a:\tb\n",
        "a: |\n",
        "a: |\n\n  b\n",
        "a: |2\n  b\n",
        "a: |\n    b\n  c\n",
        "a: b\n---\nc: d\n",
        "a: 'b' c\n",
        "? a\n: b\n",
        "a: @b\n",
        "a: b\r\n",
        "\u{feff}a: b\n",
        " a: b\n",
        "a:\n  - b\n c: d\n",
        "a\n",
    ] {
        assert!(!is_plain(text), "{text}");
    }
}

#[test]
fn no_damage_is_taken_for_plain() {
    let mut random = Random::new(11);
    let plain = (0..20_000)
        .filter(|_| is_plain(&damaged(CHECKS, &mut random)))
        .count();
    assert!(plain > 1_000, "{plain} of the damaged texts were still plain");
}

#[test]
fn an_entry_that_is_not_wanted_makes_a_text_not_plain() {
    let is_plain = |text| {
        is_plain_yaml(text, |key, value| {
            key != "uses" || !value.starts_with(['.', '\''])
        })
    };
    for (text, expected) in [
        ("a:\n  - uses: b\n  - run: ./c\n", true),
        ("a:\n  - uses: ./b\n", false),
        ("a:\n  - uses: './b'\n", false),
        ("a:\n  - 'uses': ./b\n", false),
        ("a: { uses: './b' }\n", false),
        ("a: { uses: ./b }\n", false),
    ] {
        assert_eq!(is_plain(text), expected, "{text}");
    }
}
