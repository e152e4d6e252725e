//! Calls that hand an npm token to a workflow of another repository, which is not read.

use super::migration::CallElsewhere;
use crate::model::job::Call;
use crate::publish::is_npm_token_variable;
use crate::sources::Content;
use crate::versions::action_reference::local_path;
use crate::workspace::Workspace;

use crate::checker::mentions::secret_names;

pub(super) fn calls_elsewhere(workspace: &Workspace) -> Vec<CallElsewhere> {
    let mut found = Vec::new();
    for (path, file) in workspace.files() {
        let Content::Workflow { model, .. } = file.content() else {
            continue;
        };
        for job in &model.jobs {
            let call = job.call.as_ref().filter(|call| hands_token_elsewhere(call));
            found.extend(call.map(|call| CallElsewhere {
                path: path.clone(),
                job: job.id.value.clone(),
                uses: call.uses.value.clone(),
            }));
        }
    }
    found
}

fn hands_token_elsewhere(call: &Call) -> bool {
    let mut secrets = call.secrets.iter();
    let is_token = |name: &String| is_npm_token_variable(name);
    local_path(&call.uses.value).is_none()
        && secrets.any(|secret| {
            is_token(&secret.name.value) || secret_names(&secret.value.value).keys().any(is_token)
        })
}
