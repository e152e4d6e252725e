//! Actions that nothing is known about: where their names, or the names of their inputs, speak of publishing to npm, or where
//! they are given a command that publishes, they count as a guess.

use super::guess_names::{speaks_of_publishing, words_of};
use crate::knowledge::actions::publishes_nothing;
use crate::model::job::Step;
use crate::model::permissions::Grant;
use crate::model::read::{Variable, find_input};
use crate::publish::find::credentials::{is_npm_token_variable, names_npm_secret};
use crate::publish::find::packages::Selection;
use crate::publish::site::{CommandFact, PublishingTool};
use crate::publish::tools::Tool;
use crate::publish::walk::actions::secret_actions::fetches_secrets;
use crate::publish::walk::programs::inline_code::Language;
use crate::publish::walk::site_builder::{DraftTokens, SettingFlags, SiteDraft};
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::json::{JsonValue, parse_json};
use crate::text::camel_words;
use crate::text::{FilePath, FolderPath, Place, Ranged};

impl<'a> Walker<'_, 'a> {
    /// An action may publish in a job that can, if its name says so: `acme/npm-publish-action`, or `acme/release-action` that is
    /// given a token of npm. So may one that is given a command which publishes: `publish: npm publish`.
    pub(in crate::publish::walk) fn guess_from_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        name: &str,
    ) {
        if publishes_nothing(&name.to_ascii_lowercase()) || self.is_told_to_publish_nothing(frame, step) {
            return;
        }
        let in_command = self
            .publish_in_inputs(frame, step, name)
            .or_else(|| self.publish_of_covector(frame, step, name));
        if in_command.is_none() && !self.may_publish_by_name(step, name) {
            return;
        }
        let token = step.with.iter().find(|input| names_npm_token(input));
        let machine = self.machine(&frame.conditions);
        let place = Place::new(&frame.path, uses.range);
        let draft = SiteDraft {
            command: CommandFact::bare(place.range),
            place,
            step,
            publishing_tool: PublishingTool {
                is_guess: true,
                in_code: in_command,
                ..PublishingTool::unknown(Tool::Action, "action", name.to_owned())
            },
            selection: Selection::Unknown,
            npm_project: None,
            npm: None,
            flags: SettingFlags::default(),
            assignments: Vec::new(),
            tokens: DraftTokens {
                read_by_tool: vec!["NPM_TOKEN".to_owned(), "NODE_AUTH_TOKEN".to_owned()],
                variables_are_off: false,
                input: token.and_then(|token| self.token_of_input(frame, token)),
                may_have_others: false,
            },
            ignored_failure: frame.ignored_failure.clone(),
        };
        let site = self.build(frame, &machine, draft);
        let can_publish = site.identity.id_token.grant == Grant::Yes || !site.credentials.tokens.is_empty();
        if site.target.is_npm() && can_publish {
            self.guesses.push(site);
        }
    }

    fn is_told_to_publish_nothing(&self, frame: &WalkFrame<'a>, step: &Step) -> bool {
        step.with.iter().any(|input| {
            let name: String = input
                .name
                .value
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            name.eq_ignore_ascii_case("dryrun")
                && self.evaluate(frame, &input.value.value).known() == Some("true")
        })
    }

    /// The name of an action says that it releases something, and something around it that this goes to npm.
    fn may_publish_by_name(&self, step: &Step, name: &str) -> bool {
        let own_name = name
            .split_once('/')
            .map_or(name, |(_, own)| own)
            .to_ascii_lowercase();
        let words = words_of(&own_name);
        let names_npm = words.iter().any(|word| matches!(*word, "npm" | "npmjs"));
        let gets_token = step.with.iter().any(names_npm_token);
        // `acme/release-secrets` fetches what another step needs.
        if fetches_secrets(name) {
            return false;
        }
        if speaks_of_publishing(&own_name) {
            let is_semantic_release = words.contains(&"semantic") && self.has_semantic_release();
            return names_npm
                || gets_token
                || is_semantic_release
                || step.env.iter().any(is_given_npm_token)
                || self.environment_names_npm();
        }
        // `acme/tool-action` with `command: release`
        let is_asked = step.with.iter().any(|input| asks_to_publish(&input.value.value));
        is_asked && step.env.iter().any(is_given_npm_token)
    }

    fn has_semantic_release(&self) -> bool {
        let manifest = self.sources.manifest_in(&FolderPath::root());
        manifest.is_some_and(|(_, manifest)| manifest.dependency("semantic-release").is_some())
    }

    /// The publish command in the configuration of covector, whose action runs it.
    /// Source: <https://github.com/jbolda/covector/tree/main/packages/action#readme>.
    fn publish_of_covector(&self, frame: &WalkFrame<'a>, step: &Step, name: &str) -> Option<String> {
        let command = find_input(&step.with, "command")?;
        let publishes = self
            .evaluate(frame, &command.value.value)
            .known()?
            .ends_with("publish");
        let is_covector = words_of(name).contains(&"covector") && publishes;
        let path = FilePath::new(COVECTOR_CONFIG).filter(|_| is_covector)?;
        let config = parse_json(self.text_on_demand(&path)?).tree?;
        let managers = config.get("pkgManagers")?.members().iter();
        let commands = managers.filter_map(|manager| manager.value.get("publish"));
        let mut commands = commands.flat_map(JsonValue::elements);
        let found = commands.find_map(|command| {
            let text = command.as_str().or_else(|| command.get("command")?.as_str())?;
            self.publish_in_text(&path, text)
        })?;
        Some(format!("{} in {COVECTOR_CONFIG}", found.publish.what))
    }

    /// The publish command that an action gets as an input, or to which such a command leads: "`npm publish` in its input
    /// `script`".
    fn publish_in_inputs(&self, frame: &WalkFrame<'a>, step: &Step, name: &str) -> Option<String> {
        let inputs = step
            .with
            .iter()
            .filter(|input| is_called_command(&input.name.value));
        let mut inputs = inputs.filter(|input| input.value.value.len() <= LONGEST_COMMAND);
        inputs.find_map(|input| {
            let text = &input.value.value;
            let found = match name.eq_ignore_ascii_case("actions/github-script") {
                true => self.publish_in_code_text(&frame.path, text, Language::JavaScript)?,
                false => self.publish_in_text(&frame.path, text)?,
            };
            Some(format!(
                "{} in its input `{}`",
                found.publish.what, input.name.value
            ))
        })
    }
}

/// The configuration of covector.
const COVECTOR_CONFIG: &str = ".changes/config.json";

/// A longer text is none that an action runs.
const LONGEST_COMMAND: usize = 64 * 1024;

/// Whether an input is one that an action runs: `run`, `publishCommands`, `release-script`. What runs in a dry run publishes
/// nothing.
fn is_called_command(name: &str) -> bool {
    let words = camel_words(name);
    let is_dry = words.iter().any(|word| word == "dry");
    let is_command = |word: &String| {
        let singular = word.strip_suffix('s').unwrap_or(word);
        matches!(
            singular,
            "run" | "command" | "cmd" | "script" | "exec" | "publish"
        )
    };
    !is_dry && words.iter().any(is_command)
}

/// Whether a value of one line asks for a release: `release --clean`, `version-or-publish`.
fn asks_to_publish(value: &str) -> bool {
    let words = words_of(value);
    let is_meant = |word: &&str| matches!(*word, "publish" | "release");
    !value.contains('\n') && words.iter().any(is_meant) && !words.contains(&"dry")
}

/// Whether a variable gives the action a token of npm.
pub(super) fn is_given_npm_token(variable: &Variable) -> bool {
    is_npm_token_variable(&variable.name.value) && !variable.value.value.trim().is_empty()
}

/// Whether a step gives its action a token of npm.
pub(in crate::publish::walk) fn gives_npm_token(step: &Step) -> bool {
    let mut variables = step.env.iter();
    let mut inputs = step.with.iter();
    let is_token = |given: &Variable| names_npm_secret(&given.value.value);
    variables.any(|variable| is_given_npm_token(variable) || is_token(variable))
        || inputs.any(|input| names_npm_token(input) || is_token(input))
}

/// Whether an input is a token of npm: `npm-token`, `NPM_AUTH_TOKEN`.
pub(super) fn names_npm_token(input: &Variable) -> bool {
    let name = input.name.value.to_ascii_lowercase();
    name.contains("npm") && name.contains("token")
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(permissions: &str, step: &str, expected: &str) {
        let fixture = format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  release:
    runs-on: ubuntu-24.04
    permissions: {{ {permissions} }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - uses: {step}
"
        );
        check_sites(&fixture, expected);
    }

    const TOKEN: &str = "\n        with: { npm-token: '${{ secrets.NPM_TOKEN }}' }";
    const GUESS: &str = "release.yml:9 release; publisher=action; outcome=unknown";

    #[test]
    fn an_action_is_a_guess_by_its_name() {
        check("id-token: write", "acme/npm-publish-package@v1", GUESS);
        check("id-token: write", "acme/actions/publish-to-npm@v1", GUESS);
        check(
            "contents: read",
            &format!("acme/action-npm-publish@v6{TOKEN}"),
            GUESS,
        );
        check("contents: read", &format!("acme/release-action@v6{TOKEN}"), GUESS);
    }

    #[test]
    fn what_cannot_publish_or_speaks_of_something_else_is_none() {
        check("contents: read", "acme/npm-publish-package@v1", "");
        check("id-token: write", "acme/release-action@v1", "");
        check("id-token: write", "acme/npm-cache@v1", "");
        check("id-token: write", "npm-acme/publish-docker@v1", "");
        check(
            "id-token: write",
            "acme/npm-publish-package@v1\n        with: { dry-run: true }",
            "",
        );
    }

    #[test]
    fn an_action_that_is_given_a_publish_command_is_a_guess() {
        for (action, input) in [
            ("acme/changesets-action@v1", "publish: npx changeset publish"),
            ("acme/zero/actions/release@v1", "publishCommands: npm publish"),
            ("acme/in-vm@v1", "run: cd x && npm publish"),
            ("acme/anything@v1", "release-script: npm publish --tag next"),
        ] {
            let step = format!("{action}\n        with: {{ {input} }}");
            check("id-token: write", &step, GUESS);
            check("contents: read", &step, "");
        }
    }

    #[test]
    fn other_inputs_publish_nothing() {
        for input in [
            "dryRunPublishCommands: npm publish --dry-run",
            "publish: npm publish --dry-run",
            "publish: 'true'",
            "title: npm publish",
            "body: run npm publish",
            "script: npm run build",
        ] {
            let step = format!("acme/anything@v1\n        with: {{ {input} }}");
            check("id-token: write", &step, "");
        }
    }

    #[test]
    fn an_action_that_gets_a_token_of_npm_is_a_guess() {
        let env = "\n        env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }";
        check("contents: read", &format!("acme/finalize-release@v1{env}"), GUESS);
        let told = "acme/tool@v1\n        with: { command: version-or-publish }";
        check("contents: read", &format!("{told}{env}"), GUESS);
        check("contents: read", &format!("acme/install@v1{env}"), "");
        check("contents: read", &format!("acme/release-docs@v1{env}"), "");
        let empty = "acme/finalize-release@v1\n        env: { NPM_TOKEN: '' }";
        check("id-token: write", empty, "");
    }

    #[test]
    fn actions_that_are_known_to_publish_nothing_are_none() {
        let env = "\n        env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }";
        for action in [
            "release-drafter/release-drafter@v6",
            "googleapis/release-please-action@v4",
            "softprops/action-gh-release@v2",
            "ncipollo/release-action@v1",
            "HaaLeo/publish-vscode-extension@v2",
        ] {
            check("id-token: write", &format!("{action}{env}"), "");
        }
        let fork = "acme/release-please-action@v4";
        check("id-token: write", &format!("{fork}{env}"), GUESS);
    }

    #[test]
    fn an_action_of_the_repository_is_a_guess_by_its_name() {
        let action = |folder: &str| {
            format!(
                "./{folder}\n#- {folder}/action.yml\nname: x\nruns: {{ using: node24, main: dist/index.js }}\n"
            )
        };
        check("id-token: write", &action(".github/actions/npm-publish"), GUESS);
        check("id-token: write", &action(".github/actions/bump-version"), "");
    }

    #[test]
    fn an_action_of_the_repository_leaves_npm_alone_unless_its_name_says_otherwise() {
        let fixture = |folder: &str| {
            format!(
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
      - uses: ./{folder}
      - run: npm publish
#- {folder}/action.yml
name: x
runs: {{ using: node24, main: dist/index.js }}
"
            )
        };
        let at = "release.yml:10 release; publisher=npm";
        check_sites(&fixture("ci/bump-version"), &format!("{at}; outcome=oidc"));
        check_sites(&fixture("ci/setup"), &format!("{at}; outcome=unknown"));
        check_sites(&fixture("ci/npm-login"), &format!("{at}; outcome=unknown"));
    }

    #[test]
    fn covector_runs_the_commands_of_its_configuration() {
        let step = |command: &str, publish: &str| {
            format!(
                "jbolda/covector/packages/action@covector-v0\n        with: {{ command: {command} }}\n\
                 #- on demand: .changes/config.json\n\
                 {{ \"pkgManagers\": {{ \"javascript\": {{ \"publish\": [\"pnpm build\", {{ \"command\": \"{publish}\" }}] }} }} }}\n"
            )
        };
        check(
            "id-token: write",
            &step("version-or-publish", "npm publish --access public"),
            GUESS,
        );
        check("id-token: write", &step("status", "npm publish"), "");
        check("id-token: write", &step("publish", "cargo publish"), "");
    }
}
