//! What hides a failure of a command.

use super::Walker;
use super::scripts::ScriptContext;
use crate::publish::site::{IgnoredBy, IgnoredFailure};
use crate::syntax::shell::{Command, Script};
use crate::text::FilePath;
use crate::text::Place;
use crate::text::Ranged;

/// What `continue-on-error` of a step or a job hides. An expression may hide nothing.
pub(crate) fn of_continue_on_error(
    value: Option<&Ranged<String>>,
    by: IgnoredBy,
    path: &FilePath,
) -> Option<IgnoredFailure> {
    let value = value.filter(|value| value.value.trim() == "true")?;
    Some(IgnoredFailure {
        by,
        place: Place::new(path, value.range),
    })
}

impl<'a> Walker<'_, 'a> {
    /// What hides a failure of a command: something in its script, or around the script.
    pub(crate) fn ignored_failure(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
    ) -> Option<IgnoredFailure> {
        let in_script = command.failure_is_ignored.then(|| IgnoredFailure {
            by: IgnoredBy::Script,
            place: context.source.place(self.sources, command.range),
        });
        in_script.or_else(|| context.ignored_failure.clone())
    }

    /// `set +e` in front of a command. It hides the failure only where another command ends the script, and where
    /// nothing behind looks at `$?`.
    pub(crate) fn errexit_off(
        &self,
        context: &ScriptContext<'_, 'a>,
        text: &str,
        script: &Script,
        command: &Command,
    ) -> Option<IgnoredFailure> {
        if !text.contains("set +") {
            return None;
        }
        let before = script
            .commands
            .iter()
            .take_while(|other| other.range.start() < command.range.start());
        let last = before.filter(|other| switches_errexit(other).is_some()).last()?;
        if switches_errexit(last) != Some(false) {
            return None;
        }
        let is_last = !script
            .commands
            .iter()
            .any(|other| other.range.start() >= command.range.end());
        let behind = text.get(command.range.end()..).unwrap_or_default();
        let looks_at_status = ["$?", "${?}", "PIPESTATUS", "exit "]
            .iter()
            .any(|sign| behind.contains(sign));
        (!is_last && !looks_at_status).then(|| IgnoredFailure {
            by: IgnoredBy::ErrexitOff,
            place: context.source.place(self.sources, last.range),
        })
    }
}

/// Whether a command is `set -e`, or `set +e`, in whatever words.
pub(crate) fn switches_errexit(command: &Command) -> Option<bool> {
    if command.word(0) != Some("set") {
        return None;
    }
    let option = command.word(1)?;
    let (is_on, letters) = match (option.strip_prefix('-'), option.strip_prefix('+')) {
        (Some(letters), _) => (true, letters),
        (None, Some(letters)) => (false, letters),
        (None, None) => return None,
    };
    let names_it = letters.contains('e') || (letters.ends_with('o') && command.word(2) == Some("errexit"));
    names_it.then_some(is_on)
}
