//! The rules as a whole; the tests of each rule are next to it in `server/analysis/src/rules`.

mod cause_page;
mod config_docs;
mod docs_examples;
mod docs_pages;
mod json_schema;
mod message_page;
mod registry;
mod site_contents;
mod tool_page;
