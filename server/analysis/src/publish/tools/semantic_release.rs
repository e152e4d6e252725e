//! semantic-release, whose plugin `@semantic-release/npm` includes its own npm.
//!
//! Read in the unpacked releases: @semantic-release/npm 12.0.2 and 13.0.0 (without the exchange), 13.1.0 and 13.2.0
//! (with it); semantic-release 24.2.9 and 25.0.0.

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::{CommandWords, Tool};
use crate::knowledge::npm_errors::NpmError;

/// Its npm plugin looks for a token before anything is released.
const ERRORS: ErrorCodes = ErrorCodes {
    without_credential: Some(NpmError::NoNpmToken),
    texts: &[
        ("[semantic-release] › ", Says::Runs),
        ("Running semantic-release version ", Says::Version),
        ("Verify authentication for registry ", Says::Registry),
    ],
    ..ErrorCodes::OF_NPM
};

pub(super) static SEMANTIC_RELEASE: ToolEntry = ToolEntry {
    tool: Tool::SemanticRelease,
    key: "semantic-release",
    name: "semantic-release",
    start: Start {
        programs: &["semantic-release"],
        is_in_bin: true,
        packages: &[],
        words: &["release"],
        read,
        // yargs takes either spelling of a flag.
        dry_run_flags: &["--dry-run", "--dryRun", "-d"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "semantic-release",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::itself_since((25, 0, 0)),
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ERRORS,
    tokens: TokenUse::AS_NPM.reading(&["NPM_TOKEN"]).given_as("NPM_TOKEN"),
    packages: PackageChoice::NamedOutsideMonorepo,
    skips_published: false,
};

/// The repository's dependencies say which semantic-release it runs.
pub(super) static MULTI_SEMANTIC_RELEASE: ToolEntry = ToolEntry {
    tool: Tool::MultiSemanticRelease,
    key: "multi-semantic-release",
    name: "semantic-release",
    start: Start {
        programs: &["multi-semantic-release"],
        is_in_bin: true,
        packages: &["@qiwi/multi-semantic-release", "@anolilab/multi-semantic-release"],
        words: &["release"],
        read: |_| Some(Started::new("multi-semantic-release", 0)),
        dry_run_flags: &["--dry-run", "--dryRun"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    packages: PackageChoice::All,
    skips_published: true,
    package: "semantic-release",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::itself_since((25, 0, 0)),
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ERRORS,
    tokens: TokenUse::AS_NPM.reading(&["NPM_TOKEN"]).given_as("NPM_TOKEN"),
};

/// The plugin itself, if the repository depends on it.
pub(super) static SEMANTIC_RELEASE_NPM: ToolEntry = ToolEntry {
    tool: Tool::SemanticReleaseNpm,
    key: "semantic-release-npm",
    name: "semantic-release",
    start: Start::NEVER,
    package: "@semantic-release/npm",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::itself_since((13, 1, 0)),
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ERRORS,
    tokens: TokenUse::AS_NPM.reading(&["NPM_TOKEN"]).given_as("NPM_TOKEN"),
    packages: PackageChoice::NamedOutsideMonorepo,
    skips_published: false,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let publishes = !words.arguments.has(&["-h", "-v"]);
    publishes.then(|| Started::new("semantic-release", 0))
}
