use crate::document::Sign;
use crate::knowledge::npm_errors::NpmError;
use crate::publish::find::registry::is_npm_registry;
use crate::publish::site::Outcome;
use crate::publish::view::way::PublishWay;
use crate::text::{FilePath, Grouped, Place, TextRange};

/// What is between the values of a fact that differs between the ways to a step.
const OR: &str = "; or ";
/// The same for what to enter on npm: each way needs its own.
const AND: &str = "; and ";

/// The URL of the public npm registry.
pub(crate) const NPM_REGISTRY: &str = "https://registry.npmjs.org/";

/// A step that publishes to a registry, and what is known about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteReport {
    /// The file in which the publish step is.
    pub path: FilePath,
    /// The publish command or the `uses:` of the publishing action.
    pub range: TextRange,
    /// The whole command with its arguments.
    pub command: TextRange,
    /// The id of the job in `path`; `(composite)` where `path` is a composite action.
    pub job: String,
    /// The publishing tool: `npm`, `pnpm`, `yarn`, `lerna`, `changesets`, `semantic-release`, …
    pub publishing_tool: String,
    /// Whether it only stages the packages, so that a maintainer has to approve them.
    pub is_staged: bool,
    /// Whether the files only suggest that it publishes; `outcome` says what happens if it does.
    pub is_guess: bool,
    /// The names of the packages that it publishes, as far as they are known.
    pub packages: Vec<String>,
    /// The registry's URL; none if it is unknown.
    pub registry: Option<String>,
    /// The version of npm that publishes; none if it is unknown or npm has no part in it.
    pub npm: Option<String>,
    /// The version of Node; none if it is unknown.
    pub node: Option<String>,
    /// Whether the job can get an ID token.
    pub id_token: IdToken,
    /// The credentials that reach the step, as they are written: `NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}`.
    pub credentials: Vec<String>,
    /// What will happen.
    pub outcome: Outcome,
    /// The npm error code with which it fails, for example `ENEEDAUTH`.
    pub error: Option<NpmError>,
    /// Why the publish step is never reached, if it is not.
    pub not_reached: Option<String>,
    /// The names of the workflow files in which the run may start: npm needs a trusted publisher for each.
    pub entry_workflows: Vec<String>,
    /// The name of the job's environment, or the expression that gives it.
    pub environment: Option<String>,
    /// What the trusted publisher on npm has to carry, for each way to the step.
    pub trusted_publishers: Vec<TrustedPublisher>,
    /// The facts from which the outcome follows.
    pub evidence: Vec<Evidence>,
    /// One line for people: "npm publishes @acme/widget by OIDC, npm 11.17.0 from Node 24".
    pub summary: String,
    /// What the summary is made of: a step that is reached in several ways has one summary for all.
    pub ways: Vec<PublishWay>,
}

/// What npm compares with the job that asks to publish, besides the repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TrustedPublisher {
    /// The file name of the workflow that an event starts; none if it is in another repository.
    pub workflow: Option<String>,
    /// The name of the job's environment, or the expression that gives it.
    pub environment: Option<String>,
}

/// A fact of a publish site, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// What it is about.
    pub fact: EvidenceFact,
    /// What is known: "10.9.8 (with Node 22), too old: trusted publishing needs 11.5.1".
    pub value: String,
    /// What it means for trusted publishing.
    pub verdict: Verdict,
    /// The words that it comes from.
    pub place: Option<Place>,
}

/// What a fact is about, in the order in which people ask.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EvidenceFact {
    /// The publishing tool.
    Publisher,
    /// Which npm.
    Npm,
    /// Whether the job can get an ID token.
    IdToken,
    /// Which tokens reach the step.
    Credentials,
    /// Where it publishes to.
    Registry,
    /// What it publishes.
    Packages,
    /// Which repository the packages name.
    Repository,
    /// Where the job runs.
    Runner,
    /// The file, and the environment, that the trusted publisher on npm must carry.
    EntryWorkflow,
}

/// What a fact means for trusted publishing; the worse, the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// It is as it must be.
    Good,
    /// It decides nothing by itself.
    Neutral,
    /// The files do not show it.
    Unknown,
    /// It stands in the way, or hides a failure.
    Bad,
}

impl EvidenceFact {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Npm => "npm",
            Self::IdToken => "id_token",
            Self::Credentials => "credentials",
            Self::Registry => "registry",
            Self::Packages => "packages",
            Self::Repository => "repository",
            Self::Runner => "runner",
            Self::EntryWorkflow => "entry_workflow",
        }
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Npm => "npm",
            Self::IdToken => "id-token",
            Self::Credentials => "credentials",
            Self::Registry => "registry",
            Self::Packages => "packages",
            Self::Repository => "repository",
            Self::Runner => "runner",
            Self::EntryWorkflow => "on npm enter",
        }
    }
}

impl Verdict {
    /// The sign before a fact.
    pub fn sign(self) -> Sign {
        match self {
            Self::Good => Sign::Good,
            Self::Bad => Sign::Bad,
            Self::Unknown => Sign::Unknown,
            Self::Neutral => Sign::Neutral,
        }
    }

    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
            Self::Neutral => "neutral",
        }
    }
}

/// Whether a job can get an ID token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IdToken {
    /// `id-token: write` is in force.
    Write,
    /// It is not.
    None,
    /// It depends on something that the files do not show.
    Unknown,
}

impl IdToken {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

impl SiteReport {
    /// What will happen, in a few words; none if it is not known.
    pub(crate) fn outcome_label(&self) -> Option<String> {
        let publishes = if self.is_guess {
            "would publish"
        } else {
            "publishes"
        };
        Some(match (self.outcome, self.error) {
            (Outcome::Oidc, _) => format!("{publishes} by OIDC"),
            (Outcome::Token, _) => format!("{publishes} with a token"),
            (Outcome::OidcOrToken, _) => format!("{publishes} by OIDC, or else with the token"),
            (Outcome::Fails, Some(error)) => format!("fails: {error}"),
            (Outcome::Fails, None) => "fails".to_owned(),
            (Outcome::NotReached, _) => match &self.not_reached {
                Some(reason) => format!("never runs: {reason}"),
                None => "never runs".to_owned(),
            },
            (Outcome::Unknown, _) => return None,
        })
    }

    /// The sign before the outcome: `✓` if it publishes by OIDC, `✗` if it fails.
    pub fn outcome_sign(&self) -> &'static str {
        match self.outcome {
            Outcome::Fails | Outcome::NotReached => "✗",
            Outcome::Oidc => "✓",
            Outcome::Token | Outcome::OidcOrToken => "→",
            Outcome::Unknown => "?",
        }
    }

    /// Whether it publishes to the public npm registry, as far as that is known.
    pub fn may_publish_to_npm(&self) -> bool {
        self.registry.as_deref().is_none_or(|url| url == NPM_REGISTRY)
    }

    /// Adds a site to others. A step that is reached in several ways is one site; what differs between the ways is
    /// unknown.
    pub(crate) fn add_to(sites: &mut Grouped<Place, Self>, site: Self) {
        let place = Place::new(&site.path, site.range);
        match sites.get_mut(&place) {
            Some(known) => known.merge(site),
            None => sites.push(place, site),
        }
    }

    /// What will happen and why, for people who know nothing of trusted publishing.
    pub fn outcome_text(&self) -> String {
        match (self.outcome_label(), self.outcome_reason(), &self.registry) {
            (Some(label), Some(reason), _) => format!("{label}, {reason}"),
            (Some(label), None, _) => label,
            (None, _, Some(registry)) if !is_npm_registry(registry) => {
                "publishes to another registry than npm's".to_owned()
            }
            (None, ..) => "whether it works is unknown".to_owned(),
        }
    }

    fn outcome_reason(&self) -> Option<&'static str> {
        Some(match (self.outcome, self.error?) {
            (Outcome::Fails, NpmError::NeedAuth) => "npm has no token to publish with",
            (Outcome::Fails, NpmError::E404) => "the registry rejects npm's token",
            (Outcome::Fails, NpmError::E422) => "the provenance and the package name different repositories",
            (Outcome::Fails, NpmError::Usage) => {
                "provenance is requested, but the job has no ID token to sign it with"
            }
            (Outcome::Fails, NpmError::BadEngine) => "the installed npm does not run on this Node",
            (Outcome::Fails, NpmError::Private) => "package.json says `private: true`",
            _ => return None,
        })
    }

    /// Facts that differ between the ways to the step are both told, with the worse verdict and its place.
    fn merge_evidence(&mut self, other: Vec<Evidence>) {
        for evidence in other {
            let Some(own) = self.evidence.iter_mut().find(|own| own.fact == evidence.fact) else {
                self.evidence.push(evidence);
                continue;
            };
            let between = match evidence.fact {
                EvidenceFact::EntryWorkflow => AND,
                _ => OR,
            };
            if !own.value.split(between).any(|value| value == evidence.value) {
                own.value = [own.value.as_str(), &evidence.value].join(between);
            }
            if own.verdict < evidence.verdict {
                own.verdict = evidence.verdict;
                own.place = evidence.place;
            }
        }
        self.evidence.sort_by_key(|evidence| evidence.fact);
    }

    fn merge(&mut self, other: Self) {
        for workflow in other.entry_workflows {
            if !self.entry_workflows.contains(&workflow) {
                self.entry_workflows.push(workflow);
            }
        }
        for publisher in other.trusted_publishers {
            if !self.trusted_publishers.contains(&publisher) {
                self.trusted_publishers.push(publisher);
            }
        }
        self.is_guess |= other.is_guess;
        if self.outcome != other.outcome {
            self.outcome = Outcome::Unknown;
            self.error = None;
        }
        if self.error != other.error {
            self.error = None;
        }
        if self.not_reached != other.not_reached {
            self.not_reached = None;
        }
        if self.id_token != other.id_token {
            self.id_token = IdToken::Unknown;
        }
        if self.npm != other.npm {
            self.npm = None;
        }
        if self.node != other.node {
            self.node = None;
        }
        if self.environment != other.environment {
            self.environment = None;
        }
        for way in other.ways {
            PublishWay::add_to(&mut self.ways, way);
        }
        self.summary = PublishWay::summary(&self.ways);
        self.merge_evidence(other.evidence);
        if self.registry != other.registry {
            self.registry = None;
        }
        for credential in other.credentials {
            if !self.credentials.contains(&credential) {
                self.credentials.push(credential);
            }
        }
        for package in other.packages {
            if !self.packages.contains(&package) {
                self.packages.push(package);
            }
        }
    }
}
