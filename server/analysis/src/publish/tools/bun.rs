//! `bun publish` knows only tokens, as of Bun 1.4.5.

use super::Tool;
use super::entry::{ExchangeBy, PackageChoice, Publishes, Start, Started, TokenUse, ToolEntry};

pub(super) static BUN: ToolEntry = ToolEntry {
    tool: Tool::Bun,
    key: "bun",
    name: "bun",
    start: Start {
        programs: &["bun"],
        is_in_bin: false,
        packages: &[],
        words: &["publish"],
        read: |words| matches!(words.verbs, ["publish", ..]).then(|| Started::new("bun publish", 1)),
        dry_run_flags: &["--dry-run"],
        value_flags: &[],
    },
    package: "bun",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NOBODY,
    tokens: TokenUse::ONLY.reading(&["NPM_CONFIG_TOKEN"]),
    packages: PackageChoice::Named,
};
