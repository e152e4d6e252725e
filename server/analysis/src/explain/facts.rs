//! What a log tells, taken together.

mod login;
mod versions;

pub(crate) use login::LogLogin;

use std::collections::BTreeSet;

use super::scan::Hit;
use super::signals::{Signal, version_in};
use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::publish::{Says, Tool};
use crate::versions::version::Version;
use versions::LogVersions;

/// What the log tells.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Facts {
    /// The tool that printed the log, unless it is npm itself.
    pub(crate) tool: Option<Tool>,
    /// Whether pnpm published with its own client, which 11 and later do.
    pub(crate) is_by_client_of_pnpm: bool,
    /// Which versions ran.
    pub(crate) versions: LogVersions,
    /// How the job logged in.
    pub(crate) login: LogLogin,
    /// Whether a step installs another npm before.
    pub(crate) installs_npm: bool,
    /// Whether it asks for an npm that exchanges ID tokens.
    installs_new_npm: bool,
    /// The packages that were published, with their versions, as far as the log names them.
    pub(crate) published: Vec<String>,
    /// What the registry found in the manifest, and what it expected, when it compared them.
    pub(crate) repository: Option<(String, String)>,
    /// The registry that was published to, unless it is npm's.
    pub(crate) other_registry: Option<String>,
    /// Whether every package whose publish failed was published after that.
    is_made_good: bool,
    /// How many packages the registry refused.
    pub(crate) refused_packages: usize,
    /// Everything that a line told, in the order of the lines.
    signals: Vec<Signal>,
}

impl Facts {
    pub(crate) fn new(hits: &[Hit]) -> Self {
        let mut facts = Self {
            signals: hits.iter().map(|hit| hit.signal).collect(),
            ..Self::default()
        };
        for hit in hits {
            facts.take(hit);
        }
        facts.is_made_good = is_made_good(hits);
        let refused: BTreeSet<String> = hits.iter().filter_map(|hit| refused_package(&hit.text)).collect();
        facts.refused_packages = refused.len();
        // The list of permissions was printed and does not include `id-token`.
        if facts.login.has_id_token.is_none() && facts.has(Signal::PermissionList) {
            facts.login.has_id_token = Some(false);
        }
        facts
    }

    /// Whether a line told this.
    pub(crate) fn has(&self, signal: Signal) -> bool {
        self.signals.contains(&signal)
    }

    /// Whether npm, or a tool, failed with this code.
    pub(crate) fn has_code(&self, code: NpmError) -> bool {
        self.signals.iter().any(|signal| match signal {
            Signal::Code(other) | Signal::WordsOf(other) | Signal::Tool(_, Says::Failed(other)) => {
                *other == code
            }
            _ => false,
        })
    }

    /// Whether the log speaks for an npm that is new enough, though the npm that published does not tell its version: setup-node
    /// lists it, or a step asks for it.
    pub(crate) fn is_npm_likely_new(&self) -> bool {
        let is_new = |npm: &Version| *npm >= *OIDC_MINIMUM;
        match self.installs_npm {
            true => self.installs_new_npm,
            false => self.versions.npm.as_ref().is_some_and(is_new),
        }
    }

    /// Whether the registry's status says something else than that the package is not there.
    pub(crate) fn has_other_status(&self) -> bool {
        [NpmError::E401, NpmError::E403, NpmError::E422]
            .iter()
            .any(|code| self.has_code(*code))
    }

    /// Whether a tool printed this.
    pub(crate) fn says(&self, tool: Tool, says: Says) -> bool {
        self.has(Signal::Tool(tool, says))
    }

    /// Whether a tool printed anything.
    pub(crate) fn speaks(&self, tool: Tool) -> bool {
        let mut signals = self.signals.iter();
        signals.any(|signal| matches!(signal, Signal::Tool(other, _) if *other == tool))
    }

    /// Whether the words that come with a code are there.
    pub(crate) fn has_words(&self, signal: Signal) -> bool {
        matches!(signal, Signal::Code(code) if self.has(Signal::WordsOf(code)))
    }

    /// Whether anything in the log is a failure that was not made good.
    pub(crate) fn has_failure(&self) -> bool {
        !self.is_made_good
            && self.signals.iter().any(|signal| match signal {
                // A package that does not like the engine is a warning at most; npm's own refusal is told apart later.
                Signal::Code(code) => *code != NpmError::BadEngine,
                Signal::WordsOf(_)
                | Signal::ReadRefused
                | Signal::ScriptFailed
                | Signal::PublishFailed
                | Signal::NpmRefusesNode
                | Signal::PrivatePackagePlan
                | Signal::InvalidToken
                | Signal::Whoami
                | Signal::OneTimePassword
                | Signal::PackumentConflict
                | Signal::ProvenanceProvider
                | Signal::NoStage
                | Signal::NameRefused
                | Signal::ProvenanceWithoutIdToken
                | Signal::ProvenanceOfNewPackage
                | Signal::RepositoryCompared
                | Signal::SelfHosted
                | Signal::PrivateRepository
                | Signal::CertificateClaim
                | Signal::Sigstore
                | Signal::ActionNotAllowed
                | Signal::BrokenSelfUpgrade
                | Signal::UnfilledVariable
                | Signal::NestedJobPermission
                | Signal::EnvironmentProtection
                | Signal::VersionExists
                | Signal::PrereleaseTag
                | Signal::AuditSignatures
                | Signal::NotInRegistry
                | Signal::NoPermissionToAccess => true,
                // A token may have taken its place: then the log shows that something was published.
                Signal::IdTokenAbsent
                | Signal::IdTokenFetchFailed
                | Signal::ExchangeRefused
                | Signal::ExchangeRequest => {
                    self.published.is_empty() && self.login.exchange_succeeded != Some(true)
                }
                Signal::Tool(_, says) => matches!(
                    says,
                    Says::NoCredential
                        | Says::NotLoggedIn
                        | Says::CannotSign
                        | Says::UnknownCommand
                        | Says::Failed(_)
                        | Says::NotPublished
                ),
                _ => false,
            })
    }

    fn take(&mut self, hit: &Hit) {
        self.versions.take(hit);
        self.login.take(hit);
        match hit.signal {
            Signal::NpmInstall => {
                self.installs_npm = true;
                // What was printed until now was about the npm before.
                self.versions.npm = None;
                self.versions.npm_knows_oidc = None;
                let spec = hit.text.split(" npm@").nth(1).unwrap_or_default();
                let spec = spec.split_whitespace().next().unwrap_or_default();
                // Without a version it is the newest.
                self.installs_new_npm = is_new_npm(spec) || hit.text.ends_with(" npm");
            }
            Signal::PublishingTo => {
                self.take_registry(hit.text.split("Publishing to ").nth(1));
            }
            Signal::WordsOf(NpmError::NeedAuth) => {
                self.take_registry(hit.text.split("be logged in to ").nth(1));
            }
            Signal::GithubPackages => self.other_registry = Some("https://npm.pkg.github.com".to_owned()),
            Signal::IdTokenFetched => {
                let host = hit.text.split("&audience=npm").nth(1).unwrap_or_default();
                let host = host.trim_start_matches("%3A").trim_start_matches(':');
                self.take_registry(Some(&format!("https://{host}")));
            }
            Signal::Code(_) if hit.text.starts_with("[E") => self.is_by_client_of_pnpm = true,
            Signal::Published => self.published.extend(published(&hit.text).map(str::to_owned)),
            Signal::RepositoryCompared => {
                self.repository = compared(&hit.text).or(self.repository.take());
            }
            Signal::Tool(tool, says) => {
                self.tool = Some(tool);
                match (tool, says) {
                    (Tool::Pnpm, Says::Exchanges) => self.is_by_client_of_pnpm = true,
                    (Tool::Pnpm, Says::Registry) => {
                        self.is_by_client_of_pnpm = true;
                        self.take_registry(hit.text.split(" → ").nth(1));
                    }
                    (_, Says::Registry) => self.take_registry(hit.text.split(" registry ").nth(1)),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Takes note of the registry at the start of the text, unless it is npm's, or one on the machine itself.
    fn take_registry(&mut self, text: Option<&str>) {
        let url = text
            .and_then(|text| text.split_whitespace().next())
            .unwrap_or_default();
        let is_npm = crate::publish::is_npm_registry(url);
        let is_local = url.contains("//127.0.0.1") || url.contains("//localhost");
        if url.starts_with("http") && !is_npm && !is_local {
            self.other_registry = Some(url.to_owned());
        }
    }
}

/// Whether npm's newest release for this version, range or dist-tag exchanges ID tokens.
fn is_new_npm(spec: &str) -> bool {
    let numbers = spec.trim_start_matches(['^', '~', '>', '=', 'v', '"', '\'']);
    let is_caret = spec.contains(['^', '>']);
    match version_in(spec) {
        Some(version) if !is_caret => version >= *OIDC_MINIMUM,
        _ => {
            let mut parts = numbers.split('.').map(|part| part.parse().unwrap_or(u64::MAX));
            let major = parts.next().unwrap_or(u64::MAX);
            let minor = parts.next().filter(|_| !is_caret).unwrap_or(u64::MAX);
            let is_number = numbers.starts_with(|c: char| c.is_ascii_digit());
            let release = Version::from((major, minor, u64::MAX));
            matches!(spec, "latest" | "next-11") || (is_number && release >= *OIDC_MINIMUM)
        }
    }
}

/// The two addresses in `"repository.url" is "a", expected to match "b" from provenance`.
fn compared(line: &str) -> Option<(String, String)> {
    // nx and `npm --json` print JSON.
    let line = line.replace("\\\"", "\"").replace(['“', '”'], "\"");
    let rest = line.split("\"repository.url\" is \"").nth(1)?;
    let (found, rest) = rest.split_once('"')?;
    let rest = rest.split("expected to match \"").nth(1)?;
    let (expected, _) = rest.split_once('"')?;
    Some((found.to_owned(), expected.to_owned()))
}

/// The package, with its version, that a line says was published: `+ widget@1.0.0`.
fn published(line: &str) -> Option<&str> {
    let named = line
        .strip_prefix("+ ")
        .or_else(|| line.strip_prefix("✅ Published package "))?;
    named.split_whitespace().next()
}

/// Whether every publish that failed is that of a package which a later line says was published: the job tried again.
/// A failure that does not name its package stays one.
fn is_made_good(hits: &[Hit]) -> bool {
    /// The line with the address follows the one with the code that closely.
    const NEAR: usize = 8;
    let mut failed: Vec<String> = Vec::new();
    let mut nameless = 0_usize;
    let mut last_code = None;
    let mut has_refusal = false;
    for hit in hits {
        if hit.signal == Signal::Published {
            let name = published(&hit.text).and_then(|package| package.rsplit_once('@'));
            if let Some((name, _)) = name {
                failed.retain(|failed| failed != name);
            }
        } else if let Some(name) = refused_package(&hit.text) {
            has_refusal = true;
            failed.push(name);
            if last_code.take().is_some_and(|line| hit.line - line <= NEAR) {
                nameless = nameless.saturating_sub(1);
            }
        } else if matches!(hit.signal, Signal::Code(code) if code != NpmError::BadEngine)
            || hit.signal == Signal::OtherCode
        {
            nameless += 1;
            last_code = Some(hit.line);
        }
    }
    has_refusal && failed.is_empty() && nameless == 0
}

/// The package in `npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget - Not found`.
fn refused_package(line: &str) -> Option<String> {
    let url = line.split(" - PUT ").nth(1)?.split_whitespace().next()?;
    let path = url.split_once("://")?.1.split_once('/')?.1;
    Some(path.replace("%2f", "/").replace("%2F", "/"))
}
