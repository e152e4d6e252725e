//! Vite+, whose `vp pm publish` runs the package manager of the repository.

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};

pub(super) static VITE_PLUS: ToolEntry = ToolEntry {
    tool: Tool::VitePlus,
    key: "vite-plus",
    name: "vp",
    start: Start {
        programs: &["vp"],
        is_in_bin: false,
        packages: &[],
        words: &["publish"],
        read: |words| matches!(words.verbs, ["pm", "publish", ..]).then(|| Started::new("vp pm publish", 2)),
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "vite-plus",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::UNKNOWN,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::UNKNOWN,
    packages: PackageChoice::Named,
    skips_published: false,
};
