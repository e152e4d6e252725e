use super::*;

/// Every value as `range-text => kind`, to see that ranges and values belong together.
fn strings_of(text: &str) -> Vec<(String, String)> {
    fn walk(text: &str, value: &JsonValue, found: &mut Vec<(String, String)>) {
        match &value.kind {
            JsonKind::String(s) => found.push((value.range.slice(text).to_owned(), s.clone())),
            JsonKind::Array(elements) => elements.iter().for_each(|e| walk(text, e, found)),
            JsonKind::Object(members) => {
                for member in members {
                    found.push((member.key.range.slice(text).to_owned(), member.key.value.clone()));
                    walk(text, &member.value, found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(text, &parse_json(text).tree.expect("a tree"), &mut found);
    found
}

/// The errors as (text of the range, is it fatal, message).
fn errors_of(text: &str) -> Vec<(String, bool, String)> {
    let parsed = parse_json(text);
    let has_fatal = parsed.errors.iter().any(|e| e.is_fatal);
    assert_eq!(parsed.tree.is_none(), has_fatal, "{text:?}");
    let errors = parsed.errors.into_iter();
    errors
        .map(|e| (e.range.slice(text).to_owned(), e.is_fatal, e.message))
        .collect()
}

#[test]
fn ranges_are_bytes_and_include_quotes() {
    let text = "\u{feff}{\r\n  \"é\": \"😀x\",\r\n  \"list\": [\"a\\u00e9\", true]\r\n}\r\n";
    let strings = strings_of(text);
    let expected = [
        ("\"é\"", "é"),
        ("\"😀x\"", "😀x"),
        ("\"list\"", "list"),
        ("\"a\\u00e9\"", "aé"),
    ];
    let expected = expected.map(|(raw, value)| (raw.to_owned(), value.to_owned()));
    assert_eq!(strings, expected);
    let parsed = parse_json(text);
    assert_eq!(parsed.errors, []);
    let root = parsed.tree.unwrap();
    assert_eq!(root.range, TextRange::new(3, text.len() - 2));
    let list = root.get("list").unwrap();
    assert_eq!(list.range.slice(text), "[\"a\\u00e9\", true]");
    assert_eq!(list.elements()[1].range.slice(text), "true");
    assert_eq!(list.elements()[1].as_bool(), Some(true));
}

#[test]
fn numbers_stay_as_they_are_written() {
    for number in ["0", "-1", "24.10", "1e3", "1E+3"] {
        let parsed = parse_json(number);
        assert_eq!(parsed.errors, [], "{number}");
        match parsed.tree.unwrap().kind {
            JsonKind::Number(written) => assert_eq!(written, number),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn duplicates_are_kept_and_the_last_one_counts() {
    let text = r#"{"a": 1, "a": "second"}"#;
    let root = parse_json(text).tree.unwrap();
    assert_eq!(root.members().len(), 2);
    assert_eq!(root.get("a").unwrap().as_str(), Some("second"));
}

#[test]
fn what_json_forbids_is_reported_once_and_the_tree_is_whole() {
    for (text, place) in [
        ("{\"a\": \"b\" // no\n // again\n}", "// no"),
        ("{\"a\": \"b\" /* é */}", "/* é */"),
        ("{\"a\": [1, 2,], \"b\": {},}", ","),
        ("{\"a\": 1 \"b\": 2}", ""),
        ("{a: 1, \"b\": 2}", "a"),
        ("{\"a\": 'b'}", "'"),
        ("{\"a\": 0x1F}", "0"),
        ("{\"a\": +1}", "+"),
        ("{\"a\": .5}", "."),
        ("{\"a\": NaN}", "NaN"),
        ("{\"a\": \"\\x41\"}", "\\x"),
        ("{\"a\": \"tab\there\", \"b\": \"\t\"}", "\t"),
        ("{\"a\":\u{a0}1, \u{a0}\"b\": 2}", "\u{a0}"),
        ("{\"a\":\u{c}1}", "\u{c}"),
    ] {
        let errors = errors_of(text);
        assert_eq!(errors.len(), 1, "{text:?}: {errors:?}");
        assert_eq!((errors[0].0.as_str(), errors[0].1), (place, false), "{text:?}");
        assert!(parse_json(text).tree.unwrap().get("a").is_some(), "{text:?}");
    }
}

#[test]
fn each_kind_of_violation_has_its_own_error_in_text_order() {
    let text = "{\"a\": 1, // why\n \"b\": [1,], 'c': 2 \"d\": 3}";
    let places: Vec<String> = errors_of(text).into_iter().map(|e| e.0).collect();
    assert_eq!(places, ["// why", ",", "'", ""]);
}

#[test]
fn what_cannot_be_read_stops_the_reader_and_says_why() {
    for (text, place, reason) in [
        ("", "", "no JSON value"),
        (" \r\n\t", "", "no JSON value"),
        ("\u{feff}", "", "no JSON value"),
        ("{", "{", "This `{` is never closed"),
        ("{\"a\": [1", "[1", "This `[` is never closed"),
        ("{\"a\": \"b", "\"b", "This string is never closed"),
        (
            "{\"repository\": ,}",
            ",",
            "A value is expected instead of this `,`",
        ),
        (
            "{\"repository\":\n}",
            "}",
            "A value is expected instead of this `}`",
        ),
        ("{\"rep\"\n}", "}", "A `:` is missing"),
        ("{\"a\": é}", "é", "JSON does not allow this"),
        ("{\"a\": 😀}", "😀", "JSON does not allow this"),
        ("\0", "\0", "JSON does not allow this"),
        ("{} {}", "{", "Unexpected text after the end"),
        ("{\"a\": foo, \"b\": 1}", "foo", "JSON does not allow this"),
    ] {
        let errors = errors_of(text);
        assert_eq!(errors.len(), 1, "{text:?}: {errors:?}");
        let (found, is_fatal, message) = &errors[0];
        assert!(*is_fatal && message.contains(reason), "{text:?}: {message}");
        assert_eq!(found, place, "{text:?}");
    }
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "[".repeat(600) + &"]".repeat(600),
    ] {
        let errors = errors_of(&text);
        assert!(errors[0].2.contains("nested too deeply"), "{errors:?}");
    }
    let allowed = "[".repeat(500) + &"]".repeat(500);
    assert_eq!(errors_of(&allowed), []);
}

#[test]
fn half_a_surrogate_pair_is_not_an_error_because_npm_reads_it() {
    let text = r#"{"a": "\ud800", "b": "\uDC00x\\ud800", "c": "\ud83d\ude00", "d": "\ud83d\ud83d\ude00"}"#;
    assert_eq!(errors_of(text), []);
    let root = parse_json(text).tree.unwrap();
    let value = |key| root.get(key).unwrap().as_str().unwrap();
    assert_eq!(value("a"), "\u{fffd}");
    assert_eq!(value("b"), "\u{fffd}x\\ud800");
    assert_eq!(value("c"), "😀");
    assert_eq!(value("d"), "\u{fffd}😀");
    assert_eq!(
        root.get("d").unwrap().range.slice(text),
        r#""\ud83d\ud83d\ude00""#
    );
}
