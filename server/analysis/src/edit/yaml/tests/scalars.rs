use super::*;

#[test]
fn a_value_keeps_its_quotes() {
    for (before, new, quoting, expected) in [
        ("v: 18", "24", Keep, "v: 24"),
        ("v: '18' # why", "24", Keep, "v: '24' # why"),
        ("v: \"18\"", "24", Keep, "v: \"24\""),
        ("v: 18 # 🚀", "24", Single, "v: '24' # 🚀"),
        ("'🚀': {v: 1}\nv: 18", "🚀", Keep, "'🚀': {v: 1}\nv: 🚀"),
        ("v: 'a'", "it's", Keep, "v: 'it''s'"),
        ("v: \"a\"", "a \"b\" \\", Keep, "v: \"a \\\"b\\\" \\\\\""),
        ("v: 'a'", "a\nb", Keep, "v: \"a\\nb\""),
        ("v: false", "true", Keep, "v: true"),
        ("v: a\n  b\nw: c", "d", Keep, "v: d\nw: c"),
        ("v: ${{ x }}", "${{ y }}", Keep, "v: ${{ y }}"),
        ("v: &a 18", "24", Keep, "v: &a 24"),
    ] {
        check("v", Set(new, quoting), before, expected);
    }
    let same = edits("v: 24", "v", Set("24", Keep));
    assert_eq!(same, Ok(Vec::new()));
}

#[test]
fn a_plain_value_is_quoted_where_yaml_would_misread_it() {
    for (new, block, flow) in [
        ("24", "24", "24"),
        ("24.1", "24.1", "24.1"),
        ("22.14.0", "22.14.0", "22.14.0"),
        ("24.10", "'24.10'", "'24.10'"),
        ("1e3", "'1e3'", "'1e3'"),
        ("0x18", "'0x18'", "'0x18'"),
        ("007", "'007'", "'007'"),
        ("null", "'null'", "'null'"),
        ("~", "'~'", "'~'"),
        ("", "''", "''"),
        ("True", "'True'", "'True'"),
        (">=24", "'>=24'", "'>=24'"),
        ("a: b", "'a: b'", "'a: b'"),
        ("a:", "'a:'", "'a:'"),
        ("a:b", "a:b", "a:b"),
        ("a #b", "'a #b'", "'a #b'"),
        ("a#b", "a#b", "a#b"),
        ("*", "'*'", "'*'"),
        ("@scope", "'@scope'", "'@scope'"),
        ("- a", "'- a'", "'- a'"),
        ("-a", "-a", "-a"),
        (" a", "' a'", "' a'"),
        ("a, b", "a, b", "'a, b'"),
        ("${{ x }}", "${{ x }}", "'${{ x }}'"),
        (
            "https://registry.npmjs.org",
            "https://registry.npmjs.org",
            "https://registry.npmjs.org",
        ),
        ("a\tb", "a\tb", "a\tb"),
        ("a\u{7}b", "\"a\\u0007b\"", "\"a\\u0007b\""),
    ] {
        check("v", Set(new, Keep), "v: x # c\n", &format!("v: {block} # c\n"));
        check(
            "0/v",
            Set(new, Keep),
            "[{v: x}, y]\n",
            &format!("[{{v: {flow}}}, y]\n"),
        );
    }
}

#[test]
fn a_missing_value_is_filled() {
    for (path, before, expected) in [
        ("a/v", "a:\n  v:\n  w: 1\n", "a:\n  v: new\n  w: 1\n"),
        ("a/v", "a:\n  v: # c\n", "a:\n  v: new # c\n"),
        ("a/v", "a: {v: , w: 1}\n", "a: {v: new , w: 1}\n"),
        ("a/v", "a: { v: }\n", "a: { v: new }\n"),
        ("a/1", "a:\n  - b\n  - # c\n", "a:\n  - b\n  - new # c\n"),
    ] {
        check(path, Set("new", Keep), before, expected);
    }
}

#[test]
fn a_key_is_renamed() {
    let text = "with:\n  node-version-file: .nvmrc # 🚀\n  cache: npm\n";
    let expected = "with:\n  node-version: .nvmrc # 🚀\n  cache: npm\n";
    check(
        "with/?node-version-file",
        Set("node-version", Keep),
        text,
        expected,
    );
    check("/?'a'", Set("b", Keep), "\"'a'\": 1\n", "\"b\": 1\n");
    check_refused("with/?cache", Set("node-version-file", Keep), text);
}

#[test]
fn what_is_not_a_single_value_is_not_set() {
    check_refused("a", Set("x", Keep), "a: |\n  b\n");
    check_refused("a", Set("x", Keep), "a: >\n  b\n");
    check_refused("a", Set("x", Keep), "a:\n  b: c\n");
    check_refused("a", Set("x", Keep), "a: []\n");
    check_refused("a", Set("a\nb", Single), "a: b\n");
    check_refused("a", Set("x", Keep), "a: &b\nc: d\n");
    assert_eq!(set_scalar("", root(&parse_yaml("a").tree), "b", Keep), Err(STALE));
}
