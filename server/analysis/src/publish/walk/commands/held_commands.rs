//! Commands that a variable of the script holds: `CMD="npm publish"`, and then `$CMD`; `ARGS=(publish --tag next)`, and then
//! `npm "${ARGS[@]}"` or `npm publish "${ARGS[@]}"`; one of a few programs, `$NPM publish`; and the same in PowerShell and cmd.

use std::collections::HashMap;

use super::held_value::{Held, WITH_VERB, is_array};
use super::parameters::{runs_unknown_text, set_by_builtin};
use crate::publish::tools::is_program;
use crate::syntax::shell::{Assignment, Command, Script, Word, variable_of_cmd};

/// The script with the commands that its variables hold in the place of the variables.
pub(super) fn with_held_commands(script: Script) -> Script {
    let holds = |command: &Command| {
        let mut words = command.words.iter().take(deciding_words(command));
        words.any(|word| name_of(word).is_some()) || holds_arguments(command)
    };
    if !script.commands.iter().any(holds) {
        return script;
    }
    let mut variables: HashMap<String, Held> = HashMap::new();
    let mut commands = Vec::with_capacity(script.commands.len());
    for command in &script.commands {
        let of_command = put(command, &variables).into_iter();
        commands.extend(of_command.map(|command| with_held_arguments(command, &variables)));
        let assigned = match command.words.is_empty() {
            true => &command.assignments,
            false => &assigned_by_words(command).into_iter().collect(),
        };
        for assignment in assigned {
            let held = variables.entry(assignment.name.clone()).or_default();
            held.assign(assignment, command);
        }
        forget(&mut variables, command);
    }
    Script { commands }
}

/// What a builtin sets, an element of an array that is assigned, and whatever a file or a text that is read sets, is not known.
fn forget(variables: &mut HashMap<String, Held>, command: &Command) {
    let first = command.word(0).unwrap_or_default();
    let of_element = first
        .split_once('[')
        .filter(|(_, rest)| rest.contains("]=") || rest.contains("]+="));
    let names = set_by_builtin(command).chain(of_element.map(|(name, _)| name));
    for name in names {
        if let Some(held) = variables.get_mut(name) {
            held.is_unknown = true;
        }
    }
    if matches!(first, "source" | ".") || runs_unknown_text(command) {
        variables.values_mut().for_each(|held| held.is_unknown = true);
    }
}

/// At so many of the first words a variable may decide what the command does.
fn deciding_words(command: &Command) -> usize {
    let has_verb = command
        .word(0)
        .is_some_and(|program| WITH_VERB.contains(&program));
    if has_verb { 2 } else { 1 }
}

/// Whether arguments of a publishing tool may be in variables.
fn holds_arguments(command: &Command) -> bool {
    let program = command.word(0).unwrap_or_default();
    let is_tool = WITH_VERB.contains(&program) || is_program(program);
    let mut arguments = command.words.iter().skip(1);
    is_tool && arguments.any(|word| name_of(word).is_some_and(|_| is_list(word)))
}

/// The command with the arguments that its variables hold: `npm publish "${ARGS[@]}"`, and `npm publish $FLAGS` where these are
/// flags. What only some runs add to them stays a variable.
fn with_held_arguments(command: Command, variables: &HashMap<String, Held>) -> Command {
    if !holds_arguments(&command) {
        return command;
    }
    let words = command.words.iter().enumerate().flat_map(|(at, word)| {
        let name = name_of(word).filter(|_| at > 0 && is_list(word));
        let held = name.and_then(|name| variables.get(name)?.only_value(name, word));
        match held {
            Some(texts) => texts.into_iter().map(|text| placed(word, text)).collect(),
            None => vec![word.clone()],
        }
    });
    Command {
        words: words.collect(),
        ..command
    }
}

/// Whether a variable becomes several words: an array, or a text without quotes.
fn is_list(word: &Word) -> bool {
    is_array(word) || word.inner == Some(word.range)
}

/// The variable that a command sets by its words: `set NAME=value` of cmd, and `: "${NAME:=value}"`.
fn assigned_by_words(command: &Command) -> Option<Assignment> {
    let (program, words) = command.words.split_first()?;
    let text = match program.text.as_str() {
        ":" => words
            .first()?
            .text
            .strip_prefix("${")?
            .strip_suffix('}')?
            .to_owned(),
        set if set.eq_ignore_ascii_case("set") && words.first()?.text.contains('=') => {
            let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            words.join(" ")
        }
        _ => return None,
    };
    let (name, value) = text.split_once('=')?;
    let (name, value) = match name.strip_suffix(':') {
        Some(name) => (name, format!("${{{name}:-{value}}}")),
        None => (name, value.to_owned()),
    };
    let range = program.range;
    Some(Assignment {
        name: name.to_owned(),
        value: Word {
            range,
            is_dynamic: value.contains(['$', '%']),
            text: value,
            inner: None,
        },
        range,
    })
}

/// The command with what its variables hold: several where a variable holds one of several commands.
fn put(command: &Command, variables: &HashMap<String, Held>) -> Vec<Command> {
    let held = command.words.iter().take(deciding_words(command)).enumerate();
    let mut held = held.filter_map(|(at, word)| {
        let name = name_of(word)?;
        let held = variables.get(name)?;
        let goes_on = command.words.len() > 1;
        Some((at, word, held.values(name, at, goes_on), held.is_certain))
    });
    // Of two variables in front, only the first is taken: `$CMD $ARGS`.
    let Some((at, word, values, is_certain)) = held.find(|(_, _, values, _)| !values.is_empty()) else {
        return vec![without_prefix(command, variables).unwrap_or_else(|| command.clone())];
    };
    let with = |value: Vec<String>| {
        let value = value.into_iter().map(|text| placed(word, text));
        let mut words = command.words.clone();
        words.splice(at..=at, value);
        Command {
            words,
            is_conditional: command.is_conditional || !is_certain,
            ..command.clone()
        }
    };
    let commands = values.into_iter().map(with);
    // Unless that one is only a program: `$NPM @ARGS`.
    let has_verb = |command: &Command| at == 0 && deciding_words(command) > 1;
    commands
        .flat_map(|command| match has_verb(&command) {
            true => put(&command, variables),
            false => vec![command],
        })
        .collect()
}

/// The command after a variable that may be empty: `$DRY npm publish`, with `DRY=echo` for a rehearsal.
fn without_prefix(command: &Command, variables: &HashMap<String, Held>) -> Option<Command> {
    let (first, rest) = command.words.split_first()?;
    let name = name_of(first).filter(|_| !first.text.starts_with('@'))?;
    let is_known = rest
        .first()
        .is_some_and(|word| WITH_VERB.contains(&word.text.as_str()) || is_program(&word.text));
    let held = variables.get(name);
    // What always has a value is another command.
    let always = held.is_some_and(|held| {
        let mut words = held.values.iter().flat_map(|value| &value.words);
        held.is_certain
            && !held.is_unknown
            && words.clone().next().is_some()
            && !words.any(|word| word.contains('$'))
    });
    (is_known && !always).then(|| Command {
        words: rest.to_vec(),
        is_conditional: true,
        ..command.clone()
    })
}

/// The variable that a word is: `$CMD`, `${CMD}`, `${CMD[@]}`, `@CMD` of PowerShell, `%CMD%` of cmd.
fn name_of(word: &Word) -> Option<&str> {
    let of_cmd = || variable_of_cmd(&word.text);
    let of_power_shell = || {
        word.text
            .strip_prefix('@')
            .filter(|_| word.inner == Some(word.range))
    };
    let of_shell = word.text.strip_prefix('$').filter(|_| word.is_dynamic);
    let rest = of_shell.or_else(of_power_shell).or_else(of_cmd)?;
    let name = match rest.strip_prefix('{') {
        Some(inside) => {
            let inside = inside.strip_suffix('}')?;
            let array = inside.strip_suffix("[@]").or_else(|| inside.strip_suffix("[*]"));
            array.unwrap_or(inside)
        }
        None => rest,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

fn placed(word: &Word, text: String) -> Word {
    Word {
        range: word.range,
        is_dynamic: text.contains(['$', '`', '*', '?', '[']),
        text,
        inner: None,
    }
}

#[cfg(test)]
mod tests {
    use super::with_held_commands;
    use crate::syntax::shell::split_script;

    /// The commands in place of the last one, with `?` where it may be left out.
    #[track_caller]
    fn check(script: &str, expected: &str) {
        let script = with_held_commands(split_script(script));
        let last = script.commands.last().expect("a command").range;
        let commands = script.commands.iter().filter(|command| command.range == last);
        let shown = commands.map(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            format!(
                "{}{}",
                words.join(" "),
                if command.is_conditional { "?" } else { "" }
            )
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" / "), expected);
    }

    #[test]
    fn the_command_in_a_variable_is_known() {
        check("CMD='npm publish'\n$CMD --tag next", "npm publish --tag next");
        check(
            "CMD=\"npm publish --access public\"\neval \"$CMD\"",
            "npm publish --access public",
        );
        check(
            "ARGS=(publish --tag 'a b')\nnpm \"${ARGS[@]}\"",
            "npm publish --tag a b",
        );
        check(
            "CMD='npm publish'\nCMD=\"$CMD --tag next\"\n${CMD}",
            "npm publish --tag next",
        );
        check(
            "CMD=(npm publish)\nCMD+=(--tag next)\n\"${CMD[@]}\"",
            "npm publish --tag next",
        );
    }

    #[test]
    fn the_arguments_in_a_variable_are_known() {
        for (script, expected) in [
            (
                "A=(--registry=\"$R\" --tag next)\nnpm publish \"${A[@]}\"",
                "npm publish --registry=$R --tag next",
            ),
            (
                "A=(--tag next)\nif $x; then A+=(--dry-run); fi\npnpm publish x \"${A[@]}\"",
                "pnpm publish x --tag next $A",
            ),
            (
                "A=()\nA+=(--dry-run)\nnpm publish \"${A[*]}\"",
                "npm publish --dry-run",
            ),
            ("A=()\nnpm publish \"${A[@]}\" x", "npm publish x"),
            ("A='--tag next'\nlerna publish $A", "lerna publish --tag next"),
            ("$a = @('--tag', 'x')\nnpm publish @a", "npm publish --tag x"),
            // One word, or a folder.
            ("A='--tag next'\nnpm publish \"$A\"", "npm publish $A"),
            ("A='x y'\nnpm publish $A", "npm publish $A"),
            ("A=(--tag a)\nnpm publish $A", "npm publish $A"),
            ("A=(--tag a)\nnpm publish \"${A[*]}\"", "npm publish ${A[*]}"),
            // A builtin, an element or a file may change it.
            (
                "A=(--tag a)\nunset A\nnpm publish \"${A[@]}\"",
                "npm publish ${A[@]}",
            ),
            (
                "A=(--tag a)\nA[1]=b\nnpm publish \"${A[@]}\"",
                "npm publish ${A[@]}",
            ),
            (
                "A=()\nmapfile -t A < x\nnpm publish \"${A[@]}\"",
                "npm publish ${A[@]}",
            ),
            (
                "A=()\nread -ra A <<< \"$X\"\nnpm publish \"${A[@]}\"",
                "npm publish ${A[@]}",
            ),
            (
                "A=(--tag a)\n. ./env.sh\nnpm publish \"${A[@]}\"",
                "npm publish ${A[@]}",
            ),
            (
                "A=()\nunset A\nA=(--tag a)\nnpm publish \"${A[@]}\"",
                "npm publish --tag a",
            ),
            // One of several, or what the script does not say.
            (
                "if $x; then A=(--tag a); else A=(--tag b); fi\nnpm publish \"${A[@]}\"",
                "npm publish ${A[@]}",
            ),
            ("A=($(flags))\nA=$(flags)\nnpm publish $A", "npm publish $A"),
            ("npm publish \"${A[@]}\"", "npm publish ${A[@]}"),
            ("A=(--tag a)\nacme publish \"${A[@]}\"", "acme publish ${A[@]}"),
        ] {
            check(script, expected);
        }
    }

    #[test]
    fn what_only_some_runs_add_is_open() {
        let added = "CMD='npm publish'\nif $x; then CMD=\"$CMD --dry-run\"; fi\n$CMD";
        check(added, "npm publish $CMD");
        let array = "CMD=(npm publish)\nif $x; then CMD+=(--dry-run); fi\n\"${CMD[@]}\"";
        check(array, "npm publish $CMD");
        let either = "if $x; then CMD='npm publish --tag a'; else CMD='npm publish'; fi\n$CMD";
        check(either, "npm publish $CMD?");
    }

    #[test]
    fn a_branch_may_choose_the_command() {
        let dry = "if $x; then CMD='echo skip'; else CMD='npm publish'; fi\n$CMD";
        check(dry, "echo skip? / npm publish?");
        check(
            "CMD=true\nif $x; then CMD='npm publish'; fi\n$CMD",
            "npm publish?",
        );
        check("if $x; then CMD='npm publish'; fi\n$CMD", "npm publish?");
    }

    /// One more than are kept, and then any number.
    #[test]
    fn a_variable_holds_few_commands() {
        let branches = |count: usize| -> String {
            let branches = (0..count).map(|n| format!("if $x; then CMD='npm x{n} y'; fi\n"));
            branches.collect()
        };
        let four = "npm x0 y? / npm x1 y? / npm x2 y? / npm x3 y?";
        check(&format!("{}$CMD", branches(4)), four);
        for count in [5, 6, 50] {
            check(&format!("{}$CMD", branches(count)), "$CMD");
            // What follows in every run counts.
            let again = format!("{}CMD='npm publish'\n$CMD", branches(count));
            check(&again, "npm publish");
        }
    }

    #[test]
    fn the_last_assignment_counts() {
        let again = "CMD='npm test -w a'\n$CMD\nCMD='npm publish'\n$CMD";
        check(again, "npm publish");
        check("CMD=$(cat cmd)\nCMD='npm publish'\n$CMD", "npm publish");
        check("CMD='npm publish'\nCMD=$(cat cmd)\n$CMD", "$CMD");
        check("CMD='npm test -w a'\n(CMD='npm publish')\n$CMD", "$CMD");
    }

    #[test]
    fn what_the_script_does_not_say_stays() {
        check("$CMD", "$CMD");
        check("CMD=$(cat cmd)\n$CMD", "$CMD");
        check("CMD='a && b'\n$CMD", "$CMD");
        check("if $x; then CMD=a; else CMD=b; fi\n$CMD", "$CMD");
        check("CMD='npm publish'\necho now $CMD", "echo now $CMD");
        check("CMD+=' --tag next'\n$CMD", "$CMD");
        check("CMD=tsc\n$CMD publish", "$CMD publish");
        check("npm @acme/cli", "npm @acme/cli");
    }

    #[test]
    fn a_variable_may_hold_one_of_a_few_programs() {
        for (script, expected) in [
            ("CMD=npm\n$CMD publish", "npm publish"),
            (
                "if $x; then PM=npm; else PM=\"pnpm\"; fi\n$PM publish",
                "npm publish? / pnpm publish?",
            ),
            (
                "case $x in a) PM=npm;; *) PM=yarn;; esac\n\"$PM\" publish",
                "npm publish? / yarn publish?",
            ),
            (
                "if $x; then PM='echo npm'; else PM=npm; fi\n$PM publish",
                "echo npm publish? / npm publish?",
            ),
            (
                "if $x; then PM=echo; else PM=npm; fi\n$PM publish",
                "echo publish? / npm publish?",
            ),
            ("PM=${PM:-npm}\n$PM publish", "${PM:-npm} publish"),
            (": \"${PM:=npm}\"\n$PM publish", "${PM:-npm} publish"),
            (
                "if $x; then PM=npm; else PM=$(cat pm); fi\n$PM publish",
                "$PM publish",
            ),
            ("if $x; then PM=npm; else PM=tsc; fi\n$PM publish", "$PM publish"),
        ] {
            check(script, expected);
        }
    }

    #[test]
    fn variables_of_power_shell_and_cmd() {
        for (script, expected) in [
            (
                "$a = @('publish', '--access', 'public')\nnpm @a",
                "npm publish --access public",
            ),
            (
                "$a = 'publish', '--tag', 'a b'\nnpm @a -w x",
                "npm publish --tag a b -w x",
            ),
            (
                "$a = @('publish')\n$a += '--tag=x'\nnpm @a",
                "npm publish --tag=x",
            ),
            (
                "$a = @('publish')\nif ($x) { $a += '--dry-run' }\nnpm @a",
                "npm publish $a",
            ),
            ("$n = 'npm'\n$a = @('publish')\n& $n @a", "npm publish"),
            ("$c = 'npm publish'\niex $c", "npm publish"),
            ("$a = @('test')\nnpm @a", "npm test"),
            ("$a = Get-Args\nnpm @a", "npm $"),
            ("$a = @('publish')\n$a = Get-Args\nnpm @a", "npm $"),
            ("$a = @('publish')\nnpm @b", "npm @b"),
            ("set CMD=npm publish\n%CMD%", "npm publish"),
            ("set \"PM=npm\"\n%PM% publish", "npm publish"),
            (
                "set ARGS=publish --access public\nnpm %ARGS%",
                "npm publish --access public",
            ),
            ("set CMD=npm publish\n!CMD!", "npm publish"),
            ("set /p ARGS=publish\nnpm %ARGS%", "npm ${ARGS}"),
            ("npm %ARGS%", "npm ${ARGS}"),
        ] {
            check(script, expected);
        }
    }

    #[test]
    fn a_variable_in_front_may_be_empty() {
        for (script, expected) in [
            ("DRY=echo\n[ $A ] && DRY=\n$DRY npm publish", "npm publish?"),
            ("$DRY npm publish", "npm publish?"),
            ("DRY=${DRY-echo}\n$DRY npm publish", "npm publish?"),
            ("DRY=echo\n$DRY npm publish", "echo npm publish"),
            ("$DRY changeset publish", "changeset publish?"),
            ("$DRY lerna publish", "lerna publish?"),
            ("$CMD ls", "$CMD ls"),
        ] {
            check(script, expected);
        }
    }
}
