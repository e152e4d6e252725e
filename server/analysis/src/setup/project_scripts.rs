use super::project_manager::ProjectManager;
use crate::model::manifest::Manifest;

/// Where the scripts of one name are that a workflow runs before it publishes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScriptPlace {
    /// In the root manifest, whose script is taken to do all that its members need.
    Root,
    /// In members of the monorepo, and not in its root.
    Members,
}

/// Where the packages are built, if a script `build` does it. A script of a member is left to npm if the package's own
/// lifecycle runs it.
pub(super) fn place_of_build<'m>(
    root: Option<&'m Manifest>,
    members: impl Iterator<Item = &'m Manifest>,
) -> Option<ScriptPlace> {
    if root.is_some_and(|root| script(root, "build").is_some()) {
        return Some(ScriptPlace::Root);
    }
    let mut needed =
        members.filter(|member| script(member, "build").is_some() && !builds_by_lifecycle(member));
    needed.next().map(|_| ScriptPlace::Members)
}

/// Where the packages are tested. npm's placeholder always fails, so members are left alone if one of them has it.
pub(super) fn place_of_test<'m>(
    root: Option<&'m Manifest>,
    members: impl Iterator<Item = &'m Manifest>,
) -> Option<ScriptPlace> {
    let is_placeholder = |test: &str| test.contains("no test specified");
    if let Some(test) = root.and_then(|root| script(root, "test")) {
        return (!is_placeholder(test)).then_some(ScriptPlace::Root);
    }
    let tests: Vec<&str> = members.filter_map(|member| script(member, "test")).collect();
    let is_sound = !tests.is_empty() && !tests.iter().any(|test| is_placeholder(test));
    is_sound.then_some(ScriptPlace::Members)
}

/// Runs a script in all members that have it, dependencies first where the package manager can do that.
pub(super) fn run_in_members(manager: ProjectManager, script: &str) -> String {
    match manager {
        // Yarn 1 fails at a member without the script, and npm reads the same `workspaces`.
        // Source: https://docs.npmjs.com/cli/v11/commands/npm-run, `if-present`.
        ProjectManager::Npm | ProjectManager::YarnClassic => {
            format!("npm run {script} --workspaces --if-present")
        }
        // Source: https://pnpm.io/cli/run, `--recursive`; members without the script are passed over.
        ProjectManager::Pnpm => format!("pnpm --recursive run {script}"),
        // Source: https://yarnpkg.com/cli/workspaces/foreach; members without the script are passed over. It is a plugin of
        // Yarn 2 and 3, which monorepos usually have.
        ProjectManager::Yarn { .. } => {
            format!("yarn workspaces foreach --all --topological-dev run {script}")
        }
        // Source: https://bun.com/docs/pm/filter; members without the script are passed over.
        ProjectManager::Bun => format!("bun run --filter '*' {script}"),
    }
}

fn script<'m>(manifest: &'m Manifest, name: &str) -> Option<&'m str> {
    let mut scripts = manifest.scripts.iter();
    let script = scripts.find(|script| script.name.value == name)?;
    Some(&script.command.value)
}

/// Whether what npm runs when it packs or publishes builds.
/// Source: https://docs.npmjs.com/cli/v11/using-npm/scripts, "Life Cycle Scripts".
fn builds_by_lifecycle(manifest: &Manifest) -> bool {
    let names = ["prepack", "prepare", "prepublishOnly"];
    let mut scripts = names.iter().filter_map(|name| script(manifest, name));
    scripts.any(|command| command.contains("build"))
}
