//! Targets of Nx that a `project.json` holds: their commands are walked where `nx` runs them.
//!
//! Only folders with a manifest are looked into, and only targets whose names speak of publishing.

use super::Walker;
use super::guesses::speaks_of_publishing;
use super::scripts::{Called, ScriptContext};
use crate::publish::find::packages::matches_glob;
use crate::publish::read::command::ScriptRun;
use crate::publish::read::nx_targets::NxProject;
use crate::publish::site::Limit;
use crate::syntax::shell::{Command, split_script};
use crate::text::{FilePath, FolderPath};

/// In so many folders a `project.json` is looked for.
const MOST_PROJECTS: usize = 300;

/// Where Nx puts projects.
const USUAL_FOLDERS: [&str; 4] = ["packages", "libs", "projects", "plugins"];

impl<'a> Walker<'_, 'a> {
    /// Walks the commands of a target in each project that has it, and says whether there was one.
    pub(super) fn run_nx_target(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (run, target): (&ScriptRun, &str),
    ) -> bool {
        if !run.is_nx || !speaks_of_publishing(target) {
            return false;
        }
        let mut is_found = false;
        for (path, script) in self.nx_scripts(run, target) {
            let called = Called::Task(path, target.to_owned());
            if context.called.contains(&called) {
                continue;
            }
            if self.task_calls_left == 0 || !self.may_follow(|| script.lines().count()) {
                self.note_limit(Limit::Tasks);
                break;
            }
            self.task_calls_left -= 1;
            is_found = true;
            let text = (script.as_str(), &split_script(&script));
            self.walk_file(context, command, called, &FolderPath::root(), text);
        }
        is_found
    }

    fn nx_scripts(&self, run: &ScriptRun, target: &str) -> Vec<(FilePath, String)> {
        // A project without a manifest is usually in a folder of its name.
        let named = run.scope.workspaces.iter().flat_map(|name| {
            let paths = USUAL_FOLDERS.map(|folder| FolderPath::new(&format!("{folder}/{name}")));
            paths.into_iter().flatten()
        });
        let mut folders: Vec<FolderPath> = self.sources.manifest_paths().map(FilePath::folder).collect();
        folders.truncate(MOST_PROJECTS);
        for folder in named {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        let script_in = |folder: FolderPath| {
            let path = folder.file("project.json")?;
            self.text_on_demand(&path)?;
            let project = self.sources.fact::<NxProject>(&path);
            let manifest = self.sources.manifest_in(&folder);
            let names = [
                project.name(),
                manifest.and_then(|(_, manifest)| Some(manifest.name.as_ref()?.value.as_str())),
                folder.as_str().rsplit('/').next(),
            ];
            let scope = &run.scope;
            let is_among = |list: &[String]| {
                let mut names = names.iter().flatten();
                names.any(|name| list.iter().any(|wanted| matches_glob(wanted, name)))
            };
            let is_meant =
                (scope.workspaces.is_empty() || is_among(&scope.workspaces)) && !is_among(&scope.excluded);
            let folder = if folder.is_root() { "." } else { folder.as_str() };
            let script = project.script(target, folder).filter(|_| is_meant)?;
            Some((path, script))
        };
        folders.into_iter().filter_map(script_in).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(run: &str, expected: &str) {
        check_sites(
            &format!(
                r#"#- .github/workflows/ship.yml
on: release
jobs:
  ship:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {run}
#- package.json
{{ "name": "root", "private": true }}
#- libs/a/package.json
{{ "name": "@acme/a", "version": "1.0.0", "repository": "acme/widget" }}
#- on demand: libs/a/project.json
{{ "name": "a", "targets": {{ "publish": {{ "command": "npm publish ./{{projectRoot}}" }}, "lint": {{ "command": "eslint" }} }} }}
"#
            ),
            expected,
        );
    }

    const FOUND: &str = "ship.yml:9 ship; publisher=npm; outcome=oidc";

    #[test]
    fn targets_are_followed() {
        check("npx nx run-many -t publish", FOUND);
        check("npx nx run a:publish", FOUND);
        check("npx nx run @acme/a:publish", FOUND);
        check("npx nx publish a", FOUND);
        check("npx nx run-many -t lint publish -p a b", FOUND);
        check("npx nx run-many -t publish --projects='a*,!b'", FOUND);
    }

    #[test]
    fn other_targets_and_projects_publish_nothing() {
        check("npx nx run-many -t lint", "");
        check("npx nx lint a", "");
        // Nothing is known of a project that is not there.
        let unknown = "ship.yml:9 ship; publisher=script; outcome=unknown";
        check("npx nx run-many -t publish -p b", unknown);
        check("npx nx run-many -t publish --exclude a", unknown);
    }
}
