//! Manifests that a job changes before it publishes.

use crate::publish::machine::{EditedManifest, EffectKind, Machine};
use crate::publish::read::command::{manifest_edits, rewrites_manifest, runs_javascript};
use crate::publish::read::manifest_writes::{ManifestWrite, manifest_write};
use crate::publish::walk::Walker;
use crate::publish::walk::commands::command_index::CommandIndex;
use crate::publish::walk::commands::script_context::ScriptContext;

use crate::publish::site::{ManifestDoubt, ManifestEdit, Rename, RepositoryChange};
use crate::syntax::shell::Command;
use crate::text::{FilePath, FolderPath, Place};
use crate::versions::version::Truth;

/// What the changes make of a manifest.
pub(in crate::publish::walk) struct ChangedManifest {
    /// Whether npm takes it for private.
    pub(in crate::publish::walk) is_private: Truth,
    /// Whether only the run knows if npm and the registry take it.
    pub(in crate::publish::walk) is_open: bool,
    /// What became of its `repository`.
    pub(in crate::publish::walk) repository: RepositoryChange,
    /// The command that makes it private.
    pub(in crate::publish::walk) made_private_at: Option<Place>,
}

impl<'a> Walker<'_, 'a> {
    /// Notes what a command that changes a manifest does to the one in its folder.
    pub(crate) fn note_manifest_edits(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<&FolderPath>,
        conditions: &[String],
    ) {
        let of_pkg = manifest_edits(command);
        let is_pkg = of_pkg.is_some();
        let edits: Vec<Option<ManifestEdit>> = match of_pkg {
            Some(edits) => edits.into_iter().map(Some).collect(),
            None => vec![None],
        };
        let keeps_repository = is_pkg || keeps_repository(command, context.index);
        for edit in edits {
            let edited = EditedManifest {
                folder: folder.cloned().filter(|_| is_pkg),
                edit,
                keeps_repository,
                is_certain: !command.failure_is_ignored,
                place: context.source.place(self.sources, command.range),
            };
            self.add(conditions, EffectKind::ManifestEdited(edited));
        }
    }

    /// Notes that a command may write a manifest anew, which then may say anything.
    pub(crate) fn note_rewritten_manifest(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        conditions: &[String],
    ) {
        if rewrites_manifest(command) {
            let place = context.source.place(self.sources, command.range);
            self.note_manifest_write(context, conditions, write_of(command), place);
        }
    }

    /// Notes that members of any manifest may say anything.
    pub(crate) fn note_manifest_write(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        conditions: &[String],
        write: ManifestWrite,
        place: Place,
    ) {
        self.prerelease = None;
        self.note_doubt(ManifestDoubt::ALL);
        let edited = EditedManifest {
            folder: None,
            edit: None,
            keeps_repository: !write.repository,
            is_certain: true,
            place,
        };
        let rename = Rename {
            folder: None,
            name: None,
        };
        self.add(conditions, EffectKind::ManifestChanged);
        self.add(conditions, EffectKind::ManifestEdited(edited));
        if write.name {
            self.add(conditions, EffectKind::Renamed(rename));
        }
        // Any patch may name a registry, but few do.
        if context.index.names_publish_config() || write.target && write != ManifestWrite::ANY {
            self.add(conditions, EffectKind::TargetChanged);
        }
    }

    /// What the commands before a step made of a manifest.
    pub(in crate::publish::walk) fn changed_manifest(
        &self,
        path: &FilePath,
        machine: &Machine,
    ) -> ChangedManifest {
        let manifest = self.sources.manifest(path);
        let is_private = manifest.is_some_and(|manifest| manifest.is_private());
        let folder = path.folder();
        let mut found = (Truth::from(is_private), false);
        let mut repository = RepositoryChange::None;
        let mut made_private_at = None;
        for edited in &machine.manifest_edits {
            if edited.folder.as_ref().is_some_and(|own| *own != folder) {
                continue;
            }
            let is_known = edited.is_certain && edited.folder.is_some();
            match &edited.edit {
                None => {
                    found = (
                        if found.0 == Truth::No {
                            Truth::No
                        } else {
                            Truth::Maybe
                        },
                        false,
                    );
                    repository = match (edited.keeps_repository, repository) {
                        (true, RepositoryChange::None) => RepositoryChange::Rewritten,
                        (true, known) => known,
                        (false, _) => RepositoryChange::Any,
                    };
                    made_private_at = None;
                }
                Some(ManifestEdit::Private(truth)) if is_known => {
                    found = (*truth, *truth == Truth::Maybe);
                    made_private_at = Some(edited.place.clone()).filter(|_| *truth == Truth::Yes);
                }
                Some(ManifestEdit::Private(_)) => {
                    found = (Truth::Maybe, true);
                    made_private_at = None;
                }
                Some(ManifestEdit::Repository(text)) => {
                    let own = self
                        .sources
                        .slug()
                        .map(|slug| slug.to_string().to_ascii_lowercase());
                    let is_own = text.as_ref().is_some_and(|text| {
                        let text = text.to_ascii_lowercase();
                        let text = text.trim_end_matches(".git");
                        own.is_none_or(|own| text.ends_with(&own))
                    });
                    repository = match is_known && is_own {
                        true => RepositoryChange::Own,
                        false => RepositoryChange::Open,
                    };
                }
            }
        }
        ChangedManifest {
            is_private: found.0,
            is_open: found.1 || repository == RepositoryChange::Open,
            repository,
            made_private_at,
        }
    }
}

/// Whether a command that changes a manifest leaves its `repository` as it is. `index` is of the text around it: what
/// `mv tmp package.json` moves, another command has written.
fn keeps_repository(command: &Command, index: &CommandIndex<'_>) -> bool {
    let moves = matches!(command.word(0), Some("mv" | "cp"));
    !index.names_repository() && (!moves || index.names_jq())
}

/// What a command that rewrites a manifest may change: code in the command shows it.
fn write_of(command: &Command) -> ManifestWrite {
    let code = command
        .words
        .iter()
        .find(|word| word.text.contains("package.json"));
    let is_javascript = command.word(0).is_some_and(runs_javascript);
    let code = code.filter(|_| is_javascript);
    code.and_then(|code| manifest_write(&code.text, |_| true))
        .unwrap_or(ManifestWrite::ANY)
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    const WRITES: &str = "\
#- on demand: scripts/p.mjs
import fs from 'node:fs'
const p = JSON.parse(fs.readFileSync('package.json'))
delete p.private
fs.writeFileSync('package.json', JSON.stringify(p))
";
    const READS: &str = "#- on demand: scripts/q.mjs\nconsole.log(1)\n";

    fn fixture(script: &str, manifest: &str) -> String {
        let lines: Vec<String> = script.lines().map(|line| format!("          {line}\n")).collect();
        let file = match script {
            "npm run prep" | "node scripts/p.mjs" => WRITES,
            "node scripts/q.mjs" => READS,
            _ => "",
        };
        format!(
            r#"#- repository: acme/w
#- .github/workflows/release.yml
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
{{ "name": "w", "version": "1.0.0", {manifest}, "scripts": {{ "prep": "node scripts/p.mjs" }} }}
{file}"#,
            lines.concat()
        )
    }

    #[track_caller]
    fn check(script: &str, manifest: &str, expected: &str) {
        let line = 10 + script.lines().count();
        check_sites(
            &fixture(script, manifest),
            &format!("release.yml:{line} publish; {expected}"),
        );
    }

    const OWN: &str = "\"repository\": \"acme/w\"";
    const PRIVATE: &str = "\"repository\": \"acme/w\", \"private\": true";
    const REFUSED: &str = "outcome=fails; error=EPRIVATE";

    #[test]
    fn a_command_may_make_a_package_private() {
        for script in [
            "npm pkg set private=true",
            "npm pkg set private=false",
            "npm pkg set private=true --json",
            "npm pkg delete private\nnpm pkg set private=true",
        ] {
            check(script, OWN, REFUSED);
            check(script, PRIVATE, REFUSED);
        }
        check("npm pkg set version=2.0.0", PRIVATE, REFUSED);
        check("npm pkg set private=$X", OWN, "outcome=unknown");
        check(
            "[ -n \"$X\" ] && npm pkg set private=true\nnpm ci",
            OWN,
            "outcome=unknown",
        );
    }

    #[test]
    fn the_command_that_makes_it_private_is_marked() {
        let script = "npm pkg set private=false\n";
        let mark = "#         ^^^^^^^^^^^^^^^^^^^^^^^^^ error[private-true]: This command marks the package private: `npm \
                    publish` will fail with EPRIVATE\n";
        let marked = fixture(script, OWN).replace(script, &format!("{script}{mark}"));
        check_rule("private-true", &marked);
    }

    #[test]
    fn a_command_may_make_a_package_public() {
        for script in [
            "npm pkg delete private",
            "npm pkg set private=false --json",
            "npm pkg set private=",
            "npm pkg set private=true\nnpm pkg delete private",
        ] {
            check(script, PRIVATE, "outcome=oidc");
            check(script, OWN, "outcome=oidc");
            check_rule("private-true", &fixture(script, PRIVATE));
        }
    }

    #[test]
    fn a_rewritten_manifest_may_be_public() {
        for script in [
            "node -e \"const p=require('./package.json');delete p.private;fs.writeFileSync('package.json',JSON.stringify(p))\"",
            "jq 'del(.private)' package.json | tee package.json",
            "git apply ci/public.patch",
            "dasel delete -f package.json private",
            "npm run prep",
            "node scripts/p.mjs",
        ] {
            check_rule("private-true", &fixture(script, PRIVATE));
        }
        for script in [
            "cat package.json",
            "node -p \"require('./package.json').version\"",
            "node scripts/q.mjs",
        ] {
            check(script, PRIVATE, REFUSED);
        }
    }

    #[test]
    fn a_command_may_change_the_repository() {
        for script in [
            "npm pkg set repository=acme/other",
            "npm pkg set repository.url=git+https://github.com/acme/other.git",
            "npm pkg delete repository",
        ] {
            check(script, OWN, "outcome=unknown");
        }
        for script in [
            "npm pkg set repository=acme/w",
            "npm pkg set repository.url=git+https://github.com/Acme/w.git",
            "npm pkg set description=x",
        ] {
            check(script, OWN, "outcome=oidc");
        }
    }

    #[test]
    fn a_command_may_set_the_dist_tag_of_a_prerelease() {
        for script in [
            "npm pkg set version=2.0.0-rc.1 publishConfig.tag=next",
            "npm pkg set publishConfig.tag=next version=2.0.0-rc.1",
            "npm pkg set publishConfig.tag=next\nnpm version 2.0.0-rc.1 --no-git-tag-version",
        ] {
            check_rule("prerelease-no-tag", &fixture(script, OWN));
        }
        check("npm pkg set version=2.0.0-rc.1", OWN, "outcome=fails");
    }
}
