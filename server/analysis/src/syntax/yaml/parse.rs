//! Reads a YAML text with yaml-rust2.
//!
//! Only its events are used, one by one: its own loader calls itself for every level and overflows the stack.

use yaml_rust2::parser::{Event, Parser};

use super::YamlTree;
use super::builder::Builder;
use crate::syntax::{Parsed, SyntaxError};
use crate::text::TextRange;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Deeper nesting than this has no use, and readers of the tree may call themselves for every level.
const MOST_DEPTH: usize = 200;

/// Parses a YAML text.
pub fn parse_yaml(text: &str) -> Parsed<YamlTree> {
    let body = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let readable = body.split('\0').next().unwrap_or("");
    let (mut tree, stop) = read(readable);
    let mut errors: Vec<SyntaxError> = stop
        .map(|stop| SyntaxError {
            range: TextRange::empty(stop.offset),
            message: format!("{}; analysis stops here", stop.reason),
            is_fatal: true,
        })
        .into_iter()
        .collect();
    if readable.len() < body.len() {
        errors.push(SyntaxError {
            range: TextRange::new(readable.len(), readable.len() + 1),
            message: "a NUL byte; analysis stops here".to_owned(),
            is_fatal: true,
        });
    }
    let shift = text.len() - body.len();
    for node in &mut tree.nodes {
        node.range = node.range.shift(shift);
    }
    for error in &mut errors {
        error.range = error.range.shift(shift);
    }
    Parsed { tree, errors }
}

/// Why and where the reader gave up.
struct Stop {
    offset: usize,
    reason: String,
}

/// Reads as much of a text as the reader understands.
fn read(text: &str) -> (YamlTree, Option<Stop>) {
    let mut builder = Builder::new(text);
    let mut parser = Parser::new_from_str(text);
    let stop = loop {
        match parser.next_token() {
            Ok((Event::StreamEnd, _)) => break None,
            Ok((event, mark)) => {
                if builder.depth() > MOST_DEPTH {
                    break Some(Stop {
                        offset: builder.cursor(),
                        reason: "this is nested too deep".to_owned(),
                    });
                }
                builder.add_event(event, &mark);
            }
            Err(error) => {
                break Some(Stop {
                    offset: builder.offset(error.marker()),
                    reason: error.info().to_owned(),
                });
            }
        }
    };
    (builder.finish(), stop)
}
