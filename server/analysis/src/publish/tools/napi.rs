//! NAPI-RS, whose `napi pre-publish` publishes the packages of each platform with `npm publish`, or with the package
//! manager that `napi.npmClient` names.
//!
//! Read in the unpacked releases 2.18.4 and 3.10.12 of @napi-rs/cli.

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};
use super::{CommandWords, Tool};

pub(super) static NAPI: ToolEntry = ToolEntry {
    tool: Tool::Napi,
    key: "napi",
    name: "napi",
    start: Start {
        programs: &["napi"],
        is_in_bin: true,
        packages: &["@napi-rs/cli"],
        words: &["publish"],
        read,
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[
            "-t",
            "--tag-style",
            "-c",
            "--config-path",
            "--package-json-path",
            "--npm-dir",
        ],
    },
    package: "@napi-rs/cli",
    publishes: Publishes::ByManifestKey("napi", "npmClient"),
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::AS_NPM,
    // The folders of the platforms are written by the build.
    packages: PackageChoice::Unknown,
    skips_published: false,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let publishes = matches!(words.verbs, ["pre-publish" | "prepublish", ..])
        && !words.arguments.has(&["--skip-optional-publish"]);
    publishes.then(|| Started::new("napi pre-publish", 1))
}
