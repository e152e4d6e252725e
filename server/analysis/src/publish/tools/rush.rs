//! Rush, which runs the pnpm or npm that `rush.json` names, or the npm on the PATH in place of Yarn.
//!
//! Read in the unpacked releases 5.164.0 and 5.179.0 of @microsoft/rush-lib, lib/cli/actions/PublishAction.js.

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};
use super::{CommandWords, Tool};

pub(super) static RUSH: ToolEntry = ToolEntry {
    tool: Tool::Rush,
    key: "rush",
    name: "rush",
    start: Start {
        programs: &["rush"],
        is_in_bin: true,
        packages: &["@microsoft/rush"],
        words: &["publish"],
        read,
        dry_run_flags: &["--dry-run"],
        flags: SettingFlagNames {
            registry: &["--registry", "-r"],
            tag: &["--tag", "-t"],
            token: &["--npm-auth-token", "-n"],
        },
        value_flags: &[
            "-n",
            "--npm-auth-token",
            "-r",
            "-t",
            "-b",
            "--target-branch",
            "-c",
            "--commit",
            "--set-access-level",
            "--version-policy",
            "--prerelease-name",
            "--suffix",
            "--release-folder",
        ],
    },
    package: "@microsoft/rush",
    publishes: Publishes::ItselfInAnyVersion,
    // `rush.json` decides.
    exchange: ExchangeBy::UNKNOWN,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::UNKNOWN,
    packages: PackageChoice::Rush,
    skips_published: true,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let arguments = &words.arguments;
    let publishes = matches!(words.verbs, ["publish", ..])
        && arguments.has(&["-p", "--publish"])
        && !arguments.has(&["--pack"]);
    publishes.then(|| Started::new("rush publish", 1))
}
