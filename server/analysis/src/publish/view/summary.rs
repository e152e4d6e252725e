//! A publish site as people and JSON see it.

use crate::model::permissions::Grant;
use crate::publish::site::Guess;
use crate::publish::site::NpmOrigin;
use crate::publish::site::Outcome;
use crate::publish::site::RegistryFact;
use crate::publish::site::{Site, StopPoint};
use crate::publish::tools::{Exchange, Tool};
use crate::publish::view::report::{IdToken, NPM_REGISTRY, SiteReport, TrustedPublisher};
use crate::publish::view::way::PublishWay;
use crate::sources::Sources;
use crate::versions::version::{Truth, Version, shown_versions};

/// More versions than this are not listed.
const MOST_VERSIONS: usize = 3;

impl Site<'_> {
    /// The site as it is shown.
    pub(crate) fn view(&self, sources: &Sources<'_>) -> SiteReport {
        let packages = self.package_names(sources);
        let way = self.way(&packages);
        SiteReport {
            path: self.place.path.clone(),
            range: self.place.range,
            command: self.command.range,
            job: self.job_name(),
            publishing_tool: self.publishing_tool.name.to_owned(),
            is_staged: self.publishing_tool.is_staged,
            is_guess: self.publishing_tool.is_guess,
            packages,
            registry: match &self.target.registry {
                RegistryFact::Npm => Some(NPM_REGISTRY.to_owned()),
                RegistryFact::Other { url, .. } => Some(url.clone()),
                RegistryFact::Unknown => None,
            },
            npm: self.npm_text(),
            node: few(&self.node_and_npm.node.candidates),
            id_token: match self.identity.id_token.grant {
                Grant::Yes => IdToken::Write,
                Grant::No => IdToken::None,
                Grant::Unknown => IdToken::Unknown,
            },
            credentials: self
                .credentials
                .tokens
                .iter()
                .map(|credential| credential.redacted_text())
                .collect(),
            outcome: self.outcome.prediction.outcome,
            error: self.outcome.prediction.error,
            not_reached: (self.outcome.prediction.outcome == Outcome::NotReached)
                .then(|| self.why_not_reached()),
            entry_workflows: self.entry_workflows(),
            environment: self.environment(),
            trusted_publishers: self.trusted_publishers(),
            evidence: self.evidence(sources),
            summary: way.text(),
            ways: vec![way],
        }
    }

    /// The job's id as it is written in the file of the step; a composite action has none.
    fn job_name(&self) -> String {
        match self.job.job {
            Some(job) if !self.step.is_composite => job.id.value.clone(),
            _ => "(composite)".to_owned(),
        }
    }

    pub(crate) fn package_names(&self, sources: &Sources<'_>) -> Vec<String> {
        let name = |path| {
            let committed = sources.manifest(path)?.name.as_ref();
            self.packages
                .name_of(path, committed.map(|name| name.value.as_str()))
        };
        let names = self.packages.manifests.iter().filter_map(name);
        names.map(str::to_owned).collect()
    }

    /// The file name that a trusted publisher has to carry for this way into the workflow.
    pub(crate) fn entry_workflows(&self) -> Vec<String> {
        if self.job.workflow.is_none() {
            return Vec::new();
        }
        self.job
            .entry
            .entry_workflow(&self.job.path)
            .map(str::to_owned)
            .into_iter()
            .collect()
    }

    /// What trusted publishers have to carry for this way into the workflow, one for each environment that the job may have; none if
    /// no workflow leads here.
    fn trusted_publishers(&self) -> Vec<TrustedPublisher> {
        if self.job.workflow.is_none() {
            return Vec::new();
        }
        let workflow = self.job.entry.entry_workflow(&self.job.path);
        let publishers = self
            .environments()
            .into_iter()
            .map(|environment| TrustedPublisher {
                workflow: workflow.map(str::to_owned),
                environment,
            });
        publishers.collect()
    }

    fn npm_text(&self) -> Option<String> {
        matches!(
            self.publishing_tool.exchange,
            Exchange::NpmOnPath | Exchange::Unknown
        )
        .then(|| few(&self.node_and_npm.npm.candidates))
        .flatten()
    }

    /// What happens, in a sentence around the packages.
    fn way(&self, packages: &[String]) -> PublishWay {
        let tool = self.publishing_tool.name;
        let (before, after) = match (self.outcome.prediction.outcome, self.outcome.prediction.error) {
            _ if self.publishing_tool.is_guess => {
                let how = match (&self.publishing_tool.in_code, self.outcome.prediction.outcome) {
                    (Some(command), Outcome::Oidc) => {
                        format!("{tool} may publish by {command}, which would work by OIDC")
                    }
                    (Some(command), Outcome::Token) => {
                        format!("{tool} may publish by {command}, which would work with a token")
                    }
                    (Some(command), Outcome::OidcOrToken) => {
                        format!(
                            "{tool} may publish by {command}, which would work by OIDC, or else with a token"
                        )
                    }
                    (Some(command), _) => format!("{tool} may publish by {command}"),
                    (None, _) if self.publishing_tool.tool == Tool::Action => {
                        let (command, name) = (&self.publishing_tool.command, &self.publishing_tool.name);
                        format!("{command} may publish: the {name} was not read")
                    }
                    (None, _) => match self.publishing_tool.guess {
                        Guess::NotRead => format!("{tool} may publish: the script was not followed"),
                        Guess::NothingFound => {
                            format!("{tool} may publish by its name, but no publish was found in it")
                        }
                        Guess::OfProjects => {
                            format!("{tool} may publish: its projects may not be npm packages")
                        }
                    },
                };
                return PublishWay {
                    before: self.with_npm_source(how),
                    packages: None,
                    after: String::new(),
                };
            }
            (Outcome::Oidc, _) => ("publishes", " by OIDC".to_owned()),
            (Outcome::Token, _) => ("publishes", " with a token".to_owned()),
            (Outcome::OidcOrToken, _) => ("publishes", " by OIDC, or else with a token".to_owned()),
            (Outcome::Fails, Some(error)) => ("fails to publish", format!(" with {error}")),
            (Outcome::Fails, None) => ("fails to publish", String::new()),
            (Outcome::NotReached, _) => ("never publishes", format!(": {}", self.why_not_reached())),
            (Outcome::Unknown, _) => ("publishes", ", but whether that works is unknown".to_owned()),
        };
        PublishWay {
            before: format!("{tool} {before} "),
            packages: Some(packages.to_vec()),
            after: match self.outcome.prediction.outcome {
                Outcome::NotReached => after,
                _ => self.with_npm_source(after),
            },
        }
    }

    fn with_npm_source(&self, how: String) -> String {
        match self.npm_source() {
            Some(source) => format!("{how}, {source}"),
            None => how,
        }
    }

    /// Why the publish step is never reached.
    fn why_not_reached(&self) -> String {
        match self.outcome.stop.as_ref().map(|stop| &stop.point) {
            Some(StopPoint::Start(reason)) => (*reason).to_owned(),
            Some(StopPoint::EarlierStep(step)) => match self.outcome.prediction.error {
                Some(error) => format!("the job ends at `{step}` with {error}"),
                None => format!("the job ends at `{step}`"),
            },
            Some(StopPoint::SkippedAfter(step)) => format!("its step is skipped because `{step}` fails"),
            Some(StopPoint::Command) | None => "the job ends at an earlier step".to_owned(),
        }
    }

    /// "npm 11.17.0 from Node 24"
    fn npm_source(&self) -> Option<String> {
        match self.publishing_tool.exchange {
            Exchange::Itself if self.publishing_tool.loses_exchanged_token != Truth::No => return None,
            Exchange::Itself => {
                // Of a range, only the lowest version is kept; its major is that of all.
                let (name, version) = self.publishing_tool.last();
                return Some(format!(
                    "{name} {} exchanges the ID token itself",
                    version?.major()
                ));
            }
            Exchange::Unsupported => {
                return Some(format!(
                    "{} cannot exchange the ID token",
                    self.publishing_tool.last().0
                ));
            }
            Exchange::NpmOnPath | Exchange::Unknown => {}
        }
        let npm = few(&self.node_and_npm.npm.candidates)?;
        Some(match self.node_and_npm.npm.origin {
            NpmOrigin::BundledWithNode => match &self.node_and_npm.node.text {
                Some(text) if text.starts_with(|c: char| c.is_ascii_digit()) => {
                    format!("npm {npm} from Node {text}")
                }
                Some(text) => format!("npm {npm} from {text}"),
                None => format!("npm {npm} from Node"),
            },
            NpmOrigin::Installed => format!("npm {npm} installed by an earlier step"),
            NpmOrigin::Dependency => format!("npm {npm} from the dependencies"),
            NpmOrigin::Command | NpmOrigin::Unknown => format!("npm {npm}"),
        })
    }
}

/// As [`few`], and of more versions the lowest and the highest: "11.6.1 to 11.19.0".
pub(crate) fn few_or_range(candidates: &[Version]) -> Option<String> {
    few(candidates).or_else(|| {
        let (known, suffix) = shown_versions(candidates);
        let (lowest, highest) = (known.first()?, known.last()?);
        Some(format!("{lowest} to {highest}{suffix}"))
    })
}

/// The version, or the few that it may be: "10.9.8 or 10.9.9", "11.19.1 or later". None if nothing is known or too much is
/// possible.
pub(crate) fn few(candidates: &[Version]) -> Option<String> {
    let (known, suffix) = shown_versions(candidates);
    if known.is_empty() || known.len() > MOST_VERSIONS {
        return None;
    }
    let versions: Vec<String> = known.into_iter().map(ToString::to_string).collect();
    Some(versions.join(" or ") + &suffix)
}
