//! Setting up trusted publishing: what to register on npm, and a workflow that publishes.

mod commands;
mod plan;
mod project;
mod project_manager;
mod project_scripts;
mod registration;
mod release_tool;
mod release_workflow;
mod scalar;
#[cfg(test)]
mod tests;
mod workflow;
mod workflow_parts;

pub use plan::{Change, SetupPlan, plan, plan_at_name};
pub use project::{Project, ProjectPackage, published_name};
pub use project_manager::ProjectManager;
pub use project_scripts::ScriptPlace;
pub(crate) use registration::registrations_of;
pub use registration::{Registration, access_page, has_several, registrations};
pub use release_tool::{ReleaseRun, ReleaseTool, ReleasedBy};
pub(crate) use workflow::publish_job;
pub use workflow::workflow;

/// How the new workflow should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetupOptions {
    /// The name of the workflow file.
    pub file: String,
    /// Build in a job of its own, which can mint no ID token.
    pub is_split: bool,
    /// Stage the packages, so that a maintainer has to approve them.
    pub is_staged: bool,
    /// Publish when a tag is pushed, also where a tool of the repository could release on a push to a branch.
    pub is_on_tag: bool,
    /// The environment of the publish job.
    pub environment: Option<String>,
}

impl Default for SetupOptions {
    fn default() -> Self {
        Self {
            file: "release.yml".to_owned(),
            is_split: false,
            is_staged: false,
            is_on_tag: false,
            environment: None,
        }
    }
}
