//! A mock of the hosts that a release talks to: npm's registry and Yarn's name for it, GitHub, and sigstore.
//!
//! It listens on a Unix socket, since each run has a network of its own; `tls.mjs` passes on what arrives there, with the
//! run and the host in front of the path. It gives a token only for an ID token whose audience is npm's registry and
//! for the declared package, answers 404 to every credential that it does not know, and compares provenance with the
//! manifest's repository, as the public registry does.

#[path = "../../mock/http.rs"]
mod http;
mod registry;
#[path = "../../mock/sigstore.rs"]
mod sigstore;

use std::collections::HashMap;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};

/// The bearer with which a job asks for its ID token.
pub(crate) const REQUEST_TOKEN: &str = "request-token";

/// The host that gives out ID tokens.
pub(crate) const ID_TOKEN_HOST: &str = "pipelines.actions.githubusercontent.com";

/// The public registry's host.
pub(crate) const NPM_HOST: &str = "registry.npmjs.org";

/// All hosts that lead to the mock.
pub(crate) const HOSTS: [&str; 11] = [
    NPM_HOST,
    "registry.yarnpkg.com",
    "npm.pkg.github.com",
    ID_TOKEN_HOST,
    "github.com",
    "api.github.com",
    "uploads.github.com",
    "fulcio.sigstore.dev",
    "rekor.sigstore.dev",
    "timestamp.sigstore.dev",
    "tuf-repo-cdn.sigstore.dev",
];

/// What the mock is told of a run, and what it saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversation {
    /// The packages whose trusted publisher is this workflow.
    pub(crate) declared: Vec<String>,
    /// The packages that exist beside `widget` and `@acme/widget`.
    pub(crate) packages: Vec<String>,
    /// Whether the repository is public.
    pub(crate) is_public: bool,
    /// The exchanges that were asked for: the package's name as it was sent, and whether a token was given.
    pub(crate) exchanges: Vec<(String, bool)>,
    /// The last package that was sent.
    pub(crate) sent: Option<Sent>,
    /// The accepted packages with their versions.
    pub(crate) accepted: HashMap<String, String>,
    /// The requests, for people.
    pub(crate) log: Vec<String>,
}

/// A package that was sent, accepted or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sent {
    pub(crate) host: String,
    pub(crate) credential: Credential,
    pub(crate) has_provenance: bool,
}

/// What a package was sent with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Credential {
    /// The token of an exchange.
    Oidc,
    /// The good token.
    Token,
    /// A credential that the registry does not know.
    Unknown,
    Nothing,
}

/// The mock, running.
#[derive(Debug)]
pub(crate) struct Mock {
    conversations: Conversations,
}

/// By the run's name.
#[derive(Clone, Debug, Default)]
struct Conversations(Arc<Mutex<HashMap<String, Conversation>>>);

impl Conversations {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Conversation>> {
        self.0.lock().expect("no thread panics while it holds this")
    }
}

impl Mock {
    /// Starts it on a new socket.
    pub(crate) fn start(socket: &Path) -> Self {
        let conversations = Conversations::default();
        let listener =
            UnixListener::bind(socket).unwrap_or_else(|error| panic!("{}: {error}", socket.display()));
        let known = conversations.clone();
        http::serve(
            move || Ok(listener.accept()?.0),
            move |request| registry::answer(request, &known),
        );
        Self { conversations }
    }

    /// Says what a run is like, before it starts.
    pub(crate) fn expect(&self, run: &str, conversation: Conversation) {
        self.conversations.lock().insert(run.to_owned(), conversation);
    }

    /// What was said in a run.
    pub(crate) fn conversation(&self, run: &str) -> Conversation {
        self.conversations.lock().get(run).cloned().unwrap_or_default()
    }
}
