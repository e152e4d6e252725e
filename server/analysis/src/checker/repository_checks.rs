//! What the rules about `repository` in a manifest share.

use std::collections::HashSet;

use super::prelude::*;
use crate::checker::published_packages::current_manifest;
use crate::diagnostic::{Diagnostic, PackageFinding, PackageTrouble};
use crate::model::manifest::Manifest;
use crate::model::repository::{RepositorySlug, RepositoryState};
use crate::publish::RepositoryChange;
use crate::text::{FilePath, Grouped};

/// The texts about several packages whose provenance the registry refuses.
pub(crate) const WRONG_REPOSITORY: PackageTrouble = PackageTrouble {
    as_error: "will fail with E422 because of their `repository`",
    otherwise: "may fail with E422 because of their `repository`",
    fix: "Set `repository`",
};

/// A manifest that a site publishes with provenance.
pub(crate) struct PublishedManifest<'a> {
    pub(crate) path: FilePath,
    pub(crate) manifest: &'a Manifest,
    /// The severity of a wrong repository.
    pub(crate) severity: Severity,
    /// The publish commands. The first is the first that publishes it with this severity.
    pub(crate) sites: Vec<Place>,
    /// The first of them for people.
    command: String,
    /// How many packages it publishes.
    total: usize,
    /// " with E422", or with what the tool prints instead.
    code: String,
}

impl PublishedManifest<'_> {
    /// "`npm publish` will fail with E422"
    pub(crate) fn consequence(&self, severity: Severity) -> String {
        let will = match severity {
            Severity::Error => "will",
            _ => "may",
        };
        format!("`{}` {will} fail{}", self.command, self.code)
    }

    /// The package's name, or its folder if it has no name.
    fn name(&self) -> String {
        let name = self.manifest.name.as_ref().map(|name| name.value.clone());
        name.unwrap_or_else(|| self.path.folder().to_string())
    }

    /// A diagnostic about the package. If several packages of a publish step get one, they are counted there with the texts of
    /// `trouble`.
    pub(crate) fn report(
        &self,
        rule: &Rule,
        place: &Place,
        (severity, message): (Severity, String),
        trouble: PackageTrouble,
    ) -> Diagnostic {
        let mut diagnostic = rule.at(place, severity, message);
        for site in &self.sites {
            diagnostic = diagnostic.related(site, "published here");
        }
        diagnostic.package = self.sites.first().map(|step| PackageFinding {
            step: step.clone(),
            command: self.command.clone(),
            total: self.total,
            name: self.name(),
            trouble,
        });
        diagnostic
    }

    /// The place of the package's name, to report something that is missing.
    pub(crate) fn name_place(&self) -> Place {
        let name = self.manifest.name.as_ref().map(|name| name.range);
        Place::new(&self.path, name.unwrap_or(self.manifest.root.range))
    }

    /// The place of the text that names the repository, or of the field.
    pub(crate) fn repository_place(&self) -> Place {
        let field = &self.manifest.repository;
        match field.url.as_ref().map(|url| url.range).or(field.range) {
            Some(range) => Place::new(&self.path, range),
            None => self.name_place(),
        }
    }
}

/// The manifests that the file's sites publish with provenance, or would after a migration that has begun.
pub(crate) fn published_manifests<'a>(context: &CheckContext<'a>) -> Vec<PublishedManifest<'a>> {
    let mut found: Grouped<FilePath, (PublishedManifest<'a>, HashSet<&Place>)> = Grouped::default();
    for site in context.sites {
        let Some(severity) = provenance_severity(site) else {
            continue;
        };
        let packages = &site.packages;
        let lacking = match packages.candidates_lack_repository {
            true => packages.candidates.as_slice(),
            false => &[],
        };
        let severity = match (lacking, site.outcome.prediction.outcome) {
            ([], Outcome::Fails | Outcome::NotReached) => severity,
            _ => severity.min(Severity::Warning),
        };
        for path in packages.manifests.iter().chain(lacking) {
            let severity = match packages.repository_change(path) {
                RepositoryChange::None => severity,
                RepositoryChange::Rewritten => severity.min(Severity::Warning),
                RepositoryChange::Any | RepositoryChange::Open | RepositoryChange::Own => continue,
            };
            let Some(manifest) = current_manifest(context, path) else {
                continue;
            };
            let new = PublishedManifest {
                path: path.clone(),
                manifest,
                severity,
                sites: vec![site.place.clone()],
                command: site.publishing_tool.command.clone(),
                total: packages.manifests.len() + lacking.len(),
                code: site.with_code(NpmError::E422),
            };
            match found.get_mut(path) {
                Some((known, places)) if known.severity < severity => {
                    *known = new;
                    *places = HashSet::from([&site.place]);
                }
                Some((known, places)) => {
                    if known.severity == severity && places.insert(&site.place) {
                        known.sites.push(site.place.clone());
                    }
                }
                None => found.push(path.clone(), (new, HashSet::from([&site.place]))),
            }
        }
    }
    let found = found.into_values().into_iter();
    found.map(|(manifest, _)| manifest).collect()
}

/// The severity if the registry cannot match a package with its provenance. None if the publish step generates no provenance.
fn provenance_severity(site: &Site<'_>) -> Option<Severity> {
    let is_relevant = site.target.is_npm() && !site.publishing_tool.is_guess && !site.provenance_is_off();
    if !is_relevant || site.target.provenance_is_open {
        return None;
    }
    let is_explicit = site.target.requested_provenance().is_some();
    match site.intent() {
        Intent::Oidc => Some(Severity::Error),
        Intent::Both if is_explicit => Some(Severity::Error),
        Intent::Both if site.can_exchange() == Truth::No => None,
        Intent::Both => Some(Severity::Warning),
        Intent::Token | Intent::Unknown => None,
    }
}

/// The severity if the slug that was compared may be a fork's.
pub(crate) fn where_slug_may_be_wrong(context: &CheckContext<'_>, severity: Severity) -> Severity {
    if context.sources.slug_is_ambiguous() {
        severity.min(Severity::Warning)
    } else {
        severity
    }
}

/// The repository on GitHub that a manifest names, together with that of the checkout.
pub(crate) fn both_slugs<'a>(
    context: &CheckContext<'a>,
    manifest: &'a Manifest,
) -> Option<(&'a RepositorySlug, &'a RepositorySlug)> {
    Some((manifest.repository.slug()?, context.sources.slug()?))
}

/// Whether a manifest's `repository` names something that is not on GitHub at all.
pub(crate) fn other_host(manifest: &Manifest) -> Option<&str> {
    match &manifest.repository.state {
        RepositoryState::OtherHost(host) => Some(host),
        _ => None,
    }
}
