//! `trustpub setup`

use std::sync::Arc;

use trustpub_analysis::Severity;
use trustpub_analysis::migrate::{StepChoice, plan_for};
use trustpub_analysis::setup::{Change, Project, SetupOptions, plan, registrations};
use trustpub_analysis::{IdToken, Outcome};

use crate::args::{DocumentFormat, PathScope, SetupArgs};
use crate::check::tell;
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::fix::diff::{DiffStyle, readable_diff};
use crate::output::setup::{self, Done, Setup};
use crate::report::checkout_path;
use crate::repository::{self, Checkout};

pub(crate) fn run(console: Console, args: &SetupArgs) -> Result<Exit, OutputError> {
    let scope = PathScope {
        paths: args.path.iter().cloned().collect(),
        repository: args.repository.clone(),
        ..PathScope::here()
    };
    let (repositories, problems) = repository::open(&scope);
    let is_complete = tell(console, &problems);
    let Some(mut repository) = repositories.into_iter().next() else {
        return Ok(Exit::Failure);
    };
    let project = Project::with_files(&repository.workspace, &|name| repository.has_file(name));
    if project.packages.is_empty() {
        console.error(no_package(&repository));
        return Ok(Exit::Failure);
    }
    let mut done = Done::Nothing;
    let stuck_workflows = stuck_workflows(&repository);
    let can_move = !stuck_workflows.is_empty() && planned_move(&repository).is_some();
    if args.write || args.diff {
        match write(console, &mut repository, &project, args) {
            Ok((text, planned)) => {
                done = planned;
                console.write(&text)?;
            }
            Err(problem) => {
                console.error(problem);
                return Ok(Exit::Failure);
            }
        }
    }
    let found = registrations(&repository.workspace, &project);
    let errors = repository.workspace.all_diagnostics();
    let errors = errors.filter(|found| found.severity == Severity::Error).count();
    let setup = Setup {
        registrations: &found,
        errors,
        token_workflows: token_workflows(&repository),
        stuck_workflows,
        can_move,
        release_tool: project.release_tool.as_ref().map(|tool| tool.package),
        done,
        is_written: args.write && !args.diff,
    };
    console.answer(args.format, || setup::document(&setup), || setup::json(&found))?;
    Ok(match (is_complete, found.is_empty()) {
        (false, _) => Exit::Failure,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Clean,
    })
}

/// Why there is nothing to publish, and what to do.
fn no_package(repository: &Checkout) -> String {
    let mut files = repository.workspace.files();
    let broken = files.find(|(_, file)| file.is_unreadable_manifest());
    match broken {
        Some((path, _)) => format!(
            "found no package to publish, and `{}{path}` is not valid JSON: `trustpub check` shows where.",
            repository.prefix
        ),
        None => "found no package to publish: a package.json, at the root or of a workspace, needs a valid `name` and a `version`, and must not have `private` or another registry in `publishConfig.registry`."
            .to_owned(),
    }
}

/// The names of the workflows that publish with a token, and not by trusted publishing.
fn token_workflows(repository: &Checkout) -> Vec<String> {
    let sites = repository.workspace.sites();
    let sites = sites.filter(|site| {
        site.may_publish_to_npm() && site.outcome == Outcome::Token && site.id_token != IdToken::Write
    });
    let mut names: Vec<String> = sites.map(|site| format!("`{}`", site.path.file_name())).collect();
    names.dedup();
    names
}

/// The names of the workflows that would publish to npm, but not by trusted publishing.
fn stuck_workflows(repository: &Checkout) -> Vec<String> {
    let sites = repository.workspace.sites();
    let sites = sites.filter(|site| {
        let is_stuck = matches!(
            site.outcome,
            Outcome::Token | Outcome::Fails | Outcome::NotReached
        );
        site.may_publish_to_npm() && is_stuck && site.id_token != IdToken::Write
    });
    let mut names: Vec<String> = sites.map(|site| format!("`{}`", site.path.file_name())).collect();
    names.dedup();
    names
}

/// The name of a workflow that publishes by trusted publishing.
fn published_by(repository: &Checkout) -> Option<String> {
    let mut sites = repository.workspace.sites();
    let site = sites.find(|site| site.may_publish_to_npm() && site.outcome == Outcome::Oidc)?;
    Some(site.path.file_name().to_owned())
}

/// What moves the workflows that publish with a token, or not at all, to trusted publishing; none if edits alone cannot do it.
fn planned_move(repository: &Checkout) -> Option<Vec<Change>> {
    let migration = plan_for(&repository.workspace, StepChoice::WithTokenOrStuck, |trial| {
        repository.analyse(trial);
    });
    let is_moved = migration.kept.is_empty() && !migration.changes.is_empty();
    is_moved.then_some(migration.changes)
}

/// What is to be written: the existing workflow moves to trusted publishing if edits can do it, unless another one is asked
/// for by name. The workspace is left with all of it done.
fn planned(
    repository: &mut Checkout,
    project: &Project,
    args: &SetupArgs,
) -> Result<(Vec<Change>, Done), String> {
    let mut options = SetupOptions {
        file: args.workflow.clone(),
        is_split: args.split,
        is_staged: args.stage,
        is_on_tag: args.on_tag,
        environment: args.environment.clone().filter(|name| !name.is_empty()),
    };
    let is_default = options == SetupOptions::default();
    let is_stuck = !stuck_workflows(repository).is_empty();
    if is_stuck
        && is_default
        && !args.force
        && let Some(changes) = planned_move(repository)
    {
        for change in &changes {
            repository
                .workspace
                .set_file(change.path.clone(), Arc::clone(&change.new));
        }
        repository.workspace.check();
        return Ok((changes, Done::Moved));
    }
    // Beside a workflow that stays as it is, the new one takes a name that is free.
    if is_stuck && !args.force && options.file == SetupOptions::default().file {
        let mut names = ["release.yml", "publish.yml", "npm-publish.yml"].into_iter();
        let is_free = |name: &&str| !repository.has_file(&format!(".github/workflows/{name}"));
        if let Some(name) = names.find(is_free) {
            options.file = name.to_owned();
        }
    }
    if let Some(name) = published_by(repository)
        && args.workflow == SetupOptions::default().file
        && !args.force
        && !repository.has_file(&format!(".github/workflows/{}", options.file))
    {
        return Err(format!(
            "`{name}` publishes by trusted publishing already. `trustpub setup` shows what to enter for it; `--workflow NAME` writes \
             another workflow all the same, which needs a trusted publisher of its own."
        ));
    }
    let plan = plan(&mut repository.workspace, project, &options)
        .ok_or_else(|| format!("`{}` cannot be the name of a workflow", options.file))?;
    if plan.workflow.old.is_some() && !args.force {
        let path = &plan.workflow.path;
        return Err(format!(
            "`{}{path}` already exists and was left unchanged. `--force` replaces it, `--workflow NAME` chooses another name; \
             without `--write` you see what to enter on npm for it.",
            repository.prefix
        ));
    }
    Ok((
        [vec![plan.workflow], plan.manifests].concat(),
        Done::NewWorkflow(plan.release.map(|release| release.by)),
    ))
}

/// Writes what is planned, or only says what would be done. Returns the diff, which is what people want to see of it.
fn write(
    console: Console,
    repository: &mut Checkout,
    project: &Project,
    args: &SetupArgs,
) -> Result<(String, Done), String> {
    let (changes, done) = planned(repository, project, args)?;
    let style = DiffStyle {
        has_color: console.has_color(),
        is_for_people: console.is_terminal(),
    };
    let mut text = String::new();
    let mut written_files = Vec::new();
    for Change { path, old, new } in changes {
        let shown = checkout_path(&repository.prefix, &path);
        text.push_str(&readable_diff(
            &shown,
            old.as_deref().unwrap_or_default(),
            &new,
            style,
        ));
        if args.write && !args.diff {
            let written = match &old {
                Some(old) => repository.write_if_unchanged(&path, old, &new),
                None => repository.create(&path, &new),
            };
            written.map_err(|problem| problem.message)?;
            if old.as_deref() != Some(&*new) {
                written_files.push(format!("`{}{path}`", repository.prefix));
            }
        }
    }
    if !written_files.is_empty() {
        console.note(format!("wrote {}", written_files.join(", ")));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    // A program gets its data and nothing else.
    let is_json = args.format == DocumentFormat::Json;
    Ok((if is_json { String::new() } else { text }, done))
}
