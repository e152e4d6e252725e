//! release-it, which runs `npm publish` and asks `npm whoami` unless `npm.skipChecks` is set.
//!
//! Read in the unpacked releases 18.1.2 to 21.1.2.

use super::arguments::Flag;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, Releases, SettingFlagNames,
    Start, Started, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::{CommandWords, Tool};

pub(super) static RELEASE_IT: ToolEntry = ToolEntry {
    tool: Tool::ReleaseIt,
    key: "release-it",
    name: "release-it",
    start: Start {
        programs: &["release-it"],
        is_in_bin: true,
        packages: &[],
        words: &["release"],
        read,
        dry_run_flags: &["--dry-run", "-d"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &["-c", "--config"],
    },
    package: "release-it",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::of_npm_with(&[
        ("🚀 Let's release ", Says::Runs),
        ("Not authenticated with npm", Says::NotLoggedIn),
    ]),
    tokens: TokenUse {
        is_asked_for: Releases::Always,
        ..TokenUse::AS_NPM
    },
    packages: PackageChoice::OfFolder,
    skips_published: false,
};

/// It publishes to npm unless a flag says that it does not.
fn read(words: &CommandWords<'_>) -> Option<Started> {
    let arguments = &words.arguments;
    let leaves_npm_out = arguments.has(&["--no-npm", "--no-npm.publish", "--release-version", "--changelog"])
        || arguments.flag(&["--npm", "--npm.publish"]) == Some(Flag::False);
    (!leaves_npm_out).then(|| Started::new("release-it", 0))
}
