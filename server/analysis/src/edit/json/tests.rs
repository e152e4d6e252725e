use super::*;
use crate::syntax::json::parse_json;
use crate::text::apply_edits;

fn tree(text: &str) -> JsonValue {
    parse_json(text)
        .tree
        .unwrap_or_else(|| panic!("no tree: {text:?}"))
}

/// The object at the path of member names, `/` between them; the root for an empty path.
fn object_at<'t>(root: &'t JsonValue, path: &str) -> &'t JsonValue {
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.fold(root, |value, part| value.get(part).unwrap())
}

fn insert(text: &str, path: &str, key: &str, new: &JsonSnippet, position: MemberPosition<'_>) -> String {
    let root = tree(text);
    let edits = insert_member(text, object_at(&root, path), key, new, position).unwrap();
    apply_edits(text, &edits).unwrap()
}

fn remove(text: &str, path: &str, key: &str) -> String {
    let root = tree(text);
    let edits = remove_member(text, object_at(&root, path), key).unwrap();
    apply_edits(text, &edits).unwrap()
}

fn set(text: &str, path: &str, new: &JsonSnippet) -> String {
    let root = tree(text);
    let edits = set_value(text, object_at(&root, path), new).unwrap();
    apply_edits(text, &edits).unwrap()
}

fn repository() -> JsonSnippet {
    JsonSnippet::object([
        ("type", JsonSnippet::string("git")),
        ("url", JsonSnippet::string("git+https://github.com/o/r.git")),
    ])
}

/// A value's meaning, without ranges.
fn meaning(value: &JsonValue) -> String {
    match &value.kind {
        JsonKind::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|m| format!("{:?}:{}", m.key.value, meaning(&m.value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        JsonKind::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(meaning).collect();
            format!("[{}]", elements.join(","))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn inserts_into_an_object_of_several_lines() {
    let text = "{\n  \"name\": \"é\",\n  \"version\": \"1.0.0\"\n}\n";
    let new = JsonSnippet::string("v");
    for (position, expected) in [
        (
            MemberPosition::Last,
            "{\n  \"name\": \"é\",\n  \"version\": \"1.0.0\",\n  \"k\": \"v\"\n}\n",
        ),
        (
            MemberPosition::First,
            "{\n  \"k\": \"v\",\n  \"name\": \"é\",\n  \"version\": \"1.0.0\"\n}\n",
        ),
        (
            MemberPosition::After("name"),
            "{\n  \"name\": \"é\",\n  \"k\": \"v\",\n  \"version\": \"1.0.0\"\n}\n",
        ),
    ] {
        assert_eq!(insert(text, "", "k", &new, position), expected, "{position:?}");
    }
}

#[test]
fn inserts_in_the_style_of_the_file() {
    for (text, path, expected) in [
        (
            "{\n\t\"a\": 1\n}",
            "",
            "{\n\t\"a\": 1,\n\t\"k\": {\n\t\t\"type\": \"git\",\n\t\t\"url\": \"git+https://github.com/o/r.git\"\n\t}\n}",
        ),
        (
            "{\r\n    \"a\": {\r\n        \"b\": 1\r\n    }\r\n}\r\n",
            "a",
            "{\r\n    \"a\": {\r\n        \"b\": 1,\r\n        \"k\": {\r\n            \"type\": \"git\",\r\n            \"url\": \"git+https://github.com/o/r.git\"\r\n        }\r\n    }\r\n}\r\n",
        ),
        (
            "\u{feff}{\n  \"a\": {}\n}\n",
            "a",
            "\u{feff}{\n  \"a\": {\n    \"k\": {\n      \"type\": \"git\",\n      \"url\": \"git+https://github.com/o/r.git\"\n    }\n  }\n}\n",
        ),
        (
            "{\n  \"a\": { \"b\": 1 }\n}\n",
            "a",
            "{\n  \"a\": { \"b\": 1, \"k\": { \"type\": \"git\", \"url\": \"git+https://github.com/o/r.git\" } }\n}\n",
        ),
        (
            "{\"a\":1,\"b\":2}",
            "",
            "{\"a\":1,\"b\":2,\"k\":{\"type\":\"git\",\"url\":\"git+https://github.com/o/r.git\"}}",
        ),
        (
            "{}\n",
            "",
            "{ \"k\": { \"type\": \"git\", \"url\": \"git+https://github.com/o/r.git\" } }\n",
        ),
        (
            "{\n}\n",
            "",
            "{\n  \"k\": {\n    \"type\": \"git\",\n    \"url\": \"git+https://github.com/o/r.git\"\n  }\n}\n",
        ),
        (
            "{\n  \"a\" : 1\n}",
            "",
            "{\n  \"a\" : 1,\n  \"k\" : {\n    \"type\" : \"git\",\n    \"url\" : \"git+https://github.com/o/r.git\"\n  }\n}",
        ),
    ] {
        let found = insert(text, path, "k", &repository(), MemberPosition::Last);
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn comments_and_odd_lines_stay_where_they_are() {
    let new = JsonSnippet::string("v");
    for (text, position, expected) in [
        (
            "{\n  \"a\": 1 // one\n}",
            MemberPosition::Last,
            "{\n  \"a\": 1, // one\n  \"k\": \"v\"\n}",
        ),
        (
            "{\n  \"a\": 1, // one\n  \"b\": 2\n}",
            MemberPosition::After("a"),
            "{\n  \"a\": 1, // one\n  \"k\": \"v\",\n  \"b\": 2\n}",
        ),
        (
            "{ // start\n  // a\n  \"a\": 1\n}",
            MemberPosition::First,
            "{ // start\n  \"k\": \"v\",\n  // a\n  \"a\": 1\n}",
        ),
        (
            "{\n  \"a\": 1,\n}",
            MemberPosition::Last,
            "{\n  \"a\": 1,\n  \"k\": \"v\"\n}",
        ),
        (
            "{\n  \"a\": 1 }",
            MemberPosition::Last,
            "{\n  \"a\": 1,\n  \"k\": \"v\" }",
        ),
        (
            "{\n  \"a\": 1, \"b\": 2\n}",
            MemberPosition::After("a"),
            "{\n  \"a\": 1,\n  \"k\": \"v\", \"b\": 2\n}",
        ),
        (
            "{\n  \"a\": 1\n  , \"b\": 2\n}",
            MemberPosition::After("a"),
            "{\n  \"a\": 1\n  ,\n  \"k\": \"v\", \"b\": 2\n}",
        ),
        (
            "{ \"a\": 1,  \"b\": 2 }",
            MemberPosition::After("a"),
            "{ \"a\": 1,  \"k\": \"v\",  \"b\": 2 }",
        ),
        (
            "{ \"a\": 1, // one\n  \"b\": 2 }",
            MemberPosition::First,
            "{ \"k\": \"v\", \"a\": 1, // one\n  \"b\": 2 }",
        ),
        (
            "{\n\n  \"a\": 1\n\n}",
            MemberPosition::Last,
            "{\n\n  \"a\": 1,\n  \"k\": \"v\"\n\n}",
        ),
    ] {
        assert_eq!(insert(text, "", "k", &new, position), expected, "{text:?}");
    }
}

#[test]
fn removes_with_the_right_comma() {
    for (text, path, key, expected) in [
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", "", "a", "{\n  \"b\": 2\n}"),
        ("{\n  \"a\": 1,\n  \"b\": 2\n}", "", "b", "{\n  \"a\": 1\n}"),
        (
            "{\r\n\t\"a\": 1,\r\n\t\"b\": {\r\n\t\t\"é\": []\r\n\t},\r\n\t\"c\": 3\r\n}",
            "",
            "b",
            "{\r\n\t\"a\": 1,\r\n\t\"c\": 3\r\n}",
        ),
        ("{\n  \"a\": 1\n}\n", "", "a", "{}\n"),
        (
            "{\n  \"x\": {\n    \"a\": 1\n  }\n}\n",
            "x",
            "a",
            "{\n  \"x\": {}\n}\n",
        ),
        (
            "{ \"a\": 1, \"b\": 2, \"c\": 3 }",
            "",
            "a",
            "{ \"b\": 2, \"c\": 3 }",
        ),
        (
            "{ \"a\": 1, \"b\": 2, \"c\": 3 }",
            "",
            "b",
            "{ \"a\": 1, \"c\": 3 }",
        ),
        (
            "{ \"a\": 1, \"b\": 2, \"c\": 3 }",
            "",
            "c",
            "{ \"a\": 1, \"b\": 2 }",
        ),
        ("{\"a\":1,\"b\":2}", "", "b", "{\"a\":1}"),
        ("{ \"a\": 1 }", "", "a", "{}"),
        ("{ \"a\": 1,\n  \"b\": 2 }", "", "b", "{ \"a\": 1 }"),
        ("{ \"a\": 1,\n  \"b\": 2 }", "", "a", "{ \"b\": 2 }"),
        ("{\n  \"a\": 1, \"b\": 2\n}", "", "a", "{\n  \"b\": 2\n}"),
        ("{\n  \"a\": 1, \"b\": 2\n}", "", "b", "{\n  \"a\": 1\n}"),
        (
            "{\n  \"a\": 1, // one\n  \"b\": 2 // two\n}",
            "",
            "b",
            "{\n  \"a\": 1 // one\n}",
        ),
        ("{\n  // of a\n  \"a\": 1\n}", "", "a", "{\n  // of a\n}"),
        ("{\n  \"a\": 1,\n  \"b\": 2,\n}", "", "b", "{\n  \"a\": 1,\n}"),
        (
            "{ \"a\": 1, /* two */ \"b\": 2 }",
            "",
            "b",
            "{ \"a\": 1 /* two */  }",
        ),
    ] {
        assert_eq!(remove(text, path, key), expected, "{text:?} without {key}");
    }
}

#[test]
fn sets_values_of_every_kind() {
    let object = repository();
    for (text, path, new, expected) in [
        (
            "{\"a\": \"é\"}",
            "a",
            JsonSnippet::string("\"\\\n😀\u{1}"),
            "{\"a\": \"\\\"\\\\\\n😀\\u0001\"}",
        ),
        (
            "{\"a\": false // no\n}",
            "a",
            JsonSnippet::string("yes"),
            "{\"a\": \"yes\" // no\n}",
        ),
        (
            "{\n    \"a\": \"o/r\"\n}",
            "a",
            object.clone(),
            "{\n    \"a\": {\n        \"type\": \"git\",\n        \"url\": \"git+https://github.com/o/r.git\"\n    }\n}",
        ),
        (
            "{\n  \"a\": { \"b\": 1 }\n}",
            "a",
            object.clone(),
            "{\n  \"a\": { \"type\": \"git\", \"url\": \"git+https://github.com/o/r.git\" }\n}",
        ),
        (
            "{\"a\":1}",
            "a",
            object,
            "{\"a\":{\"type\":\"git\",\"url\":\"git+https://github.com/o/r.git\"}}",
        ),
        (
            "{\n  \"a\": [1]\n}",
            "a",
            JsonSnippet::Object(Vec::new()),
            "{\n  \"a\": {}\n}",
        ),
    ] {
        assert_eq!(set(text, path, &new), expected, "{text:?}");
        assert_eq!(
            parse_json(&set(text, path, &new)).errors.len(),
            parse_json(text).errors.len()
        );
    }
}

#[test]
fn refuses_what_it_cannot_do() {
    let new = JsonSnippet::string("v");
    let text = "{ \"a\": 1, \"b\": [], \"b\": 2 }";
    let root = tree(text);
    let insert = |text, object, key, position| insert_member(text, object, key, &new, position);
    assert!(
        insert(text, &root, "a", MemberPosition::Last).is_err(),
        "present already"
    );
    assert!(
        insert(text, &root, "k", MemberPosition::After("z")).is_err(),
        "no such neighbour"
    );
    assert!(
        insert(text, &root.members()[1].value, "k", MemberPosition::Last).is_err(),
        "an array"
    );
    assert!(
        insert("{}", &root, "k", MemberPosition::Last).is_err(),
        "another text"
    );
    assert!(remove_member(text, &root, "z").is_err(), "absent");
    assert!(remove_member(text, &root, "b").is_err(), "there twice");
    assert!(set_value("", &root, &new).is_err(), "another text");
    let no_commas = "{ \"a\": 1 \"b\": 2 }";
    let root = tree(no_commas);
    assert!(
        insert(no_commas, &root, "k", MemberPosition::After("a")).is_err(),
        "no comma"
    );
    assert!(remove_member(no_commas, &root, "a").is_err(), "no comma");
    let only_comment = "{ /* nothing */ }";
    assert!(insert(only_comment, &tree(only_comment), "k", MemberPosition::Last).is_err());
}

/// Correct files in every style, for the test that follows.
fn styles() -> Vec<String> {
    let members = [
        ("name", "\"é😀\""),
        ("scripts", "{\"x\":\"y\"}"),
        ("list", "[1, {}]"),
        ("last", "null"),
    ];
    let mut texts = Vec::new();
    for count in 1..=members.len() {
        let written = |colon: &str| -> Vec<String> {
            let some = members.iter().take(count);
            some.map(|(key, value)| format!("\"{key}\"{colon}{value}"))
                .collect()
        };
        for line_break in ["\n", "\r\n"] {
            for indent in ["  ", "    ", "\t", ""] {
                let separator = format!(",{line_break}{indent}");
                let body = written(": ").join(&separator);
                texts.push(format!("{{{line_break}{indent}{body}{line_break}}}{line_break}"));
                texts.push(format!("\u{feff}{{{line_break}{indent}{body}}}"));
            }
        }
        texts.push(format!("{{{}}}", written(":").join(",")));
        texts.push(format!("{{ {} }}", written(": ").join(", ")));
        texts.push(format!("{{ {} }}", written(" : ").join(" , ")));
    }
    texts
}

#[test]
fn only_the_intended_member_changes_and_removing_it_restores_every_byte() {
    let snippets = [JsonSnippet::string("v"), repository()];
    let mut count = 0;
    for text in styles() {
        let before = tree(&text);
        let members = before.members().iter();
        let positions = members.map(|member| MemberPosition::After(member.key.as_str()));
        for position in positions.chain([MemberPosition::First, MemberPosition::Last]) {
            for snippet in &snippets {
                let after_text = insert(&text, "", "new", snippet, position);
                let parsed = parse_json(&after_text);
                assert_eq!(parsed.errors, [], "{after_text:?}");
                let after = parsed.tree.unwrap();
                let index = after.members().iter().position(|m| m.key.value == "new").unwrap();
                let name_at = |key: &str| before.members().iter().position(|m| m.key.value == key).unwrap();
                let expected = match position {
                    MemberPosition::First => 0,
                    MemberPosition::Last => before.members().len(),
                    MemberPosition::After(key) => name_at(key) + 1,
                };
                assert_eq!(index, expected, "{position:?} in {after_text:?}");
                let others = after.members().iter().filter(|m| m.key.value != "new");
                for (old, kept) in before.members().iter().zip(others) {
                    assert_eq!(old.key.value, kept.key.value);
                    assert_eq!(old.value.range.slice(&text), kept.value.range.slice(&after_text));
                }
                assert_eq!(remove(&after_text, "", "new"), text, "from {after_text:?}");
                count += 1;
            }
        }
        for member in before.members() {
            let after_text = remove(&text, "", member.key.as_str());
            let parsed = parse_json(&after_text);
            assert_eq!(parsed.errors, [], "{after_text:?}");
            let mut expected = before.clone();
            if let JsonKind::Object(members) = &mut expected.kind {
                members.retain(|m| m.key.value != member.key.value);
            }
            assert_eq!(
                meaning(&parsed.tree.unwrap()),
                meaning(&expected),
                "{after_text:?}"
            );
        }
    }
    assert!(count > 600, "{count} insertions");
}
