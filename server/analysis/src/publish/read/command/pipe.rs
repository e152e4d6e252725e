//! What a command gets through a pipe, where it writes that to a file.

use super::npmrc::{is_writer, printed};
use crate::syntax::shell::{Command, Redirect, Word};

/// The command with the text that the one before it prints, if a pipe leads from there to a command like `tee`.
pub(crate) fn fed(script: &str, before: Option<&Command>, command: &Command) -> Option<Command> {
    let is_sudo = command.word(0) == Some("sudo");
    let program = command.word(usize::from(is_sudo))?;
    let before = before.filter(|_| is_writer(program))?;
    let between = script.get(before.range.end()..command.range.start())?;
    let text = printed(before);
    if between.trim() != "|" || text.trim().is_empty() {
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
