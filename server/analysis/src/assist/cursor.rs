//! Where the cursor is in a YAML file: under which keys, beside which, in a key or in a value.

use crate::text::TextRange;

/// Where the cursor is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cursor {
    /// The mappings around it, the outermost first. Items of sequences have no level of their own.
    pub(crate) path: Vec<CursorLevel>,
    /// What is being typed.
    pub(crate) typed: Typed,
    /// The text that a completion replaces: from the start of the word to the cursor.
    pub(crate) replace: TextRange,
}

/// A mapping around the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CursorLevel {
    /// The key that leads to it; empty for that of the whole file.
    pub(crate) key: String,
    /// Its entries but for the one with the cursor, as far as they are told by their first lines.
    pub(crate) entries: Vec<CursorEntry>,
}

/// An entry of a mapping.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CursorEntry {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// What is being typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Typed {
    /// A key.
    Key,
    /// The value of this key.
    Value(String),
}

impl Cursor {
    /// The keys that lead to the innermost mapping.
    pub(crate) fn keys(&self) -> Vec<&str> {
        self.path.iter().skip(1).map(|level| level.key.as_str()).collect()
    }

    /// Whether there is nothing else in the file.
    pub(crate) fn is_alone(&self) -> bool {
        matches!(self.path.as_slice(), [file] if file.entries.is_empty())
    }

    /// Whether the innermost mapping has an entry with this key.
    pub(crate) fn has_sibling(&self, key: &str) -> bool {
        self.path
            .last()
            .is_some_and(|level| level.entries.iter().any(|entry| entry.key == key))
    }

    /// The value of an entry of the mapping under `key`, the innermost of that name.
    pub(crate) fn value_under(&self, key: &str, entry: &str) -> Option<&str> {
        let level = self.path.iter().rev().find(|level| level.key == key)?;
        let entry = level.entries.iter().find(|other| other.key == entry)?;
        Some(&entry.value)
    }
}

/// Where the cursor is; none in a comment, in a script, and where there is nothing to complete.
pub(crate) fn cursor_at(text: &str, offset: usize) -> Option<Cursor> {
    let before = text.get(..offset)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let lines: Vec<Line<'_>> = text.lines().map(Line::new).collect();
    let number = before.matches('\n').count();
    let typed_line = Line::new(before.get(line_start..)?);
    if typed_line.is_comment() {
        return None;
    }
    let above = lines.get(..number)?;
    let below = lines.get(number + 1..).unwrap_or_default();
    let path = surroundings(above, below, &typed_line)?;
    let word_start = |word: &str| TextRange::new(offset - word.len(), offset);
    let content = typed_line.content;
    let Some((key, value)) = split_entry(content) else {
        return Some(Cursor {
            path,
            typed: Typed::Key,
            replace: word_start(content),
        });
    };
    if let Some(inside) = value.strip_prefix('{') {
        return in_braces(inside, key, path, word_start);
    }
    // A block scalar or a comment after the value.
    if value.starts_with(['|', '>', '[']) || value.contains(" #") {
        return None;
    }
    Some(Cursor {
        path,
        typed: Typed::Value(key.to_owned()),
        replace: word_start(value.trim_start_matches(['\'', '"'])),
    })
}

/// `permissions: { contents: read, id-t`
fn in_braces(
    inside: &str,
    key: &str,
    mut path: Vec<CursorLevel>,
    word_start: impl Fn(&str) -> TextRange,
) -> Option<Cursor> {
    if inside.contains(['{', '}']) {
        return None;
    }
    let mut entries: Vec<&str> = inside.split(',').collect();
    let last = entries.pop()?.trim_start();
    let entries = entries.into_iter();
    path.push(CursorLevel {
        key: key.to_owned(),
        entries: entries
            .filter_map(|entry| split_entry(entry.trim()))
            .map(CursorEntry::new)
            .collect(),
    });
    let (typed, word) = match split_entry(last) {
        Some((key, value)) => (Typed::Value(key.to_owned()), value),
        None => (Typed::Key, last),
    };
    Some(Cursor {
        path,
        typed,
        replace: word_start(word),
    })
}

/// The mappings around a line, the outermost first. None inside a block scalar.
fn surroundings(above: &[Line<'_>], below: &[Line<'_>], typed: &Line<'_>) -> Option<Vec<CursorLevel>> {
    let mut path = Vec::new();
    let mut entries = entries_below(below, typed.column);
    // The column of the mapping that is being read upwards, or of the dash before its first entry.
    let mut column = typed.dash.unwrap_or(typed.column);
    let mut is_behind_dash = typed.dash.is_some();
    for line in above
        .iter()
        .rev()
        .filter(|line| !line.is_blank() && !line.is_comment())
    {
        // The items of a sequence may be at the column of its key.
        let is_parent = match line.dash {
            None if is_behind_dash => line.column <= column,
            _ => line.column < column,
        };
        if is_parent {
            let (key, value) = split_entry(line.content)?;
            // With a value of its own it is not a parent: the cursor's line goes on with that value, as a script does.
            if !value.is_empty() && !value.starts_with(['#', '&']) {
                return None;
            }
            path.push(CursorLevel {
                key: key.to_owned(),
                entries: std::mem::take(&mut entries),
            });
        } else if is_behind_dash || line.column != column {
            continue;
        }
        if !is_parent {
            entries.extend(split_entry(line.content).map(CursorEntry::new));
        }
        column = line.dash.unwrap_or(line.column);
        is_behind_dash = line.dash.is_some();
    }
    path.push(CursorLevel {
        key: String::new(),
        entries,
    });
    path.reverse();
    Some(path)
}

/// The entries of the same mapping below the cursor's line.
fn entries_below(below: &[Line<'_>], column: usize) -> Vec<CursorEntry> {
    below
        .iter()
        .filter(|line| !line.is_blank() && !line.is_comment())
        .take_while(|line| line.dash.unwrap_or(line.column) >= column)
        .filter(|line| line.column == column)
        .filter_map(|line| split_entry(line.content))
        .map(CursorEntry::new)
        .collect()
}

impl CursorEntry {
    fn new((key, value): (&str, &str)) -> Self {
        let value = value.split(" #").next().unwrap_or("").trim();
        Self {
            key: key.to_owned(),
            value: value.trim_matches(['\'', '"']).to_owned(),
        }
    }
}

/// A line of YAML.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    /// The column of its content, after the dashes of sequences.
    column: usize,
    /// The column of its first dash.
    dash: Option<usize>,
    /// What is there.
    content: &'a str,
}

impl<'a> Line<'a> {
    fn new(line: &'a str) -> Self {
        let mut content = line.trim_start_matches(' ');
        let mut column = line.len() - content.len();
        let mut dash = None;
        while let Some(rest) = content.strip_prefix('-').filter(|rest| rest.starts_with(' ')) {
            dash = dash.or(Some(column));
            let inner = rest.trim_start_matches(' ');
            column += content.len() - inner.len();
            content = inner;
        }
        Self {
            column,
            dash,
            content,
        }
    }

    fn is_blank(&self) -> bool {
        self.content.trim().is_empty()
    }

    fn is_comment(&self) -> bool {
        self.content.starts_with('#')
    }
}

/// The key and the value of `key: value`, without the blanks around the value.
fn split_entry(content: &str) -> Option<(&str, &str)> {
    let (key, value) = content.split_once(':')?;
    let is_entry = value.is_empty() || value.starts_with([' ', '\t']);
    let key = key.trim().trim_matches(['\'', '"']);
    (is_entry && !key.is_empty()).then(|| (key, value.trim_start()))
}
