//! Steps with `uses:`: composite actions of the repository are entered, known actions are understood, and of
//! the rest it is known whether they may change Node.

use super::action_sites::ActionPublish;
use crate::knowledge::actions::{
    CommandAction, NodeAction, PublishAction, WithoutVersion, command_action, may_change_node,
    may_change_node_by_name, needs_no_npm_login, node_action, publish_action_with,
};
use crate::knowledge::node_spec::{NodeSource, resolve, resolve_from};
use crate::knowledge::setup_node::is_setup_node;
use crate::model::action::Action;
use crate::model::job::Step;
use crate::model::read::{Variable, VariableTable, find_input};
use crate::publish::eval::{BoundInput, Evaluated};
use crate::publish::machine::{EffectKind, ToolBeside};
use crate::publish::site::Limit;
use crate::publish::site::ManifestDoubt;
use crate::publish::site::RegistryUrl;
use crate::publish::site::{NodeOrigin, VersionFact};
use crate::publish::walk::commands::script_context::ScriptSource;
use crate::publish::walk::commands::script_failures::ScriptFailure;
use crate::publish::walk::guesses::action_guesses::gives_npm_token;
use crate::publish::walk::packages::manifest_doubt::doubt_of_action;
use crate::publish::walk::programs::inline_code::OTHER_PROGRAMS;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::split_script;
use crate::syntax::version_file::{VersionFileKind, node_version};
use crate::text::FilePath;
use crate::text::FolderPath;
use crate::text::Place;
use crate::text::Ranged;
use crate::versions::action_reference::{ActionReference, RemoteAction};
use crate::versions::version::Truth;

impl<'a> Walker<'_, 'a> {
    pub(crate) fn walk_action(&mut self, frame: &WalkFrame<'a>, step: &'a Step, uses: &'a Ranged<String>) {
        let comment = self.comment_after(frame, uses);
        let reference = ActionReference::parse(&uses.value, comment.as_deref());
        self.note_action(frame, step, uses, &reference);
        match reference {
            ActionReference::Local(_) | ActionReference::RepositoryRoot(_) => {
                self.local_action(frame, step, uses, reference.folder());
            }
            ActionReference::Remote(action) => match self.own_action_at_ref(&action) {
                Some(folder) => self.own_action(frame, step, uses, folder),
                None => self.remote_action(frame, step, uses, &action),
            },
            ActionReference::Docker(image) => {
                self.docker_image(frame, step, uses, &image);
                self.note_doubt(ManifestDoubt::ALL);
                self.note_secrets_by_name(frame, step, &uses.value);
            }
            ActionReference::Invalid => self.unknown_action(frame),
        }
    }

    /// The folder of an action that names this repository itself, `owner/repository/path@ref`, if the checkout has it.
    fn own_action_at_ref(&self, action: &RemoteAction) -> Option<FolderPath> {
        let slug = self
            .sources
            .slug()
            .filter(|_| !self.sources.slug_is_ambiguous())?;
        let is_own = slug.owner.eq_ignore_ascii_case(&action.owner)
            && slug.name.eq_ignore_ascii_case(&action.repository);
        let folder = FolderPath::new(&action.path).filter(|_| is_own)?;
        self.sources.action_in(&folder).map(|_| folder)
    }

    /// An action of the repository at a revision that may differ from the checkout: it does what the action in the checkout
    /// does, or something else.
    fn own_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        folder: FolderPath,
    ) {
        let mut inner = frame.clone();
        inner
            .conditions
            .push(format!("{} is as in the checkout", uses.value));
        let found = self.found();
        self.local_action(&inner, step, uses, Some(folder));
        self.make_unknown_since(found);
        self.add(&inner.conditions, EffectKind::UnknownCredentials);
    }

    /// The comment after `uses:`, which tells the version of an action that is pinned to a commit.
    pub(crate) fn comment_after(&self, frame: &WalkFrame<'a>, uses: &Ranged<String>) -> Option<String> {
        let file = self.sources.file(&frame.path)?;
        let line = file
            .line_index
            .line_range(&file.text, file.line_index.line_of(uses.range.end()))?;
        let rest = file.text.get(uses.range.end()..line.end())?;
        rest.trim_start()
            .strip_prefix('#')
            .map(|comment| comment.trim().to_owned())
    }

    fn local_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        folder: Option<FolderPath>,
    ) {
        match folder.and_then(|folder| self.sources.action_in(&folder)) {
            Some((path, action))
                if action.is_composite && self.actions_left > 0 && self.may_follow(|| action.steps.len()) =>
            {
                self.actions_left -= 1;
                self.enter(frame, step, uses, &path, action);
            }
            // Its code is not read: what its name says is taken as that of an action elsewhere.
            Some((path, action))
                if action.docker.as_ref().is_some_and(|docker| {
                    self.docker_action(frame, step, uses, (docker, &path.folder()))
                }) =>
            {
                self.note_doubt(ManifestDoubt::ALL);
            }
            Some((path, action)) if !action.is_composite => {
                let name = format!("./{}", path.folder());
                self.guess_from_action(frame, step, uses, &name);
                if may_change_node_by_name(&name) != Truth::No {
                    self.add(&frame.conditions, EffectKind::Node(VersionFact::unknown_node()));
                    self.add(&frame.conditions, EffectKind::UnknownNpmrc);
                }
                if may_log_in(&name) {
                    self.add(&frame.conditions, EffectKind::UnknownCredentials);
                }
                self.note_secrets_by_name(frame, step, &name);
                self.note_doubt(ManifestDoubt::ALL);
            }
            // The action is not in the repository, or too many are.
            found => {
                if self.actions_left == 0 && found.is_some() {
                    self.note_limit(Limit::Actions);
                }
                self.unknown_action(frame);
            }
        }
    }

    fn enter(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        path: &FilePath,
        action: &'a Action,
    ) {
        let scope = self.scope(frame);
        let table = VariableTable::new(&step.with);
        let inputs = action.inputs.iter().map(|input| {
            let (value, place) = match (table.find(&step.with, &input.name), &input.default) {
                (Some(given), _) => {
                    let at = Place::new(&frame.path, given.value.range);
                    (
                        scope.evaluate(&given.value.value),
                        scope.written_at(&given.value.value, &at),
                    )
                }
                (None, Some(default)) => (
                    scope.evaluate(&default.value),
                    Some(Place::new(path, default.range)),
                ),
                (None, None) => (Evaluated::text(""), None),
            };
            BoundInput {
                name: input.name.clone(),
                value,
                place,
            }
        });
        let inputs = BoundInput::in_order(inputs).into();
        let mut trail = frame.trail.clone();
        trail.push(Place::new(&frame.path, uses.range));
        let inner = WalkFrame {
            runs_after_failure: frame.runs_after_failure,
            never_runs: frame.never_runs.clone(),
            path: path.clone(),
            is_composite: true,
            env: frame.env.clone(),
            inputs: Some(inputs),
            conditions: frame.conditions.clone(),
            ignored_failure: frame.ignored_failure.clone(),
            may_go_on_after_failure: frame.may_go_on_after_failure,
            surviving_step: frame.surviving_step.clone(),
            trail,
            working_directory: None,
            depth: frame.depth + 1,
        };
        self.walk_steps(&inner, &action.steps);
    }

    fn unknown_action(&mut self, frame: &WalkFrame<'a>) {
        self.add(&frame.conditions, EffectKind::Node(VersionFact::unknown_node()));
        self.add(&frame.conditions, EffectKind::UnknownCredentials);
        self.note_doubt(ManifestDoubt::ALL);
    }

    fn remote_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &'a Ranged<String>,
        action: &RemoteAction,
    ) {
        self.note_checkout(frame, step, action);
        // It makes versions only in a run in which it publishes nothing (src/index.ts of changesets/action v1.7.0).
        let is_changesets = action.is("changesets/action");
        if !is_changesets {
            self.note_doubt(doubt_of_action(action, step));
        }
        if is_setup_node(action) {
            return self.setup_node(frame, step, uses, action);
        }
        if let Some(known) = node_action(action) {
            self.select_node(frame, step, uses, known);
            if action.is("volta-cli/action") {
                self.npm_of_volta(frame, step);
            }
            self.registry_of(frame, step);
        } else if let Some(known) =
            publish_action_with(action, |input| find_input(&step.with, input).is_some())
        {
            self.note_changesets_stops(frame, step, uses, action);
            self.publish_by_action(frame, step, uses, action, known);
        } else if let Some(known) = command_action(action) {
            self.run_by_action(frame, step, known);
        } else {
            self.guess_from_action(frame, step, uses, &action.name());
            if may_change_node(action) != Truth::No {
                self.add(&frame.conditions, EffectKind::Node(VersionFact::unknown_node()));
                self.add(&frame.conditions, EffectKind::UnknownNpmrc);
            }
            // What it does with the token is not read.
            if gives_npm_token(step) && !needs_no_npm_login(action) {
                self.add(&frame.conditions, EffectKind::UnknownCredentials);
            }
            self.note_fetched_secrets(frame, step, action);
        }
        if is_changesets {
            self.note_doubt(ManifestDoubt::VERSION);
        }
        if action.is("actions/github-script") {
            self.note_path_of_javascript(frame, step);
            self.note_exports_of_javascript(frame, step);
            self.note_tokens_of_javascript(frame, step, uses);
        }
        if action.is("pnpm/action-setup") || action.is("pnpm/setup") {
            let version = find_input(&step.with, "version");
            let version =
                version.map_or_else(|| Evaluated::text(""), |v| self.evaluate(frame, &v.value.value));
            self.note_pnpm_stops(frame, step, uses, action, &version);
            self.add(&frame.conditions, EffectKind::Pnpm(version));
        }
        if action.is("oven-sh/setup-bun") {
            let version = find_input(&step.with, "bun-version");
            let version =
                version.map_or_else(|| Evaluated::text(""), |v| self.evaluate(frame, &v.value.value));
            let version = version.known().unwrap_or("$");
            let bun = ToolBeside {
                package: "bun".to_owned(),
                version: (!matches!(version, "" | "latest")).then(|| version.to_owned()),
                is_global: true,
                folder: None,
                is_certain: true,
            };
            self.add(&frame.conditions, EffectKind::Tool(bun));
        }
        if may_log_in(&action.name()) {
            self.add(&frame.conditions, EffectKind::UnknownCredentials);
        }
        self.note_refused_action(frame, step, uses, action);
    }

    /// Actions that select Node may write an `.npmrc` as setup-node does.
    fn registry_of(&mut self, frame: &WalkFrame<'a>, step: &'a Step) {
        let Some(url) = find_input(&step.with, "registry-url") else {
            return;
        };
        let value = self.evaluate(frame, &url.value.value);
        if !value.is_empty() {
            let registry_url = RegistryUrl {
                url: value,
                scope: None,
                is_certain: false,
                exports_placeholder: Truth::Maybe,
                exports_variable: Truth::Maybe,
                place: Place::new(&frame.path, url.value.range),
            };
            self.add(&frame.conditions, EffectKind::RegistryUrl(registry_url));
        }
    }

    fn select_node(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        action: &NodeAction,
    ) {
        let given: Option<&Variable> = action
            .version_inputs
            .iter()
            .find_map(|name| find_input(&step.with, name));
        let fact = match given {
            Some(input) => {
                let value = self.evaluate(frame, &input.value.value);
                let spec = value.known().and_then(|text| action.spec(text));
                let resolve_spec = |spec: &String| {
                    if action.uses_tool_cache() {
                        resolve(spec)
                    } else {
                        resolve_from(spec, NodeSource::Newest)
                    }
                };
                VersionFact {
                    candidates: spec
                        .as_ref()
                        .map(|spec| resolve_spec(spec).candidates)
                        .unwrap_or_default(),
                    text: spec,
                    origin: NodeOrigin::SetupInput,
                    place: Some(Place::new(&frame.path, input.value.range)),
                }
            }
            // mise-action takes the text of a mise.toml as an input too.
            None if find_input(&step.with, "mise_toml").is_some() => self.node_of_mise_text(frame, step),
            None if action.without == WithoutVersion::Unchanged => return,
            None if action.without == WithoutVersion::ProjectFiles => {
                self.node_of_project_files(Place::new(&frame.path, uses.range))
            }
            None => VersionFact::unknown_node(),
        };
        self.add(&frame.conditions, EffectKind::Node(fact));
    }

    fn node_of_mise_text(&self, frame: &WalkFrame<'a>, step: &'a Step) -> VersionFact<NodeOrigin> {
        let found = find_input(&step.with, "mise_toml").and_then(|input| {
            let value = self.evaluate(frame, &input.value.value);
            let version = node_version(value.known()?, VersionFileKind::Mise)?;
            Some(VersionFact {
                candidates: resolve_from(&version.value, NodeSource::Newest).candidates,
                text: Some(version.value),
                origin: NodeOrigin::SetupInput,
                // The version is a part of the input's text, and a fix would replace all of it.
                place: None,
            })
        });
        found.unwrap_or_else(VersionFact::unknown_node)
    }

    /// mise, asdf and Volta take the version from the repository's files.
    pub(crate) fn node_of_project_files(&self, named_at: Place) -> VersionFact<NodeOrigin> {
        let found = ["mise.toml", ".mise.toml", ".tool-versions"]
            .iter()
            .find_map(|name| {
                let path = FilePath::new(name)?;
                match self.sources.file(&path)?.content() {
                    crate::sources::Content::NodeVersion(version) => Some((path, version.clone()?)),
                    _ => None,
                }
            });
        let volta = || {
            let (path, manifest) = self.sources.manifest_in(&FolderPath::root())?;
            Some((path, manifest.volta.node.clone()?))
        };
        match found.or_else(volta) {
            Some((path, version)) => VersionFact {
                candidates: resolve_from(&version.value, NodeSource::Newest).candidates,
                place: Some(Place::new(&path, version.range)),
                text: Some(version.value),
                origin: NodeOrigin::VersionFile { named_at },
            },
            None => VersionFact::unknown_node(),
        }
    }

    fn run_by_action(&mut self, frame: &WalkFrame<'a>, step: &'a Step, action: &CommandAction) {
        let Some(input) = find_input(&step.with, action.input) else {
            return;
        };
        let prefix = action
            .prefix
            .map(|program| format!("{program} "))
            .unwrap_or_default();
        let source = ScriptSource::of_scalar(frame, input.node, prefix.len());
        let script = format!("{prefix}{}", input.value.value);
        self.walk_script(frame, step, &script, &source, ScriptFailure::Unknown);
    }

    fn publish_by_action(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &'a Ranged<String>,
        action: &RemoteAction,
        known: &'static PublishAction,
    ) {
        let input = |name: Option<&str>| name.and_then(|name| find_input(&step.with, name));
        let is_set = |variable: &Variable| !self.evaluate(frame, &variable.value.value).is_empty();
        if known
            .only_with
            .is_some_and(|name| !input(Some(name)).is_some_and(is_set))
        {
            return;
        }
        let dry_run = input(known.dry_run_input).map(|flag| self.evaluate(frame, &flag.value.value));
        let is_dry_run = dry_run.is_some_and(|value| value.known() == Some("true"));
        let publish = ActionPublish {
            uses,
            action: action.name(),
            known,
            major: action.version().map(|version| version.major),
            is_dry_run,
        };
        match input(known.command_input).filter(|command| is_set(command)) {
            Some(_) if is_dry_run => {}
            Some(command) => {
                let source = ScriptSource::of_scalar(frame, command.node, 0);
                let before = self.sites.len();
                let guesses = self.guesses.len();
                let read =
                    self.walk_script(frame, step, &command.value.value, &source, ScriptFailure::AtLast);
                let is_found = (self.sites.len(), self.guesses.len()) != (before, guesses);
                if !is_found && !read.is_harmless && !runs_no_publisher(&command.value.value) {
                    let place = Place::new(&frame.path, command.value.range);
                    self.publish_site_of_action(frame, step, &publish, place, true);
                } else {
                    self.mark_as_run_by(before, &publish);
                    self.mark_without_shell(frame, step, command, before);
                }
            }
            None => {
                let place = Place::new(&frame.path, uses.range);
                self.publish_site_of_action(frame, step, &publish, place, false);
            }
        }
    }
}

/// Whether a text runs only programs of which none publishes to npm: `git push --follow-tags`.
fn runs_no_publisher(text: &str) -> bool {
    let commands = split_script(text).commands;
    let mut programs = commands.iter().filter_map(|command| command.word(0));
    programs.all(|program| OTHER_PROGRAMS.contains(&program) || matches!(program, "echo" | "true" | "exit"))
}

/// Actions whose names say that they log in somewhere may leave a token for npm.
fn may_log_in(name: &str) -> bool {
    let own_name = name.split_once('/').map_or(name, |(_, rest)| rest);
    [
        "npmrc",
        "npm-auth",
        "npm-login",
        "registry-login",
        "npm-token",
        "codeartifact",
        "artifactory",
        "jfrog",
    ]
    .iter()
    .any(|word| own_name.contains(word))
}
