//! Jobs that publish with a token and were never meant to do otherwise: they are told how to migrate, and are not
//! called broken.

use trustpub_analysis::{Diagnostic, FixKind, Severity};

use crate::folder::Folder;
use crate::labels::{Labels, Verdict};
use crate::score::{Figure, Section};

pub(crate) fn measure(labels: &Labels, folders: &[Folder]) -> Section {
    let (mut jobs, mut migrations, mut with_fix) = (0, 0, 0);
    let mut jobs_with_error = 0;
    let (mut silent, mut errors) = (Vec::new(), Vec::new());
    for folder in folders {
        let rows = labels
            .of(&folder.dir)
            .filter(|row| row.verdict == Verdict::TokenOnly && row.is_publish);
        for row in rows {
            jobs += 1;
            with_fix += usize::from(folder.diagnostics_of(row).any(offers_migration));
            if folder.diagnostics_of(row).any(is_about_the_token) {
                migrations += 1;
            } else {
                silent.push(format!("{}: {}", row.name(), row.command));
            }
            let own_errors = folder
                .diagnostics_of(row)
                .filter(|own| own.severity == Severity::Error);
            let lines: Vec<String> = own_errors.map(|error| folder.describe(error)).collect();
            jobs_with_error += usize::from(!lines.is_empty());
            errors.extend(lines);
        }
    }
    Section {
        title: "Jobs labelled token-only",
        figures: vec![
            Figure::new("token-only-with-migration", migrations, jobs),
            Figure::new("token-only-with-migration-fix", with_fix, jobs),
            Figure::new("token-only-with-error", jobs_with_error, jobs),
        ],
        lists: vec![("without the migration", silent), ("errors", errors)],
    }
}

/// Whether the diagnostic is at the token and says how the job could do without it.
fn is_about_the_token(diagnostic: &Diagnostic) -> bool {
    ["publish-token-env", "run-writes-npmrc-token", "npmrc-token-line"].contains(&diagnostic.rule)
}

/// Whether the diagnostic offers the whole move to trusted publishing as one edit. Some jobs need more than an edit:
/// another publisher, or a change of a script that writes the token among other things.
fn offers_migration(diagnostic: &Diagnostic) -> bool {
    diagnostic.fixes.iter().any(|fix| fix.kind == FixKind::Rewrite)
}
