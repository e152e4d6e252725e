//! The texts and lists of arguments in the code that may be commands, and the calls of functions.

use std::collections::{BTreeMap, BTreeSet};

use super::tokens::{Placed, Token};
use super::{CodeCall, CodeCommand};

/// Functions that print, throw or compare what they are given.
const TELLS: [&str; 24] = [
    "log",
    "info",
    "warn",
    "error",
    "debug",
    "success",
    "fail",
    "start",
    "step",
    "Error",
    "describe",
    "it",
    "test",
    "includes",
    "startsWith",
    "endsWith",
    "match",
    "equal",
    "deepEqual",
    "strictEqual",
    "deepStrictEqual",
    "toEqual",
    "expect",
    "assert",
];

/// Functions that start programs: those of Node, Bun, Deno, execa, zx and shelljs.
const STARTERS: [&str; 15] = [
    "exec",
    "execSync",
    "execFile",
    "execFileSync",
    "spawn",
    "spawnSync",
    "execa",
    "execaSync",
    "execaCommand",
    "execaCommandSync",
    "Command",
    "$",
    "$$",
    "$sync",
    "sh",
];

/// Helpers that are called like the program that they start: `npm(['publish'])`.
const PROGRAMS: [&str; 5] = ["npm", "pnpm", "yarn", "bun", "npx"];

/// What may follow the name of a program in the name of a variable that holds it: `npmCommand`, `NPM_BIN`.
const PROGRAM_ENDINGS: [&str; 8] = ["", "command", "cmd", "bin", "binary", "path", "cli", "executable"];

/// How many words of an argument list, and how many arguments of a call, are read.
const MOST_WORDS: usize = 24;
const MOST_ARGUMENTS: usize = 4;
/// How many tokens of the arguments of a call are read.
const MOST_TOKENS: usize = 400;

/// A word that only the run knows.
const UNKNOWN: &str = "${_}";

/// What an argument is, as far as it is written in the code.
#[derive(Clone, Debug)]
enum Value {
    Text(String),
    List(Vec<String>),
}

/// The texts and lists that have a name in the code: `const args = ['publish']`.
#[derive(Debug, Default)]
pub(super) struct Bindings<'t> {
    values: BTreeMap<&'t str, Value>,
}

impl<'t> Bindings<'t> {
    /// The bindings of a module, wherever they are. Of several of one name, the first counts.
    pub(super) fn of(tokens: &[Placed<'t>]) -> Self {
        let mut bindings = Self::default();
        for (at, placed) in tokens.iter().enumerate() {
            let rest = tokens.get(at + 1..).unwrap_or_default();
            match placed.token {
                Token::Word("const" | "let" | "var") => bindings.declare(rest),
                Token::Word(name) => bindings.push(name, rest),
                _ => {}
            }
        }
        bindings
    }

    fn declare(&mut self, rest: &[Placed<'t>]) {
        let Some(name) = rest.first().and_then(|name| name.token.name()) else {
            return;
        };
        // `const args: string[] = […]`
        let equals = rest
            .iter()
            .take(12)
            .position(|placed| matches!(placed.token, Token::Sign(b'=' | b';')));
        let Some(value) = equals.and_then(|equals| rest.get(equals + 1..)) else {
            return;
        };
        let end = end_of_value(value);
        if let Some(value) = self.value(value.get(..end).unwrap_or_default()) {
            self.values.entry(name).or_insert(value);
        }
    }

    /// `args.push('publish', …)`. A flag may be pushed under a condition, so nothing is known of it.
    fn push(&mut self, name: &str, rest: &[Placed<'t>]) {
        let [dot, push, open, ..] = rest else { return };
        let is_push = dot.token.is_sign(b'.') && push.token.is_word("push") && open.token.is_sign(b'(');
        if !is_push || !self.values.contains_key(name) {
            return;
        }
        let words: Vec<String> = arguments(rest, 2)
            .into_iter()
            .map(|argument| match self.value(argument) {
                Some(Value::Text(text)) if !text.starts_with('-') => text,
                _ => UNKNOWN.to_owned(),
            })
            .collect();
        if let Some(Value::List(list)) = self.values.get_mut(name)
            && list.len() < MOST_WORDS
        {
            list.extend(words);
        }
    }

    /// What an expression is.
    fn value(&self, expression: &[Placed<'t>]) -> Option<Value> {
        let first = expression.first()?.token;
        let ends_after = |n: usize| match expression.get(n).map(|placed| placed.token) {
            // `'npm' as string`, `['publish'] satisfies string[]`
            None | Some(Token::Word("as" | "satisfies")) => true,
            Some(_) => false,
        };
        match first {
            Token::Text(text) if ends_after(1) => Some(Value::Text(text.to_owned())),
            Token::Template(text) if ends_after(1) => Some(Value::Text(self.template(text))),
            // Also with `.filter(Boolean)` after it.
            Token::Sign(b'[') => Some(Value::List(self.list(expression))),
            Token::Word(name) if ends_after(1) => self.values.get(name).cloned(),
            _ => last_of_several(expression).map(|text| Value::Text(text.to_owned())),
        }
    }

    /// A template with what is known in the place of `${name}`.
    fn template(&self, text: &str) -> String {
        let mut known = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            known.push_str(before);
            let Some((inside, after)) = behind.split_once('}') else {
                known.push_str(UNKNOWN);
                return known;
            };
            match self.values.get(inside.trim()) {
                Some(Value::Text(value)) => known.push_str(value),
                Some(Value::List(words)) => known.push_str(&words.join(" ")),
                None => known.push_str(UNKNOWN),
            }
            rest = after;
        }
        known.push_str(rest);
        known
    }

    /// The words of the list that begins here.
    fn list(&self, tokens: &[Placed<'t>]) -> Vec<String> {
        let mut words = Vec::new();
        for element in elements(tokens, MOST_WORDS) {
            let known = match element {
                [only] => self.value(&[*only]),
                // `...args`
                [a, b, c, only] if [a, b, c].iter().all(|dot| dot.token.is_sign(b'.')) => {
                    self.value(&[*only])
                }
                _ => None,
            };
            match known {
                Some(Value::List(list)) if element.len() > 1 => words.extend(list),
                Some(Value::Text(text)) if element.len() == 1 => words.push(text),
                _ => words.push(UNKNOWN.to_owned()),
            }
        }
        words
    }

    fn text(&self, expression: &[Placed<'t>]) -> Option<String> {
        match self.value(expression)? {
            Value::Text(text) => Some(text),
            Value::List(_) => None,
        }
    }

    /// The program that an argument names. If its value is not known, its name may say it: `spawn(npmCommand, ['publish'])`.
    fn program(&self, expression: &[Placed<'t>]) -> Option<String> {
        self.text(expression).or_else(|| match expression {
            [only] => program_called(only.token.name()?).map(str::to_owned),
            _ => None,
        })
    }

    /// The words of a command in a list: `[npmCommand, ...args]`.
    fn command(&self, list: &[Placed<'t>]) -> Vec<String> {
        let mut words = self.list(list);
        if let (Some(program), Some(element)) = (words.first_mut(), elements(list, 1).first())
            && program == UNKNOWN
            && let Some(named) = self.program(element)
        {
            *program = named;
        }
        words
    }

    /// The list of an argument, or of its property `args`: `{ args: ['publish'] }`.
    fn list_of(&self, expression: &[Placed<'t>]) -> Option<Vec<String>> {
        let value = match expression.first()?.token {
            Token::Sign(b'{') => self.property(expression, &["args"])?,
            _ => self.value(expression)?,
        };
        match value {
            Value::List(list) => Some(list),
            Value::Text(_) => None,
        }
    }

    /// The value of a property of an object.
    fn property(&self, object: &[Placed<'t>], names: &[&str]) -> Option<Value> {
        elements(object, MOST_WORDS)
            .into_iter()
            .find_map(|element| match element {
                [only] => self.value(&[*only]).filter(|_| is_named(only.token, names)),
                [name, colon, value @ ..] if colon.token.is_sign(b':') && is_named(name.token, names) => {
                    self.value(value)
                }
                _ => None,
            })
    }
}

/// The program that a variable is named after.
fn program_called(name: &str) -> Option<&'static str> {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let name = name.to_ascii_lowercase();
    let mut programs = PROGRAMS.iter().copied();
    programs.find(|program| {
        let ending = name.strip_prefix(program);
        ending.is_some_and(|ending| PROGRAM_ENDINGS.contains(&ending))
    })
}

fn is_named(token: Token<'_>, names: &[&str]) -> bool {
    matches!(token, Token::Word(name) | Token::Text(name) if names.contains(&name))
}

/// The last text of a choice: `isWindows ? 'npm.cmd' : 'npm'`, `process.env.NPM ?? 'npm'`.
fn last_of_several<'t>(expression: &[Placed<'t>]) -> Option<&'t str> {
    match expression {
        [.., before, last] if matches!(before.token, Token::Sign(b':' | b'?' | b'|')) => match last.token {
            Token::Text(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Where the expression ends that begins here: at a `;` or `,`, a bracket that closes, or a line that begins a statement.
fn end_of_value(tokens: &[Placed<'_>]) -> usize {
    let mut depth = 0;
    let end = tokens
        .iter()
        .take(MOST_TOKENS)
        .enumerate()
        .position(|(at, placed)| {
            let is_end = match placed.token {
                Token::Sign(b';' | b',') => true,
                Token::Word(_) => placed.starts_line && at > 0,
                _ => false,
            };
            let before = depth;
            depth += placed.token.depth();
            depth < 0 || before == 0 && is_end
        });
    end.unwrap_or(tokens.len().min(MOST_TOKENS))
}

/// The parts between the commas of the brackets that begin here.
fn elements<'s, 't>(tokens: &'s [Placed<'t>], most: usize) -> Vec<&'s [Placed<'t>]> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0, 1);
    for (at, placed) in tokens.iter().enumerate().take(MOST_TOKENS) {
        depth += placed.token.depth();
        let is_end = depth == 0;
        if is_end || depth == 1 && placed.token.is_sign(b',') {
            let element = tokens.get(start..at).unwrap_or_default();
            if !element.is_empty() {
                found.push(element);
            }
            start = at + 1;
        }
        if is_end || found.len() >= most {
            break;
        }
    }
    found
}

/// The arguments of the call whose `(` is at `open`.
fn arguments<'s, 't>(tokens: &'s [Placed<'t>], open: usize) -> Vec<&'s [Placed<'t>]> {
    elements(tokens.get(open..).unwrap_or_default(), MOST_ARGUMENTS)
}

/// The texts and lists of a statement that may be commands.
pub(super) fn find_commands(statement: &[Placed<'_>], bindings: &Bindings<'_>) -> Vec<CodeCommand> {
    let mut commands: Vec<CodeCommand> = Vec::new();
    let mut known = BTreeSet::new();
    let mut add = |line: String, is_started: bool| {
        if !line.is_empty() && known.insert((line.clone(), is_started)) {
            commands.push(CodeCommand { line, is_started });
        }
    };
    for (at, placed) in statement.iter().enumerate() {
        let before = statement.get(..at).unwrap_or_default();
        let is_told = || is_told(before);
        match placed.token {
            Token::Text(text) if may_be_line(text) && !is_told() => {
                add(text.to_owned(), is_given_to_starter(before));
            }
            Token::Template(text) if may_be_line(text) && !is_told() => {
                add(bindings.template(text), is_given_to_starter(before));
            }
            Token::Sign(b'[') if !is_told() => {
                let words = bindings.command(statement.get(at..).unwrap_or_default());
                add(line_of(&words), false);
            }
            Token::Sign(b'(') => {
                let Some(callee) = before.last().and_then(|callee| callee.token.name()) else {
                    continue;
                };
                if tells(callee) {
                    continue;
                }
                let is_starter = STARTERS.contains(&callee);
                for words in of_call(callee, &arguments(statement, at), bindings) {
                    add(line_of(&words), is_starter);
                }
            }
            _ => {}
        }
    }
    commands
}

/// A text of one word is not a command that publishes or leads to one.
fn may_be_line(text: &str) -> bool {
    text.contains([' ', '\n'])
}

/// The command lines that a call may start.
fn of_call(callee: &str, arguments: &[&[Placed<'_>]], bindings: &Bindings<'_>) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (n, argument) in arguments.iter().enumerate() {
        let next = arguments.get(n + 1);
        // `spawn('npm', ['publish'])`, `new Deno.Command('npm', { args: ['publish'] })`
        if let (Some(program), Some(list)) = (
            bindings.program(argument),
            next.and_then(|next| bindings.list_of(next)),
        ) {
            found.push([vec![program], list].concat());
        }
        // `run({ cmd: 'npm', args: ['publish'] })`
        if argument.first().is_some_and(|first| first.token.is_sign(b'{')) {
            let program = bindings.property(argument, &["cmd", "command", "program", "file"]);
            let list = bindings.property(argument, &["args"]);
            if let (Some(Value::Text(program)), Some(Value::List(list))) = (program, list) {
                found.push([vec![program], list].concat());
            }
        }
    }
    let texts: Vec<String> = arguments
        .iter()
        .map_while(|argument| bindings.text(argument))
        .collect();
    let list = arguments.first().and_then(|first| match first.first()?.token {
        Token::Sign(b'[') => Some(bindings.command(first)),
        _ => bindings.list_of(first),
    });
    let is_program = PROGRAMS.contains(&callee);
    match (texts.as_slice(), list) {
        // `npm(['publish'])`
        (_, Some(list)) if is_program => found.push([vec![callee.to_owned()], list].concat()),
        (_, Some(list)) => found.push(list),
        ([text], None) if is_program => found.push(vec![callee.to_owned(), text.clone()]),
        // `exec(command)`, with a text that has a name.
        ([text], None) if may_be_line(text) => found.push(vec![text.clone()]),
        // `run('npm', 'publish')`
        ([program, rest @ ..], None) if !rest.is_empty() && !may_be_line(program) => found.push(texts),
        _ => {}
    }
    found
}

/// The words as a command line. A single one is a line by itself.
fn line_of(words: &[String]) -> String {
    let quote = |word: &String| match word.contains(char::is_whitespace) && !word.contains(['"', '\'']) {
        true => format!("'{word}'"),
        false => word.clone(),
    };
    match words {
        [line] => line.clone(),
        [program, rest @ ..] => {
            // The name of the program on Windows.
            let program = program.strip_suffix(".cmd").unwrap_or(program).to_owned();
            let words = [program].into_iter().chain(rest.iter().map(quote));
            words.collect::<Vec<_>>().join(" ")
        }
        [] => String::new(),
    }
}

/// Whether what follows is only printed, thrown or compared, also as the first of a list.
fn is_told(before: &[Placed<'_>]) -> bool {
    let before = match before {
        [before @ .., list] if list.token.is_sign(b'[') => before,
        before => before,
    };
    let tokens: Vec<Token<'_>> = before.iter().rev().take(4).map(|placed| placed.token).collect();
    match tokens.as_slice() {
        [Token::Sign(b'='), Token::Sign(b'='), ..] => true,
        [
            Token::Sign(b'('),
            Token::Word(_),
            Token::Sign(b'.'),
            Token::Word("console"),
        ] => true,
        [Token::Sign(b'('), Token::Word(name), ..] => tells(name),
        _ => false,
    }
}

fn tells(function: &str) -> bool {
    TELLS.contains(&function)
}

/// Whether what follows is the first argument of a function that starts programs, or its template.
fn is_given_to_starter(before: &[Placed<'_>]) -> bool {
    // `$({ stdio: 'inherit' })`…``
    let before = match before {
        [.., end] if end.token.is_sign(b')') => before_brackets(before),
        before => before,
    };
    let mut before = before.iter().rev().map(|placed| placed.token);
    let name = match before.next() {
        Some(Token::Sign(b'(')) => before.next(),
        name => name,
    };
    matches!(name, Some(Token::Word(name)) if STARTERS.contains(&name))
}

/// What is in front of the brackets that end here.
fn before_brackets<'s, 't>(tokens: &'s [Placed<'t>]) -> &'s [Placed<'t>] {
    let mut depth = 0;
    let length = tokens.iter().rev().take(MOST_TOKENS).position(|placed| {
        depth += placed.token.depth();
        depth == 0
    });
    let start = length.map_or(0, |length| tokens.len() - length - 1);
    tokens.get(..start).unwrap_or_default()
}

/// The calls of functions and methods in a statement.
pub(super) fn find_calls(statement: &[Placed<'_>]) -> BTreeSet<CodeCall> {
    let mut calls = BTreeSet::new();
    let is_open = |placed: &Placed<'_>| placed.token.is_sign(b'(');
    for at in (0..statement.len()).filter(|at| statement.get(*at).is_some_and(is_open)) {
        let before = statement.get(..at).unwrap_or_default();
        let Some(function) = before.last().and_then(|function| function.token.name()) else {
            continue;
        };
        let mut root = function;
        let mut chain = before;
        while let [rest @ .., object, dot, _] = chain
            && dot.token.is_sign(b'.')
            && let Some(name) = object.token.name()
        {
            root = name;
            chain = statement.get(..=rest.len()).unwrap_or_default();
        }
        calls.insert(CodeCall {
            root: root.to_owned(),
            function: function.to_owned(),
            is_dry_run: asks_for_dry_run(statement.get(at..).unwrap_or_default()),
        });
    }
    calls
}

/// Whether the arguments that begin here have `dryRun: true`.
fn asks_for_dry_run(tokens: &[Placed<'_>]) -> bool {
    let mut depth = 0;
    let length = tokens.iter().take(MOST_TOKENS).take_while(|placed| {
        depth += placed.token.depth();
        depth > 0
    });
    let length = length.count();
    let arguments = tokens.get(..length).unwrap_or_default();
    arguments.windows(3).any(|window| match window {
        [name, colon, value] => {
            is_named(name.token, &["dryRun", "dry-run", "dry"])
                && colon.token.is_sign(b':')
                && value.token.is_word("true")
        }
        _ => false,
    })
}
