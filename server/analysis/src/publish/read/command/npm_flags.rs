//! Flags of a publish command that npm 12 does not accept.

use crate::knowledge::npm_flags::is_accepted_by_npm_12;
use crate::syntax::shell::Word;

/// The words that npm 12 would refuse as flags. What a variable makes of a word is not known, and after `--` there is none.
pub(super) fn refused_by_npm_12(words: &[Word]) -> Vec<Word> {
    let words = words.iter().take_while(|word| word.text != "--");
    let flags = words.filter(|word| word.text.starts_with('-') && !is_computed(word));
    let refused = flags.filter(|word| !is_accepted_by_npm_12(&word.text));
    refused.cloned().collect()
}

/// Whether the name of the flag is not written out.
fn is_computed(word: &Word) -> bool {
    let name = word.text.split('=').next().unwrap_or_default();
    name.contains(['$', '`', '*', '{', ' '])
}
