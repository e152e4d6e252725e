//! The text of an open document stays equal to the client's.

use serde_json::{Value, json};
use trustpub_analysis::ColumnUnit;
use trustpub_analysis::test_support::Random;
use trustpub_lsp::lsp_types::TextDocumentContentChangeEvent;
use trustpub_lsp::{Document, OutOfSync};

use crate::client_text::{self, ENCODINGS, Encoding};

#[test]
fn ten_thousand_random_edits_leave_the_texts_equal() {
    for encoding in ENCODINGS {
        let mut random = Random::new(0x9E37_79B9_7F4A_7C15);
        let mut text = "name: Rélease\r\non: [push]\rjobs:\n  😀: 𐐀\n".to_owned();
        let mut document = Document::new(&text, 0);
        let mut version = 0;
        let mut edits = 0;
        while edits < 10_000 {
            // A batch: each change refers to the text that the one before it made.
            let changes: Vec<_> = (0..=random.below(3))
                .map(|_| random_change(&mut random, &mut text, encoding))
                .collect();
            edits += changes.len();
            version += 1;
            document.apply(version, &changes, unit(encoding)).unwrap();
            assert_eq!(
                document.text().as_deref(),
                Some(text.as_str()),
                "after {edits} edits in {encoding}"
            );
        }
    }
}

/// Changes `text` somewhere, and says so in the protocol's words.
fn random_change(
    random: &mut Random,
    text: &mut String,
    encoding: Encoding,
) -> TextDocumentContentChangeEvent {
    const PIECES: [&str; 16] = [
        "a",
        "é",
        "€",
        "😀",
        "𐐀",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "key: value\n",
        "\u{2028}",
        "\u{85}",
        "\u{b}",
        "e\u{301}",
        "",
    ];
    let mut start = random_offset(random, text);
    let mut end = random_offset(random, text);
    (start, end) = (start.min(end), start.max(end));
    // Long deletions would keep the text short; mostly insert or replace a little.
    if text.len() < 2_000 || end - start > 40 {
        end = if random.below(4) == 0 {
            next_offset(text, start)
        } else {
            start
        };
    }
    let new_text: String = (0..random.below(4))
        .map(|_| PIECES[random.below(PIECES.len())])
        .collect();
    let change = client_text::change(text, start, end, &new_text, encoding);
    text.replace_range(start..end, &new_text);
    serde_json::from_value(change).unwrap()
}

/// A place where an editor can put its cursor: between two characters, but not inside `\r\n`.
fn random_offset(random: &mut Random, text: &str) -> usize {
    let mut offset = random.below(text.len() + 1);
    while !is_cursor_place(text, offset) {
        offset -= 1;
    }
    offset
}

fn next_offset(text: &str, offset: usize) -> usize {
    (offset + 1..=text.len())
        .find(|&next| is_cursor_place(text, next))
        .unwrap_or(text.len())
}

fn is_cursor_place(text: &str, offset: usize) -> bool {
    text.is_char_boundary(offset) && !(text[..offset].ends_with('\r') && text[offset..].starts_with('\n'))
}

/// The text after a change of the range `[line, column, line, column]`, in UTF-16.
fn after(text: &str, range: [u32; 4], new_text: &str) -> Result<String, OutOfSync> {
    let mut document = Document::new(text, 1);
    document.apply(2, &changes(json!([change(range, new_text)])), ColumnUnit::Utf16)?;
    Ok(document.text().unwrap())
}

#[test]
fn positions_after_a_line_mean_its_end() {
    assert_eq!(after("ab\r\ncd", [0, 9, 0, 99], "!").unwrap(), "ab!\r\ncd");
    assert_eq!(after("ab\rcd", [0, 1, 0, 99], "!").unwrap(), "a!\rcd");
    assert_eq!(after("ab\ncd", [1, 0, 1, u32::MAX], "!").unwrap(), "ab\n!");
}

#[test]
fn positions_after_the_text_mean_its_end() {
    assert_eq!(after("ab\ncd", [0, 0, u32::MAX, u32::MAX], "!").unwrap(), "!");
    assert_eq!(after("ab\ncd", [2, 0, 2, 0], "!").unwrap(), "ab\ncd!");
    assert_eq!(after("", [1, 0, 1, 0], "!").unwrap(), "!");
}

#[test]
fn positions_inside_a_character_mean_its_start() {
    assert_eq!(after("😀b", [0, 1, 0, 1], "!").unwrap(), "!😀b");
}

#[test]
fn line_separators_of_unicode_end_no_line() {
    assert_eq!(
        after("a\u{2028}b\u{85}c\u{b}d", [0, 7, 0, 7], "!").unwrap(),
        "a\u{2028}b\u{85}c\u{b}d!"
    );
}

#[test]
fn an_impossible_edit_makes_the_text_unknown_until_it_comes_in_full() {
    for impossible in [[7, 0, 7, 0], [0, 2, 0, 1], [1, 0, 0, 0]] {
        let mut document = Document::new("ab\ncd", 1);
        let mut apply = |version, list| {
            let result = document.apply(version, &changes(list), ColumnUnit::Utf16);
            (result.is_ok(), document.text())
        };
        assert_eq!(
            apply(2, json!([change(impossible, "!")])),
            (false, None),
            "{impossible:?}"
        );
        assert_eq!(apply(3, json!([change([0, 0, 0, 0], "!")])), (false, None));
        let in_full = json!([{"text": "xy"}, change([0, 1, 0, 1], "!")]);
        assert_eq!(apply(4, in_full), (true, Some("x!y".to_owned())));
    }
}

#[test]
fn a_version_that_goes_back_makes_the_text_unknown() {
    let mut document = Document::new("ab", 5);
    let edit = || changes(json!([change([0, 0, 0, 0], "!")]));
    assert_eq!(
        document.apply(5, &edit(), ColumnUnit::Utf16),
        Ok(()),
        "a client that does not count"
    );
    let result = document.apply(4, &edit(), ColumnUnit::Utf16);
    assert_eq!(result, Err(OutOfSync::VersionWentBack { from: 5, to: 4 }));
    assert_eq!(document.text(), None);
    let in_full = changes(json!([{"text": "xy"}]));
    assert_eq!(document.apply(3, &in_full, ColumnUnit::Utf16), Ok(()));
    assert_eq!((document.text().as_deref(), document.version()), (Some("xy"), 3));
}

fn change(range: [u32; 4], new_text: &str) -> Value {
    let [line, column, end_line, end_column] = range;
    let start = json!({"line": line, "character": column});
    json!({"range": {"start": start, "end": {"line": end_line, "character": end_column}}, "text": new_text})
}

fn changes(list: Value) -> Vec<TextDocumentContentChangeEvent> {
    serde_json::from_value(list).unwrap()
}

fn unit(encoding: Encoding) -> ColumnUnit {
    match encoding {
        "utf-8" => ColumnUnit::Utf8,
        "utf-16" => ColumnUnit::Utf16,
        _ => ColumnUnit::Utf32,
    }
}
