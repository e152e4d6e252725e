use super::*;

const NODE: &str = "{uses: actions/setup-node@v6, with: {node-version: 24}}";

#[test]
fn items_go_into_a_block() {
    let before = "
    jobs:
        a:
            steps:
            # First.
            - uses: actions/checkout@v4 # 🚀
              # Still the first.
            # Second.
            - run: |
                npm publish
    # The end.
    ";
    let new = "- uses: actions/setup-node@v6\n              with:\n                  node-version: 24\n";
    for (index, old_lines, new_lines) in [
        (
            0,
            "            # First.",
            format!("            {new}            # First."),
        ),
        (
            1,
            "            # Second.",
            format!("            {new}            # Second."),
        ),
        (2, "    # The end.", format!("            {new}    # The end.")),
    ] {
        check(
            "jobs/a/steps",
            InsertItem(index, NODE),
            before,
            &before.replace(old_lines, &new_lines),
        );
    }
    check_refused("jobs/a/steps", InsertItem(3, NODE), before);
    check_refused("jobs/a", InsertItem(0, NODE), before);
}

#[test]
fn items_are_written_as_the_others() {
    let before = "
    steps:
      -   uses: a
          with:
             b: c
      -   run: d
    ";
    check(
        "steps",
        InsertItem(1, NODE),
        before,
        "
    steps:
      -   uses: a
          with:
             b: c
      -   uses: actions/setup-node@v6
          with:
             node-version: 24
      -   run: d
    ",
    );
    check(
        "",
        InsertItem(1, "x"),
        "-\n  a: b\n- c\n",
        "-\n  a: b\n- x\n- c\n",
    );
    check("0", InsertItem(0, "x"), "- - a\n  - b\n", "- - x\n  - a\n  - b\n");
    check("0", InsertItem(2, "x"), "- - a\n  - b\n", "- - a\n  - b\n  - x\n");
    check(
        "",
        InsertItem(1, "x"),
        "- |+\n  a\n\n- b\n",
        "- |+\n  a\n\n- x\n- b\n",
    );
}

#[test]
fn blank_lines_between_items_go_on() {
    let spaced = "
    steps:
      - run: a

      # Why.
      - run: b
    other: c
    ";
    check(
        "steps",
        InsertItem(0, "run: x"),
        spaced,
        &spaced.replace("- run: a", "- run: x\n\n      - run: a"),
    );
    check(
        "steps",
        InsertItem(1, "run: x"),
        spaced,
        &spaced.replace("- run: a", "- run: a\n\n      - run: x"),
    );
    check(
        "steps",
        InsertItem(2, "run: x"),
        spaced,
        &spaced.replace("- run: b", "- run: b\n\n      - run: x"),
    );
    let mixed = "- a\n\n- b\n- c\n";
    check("", InsertItem(1, "x"), mixed, "- a\n- x\n\n- b\n- c\n");
}

#[test]
fn items_go_into_brackets() {
    for (before, index, expected) in [
        ("[a, b] # c", 0, "[x, a, b] # c"),
        ("[a, b]", 1, "[a, x, b]"),
        ("[a, '🚀']", 2, "[a, '🚀', x]"),
        ("[\n  a, # a\n  b\n]", 1, "[\n  a, # a\n  x,\n  b\n]"),
        ("[\n  a,\n  b\n]", 2, "[\n  a,\n  b,\n  x\n]"),
    ] {
        check(
            "p",
            InsertItem(index, "x"),
            &format!("p: {before}\n"),
            &format!("p: {expected}\n"),
        );
    }
    check(
        "",
        InsertItem(1, NODE),
        "[{a: b}]",
        "[{a: b}, { uses: actions/setup-node@v6, with: { node-version: 24 } }]",
    );
}

#[test]
fn an_item_goes_where_there_is_none_yet() {
    for (before, expected) in [
        (
            "a:\n    b: c\ns: # why\nd: e\n",
            "a:\n    b: c\ns: # why\n    - x: y\nd: e\n",
        ),
        ("s: [] # why\nd: e\n", "s: # why\n  - x: y\nd: e\n"),
        ("{s: [], d: e}\n", "{s: [{ x: y }], d: e}\n"),
    ] {
        check("s", InsertItem(0, "x: y"), before, expected);
    }
    check_refused("s", InsertItem(0, "x"), "s: [\n  # why\n  ]\n");
    check_refused("s", InsertItem(0, "x"), "s: &s []\n");
    check_refused("b", InsertItem(0, "x"), "a: &s [y]\nb: *s\n");
}

#[test]
fn lines_go_from_a_literal() {
    let before = "
    run: | # why
      npm ci

      # 🚀 The token.
        echo //registry.npmjs.org/ > .npmrc
      npm publish
    name: x
    ";
    for line in [
        "      npm ci\n",
        "        echo //registry.npmjs.org/ > .npmrc\n",
        "      npm publish\n",
        "      # 🚀 The token.\n",
    ] {
        check("run", RemoveLines(line.trim()), before, &before.replace(line, ""));
    }
    check("run", RemoveLines("b"), "run: |\n  a\n  b", "run: |\n  a\n");
    check(
        "run",
        RemoveLines("c"),
        "run: |-\n  a\n  c\n  d\n\n",
        "run: |-\n  a\n  d\n\n",
    );
    check_refused("run", RemoveLines("a"), "run: |\n\n  a\n\n");
    check_refused("run", RemoveLines("a"), "run: |\n  a\n    b\n  c\n");
    check_refused("run", RemoveLines("a"), "run: a\n");
    check_refused("run", RemoveLines("a"), "run: >\n  a\n  b\n");
    check_refused("run", RemoveLines("x"), "run: |\n  a\n  b\nx: y\n");
}

#[test]
fn several_lines_go_from_a_literal_at_once() {
    let text = "run: |\n  a\n  b\n  c\nd: e\n";
    let tree = parse_yaml(text).tree;
    let run = root(&tree).get("run").unwrap();
    for (start, end, expected) in [
        ("a", "b\n", "run: |\n  c\nd: e\n"),
        ("b", "c", "run: |\n  a\nd: e\n"),
        ("a", "a", "run: |\n  b\n  c\nd: e\n"),
    ] {
        let range = TextRange::new(text.find(start).unwrap(), text.find(end).unwrap() + end.len());
        let edits = remove_lines_of_literal(text, run, range).unwrap();
        assert_eq!(apply_edits(text, &edits).unwrap(), expected);
    }
}
