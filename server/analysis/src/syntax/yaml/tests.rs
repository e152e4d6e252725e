use super::*;

/// Every node that is not a block collection, in the order of the nodes: its kind and its text. A missing value is
/// shown by the text in front of it on its line.
fn leaves(text: &str) -> Vec<String> {
    let parsed = parse_yaml(text);
    assert_eq!(parsed.errors, [], "{text:?}");
    let nodes = parsed.tree.nodes.iter().filter_map(|node| {
        let slice = node.range.slice(text);
        let kind = match &node.kind {
            NodeKind::Scalar { style, .. } => match style {
                ScalarStyle::Plain => "plain",
                ScalarStyle::SingleQuoted => "single",
                ScalarStyle::DoubleQuoted => "double",
                ScalarStyle::Literal => "literal",
                ScalarStyle::Folded => "folded",
            },
            NodeKind::Mapping { style, .. } | NodeKind::Sequence { style, .. } => match style {
                CollectionStyle::Flow => "flow",
                CollectionStyle::Block => return None,
            },
            NodeKind::Alias { .. } => "alias",
            NodeKind::Missing => {
                assert!(node.range.is_empty(), "{text:?}");
                let before = &text[..node.range.start()];
                let line = before.rsplit(['\n', '\r']).next().unwrap();
                return Some(format!("missing {line}"));
            }
        };
        Some(format!("{kind} {slice}"))
    });
    nodes.collect()
}

#[track_caller]
fn assert_leaves(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(leaves(text), *expected, "{text:?}");
    }
}

/// Every block collection: its text, in the order of their starts.
fn blocks(text: &str) -> Vec<&str> {
    let parsed = parse_yaml(text);
    assert_eq!(parsed.errors, [], "{text:?}");
    let is_block = |node: &Node| {
        matches!(
            node.kind,
            NodeKind::Mapping {
                style: CollectionStyle::Block,
                ..
            } | NodeKind::Sequence {
                style: CollectionStyle::Block,
                ..
            }
        )
    };
    let blocks = parsed.tree.nodes.into_iter().filter(is_block);
    blocks.map(|node| node.range.slice(text)).collect()
}

fn value(text: &str, key: &str) -> Option<String> {
    let tree = parse_yaml(text).tree;
    let found = YamlNode::root(&tree)?.get(key)?.as_str()?.to_owned();
    Some(found)
}

#[test]
fn scalars_end_where_their_text_ends() {
    assert_leaves(&[
        ("a: b  # c\n", &["plain a", "plain b"]),
        (
            "a: b c\n  d\n\n  e\nf: g",
            &["plain a", "plain b c\n  d\n\n  e", "plain f", "plain g"],
        ),
        ("a: b#c:d#\n", &["plain a", "plain b#c:d#"]),
        ("a: 'it''s' # '\n", &["plain a", "single 'it''s'"]),
        ("'a': 'b\n  c'\n", &["single 'a'", "single 'b\n  c'"]),
        (r#""a": "\"\\" # ""#, &[r#"double "a""#, r#"double "\"\\""#]),
        ("a: \"b \\\n  c\"", &["plain a", "double \"b \\\n  c\""]),
        (
            "a: ''\nb: \"\"\n",
            &["plain a", "single ''", "plain b", "double \"\""],
        ),
        ("a: 'b\\'\n", &["plain a", "single 'b\\'"]),
    ]);
}

#[test]
fn block_scalars_reach_from_their_header_to_their_last_content() {
    assert_leaves(&[
        (
            "a: |\n  b\n\n  c\n\nd: e\n",
            &["plain a", "literal |\n  b\n\n  c", "plain d", "plain e"],
        ),
        ("a: | # c | d\n  b\n", &["plain a", "literal | # c | d\n  b"]),
        ("a: |2-\n    b\n", &["plain a", "literal |2-\n    b"]),
        ("a: >+\n  b\n\n\n", &["plain a", "folded >+\n  b"]),
        (
            "a: |\n  b\n  # is text\n # is none\n",
            &["plain a", "literal |\n  b\n  # is text"],
        ),
        ("a: |\n\n\n  b", &["plain a", "literal |\n\n\n  b"]),
        (
            "a: |\n  b\n     \nc: d\n",
            &["plain a", "literal |\n  b\n     ", "plain c", "plain d"],
        ),
        ("a: |-\nb: c\n", &["plain a", "literal |-", "plain b", "plain c"]),
        (
            "a: | # c\n\n\nb: c\n",
            &["plain a", "literal |", "plain b", "plain c"],
        ),
        ("a: |", &["plain a", "literal |"]),
        ("- >\n a\n- |+\n\n- b", &["folded >\n a", "literal |+", "plain b"]),
        ("a: &x !y |\n  b\n", &["plain a", "literal |\n  b"]),
        ("--- |\nb\n...\n", &["literal |\nb"]),
        ("|\n---\nb\n", &["literal |\n---\nb"]),
        ("? |\n  a\n: |\n  b\n", &["literal |\n  a", "literal |\n  b"]),
    ]);
}

#[test]
fn a_missing_value_follows_its_indicator() {
    assert_leaves(&[
        ("a:", &["plain a", "missing a:"]),
        (
            "a:\n# c: d\n\nb: c\n",
            &["plain a", "missing a:", "plain b", "plain c"],
        ),
        (
            "a: # c:\nb:  \n",
            &["plain a", "missing a:", "plain b", "missing b:"],
        ),
        (
            "a : &x\nb: c\n",
            &["plain a", "missing a :", "plain b", "plain c"],
        ),
        (
            "-\n- # c - d\n- a\n-",
            &["missing -", "missing -", "plain a", "missing -"],
        ),
        (
            "a:\n-\n-\nb: c",
            &["plain a", "missing -", "missing -", "plain b", "plain c"],
        ),
        ("- a:\n-\n", &["plain a", "missing - a:", "missing -"]),
        (
            "? a\n? b\n: c\n",
            &["plain a", "missing ? a", "plain b", "plain c"],
        ),
        (
            "{a, b: , c: d}",
            &[
                "flow {a, b: , c: d}",
                "plain a",
                "missing {a",
                "plain b",
                "missing {a, b:",
                "plain c",
                "plain d",
            ],
        ),
        (
            "a:\r\nb:\r\n",
            &["plain a", "missing a:", "plain b", "missing b:"],
        ),
    ]);
}

#[test]
fn flow_collections_include_their_brackets() {
    assert_leaves(&[
        (
            "a: [b, 'c'] # ]\n",
            &["plain a", "flow [b, 'c']", "plain b", "single 'c'"],
        ),
        (
            "a: [\n    b, # ]\n    c,\n  ]\n",
            &["plain a", "flow [\n    b, # ]\n    c,\n  ]", "plain b", "plain c"],
        ),
        ("a: {}\nb: []\n", &["plain a", "flow {}", "plain b", "flow []"]),
        (
            "[{a: b}, [c]]",
            &[
                "flow [{a: b}, [c]]",
                "flow {a: b}",
                "plain a",
                "plain b",
                "flow [c]",
                "plain c",
            ],
        ),
        (
            "[a: b, c]",
            &["flow [a: b, c]", "flow a: b", "plain a", "plain b", "plain c"],
        ),
        ("[:{}]", &["flow [:{}]", "flow :{}", "missing [", "flow {}"]),
        (
            "{\"a\":[b]}",
            &["flow {\"a\":[b]}", "double \"a\"", "flow [b]", "plain b"],
        ),
    ]);
}

#[test]
fn block_collections_reach_from_their_first_key_or_dash_to_their_last_value() {
    let cases: &[(&str, &[&str])] = &[
        ("# c\na: b\nc: d # e\n", &["a: b\nc: d"]),
        (
            "a:\n- b\n- - c\n  - d\n\ne: f",
            &["a:\n- b\n- - c\n  - d\n\ne: f", "- b\n- - c\n  - d", "- c\n  - d"],
        ),
        ("a:\n- - c\n", &["a:\n- - c", "- - c", "- c"]),
        ("a:\n- -1 # - c\n", &["a:\n- -1", "- -1"]),
        (
            "a: &x\n  - b: c\n    d: e\n",
            &["a: &x\n  - b: c\n    d: e", "- b: c\n    d: e", "b: c\n    d: e"],
        ),
        ("a:\n  b:\n  # c\n", &["a:\n  b:", "b:"]),
        ("&x a: !y b\n", &["a: !y b"]),
        ("é: 😀\rb: a\r", &["é: 😀\rb: a"]),
        ("? a\n:b: c\n", &["a\n:b: c"]),
    ];
    for (text, expected) in cases {
        assert_eq!(blocks(text), *expected, "{text:?}");
    }
}

#[test]
fn anchors_and_tags_are_not_part_of_a_node() {
    assert_leaves(&[
        ("a: &x b\nc: *x\n", &["plain a", "plain b", "plain c", "alias *x"]),
        (
            "a: !t 'b'\nc: !<t:x,y> d",
            &["plain a", "single 'b'", "plain c", "plain d"],
        ),
        (
            "a: &x [b]\nc: [*x, *x]",
            &[
                "plain a",
                "flow [b]",
                "plain b",
                "plain c",
                "flow [*x, *x]",
                "alias *x",
                "alias *x",
            ],
        ),
    ]);
    let tree = parse_yaml("a: &x\n  b: *x\nc: *x\n").tree;
    let root = YamlNode::root(&tree).unwrap();
    assert!(root.get("c").unwrap().is_mapping());
    assert!(
        root.get("a").unwrap().get("b").unwrap().kind().is_none(),
        "in itself"
    );
}

#[test]
fn ranges_do_not_depend_on_line_breaks_or_characters() {
    assert_leaves(&[
        (
            "a: |\r\n  b\r\n\r\n  c\r\nd: e\r\n",
            &["plain a", "literal |\r\n  b\r\n\r\n  c", "plain d", "plain e"],
        ),
        ("a: b\rc: d\r", &["plain a", "plain b", "plain c", "plain d"]),
        ("\u{feff}a: b\n", &["plain a", "plain b"]),
        (
            "\u{feff}a: |\n  é\nb: c\n",
            &["plain a", "literal |\n  é", "plain b", "plain c"],
        ),
        (
            "😀: '😀' # 😀\né: [ü, 😀]\n",
            &[
                "plain 😀",
                "single '😀'",
                "plain é",
                "flow [ü, 😀]",
                "plain ü",
                "plain 😀",
            ],
        ),
        (
            "[é: a, 😀: b]",
            &[
                "flow [é: a, 😀: b]",
                "flow é: a",
                "plain é",
                "plain a",
                "flow 😀: b",
                "plain 😀",
                "plain b",
            ],
        ),
    ]);
}

#[test]
fn values_are_text_as_it_is_written() {
    for (text, expected) in [
        ("a: 22.10", "22.10"),
        ("a: yes", "yes"),
        ("a: 'it''s'", "it's"),
        ("a: \"\\u00e9\\n\"", "é\n"),
        ("a: b\n  c\n", "b c"),
        ("a: |\n  b\n  c\n", "b\nc\n"),
        ("a: >-\n  b\n  c\n", "b c"),
        // The text ends without a line break, which the reader would add.
        ("a: |\n  b", "b"),
        ("a: |\n  b\n  ", "b\n"),
        ("a: |+\n  b\n\n  ", "b\n\n"),
        ("a: |\n  b\n ", "b\n"),
        ("a: |\n  b\n# c", "b\n"),
        ("a: >\n  b\n  c", "b c"),
        ("a: |\n", ""),
        ("a: |+\n\n", "\n"),
    ] {
        assert_eq!(value(text, "a").as_deref(), Some(expected), "{text:?}");
    }
}

#[test]
fn repeated_keys_are_recorded_with_the_first_one() {
    let many: String = (0..40).map(|n| format!("k{n}: 1\n")).collect();
    for (text, expected) in [
        (
            "a: 1\nb: 2\n'a': 3\na: 4\n".to_owned(),
            vec![("'a'", 0), ("a", 0)],
        ),
        ("a: {b: 1, b: 2}\na: 3\n".to_owned(), vec![("b", 4), ("a", 0)]),
        ("a: {a: 1}\nb: {a: 1}\n".to_owned(), vec![]),
        (format!("{many}k0: 2\n"), vec![("k0", 0)]),
    ] {
        let tree = parse_yaml(&text).tree;
        let found: Vec<(&str, usize)> = tree
            .duplicate_keys
            .iter()
            .map(|&(key, first)| (tree.node(key).unwrap().range, tree.node(first).unwrap().range))
            .map(|(key, first)| (key.slice(&text), first.start()))
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn every_document_that_has_a_root_is_kept() {
    for (text, roots) in [
        ("---\na: 1\n---\nb: 2\n", vec!["a: 1", "b: 2"]),
        ("a: 1\n---\n", vec!["a: 1"]),
        ("a\n...\n- b\n", vec!["a", "- b"]),
        ("# only a comment\n", vec![]),
        ("", vec![]),
    ] {
        let tree = parse_yaml(text).tree;
        let ranges = tree.documents.iter().map(|&id| tree.node(id).unwrap().range);
        assert_eq!(
            ranges.map(|r| r.slice(text)).collect::<Vec<_>>(),
            roots,
            "{text:?}"
        );
    }
}
