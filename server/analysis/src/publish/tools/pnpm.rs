//! pnpm, which runs `npm publish` up to version 10 and publishes with its own client from 11 on.
//!
//! Read in the unpacked releases 10.34.0, 11.0.0–11.1.1, 11.28.11 and 12.21.0: 11.0.6 skips the exchange where a token is
//! set, 11.0.7 does not. Of the prereleases of 11.0.0, `dist/pnpm.mjs` of alpha.1 to alpha.3 and of dev.1005 has no exchange;
//! alpha.5, alpha.11, alpha.14, beta.0, beta.3, rc.0 and rc.5 have it.
//!
//! Its own client publishes with the `NODE_AUTH_TOKEN` of setup-node's `.npmrc` in 11.0.9 and later, and not in 11.0.0 to
//! 11.0.8, which do not read the file that `NPM_CONFIG_USERCONFIG` names (measured). It puts variables into the credentials of
//! the project's `.npmrc` up to 11.5.2; 11.5.3 ignores such a line ("Ignored project-level auth setting" in
//! `dist/pnpm.mjs`), since whoever can change the registry there could have the secret sent elsewhere.
//!
//! Its own client takes no registry from npm's variables, and `registry` from `publishConfig` only from 11.0.5 on
//! (`findRegistryInfo` in `dist/pnpm.mjs` of 11.0.0 to 11.0.9), where it outranks `--registry` and the registry of a scope in
//! `.npmrc`. The registry of a scope in `publishConfig` is followed by 11.28.0 and 12.21.0, but not by 11.27.1 and 12.0.0. All of it
//! measured with 11.0.4, 11.0.5, 11.28.11, 12.0.0 and 12.21.0.
//!
//! Its own client takes a token from `npm_config_//registry.npmjs.org/:_authToken` in 11.10.0 and later, and not in 11.0.4 to 11.5.3
//! (measured; `URL_SCOPED_ENV_RE` in `dist/pnpm.mjs` came with 11.6.0).
//!
//! Up to 11 it prints npm's codes. 12 has codes of its own (measured with 12.21.0).

use super::entry::{
    ErrorCodes, Exchange, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, Release, Releases,
    SettingFlagNames, Start, Started, TokenReads, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::{CommandWords, Tool};
use crate::knowledge::npm_errors::NpmError;

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
        dry_run_flags: &["--dry-run", "--dry"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "pnpm",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy {
        since: Some((11, 0, 0)),
        prereleases: &[("alpha", 5), ("beta", 0), ("rc", 0)],
        scoped_since: None,
        before: Exchange::NpmOnPath,
    },
    registry: RegistryUse {
        publish_config: Releases::Except((11, 0, 0), (11, 0, 5)),
        publish_config_of_scope: Releases::KnownBefore((11, 0, 0)),
        publish_config_wins: Releases::Between((11, 0, 4), (11, 0, 5)),
        variables: Releases::Before((11, 0, 0)),
        ..RegistryUse::OF_NPM
    },
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes {
        since: (12, 0, 0),
        instead: &[
            (NpmError::E401, Some(NpmError::PnpmFailedToPublish)),
            (NpmError::E403, Some(NpmError::PnpmFailedToPublish)),
            (NpmError::E404, Some(NpmError::PnpmFailedToPublish)),
            (NpmError::E422, Some(NpmError::PnpmFailedToPublish)),
            (NpmError::Usage, Some(NpmError::PnpmNoIdToken)),
            (NpmError::Private, Some(NpmError::PnpmPrivatePackage)),
            (NpmError::Unscoped, Some(NpmError::PnpmUnscopedRestricted)),
        ],
        texts: &[
            // The client of 11 and later.
            ("Skipped OIDC: ", Says::Exchanges),
            ("📦 ", Says::Registry),
            // 12: "Failed to publish package widget@1.0.0 (status 404 Not Found):".
            (" (status 401 ", Says::Failed(NpmError::E401)),
            (" (status 403 ", Says::Failed(NpmError::E403)),
            (" (status 404 ", Says::Failed(NpmError::E404)),
            (" (status 422 ", Says::Failed(NpmError::E422)),
            // It looks for a program of this name.
            ("Command \"stage\" not found", Says::UnknownCommand),
        ],
        ..ErrorCodes::OF_NPM
    },
    tokens: TokenUse {
        reads: TokenReads {
            npm_settings: Releases::Except((11, 0, 0), (11, 6, 0)),
            userconfig: Releases::Except((11, 0, 0), (11, 0, 9)),
            variables_of_project: Releases::Before((11, 5, 3)),
            ..TokenReads::NPM
        },
        wins: Releases::Before((11, 0, 7)),
        ..TokenUse::AS_NPM
    },
    packages: PackageChoice::Named,
    skips_published: true,
};

/// The first release with `pnpm stage`. 10.34.9, 11.0.8 and 11.2.2 look for a program of this name (measured).
pub(crate) const FIRST_WITH_STAGE: Release = (11, 3, 0);

fn read(words: &CommandWords<'_>) -> Option<Started> {
    match words.verbs {
        ["publish", ..] => Some(Started::new("pnpm publish", 1)),
        ["stage", "publish", ..] => Some(Started::staged("pnpm stage publish", 2)),
        _ => None,
    }
}
