//! The language server.
//!
//! Messages flow one way: `transport` reads them, `adapter` straightens them, `backend` puts each one as an `event`
//! into a queue, and the `main_loop` owns all state, applies every edit in order and analyses only the newest text.
//! What it has to say to the client goes out through `client`. Nothing that the main loop does ever waits for the
//! client.

mod adapter;
mod analysis;
mod backend;
mod capabilities;
mod client;
mod client_process;
mod disk_files;
mod document;
mod event;
mod file_source;
mod frame;
mod from_proto;
mod global_state;
mod main_loop;
mod progress;
mod registry;
mod requests;
mod root;
mod server;
mod settings;
mod stdio;
mod to_proto;
mod transport;
mod uri;
mod watched_files;

pub use analysis::Analysis;
pub use document::{Document, OutOfSync};
pub use file_source::{FileContent, FileSource, LoadedFiles};
pub use registry::{Answer, Question, Registry};
pub use server::{Ending, ServerParts, serve};
pub use settings::PUBLISHED_LENS;
pub use stdio::run_stdio;
pub use tower_lsp::lsp_types;
