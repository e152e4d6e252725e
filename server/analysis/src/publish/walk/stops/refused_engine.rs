//! Installations that npm refuses under `engine-strict`.

use crate::knowledge::npm_errors::NpmError;
use crate::publish::machine::Machine;
use crate::publish::read::command::{DependencyCommand, DependencyManager};
use crate::publish::site::{PublishStop, StopCause, StopPoint};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::Command;
use crate::text::{FolderPath, Place, Ranged};
use crate::versions::version::{Truth, Version, parse_range};

impl<'a> Walker<'_, 'a> {
    /// Notes that npm refuses to install, because `engines` of the root package excludes the Node or the npm.
    ///
    /// Source: `#checkEngineAndPlatform` of @npmcli/arborist in npm 11.19.1. With `devEngines`, it does not compare `engines`; with
    /// `--force`, not the Node.
    pub(crate) fn note_refused_engine(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        install: &DependencyCommand,
        folder: Option<&FolderPath>,
    ) {
        let is_plain = command.word(0) == Some("npm")
            && install.manager == DependencyManager::Npm
            && folder.is_some_and(FolderPath::is_root);
        if !is_plain || !self.is_engine_strict(context, command) {
            return;
        }
        let machine = self.machine(&context.frame.conditions);
        let Some((field, wanted_at, excluded)) = self.excluded_engine(&machine) else {
            return;
        };
        let stop = PublishStop {
            cause: StopCause::RefusedEngine {
                command: install.command.clone(),
                field,
                wanted_at,
                excluded,
            },
            point: StopPoint::EarlierStep(install.command.clone()),
            place: context.source.place(self.sources, install.range),
            error: Some(NpmError::BadEngine),
            is_in_every_run: true,
        };
        self.note_command_stop(context, command, stop);
    }

    /// Whether the committed `.npmrc` sets `engine-strict`, and nothing else in the job speaks of it.
    fn is_engine_strict(&self, context: &ScriptContext<'_, 'a>, command: &Command) -> bool {
        let Some((_, npmrc)) = self.sources.npmrc_in(&FolderPath::root()) else {
            return false;
        };
        let is_set = npmrc
            .setting("engine-strict")
            .is_some_and(|setting| setting.value.value == "true");
        let speaks_of_it = |text: &str| {
            let text = text.to_ascii_lowercase().replace('_', "-");
            text.contains("engine-strict") || text.contains("npm-config-force") || text.contains(".npmrc")
        };
        let workflow = self.sources.file(&context.frame.path);
        let mut words = command.words.iter().map(|word| word.text.as_str());
        let is_eased = words.any(|word| {
            matches!(word, "-f" | "-g" | "--global" | "--location=global")
                || word.starts_with("--force")
                || word.starts_with("--prefix")
                || word.starts_with("-C")
                || word.contains("engine-strict")
                || word.contains('$')
        });
        is_set && !is_eased && workflow.is_some_and(|file| !speaks_of_it(&file.text))
    }

    /// The field of `engines` that excludes every Node or npm that may run, with its place and the version.
    fn excluded_engine(&self, machine: &Machine) -> Option<(&'static str, Place, String)> {
        let (path, manifest) = self.sources.manifest_in(&FolderPath::root())?;
        if machine.manifest_is_changed || manifest.root.get("devEngines").is_some() {
            return None;
        }
        let excludes = |wanted: &Ranged<String>, candidates: &[Version]| {
            let range = parse_range(&wanted.value)?;
            let fits = candidates
                .iter()
                .map(|version| Truth::from(version.satisfies(&range)));
            (!candidates.is_empty() && Truth::of_all(fits).is_no()).then(|| candidates.first().cloned())?
        };
        let engines = &manifest.engines;
        let of_node = engines.node.as_ref().and_then(|wanted| {
            let node = excludes(wanted, &machine.node.candidates)?;
            Some((
                "engines.node",
                Place::new(&path, wanted.range),
                format!("Node {}", node.major()),
            ))
        });
        of_node.or_else(|| {
            let wanted = engines.npm.as_ref()?;
            let npm = excludes(wanted, &machine.npm.candidates)?;
            Some((
                "engines.npm",
                Place::new(&path, wanted.range),
                format!("npm {}", npm.major()),
            ))
        })
    }
}
