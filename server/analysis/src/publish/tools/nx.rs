//! nx, which runs `pnpm publish` or `bun publish` where they manage the repository, and `npm publish` otherwise, in a
//! Yarn repository too.
//!
//! Read in the unpacked releases 20.8.2 to 24.0.6. Where Bun finds no token, 22.7.3 and later go on with npm, which makes the exchange
//! (`runPublish` in release-publish.impl.js of @nx/js 22.7.2, 22.7.3, 23.0.0 and 23.3.1).

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, PackageManager, Provenance, Publishes, RegistryUse, Releases,
    SettingFlagNames, Start, Started, TokenUse, ToolEntry,
};
use super::texts::Says;
use super::{CommandWords, Tool};

pub(super) static NX: ToolEntry = ToolEntry {
    tool: Tool::Nx,
    key: "nx",
    name: "nx",
    start: Start {
        programs: &["nx"],
        is_in_bin: true,
        packages: &[],
        words: &["release"],
        read,
        dry_run_flags: &["--dry-run", "--dryRun", "-d"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[
            "-p",
            "-t",
            "--target",
            "--targets",
            "--projects",
            "-g",
            "--groups",
        ],
    },
    package: "nx",
    publishes: Publishes::By(&[PackageManager::Pnpm, PackageManager::Bun]),
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::of_npm_with(&[
        ("npm publish error:", Says::NotPublished),
        ("Running target nx-release-publish for", Says::Runs),
    ]),
    tokens: TokenUse::AS_NPM,
    packages: PackageChoice::Nx,
    skips_published: true,
};

/// The releases that end where Bun finds no token.
pub(crate) const ENDS_WITH_BUN: Releases = Releases::Before((22, 7, 3));

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let verb_count = match words.verbs {
        ["release", "publish", ..] => 2,
        ["release", rest @ ..] if releases(rest, words) => 1,
        [verb, ..] if runs_publish_target(verb, words) => words.verbs.len(),
        _ => return None,
    };
    Some(Started::new("nx release publish", verb_count))
}

/// `nx release` versions and publishes; its subcommands do one of both.
fn releases(rest: &[&str], words: &CommandWords<'_>) -> bool {
    let is_other_part = matches!(
        rest.first(),
        Some(&("version" | "changelog" | "plan" | "plan:check"))
    );
    !is_other_part && !words.arguments.has(&["--skip-publish", "--skipPublish"])
}

/// `nx run-many -t nx-release-publish`, `nx run widget:nx-release-publish`: what `nx release publish` runs itself.
fn runs_publish_target(verb: &str, words: &CommandWords<'_>) -> bool {
    const TARGET: &str = "nx-release-publish";
    match verb {
        "run-many" | "affected" => words.arguments.nx_targets().iter().any(|target| target == TARGET),
        "run" => words
            .verbs
            .get(1)
            .is_some_and(|task| task.split(':').nth(1) == Some(TARGET)),
        verb => verb == TARGET,
    }
}
