//! Functions of the shell: their commands run where they are called.

use super::command_index::CommandIndex;
use super::folders::Folders;
use super::parameters::Parameters;
use super::script_failures::ScriptFailure;
use super::scripts::ScriptContext;
use super::{MOST_DEPTH, Walker};
use crate::publish::read::command::LocalScript;
use crate::publish::site::Limit;
use crate::syntax::shell::Command;

/// How many calls of functions one command may lead to.
const MOST_FUNCTION_CALLS: usize = 100;

impl<'a> Walker<'_, 'a> {
    /// Walks the commands of a function where a command calls one; whether it does.
    pub(crate) fn call_function(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        call: &Command,
        folders: &mut Folders,
    ) -> bool {
        let Some(name) = call.word(0).filter(|name| context.index.has_function(name)) else {
            return false;
        };
        if context.index.body(name).all(only_prints) {
            return true;
        }
        if context.functions.is_empty() {
            self.function_calls_left = MOST_FUNCTION_CALLS;
        }
        let calls_itself = context.functions.iter().any(|outer| outer == name);
        if calls_itself {
            return true;
        }
        if context.functions.len() >= MOST_DEPTH || self.function_calls_left == 0 {
            self.note_limit(Limit::FunctionCalls);
            return true;
        }
        let body: Vec<&Command> = context.index.body(name).collect();
        if !self.may_follow(|| body.len()) {
            let unread = LocalScript::named(name.to_owned(), call.range);
            self.note_unknown_version();
            self.guess_from_script(context, call, &unread, false);
            return true;
        }
        self.function_calls_left -= 1;
        let mut functions = context.functions.clone();
        functions.push(name.to_owned());
        let mut frame = context.frame.clone();
        frame.conditions.extend(context.condition_of(call));
        let inner = ScriptContext {
            frame: &frame,
            is_conditional: context.is_conditional || call.is_conditional,
            functions,
            script_failure: ScriptFailure::Unknown,
            assignments: self.assignments(context, call),
            ignored_failure: self.ignored_failure(context, call),
            ..context.clone()
        };
        let parameters = Parameters::of_function(call.words.get(1..).unwrap_or_default());
        for command in body {
            let mut command = parameters.bind(command);
            command.subshells.splice(0..0, call.subshells.iter().copied());
            command.loops.splice(0..0, call.loops.iter().cloned());
            let folder = folders.of(&command);
            self.walk_command(&inner, &command, folder, folders);
        }
        true
    }
}

/// Whether a command does nothing but print: `echo "$1" >&2`.
fn only_prints(command: &Command) -> bool {
    matches!(command.word(0), Some("echo" | "printf" | "true" | ":"))
        && command
            .redirects
            .iter()
            .all(|redirect| redirect.operator.contains('&'))
}

/// Whether a command is in a function that something outside of the function calls, so that it is walked there.
/// Where nothing seems to, something that is not understood may.
pub(crate) fn runs_elsewhere(index: &CommandIndex<'_>, command: &Command) -> bool {
    let function = command.function.as_deref();
    function.is_some_and(|function| index.is_called(function))
}
