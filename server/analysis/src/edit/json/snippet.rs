use std::fmt::Write;

use super::layout::JsonLayout;

/// A value to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum JsonSnippet {
    /// A string.
    String(String),
    /// An object with these members.
    Object(Vec<(String, Self)>),
}

/// How a snippet is written.
#[derive(Debug)]
pub(crate) struct Style<'a> {
    /// Whether objects stay on one line.
    pub(crate) is_inline: bool,
    /// What is between a member's name and its value.
    pub(crate) colon: &'a str,
    pub(crate) layout: &'a JsonLayout<'a>,
}

impl JsonSnippet {
    /// A string.
    pub(crate) fn string(value: impl Into<String>) -> Self {
        Self::String(value.into())
    }

    /// An object.
    pub(crate) fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Object(
            members
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// The text of the snippet, for a line that is indented by `indent`.
    pub(crate) fn render(&self, style: &Style<'_>, indent: &str) -> String {
        let members = match self {
            Self::String(value) => return quoted(value),
            Self::Object(members) if members.is_empty() => return "{}".to_owned(),
            Self::Object(members) => members,
        };
        let inner = format!("{indent}{}", style.layout.unit);
        let members = members
            .iter()
            .map(|(key, value)| format!("{}{}{}", quoted(key), style.colon, value.render(style, &inner)));
        if style.is_inline {
            let blank = if style.colon == ":" { "" } else { " " };
            let members: Vec<String> = members.collect();
            return format!("{{{blank}{}{blank}}}", members.join(&format!(",{blank}")));
        }
        let line_break = style.layout.line_break;
        let lines: Vec<String> = members.map(|m| format!("{line_break}{inner}{m}")).collect();
        format!("{{{}{line_break}{indent}}}", lines.join(","))
    }
}

/// A JSON string with its quotes.
pub(crate) fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c < ' ' => {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text.push('"');
    text
}
