//! The requests, one file each. They read the state and change nothing.

mod code_action;
mod code_lens;
mod completion;
mod diagnostic;
mod document_link;
mod hover;
mod inlay_hint;
mod migrate;
mod on_npm;

pub(crate) use code_action::code_action;
pub(crate) use code_lens::{code_lens, lens_title};
pub(crate) use completion::completion;
pub(crate) use diagnostic::diagnostic;
pub(crate) use document_link::document_link;
pub(crate) use hover::hover;
pub(crate) use inlay_hint::inlay_hint;
pub(crate) use migrate::{Move, migrate};
pub(crate) use on_npm::{ToShow, access_pages, enter_on_npm};
