//! The two Yarns: `yarn publish` of Yarn 1 knows only tokens, `yarn npm publish` of Yarn Berry exchanges from 4.10.0 on, for
//! packages with a scope from 4.10.3 on: before that, it asks npm for `widget` where `@acme/widget` is meant (yarnpkg/berry#6952;
//! measured with 4.10.1).
//!
//! Read in the unpacked releases 1.22.22, 4.9.4, 4.10.1, 4.10.3 and 4.18.1, and in the release notes of 4.10.0. A configured
//! `npmAuthToken` is used before the exchange.
//!
//! Yarn 1 reads `.npmrc` files as npm does, and `YARN_AUTH_TOKEN` or `NPM_AUTH_TOKEN` (`getToken` in lib/cli.js of 1.22.22).
//! Yarn Berry reads neither `.npmrc` files nor npm's variables, setup-node's `NODE_AUTH_TOKEN` included: measured with 4.9.4,
//! 4.10.1 and 4.18.1. It takes its settings from `.yarnrc.yml` and from variables like `YARN_NPM_AUTH_TOKEN`.
//!
//! Yarn Berry signs provenance only where a flag, `publishConfig.provenance` or `npmPublishProvenance` asks for it: 4.10.1 to
//! 4.18.1 publish by trusted publishing without an attestation (measured; `publish` in bin/yarn.js). It ends with YN0033 where it
//! has no token, with YN0035 where the registry refuses, and with YN0091 where it cannot sign.

use super::behavior::AskedBy;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenReads, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::tokens::{OwnFile, Releases};
use super::{CommandWords, Tool};
use crate::knowledge::npm_errors::NpmError;

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
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "yarn",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NOBODY,
    // `registry` of `publishConfig` outranks `--registry` and the registry of the scope; measured with 1.22.22.
    registry: RegistryUse {
        publish_config_wins: Releases::Always,
        publish_config_of_scope: Releases::Never,
        ..RegistryUse::OF_NPM
    },
    provenance: Provenance::NEVER,
    errors: ErrorCodes::only(&[
        ("yarn publish v", Says::Version),
        ("No token found and can't prompt for login", Says::NoCredential),
        ("Couldn't publish package: ", Says::NotPublished),
    ]),
    tokens: TokenUse::ONLY.reading(&["YARN_AUTH_TOKEN", "NPM_AUTH_TOKEN"]),
    packages: PackageChoice::Named,
    skips_published: false,
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
        // Source: `yarn npm publish --help` of 4.10.3.
        dry_run_flags: &["--dry-run", "-n"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "yarn",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy {
        scoped_since: Some((4, 10, 3)),
        ..ExchangeBy::itself_since((4, 10, 0))
    },
    registry: RegistryUse::OF_NPM,
    provenance: Provenance {
        is_automatic: Releases::Never,
        asked_by: AskedBy::SettingsOfYarn,
        ..Provenance::OF_NPM
    },
    errors: ErrorCodes {
        without_credential: Some(NpmError::YarnNoAuthentication),
        instead: &[
            (NpmError::E403, Some(NpmError::YarnNetwork)),
            (NpmError::E404, Some(NpmError::YarnNetwork)),
            (NpmError::E422, Some(NpmError::YarnNetwork)),
            (NpmError::Usage, Some(NpmError::YarnProvenance)),
            (NpmError::Private, None),
        ],
        texts: &[
            // The first line of `yarn install`, measured with 4.9.4 and 4.18.1.
            ("YN0000: · Yarn ", Says::Version),
            // 4.18.1 says so, and 4.12.0 does not.
            ("YN0000: Publishing to ", Says::Exchanges),
            ("YN0033", Says::NoCredential),
            // @yarnpkg/cli-dist@4.9.2/bin/yarn.js: the text of YN0033, which scripts print without the code.
            ("No authentication configured for request", Says::NoCredential),
            ("YN0041", Says::NoCredential),
            ("YN0035", Says::NotPublished),
            ("Request Method: GET", Says::Reads),
            ("Response Code: 404 (", Says::Failed(NpmError::E404)),
        ],
        ..ErrorCodes::OF_NPM
    },
    tokens: TokenUse {
        reads: TokenReads {
            variables: &["YARN_NPM_AUTH_TOKEN", "YARN_NPM_AUTH_IDENT"],
            own_file: Some(OwnFile::YarnRc),
            ..TokenReads::NOTHING
        },
        ..TokenUse::ONLY.given_as("YARN_NPM_AUTH_TOKEN")
    },
    packages: PackageChoice::Named,
    skips_published: false,
};

fn read_classic(words: &CommandWords<'_>) -> Option<Started> {
    matches!(words.verbs, ["publish", ..]).then(|| Started::new("yarn publish", 1))
}

fn read_berry(words: &CommandWords<'_>) -> Option<Started> {
    let publishes = matches!(words.verbs, ["npm", "publish", ..]);
    publishes.then(|| match words.arguments.has(&["--staged"]) {
        true => Started::staged("yarn npm publish", 2),
        false => Started::new("yarn npm publish", 2),
    })
}
