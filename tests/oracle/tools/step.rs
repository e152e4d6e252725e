//! What a workflow says to publish with each tool.

use crate::cell::{Cell, Provenance, Token};
use crate::repository::NPM_SECRET;
use crate::tool::{BUN, Kind, Manager, Variant};

/// The steps of a workflow that differ between the tools.
#[derive(Debug)]
pub(crate) struct Step {
    /// Actions that install a tool, each with one input and its value. The runner of a real run has the tool already.
    pub(crate) installs: Vec<(&'static str, &'static str, String)>,
    /// What is run before.
    pub(crate) prepares: Vec<Prepare>,
    /// What publishes.
    pub(crate) action: Action,
    /// Variables beside the token.
    pub(crate) variables: Vec<(&'static str, &'static str)>,
}

/// A script before the publish.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prepare {
    pub(crate) words: &'static str,
    /// Whether a real run runs it too; else the tools are there already.
    pub(crate) is_run: bool,
}

#[derive(Debug)]
pub(crate) enum Action {
    Run(String),
    Uses {
        name: &'static str,
        inputs: Vec<(&'static str, &'static str)>,
    },
}

const fn run(words: &'static str) -> Prepare {
    Prepare { words, is_run: true }
}

const fn installed(words: &'static str) -> Prepare {
    Prepare { words, is_run: false }
}

/// What tools that commit need.
const NAME: Prepare =
    run("git config --global user.name bot && git config --global user.email bot@example.org");
const NPM_CI: Prepare = installed("npm ci");

/// The steps of a cell.
pub(crate) fn step(cell: &Cell) -> Step {
    let tool = cell.tool;
    let version = tool.version.to_owned();
    let mut installs = Vec::new();
    let mut prepares = Vec::new();
    let command = match tool.kind {
        Kind::YarnClassic => {
            prepares.push(installed("npm install -g yarn@1.22.22"));
            "yarn publish --non-interactive"
        }
        Kind::YarnBerry => {
            prepares.extend([
                installed("corepack enable"),
                installed("yarn install --immutable"),
            ]);
            "yarn npm publish"
        }
        Kind::Bun => {
            installs.push(("oven-sh/setup-bun@v2", "bun-version", version));
            "bun publish"
        }
        Kind::Pnpm | Kind::PnpmStage => {
            let asked = match tool.variant {
                Variant::Asked(asked) => asked.to_owned(),
                _ => version,
            };
            installs.push(("pnpm/action-setup@v4", "version", asked));
            match tool.kind {
                Kind::Pnpm => "pnpm publish --no-git-checks",
                _ => "pnpm stage publish --no-git-checks",
            }
        }
        Kind::NpmStage => "npm stage publish",
        Kind::Lerna => {
            prepares.push(NPM_CI);
            "npx lerna publish from-package --yes"
        }
        Kind::LernaLite => {
            prepares.extend([NPM_CI, NAME]);
            "npx lerna publish from-package --yes"
        }
        Kind::Changesets => return changesets(cell),
        Kind::SemanticRelease => {
            prepares.push(NPM_CI);
            "npx semantic-release"
        }
        Kind::ReleaseIt => {
            prepares.extend([NPM_CI, NAME]);
            "npx release-it --ci"
        }
        Kind::Np => {
            prepares.extend([NPM_CI, NAME]);
            "npx np patch --yolo --no-release-draft"
        }
        Kind::NpmPublish => return npm_publish(cell),
        Kind::Nx => {
            prepares.push(NPM_CI);
            "npx nx release publish"
        }
        Kind::Beachball => {
            prepares.extend([NPM_CI, NAME]);
            "npx beachball publish --yes"
        }
    };
    with_provenance(cell, installs, prepares, command)
}

fn changesets(cell: &Cell) -> Step {
    let mut installs = Vec::new();
    let (prepare, command) = match cell.tool.manager() {
        Some(Manager::Pnpm) => {
            installs.push(("pnpm/action-setup@v4", "version", cell.tool.pnpm().to_owned()));
            (installed("pnpm install"), "npx changeset publish")
        }
        Some(Manager::Yarn) => (installed("corepack enable"), "npx changeset publish"),
        Some(Manager::Bun) => {
            installs.push(("oven-sh/setup-bun@v2", "bun-version", BUN.to_owned()));
            (installed("bun install"), "bunx changeset publish")
        }
        Some(Manager::Npm) | None => (NPM_CI, "npx changeset publish"),
    };
    with_provenance(cell, installs, vec![prepare, NAME], command)
}

fn npm_publish(cell: &Cell) -> Step {
    let name = match cell.tool.version.starts_with('3') {
        true => "JS-DevTools/npm-publish@v3",
        false => "JS-DevTools/npm-publish@v4",
    };
    let mut inputs = Vec::new();
    if matches!(cell.token, Token::Input | Token::InputEmpty) {
        inputs.push(("token", NPM_SECRET));
    }
    match cell.provenance {
        Provenance::On => inputs.push(("provenance", "true")),
        Provenance::Off => inputs.push(("provenance", "false")),
        _ => {}
    }
    Step {
        installs: Vec::new(),
        prepares: Vec::new(),
        action: Action::Uses { name, inputs },
        variables: Vec::new(),
    }
}

/// The step with provenance asked for or refused in the tool's way.
fn with_provenance(
    cell: &Cell,
    installs: Vec<(&'static str, &'static str, String)>,
    prepares: Vec<Prepare>,
    command: &str,
) -> Step {
    let (flag, variables) = match (cell.tool.kind, cell.provenance) {
        (Kind::YarnBerry | Kind::Pnpm | Kind::PnpmStage, Provenance::On) => (" --provenance", Vec::new()),
        (Kind::YarnBerry, Provenance::Off) => ("", vec![("YARN_NPM_PUBLISH_PROVENANCE", "false")]),
        (Kind::Pnpm | Kind::PnpmStage, Provenance::Off) => (" --provenance=false", Vec::new()),
        (_, Provenance::On) => ("", vec![("NPM_CONFIG_PROVENANCE", "true")]),
        (_, Provenance::Off) => ("", vec![("NPM_CONFIG_PROVENANCE", "false")]),
        _ => ("", Vec::new()),
    };
    Step {
        installs,
        prepares,
        action: Action::Run(format!("{command}{flag}")),
        variables,
    }
}
