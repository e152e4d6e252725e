//! What the user sees while a large repository is read for the first time.

use std::time::Duration;

use tokio::sync::oneshot;
use tower_lsp::Client;
use tower_lsp::lsp_types::notification::Progress as ProgressNotification;
use tower_lsp::lsp_types::request::WorkDoneProgressCreate;
use tower_lsp::lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd,
};

/// What takes less time than this is not worth a word.
const PATIENCE: Duration = Duration::from_millis(300);

/// Something that takes time. It is over when this is dropped.
pub(crate) struct Progress {
    _over: oneshot::Sender<()>,
}

/// The end of a [`Progress`], for who shows it.
pub(crate) struct ProgressEnd(oneshot::Receiver<()>);

impl Progress {
    pub(crate) fn new() -> (Self, ProgressEnd) {
        let (over, end) = oneshot::channel();
        (Self { _over: over }, ProgressEnd(end))
    }
}

/// Shows the progress until it is over, unless that is soon.
pub(crate) async fn show(client: Client, number: u64, title: String, end: ProgressEnd) {
    let mut end = end.0;
    if tokio::time::timeout(PATIENCE, &mut end).await.is_ok() {
        return;
    }
    let token = NumberOrString::String(format!("trustpub/{number}"));
    let create = WorkDoneProgressCreateParams { token: token.clone() };
    if let Err(error) = client.send_request::<WorkDoneProgressCreate>(create).await {
        tracing::warn!("the client rejected progress: {error}");
        return;
    }
    let tell = |value| {
        client.send_notification::<ProgressNotification>(ProgressParams {
            token: token.clone(),
            value: ProgressParamsValue::WorkDone(value),
        })
    };
    tell(WorkDoneProgress::Begin(WorkDoneProgressBegin {
        title,
        ..WorkDoneProgressBegin::default()
    }))
    .await;
    // The sender never sends: it is dropped, and either ends the waiting.
    if end.await.is_ok() {
        tracing::debug!("the progress {number} has ended with a message");
    }
    tell(WorkDoneProgress::End(WorkDoneProgressEnd::default())).await;
}
