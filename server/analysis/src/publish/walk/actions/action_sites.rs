//! The sites of actions that publish.

use crate::knowledge::actions::PublishAction;
use crate::model::job::Step;
use crate::model::read::{Variable, find_input};
use crate::publish::eval::Possible;
use crate::publish::find::credentials::is_token;
use crate::publish::find::packages::Selection;
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::predict::prediction::predict;
use crate::publish::read::semantic_release_config::{NpmRelease, ReleaseConfig};
use crate::publish::site::{
    CommandFact, Credential, CredentialSource, DryRun, PublishStop, PublishingTool, RegistryUrl,
};
use crate::publish::tools::Tool;
use crate::publish::walk::npm::npm_info::unread_npm_info;
use crate::publish::walk::packages::selection::folder_selection;
use crate::publish::walk::site_builder::{DraftTokens, SettingFlags, SiteDraft};
use crate::publish::walk::{WalkFrame, Walker};
use crate::text::Ranged;
use crate::text::{FolderPath, Place};
use crate::versions::version::Truth;

/// An action that publishes.
pub(crate) struct ActionPublish<'a> {
    /// Its `uses:`.
    pub(crate) uses: &'a Ranged<String>,
    /// `owner/name` in lower case.
    pub(crate) action: String,
    /// What is known about it.
    pub(crate) known: &'static PublishAction,
    /// Its major version; none if a commit or a branch is named.
    pub(crate) major: Option<u64>,
    /// Whether an input makes it a dry run.
    pub(crate) is_dry_run: bool,
}

impl<'a> Walker<'_, 'a> {
    /// Adds the site of an action that publishes by itself.
    pub(crate) fn publish_site_of_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        action: &ActionPublish<'a>,
        place: Place,
        is_guess: bool,
    ) {
        let machine = self.machine(&frame.conditions);
        let folder = self.folder_of_action(frame, step, action.known);
        let is_semantic_release = action.known.tool == Tool::SemanticRelease.key();
        let mut release = NpmRelease::ByPlugin;
        if let Some(folder) = folder.as_ref().filter(|_| is_semantic_release) {
            let config = ReleaseConfig::read(self.sources, folder);
            let mut inputs = action.known.config_inputs.iter();
            release = match inputs.any(|name| find_input(&step.with, name).is_some()) {
                true => NpmRelease::Open,
                false => config.npm_release(self.sources, folder),
            };
            if !action.is_dry_run && !action.known.is_image {
                self.run_release_commands(frame, step, &config, place.clone());
            }
        }
        if release == NpmRelease::Never {
            return;
        }
        let search = ToolSearch {
            sources: self.sources,
            machine: &machine,
            folder: folder.as_ref(),
        };
        let pinned = self.version_of_action(frame, step, action);
        let mut publishing_tool = search.of_action(action.known.tool, &action.action, pinned.as_deref());
        publishing_tool.is_guess = is_guess;
        let input = |name: Option<&str>| name.and_then(|name| find_input(&step.with, name));
        let registry = input(action.known.registry_input).map(|registry| {
            (
                self.evaluate(frame, &registry.value.value),
                Place::new(&frame.path, registry.value.range),
            )
        });
        let token = input(action.known.token_input);
        let publisher_tool = publishing_tool.tool;
        let draft = SiteDraft {
            command: CommandFact {
                dry_run: action.is_dry_run.then_some(DryRun::Setting),
                ..CommandFact::bare(place.range)
            },
            place,
            step,
            tokens: DraftTokens {
                read_by_tool: match publishing_tool.tool {
                    Tool::Changesets
                        if token_is_read(action, &publishing_tool, machine.registry_url.as_ref()) =>
                    {
                        vec!["NPM_TOKEN".to_owned()]
                    }
                    _ => Vec::new(),
                },
                variables_are_off: false,
                input: token.and_then(|token| self.token_of_input(frame, token)),
                may_have_others: false,
            },
            publishing_tool,
            selection: self.selection_of_action(frame, step, action.known),
            npm_project: None,
            npm: None,
            flags: SettingFlags {
                registry,
                provenance: self.provenance_of_action(frame, step, publisher_tool),
                is_for_all_scopes: true,
                ..SettingFlags::default()
            },
            assignments: Vec::new(),
            ignored_failure: frame.ignored_failure.clone(),
        };
        let hands_github_token = token.is_some_and(|token| {
            let value = self.evaluate(frame, &token.value.value);
            value.values().contains(&Possible::GithubToken)
        });
        let mut site = self.build(frame, &machine, draft);
        if hands_github_token {
            site.credentials.has_github_token = true;
            site.outcome.prediction = predict(&site, self.sources.assumptions());
        }
        if is_guess {
            return self.keep_possible_publish(site);
        }
        if site.outcome.stop.is_none()
            && let Some(stop) = PublishStop::first_of([
                self.refused_yarn(&search, None, &site),
                unread_npm_info(&search, None, &site),
            ])
        {
            site.outcome.stop = Some(stop);
            site.outcome.prediction = predict(&site, self.sources.assumptions());
        }
        let first = self.sites.len();
        self.keep(site);
        self.mark_as_open(first, release);
    }

    /// Whether the input `provenance` of JS-DevTools/npm-publish asks for it. `false` does not keep npm from signing it.
    fn provenance_of_action(&self, frame: &WalkFrame<'a>, step: &Step, tool: Tool) -> Option<(bool, Place)> {
        if !matches!(tool, Tool::NpmPublish | Tool::NpmPublishWithToken) {
            return None;
        }
        let input = find_input(&step.with, "provenance")?;
        let is_on = self.evaluate(frame, &input.value.value).known() == Some("true");
        is_on.then(|| (true, Place::new(&frame.path, input.range())))
    }

    /// The version of its tool that an action installs by itself, whatever the project depends on. `*` where only the run knows.
    fn version_of_action(
        &self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        action: &ActionPublish<'a>,
    ) -> Option<String> {
        let own = action.known.own_version?;
        let input = action
            .known
            .version_input
            .and_then(|name| find_input(&step.with, name));
        let given = input.map(|input| self.evaluate(frame, &input.value.value));
        let version = match given.filter(|given| !given.is_empty()) {
            Some(given) => given.known().map(str::to_owned),
            // Which release a commit is, nothing tells.
            None => action.major.map(|_| own.to_owned()),
        };
        Some(version.unwrap_or_else(|| "*".to_owned()))
    }

    /// The folder in which the tool of an action runs.
    fn folder_of_action(
        &self,
        frame: &WalkFrame<'a>,
        step: &Step,
        action: &PublishAction,
    ) -> Option<FolderPath> {
        let input = action.folder_input.and_then(|name| find_input(&step.with, name));
        match input {
            Some(input) => FolderPath::new(self.evaluate(frame, &input.value.value).known()?),
            None => Some(FolderPath::root()),
        }
    }

    pub(in crate::publish::walk) fn token_of_input(
        &self,
        frame: &WalkFrame<'a>,
        token: &Variable,
    ) -> Option<Credential> {
        let value = self.evaluate(frame, &token.value.value);
        is_token(&value).then(|| Credential {
            name: token.name.value.clone(),
            text: format!("{}: {}", token.name.value, token.value.value),
            source: CredentialSource::ActionInput,
            place: Place::new(&frame.path, token.range()),
            is_read: Truth::Yes,
        })
    }

    fn selection_of_action(&self, frame: &WalkFrame<'a>, step: &Step, action: &PublishAction) -> Selection {
        let Some(root) = self.folder_of_action(frame, step, action) else {
            return Selection::Unknown;
        };
        let Some(name) = action.package_input else {
            return match action.tool == Tool::Changesets.key() {
                true => self.changeset_members(&root, &self.machine(&frame.conditions)),
                false if action.tool == Tool::SemanticRelease.key() => self.released_folder(&root),
                false => Selection::Folder(root),
            };
        };
        let Some(package) = find_input(&step.with, name) else {
            return Selection::Folder(root);
        };
        match self.evaluate(frame, &package.value.value).known() {
            Some(folder) if !folder.ends_with(".tgz") => folder_selection(&root, folder),
            _ => Selection::Unknown,
        }
    }

    /// Says of the sites from `first` on that an action runs their command: it reads `NPM_TOKEN` too.
    pub(crate) fn mark_as_run_by(&mut self, first: usize, action: &ActionPublish<'a>) {
        let writes_token = action.known.writes_npm_token();
        for site in self.sites.iter_mut().skip(first) {
            site.step
                .trail
                .push(Place::new(&site.step.path, action.uses.range));
            if writes_token {
                let credentials = &mut site.credentials;
                let is_read = token_is_read(action, &site.publishing_tool, credentials.registry_url.as_ref());
                let mut tokens = credentials.tokens.iter_mut();
                if let Some(token) = tokens.find(|token| is_read && token.name == "NPM_TOKEN") {
                    token.is_read = Truth::Yes;
                }
            }
            site.outcome.prediction = predict(site, self.sources.assumptions());
        }
    }
}

/// Whether the `NPM_TOKEN` that changesets/action writes to the `~/.npmrc` is read: not where setup-node's `registry-url` names
/// another file, and not by Yarn Berry.
/// Source: `src/index.ts` of changesets/action v1.7.0.
fn token_is_read(
    action: &ActionPublish<'_>,
    publishing_tool: &PublishingTool,
    registry_url: Option<&RegistryUrl>,
) -> bool {
    if publishing_tool.token_places.home_npmrc.is_no() {
        return false;
    }
    action.major != Some(1) || !registry_url.is_some_and(|registry_url| registry_url.is_certain)
}
