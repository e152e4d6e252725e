//! What scripts and actions may have changed in the manifests before a publish.

use crate::knowledge::actions::node_action;
use crate::knowledge::setup_node::is_setup_node;
use crate::model::job::Step;
use crate::model::manifest::Manifest;
use crate::model::read::find_input;
use crate::publish::machine::EffectKind;
use crate::publish::read::command::{LocalScript, doubt_of_name, doubt_of_publishing, speaks_of_versions};
use crate::publish::site::ManifestDoubt;
use crate::publish::walk::Walker;
use crate::publish::walk::programs::followed::{Program, file_of, program_of};
use crate::publish::walk::programs::script_facts::{CodeDoubt, ImportingDoubt};
use crate::text::{FilePath, FolderPath};
use crate::versions::action_reference::RemoteAction;

/// Words in the names of actions that prepare the runner, look at something or carry files.
const HARMLESS_WORDS: [&str; 24] = [
    "auth",
    "buildx",
    "cache",
    "check",
    "configure",
    "credentials",
    "docker",
    "git",
    "install",
    "installer",
    "lint",
    "login",
    "notify",
    "qemu",
    "setup",
    "slack",
    "sync",
    "test",
    "token",
    "toolchain",
    "upload",
    "validate",
    "verifier",
    "verify",
];
/// Expressions that name the commit that the workflow runs for.
const THIS_COMMIT: [&str; 8] = [
    "github.sha",
    "github.ref",
    "github.ref_name",
    "github.event.release.tag_name",
    "github.event.workflow_run.head_sha",
    "github.event.workflow_run.head_branch",
    "github.event.after",
    "github.event.head_commit.id",
];

impl Walker<'_, '_> {
    /// Notes what something may have changed in manifests.
    pub(in crate::publish::walk) fn note_doubt(&mut self, doubt: ManifestDoubt) {
        let before = self.effects.doubt();
        if before.and(doubt) != before {
            self.add(&[], EffectKind::Doubt(doubt));
        }
    }

    /// Notes what a file or a task may have changed. The commands of one that was walked have been noted.
    pub(crate) fn note_doubt_of_script(
        &mut self,
        script: &LocalScript,
        folder: Option<&FolderPath>,
        is_walked: bool,
    ) {
        let doubt = match folder.and_then(|folder| self.doubt_of_file(script, folder)) {
            Some((Program::Shell, _)) if is_walked => ManifestDoubt::NONE,
            Some((_, doubt)) => doubt,
            None if is_walked => ManifestDoubt::NONE,
            None => doubt_of_unread(script),
        };
        self.note_doubt(doubt);
    }

    /// What the own scripts of a package may change in its manifest when it is published.
    pub(in crate::publish::walk) fn doubt_of_publishing(
        &self,
        path: &FilePath,
        manifest: &Manifest,
    ) -> ManifestDoubt {
        let folder = path.folder();
        doubt_of_publishing(manifest, &|script| {
            let found = self.doubt_of_file(script, &folder);
            found.map_or_else(|| doubt_of_unread(script), |(_, doubt)| doubt)
        })
    }

    /// What a file that is run may change, as far as its text shows.
    fn doubt_of_file(&self, script: &LocalScript, folder: &FolderPath) -> Option<(Program, ManifestDoubt)> {
        let (file, _) = file_of(script)?;
        let path = folder.file(&file.text).filter(|_| !file.is_dynamic)?;
        let text = self.text_on_demand(&path)?;
        let program = program_of(&script.program, path.as_str(), text);
        let of_file = match program {
            Program::Code => self.sources.fact::<ImportingDoubt>(&path).0,
            Program::Shell | Program::Other => self
                .sources
                .fact::<CodeDoubt>(&path)
                .0
                .and(ManifestDoubt::UNLIKELY),
        };
        let doubt = match speaks_of_versions(&script.text) {
            true => of_file.and(ManifestDoubt::VERSION),
            false => of_file,
        };
        Some((program, doubt))
    }
}

/// What a script may change that is not read: a task without a word about versions is taken for one that builds.
fn doubt_of_unread(script: &LocalScript) -> ManifestDoubt {
    let is_task = !script.program.is_empty() && file_of(script).is_none();
    match is_task {
        true => ManifestDoubt {
            ranges: true,
            ..doubt_of_name(&script.text)
        },
        false => ManifestDoubt::ALL,
    }
}

/// What an action of another repository may change.
pub(in crate::publish::walk) fn doubt_of_action(action: &RemoteAction, step: &Step) -> ManifestDoubt {
    let input = |name| find_input(&step.with, name).map(|input| input.value.value.trim());
    if action.is("actions/checkout") {
        // Beside this repository it changes nothing.
        let is_beside = input("path").is_some_and(|path| !path.trim_matches(['.', '/']).is_empty());
        return match (input("repository"), input("ref")) {
            (Some(_), _) if is_beside => ManifestDoubt::NONE,
            (Some(_), _) => ManifestDoubt::ALL,
            (None, Some(commit)) if !is_this_commit(commit) => ManifestDoubt::VERSION,
            _ => ManifestDoubt::NONE,
        };
    }
    let known = ["pnpm/action-setup", "js-devtools/npm-publish"];
    if is_setup_node(action) || node_action(action).is_some() || known.iter().any(|name| action.is(name)) {
        return ManifestDoubt::NONE;
    }
    let name = action.name().to_ascii_lowercase();
    let own_name = name.split_once('/').map_or(name.as_str(), |(_, own)| own);
    let mut words = own_name.split(|c: char| !c.is_ascii_alphanumeric());
    let mut inputs = step.with.iter();
    match () {
        () if speaks_of_versions(own_name) => ManifestDoubt {
            ranges: own_name.contains("package") || own_name.contains("workspace"),
            ..ManifestDoubt::VERSION
        },
        () if words.any(|word| HARMLESS_WORDS.contains(&word)) => ManifestDoubt::NONE,
        () if inputs.any(|input| input.value.value.contains("package.json")) => ManifestDoubt::ALL,
        () => ManifestDoubt::UNLIKELY,
    }
}

fn is_this_commit(commit: &str) -> bool {
    let inner = commit
        .strip_prefix("${{")
        .and_then(|inner| inner.strip_suffix("}}"));
    inner.is_some_and(|inner| THIS_COMMIT.contains(&inner.trim()))
}
