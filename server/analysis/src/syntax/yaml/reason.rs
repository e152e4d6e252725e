//! What the parser's messages mean for the user.

use std::borrow::Cow;

/// Says what is wrong, and after a colon what to do. The parser is stricter than others in corner cases, so nothing here says
/// how another program reads the text.
pub(crate) fn reason(info: &str) -> Cow<'static, str> {
    let reason = match info {
        "simple key expect ':'"
        | "simple key expected"
        | "while parsing a block mapping, did not find expected key" => {
            "a key with its `:` is expected here: write `key: value`, or correct the indentation"
        }
        "while parsing a block collection, did not find expected '-' indicator" => {
            "the next item of the list is expected here: start it with `- `, or correct the indentation"
        }
        "mapping values are not allowed in this context" | "illegal placement of ':' indicator" => {
            "a `:` cannot be here: put a text that contains `: ` in quotes, close a list in brackets that \
             is still open above, or give the key its own line"
        }
        "block sequence entries are not allowed in this context"
        | "\"-\" is only valid inside a block"
        | "plain scalar cannot start with '-' followed by ,[]{}" => {
            "a `-` cannot be here: give the item its own line, or put the text in quotes"
        }
        "tabs disallowed within this context (block indentation)"
        | "tabs disallowed in this context"
        | "tab cannot be used as indentation"
        | "while scanning a plain scalar, found a tab"
        | "a block scalar content cannot start with a tab" => {
            "YAML does not allow indenting with tabs: use spaces instead of this tab"
        }
        "while scanning a quoted scalar, found unexpected end of stream"
        | "while scanning a quoted scalar, found unexpected document indicator" => {
            "this quoted text has no end: write the closing quote"
        }
        "invalid indentation in quoted scalar" => {
            "this quoted text continues in a line that is not indented: write the closing quote, or indent \
             that line"
        }
        "invalid trailing content after double-quoted scalar" => {
            "something follows the closing quote: quote the whole value, and write a quote inside of it as \
             `\\\"` or `''`"
        }
        "while parsing a quoted scalar, found unknown escape character"
        | "while parsing a quoted scalar, did not find expected hexadecimal number"
        | "while parsing a quoted scalar, found invalid Unicode character escape code" => {
            "a `\\` in double quotes starts an escape, and this one is unknown: write `\\\\`, or \
             use single quotes"
        }
        "while parsing node, found unknown anchor" => {
            "this alias has no anchor: define it above with `&`, or put the text in quotes"
        }
        "while parsing a flow mapping, did not find expected ',' or '}'" => {
            "a `,` or `}` is expected here: close the mapping in braces"
        }
        "while parsing a flow sequence, expected ',' or ']'" => {
            "a `,` or `]` is expected here: close the list in brackets"
        }
        "while parsing a node, did not find expected node content" => {
            "a value is expected here: write one, or close the bracket that is still open"
        }
        "invalid indentation" | "invalid indentation in flow construct" => {
            "this is part of a list or mapping in brackets, which must be indented: indent it, or close the \
             bracket"
        }
        "wrongly indented line in block scalar" => {
            "this line is indented less than the first line of its block: indent both alike"
        }
        "while scanning a block scalar, did not find expected comment or line break" => {
            "text follows the `|` or `>` of a block: start it on the next line, or put it in quotes"
        }
        "did not find expected <document start>" | "invalid content after document end marker" => {
            "the document ends before this: correct the indentation, or put `---` in between"
        }
        _ => {
            return match info.strip_prefix("unexpected character: `") {
                Some(character) => Cow::Owned(format!(
                    "a text cannot start with `{}`: put it in quotes",
                    character.trim_end_matches('\'')
                )),
                None => Cow::Owned(format!(
                    "this is not YAML ({}): correct it, or put it in quotes",
                    info.replace(": ", ", ")
                )),
            };
        }
    };
    Cow::Borrowed(reason)
}
