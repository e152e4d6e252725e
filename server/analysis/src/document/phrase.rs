//! Words in a line of a document.

/// Words in a line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Phrase {
    /// The parts, which follow each other without a space.
    pub spans: Vec<Span>,
}

/// A part of a phrase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Span {
    /// Words in which code is in single backquotes. All other markup in them is text.
    Text(String, Tone),
    /// Code, whatever is in it.
    Code(String),
    /// A short name in brackets.
    Tag(String),
    /// The address of a page, which is shown in full.
    Url(String),
    /// Words that lead to a page where the printer can do that.
    Link {
        /// The words.
        text: String,
        /// The address.
        url: String,
    },
    /// A place in a file.
    Place(ShownPlace),
    /// Words that stay on one line if one is long enough, after a space.
    Whole(Phrase),
    /// What follows begins on a line of its own, where lines are the printer's.
    Break,
}

/// How words are colored on a terminal. Markdown shows `Strong` only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    /// Not at all.
    #[default]
    Plain,
    /// Bold.
    Strong,
    /// Green.
    Good,
    /// Red.
    Bad,
    /// Yellow.
    Doubtful,
    /// Dim.
    Faint,
}

/// A place in a file, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownPlace {
    /// The path, as short as it is clear.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: Option<usize>,
    /// The address of the file, for readers that follow links.
    pub url: Option<String>,
}

impl ShownPlace {
    /// `release.yml:12`, or `release.yml:12:7` if the column is known.
    pub fn in_words(&self) -> String {
        match self.column {
            Some(column) => format!("{}:{}:{column}", self.path, self.line),
            None => format!("{}:{}", self.path, self.line),
        }
    }
}

impl From<&str> for Phrase {
    fn from(text: &str) -> Self {
        Self::default().text(text)
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self::default().text(text)
    }
}

impl From<&String> for Phrase {
    fn from(text: &String) -> Self {
        Self::default().text(text)
    }
}

impl Phrase {
    fn with(mut self, span: Span) -> Self {
        self.spans.push(span);
        self
    }

    /// Adds words.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.toned(Tone::Plain, text)
    }

    /// Adds words with a tone.
    pub fn toned(self, tone: Tone, text: impl Into<String>) -> Self {
        self.with(Span::Text(text.into(), tone))
    }

    /// Adds code.
    pub fn code(self, text: impl Into<String>) -> Self {
        self.with(Span::Code(text.into()))
    }

    /// Adds a short name in brackets.
    pub fn tag(self, text: impl Into<String>) -> Self {
        self.with(Span::Tag(text.into()))
    }

    /// Adds the address of a page.
    pub fn url(self, url: impl Into<String>) -> Self {
        self.with(Span::Url(url.into()))
    }

    /// Adds words that lead to a page.
    pub fn link(self, text: impl Into<String>, url: impl Into<String>) -> Self {
        self.with(Span::Link {
            text: text.into(),
            url: url.into(),
        })
    }

    /// Adds a place in a file.
    pub fn place(self, place: ShownPlace) -> Self {
        self.with(Span::Place(place))
    }

    /// Adds words that stay on one line, after a space.
    pub fn whole(self, words: impl Into<Self>) -> Self {
        self.with(Span::Whole(words.into()))
    }

    /// Begins a line.
    pub fn line_break(self) -> Self {
        self.with(Span::Break)
    }

    /// The same words in one tone.
    pub fn with_tone(mut self, of_all: Tone) -> Self {
        for span in &mut self.spans {
            if let Span::Text(_, tone) = span {
                *tone = of_all;
            }
        }
        self
    }

    /// Phrases with a line each.
    pub fn lines(phrases: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        let mut lines = Self::default();
        for phrase in phrases {
            if !lines.is_empty() {
                lines.spans.push(Span::Break);
            }
            lines.spans.extend(phrase.into().spans);
        }
        lines
    }

    /// Whether it has no words.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}
