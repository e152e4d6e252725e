//! `trustpub explain`

use std::path::Path;

use trustpub_analysis::explain::{Origin, explain};

use crate::args::{DocumentFormat, ExplainArgs, Scope};
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::input;
use crate::output::explanation;
use crate::report::{Report, RepositoryReport};
use crate::repository;

pub(crate) fn run(console: Console, args: &ExplainArgs) -> Result<Exit, OutputError> {
    let file = args.log.as_deref().filter(|file| *file != Path::new("-"));
    let log = match read(file) {
        Ok(log) => log,
        Err(problem) => {
            console.error(problem);
            return Ok(Exit::Failure);
        }
    };
    // Outside a repository there is just the log.
    let (repositories, _) = repository::open(&Scope::here());
    let here = repositories.into_iter().next();
    let origin = Origin {
        repository: here.as_ref().map(|here| &here.workspace),
        workflow: args.workflow.as_deref(),
        job: args.job.as_deref(),
    };
    let explanation = explain(&log, &origin);
    let reports = here
        .iter()
        .map(|here| RepositoryReport::new(&here.workspace, here.prefix.clone(), &here.only));
    let report = Report {
        repositories: reports.collect(),
        is_complete: true,
    };
    console.write(&match args.format {
        DocumentFormat::Text => explanation::text::render(&explanation, &report, console.has_color()),
        DocumentFormat::Markdown => explanation::markdown::render(&explanation, &report),
        DocumentFormat::Json => explanation::json::render(&explanation, &report),
    })?;
    Ok(if explanation.causes.is_empty() {
        Exit::Findings
    } else {
        Exit::Clean
    })
}

/// Logs may hold bytes that are no text: whatever a build printed.
fn read(file: Option<&Path>) -> Result<String, String> {
    let input = input::read(file)?;
    Ok(String::from_utf8(input.bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}
