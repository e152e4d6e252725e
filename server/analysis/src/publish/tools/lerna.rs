//! Lerna and lerna-lite, which publish with their own client.
//!
//! Read in the unpacked releases: lerna 8.2.4 (without the exchange), 9.0.0 and 10.1.1 (with it); lerna-lite 4.7.3
//! (without), 4.9.0 (with).
//!
//! Both take npm's settings, and neither reads `NPM_TOKEN`, nor `NODE_AUTH_TOKEN` without a line in an `.npmrc`: measured with
//! lerna 8.2.4 and 10.1.1, and with lerna-lite 4.7.3 and 5.7.0.

use super::behavior::TurnedOffBy;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, Releases, SettingFlagNames,
    Start, Started, TokenUse, ToolEntry,
};
use super::texts::{Says, Texts};
use super::{CommandWords, Tool};
use crate::knowledge::npm_errors::NpmError;

/// `registry` of `publishConfig` outranks `--registry` and that of `lerna.json`: measured with lerna 8.2.4 and 10.1.1. It does not
/// with lerna-lite 5.7.0.
const REGISTRY: RegistryUse = RegistryUse {
    publish_config_wins: Releases::Always,
    ..RegistryUse::OF_NPM
};

/// Neither looks whether it has a credential. The registry answers a request without one.
const fn errors(texts: Texts) -> ErrorCodes {
    ErrorCodes {
        without_credential: Some(NpmError::E404),
        texts,
        ..ErrorCodes::OF_NPM
    }
}

pub(super) static LERNA: ToolEntry = ToolEntry {
    tool: Tool::Lerna,
    key: "lerna",
    name: "lerna",
    start: Start {
        programs: &["lerna"],
        is_in_bin: true,
        packages: &[],
        words: &["lerna"],
        read,
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "lerna",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::itself_since((9, 0, 0)),
    registry: REGISTRY,
    provenance: Provenance {
        turned_off_by: TurnedOffBy::Nothing,
        ..Provenance::OF_NPM
    },
    errors: errors(&[
        ("lerna notice cli v", Says::Version),
        ("lerna info ", Says::PrintsRequests),
        ("lerna ERR! ", Says::Runs),
    ]),
    tokens: TokenUse::AS_NPM,
    packages: PackageChoice::Lerna,
    skips_published: true,
};

/// It is started as `lerna` too. The package that the command names says which of the two it is, or else the repository's
/// dependencies do. Its code for publishing is a package of its own.
/// Source: the manifests of @lerna-lite/cli and @lerna-lite/publish 5.7.0.
pub(super) static LERNA_LITE: ToolEntry = ToolEntry {
    tool: Tool::LernaLite,
    key: "lerna-lite",
    name: "lerna-lite",
    start: Start {
        packages: &["@lerna-lite/publish", "@lerna-lite/cli"],
        ..LERNA.start
    },
    package: "@lerna-lite/cli",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::itself_since((4, 9, 0)),
    registry: RegistryUse::OF_NPM,
    provenance: Provenance {
        turned_off_by: TurnedOffBy::PublishConfig,
        ..Provenance::OF_NPM
    },
    errors: errors(&[
        ("lerna-lite notice cli v", Says::Version),
        ("lerna-lite info ", Says::PrintsRequests),
        ("lerna-lite ERR! ", Says::Runs),
    ]),
    tokens: TokenUse::AS_NPM,
    packages: PackageChoice::Lerna,
    skips_published: true,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let publishes = matches!(words.verbs, ["publish", ..]) && !words.arguments.has(&["--skip-npm"]);
    publishes.then(|| Started::new("lerna publish", 1))
}
