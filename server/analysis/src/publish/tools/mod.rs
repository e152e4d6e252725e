//! The register of publishing tools: one entry each, which all tool-specific behavior comes from: which
//! commands start it, which jobs are worth a walk, its version, what performs the token exchange, which variables it
//! reads, which packages it publishes, and whether it asks for a login.
//!
//! A new tool is a file here with its entry, and three lines below.

pub(crate) mod arguments;
mod auto;
mod beachball;
mod behavior;
mod bun;
mod changesets;
mod clean_publish;
#[cfg(any(test, feature = "test-support"))]
mod comparison;
mod entry;
mod lerna;
mod modules;
mod napi;
mod ni;
mod np;
mod npm;
mod npm_publish;
mod nx;
mod ossjs_release;
mod pnpm;
mod publib;
mod release_it;
mod release_plan;
mod rollingversions;
mod rush;
mod semantic_release;
mod shipjs;
#[cfg(test)]
mod tests;
mod texts;
mod tokens;
mod vite_plus;
mod wasm_pack;
mod yarn;

#[cfg(any(test, feature = "test-support"))]
pub use comparison::{ToolComparison, compared_tools};

pub(crate) use arguments::{Arguments, Flag};
pub(crate) use behavior::{AskedBy, ErrorCodes, RegistryPlaces, TurnedOffBy};
pub(crate) use entry::{
    CommandWords, Exchange, PackageChoice, PackageManager, Publishes, Release, Started, ToolEntry,
};
pub(crate) use modules::publishing_module;
pub(crate) use nx::ENDS_WITH_BUN;
pub(crate) use pnpm::FIRST_WITH_STAGE;
pub(crate) use texts::Says;
pub(crate) use tokens::{GivenToken, OwnFile, Releases, TokenPlaces};

/// A publishing tool.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Tool {
    Npm,
    Pnpm,
    YarnClassic,
    YarnBerry,
    Bun,
    Lerna,
    LernaLite,
    SemanticRelease,
    SemanticReleaseNpm,
    MultiSemanticRelease,
    Changesets,
    Nx,
    Np,
    ReleaseIt,
    NpmPublish,
    NpmPublishWithToken,
    ActionWithToken,
    Beachball,
    Auto,
    OssjsRelease,
    Shipjs,
    CleanPublish,
    VitePlus,
    Ni,
    Rush,
    Rollingversions,
    Napi,
    Publib,
    ReleasePlan,
    WasmPack,
    /// A script that was not followed and whose name mentions publishing. It has no entry.
    Script,
    /// An action that was not read and whose name mentions publishing. It has no entry.
    Action,
}

static TOOLS: [&ToolEntry; 30] = [
    &npm::NPM,
    &pnpm::PNPM,
    &yarn::YARN_CLASSIC,
    &yarn::YARN_BERRY,
    &bun::BUN,
    &lerna::LERNA,
    &lerna::LERNA_LITE,
    &semantic_release::SEMANTIC_RELEASE,
    &semantic_release::SEMANTIC_RELEASE_NPM,
    &changesets::CHANGESETS,
    &nx::NX,
    &np::NP,
    &release_it::RELEASE_IT,
    &npm_publish::NPM_PUBLISH,
    &npm_publish::NPM_PUBLISH_WITH_TOKEN,
    &npm_publish::ACTION_WITH_TOKEN,
    &beachball::BEACHBALL,
    &auto::AUTO,
    &ossjs_release::OSSJS_RELEASE,
    &shipjs::SHIPJS,
    &clean_publish::CLEAN_PUBLISH,
    &vite_plus::VITE_PLUS,
    &ni::NI,
    &rush::RUSH,
    &semantic_release::MULTI_SEMANTIC_RELEASE,
    &rollingversions::ROLLINGVERSIONS,
    &napi::NAPI,
    &publib::PUBLIB,
    &release_plan::RELEASE_PLAN,
    &wasm_pack::WASM_PACK,
];

/// Every tool.
pub(crate) fn tools() -> &'static [&'static ToolEntry] {
    &TOOLS
}

/// The tool with this key.
pub(crate) fn tool_with_key(key: &str) -> Option<&'static ToolEntry> {
    tools().iter().copied().find(|entry| entry.key == key)
}

/// The tool that a command starts, and how. Of two tools whose programs have the same name, the package that the command
/// takes the program from decides.
pub(crate) fn started_by(
    words: &CommandWords<'_>,
    package: Option<&str>,
) -> Option<(&'static ToolEntry, Started)> {
    let is_named = |entry: &&ToolEntry| package.is_some_and(|package| entry.is_in(package));
    let mut entries = with_program(words.program);
    let named = with_program(words.program).find(is_named);
    let mut entries = named.into_iter().chain(&mut entries);
    entries.find_map(|entry| Some((entry, (entry.start.read)(words)?)))
}

/// Of the packages that a command names, the one that has the version of this program.
pub(crate) fn package_of_program<'p>(program: &str, packages: &[&'p str]) -> Option<&'p str> {
    let preferred = |entry: &'static ToolEntry| {
        let mut own = entry.start.packages.iter();
        let own = own.find_map(|own| packages.iter().find(|package| *package == own));
        own.or_else(|| packages.iter().find(|package| entry.is_in(package)))
    };
    with_program(program).find_map(preferred).copied()
}

fn with_program(program: &str) -> impl Iterator<Item = &'static ToolEntry> {
    let entries = tools().iter().copied();
    entries.filter(move |entry| entry.start.programs.contains(&program))
}

/// The program that a package contains, where it has another name.
pub(crate) fn program_of_package(package: &str) -> Option<&'static str> {
    let contains = |entry: &&&ToolEntry| entry.start.packages.contains(&package);
    tools().iter().find(contains)?.start.programs.first().copied()
}

/// Whether a package contains a publishing tool that `node_modules/.bin` may have.
pub(crate) fn is_tool_package(package: &str) -> bool {
    let mut entries = tools().iter().filter(|entry| entry.start.is_in_bin);
    entries.any(|entry| entry.is_in(package))
}

/// Whether the next word is the value of this flag of a tool.
fn has_value_flag(program: &str, flag: &str) -> bool {
    let mut entries = tools().iter().map(|entry| &entry.start);
    entries.any(|start| start.value_flags.contains(&flag) && start.programs.contains(&program))
}

/// Whether a program is that of a publishing tool.
pub(crate) fn is_program(program: &str) -> bool {
    with_program(program).next().is_some()
}

/// Whether `pnpm PROGRAM` and `yarn PROGRAM` start a tool.
pub(crate) fn is_in_bin(program: &str) -> bool {
    let is_it = |entry: &&ToolEntry| entry.start.is_in_bin && entry.start.programs.contains(&program);
    tools().iter().copied().any(|entry| is_it(&entry))
}

impl Tool {
    /// What is known about it; `None` for a script.
    pub(crate) fn entry(self) -> Option<&'static ToolEntry> {
        tools().iter().copied().find(|entry| entry.tool == self)
    }

    /// Its key; empty for a script.
    pub(crate) fn key(self) -> &'static str {
        self.entry().map_or("", |entry| entry.key)
    }

    /// Where it looks for a token if its release is not known.
    pub(crate) fn token_places(self) -> TokenPlaces {
        self.entry()
            .map_or_else(TokenPlaces::unknown, |entry| entry.tokens.places(&[]))
    }

    /// What decides to which registry it publishes if its release is not known.
    pub(crate) fn registry_places(self) -> RegistryPlaces {
        self.entry()
            .map_or(RegistryPlaces::OF_NPM, |entry| entry.registry.places(&[]))
    }

    /// Whether it is semantic-release in one of its forms.
    pub(crate) fn is_semantic_release(self) -> bool {
        matches!(
            self,
            Self::SemanticRelease | Self::SemanticReleaseNpm | Self::MultiSemanticRelease
        )
    }
}

impl PackageManager {
    /// The tool that it is.
    pub(crate) fn tool(self) -> Tool {
        match self {
            Self::Npm => Tool::Npm,
            Self::Pnpm => Tool::Pnpm,
            Self::YarnClassic => Tool::YarnClassic,
            Self::YarnBerry => Tool::YarnBerry,
            Self::Bun => Tool::Bun,
        }
    }
}
