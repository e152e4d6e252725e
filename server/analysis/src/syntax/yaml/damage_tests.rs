//! Thousands of damaged workflows: nothing panics, every range lies in the text and inside its parent's, and
//! every error says how it ended. The damage is the same in every run.

use crate::syntax::Parsed;
use crate::syntax::yaml::{NodeId, NodeKind, YamlNode, YamlTree, node_at, parse_yaml};
use crate::test_support::Random;
use crate::text::TextRange;

const RELEASE: &str = "name: Release\non:\n  push:\n    tags: ['v*', \"x\\u00e9\"]\npermissions:\n  id-token: write\n  contents:\njobs:\n  publish:\n    runs-on: ubuntu-latest # é\n    steps:\n    - uses: actions/checkout@v4\n    - run: |\n        npm ci\n\n        npm publish --provenance\n      env: { A: '${{ secrets.T }}', B: }\n";
const WINDOWS: &str = "\u{feff}# 😀\r\non: [push,\r\n  pull_request\r\n]\r\njobs: &jobs\r\n  é:\r\n    uses: o/r/.github/workflows/a.yml@main\r\n    with:\r\n      x: >-\r\n        a b\r\n        c\r\n\r\n      y: \"a \\\r\n         b\"\r\n  z: *jobs\r\n";
const ODD: &str = "--- !t &a\n? [k, {x: y}]\n: - - 1\n  - |2-\n\n      deep\n     less\n  - 'it''s\n\n    two'\nplain: a\n  b\n\n  c\n<<: *a\n? q\n...\n---\n- a: b: c\n-\n- [a: b, ? c]\n";

/// Pieces that mean something to the reader.
const PIECES: &[&str] = &[
    "{", "}", "[", "]", ",", ":", ": ", "- ", "-", "? ", "\"", "'", "\\", "\\u", "\\\n", "#", " #", "|",
    "|\n", ">+1", "&a ", "*a", "!", "!<", "!!str ", "%", "@", "`", "\n", "\r", "\r\n", "\t", " ", "    ",
    "\n---\n", "\n...\n", "\0", "é", "😀", "\u{feff}", "\u{a0}", "\u{2028}", "\u{85}", "a: b", "\n  c",
];

const RUNS: usize = 20_000;

pub(super) fn damaged(seed: &str, random: &mut Random) -> String {
    let mut text = seed.to_owned();
    for _ in 0..=random.below(4) {
        let start = random.boundary(&text);
        let mut end = (start + random.below(30)).min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        let piece = PIECES[random.below(PIECES.len())];
        match random.below(6) {
            0 if random.below(4) == 0 => text.truncate(end),
            0 | 1 => text.replace_range(start..end, ""),
            2 | 3 => text.insert_str(start, piece),
            4 => {
                let next = text[start..].chars().next().map_or(0, char::len_utf8);
                text.replace_range(start..start + next, piece);
            }
            _ => {
                let copy = text[start..end].to_owned();
                let to = random.boundary(&text);
                text.insert_str(to, &copy);
            }
        }
    }
    text
}

fn assert_inside(text: &str, range: TextRange) {
    let is_inside = text.get(range.start()..range.end()).is_some();
    assert!(is_inside, "{range:?} in {text:?}");
}

fn check_tree(text: &str, tree: &YamlTree) {
    let range_of = |id| YamlNode::new(tree, id).range();
    for (node, id) in tree.nodes.iter().zip((0..).map(NodeId)) {
        assert_inside(text, node.range);
        if let Some(parent) = node.parent {
            assert!(
                range_of(parent).contains_range(node.range),
                "{node:?} in {text:?}"
            );
        }
        if let NodeKind::Mapping { entries, .. } = &node.kind {
            for entry in entries {
                let is_in_order = range_of(entry.key).end() <= range_of(entry.value).start();
                assert!(is_in_order, "{node:?} in {text:?}");
            }
        }
        let node = YamlNode::new(tree, id);
        if let Some(value) = node.as_str() {
            for end in [value.len(), value.len() / 2] {
                let found = node.content_range(text, TextRange::new(value.len() / 3, end));
                assert_inside(text, found);
                assert!(node.range().contains_range(found), "{found:?} in {text:?}");
            }
        }
    }
}

#[test]
fn damaged_workflows_keep_their_ranges() {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    let (mut correct, mut recovered) = (0, 0);
    for run in 0..RUNS {
        let text = damaged([RELEASE, WINDOWS, ODD][run % 3], &mut random);
        let Parsed { tree, errors } = parse_yaml(&text);
        check_tree(&text, &tree);
        node_at(&tree, random.below(text.len() + 1));
        for error in &errors {
            assert_inside(&text, error.range);
            let end = if error.is_fatal {
                "analysis stops here"
            } else {
                "left out of the analysis"
            };
            assert!(error.message.ends_with(end), "{error:?}");
            assert!(!error.message.contains("GitHub"), "{error:?}");
        }
        correct += usize::from(errors.is_empty());
        recovered += usize::from(!errors.is_empty() && errors.iter().all(|error| !error.is_fatal));
    }
    // The damage is neither so small nor so great that the test says nothing.
    assert!(correct > RUNS / 10, "{correct}");
    assert!(recovered > RUNS / 10, "{recovered}");
}
