//! The language server, through its protocol.

mod actions;
mod assist;
mod bounds;
mod client_text;
mod closed_files;
mod diagnostics;
mod documents;
mod ignore;
mod initialize;
mod lenses;
mod lifecycle;
mod migrate;
mod panics;
mod published;
mod pull_diagnostics;
mod scripts;
mod settings;
mod setup;
mod sites;
mod synchronization;
mod test_server;
mod texts;

use trustpub_tests::repository;
