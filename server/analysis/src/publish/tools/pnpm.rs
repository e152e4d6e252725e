//! pnpm, which runs `npm publish` up to version 10 and publishes with its own client from 11 on.
//!
//! Read in the unpacked releases 10.34.0, 11.0.0–11.1.1, 11.28.11 and 12.21.0: 11.0.6 skips the exchange where a token is
//! set, 11.0.7 does not. Of the prereleases of 11.0.0, `dist/pnpm.mjs` of alpha.1 to alpha.3 and of dev.1005 has no exchange;
//! alpha.5, alpha.11, alpha.14, beta.0, beta.3, rc.0 and rc.5 have it.

use super::entry::{
    Exchange, ExchangeBy, PackageChoice, Publishes, Releases, Start, Started, TokenUse, ToolEntry,
};
use super::{CommandWords, Tool};

pub(super) static PNPM: ToolEntry = ToolEntry {
    tool: Tool::Pnpm,
    key: "pnpm",
    name: "pnpm",
    start: Start {
        programs: &["pnpm", "pn"],
        is_in_bin: false,
        packages: &[],
        words: &["publish"],
        read,
        dry_run_flags: &["--dry-run"],
        value_flags: &[],
    },
    package: "pnpm",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy {
        since: Some((11, 0, 0)),
        prereleases: &[("alpha", 5), ("beta", 0), ("rc", 0)],
        before: Exchange::NpmOnPath,
    },
    tokens: TokenUse {
        wins: Releases::Before((11, 0, 7)),
        ..TokenUse::AS_NPM
    },
    packages: PackageChoice::Named,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    match words.verbs {
        ["publish", ..] => Some(Started::new("pnpm publish", 1)),
        ["stage", "publish", ..] => Some(Started::staged("pnpm stage publish", 2)),
        _ => None,
    }
}
