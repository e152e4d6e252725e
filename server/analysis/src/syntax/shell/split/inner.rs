//! Scripts inside scripts: `bash -c '…'`, `eval "…"`, and `bash <<EOF`.

use super::super::{Command, Word};
use super::{Closer, MAX_COPIED_TEXT, MAX_DEPTH, Splitter};
use crate::text::TextRange;

/// How many words and assignments every inner command gets from the command around it.
const MAX_COPIES: usize = 32;

const SHELLS: [&str; 8] = [
    "bash",
    "sh",
    "zsh",
    "dash",
    "ksh",
    "pwsh",
    "powershell",
    "busybox",
];

/// Commands that run the command after them, so that a `bash -c` there counts.
const WRAPPERS: [&str; 22] = [
    "sudo",
    "doas",
    "env",
    "command",
    "exec",
    "time",
    "nice",
    "nohup",
    "timeout",
    "xargs",
    "docker",
    "podman",
    "retry",
    "stdbuf",
    "xvfb-run",
    "nix",
    "nix-shell",
    "devbox",
    "cross-env",
    "dotenv",
    "npx",
    "script",
];

/// The script that a command's words hold.
struct InnerScript {
    /// The words that hold it, from and to.
    words: (usize, usize),
    /// How many words are in front of the shell.
    wrappers: usize,
}

impl Splitter<'_> {
    /// Reads the script in the words of a command that was just read.
    pub(crate) fn read_inner_script(&mut self, index: usize) {
        if self.is_muted || self.depth >= MAX_DEPTH {
            return;
        }
        let Some(command) = self.commands.get(index) else {
            return;
        };
        let Some(inner) = find_inner_script(&command.words) else {
            return;
        };
        let words = command
            .words
            .get(inner.words.0..inner.words.1)
            .unwrap_or_default();
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return;
        };
        let range = first.range.cover(last.range);
        let text = match words {
            [word] => word.text.clone(),
            _ => words
                .iter()
                .map(|word| word.text.as_str())
                .collect::<Vec<_>>()
                .join(" "),
        };
        let standing = match words {
            [word] => word.inner,
            _ => (range.slice(self.script) == text).then_some(range),
        };
        let is_single_quoted = range.slice(self.script).starts_with('\'');
        let outer = command.clone();
        self.read_inner(&outer, inner.wrappers, &text, range, standing, !is_single_quoted);
    }

    /// Reads the here-document of `bash <<EOF` as a script.
    pub(crate) fn read_script_on_input(&mut self, index: usize) {
        if self.is_muted || self.depth >= MAX_DEPTH {
            return;
        }
        let Some(command) = self.commands.get(index) else {
            return;
        };
        let is_shell = command.words.iter().enumerate().all(|(n, word)| match n {
            0 => is_shell(&word.text),
            _ => word.text.starts_with('-') && !has_command_flag(&word.text),
        });
        if !is_shell || command.words.is_empty() {
            return;
        }
        let Some(body) = command
            .redirects
            .iter()
            .rfind(|redirect| redirect.operator == "<<")
            .map(|redirect| redirect.target.clone())
        else {
            return;
        };
        let outer = command.clone();
        self.read_inner(&outer, 0, &body.text, body.range, body.inner, false);
    }

    /// Reads a text as a script that runs in place of `outer`.
    fn read_inner(
        &mut self,
        outer: &Command,
        wrappers: usize,
        text: &str,
        range: TextRange,
        standing: Option<TextRange>,
        substitutions_were_read: bool,
    ) {
        let first = self.commands.len();
        match standing {
            Some(inner) => self.read_standing(inner, outer, substitutions_were_read),
            None => self.read_detached(text, range, outer, substitutions_were_read),
        }
        // What such a shell runs alone ends as the shell does.
        let is_passed_on = matches!(outer.word(wrappers), Some(shell) if shell == "eval" || is_shell(shell));
        if let Some([only]) = self.commands.get_mut(first..)
            && wrappers == 0
            && is_passed_on
        {
            only.is_whole_inner = true;
            only.on_failure = outer.on_failure;
        }
        // Every inner command gets a copy, so that the copies must be small.
        let assignments = outer
            .assignments
            .iter()
            .filter(|assignment| assignment.value.text.len() <= MAX_COPIED_TEXT)
            .take(MAX_COPIES);
        let wrapping = outer
            .words
            .iter()
            .take(wrappers.min(MAX_COPIES))
            .filter(|word| word.text.len() <= MAX_COPIED_TEXT);
        for command in self.commands.get_mut(first..).unwrap_or_default() {
            if !command.words.is_empty() {
                command.assignments.splice(0..0, assignments.clone().cloned());
            }
            command.wrappers.splice(0..0, wrapping.clone().cloned());
            command.is_conditional |= outer.is_conditional;
            if !command.branches.starts_with(&outer.branches) {
                command.branches.splice(0..0, outer.branches.iter().copied());
            }
            let function = command.function.take();
            command.function = function.or_else(|| outer.function.clone());
        }
    }

    /// Reads a part of the script itself, so that all ranges are right.
    fn read_standing(&mut self, inner: TextRange, outer: &Command, skips_substitutions: bool) {
        let (at, end) = (self.at, self.end);
        let skipped = std::mem::replace(&mut self.skips_substitutions, skips_substitutions);
        let subshells = std::mem::replace(&mut self.subshells, outer.subshells.clone());
        let number = self.new_subshell();
        self.subshells.push(number);
        self.at = inner.start();
        self.end = inner.end();
        self.depth += 1;
        self.read_commands(Closer::End);
        self.depth -= 1;
        self.subshells = subshells;
        self.skips_substitutions = skipped;
        self.at = at;
        self.end = end;
    }

    /// Reads a text that is not in the script in this form: every range becomes that of its word.
    fn read_detached(&mut self, text: &str, range: TextRange, outer: &Command, skips_substitutions: bool) {
        let mut splitter = Splitter::new(text, self.depth + 1);
        splitter.skips_substitutions = skips_substitutions;
        splitter.next_subshell = self.next_subshell;
        splitter.next_branch = self.next_branch;
        splitter.subshells = outer.subshells.clone();
        let number = splitter.new_subshell();
        splitter.subshells.push(number);
        splitter.read_commands(Closer::End);
        self.next_subshell = splitter.next_subshell;
        self.next_branch = splitter.next_branch;
        for mut command in splitter.into_commands() {
            flatten_ranges(&mut command, range);
            self.commands.push(command);
        }
    }
}

fn flatten_ranges(command: &mut Command, range: TextRange) {
    let flatten = |word: &mut Word| {
        word.range = range;
        word.inner = None;
    };
    command.range = range;
    command.guard = None;
    command.words.iter_mut().for_each(flatten);
    command.wrappers.iter_mut().for_each(flatten);
    for assignment in &mut command.assignments {
        assignment.range = range;
        flatten(&mut assignment.value);
    }
    for redirect in &mut command.redirects {
        flatten(&mut redirect.target);
    }
}

fn find_inner_script(words: &[Word]) -> Option<InnerScript> {
    let name = words.first()?.text.as_str();
    if name == "eval" && words.len() > 1 {
        return Some(InnerScript {
            words: (1, words.len()),
            wrappers: 0,
        });
    }
    let shell = if is_shell(name) {
        0
    } else if WRAPPERS.contains(&name) {
        words.iter().position(|word| is_shell(&word.text))?
    } else {
        return None;
    };
    // The script is the word after `-c`, or after the flags that follow it.
    let flag = shell
        + 1
        + words
            .get(shell + 1..)?
            .iter()
            .position(|word| has_command_flag(&word.text))?;
    let script = flag
        + 1
        + words
            .get(flag + 1..)?
            .iter()
            .position(|word| !word.text.starts_with('-'))?;
    Some(InnerScript {
        words: (script, script + 1),
        wrappers: shell,
    })
}

fn is_shell(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    SHELLS.contains(&name.strip_suffix(".exe").unwrap_or(name))
}

/// `-c`, also among other letters (`-euxc`), and PowerShell's `-Command`.
fn has_command_flag(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-') else {
        return false;
    };
    letters.eq_ignore_ascii_case("command")
        || (letters.ends_with('c')
            && letters.len() <= 6
            && letters.bytes().all(|byte| byte.is_ascii_lowercase()))
}
