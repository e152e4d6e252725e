//! The words of a phrase, and the lines that they make.

use trustpub_analysis::document::{Phrase, Span, Tone};
use trustpub_analysis::printable;

/// Text in one tone, in which nothing is left that a terminal obeys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    pub(super) tone: Tone,
    pub(super) text: String,
}

impl Piece {
    pub(super) fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            tone,
            text: text.into(),
        }
    }
}

/// The columns that pieces take.
pub(super) fn width_of(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| piece.text.chars().count()).sum()
}

/// Words that are not broken: they follow each other without a space.
type Word = Vec<Piece>;

enum Token {
    Word(Word),
    /// Words that stay together if they can.
    Group(Vec<Word>),
    Break,
}

/// The phrase on one line, its plain words in a tone.
pub(super) fn on_one_line(phrase: &Phrase, plain: Tone) -> Vec<Piece> {
    let mut pieces = lines(phrase, usize::MAX).concat();
    for piece in &mut pieces {
        if piece.tone == Tone::Plain {
            piece.tone = plain;
        }
    }
    pieces
}

/// The phrase in lines of so many columns, broken between words. A longer word has a line of its own.
pub(super) fn lines(phrase: &Phrase, width: usize) -> Vec<Vec<Piece>> {
    let mut lines = Lines {
        width,
        done: Vec::new(),
        line: Vec::new(),
    };
    for token in tokens(phrase) {
        match token {
            Token::Word(word) => lines.push(word),
            Token::Break => lines.end(),
            Token::Group(words) => {
                let spaces = words.len().saturating_sub(1);
                let needed = words.iter().map(|word| width_of(word)).sum::<usize>() + spaces;
                if !lines.has_room(needed) {
                    lines.end();
                }
                for word in words {
                    lines.push(word);
                }
            }
        }
    }
    lines.end();
    lines.done
}

struct Lines {
    width: usize,
    done: Vec<Vec<Piece>>,
    line: Vec<Piece>,
}

impl Lines {
    fn has_room(&self, needed: usize) -> bool {
        width_of(&self.line).saturating_add(1 + needed) <= self.width
    }

    fn push(&mut self, word: Word) {
        if !self.line.is_empty() {
            if self.has_room(width_of(&word)) {
                // The space belongs to the words around it.
                let tone = match (self.line.last(), word.first()) {
                    (Some(last), Some(first)) if last.tone == first.tone => first.tone,
                    _ => Tone::Plain,
                };
                self.line.push(Piece::new(tone, " "));
            } else {
                self.end();
            }
        }
        self.line.extend(word);
    }

    fn end(&mut self) {
        if !self.line.is_empty() {
            self.done.push(std::mem::take(&mut self.line));
        }
    }
}

fn tokens(phrase: &Phrase) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut word = Word::new();
    let end = |word: &mut Word, tokens: &mut Vec<Token>| {
        if !word.is_empty() {
            tokens.push(Token::Word(std::mem::take(word)));
        }
    };
    for span in &phrase.spans {
        match span {
            Span::Break => {
                end(&mut word, &mut tokens);
                tokens.push(Token::Break);
            }
            Span::Whole(part) => {
                end(&mut word, &mut tokens);
                let words = self::tokens(part).into_iter().filter_map(|token| match token {
                    Token::Word(word) => Some(word),
                    Token::Group(_) | Token::Break => None,
                });
                tokens.push(Token::Group(words.collect()));
            }
            span => {
                let (tone, text) = shown(span);
                let keeps_spaces = matches!(span, Span::Code(_));
                for (at, part) in parts(&text, keeps_spaces).enumerate() {
                    if at > 0 {
                        end(&mut word, &mut tokens);
                    }
                    if !part.is_empty() {
                        word.push(Piece::new(tone, part));
                    }
                }
            }
        }
    }
    end(&mut word, &mut tokens);
    tokens
}

/// What a part of a phrase looks like.
fn shown(span: &Span) -> (Tone, String) {
    let (tone, text) = match span {
        Span::Text(text, tone) => (*tone, printable(text)),
        Span::Code(text) | Span::Url(text) | Span::Link { text, .. } => (Tone::Plain, printable(text)),
        Span::Tag(text) => return (Tone::Faint, format!("[{}]", printable(text))),
        Span::Place(place) => return (Tone::Plain, printable(&place.in_words()).into_owned()),
        Span::Whole(_) | Span::Break => return (Tone::Plain, String::new()),
    };
    (tone, text.into_owned())
}

/// The text between single spaces. Where it keeps them, all but the last of several stay at the word before them.
fn parts(text: &str, keeps_spaces: bool) -> Box<dyn Iterator<Item = &str> + '_> {
    if !keeps_spaces {
        return Box::new(text.split(' '));
    }
    let mut rest = Some(text);
    Box::new(std::iter::from_fn(move || {
        let text = rest?;
        let spaces = text.match_indices(' ');
        let last = spaces
            .map(|(at, _)| at)
            .find(|at| !text.get(at + 1..).is_some_and(|behind| behind.starts_with(' ')));
        let split = last.and_then(|at| text.split_at_checked(at));
        rest = split.and_then(|(_, behind)| behind.get(1..));
        Some(split.map_or(text, |(part, _)| part))
    }))
}
