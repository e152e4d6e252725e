//! @ossjs/release, which runs the command in its configuration. It asked for `NODE_AUTH_TOKEN` or `NPM_AUTH_TOKEN`
//! before 0.10.1.
//!
//! Read in the unpacked releases 0.10.0 and 0.10.1.

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, Releases, SettingFlagNames,
    Start, Started, TokenUse, ToolEntry,
};

pub(super) static OSSJS_RELEASE: ToolEntry = ToolEntry {
    tool: Tool::OssjsRelease,
    key: "ossjs-release",
    name: "release",
    start: Start {
        programs: &["release"],
        // `yarn release` is a package script far more often.
        is_in_bin: false,
        packages: &["@ossjs/release"],
        words: &["release"],
        read: |words| matches!(words.verbs, ["publish", ..]).then(|| Started::new("release publish", 1)),
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "@ossjs/release",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::UNKNOWN,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse {
        is_asked_for: Releases::Before((0, 10, 1)),
        ..TokenUse::UNKNOWN
    },
    packages: PackageChoice::Unknown,
    skips_published: false,
};
