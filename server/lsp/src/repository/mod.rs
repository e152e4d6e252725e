//! The repositories that open documents are in, each with its analysis.

mod changes;
mod root;
mod roots;

pub(crate) use changes::AllChanges;
pub use root::CheckHook;
pub(crate) use root::Root;
pub(crate) use roots::Roots;
