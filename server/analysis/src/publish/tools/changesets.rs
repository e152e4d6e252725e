//! changesets, which has the package manager of the repository publish: `pnpm publish`, from version 3 on also
//! `yarn npm publish`, otherwise `npm publish`. Version 3 refuses Yarn 1.
//!
//! Read in the unpacked releases 2.29.7 and 3.0.3: neither reads a token. changesets/action v1 does, and writes `NPM_TOKEN` to
//! the `~/.npmrc` (`src/index.ts` of its v1.7.0).

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};
use super::texts::Says;

pub(super) static CHANGESETS: ToolEntry = ToolEntry {
    tool: Tool::Changesets,
    key: "changesets",
    name: "changesets",
    start: Start {
        programs: &["changeset", "changesets"],
        is_in_bin: true,
        packages: &["@changesets/cli"],
        words: &["changeset"],
        read: |words| matches!(words.verbs, ["publish", ..]).then(|| Started::new("changeset publish", 1)),
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "@changesets/cli",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::of_npm_with(&[
        ("changeset v", Says::Version),
        ("\u{1f98b}  error", Says::Runs),
        ("an error occurred while publishing", Says::NotPublished),
    ]),
    tokens: TokenUse::AS_NPM,
    packages: PackageChoice::Changesets,
    skips_published: true,
};
