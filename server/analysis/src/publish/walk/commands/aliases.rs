//! Aliases: `alias p='npm publish'` and `Set-Alias n npm`, put in the place of their names.
//!
//! A shell reads a whole line before it runs it, so that an alias counts from the next line on. bash expands aliases only where
//! `shopt -s expand_aliases` says so, unless it runs as `sh`. Source: bash(1), "ALIASES" and "POSIX mode"; POSIX, "Alias
//! Substitution"; about_Aliases of PowerShell.

use std::collections::HashMap;

use super::held_value::WITH_VERB;
use super::script_context::{Called, ScriptContext};
use crate::publish::walk::Walker;
use crate::syntax::shell::{Command, Script, Word, split_script};

/// More aliases than these do not lead to each other.
const MOST_ALIASES_IN_A_ROW: usize = 4;

impl<'a> Walker<'_, 'a> {
    /// Whether the shell of a script expands aliases without being told to.
    pub(super) fn expands_aliases(&self, context: &ScriptContext<'_, 'a>) -> bool {
        // Package managers run scripts with `sh`.
        if !context.called.is_empty() {
            return matches!(context.called.last(), Some(Called::PackageScript(..)));
        }
        match self.shell(context.frame, context.step).as_deref() {
            // In a container the shell is `sh`.
            // Source: "defaults.run.shell" in "Workflow syntax for GitHub Actions".
            None => self.job.job.is_some_and(|job| job.container.is_some()),
            Some(shell) => is_posix(shell) || shell.contains("expand_aliases"),
        }
    }
}

/// Whether a shell expands aliases in scripts, by its first words or by a `#!` line.
pub(in crate::publish::walk) fn is_posix(shell: &str) -> bool {
    let mut words = shell.trim_start_matches("#!").split_whitespace();
    let program = words.find(|word| !word.ends_with("/env")).unwrap_or_default();
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "sh" | "dash" | "zsh" | "ksh")
}

/// Whether a script may define an alias.
pub(in crate::publish::walk) fn may_have_aliases(text: &str) -> bool {
    text.contains("alias") || text.contains("Alias")
}

/// An alias, from where it is defined on.
struct Alias {
    /// The commands of its value.
    commands: Vec<Command>,
    /// Commands that begin before this place are not changed.
    from: usize,
    /// The subshells in which it is defined.
    subshells: Vec<u32>,
    /// Whether every run defines it.
    is_certain: bool,
}

/// The script with what its aliases mean in the place of their names.
pub(in crate::publish::walk) fn with_aliases(script: Script, text: &str, expands: bool) -> Script {
    let mut aliases: HashMap<String, Alias> = HashMap::new();
    let mut expands = expands;
    let mut commands = Vec::with_capacity(script.commands.len());
    for command in script.commands {
        match command.word(0) {
            Some("shopt") if command.words.iter().any(|word| word.text == "expand_aliases") => {
                expands = command.word(1) == Some("-s");
            }
            Some("set") if command.words.iter().any(|word| word.text == "posix") => {
                expands |= command.word(1) == Some("-o");
            }
            Some("alias") if expands => {
                let from = end_of_line(text, command.range.end());
                for word in command.words.iter().skip(1) {
                    if let Some((name, value)) = word.text.split_once('=') {
                        aliases.insert(name.to_owned(), Alias::new(&command, value, from));
                    }
                }
            }
            Some("unalias") => {
                for word in command.words.iter().skip(1) {
                    match word.text.as_str() {
                        "-a" => aliases.clear(),
                        name => drop(aliases.remove(name)),
                    }
                }
            }
            Some(name) if is_set_alias(name) => {
                if let Some((name, value)) = alias_of_power_shell(&command) {
                    let alias = Alias::new(&command, &value, command.range.end());
                    aliases.insert(name, alias);
                }
            }
            _ if !aliases.is_empty() => {
                commands.extend(expanded(command, &aliases, MOST_ALIASES_IN_A_ROW));
                continue;
            }
            _ => {}
        }
        commands.push(command);
    }
    Script { commands }
}

impl Alias {
    fn new(command: &Command, value: &str, from: usize) -> Self {
        Self {
            commands: split_script(value).commands,
            from,
            subshells: command.subshells.clone(),
            is_certain: !command.is_conditional && command.function.is_none() && command.branches.is_empty(),
        }
    }
}

fn end_of_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find('\n').map_or(text.len(), |length| at + length)
}

/// The commands that a command is after its alias was put in.
fn expanded(command: Command, aliases: &HashMap<String, Alias>, depth: usize) -> Vec<Command> {
    let first = command.words.first();
    // In quotes, or after a `\`, a name is not an alias.
    let name = first.filter(|word| word.inner == Some(word.range) || depth < MOST_ALIASES_IN_A_ROW);
    let alias = name.and_then(|word| aliases.get(&word.text)).filter(|alias| {
        alias.from <= command.range.start() && command.subshells.starts_with(&alias.subshells)
    });
    let Some((alias, first)) = alias.zip(first) else {
        return vec![command];
    };
    let last = alias.commands.len().saturating_sub(1);
    let mut found = Vec::new();
    for (n, of_alias) in alias.commands.iter().enumerate() {
        let placed = of_alias.words.iter().map(|word| Word {
            range: first.range,
            inner: None,
            ..word.clone()
        });
        let arguments = command.words.iter().skip(1).filter(|_| n == last).cloned();
        let words: Vec<Word> = placed.chain(arguments).collect();
        let is_same = words.first().is_some_and(|word| word.text == first.text);
        let with_alias = Command {
            words,
            is_conditional: command.is_conditional || of_alias.is_conditional || !alias.is_certain,
            ..command.clone()
        };
        match depth.checked_sub(1).filter(|left| *left > 0 && !is_same) {
            Some(left) => found.extend(expanded(with_alias, aliases, left)),
            None => found.push(with_alias),
        }
    }
    if !alias.is_certain && WITH_VERB.contains(&first.text.as_str()) {
        found.push(Command {
            is_conditional: true,
            ..command
        });
    }
    found
}

fn is_set_alias(name: &str) -> bool {
    ["Set-Alias", "New-Alias", "sal", "nal"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// The name and the value in `Set-Alias n npm` and `Set-Alias -Name n -Value npm`.
fn alias_of_power_shell(command: &Command) -> Option<(String, String)> {
    let (mut name, mut value) = (None, None);
    let mut words = command.words.iter().skip(1).map(|word| word.text.as_str());
    while let Some(word) = words.next() {
        match word.to_ascii_lowercase().as_str() {
            "-name" => name = words.next(),
            "-value" => value = words.next(),
            "-scope" | "-option" | "-description" => drop(words.next()),
            flag if flag.starts_with('-') => {}
            _ if name.is_none() => name = Some(word),
            _ => value = value.or(Some(word)),
        }
    }
    Some((name?.to_owned(), value?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{is_posix, with_aliases};
    use crate::syntax::shell::split_script;

    /// What the last command is, with `?` where it may be left out.
    fn last(expands: bool, script: &str) -> String {
        let commands = with_aliases(split_script(script), script, expands).commands;
        let range = commands.last().unwrap().range;
        let commands = commands.iter().filter(|command| command.range == range);
        let shown = commands.map(|command| {
            let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
            let sign = if command.is_conditional { "?" } else { "" };
            format!("{}{sign}", words.join(" "))
        });
        shown.collect::<Vec<_>>().join(" / ")
    }

    #[test]
    fn an_alias_stands_for_its_command() {
        for (script, expected) in [
            ("alias p='npm publish'\np --tag x", "npm publish --tag x"),
            ("alias n=npm\nn publish", "npm publish"),
            ("alias n=npm p='n publish'\np", "npm publish"),
            (
                "alias npm='npm --loglevel silly'\nnpm publish",
                "npm --loglevel silly publish",
            ),
            (
                "alias p='npm ci && npm publish'\np -w a",
                "npm ci / npm publish -w a?",
            ),
            ("alias p='npm publish'\nunalias p\np", "p"),
            ("alias p='npm publish'; p", "p"),
            ("alias p='npm publish'\n\\p", "p"),
            ("alias p='npm publish'\n'p'", "p"),
            ("(alias p='npm publish')\np", "p"),
            ("p\nalias p='npm publish'\necho p", "echo p"),
            (
                "if x; then\nalias npm='echo'\nfi\nnpm publish",
                "echo publish? / npm publish?",
            ),
            ("if x; then\nalias p='npm publish'\nfi\np", "npm publish?"),
            ("alias a=b b=a\na", "a"),
        ] {
            assert_eq!(last(true, script), expected, "{script}");
        }
    }

    #[test]
    fn bash_is_asked_to_expand_aliases() {
        assert_eq!(last(false, "alias p='npm publish'\np"), "p");
        let asked = "shopt -s expand_aliases\nalias p='npm publish'\np";
        assert_eq!(last(false, asked), "npm publish");
        let posix = "set -o posix\nalias p='npm publish'\np";
        assert_eq!(last(false, posix), "npm publish");
    }

    #[test]
    fn aliases_of_power_shell() {
        for script in [
            "Set-Alias n npm\nn publish",
            "set-alias -Name n -Value npm -Scope Global\nn publish",
            "New-Alias -Value npm n; n publish",
            "sal n npm\nn publish",
        ] {
            assert_eq!(last(false, script), "npm publish", "{script}");
        }
        assert_eq!(last(false, "Set-Alias npm echo\nnpm publish"), "echo publish");
        assert_eq!(last(false, "Set-Alias n\nn publish"), "n publish");
    }

    #[test]
    fn shells_that_expand_aliases() {
        for (shell, expected) in [
            ("sh", true),
            ("sh -e {0}", true),
            ("zsh {0}", true),
            ("#!/bin/sh", true),
            ("#!/usr/bin/env zsh", true),
            ("bash", false),
            ("#!/bin/bash", false),
            ("bash -e {0}", false),
        ] {
            assert_eq!(is_posix(shell), expected, "{shell}");
        }
    }
}
