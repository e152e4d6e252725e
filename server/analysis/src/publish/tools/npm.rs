//! npm itself: `npm publish` and `npm stage publish`, by the npm on the PATH.
//!
//! The exchange is in the code of npm 11.5.0; npm's documentation, and so trustpub, names 11.5.1
//! (npm/documentation#1674).

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};
use super::{CommandWords, Tool};
use crate::knowledge::npm_releases::FIRST_WITH_OIDC;

pub(super) static NPM: ToolEntry = ToolEntry {
    tool: Tool::Npm,
    key: "npm",
    name: "npm",
    start: Start {
        programs: &["npm"],
        is_in_bin: false,
        packages: &[],
        words: &["publish"],
        read,
        // Up to npm 11 a flag may be cut short: measured with 11.19.1, and with pnpm 10, which hands it on.
        dry_run_flags: &["--dry-run", "--dry"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "npm",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::itself_since(FIRST_WITH_OIDC),
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::AS_NPM,
    packages: PackageChoice::Named,
    skips_published: false,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    match words.verbs {
        ["publish", ..] => Some(Started::new("npm publish", 1)),
        ["stage", "publish", ..] => Some(Started::staged("npm stage publish", 2)),
        _ => None,
    }
}
