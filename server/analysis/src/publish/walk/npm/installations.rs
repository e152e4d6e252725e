//! Commands that install npm or choose a Node.

use crate::knowledge::node_spec::{NodeSource, resolve_from};
use crate::knowledge::npm_spec::resolve_npm;
use crate::publish::machine::{EffectKind, Machine, ToolBeside};
use crate::publish::read::command::{NodeSelect, NpmInstall, installed_tools};
use crate::publish::site::{NodeOrigin, NpmInstallation, NpmOrigin, VersionFact};
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::publish::walk::{WalkFrame, Walker};
use crate::syntax::shell::Command;
use crate::text::FolderPath;
use crate::versions::version::{Version, add_candidate};

impl<'a> Walker<'_, 'a> {
    /// Installs npm, or does not: a test of the script may look at the npm that is there.
    pub(crate) fn install_npm_if_needed(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        install: &NpmInstall,
        folder: Option<&FolderPath>,
    ) {
        let of_frame = &context.frame.conditions;
        let mut conditions = of_frame.clone();
        conditions.extend(context.condition_of(command));
        let is_guarded = command.is_conditional && command.function.is_none() && install.is_global;
        let guard = is_guarded.then(|| context.index.guard_of(command));
        let Some(guard) = guard.flatten() else {
            return self.install_npm(context, &conditions, install, folder);
        };
        let before = self.machine(of_frame).npm.clone();
        let answers: Vec<Option<bool>> = before.candidates.iter().map(|npm| guard.holds(npm)).collect();
        let is_known = !answers.is_empty() && answers.iter().all(Option::is_some);
        match is_known {
            true if answers.iter().all(|answer| *answer == Some(false)) => {}
            true if answers.iter().all(|answer| *answer == Some(true)) => {
                self.install_npm(context, of_frame, install, folder);
            }
            _ => {
                self.install_npm(context, &conditions, install, folder);
                let kept = before.candidates.iter().zip(&answers);
                let kept = kept
                    .filter(|(_, answer)| **answer != Some(true))
                    .map(|(npm, _)| npm);
                self.keep_npm(of_frame, kept.cloned().collect(), is_known);
            }
        }
    }

    /// After an installation that only some versions of npm lead to, it is the new npm, or one of those that do not.
    fn keep_npm(&mut self, conditions: &[String], kept: Vec<Version>, is_known: bool) {
        let Some(EffectKind::Npm(installation)) = self.effects.last().map(|effect| &effect.kind) else {
            return;
        };
        let mut version = installation.version.clone();
        if !is_known || version.candidates.is_empty() {
            return;
        }
        for npm in kept {
            add_candidate(&mut version.candidates, npm);
        }
        version.origin = NpmOrigin::Unknown;
        self.add(conditions, EffectKind::NpmOnPath(version));
    }

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
            let is_relative = !prefix.starts_with(['/', '~']) && !prefix.contains(['$', '`', '%', ':']);
            let in_repository = folder
                .filter(|_| is_relative)
                .and_then(|folder| folder.join(&prefix));
            let prefix = in_repository.as_ref().map_or(&*prefix, FolderPath::as_str);
            return self.install_beside(conditions, prefix, version);
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

    /// Notes the publishing tools that a command installs by their names.
    pub(crate) fn note_installed_tools(
        &mut self,
        command: &Command,
        conditions: &[String],
        folder: Option<&FolderPath>,
    ) {
        for tool in installed_tools(command) {
            let tool = ToolBeside {
                package: tool.package,
                version: tool.version,
                is_global: tool.is_global,
                folder: folder.cloned(),
                is_certain: true,
            };
            self.add(conditions, EffectKind::Tool(tool));
        }
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
        let is_by_npm = install.is_global && install.manager.checks_engines();
        is_by_npm
            .then(|| self.prefix_setting(context.frame, machine))
            .flatten()
    }

    /// The folder of global packages, where a setting of npm names one.
    pub(crate) fn prefix_setting(&self, frame: &WalkFrame<'a>, machine: &Machine) -> Option<String> {
        let scope = self.scope(frame);
        let in_environment = ["NPM_CONFIG_PREFIX", "npm_config_prefix"]
            .iter()
            .find_map(|name| scope.env_value(name));
        match in_environment {
            Some(value) => Some(value.known().unwrap_or("$").to_owned()),
            None => Some(machine.written_setting("prefix")?.value.clone()),
        }
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

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Checks which npm publishes after a step with this script.
    #[track_caller]
    fn check(script: &str, more: &str, npm: &str) {
        println!("{script}");
        let script = script.replace('\n', "\n          ");
        let lines = script.lines().count() + more.lines().count();
        check_sites(
            &format!(
                r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 22.23.3 }}
      - run: |
          {script}
{more}      - run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/b", "scripts": {{ "prepare-npm": "corepack enable && npm i -g npm@11.6.0" }} }}
"#
            ),
            &format!("release.yml:{} publish; npm={npm}", 10 + lines),
        );
    }

    const NEW: &str = "11.6.0";
    const EITHER: &str = "10.9.9 or 11.6.0";

    #[test]
    fn a_list_at_the_end_of_a_step_ran_if_a_later_step_does() {
        for script in [
            "corepack enable && npm i -g npm@11.6.0",
            "npm i -g npm@10.9.3 && npm i -g npm@11.6.0",
            "npm ci\nnode -v && npm ci && npm i -g npm@11.6.0 && npm -v",
            "cd \"$(pwd)\" && npm i -g npm@11.6.0",
            "set +e\ntrue && npm i -g npm@11.6.0",
            "npm run prepare-npm",
            "tsc && npm run prepare-npm",
            "[ -n \"$CI\" ] && npm i -g npm@11.6.0",
        ] {
            check(script, "", NEW);
        }
    }

    #[test]
    fn in_the_middle_of_a_step_it_may_not_have_run() {
        for script in [
            "corepack enable && npm i -g npm@11.6.0\nnpm ci",
            "corepack enable && npm i -g npm@11.6.0; true",
            "corepack enable && npm i -g npm@11.6.0 || true",
            "corepack enable || npm i -g npm@11.6.0",
            "(corepack enable && npm i -g npm@11.6.0) || true",
            "if tsc; then tsc && npm i -g npm@11.6.0; fi",
            "npm run prepare-npm || true",
            "corepack enable && npm i -g npm@11.6.0 &",
            "tsc && npm i -g npm@11.6.0\nf() { tsc; }",
        ] {
            check(script, "", EITHER);
        }
        let script = "corepack enable && npm i -g npm@11.6.0";
        check(script, "        continue-on-error: true\n", EITHER);
        check(script, "        shell: bash\n", NEW);
    }
}
