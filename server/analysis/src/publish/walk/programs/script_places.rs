//! In which packages a package script runs.

use std::sync::Arc;

use crate::model::workspaces::members;
use crate::publish::find::packages::{
    MemberChoice, MemberSelection, is_folder_glob, matches_glob, member_manifests,
};
use crate::publish::read::command::{PackageScope, ScriptRun};
use crate::publish::read::nx_targets::NxProject;
use crate::publish::read::turbo_config::runs_in_dependencies;
use crate::publish::tools::Tool;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::text::{FilePath, FolderPath};

/// A package whose script runs.
pub(in crate::publish::walk) struct ScriptPlace {
    /// Its manifest.
    pub(in crate::publish::walk) path: FilePath,
    /// The folder in which the script runs.
    pub(in crate::publish::walk) folder: FolderPath,
    /// Whether only the run knows if it does.
    pub(in crate::publish::walk) is_open: bool,
    /// The packages with the same script, if only the run knows in which of them it runs.
    pub(in crate::publish::walk) one_of: Option<Arc<MemberSelection>>,
}

/// The manifests that a command chooses.
#[derive(Default)]
struct RunManifests {
    paths: Vec<FilePath>,
    /// Whether only the run knows which of them are meant.
    is_open: bool,
    /// The root of the monorepo.
    root: FolderPath,
}

impl ScriptPlace {
    fn of(path: FilePath) -> Self {
        Self {
            folder: path.folder(),
            path,
            is_open: false,
            one_of: None,
        }
    }
}

impl<'a> Walker<'_, 'a> {
    /// The packages whose script runs. Where a loop or the matrix chooses among folders whose scripts are the same, one takes
    /// the place of all.
    pub(super) fn places_of_run(
        &self,
        context: &ScriptContext<'_, 'a>,
        run: &ScriptRun,
        name: &str,
        folder: &FolderPath,
    ) -> Vec<ScriptPlace> {
        if !is_folder_glob(folder.as_str()) {
            let found = self.manifests_of_run(context, run, name, folder);
            return match found.is_open {
                true => self.open_places(&found, name),
                false => found.paths.into_iter().map(ScriptPlace::of).collect(),
            };
        }
        if run.scope.chooses_workspaces() || run.scope.folder.is_some() {
            return Vec::new();
        }
        let globs = [folder.to_string()];
        let found = members(&globs, &FolderPath::root(), self.sources.manifest_paths());
        let with_script: Vec<&FilePath> = found
            .into_iter()
            .filter(|path| self.script_text(path, name).is_some())
            .collect();
        match with_script.as_slice() {
            [first, rest @ ..]
                if rest
                    .iter()
                    .all(|path| self.script_text(path, name) == self.script_text(first, name)) =>
            {
                vec![ScriptPlace {
                    folder: folder.clone(),
                    ..ScriptPlace::of((*first).clone())
                }]
            }
            several => several
                .iter()
                .map(|path| ScriptPlace::of((*path).clone()))
                .collect(),
        }
    }

    fn script_text(&self, path: &FilePath, name: &str) -> Option<&'a str> {
        let script = self.sources.manifest(path)?.script(name)?;
        Some(script.command.value.as_str())
    }

    /// One place for each text that the script has.
    fn open_places(&self, found: &RunManifests, name: &str) -> Vec<ScriptPlace> {
        let mut texts: Vec<(&str, Vec<FilePath>)> = Vec::new();
        for path in &found.paths {
            let Some(text) = self.script_text(path, name) else {
                continue;
            };
            match texts.iter_mut().find(|(known, _)| *known == text) {
                Some((_, paths)) => paths.push(path.clone()),
                None => texts.push((text, vec![path.clone()])),
            }
        }
        let place = |paths: Vec<FilePath>| {
            let folders = paths.iter().map(|path| path.folder().to_string());
            let one_of = (paths.len() > 1).then(|| {
                Arc::new(MemberSelection {
                    root: found.root.clone(),
                    choice: MemberChoice::named(folders.collect(), Vec::new()),
                    ..MemberSelection::default()
                })
            });
            Some(ScriptPlace {
                is_open: true,
                one_of,
                ..ScriptPlace::of(paths.into_iter().next()?)
            })
        };
        texts.into_iter().filter_map(|(_, paths)| place(paths)).collect()
    }

    fn manifests_of_run(
        &self,
        context: &ScriptContext<'_, 'a>,
        run: &ScriptRun,
        name: &str,
        folder: &FolderPath,
    ) -> RunManifests {
        let root = match &run.scope.folder {
            None if run.scope.is_at_root => FolderPath::root(),
            Some(word) if word.is_dynamic => return RunManifests::default(),
            Some(word) => match folder.join(&word.text) {
                Some(folder) => folder,
                None => return RunManifests::default(),
            },
            None => folder.clone(),
        };
        if !run.scope.chooses_workspaces() {
            return RunManifests {
                paths: root.file("package.json").into_iter().collect(),
                is_open: false,
                root,
            };
        }
        let mut scope = run.scope.clone();
        let mut is_open = scope.is_partial;
        if run.is_nx {
            is_open |= self.put_folders_of_projects(&mut scope);
        }
        if run.turbo.is_some() && runs_in_dependencies(self.sources, &root, name) {
            add_dependencies(&mut scope.filters);
        }
        is_open |= drop_since(&mut scope);
        let selection = self.members(context, &[], &scope, Tool::Npm, &root).or_else(|| {
            // A name that only the run knows may be that of any package.
            is_open = true;
            let all = PackageScope {
                all_workspaces: true,
                ..PackageScope::default()
            };
            self.members(context, &[], &all, Tool::Npm, &root)
        });
        let found = selection.and_then(|selection| member_manifests(self.sources, &selection));
        RunManifests {
            paths: found.map(|packages| packages.manifests).unwrap_or_default(),
            is_open,
            root,
        }
    }

    /// Puts folders in the place of the projects that Nx knows by a name of their own, and says whether it is open what they
    /// are.
    fn put_folders_of_projects(&self, scope: &mut PackageScope) -> bool {
        if scope.workspaces.is_empty() && scope.excluded.is_empty() {
            return false;
        }
        let mut folders = Vec::new();
        for path in self.sources.manifest_paths() {
            let folder = path.folder();
            let manifest = self.sources.manifest(path);
            let project = folder
                .file("project.json")
                .filter(|path| self.text_on_demand(path).is_some())
                .map(|path| self.sources.fact::<NxProject>(&path));
            let names = [
                project
                    .as_ref()
                    .and_then(|project| project.name())
                    .map(str::to_owned),
                manifest.and_then(|manifest| Some(manifest.name.as_ref()?.value.clone())),
                folder.as_str().rsplit('/').next().map(str::to_owned),
                Some(folder.to_string()),
            ];
            let is_among = |list: &[String]| {
                let mut names = names.iter().flatten();
                names.any(|name| list.iter().any(|wanted| matches_glob(wanted, name)))
            };
            if (scope.workspaces.is_empty() || is_among(&scope.workspaces)) && !is_among(&scope.excluded) {
                folders.push(folder.to_string());
            }
        }
        let is_open = folders.is_empty();
        scope.workspaces = folders;
        scope.excluded = Vec::new();
        scope.all_workspaces = is_open;
        is_open
    }
}

/// Has each filter choose what its packages depend on too.
fn add_dependencies(filters: &mut [String]) {
    for filter in filters {
        if !filter.starts_with('!') && !filter.ends_with("...") {
            filter.push_str("...");
        }
    }
}

/// Puts what may have changed in the place of what did, and says whether a filter asks for that: `...[main]`.
fn drop_since(scope: &mut PackageScope) -> bool {
    let has_since = |filter: &String| filter.contains('[');
    if !scope.filters.iter().any(has_since) {
        return false;
    }
    scope
        .filters
        .retain(|filter| !(filter.starts_with('!') && has_since(filter)));
    for filter in scope.filters.iter_mut().filter(|filter| has_since(filter)) {
        let start = filter.split('[').next().unwrap_or_default();
        *filter = match start.is_empty() || start.contains("...") {
            true => "*".to_owned(),
            false => start.to_owned(),
        };
    }
    scope.all_workspaces |= scope.filters.is_empty();
    true
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    /// Two packages with the same script, of which the second lacks what npm asks for.
    #[track_caller]
    fn check(run: &str, more: &str, expected: &str) {
        println!("{run}");
        check_sites(
            &format!(
                r#"#- .github/workflows/ship.yml
on: push
jobs:
  ship:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {run}
#- package.json
{{ "name": "root", "private": true, "workspaces": ["packages/*"] }}
#- packages/a/package.json
{{ "name": "@acme/a", "version": "1.0.0", "repository": "acme/widget", "scripts": {{ "pub": "npm publish" }}, "dependencies": {{ "@acme/c": "1" }} }}
#- packages/b/package.json
{{ "name": "@acme/b", "version": "1.0.0", "scripts": {{ "pub": "npm publish" }} }}
#- packages/c/package.json
{{ "name": "@acme/c", "version": "1.0.0", "repository": "acme/widget", "scripts": {{ "pub": "npm publish" }} }}
{more}"#
            ),
            expected,
        );
    }

    const AT: &str = "ship.yml:9 ship; publisher=npm";

    #[test]
    fn filters_choose_packages() {
        for run in [
            "npx turbo run pub --filter=@acme/a --env-mode=loose",
            "npx turbo run build pub -F a --env-mode=loose",
            "npx turbo run pub --filter './packages/*' --filter='!@acme/{b,c}' --filter='!@acme/b' --filter='!@acme/c' --env-mode=loose",
            "npx turbo run @acme/a#pub --env-mode=loose",
            "npx lerna run pub --scope @acme/a",
            "npx lerna run pub --ignore '@acme/{b,c}'",
            "npx nx run-many -t pub -p @acme/a",
            "npx nx run-many -t pub -p a",
            "npx nx run-many -t pub --exclude=b,c",
            "npx lage pub --to @acme/a",
            "npx lage pub --scope @acme/a --no-deps",
        ] {
            check(run, "", &format!("{AT}; packages=@acme/a; outcome=oidc"));
        }
    }

    #[test]
    fn dependencies_are_chosen_too() {
        let config = "#- turbo.json\n{ \"tasks\": { \"pub\": { \"dependsOn\": [\"^pub\"] } } }\n";
        let both = format!("{AT}; packages=@acme/a, @acme/c; outcome=oidc");
        check(
            "npx turbo run pub --filter=@acme/a --env-mode=loose",
            config,
            &both,
        );
        check("npx lage pub --scope @acme/c", "", &both);
    }

    #[test]
    fn what_only_the_run_knows_is_one_of_them() {
        for run in [
            "npx turbo run pub --affected --env-mode=loose",
            "npx turbo run pub --filter='[main]' --env-mode=loose",
            "npx turbo run pub --filter='...[HEAD^1]' --env-mode=loose",
            "npx turbo run pub --filter=${{ inputs.package }} --env-mode=loose",
            "npx lerna run pub --since main",
            "npx lerna exec --since main -- npm publish",
            "npx nx affected -t pub",
            "npx nx run-many -t pub -p tag:npm",
            "npx lage pub --since main",
            "pnpm -r --filter '[main]' pub",
            "yarn workspaces foreach --since run pub",
        ] {
            check(run, "", &format!("{AT}; packages=-; outcome=oidc"));
        }
    }
}
