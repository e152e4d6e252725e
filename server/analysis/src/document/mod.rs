//! A text for people, without the form in which it is printed.
//!
//! What comes from a repository, a log or a registry goes into the model as it is. Each printer makes it harmless for where it is
//! shown: [`markdown`] and [`plain`] here, and the terminal's in `server/cli`. Nothing else writes Markdown or colors.

mod escape;
mod markdown;
mod ours;
mod phrase;
mod plain;
#[cfg(test)]
mod tests;

pub use markdown::markdown;
pub use ours::{first_paragraph, own_blocks};
pub use phrase::{Phrase, ShownPlace, Span, Tone};
pub use plain::plain;

/// A whole answer: the output of a command, or a hover.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// The heading of the page. A terminal leaves it out, because the command that was typed says the same.
    pub title: Option<&'static str>,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// A heading with what belongs to it.
    Section(Section),
    /// Sentences.
    Paragraph(Phrase),
    /// Sentences after a label, such as `error` or `Fix`.
    Labelled {
        /// The label, without its colon.
        label: &'static str,
        /// The label's tone.
        tone: Tone,
        /// The sentences.
        text: Phrase,
    },
    /// A list.
    List(Vec<Item>),
    /// Names with their values.
    Fields(Vec<Field>),
    /// Rows under a head. The rows have as many cells as the head.
    Table {
        /// The head.
        head: Vec<Phrase>,
        /// The rows.
        rows: Vec<Vec<Phrase>>,
    },
    /// Lines of code.
    Code {
        /// The language, as after a code fence.
        language: String,
        /// The lines.
        text: String,
        /// Whether the code is trustpub's own: a token in its examples is not a secret.
        is_ours: bool,
    },
    /// A line between the parts of a document.
    Separator,
}

/// A heading with what belongs to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// The heading.
    pub heading: Phrase,
    /// What is shown beside the heading where there is room, and below it otherwise.
    pub aside: Option<Phrase>,
    /// What belongs to it.
    pub blocks: Vec<Block>,
}

/// An entry of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// What it begins with.
    pub mark: Mark,
    /// Its words.
    pub text: Phrase,
    /// What belongs to it.
    pub blocks: Vec<Block>,
}

/// What an entry of a list begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Nothing on a terminal.
    None,
    /// A dash.
    Dash,
    /// An arrow on a terminal: it leads to a place.
    Arrow,
    /// A box to tick.
    Box,
}

/// A name with its value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// What the value means.
    pub sign: Option<Sign>,
    /// The name.
    pub label: &'static str,
    /// The value.
    pub value: Phrase,
    /// The place that the value comes from.
    pub place: Option<ShownPlace>,
}

/// What a value means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sign {
    /// As it must be.
    Good,
    /// Wrong.
    Bad,
    /// Unknown.
    Unknown,
    /// Neither good nor bad.
    Neutral,
}

impl Document {
    /// A document without a heading.
    pub fn new(blocks: Vec<Block>) -> Self {
        Self { title: None, blocks }
    }

    /// A document with a heading.
    pub fn titled(title: &'static str, blocks: Vec<Block>) -> Self {
        Self {
            title: Some(title),
            blocks,
        }
    }
}

impl Block {
    /// Sentences.
    pub fn paragraph(text: impl Into<Phrase>) -> Self {
        Self::Paragraph(text.into())
    }

    /// A heading with what belongs to it.
    pub fn section(heading: impl Into<Phrase>, blocks: Vec<Self>) -> Self {
        Self::Section(Section {
            heading: heading.into(),
            aside: None,
            blocks,
        })
    }

    /// Sentences after a label.
    pub fn labelled(label: &'static str, tone: Tone, text: impl Into<Phrase>) -> Self {
        Self::Labelled {
            label,
            tone,
            text: text.into(),
        }
    }

    /// Rows under a head.
    pub fn table<const N: usize>(
        head: [&'static str; N],
        rows: impl IntoIterator<Item = [Phrase; N]>,
    ) -> Self {
        Self::Table {
            head: head.map(Phrase::from).to_vec(),
            rows: rows.into_iter().map(Vec::from).collect(),
        }
    }

    /// Lines of code that are not trustpub's own.
    pub fn code(language: &str, text: impl Into<String>) -> Self {
        Self::Code {
            language: language.to_owned(),
            text: text.into(),
            is_ours: false,
        }
    }

    /// A list with dashes.
    pub fn list(items: impl IntoIterator<Item = impl Into<Phrase>>) -> Self {
        Self::List(
            items
                .into_iter()
                .map(|item| Item::new(Mark::Dash, item))
                .collect(),
        )
    }
}

impl Item {
    /// An entry without anything below it.
    pub fn new(mark: Mark, text: impl Into<Phrase>) -> Self {
        Self {
            mark,
            text: text.into(),
            blocks: Vec::new(),
        }
    }
}

impl Field {
    /// A name with its value.
    pub fn new(label: &'static str, value: impl Into<Phrase>) -> Self {
        Self {
            sign: None,
            label,
            value: value.into(),
            place: None,
        }
    }
}

impl Sign {
    /// The sign as a character; `neutral` where there is nothing to say.
    pub fn shown(self, neutral: &'static str) -> &'static str {
        match self {
            Self::Good => "✓",
            Self::Bad => "✗",
            Self::Unknown => "?",
            Self::Neutral => neutral,
        }
    }

    /// The tone of the sign.
    pub fn tone(self) -> Tone {
        match self {
            Self::Good => Tone::Good,
            Self::Bad => Tone::Bad,
            Self::Unknown => Tone::Doubtful,
            Self::Neutral => Tone::Plain,
        }
    }
}
