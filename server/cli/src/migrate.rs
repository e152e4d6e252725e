//! `trustpub migrate`

use trustpub_analysis::migrate::{Migration, plan};
use trustpub_analysis::setup::Change;

use crate::args::{DocumentFormat, MigrateArgs, PathScope};
use crate::check::tell;
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::fix::diff::{DiffStyle, readable_diff};
use crate::output::migration::{self, About};
use crate::report::{Report, RepositoryReport, checkout_path};
use crate::repository::{self, Checkout, Problem};

pub(crate) fn run(console: Console, args: &MigrateArgs) -> Result<Exit, OutputError> {
    let scope = PathScope {
        paths: args.path.iter().cloned().collect(),
        repository: args.repository.clone(),
        ..PathScope::here()
    };
    let (repositories, problems) = repository::open(&scope);
    let is_complete = tell(console, &problems);
    let Some(repository) = repositories.into_iter().next() else {
        return Ok(Exit::Failure);
    };
    let migration = plan(&repository.workspace, |trial| repository.analyse(trial));
    if args.write {
        repository.remove_left_behind();
        if let Err(problem) = write(&repository, &migration.changes) {
            console.error(problem.message);
            return Ok(Exit::Failure);
        }
    }
    let format = match args.markdown {
        true => DocumentFormat::Markdown,
        false => args.format,
    };
    let style = DiffStyle {
        has_color: console.has_color() && format == DocumentFormat::Text,
        is_for_people: console.is_terminal(),
    };
    let diffs = migration.changes.iter().map(|change| {
        let path = checkout_path(&repository.prefix, &change.path);
        let old = change.old.as_deref().unwrap_or_default();
        (
            change.path.to_string(),
            readable_diff(&path, old, &change.new, style),
        )
    });
    let diffs: Vec<(String, String)> = diffs.collect();
    let report = RepositoryReport::new(&repository.workspace, repository.prefix.clone(), &[]);
    let is_clean = is_complete && migration.kept.is_empty() && has_oidc(&migration);
    let about = About {
        migration: &migration,
        diffs: &diffs,
        is_written: args.write,
        report: &Report {
            repositories: vec![report],
            is_complete,
        },
    };
    if format == DocumentFormat::Text && !diffs.is_empty() {
        let diffs = diffs.iter().map(|(_, diff)| diff.as_str());
        console.write(&diffs.chain(["\n"]).collect::<String>())?;
    }
    console.answer(format, || migration::document(&about), || migration::json(&about))?;
    if args.write && !migration.changes.is_empty() {
        let files = migration.changes.iter();
        let files: Vec<String> = files
            .map(|change| format!("`{}{}`", repository.prefix, change.path))
            .collect();
        console.note(format!("wrote {}", files.join(", ")));
    }
    Ok(match (is_complete, is_clean) {
        (false, _) => Exit::Failure,
        (true, true) => Exit::Clean,
        (true, false) => Exit::Findings,
    })
}

/// Whether a step publishes by trusted publishing, now or afterwards.
fn has_oidc(migration: &Migration) -> bool {
    !migration.moved.is_empty() || !migration.already.is_empty()
}

/// Writes all files. Where one cannot be written, those that were written before it get their old text back.
fn write(repository: &Checkout, changes: &[Change]) -> Result<(), Problem> {
    for (count, change) in changes.iter().enumerate() {
        let old = change.old.as_deref().unwrap_or_default();
        if let Err(problem) = repository.write_if_unchanged(&change.path, old, &change.new) {
            let mut message = problem.message;
            for written in changes.iter().take(count) {
                let old = written.old.as_deref().unwrap_or_default();
                if let Err(problem) = repository.write_if_unchanged(&written.path, &written.new, old) {
                    message = format!("{message} {}", problem.message);
                }
            }
            return Err(Problem {
                message,
                is_error: true,
            });
        }
    }
    Ok(())
}
