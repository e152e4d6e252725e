//! clean-publish, which runs `npm publish`, or the package manager that a flag names.
//!
//! Read in the unpacked release 7.1.0.

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};
use super::{CommandWords, Tool};

pub(super) static CLEAN_PUBLISH: ToolEntry = ToolEntry {
    tool: Tool::CleanPublish,
    key: "clean-publish",
    name: "clean-publish",
    start: Start {
        programs: &["clean-publish"],
        is_in_bin: true,
        packages: &[],
        words: &["publish"],
        read,
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "clean-publish",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::AS_NPM,
    packages: PackageChoice::Unknown,
    skips_published: false,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    if words.arguments.has(&["--without-publish"]) {
        return None;
    }
    let manager = words.arguments.value(&["--package-manager"]);
    Some(match manager {
        Some(manager) if manager.text != "npm" => Started::new("clean-publish publish", 0),
        _ => Started::new("clean-publish", 0),
    })
}
