//! Package scripts that a command runs: they are walked as if their commands were written there.

use crate::publish::read::command::{
    LocalScript, Meaning, PublishCommand, ScriptRun, doubt_of_name, scripts_before_program,
};
use crate::publish::read::tool_config::ossjs_release_script;
use crate::publish::site::Limit;
use crate::publish::site::ManifestDoubt;
use crate::publish::tools::Flag;
use crate::publish::walk::commands::script_context::{Called, ScriptContext, ScriptSource};
use crate::publish::walk::commands::script_failures::of_called_script;
use crate::publish::walk::guesses::guess_names::is_other_work;
use crate::publish::walk::{MOST_DEPTH, Walker};
use crate::syntax::json::JsonValue;
use crate::syntax::shell::{Command, Word};
use crate::text::{FilePath, FolderPath};

impl<'a> Walker<'_, 'a> {
    pub(crate) fn run_package_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (run, name): (&ScriptRun, &Word),
        folder: Option<FolderPath>,
    ) {
        let Some(folder) = folder else { return };
        let evaluated = self.evaluate(context.frame, &name.text);
        let Some(names) = evaluated.texts() else { return };
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        // Of several names, one runs.
        let is_one_of_several = names.len() > 1;
        let names = names
            .into_iter()
            .flat_map(|name| self.names_of_pattern(&name, &folder));
        for name in names.collect::<Vec<String>>() {
            if self.run_nx_target(context, command, (run, &name)) {
                continue;
            }
            self.run_named_script(context, command, (run, &name, is_one_of_several), &folder);
        }
    }

    /// The package script that a command runs, and not the program of the same name: `yarn np` where the manifest has a script
    /// `np`.
    pub(in crate::publish::walk) fn script_before_program(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        meaning: &Meaning,
        folder: Option<&FolderPath>,
    ) -> Option<ScriptRun> {
        if matches!(meaning, Meaning::Publish(publish) if publish.is_configured) {
            return None;
        }
        let folder = folder?;
        scripts_before_program(command).into_iter().find(|run| {
            let Some(name) = run.names.first() else {
                return false;
            };
            let places = self.places_of_run(context, run, &name.text, folder);
            places.iter().any(|place| {
                let script = self
                    .sources
                    .manifest(&place.path)
                    .and_then(|manifest| manifest.script(&name.text));
                // `"lerna": "lerna"` is the program.
                script.is_some_and(|script| script.command.value.trim() != name.text)
            })
        })
    }

    /// The scripts that a pattern of npm-run-all or concurrently means: `publish:*`; otherwise the name itself.
    /// Source: <https://github.com/mysticatea/npm-run-all/blob/master/docs/npm-run-all.md#glob-like-pattern-matching-for-script-names>.
    fn names_of_pattern(&self, name: &str, folder: &FolderPath) -> Vec<String> {
        let Some((start, end)) = name.split_once('*') else {
            return vec![name.to_owned()];
        };
        let (end, is_deep) = match end.strip_prefix('*') {
            Some(end) => (end, true),
            None => (end, false),
        };
        let is_meant = |script: &str| {
            let inside = script.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
            inside.is_some_and(|inside| !inside.is_empty() && (is_deep || !inside.contains(':')))
        };
        let manifest = self.sources.manifest_in(folder).map(|(_, manifest)| manifest);
        let scripts = manifest.into_iter().flat_map(|manifest| &manifest.scripts);
        let names = scripts.map(|script| script.name.value.clone());
        names.filter(|script| is_meant(script)).collect()
    }

    /// The commands of a script that [wireit](https://github.com/google/wireit) runs, after the scripts that it depends on.
    fn wireit_script(&self, path: &FilePath, name: &str) -> Option<String> {
        let config = self.sources.manifest(path)?.root.get("wireit")?.get(name)?;
        let dependencies = config
            .get("dependencies")
            .map(JsonValue::elements)
            .unwrap_or_default();
        let script_of = |dependency: &JsonValue| {
            let text = dependency
                .as_str()
                .or_else(|| dependency.get("script")?.as_str())?;
            // Those of other packages: `./lib:build`.
            (!text.starts_with(['.', '$', '<'])).then(|| format!("npm run {text}"))
        };
        let command = config
            .get("command")
            .and_then(JsonValue::as_str)
            .map(str::to_owned);
        let commands: Vec<String> = dependencies.iter().filter_map(script_of).chain(command).collect();
        Some(commands.join(" && "))
    }

    fn run_named_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        (run, name, is_one_of_several): (&ScriptRun, &str, bool),
        folder: &FolderPath,
    ) {
        let mut found = false;
        let mut frame = context.frame.clone();
        frame.conditions.extend(context.condition_of(command));
        let before = (self.sites.len(), self.guesses.len());
        let unread = self.unread_scripts;
        for place in self.places_of_run(context, run, name, folder) {
            let (path, inner_folder) = (place.path, place.folder);
            let is_own_folder = context.folder.as_ref() == Some(&inner_folder);
            let one_of = place
                .one_of
                .or_else(|| context.one_of.clone().filter(|_| is_own_folder));
            let Some(manifest) = self.sources.manifest(&path) else {
                continue;
            };
            let hook = |kind: &str| (!run.is_without_hooks).then(|| format!("{kind}{name}"));
            for script in [hook("pre"), Some(name.to_owned()), hook("post")]
                .into_iter()
                .flatten()
            {
                let Some(text) = manifest.script(&script) else {
                    continue;
                };
                let key = Called::PackageScript(path.clone(), script);
                if context.called.contains(&key) {
                    continue;
                }
                if context.called.len() >= MOST_DEPTH {
                    self.note_limit(Limit::PackageScripts);
                    continue;
                }
                // Each `&` or `;` separates two commands.
                let commands = || 1 + text.command.value.matches(['&', ';', '\n']).count();
                let left = self.scripts_left.checked_sub(1);
                if left.is_none() {
                    self.note_limit(Limit::PackageScripts);
                }
                let Some(left) = left.filter(|_| self.may_follow(commands)) else {
                    self.note_doubt(ManifestDoubt::ALL);
                    break;
                };
                self.scripts_left = left;
                found = true;
                let source = ScriptSource::Called(context.source.place(self.sources, command.range));
                let mut called = context.called.clone();
                called.push(key);
                let mut run_by = context.run_by.clone();
                run_by.push(context.index);
                let inner = ScriptContext {
                    frame: &frame,
                    source: &source,
                    script_failure: of_called_script(context, command),
                    is_conditional: context.is_conditional
                        || command.is_conditional
                        || is_one_of_several
                        || place.is_open,
                    one_of: one_of.clone(),
                    folder: Some(inner_folder.clone()),
                    called,
                    run_by,
                    assignments: self.assignments(context, command),
                    ignored_failure: self.ignored_failure(context, command),
                    ..context.clone()
                };
                let of_wireit = match text.command.value.trim() {
                    "wireit" => self.wireit_script(&path, name),
                    _ => None,
                };
                // Arguments after the script's name are added to its end.
                let command = of_wireit.as_ref().unwrap_or(&text.command.value);
                let script = format!("{command} {}", run.arguments);
                self.walk_commands(&inner, &script);
            }
        }
        // A script that leads to code which is not read is judged by its name.
        if !found {
            self.note_doubt(doubt_of_name(name));
        }
        if !found || (self.sites.len(), self.guesses.len()) == before {
            let script = LocalScript::named(name.to_owned(), command.range);
            let is_read = found && self.unread_scripts == unread;
            // `nx run docs:publish`
            if matches!(run.scope.workspaces.as_slice(), [only] if run.is_nx && is_other_work(only)) {
                return;
            }
            self.guess_from_script(context, command, &script, is_read);
        }
    }

    /// `release publish` of @ossjs/release runs the command that its configuration names. Other programs are called
    /// `release` too.
    pub(crate) fn run_configured_script(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<FolderPath>,
    ) {
        let manifest = folder
            .as_ref()
            .and_then(|folder| self.sources.manifest_in(folder));
        let is_installed = publish.package.as_deref() == Some("@ossjs/release")
            || manifest.is_some_and(|(_, manifest)| manifest.dependency("@ossjs/release").is_some());
        if !is_installed {
            let script = LocalScript::named("release publish".to_owned(), command.range);
            return self.guess_from_script(context, command, &script, false);
        }
        if publish.flags.dry_run == Some(Flag::True) {
            return;
        }
        let profile = publish.options.profile.as_deref().unwrap_or("latest");
        let script = folder
            .as_ref()
            .and_then(|folder| ossjs_release_script(self.sources, folder, profile));
        let Some(script) = script else {
            return self.publish_site(context, command, publish, folder);
        };
        let first = self.sites.len();
        let source = ScriptSource::Called(context.source.place(self.sources, publish.name_range));
        let inner = ScriptContext {
            source: &source,
            script_failure: of_called_script(context, command),
            folder: folder.clone(),
            assignments: self.assignments(context, command),
            ignored_failure: self.ignored_failure(context, command),
            ..context.clone()
        };
        self.walk_commands(&inner, &script.value);
        self.mark_as_called_by(first, context, publish, folder.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(run: &str, scripts: &str, rest: &str, expected: &str) {
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
{{ "name": "a", "version": "1.0.0", "repository": "acme/a", "scripts": {{ {scripts} }}{rest} }}
"#
            ),
            expected,
        );
    }

    const FOUND: &str = "ship.yml:9 ship; publisher=npm; outcome=oidc";

    #[test]
    fn patterns_mean_several_scripts() {
        let scripts = r#""ship": "run-s build publish:*", "build": "tsc", "publish:npm": "npm publish", "all": "concurrently 'npm:publish:*'""#;
        check("npm run ship", scripts, "", FOUND);
        check("npm run all", scripts, "", FOUND);
        let deep = r#""ship": "run-p publish:*", "publish:npm:now": "npm publish""#;
        check("npm run ship", deep, "", "");
        check(
            "npm run ship",
            &deep.replace("publish:*", "publish:**"),
            "",
            FOUND,
        );
    }

    #[test]
    fn wireit_runs_the_command_of_its_own_section() {
        let scripts = r#""release": "wireit", "build": "wireit""#;
        let publish = r#", "wireit": { "release": { "command": "npm publish", "dependencies": ["build", "./lib:build"] }, "build": { "command": "tsc" } }"#;
        check("npm run release", scripts, publish, FOUND);
        check("npm run build", scripts, publish, "");
        let inner = r#", "wireit": { "release": { "dependencies": [{ "script": "build" }] }, "build": { "command": "npm publish" } }"#;
        check("npm run release", scripts, inner, FOUND);
        check(
            "npm run release",
            scripts,
            r#", "wireit": { "release": { "command": "tsc" } }"#,
            "",
        );
    }

    #[test]
    fn a_script_runs_in_place_of_the_program_of_its_name() {
        let dry_run = r#""semantic-release": "semantic-release --dry-run", "np": "npm publish", "lerna": "npm publish""#;
        for run in [
            "yarn semantic-release",
            "yarn run semantic-release",
            "pnpm semantic-release",
            "pnpm run semantic-release",
            "bun run semantic-release",
            "bun semantic-release",
        ] {
            check(run, dry_run, "", "");
        }
        for run in ["yarn np", "pnpm np", "bun run np", "yarn lerna", "pnpm lerna"] {
            check(run, dry_run, "", FOUND);
        }
        // These run the program.
        for run in [
            "npx semantic-release",
            "pnpm exec semantic-release",
            "yarn exec semantic-release",
        ] {
            check(run, dry_run, "", "ship.yml:9 ship; publisher=semantic-release");
        }
        let other = r#""build": "tsc", "lerna": "lerna""#;
        check(
            "yarn semantic-release",
            other,
            "",
            "ship.yml:9 ship; publisher=semantic-release",
        );
        check(
            "yarn lerna publish",
            other,
            "",
            "ship.yml:9 ship; publisher=lerna",
        );
        let nested = r#""release": "yarn semantic-release", "semantic-release": "npm publish""#;
        check("yarn release", nested, "", FOUND);
    }

    #[test]
    fn a_script_that_calls_itself_ends() {
        for run in ["yarn np", "pnpm np", "bun run np"] {
            let itself = format!("\"np\": \"{run}\"");
            check(run, &itself, "", "");
        }
    }

    #[test]
    fn arguments_go_to_the_script_and_not_to_the_program() {
        let scripts = r#""semantic-release": "npm publish", "release-it": "release-it --no-npm.publish""#;
        check("yarn semantic-release --dry-run", scripts, "", "");
        check("yarn release-it", scripts, "", "");
    }

    #[test]
    fn node_runs_a_script_without_its_hooks() {
        let hook = r#""release": "tsc", "postrelease": "npm publish""#;
        check("npm run release", hook, "", FOUND);
        check("node --run release", hook, "", "");
        check("node --run release", r#""release": "npm publish""#, "", FOUND);
    }
}
