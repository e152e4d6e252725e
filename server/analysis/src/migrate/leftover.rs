//! What may still need a token that a move has removed. Predictions are about publish steps; this is about everything around them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::read_files::{hands_on, may_be_read, run_with_token};
use super::steps::{StepKey, for_each};
use crate::checker::context::CheckContext;
use crate::checker::mentions::{reads_variable, secret_names, secrets_asked_for, words};
use crate::fixes::installs::{PrivateDependencies, private_dependencies};
use crate::fixes::other_commands::other_command;
use crate::model::manifest::Manifest;
use crate::publish::{Meaning, Site, meaning};
use crate::sources::File;
use crate::syntax::shell::split_script;
use crate::text::{FileKind, FilePath};
use crate::workspace::Workspace;

/// Scripts that `npm publish` runs. Source: <https://docs.npmjs.com/cli/using-npm/scripts#npm-publish>.
const RUN_BY_PUBLISH: [&str; 6] = [
    "prepublishOnly",
    "prepack",
    "prepare",
    "postpack",
    "publish",
    "postpublish",
];

/// So many scripts of a package are looked at, which may lead into each other.
const MOST_SCRIPTS: usize = 100;

/// What the files say before the tokens of some steps go.
pub(super) struct Leftovers {
    /// The variables that each file sets, and how often.
    variables: BTreeMap<FilePath, BTreeMap<String, usize>>,
    /// The secrets that each file names, and how often.
    secrets: BTreeMap<FilePath, BTreeMap<String, usize>>,
    /// Their texts.
    texts: BTreeMap<FilePath, Arc<str>>,
    /// What the steps with a token run.
    run: String,
    /// Why a step needs its token, whatever the edits are.
    fixed: Option<String>,
}

impl Leftovers {
    pub(super) fn before(trial: &Workspace, group: &BTreeSet<StepKey>) -> Self {
        let mut fixed = None;
        for_each(trial, group, |context, _, site| {
            fixed = fixed.take().or_else(|| other_command(context, site));
            fixed = fixed.take().or_else(|| login_of_script(context, site));
            fixed = fixed.take().or_else(|| install_of_script(context, site));
        });
        let files = || trial.files();
        Self {
            variables: files()
                .map(|(path, file)| (path.clone(), variables_in(file)))
                .collect(),
            secrets: files()
                .map(|(path, file)| (path.clone(), secret_names(&file.text)))
                .collect(),
            texts: files()
                .map(|(path, file)| (path.clone(), Arc::clone(&file.text)))
                .collect(),
            run: run_with_token(trial, group),
            fixed,
        }
    }

    /// Why the steps must keep their tokens; none if nothing is known to need them.
    pub(super) fn found(&self, trial: &Workspace, around: &BTreeSet<FilePath>) -> Option<String> {
        if self.fixed.is_some() {
            return self.fixed.clone();
        }
        let mut variables: BTreeSet<&str> = BTreeSet::new();
        let mut secrets: BTreeSet<&str> = BTreeSet::new();
        let mut changed: BTreeSet<&FilePath> = BTreeSet::new();
        for (path, file) in trial.files() {
            let fewer_variables = fewer(self.variables.get(path), &variables_in(file));
            let fewer_secrets = fewer(self.secrets.get(path), &secret_names(&file.text));
            if !fewer_variables.is_empty() || !fewer_secrets.is_empty() {
                changed.insert(path);
            }
            variables.extend(fewer_variables);
            secrets.extend(fewer_secrets);
        }
        trial.files().find_map(|(path, file)| {
            let is_left_alone = match file.kind {
                // Another workflow has variables of its own.
                FileKind::Workflow => !changed.contains(path),
                // The prediction knows what the tools read in it.
                FileKind::Npmrc => true,
                FileKind::Script if may_be_read(path, &self.run) => false,
                // Builds elsewhere have variables of their own.
                _ => around.contains(path),
            };
            if is_left_alone {
                return None;
            }
            let reads = |name: &&&str| match file.kind {
                FileKind::Script => hands_on(file, name),
                _ => reads_variable(file, name),
            };
            let name = variables.iter().find(reads);
            let asked_for = || {
                let asked_for = secrets_asked_for(&file.text);
                secrets.iter().find(|name| asked_for.contains(**name))
            };
            let name = name.or_else(asked_for)?;
            // The edits are taken back, so the line is that of the old text.
            let line = self.texts.get(path).and_then(|old| line_before(old, file, name));
            let line = line.map_or(String::new(), |line| format!(":{line}"));
            Some(format!("`{path}{line}` still reads `{name}`; remove that first"))
        })
    }
}

/// The line of the old text, from 1, that still names a variable and does not set it.
fn line_before(old: &str, file: &File, name: &str) -> Option<usize> {
    let set: Vec<usize> = file
        .env_variables()
        .filter(|variable| variable.name.value == name)
        .map(|variable| file.line_index.line_of(variable.name.range.start()))
        .collect();
    let mut lines = file.text.lines().enumerate();
    let (_, named) = lines.find(|(at, line)| {
        let code = line.trim_start();
        !code.starts_with('#') && !set.contains(at) && words(line, name).next().is_some()
    })?;
    Some(old.lines().position(|line| line == named)? + 1)
}

fn variables_in(file: &File) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for variable in file
        .env_variables()
        .filter(|variable| !variable.value.value.is_empty())
    {
        *found.entry(variable.name.value.clone()).or_default() += 1;
    }
    found
}

/// The names that come less often than before.
fn fewer<'n>(old: Option<&'n BTreeMap<String, usize>>, new: &BTreeMap<String, usize>) -> Vec<&'n str> {
    let old = old.into_iter().flatten();
    let names = old.filter(|(name, count)| new.get(*name).is_none_or(|now| now < count));
    names.map(|(name, _)| name.as_str()).collect()
}

/// A script that runs with the publish and needs a login, for which there is no exchange.
fn login_of_script(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    let is_login = |meaning: Meaning| match meaning {
        Meaning::RegistryCommand(words) if !words.has_own_credentials => Some(words.command),
        _ => None,
    };
    let (script, path, command) = command_of_publish(context, site, is_login)?;
    Some(format!(
        "the script `{script}` of `{path}` runs `{command}`, which needs a logged-in user; remove it from the script first"
    ))
}

/// A script that runs with the publish and installs packages, of which one is probably private.
fn install_of_script(context: &CheckContext<'_>, site: &Site<'_>) -> Option<String> {
    if site.credentials.tokens.is_empty()
        || private_dependencies(context.sources) != PrivateDependencies::Likely
    {
        return None;
    }
    let is_install = |meaning: Meaning| match meaning {
        Meaning::InstallDependencies(install) => Some(install.command),
        _ => None,
    };
    let (script, path, command) = command_of_publish(context, site, is_install)?;
    Some(format!(
        "the script `{script}` of `{path}` runs `{command}` with the token, and some packages may be private; install them in a step \
         of its own"
    ))
}

/// The first such command of the scripts that run with the publish, with the script and its manifest.
fn command_of_publish<'s>(
    context: &CheckContext<'_>,
    site: &'s Site<'_>,
    is_meant: impl Fn(Meaning) -> Option<String>,
) -> Option<(&'static str, &'s FilePath, String)> {
    let mut manifests = site.packages.manifests.iter();
    manifests.find_map(|path| {
        let manifest = context.sources.manifest(path)?;
        let mut scripts = RUN_BY_PUBLISH.into_iter();
        scripts.find_map(|script| {
            Some((
                script,
                path,
                command_in(manifest, script, &mut BTreeSet::new(), &is_meant)?,
            ))
        })
    })
}

/// The same of one script. `known` are the scripts that were looked at.
fn command_in(
    manifest: &Manifest,
    script: &str,
    known: &mut BTreeSet<String>,
    is_meant: &impl Fn(Meaning) -> Option<String>,
) -> Option<String> {
    if known.len() == MOST_SCRIPTS || !known.insert(script.to_owned()) {
        return None;
    }
    let script = manifest.script(script)?;
    let commands = split_script(&script.command.value).commands;
    commands.iter().find_map(|command| match meaning(command) {
        Meaning::RunScript(run) => run
            .names
            .iter()
            .find_map(|name| command_in(manifest, &name.text, known, is_meant)),
        meaning => is_meant(meaning),
    })
}
