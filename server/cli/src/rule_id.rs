//! The ids of rules as values of options: checked by clap, and offered by the completions of shells.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};
use similar::TextDiff;
use trustpub_analysis::rules::{rule, rules};

use crate::output::printable;

/// Takes the id of a rule. Its error is shorter than clap's own, which would list all rules.
#[derive(Clone)]
pub(crate) struct RuleIdParser;

impl TypedValueParser for RuleIdParser {
    type Value = String;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        let id = StringValueParser::new().parse_ref(command, argument, value)?;
        if rule(&id).is_some() {
            return Ok(id);
        }
        let message = format!("{}\n", unknown_rule(&id));
        Err(Error::raw(ErrorKind::ValueValidation, message).with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = rules().iter();
        Some(Box::new(
            values.map(|rule| PossibleValue::new(rule.id).help(rule.summary)),
        ))
    }
}

/// What, why and what to do about an id that is none.
pub(crate) fn unknown_rule(id: &str) -> String {
    let known = rules().iter().map(|rule| rule.id);
    let hint = match nearest(id, known) {
        Some(nearest) => format!("Did you mean `{nearest}`?"),
        None => "`trustpub rules` lists the rules.".to_owned(),
    };
    format!("there is no rule `{}`. {hint}", printable(id))
}

/// The most similar of some words, if it is similar enough for a slip of the finger.
fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    const SIMILAR: f32 = 0.7;
    words
        .map(|known| (TextDiff::from_chars(word, known).ratio(), known))
        .filter(|(ratio, _)| *ratio >= SIMILAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_understood() {
        let near = |word| nearest(word, ["id-token-missing", "always-auth"].into_iter());
        assert_eq!(near("id-token-mising"), Some("id-token-missing"));
        assert_eq!(near("always_auth"), Some("always-auth"));
        assert_eq!(near("provenance"), None);
    }
}
