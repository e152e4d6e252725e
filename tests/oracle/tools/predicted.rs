//! What trustpub says that a cell will do.

use std::collections::BTreeSet;
use std::sync::Arc;

use trustpub_analysis::{Assumptions, FilePath, Outcome, RepositorySlug, Secrets, SiteReport, Workspace};

use crate::cell::Cell;
use crate::job::Job;
use crate::repository::{SLUG, files};

/// The model's answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Predicted {
    Oidc,
    Token,
    /// It fails, with this code if the model names one.
    Fails(Option<String>),
    /// Nothing publishes.
    NoStep,
    /// The model leaves it open, in these words.
    Open(&'static str),
}

/// Asks the model about a cell of the matrix.
pub(crate) fn predict(cell: &Cell) -> (Predicted, String) {
    answer(&files(cell), cell.token.is_empty_secret(), cell.is_public)
}

/// Asks the model about a job.
pub(crate) fn predict_job(job: &Job) -> (Predicted, String) {
    answer(&job.files, job.secrets_are_empty, job.is_public)
}

/// What npm has registered is in `trustpub.toml`; what a secret holds is assumed.
fn answer(
    files: &[(String, String)],
    secrets_are_empty: bool,
    repository_is_public: bool,
) -> (Predicted, String) {
    let mut workspace = Workspace::new();
    workspace.set_repository(RepositorySlug::parse(SLUG), false);
    workspace.set_assumptions(Assumptions {
        publisher_matches: None,
        secrets: match secrets_are_empty {
            true => Secrets::Empty,
            false => Secrets::Valid,
        },
        repository_is_public,
    });
    for (path, text) in files {
        let path = FilePath::new(path).expect("the path is sound");
        workspace.set_file(path, Arc::from(text.as_str()));
    }
    let mut offered = BTreeSet::new();
    loop {
        workspace.check();
        let wanted: Vec<FilePath> = workspace
            .wanted()
            .into_iter()
            .filter(|path| offered.insert(path.clone()))
            .collect();
        if wanted.is_empty() {
            break;
        }
        for path in wanted {
            let text = files.iter().find(|(known, _)| known == path.as_str());
            workspace.offer_file(path, text.map(|(_, text)| Arc::from(text.as_str())));
        }
    }
    let sites: Vec<_> = workspace.sites().collect();
    match sites.as_slice() {
        [] => (Predicted::NoStep, String::new()),
        [site] => (end(site), site.summary.clone()),
        [first, ..] => {
            let ends: Vec<Predicted> = sites.iter().map(|site| end(site)).collect();
            let fails = ends.iter().find(|end| matches!(end, Predicted::Fails(_)));
            let end = match fails {
                Some(fails) => fails.clone(),
                None if ends.iter().all(|end| *end == ends[0]) => ends[0].clone(),
                None => Predicted::Open("several publish steps"),
            };
            (end, first.summary.clone())
        }
    }
}

fn end(site: &SiteReport) -> Predicted {
    match site.outcome {
        Outcome::Oidc => Predicted::Oidc,
        Outcome::Token => Predicted::Token,
        Outcome::Fails | Outcome::NotReached => Predicted::Fails(site.error.map(|error| error.to_string())),
        Outcome::OidcOrToken => Predicted::Open("oidc or token"),
        Outcome::Unknown => Predicted::Open("unknown"),
    }
}

impl std::fmt::Display for Predicted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Oidc => f.write_str("published by oidc"),
            Self::Token => f.write_str("published by token"),
            Self::Fails(Some(code)) => write!(f, "failed with {code}"),
            Self::Fails(None) => f.write_str("failed"),
            Self::NoStep => f.write_str("no publish step"),
            Self::Open(words) => f.write_str(words),
        }
    }
}
