//! The npm that a command starts where it is not the one that came with Node: from a folder in front of the PATH, from
//! `node_modules/.bin`, or from the file that the command names.

use crate::knowledge::npm_releases::{
    DIST_TAG_MINIMUM_11, DIST_TAG_MINIMUM_12, NO_SHORT_WORKSPACES, OIDC_MINIMUM, PRERELEASE_NEEDS_TAG,
    STAGE_MINIMUM,
};
use crate::knowledge::npm_spec::resolve_npm;
use crate::model::job::Step;
use crate::model::read::find_input;
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::machine::{Effect, EffectKind, Machine, NpmBeside};
use crate::publish::read::command::{PathExtension, ProgramOrigin, PublishCommand};
use crate::publish::site::{NpmOrigin, VersionFact};
use crate::publish::tools::Tool;
use crate::publish::walk::commands::script_context::{Called, ScriptContext};
use crate::publish::walk::{WalkFrame, Walker};
use crate::text::{FolderPath, Place};
use crate::versions::version::Version;

/// Words in the paths of folders that hold other tools than npm.
const OTHER_TOOLS: [&str; 56] = [
    "android",
    "aws",
    "bazel",
    "buf",
    "bun",
    "cabal",
    "cargo",
    "clang",
    "cmake",
    "composer",
    "dart",
    "deno",
    "dotnet",
    "emscripten",
    "emsdk",
    "flutter",
    "foundry",
    "gcloud",
    "gem",
    "gems",
    "ghcup",
    "go",
    "gopath",
    "goroot",
    "gradle",
    "helm",
    "java",
    "jdk",
    "julia",
    "just",
    "kotlin",
    "kubectl",
    "llvm",
    "maven",
    "mingw64",
    "msys64",
    "ninja",
    "ocaml",
    "opam",
    "php",
    "pip",
    "pipx",
    "poetry",
    "protoc",
    "pyenv",
    "python",
    "ruby",
    "rust",
    "rustup",
    "solana",
    "swift",
    "terraform",
    "uv",
    "wabt",
    "wasmtime",
    "zig",
];
/// Words in the paths of folders that may hold an npm: those of Node itself, of managers of Node, and of programs that
/// install any package.
const NODE_TOOLS: [&str; 41] = [
    "node",
    "npm",
    "nvm",
    "fnm",
    "volta",
    "asdf",
    "mise",
    "nodenv",
    "corepack",
    "pnpm",
    "yarn",
    "proto",
    "n",
    "nodebrew",
    "nodeenv",
    "nodist",
    "nvs",
    "rtx",
    "vfox",
    "vite",
    "aqua",
    "aquaproj",
    "brew",
    "homebrew",
    "linuxbrew",
    "conda",
    "mamba",
    "micromamba",
    "miniconda",
    "miniconda3",
    "miniforge3",
    "anaconda3",
    "pixi",
    "devbox",
    "flox",
    "guix",
    "hermit",
    "nix",
    "pkgx",
    "spack",
    "tea",
];
/// Names in the home folder that are not those of one tool.
const SHARED_FOLDERS: [&str; 9] = [
    "bin",
    "cache",
    "config",
    "env",
    "local",
    "sdk",
    "toolchain",
    "toolchains",
    "tools",
];
/// What prints the folder of npm's global programs, that of the npm on the PATH. Measured with 10.9.8; `npm bin` is gone since 9.
const OWN_BINS: [&str; 4] = [
    "$(npm prefix -g)/bin",
    "$(npm prefix --global)/bin",
    "$(npm config get prefix)/bin",
    "$(npm get prefix)/bin",
];
/// Folders of the programs that another package manager has installed globally. Measured with pnpm 10.34.9.
const BINS_OF_OTHERS: [&str; 9] = [
    "$(pnpm bin -g)",
    "$(pnpm bin --global)",
    "$(pnpm -g bin)",
    "$PNPM_HOME",
    "${PNPM_HOME}",
    "${{ env.PNPM_HOME }}",
    "$PNPM_HOME/bin",
    "$(yarn global bin)",
    "$(bun pm bin -g)",
];
/// Packages that depend on npm, so that `node_modules/.bin` has one.
/// Source: the manifests of semantic-release 24 and 25, and of @semantic-release/npm 12 and 13.
const PACKAGES_WITH_NPM: [&str; 3] = [
    "semantic-release",
    "@semantic-release/npm",
    "multi-semantic-release",
];

/// The npm in a folder.
enum NpmInFolder {
    /// There is none, so that the next folder of the PATH counts.
    None,
    /// It is this one; without candidates nothing is known about it.
    Found(VersionFact<NpmOrigin>),
}

impl<'a> Walker<'_, 'a> {
    /// Puts folders in front of the PATH.
    pub(crate) fn extend_path(
        &mut self,
        context: &ScriptContext<'_, 'a>,
        conditions: &[String],
        path: &PathExtension,
        folder: Option<&FolderPath>,
    ) {
        for text in &path.folders {
            let machine = self.machine(conditions);
            let place = normal(text);
            let mut kinds = Vec::new();
            if let NpmInFolder::Found(npm) = self.npm_in(context.frame, &machine, &place, folder) {
                kinds.push(EffectKind::NpmOnPath(npm));
            }
            kinds.push(EffectKind::PathFolder(place));
            for kind in kinds {
                let effect = Effect {
                    conditions: conditions.to_vec(),
                    kind,
                };
                match path.for_later_steps {
                    true => self.effects_after_step.push(effect),
                    false => self.effects.push_for_script(effect),
                }
            }
        }
    }

    /// `core.addPath(…)` in actions/github-script: which folder it is, the code decides.
    pub(crate) fn note_path_of_javascript(&mut self, frame: &WalkFrame<'a>, step: &Step) {
        let script = find_input(&step.with, "script");
        if script.is_some_and(|script| script.value.value.contains("addPath")) {
            self.add(
                &frame.conditions,
                EffectKind::NpmOnPath(VersionFact::unknown_npm()),
            );
        }
    }

    /// Makes what the step wrote to `$GITHUB_PATH` count for the next one.
    pub(crate) fn end_step(&mut self) {
        for effect in std::mem::take(&mut self.effects_after_step) {
            self.effects.push(effect);
        }
    }

    /// Takes back what counted only in the script.
    pub(crate) fn end_script(&mut self) {
        self.effects.end_script();
    }

    /// Notes an npm that was installed into a folder of its own.
    pub(crate) fn install_beside(
        &mut self,
        conditions: &[String],
        folder: &str,
        version: VersionFact<NpmOrigin>,
    ) {
        let folder = normal(folder);
        let machine = self.machine(conditions);
        if machine
            .path_folders
            .iter()
            .any(|on_path| is_below(on_path, &folder))
        {
            self.add(conditions, EffectKind::NpmOnPath(version.clone()));
        }
        self.add(conditions, EffectKind::NpmBeside(NpmBeside { folder, version }));
    }

    /// The npm that a publish command starts, where the way in which it is started decides: the file, `npx`, or a package
    /// script, in which `node_modules/.bin` comes first on the PATH.
    pub(crate) fn npm_of_origin(
        &self,
        context: &ScriptContext<'_, 'a>,
        publish: &PublishCommand,
        machine: &Machine,
        (folder, assignments): (Option<&FolderPath>, &[(String, String, Place)]),
    ) -> Option<VersionFact<NpmOrigin>> {
        let is_npm = publish.tool == Tool::Npm && !publish.is_configured;
        match &publish.origin {
            ProgramOrigin::File(file) if is_npm => {
                let found = self.npm_in(context.frame, machine, &normal(file), folder);
                return Some(match found {
                    NpmInFolder::Found(npm) => npm,
                    NpmInFolder::None => VersionFact::unknown_npm(),
                });
            }
            ProgramOrigin::Fetched if is_npm => {
                return Some(VersionFact {
                    candidates: resolve_npm("latest", &[], &[]),
                    text: None,
                    origin: NpmOrigin::Command,
                    place: Some(context.source.place(self.sources, publish.name_range)),
                });
            }
            ProgramOrigin::Corepack if is_npm => {
                return Some(
                    self.npm_of_manifest(folder)
                        .unwrap_or_else(VersionFact::unknown_npm),
                );
            }
            ProgramOrigin::LocalBin | ProgramOrigin::LocalBinOrFetched | ProgramOrigin::File(_) => {
                if let NpmInFolder::Found(npm) = self.npm_of_project(machine, folder) {
                    return Some(npm);
                }
            }
            ProgramOrigin::Fetched | ProgramOrigin::Corepack | ProgramOrigin::Path => {}
        }
        let script = context.called.iter().rev().find_map(|called| match called {
            Called::PackageScript(manifest, _) => Some(manifest),
            Called::File(_) | Called::Task(..) => None,
        });
        if let Some(path) = script
            && let NpmInFolder::Found(npm) = self.npm_of_project(machine, Some(&path.folder()))
        {
            return Some(npm);
        }
        // The shim of Corepack looks again where it runs.
        let of_shim = || {
            let is_below = machine.npm_is_of_corepack && folder.is_none_or(|folder| !folder.is_root());
            is_below.then(|| self.npm_of_manifest(folder)).flatten()
        };
        self.npm_of_path_variable(context.frame, machine, (folder, assignments))
            .or_else(of_shim)
    }

    /// `PATH=… npm publish`, and `PATH` in an `env:` block.
    fn npm_of_path_variable(
        &self,
        frame: &WalkFrame<'a>,
        machine: &Machine,
        (folder, assignments): (Option<&FolderPath>, &[(String, String, Place)]),
    ) -> Option<VersionFact<NpmOrigin>> {
        let assigned = assignments.iter().find(|(name, _, _)| name == "PATH");
        let value = match assigned {
            Some((_, value, _)) => value.clone(),
            None => {
                let layers = frame.env.iter().rev();
                let mut variables = layers.flat_map(|layer| layer.variables);
                let path = variables.find(|variable| variable.name.value == "PATH")?;
                path.value.value.replace("${{ env.PATH }}", "$PATH")
            }
        };
        let Some(end) = ["$PATH", "${PATH}"]
            .iter()
            .filter_map(|old| value.find(old))
            .min()
        else {
            return Some(VersionFact::unknown_npm());
        };
        let mut folders = value.get(..end).unwrap_or_default().split(':');
        folders.find_map(|text| match self.npm_in(frame, machine, &normal(text), folder) {
            NpmInFolder::Found(npm) => Some(npm),
            NpmInFolder::None => None,
        })
    }

    /// The npm in a folder of the PATH, or the one that is a file there. `text` is in its normal form.
    fn npm_in(
        &self,
        frame: &WalkFrame<'a>,
        machine: &Machine,
        text: &str,
        folder: Option<&FolderPath>,
    ) -> NpmInFolder {
        if text.is_empty() {
            return NpmInFolder::None;
        }
        if OWN_BINS.contains(&text) {
            return match self.prefix_setting(frame, machine) {
                Some(prefix) => self.npm_in(frame, machine, &normal(&format!("{prefix}/bin")), folder),
                None => NpmInFolder::None,
            };
        }
        if BINS_OF_OTHERS.contains(&text) {
            let mut installed = machine
                .npm_installations
                .iter()
                .rev()
                .map(|earlier| &earlier.installation);
            return match installed.find(|npm| !npm.checks_engines) {
                Some(npm) => NpmInFolder::Found(npm.version.clone()),
                None => NpmInFolder::None,
            };
        }
        let mut beside = machine.npm_beside.iter().rev();
        let is_absolute_or_at_root =
            folder.is_some_and(FolderPath::is_root) || text.starts_with(['$', '/', '~']);
        if let Some(found) = beside.find(|beside| is_absolute_or_at_root && is_below(text, &beside.folder)) {
            return NpmInFolder::Found(found.version.clone());
        }
        let in_repository = in_repository(text, folder);
        if let Some(path) = &in_repository {
            let mut beside = machine.npm_beside.iter().rev();
            if let Some(found) = beside.find(|beside| is_below(path, &beside.folder)) {
                return NpmInFolder::Found(found.version.clone());
            }
            if let Some(project) = project_of_bin(path) {
                let project = FolderPath::new(project);
                return self.npm_of_project(machine, project.as_ref());
            }
            if !names_node(path) {
                return NpmInFolder::None;
            }
        }
        let known = self.evaluate(frame, text);
        match known.known() {
            Some(known) if holds_other_tools(known) => NpmInFolder::None,
            _ => NpmInFolder::Found(VersionFact::unknown_npm()),
        }
    }

    /// The npm in the `node_modules/.bin` of a folder or of one above it.
    fn npm_of_project(&self, machine: &Machine, folder: Option<&FolderPath>) -> NpmInFolder {
        let Some(folder) = folder else {
            return NpmInFolder::None;
        };
        let folders = std::iter::successors(Some(folder.clone()), FolderPath::parent);
        for above in folders {
            let modules = above.join("node_modules");
            let is_there = |beside: &&NpmBeside| {
                modules
                    .as_ref()
                    .is_some_and(|modules| modules.as_str() == beside.folder)
            };
            if let Some(beside) = machine.npm_beside.iter().rev().find(is_there) {
                return NpmInFolder::Found(beside.version.clone());
            }
        }
        let search = ToolSearch {
            sources: self.sources,
            machine,
            folder: Some(folder),
        };
        let Some((range, versions)) = search.dependency_with_range("npm", &turning_points()) else {
            return match PACKAGES_WITH_NPM.iter().any(|package| search.depends_on(package)) {
                true => NpmInFolder::Found(VersionFact::unknown_npm()),
                false => NpmInFolder::None,
            };
        };
        // Where nothing that was read installs the dependencies, another npm may be meant.
        let is_installed = !self.contents.installs.is_empty();
        NpmInFolder::Found(VersionFact {
            candidates: if is_installed { versions } else { Vec::new() },
            text: Some(range.0),
            origin: NpmOrigin::Dependency,
            place: Some(range.1),
        })
    }
}

/// The releases at which something changes that matters here.
fn turning_points() -> Vec<Version> {
    let points = [
        &PRERELEASE_NEEDS_TAG,
        &OIDC_MINIMUM,
        &STAGE_MINIMUM,
        &DIST_TAG_MINIMUM_11,
        &NO_SHORT_WORKSPACES,
        &DIST_TAG_MINIMUM_12,
    ];
    points.map(|point| (**point).clone()).to_vec()
}

/// A path with one spelling for each variable, `/` between its parts, and none at its end.
fn normal(text: &str) -> String {
    let mut text = text.trim().trim_matches(['"', '\'']).replace('\\', "/");
    for (spelling, name) in [
        ("${{ runner.temp }}", "$RUNNER_TEMP"),
        ("${{ github.workspace }}", "$GITHUB_WORKSPACE"),
        ("$(pwd)", "$PWD"),
        ("`pwd`", "$PWD"),
        ("$env:", "$"),
        ("${HOME}", "~"),
        ("$HOME", "~"),
    ] {
        text = text.replace(spelling, name);
    }
    for name in ["RUNNER_TEMP", "GITHUB_WORKSPACE", "PWD"] {
        text = text.replace(&format!("${{{name}}}"), &format!("${name}"));
        text = text.replace(&format!("%{name}%"), &format!("${name}"));
    }
    let text = text.trim_end_matches('/');
    let homes = [
        "/home/runner/",
        "/Users/runner/",
        "/root/",
        "$USERPROFILE/",
        "${USERPROFILE}/",
        "%USERPROFILE%/",
    ];
    if let Some(rest) = homes.iter().find_map(|home| text.strip_prefix(home)) {
        return format!("~/{rest}");
    }
    text.strip_prefix("./").unwrap_or(text).to_owned()
}

/// Whether a path is a folder or lies in it.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path as it is in the repository; none for one outside, and where only the run knows.
fn in_repository(text: &str, folder: Option<&FolderPath>) -> Option<String> {
    if let Some(rest) = text.strip_prefix("$GITHUB_WORKSPACE") {
        return is_plain(rest).then(|| rest.trim_start_matches('/').to_owned());
    }
    let relative = match text.strip_prefix("$PWD") {
        Some(rest) => rest.trim_start_matches('/'),
        None if text.starts_with(['/', '~']) => return None,
        None => text,
    };
    let joined = folder.filter(|_| is_plain(relative))?.join(relative)?;
    Some(joined.as_str().to_owned())
}

fn is_plain(text: &str) -> bool {
    !text.contains(['$', '`', '%', ':'])
}

/// The folder whose `node_modules` a program or a folder of programs lies in: `a` of `a/node_modules/.bin/npm`.
fn project_of_bin(path: &str) -> Option<&str> {
    let at = ["node_modules/.bin", "node_modules/npm/"]
        .iter()
        .find_map(|bin| path.find(bin))?;
    Some(path.get(..at)?.trim_end_matches('/'))
}

fn words(path: &str) -> impl Iterator<Item = String> {
    path.split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase)
}

fn names_node(path: &str) -> bool {
    words(path).any(|word| NODE_TOOLS.contains(&word.as_str()) || word == "modules")
}

fn holds_other_tools(path: &str) -> bool {
    let is_other = |word: String| OTHER_TOOLS.contains(&word.as_str());
    !names_node(path)
        && (path.contains(".local/bin") || words(path).any(is_other) || is_folder_of_one_tool(path))
}

/// `~/.acme/bin`: the installers of many tools put it there for themselves.
fn is_folder_of_one_tool(path: &str) -> bool {
    let Some((tool, rest)) = path.strip_prefix("~/.").and_then(|path| path.split_once('/')) else {
        return false;
    };
    let is_bin = rest == "bin" || rest.ends_with("/bin");
    is_bin && is_plain(path) && !SHARED_FOLDERS.contains(&tool)
}

#[cfg(test)]
mod tests;
