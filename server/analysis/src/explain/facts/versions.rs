use std::sync::Arc;

use super::super::scan::Hit;
use super::super::signals::{Signal, version_in};
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::publish::{Says, Tool};
use crate::versions::version::{Truth, Version};

/// The versions that a log shows.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct LogVersions {
    /// Of npm.
    pub(crate) npm: Option<Version>,
    /// Whether that is the npm which setup-node listed.
    is_listed: bool,
    /// Whether the npm that published knows the token exchange.
    pub(crate) npm_knows_oidc: Option<bool>,
    /// Whether the log shows an npm that knows the exchange, and the words of the error are those of an older one.
    pub(crate) is_older_npm: bool,
    /// The step in which npm itself told of an exchange; the inner one is none in a log without steps.
    exchanged_in: Option<Option<Arc<str>>>,
    /// Whether the words are those of npm 6 or older.
    pub(crate) is_npm_6: bool,
    /// Of Node.
    pub(crate) node: Option<Version>,
    /// Of publishing tools, as each prints its own.
    pub(crate) tools: Vec<(Tool, Version)>,
    /// Of changesets/action.
    pub(crate) changesets_action: Option<Version>,
    /// Of the pnpm that installed the dependencies, which may also be the one that publishes.
    pub(crate) pnpm: Option<Version>,
}

impl LogVersions {
    /// Whether the npm that published is certainly too old, certainly not, or neither.
    pub(crate) fn npm_is_too_old(&self) -> Truth {
        match self.npm_knows_oidc {
            Some(true) => Truth::No,
            Some(false) => Truth::Yes,
            None => Truth::Maybe,
        }
    }

    /// The version that a tool printed last.
    pub(crate) fn of(&self, tool: Tool) -> Option<&Version> {
        let mut versions = self.tools.iter().rev();
        let (_, version) = versions.find(|(known, _)| *known == tool)?;
        Some(version)
    }

    /// Whether a tool is older than the release that exchanges the ID token; none if it did not print its version, or if no
    /// release of it does.
    pub(crate) fn is_before_exchange(&self, tool: Tool) -> Option<bool> {
        let since = tool.entry()?.exchanges_since()?;
        Some(*self.of(tool)? < since)
    }

    /// Another npm takes the place of the one that is known.
    pub(super) fn forget_npm(&mut self) {
        self.npm = None;
        self.is_listed = false;
        self.npm_knows_oidc = None;
        self.is_older_npm = false;
        self.exchanged_in = None;
    }

    /// The words of the npm that published tell whether it knows the exchange. A version that contradicts them is that of another npm.
    fn speaks_as(&mut self, knows_oidc: bool) {
        // 11.5.0 has the new words already.
        let is_other = self.npm.as_ref().is_some_and(|npm| match knows_oidc {
            true => *npm < Version::from((11, 5, 0)),
            false => *npm >= *OIDC_MINIMUM,
        });
        if is_other {
            self.npm = None;
            self.is_listed = false;
            self.is_older_npm = !knows_oidc;
        }
        self.npm_knows_oidc = Some(knows_oidc);
    }

    /// Takes note of a line. One of another step than the one that failed may be about another npm: a dependency, or the
    /// output of a test.
    pub(super) fn take(&mut self, hit: &Hit, is_of_other_step: bool) {
        if tells_of_exchange(hit) {
            self.speaks_as(true);
            self.exchanged_in = Some(hit.step.clone());
            return;
        }
        match hit.signal {
            Signal::NpmVersion if is_of_other_step && self.is_listed && !hit.text.starts_with("npm: ") => {}
            // An npm that tried the exchange knows it, whatever its words are.
            Signal::NotInRegistry | Signal::OldErrorPrefix
                if self.exchanged_in.as_ref() == Some(&hit.step) => {}
            Signal::NotInRegistry | Signal::OldErrorPrefix => {
                // `lib/utils/error-message.js` of npm 6.14.18 and 7.24.2.
                self.is_npm_6 |= hit.text.contains("is not in the npm registry");
                self.speaks_as(false);
            }
            Signal::NoPermissionToAccess | Signal::NpmLogin | Signal::ExchangeRequest => self.speaks_as(true),
            Signal::NpmVersion => {
                // A step that sets Node up lists its npm, which takes the place of the one before.
                let is_own = !hit.text.starts_with("npm: ");
                self.npm = version_in(&hit.text);
                self.is_listed = !is_own;
                let npm = self.npm.as_ref().filter(|_| is_own);
                self.npm_knows_oidc = npm.map(|npm| *npm >= *OIDC_MINIMUM);
                // Each npm says which it is before anything else.
                self.exchanged_in = None;
            }
            Signal::NodeVersion => self.node = version_in(&hit.text).or(self.node.take()),
            Signal::UnsupportedNode => {
                self.npm = version_in(&hit.text);
                let node = hit.text.split("Node.js").nth(1);
                self.node = node.and_then(version_in).or(self.node.take());
                self.npm_knows_oidc = self.npm.as_ref().map(|npm| *npm >= *OIDC_MINIMUM);
            }
            Signal::Tool(tool, Says::Version) => {
                let version = tool_version(&hit.text);
                self.tools.extend(version.map(|version| (tool, version)));
            }
            Signal::ChangesetsAction => {
                let version = hit.text.split("changesets/action@v").nth(1).and_then(version_in);
                self.changesets_action = version.or(self.changesets_action.take());
            }
            Signal::PnpmVersion => {
                self.pnpm = hit.text.split(" using pnpm v").nth(1).and_then(version_in);
            }
            _ => {}
        }
    }
}

/// Whether npm itself tells what became of its token exchange: `npm verbose oidc …`. A tool such as semantic-release makes an
/// exchange of its own, and may run an npm that knows none. Source: `lib/utils/oidc.js` of npm 12.2.2.
pub(crate) fn tells_of_exchange(hit: &Hit) -> bool {
    let is_exchange = matches!(
        hit.signal,
        Signal::ExchangeRefused
            | Signal::ExchangeSucceeded
            | Signal::IdTokenAbsent
            | Signal::IdTokenFetchFailed
            | Signal::ExchangeRequest
    );
    is_exchange && hit.text.starts_with("npm ") && hit.text.contains("oidc")
}

/// The version in the line of a tool. Numbers in the brackets of a logger are the time.
fn tool_version(line: &str) -> Option<Version> {
    version_in(line.rsplit("] ").next().unwrap_or(line))
}
