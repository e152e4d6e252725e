//! The value of an expression, as far as it is known before the run. Source: "Evaluate expressions in workflows and actions"
//! (literals, operators, functions) in GitHub's documentation.

use crate::versions::version::Truth;

/// What a text may be: known, or known only in its beginning. Letter case does not matter to GitHub.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct TextPattern {
    start: String,
    is_whole: bool,
}

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    /// One of these texts.
    Text(Vec<TextPattern>),
    /// A boolean; which one is not known.
    SomeBool,
    /// A list of texts.
    List(Vec<String>),
    /// Something of which only this is known: whether it counts as true.
    Unknown(Truth),
}

impl TextPattern {
    pub(super) fn exactly(text: &str) -> Self {
        Self {
            start: text.to_lowercase(),
            is_whole: true,
        }
    }

    pub(super) fn starting_with(text: &str) -> Self {
        Self {
            start: text.to_lowercase(),
            is_whole: false,
        }
    }

    pub(super) fn equals(&self, other: &Self) -> Truth {
        let could_be = |whole: &Self, other: &Self| whole.start.starts_with(&other.start);
        match (self.is_whole, other.is_whole) {
            (true, true) => Truth::from(self.start == other.start),
            (true, false) if could_be(self, other) => Truth::Maybe,
            (false, true) if could_be(other, self) => Truth::Maybe,
            (false, false) if could_be(self, other) || could_be(other, self) => Truth::Maybe,
            _ => Truth::No,
        }
    }

    fn starts_with(&self, prefix: &str) -> Truth {
        match self.start.starts_with(prefix) {
            true => Truth::Yes,
            false if !self.is_whole && prefix.starts_with(&self.start) => Truth::Maybe,
            false => Truth::No,
        }
    }

    fn contains(&self, part: &str) -> Truth {
        match (self.start.contains(part), self.is_whole) {
            (true, _) => Truth::Yes,
            // A branch name that holds another `refs/` does not occur in practice.
            (false, false) if self.start.starts_with("refs/") && part.starts_with("refs/") => {
                self.starts_with(part)
            }
            (false, true) => Truth::No,
            (false, false) => Truth::Maybe,
        }
    }

    fn ends_with(&self, suffix: &str) -> Truth {
        match self.is_whole {
            true => Truth::from(self.start.ends_with(suffix)),
            false => Truth::Maybe,
        }
    }

    fn truth(&self) -> Truth {
        match (self.start.is_empty(), self.is_whole) {
            (false, _) => Truth::Yes,
            (true, true) => Truth::No,
            (true, false) => Truth::Maybe,
        }
    }

    /// The number that GitHub makes of it; none if that is not known.
    fn number(&self) -> Option<f64> {
        let is_no_number = self
            .start
            .starts_with(|c: char| !c.is_ascii_digit() && !"+-.in ".contains(c));
        match (self.is_whole, self.start.trim()) {
            (true, "") => Some(0.0),
            (true, text) => Some(text.parse().unwrap_or(f64::NAN)),
            (false, _) => is_no_number.then_some(f64::NAN),
        }
    }

    /// Without the first of the prefixes that it starts with.
    pub(super) fn without_prefix(&self, prefixes: &[&str]) -> Self {
        let rest = prefixes.iter().find_map(|prefix| self.start.strip_prefix(prefix));
        Self {
            start: rest.unwrap_or("").to_owned(),
            is_whole: self.is_whole,
        }
    }
}

impl Value {
    pub(super) const UNKNOWN: Self = Self::Unknown(Truth::Maybe);

    /// A known text.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(vec![TextPattern::exactly(text)])
    }

    /// Any text.
    pub(super) fn any_text() -> Self {
        Self::Text(vec![TextPattern::starting_with("")])
    }

    /// Whether it counts as true.
    pub(super) fn truth(&self) -> Truth {
        match self {
            Self::Null => Truth::No,
            Self::Bool(value) => Truth::from(*value),
            Self::Number(value) => Truth::from(*value != 0.0 && !value.is_nan()),
            Self::Text(patterns) => Truth::of_all(patterns.iter().map(TextPattern::truth)),
            Self::SomeBool => Truth::Maybe,
            Self::List(_) => Truth::Yes,
            Self::Unknown(truth) => *truth,
        }
    }

    /// `==`. Values of different kinds are compared as numbers, so that `true == 'true'` does not hold.
    pub(super) fn equals(&self, other: &Self) -> Truth {
        if let (Self::Text(these), Self::Text(those)) = (self, other) {
            let pairs = these
                .iter()
                .flat_map(|one| those.iter().map(|other| one.equals(other)));
            return Truth::of_all(pairs);
        }
        let (Some(these), Some(those)) = (self.numbers(), other.numbers()) else {
            return Truth::Maybe;
        };
        let same = |one: &f64, other: &f64| one.partial_cmp(other) == Some(std::cmp::Ordering::Equal);
        Truth::of_all(
            these
                .iter()
                .flat_map(|one| those.iter().map(move |other| Truth::from(same(one, other)))),
        )
    }

    /// The numbers that GitHub makes of it; none if they are not known.
    fn numbers(&self) -> Option<Vec<f64>> {
        match self {
            Self::Null => Some(vec![0.0]),
            Self::Bool(value) => Some(vec![f64::from(u8::from(*value))]),
            Self::Number(value) => Some(vec![*value]),
            Self::SomeBool => Some(vec![0.0, 1.0]),
            Self::Text(patterns) => patterns.iter().map(TextPattern::number).collect(),
            Self::List(_) => Some(vec![f64::NAN]),
            Self::Unknown(_) => None,
        }
    }

    pub(super) fn starts_with(&self, prefix: &Self) -> Truth {
        self.with_text(prefix, TextPattern::starts_with)
    }

    pub(super) fn ends_with(&self, suffix: &Self) -> Truth {
        self.with_text(suffix, TextPattern::ends_with)
    }

    pub(super) fn contains(&self, part: &Self) -> Truth {
        let Self::List(items) = self else {
            return self.with_text(part, TextPattern::contains);
        };
        let found: Vec<Truth> = items.iter().map(|item| Self::text(item).equals(part)).collect();
        match () {
            () if found.contains(&Truth::Yes) => Truth::Yes,
            () if found.contains(&Truth::Maybe) => Truth::Maybe,
            () => Truth::No,
        }
    }

    /// A question about a text with a known argument.
    fn with_text(&self, argument: &Self, ask: fn(&TextPattern, &str) -> Truth) -> Truth {
        let argument = match argument {
            Self::Text(patterns) => match patterns.as_slice() {
                [
                    TextPattern {
                        start,
                        is_whole: true,
                    },
                ] => start,
                _ => return Truth::Maybe,
            },
            _ => return Truth::Maybe,
        };
        match self {
            Self::Text(patterns) => Truth::of_all(patterns.iter().map(|pattern| ask(pattern, argument))),
            Self::Null => ask(&TextPattern::exactly(""), argument),
            _ => Truth::Maybe,
        }
    }
}
