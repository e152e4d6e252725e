//! A mock of what a publish talks to: GitHub's id-token endpoint, the registry, another registry, and sigstore.
//!
//! One server serves all cells; a package's name tells them apart. It knows three tokens: the one that it gives for
//! an ID token, a good one and everything else, which it refuses with 404 as the public registry does. Where a
//! package comes with provenance, it compares the manifest's repository with the workflow's, as the public registry
//! does. What it signs is neither a certificate nor a log entry, only what their parsers take.

mod http;
mod registry;
mod sigstore;

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::outcome::Registry;
use crate::repository::Registries;

/// The bearer with which a job asks for its ID token.
pub(crate) const REQUEST_TOKEN: &str = "request-token";

/// What the mock is told of a package, and what it saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversation {
    /// Whether npm's trusted publisher is the workflow.
    pub(crate) publisher_matches: bool,
    /// Whether the repository is public.
    pub(crate) repository_is_public: bool,
    /// The registry that was spoken to last.
    pub(crate) registry: Option<Registry>,
    /// What a package was accepted with.
    pub(crate) accepted: Option<Credential>,
    /// The manifest of the accepted package; null if there is none.
    pub(crate) manifest: serde_json::Value,
    /// The requests, for people.
    pub(crate) log: Vec<String>,
}

/// What the registry takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Credential {
    /// The token of an exchange.
    Exchanged,
    /// A token that was there before.
    Token,
}

/// The mock, running.
#[derive(Debug)]
pub(crate) struct Mock {
    npm: SocketAddr,
    other: SocketAddr,
    conversations: Conversations,
}

/// By the package's name.
#[derive(Clone, Debug, Default)]
struct Conversations(Arc<Mutex<HashMap<String, Conversation>>>);

impl Conversations {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Conversation>> {
        self.0.lock().expect("no thread panics while it holds this")
    }
}

impl Mock {
    /// Starts it.
    pub(crate) fn start() -> Self {
        let conversations = Conversations::default();
        let serve = |registry| {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
            let address = listener.local_addr().expect("it is bound");
            let conversations = conversations.clone();
            http::serve(
                move || Ok(listener.accept()?.0),
                move |request| registry::answer(registry, request, &conversations),
            );
            address
        };
        Self {
            npm: serve(Registry::Npm),
            other: serve(Registry::Other),
            conversations,
        }
    }

    /// The URLs of the registries.
    pub(crate) fn registries(&self) -> Registries {
        Registries {
            npm: format!("http://{}", self.npm),
            other: format!("http://{}", self.other),
        }
    }

    /// What `ACTIONS_ID_TOKEN_REQUEST_URL` is in a package's job.
    pub(crate) fn id_token_url(&self, package: &str) -> String {
        format!(
            "http://{}{}{package}?api-version=2.0",
            self.npm,
            registry::ID_TOKEN
        )
    }

    /// Says what a package is like, before it is published.
    pub(crate) fn expect(&self, package: &str, conversation: Conversation) {
        self.conversations.lock().insert(package.to_owned(), conversation);
    }

    /// What was said about a package.
    pub(crate) fn conversation(&self, package: &str) -> Conversation {
        self.conversations
            .lock()
            .get(package)
            .cloned()
            .unwrap_or_default()
    }
}
