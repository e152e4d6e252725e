use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tower_lsp::LspService;

use crate::adapter::Adapter;
use crate::analysis::Analysis;
use crate::backend::Backend;
use crate::client::{self, ClientSender};
use crate::file_source::FileSource;
use crate::global_state::GlobalState;
use crate::main_loop;
use crate::registry::Registry;
use crate::transport;

/// What the server works with.
pub struct ServerParts {
    /// The files that no editor has open.
    pub files: Box<dyn FileSource>,
    /// Makes the analysis of one repository.
    pub new_analysis: Box<dyn Fn() -> Box<dyn Analysis> + Send>,
    /// Who knows how packages were published. Nobody is asked unless the user's settings want it.
    pub registry: Arc<dyn Registry>,
}

/// How a session ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The client had asked the server to shut down.
    AfterShutdown,
    /// The client ended the session, or died, without a word.
    WithoutShutdown,
}

impl Ending {
    /// The exit code that the protocol asks for.
    pub fn exit_code(self) -> ExitCode {
        match self {
            Self::AfterShutdown => ExitCode::SUCCESS,
            Self::WithoutShutdown => ExitCode::FAILURE,
        }
    }
}

/// Serves one client until it ends the session. Needs a tokio runtime with time and I/O.
pub async fn serve<I, O>(input: I, output: O, parts: ServerParts) -> Ending
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let (events, queue) = mpsc::unbounded_channel();
    let (outgoing, to_client) = mpsc::unbounded_channel();
    let weak_events = events.downgrade();
    let state = GlobalState::new(ClientSender::new(outgoing), parts, events.downgrade());
    let (service, socket) = LspService::new(|client| {
        tokio::spawn(client::carry(client, to_client, weak_events));
        Backend::new(events)
    });
    // A thread of its own, so that reading goes on during a long analysis: `exit` and the client's death are seen at
    // once, and edits that pile up are taken together.
    let main_loop = thread::Builder::new().name("main loop".to_owned());
    if let Err(error) = main_loop.spawn(move || main_loop::run(queue, state)) {
        tracing::error!("cannot start the main loop: {error}");
        return Ending::WithoutShutdown;
    }
    transport::serve(input, output, Adapter::new(service), socket).await
}
