//! `trustpub check`

use std::path::{Path, PathBuf};

use trustpub_analysis::Diagnostic;
use trustpub_analysis::rules::rules;

use crate::args::{CheckArgs, CheckFormat, FailOn};
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::input;
use crate::output::summary::count;
use crate::output::text::TextOptions;
use crate::output::{github, json, printable, sarif, sites, text};
use crate::report::{Report, RepositoryReport};
use crate::repository::{self, Problem, Unsaved};
use crate::tables::{age_note, today};

pub(crate) fn run(console: Console, args: &CheckArgs) -> Result<Exit, OutputError> {
    let unsaved = match args.stdin_filename.as_deref().map(read_unsaved).transpose() {
        Ok(unsaved) => unsaved,
        Err(message) => {
            console.error(message);
            return Ok(Exit::Failure);
        }
    };
    let (repositories, problems) = repository::open_with(&args.scope, unsaved.as_ref());
    let is_complete = tell(console, &problems);
    if repositories.is_empty() {
        return Ok(Exit::Failure);
    }
    if let Some(note) = age_note(today()).filter(|_| !args.quiet) {
        console.note(note);
    }
    let reports = repositories
        .into_iter()
        .map(|repository| RepositoryReport::new(&repository.workspace, repository.prefix, &repository.only));
    let mut report = Report {
        repositories: reports.collect(),
        is_complete,
    };
    let hidden = hide(&mut report, args);
    if args.sites {
        let output = match args.format {
            CheckFormat::Json => json::render_sites(&report),
            CheckFormat::Text => console.terminal().print(&sites::document(&report)),
            CheckFormat::Sarif | CheckFormat::Github => {
                console.error("`--sites` prints no findings: use `--format text` or `--format json`");
                return Ok(Exit::Failure);
            }
        };
        console.write(&output)?;
        // Nothing is judged, so nothing fails but the reading.
        return Ok(Exit::of(is_complete, FailOn::Never, std::iter::empty()));
    }
    let output = match args.format {
        CheckFormat::Text => {
            let options = TextOptions {
                has_color: console.has_color(),
                is_quiet: args.quiet,
                fix_command: fix_command_of(args),
                migrate_command: migrate_command(&args.scope.paths),
            };
            text::render(&report, &options)
        }
        CheckFormat::Json => json::render(&report),
        CheckFormat::Sarif => sarif::render(&report, rules()),
        CheckFormat::Github => github::render(&report, &fix_command_of(args)),
    };
    match args.format {
        CheckFormat::Github => console.write_commands(&output)?,
        _ => console.write(&output)?,
    }
    if hidden > 0 && args.format == CheckFormat::Text && !args.quiet {
        let findings = count(hidden, "finding was", "findings were");
        console.note(format!("{findings} left out by `--rule` or `--min-severity`"));
    }
    let severities = report.diagnostics().map(|(_, diagnostic)| diagnostic.severity);
    Ok(Exit::of(is_complete, args.scope.fail_on, severities))
}

/// Takes out what was not asked for. Returns how much that is.
fn hide(report: &mut Report, args: &CheckArgs) -> usize {
    let least = args.min_severity.severity();
    let is_asked_for = |diagnostic: &Diagnostic| {
        let is_chosen = args.rules.is_empty() || args.rules.iter().any(|id| *id == diagnostic.rule);
        is_chosen && diagnostic.severity >= least
    };
    let before = report.counts().total();
    report.retain(is_asked_for);
    before - report.counts().total()
}

fn read_unsaved(file: &Path) -> Result<Unsaved, String> {
    let input = input::read(None)?;
    let text = String::from_utf8(input.bytes).map_err(|_| format!("{} is not valid UTF-8", input.name))?;
    Ok(Unsaved {
        file: file.to_owned(),
        text: text.into(),
    })
}

/// The command that repairs what is reported, and nothing else.
fn fix_command_of(args: &CheckArgs) -> String {
    let command = match args.rules.as_slice() {
        [] => "trustpub fix".to_owned(),
        rules => format!("trustpub fix --rule {}", rules.join(",")),
    };
    let of_stdin = args.stdin_filename.as_ref().map(std::slice::from_ref);
    command_for(&command, of_stdin.unwrap_or(&args.scope.paths))
}

/// Tells of problems on standard error. Returns whether the work is complete in spite of them.
pub(crate) fn tell(console: Console, problems: &[Problem]) -> bool {
    for problem in problems {
        if problem.is_error {
            console.error(&problem.message);
        } else {
            console.warning(&problem.message);
        }
    }
    !problems.iter().any(|problem| problem.is_error)
}

/// The command that repairs what is found at these paths, to be copied into a shell.
pub(crate) fn fix_command(paths: &[PathBuf]) -> String {
    command_for("trustpub fix", paths)
}

/// The command that moves the repository to trusted publishing. It takes one.
fn migrate_command(paths: &[PathBuf]) -> String {
    match paths {
        [only] => command_for("trustpub migrate", std::slice::from_ref(only)),
        _ => "trustpub migrate".to_owned(),
    }
}

fn command_for(command: &str, paths: &[PathBuf]) -> String {
    let mut command = command.to_owned();
    for path in paths {
        let path = path.to_string_lossy();
        let is_plain = |c: char| c.is_alphanumeric() || "/\\._-@+:".contains(c);
        command.push(' ');
        if !path.is_empty() && path.chars().all(is_plain) && !path.starts_with('-') {
            command.push_str(&path);
        } else {
            command.push_str(&format!("'{}'", printable(&path).replace('\'', "'\\''")));
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fix_command_can_be_copied_into_a_shell() {
        for (paths, command) in [
            (&[][..], "trustpub fix"),
            (
                &["tests/fixtures/demo", "größe"],
                "trustpub fix tests/fixtures/demo größe",
            ),
            (&["my project", "it's"], "trustpub fix 'my project' 'it'\\''s'"),
        ] {
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            assert_eq!(fix_command(&paths), command);
        }
    }
}
