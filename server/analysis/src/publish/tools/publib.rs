//! publib, which publishes projects of jsii and projen: `publib-npm` runs `npm publish` for the tarballs in `dist/js`.
//!
//! Read in publib 0.2.1061, `bin/publib-npm`: it publishes with the npm on the PATH to `NPM_REGISTRY`. With
//! `NPM_TRUSTED_PUBLISHER` it takes `NPM_TOKEN` out of the environment; without it, it writes that token to `~/.npmrc`, and
//! stops if that is not set. 0.2.958 and older do not know that variable, 0.2.1014 does. `PUBLIB_DRYRUN` makes a dry run.

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};
use super::{CommandWords, Tool};

pub(super) static PUBLIB: ToolEntry = ToolEntry {
    tool: Tool::Publib,
    key: "publib",
    name: "publib",
    start: Start {
        programs: &["publib-npm", "jsii-release-npm"],
        is_in_bin: true,
        packages: &[],
        words: &["publib", "jsii-release"],
        read,
        dry_run_flags: &[],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "publib",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::AS_NPM.reading(&["NPM_TOKEN"]).given_as("NPM_TOKEN"),
    // The build packs them.
    packages: PackageChoice::Unknown,
    skips_published: false,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    Some(Started::new(
        match words.program {
            "publib-npm" => "publib-npm",
            _ => "jsii-release-npm",
        },
        0,
    ))
}
