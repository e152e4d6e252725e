//! The repositories that open documents are in, each with its analysis.

mod changes;
mod inbox;
mod presence;
mod root;
mod roots;

pub(crate) use changes::{AllChanges, RootChanges};
pub use root::CheckHook;
pub(crate) use root::{LeftOut, Root};
pub(crate) use roots::{DueRoot, RootKey, Roots};
