//! The statements of a module, and what each defines.

use std::collections::BTreeSet;
use std::ops::Range;

use super::arguments::{Bindings, find_calls, find_commands};
use super::modules::{Export, Import, exports_of_object, read_export_list, read_import, read_loads};
use super::tokens::{Placed, Token, is_part_of_word};
use super::{Code, Statement};

/// Words that begin a statement without being part of what it is.
const MODIFIERS: [&str; 4] = ["export", "async", "abstract", "declare"];

/// Reads a module from its tokens.
pub(super) fn read(tokens: &[Placed<'_>]) -> Code {
    let bindings = Bindings::of(tokens);
    let mut code = Code::default();
    for range in ranges(tokens) {
        let statement = tokens.get(range).unwrap_or_default();
        if let Some(import) = read_import(statement) {
            code.imports.extend(import);
            continue;
        }
        if let Some(exports) = read_export_list(statement) {
            code.imports.extend(
                exports
                    .iter()
                    .filter_map(|export| Import::loading(export.from.as_deref()?)),
            );
            code.exports.extend(exports);
            continue;
        }
        let what = what_it_does(statement);
        code.exports.extend(what.exports);
        if what.is_only_export {
            continue;
        }
        let at = code.statements.len();
        code.imports.extend(read_loads(statement, at));
        code.statements.push(Statement {
            defines: what.defines,
            mentions: mentions(statement),
            commands: find_commands(statement, &bindings),
            calls: find_calls(statement),
        });
    }
    code
}

/// The statements at the top level. A module whose brackets do not match is one statement.
fn ranges(tokens: &[Placed<'_>]) -> Vec<Range<usize>> {
    let whole = || std::iter::once(0..tokens.len()).collect();
    let mut ranges = Vec::new();
    let (mut depth, mut start) = (0_isize, 0);
    for (at, placed) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let is_after_end = before.is_some_and(|before| match before.token {
            Token::Sign(b';') => true,
            Token::Sign(sign) => placed.starts_line && matches!(sign, b')' | b']' | b'}'),
            _ => placed.starts_line,
        });
        // A line that begins with anything but a word goes on with the statement.
        let may_begin =
            matches!(placed.token, Token::Word(_)) || before.is_some_and(|b| b.token.is_sign(b';'));
        // A declaration is over with its body, whatever follows: `function f() {} (async () => {})()`.
        // A type in braces, which may be before the body, is not followed by a bracket.
        let is_after_body = placed.token.is_sign(b'(')
            && before.is_some_and(|before| before.token.is_sign(b'}'))
            && is_declaration(tokens.get(start..at).unwrap_or_default());
        if depth == 0 && at > start && (is_after_body || is_after_end && may_begin) {
            ranges.push(start..at);
            start = at;
        }
        depth += placed.token.depth();
        if depth < 0 {
            return whole();
        }
    }
    if depth != 0 {
        return whole();
    }
    ranges.push(start..tokens.len());
    ranges
}

/// Whether a statement declares a function or a class.
fn is_declaration(statement: &[Placed<'_>]) -> bool {
    let is_before = |placed: &&Placed<'_>| {
        placed.token.is_word("default") || MODIFIERS.iter().any(|modifier| placed.token.is_word(modifier))
    };
    let first = statement.iter().find(|placed| !is_before(placed));
    first.is_some_and(|first| first.token.is_word("function") || first.token.is_word("class"))
}

#[derive(Default)]
struct WhatItDoes {
    defines: Option<String>,
    exports: Vec<Export>,
    /// Whether nothing of it runs, nor is a function.
    is_only_export: bool,
}

fn what_it_does(statement: &[Placed<'_>]) -> WhatItDoes {
    let is_export = statement
        .first()
        .is_some_and(|first| first.token.is_word("export"));
    let is_modifier = |placed: &&Placed<'_>| {
        let mut modifiers = MODIFIERS.iter();
        modifiers.any(|modifier| placed.token.is_word(modifier))
    };
    let skipped = statement.iter().take_while(is_modifier).count();
    let rest = statement.get(skipped..).unwrap_or_default();
    let words: Vec<Token<'_>> = rest.iter().take(4).map(|placed| placed.token).collect();
    let exported = |name: &str| match is_export {
        true => vec![Export::of_local(name, name)],
        false => Vec::new(),
    };
    match words.as_slice() {
        [Token::Word("default"), ..] if is_export => assigned("default", rest.get(1..).unwrap_or_default()),
        [
            Token::Word("module"),
            Token::Sign(b'.'),
            Token::Word("exports"),
            Token::Sign(b'='),
        ] => assigned("default", rest.get(4..).unwrap_or_default()),
        [
            Token::Word("module"),
            Token::Sign(b'.'),
            Token::Word("exports"),
            Token::Sign(b'.'),
        ] => assigned_to_member(rest.get(4..).unwrap_or_default()),
        [Token::Word("exports"), Token::Sign(b'.'), ..] => {
            assigned_to_member(rest.get(2..).unwrap_or_default())
        }
        [Token::Word("function"), Token::Sign(b'*'), Token::Word(name), ..]
        | [Token::Word("function" | "class"), Token::Word(name), ..] => WhatItDoes {
            defines: Some((*name).to_owned()),
            exports: exported(name),
            is_only_export: false,
        },
        [Token::Word("const" | "let" | "var"), Token::Word(name), ..] => {
            let value = value_after_equals(rest);
            WhatItDoes {
                defines: value.is_some_and(is_function).then(|| (*name).to_owned()),
                exports: exported(name),
                is_only_export: false,
            }
        }
        [Token::Word("interface" | "type"), Token::Word(_), ..] => WhatItDoes {
            is_only_export: true,
            ..WhatItDoes::default()
        },
        _ => WhatItDoes::default(),
    }
}

/// `exports.NAME = value`, from the name on.
fn assigned_to_member(rest: &[Placed<'_>]) -> WhatItDoes {
    match rest {
        [name, equals, value @ ..] if equals.token.is_sign(b'=') => name
            .token
            .name()
            .map_or_else(WhatItDoes::default, |name| assigned(name, value)),
        _ => WhatItDoes::default(),
    }
}

/// A value that the module exports under a name.
fn assigned(name: &str, value: &[Placed<'_>]) -> WhatItDoes {
    let value = match value {
        [value @ .., last] if last.token.is_sign(b';') => value,
        value => value,
    };
    let own = format!("exports.{name}");
    match value {
        [only] if only.token.name().is_some() => WhatItDoes {
            exports: vec![Export::of_local(name, only.token.name().unwrap_or_default())],
            is_only_export: true,
            ..WhatItDoes::default()
        },
        [first, ..] if first.token.is_sign(b'{') => {
            let object = exports_of_object(value, &own);
            let mut exports = vec![Export::of_local(name, &own)];
            exports.extend(object.into_iter().filter(|_| name == "default"));
            WhatItDoes {
                defines: Some(own),
                exports,
                is_only_export: false,
            }
        }
        value => {
            let is_function = is_function(value);
            // The name by which the module calls it itself.
            let local = match value.iter().find(|placed| !is_keyword_of_function(placed.token)) {
                Some(placed) if is_function && !is_arrow(value) => placed.token.name(),
                _ => None,
            };
            WhatItDoes {
                exports: vec![Export::of_local(name, local.unwrap_or(&own))],
                defines: is_function.then(|| local.map_or_else(|| own.clone(), str::to_owned)),
                is_only_export: false,
            }
        }
    }
}

fn is_keyword_of_function(token: Token<'_>) -> bool {
    matches!(
        token,
        Token::Word("async" | "function" | "class") | Token::Sign(b'*')
    )
}

/// What is assigned by `const NAME: Type = value`.
fn value_after_equals<'s, 't>(statement: &'s [Placed<'t>]) -> Option<&'s [Placed<'t>]> {
    let mut depth = 0;
    let at = statement.iter().enumerate().position(|(at, placed)| {
        let next = statement.get(at + 1).map(|next| next.token);
        let is_equals = depth == 0 && placed.token.is_sign(b'=') && next != Some(Token::Sign(b'>'));
        depth += placed.token.depth();
        is_equals
    })?;
    statement.get(at + 1..)
}

/// Whether a value is a function or a class, of which nothing runs yet.
fn is_function(value: &[Placed<'_>]) -> bool {
    let first = value
        .iter()
        .map(|placed| placed.token)
        .find(|token| !token.is_word("async"));
    matches!(first, Some(Token::Word("function" | "class"))) || is_arrow(value)
}

/// Whether a value is an arrow function: the arrow is outside of all brackets.
fn is_arrow(value: &[Placed<'_>]) -> bool {
    let mut depth = 0;
    value.iter().zip(value.iter().skip(1)).any(|(placed, next)| {
        let is_arrow = depth == 0 && placed.token.is_sign(b'=') && next.token.is_sign(b'>');
        depth += placed.token.depth();
        is_arrow
    })
}

/// The names that a statement uses, without those after a dot and those that it declares.
fn mentions(statement: &[Placed<'_>]) -> BTreeSet<(String, Option<String>)> {
    let token = |at: usize| statement.get(at).map(|placed| placed.token);
    let is_dot = |at: Option<usize>| at.and_then(token).is_some_and(|token| token.is_sign(b'.'));
    let mut mentions = BTreeSet::new();
    let mut declared_until = 0;
    for (at, placed) in statement.iter().enumerate() {
        if matches!(placed.token, Token::Word("const" | "let" | "var")) {
            declared_until = end_of_declared(statement, at + 1);
        }
        if let Token::Template(text) = placed.token {
            mentions.extend(names_in_template(text).map(|name| (name.to_owned(), None)));
        }
        let is_member = is_dot(at.checked_sub(1)) && !is_dot(at.checked_sub(2));
        let is_use = !is_member && at >= declared_until;
        let Some(name) = placed.token.name().filter(|_| is_use) else {
            continue;
        };
        let member = match (token(at + 1), token(at + 2), token(at + 3)) {
            (Some(Token::Sign(b'.')), Some(member), _)
            | (Some(Token::Sign(b'?')), Some(Token::Sign(b'.')), Some(member)) => member.name(),
            _ => None,
        };
        mentions.insert((name.to_owned(), member.map(str::to_owned)));
    }
    mentions
}

/// Where the name, or the pattern of names, ends that begins at `at`.
fn end_of_declared(statement: &[Placed<'_>], at: usize) -> usize {
    let mut depth = 0;
    let rest = statement.get(at..).unwrap_or_default();
    let last = rest.iter().position(|placed| {
        depth += placed.token.depth();
        depth == 0
    });
    at + last.map_or(rest.len(), |last| last + 1)
}

/// The names in the `${…}` of a template.
fn names_in_template(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.split("${").skip(1);
    let inside = inside.map(|text| text.split('}').next().unwrap_or_default());
    inside.flat_map(|text| {
        text.split(|c: char| !u8::try_from(c).is_ok_and(is_part_of_word))
            .filter(|name| !name.is_empty())
    })
}
