//! What trustpub says that a cell will do.

use std::sync::Arc;

use trustpub_analysis::{Assumptions, FilePath, Outcome, RepositorySlug, Secrets, Workspace};

use crate::cell::{Cell, Exchange, Package, Token};
use crate::outcome::{End, Run};
use crate::repository::{Registries, SLUG, manifest, project_npmrc, workflow};

/// The model's answer.
pub(crate) fn predict(cell: &Cell, package: &str) -> Run {
    let registries = Registries::real();
    let mut workspace = Workspace::new();
    workspace.set_repository(RepositorySlug::parse(SLUG), false);
    workspace.set_assumptions(Assumptions {
        publisher_matches: Some(cell.exchange == Exchange::Granted),
        secrets: match cell.token {
            Token::Empty => Secrets::Empty,
            Token::Stale => Secrets::Refused,
            Token::Absent | Token::Placeholder | Token::Valid => Secrets::Valid,
        },
        repository_is_public: cell.package != Package::InPrivateRepository,
    });
    let mut add = |path: &str, text: String| {
        let path = FilePath::new(path).expect("the path is sound");
        workspace.set_file(path, Arc::from(text));
    };
    add(".github/workflows/release.yml", workflow(cell));
    add("package.json", manifest(cell, package, &registries));
    if let Some(text) = project_npmrc(cell, &registries) {
        add(".npmrc", text);
    }
    workspace.check();
    let sites: Vec<_> = workspace.sites().collect();
    let [site] = sites.as_slice() else {
        return Run::unknown(format!("{} publish sites", sites.len()));
    };
    let registry = match site.registry.as_deref().map(|url| url.trim_end_matches('/')) {
        Some(url) if url == registries.npm => Some(crate::outcome::Registry::Npm),
        Some(url) if url == registries.other => Some(crate::outcome::Registry::Other),
        _ => None,
    };
    let end = match site.outcome {
        Outcome::Oidc => End::PublishedByOidc,
        Outcome::Token => End::PublishedByToken,
        Outcome::Fails | Outcome::NotReached => End::Failed(site.error.map(|error| error.to_string())),
        Outcome::OidcOrToken | Outcome::Unknown => End::Unknown,
    };
    Run {
        end,
        registry,
        remark: site.summary.clone(),
        output: String::new(),
    }
}
