//! `trustpub setup`

use std::collections::BTreeMap;
use std::sync::Arc;

use trustpub_analysis::setup::{PackageManager, Project, SetupOptions, registrations, workflow};
use trustpub_analysis::{FilePath, Severity};

use crate::args::{DocumentFormat, Scope, SetupArgs};
use crate::check::tell;
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::fix::diff::{DiffStyle, unified};
use crate::fix::rounds::{self, Choice};
use crate::output::setup_text;
use crate::report::checkout_path;
use crate::repository::{self, Repository};

/// What `--write` repairs in manifests, so that the first publish is not refused for it.
const REPOSITORY_RULES: [&str; 5] = [
    "repository-case",
    "repository-directory",
    "repository-form",
    "repository-mismatch",
    "repository-missing",
];

const LOCK_FILES: [&str; 6] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
];

pub(crate) fn run(console: Console, args: &SetupArgs) -> Result<Exit, OutputError> {
    let scope = Scope {
        paths: args.path.iter().cloned().collect(),
        repository: args.repository.clone(),
        ..Scope::here()
    };
    let (repositories, problems) = repository::open(&scope);
    let is_complete = tell(console, &problems);
    let Some(mut repository) = repositories.into_iter().next() else {
        return Ok(Exit::Failure);
    };
    let project = project(&repository);
    if project.packages.is_empty() {
        console.error(
            "there is no package to publish: no package.json at the root, and none of the members of a monorepo, has a \
             name and a version and is not private. Set `name` and `version`, and remove `private`.",
        );
        return Ok(Exit::Failure);
    }
    if args.write || args.diff {
        match write(console, &mut repository, &project, args) {
            Ok(text) => console.write(&text)?,
            Err(problem) => {
                console.error(problem);
                return Ok(Exit::Failure);
            }
        }
    }
    let found = registrations(&repository.workspace, &project);
    let errors = repository.workspace.all_diagnostics();
    let errors = errors.filter(|found| found.severity == Severity::Error).count();
    console.write(&match args.format {
        DocumentFormat::Text => setup_text::text(&found, errors, console.has_color()),
        DocumentFormat::Markdown => setup_text::markdown(&found, errors),
        DocumentFormat::Json => setup_text::json(&found),
    })?;
    Ok(match (is_complete, found.is_empty()) {
        (false, _) => Exit::Failure,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Clean,
    })
}

fn project(repository: &Repository) -> Project {
    let is_there = |name: &&str| repository.has_file(name);
    let lock_files: Vec<&str> = LOCK_FILES.into_iter().filter(is_there).collect();
    Project::of(&repository.workspace, &lock_files)
}

/// Writes the workflow and repairs the manifests, or only says what would be done. Returns the diff, which is what
/// people want to see of it.
fn write(
    console: Console,
    repository: &mut Repository,
    project: &Project,
    args: &SetupArgs,
) -> Result<String, String> {
    let options = SetupOptions {
        file: args.workflow.clone(),
        is_split: args.split,
        is_staged: args.stage,
        environment: args.environment.clone().filter(|name| !name.is_empty()),
    };
    let path = FilePath::new(&format!(".github/workflows/{}", options.file))
        .ok_or_else(|| format!("`{}` cannot be the name of a workflow", options.file))?;
    let new: Arc<str> = Arc::from(workflow(project, &options));
    let old = repository
        .workspace
        .file(&path)
        .map(|file| Arc::clone(&file.text));
    if old.is_some() && !args.force && args.write {
        return Err(format!(
            "`{}{path}` is there already and was left alone. `--force` replaces it, `--workflow NAME` chooses another name; \
             without `--write` you see what to enter on npm for it.",
            repository.prefix
        ));
    }
    // With the plainest of all workflows every package is seen, also those that the new one publishes as tarballs.
    let plain = Project {
        manager: PackageManager::Npm,
        ..project.clone()
    };
    let plain = workflow(&plain, &SetupOptions::default());
    let rules = REPOSITORY_RULES.map(str::to_owned);
    let choice = Choice {
        allow_unsafe: true,
        rules: &rules,
        only: &[],
    };
    let mut originals = BTreeMap::new();
    for text in [Arc::from(plain), Arc::clone(&new)] {
        repository.workspace.set_file(path.clone(), text);
        let fixed = rounds::run(&mut repository.workspace, choice, |workspace| {
            workspace.check();
            workspace.all_diagnostics().cloned().collect()
        });
        for (path, original) in fixed.originals {
            originals.entry(path).or_insert(original);
        }
    }
    repository.workspace.check();
    let style = DiffStyle {
        has_color: console.has_color(),
        is_for_people: console.is_terminal(),
    };
    let shown = checkout_path(&repository.prefix, &path);
    let mut text = unified(&shown, old.as_deref().unwrap_or_default(), &new, style);
    if args.write && !args.diff {
        let written = match &old {
            Some(old) => repository.write_if_unchanged(&path, old, &new),
            None => repository.create(&path, &new),
        };
        written.map_err(|problem| problem.message)?;
    }
    for (path, original) in &originals {
        let Some(file) = repository.workspace.file(path) else {
            continue;
        };
        let shown = checkout_path(&repository.prefix, path);
        text.push_str(&unified(&shown, original, &file.text, style));
        if args.write && !args.diff {
            let written = repository.write_if_unchanged(path, original, &file.text);
            written.map_err(|problem| problem.message)?;
        }
    }
    text.push('\n');
    // A program gets its data and nothing else.
    Ok(if args.format == DocumentFormat::Json {
        String::new()
    } else {
        text
    })
}
