//! Tarballs that a job packs before it publishes them: the manifest in them is that of the folder that was packed.

use crate::publish::find::packages::{Selection, member_manifests, select};
use crate::publish::machine::{EffectKind, Machine, PackedFolder};
use crate::publish::read::command::{PublishCommand, pack_command};
use crate::publish::tools::Tool;
use crate::publish::walk::Walker;
use crate::publish::walk::commands::script_context::ScriptContext;
use crate::syntax::shell::{Command, Word, split_script, variable_name};
use crate::text::FolderPath;

impl<'a> Walker<'_, 'a> {
    /// Notes which package a command packs.
    pub(in crate::publish::walk) fn note_pack(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<&FolderPath>,
        conditions: &[String],
    ) {
        if let Some(packed) = self.packed_by(context, command, folder) {
            self.add(conditions, EffectKind::Packed(packed));
        }
    }

    fn packed_by(
        &self,
        context: &ScriptContext<'_, 'a>,
        command: &Command,
        folder: Option<&FolderPath>,
    ) -> Option<PackedFolder> {
        let pack = pack_command(command)?;
        let folder_at = |word: &Word| {
            let name = self.folder_of_word(context, &command.loops, word)?;
            folder?.join(&name)
        };
        let of_scope = || match &pack.scope.folder {
            Some(word) => folder_at(word),
            None => folder.cloned(),
        };
        let from = match pack.folders.as_slice() {
            _ if pack.scope.chooses_workspaces() => {
                let root = FolderPath::root();
                let tool = Tool::Npm;
                let members = self.members(
                    context,
                    &command.loops,
                    &pack.scope,
                    tool,
                    folder.unwrap_or(&root),
                );
                let found = members.and_then(|members| member_manifests(self.sources, &members));
                match found.as_ref().map(|found| found.manifests.as_slice()) {
                    Some([only]) => Some(only.folder()),
                    _ => None,
                }
            }
            [] => of_scope(),
            [only] => folder_at(only),
            _ => None,
        };
        let into = match &pack.destination {
            Some(word) => folder_at(word),
            None => folder.cloned(),
        };
        Some(PackedFolder { from, into })
    }

    /// Notes that a command copies a manifest into a folder that has none in the repository, and says whether it does only that:
    /// `cp package.json README.md dist/`.
    pub(in crate::publish::walk) fn note_copied_manifest(
        &mut self,
        command: &Command,
        folder: Option<&FolderPath>,
        conditions: &[String],
    ) -> bool {
        let (Some("cp"), Some(folder)) = (command.word(0), folder) else {
            return false;
        };
        let words = command.words.iter().skip(1);
        let paths: Vec<&str> = words
            .map(|word| word.text.as_str())
            .filter(|text| !text.starts_with('-'))
            .collect();
        let Some((target, sources)) = paths.split_last() else {
            return false;
        };
        let folder_of = |path: &str| match path.strip_suffix("package.json") {
            Some(before) if before.is_empty() || before.ends_with('/') => {
                let before = before.trim_end_matches('/');
                folder.join(if before.is_empty() { "." } else { before })
            }
            _ => None,
        };
        let from = sources.iter().find_map(|path| folder_of(path));
        let is_known = |path: &str| !path.contains(['$', '*', '`', '{']);
        let into = folder_of(target).or_else(|| folder.join(target));
        let (Some(from), Some(into)) = (from, into.filter(|_| is_known(target))) else {
            return false;
        };
        if self.sources.manifest_in(&from).is_none() || self.sources.manifest_in(&into).is_some() {
            return false;
        }
        self.add(conditions, EffectKind::ManifestCopied { from, into });
        true
    }

    /// What a folder publishes into which a manifest was copied.
    fn copied_selection(&self, machine: &Machine, folder: &FolderPath) -> Option<Selection> {
        if self.sources.manifest_in(folder).is_some() {
            return None;
        }
        let mut copied = machine.copied_manifests.iter().rev();
        let (from, _) = copied.find(|(_, into)| into == folder)?;
        Some(Selection::Copied(from.clone()))
    }

    /// What a command publishes that is given a tarball, where the name of the tarball does not say it, or a folder of the build.
    pub(in crate::publish::walk) fn packed_selection(
        &self,
        context: &ScriptContext<'_, 'a>,
        publish: &PublishCommand,
        selection: Selection,
        (machine, folder): (&Machine, Option<&FolderPath>),
    ) -> Selection {
        if let Selection::Folder(folder) = &selection {
            return self.copied_selection(machine, folder).unwrap_or(selection);
        }
        let [word] = publish.folders.as_slice() else {
            return selection;
        };
        let written_in = match &selection {
            Selection::Tarball(_) if !select(self.sources, &selection, false).manifests.is_empty() => {
                return selection;
            }
            Selection::Tarball(_) => {
                let (folder_of_word, _) = word.text.rsplit_once('/').unwrap_or((".", ""));
                let is_open = folder_of_word.contains(['$', '*', '{']);
                folder
                    .filter(|_| !is_open)
                    .and_then(|folder| folder.join(folder_of_word))
            }
            Selection::Unknown if self.is_output_of_pack(context, word) => None,
            _ => return selection,
        };
        // `npm publish "$(npm pack)"`
        let inner = word
            .text
            .strip_prefix("$(")
            .and_then(|text| text.strip_suffix(')'));
        let inner = inner.map(|text| split_script(text).commands).unwrap_or_default();
        let of_word: Vec<PackedFolder> = inner
            .iter()
            .filter_map(|command| self.packed_by(context, command, folder))
            .collect();
        let packed = || {
            machine
                .packed
                .iter()
                .filter(|_| of_word.is_empty())
                .chain(&of_word)
        };
        let is_there = |packed: &&PackedFolder| written_in.is_some() && packed.into == written_in;
        let mut meant: Vec<&PackedFolder> = packed().filter(is_there).collect();
        if meant.is_empty() && !(written_in.is_some() && self.downloads_artifacts()) {
            meant = packed().collect();
        }
        let Some(from) = meant.first().and_then(|first| first.from.as_ref()) else {
            return selection;
        };
        let is_same = meant.iter().all(|packed| packed.from.as_ref() == Some(from));
        match is_same {
            true if self.sources.manifest_in(from).is_some() => Selection::Packed(from.clone()),
            true => self.copied_selection(machine, from).unwrap_or(selection),
            false => selection,
        }
    }

    /// Whether a word is what `npm pack` printed: a variable that the script sets so, or the output of a step that packs.
    fn is_output_of_pack(&self, context: &ScriptContext<'_, 'a>, word: &Word) -> bool {
        let speaks_of_tarball = |text: &str| text.contains("pack") || text.contains(".tgz");
        if !word.is_dynamic {
            return false;
        }
        if let Some(name) = variable_name(&word.text) {
            let start = format!("{name}=");
            let mut lines = context.text.lines();
            return lines.any(|line| {
                let set = line.split_once(&start);
                set.is_some_and(|(_, value)| speaks_of_tarball(value))
            });
        }
        let step = word
            .text
            .split_once("steps.")
            .and_then(|(_, rest)| rest.split_once('.'))
            .and_then(|(id, _)| {
                let mut steps = self.job.job?.steps.iter();
                steps.find(|step| step.id.as_ref().is_some_and(|own| own.value == id))
            });
        match step {
            Some(step) => step.run.as_ref().is_some_and(|run| speaks_of_tarball(&run.text)),
            None => word.text.starts_with("$(") && speaks_of_tarball(&word.text),
        }
    }

    /// Whether the job may have tarballs that another one packed.
    fn downloads_artifacts(&self) -> bool {
        let mut steps = self.job.job.iter().flat_map(|job| &job.steps);
        steps.any(|step| {
            let uses = step.uses.as_ref();
            uses.is_some_and(|uses| uses.value.contains("download"))
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_sites;

    #[track_caller]
    fn check(steps: &str, expected: &str) {
        let steps: String = steps.lines().map(|step| format!("      - {step}\n")).collect();
        let line = 8 + steps.matches('\n').count();
        let fixture = format!(
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
{steps}#- package.json
{{ "name": "@acme/w", "version": "1.0.0" }}
#- packages/a/package.json
{{ "name": "@acme/a", "version": "1.0.0", "repository": "acme/w" }}
"#
        );
        check_sites(&fixture, &format!("release.yml:{line} publish; {expected}"));
    }

    const OF_ROOT: &str = "packages=@acme/w; outcome=fails; error=E422";
    const OF_MEMBER: &str = "packages=@acme/a; outcome=oidc";

    #[test]
    fn a_tarball_has_the_manifest_of_the_folder_that_was_packed() {
        check("run: npm pack\nrun: npm publish *.tgz", OF_ROOT);
        check("run: npm pack && npm publish ./*.tgz", OF_ROOT);
        check("run: T=$(npm pack --silent); npm publish \"$T\"", OF_ROOT);
        check("run: npm publish \"$(npm pack)\"", OF_ROOT);
        check("run: pnpm pack\nrun: npm publish *.tgz", OF_ROOT);
        check("run: npm pack ./packages/a\nrun: npm publish *.tgz", OF_MEMBER);
        check(
            "run: cd packages/a && npm pack\nrun: npm publish packages/a/*.tgz",
            OF_MEMBER,
        );
        check(
            "run: npm pack && cd packages/a && npm pack\nrun: npm publish packages/a/x.tgz",
            OF_MEMBER,
        );
        check(
            "run: npm pack --pack-destination out\nrun: npm publish out/*.tgz",
            OF_ROOT,
        );
        check("run: npm pack && mv *.tgz x.tgz\nrun: npm publish x.tgz", OF_ROOT);
        check(
            "run: cd packages/a && npm pack\nrun: mv packages/a/*.tgz x.tgz && npm publish x.tgz",
            OF_MEMBER,
        );
    }

    #[test]
    fn a_copied_manifest_is_published_from_another_folder() {
        const MAY_LACK: &str = "packages=@acme/w; outcome=unknown";
        check(
            "run: cp package.json README.md dist/\nrun: npm publish ./dist",
            MAY_LACK,
        );
        check("run: cp package.json dist\nrun: cd dist && npm publish", MAY_LACK);
        check(
            "run: cp -f ./package.json ./dist/package.json\nrun: npm publish ./dist",
            MAY_LACK,
        );
        check(
            "run: cp package.json dist\nrun: cd dist && npm pack && npm publish *.tgz",
            MAY_LACK,
        );
        check(
            "run: cp packages/a/package.json dist/\nrun: npm publish ./dist",
            OF_MEMBER,
        );
        check(
            "run: cp package.json dist/\nrun: npm publish ./build",
            "packages=-",
        );
        check("run: cp package.json $OUT\nrun: npm publish ./dist", "packages=-");
    }

    #[test]
    fn another_tarball_may_have_any() {
        check("run: npm publish x.tgz", "packages=-");
        check("run: npm pack --dry-run\nrun: npm publish x.tgz", "packages=-");
        check("run: npm pack\nrun: npm publish \"$DIR\"", "packages=-");
        check(
            "run: npm pack; cd packages/a; npm pack\nrun: npm publish x/*.tgz",
            "packages=-",
        );
        check(
            "run: cd dist && npm pack\nrun: npm publish dist/*.tgz",
            "packages=-",
        );
        check(
            "uses: actions/download-artifact@v6\nrun: npm pack\nrun: npm publish d/x.tgz",
            "packages=-",
        );
    }
}
