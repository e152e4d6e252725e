//! The lines that close a report for people: each publish site that was judged, and the numbers. They let silence
//! mean "looked and found sound".

use trustpub_analysis::{Diagnostic, FixedBy, Outcome, SiteReport};

use crate::report::{Counts, Report, RepositoryReport};

use super::printable;

/// A line for each publish site, or one that says that there is none.
pub(crate) fn site_lines(report: &Report) -> Vec<String> {
    let is_alone = report.repositories.len() == 1;
    report
        .repositories
        .iter()
        .flat_map(|repository| {
            let none = repository
                .sites
                .is_empty()
                .then(|| no_site_line(repository, is_alone))
                .flatten();
            let sites = repository
                .sites
                .iter()
                .map(move |site| site_line(repository, site, is_alone));
            sites.chain(none)
        })
        .collect()
}

fn site_line(repository: &RepositoryReport, site: &SiteReport, is_alone: bool) -> String {
    // A workflow is known by its file name, as on GitHub and npm.
    let path = match site.path.as_str().strip_prefix(".github/workflows/") {
        Some(name) if is_alone => name.to_owned(),
        _ => repository.shown_path(&site.path),
    };
    let (path, job, summary) = (printable(&path), printable(&site.job), printable(&site.summary));
    format!("{path} › {job}: {summary}")
}

fn no_site_line(repository: &RepositoryReport, is_alone: bool) -> Option<String> {
    // A call for a manifest alone did not ask about workflows.
    if repository.workflow_count == 0 && repository.is_partial {
        return None;
    }
    let workflows = match repository.workflow_count {
        0 => {
            return Some(with_place(
                "no workflow file found in `.github/workflows`",
                repository,
                is_alone,
            ));
        }
        1 => "1 workflow file".to_owned(),
        count => format!("{count} workflow files"),
    };
    Some(with_place(
        &format!("no publish step found in {workflows}"),
        repository,
        is_alone,
    ))
}

fn with_place(line: &str, repository: &RepositoryReport, is_alone: bool) -> String {
    if is_alone {
        return line.to_owned();
    }
    format!("{}: {line}", printable(repository.shown_root()))
}

/// `2 errors, 1 warning in 3 files; 2 can be fixed with …`
pub(crate) fn summary_line(report: &Report, fix_command: &str) -> String {
    let counts = report.counts();
    let mut files = count(report.file_count(), "file", "files");
    if report.repositories.len() > 1 {
        files.push_str(&format!(" of {} repositories", report.repositories.len()));
    }
    if counts.total() == 0 {
        return format!("no problems in {files}");
    }
    format!(
        "{} in {files}{}",
        count_list(counts),
        fixable_text(report, fix_command)
    )
}

/// Points to the migration where a step publishes with an access token, or may.
pub(crate) fn migration_line(report: &Report, migrate_command: &str) -> Option<String> {
    let uses_token = |site: &SiteReport| {
        let is_on_token = matches!(site.outcome, Outcome::Token | Outcome::OidcOrToken);
        is_on_token && site.may_publish_to_npm() && !site.is_guess
    };
    let has_token = report.sites().any(|(_, site)| uses_token(site));
    has_token.then(|| {
        format!(
            "to publish without an access token: `{}` shows the whole move to trusted publishing",
            printable(migrate_command)
        )
    })
}

/// `; 2 can be fixed with …`, or nothing.
pub(crate) fn fixable_text(report: &Report, fix_command: &str) -> String {
    let fixable = |command: FixedBy| {
        let has_fix = |diagnostic: &Diagnostic| {
            let ways = diagnostic.ways_to_fix().into_iter();
            ways.map(|(_, by)| by).min() == Some(command)
        };
        report
            .diagnostics()
            .filter(|(_, diagnostic)| has_fix(diagnostic))
            .count()
    };
    let fix_command = printable(fix_command);
    match (fixable(FixedBy::Fix), fixable(FixedBy::UnsafeFix)) {
        (0, 0) => String::new(),
        (safe, 0) => format!("; {safe} can be fixed with `{fix_command}`"),
        (0, choice) => format!("; {choice} can be fixed with `{fix_command} --unsafe`"),
        (safe, choice) => {
            format!("; {safe} can be fixed with `{fix_command}`, {choice} more with `--unsafe`")
        }
    }
}

/// `2 errors, 1 warning`, without what there is none of.
pub(crate) fn count_list(counts: Counts) -> String {
    let parts = [
        (counts.errors, "error", "errors"),
        (counts.warnings, "warning", "warnings"),
        (counts.information, "information", "information"),
        (counts.hints, "hint", "hints"),
    ];
    let parts = parts.into_iter().filter(|(number, ..)| *number > 0);
    parts
        .map(|(number, one, many)| count(number, one, many))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A number with its noun.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
