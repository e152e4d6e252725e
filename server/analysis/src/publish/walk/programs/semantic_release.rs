//! semantic-release: its plugins decide what is published, and by what.

use crate::model::job::Step;
use crate::publish::find::start::BranchRuns;
use crate::publish::predict::prediction::predict;
use crate::publish::read::command::PublishCommand;
use crate::publish::read::semantic_release_config::{NpmRelease, ReleaseConfig};
use crate::publish::site::Outcome;
use crate::publish::tools::{Exchange, Flag};
use crate::publish::walk::commands::script_context::{ScriptContext, ScriptSource};
use crate::publish::walk::commands::script_failures::ScriptFailure;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::Command;
use crate::text::{FolderPath, Place};
use crate::versions::version::Truth;

impl<'a> Walker<'_, 'a> {
    /// What a command with semantic-release publishes: by its plugin for npm, and by the commands of its other plugins.
    pub(crate) fn run_semantic_release(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<FolderPath>,
    ) {
        let root = FolderPath::root();
        let cwd = folder.as_ref().unwrap_or(&root).clone();
        let mut config = ReleaseConfig::read(self.sources, &cwd);
        if let Some(plugins) = &publish.options.plugins {
            config = config.with_plugins(plugins);
        }
        let release = match publish.options.has_own_config {
            true => NpmRelease::Open,
            false => config.npm_release(self.sources, &cwd),
        };
        if release != NpmRelease::Never {
            let first = self.sites.len();
            self.publish_site(context, command, publish, folder);
            self.mark_as_open(first, release);
            if self.releases_elsewhere(context, command, &config) {
                self.mark_as_doubtful(first);
            }
        }
        if publish.flags.dry_run == Some(Flag::True) {
            return;
        }
        let source = ScriptSource::Called(context.source.place(self.sources, publish.name_range));
        for of_plugin in config.commands() {
            let inner = ScriptContext {
                source: &source,
                folder: of_plugin
                    .folder
                    .map_or(Some(cwd.clone()), |folder| cwd.join(folder)),
                assignments: self.assignments(context, command),
                ignored_failure: self.ignored_failure(context, command),
                is_conditional: true,
                ..context.clone()
            };
            self.walk_commands(&inner, of_plugin.text);
        }
    }

    /// Whether no run is for a branch from which it releases. It then says so and publishes nothing, or stops with
    /// ERELEASEBRANCHES where the repository has no such branch.
    /// Source: `run` in index.js and lib/branches of semantic-release 25.0.9; measured with it.
    fn releases_elsewhere(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        config: &ReleaseConfig,
    ) -> bool {
        let is_flag =
            |text: &str| text == "-b" || text.starts_with("--branches") || text.starts_with("--no-ci");
        let is_plain = |branch: &String| !branch.contains(['*', '?', '+', '!', '(', '[', '{', '$']);
        let branches = config.branches();
        let is_told = command.words.iter().any(|word| is_flag(&word.text));
        if is_told || branches.is_empty() || !branches.iter().all(is_plain) {
            return false;
        }
        let runs = BranchRuns::of(&self.job, &context.frame.conditions);
        runs.is_some_and(|runs| !branches.iter().any(|branch| runs.may_be_for(branch)))
    }

    /// Says of the sites from `first` on that the tool may publish nothing.
    fn mark_as_doubtful(&mut self, first: usize) {
        for site in self.sites.iter_mut().skip(first) {
            site.outcome.may_be_refused = true;
            site.outcome.prediction = predict(site, self.sources.assumptions());
        }
    }

    /// Runs the commands that the plugins of an action's semantic-release run.
    pub(crate) fn run_release_commands(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        config: &ReleaseConfig,
        uses: Place,
    ) {
        let source = ScriptSource::Called(uses);
        for command in config.commands().filter(|command| command.folder.is_none()) {
            self.walk_script(frame, step, command.text, &source, ScriptFailure::Unknown);
        }
    }

    /// Says of the sites from `first` on that what is not read may decide otherwise: nothing fails for certain.
    pub(crate) fn mark_as_open(&mut self, first: usize, release: NpmRelease) {
        let sites = self.sites.iter_mut().skip(first);
        for site in sites.filter(|_| matches!(release, NpmRelease::Open | NpmRelease::ByOtherPlugin)) {
            if release == NpmRelease::ByOtherPlugin {
                site.publishing_tool.exchange = Exchange::Unknown;
                site.publishing_tool.since = None;
                site.publishing_tool.prefers_token = false;
            }
            site.outcome.prediction = predict(site, self.sources.assumptions());
            if site.outcome.prediction.outcome == Outcome::Fails {
                site.publishing_tool.asks_for_token = Truth::Maybe;
                site.publishing_tool.exchange = Exchange::Unknown;
                site.credentials.may_have_others = true;
                site.outcome.prediction = predict(site, self.sources.assumptions());
            }
        }
    }
}
