//! Scripts of the manifest that always fail, and that the tool runs before it publishes: `"prepublishOnly": "exit 1"`.

use crate::publish::read::command::PublishCommand;
use crate::publish::site::{PublishStop, Site, StopCause, StopPoint};
use crate::publish::tools::Tool;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::{Command, split_script};
use crate::text::{FolderPath, Place};
use crate::versions::version::Truth;

/// Programs that succeed.
const SUCCEED: [&str; 4] = [":", "echo", "printf", "true"];

impl<'a> Walker<'_, 'a> {
    /// The stop at a script that fails whatever happens.
    pub(crate) fn failing_script(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        cwd: Option<&FolderPath>,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        let packages = &site.packages;
        let [path] = packages.manifests.as_slice() else {
            return None;
        };
        let ignores = command
            .words
            .iter()
            .any(|word| word.text.contains("ignore-scripts"));
        if publish.is_configured
            || ignores
            || site.publishing_tool.is_guess
            || !packages.is_complete
            || packages.is_packed
        {
            return None;
        }
        let (path, manifest) = self.sources.manifest_in(&path.folder())?;
        let mut scripts = scripts_before_publish(site)
            .iter()
            .filter_map(|name| Some((*name, manifest.script(name)?)));
        let (name, script) = scripts.find(|(_, script)| always_fails(&script.command.value))?;
        let runs = self.settings_run_scripts(context.frame, cwd.or(Some(&path.folder())));
        (runs == Truth::Yes).then(|| PublishStop {
            cause: StopCause::FailingScript {
                script: name.to_owned(),
                script_at: Place::new(&path, script.command.range),
            },
            point: StopPoint::Command,
            place: site.place.clone(),
            error: None,
            // A command may have removed the script from the manifest.
            is_in_every_run: !packages.manifest_is_changed && !self.effects.doubt().ranges,
        })
    }
}

/// The scripts that a tool runs before it sends a package.
///
/// Source: lib/commands/publish.js, libnpmpack and pacote of npm 11.19.1; `runScriptsIfPresent` in dist/pnpm.cjs of pnpm 10.34.9 and
/// dist/pnpm.mjs of 11.28.11; `maybeExecuteWorkspaceLifecycleScript` in bin/yarn.js of @yarnpkg/cli-dist 4.18.1. Measured with these,
/// with bun 1.4.5, and with @changesets/cli 2.31.1, which runs npm.
fn scripts_before_publish(site: &Site<'_>) -> &'static [&'static str] {
    let tool = &site.publishing_tool;
    match tool.client.as_ref().map_or(tool.tool, |client| client.tool) {
        Tool::Npm => &["prepublishOnly", "prepack", "prepare"],
        Tool::Pnpm => &["prepublishOnly", "prepublish"],
        Tool::YarnBerry => &["prepublish", "prepack"],
        Tool::Bun => &["prepublishOnly"],
        // With no client of its own it runs npm.
        Tool::Changesets => &["prepublishOnly", "prepack", "prepare"],
        _ => &[],
    }
}

/// Whether a script fails in every run: nothing but commands that succeed, or whose failure ends it as well, come before
/// an `exit 1`.
fn always_fails(text: &str) -> bool {
    let script = split_script(text);
    let mut end = 0;
    let mut all_succeed = true;
    for command in &script.commands {
        let between = text.get(end..command.range.start()).unwrap_or("?").trim();
        let is_plain = command.subshells.is_empty() && !command.is_piped && command.function.is_none();
        let joins = match between {
            "" | ";" => true,
            // What comes before may fail, and then the rest is left out.
            "&&" => true,
            _ => false,
        };
        if !is_plain || !joins {
            return false;
        }
        end = command.range.end();
        let is_last = text.get(end..).unwrap_or("?").trim().is_empty();
        match command.word(0) {
            Some("exit") => {
                let fails = command
                    .word(1)
                    .is_some_and(|code| code.parse::<u8>().is_ok_and(|code| code != 0));
                return fails && (is_last || all_succeed);
            }
            // The shell may end with what it runs.
            Some("exec") => return false,
            Some("false") if is_last => return true,
            Some("node") if is_last && code_exits(command) => return true,
            Some(program) if SUCCEED.contains(&program) => {}
            _ => all_succeed = false,
        }
    }
    false
}

/// `node -e "process.exit(1)"`.
fn code_exits(command: &Command) -> bool {
    let is_code = matches!(command.word(1), Some("-e" | "--eval" | "-p" | "--print"));
    let code = command.word(2).filter(|_| is_code).unwrap_or_default().trim();
    let inner = code
        .trim_end_matches(';')
        .strip_prefix("process.exit(")
        .and_then(|rest| rest.strip_suffix(')'));
    inner.is_some_and(|code| code.parse::<u8>().is_ok_and(|code| code != 0))
}

#[cfg(test)]
mod tests {
    use super::always_fails;

    #[test]
    fn scripts_that_always_fail() {
        for (script, expected) in [
            ("exit 1", true),
            ("echo \"Use 'npm run release' (or CI)\" && exit 1", true),
            ("echo no >&2; exit 1", true),
            ("tsc && exit 1", true),
            ("tsc; exit 2", true),
            ("false", true),
            ("node -e \"process.exit(3)\"", true),
            ("node -e 'process.exit(1);'", true),
            ("exit", false),
            ("[ \"$CI\" ] && exec true; exit 1", false),
            ("exit 0", false),
            ("exit 0; exit 1", false),
            ("exit $CODE", false),
            ("tsc || exit 1", false),
            ("test -n \"$CI\" || (echo no && exit 1)", false),
            ("[ -n \"$CI\" ] || exit 1", false),
            ("if [ -z \"$CI\" ]; then exit 1; fi", false),
            ("tsc && exit 1; echo", false),
            ("tsc && exit 1 || true", false),
            ("false || true", false),
            ("false; true", false),
            ("(exit 1); true", false),
            ("exit 1 | cat", false),
            ("node -e \"process.exit(process.env.CI ? 0 : 1)\"", false),
            ("node -e \"process.exit(0)\"", false),
            ("node guard.js", false),
            ("npm run build", false),
        ] {
            assert_eq!(always_fails(script), expected, "{script}");
        }
    }
}
