//! Functions of the shell: their commands run where they are called.

use super::folders::Folders;
use super::held_value::WITH_VERB;
use super::parameters::Parameters;
use super::script_context::ScriptContext;
use super::script_failures::ScriptFailure;
use crate::publish::read::command::LocalScript;
use crate::publish::site::Limit;
use crate::publish::site::ManifestDoubt;
use crate::publish::walk::{MOST_DEPTH, Walker};
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
        if WITH_VERB.contains(&name) && may_be_program(context, call, name) {
            return false;
        }
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
            self.note_doubt(ManifestDoubt::ALL);
            self.guess_from_script(context, call, &unread, false);
            return true;
        }
        self.function_calls_left -= 1;
        let mut functions = context.functions.clone();
        functions.push(name.to_owned());
        let mut frame = context.frame.clone();
        frame.conditions.extend(context.condition_of(call));
        // Where a branch defines the function, another one may define it otherwise.
        let is_chosen = body.iter().any(|command| command.is_chosen_function);
        if is_chosen {
            frame.conditions.push(format!("{:?} {name}()", context.source));
        }
        let inner = ScriptContext {
            frame: &frame,
            is_conditional: context.is_conditional || call.is_conditional || is_chosen,
            functions,
            script_failure: ScriptFailure::Unknown,
            assignments: self.assignments(context, call),
            ignored_failure: self.ignored_failure(context, call),
            ..context.clone()
        };
        let parameters = Parameters::of_function(name, call.words.get(1..).unwrap_or_default());
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

/// Whether a call may start the program of a function's name: the function is defined further down, in a branch or in a subshell.
fn may_be_program(context: &ScriptContext<'_, '_>, call: &Command, name: &str) -> bool {
    let is_plain = |command: &Command| {
        let is_before = !context.functions.is_empty() || command.range.start() < call.range.start();
        let is_same_shell = command.subshells == call.subshells;
        let is_certain = !command.is_conditional && !command.is_chosen_function;
        is_before && is_same_shell && is_certain && command.branches.is_empty()
    };
    !context.index.body(name).next().is_some_and(is_plain)
}

/// Whether a command starts a program in some runs only, since in others a function has its name.
pub(super) fn is_hidden_in_some_runs(context: &ScriptContext<'_, '_>, command: &Command) -> bool {
    let name = command.word(0).filter(|name| WITH_VERB.contains(name));
    name.filter(|name| context.index.has_function(name))
        .is_some_and(|name| context.index.body(name).any(|command| command.is_chosen_function))
}

/// Whether a command does nothing but print: `echo "$1" >&2`.
fn only_prints(command: &Command) -> bool {
    matches!(command.word(0), Some("echo" | "printf" | "true" | ":"))
        && command
            .redirects
            .iter()
            .all(|redirect| redirect.operator.contains('&'))
}

/// Whether a command is in a function that something outside of the function calls, so that it is walked there, or that
/// nothing can call, so that it never runs. Otherwise something that is not understood may call it. So may the scripts that read
/// the file with `source`.
pub(crate) fn runs_elsewhere(context: &ScriptContext<'_, '_>, command: &Command) -> bool {
    let index = context.index;
    let function = command.function.as_deref();
    function.is_some_and(|function| {
        let mut readers = context.read_by.iter();
        index.is_called(function)
            || index.is_never_called(function) && readers.all(|reader| reader.never_names(function))
    })
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Whether `npm publish` in this script is a publish step.
    #[track_caller]
    fn check(script: &str, expected: bool) {
        let script = script.replace('\n', "\n          ");
        let fixture = format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  release:
    runs-on: ubuntu-24.04
    permissions: {{ id-token: write }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: |
          {script}
"
        );
        let workspace = crate::test_support::Fixture::parse(&fixture)
            .unwrap()
            .repository
            .workspace();
        let path = crate::text::FilePath::new(".github/workflows/release.yml").unwrap();
        let count = workspace.sites_in(&path).len();
        assert_eq!(count > 0, expected, "{script}");
    }

    #[test]
    fn blocks_of_power_shell_leave_nothing_out() {
        for script in [
            "try { npm test } catch { exit 1 }",
            "try {\n  npm test\n}\ncatch {\n  exit 1\n}",
            "if ($a) { } else { exit 1 }",
            "function Die($m) { exit 1 }",
            "switch -Regex ($a) {\n  '^x' { exit 1 }\n}",
            "$b = { exit 1 }",
            "Start-Job { exit 1 }",
            "trap { exit 1 }",
            "<#\nexit 0\n#>",
        ] {
            check(&format!("{script}\nnpm publish"), true);
        }
        check("exit 0\nnpm publish", false);
        check("function Publish-It {\n  npm publish\n}\npublish-it", true);
    }

    #[test]
    fn a_function_in_the_place_of_npm_hides_it_where_it_is_certain() {
        for (script, expected) in [
            ("npm() { echo; }\nnpm publish", false),
            ("npm publish\nnpm() { echo; }", true),
            ("( npm() { :; } )\nnpm publish", true),
        ] {
            check(script, expected);
        }
    }

    #[test]
    fn what_is_trapped_at_the_end_runs_among_other_signals() {
        check("trap 'npm publish' INT EXIT\ntrue", true);
        check("trap 'npm publish' INT TERM\ntrue", false);
    }

    const SHIP: &str = "ship() {\n  npm publish\n}\n";

    #[test]
    fn what_is_in_a_function_that_nothing_can_call_is_no_publish_step() {
        for (after, expected) in [
            ("echo done", false),
            ("npm run build", false),
            ("# ship", false),
            ("ship", true),
            ("ship || exit 1", true),
            ("trap ship EXIT", true),
            ("retry ship", true),
            ("export -f ship && parallel ship ::: a b", true),
            ("xargs -n1 bash -c 'ship'", true),
            ("if ship; then echo; fi", true),
            // What is called here only the run knows.
            ("\"$ACTION\"", true),
            ("eval \"$ACTION\"", true),
            ("time \"$1\"", true),
            ("source ci/lib.sh", true),
        ] {
            check(&format!("{SHIP}{after}"), expected);
        }
    }

    #[test]
    fn a_function_that_only_calls_itself_or_a_dead_one_never_runs() {
        check("ship() {\n  npm publish\n  ship\n}\necho", false);
        check("ship() { npm publish; }\nall() { ship; }\necho", false);
        check("ship() { npm publish; }\nall() { ship; }\nall", true);
    }

    #[test]
    fn a_file_that_is_run_may_be_read_by_another_one() {
        let fixture = "\
#- .github/workflows/release.yml
on: push
jobs:
  release:
    runs-on: ubuntu-24.04
    permissions: { id-token: write }
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: source ci/lib.sh && ship
#- on demand: ci/lib.sh
ship() { npm publish; }
";
        check_sites(fixture, "release.yml:9 release; outcome=oidc");
    }
}
