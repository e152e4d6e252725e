use super::scalar::{Quoting, written};
use super::style::YamlLayout;
use crate::edit::Refused;
use crate::syntax::yaml::ScalarStyle;

/// A value to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum YamlSnippet {
    /// A single value; quoted where it has to be.
    Scalar(String),
    /// A mapping with its entries in order.
    Mapping(Vec<(String, Self)>),
}

impl YamlSnippet {
    /// The value in one line, mappings in brackets.
    pub(crate) fn flow(&self, is_in_flow: bool) -> Result<String, Refused> {
        match self {
            Self::Scalar(value) => scalar(value, is_in_flow),
            Self::Mapping(entries) if entries.is_empty() => Ok("{}".to_owned()),
            Self::Mapping(entries) => {
                let entries: Result<Vec<String>, Refused> = entries
                    .iter()
                    .map(|(key, value)| flow_entry(key, value))
                    .collect();
                Ok(format!("{{ {} }}", entries?.join(", ")))
            }
        }
    }
}

/// An entry of a mapping in brackets.
pub(crate) fn flow_entry(key: &str, value: &YamlSnippet) -> Result<String, Refused> {
    Ok(format!("{}: {}", scalar(key, true)?, value.flow(true)?))
}

/// How the lines of a block are written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'t> {
    pub(crate) layout: YamlLayout<'t>,
    /// The number of spaces that one level of indentation adds.
    pub(crate) unit: usize,
}

impl Block<'_> {
    /// An entry in `column`, without the spaces in front of its first line.
    pub(crate) fn entry(&self, key: &str, value: &YamlSnippet, column: usize) -> Result<String, Refused> {
        let key = scalar(key, false)?;
        match value {
            YamlSnippet::Mapping(entries) if !entries.is_empty() => {
                let lines = self.lines(entries, column + self.unit)?;
                Ok(format!("{key}:{lines}"))
            }
            value => Ok(format!("{key}: {}", value.flow(false)?)),
        }
    }

    /// Entries in `column`, with a line break in front of each.
    pub(crate) fn lines(&self, entries: &[(String, YamlSnippet)], column: usize) -> Result<String, Refused> {
        let mut lines = String::new();
        for (key, value) in entries {
            lines.push_str(&self.layout.new_line(column));
            lines.push_str(&self.entry(key, value, column)?);
        }
        Ok(lines)
    }

    /// An item whose `-` is in `column` and whose content follows after `gap` spaces.
    pub(crate) fn item(&self, value: &YamlSnippet, column: usize, gap: usize) -> Result<String, Refused> {
        let content = match value {
            YamlSnippet::Mapping(entries) if !entries.is_empty() => {
                let lines = self.lines(entries, column + 1 + gap)?;
                lines.trim_start().to_owned()
            }
            value => value.flow(false)?,
        };
        Ok(format!("-{}{content}", " ".repeat(gap)))
    }
}

fn scalar(value: &str, is_in_flow: bool) -> Result<String, Refused> {
    written(value, ScalarStyle::Plain, Quoting::Keep, is_in_flow)
}
