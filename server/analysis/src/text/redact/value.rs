//! What of a value is written out, and what only names where the secret comes from.

use std::ops::Range;

use super::name::{is_constant, is_shell_variable, is_variable};

/// Values that are not secrets: those of flags and of permissions, dist-tags.
const PLAIN_VALUES: [&str; 14] = [
    "true",
    "false",
    "null",
    "yes",
    "no",
    "write",
    "read",
    "none",
    "inherit",
    "string",
    "undefined",
    "required",
    "latest",
    "workspace",
];

/// What tools write in brackets in place of a secret: `(protected)` is npm's.
const HIDDEN: [&str; 6] = ["protected", "redacted", "hidden", "masked", "secret", "removed"];

/// A reference longer than this is none.
const LONGEST_REFERENCE: usize = 300;

/// Whether a value is not a secret whatever it is assigned to: a word, a number, a version, a placeholder.
pub(crate) fn is_plain(value: &str) -> bool {
    let value = value.trim();
    let small = || value.to_ascii_lowercase();
    // `XXXXX-XXXXX-XXXXX-XXXXX` is what setup-node writes.
    let is_one_sign = || {
        let first = value.chars().next();
        let is_mark = value.len() > 2 || !value.starts_with(char::is_alphanumeric);
        is_mark && value.chars().all(|c| Some(c) == first || c == '-')
    };
    value.is_empty()
        || (value.len() < 12 && PLAIN_VALUES.contains(&small().as_str()))
        || is_version(value)
        || is_one_sign()
        || is_constant(value)
        || is_hidden(value)
        || ["your-", "your_", "your "].iter().any(|your| {
            value
                .get(..5)
                .is_some_and(|start| start.eq_ignore_ascii_case(your))
        })
}

fn is_hidden(value: &str) -> bool {
    let inner = value
        .strip_prefix(['(', '['])
        .and_then(|rest| rest.strip_suffix([')', ']']).or(Some(rest)));
    inner.is_some_and(|inner| HIDDEN.contains(&inner.to_ascii_lowercase().as_str()))
}

/// Whether a value is what a dependency is set to: `"registry-auth-token": "^5.0.0"`.
fn is_version(value: &str) -> bool {
    let protocols = ["workspace:", "npm:", "file:", "link:", "portal:", "catalog:"];
    is_number(value.trim_start_matches(['^', '~', '>', '<', '=', 'v', ' ']))
        || protocols.iter().any(|protocol| value.starts_with(protocol))
}

/// Whether a value begins like `5.0.0-beta.1` and `22.x`.
fn is_number(value: &str) -> bool {
    let number = value.split(['-', '+']).next().unwrap_or_default();
    number.contains('.')
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'x' | b'*'))
}

/// Where a value is from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    /// Data, whole. `$word` is a reference only if it reads as the name of a secret: passwords begin like this.
    Data,
    /// The same, but it may have been cut at a blank within a reference.
    Excerpt,
    /// A word of a command, where `$word` is a variable; it may have been cut too.
    Shell,
}

/// The parts of a value that are written out, and no references such as `${NPM_TOKEN}` and `${{ secrets.NPM_TOKEN }}`. Of
/// `${{ secrets.A || 'x' }}` that is `x`.
pub(crate) fn literal_parts(value: &str, origin: Origin) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(c) = value.get(at..).and_then(|rest| rest.chars().next()) {
        match reference(value, at, origin) {
            Some(reference) => {
                push_part(value, start..at, &mut parts);
                parts.extend(reference.literals);
                at = reference.end.max(at + c.len_utf8());
                start = at;
            }
            None => at += c.len_utf8(),
        }
    }
    push_part(value, start..at, &mut parts);
    parts
}

/// Adds a part without the blanks around it, unless only signs are between two references.
fn push_part(value: &str, part: Range<usize>, parts: &mut Vec<Range<usize>>) {
    let text = value.get(part.clone()).unwrap_or_default();
    if text.chars().any(char::is_alphanumeric) {
        let start = part.start + (text.len() - text.trim_start().len());
        parts.push(start..start + text.trim().len());
    }
}

struct Reference {
    end: usize,
    /// What is written out in it.
    literals: Vec<Range<usize>>,
}

impl Reference {
    fn to(end: usize) -> Option<Self> {
        let literals = Vec::new();
        Some(Self { end, literals })
    }

    /// What looks like the start of one, and is the rest of a password.
    fn none(value: &str, at: usize) -> Option<Self> {
        Some(Self {
            end: value.len(),
            literals: std::iter::once(at..value.len()).collect(),
        })
    }
}

/// The reference that begins at `at`.
fn reference(value: &str, at: usize, origin: Origin) -> Option<Reference> {
    let rest = value.get(at..)?;
    let is_excerpt = origin != Origin::Data;
    for (open, close) in [("${{", "}}"), ("{{", "}}"), ("$(", ")")] {
        let Some(inner) = rest.strip_prefix(open) else {
            continue;
        };
        let start = at + open.len();
        return match inner.find(close) {
            Some(length) if open == "${{" => Some(Reference {
                end: start + length + close.len(),
                literals: expression_literals(value, start..start + length),
            }),
            Some(length) => Reference::to(start + length + close.len()),
            None if is_excerpt => Reference::to(value.len()),
            None => Reference::none(value, at),
        };
    }
    if let Some(inner) = rest.strip_prefix("${") {
        return in_braces(value, at + 2, inner);
    }
    // In the middle of a password these signs may be a part of it.
    let before = value.get(..at)?.chars().next_back();
    match rest.chars().next()? {
        _ if before.is_some_and(char::is_alphanumeric) => None,
        '$' => variable(rest, origin).and_then(|length| Reference::to(at + length)),
        '%' => variable_of_windows(rest).and_then(|length| Reference::to(at + length)),
        '<' if at == 0 => match rest.find('>') {
            Some(length) => Reference::to(length + 1),
            None if is_excerpt => Reference::to(value.len()),
            None => None,
        },
        '*' | '…' | '.' => {
            omission(rest, is_excerpt && at == 0).and_then(|length| Reference::to(at + length))
        }
        _ => None,
    }
}

/// The length of `$NAME`, `$$NAME` of make, `$env:NAME` of PowerShell.
fn variable(text: &str, origin: Origin) -> Option<usize> {
    let prefix = match text.get(..5) {
        Some(start) if start.eq_ignore_ascii_case("$env:") => 5,
        _ if text.starts_with("$$") => 2,
        _ => 1,
    };
    let rest = text.get(prefix..)?;
    let length = identifier(rest);
    let name = rest.get(..length)?;
    let is_name = match origin {
        Origin::Shell => is_variable(name) || is_shell_variable(name),
        Origin::Data | Origin::Excerpt => prefix == 5 || is_variable(name),
    };
    is_name.then_some(prefix + length)
}

/// The length of `%NAME%`, or of the `%s` of `printf`.
fn variable_of_windows(text: &str) -> Option<usize> {
    let inner = text.get(1..)?;
    let length = identifier(inner);
    let name = inner.get(..length)?;
    let is_closed = inner.get(length..)?.starts_with('%');
    match name {
        "s" => Some(2),
        name if is_closed && is_variable(name) => Some(length + 2),
        _ => None,
    }
}

/// The length of `***`, `…` or `...`, or of `*anchor`.
fn omission(text: &str, may_be_alias: bool) -> Option<usize> {
    let signs = text.len() - text.trim_start_matches(['*', '…', '.']).len();
    if may_be_alias && text.starts_with('*') && signs == 1 {
        return Some(1 + identifier(text.get(1..)?));
    }
    let is_omission = text.starts_with("...") || text.starts_with("**") || text.starts_with('…');
    is_omission.then_some(signs)
}

/// `${NAME}`, `${NAME?}`, `${NAME:-default}`: the default is written out.
fn in_braces(value: &str, start: usize, inner: &str) -> Option<Reference> {
    let name = identifier(inner);
    if name == 0 {
        return None;
    }
    let Some(close) = inner.find('}') else {
        return Reference::none(value, start);
    };
    let operator = inner.get(name..close)?;
    let default = operator.strip_prefix(':').unwrap_or(operator);
    let mut literals = Vec::new();
    if let Some(default) = default.strip_prefix(['-', '=', '+'])
        && !default.starts_with('$')
        && !is_plain(default)
    {
        literals.push(start + close - default.len()..start + close);
    }
    Some(Reference {
        end: start + close + 1,
        literals,
    })
}

/// The texts of an expression that can become its value: not what is compared, looked for or taken as a key.
fn expression_literals(value: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut literals = Vec::new();
    let mut at = range.start;
    let mut before = "";
    while let Some(open) = value.get(at..range.end).and_then(|rest| rest.find('\'')) {
        let start = at + open + 1;
        before = value
            .get(at..start - 1)
            .filter(|code| !code.trim().is_empty())
            .unwrap_or(before);
        let end = end_of_single_quoted(value, start).min(range.end);
        let behind = value.get(end + 1..range.end).unwrap_or_default().trim_start();
        let text = value.get(start..end).unwrap_or_default();
        let is_compared = behind.starts_with(['=', '!', '<', '>']);
        if !is_compared && is_result_after(before) && !is_plain(text) {
            literals.push(start..end);
        }
        at = (end + 1).min(range.end);
    }
    literals
}

/// Whether a text after this code is a result: after `||`, after `&&`, at the start, in parentheses, in `format(…)`.
fn is_result_after(code: &str) -> bool {
    let code = code.trim_end();
    match code.strip_suffix('(') {
        Some(function) => {
            let word = function.trim_end();
            !word.ends_with(|c: char| c.is_ascii_alphanumeric())
                || word.ends_with("format")
                || word.ends_with("join")
        }
        None => code.is_empty() || code.ends_with(['|', '&']),
    }
}

/// The offset of the quote that ends a text in single quotes; a doubled one is a character of it.
pub(super) fn end_of_single_quoted(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match (byte, bytes.get(at + 1)) {
            (b'\'', Some(b'\'')) => at += 2,
            (b'\'' | b'\n' | b'\r', _) => break,
            _ => at += 1,
        }
    }
    at.min(text.len())
}

/// Whether an unquoted value ends before this text.
pub(super) fn ends_value(c: char, rest: &str) -> bool {
    let next = rest.chars().nth(1);
    match c {
        // A comma within a word is a part of it.
        ',' => next.is_none_or(|next| next.is_whitespace() || "\"'`".contains(next)),
        '\\' => next.is_none_or(|next| next.is_whitespace() || "nrt\"'\\".contains(next)),
        c => c.is_whitespace() || "\"'`;)}&|".contains(c),
    }
}

/// The end of an unquoted value: where `ends` says so of the text from there, but not inside of `${{ … }}`, `${…}` and
/// `$(…)`.
pub(super) fn end_of_unquoted(text: &str, start: usize, ends: impl Fn(char, &str) -> bool) -> usize {
    let mut at = start;
    while let Some(rest) = text.get(at..)
        && let Some(c) = rest.chars().next()
    {
        if let Some(length) = closed_reference(rest) {
            at += length;
        } else if ends(c, rest) {
            break;
        } else {
            at += c.len_utf8();
        }
    }
    at
}

/// The length of a reference that is closed on its line.
fn closed_reference(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('$')?;
    let close = match inner.as_bytes() {
        [b'{', b'{', ..] => "}}",
        [b'{', ..] => "}",
        [b'(', ..] => ")",
        _ => return None,
    };
    let mut end = text.len().min(LONGEST_REFERENCE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let line = text.get(..end)?.split(['\n', '\r']).next()?;
    Some(line.find(close)? + close.len())
}

/// The length of the name at the start of a text.
fn identifier(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(text.len())
}
