//! JavaScript and TypeScript: which commands a module may start, which functions it may call, and which other modules it
//! loads for that.
//! This is not a parser. It splits a module into its statements, and knows of each what it defines and which names it
//! mentions. That tells what may run if the module is loaded or one of its functions is called: a function whose name
//! nothing mentions does not run. Where the text is not understood, everything in it may run.

mod arguments;
mod modules;
mod properties;
mod reach;
mod statements;
mod tokens;

use std::collections::BTreeSet;

pub(crate) use properties::{CodeValue, property_of_code};
pub(crate) use reach::{LoadedModule, Reached, Uses};

use modules::{Export, Import};
use tokens::Token;

/// A module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    statements: Vec<Statement>,
    imports: Vec<Import>,
    exports: Vec<Export>,
}

/// A statement at the top level of a module.
#[derive(Clone, Debug, Default)]
struct Statement {
    /// The function or class that it does nothing but define. Any other statement runs when the module is loaded.
    defines: Option<String>,
    /// The names in it, each with the member that is taken of it: `lib` and `publish` for `lib.publish`.
    mentions: BTreeSet<(String, Option<String>)>,
    commands: Vec<CodeCommand>,
    calls: BTreeSet<CodeCall>,
}

/// A text that may be a command, as a shell would read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct CodeCommand {
    /// The command. What only the run knows is `${…}`.
    pub line: String,
    /// Whether the code hands it to a function that starts programs.
    pub is_started: bool,
}

/// A call of a function or a method.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct CodeCall {
    /// The name that it begins with: `client` in `client.publish()`.
    pub root: String,
    /// The function: `publish`.
    pub function: String,
    /// Whether its arguments ask for a dry run: `{ dryRun: true }`.
    pub is_dry_run: bool,
}

/// A word of code: a name, or a text without its quotes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CodeWord<'t> {
    Name(&'t str),
    Text(&'t str),
    /// A bracket or any other sign.
    Sign(u8),
}

/// The words of code, without its comments.
pub(crate) fn words_of_code(text: &str) -> Vec<CodeWord<'_>> {
    let tokens = tokens::tokens(text).into_iter();
    let words = tokens.map(|placed| match placed.token {
        Token::Word(name) => CodeWord::Name(name),
        Token::Text(text) | Token::Template(text) => CodeWord::Text(text),
        Token::Sign(sign) => CodeWord::Sign(sign),
    });
    words.collect()
}

impl Code {
    /// Reads a module.
    pub(crate) fn read(text: &str) -> Self {
        statements::read(&tokens::tokens(text))
    }
}
