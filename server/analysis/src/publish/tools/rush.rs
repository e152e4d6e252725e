//! Rush, which runs the pnpm or npm that `rush.json` names.
//!
//! Read in the unpacked release 5.179.0.

use super::entry::{ExchangeBy, PackageChoice, Publishes, Start, Started, TokenUse, ToolEntry};
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
        value_flags: &[],
    },
    package: "@microsoft/rush",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::UNKNOWN,
    tokens: TokenUse::AS_NPM,
    packages: PackageChoice::Unknown,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let arguments = &words.arguments;
    let publishes = matches!(words.verbs, ["publish", ..])
        && arguments.has(&["-p", "--publish"])
        && !arguments.has(&["--pack"]);
    publishes.then(|| Started::new("rush publish", 1))
}
