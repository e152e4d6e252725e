//! `bun publish` knows only tokens, as of Bun 1.4.5.
//!
//! It signs no provenance. Where `--provenance`, `NPM_CONFIG_PROVENANCE`, an `.npmrc` or `publishConfig` asks for it, 1.4.5 refuses
//! to publish, and 1.2.23 does not (measured; 1.2.23 with the variable only).
//!
//! It reads `.npmrc` in the project and in the home folder. The file that `NPM_CONFIG_USERCONFIG` names, which setup-node writes
//! for `NODE_AUTH_TOKEN`, it reads in 1.4.5 and not in 1.2.23 and 1.3.0 (measured). The variables with a token are those of
//! <https://bun.com/docs/pm/npmrc> and of `bunfig.toml`.

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, Releases, SettingFlagNames,
    Start, Started, TokenReads, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::tokens::OwnFile;
use crate::knowledge::npm_errors::NpmError;

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
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "bun",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NOBODY,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance {
        refuses: Releases::Between((1, 2, 23), (1, 4, 5)),
        ..Provenance::NEVER
    },
    errors: ErrorCodes::only(&[
        ("bun publish v", Says::Version),
        (
            "missing authentication (run `bunx npm login`)",
            Says::NoCredential,
        ),
        ("404 Not Found: http", Says::Failed(NpmError::E404)),
        ("is not supported yet: bun publish cannot", Says::CannotSign),
    ]),
    tokens: TokenUse {
        reads: TokenReads {
            variables: &["BUN_CONFIG_TOKEN", "NPM_CONFIG_TOKEN", "npm_config_token"],
            npm_settings: Releases::Never,
            userconfig: Releases::Between((1, 3, 0), (1, 4, 5)),
            own_file: Some(OwnFile::BunFig),
            ..TokenReads::NPM
        },
        ..TokenUse::ONLY.given_as("NPM_CONFIG_TOKEN")
    },
    packages: PackageChoice::Named,
    skips_published: false,
};
