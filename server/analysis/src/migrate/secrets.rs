//! The secrets that the moved steps no longer use.

use std::collections::BTreeMap;

use crate::model::job::Call;
use crate::publish::PublishSite;
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
    moved: &[&PublishSite],
) -> Vec<SecretUse> {
    let mut dropped: Vec<String> = Vec::new();
    for site in moved {
        let own = site
            .credentials
            .iter()
            .flat_map(|credential| secret_names(credential).into_keys());
        let own = own.filter(|name| is_secret_of_repository(before, &site.path, name));
        dropped.extend(own);
    }
    for change in changes {
        let old = secret_names(change.old.as_deref().unwrap_or_default());
        let new = secret_names(&change.new);
        for (name, count) in old {
            let is_less = new.get(&name).copied().unwrap_or(0) < count;
            let is_own = is_secret_of_repository(before, &change.path, &name);
            if is_less && is_own && !dropped.contains(&name) {
                dropped.push(name);
            }
        }
    }
    dropped.sort();
    dropped.dedup();
    let may_be_used = places_of_all(after);
    let uses = dropped.into_iter().map(|name| SecretUse {
        still_used: places(after, &name),
        may_be_used: may_be_used.clone(),
        dependabot: dependabot(after, &name),
        name,
    });
    uses.collect()
}

/// In a called workflow, a secret is what its callers pass under that name, unless they pass all of theirs.
fn is_secret_of_repository(workspace: &Workspace, path: &FilePath, name: &str) -> bool {
    let Some(Content::Workflow { model, .. }) = workspace.file(path).map(|file| file.content()) else {
        return true;
    };
    let mut declared = model.call_secrets.iter();
    if !declared.any(|declared| declared.name.value.eq_ignore_ascii_case(name)) {
        return true;
    }
    let jobs = workspace.files().flat_map(|(_, file)| match file.content() {
        Content::Workflow { model, .. } => model.jobs.as_slice(),
        _ => &[],
    });
    let mut calls = jobs.filter_map(|job| job.call.as_ref());
    calls.any(|call| call.secrets.is_empty() && local_path(&call.uses.value).as_ref() == Some(path))
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

/// How often a text names each secret, in upper case, as GitHub compares them. GitHub's own token is not one that can be deleted.
pub(super) fn secret_names(text: &str) -> BTreeMap<String, usize> {
    const SIGNS: [&str; 3] = ["secrets.", "secrets['", "secrets[\""];
    let mut names = BTreeMap::new();
    for sign in SIGNS {
        for (at, _) in text.match_indices(sign) {
            let is_word = text
                .get(..at)
                .and_then(|before| before.chars().next_back())
                .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.');
            let rest = text.get(at + sign.len()..).unwrap_or_default();
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
            let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let name = name.to_ascii_uppercase();
            if !is_word && !name.is_empty() && name != "GITHUB_TOKEN" {
                *names.entry(name).or_insert(0) += 1;
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_in_each_notation() {
        let found = |text: &str| secret_names(text).into_iter().collect::<Vec<_>>();
        let one = |name: &str, count| vec![(name.to_owned(), count)];
        assert_eq!(
            found("${{ secrets.NPM_TOKEN }} ${{secrets.npm_token}}"),
            one("NPM_TOKEN", 2)
        );
        assert_eq!(found("${{ secrets['NPM_TOKEN'] || '' }}"), one("NPM_TOKEN", 1));
        assert_eq!(
            found("${{ secrets.GITHUB_TOKEN }} my_secrets.x secrets.*"),
            Vec::new()
        );
    }
}
