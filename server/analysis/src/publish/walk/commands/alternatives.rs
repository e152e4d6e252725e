//! Commands whose words the run chooses among a few: the options of an input, the values of the matrix or of a loop.

use std::cell::LazyCell;
use std::collections::HashSet;

use super::folders::Folders;
use super::script_context::ScriptContext;
use crate::publish::read::command::{
    LocalScript, Meaning, PublishCommand, holds_flags, is_script_name, meaning_with,
};
use crate::publish::tools::Flag;
use crate::publish::walk::Walker;
use crate::syntax::shell::{Command, Word, split_script, variable_name};
use crate::text::{FolderPath, TextRange};

/// More commands than this are not told apart.
const MOST_ALTERNATIVES: usize = 24;
/// So many words of a command say what it does: `yarn workspace widget run publish`.
const MOST_DECIDING_WORDS: usize = 5;

impl<'a> Walker<'_, 'a> {
    /// Walks a command once for each of the commands that it may be, where the run decides which program, verb, script or
    /// file it is. Returns whether it did.
    pub(crate) fn walk_alternatives(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        meaning: &Meaning,
        (folder, folders): (Option<&FolderPath>, &mut Folders),
    ) -> bool {
        let Some(alternatives) = self.alternatives(context, command, meaning) else {
            return false;
        };
        let is_one_of_several = alternatives.len() > 1;
        for (n, commands) in alternatives.iter().enumerate() {
            let mut frame = context.frame.clone();
            if is_one_of_several {
                // What one of them does counts for none of the others.
                let condition = format!("{:?} {:?} {n}", context.source, command.range);
                frame.conditions.push(condition);
            }
            let inner = ScriptContext {
                frame: &frame,
                is_conditional: context.is_conditional || is_one_of_several,
                ..context.clone()
            };
            for command in commands {
                self.walk_command(&inner, command, folder.cloned(), folders);
            }
        }
        true
    }

    /// A publish command with the flags that an expression in the place of a folder may become: `${{ … && '--tag next' || '' }}`.
    /// Of several it is the one with the most words that is not a dry run. None if no such word may be a flag or nothing.
    pub(crate) fn with_flags_of_run(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
    ) -> Option<Command> {
        let folders = LazyCell::new(|| -> HashSet<TextRange> {
            publish.folders.iter().map(|folder| folder.range).collect()
        });
        let is_folder = |word: &Word| folders.contains(&word.range);
        let may_be_flag = |word: &Word| {
            let is_unquoted = word.inner == Some(word.range) && word.text.contains('$');
            // What the script sets itself may be another value than that of `env:`.
            let is_of_env = || {
                let name = variable_name(&word.text).filter(|_| holds_flags(word));
                name.is_some_and(|name| !context.index.may_set(name))
            };
            let is_folder = is_folder(word) && (is_unquoted || self.is_boolean_input(word));
            word.is_dynamic && (is_folder || is_unquoted && is_of_env())
        };
        let found = self.combinations(context, command, may_be_flag)?;
        // npm takes `true` or `false` for the value of the flag in front of it.
        let is_no_folder = |words: &Vec<Word>| {
            let first = words.first().map_or("-", |first| first.text.as_str());
            first.starts_with('-') || matches!(first, "true" | "false")
        };
        let open = || {
            command
                .words
                .iter()
                .enumerate()
                .filter(|(_, word)| may_be_flag(word))
        };
        let mut values = found
            .iter()
            .flat_map(|words| open().filter_map(|(n, _)| words.get(n)));
        if !values.any(is_no_folder) {
            return None;
        }
        let configured = self.sources.settings().publish_commands();
        let publishes = |command: &Command| match meaning_with(configured, command) {
            Meaning::Publish(publish) => publish.flags.dry_run != Some(Flag::True),
            _ => false,
        };
        let commands = found.iter().map(|words| Command {
            words: words.concat(),
            ..command.clone()
        });
        let (real, other): (Vec<Command>, Vec<Command>) = commands.partition(publishes);
        let most_words =
            |commands: Vec<Command>| commands.into_iter().max_by_key(|command| command.words.len());
        most_words(real).or_else(|| most_words(other))
    }

    /// What a command may be; none if it is known already, if only the run knows it, or if it does not matter.
    fn alternatives(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        meaning: &Meaning,
    ) -> Option<Vec<Vec<Command>>> {
        let found = self.combinations(context, command, deciding_words(command, meaning))?;
        let commands: Vec<Vec<Command>> = found
            .into_iter()
            .map(|words| with_words(command, words))
            .collect();
        let configured = self.sources.settings().publish_commands();
        let matters = |command: &Command| !matches!(meaning_with(configured, command), Meaning::Other);
        let is_of_use = !matches!(meaning, Meaning::Other) || commands.iter().flatten().any(matters);
        is_of_use.then_some(commands)
    }

    /// The words that a command may have, for each of its words a list. None if the values of no word that `is_open` are known,
    /// or if there are too many.
    fn combinations(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        is_open: impl Fn(&Word) -> bool,
    ) -> Option<Vec<Vec<Vec<Word>>>> {
        let as_written = command.words.iter().map(|word| vec![word.clone()]);
        let mut found = vec![as_written.collect::<Vec<_>>()];
        let mut is_known = false;
        for (n, word) in command.words.iter().enumerate().filter(|(_, word)| is_open(word)) {
            let of_boolean = || {
                let values = ["true", "false"].map(str::to_owned);
                self.is_boolean_input(word).then(|| values.to_vec())
            };
            let texts = self.texts_of_argument(context, &command.loops, word);
            let Some(texts) = texts.or_else(of_boolean) else {
                continue;
            };
            if texts.len() * found.len() > MOST_ALTERNATIVES {
                return None;
            }
            is_known = true;
            let with = |text: &String| {
                let words = words_of(word, text);
                found.iter().map(move |before| {
                    let mut after = before.clone();
                    if let Some(place) = after.get_mut(n) {
                        place.clone_from(&words);
                    }
                    after
                })
            };
            found = texts.iter().flat_map(with).collect();
        }
        is_known.then_some(found)
    }

    /// Whether a word is nothing but an input of the run that is declared as a boolean: it becomes `true` or `false`.
    fn is_boolean_input(&self, word: &Word) -> bool {
        let expression = word
            .text
            .trim()
            .strip_prefix("${{")
            .and_then(|text| text.strip_suffix("}}"));
        let name = expression.map(str::trim).and_then(|expression| {
            let of_event = expression.strip_prefix("github.event.inputs.");
            of_event.or_else(|| expression.strip_prefix("inputs."))
        });
        let Some((name, (_, workflow))) = name.zip(self.job.starting_workflow()) else {
            return false;
        };
        let declared = workflow.dispatch_inputs.iter().chain(&workflow.call_inputs);
        let mut declared = declared
            .filter(|input| input.name.eq_ignore_ascii_case(name))
            .peekable();
        declared.peek().is_some() && declared.all(|input| input.is_boolean)
    }
}

/// Which words of a command decide what it is, where the run chooses them.
fn deciding_words<'c>(command: &'c Command, meaning: &'c Meaning) -> impl Fn(&Word) -> bool + 'c {
    let first = command.words.iter().take(MOST_DECIDING_WORDS);
    let end = first.map(|word| word.range.end()).max().unwrap_or_default();
    move |word| {
        word.is_dynamic
            && word.text.contains('$')
            && match meaning {
                Meaning::Other => word.range.end() <= end,
                Meaning::RunScript(run) => run.names.iter().any(|name| name.range == word.range),
                Meaning::LocalScript(script) => may_be_file(script, word),
                _ => false,
            }
    }
}

/// Whether a word may name the file, or the target, that a command runs.
fn may_be_file(script: &LocalScript, word: &Word) -> bool {
    let mut words = script.words.iter().take_while(|other| other.range != word.range);
    !words.any(|other| !other.is_dynamic && is_script_name(&other.text))
}

/// The words that a text makes of a word: the shell splits it unless it is in quotes.
fn words_of(word: &Word, text: &str) -> Vec<Word> {
    let word_of = |text: &str| Word {
        range: word.range,
        text: text.to_owned(),
        is_dynamic: text.contains(['*', '?', '[']),
        inner: None,
    };
    let is_quoted = word.inner != Some(word.range);
    match is_quoted {
        true => vec![word_of(text)],
        false => text.split_whitespace().map(word_of).collect(),
    }
}

/// A command with other words. A command that is nothing but a text may be several.
fn with_words(command: &Command, words: Vec<Vec<Word>>) -> Vec<Command> {
    if let ([only], [Word { inner, range, .. }]) = (words.as_slice(), command.words.as_slice())
        && *inner == Some(*range)
        && only.len() > 1
    {
        let text: Vec<&str> = only.iter().map(|word| word.text.as_str()).collect();
        let split = split_script(&text.join(" ")).commands;
        return split
            .into_iter()
            .map(|inner| at_range_of(command, inner))
            .collect();
    }
    vec![Command {
        words: words.concat(),
        ..command.clone()
    }]
}

/// A command of a text that is in the place of another command.
fn at_range_of(outer: &Command, inner: Command) -> Command {
    let range = outer.range;
    let words = inner.words.into_iter().map(|word| Word {
        range,
        inner: None,
        ..word
    });
    Command {
        words: words.collect(),
        is_conditional: inner.is_conditional || outer.is_conditional,
        ..outer.clone()
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Checks the sites of a job whose step runs this, started by hand with choices, or for other events too.
    #[track_caller]
    fn check(on: &str, run: &str, expected: &[&str]) {
        let inputs = "{ inputs: { target: { type: choice, default: build, options: [build, 'publish:a', 'publish:b'] }, \
                      verb: { type: choice, options: [build, publish] }, file: { type: choice, options: [build, ship] }, \
                      command: { type: choice, options: [npm ci, npm i -g npm@11.5.2 && npm publish] }, \
                      free: { type: string, default: 'publish:a' }, quiet: { type: choice, options: [build, lint] }, dry: { type: boolean } } }";
        let workflow = format!(
            "\
#- .github/workflows/ship.yml
on:
  {on}workflow_dispatch: {inputs}
jobs:
  ship:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    strategy: {{ matrix: {{ task: [lint, 'publish:a'] }} }}
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - {run}
"
        );
        let files = r#"#- package.json
{ "name": "widget", "version": "1.2.3", "repository": "acme/widget", "scripts": { "build": "tsc", "lint": "eslint", "publish:a": "npm publish", "publish:b": "pnpm publish" } }
#- on demand: ci/ship.sh
npm publish
#- on demand: ci/build.sh
tsc
"#;
        let expected: Vec<String> = expected
            .iter()
            .zip(12 + on.lines().count() / 2 + usize::from(run.contains('\n'))..)
            .map(|(expected, line)| format!("ship.yml:{line} ship; {expected}"))
            .collect();
        check_sites(&format!("{workflow}{files}"), &expected.join("\n"));
    }

    const A: &str = "publisher=npm; packages=widget; outcome=oidc";
    const B: &str = "publisher=pnpm; packages=widget";

    #[test]
    fn each_option_of_a_choice_may_run() {
        for run in [
            "run: npm run ${{ inputs.target }}",
            "run: pnpm ${{ inputs.target }}",
            "run: yarn run \"${{ inputs.target }}\"",
            "run: npm run ${{ github.event.inputs.target }}",
            "{ run: npm run $TARGET, env: { TARGET: '${{ inputs.target }}' } }",
            "{ run: 'npm run \"${TARGET}\"', env: { TARGET: '${{ inputs.target }}' } }",
            "run: for t in publish:a publish:b; do npm run $t; done",
        ] {
            check("", run, &[A]);
            check("push:\n  ", run, &[A]);
        }
        check("", "run: npm ${{ inputs.verb }}", &[A]);
        check("", "run: pnpm ${{ inputs.verb }}", &[B]);
        check("", "run: pnpm -r ${{ inputs.verb }}", &["publisher=pnpm"]);
        check("", "run: ./ci/${{ inputs.file }}.sh", &[A]);
        check("", "run: npm run ${{ matrix.task }}", &[A]);
        check(
            "",
            "run: ${{ inputs.command }}",
            &["publisher=npm; npm=11.5.2; packages=widget; outcome=oidc"],
        );
    }

    #[test]
    fn an_expression_may_be_flags() {
        for run in [
            "run: npm publish ${{ inputs.free == 'x' && '--tag next' || '' }}",
            "run: npm publish --access public ${{ inputs.free == 'x' && '--tag=next' || '--tag latest' }}",
            "run: npm publish ${{ inputs.free == 'x' && '--dry-run' || '' }}",
            "{ run: npm publish $FLAGS, env: { FLAGS: \"${{ inputs.free == 'x' && '--dry-run' || '' }}\" } }",
        ] {
            check("", run, &[A]);
        }
    }

    #[test]
    fn a_boolean_input_is_the_value_of_the_flag_before_it() {
        let on = "push:\n  ";
        for word in [
            "${{ inputs.dry }}",
            "\"${{ inputs.dry }}\"",
            "${{ github.event.inputs.dry }}",
        ] {
            let run = format!("run: npm publish --dry-run {word}");
            check("", &run, &[A]);
            check(on, &run, &[A]);
        }
        // It may be a folder.
        check("", "run: npm publish --dry-run ${{ inputs.free }}", &[]);
    }

    #[test]
    fn a_boolean_that_a_caller_gives_is_known() {
        for (given, expected) in [
            ("true", ""),
            (
                "false",
                "publish.yml:9 ship; publisher=npm; packages=widget; outcome=oidc",
            ),
        ] {
            let fixture = format!(
                r#"#- .github/workflows/publish.yml
on: {{ workflow_call: {{ inputs: {{ dry: {{ type: boolean }} }} }} }}
permissions: {{ id-token: write }}
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish --dry-run ${{{{ inputs.dry }}}}
#- .github/workflows/release.yml
on: push
permissions: {{ id-token: write }}
jobs:
  call:
    uses: ./.github/workflows/publish.yml
    with: {{ dry: {given} }}
#- package.json
{{ "name": "widget", "version": "1.2.3", "repository": "acme/widget" }}
"#
            );
            check_sites(&fixture, expected);
        }
    }

    #[test]
    fn options_in_a_caller_and_in_an_action_count() {
        let files = "#- package.json\n{ \"name\": \"widget\", \"version\": \"1.2.3\", \"repository\": \"acme/widget\", \
                     \"scripts\": { \"publish:a\": \"npm publish\" } }\n";
        let start = "on: { workflow_dispatch: { inputs: { target: { type: choice, options: [build, 'publish:a'] } } } }\n";
        let permissions = "permissions: { id-token: write }\n";
        let callee = "\
#- .github/workflows/ship.yml
on: { workflow_call: { inputs: { script: { type: string } } } }
jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm run ${{ inputs.script }}
";
        let caller = format!(
            "\
#- .github/workflows/start.yml
{start}{permissions}jobs:
  call:
    uses: ./.github/workflows/ship.yml
    with:
      script: ${{{{ inputs.target }}}}
"
        );
        check_sites(
            &format!("{callee}{caller}{files}"),
            &format!("ship.yml:9 ship; {A}"),
        );
        let action = "\
#- ship/action.yml
inputs:
  script: {}
runs:
  using: composite
  steps:
    - run: npm run ${{ inputs.script }}
      shell: bash
";
        let user = format!(
            "\
#- .github/workflows/start.yml
{start}{permissions}jobs:
  ship:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - uses: ./ship
        with:
          script: ${{{{ github.event.inputs.target }}}}
"
        );
        check_sites(
            &format!("{action}{user}{files}"),
            &format!("action.yml:6 (composite); {A}"),
        );
    }

    #[test]
    fn what_one_option_does_counts_for_no_other() {
        check(
            "",
            "run: |\n          ${{ inputs.command }}\n          npm publish",
            &["publisher=npm; npm=11.5.2", "publisher=npm; npm=-"],
        );
    }

    #[test]
    fn options_that_do_not_publish_are_not_a_publish() {
        for run in [
            "run: npm run ${{ inputs.quiet }}",
            "run: echo publish ${{ inputs.verb }}",
            "run: npm run ${{ inputs.free }}",
            "run: npm run ${{ inputs.absent }}",
            "run: npm view widget ${{ inputs.verb }}",
            "run: npm ${{ inputs.verb }} --dry-run",
        ] {
            check("", run, &[]);
        }
    }
}
