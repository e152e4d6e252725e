//! Code that is written in the workflow: `shell: node {0}`, `node -e '…'`, the script of actions/github-script. It is searched
//! for a publish, and not run.

use super::code::CodePublish;
use crate::model::job::{RunScript, Step};
use crate::publish::find::credentials::is_npm_token_variable;
use crate::publish::read::command::{LocalScript, runs_javascript};
use crate::publish::read::javascript::PublishInCode;
use crate::publish::read::other_code::names_npm_publish;
use crate::publish::walk::WalkFrame;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::{ScriptContext, ScriptSource};
use crate::publish::walk::commands::script_failures::ScriptFailure;
use crate::syntax::shell::{Command, split_script};
use crate::text::{FilePath, FolderPath, TextRange, camel_words};

/// The languages of code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::publish::walk) enum Language {
    /// JavaScript or TypeScript.
    JavaScript,
    /// One that is not read.
    Other,
}

/// Programs of a system, and those whose verbs say nothing about npm.
pub(in crate::publish::walk) const OTHER_PROGRAMS: [&str; 16] = [
    "git", "gh", "curl", "wget", "aws", "gcloud", "az", "tar", "mkdir", "cp", "mv", "rm", "ls", "cat",
    "test", "[",
];

/// Programs that print what they are told, whatever it speaks of.
const PRINTING_PROGRAMS: [&str; 8] = [
    "echo",
    "printf",
    "write-host",
    "write-output",
    "print",
    "tee",
    "logger",
    "figlet",
];

impl Language {
    /// The language of what a program runs: `node`, `python3`.
    pub(super) fn of_program(program: &str) -> Option<Self> {
        match program {
            _ if runs_javascript(program) => Some(Self::JavaScript),
            "python" | "python3" | "ruby" | "perl" | "php" => Some(Self::Other),
            _ => None,
        }
    }
}

impl<'a> Walker<'_, 'a> {
    /// The language of a script that another program than a shell runs: `shell: python`.
    pub(in crate::publish::walk) fn language_of(
        &self,
        frame: &WalkFrame<'a>,
        step: &Step,
    ) -> Option<Language> {
        let shell = self.shell(frame, step)?;
        let program = shell.split_whitespace().find(|word| *word != "npx")?;
        Language::of_program(program)
    }

    /// Searches the code of a step.
    pub(in crate::publish::walk) fn guess_from_run(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        run: &'a RunScript,
        language: Language,
    ) {
        let Some(publish) = self.publish_in_code_text(&frame.path, &run.text, language) else {
            return;
        };
        let source = ScriptSource::Scalar {
            path: frame.path.clone(),
            node: run.node,
            prefix: 0,
        };
        let program = self.shell(frame, step).unwrap_or_default();
        let end = run.text.find('\n').unwrap_or(run.text.len());
        let script = LocalScript::named(program, TextRange::new(0, end));
        let whole = split_script(":");
        let Some(command) = whole.commands.first() else {
            return;
        };
        self.in_context(
            frame,
            step,
            (&source, ScriptFailure::Unknown),
            |walker, context| {
                let folder = context.folder.clone().unwrap_or_else(FolderPath::root);
                walker.guess_from_code(context, command, &script, (&publish, &folder));
            },
        );
    }

    /// Searches the code of a command: `node -e "require('child_process').execSync('npm publish')"`.
    pub(in crate::publish::walk) fn guess_from_inline(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<&FolderPath>,
    ) {
        let Some(language) = command.word(0).and_then(Language::of_program) else {
            return self.guess_from_token(context, command);
        };
        let code = command.words.windows(2).find_map(|two| match two {
            [flag, code] if matches!(flag.text.as_str(), "-e" | "--eval" | "-c" | "eval") => Some(&code.text),
            _ => None,
        });
        // `python3 - <<EOF`
        let on_input = || {
            let mut words = command.words.iter().skip(1);
            let has_no_file = words.all(|word| word.text.starts_with('-'));
            let mut redirects = command.redirects.iter().rev();
            let input = redirects.find(|redirect| matches!(redirect.operator.as_str(), "<<" | "<<<"));
            input
                .filter(|_| has_no_file)
                .map(|redirect| &redirect.target.text)
        };
        let code = code.or_else(on_input);
        let path = &context.frame.path;
        let publish = code.and_then(|code| self.publish_in_code_text(path, code, language));
        if let (Some(publish), Some(folder)) = (publish, folder) {
            let program = command.word(0).unwrap_or_default().to_owned();
            let script = LocalScript::named(program, command.range);
            self.guess_from_code(context, command, &script, (&publish, folder));
        }
    }

    /// A program that nothing is known of, that is given a token of npm and told to release: `acme npm:release`. One that is called
    /// after publishing, `npx acme-publish`, may find a token by itself.
    fn guess_from_token(&mut self, context: &ScriptContext<'_, 'a>, command: &Command) {
        let is_token = |name: &str, value: &str| is_npm_token_variable(name) && !value.trim().is_empty();
        let step = context.step.env.iter();
        let is_given = step
            .clone()
            .any(|variable| is_token(&variable.name.value, &variable.value.value));
        let is_runner = |program: &str| matches!(program, "npx" | "bunx" | "pnpx");
        let is_called_publish = || {
            let mut words = command.words.iter().map(|word| word.text.as_str());
            let first = words.find(|word| !is_runner(word) && !word.starts_with('-'));
            first.is_some_and(|name| camel_words(name).iter().any(|word| word == "publish"))
        };
        let Some(program) = command.word(0).filter(|_| is_given || is_called_publish()) else {
            return;
        };
        // A command that a caller passes: `${{ inputs.publish-command }}`.
        let passed = program
            .strip_prefix("${{")
            .and_then(|rest| rest.strip_suffix("}}"))
            .map(str::trim)
            .filter(|expression| expression.starts_with("inputs.") && !expression.contains(' '));
        let text = match passed {
            Some(input) => input.to_owned(),
            None if OTHER_PROGRAMS.contains(&program) || program.contains(['/', '$', '"', '(']) => return,
            None if PRINTING_PROGRAMS.contains(&program.to_ascii_lowercase().as_str()) => return,
            None => {
                let is_runner = is_runner(program);
                let words = command.words.iter().skip(1).map(|word| word.text.as_str());
                let verbs = words.skip_while(|word| is_runner && word.starts_with('-'));
                let verbs = verbs.take_while(|word| !word.starts_with('-'));
                let verbs: Vec<&str> = verbs.take(if is_runner { 2 } else { 1 }).collect();
                format!("{program} {}", verbs.join(" "))
            }
        };
        let script = LocalScript::named(text.trim_end().to_owned(), command.range);
        self.guess_from_script(context, command, &script, false);
    }

    /// The publish in the code of a text.
    pub(in crate::publish::walk) fn publish_in_code_text(
        &self,
        path: &FilePath,
        text: &str,
        language: Language,
    ) -> Option<CodePublish> {
        if !text.contains("publish") {
            return None;
        }
        match language {
            Language::JavaScript => self.publish_in_javascript(path, text),
            Language::Other => names_npm_publish(text).then(|| CodePublish {
                publish: PublishInCode {
                    what: "`npm publish`".to_owned(),
                    line: None,
                },
                path: path.clone(),
                files: Vec::new(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Checks the sites of a job that can publish, and that has this step.
    #[track_caller]
    fn check(step: &str, expected: &str) {
        let fixture = format!(
            "\
#- repository: acme/widget
#- .github/workflows/ship.yml
on: push
jobs:
  ship:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - {step}
#- package.json
{{ \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }}
"
        );
        check_sites(&fixture, expected);
    }

    #[test]
    fn code_in_a_step_is_searched() {
        let javascript = "run: require('child_process').execSync('npm publish')\n        shell: node {0}";
        check(javascript, "ship.yml:9 ship; publisher=script; outcome=oidc");
        let python = "run: |\n          import subprocess\n          subprocess.run(['npm', 'publish'])\n        shell: python";
        check(python, "ship.yml:10 ship; publisher=script; outcome=unknown");
        let inline = "run: node -e \"require('child_process').execSync('npm publish')\"";
        check(inline, "ship.yml:9 ship; publisher=script; outcome=oidc");
        let script = "uses: actions/github-script@v8\n        with:\n          script: await exec.exec('npm', ['publish'])";
        check(script, "ship.yml:9 ship; publisher=action; outcome=unknown");
    }

    #[test]
    fn where_code_decides_about_the_login_nothing_is_predicted() {
        let code = "const x = process.env.NPM_TOKEN; require('child_process').execSync('npm publish')";
        check(
            &format!("run: {code}\n        shell: node {{0}}"),
            "ship.yml:9 ship; publisher=script; outcome=unknown",
        );
    }

    #[test]
    fn other_code_publishes_nothing() {
        for step in [
            "run: console.log('npm publish')\n        shell: node {0}",
            "run: |\n          # npm publish\n          print('npm publish')\n        shell: python",
            "run: node -e \"console.log(require('./package.json').publishConfig)\"",
            "run: node -p \"require('./package.json').version\" # publish",
            "uses: actions/github-script@v8\n        with:\n          script: core.info('npm publish')",
        ] {
            check(step, "");
        }
    }

    #[test]
    fn code_is_found_whatever_runs_it() {
        let with = |run: &str, path: &str, code: &str| format!("run: {run}\n#- on demand: {path}\n{code}");
        let code = "require('child_process').execSync('npm publish')";
        let found = "ship.yml:9 ship; publisher=script; outcome=oidc";
        for runner in [
            "esno",
            "npx jiti",
            "npx vite-node",
            "pnpm esno",
            "yarn ts-node-esm",
            "node --import tsx",
        ] {
            check(&with(&format!("{runner} ci/a.ts"), "ci/a.ts", code), found);
        }
        check(&with("nodemon ci/a.ts", "ci/a.ts", code), "");
        let unknown = "ship.yml:9 ship; publisher=script; outcome=unknown";
        let python = "subprocess.run(['npm', 'publish'])";
        check(&with("python ci/a.py", "ci/a.py", python), unknown);
        check(&with("uv run ci/a.py", "ci/a.py", python), unknown);
        let go = "func main() { exec.Command(\"npm\", \"publish\").Run() }";
        check(&with("go run ./ci/a", "ci/a/main.go", go), unknown);
        check(&with("python ci/a.py", "ci/a.py", "print('npm publish')"), "");
    }

    #[test]
    fn a_program_that_gets_a_token_of_npm_may_publish() {
        let with = |run: &str, value: &str| format!("run: {run}\n        env: {{ NPM_TOKEN: '{value}' }}");
        let secret = "${{ secrets.NPM_TOKEN }}";
        let guess = "ship.yml:9 ship; publisher=script; outcome=unknown";
        check(&with("acme npm:release --next", secret), guess);
        check(&with("acme-npm publish", secret), guess);
        check(
            &with("bunx --bun @acme/tools acme-publish-npm --poll", secret),
            guess,
        );
        check(&with("${{ inputs.npm-publish-command }}", secret), guess);
        check(&with("${{ inputs.build-command }}", secret), "");
        check(&with("acme npm:release", ""), "");
        check("run: acme npm:release", "");
        for run in ["npx acme-publish next", "acme-publish", "npx --yes publish-acme"] {
            check(&format!("run: {run}"), guess);
        }
        for run in [
            "echo Publishing to npm",
            "printf 'Publish to npm'",
            "Write-Host 'publish npm'",
        ] {
            check(&with(run, secret), "");
        }
        for run in ["npx acme publish", "npx publish-docs", "acme-release"] {
            check(&format!("run: {run}"), "");
        }
        for run in [
            "acme build",
            "git tag npm-release",
            "gh release create npm",
            "acme release-docs",
        ] {
            check(&with(run, secret), "");
        }
    }
}
