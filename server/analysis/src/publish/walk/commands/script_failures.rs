//! Whether a command that fails ends the job.

use super::script_context::ScriptContext;
use crate::model::job::{Job, Step};
use crate::publish::site::PublishStop;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::expression::has_expression;
use crate::syntax::shell::{Command, Guard, OnFailure};
use crate::syntax::yaml::YamlNode;
use crate::text::TextRange;

/// What follows for the job from a command of a script that fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ScriptFailure {
    /// The job ends at the first command that fails (`bash -e`).
    AtFirst,
    /// The job ends if the last command fails; the others only count for themselves. Package scripts run so, and PowerShell.
    AtLast,
    /// It is not known, or the job goes on.
    Unknown,
}

impl<'a> Walker<'_, 'a> {
    /// Notes that a command certainly fails, if that ends the job or has the script leave something out.
    pub(crate) fn note_command_stop(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        stop: PublishStop,
    ) {
        if let Some(range) = left_out_on_failure(context, command) {
            self.left_out.push((range, stop.clone()));
        }
        if failure_ends_job(context, command) {
            self.note_stop(context.frame, stop);
        }
    }

    /// What the shell of a step does when a command fails.
    pub(crate) fn script_failure(&self, frame: &WalkFrame<'a>, step: &Step) -> ScriptFailure {
        let shell = self.shell(frame, step);
        let value = shell.as_ref().map(|shell| self.evaluate(frame, shell));
        match value.as_ref().map(|value| value.known()) {
            None if self.may_run_on_windows() => ScriptFailure::AtLast,
            // https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
            None | Some(Some("bash" | "sh")) => ScriptFailure::AtFirst,
            Some(Some("pwsh" | "powershell" | "cmd")) => ScriptFailure::AtLast,
            Some(Some(custom)) => of_custom_shell(custom),
            Some(None) => ScriptFailure::Unknown,
        }
    }

    /// Whether the shell certainly takes the last command of a pipe for the whole. Package managers run scripts with `sh`.
    pub(crate) fn has_no_pipefail(&self, context: &ScriptContext<'_, 'a>) -> bool {
        if !context.called.is_empty() {
            return true;
        }
        match self.shell(context.frame, context.step).as_deref() {
            None => !self.may_run_on_windows(),
            Some("sh") => true,
            Some(custom) => {
                let is_bash = custom.starts_with("bash ") || custom.starts_with("sh ");
                is_bash && custom.contains("{0}") && !custom.contains("pipefail")
            }
        }
    }

    /// `shell:` of the step, or of its job or workflow.
    pub(in crate::publish::walk) fn shell(&self, frame: &WalkFrame<'a>, step: &Step) -> Option<String> {
        let tree = self.sources.file(&frame.path)?.yaml()?;
        let of_step = YamlNode::new(tree, step.node).get("shell");
        let default = |node: YamlNode<'a>| node.get("defaults")?.get("run")?.get("shell");
        let of_job = || {
            let job = self.job.job.filter(|_| !frame.is_composite)?;
            default(YamlNode::new(tree, job.node)).or_else(|| default(YamlNode::root(tree)?))
        };
        let shell = of_step.or_else(of_job)?;
        Some(shell.as_str()?.to_owned())
    }

    /// Whether the runner may use PowerShell unless a step names another shell.
    fn may_run_on_windows(&self) -> bool {
        let Some(job) = self.job.job else { return true };
        job.container.is_none() && !has_unix_label(job)
    }
}

/// Whether a label says that the runner has bash.
fn has_unix_label(job: &Job) -> bool {
    let labels = job.runs_on.as_ref().map(|runs_on| runs_on.labels.as_slice());
    let labels = labels.unwrap_or_default();
    let is_unix = |label: &str| {
        let label = label.to_ascii_lowercase();
        ["ubuntu", "linux", "macos", "debian"]
            .iter()
            .any(|system| label.contains(system))
            && !label.contains("windows")
            && !has_expression(&label)
    };
    labels.iter().any(|label| is_unix(&label.value))
}

/// A shell with its own words, for example `bash -leo pipefail {0}`.
fn of_custom_shell(shell: &str) -> ScriptFailure {
    let mut words = shell.split_whitespace();
    let program = words.next().and_then(|program| program.rsplit('/').next());
    if !matches!(program, Some("bash" | "sh" | "zsh" | "dash")) {
        return ScriptFailure::Unknown;
    }
    let is_errexit = |word: &str| {
        word == "errexit" || word.starts_with('-') && !word.starts_with("--") && word.contains('e')
    };
    match words.any(is_errexit) {
        true => ScriptFailure::AtFirst,
        false => ScriptFailure::AtLast,
    }
}

/// Whether the job certainly ends if the command fails. It need not run if it follows an `&&`, but then the job only goes on
/// if more commands follow the list.
pub(crate) fn failure_ends_job(context: &ScriptContext<'_, '_>, command: &Command) -> bool {
    let command = assigning(context, command).unwrap_or(command);
    let exits = command.guard == Some(Guard::Exits) && context.script_failure != ScriptFailure::Unknown;
    let is_plain = context.script_failure != ScriptFailure::Unknown
        && command.on_failure != OnFailure::Unknown
        && !command.failure_is_ignored
        && command.loops.is_empty();
    if !is_plain && !exits {
        return false;
    }
    let (start, end) = (command.range.start(), command.range.end());
    if context.index.may_leave_before(start) {
        return false;
    }
    if exits {
        return true;
    }
    let switched = context.index.errexit_before(start).map(|(_, is_on)| is_on);
    let stops_at_first = switched.unwrap_or(context.script_failure == ScriptFailure::AtFirst);
    let is_alone = command.on_failure == OnFailure::EndsScript && !command.is_conditional;
    let is_open = command.on_failure == OnFailure::SkipsList;
    is_alone && stops_at_first || context.index.only_list_follows(end, is_open)
}

/// What the script leaves out if the command fails, as far as that is certain.
pub(crate) fn left_out_on_failure(context: &ScriptContext<'_, '_>, command: &Command) -> Option<TextRange> {
    match assigning(context, command).unwrap_or(command).guard {
        Some(Guard::Skips(range)) => Some(range),
        Some(Guard::Exits) | None => None,
    }
}

/// The assignment that a command gives its output to, if it fails with the command: `NAME=$(npm whoami)`. With a word in front
/// of it, as in `export NAME=$(npm whoami)`, the failure is lost. Measured with bash 5.2 and dash.
fn assigning<'c>(context: &ScriptContext<'c, '_>, command: &Command) -> Option<&'c Command> {
    let outer = context.index.first_around(command)?;
    let value = outer.assignments.last()?.value.range;
    let written = value.slice(context.text).trim_matches('"');
    let inside = written
        .strip_prefix("$(")
        .and_then(|rest| rest.strip_suffix(')'))
        .or_else(|| written.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')))?;
    let is_alone = inside.trim() == command.range.slice(context.text);
    (is_alone && outer.words.is_empty()).then_some(outer)
}

/// What follows from a command that fails in a script which another command runs with `sh -c`, as package managers do, or as a
/// file.
pub(crate) fn of_called_script(context: &ScriptContext<'_, '_>, call: &Command) -> ScriptFailure {
    match failure_ends_job(context, call) {
        true => ScriptFailure::AtLast,
        false => ScriptFailure::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use crate::publish::Outcome;
    use crate::test_support::{Fixture, contradictions};

    /// Whether the last step is not reached after a step that runs this script, in which `npm` always fails.
    fn ends(step: &str, script: &str) -> bool {
        let script = script.replace('\n', "\n          ");
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: |
          {script}
{step}      - run: pnpm publish --no-git-checks
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/b", "devEngines": {{ "packageManager": {{ "name": "pnpm" }} }}, "scripts": {{ "good": "npm run x", "last": "tsc && npm run x", "first": "npm run x; tsc" }} }}
"#
        );
        let workspace = Fixture::parse(&fixture).unwrap().repository.workspace();
        let mut sites = workspace.sites();
        sites.any(|site| site.outcome == Outcome::NotReached)
    }

    #[test]
    fn a_command_ends_the_job_where_its_shell_stops() {
        for (script, expected) in [
            ("npm ci", true),
            ("npm ci\ntsc", true),
            ("tsc && npm ci", true),
            ("tsc && npm ci\ntsc", false),
            ("npm ci && tsc", true),
            ("npm ci && tsc\necho done", false),
            ("npm ci || true", false),
            ("npm ci || exit 1", true),
            ("npm ci || exit", true),
            ("npm ci || { echo no; exit 1; }\ntsc", true),
            ("X=$(npm root) || exit 1", true),
            ("set +e\nnpm ci || exit 1\ntsc", true),
            ("tsc && npm ci || exit 1\ntsc", true),
            ("if ! npm ci; then exit 1; fi", true),
            (
                "if ! npm ci >/dev/null 2>&1; then\n  echo no\n  exit 1\nfi\ntsc",
                true,
            ),
            ("if npm ci; then tsc; else exit 1; fi", true),
            ("if npm ci; then :; else { exit 2; }; fi\ntsc", true),
            ("bash -c \"npm ci\"", true),
            ("eval 'npm ci'\ntsc", true),
            ("bash -c 'npm ci' || exit 1", true),
            ("npm ci || exit 0", false),
            ("npm ci || echo exit 1", false),
            ("npm ci || { tsc && exit 1; }", false),
            ("npm ci || { echo no; exit; }", false),
            ("npm ci || exit $CODE", false),
            ("npm ci || (exit 1) || true", false),
            ("npm ci | cat || exit 1", false),
            ("! npm ci || exit 1", false),
            ("tsc || npm ci || exit 1", false),
            ("(npm ci || exit 1) || true", false),
            ("{ npm ci || exit 1; } | cat", false),
            ("{ npm ci || exit 1; } && tsc\ntsc", true),
            ("npm ci || exit 1 &", false),
            ("if tsc; then npm ci || exit 1; fi", false),
            ("if ! npm ci; then tsc || exit 1; fi", false),
            ("if ! npm ci; then if tsc; then exit 1; fi; fi", false),
            ("if ! npm ci; then exit 0; fi", false),
            ("if ! npm ci && tsc; then exit 1; fi", false),
            ("if npm ci; then exit 1; fi", false),
            (
                "if npm ci; then tsc; elif tsc; then exit 1; else exit 1; fi",
                false,
            ),
            ("bash -c 'npm ci; tsc'", false),
            ("bash -c 'npm ci' || true", false),
            ("f() { npm ci || exit 1; }", false),
            ("npm ci || npm install", false),
            ("npm ci | tee log", false),
            ("npm ci & wait", false),
            ("! npm ci", false),
            ("if npm ci; then tsc; fi", false),
            ("if tsc; then npm ci; fi", false),
            ("for x in a b; do npm ci; done", false),
            ("X=$(npm root)", true),
            ("X=\"$(npm root 2>/dev/null)\"\ntsc", true),
            ("X=`npm root`", true),
            ("A=1 X=$(npm root)", true),
            ("X=$(npm root)$(tsc)", false),
            ("X=$(npm root) Y=$(tsc)", false),
            ("X=$(npm root) tsc", false),
            ("X=$(npm root; tsc)", false),
            ("X=$(npm root | cat)", false),
            ("X=$(npm root || true)", false),
            ("X=$(npm root) || true", false),
            ("X=$(npm root) && tsc\ntsc", false),
            ("export X=$(npm root)", false),
            ("readonly X=$(npm root)", false),
            ("echo $(npm root)", false),
            ("f() { local x=$(npm root); }\nf", false),
            ("if X=$(npm root); then tsc; fi", false),
            ("set +e\nX=$(npm root)\ntsc", false),
            ("(npm ci)", true),
            ("(cd . ; npm ci; tsc)\ntsc", true),
            ("{ npm ci; }", true),
            ("{ npm ci; tsc; } && tsc\ntsc", false),
            ("(npm ci) || true", false),
            ("(npm ci) | cat", false),
            ("(npm ci) &", false),
            ("! (npm ci)", false),
            ("if (npm ci); then tsc; fi", false),
            ("if { npm ci; }; then tsc; fi", false),
            ("(npm ci || true)", false),
            ("set +e\nnpm ci\ntsc", false),
            ("set +e\nset -e\nnpm ci\ntsc", true),
            ("trap 'exit 0' EXIT\nnpm ci", false),
            ("exit 0\nnpm ci", false),
            ("f() { npm ci; }\nf", false),
            ("pnpm run good", true),
            ("pnpm run last", true),
            ("pnpm run first", false),
            ("pnpm run good || true", false),
        ] {
            assert_eq!(ends("", script), expected, "{script}");
        }
    }

    /// What becomes of the publish in a script with `npm whoami`, which always fails.
    fn outcome(script: &str) -> Outcome {
        let script = script.replace('\n', "\n          ");
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: |
          {script}
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/b" }}
"#
        );
        let workspace = Fixture::parse(&fixture).unwrap().repository.workspace();
        assert_eq!(contradictions(&workspace), [""; 0], "{script}");
        let outcomes: Vec<Outcome> = workspace.sites().map(|site| site.outcome).collect();
        assert_eq!(outcomes.len(), 1, "{script}");
        outcomes[0]
    }

    #[test]
    fn what_depends_on_a_command_that_fails_is_left_out() {
        for script in [
            "if npm whoami; then npm publish; fi",
            "if npm whoami >/dev/null 2>&1; then\n  npm publish\nelse\n  echo skip\nfi",
            "if npm whoami && tsc; then npm publish; fi",
            "if USER=$(npm whoami); then npm publish; fi",
            "if ! npm whoami; then echo skip; else npm publish; fi",
            "if npm whoami; then npm publish; elif tsc; then echo; fi",
            "npm whoami && npm publish",
            "npm whoami && npm publish || echo skip",
            "npm whoami && { tsc; npm publish; } || echo skip",
            "tsc && npm whoami && npm publish || true",
            "npm whoami || exit 0\nnpm publish",
            "if ! npm whoami; then\n  echo skip\n  exit 0\nfi\nnpm publish",
            "if ! npm whoami; then exit 1; fi\nnpm publish",
            "USER=$(npm whoami) || exit 1\nnpm publish",
            "if tsc; then npm whoami && npm publish || echo; fi",
        ] {
            assert_eq!(outcome(script), Outcome::NotReached, "{script}");
        }
    }

    #[test]
    fn what_is_elsewhere_is_not_left_out() {
        for script in [
            "if npm whoami; then echo; fi\nnpm publish",
            "if npm whoami; then echo; else npm publish; fi",
            "if ! npm whoami; then npm publish; fi",
            "if npm whoami || tsc; then npm publish; fi",
            "if tsc; then echo; elif npm whoami; then echo; else npm publish; fi",
            "npm whoami || npm publish",
            "npm whoami || true\nnpm publish",
            "npm whoami && echo in || echo out\nnpm publish",
            "tsc || npm whoami && npm publish",
            "! npm whoami && npm publish",
            "npm whoami | cat && npm publish",
            "if npm whoami | cat; then npm publish; fi",
            "echo \"$(npm whoami)\" && npm publish",
            "(npm whoami || exit 0)\nnpm publish",
        ] {
            assert_eq!(outcome(script), Outcome::Oidc, "{script}");
        }
    }

    #[test]
    fn the_shell_decides() {
        for (shell, expected) in [
            ("bash", true),
            ("sh", true),
            ("bash -leo pipefail {0}", true),
            ("bash --noprofile -e {0}", true),
            ("bash {0}", false),
            ("pwsh", false),
            ("cmd", false),
            ("python", false),
            ("${{ inputs.shell }}", false),
        ] {
            let step = format!("        shell: {shell}\n");
            assert_eq!(ends(&step, "npm ci\ntsc"), expected, "{shell}");
        }
        assert!(ends("        shell: pwsh\n", "npm ci"));
        assert!(!ends("        continue-on-error: true\n", "npm ci"));
    }
}
