use std::convert::Infallible;
use std::panic::{self, AssertUnwindSafe};
use std::task::{Context, Poll};

use futures::FutureExt;
use futures::future::{self, BoxFuture};
use serde_json::{Value, json};
use tower::Service;
use tower_lsp::jsonrpc::{Error, Request, Response};
use tower_lsp::{LanguageServer, LspService};

use super::ending::Ending;

/// The layer around tower-lsp's service that makes it fit for real clients: it sees `exit`, it keeps messages with
/// unexpected details from failing, and it turns a panic into an error.
pub(crate) struct Adapter<S> {
    service: LspService<S>,
    client_process_id: Option<u32>,
    has_shut_down: bool,
    has_exited: bool,
}

impl<S: LanguageServer> Adapter<S> {
    pub(crate) fn new(service: LspService<S>) -> Self {
        Self {
            service,
            client_process_id: None,
            has_shut_down: false,
            has_exited: false,
        }
    }

    /// Whether the client has asked the server to end.
    pub(crate) fn has_exited(&self) -> bool {
        self.has_exited
    }

    /// How the session ends if it ends now.
    pub(crate) fn ending(&self) -> Ending {
        if self.has_shut_down {
            Ending::AfterShutdown
        } else {
            Ending::WithoutShutdown
        }
    }

    /// The client's process, where it has named it.
    pub(crate) fn client_process_id(&self) -> Option<u32> {
        self.client_process_id
    }
}

impl<S: LanguageServer> Service<Request> for Adapter<S> {
    type Response = Option<Response>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Option<Response>, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // It fails only after `exit`, when nothing is called any more.
        self.service.poll_ready(context).map(|_| Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // tower-lsp (0.20) leaves these without an answer. The protocol allows that for notifications only.
        if let Some(id) = request.id().filter(|_| request.method().starts_with("$/")) {
            let answer = Response::from_error(id.clone(), Error::method_not_found());
            return future::ok(Some(answer)).boxed();
        }
        let request = match request.method() {
            "initialize" => {
                let process_id = request.params().and_then(|params| params.get("processId"));
                let process_id = process_id.and_then(Value::as_u64);
                self.client_process_id = process_id.and_then(|id| u32::try_from(id).ok());
                with_opaque_parameters(request)
            }
            "textDocument/codeAction" => without_foreign_diagnostics(request),
            // Some clients send `null` or `{}` where the protocol has nothing, or nothing where it has `{}`.
            "initialized" => change_parameters(request, |_| Some(json!({}))),
            "shutdown" => {
                self.has_shut_down = true;
                change_parameters(request, |_| None)
            }
            "exit" => {
                self.has_exited = true;
                change_parameters(request, |_| None)
            }
            _ => request,
        };
        let id = request.id().cloned();
        let Ok(handler) = panic::catch_unwind(AssertUnwindSafe(|| self.service.call(request))) else {
            return future::ok(id.map(|id| Response::from_error(id, Error::internal_error()))).boxed();
        };
        let answer = AssertUnwindSafe(handler).catch_unwind();
        answer
            .map(move |answer| match answer {
                Ok(Ok(answer)) => Ok(answer),
                // Called after `exit`, or panicked.
                Ok(Err(_)) | Err(_) => Ok(id.map(|id| Response::from_error(id, Error::internal_error()))),
            })
            .boxed()
    }
}

/// The types of tower-lsp know the words of one version of the protocol, and a single unknown one, in a capability
/// that nothing here asks for, would fail the whole session. So it gets to see empty parameters, and the client's own
/// travel inside them as the one member that may hold anything.
fn with_opaque_parameters(request: Request) -> Request {
    change_parameters(request, |params| {
        Some(json!({"capabilities": {}, "initializationOptions": params}))
    })
}

/// The server knows its own diagnostics. Clients add those of other servers, which need not be well-formed.
fn without_foreign_diagnostics(request: Request) -> Request {
    change_parameters(request, |mut params| {
        if let Some(diagnostics) = params
            .as_mut()
            .and_then(|params| params.pointer_mut("/context/diagnostics"))
        {
            *diagnostics = json!([]);
        }
        params
    })
}

fn change_parameters(request: Request, change: impl FnOnce(Option<Value>) -> Option<Value>) -> Request {
    let (method, id, params) = request.into_parts();
    let mut changed = Request::build(method);
    if let Some(params) = change(params) {
        changed = changed.params(params);
    }
    match id {
        Some(id) => changed.id(id).finish(),
        None => changed.finish(),
    }
}
