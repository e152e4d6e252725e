//! Scripts that were not read: where their names and their job speak of publishing to npm, they count as a guess.

use super::Walker;
use super::scripts::ScriptContext;
use super::site_builder::{DraftTokens, SettingFlags, SiteDraft};
use crate::model::permissions::Grant;
use crate::publish::find::packages::Selection;
use crate::publish::read::command::LocalScript;
use crate::publish::site::CommandFact;
use crate::publish::site::NodeOrigin;
use crate::publish::site::PublishingTool;
use crate::publish::site::Site;
use crate::publish::tools::Tool;
use crate::syntax::shell::{Command, Word};
use crate::text::FilePath;

impl<'a> Walker<'_, 'a> {
    /// Code that holds a publish command may run it: a guess in any job that could publish.
    pub(crate) fn guess_from_code(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
        (publish, path): (&str, &FilePath),
    ) {
        let mut site = self.guessed_site(context, command, script);
        site.publisher.in_code = Some(format!("`{publish}` in {path}"));
        let can_publish = site.identity.id_token.grant == Grant::Yes || !site.credentials.tokens.is_empty();
        if site.target.is_npm() && can_publish {
            self.guesses.push(site);
        }
    }

    /// A script that is not read may publish where its name says so and the job is made for publishing to npm.
    pub(crate) fn guess_from_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
    ) {
        let is_dry_run = |word: &Word| matches!(word.text.as_str(), "--dry-run" | "--dryRun" | "--dry");
        if command.words.iter().any(is_dry_run) {
            return;
        }
        if speaks_of_publishing(&script.text) {
            let site = self.guessed_site(context, command, script);
            return self.keep_guess(site);
        }
        // An argument may say so: `./tools/x publish snapshot`, `pnpm acme-tools publish`.
        if let Some(text) = with_subcommand(command).filter(|text| speaks_of_publishing(text)) {
            let script = LocalScript::named(text, script.range);
            let site = self.guessed_site(context, command, &script);
            self.keep_guess(site);
        }
    }

    fn guessed_site(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        script: &LocalScript,
    ) -> Site<'a> {
        let machine = self.machine(&context.frame.conditions);
        let publisher = PublishingTool {
            is_guess: true,
            ..PublishingTool::unknown(Tool::Script, "script", script.text.clone())
        };
        let draft = SiteDraft {
            place: context.source.place(self.sources, script.range),
            step: context.step,
            publisher,
            selection: Selection::Unknown,
            npm: None,
            command: CommandFact::bare(context.source.place(self.sources, command.range).range),
            flags: SettingFlags::default(),
            assignments: self.assignments(context, command),
            tokens: DraftTokens {
                read_by_tool: vec!["NPM_TOKEN", "NODE_AUTH_TOKEN"],
                input: None,
                may_have_others: false,
            },
            ignored_failure: self.ignored_failure(context, command),
        };
        self.build(context.frame, &machine, draft)
    }

    /// A guess counts only in a job that shows other signs of publishing to npm.
    pub(crate) fn keep_guess(&mut self, site: Site<'a>) {
        let environment = self.job.job.and_then(|job| job.environment.as_ref());
        let names_npm = environment.is_some_and(|name| name.value.to_ascii_lowercase().contains("npm"));
        let has_registry = site
            .credentials
            .registry_url
            .as_ref()
            .is_some_and(|url| !url.url.is_empty());
        let uses_node = site.node_and_npm.node.origin != NodeOrigin::RunnerImage;
        let is_called_publish = uses_node && words_of(&site.publisher.command).contains(&"publish");
        let is_called_npm = words_of(&site.publisher.command).contains(&"npm");
        let is_meant_for_npm = is_called_npm
            || has_registry
            || !site.node_and_npm.installations.is_empty()
            || names_npm
            || is_called_publish;
        let can_publish = site.identity.id_token.grant == Grant::Yes || !site.credentials.tokens.is_empty();
        // A script called `publish` in a job called so is meant to publish, also where nothing lets it.
        let is_meant_in_vain =
            is_called_publish && self.job_speaks_of_publishing() && site.identity.id_token.grant == Grant::No;
        if site.target.is_npm() && is_meant_for_npm && (can_publish || is_meant_in_vain) {
            self.guesses.push(site);
        }
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

/// A command up to the argument `publish`.
fn with_subcommand(command: &Command) -> Option<String> {
    let at = command.words.iter().position(|word| word.text == "publish")?;
    let words = command.words.get(..=at).filter(|words| words.len() > 1)?;
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    Some(texts.join(" "))
}

/// The words of a name like `scripts/publish-all.sh` or `ci:release`.
fn words_of(name: &str) -> Vec<&str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Words that say that a script releases something else than packages on npm, or only checks.
const OTHER_WORK: &[&str] = &[
    "plan",
    "summary",
    "extension",
    "extensions",
    "doc",
    "deps",
    "vsce",
    "ovsx",
    "cargo",
    "dotnet",
    "nuget",
    "gradle",
    "gradlew",
    "maven",
    "mvn",
    "dart",
    "poetry",
    "twine",
    "uv",
    "gem",
    "helm",
    "clasp",
    "wrangler",
    "firebase",
    "expo",
    "eas",
    "netlify",
    "vercel",
    "deno",
    "jsr",
    "rust",
    "notes",
    "changelog",
    "draft",
    "docs",
    "gh",
    "check",
    "verify",
    "prepare",
    "version",
    "versions",
    "assets",
    "asset",
    "upload",
    "binary",
    "binaries",
    "crate",
    "crates",
    "pypi",
    "docker",
    "vscode",
    "site",
    "pages",
    "lint",
    "build",
    "test",
    "validate",
    "dry",
];

/// Whether a name speaks of publishing packages, and not of release notes, binaries or other registries.
fn speaks_of_publishing(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = words_of(&name);
    let speaks = words
        .iter()
        .any(|word| matches!(*word, "publish" | "release" | "publishing" | "publication"));
    speaks && !words.iter().any(|word| OTHER_WORK.contains(word))
}
