//! `trustpub explain`

use std::io::{self, IsTerminal};
use std::path::Path;

use trustpub_analysis::Workspace;
use trustpub_analysis::explain::{Length, Origin, ScannedLog, Scanner, explain_scanned};

use crate::args::{ExplainArgs, PathScope};
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::input;
use crate::output::explanation;
use crate::report::{Report, RepositoryReport};
use crate::repository;

pub(crate) fn run(console: Console, args: &ExplainArgs) -> Result<Exit, OutputError> {
    let file = args.log.as_deref().filter(|file| *file != Path::new("-"));
    if file.is_none() && io::stdin().is_terminal() {
        console.note("paste the log here and end it with Ctrl-D; `gh run view --log-failed | trustpub explain` reads it from GitHub");
    }
    let log = match scan(file) {
        Ok((log, size)) => {
            if size == 0 {
                console.note(
                    "the log is empty; `gh run view --log-failed | trustpub explain` reads one from GitHub",
                );
            }
            log
        }
        Err(problem) => {
            console.error(problem);
            return Ok(Exit::Failure);
        }
    };
    // Outside a repository there is just the log.
    let (repositories, _) = repository::open(&PathScope::here());
    let here = repositories.into_iter().next();
    if let Some(unknown) = here
        .as_ref()
        .and_then(|here| unknown_origin(&here.workspace, args))
    {
        console.error(unknown);
        return Ok(Exit::Failure);
    }
    let origin = Origin {
        repository: here.as_ref().map(|here| &here.workspace),
        workflow: args.workflow.as_deref(),
        job: args.job.as_deref(),
    };
    let explanation = explain_scanned(&log, &origin);
    let reports = here
        .iter()
        .map(|here| RepositoryReport::new(&here.workspace, here.prefix.clone(), &here.only));
    let report = Report {
        repositories: reports.collect(),
        is_complete: true,
    };
    let length = match args.verbose {
        true => Length::Long,
        false => Length::Short,
    };
    console.answer(
        args.format,
        || explanation::document(&explanation, &report, length),
        || explanation::json::render(&explanation, &report),
    )?;
    Ok(if explanation.causes.is_empty() {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// A log has no more; anything larger is not one, or has no end.
const LARGEST_LOG: u64 = 4 << 30;

/// The log, and its size in bytes.
fn scan(file: Option<&Path>) -> Result<(ScannedLog, u64), String> {
    let mut scanner = Scanner::new();
    let size = input::read_parts(file, LARGEST_LOG, |part| scanner.push(part))?;
    Ok((scanner.finish(), size))
}

/// What the command line names and the repository does not have. To leave it unsaid would leave out everything that the
/// repository tells.
fn unknown_origin(workspace: &Workspace, args: &ExplainArgs) -> Option<String> {
    let workflows: Vec<(&str, Vec<&str>)> = workspace
        .workflow_jobs()
        .map(|(path, jobs)| (path.as_str(), jobs))
        .collect();
    let of_name = |(path, _): &&(&str, Vec<&str>)| {
        args.workflow
            .as_deref()
            .is_none_or(|name| *path == name || path.ends_with(&format!("/{name}")))
    };
    let named: Vec<_> = workflows.iter().filter(of_name).collect();
    let choice = |of: Vec<&str>| match of.as_slice() {
        [] => "it has none".to_owned(),
        of => format!("it has {}", of.join(", ")),
    };
    if let (Some(name), []) = (&args.workflow, named.as_slice()) {
        let names = workflows.iter().filter_map(|(path, _)| path.rsplit('/').next());
        return Some(format!(
            "the repository here has no workflow `{name}`: {}. If the log is from another repository, run the command outside this one",
            choice(names.collect())
        ));
    }
    let job = args.job.as_deref()?;
    let jobs: Vec<&str> = named.iter().flat_map(|(_, jobs)| jobs.iter().copied()).collect();
    (!jobs.contains(&job)).then(|| {
        format!(
            "no workflow that could have produced this log has a job with the ID `{job}`: {}",
            choice(jobs)
        )
    })
}
