//! What follows from the registry's answers: who published what, and what is wrong about it.

use trustpub_analysis::RepositorySlug;

use crate::error::AskError;
use crate::packument::{Packument, Publisher};
use crate::provenance::{Attested, Statement};
use crate::signatures::CheckedAttestation;

/// What is known of the repository at hand.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Local {
    /// Its name on GitHub.
    pub repository: Option<RepositorySlug>,
    /// The paths of its workflows.
    pub workflows: Vec<String>,
}

/// What the registry says about one package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageReport {
    /// The version that was asked for.
    pub asked: VersionReport,
    /// The last versions, newest first.
    pub recent: Vec<VersionReport>,
    /// The oldest version that was published by trusted publishing.
    pub trusted_since: Option<String>,
    /// Whether the asked version was published with a token after that.
    pub is_downgrade: bool,
    /// The kinds of attestations that the asked version has.
    pub predicate_types: Vec<String>,
    /// Its provenance.
    pub statement: Option<Statement>,
    /// What is wrong, or worth a look.
    pub findings: Vec<Finding>,
    /// Why its provenance could not be read.
    pub problem: Option<AskError>,
    /// What came of the verification of its attestations, if that was asked for.
    pub signatures: Option<Vec<CheckedAttestation>>,
}

/// The publisher of one version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VersionReport {
    /// The version.
    pub version: String,
    /// When it was published, as the registry writes it.
    pub published: Option<String>,
    /// Its publisher.
    pub publisher: Publisher,
    /// Whether it has attestations.
    pub has_attestations: bool,
}

/// Something that is wrong, or worth a look.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What it is.
    pub kind: FindingKind,
    /// What it means and what to do.
    pub message: String,
}

/// What can be wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FindingKind {
    /// The asked version was published with a token.
    Token,
    /// The registry does not say who published the asked version.
    UnknownPublisher,
    /// Versions were published with a token after one came by trusted publishing.
    Downgrade,
    /// The asked version has no provenance.
    NoProvenance,
    /// The provenance names another repository.
    OtherRepository,
    /// The provenance is about another tarball.
    OtherTarball,
    /// The provenance names a workflow that the repository does not have.
    WorkflowMissing,
}

impl FindingKind {
    /// Its name in the JSON output.
    pub fn id(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::UnknownPublisher => "unknown-publisher",
            Self::Downgrade => "downgrade",
            Self::NoProvenance => "no-provenance",
            Self::OtherRepository => "other-repository",
            Self::OtherTarball => "other-tarball",
            Self::WorkflowMissing => "workflow-missing",
        }
    }

    /// Whether the asked version is not what trusted publishing would have made it.
    pub fn is_failure(self) -> bool {
        match self {
            Self::Token | Self::UnknownPublisher | Self::OtherRepository | Self::OtherTarball => true,
            Self::Downgrade | Self::NoProvenance | Self::WorkflowMissing => false,
        }
    }
}

impl PackageReport {
    /// The report about one version of a package. `attestations` are what the registry answered about those of this
    /// version, if it has some; `local` is the repository whose package this is.
    pub(crate) fn new(
        packument: &Packument,
        version: &str,
        attestations: Option<Result<Attested, AskError>>,
        last: usize,
        local: Option<&Local>,
    ) -> Self {
        let by_age = packument.by_age().into_iter();
        let by_age: Vec<VersionReport> = by_age
            .map(|version| VersionReport::new(packument, version))
            .collect();
        let asked = by_age.iter().position(|report| report.version == version);
        let asked_report = VersionReport::new(packument, version);
        let first_trusted = by_age.iter().position(VersionReport::is_trusted);
        let start = by_age.len().saturating_sub(last);
        let downgrades: Vec<&VersionReport> = by_age
            .iter()
            .enumerate()
            .filter(|(index, _)| *index >= start || Some(*index) == asked)
            .filter(|(index, report)| {
                first_trusted.is_some_and(|first| first < *index) && report.is_by_token()
            })
            .map(|(_, report)| report)
            .collect();
        let is_downgrade = downgrades.iter().any(|report| report.version == version);
        let trusted_since = first_trusted
            .and_then(|first| by_age.get(first))
            .map(|report| report.version.clone());
        let (attested, problem) = match attestations {
            Some(Ok(attested)) => (attested, None),
            Some(Err(problem)) => (Attested::default(), Some(problem)),
            None => (Attested::default(), None),
        };
        let mut findings = Vec::new();
        findings.extend(publisher_finding(&asked_report));
        findings.extend(downgrade_finding(&downgrades, trusted_since.as_deref()));
        if asked_report.is_trusted() && problem.is_none() && attested.statement.is_none() {
            findings.push(Finding {
                kind: FindingKind::NoProvenance,
                message: format!(
                    "{version} has no provenance, so nothing shows which commit it was built from. npm generates none for a private repository, or if `provenance` is set to false."
                ),
            });
        }
        if let Some(statement) = &attested.statement {
            let integrity = packument.version(version);
            let integrity = integrity.and_then(|version| version.dist.integrity.as_deref());
            findings.extend(tarball_finding(version, statement, integrity));
            findings.extend(local.and_then(|local| source_finding(version, statement, local)));
        }
        let mut predicate_types = attested.predicate_types();
        if predicate_types.is_empty() {
            let named = packument
                .version(version)
                .and_then(|version| version.predicate_type());
            predicate_types.extend(named.map(str::to_owned));
        }
        Self {
            asked: asked_report,
            recent: by_age.into_iter().skip(start).rev().collect(),
            trusted_since,
            is_downgrade,
            predicate_types,
            statement: attested.statement,
            findings,
            problem,
            signatures: None,
        }
    }

    /// Whether there are attestations of the asked version, and the signatures of all were verified.
    pub fn has_verified_signatures(&self) -> bool {
        let signatures = self.signatures.as_deref().unwrap_or_default();
        !signatures.is_empty() && signatures.iter().all(|checked| checked.result.is_ok())
    }

    /// Whether the signatures were verified, or this was not requested.
    pub fn signatures_are_as_wished(&self) -> bool {
        self.signatures.is_none() || self.has_verified_signatures()
    }

    /// Whether the asked version came by trusted publishing, and its provenance says nothing else.
    pub fn is_trusted(&self) -> bool {
        !self.findings.iter().any(|finding| finding.kind.is_failure())
    }
}

impl VersionReport {
    fn new(packument: &Packument, version: &str) -> Self {
        let published = packument.version(version);
        Self {
            version: version.to_owned(),
            published: packument.time(version).map(str::to_owned),
            publisher: published.map_or(Publisher::Unknown, |published| published.publisher()),
            has_attestations: published.is_some_and(|published| published.dist.attestations.is_some()),
        }
    }

    fn is_trusted(&self) -> bool {
        matches!(self.publisher, Publisher::Trusted(_))
    }

    fn is_by_token(&self) -> bool {
        matches!(self.publisher, Publisher::Token(_))
    }
}

fn publisher_finding(asked: &VersionReport) -> Option<Finding> {
    let version = &asked.version;
    match &asked.publisher {
        Publisher::Trusted(_) => None,
        Publisher::Token(account) => Some(Finding {
            kind: FindingKind::Token,
            message: format!(
                "{version} was published with a token of `{account}` and not by trusted publishing. `trustpub check` reports what stops trusted publishing, and `trustpub setup` shows what to enter on npm."
            ),
        }),
        Publisher::Unknown => Some(Finding {
            kind: FindingKind::UnknownPublisher,
            message: format!(
                "the registry does not name the publisher of {version}. Only npm's own registry records trusted publishers: ask it with `--registry`."
            ),
        }),
    }
}

fn downgrade_finding(downgrades: &[&VersionReport], trusted_since: Option<&str>) -> Option<Finding> {
    const SHOWN: usize = 3;
    let trusted_since = trusted_since?;
    let newest = downgrades.iter().rev().take(SHOWN);
    let shown: Vec<&str> = newest.map(|report| report.version.as_str()).collect();
    if shown.is_empty() {
        return None;
    }
    let more = match downgrades.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(Finding {
        kind: FindingKind::Downgrade,
        message: format!(
            "A token published {}{more}, although {trusted_since} came by trusted publishing. A token that can publish is still valid: revoke it, and disallow tokens in the package's settings on npm.",
            shown.join(", ")
        ),
    })
}

fn tarball_finding(version: &str, statement: &Statement, integrity: Option<&str>) -> Option<Finding> {
    statement.is_of_other_tarball(integrity).then(|| Finding {
        kind: FindingKind::OtherTarball,
        message: format!(
            "the provenance of {version} is about a tarball with a different hash than the registry's. Do not install it, and ask the operator of the registry."
        ),
    })
}

/// Where the provenance does not fit to the repository at hand.
fn source_finding(version: &str, statement: &Statement, local: &Local) -> Option<Finding> {
    let here = local.repository.as_ref()?;
    let source = statement.repository.as_deref()?;
    let slug = RepositorySlug::from_remote_url(source);
    let is_other = slug.is_none_or(|slug| !slug.is_same(here));
    if is_other {
        return Some(Finding {
            kind: FindingKind::OtherRepository,
            message: format!(
                "{version} was built from {source}, but this is {here}. If the repository has moved, register the new one as trusted publisher. Otherwise find out who published the version."
            ),
        });
    }
    let workflow = statement.workflow.as_deref()?;
    let is_here = local.workflows.iter().any(|path| path == workflow);
    (!is_here).then(|| Finding {
        kind: FindingKind::WorkflowMissing,
        message: format!(
            "{version} was published by `{workflow}`, which no longer exists here. If it was renamed, the trusted publisher on npm must name the new file."
        ),
    })
}

#[cfg(test)]
pub(crate) mod tests;
