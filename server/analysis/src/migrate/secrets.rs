//! The secrets that the moved steps no longer use.

use std::collections::BTreeSet;

use crate::checker::mentions::secret_names;
use crate::model::job::Call;
use crate::publish::SiteReport;
use crate::setup::Change;
use crate::sources::Content;
use crate::text::FilePath;
use crate::versions::action_reference::local_path;
use crate::workspace::Workspace;

/// A secret that a moved step used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SecretUse {
    /// Its name.
    pub name: String,
    /// Where it is still used: the file and the line, from 1.
    pub still_used: Vec<(FilePath, usize)>,
    /// Where all secrets are handed on, this one among them: the file and the line, from 1.
    pub may_be_used: Vec<(FilePath, usize)>,
    /// The configuration of Dependabot, if it names a secret of this name. Dependabot has a store of its own.
    pub dependabot: Option<FilePath>,
}

/// Where Dependabot is configured.
/// Source: <https://docs.github.com/code-security/reference/supply-chain-security/dependabot-options-reference>
pub(super) const DEPENDABOT: [&str; 2] = [".github/dependabot.yml", ".github/dependabot.yaml"];

/// The secrets that the moved steps used, and those that the changed files name less often than before.
pub(super) fn no_longer_used(
    before: &Workspace,
    after: &Workspace,
    changes: &[Change],
    moved: &[&SiteReport],
) -> Vec<SecretUse> {
    let mut dropped: BTreeSet<String> = BTreeSet::new();
    let mut drop = |path: &FilePath, name: &str| {
        dropped.extend(secrets_of_repository(before, path, name));
    };
    for site in moved {
        let credentials = site.credentials.iter();
        for name in credentials.flat_map(|credential| secret_names(credential).into_keys()) {
            drop(&site.path, &name);
        }
    }
    for change in changes {
        let old = secret_names(change.old.as_deref().unwrap_or_default());
        let new = secret_names(&change.new);
        for (name, count) in old {
            if new.get(&name).copied().unwrap_or(0) < count {
                drop(&change.path, &name);
            }
        }
    }
    let may_be_used = places_of_all(after);
    let uses = dropped.into_iter().map(|name| SecretUse {
        still_used: places(after, &name),
        may_be_used: may_be_used.clone(),
        dependabot: dependabot(after, &name),
        name,
    });
    uses.collect()
}

/// Which secrets of the repository a file means by a name. If the file is a called workflow that declares the name, its callers decide:
/// they pass a secret under that name, or hand on all of theirs.
fn secrets_of_repository(workspace: &Workspace, path: &FilePath, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut asked = vec![(path.clone(), name.to_owned())];
    // Workflows may call each other in a circle.
    let mut known = BTreeSet::new();
    while let Some((path, name)) = asked.pop() {
        if !known.insert((path.clone(), name.clone())) {
            continue;
        }
        if declares(workspace, &path, &name) {
            asked.extend(passed_by_callers(workspace, &path, &name));
        } else {
            found.insert(name);
        }
    }
    found
}

fn declares(workspace: &Workspace, path: &FilePath, name: &str) -> bool {
    let Some(Content::Workflow { model, .. }) = workspace.file(path).map(|file| file.content()) else {
        return false;
    };
    let mut declared = model.call_secrets.iter();
    declared.any(|declared| declared.name.value.eq_ignore_ascii_case(name))
}

/// The names in the calling workflows that reach a workflow under this name.
fn passed_by_callers(workspace: &Workspace, path: &FilePath, name: &str) -> Vec<(FilePath, String)> {
    let mut found = Vec::new();
    for (calling, file) in workspace.files() {
        let Content::Workflow { model, .. } = file.content() else {
            continue;
        };
        let calls = model.jobs.iter().filter_map(|job| job.call.as_ref());
        for call in calls.filter(|call| local_path(&call.uses.value).as_ref() == Some(path)) {
            let mut passed = call.secrets.iter();
            let passed = passed.find(|passed| passed.name.value.eq_ignore_ascii_case(name));
            let names: Vec<String> = match passed {
                Some(passed) => secret_names(&passed.value.value).into_keys().collect(),
                None if call.secrets.is_empty() => vec![name.to_owned()],
                None => Vec::new(),
            };
            found.extend(names.into_iter().map(|name| (calling.clone(), name)));
        }
    }
    found
}

fn places(workspace: &Workspace, name: &str) -> Vec<(FilePath, usize)> {
    let mut places = Vec::new();
    for (path, file) in workspace.files() {
        if !matches!(file.content(), Content::Workflow { .. } | Content::Action { .. }) {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            if secret_names(line).contains_key(name) {
                places.push((path.clone(), number + 1));
            }
        }
    }
    places
}

/// Where all secrets are handed on: as JSON, by a name that only the run knows, or to a workflow of another repository.
fn places_of_all(workspace: &Workspace) -> Vec<(FilePath, usize)> {
    let mut places = Vec::new();
    for (path, file) in workspace.files() {
        let Content::Workflow { model, .. } = file.content() else {
            continue;
        };
        for (number, line) in file.text.lines().enumerate() {
            if names_all(line) {
                places.push((path.clone(), number + 1));
            }
        }
        for job in &model.jobs {
            let is_elsewhere = |call: &&Call| local_path(&call.uses.value).is_none();
            if job.call.as_ref().is_some_and(|call| is_elsewhere(&call))
                && let Some(at) = job.range.slice(&file.text).find("secrets: inherit")
            {
                let line = file.line_index.line_of(job.range.start() + at);
                places.push((path.clone(), line + 1));
            }
        }
    }
    places
}

fn names_all(line: &str) -> bool {
    let line: String = line.to_ascii_lowercase().split_whitespace().collect();
    let mut indexed = line
        .match_indices("secrets[")
        .map(|(at, sign)| line.get(at + sign.len()..));
    let is_computed = |rest: Option<&str>| rest.is_some_and(|rest| !rest.starts_with(['\'', '"']));
    !line.starts_with('#')
        && (line.contains("tojson(secrets)") || line.contains("secrets.*") || indexed.any(is_computed))
}

fn dependabot(workspace: &Workspace, name: &str) -> Option<FilePath> {
    let mut paths = DEPENDABOT.iter().filter_map(|path| FilePath::new(path));
    paths.find(|path| {
        let file = workspace.file(path);
        file.is_some_and(|file| secret_names(&file.text).contains_key(name))
    })
}
