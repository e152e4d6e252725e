//! The repositories that open documents are in, each with its analysis.

mod root;
mod roots;

pub use root::CheckHook;
pub(crate) use root::{Root, RootChanges};
pub(crate) use roots::Roots;
