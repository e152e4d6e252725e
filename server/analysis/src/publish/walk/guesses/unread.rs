//! Scripts that were not read: where their names and their job speak of publishing to npm, they count as a guess.

use super::guess_names::{is_other_work, names_npm, speaks_of, speaks_of_publishing, words_of};
use crate::model::permissions::Grant;
use crate::publish::find::packages::Selection;
use crate::publish::find::registry::is_registry_of_yarn;
use crate::publish::read::command::LocalScript;
use crate::publish::site::CommandFact;
use crate::publish::site::Credentials;
use crate::publish::site::Guess;
use crate::publish::site::NodeOrigin;
use crate::publish::site::PublishingTool;
use crate::publish::site::RegistryFact;
use crate::publish::site::Site;
use crate::publish::site::VersionFact;
use crate::publish::tools::Tool;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::programs::code::CodePublish;
use crate::publish::walk::programs::code_arguments::{is_dry_run, is_harmless_call};
use crate::publish::walk::programs::followed::file_of;
use crate::publish::walk::site_builder::{DraftTokens, SettingFlags, SiteDraft};
use crate::syntax::shell::{Command, Word};
use crate::text::FolderPath;
use crate::text::camel_words;

impl<'a> Walker<'_, 'a> {
    /// Code that leads to a publish may run it: a guess in any job that could publish.
    pub(crate) fn guess_from_code(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
        (publish, folder): (&CodePublish, &FolderPath),
    ) {
        if is_harmless_call(script, command)
            || self.only_builds(command, script)
            || self.is_rehearsal(context)
        {
            return;
        }
        let mut site = self.guessed_site(context, command, script);
        site.publishing_tool.in_code = Some(format!("{} in {}", publish.publish.what, publish.path));
        let success = match self.may_do_other_work(context, command, script) {
            true => None,
            false => self.success_in_code(context, command, publish, folder),
        };
        if let Some(success) = success {
            follow_success(&mut site, success);
        } else if self.code_installs_npm(publish) {
            site.node_and_npm.npm = VersionFact::unknown_npm();
        }
        let can_publish = site.identity.id_token.grant == Grant::Yes || !site.credentials.tokens.is_empty();
        if may_go_to_npm(&site) && can_publish {
            self.guesses.push(site);
        }
    }

    /// Whether a program that is called after other work, such as `build.ts`, publishes only if it is told to, and is not.
    fn only_builds(&self, command: &Command, script: &LocalScript) -> bool {
        let Some((file, _)) = file_of(script) else {
            return false;
        };
        let name = file.text.rsplit('/').next().unwrap_or(&file.text);
        let is_told = || command.words.iter().any(|word| speaks_of(&word.text));
        let is_in_release = || self.job.job.is_some_and(|job| speaks_of(&job.id.value));
        is_other_work(name) && !is_told() && !is_in_release()
    }

    /// A script that is not read may publish where its name says so and the job is made for publishing to npm. So may programs
    /// that a script runs which is read; but then the job must be able to publish.
    pub(crate) fn guess_from_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
        is_read: bool,
    ) {
        self.unread_scripts += usize::from(!is_read);
        // What is sourced defines functions for others.
        if matches!(script.program.as_str(), "source" | ".") {
            return;
        }
        if command.words.iter().any(|word| is_dry_run(&word.text)) || self.is_rehearsal(context) {
            return;
        }
        let guess = match is_read {
            true => Guess::NothingFound,
            false => Guess::NotRead,
        };
        let with_verb = with_subcommand(command).filter(|text| speaks_of_publishing(text));
        // `./bin/release publish` says more than `./bin/release`.
        let says_enough =
            with_verb.is_none() || camel_words(&script.text).iter().any(|word| word == "publish");
        if says_enough && speaks_of_publishing(&script.text) {
            let mut site = self.guessed_site(context, command, script);
            site.publishing_tool.guess = guess;
            return self.keep_guess(site, is_read);
        }
        // An argument may say so: `./tools/x publish snapshot`, `pnpm acme-tools publish`.
        if let Some(text) = with_verb {
            let script = LocalScript::named(text, script.range);
            let mut site = self.guessed_site(context, command, &script);
            site.publishing_tool.guess = guess;
            self.keep_guess(site, is_read);
        }
    }

    /// Whether the step asks what it runs to publish nothing: `PUBLISH_DRY_RUN: 'true'`.
    fn is_rehearsal(&self, context: &ScriptContext<'_, 'a>) -> bool {
        context.step.env.iter().any(|variable| {
            let words = camel_words(&variable.name.value.to_ascii_lowercase());
            let asks = words.ends_with(&["dry".to_owned(), "run".to_owned()])
                || words.last().is_some_and(|word| word == "dryrun");
            asks && matches!(
                self.evaluate(context.frame, &variable.value.value).known(),
                Some("true" | "1" | "yes")
            )
        })
    }

    fn guessed_site(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
    ) -> Site<'a> {
        let machine = self.machine_at(context, command);
        let publishing_tool = PublishingTool {
            is_guess: true,
            ..PublishingTool::unknown(Tool::Script, "script", script.text.clone())
        };
        let draft = SiteDraft {
            place: context.source.place(self.sources, script.range),
            step: context.step,
            publishing_tool,
            selection: Selection::Unknown,
            npm_project: None,
            npm: None,
            command: CommandFact::bare(context.source.place(self.sources, command.range).range),
            flags: SettingFlags {
                registry: self.flag(context, registry_of(command).as_ref()),
                ..SettingFlags::default()
            },
            assignments: self.assignments(context, command),
            tokens: DraftTokens {
                read_by_tool: vec!["NPM_TOKEN".to_owned(), "NODE_AUTH_TOKEN".to_owned()],
                variables_are_off: false,
                input: None,
                may_have_others: false,
            },
            ignored_failure: self.ignored_failure(context, command),
        };
        self.build(context.frame, &machine, draft)
    }

    /// A guess counts only in a job that shows other signs of publishing to npm.
    pub(crate) fn keep_guess(&mut self, site: Site<'a>, is_read: bool) {
        let is_in_environment = self.environment_names_npm();
        let has_registry = site
            .credentials
            .registry_url
            .as_ref()
            .is_some_and(|url| !url.url.is_empty());
        let uses_node = site.node_and_npm.node.origin != NodeOrigin::RunnerImage;
        let words = camel_words(&site.publishing_tool.command);
        let is_called_publish = uses_node && words.iter().any(|word| word == "publish");
        let is_called_npm = names_npm(&site.publishing_tool.command);
        let is_meant_for_npm = is_called_npm
            || has_registry
            || !site.node_and_npm.installations.is_empty()
            || is_in_environment
            || is_called_publish
            || !is_read && self.is_granted_for_npm(&site);
        let can_publish = site.identity.id_token.grant == Grant::Yes || !site.credentials.tokens.is_empty();
        // A script called `publish` in a job called so is meant to publish, also where nothing lets it.
        let is_meant_in_vain = !is_read
            && is_called_publish
            && self.job_speaks_of_publishing()
            && site.identity.id_token.grant == Grant::No;
        if may_go_to_npm(&site) && is_meant_for_npm && (can_publish || is_meant_in_vain) {
            self.guesses.push(site);
        }
    }

    /// What is meant to publish, and may publish nothing to npm, counts where the job can publish.
    pub(crate) fn keep_possible_publish(&mut self, site: Site<'a>) {
        let can_publish = site.identity.id_token.grant == Grant::Yes || !site.credentials.tokens.is_empty();
        if may_go_to_npm(&site) && can_publish && site.command.dry_run.is_none() {
            self.guesses.push(site);
        }
    }

    /// Whether the environment of the job is called after npm.
    pub(super) fn environment_names_npm(&self) -> bool {
        let environment = self.job.job.and_then(|job| job.environment.as_ref());
        environment.is_some_and(|name| name.value.to_ascii_lowercase().contains("npm"))
    }

    fn job_speaks_of_publishing(&self) -> bool {
        let id = self.job.job.map_or("", |job| job.id.value.as_str());
        words_of(id)
            .iter()
            .chain(&words_of(self.job.path.file_name()))
            .any(|word| {
                ["publish", "release"]
                    .iter()
                    .any(|meant| word.eq_ignore_ascii_case(meant))
            })
    }
}

/// A guess about which it is known how it would end is spoken of as the command in the code would be: with the npm that it runs,
/// and the tokens that its tool reads.
fn follow_success<'a>(site: &mut Site<'a>, success: Site<'a>) {
    let mut tokens = success.credentials.tokens.clone();
    tokens.retain(|token| success.can_use(token));
    site.credentials = Credentials {
        tokens,
        ..success.credentials
    };
    site.publishing_tool = PublishingTool {
        exchange: success.publishing_tool.exchange,
        prefers_token: success.publishing_tool.prefers_token,
        token_places: success.publishing_tool.token_places,
        loses_exchanged_token: success.publishing_tool.loses_exchanged_token,
        signs_by_itself: success.publishing_tool.signs_by_itself,
        asked_for_provenance_by: success.publishing_tool.asked_for_provenance_by,
        ..site.publishing_tool.clone()
    };
    site.node_and_npm = success.node_and_npm;
    site.outcome.prediction = success.outcome.prediction;
}

/// Whether nothing says that it publishes to another registry.
fn may_go_to_npm(site: &Site<'_>) -> bool {
    match &site.target.registry {
        RegistryFact::Other { url, .. } => is_registry_of_yarn(url),
        RegistryFact::Npm | RegistryFact::Unknown => true,
    }
}

/// The registry that a command passes to what it runs: `npm run publish --registry=https://npm.pkg.github.com`.
fn registry_of(command: &Command) -> Option<Word> {
    let words = &command.words;
    words.iter().enumerate().find_map(|(at, word)| {
        let given = match word.text.strip_prefix("--registry=") {
            Some(text) => Word {
                text: text.to_owned(),
                inner: None,
                ..word.clone()
            },
            None if word.text == "--registry" => words.get(at + 1)?.clone(),
            None => return None,
        };
        Some(given)
    })
}

/// A command up to the argument `publish`.
fn with_subcommand(command: &Command) -> Option<String> {
    let at = command.words.iter().position(|word| word.text == "publish")?;
    let words = command.words.get(..=at).filter(|words| words.len() > 1)?;
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    Some(texts.join(" "))
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    /// A job called `release` that grants `permissions` and runs `run`, beside other files.
    fn job(permissions: &str, run: &str, files: &str) -> String {
        format!(
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
      - run: {run}
{files}"
        )
    }

    const GUESS: &str = "release.yml:9 release; publisher=script";

    #[test]
    fn a_script_that_was_read_publishes_only_where_the_job_can() {
        for (run, files) in [
            (
                "npm run publish",
                "#- package.json\n{ \"scripts\": { \"publish\": \"wxt submit\" } }\n",
            ),
            (
                "sh scripts/publish-charts.sh",
                "#- on demand: scripts/publish-charts.sh\nrun-it chart oci://example\n",
            ),
            (
                "node scripts/publish.mjs",
                "#- on demand: scripts/publish.mjs\nimport { ship } from '@acme/ship'\nship()\n",
            ),
        ] {
            check_sites(&job("contents: read", run, files), "");
            check_sites(&job("id-token: write", run, files), GUESS);
        }
    }

    #[test]
    fn code_that_has_nothing_to_publish_with_is_no_guess() {
        let check = |code: &str, expected: &str| {
            let file = format!("#- on demand: ci/release.mjs\n{code}\n");
            check_sites(
                &job("id-token: write", "npm i -g npm && node ci/release.mjs", &file),
                expected,
            );
        };
        check(
            "import { spawnSync } from 'node:child_process'\nspawnSync('gh', ['release', 'create', 'v1'])",
            "",
        );
        check("await Bun.$`gh release create v1`", "");
        check("import run from '@acme/release'\nrun()", GUESS);
        check("spawnSync(manager, ['publish'])", GUESS);
        check("import { x } from './x.mjs'\nx()", GUESS);
    }

    #[test]
    fn a_build_that_can_publish_does_so_only_where_it_is_told() {
        let code = "#- on demand: scripts/build.mjs\nif (args.publish) exec('npm publish')\n";
        let in_job = |job_id: &str, run: &str| {
            job("id-token: write", run, code).replace("  release:", &format!("  {job_id}:"))
        };
        check_sites(&in_job("build", "node scripts/build.mjs"), "");
        check_sites(&in_job("build", "node scripts/build.mjs --version 1"), "");
        let found = "release.yml:9 npm; publisher=script";
        check_sites(&in_job("npm", "node scripts/build.mjs --publish"), found);
        check_sites(&in_job("release", "node scripts/build.mjs"), GUESS);
    }

    #[test]
    fn a_script_that_cannot_be_read_may_publish() {
        for (run, files) in [
            ("node scripts/publish.mjs", ""),
            (
                "npm run publish",
                "#- package.json\n{ \"scripts\": { \"publish\": \"node dist/x.js\" } }\n",
            ),
        ] {
            check_sites(&job("contents: read", run, files), GUESS);
        }
    }

    #[test]
    fn the_name_of_a_value_says_nothing() {
        for run in [
            "node scripts/release.ts --version ${{ inputs.version }}",
            "node scripts/release.ts ${{ steps.build.outputs.x }}",
            "node scripts/release.ts --version \"$VERSION\"",
            "node scripts/release.ts \"${BUILD_TAG}\" $(./version)",
            "node scripts/release.ts 1.0.0",
        ] {
            check_sites(&with_token(run), GUESS);
        }
        for run in [
            "node scripts/release.ts build",
            "node scripts/release-docs.ts ${{ inputs.version }}",
            "node scripts/$VERSION.ts ${{ inputs.tag }}",
            "just publish-to-sar \"$VERSION\"",
        ] {
            check_sites(&with_token(run), "");
        }
    }

    /// A job that could publish, with the sign that it is meant to.
    fn with_token(run: &str) -> String {
        job("id-token: write", run, "").replace(
            "node-version: 24",
            "node-version: 24, registry-url: 'https://registry.npmjs.org'",
        )
    }

    #[test]
    fn what_is_told_to_go_elsewhere_or_to_rehearse_is_no_guess() {
        for (run, files) in [
            ("node scripts/publish.mjs", ""),
            (
                "node scripts/publish.mjs",
                "#- on demand: scripts/publish.mjs\nif (a) exec(`npm publish ${x}`)\n",
            ),
        ] {
            let step = |more: &str| with_token(&format!("{run}{more}")) + files;
            check_sites(&step(""), GUESS);
            let with_env = |text: &str| step(&format!("\n        env: {{ {text} }}"));
            check_sites(&with_env("PUBLISH_DRY_RUN: 'true'"), "");
            check_sites(&with_env("DRY_RUN: '${{ inputs.dry-run }}'"), GUESS);
            check_sites(&with_env("DRY_RUN: 'false'"), GUESS);
        }
        let run = |flag: &str| with_token(&format!("npm run publish {flag}"));
        check_sites(&run(""), GUESS);
        check_sites(&run("--registry=https://npm.pkg.github.com"), "");
        check_sites(&run("--registry https://npm.pkg.github.com"), "");
        check_sites(&run("--registry=https://registry.npmjs.org"), GUESS);
    }

    #[test]
    fn a_registry_that_a_branch_sets_leaves_the_guess() {
        let run = |command: &str| {
            with_token("node scripts/publish.mjs").replace(
                "      - uses: actions/setup",
                &format!("      - run: {command}\n      - uses: actions/setup"),
            )
        };
        let guess = "release.yml:10 release; publisher=script; outcome=unknown";
        for manager in ["pnpm", "npm", "yarn"] {
            let set = format!("{manager} config set registry https://npm.example.com");
            check_sites(&run(&format!("if [ -n \"$X\" ]; then {set}; fi")), guess);
        }
        let certain = run("npm config set --location=project registry https://npm.example.com");
        check_sites(&certain, "");
        check_sites(&certain.replace("https://npm.example.com", "$REGISTRY"), guess);
    }

    #[test]
    fn sourced_files_and_folders_say_nothing() {
        for run in [
            "source scripts/publish.sh",
            ". ./publish.sh",
            "bash scripts/publish/lib.sh",
            "node release/deploy.js",
        ] {
            check_sites(&job("id-token: write", run, ""), "");
        }
        for run in [
            "node scripts/publish/index.js",
            "bash scripts/publish/main.sh",
            "bash scripts/ci/publish.sh",
        ] {
            check_sites(&job("id-token: write", run, ""), GUESS);
        }
    }

    #[test]
    fn what_is_guessed_is_not_said_for_certain() {
        let run = "node scripts/publish.mjs\n        env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }";
        let mark = "\n#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information[publish-token-env]: If `node scripts/publish.mjs` publishes with npm, it does so with this token, …\n";
        check_rule(
            "publish-token-env",
            &job("contents: read", &format!("{run}{mark}"), ""),
        );
    }
}
