use super::*;

const JOB: &str = "
    jobs:
      publish: # 🚀
        # The name.
        name: Publish # why

        # Where.
        runs-on: ubuntu-latest
        env:
            A: b
        steps:
        - uses: actions/checkout@v4
        - run: |
            npm publish

    # The end.
    ";

#[test]
fn entries_go_into_a_block() {
    let new = "{contents: read, id-token: write}";
    for (position, old_lines, new_lines) in [
        (
            Before("runs-on"),
            "why\n",
            "why\n        permissions:\n            contents: read\n            id-token: write\n",
        ),
        (
            First,
            "        # The name.",
            "        permissions:\n            contents: read\n            id-token: write\n        # The name.",
        ),
        (
            After("env"),
            "A: b\n",
            "A: b\n        permissions:\n            contents: read\n            id-token: write\n",
        ),
        (
            Last,
            "npm publish\n",
            "npm publish\n        permissions:\n            contents: read\n            id-token: write\n",
        ),
    ] {
        let insert = Insert("permissions", new, position);
        check("jobs/publish", insert, JOB, &JOB.replace(old_lines, new_lines));
    }
    check(
        "",
        Insert("a", "{}", First),
        JOB,
        &JOB.replace("    jobs:", "    a: {}\n    jobs:"),
    );
    check(
        "",
        Insert("a", "'1'", Last),
        JOB,
        &JOB.replace("publish\n\n", "publish\n    a: 1\n\n"),
    );
    check_refused("jobs/publish", Insert("name", "x", Last), JOB);
    check_refused("jobs/publish", Insert("x", "x", After("y")), JOB);
    check_refused("jobs/publish/name", Insert("x", "x", Last), JOB);
}

#[test]
fn entries_go_into_an_item() {
    let before = "
    steps:
      -   uses: actions/setup-node@v4
      # The next.
      -   run: a
    ";
    let with = "{node-version: 24}";
    check(
        "steps/0",
        Insert("with", with, After("uses")),
        before,
        "
    steps:
      -   uses: actions/setup-node@v4
          with:
            node-version: 24
      # The next.
      -   run: a
    ",
    );
    check(
        "steps/1",
        Insert("with", with, First),
        before,
        "
    steps:
      -   uses: actions/setup-node@v4
      # The next.
      -   with:
            node-version: 24
          run: a
    ",
    );
}

#[test]
fn an_entry_goes_after_all_that_belongs_to_the_one_before() {
    for (before, expected) in [
        (
            "a: 1\n  # still a\n# b\nb: 2\n",
            "a: 1\n  # still a\nnew: 1\n# b\nb: 2\n",
        ),
        (
            "a: |+\n  x\n\n\n# b\nb: 2\n",
            "a: |+\n  x\n\n\nnew: 1\n# b\nb: 2\n",
        ),
        ("a: |\n  x\n\n\nb: 2\n", "a: |\n  x\nnew: 1\n\n\nb: 2\n"),
        ("a:\n- x # x\nb: 2\n", "a:\n- x # x\nnew: 1\nb: 2\n"),
        ("a:\n\nb: 2\n", "a:\nnew: 1\n\nb: 2\n"),
        ("a: x\n  y\nb: 2\n", "a: x\n  y\nnew: 1\nb: 2\n"),
        ("a: {\n  x: y } # x\nb: 2\n", "a: {\n  x: y } # x\nnew: 1\nb: 2\n"),
    ] {
        check("", Insert("new", "1", After("a")), before, expected);
        check("", Insert("new", "1", Before("b")), before, expected);
    }
    let marked = "\u{feff}# The licence.\na: 1\n";
    check_text(
        "",
        Insert("new", "1", First),
        marked,
        "\u{feff}# The licence.\nnew: 1\na: 1\n",
    );
    check_text(
        "",
        Insert("new", "1", First),
        "\u{feff}a: 1\n",
        "\u{feff}new: 1\na: 1\n",
    );
}

#[test]
fn an_entry_goes_where_there_is_none_yet() {
    for (before, expected) in [
        (
            "a:\n    b: c\np: # why\nd: e\n",
            "a:\n    b: c\np: # why\n    new: 1\nd: e\n",
        ),
        ("p: {} # why\nd: e\n", "p: # why\n  new: 1\nd: e\n"),
        ("p: {   }\nd: e\n", "p:\n  new: 1\nd: e\n"),
        ("p: ~\nd: e\n", "p:\n  new: 1\nd: e\n"),
        ("p:\n\n# d\nd: e\n", "p:\n  new: 1\n\n# d\nd: e\n"),
    ] {
        check("p", Insert("new", "1", Last), before, expected);
    }
    check(
        "a/p",
        Insert("new", "1", First),
        "{a: {p: {}, q: r}}\n",
        "{a: {p: { new: 1 }, q: r}}\n",
    );
    check(
        "a/p",
        Insert("new", "1", First),
        "{a: {p: , q: r}}\n",
        "{a: {p: { new: 1 } , q: r}}\n",
    );
    check(
        "a/0",
        Insert("new", "1", First),
        "a:\n- {}\n",
        "a:\n- { new: 1 }\n",
    );
    check_refused("p", Insert("new", "1", First), "p: {\n  # why\n  }\n");
    check_refused("p", Insert("new", "1", First), "p: text\n");
}

#[test]
fn entries_go_from_a_block() {
    let before = "
    # A.
    a: 1 # a

    # B, here.
    b:
      x: |
        # text
      y: 2 # b

    c: 3
    d: 4 # d
    ";
    check(
        "",
        Remove("a"),
        before,
        "
    # A.

    # B, here.
    b:
      x: |
        # text
      y: 2 # b

    c: 3
    d: 4 # d
    ",
    );
    check_text(
        "",
        Remove("b"),
        "a: 1\n\n# B.\nb:\n  x: |\n    text\n\nc: 3\n",
        "a: 1\n\n# B.\n\nc: 3\n",
    );
    check("", Remove("c"), before, &before.replace("    c: 3\n", ""));
    check("", Remove("d"), before, &before.replace("    d: 4 # d\n", ""));
    check(
        "b",
        Remove("x"),
        "b:\n  x:\n  - 1\n  - 2\n  y: 2\n",
        "b:\n  y: 2\n",
    );
    check("", Remove("b"), "a: 1\n\nb: 2\n\nc: 3\n", "a: 1\n\nc: 3\n");
    check("", Remove("b"), "a: |\n  x\nb: 2\n", "a: |\n  x\n");
    check("", Remove("b"), "a: 1\nb:\n", "a: 1\n");
    check_refused("b", Remove("b"), "b:\n  b: 1\n");
    check_refused("", Remove("x"), before);
    check_refused("", Remove("b"), "a: 1\nb:\n  # why\n  c: 1\n");
    check_refused("", Remove("b"), "a: 1\nb: 2\n  # why\n");
}

#[test]
fn the_first_entry_goes_from_an_item() {
    for (before, expected) in [
        ("- a: 1 # a\n  b: 2\n", "- b: 2\n"),
        (
            "-   a:\n      x: y\n\n    # b\n    b: 2\n- c\n",
            "-   # b\n    b: 2\n- c\n",
        ),
        ("-\n  a: 1\n  b: 2\n", "-\n  b: 2\n"),
        ("- - a: 1\n    b: 2\n", "- - b: 2\n"),
    ] {
        let path = if before.starts_with("- -") { "0/0" } else { "0" };
        check(path, Remove("a"), before, expected);
    }
}

#[test]
fn an_empty_mapping_goes_with_its_last_entry() {
    let step = "
    - run: npm publish
      env: # why
        TOKEN: x # 🚀
    - run: a
    ";
    check(
        "0/env",
        RemoveWithParents("TOKEN"),
        step,
        "
    - run: npm publish
    - run: a
    ",
    );
    check(
        "0/env",
        RemoveWithParents("A"),
        "- env:\n    A: 1\n    B: 2\n  run: c\n",
        "- env:\n    B: 2\n  run: c\n",
    );
    check(
        "0/env",
        RemoveWithParents("A"),
        "- env:\n    A: 1\n  run: c\n",
        "- run: c\n",
    );
    check(
        "0/env",
        RemoveWithParents("A"),
        "- env: { A: 1 }\n  run: c\n",
        "- run: c\n",
    );
    check(
        "0/env",
        RemoveWithParents("A"),
        "- {env: {A: 1}, run: c}\n",
        "- {run: c}\n",
    );
    check_refused("0/env", RemoveWithParents("A"), "- env:\n    A: 1\n- run: c\n");
    check_refused("0/env", RemoveWithParents("B"), "- env:\n    A: 1\n  run: c\n");
    check_refused(
        "0/env",
        RemoveWithParents("A"),
        "- env:\n    # why\n    A: 1\n  run: c\n",
    );
    check_refused("0", RemoveWithParents("A"), "- A: 1\n");
    check_refused("", RemoveWithParents("A"), "A: 1\n");
}

#[test]
fn a_value_is_replaced() {
    let scopes = "{contents: read, id-token: write}";
    let block = "a:\n    b: c\np:\n    contents: read\n    id-token: write\nd: e\n";
    let with_comment = block.replace("p:", "p: # 🚀");
    for old in [
        "read-all",
        "'read-all'",
        "{}",
        "{ contents: read }",
        "[a, b]",
        "",
        "|\n  text",
    ] {
        let before = format!("a:\n    b: c\np: {old}\nd: e\n").replace(": \n", ":\n");
        check("", Replace("p", scopes), &before, block);
        if !old.starts_with('|') {
            check(
                "",
                Replace("p", scopes),
                &before.replace("\nd", " # 🚀\nd"),
                &with_comment,
            );
        }
    }
    for old in [
        "  read-all # x",
        "  contents: write",
        "- a\n- b # b",
        "  - a",
        "  {\n  }",
    ] {
        let before = format!("a:\n    b: c\np: # 🚀\n{old}\nd: e\n");
        check("", Replace("p", scopes), &before, &with_comment);
    }
}

#[test]
fn a_value_is_replaced_by_a_scalar() {
    for (before, expected) in [
        ("r: [self-hosted, x] # why\nd: e\n", "r: new # why\nd: e\n"),
        (
            "r: [\n  self-hosted, # x\n  x\n] # why\nd: e\n",
            "r: new # why\nd: e\n",
        ),
        (
            "r: # why\n  - self-hosted\n  - x # x\nd: e\n",
            "r: new # why\nd: e\n",
        ),
        ("r:\n- self-hosted\n\n# D.\nd: e\n", "r: new\n\n# D.\nd: e\n"),
        ("r:\n  group: x\nd: e\n", "r: new\nd: e\n"),
        ("r: |\n  x\n\nd: e\n", "r: new\n\nd: e\n"),
        ("r: \"x\" # why\nd: e\n", "r: new # why\nd: e\n"),
        ("r: # why\nd: e\n", "r: new # why\nd: e\n"),
        ("{r: [a, b], d: e}\n", "{r: new, d: e}\n"),
        ("{\"r\":[a], d: e}\n", "{\"r\":new, d: e}\n"),
    ] {
        check("", Replace("r", "new"), before, expected);
    }
    check(
        "0",
        Replace("r", "{a: b}"),
        "- {r: x, d: e}\n",
        "- {r: { a: b }, d: e}\n",
    );
    check(
        "0",
        Replace("r", "{a: b}"),
        "- r: x\n  d: e\n",
        "- r:\n    a: b\n  d: e\n",
    );
    check(
        "0",
        Replace("r", "{}"),
        "- r:\n    a: b\n  d: e\n",
        "- r: {}\n  d: e\n",
    );
    check_refused("", Replace("r", "new"), "r:\n  # why\n  - a\n");
    check_refused("", Replace("r", "new"), "r: [\n  # why\n  a\n]\n");
    check_refused("", Replace("r", "new"), "r: &r\n  - a\n");
    check_refused("", Replace("r", "{a: b}"), "r: !!str a\n");
    check_refused("", Replace("r", "{a: b}"), "r: &x\nd: e\n");
}

#[test]
fn what_an_alias_repeats_stays() {
    let text = "
    a: &a
      b: 1
      c: &c {d: 1}
    e: *a
    f:
      g: *c
      h: [x]
    ";
    check_refused("e", Insert("x", "1", Last), text);
    check_refused("e", Remove("b"), text);
    check_refused("e/b", Set("2", Keep), text);
    check_refused("a/c", Insert("x", "1", Last), text);
    check_refused("f/g", Set("2", Keep), text);
    check_refused("f/g", Insert("x", "1", Last), text);
    check_refused("", Replace("e", "1"), text);
    check_refused("", Replace("a", "1"), text);
    check_refused("", Remove("a"), text);
    check("f", Remove("h"), text, &text.replace("      h: [x]\n", ""));
    check(
        "f",
        Insert("i", "1", After("g")),
        text,
        &text.replace("*c\n", "*c\n      i: 1\n"),
    );
    check(
        "",
        Insert("i", "1", Before("e")),
        text,
        &text.replace("    e:", "    i: 1\n    e:"),
    );
    check("", Remove("a"), "a: &a 1\nb: 2\n", "b: 2\n");
}

#[test]
fn unusual_ways_of_writing_are_refused() {
    check_refused("", Insert("x", "1", First), "? a\n: b\n");
    check_refused("", Remove("a"), "? a\n: b\nc: d\n");
    check_refused("", Remove("a"), "&x a: b\nc: d\n");
    check_refused("", Insert("x", "1", First), "&x a: b\nc: d\n");
}
