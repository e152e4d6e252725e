//! What a script, or a function of the shell, is called with, put in the place of `$1`, `$@` and `$0`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::folders::root_path;
use super::held_commands::with_held_commands;
use crate::publish::walk::programs::own_folder::{OwnFolder, with_full_names};
use crate::syntax::shell::{Command, Loop, Script, Word};

/// What `$1` and so on stand for.
pub(crate) struct Parameters<'w> {
    words: &'w [Word],
    /// What `dirname "$0"` says.
    own_folder: Option<OwnFolder>,
    /// Whether the function has a name as those of PowerShell, which give it `$args`.
    is_of_power_shell: bool,
}

impl<'w> Parameters<'w> {
    /// The parameters of a function.
    pub(crate) fn of_function(name: &str, words: &'w [Word]) -> Self {
        Self {
            words,
            own_folder: None,
            is_of_power_shell: name.contains('-'),
        }
    }

    /// The parameters of a script that is in this folder.
    pub(in crate::publish::walk) fn of_script(folder: OwnFolder, words: &'w [Word]) -> Self {
        Self {
            words,
            own_folder: Some(folder),
            is_of_power_shell: false,
        }
    }

    /// Puts the parameters into a script. Those of its functions are other ones, and where a script moves them along
    /// they are unknown.
    pub(crate) fn bind_script(&self, script: &Script) -> Script {
        let moves = |command: &Command| {
            let name = command.word(0);
            let sets = name == Some("set") && command.words.iter().skip(1).any(|word| word.text == "--");
            command.function.is_none() && (name == Some("shift") || name == Some("getopts") || sets)
        };
        let are_moved = script.commands.iter().any(moves);
        let bind = |command: &Command| match are_moved || command.function.is_some() {
            true => self.with_own_folder(command),
            false => self.bind(&self.with_own_folder(command)),
        };
        let commands: Vec<Command> = script.commands.iter().map(bind).collect();
        with_constants(Script { commands })
    }

    /// Puts the parameters into a command.
    pub(crate) fn bind(&self, command: &Command) -> Command {
        map_words(command, |word| self.bind_word(word))
    }

    fn with_own_folder(&self, command: &Command) -> Command {
        let Some(folder) = &self.own_folder else {
            return command.clone();
        };
        map_words(command, |word| {
            if !OwnFolder::is_asked_for_by(&word.text) {
                return vec![word.clone()];
            }
            vec![with_text(word, folder.put_into(&word.text))]
        })
    }

    fn bind_word(&self, word: &Word) -> Vec<Word> {
        let is_splat = word.text == "@args" && self.own_folder.is_none();
        if !is_splat && (!word.is_dynamic || !word.text.contains('$')) {
            return vec![word.clone()];
        }
        let is_all = matches!(word.text.as_str(), "$@" | "$*" | "${@}" | "${*}");
        if is_splat || is_all || word.text == "$args" && self.is_of_power_shell {
            let at_call = |parameter: &Word| Word {
                range: word.range,
                inner: None,
                ..parameter.clone()
            };
            return self.words.iter().map(at_call).collect();
        }
        let bound = replaced(word, |text| self.bind_text(text));
        match bound.text.is_empty() {
            true => Vec::new(),
            false => vec![bound],
        }
    }

    fn bind_text(&self, text: &str) -> String {
        let mut bound = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('$') {
            bound.push_str(before);
            match parameter(behind) {
                Some((number, default, behind)) => {
                    let value = self.words.get(number - 1).map(|word| word.text.as_str());
                    bound.push_str(value.or(default).unwrap_or_default());
                    rest = behind;
                }
                None => {
                    bound.push('$');
                    rest = behind;
                }
            }
        }
        bound.push_str(rest);
        bound
    }
}

/// Reads `1`, `{1}` or `{1:-default}` after a `$`: the number, the default, and what follows.
fn parameter(text: &str) -> Option<(usize, Option<&str>, &str)> {
    let Some(inside) = text.strip_prefix('{') else {
        let number = text.get(..1)?.parse().ok().filter(|number| *number > 0)?;
        return Some((number, None, text.get(1..)?));
    };
    let (inside, behind) = inside.split_once('}')?;
    let (number, default) = match inside.split_once(":-").or_else(|| inside.split_once('-')) {
        Some((number, default)) => (number, Some(default)),
        None => (inside, None),
    };
    let number = number.parse().ok().filter(|number| *number > 0)?;
    Some((number, default, behind))
}

/// The script with the values of its constants in the place of their names.
pub(crate) fn with_constants(script: Script) -> Script {
    let script = with_held_commands(script);
    let sets_one = |command: &Command| !command.assignments.is_empty() || command.word(0) == Some("export");
    if !script.commands.iter().any(sets_one) {
        return script;
    }
    let constants = constants(&script.commands);
    if constants.is_empty() {
        return script;
    }
    let put = |word: &Word| {
        vec![replaced(word, |text| {
            put_variables(text, &|name| constants.get(name).cloned())
        })]
    };
    let commands = script.commands.iter().map(|command| map_words(command, put));
    Script {
        commands: commands.collect(),
    }
}

/// Variables that the script sets once, outside of any branch, to a text that has no blanks.
fn constants(commands: &[Command]) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for command in commands {
        let is_alone = command.words.is_empty() || matches!(command.word(0), Some("export" | "readonly"));
        let is_certain = is_alone && !command.is_conditional && command.function.is_none();
        let is_certain = is_certain && command.subshells.is_empty() && command.loops.is_empty();
        if is_alone {
            for assignment in &command.assignments {
                let value = &assignment.value;
                let is_constant = !value.is_dynamic && !value.text.contains([' ', '\n', '$']);
                let known = |name: &str| found.get(name).cloned().flatten();
                let value = match is_constant {
                    true => Some(value.text.clone()),
                    false => root_path(&with_full_names(&put_variables(&value.text, &known))),
                };
                let value = value.filter(|_| is_certain);
                let is_new = !found.contains_key(&assignment.name);
                found.insert(assignment.name.clone(), value.filter(|_| is_new));
            }
        }
        // `export NAME=value`, `local NAME`, `read NAME` set the variable too.
        for word in command.words.iter().skip(1) {
            let name = word.text.split(['=', '+']).next().unwrap_or_default();
            let value = word
                .text
                .get(name.len() + 1..)
                .filter(|_| is_certain && !word.is_dynamic);
            let value = value.filter(|value| !value.contains([' ', '\n', '$']));
            let sets = matches!(
                command.word(0),
                Some("export" | "readonly" | "local" | "declare" | "typeset" | "read" | "unset")
            );
            // `export NAME` hands on what was set before.
            if sets && (word.text.contains('=') || !matches!(command.word(0), Some("export" | "readonly"))) {
                let is_new = !found.contains_key(name);
                found.insert(name.to_owned(), value.filter(|_| is_new).map(str::to_owned));
            }
        }
        for name in set_by_builtin(command) {
            found.insert(name.to_owned(), None);
        }
        if runs_unknown_text(command) {
            found.values_mut().for_each(|value| *value = None);
        }
        for iteration in &command.loops {
            found.insert(iteration.name.clone(), None);
        }
    }
    found
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// The variables that a builtin of the shell sets to something that is not known, or makes names of others: `printf -v NAME`, `mapfile
/// NAME`, `read NAME`, `declare -n OTHER=NAME`. Source: "Shell Builtin Commands" in the manual of Bash 5.2.
pub(super) fn set_by_builtin(command: &Command) -> impl Iterator<Item = &str> {
    let words = command.words.iter().map(|word| word.text.as_str());
    let is_flag = |text: &&str| text.starts_with('-');
    let follows = match command.word(0) {
        Some("printf") => command
            .words
            .windows(2)
            .find_map(|two| match two {
                [flag, name] if flag.text == "-v" => Some(vec![name.text.as_str()]),
                _ => None,
            })
            .unwrap_or_default(),
        Some("mapfile" | "readarray" | "getopts" | "let" | "read" | "unset") => {
            words.skip(1).filter(|text| !is_flag(text)).collect()
        }
        Some("declare" | "local" | "typeset") if command.words.iter().any(|word| word.text == "-n") => words
            .skip(1)
            .filter_map(|text| Some(text.split_once('=')?.1))
            .collect(),
        _ => Vec::new(),
    };
    follows
        .into_iter()
        .map(|text| text.split(['=', '+', '-', '*', '/']).next().unwrap_or_default())
}

/// Programs whose output sets variables of their own, and the PATH: `eval "$(ssh-agent -s)"`.
const SET_UP_SHELL: [&str; 12] = [
    "asdf",
    "brew",
    "direnv",
    "fnm",
    "gpg-agent",
    "mise",
    "nodenv",
    "opam",
    "pyenv",
    "rbenv",
    "ssh-agent",
    "volta",
];

/// Whether a command runs what a program prints, which may set any variable: `eval "$(./env.sh)"`.
pub(super) fn runs_unknown_text(command: &Command) -> bool {
    let mut words = command.words.iter().skip(1);
    command.word(0) == Some("eval")
        && words.any(|word| {
            let printed = word
                .text
                .strip_prefix("$(")
                .or_else(|| word.text.strip_prefix('`'));
            let program = printed.and_then(|text| text.split_whitespace().next());
            program.is_some_and(|program| {
                let name = program.rsplit('/').next().unwrap_or(program);
                !SET_UP_SHELL.contains(&name)
            })
        })
}

/// The text with the values of the known variables in the place of their names.
pub(crate) fn put_variables(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut put = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        put.push_str(before);
        let (inside, end) = match behind.strip_prefix('{') {
            Some(inside) => (inside, "}"),
            None => (behind, ""),
        };
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = inside.find(|c: char| !is_part(c)).unwrap_or(inside.len());
        let (name, after) = inside.split_at(length);
        match (value(name), after.strip_prefix(end)) {
            (Some(value), Some(after)) => {
                put.push_str(&value);
                rest = after;
            }
            _ => {
                put.push('$');
                rest = behind;
            }
        }
    }
    put.push_str(rest);
    put
}

/// As [`put_variables`], once for each value of variables that have one of a few.
pub(crate) fn put_each_variable(text: &str, values: &dyn Fn(&str) -> Option<Vec<String>>) -> Vec<String> {
    let several = RefCell::new(BTreeMap::new());
    let put = put_variables(text, &|name| {
        let mut values = values(name)?;
        if values.len() > 1 {
            several.borrow_mut().insert(name.to_owned(), values);
            return None;
        }
        values.pop()
    });
    several
        .into_inner()
        .iter()
        .fold(vec![put], |texts, (name, values)| {
            let with_each = |text: &String| -> Vec<String> {
                let with =
                    |value: &String| put_variables(text, &|asked| (asked == name).then(|| value.clone()));
                values.iter().map(with).collect()
            };
            texts.iter().flat_map(with_each).collect()
        })
}

/// The text with the defaults of variables that have no value: `${NAME:-npm}`. One that has a value becomes `${NAME}`.
pub(in crate::publish::walk) fn put_defaults(
    text: &str,
    values: &dyn Fn(&str) -> Option<Vec<String>>,
    is_unset: &dyn Fn(&str) -> bool,
) -> String {
    let mut put = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        put.push_str(before);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (name, operator) = after.split_at(after.find(|c| !is_part(c)).unwrap_or(after.len()));
        let default = operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-'));
        let known = default
            .and_then(|default| default.split_once('}'))
            .and_then(|(default, end)| {
                let is_plain = !name.is_empty() && !default.contains(['$', '{', '`']);
                let value = match values(name) {
                    Some(values) if values.iter().all(|value| !value.is_empty()) => format!("${{{name}}}"),
                    Some(values) if values.iter().all(String::is_empty) => default.to_owned(),
                    None if is_unset(name) => default.to_owned(),
                    _ => return None,
                };
                is_plain.then_some((value, end))
            });
        match known {
            Some((value, end)) => {
                put.push_str(&value);
                rest = end;
            }
            None => {
                put.push_str("${");
                rest = after;
            }
        }
    }
    put.push_str(rest);
    put
}

/// A word with another text.
fn replaced(word: &Word, replace: impl Fn(&str) -> String) -> Word {
    if !word.is_dynamic || !word.text.contains('$') {
        return word.clone();
    }
    with_text(word, replace(&word.text))
}

fn with_text(word: &Word, text: String) -> Word {
    if text == word.text {
        return word.clone();
    }
    Word {
        range: word.range,
        is_dynamic: text.contains(['$', '`', '*', '?', '[']),
        text,
        inner: None,
    }
}

/// The command with other words.
pub(crate) fn map_words(command: &Command, map: impl Fn(&Word) -> Vec<Word>) -> Command {
    let only = |word: &Word| {
        let empty = || Word {
            text: String::new(),
            is_dynamic: false,
            ..word.clone()
        };
        match map(word).as_slice() {
            [] => empty(),
            [only] => only.clone(),
            _ => word.clone(),
        }
    };
    let mut mapped = command.clone();
    mapped.words = command.words.iter().flat_map(&map).collect();
    for assignment in &mut mapped.assignments {
        assignment.value = only(&assignment.value);
    }
    for redirect in &mut mapped.redirects {
        redirect.target = only(&redirect.target);
    }
    let loops = command.loops.iter().map(|iteration| {
        Arc::new(Loop {
            name: iteration.name.clone(),
            values: iteration.values.iter().flat_map(&map).collect(),
        })
    });
    mapped.loops = loops.collect();
    mapped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::shell::split_script;

    /// Checks the commands of a script that is called with these words; those in subshells are left out.
    #[track_caller]
    fn check(call: &str, script: &str, expected: &[&str]) {
        let call = split_script(call).commands.remove(0);
        let (path, arguments) = call.words.split_first().unwrap();
        let bound = Parameters::of_script(OwnFolder::of_call(&path.text), arguments)
            .bind_script(&split_script(script));
        let show = |word: &Word| match word.is_dynamic {
            true => format!("‹{}›", word.text),
            false => word.text.clone(),
        };
        let shown: Vec<String> = bound
            .commands
            .iter()
            .filter(|command| command.subshells.is_empty() && !command.words.is_empty())
            .map(|command| command.words.iter().map(show).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(shown, expected, "{script}");
    }

    #[test]
    fn parameters_stand_for_the_words_of_the_call() {
        check("x a b", "c $1 ${2} \"$1-$2\" $3 \"$3\" d", &["c a b a-b d"]);
        check("x a b", "c \"$@\"; c $*", &["c a b", "c a b"]);
        check("x", "c ${1:-d} ${1-e} ${1}", &["c d e"]);
        check(
            "x a",
            "c ${1:-d} '$1' \\$1 $10 $# $? $$",
            &["c a $1 $1 a0 ‹$#› ‹$?› ‹$$›"],
        );
        check("x $A ${{ b }}", "c $1 $2", &["c ‹$A› ‹${{ b }}›"]);
        check("x a", "f() { c $1; }; c $1", &["c ‹$1›", "c a"]);
        check("x a b", "c $1; shift; c $1", &["c ‹$1›", "shift", "c ‹$1›"]);
        check("x a", "c ${ ${1 $ ${x:-$1}", &["c ‹${ ${1 $ ${x:-a}›"]);
    }

    #[test]
    fn a_variable_without_a_value_has_its_default() {
        let values = |name: &str| match name {
            "SET" => Some(vec!["a".to_owned(), "b".to_owned()]),
            "EMPTY" => Some(vec![String::new()]),
            "EITHER" => Some(vec![String::new(), "a".to_owned()]),
            _ => None,
        };
        let is_unset = |name: &str| name == "UNSET";
        for (text, expected) in [
            ("${UNSET:-npm} x", "npm x"),
            ("${UNSET-npm}", "npm"),
            ("${EMPTY:-npm}", "npm"),
            ("${SET:-npm}", "${SET}"),
            ("${EITHER:-npm}", "${EITHER:-npm}"),
            ("${OTHER:-npm}", "${OTHER:-npm}"),
            ("${UNSET:-$A}", "${UNSET:-$A}"),
            ("${UNSET}", "${UNSET}"),
            ("${", "${"),
        ] {
            assert_eq!(put_defaults(text, &values, &is_unset), expected, "{text}");
        }
    }

    #[test]
    fn the_folder_of_the_script_is_known() {
        check("ci/x", "cd \"$(dirname \"$0\")\"", &["cd ci"]);
        check("./x", "cd \"$(dirname -- \"${BASH_SOURCE[0]}\")/a\"", &["cd ./a"]);
        check("x", "cd $(cd $(dirname $0)/.. && pwd)/a", &["cd ./../a"]);
        check("x", "cd $(cd $A && pwd)", &["cd ‹$(cd $A && pwd)›"]);
    }

    #[test]
    fn variables_that_are_set_once_are_known() {
        check(
            "x a",
            "A=$1; c $A ${A}b $AB \"${A:-d}\"",
            &["c a ab ‹$AB› ‹${A:-d}›"],
        );
        check("x", "export A=a; c $A", &["export A=a", "c a"]);
        check("x", "A=a; eval ssh; c $A", &["eval ssh", "c a"]);
        check("x", "A=a; export A; c $A", &["export A", "c a"]);
        for unknown in [
            "A=a; A=b",
            "A=a; if x; then A=b; fi",
            "if x; then A=a; fi",
            "A=a; read A",
            "A=a; f() { local A=b; }",
            "A=$(b)",
            "A=\"a b\"",
            "A=a c",
            "(A=a)",
            "A=a; printf -v A b",
            "A=a; mapfile -t A < x",
            "A=a; declare -n B=A; B=b",
            "A=a; eval \"$(./env.sh)\"",
        ] {
            let script = format!("{unknown}\nz $A");
            let call = split_script("x").commands.remove(0);
            let bound = Parameters::of_script(OwnFolder::of_call(&call.words[0].text), &[])
                .bind_script(&split_script(&script));
            assert_eq!(
                bound.commands.last().and_then(|command| command.word(1)),
                Some("$A"),
                "{unknown}"
            );
        }
    }
}
