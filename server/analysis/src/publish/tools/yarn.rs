//! The two Yarns: `yarn publish` of Yarn 1 knows only tokens, `yarn npm publish` of Yarn Berry exchanges from 4.10.0 on.
//!
//! Read in the unpacked releases 1.22.22, 4.9.4, 4.10.1 and 4.18.1, and in the release notes of 4.10.0. A configured
//! `npmAuthToken` is used before the exchange.

use super::entry::{ExchangeBy, PackageChoice, Publishes, Start, Started, TokenUse, ToolEntry};
use super::{CommandWords, Tool};

const VARIABLES: &[&str] = &["YARN_NPM_AUTH_TOKEN"];

pub(super) static YARN_CLASSIC: ToolEntry = ToolEntry {
    tool: Tool::YarnClassic,
    key: "yarn-classic",
    name: "yarn",
    start: Start {
        programs: &["yarn"],
        is_in_bin: false,
        packages: &[],
        words: &["publish"],
        read: read_classic,
        dry_run_flags: &["--dry-run"],
        value_flags: &[],
    },
    package: "yarn",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NOBODY,
    tokens: TokenUse::ONLY.reading(VARIABLES),
    packages: PackageChoice::Named,
};

pub(super) static YARN_BERRY: ToolEntry = ToolEntry {
    tool: Tool::YarnBerry,
    key: "yarn-berry",
    name: "yarn",
    start: Start {
        programs: &["yarn"],
        is_in_bin: false,
        packages: &[],
        words: &["publish"],
        read: read_berry,
        dry_run_flags: &["--dry-run"],
        value_flags: &[],
    },
    package: "yarn",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::itself_since((4, 10, 0)),
    tokens: TokenUse::ONLY.reading(VARIABLES),
    packages: PackageChoice::Named,
};

fn read_classic(words: &CommandWords<'_>) -> Option<Started> {
    matches!(words.verbs, ["publish", ..]).then(|| Started::new("yarn publish", 1))
}

fn read_berry(words: &CommandWords<'_>) -> Option<Started> {
    matches!(words.verbs, ["npm", "publish", ..]).then(|| Started::new("yarn npm publish", 2))
}
