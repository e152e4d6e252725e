//! JS-DevTools/npm-publish, an action and a program: up to version 3 it asks for a token, and with one, the npm that it runs still
//! exchanges the ID token first (measured). From version 4 on it asks for none.
//!
//! Read in the unpacked releases 3.1.1 and 4.1.5. Both give npm an `.npmrc` of their own with the token that they were given,
//! and set `NODE_AUTH_TOKEN` to it, or to nothing (lib/npm/use-npm-environment.js). So npm reads neither setup-node's file nor
//! `~/.npmrc`, and the step's own `NODE_AUTH_TOKEN` has no effect (measured).

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, Releases, SettingFlagNames,
    Start, Started, TokenReads, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::tokens::GivenToken;

const TOKENS: TokenUse = TokenUse {
    reads: TokenReads {
        userconfig: Releases::Never,
        home_npmrc: Releases::Never,
        ..TokenReads::NPM
    },
    given: GivenToken::Input("token"),
    ..TokenUse::AS_NPM
};

pub(super) static NPM_PUBLISH: ToolEntry = ToolEntry {
    tool: Tool::NpmPublish,
    key: "npm-publish",
    name: "npm-publish",
    start: Start {
        programs: &["npm-publish"],
        is_in_bin: true,
        packages: &["@jsdevtools/npm-publish"],
        words: &["publish"],
        read: |_| Some(Started::new("npm-publish", 0)),
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames {
            token: &["--token"],
            ..SettingFlagNames::OF_NPM
        },
        value_flags: &[],
    },
    package: "@jsdevtools/npm-publish",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::of_npm_with(&[
        ("JS-DevTools/npm-publish@", Says::Runs),
        ("NpmCallError: Call to \"npm publish\"", Says::NotPublished),
    ]),
    tokens: TOKENS,
    packages: PackageChoice::Named,
    skips_published: false,
};

/// Its versions up to 3, which only their number tells apart.
pub(super) static NPM_PUBLISH_WITH_TOKEN: ToolEntry = ToolEntry {
    tool: Tool::NpmPublishWithToken,
    key: "npm-publish-with-token",
    name: "npm-publish",
    start: Start::NEVER,
    package: "@jsdevtools/npm-publish",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    // The words of @actions/core for an input that is required.
    errors: ErrorCodes::of_npm_with(&[("Input required and not supplied: token", Says::NoCredential)]),
    tokens: TokenUse {
        // A line of the project's `.npmrc` does not help: the token has to be given.
        reads: TokenReads {
            project_npmrc: Releases::Never,
            variables_of_project: Releases::Never,
            ..TOKENS.reads
        },
        is_asked_for: Releases::Always,
        ..TOKENS
    },
    packages: PackageChoice::Named,
    skips_published: false,
};

/// Other actions that publish with a token that they are given, in ways that were not looked at.
pub(super) static ACTION_WITH_TOKEN: ToolEntry = ToolEntry {
    tool: Tool::ActionWithToken,
    key: "action-with-token",
    name: "action",
    start: Start::NEVER,
    package: "npm",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NOBODY,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::NONE,
    tokens: TokenUse {
        wins: Releases::Always,
        is_asked_for: Releases::Always,
        ..TokenUse::UNKNOWN
    },
    packages: PackageChoice::Named,
    skips_published: false,
};
