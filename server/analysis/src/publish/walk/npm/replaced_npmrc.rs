//! The `.npmrc` files of the repository that a job removes or rewrites before it publishes.

use crate::publish::machine::{EffectKind, ReplacedNpmrc};
use crate::publish::read::command::{NpmrcReplacement, NpmrcTarget, replaced_npmrc};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::Command;
use crate::text::{FilePath, FolderPath};

impl<'a> Walker<'_, 'a> {
    /// Notes which files no longer are as they were committed.
    pub(crate) fn note_replaced_npmrc(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<&FolderPath>,
        conditions: &[String],
    ) {
        for NpmrcReplacement { target, is_removed } in replaced_npmrc(command) {
            let folder = match &target {
                NpmrcTarget::Named(word) => folder
                    .and_then(|folder| self.file_at(context, &command.loops, word, folder))
                    .map(|path: FilePath| path.folder()),
                NpmrcTarget::OfFolder => folder.cloned(),
                NpmrcTarget::Any => None,
            };
            let replaced = ReplacedNpmrc { folder, is_removed };
            self.add(conditions, EffectKind::NpmrcReplaced(replaced));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    const NPM: &str = "outcome=oidc";
    const OPEN: &str = "outcome=unknown";
    const OTHER: &str = "outcome=fails; error=ENEEDAUTH";

    /// Checks the outcome of a publish after a script, where the committed file names another registry.
    #[track_caller]
    fn check(script: &str, expected: &str) {
        let lines: Vec<String> = script.lines().map(|line| format!("          {line}\n")).collect();
        let fixture = format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: |
{}      - run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
#- .npmrc
registry=https://npm.acme.example
"#,
            lines.concat()
        );
        let line = 10 + lines.len();
        check_sites(&fixture, &format!("release.yml:{line} publish; {expected}"));
    }

    #[test]
    fn a_removed_file_names_no_registry() {
        for script in [
            "rm .npmrc",
            "rm -f ./.npmrc",
            "git rm .npmrc",
            "git rm -f --quiet .npmrc",
            "mv .npmrc .npmrc.bak",
            "> .npmrc",
            ": > .npmrc",
            "rm \"$GITHUB_WORKSPACE/.npmrc\"",
            "echo '@other:registry=https://npm.pkg.github.com' > .npmrc",
            "npm config set registry https://registry.npmjs.org/ --location project",
            "npm config set registry=https://registry.npmjs.org/ --location=project",
            "npm config set registry https://registry.npmjs.org/ -L project",
        ] {
            check(script, NPM);
        }
    }

    #[test]
    fn a_rewritten_file_may_name_any_registry() {
        for script in [
            "sed -i /registry/d .npmrc",
            "cp .npmrc.pub .npmrc",
            "mv ci/.npmrc .npmrc",
            "cat .npmrc.pub > .npmrc",
            "mv .npmrc .npmrc.bak\nmv .npmrc.bak .npmrc",
            "npm config delete registry --location=project",
            "npm config delete registry --location project",
            "[ -n \"$CI_X\" ] && rm .npmrc\nnpm ci",
            "rm \"$SOMEWHERE/.npmrc\"",
            "find . -name .npmrc -delete",
            "node -e \"fs.rmSync('.npmrc')\"",
        ] {
            check(script, OPEN);
        }
    }

    #[test]
    fn a_file_that_stays_counts() {
        for script in [
            "cat .npmrc",
            "rm ~/.npmrc",
            "rm packages/a/.npmrc",
            "git rm --cached .npmrc",
            "sed -n 1p .npmrc",
            "echo fund=false >> .npmrc",
            "npm config set fund false --location project",
            "npm config delete registry",
            "npm config set registry https://registry.npmjs.org/",
        ] {
            check(script, OTHER);
        }
    }
}
