//! Ship.js, which runs `npm publish`.
//!
//! Read in the unpacked release 0.28.2.

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};

pub(super) static SHIPJS: ToolEntry = ToolEntry {
    tool: Tool::Shipjs,
    key: "shipjs",
    name: "shipjs",
    start: Start {
        programs: &["shipjs"],
        is_in_bin: true,
        packages: &[],
        words: &["shipjs"],
        read: |words| matches!(words.verbs, ["trigger", ..]).then(|| Started::new("shipjs trigger", 1)),
        // Source: src/flow/release.js of shipjs.
        dry_run_flags: &["--dry-run", "-D"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "shipjs",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::UNKNOWN
        .reading(&["NPM_AUTH_TOKEN"])
        .given_as("NPM_AUTH_TOKEN"),
    packages: PackageChoice::Unknown,
    skips_published: false,
};
