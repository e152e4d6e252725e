//! Files of other programs that may hand on or read a variable of a step: Compose, Bake, Gradle, bundlers.

use std::collections::BTreeSet;

use super::steps::{StepKey, for_each};
use crate::checker::mentions::{reads_variable, words};
use crate::publish::{CredentialSource, Site};
use crate::sources::{File, Sources};
use crate::text::{FileKind, FilePath, FolderPath};
use crate::workspace::Workspace;

/// A program and the files that it reads without being told to.
struct Program {
    /// What a script or a `uses:` that starts it contains.
    signs: &'static [&'static str],
    files: &'static [&'static str],
}

const PROGRAMS: [Program; 5] = [
    // <https://docs.docker.com/compose/intro/compose-application-model/#the-compose-file>,
    // <https://docs.docker.com/compose/how-tos/multiple-compose-files/merge/> for the overrides, and
    // <https://docs.docker.com/build/bake/reference/#file-format>
    Program {
        signs: &["compose", "bake"],
        files: &[
            "compose.yaml",
            "compose.yml",
            "docker-compose.yaml",
            "docker-compose.yml",
            "compose.override.yaml",
            "compose.override.yml",
            "docker-compose.override.yaml",
            "docker-compose.override.yml",
            "docker-bake.hcl",
            "docker-bake.json",
            "docker-bake.override.hcl",
            "docker-bake.override.json",
        ],
    },
    // <https://docs.gradle.org/current/userguide/build_file_basics.html> and
    // <https://docs.gradle.org/current/userguide/settings_file_basics.html>
    Program {
        signs: &["gradle"],
        files: &[
            "build.gradle",
            "build.gradle.kts",
            "settings.gradle",
            "settings.gradle.kts",
        ],
    },
    // `${env.NAME}`: <https://maven.apache.org/pom.html#Properties>
    Program {
        signs: &["mvn", "maven"],
        files: &["pom.xml"],
    },
    // `build --action_env=NAME`: <https://bazel.build/run/bazelrc>, <https://github.com/bazelbuild/bazel/issues/4635>
    Program {
        signs: &["bazel"],
        files: &[".bazelrc"],
    },
    // `{{ .Env.NAME }}`: <https://goreleaser.com/customization/general/env/>
    Program {
        signs: &["goreleaser"],
        files: &[".goreleaser.yaml", ".goreleaser.yml"],
    },
];

/// Tools of JavaScript whose configuration is a module, `vite.config.ts`: scripts start them in many ways.
const MODULES: [&str; 20] = [
    "astro",
    "babel",
    "cypress",
    "docusaurus",
    "esbuild",
    "jest",
    "next",
    "nuxt",
    "playwright",
    "rolldown",
    "rollup",
    "rslib",
    "rspack",
    "svelte",
    "tsdown",
    "tsup",
    "vite",
    "vitest",
    "vue",
    "webpack",
];

const MODULE_ENDINGS: [&str; 6] = ["js", "ts", "mjs", "mts", "cjs", "cts"];

/// Files with these endings are text, and a program gets their names as arguments.
const NAMED_ENDINGS: [&str; 12] = [
    "gradle", "hcl", "kts", "php", "pl", "ps1", "py", "rb", "toml", "xml", "yaml", "yml",
];

/// In how many folders the files are looked for, and how many named files.
const MOST_FOLDERS: usize = 20;
const MOST_NAMED: usize = 200;

/// The paths at which such files may be, whether they exist or not.
pub(super) fn paths(workspace: &Workspace) -> BTreeSet<FilePath> {
    let mut folders = BTreeSet::from([FolderPath::root()]);
    let mut named: BTreeSet<FilePath> = BTreeSet::new();
    for (path, file) in workspace.files() {
        if file.kind == FileKind::Manifest && folders.len() < MOST_FOLDERS {
            folders.insert(path.folder());
        }
        if is_told(file.kind) && named.len() < MOST_NAMED {
            named.extend(named_files(&file.text));
        }
    }
    let usual = PROGRAMS.iter().flat_map(|program| program.files);
    let mut names: Vec<String> = usual.map(|name| (*name).to_owned()).collect();
    for tool in MODULES {
        let modules = MODULE_ENDINGS.iter();
        names.extend(modules.map(|ending| format!("{tool}.config.{ending}")));
    }
    for folder in &folders {
        named.extend(names.iter().filter_map(|name| folder.file(name)));
    }
    named.retain(|path| workspace.file(path).is_none());
    named
}

/// Whether a file tells programs what to read.
fn is_told(kind: FileKind) -> bool {
    matches!(
        kind,
        FileKind::Workflow | FileKind::Action | FileKind::Manifest | FileKind::Makefile | FileKind::Script
    )
}

fn named_files(text: &str) -> impl Iterator<Item = FilePath> {
    let is_of_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    text.split(move |c: char| !is_of_path(c)).filter_map(|word| {
        let path = word.trim_start_matches("./");
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (_, ending) = name.rsplit_once('.')?;
        let path = FolderPath::new(folder)?.file(name)?;
        (NAMED_ENDINGS.contains(&ending) && FileKind::of(path.as_str()).is_none()).then_some(path)
    })
}

/// What the steps with the token run, as text: their own, and the scripts and package scripts of the repository, which they may
/// start.
pub(super) fn run_with_token(trial: &Workspace, group: &BTreeSet<StepKey>) -> String {
    let mut text = String::new();
    for_each(trial, group, |context, _, site| {
        text.push_str(&steps_with_token(context.sources, site));
    });
    for (path, file) in trial.files() {
        if matches!(file.kind, FileKind::Script | FileKind::Makefile) && !is_usual(path) {
            text.push_str(&file.text);
        }
    }
    trial.with_sources(|sources| {
        for manifest in sources.manifest_paths().filter_map(|path| sources.manifest(path)) {
            for script in &manifest.scripts {
                text.push_str(&script.command.value);
                text.push('\n');
            }
        }
    });
    text
}

fn steps_with_token(sources: &Sources<'_>, site: &Site<'_>) -> String {
    let of_job =
        |source: CredentialSource| matches!(source, CredentialSource::JobEnv | CredentialSource::WorkflowEnv);
    let mut tokens = site.credentials.tokens.iter();
    let job = site.job.job.filter(|_| tokens.any(|token| of_job(token.source)));
    let own = sources
        .file(&site.step.path)
        .map(|file| (file, site.step.step.range));
    let job = job.and_then(|job| Some((sources.file(&site.job.path)?, job.range)));
    let mut text = String::new();
    for (file, range) in own.into_iter().chain(job) {
        text.push_str(range.slice(&file.text));
        text.push('\n');
    }
    text
}

/// Whether a program reads the file without being told to.
fn is_usual(path: &FilePath) -> bool {
    PROGRAMS
        .iter()
        .any(|program| program.files.contains(&path.file_name()))
        || is_module(path)
}

fn is_module(path: &FilePath) -> bool {
    let mut parts = path.file_name().split('.');
    matches!((parts.next(), parts.next(), parts.next(), parts.next()), (Some(tool), Some("config"), Some(ending), None)
        if MODULES.contains(&tool) && MODULE_ENDINGS.contains(&ending))
}

/// Whether a step with the token may read the file: `run` is what such steps [run](run_with_token).
pub(super) fn may_be_read(path: &FilePath, run: &str) -> bool {
    let name = path.file_name();
    let is_named = name
        .rsplit_once('.')
        .is_some_and(|(_, ending)| NAMED_ENDINGS.contains(&ending));
    let mut programs = PROGRAMS.iter().filter(|program| program.files.contains(&name));
    let starts = |program: &Program| program.signs.iter().any(|sign| run.contains(sign));
    is_module(path) || programs.any(starts) || is_named && words(run, name).next().is_some()
}

/// Whether the file uses the variable, or hands it on: `NPM_TOKEN:` without a value in a Compose file.
/// Source: <https://docs.docker.com/reference/compose-file/services/#environment>
pub(super) fn hands_on(file: &File, name: &str) -> bool {
    let is_handed = |line: &str| {
        words(line, name).any(|at| {
            let rest = line.get(at + name.len()..).unwrap_or_default();
            let value = rest.trim_start_matches(['"', '\'']).strip_prefix(':');
            value.is_some_and(|value| {
                let value = value.trim();
                value.is_empty() || value.starts_with(['#', '{', '}', ',', '~']) || value == "null"
            })
        })
    };
    let mut lines = file
        .text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    reads_variable(file, name) || lines.any(is_handed)
}
