//! `run:` scripts: the simple commands in a shell script, with ranges.
//!
//! This is no shell: it finds commands, words, assignments and the operators between them, and it keeps
//! `${{ }}` inside words together. It reads bash and sh, and PowerShell and cmd as far as their command lines
//! look the same.

mod compound;
mod heredocs;
mod inner;
mod lexer;
mod split;
#[cfg(test)]
mod tests;
mod words;

pub use split::split_script;

use crate::text::TextRange;

/// The commands of a script, in text order, also those inside `if`, loops, functions, subshells and
/// command substitutions.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// The commands.
    pub commands: Vec<Command>,
}

/// A simple command.
#[derive(Clone, Debug)]
pub struct Command {
    /// From the first assignment or word to the end of the last word or redirection, in the script's text.
    pub range: TextRange,
    /// `NAME=value` in front of the command (or alone on a line).
    pub assignments: Vec<Assignment>,
    /// The command's name and arguments.
    pub words: Vec<Word>,
    /// `<`, `>`, `>>`, `<<` and so on.
    pub redirects: Vec<Redirect>,
    /// How the command is tied to the one before it.
    pub joined: Joined,
    /// The subshells, `(…)`, `$(…)` and pipelines, that enclose the command, outermost first: each has a number
    /// of its own. What `cd` or `export` does ends with the innermost.
    pub subshells: Vec<u32>,
    /// Whether the command may be left out: it stands in `if`, `case`, a loop, a function, or behind `&&`/`||`.
    pub is_conditional: bool,
    /// Whether a failure is hidden: `|| true`, `|| echo …`, or the command is the condition of an `if`.
    pub failure_is_ignored: bool,
}

/// `NAME=value`.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Word,
    /// From the name to the end of the value.
    pub range: TextRange,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub struct Word {
    /// The word with its quotes, in the script's text.
    pub range: TextRange,
    /// The text after quote removal; `$NAME`, `$(…)` and `${{ … }}` are left as they stand.
    pub text: String,
    /// Whether the text holds something that only the run knows: `$…`, backticks, `${{ }}`, an unquoted glob.
    pub is_dynamic: bool,
}

/// A redirection.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `<<`, `<<<`, `&>`, with the file descriptor left out.
    pub operator: String,
    /// The file, or the text of a here-document or here-string.
    pub target: Word,
}

/// How a command is tied to the one before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Joined {
    /// It starts a list: a new line, `;`, `&`, or the first command.
    Start,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
}

impl Command {
    /// The text of word `n`, the command's name being 0.
    pub fn word(&self, n: usize) -> Option<&str> {
        self.words.get(n).map(|word| word.text.as_str())
    }
}
