//! The chain of facts from which an outcome follows, in words and with the places that they come from.

use super::summary::few_or_range;
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::model::permissions::Grant;
use crate::model::repository::{RepositoryState, SlugComparison};
use crate::publish::site::Guess;
use crate::publish::site::Outcome;
use crate::publish::site::RegistryFact;
use crate::publish::site::RunnerFact;
use crate::publish::site::Site;
use crate::publish::site::{IdTokenCause, IdTokenFact};
use crate::publish::site::{NodeAndNpm, NodeOrigin, NpmOrigin};
use crate::publish::tools::{Exchange, Tool};
use crate::publish::view::report::{Evidence, EvidenceFact, Verdict};
use crate::sources::Sources;
use crate::text::Place;
use crate::versions::version::Truth;
use crate::versions::version::Version;

/// What will become of tokens in CI.
/// Source: GitHub's changelog of 2026-07-08, <https://github.blog/changelog/2026-07-08-npm-install-time-security-and-gat-bypass2fa-deprecation/>,
/// and of 2026-09-18, which says that npm "is targeting January 2027".
const END_OF_TOKENS: &str =
    "npm plans to end direct publishing with a token that bypasses two-factor authentication in January 2027";

/// More names than this are only counted.
const MOST_NAMES: usize = 3;

impl Site<'_> {
    /// The facts that decide, in the order in which people ask for them.
    pub(crate) fn evidence(&self, sources: &Sources<'_>) -> Vec<Evidence> {
        let mut evidence = vec![self.publisher_evidence()];
        evidence.extend(self.npm_evidence());
        evidence.push(self.id_token_evidence());
        evidence.push(self.credential_evidence());
        evidence.push(self.registry_evidence());
        evidence.push(self.package_evidence(sources));
        evidence.extend(self.repository_evidence(sources));
        evidence.extend(self.runner_evidence());
        evidence.extend(self.entry_evidence());
        evidence
    }

    fn publisher_evidence(&self) -> Evidence {
        let publishing_tool = &self.publishing_tool;
        let name = self.publisher_name();
        let (how, verdict) = match publishing_tool.exchange {
            _ if publishing_tool.is_guess => {
                let why = match &publishing_tool.in_code {
                    Some(command) => format!("was searched, not run; it contains {command}"),
                    None => match publishing_tool.guess {
                        Guess::NotRead => "was not followed; its name suggests publishing",
                        Guess::NothingFound => "suggests publishing by its name; no publish was found in it",
                        Guess::OfProjects => "releases projects that may not be npm packages",
                    }
                    .to_owned(),
                };
                (why, Verdict::Unknown)
            }
            Exchange::Itself => ("does trusted publishing itself".to_owned(), Verdict::Good),
            Exchange::NpmOnPath if publishing_tool.tool == Tool::Npm => {
                return Evidence::new(
                    EvidenceFact::Publisher,
                    format!("`{}`", publishing_tool.command),
                    Verdict::Neutral,
                )
                .at(&self.place);
            }
            Exchange::NpmOnPath => (
                "leaves trusted publishing to the npm on the PATH".to_owned(),
                Verdict::Neutral,
            ),
            Exchange::Unsupported => match &publishing_tool.since {
                Some((package, since)) => (
                    format!("does not support trusted publishing; {package} can from {since} on"),
                    Verdict::Bad,
                ),
                None => ("does not support trusted publishing".to_owned(), Verdict::Bad),
            },
            Exchange::Unknown if self.can_exchange() == Truth::Yes => (
                "does trusted publishing itself or runs the npm on the PATH: its version decides".to_owned(),
                Verdict::Good,
            ),
            Exchange::Unknown => (
                "may support trusted publishing: its version decides".to_owned(),
                Verdict::Unknown,
            ),
        };
        let place = publishing_tool.release.locked_at.as_ref().unwrap_or(&self.place);
        Evidence::new(EvidenceFact::Publisher, format!("{name}, which {how}"), verdict).at(place)
    }

    /// "changesets 3.0.3 (yarn.lock) with yarn 4.12.0"
    fn publisher_name(&self) -> String {
        let publishing_tool = &self.publishing_tool;
        let with_version = |name: &str, version: Option<&Version>| match version {
            Some(version) => format!("{name} {version}"),
            None => name.to_owned(),
        };
        let lock_file = |is_meant: bool| match &publishing_tool.release.locked_at {
            Some(place) if is_meant => format!(" ({})", place.path),
            _ => String::new(),
        };
        let tool = with_version(publishing_tool.name, publishing_tool.release.version.as_ref());
        let Some(client) = &publishing_tool.client else {
            return tool + &lock_file(true);
        };
        // The lock file tells the version that is known of the tool, or else that of its client.
        let is_of_tool = publishing_tool.release.version.is_some();
        let client = with_version(client.name, client.version.as_ref());
        format!(
            "{tool}{} with {client}{}",
            lock_file(is_of_tool),
            lock_file(!is_of_tool)
        )
    }

    /// Which npm publishes and where it comes from; nothing where npm has no part in it.
    fn npm_evidence(&self) -> Option<Evidence> {
        if !matches!(self.publishing_tool.exchange, Exchange::NpmOnPath) || self.publishing_tool.is_guess {
            return None;
        }
        let verdict = match self.can_exchange() {
            Truth::Yes => Verdict::Good,
            Truth::No => Verdict::Bad,
            Truth::Maybe => Verdict::Unknown,
        };
        let NodeAndNpm { node, npm, .. } = &self.node_and_npm;
        let mut value = few_or_range(&npm.candidates).unwrap_or_else(|| "not known".to_owned());
        let source = self.npm_origin();
        if !source.is_empty() {
            value = format!("{value} ({source})");
        }
        match verdict {
            Verdict::Bad => value.push_str(&format!(", too old: trusted publishing needs {}", *OIDC_MINIMUM)),
            Verdict::Unknown => value.push_str(&format!(", trusted publishing needs {}", *OIDC_MINIMUM)),
            Verdict::Good | Verdict::Neutral => {}
        }
        let place = npm.place.as_ref().or(node.place.as_ref());
        Some(Evidence::new(EvidenceFact::Npm, value, verdict).maybe_at(place))
    }

    fn npm_origin(&self) -> String {
        let text = |text: &Option<String>| text.as_ref().map(|text| format!(" {text}")).unwrap_or_default();
        let NodeAndNpm { node, npm, .. } = &self.node_and_npm;
        match npm.origin {
            NpmOrigin::Installed => {
                format!("installed before as npm{}", text(&npm.text).replacen(' ', "@", 1))
            }
            NpmOrigin::Command => "named by the command".to_owned(),
            NpmOrigin::Dependency => "a dependency of the project".to_owned(),
            NpmOrigin::Unknown => String::new(),
            NpmOrigin::BundledWithNode => match &node.origin {
                NodeOrigin::SetupInput => format!("with Node{}", text(&node.text)),
                NodeOrigin::VersionFile { .. } => {
                    let file = node.place.as_ref().map_or("", |place| place.path.file_name());
                    format!("with Node{} of {file}", text(&node.text))
                }
                NodeOrigin::RunnerImage => {
                    format!("from the runner image{}", text(&node.text))
                }
                NodeOrigin::SetupWithoutVersion => {
                    "from the runner image: setup-node has no version".to_owned()
                }
                NodeOrigin::Container => format!("from the container image{}", text(&node.text)),
                NodeOrigin::Command => format!("with Node{}", text(&node.text)),
                NodeOrigin::Unknown => String::new(),
            },
        }
    }

    fn id_token_evidence(&self) -> Evidence {
        let IdTokenFact {
            grant, cause, place, ..
        } = &self.identity.id_token;
        let verdict = match grant {
            Grant::Yes => Verdict::Good,
            Grant::No => Verdict::Bad,
            Grant::Unknown => Verdict::Unknown,
        };
        Evidence::new(
            EvidenceFact::IdToken,
            self.id_token_text(*grant, cause).to_owned(),
            verdict,
        )
        .at(place)
    }

    fn credential_evidence(&self) -> Evidence {
        let value = match self.credentials.tokens.as_slice() {
            [] if self.credentials.may_have_others => {
                return Evidence::new(
                    EvidenceFact::Credentials,
                    "a step that was not read may leave a token".to_owned(),
                    Verdict::Unknown,
                );
            }
            [] if self.credentials.npmrc.sends_placeholder == Truth::Yes => {
                "no token, only setup-node's placeholder".to_owned()
            }
            [] => "no token".to_owned(),
            [only] if !self.can_use(only) && self.credentials.may_have_others => {
                format!("`{}`, which a step that was not read may use", only.name)
            }
            [only] if !self.can_use(only) => format!("`{}`, which nothing reads", only.name),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|credential| format!("`{}`", credential.name))
                    .collect();
                names.join(", ")
            }
        };
        let first = self.credentials.tokens.first();
        let is_used =
            first.is_some_and(|first| first.is_read.is_yes()) && self.identity.id_token.grant == Grant::Yes;
        let (value, verdict) = match is_used {
            true if self.publishing_tool.prefers_token => {
                (format!("{value}, preferred to trusted publishing"), Verdict::Bad)
            }
            true => (
                format!("{value}, used silently if trusted publishing fails"),
                Verdict::Bad,
            ),
            false if self.outcome.prediction.outcome == Outcome::Token => {
                (format!("{value}; {END_OF_TOKENS}"), Verdict::Neutral)
            }
            false => (value, Verdict::Neutral),
        };
        Evidence::new(EvidenceFact::Credentials, value, verdict).maybe_at(first.map(|first| &first.place))
    }

    fn registry_evidence(&self) -> Evidence {
        match &self.target.registry {
            RegistryFact::Npm => {
                let place = self
                    .credentials
                    .registry_url
                    .as_ref()
                    .map(|registry_url| &registry_url.place);
                Evidence::new(
                    EvidenceFact::Registry,
                    "the public npm registry".to_owned(),
                    Verdict::Good,
                )
                .maybe_at(place)
            }
            RegistryFact::Other { url, place } => {
                let value = format!("{url}: only the public npm registry supports trusted publishing");
                Evidence::new(EvidenceFact::Registry, value, Verdict::Bad).at(place)
            }
            RegistryFact::Unknown => {
                Evidence::new(EvidenceFact::Registry, "not known".to_owned(), Verdict::Unknown)
            }
        }
    }

    fn package_evidence(&self, sources: &Sources<'_>) -> Evidence {
        let names = self.package_names(sources);
        let mut value = match names.as_slice() {
            [] => "not known".to_owned(),
            names if names.len() <= MOST_NAMES => names.join(", "),
            names => format!("{} packages", names.len()),
        };
        if !names.is_empty() && !self.packages.is_complete {
            value.push_str(", possibly others");
        }
        let verdict = match (self.packages.is_private, names.is_empty()) {
            (Truth::Yes, _) => {
                value.push_str(", which is private");
                Verdict::Bad
            }
            (_, true) => Verdict::Unknown,
            _ => Verdict::Neutral,
        };
        let first = self.packages.manifests.first();
        let place = first.and_then(|path| {
            let name = sources.manifest(path)?.name.as_ref()?;
            Some(Place::new(path, name.range))
        });
        Evidence::new(EvidenceFact::Packages, value, verdict).maybe_at(place.as_ref())
    }

    /// Whether the manifests name the repository that the provenance will name.
    fn repository_evidence(&self, sources: &Sources<'_>) -> Option<Evidence> {
        let sends_provenance = matches!(
            self.outcome.prediction.outcome,
            Outcome::Oidc | Outcome::OidcOrToken
        ) && !self.provenance_is_off();
        let is_compared = sends_provenance && sources.assumptions().repository_is_public;
        if self.packages.manifests.is_empty() && is_compared && !self.publishing_tool.is_guess {
            let value = "not known, but the registry compares it with this one";
            return Some(Evidence::new(
                EvidenceFact::Repository,
                value.to_owned(),
                Verdict::Unknown,
            ));
        }
        let own = sources.slug();
        let mut worst: Option<Evidence> = None;
        for path in &self.packages.manifests {
            let manifest = sources.manifest(path)?;
            let (value, verdict) = match (&manifest.repository.state, own) {
                (RepositoryState::Missing, _) => (format!("not named in {path}"), Verdict::Bad),
                (RepositoryState::NotUnderstood, _) => (
                    format!("named in {path} in a form that npm does not understand"),
                    Verdict::Bad,
                ),
                (RepositoryState::OtherHost(_), _) => {
                    (format!("{path} names one that is not on GitHub"), Verdict::Bad)
                }
                (RepositoryState::GitHub { slug, .. }, Some(own)) => match slug.compare(own) {
                    SlugComparison::Same => (slug.to_string(), Verdict::Good),
                    _ if sources.slug_is_ambiguous() => (
                        format!("{slug}, which may not be this one, {own}"),
                        Verdict::Unknown,
                    ),
                    _ => (format!("{slug}, but the workflow runs in {own}"), Verdict::Bad),
                },
                (RepositoryState::GitHub { slug, .. }, None) => (slug.to_string(), Verdict::Unknown),
            };
            // Nothing compares it, or a command before may have changed it.
            let verdict = match verdict {
                Verdict::Bad if self.target.repository_may_mismatch => Verdict::Unknown,
                Verdict::Bad if !self.target.repository_mismatch => Verdict::Neutral,
                verdict => verdict,
            };
            let range = manifest
                .repository
                .range
                .or(manifest.name.as_ref().map(|name| name.range));
            let place = range.map(|range| Place::new(path, range));
            let evidence = Evidence::new(EvidenceFact::Repository, value, verdict).maybe_at(place.as_ref());
            if worst
                .as_ref()
                .is_none_or(|worst| worst.verdict != Verdict::Bad && verdict == Verdict::Bad)
            {
                worst = Some(evidence);
            }
        }
        worst
    }

    fn runner_evidence(&self) -> Option<Evidence> {
        match &self.job.runner {
            RunnerFact::SelfHosted { label, place } => Some(
                Evidence::new(
                    EvidenceFact::Runner,
                    format!("{label}, which GitHub does not host"),
                    Verdict::Bad,
                )
                .at(place),
            ),
            RunnerFact::MaybeSelfHosted { label, place } => Some(
                Evidence::new(
                    EvidenceFact::Runner,
                    format!("may be {label}, which GitHub does not host"),
                    Verdict::Unknown,
                )
                .at(place),
            ),
            RunnerFact::GithubHosted | RunnerFact::Unknown => None,
        }
    }

    /// What the trusted publisher on npm must carry.
    fn entry_evidence(&self) -> Option<Evidence> {
        self.job.workflow?;
        let (workflow, verdict) = match self.job.entry.entry_workflow(&self.job.path) {
            Some(name) => (format!("workflow {name}"), Verdict::Neutral),
            None => (
                "the workflow that calls this one, which is not in this repository".to_owned(),
                Verdict::Unknown,
            ),
        };
        let value = match self.environment() {
            Some(environment) if self.environment_may_be_false() => format!(
                "{workflow}, environment {environment}, which is called `false` where the condition does not hold: end it in `|| ''` for none"
            ),
            Some(environment) => format!("{workflow}, environment {environment}"),
            None => workflow,
        };
        let place = self.job.job.and_then(|job| {
            let environment = job.environment.as_ref()?;
            Some(Place::new(&self.job.path, environment.range))
        });
        Some(Evidence::new(EvidenceFact::EntryWorkflow, value, verdict).maybe_at(place.as_ref()))
    }

    fn id_token_text(&self, grant: Grant, cause: &IdTokenCause) -> &'static str {
        match (grant, cause) {
            (Grant::Yes, _) => "granted by `permissions`",
            (Grant::Unknown, _) if self.job.entry.has_unknown_caller => {
                "decided by the workflow that calls this one, which is not in this repository"
            }
            (Grant::Unknown, IdTokenCause::Caller(_)) => {
                "the calling workflow has no `permissions`: the repository's settings decide"
            }
            (Grant::Unknown, _) => "not known",
            (Grant::No, IdTokenCause::NoBlock) => "not granted: there is no `permissions`",
            (Grant::No, IdTokenCause::WorkflowBlock) => "not granted by the workflow's `permissions`",
            (Grant::No, IdTokenCause::DroppedByJob) => {
                "lost: the job's `permissions` replace the workflow's, which grant it"
            }
            (Grant::No, IdTokenCause::Caller(_)) => "not granted by the calling workflow",
            (Grant::No, _) => "not granted by the job's `permissions`",
        }
    }

    /// The name of the job's environment, or the expression that gives it.
    pub(crate) fn environment(&self) -> Option<String> {
        let job = self.job.job?;
        let written = &job.environment.as_ref()?.value;
        let name = self.job.entry.scope_of_job(job).evaluate(written);
        let name = name.known().unwrap_or(written);
        Some(name.to_owned()).filter(|name| !name.is_empty())
    }

    /// The names that the job's environment may have, or the expression that gives it if they are not known. `None` means no
    /// environment.
    pub(crate) fn environments(&self) -> Vec<Option<String>> {
        let written = self
            .job
            .job
            .and_then(|job| Some((job, job.environment.as_ref()?)));
        let Some((job, written)) = written else {
            return vec![None];
        };
        let names = self.job.entry.scope_of_job(job).evaluate(&written.value);
        let names = names.texts().unwrap_or_else(|| vec![&written.value]);
        let without_name = self.environment_may_be_false().then(|| "false".to_owned());
        let names = names.into_iter();
        names
            .map(|name| match name {
                "" => without_name.clone(),
                name => Some(name.to_owned()),
            })
            .collect()
    }

    /// Whether the expression of the environment may leave `false`, which GitHub takes for a name.
    fn environment_may_be_false(&self) -> bool {
        let job = self.job.job;
        let written = job.and_then(|job| Some((job, job.environment.as_ref()?)));
        written.is_some_and(|(job, written)| self.job.entry.scope_of_job(job).may_be_false(&written.value))
    }
}

impl Evidence {
    fn new(fact: EvidenceFact, value: String, verdict: Verdict) -> Self {
        Self {
            fact,
            value,
            verdict,
            place: None,
        }
    }

    fn at(self, place: &Place) -> Self {
        self.maybe_at(Some(place))
    }

    fn maybe_at(self, place: Option<&Place>) -> Self {
        Self {
            place: place.cloned(),
            ..self
        }
    }
}

#[cfg(test)]
mod tests;
