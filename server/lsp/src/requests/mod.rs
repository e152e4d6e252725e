//! The requests, one file each. They read the state and change nothing.

mod code_action;
mod fix_all;
mod hover;

pub(crate) use code_action::code_action;
pub(crate) use hover::hover;
