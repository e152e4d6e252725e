//! Thousands of damaged `package.json` and `.npmrc` texts: nothing panics, every range lies in the text, and
//! edits that are offered can be applied. The damage is the same in every run.

use crate::edit::json::{JsonSnippet, MemberPosition, insert_member, remove_member, set_value};
use crate::edit::npmrc::{remove_setting, replace_key};
use crate::model::manifest::Manifest;
use crate::syntax::json::{JsonValue, parse_json};
use crate::syntax::npmrc::parse_npmrc;
use crate::syntax::version_file::{VersionFileKind, node_version};
use crate::test_support::Random;
use crate::text::apply_edits;
use crate::{RepositorySlug, TextEdit, TextRange};

const MANIFEST: &str = "\u{feff}{\r\n  \"name\": \"@é/tool😀\",\r\n  \"version\": \"1.0.0-\\u00e9\\ud83d\\ude00\",\r\n  \"private\": false,\r\n  \"repository\": { \"type\": \"git\", \"url\": \"git+ssh://git@github.com:22/o/r.git#main\", \"directory\": \"a\" },\r\n  \"workspaces\": [\"packages/*\", \"!x\"],\r\n  \"scripts\": {\"a\": \"b\", \"c\": null},\r\n  \"packageManager\": \"npm@11.5.1+sha\",\r\n  \"publishConfig\": {},\r\n  \"x\": [-1.5e+3, 0x1F, true, 'q', {}]\r\n}\r\n";
const SMALL: &str = "{\"repository\":\"github:o/r\",\"a\":[{}],\"é\":\"\\ud800\"}";
const NPMRC: &str = "\u{feff}registry=https://registry.npmjs.org/\r\n; c\n//registry.npmjs.org/:_authToken = \"${NPM_TOKEN}\" # é\n@acme:registry='x'\nhoist[]=😀\\;\nflag\n[s]\na=1";
const VERSIONS: &str = "# é\n[tools]\nnode = { version = \"24\" }\npython = [\"3\"]\nnodejs v22\nlts/*";

/// Pieces that mean something to one of the readers.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    "\\",
    "\\u",
    "\\ud800",
    "//",
    "/*",
    "*/",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\0",
    "é",
    "😀",
    "\u{feff}",
    "\u{a0}",
    "\u{2028}",
    "=",
    ";",
    "#",
    "[]",
    "${",
    "null",
    "true",
    "NaN",
    "0x",
    "1e",
    "@",
    "https://",
    "github.com",
    "git@",
    ".git",
    "\"\"",
    "node",
    "v",
];

fn damaged(seed: &str, random: &mut Random) -> String {
    let mut text = seed.to_owned();
    for _ in 0..=random.below(4) {
        let (a, b) = (random.boundary(&text), random.boundary(&text));
        let (start, end) = (a.min(b), a.max(b));
        let piece = PIECES[random.below(PIECES.len())];
        match random.below(5) {
            0 => text.truncate(end),
            1 => text.replace_range(start..end.min(text.len()), ""),
            2 => text.insert_str(start, piece),
            3 => {
                let next = text[start..].chars().next().map_or(0, char::len_utf8);
                text.replace_range(start..start + next, piece);
            }
            _ => {
                let copy = text[start..end].to_owned();
                text.insert_str(end, &copy);
            }
        }
    }
    text
}

fn assert_inside(text: &str, range: TextRange) {
    assert!(
        text.get(range.start()..range.end()).is_some(),
        "{range:?} in {text:?}"
    );
}

fn check_value(text: &str, value: &JsonValue, parent: TextRange) {
    assert_inside(text, value.range);
    assert!(parent.contains_range(value.range), "{text:?}");
    for member in value.members() {
        assert_inside(text, member.key.range);
        assert!(member.key.range.end() <= member.value.range.start(), "{text:?}");
        check_value(text, &member.value, value.range);
    }
    for element in value.elements() {
        check_value(text, element, value.range);
    }
}

/// An edit of a correct file leaves it correct; an edit of a broken one can at least be applied.
fn check_edits(text: &str, was_correct: bool, edits: &[TextEdit]) {
    let edited = apply_edits(text, edits).unwrap_or_else(|e| panic!("{e:?} {edits:?} in {text:?}"));
    if was_correct {
        assert_eq!(parse_json(&edited).errors, [], "{text:?} became {edited:?}");
    }
}

fn check_json(text: &str) -> bool {
    let parsed = parse_json(text);
    for error in &parsed.errors {
        assert_inside(text, error.range);
    }
    let is_fatal = parsed.errors.iter().any(|error| error.is_fatal);
    assert_eq!(parsed.tree.is_none(), is_fatal, "{text:?}");
    let Some(root) = parsed.tree else { return false };
    check_value(text, &root, TextRange::new(0, text.len()));
    let was_correct = parsed.errors.is_empty();
    let snippet = JsonSnippet::object([("url", JsonSnippet::string("é"))]);
    let mut objects = vec![&root];
    while let Some(object) = objects.pop() {
        let keys = object.members().iter().map(|member| member.key.as_str());
        let positions = keys.clone().map(MemberPosition::After);
        for position in positions.chain([MemberPosition::First, MemberPosition::Last]) {
            if let Ok(edits) = insert_member(text, object, "new", &snippet, position) {
                check_edits(text, was_correct, &edits);
            }
        }
        for key in keys {
            if let Ok(edits) = remove_member(text, object, key) {
                check_edits(text, was_correct, &edits);
            }
        }
        if let Ok(edits) = set_value(text, object, &snippet) {
            check_edits(text, was_correct, &edits);
        }
        objects.extend(object.members().iter().map(|member| &member.value));
    }
    let manifest = Manifest::new(root);
    for range in [
        manifest.repository.range,
        manifest.name.as_ref().map(|name| name.range),
    ] {
        assert_inside(text, range.unwrap_or_default());
    }
    if let Some(manager) = &manifest.package_manager {
        assert_inside(text, manager.version.range);
    }
    was_correct
}

fn check_npmrc(text: &str) {
    for setting in parse_npmrc(text).settings {
        for range in [setting.line, setting.key.range, setting.value.range] {
            assert_inside(text, range);
            assert!(setting.line.contains_range(range), "{text:?}");
        }
        let _ = (setting.meaning(), setting.value_form());
        let edits = [remove_setting(text, &setting), replace_key(text, &setting, "k")];
        for edits in edits.into_iter().flatten() {
            assert!(apply_edits(text, &edits).is_ok(), "{text:?}");
        }
    }
}

#[test]
fn damaged_manifests() {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    let mut correct = 0;
    for round in 0..25_000 {
        let seed = if round % 3 == 0 { MANIFEST } else { SMALL };
        if check_json(&damaged(seed, &mut random)) {
            correct += 1;
        }
    }
    assert!(
        correct > 500,
        "only {correct} texts were correct, so that edits were hardly tried"
    );
}

#[test]
fn damaged_npmrc_files() {
    let mut random = Random::new(0x2545_f491_4f6c_dd1d);
    for _ in 0..15_000 {
        check_npmrc(&damaged(NPMRC, &mut random));
    }
}

#[test]
fn damaged_version_files_and_urls() {
    let mut random = Random::new(0xdead_beef_cafe_f00d);
    for _ in 0..5_000 {
        let text = damaged(VERSIONS, &mut random);
        for kind in [
            VersionFileKind::Plain,
            VersionFileKind::ToolVersions,
            VersionFileKind::Mise,
        ] {
            if let Some(version) = node_version(&text, kind) {
                assert_inside(&text, version.range);
                assert!(!version.value.is_empty(), "{text:?}");
            }
        }
        let url = damaged("ssh://git:x@github.com:22/Acme/tool.git#main", &mut random);
        let _ = RepositorySlug::from_remote_url(&url);
        check_json(&format!("{{\"repository\": {url:?}}}"));
    }
}
