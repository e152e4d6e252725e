use std::sync::Arc;

/// A source that knows how packages were published.
pub trait Registry: Send + Sync {
    /// Asks for the newest version of a package, and returns the answer in one line. It may take as long as it takes.
    fn ask(&self, question: &Question) -> Answer;
}

/// What the registry is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The name of the package.
    pub package: String,
    /// The `.npmrc` at the root of the repository, which may name another registry.
    pub npmrc: Option<Arc<str>>,
}

/// What it answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The answer, for people.
    pub text: String,
    /// Whether there was none, so that it is worth to ask again soon.
    pub is_failure: bool,
}
