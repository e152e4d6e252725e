//! What `nx release` publishes: the projects that it is told to release, each by its target `nx-release-publish`. Nx adds that
//! target to every package that is not private; a project may have one of its own, which may publish anything.
//!
//! Source: `readTargetsFromPackageJson` in packages/nx/src/utils/package-json.ts and `releasePublish` in
//! packages/nx/src/command-line/release/publish.ts of Nx 21.

use std::sync::Arc;

use crate::publish::find::packages::GlobOrder;
use crate::publish::find::packages::{
    MemberChoice, MemberSelection, Selection, matches_glob, select, workspace_globs,
};
use crate::publish::read::command::PackageScope;
use crate::publish::read::nx_targets::{NxProject, NxTarget, RELEASE_TARGET};
use crate::publish::read::tool_config::{self, NxProjects};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::Command;
use crate::text::{FilePath, FolderPath};

/// What `nx release` publishes.
pub(in crate::publish::walk) struct NxRelease {
    /// The packages.
    pub(in crate::publish::walk) selection: Selection,
    /// Whether a project publishes to npm, as far as the files show.
    pub(in crate::publish::walk) publishes: NxPublishes,
    /// The commands of targets that run some.
    scripts: Vec<(FilePath, String)>,
}

/// Whether Nx publishes to npm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::publish::walk) enum NxPublishes {
    /// Each project that was found does so.
    Packages,
    /// None of the projects that it is told to release was found to be a package.
    Perhaps,
    /// Each project has a target of its own, which publishes something else.
    Nothing,
}

/// A project of Nx.
pub(in crate::publish::walk) struct FoundProject {
    pub(in crate::publish::walk) folder: FolderPath,
    /// Its manifest.
    pub(in crate::publish::walk) manifest: Option<FilePath>,
    /// Its `project.json`.
    pub(in crate::publish::walk) project: Option<(FilePath, Arc<NxProject>)>,
    /// What it is called: in `project.json`, in its manifest, and by its folder.
    pub(in crate::publish::walk) names: Vec<String>,
}

impl FoundProject {
    fn is_named(&self, pattern: &str) -> bool {
        let is_name = |name: &String| matches_glob(pattern, name);
        self.names.iter().any(is_name) || matches_glob(pattern, self.folder.as_str())
    }
}

impl<'a> Walker<'_, 'a> {
    /// Works out what `nx release` in a folder publishes.
    pub(in crate::publish::walk) fn nx_release(&self, root: &FolderPath, scope: &PackageScope) -> NxRelease {
        let of = |selection, publishes| NxRelease {
            selection,
            publishes,
            scripts: Vec::new(),
        };
        let Some(projects) = tool_config::nx_projects(self.sources, root, &scope.workspaces) else {
            return of(Selection::Unknown, NxPublishes::Packages);
        };
        if projects.has_own_executor {
            return of(Selection::Unknown, NxPublishes::Perhaps);
        }
        let is_released = |found: &FoundProject| {
            let is_in = |patterns: &[String]| patterns.iter().any(|pattern| found.is_named(pattern));
            (projects.included.is_empty() || is_in(&projects.included)) && !is_in(&projects.excluded)
        };
        let found: Vec<FoundProject> = self
            .nx_projects_named(&projects.included)
            .into_iter()
            .filter(is_released)
            .collect();
        let mut sorted = Sorted::default();
        for project in &found {
            sorted.add(project, self);
        }
        let is_partial = scope.is_partial || projects.is_partial || sorted.has_made_packages;
        let is_monorepo = workspace_globs(self.sources, root, GlobOrder::default()).is_some();
        let (selection, is_empty) = match is_monorepo {
            true => self.nx_workspace_members(root, &projects, &sorted, is_partial),
            false => {
                let manifests = sorted.packages.clone();
                let is_empty = manifests.is_empty();
                (Selection::Listed(manifests), is_empty)
            }
        };
        let is_told = !projects.included.is_empty();
        let each_is_found = projects
            .included
            .iter()
            .all(|pattern| found.iter().any(|project| project.is_named(pattern)));
        let publishes = match is_empty {
            false => NxPublishes::Packages,
            true if sorted.has_made_packages => {
                return NxRelease {
                    scripts: sorted.scripts,
                    ..of(Selection::Unknown, NxPublishes::Packages)
                };
            }
            true if sorted.others > 0 && sorted.others == found.len() && each_is_found => {
                NxPublishes::Nothing
            }
            true if is_told || sorted.others > 0 => NxPublishes::Perhaps,
            // The root is the only package, or there is none to be seen.
            true if !is_monorepo => return of(Selection::Folder(root.clone()), NxPublishes::Packages),
            true => NxPublishes::Packages,
        };
        NxRelease {
            selection,
            publishes,
            scripts: sorted.scripts,
        }
    }

    /// The members of a workspace that are released, and whether there is none.
    fn nx_workspace_members(
        &self,
        root: &FolderPath,
        projects: &NxProjects,
        sorted: &Sorted,
        is_partial: bool,
    ) -> (Selection, bool) {
        let mut excluded = projects.excluded.clone();
        excluded.extend(sorted.left_out.iter().map(|folder| folder.as_str().to_owned()));
        // A project may have another name than its package.
        let of_packages = sorted.packages.iter().map(FilePath::folder);
        let mut included = projects.included.clone();
        if !included.is_empty() {
            included.extend(of_packages.map(|folder| folder.as_str().to_owned()));
        }
        let selection = Selection::Members(MemberSelection {
            root: root.clone(),
            choice: MemberChoice::named(included, excluded),
            is_partial,
            ..MemberSelection::default()
        });
        let found = select(self.sources, &selection, false);
        (selection, found.manifests.is_empty())
    }

    /// Walks the commands of the targets that publish a project in another way.
    pub(in crate::publish::walk) fn walk_nx_release(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        release: &NxRelease,
    ) {
        for (path, script) in &release.scripts {
            if !self.walk_nx_script(context, command, (path, RELEASE_TARGET), script) {
                break;
            }
        }
    }
}

/// The projects that are released, by what their targets do.
#[derive(Default)]
struct Sorted {
    /// The manifests of those that npm publishes as they are.
    packages: Vec<FilePath>,
    /// Whether npm publishes what the build makes of some.
    has_made_packages: bool,
    /// The folders of those whose own manifest npm does not publish.
    left_out: Vec<FolderPath>,
    /// How many have a target that publishes something else.
    others: usize,
    scripts: Vec<(FilePath, String)>,
}

impl Sorted {
    fn add(&mut self, project: &FoundProject, walker: &Walker<'_, '_>) {
        let folder = match project.folder.is_root() {
            true => ".",
            false => project.folder.as_str(),
        };
        let manifest = project
            .manifest
            .as_ref()
            .and_then(|path| Some((path, walker.sources.manifest(path)?)));
        let of_project = project
            .project
            .as_ref()
            .and_then(|(path, project)| Some((path.clone(), project.target(RELEASE_TARGET, folder)?)));
        let of_manifest = || {
            let (path, manifest) = manifest?;
            let target = manifest.root.get("nx")?.get("targets")?.get(RELEASE_TARGET)?;
            Some((path.clone(), NxTarget::read(target, true, folder)))
        };
        match of_project.or_else(of_manifest) {
            None => match manifest {
                Some((path, manifest)) if !manifest.is_private() => self.packages.push(path.clone()),
                _ => {}
            },
            Some((_, NxTarget::Publishes(None))) => self.packages.extend(project.manifest.clone()),
            // What is published is committed, and is found by way of the project's manifest.
            Some((_, NxTarget::Publishes(Some(made))))
                if FolderPath::new(&made).is_some_and(|made| walker.sources.manifest_in(&made).is_some()) =>
            {
                self.packages.extend(project.manifest.clone());
            }
            Some((_, NxTarget::Publishes(Some(_)))) => {
                self.has_made_packages = true;
                self.left_out.push(project.folder.clone());
            }
            Some((path, NxTarget::Runs(script))) => {
                self.others += 1;
                self.scripts.push((path, script));
                self.left_out.push(project.folder.clone());
            }
            Some((_, NxTarget::Other)) => {
                self.others += 1;
                self.left_out.push(project.folder.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(nx: &str, files: &str, expected: &str) {
        check_sites(
            &format!(
                r#"#- repository: acme/widget
#- .github/workflows/ship.yml
on: push
jobs:
  ship:
    permissions: {{ contents: write, id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npx nx release publish
#- nx.json
{nx}
{files}"#
            ),
            expected,
        );
    }

    const ROOT: &str = "#- package.json\n{ \"name\": \"root\", \"version\": \"1.0.0\" }\n";
    const WORKSPACE: &str =
        "#- package.json\n{ \"name\": \"root\", \"private\": true, \"workspaces\": [\"packages/*\"] }\n";

    fn project(folder: &str, target: &str) -> String {
        let name = folder.rsplit('/').next().unwrap();
        format!(
            "#- on demand: {folder}/project.json\n{{ \"name\": \"{name}\", \"targets\": {{ \"nx-release-publish\": {target} }} }}\n"
        )
    }

    fn package(folder: &str) -> String {
        let name = folder.rsplit('/').next().unwrap();
        format!(
            "#- {folder}/package.json\n{{ \"name\": \"@acme/{name}\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }}\n"
        )
    }

    const OTHER: &str =
        r#"{ "executor": "nx:run-commands", "options": { "command": "goreleaser release" } }"#;
    const ONLY_CLI: &str = r#"{ "release": { "projects": ["cli"] } }"#;

    #[test]
    fn a_project_with_a_target_of_its_own_is_not_published_by_nx() {
        check(ONLY_CLI, &format!("{ROOT}{}", project("cli", OTHER)), "");
        check(
            ONLY_CLI,
            &format!(
                "{ROOT}{}",
                project("cli", r#"{ "executor": "@acme/cargo:publish" }"#)
            ),
            "",
        );
        let members = format!(
            "{WORKSPACE}{}{}",
            package("packages/a"),
            project("packages/a", OTHER)
        );
        check("{}", &members, "");
        let with_b = format!("{members}{}", package("packages/b"));
        check(
            "{}",
            &with_b,
            "ship.yml:9 ship; publisher=nx; packages=@acme/b; outcome=oidc",
        );
    }

    #[test]
    fn the_commands_of_such_a_target_are_followed() {
        let publish = r#"{ "command": "npm publish ./{projectRoot}/dist" }"#;
        check(
            ONLY_CLI,
            &format!("{ROOT}{}", project("cli", publish)),
            "ship.yml:9 ship; publisher=npm; packages=-; outcome=oidc",
        );
    }

    #[test]
    fn projects_that_are_not_found_may_be_packages() {
        check(
            ONLY_CLI,
            ROOT,
            "ship.yml:9 ship; publisher=nx; packages=-; outcome=unknown",
        );
        check(
            r#"{ "targetDefaults": { "nx-release-publish": { "executor": "@acme/x:publish" } } }"#,
            ROOT,
            "ship.yml:9 ship; publisher=nx; packages=-; outcome=unknown",
        );
    }

    #[test]
    fn packages_outside_of_a_workspace() {
        let files = format!("{ROOT}{}{}", package("libs/a"), project("libs/a", "{}"));
        check("{}", &files, "ship.yml:9 ship; packages=@acme/a; outcome=oidc");
        let elsewhere = r#"{ "options": { "packageRoot": "dist/{projectRoot}" } }"#;
        let files = format!("{ROOT}{}{}", package("libs/a"), project("libs/a", elsewhere));
        check(
            "{}",
            &files,
            "ship.yml:9 ship; publisher=nx; packages=-; outcome=oidc",
        );
        check(
            "{}",
            ROOT,
            "ship.yml:9 ship; packages=root; outcome=fails; error=E422",
        );
        check(
            r#"{ "release": { "projects": ["root"] } }"#,
            ROOT,
            "ship.yml:9 ship; packages=root; outcome=fails; error=E422",
        );
    }
}
