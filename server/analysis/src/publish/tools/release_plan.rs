//! release-plan, which runs `pnpm publish` or `npm publish` in the folder of each package of its plan.
//!
//! Read in the unpacked release 0.20.0, `dist/publish.js`: it takes pnpm where the repository has a `pnpm-lock.yaml`, names the
//! dist-tag in every command, and pushes tags and makes releases with `GITHUB_AUTH`.

use super::Tool;
use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, PackageManager, Provenance, Publishes, RegistryUse,
    SettingFlagNames, Start, Started, TokenUse, ToolEntry,
};

pub(super) static RELEASE_PLAN: ToolEntry = ToolEntry {
    tool: Tool::ReleasePlan,
    key: "release-plan",
    name: "release-plan",
    start: Start {
        programs: &["release-plan"],
        is_in_bin: true,
        packages: &[],
        words: &["release-plan"],
        read: |words| matches!(words.verbs, ["publish", ..]).then(|| Started::new("release-plan publish", 1)),
        dry_run_flags: &["--dryRun", "--dry-run"],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &[],
    },
    package: "release-plan",
    publishes: Publishes::By(&[PackageManager::Pnpm]),
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::AS_NPM,
    // Those of `.release-plan.json`, which is made before.
    packages: PackageChoice::Unknown,
    skips_published: true,
};
