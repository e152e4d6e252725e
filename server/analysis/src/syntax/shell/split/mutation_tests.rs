//! The splitter reads anything: scripts cut, joined and shuffled at random never make it panic, and what it
//! reports lies inside the script, in order.

use super::super::{Command, Word, split_script};
use crate::test_support::Random;
use crate::text::TextRange;

const INPUTS: usize = 20_000;

const PIECES: [&str; 60] = [
    "npm publish",
    "\n",
    " ",
    ";",
    "&&",
    "||",
    "|",
    "&",
    "(",
    ")",
    "((",
    "))",
    "{",
    "}",
    "[[",
    "]]",
    "$(",
    "`",
    "\"",
    "'",
    "\\",
    "${",
    "${{",
    "}}",
    "${{ x }}",
    "$((",
    "<<EOF\n",
    "\nEOF\n",
    "<<-'E'",
    ">",
    "2>&1",
    "<(",
    "if ",
    "then ",
    "else ",
    "elif ",
    "fi",
    "for x in ",
    "do ",
    "done",
    "case x in ",
    "esac",
    ";;",
    "function f ",
    "f() ",
    "bash -c ",
    "eval ",
    "A=",
    "A=(",
    "# c",
    "é",
    "🎉",
    "\r\n",
    " ^\n",
    "`\n",
    "$'",
    "!",
    "while ",
    "*",
    "bash <<EOF\n",
];

fn script(random: &mut Random) -> String {
    let length = 1 + random.below(40);
    (0..length).map(|_| PIECES[random.below(PIECES.len())]).collect()
}

fn words(command: &Command) -> impl Iterator<Item = &Word> {
    let values = command.assignments.iter().map(|assignment| &assignment.value);
    let targets = command.redirects.iter().map(|redirect| &redirect.target);
    command.words.iter().chain(values).chain(targets)
}

fn check(script: &str) {
    let shown: String = script.chars().take(200).collect();
    let is_inside = |range: TextRange| script.get(range.start()..range.end()).is_some();
    let commands = split_script(script).commands;
    for command in &commands {
        assert!(is_inside(command.range), "{shown:?}: {command:?}");
        for word in words(command) {
            assert!(is_inside(word.range), "{shown:?}: {word:?}");
            if let Some(inner) = word.inner {
                assert_eq!(inner.slice(script), word.text, "{shown:?}: {word:?}");
            }
        }
        for pair in command.words.windows(2) {
            assert!(
                pair[0].range.start() <= pair[1].range.start(),
                "{shown:?}: {pair:?}"
            );
        }
    }
    for pair in commands.windows(2) {
        assert!(
            pair[0].range.start() <= pair[1].range.start(),
            "{shown:?}: {pair:?}"
        );
    }
}

#[test]
fn random_scripts_are_split() {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    for _ in 0..INPUTS {
        check(&script(&mut random));
    }
}

/// Texts that would take hours if time grew with the square of their length.
#[test]
fn long_monotonous_scripts_come_to_an_end() {
    let nested = |piece: &str| piece.repeat(10_000);
    let mut scripts: Vec<String> = PIECES.iter().map(|piece| nested(piece)).collect();
    scripts.push(nested("((a);"));
    scripts.push(nested("$(a;"));
    scripts.push(nested("\"$(("));
    scripts.push(nested("${{ ' }} '"));
    scripts.push(nested("a && b || c | "));
    scripts.push(format!("{{ {} }} > {}", nested("a;"), nested("x")));
    scripts.push(format!("A={} bash -c '{}'", nested("x"), nested("a;")));
    scripts.push(format!("if a; then {} fi", nested("b; elif c; then ")));
    for script in scripts {
        check(&script);
    }
}
