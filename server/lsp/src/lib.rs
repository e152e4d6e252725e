//! The language server.
//!
//! Messages flow one way: `connection` reads them, `server::backend` puts each one as an `event` into a queue, and
//! `server::main_loop` owns all state, applies every edit in order and has only the newest text analysed, on a thread for
//! each repository. What it has to say goes out through `client`. Nothing that the main loop does ever waits for the client.
//!
//! The modules are listed from the bottom up: each one uses only those before it. A test holds that.

mod connection;

mod capabilities;
mod settings;

mod files;

mod documents;
mod registry;
mod repository;

mod view;

mod convert;
mod requests;

mod event;

mod client;

mod state;

mod server;

pub use connection::Ending;
pub use documents::{Document, OutOfSync};
pub use files::{FileSource, LoadedFiles};
pub use registry::{Answer, Question, Registry};
pub use repository::CheckHook;
pub use server::{run_stdio, serve};
pub use settings::{CODE_LENS, INLAY_HINTS, PUBLISHED_LENS, WORKSPACE_DIAGNOSTICS};
pub use state::ServerParts;
pub use tower_lsp::lsp_types;
pub use trustpub_host::DiskContent;
