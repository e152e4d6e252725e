//! @antfu/ni, whose `na publish` is `publish` of the package manager of the repository.
//!
//! Read in the unpacked release 30.3.0: `parseNa` puts the package manager in the place of `na`. Which one it takes where the
//! repository shows none, its configuration says.

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};

pub(super) static NI: ToolEntry = ToolEntry {
    tool: Tool::Ni,
    key: "ni",
    name: "na",
    start: Start {
        programs: &["na"],
        is_in_bin: false,
        packages: &[],
        words: &["publish"],
        read: |words| matches!(words.verbs, ["publish", ..]).then(|| Started::new("na publish", 1)),
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "@antfu/ni",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::UNKNOWN,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::UNKNOWN,
    packages: PackageChoice::Named,
    skips_published: false,
};
