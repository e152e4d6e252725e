//! The rules as a whole; each rule's own tests stand beside it in `server/analysis/src/rules`.

mod cause_page;
mod config_docs;
mod docs_examples;
mod docs_pages;
mod message_page;
mod registry;
