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
    }

    /// Takes note of a line. One of another step than the one that failed may be about another npm: a dependency, or the
    /// output of a test.
    pub(super) fn take(&mut self, hit: &Hit, is_of_other_step: bool) {
        match hit.signal {
            Signal::NpmVersion if is_of_other_step && self.is_listed && !hit.text.starts_with("npm: ") => {}
            Signal::NotInRegistry | Signal::OldErrorPrefix => self.npm_knows_oidc = Some(false),
            Signal::NoPermissionToAccess | Signal::NpmLogin | Signal::ExchangeRequest => {
                self.npm_knows_oidc = Some(true);
            }
            Signal::NpmVersion => {
                // A step that sets Node up lists its npm, which takes the place of the one before.
                let is_own = !hit.text.starts_with("npm: ");
                self.npm = version_in(&hit.text);
                self.is_listed = !is_own;
                let npm = self.npm.as_ref().filter(|_| is_own);
                self.npm_knows_oidc = npm.map(|npm| *npm >= *OIDC_MINIMUM);
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

/// The version in the line of a tool. Numbers in the brackets of a logger are the time.
fn tool_version(line: &str) -> Option<Version> {
    version_in(line.rsplit("] ").next().unwrap_or(line))
}
