//! What a command gets through a pipe, where it writes that to a file or runs it.

use super::npmrc::{is_writer, printed};
use super::runs_code;
use crate::syntax::shell::{Command, Redirect, Word, arguments_on_input};

/// The command with the text that the one before it prints, if a pipe leads from there to a command like `tee`.
pub(crate) fn fed(script: &str, before: Option<&Command>, command: &Command) -> Option<Command> {
    let before = before.filter(|before| before.is_piped)?;
    let is_sudo = command.word(0) == Some("sudo");
    let program = command.word(usize::from(is_sudo))?;
    let may_run = !command.words.is_empty()
        && (arguments_on_input(&command.words).is_some() || runs_code(program) && has_no_file(command));
    if !is_writer(program) && !may_run {
        return None;
    }
    let between = script.get(before.range.end()..command.range.start())?;
    if between.trim() != "|" {
        return None;
    }
    if let [cat, file] = before.words.as_slice()
        && may_run
        && matches!(cat.text.as_str(), "cat" | "type" | "Get-Content")
    {
        let mut command = command.clone();
        command.redirects.push(Redirect {
            operator: "<".to_owned(),
            target: file.clone(),
        });
        return Some(command);
    }
    let text = printed(before);
    if text.trim().is_empty() {
        return None;
    }
    let mut command = command.clone();
    command.redirects.push(Redirect {
        operator: "<<<".to_owned(),
        target: Word {
            range: before.range,
            is_dynamic: text.contains(['$', '`', '%']),
            inner: None,
            text,
        },
    });
    Some(command)
}

/// Whether an interpreter is told no file and no code: `python3 -`.
fn has_no_file(command: &Command) -> bool {
    let mut words = command.words.iter().skip(1);
    words.all(|word| word.text.starts_with('-') && !matches!(word.text.as_str(), "-e" | "-p" | "-c" | "-r"))
}
