//! Jobs that call a workflow which is not directly in `.github/workflows`. GitHub does not accept the file of such a job at all: "invalid
//! value workflow reference: references to workflows must be rooted in '.github/workflows'". Sources: actions/runner#1493 and "Reusing
//! workflow configurations" in GitHub's documentation: "Subdirectories of the `workflows` directory are not supported."

use super::never_runs::stop;
use super::{MOST_CALLS, MOST_LEVELS};
use crate::model::workflow::Workflow;
use crate::publish::entry::WorkflowEntry;
use crate::publish::site::{NeverRuns, PublishStop};
use crate::sources::Sources;
use crate::text::{FilePath, Place};
use crate::versions::action_reference::{ActionReference, local_path};

const FOLDER: &str = ".github/workflows/";

/// The first such call in the workflows of a run, which starts with the workflow at `path` or with the outermost of its callers.
pub(super) fn call_outside(
    sources: &Sources<'_>,
    entry: &WorkflowEntry<'_>,
    path: &FilePath,
    workflow: &Workflow,
) -> Option<PublishStop> {
    let (path, workflow) = match entry.callers.first() {
        Some(outermost) => (&outermost.path, outermost.workflow),
        None => (path, workflow),
    };
    find_in(sources, path, workflow, 0, &mut 0)
}

fn find_in(
    sources: &Sources<'_>,
    path: &FilePath,
    workflow: &Workflow,
    depth: usize,
    calls: &mut usize,
) -> Option<PublishStop> {
    for call in workflow.jobs.iter().filter_map(|job| job.call.as_ref()) {
        *calls += 1;
        if depth >= MOST_LEVELS || *calls > MOST_CALLS {
            return None;
        }
        if is_outside(&call.uses.value) {
            let uses = call.uses.value.clone();
            return Some(stop(
                Place::new(path, call.uses.range),
                NeverRuns::CallOutside { uses },
            ));
        }
        let called = local_path(&call.uses.value);
        if let Some((called, workflow)) =
            called.and_then(|path| Some((path.clone(), sources.workflow(&path)?)))
        {
            let found = find_in(sources, &called, workflow, depth + 1, calls);
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Whether a `uses:` certainly names a file that is not directly in the folder of the workflows.
fn is_outside(uses: &str) -> bool {
    let path = match ActionReference::parse(uses, None) {
        _ if uses.contains("${{") => return false,
        ActionReference::Local(path) => path,
        ActionReference::Remote(remote) if !remote.path.is_empty() => remote.path,
        _ => return false,
    };
    let is_file = path.ends_with(".yml") || path.ends_with(".yaml");
    // What a path with `..` means to GitHub is not known.
    let is_plain = !path.split('/').any(|part| part == ".." || part == ".");
    is_file && is_plain && path.strip_prefix(FOLDER).is_none_or(|name| name.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workflows_are_directly_in_their_folder() {
        for (uses, is_it) in [
            ("./.github/workflows/publish.yml", false),
            ("./.github/workflows/npm/publish.yml", true),
            ("./ci/publish.yaml", true),
            ("./publish.yml", true),
            ("acme/ci/.github/workflows/publish.yml@v1", false),
            ("acme/ci/workflows/publish.yml@v1", true),
            ("acme/ci@v1", false),
            ("./.github/actions/publish", false),
            ("$/.github/workflows/publish.yml", false),
            ("./.github/../publish.yml", false),
            ("./${{ inputs.file }}.yml", false),
        ] {
            assert_eq!(is_outside(uses), is_it, "{uses}");
        }
    }
}
