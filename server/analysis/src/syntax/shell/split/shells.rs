//! The names of shells, and how they are told what to run.

use super::super::Word;

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
pub(super) const WRAPPERS: [&str; 30] = [
    "find",
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
    "setsid",
    "chronic",
    "unbuffer",
    "flock",
    "runuser",
    "start",
    "call",
];

/// Those that hand their standard input on to that command.
const HANDS_INPUT_ON: [&str; 13] = [
    "sudo", "doas", "env", "command", "exec", "time", "nice", "nohup", "timeout", "stdbuf", "docker",
    "podman", "setsid",
];

/// The name of a program without its folder and without `.exe`.
fn name_of(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.strip_suffix(".exe").unwrap_or(name)
}

/// Whether a word is the name of a shell.
pub(crate) fn is_shell(word: &str) -> bool {
    SHELLS.contains(&name_of(word))
}

fn is_powershell(word: &str) -> bool {
    matches!(name_of(word), "pwsh" | "powershell")
}

/// Whether a word is the name of the command interpreter of Windows, or the variable that holds it.
fn is_cmd(word: &str) -> bool {
    let is_variable = ["${comspec}", "$env:comspec"]
        .iter()
        .any(|variable| word.eq_ignore_ascii_case(variable));
    is_variable || name_of(word).eq_ignore_ascii_case("cmd")
}

/// `Invoke-Expression`, which runs a text, by either of its names.
pub(super) fn is_invoke_expression(word: &str) -> bool {
    word.eq_ignore_ascii_case("iex") || word.eq_ignore_ascii_case("Invoke-Expression")
}

/// The script that a command's words hold.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct InnerScript {
    /// The words that hold it, from and to.
    pub(super) words: (usize, usize),
    /// How many words are in front of the shell.
    pub(super) wrappers: usize,
    /// Whether the shell reads the words as they are written, quotes included.
    pub(super) keeps_quotes: bool,
}

impl InnerScript {
    fn of_words(from: usize, to: usize, wrappers: usize) -> Option<Self> {
        (from < to).then_some(Self {
            words: (from, to),
            wrappers,
            keeps_quotes: false,
        })
    }

    /// All words from one on. One word alone is read without its quotes.
    fn of_rest(from: usize, count: usize, wrappers: usize) -> Option<Self> {
        Self::of_words(from, count, wrappers).map(|script| Self {
            keeps_quotes: count > from + 1,
            ..script
        })
    }
}

/// The script in the words of `bash -c '…'`, `eval …`, `cmd /c …`, `pwsh -Command …` and `Invoke-Expression …`.
pub(super) fn find_inner_script(words: &[Word]) -> Option<InnerScript> {
    let name = words.first()?.text.as_str();
    let after = |at: usize, is_flag: &dyn Fn(&str) -> bool| {
        let rest = words.get(at + 1..)?;
        Some(at + 2 + rest.iter().position(|word| is_flag(&word.text))?)
    };
    if name == "eval" {
        return InnerScript::of_words(1, words.len(), 0);
    }
    if is_invoke_expression(name) {
        let is_named = words
            .get(1)
            .is_some_and(|word| word.text.eq_ignore_ascii_case("-command"));
        return InnerScript::of_words(1 + usize::from(is_named), words.len(), 0);
    }
    // All others need a flag. Most commands have none.
    if !words.iter().skip(1).any(|word| word.text.starts_with(['-', '/'])) {
        return None;
    }
    // `su USER -c '…'` and `script -c '…' FILE` have a shell run the text.
    if matches!(name, "su" | "runuser" | "script")
        && let Some(script) = after(0, &|flag| matches!(flag, "-c" | "--command" | "-qc" | "-qec"))
    {
        return InnerScript::of_words(script, (script + 1).min(words.len()), script - 1);
    }
    let is_any_shell = |word: &str| is_shell(word) || is_cmd(word);
    let shell = match is_any_shell(name) {
        true => 0,
        false if WRAPPERS.contains(&name) => words.iter().position(|word| is_any_shell(&word.text))?,
        false => return None,
    };
    let program = words.get(shell)?.text.as_str();
    if is_cmd(program) {
        // Git Bash takes `/c` for a path, so that it is written `//c` there.
        let runs = |flag: &str| {
            let letter = flag.strip_prefix("//").or_else(|| flag.strip_prefix('/'));
            letter.is_some_and(|letter| letter.eq_ignore_ascii_case("c") || letter.eq_ignore_ascii_case("k"))
        };
        return InnerScript::of_rest(after(shell, &runs)?, words.len(), shell);
    }
    if is_powershell(program) {
        // All words after it are the command. Source: about_Pwsh, "-Command".
        let script = after(shell, &is_command_flag_of_powershell)?;
        let is_input = words.get(script).is_some_and(|word| word.text == "-");
        if is_input {
            return None;
        }
        return InnerScript::of_rest(script, words.len(), shell);
    }
    // The script is the word after `-c`, or after the flags that follow it.
    let flags_end = after(shell, &has_command_flag)?;
    let rest = words.get(flags_end..)?;
    let script = flags_end + rest.iter().position(|word| !word.text.starts_with('-'))?;
    InnerScript::of_words(script, script + 1, shell)
}

/// `-c`, also among other letters: `-euxc`.
fn has_command_flag(word: &str) -> bool {
    let Some(letters) = word.strip_prefix('-') else {
        return false;
    };
    letters.ends_with('c') && letters.len() <= 6 && letters.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// `-Command`, and as much of its beginning as is written.
fn is_command_flag_of_powershell(word: &str) -> bool {
    let letters = word.strip_prefix('-').unwrap_or_default().to_ascii_lowercase();
    !letters.is_empty() && "command".starts_with(&letters)
}

/// The arguments of a script that the shell in these words reads on its standard input: those of `sh -s -- next`. None if it does
/// not read one.
pub(crate) fn arguments_on_input(words: &[Word]) -> Option<&[Word]> {
    let name = words.first()?.text.as_str();
    let (program, rest) = match is_shell(name) {
        true => (name, words.get(1..)?),
        false if HANDS_INPUT_ON.contains(&name) => {
            let at = words.iter().position(|word| is_shell(&word.text))?;
            let wrapper = words.get(1..at)?;
            let is_interactive = |word: &Word| {
                let letters = word
                    .text
                    .strip_prefix('-')
                    .filter(|letters| !letters.starts_with('-'));
                word.text == "--interactive" || letters.is_some_and(|letters| letters.contains('i'))
            };
            if matches!(name, "docker" | "podman") && !wrapper.iter().any(is_interactive) {
                return None;
            }
            (words.get(at)?.text.as_str(), words.get(at + 1..)?)
        }
        false => return None,
    };
    match name_of(program) {
        "busybox" => None,
        "pwsh" | "powershell" => arguments_of_powershell(rest),
        _ => arguments_of_posix_shell(rest),
    }
}

/// What follows the flags of `bash`, where it reads its standard input. Source: bash(1), "OPTIONS".
fn arguments_of_posix_shell(words: &[Word]) -> Option<&[Word]> {
    let mut at = 0;
    let mut is_asked_to = false;
    while let Some(word) = words.get(at) {
        let text = word.text.as_str();
        at += 1;
        match text {
            "-" | "--" => break,
            "/dev/stdin" => return words.get(at..),
            "--rcfile" | "--init-file" => at += 1,
            _ if text.starts_with("--") => {}
            _ if text.starts_with(['-', '+']) => {
                if text.contains(['c', 'n']) {
                    return None;
                }
                is_asked_to |= text.contains('s');
                at += usize::from(text.ends_with(['o', 'O']));
            }
            _ => {
                at -= 1;
                break;
            }
        }
    }
    let arguments = words.get(at..).unwrap_or_default();
    (is_asked_to || arguments.is_empty()).then_some(arguments)
}

/// PowerShell reads it where nothing else is named, or `-` is. Source: about_Pwsh.
fn arguments_of_powershell(words: &[Word]) -> Option<&[Word]> {
    const WITH_VALUE: [&str; 6] = [
        "-executionpolicy",
        "-ep",
        "-ex",
        "-inputformat",
        "-outputformat",
        "-workingdirectory",
    ];
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let flag = word.text.to_ascii_lowercase();
        at += 1;
        match flag.as_str() {
            "-" => return (at == words.len()).then_some(&[]),
            "-file" | "-f" => {}
            _ if WITH_VALUE.contains(&flag.as_str()) => at += 1,
            _ if is_command_flag_of_powershell(&flag) => {}
            _ if flag.starts_with("-e") || !flag.starts_with('-') => return None,
            _ => {}
        }
    }
    Some(&[])
}

#[cfg(test)]
mod tests {
    use crate::syntax::shell::split_script;

    /// The arguments of the script that the first command reads, or `no`.
    fn read(command: &str) -> String {
        let script = split_script(command);
        let found = super::arguments_on_input(&script.commands[0].words);
        found.map_or("no".to_owned(), |words| {
            let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
            texts.join(" ")
        })
    }

    #[test]
    fn shells_that_read_their_standard_input() {
        for (command, expected) in [
            ("bash", ""),
            ("sh -e", ""),
            ("bash -euo pipefail", ""),
            ("bash --noprofile --norc -eo pipefail", ""),
            ("bash -s", ""),
            ("sh -s -- a b", "a b"),
            ("sh -s a", "a"),
            ("bash /dev/stdin a", "a"),
            ("bash -", ""),
            ("/bin/sh", ""),
            ("sudo -E bash", ""),
            ("docker run -i node:24 sh", ""),
            ("pwsh -NoProfile -Command -", ""),
            ("pwsh", ""),
            ("docker run node:24 sh", "no"),
            ("bash -c 'npm test'", "no"),
            ("bash -n", "no"),
            ("bash a.sh", "no"),
            ("bash -x a.sh", "no"),
            ("xargs bash", "no"),
            ("ssh host bash", "no"),
            ("pwsh -File a.ps1", "no"),
            ("pwsh -c 'npm test'", "no"),
            ("pwsh -EncodedCommand AAAA", "no"),
            ("npm test", "no"),
        ] {
            assert_eq!(read(command), expected, "{command}");
        }
    }
}
