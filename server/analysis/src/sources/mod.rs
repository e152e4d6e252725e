//! The sources: the files of one repository as an analysis sees them, and what is assumed about the rest.

mod assumptions;
mod calls;
mod file;
mod looks;
mod repository_facts;
#[allow(clippy::module_inception, reason = "the type that the room is named after")]
mod sources;

pub use assumptions::{Assumptions, Secrets};
pub(crate) use calls::CallGraph;
pub use file::File;
pub(crate) use file::{CodeFacts, Content};
pub(crate) use looks::{Changed, FactKey, Looks};
pub(crate) use repository_facts::RepositoryFacts;
pub(crate) use sources::{FileFact, FileFacts, Sources};
