use super::*;
use crate::syntax::{Parsed, SyntaxError};
use crate::text::TextRange;

/// The keys of the root, the text that the errors point to, and how many of them are fatal.
fn outcome(text: &str) -> (Vec<String>, Vec<String>, usize) {
    let Parsed { tree, errors } = parse_yaml(text);
    let keys = YamlNode::root(&tree)
        .into_iter()
        .flat_map(|root| root.entries().collect::<Vec<_>>())
        .filter_map(|entry| entry.key.as_str().map(str::to_owned))
        .collect();
    let places = errors.iter().map(|e| e.range.slice(text).to_owned()).collect();
    let fatal = errors.iter().filter(|error| error.is_fatal).count();
    (keys, places, fatal)
}

#[test]
fn unfinished_lines_are_left_out_and_the_rest_is_read() {
    for (text, keys, places) in [
        (
            "permissions:\n  id-token: wri\n  contents\njobs:\n  a:\n    runs-on: x\n",
            vec!["permissions", "jobs"],
            vec!["contents"],
        ),
        (
            "on:\n  push:\n    branches: [main\n\n# c\njobs:\n  a: b\n",
            vec!["on", "jobs"],
            vec!["[main"],
        ),
        (
            "name: \"a\non: push\njobs:\n  a: \"b\"\n",
            vec!["name", "on", "jobs"],
            vec!["\"a"],
        ),
        (
            "on: push\nname: a: b\njobs:\n  a: b\n",
            vec!["on", "name", "jobs"],
            vec![": b"],
        ),
        (
            "on: push\njobs:\n  a: @b\n  c: d\n\te: f\ng: h\n",
            vec!["on", "jobs", "g"],
            vec!["@b", "c: d", "e: f"],
        ),
        ("a: |\r\n  b\r\nc\r\nd: e\r\n", vec!["a", "d"], vec!["c"]),
    ] {
        let (found_keys, found_places, fatal) = outcome(text);
        assert_eq!((found_keys, found_places, fatal), own(keys, places), "{text:?}");
    }
}

#[test]
fn a_wrong_value_leaves_its_key() {
    for (text, keys, place) in [
        ("a: \"b\" c\nd: e\n", vec!["a", "d"], "c"),
        ("a: \"\\q\"\nd: e\n", vec!["a", "d"], "\"\\q\""),
        ("a: b: c\nd: e\n", vec!["a", "d"], ": c"),
        ("a: - b\nd: e\n", vec!["a", "d"], "- b"),
        ("a: *b\nd: e\n", vec!["a", "d"], "*b"),
        ("on: [push\njobs: {a: b}\n", vec!["on", "jobs"], "[push"),
        ("a: {b: c d: e}\nf: g\n", vec!["a", "f"], "{b: c d: e}"),
        // An open quote that a later quote seems to close.
        ("a: \"x\nb: \"y\"\nc: d\n", vec!["a", "b", "c"], "\"x"),
        // At the end of the text.
        ("a: b\nwith: {node: 20\n", vec!["a", "with"], "{node: 20"),
        ("a: b\nc: 'd\n", vec!["a", "c"], "'d"),
        ("a: b\ncont", vec!["a"], "cont"),
    ] {
        assert_eq!(outcome(text), own(keys, vec![place]), "{text:?}");
    }
    let text = "steps:\n- run: \"npm publish\n  env:\n    A: b\n- uses: x\n";
    let tree = parse_yaml(text).tree;
    let steps = YamlNode::root(&tree).unwrap().get("steps").unwrap();
    let run = steps.items().next().unwrap().get("run").unwrap();
    assert_eq!(run.range(), TextRange::empty(13), "the value is missing");
    assert!(steps.items().next().unwrap().get("env").is_some());
}

#[test]
fn several_errors_are_told_apart() {
    let text = "a: @x\nb: [c\nd: e\nf\ng: \"h\ni: j\n";
    let keys = vec!["a", "b", "d", "g", "i"];
    assert_eq!(outcome(text), own(keys, vec!["@x", "[c", "f", "\"h"]));
}

#[test]
fn a_value_with_lines_below_is_left_out_with_them() {
    let text = "jobs:\n  a: {\n    b: c\n  d: e\nf: g\n";
    assert_eq!(outcome(text), own(vec!["jobs", "f"], vec!["a: {"]));
}

fn own(keys: Vec<&str>, places: Vec<&str>) -> (Vec<String>, Vec<String>, usize) {
    let own = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect();
    (own(keys), own(places), 0)
}

#[test]
fn what_is_indented_below_a_line_is_left_out_with_it() {
    let text = "jobs:\n  a:\n    runs-on: x\n   b:\n    runs-on: y\n  c:\n    runs-on: z\n";
    let Parsed { tree, errors } = parse_yaml(text);
    let jobs = YamlNode::root(&tree).unwrap().get("jobs").unwrap();
    let names: Vec<&str> = jobs.entries().filter_map(|entry| entry.key.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
    assert_eq!(jobs.get("a").unwrap().entries().count(), 1);
    assert_eq!(tree.duplicate_keys, []);
    assert!(errors[0].message.contains("indented below it"), "{errors:?}");
}

#[test]
fn brackets_need_not_be_indented() {
    for text in [
        "a:\n  os: [\n    'b',\n  ]\n  é: c\n",
        "a:\n  os: [\n  ]\n",
        "a:\n  os: [ # c\n    b\n  ] # c\n  x: {\n    b: c\n  }\n",
        "a:\n  os: [\n    \"b\"\n]\nx: [\n'b'\n]\n",
        "\u{feff}a:\r\n  os: [\r\n    'b'\r\n  ]\r\n",
    ] {
        let parsed = parse_yaml(text);
        assert_eq!(parsed.errors, [], "{text:?}");
        let os = YamlNode::root(&parsed.tree).unwrap().get("a").unwrap();
        let os = os.get("os").unwrap().range().slice(text);
        assert!(os.starts_with('[') && os.ends_with(']'), "{text:?}: {os:?}");
        let scalars = parsed.tree.nodes.iter().filter_map(|node| match &node.kind {
            NodeKind::Scalar { value, .. } => Some((node.range.slice(text), value)),
            _ => None,
        });
        for (slice, value) in scalars {
            assert_eq!(slice.trim_matches(['\'', '"']), value, "{text:?}");
        }
    }
}

#[test]
fn what_cannot_be_read_ends_the_analysis_and_says_why() {
    for (text, place, message) in [
        ("a: b\0c: d\n".to_owned(), "\0", "delete it"),
        ("[".repeat(1_000), "", "nested deeper than 200"),
        ("- ".repeat(100_000), "", "nested deeper than 200"),
        ("- \n".repeat(1_000_001), "", "more than 1000000 values"),
    ] {
        let parsed = parse_yaml(&text);
        let SyntaxError {
            range,
            message: found,
            is_fatal,
        } = parsed.errors.last().unwrap();
        assert!(*is_fatal);
        assert_eq!(range.slice(&text), place);
        assert!(found.contains(message), "{found}");
        assert!(found.ends_with("; analysis stops here"), "{found}");
    }
}

#[test]
fn what_was_read_before_an_error_stays_where_lines_do_not_help() {
    let hopeless = "a: @b\n".repeat(20);
    let text = format!("on: push\n{hopeless}jobs: x\n");
    let (keys, _, fatal) = outcome(&text);
    assert_eq!(keys.first().map(String::as_str), Some("on"));
    assert_eq!(fatal, 1);
}
