use std::panic::{self, AssertUnwindSafe};
use std::time::Instant;

use tokio::sync::mpsc::UnboundedReceiver;

use crate::event::{Event, Request, respond};
use crate::state::GlobalState;

/// Handles events until the connection ends.
///
/// All events that are there are taken together: every edit is applied in order, then only the newest text is
/// analysed, published and asked. There is no pause in which edits are collected; they collect by themselves while
/// an analysis runs.
pub(crate) fn run(mut queue: UnboundedReceiver<Event>, mut state: GlobalState) {
    let mut requests = Vec::new();
    while let Some(first) = queue.blocking_recv() {
        let began = Instant::now();
        let mut has_edit = false;
        let mut next = Some(first);
        while let Some(event) = next {
            has_edit |= matches!(event, Event::Edited { .. });
            isolate(&mut state, |state| requests.extend(apply(state, event)));
            next = queue.try_recv().ok();
        }
        isolate(&mut state, GlobalState::refresh);
        if has_edit {
            tracing::debug!("from an edit to its diagnostics: {:?}", began.elapsed());
        }
        // The others wait until the repository of their document has been checked.
        let (later, now): (Vec<_>, Vec<_>) = requests
            .into_iter()
            .partition(|request: &Request| state.is_busy(&request.uri));
        requests = later;
        for request in now {
            isolate(&mut state, |state| (request.answer)(state.view()));
        }
    }
}

/// A panic ends what was under way, never the server. A request whose reply is dropped by it gets an error.
fn isolate(state: &mut GlobalState, action: impl FnOnce(&mut GlobalState)) {
    if panic::catch_unwind(AssertUnwindSafe(|| action(state))).is_err() {
        state.report_panic();
    }
}

/// Applies an event to the state. A request that needs the analysis comes back.
fn apply(state: &mut GlobalState, event: Event) -> Option<Request> {
    match event {
        Event::Initialize { params, reply } => respond(reply, state.initialize(&params)),
        Event::Initialized => state.start(),
        Event::SettingsChanged(settings) => state.settings_changed(&settings),
        Event::ClientSettings(settings) => state.set_settings(&settings),
        Event::WatchingFiles => state.is_watching_files = true,
        Event::FoldersChanged { added, removed } => state.change_folders(&added, &removed),
        Event::FilesChanged(changes) => state.changed_on_disk(&changes),
        Event::Opened { uri, version, text } => state.open(uri, version, &text),
        Event::Edited {
            uri,
            version,
            changes,
        } => state.edit(&uri, version, &changes),
        Event::Saved(uri) => state.save(&uri),
        Event::Closed(uri) => state.close(&uri),
        Event::LensesAsked(request) => {
            state.lenses_asked(request.uri.clone());
            return Some(request);
        }
        Event::RegistryAnswered { key, answer } => state.registry_answered(key, answer),
        Event::Request(request) => return Some(request),
        Event::Moved { edit, message } => state.moved(edit, message),
        Event::Show(to_show) => state.show(to_show),
        Event::Checked => {}
    }
    None
}
