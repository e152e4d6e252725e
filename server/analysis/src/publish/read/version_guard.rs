//! The tests that decide whether a command of a script runs: the `if` around it, and the `&&` or `||` in front of it.

use std::collections::BTreeMap;

use super::version_test::VersionShell;
use crate::syntax::shell::Command;
use crate::versions::version::Version;

/// When a command runs, as far as tests of the script decide it.
#[derive(Debug, Default)]
pub(crate) struct VersionGuard {
    /// Tests as they are written, each with the answer for which the command runs.
    tests: Vec<(String, bool)>,
    /// Variables as they are written, those that are set once.
    variables: BTreeMap<String, String>,
}

impl VersionGuard {
    /// The tests that guard a command of a script; none if there is none, or where the way to the command is not
    /// understood.
    pub(crate) fn of(script: &str, commands: &[Command], guarded: &Command) -> Option<Self> {
        let mut reader = Reader {
            script,
            blocks: Vec::new(),
            list: List::default(),
            previous_end: 0,
        };
        let mut variables: BTreeMap<String, Option<String>> = BTreeMap::new();
        for command in commands {
            // Commands in `$(…)` are a part of a word.
            if command.range.start() < reader.previous_end {
                continue;
            }
            reader.read_gap(command.range.start())?;
            if command.range == guarded.range {
                let tests = reader.tests()?;
                let variables = variables.into_iter();
                return Some(Self {
                    tests,
                    variables: variables
                        .filter_map(|(name, value)| Some((name, value?)))
                        .collect(),
                });
            }
            reader.add_item(command.range.start(), command.range.end());
            for (name, value) in assigned(script, command) {
                let is_new = !variables.contains_key(&name) && !command.is_conditional;
                variables.insert(name, is_new.then_some(value));
            }
        }
        None
    }

    /// Whether the command runs with this npm.
    pub(crate) fn holds(&self, npm: &Version) -> Option<bool> {
        let shell = VersionShell::new(npm, &self.variables);
        let mut is_known = true;
        for (test, wanted) in &self.tests {
            match shell.succeeds(test) {
                Some(answer) if answer != *wanted => return Some(false),
                Some(_) => {}
                None => is_known = false,
            }
        }
        is_known.then_some(true)
    }
}

/// What a command gives to variables, as it is written.
fn assigned(script: &str, command: &Command) -> Vec<(String, String)> {
    let text = command.range.slice(script);
    if command.words.is_empty() {
        let assignments = command.assignments.iter();
        return assignments
            .map(|assignment| {
                let value = assignment.value.range.slice(script);
                (assignment.name.clone(), value.to_owned())
            })
            .collect();
    }
    match command.word(0) {
        Some("export" | "readonly" | "declare" | "local") => {
            let words = text.split_once(' ').map_or("", |(_, words)| words.trim());
            let pair = words.split_once('=').filter(|_| command.words.len() == 2);
            let pair = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
            pair.into_iter().collect()
        }
        // What is read in is not known.
        Some("read" | "mapfile" | "readarray") => {
            let names = command.words.iter().skip(1);
            names.map(|word| (word.text.clone(), "$".to_owned())).collect()
        }
        _ => Vec::new(),
    }
}

/// Commands that `&&` and `||` join.
#[derive(Clone, Copy, Debug, Default)]
struct List {
    start: Option<usize>,
    /// What joins the next command: `&&` is true.
    joiner: Option<bool>,
}

/// A block that is open.
#[derive(Debug)]
enum Block {
    If {
        /// The tests of the branches before this one.
        before: Vec<String>,
        /// The test of this branch; none in `else`.
        test: Option<String>,
        /// Whether the test itself is being read, and where it begins.
        test_start: Option<usize>,
        is_in_test: bool,
    },
    /// `{ … }`, `( … )`, after a list.
    Group(List),
    /// `for`, `while`, `case`.
    Other(&'static str),
}

struct Reader<'s> {
    script: &'s str,
    blocks: Vec<Block>,
    list: List,
    previous_end: usize,
}

impl Reader<'_> {
    fn slice(&self, start: usize, end: usize) -> String {
        self.script.get(start..end).unwrap_or_default().trim().to_owned()
    }

    /// A command, or what counts as one.
    fn add_item(&mut self, start: usize, end: usize) {
        self.begin(start);
        self.list.joiner = None;
        self.previous_end = end;
    }

    fn begin(&mut self, start: usize) {
        self.list.start.get_or_insert(start);
        if let Some(Block::If {
            test_start,
            is_in_test: true,
            ..
        }) = self.blocks.last_mut()
        {
            test_start.get_or_insert(start);
        }
    }

    /// The tests that must hold at this place.
    fn tests(&self) -> Option<Vec<(String, bool)>> {
        let mut tests = Vec::new();
        let end = self.previous_end;
        for block in &self.blocks {
            match block {
                Block::If {
                    before,
                    test,
                    is_in_test,
                    ..
                } => {
                    tests.extend(before.iter().cloned().map(|test| (test, false)));
                    if !is_in_test {
                        tests.extend(test.iter().cloned().map(|test| (test, true)));
                    }
                }
                Block::Group(list) => {
                    if let (Some(start), Some(joiner)) = (list.start, list.joiner) {
                        tests.push((self.slice(start, self.group_end(start)), joiner));
                    }
                }
                Block::Other(_) => return None,
            }
        }
        if let (Some(start), Some(joiner)) = (self.list.start, self.list.joiner) {
            tests.push((self.slice(start, end), joiner));
        }
        (!tests.is_empty()).then_some(tests)
    }

    /// Where the list ends that is in front of a group.
    fn group_end(&self, start: usize) -> usize {
        let text = self.script.get(start..).unwrap_or_default();
        let end = ["||", "&&"].iter().filter_map(|joiner| {
            text.find(&format!("{joiner} {{"))
                .or_else(|| text.find(&format!("{joiner} (")))
        });
        end.min().map_or(start, |at| start + at)
    }

    /// Reads what is between two commands: separators and words of the shell.
    fn read_gap(&mut self, end: usize) -> Option<()> {
        let mut at = self.previous_end;
        while at < end {
            let rest = self.script.get(at..end)?;
            let c = rest.chars().next()?;
            let length = match c {
                '#' => rest.find('\n').unwrap_or(rest.len()),
                '\\' => 1 + rest.get(1..)?.chars().next().map_or(0, char::len_utf8),
                _ if rest.starts_with("&&") || rest.starts_with("||") => {
                    self.list.joiner = Some(c == '&');
                    2
                }
                _ if rest.starts_with("((") => {
                    let length = rest.find("))")? + 2;
                    self.add_item(at, at + length);
                    length
                }
                '\n' if self.list.joiner.is_some() => 1,
                ';' | '\n' => {
                    self.list = List::default();
                    1
                }
                '|' => 1,
                '!' => {
                    self.begin(at);
                    1
                }
                '{' | '(' => {
                    self.blocks.push(Block::Group(std::mem::take(&mut self.list)));
                    1
                }
                '}' | ')' => {
                    match self.blocks.pop()? {
                        Block::Group(_) => self.list = List::default(),
                        _ => return None,
                    }
                    1
                }
                _ if c.is_whitespace() => c.len_utf8(),
                _ => {
                    let length = rest
                        .find(|c: char| !c.is_ascii_alphanumeric())
                        .unwrap_or(rest.len());
                    self.read_word(rest.get(..length)?, at)?;
                    length.max(1)
                }
            };
            at += length;
            self.previous_end =
                self.previous_end
                    .max(if c == '(' && rest.starts_with("((") { at } else { 0 });
        }
        Some(())
    }

    fn read_word(&mut self, word: &str, at: usize) -> Option<()> {
        let end = self.previous_end;
        let script = self.script;
        self.list = List::default();
        match (word, self.blocks.last_mut()) {
            ("if", _) => self.blocks.push(Block::If {
                before: Vec::new(),
                test: None,
                test_start: None,
                is_in_test: true,
            }),
            (
                "then",
                Some(Block::If {
                    test,
                    test_start,
                    is_in_test,
                    ..
                }),
            ) => {
                let start = test_start.take()?;
                *test = Some(script.get(start..end.min(at))?.trim().to_owned());
                *is_in_test = false;
            }
            (
                "elif" | "else",
                Some(Block::If {
                    before,
                    test,
                    is_in_test,
                    ..
                }),
            ) => {
                before.extend(test.take());
                *is_in_test = word == "elif";
            }
            ("fi", Some(Block::If { .. })) => drop(self.blocks.pop()),
            ("for" | "while" | "until" | "select", _) => self.blocks.push(Block::Other("done")),
            ("case", _) => self.blocks.push(Block::Other("esac")),
            ("do" | "in" | "time", _) => {}
            ("done" | "esac", Some(Block::Other(closer))) if *closer == word => drop(self.blocks.pop()),
            (_, Some(Block::Other(_))) => {}
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::shell::split_script;
    use crate::versions::version::parse_version;

    /// Whether `npm i` runs in a script for two versions of npm.
    #[track_caller]
    fn check(script: &str, expected: [Option<bool>; 2]) {
        let commands = split_script(script).commands;
        let install = commands
            .iter()
            .find(|command| command.word(1) == Some("i"))
            .unwrap();
        let guard = VersionGuard::of(script, &commands, install);
        let found = ["10.9.8", "11.16.0"].map(|npm| guard.as_ref()?.holds(&parse_version(npm).unwrap()));
        assert_eq!(found, expected, "{script}");
    }

    const OLD: [Option<bool>; 2] = [Some(true), Some(false)];

    #[test]
    fn the_way_to_a_command_is_known() {
        for script in [
            "V=$(npm -v | cut -d. -f1)\nif [ \"$V\" -lt 11 ]; then\n  echo old\n  npm i -g npm\nfi\n",
            "export V=\"$(npm -v)\"; if [ ${V%%.*} -ge 11 ]\nthen echo new # fine\nelse npm i -g npm; fi",
            "if [ 1 = 2 ]; then x; elif (( $(npm -v | cut -d. -f1) < 11 )); then\n npm i; fi",
            "[ $(npm -v | cut -d. -f1) -lt 11 ] && npm i",
            "[ $(npm -v | cut -d. -f1) -ge 11 ] ||\n  npm i",
            "npx semver -r '>=11' \"$(npm -v)\" || { echo old; npm i; }",
            "if ! npm -v | grep -q ^11; then npm i; fi",
            "if true; then\n  if [[ \"$(npm -v)\" == 10.* ]]; then npm i; fi\nfi",
            "for x in a b; do echo; done\nif [ $(npm -v | cut -d. -f1) -lt 11 ]; then npm i; fi",
        ] {
            check(script, OLD);
        }
        check(
            "if [ $(npm -v | cut -d. -f1) -ge 11 ]; then npm i; fi",
            [Some(false), Some(true)],
        );
        check(
            "if [ -n \"$CI\" ]; then if [ $(npm -v | cut -d. -f1) -lt 11 ]; then npm i; fi; fi",
            [None, Some(false)],
        );
    }

    #[test]
    fn what_is_not_understood_is_not_known() {
        for script in [
            "npm i",
            "if npm i; then x; fi",
            "for x in a; do if [ $(npm -v | cut -d. -f1) -lt 11 ]; then npm i; fi; done",
            "case $(npm -v) in 11.*) ;; *) npm i;; esac",
            "if [ $V -lt 11 ]; then npm i; fi",
            "V=$(npm -v | cut -d. -f1); V=9; if [ $V -lt 11 ]; then npm i; fi",
            "f() { npm i; }; f",
            "if (x) { npm i }",
        ] {
            check(script, [None, None]);
        }
    }
}
