//! Targets in a `project.json` of [Nx](https://nx.dev/docs/reference/project-configuration), as far as they run commands.

use super::task_script::{TaskCommand, TaskScript};
use crate::sources::{FileFact, Sources};
use crate::syntax::json::{JsonValue, parse_json};
use crate::text::{FilePath, Ranged};

/// The target that `nx release` runs to publish a project.
pub(crate) const RELEASE_TARGET: &str = "nx-release-publish";

/// A `project.json`.
#[derive(PartialEq)]
pub(crate) struct NxProject {
    root: Option<JsonValue>,
}

impl FileFact for NxProject {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        Self::read(sources.file(path).map_or("", |file| &file.text))
    }
}

impl NxProject {
    /// Reads the text of one.
    pub(crate) fn read(text: &str) -> Self {
        Self {
            root: parse_json(text).tree,
        }
    }

    /// An option of the target `nx-release-publish`: `registry`, `packageRoot`. Source: measured with nx 23.3.1.
    pub(crate) fn publish_option(&self, option: &str) -> Option<Ranged<String>> {
        let target = self.root.as_ref()?.get("targets")?.get("nx-release-publish")?;
        target.get("options")?.get(option)?.to_ranged()
    }

    /// `name`
    pub(crate) fn name(&self) -> Option<&str> {
        self.root.as_ref()?.get("name")?.as_str()
    }

    /// A target; none if the project does not have it. `folder` is that of the project.
    pub(crate) fn target(&self, target: &str, folder: &str) -> Option<NxTarget> {
        let found = self.root.as_ref()?.get("targets")?.get(target)?;
        Some(NxTarget::read(found, target == RELEASE_TARGET, folder))
    }

    /// The commands of a target, which run in the root unless `cwd` says another folder. None if the target runs none.
    /// `folder` is that of the project.
    pub(crate) fn script(&self, target: &str, folder: &str) -> Option<String> {
        let in_root = |folder: String| match folder.as_str() {
            "" | "." => "npm publish".to_owned(),
            folder => format!("npm publish ./{}", folder.trim_start_matches("./")),
        };
        match self.target(target, folder)? {
            NxTarget::Runs(script) => Some(script),
            NxTarget::Publishes(made) => Some(in_root(made.unwrap_or_else(|| folder.to_owned()))),
            NxTarget::Other => None,
        }
    }

    /// Whether the executor of a target publishes to npm.
    pub(crate) fn publishes(&self, target: &str, folder: &str) -> bool {
        matches!(self.target(target, folder), Some(NxTarget::Publishes(_)))
    }
}

/// What a target does.
#[derive(Debug, PartialEq)]
pub(crate) enum NxTarget {
    /// It runs these commands.
    Runs(String),
    /// It publishes to npm: the folder that the build makes, or the project as it is.
    Publishes(Option<String>),
    /// Something else.
    Other,
}

impl NxTarget {
    /// Reads a target of the project in `folder`. What Nx adds by itself to publish needs no executor.
    ///
    /// Source: <https://nx.dev/docs/reference/nx/executors#run-commands>; `runExecutor` in release-publish.impl.js of @nx/js 22.7.2;
    /// src/executors/deploy/actions.js of ngx-deploy-npm 8.4.0, which has npm publish `distFolderPath`.
    pub(crate) fn read(target: &JsonValue, is_added: bool, folder: &str) -> Self {
        let executor = target.get("executor").and_then(JsonValue::as_str);
        let options = target.get("options");
        let made_in = |key: &str| {
            let made = options?.get(key)?.as_str()?;
            let made = expand(made, folder);
            (made != folder).then_some(made)
        };
        match executor {
            None | Some("nx:run-commands" | "@nrwl/workspace:run-commands") => {}
            Some("@nx/js:release-publish" | "@nrwl/js:release-publish") => {
                return Self::Publishes(made_in("packageRoot"));
            }
            Some("ngx-deploy-npm:deploy") => return Self::Publishes(made_in("distFolderPath")),
            Some(_) => return Self::Other,
        }
        match commands_of(target, folder) {
            Some(script) => Self::Runs(script),
            None if executor.is_none() && is_added => Self::Publishes(made_in("packageRoot")),
            None => Self::Other,
        }
    }
}

/// The commands of a target that runs some.
fn commands_of(target: &JsonValue, folder: &str) -> Option<String> {
    let options = target.get("options");
    let option = |key: &str| options.and_then(|options| options.get(key));
    let cwd = option("cwd")
        .and_then(JsonValue::as_str)
        .map(|cwd| expand(cwd, folder));
    let single = target.get("command").or_else(|| option("command")).into_iter();
    let several = option("commands").map(JsonValue::elements).unwrap_or_default();
    let mut script = TaskScript::default();
    let mut is_empty = true;
    for command in single.chain(several) {
        let text = command.as_str().or_else(|| command.get("command")?.as_str())?;
        script.add(TaskCommand {
            text: &expand(text, folder),
            folder: cwd.as_deref(),
            ..TaskCommand::default()
        });
        is_empty = false;
    }
    (!is_empty).then(|| script.into_text())
}

/// The text with the folder of the project put in. Other values are those of the command line.
fn expand(text: &str, folder: &str) -> String {
    let text = text
        .replace("{projectRoot}", folder)
        .replace("{workspaceRoot}", ".");
    let mut put = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("{args.") {
        put.push_str(before);
        put.push_str("$x");
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    put.push_str(rest);
    put
}

#[cfg(test)]
mod tests {
    use super::NxProject;

    fn script(target: &str) -> Option<String> {
        let text = format!("{{ \"name\": \"a\", \"targets\": {{ \"t\": {target} }} }}");
        let script = NxProject::read(&text).script("t", "libs/a")?;
        Some(script.replace("\n)", ")"))
    }

    #[test]
    fn targets_run_commands() {
        assert_eq!(
            script(r#"{ "command": "npm publish dist/{projectRoot}" }"#).as_deref(),
            Some("(npm publish dist/libs/a)\n")
        );
        assert_eq!(
            script(r#"{ "executor": "nx:run-commands", "options": { "commands": ["a", { "command": "npm publish --tag {args.tag}" }], "cwd": "dist/libs/a" } }"#).as_deref(),
            Some("(cd dist/libs/a; a)\n(cd dist/libs/a; npm publish --tag $x)\n")
        );
    }

    #[test]
    fn other_targets_run_none() {
        assert_eq!(
            script(r#"{ "executor": "@nx/js:tsc", "options": { "command": "npm publish" } }"#),
            None
        );
        assert_eq!(script(r#"{ "executor": "nx:run-commands" }"#), None);
        assert_eq!(script("{}"), None);
        assert_eq!(NxProject::read("[").script("t", "libs/a"), None);
    }
}
