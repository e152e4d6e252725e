//! auto, whose npm plugin runs `npm publish`, and in a monorepo lerna.
//!
//! Read in the unpacked release 11.3.6.

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};

pub(super) static AUTO: ToolEntry = ToolEntry {
    tool: Tool::Auto,
    key: "auto",
    name: "auto",
    start: Start {
        programs: &["auto"],
        is_in_bin: true,
        packages: &[],
        words: &["shipit", "auto canary"],
        read: |words| {
            let text = match words.verbs {
                ["shipit", ..] => "auto shipit",
                ["canary", ..] => "auto canary",
                ["next", ..] => "auto next",
                ["latest", ..] => "auto latest",
                _ => return None,
            };
            Some(Started::new(text, 1))
        },
        dry_run_flags: &["--dry-run", "-d"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "auto",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::UNKNOWN.reading(&["NPM_TOKEN"]).given_as("NPM_TOKEN"),
    packages: PackageChoice::All,
    skips_published: true,
};
