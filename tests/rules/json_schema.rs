//! `docs/check.schema.json` is made from the tables of `docs/json.md`; `UPDATE_DOCS=1` writes it. That real output is valid is
//! tested in `tests/cli/json_schema.rs`.

use serde_json::{Map, Value, json};
use trustpub_tests::project::{assert_generated, read};

const PAGE: &str = "docs/json.md";
const SCHEMA: &str = "docs/check.schema.json";

/// What the commands print, each by its section.
const OUTPUTS: [&str; 5] = ["check", "sites", "repository", "last-line", "counts"];

#[test]
fn the_schema_is_made_from_the_page() {
    let page = read(PAGE).expect("the page exists");
    let definitions = definitions(&page);
    for output in OUTPUTS {
        assert!(definitions.contains_key(output), "{output}");
    }
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://raw.githubusercontent.com/trustpub/trustpub/main/docs/check.schema.json",
        "title": "trustpub check --format json",
        "description": "What trustpub says about publish steps. Other outputs of `trustpub check` are in the definitions: `sites` \
                        (--sites), `repository` and `last-line` (--format jsonl), `counts` (--statistics). New members may come.",
        "$ref": "#/definitions/check",
        "definitions": definitions,
    });
    let text = serde_json::to_string_pretty(&schema).expect("JSON can be written") + "\n";
    assert_generated(SCHEMA, &text);
}

/// The sections that have a table of members, by the anchors of their headings.
fn definitions(page: &str) -> Map<String, Value> {
    let mut definitions = Map::new();
    let mut anchor = None;
    for line in page.lines() {
        if let Some(heading) = line
            .trim_start_matches('#')
            .strip_prefix(' ')
            .filter(|_| line.starts_with('#'))
        {
            anchor = line
                .starts_with("### ")
                .then(|| heading.to_lowercase().replace(' ', "-"));
        }
        let (Some(anchor), Some((name, kind, description))) = (&anchor, row(line)) else {
            continue;
        };
        let definition = definitions
            .entry(anchor.clone())
            .or_insert_with(|| json!({"type": "object", "required": [], "properties": {}}));
        let mut member = type_of(kind);
        member["description"] = json!(description);
        definition["properties"][name] = member;
        definition["required"]
            .as_array_mut()
            .expect("it is a list")
            .push(json!(name));
    }
    definitions
}

/// The cells of a row that describes a member: its name, its type, and what it is.
fn row(line: &str) -> Option<(&str, &str, &str)> {
    let cells: Vec<&str> = line
        .strip_prefix("| `")?
        .strip_suffix(" |")?
        .splitn(3, " | ")
        .collect();
    let [name, kind, description] = cells[..] else {
        panic!("a row has three cells: {line}");
    };
    Some((name.strip_suffix('`').expect("a name is code"), kind, description))
}

/// The schema of a type as the page writes it.
fn type_of(kind: &str) -> Value {
    if let Some(items) = kind.strip_prefix("array of ") {
        return json!({"type": "array", "items": type_of(items)});
    }
    if kind.starts_with('`') {
        let values = kind.split('`').skip(1).step_by(2);
        return json!({"enum": values.collect::<Vec<_>>()});
    }
    if let Some(other) = kind.strip_suffix(" or null") {
        return json!({"anyOf": [type_of(other), {"type": "null"}]});
    }
    if let Some((_, anchor)) = kind.strip_suffix(')').and_then(|link| link.split_once("](#")) {
        // In draft 7 nothing counts beside `$ref`.
        return json!({"allOf": [{"$ref": format!("#/definitions/{anchor}")}]});
    }
    match kind {
        "string" | "boolean" => json!({"type": kind}),
        "number" => json!({"type": "integer", "minimum": 0}),
        "1" => json!({"const": 1}),
        _ => panic!("the page has an unknown type: {kind}"),
    }
}
