//! `run:` scripts: the simple commands in a shell script, with ranges.
//! This is not a shell: it finds commands, words, assignments and the operators between them, and it keeps
//! `${{ }}` inside words together. It reads bash and sh, and PowerShell and cmd as far as their command lines
//! look the same.

mod split;
mod variable;

use std::sync::Arc;
use variable::with_variables_of_cmd;
pub(crate) use variable::{variable_name, variable_of_cmd};

pub(crate) use split::{arguments_on_input, is_shell, list_of_power_shell, split_script};

use crate::text::TextRange;

/// The commands of a script, in text order, also those inside `if`, loops, functions, subshells and
/// command substitutions, and those of `bash -c '…'` and `eval`. Those that certainly never run are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    /// The commands.
    pub commands: Vec<Command>,
}

/// A simple command.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    /// From the first assignment or word to the end of the last word or redirection, in the script's text.
    /// The text of a here-document is not part of it.
    pub range: TextRange,
    /// `NAME=value` in front of the command (or alone on a line), and in front of the `bash -c` around it.
    pub assignments: Vec<Assignment>,
    /// The command's name and arguments.
    pub words: Vec<Word>,
    /// `<`, `>`, `>>`, `<<` and so on, also those of the group `{ … } > file` around it.
    pub redirects: Vec<Redirect>,
    /// The subshells, `(…)`, `$(…)`, `bash -c` and parts of pipelines, that enclose the command, outermost
    /// first: each has a number of its own. What `cd` or `export` does ends with the innermost.
    pub subshells: Vec<u32>,
    /// Whether the command may be left out: it is in `if`, `case`, a loop, or after `&&`/`||`. In a function,
    /// whether a call of the function may leave it out.
    pub is_conditional: bool,
    /// The branches, loops and lists that decide whether the command runs, outermost first: each has a number of its own. Where
    /// one command of a branch runs, all of them do, unless one fails.
    pub branches: Vec<u32>,
    /// The function in whose body the command is: it runs where that is called.
    pub function: Option<Arc<str>>,
    /// Whether only some runs define that function: `if …; then npm() { … }; fi`.
    pub is_chosen_function: bool,
    /// Whether a failure is hidden: `|| true`, `|| echo …`, or the command is the condition of an `if` that
    /// never leaves the script.
    pub failure_is_ignored: bool,
    /// Whether another command reads its output. Its failure then counts only with `pipefail`.
    pub is_piped: bool,
    /// What follows from a failure.
    pub on_failure: OnFailure,
    /// What else certainly follows from a failure, since something looks at it.
    pub guard: Option<Guard>,
    /// Whether it is all that the command around it runs: `bash -c "npm whoami"`.
    pub is_whole_inner: bool,
    /// The words in front of the shell that runs the command: `sudo -E` in `sudo -E bash -c 'npm publish'`.
    pub wrappers: Vec<Word>,
    /// Whether it certainly never runs: `if false; then …`, `false && …`, or after an `exit`.
    pub never_runs: bool,
    /// The `for` loops around the command, outermost first. None is told where a branch is between a loop and
    /// the command, or a test in the loop, since then it does not run for every value.
    pub loops: Vec<Arc<Loop>>,
}

/// What a failure of a command does to its script.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OnFailure {
    /// The script ends if it stops at its first error (`set -e`), also from within `(…)` and `{ …; }`.
    EndsScript,
    /// The rest of the list is left out, since an `&&` follows. The script goes on after it, whatever `set -e` says.
    SkipsList,
    /// It cannot be told: something looks at the failure (`||`, `if`), or the command is in a loop, a branch, a function, a
    /// substitution, a pipeline or the background, or in a list inside of a group.
    Unknown,
}

/// What depends on the success of a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Guard {
    /// The script ends and fails, whatever `set -e` says: `|| exit 1`.
    Exits,
    /// What is here is left out: `&& npm publish`, `if …; then npm publish; fi`.
    Skips(TextRange),
}

/// `for NAME in WORDS`.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    /// The variable.
    pub name: String,
    /// Its values.
    pub values: Vec<Word>,
}

/// `NAME=value`.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Word,
    /// From the name to the end of the value.
    pub range: TextRange,
}

/// A word of a command.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// The word with its quotes, in the script's text.
    pub range: TextRange,
    /// The text after quote removal; `$NAME`, `$(…)` and `${{ … }}` are left as they are written. `%NAME%` of cmd is `${NAME}`.
    pub text: String,
    /// Whether the text holds something that only the run knows: `$…`, backticks, `${{ }}`, an unquoted glob.
    pub is_dynamic: bool,
    /// Where `text` is in the script, when it is there unchanged: the word without its quotes. None
    /// where escapes or several quoted pieces make the text differ from the source.
    pub inner: Option<TextRange>,
}

/// A redirection.
#[derive(Clone, Debug)]
pub(crate) struct Redirect {
    /// `>`, `>>`, `<`, `<<`, `<<<`, `&>`, with the file descriptor left out.
    pub operator: String,
    /// The file, or the text of a here-document or here-string.
    pub target: Word,
}

impl Command {
    /// The text of word `n`, the command's name being 0.
    pub(crate) fn word(&self, n: usize) -> Option<&str> {
        self.words.get(n).map(|word| word.text.as_str())
    }
}
