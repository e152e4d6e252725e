//! What actions/setup-node does: Node, and the `.npmrc` of `registry-url`.

use crate::knowledge::node_spec::{NodeSource, resolve, resolve_from};
use crate::knowledge::setup_node::{
    exports_placeholder_token, is_github_packages, reads_dev_engines, reads_mise,
};
use crate::model::job::Step;
use crate::model::manifest::{Manifest, NodeVersionSource};
use crate::model::read::{Variable, find_input};
use crate::publish::eval::{Evaluated, Possible};
use crate::publish::find::credentials::is_token;
use crate::publish::machine::EffectKind;
use crate::publish::site::{Credential, CredentialSource, RegistryUrl};
use crate::publish::site::{NodeOrigin, NpmOrigin, VersionFact};
use crate::publish::walk::{WalkFrame, Walker};
use crate::sources::Content;
use crate::text::Place;
use crate::text::Ranged;
use crate::text::{FileKind, FilePath};
use crate::versions::action_reference::RemoteAction;
use crate::versions::version::Truth;
use crate::versions::version::Version;

/// How deep `volta.extends` may lead from one manifest to the next.
const MOST_EXTENDS: usize = 4;

impl<'a> Walker<'_, 'a> {
    pub(crate) fn setup_node(
        &mut self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Ranged<String>,
        action: &RemoteAction,
    ) {
        self.note_setup_node_stops(frame, step, uses, action);
        let uses_place = Place::new(&frame.path, uses.range);
        let node = self.node_of_setup(frame, step, &uses_place, action);
        if let Some(node) = node {
            self.add(&frame.conditions, EffectKind::Node(node));
        }
        let Some(url) = find_input(&step.with, "registry-url") else {
            return;
        };
        let value = self.evaluate(frame, &url.value.value);
        if value.is_empty() {
            return;
        }
        let scope = find_input(&step.with, "scope")
            .and_then(|scope| {
                self.evaluate(frame, &scope.value.value)
                    .known()
                    .map(str::to_owned)
            })
            .filter(|scope| !scope.is_empty());
        let placeholder = exports_placeholder_token(action);
        // Without a placeholder, the variable is passed on only from the step's own environment (src/authutil.ts of v7).
        let is_given = || self.environment_has(frame, "NODE_AUTH_TOKEN");
        let may_be_empty = value
            .values()
            .iter()
            .any(|value| matches!(value, Possible::Text(text) if text.is_empty()));
        let is_github = value
            .texts()
            .is_some_and(|urls| urls.iter().any(|url| is_github_packages(url)));
        let owner = self.sources.slug().filter(|_| !self.sources.slug_is_ambiguous());
        let owner = owner.map(|slug| format!("@{}", slug.owner));
        let is_scope_unknown = is_github && scope.is_none() && owner.is_none();
        let registry_url = RegistryUrl {
            is_certain: !may_be_empty && !is_scope_unknown,
            url: value,
            scope: scope.or_else(|| owner.filter(|_| is_github)),
            exports_placeholder: placeholder,
            exports_variable: match placeholder {
                Truth::No => Truth::from(is_given()),
                known => known,
            },
            place: Place::new(&frame.path, url.value.range),
        };
        self.add(&frame.conditions, EffectKind::RegistryUrl(registry_url));
        self.note_yarn_cache_stop(frame, step, action);
        self.export_token(frame, step);
    }

    /// A token in the environment of setup-node stays there for the steps that follow.
    /// Source: `src/authutil.ts` of actions/setup-node v4 to v7.
    fn export_token(&mut self, frame: &WalkFrame<'a>, step: &'a Step) {
        const NAME: &str = "NODE_AUTH_TOKEN";
        let Some(variable) = find_input(&step.env, NAME) else {
            return;
        };
        let is_token = is_token(&self.evaluate(frame, &variable.value.value));
        if is_token {
            let credential = Credential {
                name: NAME.to_owned(),
                text: format!("{NAME}: {}", variable.value.value),
                source: CredentialSource::StepEnv,
                place: Place::new(&frame.path, variable.range()),
                is_read: Truth::Yes,
            };
            self.add(&frame.conditions, EffectKind::ExportedToken(credential));
        }
    }

    /// The Node that setup-node puts on the PATH; none if it leaves the one that is there in a way that needs
    /// no telling.
    fn node_of_setup(
        &self,
        frame: &WalkFrame<'a>,
        step: &'a Step,
        uses: &Place,
        action: &RemoteAction,
    ) -> Option<VersionFact<NodeOrigin>> {
        let is_newest = find_input(&step.with, "check-latest")
            .is_some_and(|input| self.evaluate(frame, &input.value.value).known() == Some("true"));
        let version = find_input(&step.with, "node-version");
        let value = version.map(|version| self.evaluate(frame, &version.value.value));
        if let (Some(version), Some(value)) = (version, value)
            && !value.is_empty()
        {
            let all_empty_or_text = value.texts();
            // Where the version may be left empty, the version file or the Node that is there may count.
            if all_empty_or_text.is_some_and(|texts| !texts.contains(&"")) {
                return Some(self.node_of_input(frame, version, &value, is_newest));
            }
            return Some(VersionFact::unknown_node());
        }
        if let Some(file) = find_input(&step.with, "node-version-file") {
            let value = self.evaluate(frame, &file.value.value);
            if !value.is_empty() {
                let named_at = Place::new(&frame.path, file.value.range);
                return match value.known() {
                    Some(path) => self.node_of_file(path, named_at, uses, action),
                    None => Some(VersionFact::unknown_node()),
                };
            }
        }
        self.left_as_it_is(uses)
    }

    fn node_of_input(
        &self,
        frame: &WalkFrame<'a>,
        version: &Variable,
        value: &Evaluated,
        is_newest: bool,
    ) -> VersionFact<NodeOrigin> {
        let texts = value.texts().unwrap_or_default();
        let at = Place::new(&frame.path, version.value.range);
        let written_at = self.scope(frame).written_at(&version.value.value, &at);
        let place = written_at.unwrap_or(at);
        let mut candidates: Vec<Version> = Vec::new();
        for text in &texts {
            let text = self.as_yaml_reads(&place, text);
            let resolved = if is_newest {
                resolve_from(&text, NodeSource::Newest)
            } else {
                resolve(&text)
            };
            if resolved.candidates.is_empty() {
                candidates.clear();
                break;
            }
            for candidate in resolved.candidates {
                crate::versions::version::add_candidate(&mut candidates, candidate);
            }
        }
        VersionFact {
            candidates,
            text: Some(texts.join(" or ")),
            origin: NodeOrigin::SetupInput,
            place: Some(place),
        }
    }

    /// An unquoted `24.10` is the number 24.1 to YAML and so to setup-node.
    fn as_yaml_reads(&self, place: &Place, text: &str) -> String {
        let surprise = || {
            let scalar =
                crate::syntax::yaml::node_at(self.sources.file(&place.path)?.yaml()?, place.range.start())?;
            let is_plain = scalar.scalar_style() == Some(crate::syntax::yaml::ScalarStyle::Plain);
            (scalar.as_str() == Some(text)).then_some(())?;
            crate::knowledge::node_spec::float_surprise(text, is_plain)
        };
        surprise().map_or_else(|| text.to_owned(), |surprise| surprise.becomes)
    }

    fn node_of_file(
        &self,
        path: &str,
        named_at: Place,
        uses: &Place,
        action: &RemoteAction,
    ) -> Option<VersionFact<NodeOrigin>> {
        let Some(path) = FilePath::new(path.trim()) else {
            return Some(VersionFact::unknown_node());
        };
        let Some(file) = self.sources.file(&path) else {
            // Another name than the usual ones may be used for a plain version file, which is not read.
            return Some(VersionFact::unknown_node());
        };
        let is_mise = FileKind::of(path.as_str()) == Some(FileKind::Mise);
        if is_mise && reads_mise(action) != Truth::Yes {
            return Some(VersionFact::unknown_node());
        }
        let found = match file.content() {
            Content::NodeVersion(version) => version.clone().map(|version| (path.clone(), version)),
            Content::Manifest {
                model: Some(manifest),
                is_current: true,
                ..
            } => match self.node_of_manifest(&path, manifest, action, 0) {
                FromManifest::Version(path, version) => Some((path, version)),
                FromManifest::Nothing => None,
                FromManifest::Unknown => return Some(VersionFact::unknown_node()),
            },
            _ => return Some(VersionFact::unknown_node()),
        };
        match found {
            Some((path, version)) => Some(VersionFact {
                candidates: resolve(&version.value).candidates,
                text: Some(version.value.clone()),
                origin: NodeOrigin::VersionFile { named_at },
                place: Some(Place::new(&path, version.range)),
            }),
            None => self.left_as_it_is(uses),
        }
    }

    fn node_of_manifest(
        &self,
        path: &FilePath,
        manifest: &Manifest,
        action: &RemoteAction,
        depth: usize,
    ) -> FromManifest {
        let reads_dev_engines = reads_dev_engines(action);
        let mut candidates = manifest.node_versions();
        if reads_dev_engines == Truth::No {
            candidates.retain(|candidate| candidate.source != NodeVersionSource::DevEngines);
        }
        let Some(first) = candidates.into_iter().next() else {
            return FromManifest::Nothing;
        };
        match first.source {
            NodeVersionSource::DevEngines if reads_dev_engines == Truth::Maybe => FromManifest::Unknown,
            NodeVersionSource::Volta | NodeVersionSource::DevEngines | NodeVersionSource::Engines => {
                FromManifest::Version(path.clone(), first.value)
            }
            NodeVersionSource::VoltaExtends => {
                let extended = path
                    .folder()
                    .file(&first.value.value)
                    .and_then(|path| Some((self.sources.manifest(&path)?, path)));
                match extended {
                    Some((manifest, path)) if depth < MOST_EXTENDS => {
                        self.node_of_manifest(&path, manifest, action, depth + 1)
                    }
                    _ => FromManifest::Unknown,
                }
            }
        }
    }

    /// setup-node without a version changes nothing; that nothing was changed is what a rule reports.
    fn left_as_it_is(&self, uses: &Place) -> Option<VersionFact<NodeOrigin>> {
        let before = self.machine(&[]);
        let is_untouched =
            before.node.origin == NodeOrigin::RunnerImage && before.npm.origin == NpmOrigin::BundledWithNode;
        is_untouched.then(|| VersionFact {
            origin: NodeOrigin::SetupWithoutVersion,
            place: Some(uses.clone()),
            ..before.node.clone()
        })
    }
}

enum FromManifest {
    Version(FilePath, Ranged<String>),
    Nothing,
    Unknown,
}
