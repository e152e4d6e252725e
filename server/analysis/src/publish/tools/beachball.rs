//! beachball, which runs `npm publish`.
//!
//! Read in the unpacked release 2.66.0, which publishes with `NPM_TOKEN` (measured). It names the public registry with `--registry`
//! unless it is told another, so that `publishConfig.registry` and `.npmrc` do not count (measured). So do 1.11.0, 2.2.0 and
//! 2.43.1; 3.0.0-alpha.10 leaves the choice to npm.

use super::arguments::Flag;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, Releases, SettingFlagNames,
    Start, Started, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::{CommandWords, Tool};

pub(super) static BEACHBALL: ToolEntry = ToolEntry {
    tool: Tool::Beachball,
    key: "beachball",
    name: "beachball",
    start: Start {
        programs: &["beachball"],
        is_in_bin: true,
        packages: &[],
        words: &["publish"],
        read,
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames {
            registry: &["--registry", "-r"],
            tag: &["--tag", "-t"],
            token: &["--token", "-n"],
        },
        value_flags: &[
            "-n",
            "-r",
            "-t",
            "-a",
            "-b",
            "--branch",
            "-c",
            "-m",
            "--message",
            "-p",
            "--from-ref",
            "--since",
        ],
    },
    package: "beachball",
    publishes: Publishes::Itself,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse {
        passes_public: Releases::Before((3, 0, 0)),
        ..RegistryUse::OF_NPM
    },
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::of_npm_with(&[
        ("beachball v", Says::Version),
        ("Unexpected error while running beachball", Says::NotPublished),
    ]),
    // Its configuration is code, which may read others.
    tokens: TokenUse::UNKNOWN.reading(&["NPM_TOKEN"]).given_as("NPM_TOKEN"),
    packages: PackageChoice::All,
    skips_published: true,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let arguments = &words.arguments;
    let publishes = matches!(words.verbs, ["publish", ..])
        && arguments.flag(&["--publish"]) != Some(Flag::False)
        && !arguments.has(&["--no-publish"])
        && arguments.value(&["--pack-to-path", "--packToPath"]).is_none();
    publishes.then(|| Started::new("beachball publish", 1))
}
