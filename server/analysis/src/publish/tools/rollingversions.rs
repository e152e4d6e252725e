//! Rolling Versions. How it handles tokens has not been examined.

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, Releases, SettingFlagNames,
    Start, Started, TokenUse, ToolEntry,
};

pub(super) static ROLLINGVERSIONS: ToolEntry = ToolEntry {
    tool: Tool::Rollingversions,
    key: "rollingversions",
    name: "rollingversions",
    start: Start {
        programs: &["rollingversions"],
        is_in_bin: true,
        packages: &[],
        words: &["publish"],
        read: |words| {
            matches!(words.verbs, ["publish", ..]).then(|| Started::new("rollingversions publish", 1))
        },
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "rollingversions",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::UNKNOWN,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse {
        is_asked_for: Releases::Unknown,
        ..TokenUse::UNKNOWN
    },
    packages: PackageChoice::Unknown,
    skips_published: true,
};
