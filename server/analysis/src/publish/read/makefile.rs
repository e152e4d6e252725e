//! Makefiles, as far as they decide which commands `make publish` runs.
//!
//! Rules, prerequisites, recipes and plain variables are read. What else make's language has (conditions, functions,
//! patterns, included files) is left out, and a variable that is not known becomes one that the shell does not know
//! either.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::task_script::quoted;
use crate::sources::{FileFact, Sources};
use crate::text::FilePath;

/// A Makefile.
#[derive(PartialEq, Debug, Default)]
pub(crate) struct Makefile {
    rules: Vec<MakeRule>,
    /// Which rules a target has.
    rules_of: HashMap<String, Vec<usize>>,
    /// The values of the variables; none if it depends on the run, or on a part of the language that is not read.
    variables: BTreeMap<String, Option<String>>,
}

#[derive(PartialEq, Debug, Default)]
struct MakeRule {
    targets: Vec<String>,
    prerequisites: Vec<String>,
    recipe: Vec<String>,
}

/// How a variable is set.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    /// `=`, `:=`
    Set,
    /// `?=`
    Default,
    /// `+=`
    Append,
    /// `!=`, whose value is the output of a command.
    Output,
}

/// The variable that names the target of a bare `make`.
const DEFAULT_GOAL: &str = ".DEFAULT_GOAL";

/// Prerequisites are followed so deep, and variables in variables too.
const MOST_DEPTH: usize = 16;
/// How many variables are put in for one `make`: where each names the one before ten times, the text would grow tenfold with
/// each. What the others hold is not known.
const MOST_EXPANSIONS: usize = 10_000;

/// One start of make.
struct MakeRun<'m> {
    makefile: &'m Makefile,
    /// The variables of the command line, which count more than the file's own.
    given: &'m [(String, String)],
    expansions_left: Cell<usize>,
    done: HashSet<String>,
    script: String,
}

impl FileFact for Makefile {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        sources
            .file(path)
            .map_or_else(Self::default, |file| Self::read(&file.text))
    }
}

impl Makefile {
    /// Reads a Makefile.
    pub(crate) fn read(text: &str) -> Self {
        let mut makefile = Self::default();
        let joined = text.replace("\\\r\n", " ").replace("\\\n", " ");
        for line in joined.lines() {
            if let Some(command) = line.strip_prefix('\t') {
                if let Some(rule) = makefile.rules.last_mut() {
                    rule.recipe.push(command.to_owned());
                }
                continue;
            }
            let line = line.split('#').next().unwrap_or_default().trim_end();
            if let Some((name, value, operator)) = assignment(line) {
                makefile.set(name, value, operator);
            } else if let Some((targets, rest)) = line.split_once(':') {
                match assignment(rest) {
                    // It is another one for some targets.
                    Some((name, ..)) => drop(makefile.variables.insert(name.to_owned(), None)),
                    None => makefile.rules.push(rule(targets, rest.trim_start_matches(':'))),
                }
            }
        }
        for (number, rule) in makefile.rules.iter().enumerate() {
            for target in &rule.targets {
                makefile.rules_of.entry(target.clone()).or_default().push(number);
            }
        }
        makefile
    }

    fn set(&mut self, name: &str, value: &str, operator: Operator) {
        let new = || Some(value.to_owned());
        let value = match (self.variables.get(name), operator) {
            (_, Operator::Output) => None,
            (Some(_), Operator::Default) => return,
            (Some(Some(before)), Operator::Append) => Some(format!("{before} {value}")),
            (Some(None), Operator::Append) => None,
            // Most that are set twice are set in the branches of a condition.
            (Some(_), Operator::Set) => None,
            (None, _) => new(),
        };
        self.variables.insert(name.to_owned(), value);
    }

    fn rules_of(&self, target: &str) -> impl Iterator<Item = &MakeRule> {
        let numbers = self.rules_of.get(target).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|number| self.rules.get(*number))
    }
}

impl MakeRun<'_> {
    /// The value of a variable; none if it is not known, the outer none if there is no such variable.
    fn variable(&self, name: &str) -> Option<Option<&str>> {
        let mut given = self.given.iter().rev();
        match given.find(|(own, _)| own == name) {
            Some((_, value)) => Some(Some(value)),
            None => self.makefile.variables.get(name).map(Option::as_deref),
        }
    }

    /// The text with the variables put in.
    fn expand(&self, text: &str, depth: usize) -> String {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('$') {
            expanded.push_str(before);
            let close = match behind.chars().next() {
                Some('(') => ')',
                Some('{') => '}',
                Some('$') => {
                    // A dollar for the shell.
                    expanded.push('$');
                    rest = behind.get(1..).unwrap_or_default();
                    continue;
                }
                _ => {
                    expanded.push_str("$x");
                    rest = behind
                        .get(behind.chars().next().map_or(0, char::len_utf8)..)
                        .unwrap_or_default();
                    continue;
                }
            };
            let Some((name, after)) = behind.get(1..).and_then(|inner| inner.split_once(close)) else {
                rest = "";
                break;
            };
            let left = self.expansions_left.get();
            match self.variable(name) {
                Some(Some(value)) if depth < MOST_DEPTH && left > 0 => {
                    self.expansions_left.set(left - 1);
                    expanded.push_str(&self.expand(value, depth + 1));
                }
                // make hands the variables of its command line on.
                _ if name == "MAKE" => {
                    expanded.push_str("make");
                    for (name, value) in self.given {
                        expanded.push_str(&format!(" {}", quoted(&format!("{name}={value}"))));
                    }
                }
                // It may be in the environment, where the shell would find it too.
                _ if is_name(name) => expanded.push_str(&format!("${name}")),
                _ => expanded.push_str("$x"),
            }
            rest = after;
        }
        expanded.push_str(rest);
        expanded
    }
}

/// The commands that make runs for the targets, or for the first one of the file: prerequisites first, each once.
/// `variables` are those of the command line.
pub(crate) fn recipe(makefile: &Makefile, variables: &[(String, String)], targets: &[String]) -> String {
    let mut run = MakeRun {
        makefile,
        given: variables,
        expansions_left: Cell::new(MOST_EXPANSIONS),
        done: HashSet::new(),
        script: String::new(),
    };
    let first = || match run.variable(DEFAULT_GOAL) {
        Some(goal) => goal.map(str::to_owned),
        None => {
            let mut targets = makefile.rules.iter().flat_map(|rule| &rule.targets);
            let target = targets.find(|target| !target.starts_with('.') && !target.contains('%'));
            target.cloned()
        }
    };
    let targets = match targets.is_empty() {
        true => first().into_iter().collect(),
        false => targets.to_vec(),
    };
    for target in &targets {
        run.add_target(target);
    }
    run.script
}

impl MakeRun<'_> {
    fn add_target(&mut self, target: &str) {
        if self.done.contains(target) || self.done.len() > 64 * MOST_DEPTH {
            return;
        }
        self.done.insert(target.to_owned());
        let makefile = self.makefile;
        let rules = || makefile.rules_of(target);
        for prerequisite in rules().flat_map(|rule| &rule.prerequisites) {
            self.add_target(prerequisite);
        }
        for line in rules().flat_map(|rule| &rule.recipe) {
            let is_ignored = line
                .chars()
                .take_while(|c| "@-+ \t".contains(*c))
                .any(|c| c == '-');
            let command = self.expand(line.trim_start_matches(['@', '-', '+', ' ', '\t']), 0);
            if command.trim().is_empty() {
                continue;
            }
            // Each line has a shell of its own.
            self.script.push_str(&match is_ignored {
                true => format!("({command}) || true\n"),
                false => format!("({command})\n"),
            });
        }
    }
}

/// `NAME = value`, `NAME := value`, `NAME ?= value`.
fn assignment(line: &str) -> Option<(&str, &str, Operator)> {
    let (name, value) = line.split_once('=')?;
    let operator = match name.as_bytes().last() {
        Some(b'?') => Operator::Default,
        Some(b'+') => Operator::Append,
        Some(b'!') => Operator::Output,
        _ => Operator::Set,
    };
    let name = name.trim_end_matches(['?', ':', '+', '!']).trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    (is_name(name) || name == DEFAULT_GOAL).then(|| (name, value.trim(), operator))
}

fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn rule(targets: &str, rest: &str) -> MakeRule {
    let (prerequisites, command) = match rest.split_once(';') {
        Some((prerequisites, command)) => (prerequisites, Some(command.trim().to_owned())),
        None => (rest, None),
    };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    MakeRule {
        targets: words(targets),
        prerequisites: words(prerequisites),
        recipe: command.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, targets: &[&str], expected: &str) {
        let variables = [("TAG".to_owned(), "next".to_owned())];
        let targets: Vec<String> = targets.iter().map(|target| (*target).to_owned()).collect();
        assert_eq!(
            recipe(&Makefile::read(text), &variables, &targets),
            expected,
            "{text}"
        );
    }

    const TEXT: &str = "\
# How to release
NPM := npm
TAG ?= latest
FLAGS = --tag $(TAG) \\
  --access public
.PHONY: all publish
all: build
build clean:
\t@echo $@ $$HOME
publish: build test
\t-$(NPM) publish $(FLAGS) # now
\t@cd ui && $(NPM) publish $(UNKNOWN)
test: ; npm test
loop: loop2
loop2: loop
\tnpm test
";

    #[test]
    fn prerequisites_come_first_and_variables_are_known() {
        check(TEXT, &[], "(echo $x $HOME)\n");
        check(
            TEXT,
            &["publish"],
            "(echo $x $HOME)\n(npm test)\n(npm publish --tag next    --access public # now) || true\n\
             (cd ui && npm publish $UNKNOWN)\n",
        );
    }

    #[test]
    fn what_depends_on_the_run_is_not_known() {
        for (text, expected) in [
            ("A = a\nA += b\nx:\n\tc $(A)\n", "(c a b)\n"),
            ("A ?= a\nA ?= b\nx:\n\tc $(A)\n", "(c a)\n"),
            ("ifdef B\nA = a\nelse\nA = b\nendif\nx:\n\tc $(A)\n", "(c $A)\n"),
            ("A = a\nx: A = b\nx:\n\tc $(A)\n", "(c $A)\n"),
            ("A != b\nx:\n\tc $(A)\n", "(c $A)\n"),
            ("A = $(shell b)\nx:\n\tc $(A)\n", "(c $x)\n"),
            (".DEFAULT_GOAL := y\nx:\n\tc\ny:\n\td\n", "(d)\n"),
            ("%.o: %.c\n\tc\ny:\n\td\n", "(d)\n"),
        ] {
            check(text, &[], expected);
        }
    }

    #[test]
    fn variables_that_name_each_other_ten_times_end() {
        let more = (1..=16).map(|n| format!("V{n} = {}\n", format!("$(V{})", n - 1).repeat(10)));
        let text = format!("V0 = v\n{}a:\n\tnpm publish $(V16)\n", more.collect::<String>());
        let script = recipe(&Makefile::read(&text), &[], &["a".to_owned()]);
        let start = "(npm publish ";
        assert!(
            script.starts_with(start) && script.contains("$V"),
            "{}",
            &script[..start.len()]
        );
        assert!(script.len() < 100 * MOST_EXPANSIONS, "{}", script.len());
    }

    #[test]
    fn cycles_and_what_is_not_there_end() {
        check(TEXT, &["loop"], "(npm test)\n");
        check(TEXT, &["absent"], "");
        check("", &[], "");
        check("a:\n\t$(a", &["a"], "");
        check(
            "X = $(X)y\na:\n\techo $(X) $",
            &["a"],
            &format!("(echo $X{} $x)\n", "y".repeat(MOST_DEPTH)),
        );
    }
}
