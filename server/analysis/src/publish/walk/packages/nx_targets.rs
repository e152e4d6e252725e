//! Targets of Nx that a `project.json` holds: their commands are walked where `nx` runs them.
//!
//! Only folders with a manifest are looked into, and only targets whose names speak of publishing.

use super::nx_release::FoundProject;
use crate::publish::find::packages::matches_glob;
use crate::publish::read::command::ScriptRun;
use crate::publish::read::nx_targets::NxProject;
use crate::publish::site::Limit;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::{Called, ScriptContext};
use crate::publish::walk::guesses::guess_names::speaks_of_publishing;
use crate::syntax::shell::{Command, split_script};
use crate::text::{FilePath, FolderPath};

/// In so many folders a `project.json` is looked for.
const MOST_PROJECTS: usize = 300;

/// Where Nx puts projects.
const USUAL_FOLDERS: [&str; 7] = [
    "",
    "packages/",
    "libs/",
    "projects/",
    "plugins/",
    "apps/",
    "tools/",
];

/// Words of targets that do not speak of publishing, whose executor may publish all the same.
const MAY_DEPLOY: [&str; 3] = ["deploy", "npm", "push"];

impl<'a> Walker<'_, 'a> {
    /// Walks the commands of a target in each project that has it, and says whether there was one.
    pub(in crate::publish::walk) fn run_nx_target(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (run, target): (&ScriptRun, &str),
    ) -> bool {
        if !run.is_nx {
            return false;
        }
        let scripts = self.nx_scripts(run, target);
        for (path, script) in &scripts {
            if !self.walk_nx_script(context, command, (path, target), script) {
                break;
            }
        }
        !scripts.is_empty()
    }

    /// Walks the commands of a target, and says whether more may follow.
    pub(super) fn walk_nx_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (path, target): (&FilePath, &str),
        script: &str,
    ) -> bool {
        let called = Called::Task(path.clone(), target.to_owned());
        if context.called.contains(&called) {
            return true;
        }
        if self.task_calls_left == 0 || !self.may_follow(|| script.lines().count()) {
            self.note_limit(Limit::Tasks);
            return false;
        }
        self.task_calls_left -= 1;
        let text = (script, &split_script(script));
        self.walk_file(context, command, called, &FolderPath::root(), text);
        true
    }

    /// The scripts of a target that speaks of publishing, or whose executor publishes.
    fn nx_scripts(&self, run: &ScriptRun, target: &str) -> Vec<(FilePath, String)> {
        let is_named_so = speaks_of_publishing(target);
        if !is_named_so && !MAY_DEPLOY.iter().any(|word| target.contains(word)) {
            return Vec::new();
        }
        let (wanted, excluded) = (&run.scope.workspaces, &run.scope.excluded);
        let script_of = |found: FoundProject| {
            let is_among = |list: &[String]| {
                let mut names = found.names.iter();
                names.any(|name| list.iter().any(|wanted| matches_glob(wanted, name)))
            };
            let is_meant = (wanted.is_empty() || is_among(wanted)) && !is_among(excluded);
            let (path, project) = found.project.filter(|_| is_meant)?;
            let folder = match found.folder.is_root() {
                true => ".",
                false => found.folder.as_str(),
            };
            let is_publish = is_named_so || project.publishes(target, folder);
            let script = project.script(target, folder).filter(|_| is_publish)?;
            Some((path, script))
        };
        self.nx_projects_named(wanted)
            .into_iter()
            .filter_map(script_of)
            .collect()
    }

    /// The projects that the files show: the packages, and what is in a folder of one of these names.
    pub(super) fn nx_projects_named(&self, names: &[String]) -> Vec<FoundProject> {
        // A project without a manifest is usually in a folder of its name.
        let named = names.iter().filter(|name| !name.contains('*'));
        let named = named.flat_map(|name| {
            let paths = USUAL_FOLDERS.map(|folder| FolderPath::new(&format!("{folder}{name}")));
            paths.into_iter().flatten()
        });
        let mut folders: Vec<FolderPath> = self.sources.manifest_paths().map(FilePath::folder).collect();
        folders.truncate(MOST_PROJECTS);
        for folder in named {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        let project_in = |folder: FolderPath| {
            let path = folder.file("project.json");
            let path = path.filter(|path| self.text_on_demand(path).is_some());
            let project = path.map(|path| {
                let project = self.sources.fact::<NxProject>(&path);
                (path, project)
            });
            let manifest = self.sources.manifest_in(&folder);
            let is_nx = manifest
                .as_ref()
                .is_some_and(|(_, manifest)| manifest.root.get("nx").is_some());
            let name = manifest.as_ref().and_then(|(_, manifest)| manifest.name.as_ref());
            let own_names = [
                project.as_ref().and_then(|(_, project)| project.name()),
                name.map(|name| name.value.as_str()),
                folder.as_str().rsplit('/').next(),
            ];
            let own_names: Vec<String> = own_names.into_iter().flatten().map(str::to_owned).collect();
            let is_meant = |wanted: &String| {
                let is_name = |name: &String| matches_glob(wanted, name);
                own_names.iter().any(is_name) || matches_glob(wanted, folder.as_str())
            };
            let is_asked_for = names.iter().any(is_meant);
            let is_project = project.is_some() || manifest.is_some() && (is_nx || is_asked_for);
            is_project.then(|| FoundProject {
                manifest: manifest.map(|(path, _)| path),
                folder,
                project,
                names: own_names,
            })
        };
        folders.into_iter().filter_map(project_in).collect()
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
{{ "name": "a", "targets": {{ "publish": {{ "command": "npm publish ./{{projectRoot}}" }}, "lint": {{ "command": "eslint" }}, "deploy": {{ "executor": "ngx-deploy-npm:deploy", "options": {{ "distFolderPath": "{{projectRoot}}" }} }} }} }}
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
        check("npx nx run-many --target=deploy", FOUND);
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
