//! The removal of an action of the repository that does nothing but write the token: its steps cannot be empty, so the steps that
//! use it go.

use crate::checker::prelude::*;
use crate::edit::yaml::remove_item;
use crate::fixes::builder::{editable, node};
use crate::fixes::installs::{PrivateDependencies, private_dependencies};
use crate::fixes::other_installs::installs_in;
use crate::fixes::token_command::writes_only_token;
use crate::fixes::token_users::{has_other_shell, step_may_need_file};
use crate::model::job::Step;
use crate::publish::{Credential, CredentialSource};
use crate::sources::Sources;
use crate::syntax::shell::split_script;
use crate::text::{FilePath, FolderPath, TextEdit};
use crate::versions::action_reference::local_folder;

/// The keys of a step that does nothing but use an action. With an `id`, others may ask for its outcome.
const PLAIN_KEYS: [&str; 5] = ["name", "uses", "with", "env", "if"];

/// The folder of the action, if it writes the token and does nothing else.
pub(crate) fn token_action(sources: &Sources<'_>, token: &Credential) -> Option<FolderPath> {
    if token.source != CredentialSource::NpmrcCommand {
        return None;
    }
    let folder = token.place.path.folder();
    let (path, action) = sources.action_in(&folder)?;
    let [only] = action.steps.as_slice() else {
        return None;
    };
    let script = &only.run.as_ref()?.text;
    let is_only_token = split_script(script).commands.len() == 1 && writes_only_token(script);
    (path == token.place.path && is_only_token).then_some(folder)
}

/// The edits of the site's job that remove the steps with the action; none if one of them does more, if another action uses it, or if a
/// later step is not known to do without the file that it writes.
pub(super) fn token_action_edits<'s>(
    context: &CheckContext<'_>,
    site: &'s Site<'_>,
    token: &Credential,
) -> Option<(&'s FilePath, Vec<TextEdit>)> {
    let folder = token_action(context.sources, token)?;
    let path = &site.job.path;
    let file = editable(context, path)?;
    let is_use = |step: &&Step| {
        let used = step.uses.as_ref().and_then(|uses| local_folder(&uses.value));
        used.as_ref() == Some(&folder)
    };
    let job = site.job.job?;
    let mut later = job.steps.iter().skip_while(|step| !is_use(step));
    let may_be_private = private_dependencies(context.sources) != PrivateDependencies::No;
    let is_needed = |step: &Step| {
        let is_installing = may_be_private && installs_in(context.sources, step);
        is_installing || step_may_need_file(context.sources, step)
    };
    if has_other_shell(&file.text) || later.any(|step| !is_use(&step) && is_needed(step)) {
        return None;
    }
    let mut edits = Vec::new();
    for step in job.steps.iter().filter(is_use) {
        let step = node(file, step.node)?;
        let mut keys = step.entries().map(|entry| entry.key.as_str());
        if !keys.all(|key| key.is_some_and(|key| PLAIN_KEYS.contains(&key))) {
            return None;
        }
        edits.extend(remove_item(&file.text, step).ok()?);
    }
    (!edits.is_empty()).then_some((path, edits))
}
