//! A document as JSON, from which `docs/try/document.js` makes elements.
//!
//! As every printer does, this one makes texts from elsewhere harmless: no secret and no invisible character is left in them. That
//! nothing in them becomes markup is the page's part, which sets every text as text.

use serde_json::{Value, json};
use trustpub_analysis::document::{Block, Field, Item, Mark, Phrase, ShownPlace, Sign, Span, Tone};
use trustpub_analysis::{printable, shown};

pub(crate) fn blocks_json(blocks: &[Block]) -> Vec<Value> {
    blocks.iter().map(block_json).collect()
}

fn block_json(block: &Block) -> Value {
    match block {
        Block::Section(section) => json!({
            "kind": "section",
            "heading": phrase_json(&section.heading),
            "aside": section.aside.as_ref().map(phrase_json),
            "blocks": blocks_json(&section.blocks),
        }),
        Block::Paragraph(text) => json!({ "kind": "paragraph", "text": phrase_json(text) }),
        Block::Labelled { label, tone, text } => json!({
            "kind": "labelled",
            "label": label,
            "tone": tone_name(*tone),
            "text": phrase_json(text),
        }),
        Block::List(items) => {
            json!({ "kind": "list", "items": items.iter().map(item_json).collect::<Vec<_>>() })
        }
        Block::Fields(fields) => {
            json!({ "kind": "fields", "fields": fields.iter().map(field_json).collect::<Vec<_>>() })
        }
        Block::Table { head, rows } => {
            json!({ "kind": "table", "head": row_json(head), "rows": rows.iter().map(|row| row_json(row)).collect::<Vec<_>>() })
        }
        Block::Code { text, is_ours, .. } => {
            let text = if *is_ours {
                text.as_str().into()
            } else {
                shown(text)
            };
            json!({ "kind": "code", "text": text })
        }
        Block::Separator => json!({ "kind": "separator" }),
    }
}

fn item_json(item: &Item) -> Value {
    json!({
        "mark": match item.mark {
            Mark::None => "none",
            Mark::Dash => "dash",
            Mark::Arrow => "arrow",
            Mark::Box => "box",
        },
        "text": phrase_json(&item.text),
        "blocks": blocks_json(&item.blocks),
    })
}

fn field_json(field: &Field) -> Value {
    json!({
        "sign": field.sign.map(|sign| sign.shown("")),
        "tone": tone_name(field.sign.map_or(Tone::Plain, Sign::tone)),
        "label": field.label,
        "value": phrase_json(&field.value),
        "place": field.place.as_ref().map(place_json),
    })
}

fn row_json(row: &[Phrase]) -> Vec<Value> {
    row.iter().map(phrase_json).collect()
}

fn phrase_json(phrase: &Phrase) -> Value {
    phrase.spans.iter().map(span_json).collect()
}

fn span_json(span: &Span) -> Value {
    match span {
        Span::Text(text, tone) => json!({ "text": printable(text), "tone": tone_name(*tone) }),
        Span::Code(text) => json!({ "code": printable(text) }),
        Span::Tag(text) => json!({ "tag": printable(text) }),
        Span::Url(url) => json!({ "link": printable(url), "url": url_json(url) }),
        Span::Link { text, url } => json!({ "link": printable(text), "url": url_json(url) }),
        Span::Place(place) => json!({ "place": place_json(place) }),
        Span::Whole(phrase) => json!({ "whole": phrase_json(phrase) }),
        Span::Break => json!({ "break": true }),
    }
}

/// The address; none if there is a secret in it, or what no address has.
fn url_json(url: &str) -> Option<&str> {
    (printable(url) == url).then_some(url)
}

/// The path as it is, because the page looks for the file by it.
fn place_json(place: &ShownPlace) -> Value {
    json!({ "path": place.path, "line": place.line, "shown": printable(&place.in_words()) })
}

fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Strong => "strong",
        Tone::Good => "good",
        Tone::Bad => "bad",
        Tone::Doubtful => "doubtful",
        Tone::Faint => "faint",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_block_has_its_texts() {
        let place = ShownPlace {
            path: "a.yml".to_owned(),
            line: 7,
            column: None,
            url: None,
        };
        let blocks = blocks_json(&[
            Block::section("heading", vec![Block::labelled("Fix", Tone::Strong, "do it")]),
            Block::list([Phrase::default().tag("id").text("<b>\u{202e}")]),
            Block::Fields(vec![Field {
                sign: Some(Sign::Bad),
                place: Some(place.clone()),
                ..Field::new("npm", Phrase::default().code("10.9\u{1b}[1m"))
            }]),
            Block::table(["a"], [[Phrase::default().place(place)]]),
            Block::code("sh", "npm trust\u{1b}\n"),
            Block::Separator,
        ]);
        assert_eq!(
            Value::from(blocks),
            json!([
                {
                    "kind": "section",
                    "heading": [{ "text": "heading", "tone": "plain" }],
                    "aside": null,
                    "blocks": [{ "kind": "labelled", "label": "Fix", "tone": "strong", "text": [{ "text": "do it", "tone": "plain" }] }],
                },
                {
                    "kind": "list",
                    "items": [{ "mark": "dash", "text": [{ "tag": "id" }, { "text": "<b>\u{fffd}", "tone": "plain" }], "blocks": [] }],
                },
                {
                    "kind": "fields",
                    "fields": [{
                        "sign": "✗",
                        "tone": "bad",
                        "label": "npm",
                        "value": [{ "code": "10.9␛[1m" }],
                        "place": { "path": "a.yml", "line": 7, "shown": "a.yml:7" },
                    }],
                },
                {
                    "kind": "table",
                    "head": [[{ "text": "a", "tone": "plain" }]],
                    "rows": [[[{ "place": { "path": "a.yml", "line": 7, "shown": "a.yml:7" } }]]],
                },
                { "kind": "code", "text": "npm trust␛\n" },
                { "kind": "separator" },
            ])
        );
    }

    #[test]
    fn an_address_with_a_secret_leads_nowhere() {
        let phrase = Phrase::default().url("https://joe:secret@a.example/");
        assert_eq!(
            phrase_json(&phrase),
            json!([{ "link": "https://***@a.example/", "url": null }])
        );
    }
}
