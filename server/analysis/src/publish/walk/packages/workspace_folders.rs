//! The folders in which a publishing tool runs when a package manager starts it for some packages of a monorepo: `pnpm
//! --filter a exec semantic-release`, `yarn workspace a np`, `lerna exec --scope a -- release-it`.

use crate::model::manifest::Manifest;
use crate::publish::find::packages::{GlobOrder, member_manifests, workspace_globs};
use crate::publish::read::command::{PackageScope, PublishCommand};
use crate::publish::tools::Tool;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::Command;
use crate::text::FolderPath;

impl<'a> Walker<'_, 'a> {
    /// What a publish command publishes, in each folder in which it runs.
    pub(crate) fn publish(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        mut publish: PublishCommand,
        folder: Option<FolderPath>,
    ) {
        // For these, the flags say which packages they publish, wherever they run.
        let chooses_packages = publish.is_configured
            || matches!(
                publish.tool,
                Tool::Npm
                    | Tool::Pnpm
                    | Tool::YarnClassic
                    | Tool::YarnBerry
                    | Tool::Bun
                    | Tool::VitePlus
                    | Tool::Nx
            );
        if chooses_packages || publish.scope.is_plain() {
            return self.publish_in(context, command, &publish, folder);
        }
        let scope = std::mem::take(&mut publish.scope);
        let folder = folder.and_then(|folder| self.folder_of_scope(context, command, &scope, folder));
        if !scope.chooses_workspaces() {
            return self.publish_in(context, command, &publish, folder);
        }
        let folders = folder.map(|folder| self.folders_of_members(context, command, &scope, &folder));
        match folders.unwrap_or_default() {
            folders if folders.is_empty() => self.publish_in(context, command, &publish, None),
            folders => {
                for folder in folders {
                    self.publish_in(context, command, &publish, Some(folder));
                }
            }
        }
    }

    fn publish_in(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<FolderPath>,
    ) {
        match publish.tool {
            Tool::OssjsRelease if !publish.is_configured => {
                self.run_configured_script(context, command, publish, folder);
            }
            Tool::SemanticRelease if !publish.is_configured => {
                self.run_semantic_release(context, command, publish, folder);
            }
            Tool::ReleaseIt if !publish.is_configured => {
                self.run_release_it_hooks(context, command, publish, folder.as_ref());
                self.publish_site(context, command, publish, folder);
            }
            _ => self.publish_site(context, command, publish, folder),
        }
    }

    /// The folder that a flag of the package manager names, or the one in which it runs.
    fn folder_of_scope(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        scope: &PackageScope,
        folder: FolderPath,
    ) -> Option<FolderPath> {
        let folder = match &scope.folder {
            Some(word) => self.folder_at(context, &command.loops, word, Some(&folder))?,
            None => folder,
        };
        let is_root =
            |folder: &FolderPath| workspace_globs(self.sources, folder, GlobOrder::default()).is_some();
        let looks_up = scope.is_at_root || scope.chooses_workspaces();
        let root = folder.and_above().find(|folder| looks_up && is_root(folder));
        Some(root.unwrap_or(folder))
    }

    /// The folders of the packages that the package manager chooses. Of several, private ones are left out: tools that
    /// publish pass over them.
    fn folders_of_members(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        scope: &PackageScope,
        root: &FolderPath,
    ) -> Vec<FolderPath> {
        let selection = self.members(context, &command.loops, scope, Tool::Npm, root);
        let found = selection.and_then(|mut selection| {
            // pnpm leaves the root out unless a filter names it.
            // Source: `include-workspace-root` on <https://pnpm.io/settings>.
            selection.includes_root |= !scope.filters.is_empty();
            member_manifests(self.sources, &selection)
        });
        let manifests = found.map(|found| found.manifests).unwrap_or_default();
        let is_public =
            |path: &&crate::text::FilePath| !self.sources.manifest(path).is_some_and(Manifest::is_private);
        match manifests.as_slice() {
            [only] => vec![only.folder()],
            several => several
                .iter()
                .filter(is_public)
                .map(|path| path.folder())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    const MEMBERS: &str = r#"#- pnpm-workspace.yaml
packages: ['packages/*']
#- package.json
{ "private": true, "workspaces": ["packages/*"] }
#- packages/x/package.json
{ "name": "@acme/x", "version": "1.0.0", "repository": "a/b", "devDependencies": { "semantic-release": "25.0.3", "np": "12.0.0", "lerna": "9.0.0" } }
#- packages/y/package.json
{ "name": "@acme/y", "version": "1.0.0", "repository": "a/b", "devDependencies": { "semantic-release": "24.0.0" } }
#- packages/z/package.json
{ "name": "@acme/z", "version": "1.0.0", "private": true }
"#;

    #[track_caller]
    fn check(command: &str, files: &str, expected: &[&str]) {
        println!("{command}");
        let fixture = format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.11.0 }}
      - run: {command}
{files}"
        );
        let rows = expected
            .iter()
            .map(|fields| format!("release.yml:9 publish; {fields}"));
        check_sites(&fixture, &rows.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn a_tool_runs_in_the_folder_of_the_package() {
        for command in [
            "pnpm --filter @acme/x exec npx semantic-release",
            "pnpm --filter @acme/x exec semantic-release",
            "pnpm -F @acme/x exec -- semantic-release",
            "pnpm --filter ./packages/x exec semantic-release",
            "pnpm -C packages/x exec semantic-release",
            "pnpm --filter @acme/x semantic-release",
            "npm exec -w @acme/x -- semantic-release",
            "npx -w packages/x semantic-release",
            "yarn workspace @acme/x semantic-release",
            "yarn workspace @acme/x exec semantic-release",
            "yarn workspaces foreach --include @acme/x exec semantic-release",
            "lerna exec --scope=@acme/x -- npx semantic-release",
            "lerna exec --scope @acme/x npx semantic-release",
            "nx exec --projects=@acme/x -- npx semantic-release",
            "cd packages/y && pnpm --filter @acme/x exec semantic-release",
        ] {
            check(
                command,
                MEMBERS,
                &["publisher=semantic-release; packages=@acme/x; outcome=oidc"],
            );
        }
        check(
            "pnpm --filter @acme/x exec npx semantic-release@24",
            MEMBERS,
            &["packages=@acme/x; outcome=fails"],
        );
        check(
            "pnpm --filter @acme/y exec semantic-release",
            MEMBERS,
            &["packages=@acme/y; outcome=fails"],
        );
        check(
            "pnpm --filter @acme/x exec np",
            MEMBERS,
            &["publisher=np; packages=@acme/x"],
        );
        check(
            "pnpm --filter @acme/x exec lerna publish",
            MEMBERS,
            &["publisher=lerna; outcome=oidc"],
        );
        // It does what `npm publish` always did.
        check(
            "pnpm --filter @acme/x exec npm publish",
            MEMBERS,
            &["publisher=npm; packages=@acme/x; outcome=oidc"],
        );
    }

    #[test]
    fn a_tool_runs_in_each_of_several_folders() {
        for command in [
            "pnpm -r exec semantic-release",
            "lerna exec -- semantic-release",
            "npm exec -ws -- semantic-release",
            "pnpm --filter '@acme/*' exec semantic-release",
        ] {
            check(command, MEMBERS, &["packages=@acme/x, @acme/y; outcome=unknown"]);
        }
    }

    #[test]
    fn a_package_that_is_not_found_is_not_the_root() {
        check(
            "pnpm --filter @acme/none exec np",
            MEMBERS,
            &["publisher=np; packages=-; outcome=unknown"],
        );
        check(
            "pnpm --filter '${{ inputs.p }}' exec np",
            MEMBERS,
            &["publisher=np; packages=-; outcome=unknown"],
        );
    }
}
