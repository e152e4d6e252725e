//! Reads a YAML text with yaml-rust2, which stops at the first error; here is what is done then.
//!
//! Only its events are used, one by one: its own loader calls itself for every level and overflows the stack.

use std::borrow::Cow;

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::ScanError;

use super::YamlTree;
use super::blame::Blame;
use super::builder::Builder;
use super::reason::reason;
use super::recover::recover;
use super::view::View;
use crate::syntax::{Parsed, SyntaxError};
use crate::text::TextRange;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Deeper nesting than this has no use, and readers of the tree may call themselves for every level.
const MOST_DEPTH: usize = 200;

/// A file with more nodes than this is not a configuration.
const MOST_NODES: usize = 1_000_000;

/// So many lines in brackets may be moved to the right before the reader's error is believed.
const MOST_PADDINGS: usize = 64;

/// Parses a YAML text.
///
/// A text that is wrong in a few lines, as it is while someone types, is read without them.
pub(crate) fn parse_yaml(text: &str) -> Parsed<YamlTree> {
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    // The reader takes a NUL for the end of the text and says nothing.
    let readable = body.split('\0').next().unwrap_or("");
    let mut paddings = MOST_PADDINGS;
    let attempt = read_with_paddings(readable, &[], &mut paddings);
    let (mut tree, mut errors) = match &attempt.stop {
        Some(stop) if stop.is_local => recover(readable, attempt, paddings),
        _ => attempt.finish(),
    };
    if readable.len() < body.len() {
        errors.push(SyntaxError {
            range: TextRange::new(readable.len(), readable.len() + 1),
            message: "YAML does not allow this NUL character: delete it; analysis stops here".to_owned(),
            is_fatal: true,
        });
    }
    let shift = text.len() - body.len();
    if shift > 0 {
        for node in &mut tree.nodes {
            node.range = node.range.shift(shift);
        }
        for error in &mut errors {
            error.range = error.range.shift(shift);
        }
    }
    Parsed { tree, errors }
}

/// What one reading of a text gave, in offsets of the text.
pub(crate) struct Attempt {
    pub(crate) tree: YamlTree,
    /// Why the end of the text was not reached.
    pub(crate) stop: Option<Stop>,
}

/// Where and why the reader gave up.
pub(crate) struct Stop {
    pub(crate) offset: usize,
    /// Where the outermost collection in brackets starts that was open then.
    pub(crate) open_flow: Option<usize>,
    pub(crate) reason: Cow<'static, str>,
    pub(crate) blame: Blame,
    /// Whether the text can be read without some lines; not where it is too big.
    pub(crate) is_local: bool,
    /// Whether the line is part of a collection in brackets and not indented.
    is_flow_indentation: bool,
}

impl Attempt {
    /// The tree and the error that ended it.
    pub(crate) fn finish(self) -> (YamlTree, Vec<SyntaxError>) {
        let error = self.stop.map(|stop| SyntaxError {
            range: TextRange::empty(stop.offset),
            message: format!("{}; analysis stops here", stop.reason),
            is_fatal: true,
        });
        (self.tree, error.into_iter().collect())
    }
}

/// Reads a text without some of its lines, and as if lines in brackets were indented.
///
/// The reader insists that a closing bracket is indented more than the key of its collection. Others do not, and
/// workflows that are in use rely on that. Blanks at the start of a line in brackets mean nothing, so the reader
/// is shown some more of them.
pub(crate) fn read_with_paddings(text: &str, left_out: &[TextRange], paddings: &mut usize) -> Attempt {
    let first = if left_out.is_empty() {
        read(text)
    } else {
        read(View::without(text, left_out).text())
    };
    let is_flow_indentation = |attempt: &Attempt| match &attempt.stop {
        Some(stop) if stop.is_flow_indentation => Some(stop.offset),
        _ => None,
    };
    if is_flow_indentation(&first).is_none() {
        return first;
    }
    let mut view = View::without(text, left_out);
    let mut attempt = first;
    while let Some(offset) = is_flow_indentation(&attempt)
        && *paddings > 0
    {
        *paddings -= 1;
        view.pad_line(offset);
        attempt = read(view.text());
    }
    for node in &mut attempt.tree.nodes {
        node.range = view.text_range(node.range);
    }
    if let Some(stop) = &mut attempt.stop {
        stop.offset = view.text_offset(stop.offset);
        stop.open_flow = stop.open_flow.map(|offset| view.text_offset(offset));
    }
    attempt
}

/// Reads as much of a text as the reader understands.
fn read(text: &str) -> Attempt {
    let mut builder = Builder::new(text);
    let mut parser = Parser::new_from_str(text);
    let stop = loop {
        match parser.next_token() {
            Ok((Event::StreamEnd, _)) => break None,
            Ok((event, mark)) => builder.add_event(event, &mark),
            Err(error) => break Some(stop_at(&error, &mut builder)),
        }
        if builder.depth() > MOST_DEPTH {
            break Some(too_big(&builder, too_deep()));
        }
        if builder.node_count() > MOST_NODES {
            let reason = format!("the file has more than {MOST_NODES} values: split it");
            break Some(too_big(&builder, reason));
        }
    };
    Attempt {
        tree: builder.finish(),
        stop,
    }
}

fn too_deep() -> String {
    format!("this is nested deeper than {MOST_DEPTH} levels: flatten it")
}

fn too_big(builder: &Builder<'_>, reason: String) -> Stop {
    Stop {
        offset: builder.cursor(),
        open_flow: None,
        reason: Cow::Owned(reason),
        blame: Blame::Lines,
        is_local: false,
        is_flow_indentation: false,
    }
}

fn stop_at(error: &ScanError, builder: &mut Builder<'_>) -> Stop {
    let info = error.info();
    let is_too_deep = info == "recursion limit exceeded";
    Stop {
        offset: builder.offset(error.marker()),
        open_flow: builder.open_flow_start(),
        reason: if is_too_deep {
            Cow::Owned(too_deep())
        } else {
            reason(info)
        },
        blame: Blame::of(info),
        is_local: !is_too_deep,
        // Outside of brackets the reader ends collections by indentation and has no such error.
        is_flow_indentation: matches!(
            info,
            "invalid indentation" | "invalid indentation in flow construct"
        ),
    }
}
