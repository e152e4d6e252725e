//! np, which has the package manager of the repository publish. It asks `npm whoami`; from 11.0.2 on it does not where an ID
//! token can be had. 11.0.0 leaves out only one of its two questions: `cli-implementation.js` still asks (measured). It prints no code of
//! an error.
//!
//! Read in the unpacked releases 10.3.0, 11.0.0, 11.0.2 and 12.1.1.

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, PackageManager, Provenance, Publishes, RegistryUse, Releases,
    SettingFlagNames, Start, Started, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::{CommandWords, Tool};

pub(super) static NP: ToolEntry = ToolEntry {
    tool: Tool::Np,
    key: "np",
    name: "np",
    start: Start {
        programs: &["np"],
        is_in_bin: true,
        packages: &[],
        // Two letters are part of many words.
        words: &[" np ", " np\n", " np\r", " np@"],
        read,
        dry_run_flags: &["--dry-run", "--dryRun"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "np",
    publishes: Publishes::By(&[PackageManager::Pnpm, PackageManager::YarnBerry]),
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::only(&[
        (
            "You must be logged in. Use `npm login` and try again",
            Says::NotLoggedIn,
        ),
        ("Authentication error. Use `npm whoami` to", Says::NotLoggedIn),
        // 11.0.2 and later.
        ("OIDC authentication detected", Says::IdToken),
    ]),
    tokens: TokenUse {
        is_asked_for: Releases::Before((11, 0, 2)),
        ..TokenUse::AS_NPM
    },
    packages: PackageChoice::OfFolder,
    skips_published: false,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let only_rehearses = words
        .arguments
        .has(&["--preview", "--no-publish", "--release-draft-only"]);
    (!only_rehearses).then(|| Started::new("np", 0))
}
