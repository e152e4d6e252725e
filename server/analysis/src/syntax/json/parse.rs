use std::borrow::Cow;

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, ParseStringErrorKind, parse_to_ast};

use super::{JsonDialect, JsonExtensions, JsonKind, JsonMember, JsonValue};
use crate::syntax::{Parsed, SyntaxError};
use crate::text::{Ranged, TextRange};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Parses a JSON text as npm reads it.
pub(crate) fn parse_json(text: &str) -> Parsed<Option<JsonValue>> {
    parse_json_of(text, JsonDialect::NPM)
}

/// Parses a JSON text. The tree is none if the text is empty or an error stopped the reader.
///
/// Whatever the dialect refuses is an error. Where the meaning is plain all the same (a comment, a trailing
/// comma, single quotes, …) the error is not fatal and the tree is complete; each such kind of error is
/// reported once, at its first place. A byte order mark is not an error, because npm strips it.
pub(crate) fn parse_json_of(text: &str, dialect: JsonDialect) -> Parsed<Option<JsonValue>> {
    let offset = if text.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK.len_utf8()
    } else {
        0
    };
    let mut source = Cow::Borrowed(text.get(offset..).unwrap_or(""));
    let mut options = dialect.options();
    let mut errors = Vec::new();

    // The library stops at the first violation of an option. To get the tree, the violated option is switched
    // on and the text is read again: at most once for every option, and not at all for a correct file.
    loop {
        let error = match parse_to_ast(&source, &CollectOptions::default(), &options) {
            Ok(result) => {
                let mut converter = Converter::new(&source, offset, errors, dialect.extensions);
                let tree = result.value.map(|value| converter.value(value));
                return converter.finish(tree, dialect);
            }
            Err(error) => error,
        };
        let range = TextRange::new(error.range().start, error.range().end).shift(offset);
        if is_lone_surrogate(error.kind())
            && let Some(repaired) = replace_lone_surrogates(&source)
        {
            source = Cow::Owned(repaired);
        } else if let Some(message) = relax(error.kind(), &mut options) {
            errors.push(SyntaxError {
                range,
                message: message.to_owned(),
                is_fatal: false,
            });
        } else {
            // Relaxing an option that does not help reports the same place twice.
            errors.retain(|known| known.range.start() != range.start());
            errors.push(fatal(range, &fatal_reason(error.kind())));
            return finish(None, errors, dialect);
        }
    }
}

/// Switches on the option that `kind` violates and says what is wrong; none if no option helps.
fn relax(kind: &ParseErrorKind, options: &mut ParseOptions) -> Option<&'static str> {
    let (option, message) = match kind {
        ParseErrorKind::CommentsNotAllowed => (
            &mut options.allow_comments,
            "JSON does not allow comments, so {reader} cannot read this file",
        ),
        ParseErrorKind::TrailingCommasNotAllowed => (
            &mut options.allow_trailing_commas,
            "JSON does not allow trailing commas, so {reader} cannot read this file",
        ),
        ParseErrorKind::ExpectedComma => (
            &mut options.allow_missing_commas,
            "A comma is missing here, so {reader} cannot read this file",
        ),
        ParseErrorKind::ExpectedStringObjectProperty => (
            &mut options.allow_loose_object_property_names,
            "JSON requires double quotes around member names, so {reader} cannot read this file",
        ),
        ParseErrorKind::SingleQuotedStringsNotAllowed => (
            &mut options.allow_single_quoted_strings,
            "JSON does not allow single quotes, so {reader} cannot read this file",
        ),
        ParseErrorKind::HexadecimalNumbersNotAllowed
        | ParseErrorKind::UnaryPlusNumbersNotAllowed
        | ParseErrorKind::BareDecimalPointNumbersNotAllowed => {
            let option = match kind {
                ParseErrorKind::HexadecimalNumbersNotAllowed => &mut options.allow_hexadecimal_numbers,
                ParseErrorKind::UnaryPlusNumbersNotAllowed => &mut options.allow_unary_plus_numbers,
                _ => &mut options.allow_bare_decimal_point_numbers,
            };
            let message = "JSON allows only plain decimal numbers, so {reader} cannot read this file";
            (option, message)
        }
        // The strict scanner takes NaN and Infinity for any other unknown word.
        ParseErrorKind::NonFiniteNumbersNotAllowed
        | ParseErrorKind::UnexpectedWord
        | ParseErrorKind::UnexpectedToken => (
            &mut options.allow_non_finite_numbers,
            "JSON has no NaN or Infinity, only numbers and null, so {reader} cannot read this file",
        ),
        ParseErrorKind::String(
            ParseStringErrorKind::InvalidEscape
            | ParseStringErrorKind::InvalidEscapeInDoubleQuoteString
            | ParseStringErrorKind::InvalidEscapeInSingleQuoteString,
        ) => (
            &mut options.allow_extended_string_escapes,
            "JSON does not know this escape (a backslash is \\\\), so {reader} cannot read this file",
        ),
        _ => return None,
    };
    let was_allowed = std::mem::replace(option, true);
    (!was_allowed).then_some(message)
}

fn fatal(range: TextRange, reason: &str) -> SyntaxError {
    SyntaxError {
        range,
        message: format!("{reason}, so neither {{reader}} nor trustpub can read this file"),
        is_fatal: true,
    }
}

fn fatal_reason(kind: &ParseErrorKind) -> Cow<'static, str> {
    let reason = match kind {
        ParseErrorKind::ExpectedColonAfterObjectKey => "A `:` is missing after a member name",
        ParseErrorKind::ExpectedObjectValue => "A value is missing after the `:`",
        ParseErrorKind::UnterminatedObject => "This `{` is never closed",
        ParseErrorKind::UnterminatedArray => "This `[` is never closed",
        ParseErrorKind::UnterminatedCommentBlock => "This comment is never closed",
        ParseErrorKind::String(ParseStringErrorKind::UnterminatedStringLiteral) => {
            "This string is never closed"
        }
        ParseErrorKind::UnexpectedComma => "A value is expected instead of this `,`",
        ParseErrorKind::UnexpectedColon => "A value is expected instead of this `:`",
        ParseErrorKind::UnexpectedCloseBrace => "A value is expected instead of this `}`",
        ParseErrorKind::UnexpectedCloseBracket => "A value is expected instead of this `]`",
        ParseErrorKind::UnexpectedWord | ParseErrorKind::UnexpectedToken => {
            "JSON does not allow this (text needs double quotes)"
        }
        ParseErrorKind::UnexpectedTokenInObject => "A quoted member name or `}` is expected",
        ParseErrorKind::MultipleRootJsonValues => "Unexpected text after the end of the JSON value",
        ParseErrorKind::NestingDepthExceeded => "The values are nested too deeply",
        other => {
            let text = other.to_string();
            return Cow::Owned(text.trim_end_matches('.').to_owned());
        }
    };
    Cow::Borrowed(reason)
}

fn finish(
    tree: Option<JsonValue>,
    mut errors: Vec<SyntaxError>,
    dialect: JsonDialect,
) -> Parsed<Option<JsonValue>> {
    for error in &mut errors {
        error.message = error.message.replace("{reader}", dialect.reader);
    }
    errors.sort_by_key(|error| (error.range, error.is_fatal));
    Parsed { tree, errors }
}

/// Builds our tree from the library's, and finds what JSON forbids and the library lets through.
struct Converter<'s> {
    source: &'s str,
    offset: usize,
    errors: Vec<SyntaxError>,
    /// Up to where the text between the strings has been looked at; none once a comment or the like is known
    /// to be there, because then every character may.
    checked: Option<usize>,
    checks_control_characters: bool,
    has_control_character: bool,
}

impl<'s> Converter<'s> {
    fn new(source: &'s str, offset: usize, errors: Vec<SyntaxError>, extensions: JsonExtensions) -> Self {
        let is_strict = extensions == JsonExtensions::None;
        Self {
            source,
            offset,
            checked: (is_strict && errors.is_empty()).then_some(0),
            errors,
            checks_control_characters: matches!(extensions, JsonExtensions::None | JsonExtensions::Comments),
            has_control_character: false,
        }
    }

    fn range(&self, range: jsonc_parser::common::Range) -> TextRange {
        TextRange::new(range.start, range.end).shift(self.offset)
    }

    fn value(&mut self, value: Value<'_>) -> JsonValue {
        match value {
            Value::StringLit(string) => {
                self.check_string(string.range);
                JsonValue {
                    range: self.range(string.range),
                    kind: JsonKind::String(string.value.into_owned()),
                }
            }
            Value::NumberLit(number) => JsonValue {
                range: self.range(number.range),
                kind: JsonKind::Number(number.value.to_owned()),
            },
            Value::BooleanLit(boolean) => JsonValue {
                range: self.range(boolean.range),
                kind: JsonKind::Bool(boolean.value),
            },
            Value::NullKeyword(null) => JsonValue {
                range: self.range(null.range),
                kind: JsonKind::Null,
            },
            Value::Array(array) => JsonValue {
                range: self.range(array.range),
                kind: JsonKind::Array(array.elements.into_iter().map(|e| self.value(e)).collect()),
            },
            Value::Object(object) => {
                let members = object.properties.into_iter().map(|property| {
                    let (key, range) = match property.name {
                        ObjectPropName::String(name) => {
                            self.check_string(name.range);
                            (name.value.into_owned(), name.range)
                        }
                        ObjectPropName::Word(name) => (name.value.to_owned(), name.range),
                    };
                    JsonMember {
                        key: Ranged::new(key, self.range(range)),
                        value: self.value(property.value),
                    }
                });
                let members = members.collect();
                JsonValue {
                    range: self.range(object.range),
                    kind: JsonKind::Object(members),
                }
            }
        }
    }

    fn check_string(&mut self, range: jsonc_parser::common::Range) {
        self.check_between(range.start);
        if self.checked.is_some() {
            self.checked = Some(range.end);
        }
        let content = self.source.get(range.start..range.end).unwrap_or("");
        if self.checks_control_characters
            && !self.has_control_character
            && let Some(at) = content.bytes().position(|byte| byte < b' ')
        {
            self.has_control_character = true;
            self.report(
                range.start + at,
                1,
                "JSON requires escapes for control characters (\\t, \\n or \\u00XX), so {reader} cannot read this file",
            );
        }
    }

    /// Outside strings the library takes every Unicode blank for white space; JSON knows four.
    fn check_between(&mut self, end: usize) {
        let Some(start) = self.checked else { return };
        let between = self.source.get(start..end).unwrap_or("");
        let stranger = between
            .char_indices()
            .find(|(_, c)| !c.is_ascii() || matches!(c, '\u{b}' | '\u{c}'));
        if let Some((at, c)) = stranger {
            self.checked = None;
            self.report(
                start + at,
                c.len_utf8(),
                "JSON does not allow this invisible character instead of a space, so {reader} cannot read this file",
            );
        }
    }

    fn report(&mut self, at: usize, length: usize, message: &str) {
        self.errors.push(SyntaxError {
            range: TextRange::new(at, at + length).shift(self.offset),
            message: message.to_owned(),
            is_fatal: false,
        });
    }

    fn finish(mut self, tree: Option<JsonValue>, dialect: JsonDialect) -> Parsed<Option<JsonValue>> {
        if tree.is_none() {
            let message = "The file has no JSON value, not even {}, so {reader} cannot read it";
            self.errors.push(SyntaxError {
                range: TextRange::empty(self.offset + self.source.len()),
                message: message.to_owned(),
                is_fatal: true,
            });
        }
        self.check_between(self.source.len());
        finish(tree, self.errors, dialect)
    }
}

fn is_lone_surrogate(kind: &ParseErrorKind) -> bool {
    matches!(
        kind,
        ParseErrorKind::String(ParseStringErrorKind::InvalidUnicodeEscapeSequence(_))
    )
}

/// `JSON.parse` accepts half of a surrogate pair, a Rust string cannot hold it. The replacement character's
/// escape has the same length, so that no range moves. None if there is nothing to replace.
fn replace_lone_surrogates(source: &str) -> Option<String> {
    let unit_at = |at: usize| {
        let digits = source.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
    };
    let mut repaired = String::with_capacity(source.len());
    let mut done = 0;
    let mut at = 0;
    while let Some(found) = source.get(at..).and_then(|tail| tail.find('\\')) {
        at += found;
        match unit_at(at) {
            Some(0xd800..=0xdbff) if matches!(unit_at(at + 6), Some(0xdc00..=0xdfff)) => at += 12,
            Some(0xd800..=0xdfff) => {
                repaired.push_str(source.get(done..at)?);
                repaired.push_str("\\ufffd");
                at += 6;
                done = at;
            }
            Some(_) => at += 6,
            // Another escape: its second character, which may be a backslash, starts nothing.
            None => at += 1 + source.get(at + 1..)?.chars().next().map_or(0, char::len_utf8),
        }
    }
    repaired.push_str(source.get(done..)?);
    (done > 0).then_some(repaired)
}

#[cfg(test)]
mod tests;
