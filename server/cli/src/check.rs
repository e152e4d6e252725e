//! `trustpub check`

mod inputs;

use std::path::{Path, PathBuf};

use trustpub_analysis::Diagnostic;
use trustpub_analysis::document::markdown;
use trustpub_host::{Snapshot, shown_path};

use crate::args::{CheckArgs, CheckFormat, FailOn};
use crate::baseline::Baseline;
use crate::changed::retain_changed;
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::output::summary::count;
use crate::output::terminal::Terminal;
use crate::output::text::TextOptions;
use crate::output::{self, csv, github, json, json_lines, printable, sarif, sites, statistics, text};
use crate::report::{Report, RepositoryReport};
use crate::repository::{self, Asked, Problem};
use crate::tables::{age_note, today};
use crate::watch;
use inputs::{Inputs, refused_in, refused_output};

pub(crate) fn run(console: Console, args: &CheckArgs) -> Result<Exit, OutputError> {
    match args.watch {
        true => watch::run(console, args),
        false => run_once(console, args, &mut Vec::new()),
    }
}

/// One check. If it is watched, it gives the states of what it has read.
pub(crate) fn run_once(
    console: Console,
    args: &CheckArgs,
    snapshots: &mut Vec<Snapshot>,
) -> Result<Exit, OutputError> {
    if let Some(reason) = refused_output(args) {
        console.error(reason);
        return Ok(Exit::Failure);
    }
    let inputs = match Inputs::read(args) {
        Ok(inputs) => inputs,
        Err(message) => {
            console.error(message);
            return Ok(Exit::Failure);
        }
    };
    let paths = inputs.listed.as_deref().unwrap_or(&args.scope.paths);
    let asked = match &inputs.unsaved {
        Some(unsaved) => Asked::Unsaved(unsaved),
        None if args.watch => Asked::Watched(paths),
        None => Asked::Paths(paths),
    };
    let mut repositories = Vec::new();
    let mut unchanged = 0;
    let mut refused = None;
    let problems = repository::open_each(&args.scope, &asked, |checkout, problems| {
        refused = refused.take().or_else(|| refused_in(args, &checkout));
        snapshots.extend(checkout.snapshot);
        let mut report = RepositoryReport::new(&checkout.workspace, checkout.prefix, &checkout.only);
        if let Some(reference) = &args.changed_since {
            match retain_changed(&checkout.root, reference, &mut report) {
                Ok(hidden) => unchanged += hidden,
                Err(message) => problems.push(Problem {
                    message,
                    is_error: true,
                }),
            }
        }
        repositories.push(report);
    });
    let is_complete = tell(console, &problems);
    if let Some(reason) = refused {
        console.error(reason);
        return Ok(Exit::Failure);
    }
    if repositories.is_empty() {
        return Ok(Exit::Failure);
    }
    if let Some(note) = age_note(today()).filter(|_| !args.quiet) {
        console.note(note);
    }
    let mut report = Report {
        repositories,
        is_complete,
    };
    if let Some(baseline) = &inputs.baseline {
        leave_out(console, args, baseline, &mut report);
    }
    let hidden = hide(&mut report, args);
    if let Some(file) = &args.write_baseline {
        return write_baseline(console, args, &report, file, hidden);
    }
    let output = match render(console, args, &mut report) {
        Ok(output) => output,
        Err(message) => {
            console.error(message);
            return Ok(Exit::Failure);
        }
    };
    let has_commands = args.format == CheckFormat::Github;
    match args.output_file() {
        Some(file) => console.save(file, &output, has_commands)?,
        None if has_commands => console.write_commands(&output)?,
        None => console.write(&output)?,
    }
    if args.sites {
        // Nothing is judged, so nothing fails but the reading.
        return Ok(Exit::of(is_complete, FailOn::Never, std::iter::empty()));
    }
    if args.format == CheckFormat::Text && !args.quiet {
        note_left_out(console, hidden, "`--rule` or `--min-severity`");
        note_left_out(console, unchanged, "`--changed-since`");
    }
    let severities = report.diagnostics().map(|(_, diagnostic)| diagnostic.severity);
    Ok(Exit::of(is_complete, args.scope.fail_on, severities))
}

/// What is printed, or why the options do not go together.
fn render(console: Console, args: &CheckArgs, report: &mut Report) -> Result<String, String> {
    let terminal = match args.output_file() {
        None => console.terminal(),
        Some(_) => Terminal {
            has_color: false,
            columns: None,
        },
    };
    let fix_command = fix_command_of(args);
    let unfit = |option: &str, formats: &str| {
        let name = args.format.name();
        Err(format!("{option} cannot be printed as {name}: use {formats}"))
    };
    if args.sites {
        return match args.format {
            CheckFormat::Json => Ok(json::render_sites(report)),
            CheckFormat::Text => Ok(terminal.print(&sites::document(report))),
            CheckFormat::Markdown => Ok(markdown(&sites::document(report))),
            _ => Err(
                "`--sites` prints no findings: use `--format text`, `--format markdown` or `--format json`"
                    .to_owned(),
            ),
        };
    }
    if args.statistics {
        let document = || statistics::document(report, &fix_command, args.quiet);
        return match args.format {
            CheckFormat::Text => Ok(terminal.print(&document())),
            CheckFormat::Markdown => Ok(markdown(&document())),
            CheckFormat::Json => Ok(statistics::json(report)),
            CheckFormat::Csv => Ok(statistics::table(report)),
            _ => unfit("`--statistics`", "`--format text`, `markdown`, `json` or `csv`"),
        };
    }
    Ok(match args.format {
        CheckFormat::Text => {
            let options = TextOptions {
                has_color: terminal.has_color,
                is_quiet: args.quiet,
                fix_command,
                migrate_command: migrate_command(&args.scope.paths),
            };
            text::render(report, &options)
        }
        CheckFormat::Json => json::render(report),
        CheckFormat::Jsonl => json_lines::render(report),
        CheckFormat::Sarif => sarif::render(report),
        CheckFormat::Github => github::render(report, &fix_command, args.quiet),
        CheckFormat::Markdown => markdown(&output::markdown::document(report, &fix_command, args.quiet)),
        CheckFormat::Csv => csv::render(report),
    })
}

/// Leaves out what a baseline lists, and says which entries match nothing, unless only a part was looked at.
fn leave_out(console: Console, args: &CheckArgs, baseline: &Baseline, report: &mut Report) {
    let applied = baseline.apply(report);
    if args.quiet {
        return;
    }
    if args.format == CheckFormat::Text {
        note_left_out(console, applied.hidden, "`--baseline`");
    }
    let is_whole = report.is_complete
        && args.changed_since.is_none()
        && report
            .repositories
            .iter()
            .all(|repository| !repository.is_partial);
    if !is_whole || applied.unmatched.is_empty() {
        return;
    }
    const SHOWN: usize = 10;
    let lines = applied
        .unmatched
        .iter()
        .take(SHOWN)
        .map(|line| format!("\n  {}", printable(line)));
    let more = match applied.unmatched.len() {
        number if number > SHOWN => format!("\n  and {} more", number - SHOWN),
        _ => String::new(),
    };
    console.note_with_lines(&format!(
        "{}: write the baseline again with `--write-baseline`{}{more}",
        count(
            applied.unmatched.len(),
            "finding of the baseline no longer exists",
            "findings of the baseline no longer exist"
        ),
        lines.collect::<String>()
    ));
}

fn write_baseline(
    console: Console,
    args: &CheckArgs,
    report: &Report,
    file: &Path,
    hidden: usize,
) -> Result<Exit, OutputError> {
    if !report.is_complete {
        console.error("the baseline was not written, because not everything could be read");
        return Ok(Exit::Failure);
    }
    let baseline = Baseline::of(report, file);
    let number = baseline.len();
    match args.baseline_file() {
        None => console.write(&baseline.text())?,
        Some(_) => {
            if let Err(message) = baseline.write() {
                console.error(message);
                return Ok(Exit::Failure);
            }
        }
    }
    let (findings, are_left_out) = match number {
        1 => ("1 finding".to_owned(), "leaves it out"),
        _ => (format!("{number} findings"), "leaves them out"),
    };
    let shown = match args.baseline_file() {
        None => "standard output".to_owned(),
        Some(file) => format!("`{}`", shown_path(file)),
    };
    if !args.quiet {
        console.note(format!(
            "{findings} written to {shown}: `trustpub check --baseline` {are_left_out}"
        ));
    }
    if hidden > 0 {
        let others = count(hidden, "other finding is", "other findings are");
        console.warning(format!(
            "{shown} lists only what `--rule` and `--min-severity` ask for: {others} not in it"
        ));
    }
    let is_partial = report.repositories.iter().any(|repository| repository.is_partial);
    if is_partial {
        let paths = args
            .scope
            .paths
            .iter()
            .map(|path| format!("`{}`", shown_path(path)));
        let of = match args.from_list.is_some() {
            true => "the paths of the list".to_owned(),
            false => paths.collect::<Vec<_>>().join(", "),
        };
        console.warning(format!("{shown} lists only the findings in {of}"));
    }
    Ok(Exit::Clean)
}

fn note_left_out(console: Console, number: usize, by: &str) {
    if number > 0 {
        let findings = count(number, "finding was", "findings were");
        console.note(format!("{findings} left out by {by}"));
    }
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

/// The command that repairs what is reported, and nothing else.
fn fix_command_of(args: &CheckArgs) -> String {
    let command = match args.rules.as_slice() {
        [] => "trustpub fix".to_owned(),
        rules => format!("trustpub fix --rule {}", rules.join(",")),
    };
    // The list may be long, and `fix` takes none.
    if args.from_list.is_some() {
        return format!("{command} PATH");
    }
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
