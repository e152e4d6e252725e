//! Versions: what is written for one, what a range of them includes, and what an action's reference names.

pub(crate) mod action_reference;
pub(crate) mod version;
