//! `trustpub fix`

pub(crate) mod diff;

use std::fmt::Write;

use trustpub_analysis::fix_all::{FixChoice, Fixed, apply_fixes};
use trustpub_analysis::{Diagnostic, FilePath, REDACTED};

use crate::args::FixArgs;
use crate::check::{fix_command, tell};
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::output::printable;
use crate::output::summary::{count, count_list, fixable_text};
use crate::report::{Report, RepositoryReport, checkout_path};
use crate::repository::{self, Checkout, Problem};

pub(crate) fn run(console: Console, args: &FixArgs) -> Result<Exit, OutputError> {
    let (mut repositories, problems) = repository::open(&args.scope);
    let mut is_complete = tell(console, &problems);
    if repositories.is_empty() {
        return Ok(Exit::Failure);
    }
    let mut changes = Changes::default();
    for repository in &mut repositories {
        is_complete &= fix(console, repository, args, &mut changes);
    }
    let reports = repositories
        .into_iter()
        .map(|repository| RepositoryReport::new(&repository.workspace, repository.prefix, &repository.only));
    let mut report = Report {
        repositories: reports.collect(),
        is_complete,
    };
    report.retain(|diagnostic| args.rules.is_empty() || args.rules.iter().any(|id| *id == diagnostic.rule));
    let remaining = remaining(&report, args);
    if args.diff {
        console.write_diff(&changes.text)?;
        let count = changes.count("would be applied");
        console.note_with_lines(&format!("{count}, nothing was written; {remaining}"));
    } else {
        let (list, count) = (&changes.text, changes.count("applied"));
        console.write(&format!("{list}{count}; {remaining}"))?;
    }
    let severities = report.diagnostics().map(|(_, diagnostic)| diagnostic.severity);
    Ok(Exit::of(is_complete, args.scope.fail_on, severities))
}

/// What was changed in all repositories: as a diff, or as a list of what was done to each file.
#[derive(Default)]
struct Changes {
    text: String,
    fix_count: usize,
    file_count: usize,
}

impl Changes {
    fn count(&self, done: &str) -> String {
        match (self.fix_count, self.file_count) {
            (0, _) => format!("no fixes {done}"),
            (fixes, files) => {
                let (fixes, files) = (count(fixes, "fix", "fixes"), count(files, "file", "files"));
                format!("{fixes} in {files} {done}")
            }
        }
    }
}

/// Applies fixes to a repository. Returns whether all could be done that should be.
fn fix(console: Console, repository: &mut Checkout, args: &FixArgs, changes: &mut Changes) -> bool {
    let choice = FixChoice {
        allow_unsafe: args.allow_unsafe,
        rules: &args.rules,
        only: &repository.only,
    };
    let mut fixed = apply_fixes(&mut repository.workspace, choice, |workspace| {
        workspace.check();
        workspace.all_diagnostics().cloned().collect()
    });
    let mut problems: Vec<Problem> = fixed
        .refused
        .iter()
        .map(|(path, why)| refused(repository, path, why))
        .collect();
    problems.extend(fixed.unsettled.iter().map(|path| {
        let why = "its fixes undo each other. This is a bug in trustpub; please report it with the output of `trustpub check \
                   --format json`.";
        Problem {
            is_error: true,
            ..refused(repository, path, why)
        }
    }));
    if args.diff {
        let (text, hidden) = diffs(console, repository, &fixed);
        changes.text.push_str(&text);
        problems.extend(hidden);
    } else {
        repository.remove_left_behind();
        problems.extend(write(repository, &mut fixed));
        changes.text.push_str(&fixed_files(repository, &fixed));
    }
    changes.fix_count += fixed.applied.len();
    changes.file_count += fixed.originals.len();
    tell(console, &problems)
}

fn refused(repository: &Checkout, path: &FilePath, why: &str) -> Problem {
    Problem {
        message: format!("`{}{path}` was not changed: {why}", repository.prefix),
        is_error: false,
    }
}

/// Writes the changed files. What could not be written counts as not fixed.
fn write(repository: &mut Checkout, fixed: &mut Fixed) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, original) in &fixed.originals {
        let Some(file) = repository.workspace.file(path) else {
            continue;
        };
        if let Err(problem) = repository.write_if_unchanged(path, original, &file.text) {
            problems.push((path.clone(), problem));
        }
    }
    for (path, _) in &problems {
        if let Some(original) = fixed.originals.remove(path) {
            repository.workspace.set_file(path.clone(), original);
        }
    }
    if !problems.is_empty() {
        repository.workspace.check();
        fixed
            .applied
            .retain(|fix| fix.paths.iter().all(|path| fixed.originals.contains_key(path)));
    }
    problems.into_iter().map(|(_, problem)| problem).collect()
}

/// The diffs, and a problem for each that is not shown in full because it holds a secret.
fn diffs(console: Console, repository: &Checkout, fixed: &Fixed) -> (String, Vec<Problem>) {
    let style = diff::DiffStyle {
        has_color: console.has_color(),
        is_for_people: console.is_terminal(),
    };
    let mut text = String::new();
    let mut problems = Vec::new();
    for (path, original) in &fixed.originals {
        let Some(file) = repository.workspace.file(path) else {
            continue;
        };
        let shown = checkout_path(&repository.prefix, path);
        let diff = diff::unified(&shown, original, &file.text, style);
        text.push_str(&diff.text);
        if diff.hides_secret {
            problems.push(hidden_secret(&shown, style));
        }
    }
    (text, problems)
}

/// A patch with a replaced secret does not apply, and one with the secret puts it where the patch goes: a log, a chat.
fn hidden_secret(path: &str, style: diff::DiffStyle) -> Problem {
    if style.is_for_people {
        return Problem {
            message: format!(
                "secrets in `{path}` are shown as `{REDACTED}`: this diff is for reading only. `trustpub fix` without `--diff` \
                 applies it."
            ),
            is_error: false,
        };
    }
    Problem {
        message: format!(
            "the patch of `{path}` was left out because it would contain a token or a password. `trustpub fix` without \
             `--diff` applies it."
        ),
        is_error: true,
    }
}

/// Each changed file with what was done to it.
fn fixed_files(repository: &Checkout, fixed: &Fixed) -> String {
    let mut text = String::new();
    for path in fixed.originals.keys() {
        let shown = format!("{}{path}", repository.prefix);
        let _ = writeln!(text, "{}", printable(&shown));
        for fix in fixed.applied.iter().filter(|fix| fix.paths.contains(path)) {
            let _ = writeln!(text, "  {}: {}", fix.rule, printable(&fix.title));
        }
    }
    text
}

/// What is still to be done, a line each.
fn remaining(report: &Report, args: &FixArgs) -> String {
    let counts = report.counts();
    if counts.total() == 0 {
        return match args.rules.is_empty() {
            true => "no problems remain\n",
            false => "no problems of these rules remain\n",
        }
        .to_owned();
    }
    let verb = if counts.total() == 1 { "remains" } else { "remain" };
    let fixable = fixable_text(report, &fix_command(&args.scope.paths));
    let mut text = format!("{} {verb}{fixable}\n", count_list(counts));
    for (repository, diagnostic) in report.diagnostics() {
        let _ = writeln!(text, "  {}", remaining_line(repository, diagnostic));
    }
    text
}

fn remaining_line(repository: &RepositoryReport, diagnostic: &Diagnostic) -> String {
    let shown = repository.shown_path(&diagnostic.path);
    let start = repository.position(&diagnostic.path, diagnostic.range.start());
    let (path, message) = (printable(&shown), printable(&diagnostic.message));
    let (severity, rule) = (diagnostic.severity.name(), diagnostic.rule);
    format!(
        "{path}:{}:{}: {severity}[{rule}]: {message}",
        start.line, start.column
    )
}
