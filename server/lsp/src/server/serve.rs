use std::sync::Arc;
use std::thread;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tower_lsp::LspService;

use super::backend::Backend;
use super::main_loop;
use crate::client::{self, ClientSender, Mailbox};
use crate::connection::{self, Adapter, Ending};
use crate::state::{GlobalState, ServerParts};

/// Serves one client until it ends the session. Needs a tokio runtime with time and I/O.
pub async fn serve<I, O>(input: I, output: O, parts: ServerParts) -> Ending
where
    I: AsyncRead + Unpin,
    O: AsyncWrite + Unpin + Send + 'static,
{
    let (events, queue) = mpsc::unbounded_channel();
    let to_client = Mailbox::new();
    let weak_events = events.downgrade();
    let client = ClientSender::new(Arc::clone(&to_client));
    let state = GlobalState::new(client, parts, events.downgrade());
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
    connection::serve(input, output, Adapter::new(service), socket).await
}
