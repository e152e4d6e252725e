//! What the rules about `repository` in a manifest share.

use super::prelude::*;
use crate::model::manifest::Manifest;
use crate::model::repository::{RepositorySlug, RepositoryState};
use crate::publish::RegistryFact;
use crate::workspace::FilePath;

/// A manifest that a site publishes with provenance.
pub(in crate::rules) struct PublishedManifest<'a> {
    pub(in crate::rules) path: FilePath,
    pub(in crate::rules) manifest: &'a Manifest,
    /// How bad a wrong repository is.
    pub(in crate::rules) severity: Severity,
    /// The publish command.
    pub(in crate::rules) site: Place,
}

impl PublishedManifest<'_> {
    /// The place of the package's name, for what is missing.
    pub(in crate::rules) fn name_place(&self) -> Place {
        let name = self.manifest.name.as_ref().map(|name| name.range);
        Place::new(&self.path, name.unwrap_or(self.manifest.root.range))
    }

    /// The place of the text that names the repository, or of the field.
    pub(in crate::rules) fn repository_place(&self) -> Place {
        let field = &self.manifest.repository;
        match field.url.as_ref().map(|url| url.range).or(field.range) {
            Some(range) => Place::new(&self.path, range),
            None => self.name_place(),
        }
    }
}

/// The manifests that the file's sites publish with provenance, or would after a migration that has begun.
pub(in crate::rules) fn published_manifests<'a>(context: &CheckContext<'a>) -> Vec<PublishedManifest<'a>> {
    let mut found: Vec<PublishedManifest<'a>> = Vec::new();
    for site in context.sites {
        let Some(severity) = provenance_severity(site) else {
            continue;
        };
        for path in &site.packages.manifests {
            let Some(manifest) = current_manifest(context, path) else {
                continue;
            };
            if found
                .iter()
                .any(|known| known.path == *path && known.severity >= severity)
            {
                continue;
            }
            found.push(PublishedManifest {
                path: path.clone(),
                manifest,
                severity,
                site: site.place.clone(),
            });
        }
    }
    found
}

/// The manifest at `path`, where its ranges are those of the text as it is now.
pub(in crate::rules) fn current_manifest<'a>(
    context: &CheckContext<'a>,
    path: &FilePath,
) -> Option<&'a Manifest> {
    let file = context.repository.file(path)?;
    file.json()?;
    context.repository.manifest(path)
}

/// How bad it is when the registry cannot match a package with its provenance; none where there is none.
fn provenance_severity(site: &Site<'_>) -> Option<Severity> {
    let is_off = site.provenance.as_ref().is_some_and(|provenance| {
        // npm does not read publishConfig when it decides about automatic provenance.
        !provenance.is_on && !provenance.is_publish_config
    });
    let is_relevant = site.registry == RegistryFact::Npm && !site.publisher.is_guess && !is_off;
    if !is_relevant || site.manifest_is_changed {
        return None;
    }
    let is_explicit = site
        .provenance
        .as_ref()
        .is_some_and(|provenance| provenance.is_on);
    match site.intent() {
        Intent::Oidc => Some(Severity::Error),
        Intent::Both if is_explicit => Some(Severity::Error),
        Intent::Both if site.can_exchange() == Truth::No => None,
        Intent::Both => Some(Severity::Warning),
        Intent::Token | Intent::Unknown => None,
    }
}

/// The severity where the comparison rests on a slug that may be a fork's.
pub(in crate::rules) fn where_slug_may_be_wrong(context: &CheckContext<'_>, severity: Severity) -> Severity {
    if context.repository.slug_is_ambiguous() {
        severity.min(Severity::Warning)
    } else {
        severity
    }
}

/// The repository on GitHub that a manifest names, together with that of the checkout.
pub(in crate::rules) fn both_slugs<'a>(
    context: &CheckContext<'a>,
    manifest: &'a Manifest,
) -> Option<(&'a RepositorySlug, &'a RepositorySlug)> {
    Some((manifest.repository.slug()?, context.repository.slug()?))
}

/// Whether a manifest's `repository` names something that is not on GitHub at all.
pub(in crate::rules) fn other_host(manifest: &Manifest) -> Option<&str> {
    match &manifest.repository.state {
        RepositoryState::OtherHost(host) => Some(host),
        _ => None,
    }
}
