//! Programs that start the command after them in a process of some kind: `setsid`, `flock`, `runuser`, `start` of cmd,
//! `Start-Process` of PowerShell.
//!
//! Source: setsid(1), flock(1), runuser(1), su(1), chronic(1), unbuffer(1); `start /?`;
//! <https://learn.microsoft.com/powershell/module/microsoft.powershell.management/start-process>.

use super::{Invocation, UnwrapStep, remove_first, skip_flags};
use crate::publish::tools::arguments::with_text;
use crate::syntax::shell::{Word, list_of_power_shell};

/// Whether a program is one of these.
pub(super) fn is_starter(name: &str) -> bool {
    matches!(
        name,
        "setsid" | "chronic" | "unbuffer" | "flock" | "runuser" | "su"
    ) || is_of_windows(name)
}

fn is_of_windows(name: &str) -> bool {
    ["start", "Start-Process", "saps"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// Takes the program off.
pub(super) fn step(name: &str, invocation: &mut Invocation) -> UnwrapStep {
    match name {
        "setsid" | "chronic" | "unbuffer" => {
            skip_flags(&mut invocation.words, &[]);
        }
        "flock" => {
            skip_flags(
                &mut invocation.words,
                &["-w", "--timeout", "-E", "--conflict-exit-code"],
            );
            // The file comes before the command.
            remove_first(&mut invocation.words, 1);
        }
        "su" | "runuser" => {
            const WITH_VALUE: [&str; 10] = [
                "-u",
                "--user",
                "-g",
                "--group",
                "-G",
                "--supp-group",
                "-s",
                "--shell",
                "-w",
                "--whitelist-environment",
            ];
            let flags = skip_flags(&mut invocation.words, &WITH_VALUE);
            let has = |names: &[&str]| flags.iter().any(|flag| names.contains(&flag.as_str()));
            // A login shell starts with an environment of its own.
            invocation.environment.through_sudo |= has(&["-", "-l", "--login"]);
            let names_user = has(&["-u", "--user"]);
            remove_first(&mut invocation.words, usize::from(!names_user));
        }
        _ if name.eq_ignore_ascii_case("start") && !has_flag_of_power_shell(&invocation.words) => {
            return start_of_cmd(invocation);
        }
        _ => return start_process(invocation),
    }
    UnwrapStep::Again
}

/// `start` is also an alias of `Start-Process`.
fn has_flag_of_power_shell(words: &[Word]) -> bool {
    let mut words = words.iter();
    words.any(|word| {
        ["-FilePath", "-ArgumentList", "-Args", "-Wait", "-NoNewWindow"]
            .iter()
            .any(|flag| word.text.eq_ignore_ascii_case(flag))
    })
}

/// `start "title" /wait /b npm publish`
fn start_of_cmd(invocation: &mut Invocation) -> UnwrapStep {
    remove_first(&mut invocation.words, 1);
    let is_title = |word: &Word| word.inner != Some(word.range);
    if invocation.words.len() > 1 && invocation.words.first().is_some_and(is_title) {
        remove_first(&mut invocation.words, 1);
    }
    while let Some(flag) = invocation.words.first().filter(|word| word.text.starts_with('/')) {
        let takes_next = flag.text.eq_ignore_ascii_case("/d");
        remove_first(&mut invocation.words, if takes_next { 2 } else { 1 });
    }
    UnwrapStep::Again
}

/// `Start-Process npm -ArgumentList 'publish', '--access', 'public' -Wait`
fn start_process(invocation: &mut Invocation) -> UnwrapStep {
    const WITH_VALUE: [&str; 7] = [
        "-windowstyle",
        "-verb",
        "-credential",
        "-redirectstandardoutput",
        "-redirectstandarderror",
        "-redirectstandardinput",
        "-environment",
    ];
    let mut program = None;
    let mut arguments: Option<Vec<Word>> = None;
    let mut words = invocation.words.iter().skip(1).peekable();
    while let Some(word) = words.next() {
        match word.text.to_ascii_lowercase().as_str() {
            "-filepath" => program = words.next(),
            "-argumentlist" | "-args" => arguments = words.next().map(|first| list(first, &mut words)),
            // It starts in another folder.
            "-workingdirectory" => return UnwrapStep::Unknown,
            flag if WITH_VALUE.contains(&flag) => drop(words.next()),
            flag if flag.starts_with('-') => {}
            _ if program.is_none() => program = Some(word),
            _ if arguments.is_none() => arguments = Some(list(word, &mut words)),
            _ => {}
        }
    }
    let Some(program) = program.cloned() else {
        return UnwrapStep::Unknown;
    };
    let mut words: Vec<Word> = std::iter::once(program)
        .chain(arguments.unwrap_or_default())
        .collect();
    // `Start-Process cmd -ArgumentList '/c npm publish'`
    let is_cmd = words.first().is_some_and(|program| {
        let name = program.text.rsplit(['/', '\\']).next().unwrap_or_default();
        name.eq_ignore_ascii_case("cmd") || name.eq_ignore_ascii_case("cmd.exe")
    });
    if is_cmd
        && words
            .get(1)
            .is_some_and(|flag| flag.text.eq_ignore_ascii_case("/c"))
    {
        remove_first(&mut words, 2);
    }
    invocation.words = words;
    UnwrapStep::Again
}

/// The arguments in a list: `'a','b'`, `'a', 'b'`, `@('a', 'b')`, or one text with blanks.
fn list<'w>(first: &'w Word, rest: &mut std::iter::Peekable<impl Iterator<Item = &'w Word>>) -> Vec<Word> {
    let mut range = first.range;
    let mut text = first.text.clone();
    while text.ends_with(',') {
        let Some(next) = rest.next() else { break };
        text.push_str(&next.text);
        range = range.cover(next.range);
    }
    let items = match text.starts_with("@(") {
        true => list_of_power_shell(&text).unwrap_or_else(|| vec!["$".to_owned()]),
        false => text.split([',', ' ']).map(str::to_owned).collect(),
    };
    let items = items.iter().flat_map(|item| item.split_whitespace());
    let word = Word {
        range,
        ..first.clone()
    };
    items.map(|item| with_text(&word, item)).collect()
}
