//! Setting up trusted publishing: what to register on npm, and a workflow that publishes.

mod commands;
mod plan;
mod project;
mod registration;
#[cfg(test)]
mod tests;
mod workflow;

pub use plan::{Change, SetupPlan, plan, plan_at_name};
pub use project::{Project, ProjectManager, ProjectPackage, published_name};
pub(crate) use registration::registrations_of;
pub use registration::{Registration, access_page, registrations};
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
    /// The environment of the publish job.
    pub environment: Option<String>,
}

impl Default for SetupOptions {
    fn default() -> Self {
        Self {
            file: "release.yml".to_owned(),
            is_split: false,
            is_staged: false,
            environment: None,
        }
    }
}
