//! wasm-pack, whose `wasm-pack publish` runs `npm publish` in the folder that it has built.
//!
//! Source: src/npm.rs and src/command/publish/mod.rs of <https://github.com/rustwasm/wasm-pack>.

use super::entry::{
    ErrorCodes, ExchangeBy, PackageChoice, Provenance, Publishes, RegistryUse, SettingFlagNames, Start,
    Started, TokenUse, ToolEntry,
};
use super::{CommandWords, Tool};

pub(super) static WASM_PACK: ToolEntry = ToolEntry {
    tool: Tool::WasmPack,
    key: "wasm-pack",
    name: "wasm-pack",
    start: Start {
        programs: &["wasm-pack"],
        is_in_bin: true,
        packages: &[],
        words: &["publish"],
        read,
        dry_run_flags: &[],
        flags: SettingFlagNames::OF_NPM,
        value_flags: &["-a", "--access", "--tag", "-t", "--target", "-d", "--pkg-dir"],
    },
    package: "wasm-pack",
    publishes: Publishes::ItselfInAnyVersion,
    exchange: ExchangeBy::NPM_ON_PATH,
    registry: RegistryUse::OF_NPM,
    provenance: Provenance::OF_NPM,
    errors: ErrorCodes::OF_NPM,
    tokens: TokenUse::AS_NPM,
    // The manifest is written by the build.
    packages: PackageChoice::Unknown,
    skips_published: false,
};

fn read(words: &CommandWords<'_>) -> Option<Started> {
    let publishes = matches!(words.verbs, ["publish", ..]);
    publishes.then(|| Started::new("wasm-pack publish", 1))
}
