//! Files that are not part of the publish, and may depend on what a move removes: builds elsewhere, container images, lock files.

use std::collections::BTreeSet;

use super::secrets::DEPENDABOT;
use crate::checker::context::CheckContext;
use crate::checker::mentions::{reads_variable, words};
use crate::fixes::installs::lock_files;
use crate::model::read::Variable;
use crate::publish::{Credential, CredentialSource};
use crate::sources::{File, Sources};
use crate::syntax::shell::variable_name;
use crate::text::{FileKind, FilePath, FolderPath, Place};
use crate::workspace::Workspace;

/// Where other systems are told what to build, from the root of the repository.
const BUILDS: [&str; 27] = [
    ".buildkite/pipeline.yaml",
    ".buildkite/pipeline.yml",
    ".circleci/config.yaml",
    ".circleci/config.yml",
    ".devcontainer.json",
    ".devcontainer/devcontainer.json",
    ".drone.yml",
    ".gitlab-ci.yml",
    ".semaphore/semaphore.yml",
    ".travis.yml",
    ".woodpecker.yaml",
    ".woodpecker.yml",
    "Jenkinsfile",
    "amplify.yml",
    "appveyor.yml",
    "azure-pipelines.yaml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "cloudbuild.yaml",
    "cloudbuild.yml",
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
    "netlify.toml",
    "render.yaml",
    "vercel.json",
];

/// Those that install the project's packages without being told to.
const INSTALL_UNASKED: [&str; 5] = [
    ".travis.yml",
    "amplify.yml",
    "netlify.toml",
    "render.yaml",
    "vercel.json",
];

/// Files of a container image, in any folder.
const IMAGES: [&str; 2] = ["Dockerfile", "Containerfile"];

/// How many paths are looked for.
const MOST_PATHS: usize = 500;

/// The paths of the surroundings, whether there are such files or not. Those that other files name are among them.
pub(super) fn paths(workspace: &Workspace) -> BTreeSet<FilePath> {
    let mut found: BTreeSet<FilePath> = BUILDS.iter().filter_map(|path| FilePath::new(path)).collect();
    found.extend(DEPENDABOT.iter().filter_map(|path| FilePath::new(path)));
    found.extend(workspace.with_sources(lock_files));
    for (path, file) in workspace.files() {
        if found.len() > MOST_PATHS {
            break;
        }
        if file.kind == FileKind::Manifest {
            let folder = path.folder();
            found.extend(IMAGES.iter().filter_map(|name| folder.file(name)));
        }
        if matches!(
            file.kind,
            FileKind::Manifest | FileKind::Workflow | FileKind::Action | FileKind::Makefile
        ) {
            found.extend(named_files(&file.text));
        }
    }
    found.retain(|path| workspace.file(path).is_none());
    found
}

/// The shell scripts and files of container images that a text names, from the root.
fn named_files(text: &str) -> impl Iterator<Item = FilePath> {
    let is_of_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    let words = text.split(move |c: char| !is_of_path(c));
    words.filter_map(|word| {
        let path = word.trim_start_matches("./");
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_image = IMAGES.iter().any(|image| name.contains(image));
        if !is_image && !name.ends_with(".sh") {
            return None;
        }
        FolderPath::new(folder)?.file(name)
    })
}

/// The variable of a token that is a line of a committed `.npmrc`.
pub(super) fn variable_of_line<'c>(context: &CheckContext<'c>, token: &Credential) -> Option<&'c str> {
    let file = context.sources.file(&token.place.path)?;
    let (_, value) = token.place.range.slice(&file.text).split_once('=')?;
    variable_name(value.trim()).filter(|_| token.source == CredentialSource::NpmrcFile)
}

/// What else uses a variable that a line of an `.npmrc` names, apart from the places `own`: something that sets or reads it, or a
/// build elsewhere that installs packages.
pub(super) fn other_reader<'s>(sources: &Sources<'s>, name: &str, own: &[Place]) -> Option<&'s FilePath> {
    let found = sources.files.iter().find(|(path, file)| {
        let is_own = |variable: &Variable| {
            own.iter()
                .any(|place| place.path == **path && place.range.intersects(variable.range()))
        };
        let sets = || {
            let mut variables = file.env_variables();
            variables.any(|variable| {
                variable.name.value == name && !variable.value.value.is_empty() && !is_own(variable)
            })
        };
        match file.kind {
            FileKind::Npmrc | FileKind::LockFile => false,
            FileKind::Workflow | FileKind::Action => sets() || names_for_others(file, name),
            _ => is_build(path, file) || sets() || reads_variable(file, name),
        }
    });
    found.map(|(path, _)| path)
}

/// Whether a step hands the variable to a container: `--build-arg NPM_TOKEN`.
fn names_for_others(file: &File, name: &str) -> bool {
    file.text.lines().any(|line| {
        let is_handed = ["build-arg", "--secret", "docker run", "-e "]
            .iter()
            .any(|sign| line.contains(sign));
        let is_listed = line
            .trim_start()
            .trim_start_matches('"')
            .starts_with(&format!("{name}="));
        (is_handed || is_listed) && words(line, name).next().is_some() && !line.trim_start().starts_with('#')
    })
}

/// Whether a file tells another system to install packages, or to publish.
fn is_build(path: &FilePath, file: &File) -> bool {
    let is_unasked = INSTALL_UNASKED.contains(&path.as_str());
    let is_image = IMAGES.iter().any(|image| path.file_name().contains(image));
    let is_asked = BUILDS.contains(&path.as_str()) || is_image;
    let managers = ["npm", "npx", "pnpm", "yarn", "bun"];
    let runs_manager = || {
        let lines = file
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        lines
            .flat_map(|line| managers.iter().map(move |manager| (line, manager)))
            .any(|(line, manager)| words(line, manager).next().is_some())
    };
    is_unasked || is_asked && runs_manager()
}
