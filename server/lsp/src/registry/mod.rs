//! How the packages of open manifests were published, as far as the registry has answered.

mod answers;
mod question;

pub(crate) use answers::{Answers, Key};
pub use question::{Answer, Question, Registry};
