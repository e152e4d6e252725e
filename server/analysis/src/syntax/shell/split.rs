use super::{Assignment, Command, Joined, Redirect, Script, Word};
use crate::text::TextRange;

const MOST_DEPTH: usize = 12;

/// Splits a script into its commands.
pub fn split_script(script: &str) -> Script {
    let mut splitter = Splitter {
        text: script,
        at: 0,
        script: Script::default(),
        next_subshell: 0,
    };
    splitter.list(&mut Vec::new(), &[], script.len(), 0, false);
    splitter
        .script
        .commands
        .sort_by_key(|command| command.range.start());
    splitter.script
}

struct Splitter<'t> {
    text: &'t str,
    at: usize,
    script: Script,
    next_subshell: u32,
}

const OPENERS: [&str; 8] = ["if", "while", "until", "for", "case", "select", "then", "do"];

impl Splitter<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
    fn starts(&self, s: &str) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with(s))
    }

    /// Reads commands until `end` or a closing word of `stop`.
    fn list(
        &mut self,
        pending: &mut Vec<(usize, String)>,
        stop: &[u8],
        end: usize,
        depth: usize,
        conditional: bool,
    ) {
        self.list_in(pending, stop, end, depth, conditional, &[]);
    }

    fn list_in(
        &mut self,
        pending: &mut Vec<(usize, String)>,
        stop: &[u8],
        end: usize,
        depth: usize,
        conditional: bool,
        subshells: &[u32],
    ) {
        let mut joined = Joined::Start;
        let mut nesting = 0usize;
        let mut in_condition = false;
        while self.at < end {
            match self.peek() {
                None => return,
                Some(b) if stop.contains(&b) => return,
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    self.heredocs(pending);
                    joined = Joined::Start;
                }
                Some(b'\\')
                    if self
                        .text
                        .as_bytes()
                        .get(self.at + 1)
                        .is_some_and(|b| matches!(b, b'\n' | b'\r')) =>
                {
                    self.at += 2
                }
                Some(b'#') => {
                    while self.at < end && self.peek() != Some(b'\n') {
                        self.at += 1;
                    }
                }
                Some(b';') => {
                    self.at += 1;
                    joined = Joined::Start;
                }
                Some(b'&') if self.starts("&&") => {
                    self.at += 2;
                    joined = Joined::And;
                }
                Some(b'|') if self.starts("||") => {
                    self.at += 2;
                    joined = Joined::Or;
                    self.ignore_failure(subshells);
                }
                Some(b'&') => {
                    self.at += 1;
                    joined = Joined::Start;
                }
                Some(b'|') => {
                    self.at += 1;
                    joined = Joined::Pipe;
                }
                Some(b'(') => {
                    self.at += 1;
                    if depth < MOST_DEPTH {
                        let mut inner = subshells.to_vec();
                        inner.push(self.next_subshell);
                        self.next_subshell += 1;
                        self.list_in(pending, b")", end, depth + 1, conditional || nesting > 0, &inner);
                    }
                    if self.peek() == Some(b')') {
                        self.at += 1;
                    }
                }
                Some(b')') => self.at += 1,
                Some(_) => {
                    let start = self.at;
                    let Some(mut command) = self.command(pending, end, depth, subshells, stop) else {
                        self.at = self.at.max(start + 1);
                        continue;
                    };
                    command.joined = joined;
                    command.is_conditional =
                        conditional || nesting > 0 || matches!(joined, Joined::And | Joined::Or);
                    while let Some(first) = command.words.first().map(|w| w.text.clone()) {
                        match first.as_str() {
                            "if" | "elif" | "while" | "until" => {
                                if first != "elif" {
                                    nesting += 1;
                                }
                                in_condition = true;
                                command.words.remove(0);
                            }
                            "then" | "do" | "else" => {
                                in_condition = false;
                                command.words.remove(0);
                            }
                            "!" | "{" | "}" => {
                                command.words.remove(0);
                            }
                            "fi" | "done" | "esac" => {
                                nesting = nesting.saturating_sub(1);
                                command.words.clear();
                            }
                            "for" | "case" | "select" => {
                                nesting += 1;
                                command.words.clear();
                            }
                            "function" => {
                                nesting += 1;
                                command.words.clear();
                            }
                            _ => break,
                        }
                        let _ = OPENERS;
                        if command.words.is_empty() {
                            break;
                        }
                    }
                    while let Some(first) = command.words.first() {
                        let Some((name, value)) = first.text.split_once('=') else {
                            break;
                        };
                        let valid = !name.is_empty()
                            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                            && !name.starts_with(|c: char| c.is_ascii_digit());
                        if !valid {
                            break;
                        }
                        let word = Word {
                            text: value.to_owned(),
                            ..first.clone()
                        };
                        command.assignments.push(Assignment {
                            name: name.to_owned(),
                            range: first.range,
                            value: word,
                        });
                        command.words.remove(0);
                    }
                    if in_condition {
                        command.failure_is_ignored = true;
                    }
                    if !command.words.is_empty() || !command.assignments.is_empty() {
                        self.script.commands.push(command);
                    }
                }
            }
        }
    }

    fn ignore_failure(&mut self, subshells: &[u32]) {
        if let Some(last) = self
            .script
            .commands
            .iter_mut()
            .rev()
            .find(|c| c.subshells == subshells)
        {
            last.failure_is_ignored = true;
        }
    }

    fn heredocs(&mut self, pending: &mut Vec<(usize, String)>) {
        for (command, delimiter) in std::mem::take(pending) {
            let mut body = String::new();
            let start = self.at;
            while self.at < self.text.len() {
                let rest = self.text.get(self.at..).unwrap_or("");
                let line = rest.split('\n').next().unwrap_or("");
                self.at += line.len() + 1;
                if line.trim() == delimiter {
                    break;
                }
                body.push_str(line);
                body.push('\n');
            }
            self.at = self.at.min(self.text.len());
            let target = Word {
                range: TextRange::new(start, self.at),
                text: body,
                is_dynamic: false,
            };
            if let Some(command) = self.script.commands.get_mut(command) {
                command.redirects.push(Redirect {
                    operator: "<<".to_owned(),
                    target,
                });
            }
        }
    }

    fn command(
        &mut self,
        pending: &mut Vec<(usize, String)>,
        end: usize,
        depth: usize,
        subshells: &[u32],
        stop: &[u8],
    ) -> Option<Command> {
        let start = self.at;
        let mut command = Command {
            range: TextRange::empty(start),
            assignments: vec![],
            words: vec![],
            redirects: vec![],
            joined: Joined::Start,
            subshells: subshells.to_vec(),
            is_conditional: false,
            failure_is_ignored: false,
        };
        let mut last = start;
        let mut heredocs = Vec::new();
        while self.at < end {
            match self.peek() {
                None => break,
                Some(b) if stop.contains(&b) => break,
                Some(b'\n' | b';' | b'(' | b')') => break,
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\')
                    if self
                        .text
                        .as_bytes()
                        .get(self.at + 1)
                        .is_some_and(|b| matches!(b, b'\n' | b'\r')) =>
                {
                    self.at += 2;
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                }
                Some(b'#') => break,
                Some(b'&') if self.starts("&>") => {
                    self.at += 2;
                    self.redirect(&mut command, "&>", end, depth, subshells);
                }
                Some(b'&' | b'|') => break,
                Some(b'<') if self.starts("<<<") => {
                    self.at += 3;
                    self.redirect(&mut command, "<<<", end, depth, subshells);
                }
                Some(b'<') if self.starts("<<") => {
                    self.at += 2;
                    if self.peek() == Some(b'-') {
                        self.at += 1;
                    }
                    while self.peek() == Some(b' ') {
                        self.at += 1;
                    }
                    if let Some(word) = self.word(end, depth, subshells) {
                        heredocs.push(word.text);
                    }
                }
                Some(b'>') if self.starts(">>") => {
                    self.at += 2;
                    self.redirect(&mut command, ">>", end, depth, subshells);
                }
                Some(b @ (b'>' | b'<')) => {
                    self.at += 1;
                    let op = if b == b'>' { ">" } else { "<" };
                    self.redirect(&mut command, op, end, depth, subshells);
                }
                Some(_) => {
                    let Some(word) = self.word(end, depth, subshells) else {
                        self.at += 1;
                        continue;
                    };
                    let is_fd = word.text.bytes().all(|b| b.is_ascii_digit())
                        && matches!(self.peek(), Some(b'>' | b'<'))
                        && word.range.end() == self.at;
                    if !is_fd {
                        command.words.push(word);
                    }
                }
            }
            last = last.max(self.at);
        }
        let end_of = command
            .words
            .iter()
            .map(|w| w.range.end())
            .chain(command.redirects.iter().map(|r| r.target.range.end()))
            .max()
            .unwrap_or(last);
        command.range = TextRange::new(start, end_of);
        for delimiter in heredocs {
            pending.push((self.script.commands.len(), delimiter));
        }
        (!command.words.is_empty() || !command.redirects.is_empty()).then_some(command)
    }

    fn redirect(
        &mut self,
        command: &mut Command,
        operator: &str,
        end: usize,
        depth: usize,
        subshells: &[u32],
    ) {
        if self.peek() == Some(b'&') {
            self.at += 1;
        }
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
        if let Some(target) = self.word(end, depth, subshells) {
            command.redirects.push(Redirect {
                operator: operator.to_owned(),
                target,
            });
        }
    }

    fn word(&mut self, end: usize, depth: usize, subshells: &[u32]) -> Option<Word> {
        let start = self.at;
        let mut text = String::new();
        let mut is_dynamic = false;
        while self.at < end {
            let Some(b) = self.peek() else { break };
            match b {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                b'\'' => {
                    self.at += 1;
                    self.quoted(&mut text, b'\'', end, depth, subshells, &mut is_dynamic);
                }
                b'"' => {
                    self.at += 1;
                    self.quoted(&mut text, b'"', end, depth, subshells, &mut is_dynamic);
                }
                b'\\' => {
                    self.at += 1;
                    match self.text.get(self.at..).and_then(|r| r.chars().next()) {
                        Some('\n') | None => {
                            self.at += 1;
                            break;
                        }
                        Some(c) => {
                            text.push(c);
                            self.at += c.len_utf8();
                        }
                    }
                }
                b'$' | b'`' => {
                    is_dynamic = true;
                    self.dollar(&mut text, end, depth, subshells);
                }
                b'*' | b'?' => {
                    is_dynamic = true;
                    text.push(b as char);
                    self.at += 1;
                }
                _ => {
                    let c = self.text.get(self.at..)?.chars().next()?;
                    text.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        (self.at > start).then(|| Word {
            range: TextRange::new(start, self.at.min(end)),
            text,
            is_dynamic,
        })
    }

    fn quoted(
        &mut self,
        text: &mut String,
        quote: u8,
        end: usize,
        depth: usize,
        subshells: &[u32],
        is_dynamic: &mut bool,
    ) {
        while self.at < end {
            match self.peek() {
                None => return,
                Some(b) if b == quote => {
                    self.at += 1;
                    return;
                }
                Some(b'\\') if quote == b'"' => {
                    self.at += 1;
                    if let Some(c) = self.text.get(self.at..).and_then(|r| r.chars().next()) {
                        if !matches!(c, '"' | '\\' | '$' | '`' | '\n') {
                            text.push('\\');
                        }
                        text.push(c);
                        self.at += c.len_utf8();
                    }
                }
                Some(b'$') if quote == b'\'' && self.starts("${{") => {
                    *is_dynamic = true;
                    self.dollar(text, end, depth, subshells);
                }
                Some(b'$' | b'`') if quote == b'"' => {
                    *is_dynamic = true;
                    self.dollar(text, end, depth, subshells);
                }
                Some(_) => {
                    let Some(c) = self.text.get(self.at..).and_then(|r| r.chars().next()) else {
                        return;
                    };
                    text.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
    }

    fn dollar(&mut self, text: &mut String, end: usize, depth: usize, subshells: &[u32]) {
        let start = self.at;
        if self.starts("${{") {
            let rest = self.text.get(self.at..).unwrap_or("");
            self.at += rest.find("}}").map_or(rest.len(), |n| n + 2);
        } else if self.starts("${") {
            let rest = self.text.get(self.at..).unwrap_or("");
            self.at += rest.find('}').map_or(rest.len(), |n| n + 1);
        } else if self.starts("$(") && !self.starts("$((") {
            self.at += 2;
            if depth < MOST_DEPTH {
                let mut inner = subshells.to_vec();
                inner.push(self.next_subshell);
                self.next_subshell += 1;
                self.list_in(&mut Vec::new(), b")", end, depth + 1, false, &inner);
            }
            self.at += 1;
        } else if self.starts("$((") {
            let rest = self.text.get(self.at..).unwrap_or("");
            self.at += rest.find("))").map_or(rest.len(), |n| n + 2);
        } else if self.peek() == Some(b'`') {
            self.at += 1;
            if depth < MOST_DEPTH {
                let mut inner = subshells.to_vec();
                inner.push(self.next_subshell);
                self.next_subshell += 1;
                self.list_in(&mut Vec::new(), b"`", end, depth + 1, false, &inner);
            }
            self.at += 1;
        } else {
            self.at += 1;
            while self
                .peek()
                .is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':')
            {
                self.at += 1;
            }
        }
        self.at = self.at.min(end).max(start + 1);
        text.push_str(self.text.get(start..self.at).unwrap_or(""));
    }
}
