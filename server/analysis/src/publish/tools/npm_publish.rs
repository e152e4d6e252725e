//! JS-DevTools/npm-publish, an action and a program: up to version 3 it asks for a token, from version 4 on it leaves the
//! exchange to npm.
//!
//! Read in the unpacked releases 3.1.1 and 4.1.5.

use super::Tool;
use super::entry::{ExchangeBy, PackageChoice, Publishes, Releases, Start, Started, TokenUse, ToolEntry};

pub(super) static NPM_PUBLISH: ToolEntry = ToolEntry {
    tool: Tool::NpmPublish,
    key: "npm-publish",
    name: "npm-publish",
    start: Start {
        programs: &["npm-publish"],
        is_in_bin: true,
        packages: &["@jsdevtools/npm-publish"],
        words: &["publish"],
        read: |_| Some(Started::new("npm-publish", 0)),
        dry_run_flags: &["--dry-run"],
        value_flags: &[],
    },
    package: "@jsdevtools/npm-publish",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::NPM_ON_PATH,
    tokens: TokenUse::AS_NPM.reading(&["INPUT_TOKEN"]),
    packages: PackageChoice::Named,
};

/// Its versions up to 3, which only their number tells apart.
pub(super) static NPM_PUBLISH_WITH_TOKEN: ToolEntry = ToolEntry {
    tool: Tool::NpmPublishWithToken,
    key: "npm-publish-with-token",
    name: "npm-publish",
    start: Start::NEVER,
    package: "@jsdevtools/npm-publish",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::NOBODY,
    tokens: TokenUse {
        reads: &["INPUT_TOKEN"],
        wins: Releases::Always,
        is_asked_for: Releases::Always,
    },
    packages: PackageChoice::Named,
};
