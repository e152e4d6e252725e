//! What the rules about `repository` in a manifest share.

use super::prelude::*;
use super::published_packages::list_of;
use crate::checker::published_packages::current_manifest;
use crate::diagnostic::{Diagnostic, FixKind};
use crate::model::manifest::Manifest;
use crate::model::repository::{RepositorySlug, RepositoryState};
use crate::text::FilePath;

/// How many packages a summary points to.
const MOST_RELATED: usize = 5;

/// A manifest that a site publishes with provenance.
pub(crate) struct PublishedManifest<'a> {
    pub(crate) path: FilePath,
    pub(crate) manifest: &'a Manifest,
    /// How bad a wrong repository is.
    pub(crate) severity: Severity,
    /// The publish command.
    pub(crate) site: Place,
}

impl PublishedManifest<'_> {
    /// The package's name, or its folder where it has none.
    fn name(&self) -> String {
        let name = self.manifest.name.as_ref().map(|name| name.value.clone());
        name.unwrap_or_else(|| self.path.folder().to_string())
    }

    /// The place of the package's name, for what is missing.
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

/// Says at a publish command how many of its packages have the same trouble, where several have it; each of them
/// has a diagnostic of its own. The fix repairs all at once.
pub(crate) fn summarise(
    context: &CheckContext<'_>,
    rule: &Rule,
    reported: &[(PublishedManifest<'_>, Diagnostic)],
    findings: &mut Findings,
) {
    for site in context.sites {
        let of_site: Vec<&(PublishedManifest<'_>, Diagnostic)> = reported
            .iter()
            .filter(|(published, _)| published.site == site.place)
            .collect();
        let is_first = context.sites.iter().find(|other| other.place == site.place);
        let Some(severity) = of_site.iter().map(|(_, diagnostic)| diagnostic.severity).max() else {
            continue;
        };
        if of_site.len() < 2 || !is_first.is_some_and(|first| std::ptr::eq(first, site)) {
            continue;
        }
        let names: Vec<String> = of_site.iter().map(|(published, _)| published.name()).collect();
        let will = if severity == Severity::Error {
            "will"
        } else {
            "may"
        };
        let message = format!(
            "{} of the {} packages that `{}` publishes {will} fail with E422 because of their `repository`: {}",
            names.len(),
            site.packages.manifests.len(),
            site.publisher.command,
            list_of(&names)
        );
        let mut diagnostic = rule.at(&site.place, severity, message);
        for (published, _) in of_site.iter().take(MOST_RELATED) {
            diagnostic = diagnostic.related(&published.repository_place(), "its `repository`");
        }
        let fixes: Option<Vec<&Fix>> = of_site.iter().map(|(_, found)| found.fixes.first()).collect();
        let fix = fixes.map(|fixes| Fix {
            title: format!("Set `repository` of all {} packages", names.len()),
            applicability: fixes
                .iter()
                .map(|fix| fix.applicability)
                .max()
                .unwrap_or(Applicability::Unsafe),
            kind: FixKind::QuickFix,
            edits: fixes.iter().flat_map(|fix| fix.edits.clone()).collect(),
        });
        findings.push(diagnostic.fix(fix));
    }
}

/// How bad it is when the registry cannot match a package with its provenance; none where there is none.
fn provenance_severity(site: &Site<'_>) -> Option<Severity> {
    let is_off = site.target.provenance.as_ref().is_some_and(|provenance| {
        // npm does not read publishConfig when it decides about automatic provenance.
        !provenance.is_on && !provenance.is_publish_config
    });
    let is_relevant = site.target.is_npm() && !site.publisher.is_guess && !is_off;
    if !is_relevant || site.packages.manifest_is_changed {
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

/// The severity where the comparison rests on a slug that may be a fork's.
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
