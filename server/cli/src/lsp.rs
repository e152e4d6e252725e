//! `trustpub lsp`

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use trustpub_lsp::{Answer, Question, Registry};
use trustpub_registry::{Client, Local, PackageRequest, RegistrySettings, Wishes, ask_all};

/// How long the registry may take. Nothing waits for it.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Runs the language server until its client ends the session.
pub(crate) fn run() -> ExitCode {
    trustpub_lsp::run_stdio(Arc::new(Npm))
}

/// The registry that npm would take.
struct Npm;

impl Registry for Npm {
    fn ask(&self, question: &Question) -> Answer {
        match ask(question) {
            Ok(answer) => Answer {
                text: answer.summary(),
                is_failure: answer.result.is_err(),
            },
            Err(problem) => Answer {
                text: format!("npm: {problem}"),
                is_failure: true,
            },
        }
    }
}

fn ask(question: &Question) -> Result<trustpub_registry::Answer, String> {
    let request = PackageRequest::parse(&question.package)
        .ok_or_else(|| format!("`{}` is not a valid package name", question.package))?;
    let settings = RegistrySettings::of_process(None, question.npmrc.as_deref());
    let client = Client::new(settings, TIMEOUT)?;
    let wishes = Wishes {
        last: 1,
        local: &Local::default(),
        verifier: None,
    };
    let answers = ask_all(&client, &[request], &wishes);
    answers
        .into_iter()
        .next()
        .ok_or_else(|| "it gave no answer".to_owned())
}
