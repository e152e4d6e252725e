//! The hooks of release-it, which may publish in its place.

use crate::publish::read::command::PublishCommand;
use crate::publish::read::release_it_config::{
    release_it_hooks, release_it_publish_path, release_it_settings,
};
use crate::publish::site::{Argument, NamedPackage};
use crate::publish::tools::Tool;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::{Called, ScriptContext, ScriptSource};
use crate::publish::walk::commands::script_failures::of_called_script;
use crate::syntax::shell::Command;
use crate::text::FolderPath;

impl<'a> Walker<'_, 'a> {
    /// Walks the hooks that release-it runs in a folder. In a dry run it runs none.
    pub(in crate::publish::walk) fn run_release_it_hooks(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        publish: &PublishCommand,
        folder: Option<&FolderPath>,
    ) {
        let Some(folder) = folder.filter(|_| !publish.options.has_own_config) else {
            return;
        };
        let Some(manifest) = folder.file("package.json") else {
            return;
        };
        let key = Called::PackageScript(manifest, "release-it".to_owned());
        if publish.flags.dry_run.is_some() || context.called.contains(&key) {
            return;
        }
        let hooks = release_it_hooks(self.sources, folder);
        let mut called = context.called.clone();
        called.push(key);
        let source = ScriptSource::Called(context.source.place(self.sources, publish.name_range));
        let inner = ScriptContext {
            source: &source,
            script_failure: of_called_script(context, command),
            is_conditional: context.is_conditional || command.is_conditional,
            folder: Some(folder.clone()),
            called,
            assignments: self.assignments(context, command),
            ignored_failure: self.ignored_failure(context, command),
            ..context.clone()
        };
        for hook in hooks {
            if !self.may_follow(|| 1) {
                return;
            }
            self.walk_commands(&inner, &hook);
        }
    }

    /// The folder that release-it hands to npm as it is configured, so that npm takes `dist` for a package.
    /// Source: `publish` in lib/plugin/npm/npm.js of release-it 21.1.2; measured with npm 11.19.1.
    pub(in crate::publish::walk) fn package_of_release_it(
        &self,
        publish: &PublishCommand,
        folder: &FolderPath,
    ) -> Option<NamedPackage> {
        let is_meant = publish.tool == Tool::ReleaseIt && !publish.options.has_own_config;
        if !is_meant || !release_it_settings(self.sources, folder).runs_npm {
            return None;
        }
        let (text, place) = release_it_publish_path(self.sources, folder)?;
        Some(NamedPackage {
            texts: vec![text.clone()],
            word: Argument { text, place },
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(run: &str, config: &str, expected: &str) {
        println!("{run}; {config}");
        check_sites(
            &format!(
                r#"#- .github/workflows/release.yml
on: workflow_dispatch
permissions: {{ contents: write, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {run}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "scripts": {{ "ship": "npm publish", "release": "release-it" }}, "devDependencies": {{ "release-it": "21.1.2" }} }}
#- dist/package.json
{{ "name": "built", "version": "1.0.0", "repository": "acme/widget" }}
#- .release-it.json
{config}
"#
            ),
            expected,
        );
    }

    const BY_HOOK: &str = "release.yml:9 publish; publisher=npm; packages=widget; outcome=oidc";

    #[test]
    fn a_hook_publishes_in_the_place_of_release_it() {
        for hooks in [
            r#""after:release": "npm publish""#,
            r#""after:bump": ["npm run build", "npm publish --tag next"]"#,
            r#""after:git:release": "npm run ship""#,
            r#""before:init": "npm test", "after:release": "echo ${version} && npm publish""#,
        ] {
            let config = format!(r#"{{ "npm": {{ "publish": false }}, "hooks": {{ {hooks} }} }}"#);
            for run in ["npx release-it", "npm run release", "npx release-it minor --ci"] {
                check(run, &config, BY_HOOK);
            }
            check("npx release-it --dry-run", &config, "");
        }
        for hooks in [
            r#""after:release": "echo published""#,
            r#""after:npm:release": "npm publish""#,
            r#""after:release": "npm run release""#,
        ] {
            let config = format!(r#"{{ "npm": {{ "publish": false }}, "hooks": {{ {hooks} }} }}"#);
            check("npx release-it", &config, "");
        }
    }

    #[test]
    fn release_it_publishes_the_folder_that_its_configuration_names() {
        for (path, packages) in [
            ("./dist", "built"),
            ("./dist/", "built"),
            (".", "widget"),
            ("./build", "-"),
        ] {
            let config = format!(r#"{{ "npm": {{ "publishPath": "{path}", "skipChecks": true }} }}"#);
            check(
                "npx release-it",
                &config,
                &format!("release.yml:9 publish; publisher=release-it; packages={packages}; outcome=oidc"),
            );
        }
    }

    #[test]
    fn npm_takes_a_folder_without_a_prefix_for_a_package() {
        check(
            "npx release-it",
            r#"{ "npm": { "publishPath": "dist", "skipChecks": true } }"#,
            "release.yml:9 publish; publisher=release-it; outcome=fails; error=E404",
        );
        check(
            "npx release-it",
            r#"{ "npm": { "publishPath": "dist", "skipChecks": true, "publishPackageManager": "pnpm", "publishArgs": ["--no-git-checks"] } }"#,
            "release.yml:9 publish; publisher=release-it; packages=built",
        );
    }

    #[test]
    fn a_private_package_is_left_alone_and_a_private_folder_is_not() {
        let fixture = |root: &str, dist: &str| {
            format!(
                r#"#- .github/workflows/release.yml
on: workflow_dispatch
permissions: {{ contents: write, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npx release-it
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget"{root}, "devDependencies": {{ "release-it": "21.1.2" }} }}
#- dist/package.json
{{ "name": "built", "version": "1.0.0", "repository": "acme/widget"{dist} }}
#- .release-it.json
{{ "npm": {{ "publishPath": "./dist", "skipChecks": true }} }}
"#
            )
        };
        let private = r#", "private": true"#;
        check_sites(&fixture(private, ""), "");
        check_sites(
            &fixture("", private),
            "release.yml:9 publish; packages=built; outcome=fails; error=EPRIVATE",
        );
    }
}
