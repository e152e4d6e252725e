//! Commands that install npm or choose a Node.

use super::super::machine::{EffectKind, Machine};
use super::Walker;
use super::scripts::ScriptContext;
use crate::knowledge::node_spec::{NodeSource, resolve_from};
use crate::knowledge::npm_spec::resolve_npm;
use crate::publish::read::command::{NodeSelect, NpmInstall};
use crate::publish::site::{NodeOrigin, NpmInstallation, NpmOrigin, VersionFact};
use crate::text::FolderPath;

impl<'a> Walker<'_, 'a> {
    pub(crate) fn install_npm(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        conditions: &[String],
        install: &NpmInstall,
        folder: Option<&FolderPath>,
    ) {
        let place = |range| context.source.place(self.sources, range);
        let before = self.machine(conditions);
        let command = place(install.range);
        let (candidates, text, spec_place) = match &install.spec {
            Some(spec) => {
                let value = self.evaluate(context.frame, &spec.text);
                let known = value
                    .known()
                    .filter(|text| !text.contains('$') && !text.contains('`'));
                let candidates = known
                    .map(|text| resolve_npm(text, &before.node.candidates, &before.npm.candidates))
                    .unwrap_or_default();
                (candidates, Some(spec.text.clone()), place(spec.range))
            }
            None => (
                resolve_npm("", &before.node.candidates, &before.npm.candidates),
                None,
                command.clone(),
            ),
        };
        let version = VersionFact {
            candidates,
            text,
            origin: NpmOrigin::Installed,
            place: Some(spec_place),
        };
        if let Some(prefix) = self.prefix_of_install(context, &before, install) {
            if install.is_global && install.prefix.is_none() {
                // The folder of the prefix may be on the PATH already.
                self.add(conditions, EffectKind::NpmOnPath(VersionFact::unknown_npm()));
            }
            return self.install_beside(conditions, &prefix, version);
        }
        if !install.is_global {
            let modules = folder.and_then(|folder| folder.join("node_modules"));
            if let Some(modules) = modules {
                self.install_beside(conditions, modules.as_str(), version);
            }
            return;
        }
        let installation = NpmInstallation {
            version,
            command,
            checks_engines: install.manager.checks_engines(),
        };
        self.add(conditions, EffectKind::Npm(installation));
    }

    /// The folder into which npm is installed, where a flag or a setting of npm names one.
    fn prefix_of_install(
        &self,
        context: &ScriptContext<'_, 'a>,
        machine: &Machine,
        install: &NpmInstall,
    ) -> Option<String> {
        if let Some(prefix) = &install.prefix {
            return Some(prefix.text.clone());
        }
        let written = || Some(machine.written_setting("prefix")?.value.clone());
        let in_environment = || {
            let changed_env = self.changed_env();
            let scope = self.scope(context.frame, &changed_env);
            let value = ["NPM_CONFIG_PREFIX", "npm_config_prefix"]
                .iter()
                .find_map(|name| scope.env_value(name))?;
            Some(value.known().unwrap_or("$").to_owned())
        };
        let is_by_npm = install.is_global && install.manager.checks_engines();
        is_by_npm.then(|| in_environment().or_else(written)).flatten()
    }

    pub(crate) fn select_node_by_command(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        conditions: &[String],
        select: &NodeSelect,
    ) {
        if select.is_of_project {
            let named_at = context.source.place(self.sources, select.spec.range);
            let fact = self.node_of_project_files(named_at);
            return self.add(conditions, EffectKind::Node(fact));
        }
        let value = self.evaluate(context.frame, &select.spec.text);
        let known = value.known().filter(|text| !text.contains('$'));
        let fact = VersionFact {
            candidates: known
                .map(|text| resolve_from(text, NodeSource::Newest).candidates)
                .unwrap_or_default(),
            text: known.map(str::to_owned),
            origin: NodeOrigin::Command,
            place: Some(context.source.place(self.sources, select.spec.range)),
        };
        self.add(conditions, EffectKind::Node(fact));
    }
}
