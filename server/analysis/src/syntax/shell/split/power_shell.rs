//! What only PowerShell writes: `$name = value`, `@('a', 'b')`, texts of several lines, `<# … #>`.
//!
//! Source: about_Assignment_Operators, about_Arrays, about_Quoting_Rules and about_Comments.

use super::super::{Assignment, Command, Word};
use super::Splitter;
use super::levels::{LevelKind, State};
use crate::text::TextRange;

/// Statements that have a value: `$x = if (…) { … }`.
const STATEMENTS: [&str; 8] = ["if", "switch", "foreach", "for", "while", "do", "try", "function"];

impl Splitter<'_> {
    /// Adds a command that is read, and returns where it is. An assignment of PowerShell becomes one like those of bash, and a
    /// command whose output is assigned stays a command.
    pub(super) fn push_command(&mut self, mut command: Command) -> usize {
        let may_assign = command.assignments.is_empty()
            && command
                .words
                .first()
                .is_some_and(|first| first.text.starts_with(['$', '[']));
        if may_assign && let Some(assigned) = self.assigned(&command) {
            let alone = Command {
                assignments: vec![assigned.assignment],
                words: Vec::new(),
                redirects: Vec::new(),
                ..command.clone()
            };
            match assigned.command.first() {
                Some(first) => {
                    command.range = TextRange::new(first.range.start(), command.range.end());
                    command.words = assigned.command;
                    self.commands.push(alone);
                }
                None => command = alone,
            }
        }
        if self.runs_joined_path(&command) {
            command.words = joined_path(&command.words).into_iter().collect();
        }
        self.commands.push(command);
        self.commands.len() - 1
    }

    /// Whether it is the `Join-Path` in `& (Join-Path $PSScriptRoot 'publish.ps1')`, whose file runs.
    fn runs_joined_path(&self, command: &Command) -> bool {
        let before = self.slice(command.range.start().saturating_sub(8), command.range.start());
        let before = before.trim_end().strip_suffix('(').map(str::trim_end);
        is_join_path(&command.words) && before.is_some_and(|before| before.ends_with(['&', '.']))
    }

    /// Reads `$name = value`, `[type]$name = value` and `$name += value`.
    fn assigned(&self, command: &Command) -> Option<Assigned> {
        let (first, rest) = command.words.split_first()?;
        let target = match first.text.strip_prefix('[') {
            Some(typed) => typed.get(typed.find("]$")? + 1..)?,
            None => first.text.as_str(),
        };
        let is_in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let after_name = target.strip_prefix('$')?.trim_start_matches(is_in_name);
        let name = target.strip_suffix(after_name)?.strip_prefix('$')?;
        let (operator, words) = match after_name {
            "" => (rest.first()?.text.as_str(), rest.get(1..)?.to_vec()),
            _ => {
                // `$name='value'`, without blanks.
                let operator = ["+=", "="]
                    .into_iter()
                    .find(|sign| after_name.starts_with(sign))?;
                let value_at = first.text.len() - (after_name.len() - operator.len());
                let value = (value_at < first.text.len()).then(|| self.assigned_value(first, value_at));
                (operator, value.into_iter().chain(rest.iter().cloned()).collect())
            }
        };
        if name.is_empty() || !matches!(operator, "=" | "+=") {
            return None;
        }
        let joined = joined_path(&words).filter(|_| is_join_path(&words));
        let runs = joined.is_none() && words.first().is_some_and(is_command_name);
        let value = joined.or_else(|| self.value_of(command, &words).filter(|_| !runs));
        let value = value.unwrap_or_else(|| Word {
            range: TextRange::empty(command.range.end()),
            text: "$".to_owned(),
            is_dynamic: true,
            inner: None,
        });
        // As long as `NAME=value` is: a longer one adds to the value.
        let start = value.range.start().saturating_sub(name.len() + 1);
        let range = match operator {
            "=" => TextRange::new(start.max(command.range.start()), value.range.end()),
            _ => command.range.cover(value.range),
        };
        Some(Assigned {
            assignment: Assignment {
                name: name.to_owned(),
                value,
                range,
            },
            command: if runs { words } else { Vec::new() },
        })
    }

    /// The value that words are, as far as it is a text or a list of texts; the text of a list is as it is written.
    fn value_of(&self, command: &Command, words: &[Word]) -> Option<Word> {
        let range = words.first()?.range.cover(words.last()?.range);
        // What comes after them may change the value: `'a' | …`, `$a.Trim()`.
        let goes_on = self
            .at
            .checked_sub(1)
            .and_then(|at| self.script.as_bytes().get(at))
            .is_some_and(|byte| matches!(byte, b'|' | b'(' | b'{'));
        if goes_on && self.at > command.range.end() {
            return None;
        }
        let source = self.slice(range.start(), range.end());
        let is_list =
            source.starts_with("@(") || list_of_power_shell(source).is_some_and(|list| list.len() > 1);
        match words {
            _ if is_list => Some(Word {
                range,
                text: source.to_owned(),
                is_dynamic: true,
                inner: None,
            }),
            [only] if only.inner != Some(only.range) || only.text.starts_with('$') => Some(only.clone()),
            _ => None,
        }
    }

    /// Whether `@(` begins a list of texts here, at the `(`. In other brackets after `@` are commands.
    pub(super) fn begins_list(&self, start: usize) -> bool {
        if self.slice(start, self.at) != "@" {
            return false;
        }
        let inside = self.rest().get(1..).unwrap_or_default().trim_start();
        inside.starts_with(['\'', '"', ')'])
    }

    /// Reads a text of several lines, from `@'` at the end of a line to `'@` at the start of another.
    pub(super) fn here_string(&mut self) -> Option<Word> {
        let quote = self.peek_at(1).filter(|byte| matches!(byte, b'\'' | b'"'))?;
        let length = self.line_break_at(2)?;
        if self.has_open_block {
            return None;
        }
        let start = self.at;
        let content = start + 2 + length;
        let end_mark = if quote == b'"' { "\n\"@" } else { "\n'@" };
        let Some(end) = self.slice(content - 1, self.end).find(end_mark) else {
            self.has_open_block = true;
            return None;
        };
        let text = self.slice(content, content - 1 + end);
        let text = text.strip_suffix('\r').unwrap_or(text);
        self.at = content - 1 + end + end_mark.len();
        Some(Word {
            range: TextRange::new(start, self.at),
            text: text.to_owned(),
            is_dynamic: text.contains("${{") || quote == b'"' && text.contains('$'),
            inner: Some(TextRange::new(content, content + text.len())),
        })
    }

    /// Takes a brace off a word that PowerShell splits there: `{npm publish}`. In `{a,b}` and `{}` the others do not.
    pub(super) fn split_braces(&mut self, state: &State, word: &mut Word) {
        let is_in_block = matches!(state.kind(), LevelKind::Block { .. });
        let inside = word.text.strip_prefix('{').unwrap_or_default();
        let opens = inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '&' | '$'))
            && !inside.contains(['{', '}', ',']);
        let closes = is_in_block && word.text.ends_with('}') && !word.text.contains('{');
        let length = match (opens, closes && word.text.starts_with('}'), closes) {
            (true, ..) | (_, true, _) => 1,
            (.., true) => word.text.len() - 1,
            _ => return,
        };
        let start = word.range.start();
        self.at = start + length;
        word.text.truncate(length);
        word.range = TextRange::new(start, self.at);
        word.inner = Some(word.range);
    }

    /// Skips `<# … #>`.
    pub(super) fn skip_block_comment(&mut self) -> bool {
        if self.has_open_block || !self.starts_with("<#") {
            return false;
        }
        match self.rest().find("#>") {
            Some(end) => {
                self.at += end + 2;
                true
            }
            None => {
                self.has_open_block = true;
                false
            }
        }
    }
}

/// An assignment of PowerShell.
struct Assigned {
    assignment: Assignment,
    /// The command whose output is assigned; empty if there is none.
    command: Vec<Word>,
}

fn is_join_path(words: &[Word]) -> bool {
    words.len() > 2
        && words
            .first()
            .is_some_and(|first| first.text.eq_ignore_ascii_case("Join-Path"))
}

/// The path in `Join-Path FOLDER FILE`.
fn joined_path(words: &[Word]) -> Option<Word> {
    let parts = words.iter().skip(1).filter(|word| !word.text.starts_with('-'));
    let texts: Vec<&str> = parts.clone().map(|word| word.text.as_str()).collect();
    Some(Word {
        range: words.first()?.range.cover(words.last()?.range),
        text: texts.join("/"),
        is_dynamic: parts.clone().any(|word| word.is_dynamic),
        inner: None,
    })
}

/// Whether a word is the name of a command: texts are in quotes.
fn is_command_name(word: &Word) -> bool {
    let begins_well = |c: char| c.is_alphabetic() || matches!(c, '.' | '/' | '\\');
    word.inner == Some(word.range)
        && word.text.starts_with(begins_well)
        && !STATEMENTS.contains(&word.text.as_str())
}

/// The items of `'a', 'b'` and of `@('a', 'b')`; none if one of them is not a text.
pub(crate) fn list_of_power_shell(source: &str) -> Option<Vec<String>> {
    let inside = source
        .strip_prefix("@(")
        .and_then(|source| source.strip_suffix(')'));
    let mut rest = inside.unwrap_or(source).trim();
    let mut items = Vec::new();
    while let Some(quote) = rest.chars().next() {
        let end = match quote {
            '\'' | '"' => 1 + rest.get(1..)?.find(quote)?,
            '$' => rest.find([',', '\n', ' ']).unwrap_or(rest.len()),
            _ => return None,
        };
        let is_quoted = quote != '$';
        let item = rest.get(usize::from(is_quoted)..end)?;
        items.push(item.to_owned());
        let after = rest.get(end + usize::from(is_quoted)..)?;
        let next = after.trim_start_matches([' ', '\t', '\r']);
        // A comment goes on to the end of the line.
        let next = match next.starts_with('#') {
            true => next.get(next.find('\n').unwrap_or(next.len())..)?,
            false => next,
        };
        rest = match next.strip_prefix([',', '\n']) {
            Some(next) => next.trim_start_matches([' ', '\t', '\r', '\n', ',']),
            None if next.is_empty() => next,
            None => return None,
        };
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::list_of_power_shell;
    use crate::syntax::shell::split_script;

    /// The commands of a script, with their assignments.
    fn show(script: &str) -> String {
        let shown = split_script(script).commands.into_iter().map(|command| {
            let assigned = command.assignments.iter();
            let assigned = assigned.map(|assigned| format!("{}={}", assigned.name, assigned.value.text));
            let words = command.words.iter().map(|word| word.text.clone());
            assigned.chain(words).collect::<Vec<_>>().join(" ")
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn assignments() {
        for (script, expected) in [
            ("$a = 'npm'", "a=npm"),
            ("$a='npm'", "a=npm"),
            ("$a = $env:TOKEN", "a=$env:TOKEN"),
            ("[string]$a = \"b c\"", "a=b c"),
            ("[string[]]$a = @('b', 'c')", "a=@('b', 'c')"),
            ("$a = 'b', 'c'", "a='b', 'c'"),
            ("$a = 'b','c'", "a='b','c'"),
            ("$a = @(\n  'b'\n  'c'\n)", "a=@(\n  'b'\n  'c'\n)"),
            ("$a += 'b'", "a=b"),
            ("$a = npm publish", "a=$; npm publish"),
            ("$a = npm view x | Out-String", "a=$; npm view x; Out-String"),
            ("$a = & npm publish", "a=$; npm publish"),
            ("$a = (npm publish)", "a=$; npm publish"),
            ("$a = @(npm publish)", "a=$; npm publish"),
            ("$a = 'b' | sort", "a=$; sort"),
            ("$a = $b.Trim()", "a=$"),
            ("$a = 'b' + $c", "a=$"),
            ("$a = 5", "a=$"),
            ("$a = Join-Path $b 'c.ps1'", "a=$b/c.ps1"),
            ("& (Join-Path $b 'c.ps1')", "$b/c.ps1"),
            ("x (Join-Path $b 'c.ps1')", "x; Join-Path $b c.ps1"),
            ("$env:A = 'b'", "$env:A = b"),
            ("$a.Add('b')", "$a.Add; b"),
            ("if ($a -eq 'b') { npm test }", "$a -eq b; npm test"),
            ("[ $a = b ]", "[ $a = b ]"),
            ("$CMD --a=b", "$CMD --a=b"),
        ] {
            assert_eq!(show(script), expected, "{script}");
        }
    }

    #[test]
    fn braces_beside_words() {
        for (script, expected) in [
            ("& {npm publish}", "npm publish"),
            ("try {npm test} catch {exit 1}", "npm test; exit 1"),
            ("a | % {npm publish $_}", "a; %; npm publish $_"),
            ("f() { echo a}", "echo a"),
            ("a {b,c} {} {{d}}", "a {b,c} {} {{d}}"),
            ("echo b}", "echo b}"),
            ("{ a; }", "a"),
        ] {
            assert_eq!(show(script), expected, "{script}");
        }
    }

    #[test]
    fn texts_of_several_lines_and_comments() {
        for (script, expected) in [
            ("a @'\nnpm publish\n'@ b\nc", "a npm publish b; c"),
            (
                "$a = @\"\nsay \"hi\nnpm publish\n\"@\nb",
                "a=say \"hi\nnpm publish; b",
            ),
            ("iex @'\nnpm publish\n'@", "iex npm publish; npm publish"),
            ("a @'b'", "a @b"),
            ("a @'\nb", "a @\nb"),
            ("<# npm publish #>\na", "a"),
            ("a <# b\nc #> d", "a d"),
            ("a <# b\nc", "a b; c"),
        ] {
            assert_eq!(show(script), expected, "{script}");
        }
    }

    #[test]
    fn lists() {
        for (source, expected) in [
            ("@('a', \"b c\")", Some("a|b c")),
            ("'a','b'", Some("a|b")),
            ("@(\n 'a'\n 'b',\n 'c'\n)", Some("a|b|c")),
            ("@()", Some("")),
            ("@(\n 'a' # one\n 'b'\n)", Some("a|b")),
            ("'a', $b", Some("a|$b")),
            ("'a' + 'b'", None),
            ("'a", None),
            ("a, b", None),
        ] {
            let found = list_of_power_shell(source).map(|items| items.join("|"));
            assert_eq!(found.as_deref(), expected, "{source}");
        }
    }
}
