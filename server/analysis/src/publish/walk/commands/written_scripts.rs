//! Scripts that a script writes before it runs them: `cat > publish.sh <<EOF`, `echo 'npm publish' > run.cmd`.

use std::collections::HashMap;

use super::command_index::CommandIndex;
use crate::publish::read::command::{fed, printed, written_files};
use crate::syntax::shell::Command;

/// The commands that write each file of a script, in their order.
#[derive(Debug, Default)]
pub(in crate::publish::walk) struct WrittenFiles(HashMap<String, Vec<usize>>);

impl WrittenFiles {
    /// Finds the commands that write files.
    pub(in crate::publish::walk) fn find(commands: &[Command]) -> Self {
        let mut found = Self::default();
        for (n, command) in commands.iter().enumerate() {
            for file in written_files(command) {
                found.0.entry(without_dot(file).to_owned()).or_default().push(n);
            }
        }
        found
    }
}

fn without_dot(path: &str) -> &str {
    let rest = path.strip_prefix("./").or_else(|| path.strip_prefix(".\\"));
    rest.unwrap_or(path)
}

impl CommandIndex<'_> {
    /// What the commands before `start` have written to a file; none if that is not known.
    pub(in crate::publish::walk) fn text_written_to(&self, file: &str, start: usize) -> Option<String> {
        let writers = self.written_files().0.get(without_dot(file))?;
        let mut text = String::new();
        let mut is_begun = false;
        for at in writers {
            let command = self.commands().get(*at)?;
            if command.range.start() >= start {
                break;
            }
            let before = at.checked_sub(1).and_then(|before| self.commands().get(before));
            let with_input = fed(self.text(), before, command);
            let written = printed(with_input.as_ref().unwrap_or(command));
            if written.trim().is_empty() || command.function.is_some() {
                return None;
            }
            let appends = appends(command);
            if !appends {
                text.clear();
            }
            is_begun |= !appends;
            text.push_str(&written);
            text.push('\n');
        }
        is_begun.then_some(text)
    }
}

/// Whether a command adds to a file: `>>`, `tee -a`, `Add-Content`.
fn appends(command: &Command) -> bool {
    let mut redirects = command.redirects.iter();
    let mut words = command.words.iter().map(|word| word.text.as_str());
    redirects.any(|redirect| redirect.operator.contains(">>"))
        || words.any(|word| matches!(word, "-a" | "--append" | "-Append" | "Add-Content"))
}
