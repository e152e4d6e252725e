//! A client's idea of positions, written down plainly and without any code of the server.

use serde_json::{Value, json};

/// The protocol's name of a unit of columns.
pub(crate) type Encoding = &'static str;

/// Every encoding that can be agreed on.
pub(crate) const ENCODINGS: [Encoding; 3] = ["utf-8", "utf-16", "utf-32"];

/// The position of `offset` in `text`.
pub(crate) fn position(text: &str, offset: usize, encoding: Encoding) -> (u32, u32) {
    let (mut line, mut column) = (0, 0);
    for (at, c) in text[..offset].char_indices() {
        let is_first_half_of_crlf = text[at..].starts_with("\r\n");
        if (c == '\n' || c == '\r') && !is_first_half_of_crlf {
            (line, column) = (line + 1, 0);
        } else if c != '\r' {
            column += width(c, encoding);
        }
    }
    (line, column)
}

/// The offset of a position that exists in `text`.
pub(crate) fn offset(text: &str, wanted: (u32, u32), encoding: Encoding) -> usize {
    let offsets = text.char_indices().map(|(offset, _)| offset).chain([text.len()]);
    let mut offsets = offsets.filter(|&offset| position(text, offset, encoding) == wanted);
    offsets
        .next()
        .unwrap_or_else(|| panic!("no {wanted:?} in {text:?}"))
}

fn width(c: char, encoding: Encoding) -> u32 {
    let width = match encoding {
        "utf-8" => c.len_utf8(),
        "utf-16" => c.len_utf16(),
        _ => 1,
    };
    u32::try_from(width).unwrap()
}

/// The change that replaces the bytes `start..end` of `text`.
pub(crate) fn change(text: &str, start: usize, end: usize, new_text: &str, encoding: Encoding) -> Value {
    let place = |offset| {
        let (line, character) = position(text, offset, encoding);
        json!({"line": line, "character": character})
    };
    json!({"range": {"start": place(start), "end": place(end)}, "text": new_text})
}

/// `text` after the text edits that the server sent.
pub(crate) fn apply_edits(text: &str, edits: &Value, encoding: Encoding) -> String {
    let place = |place: &Value| {
        let number = |name: &str| u32::try_from(place[name].as_u64().unwrap()).unwrap();
        offset(text, (number("line"), number("character")), encoding)
    };
    let range = |edit: &Value| (place(&edit["range"]["start"]), place(&edit["range"]["end"]));
    let mut edits: Vec<_> = edits.as_array().unwrap().iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(range(edit)));
    let mut result = text.to_owned();
    for edit in edits {
        let (start, end) = range(edit);
        result.replace_range(start..end, edit["newText"].as_str().unwrap());
    }
    result
}
