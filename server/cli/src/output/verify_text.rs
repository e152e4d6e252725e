//! What the registry says about packages, for people and for editors.

use std::fmt::Write;

use anstream::adapter::strip_str;
use trustpub_registry::{
    Answer, AskError, CheckedAttestation, PackageReport, Publisher, Signer, VersionReport,
};

use super::explanation::markdown::escaped;
use super::printable;
use super::wrapped::wrapped;

const WIDTH: usize = 100;

const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const RESET: &str = "\u{1b}[0m";

const HEADINGS: [&str; 4] = ["version", "published", "by", "attestations"];

const NOT_VERIFIED: &str = "This is what the registry says. No signature was verified: `--signatures` does that, and `npm audit signatures` for installed packages.";
const VERIFIED: &str = "The signatures of these attestations were verified. By whom and when the versions were published is what the registry says.";
const PARTLY_VERIFIED: &str =
    "Not everything was verified. What is not marked as verified is only what the registry says.";

/// A block for each package.
pub(crate) fn text(answers: &[Answer], has_color: bool) -> String {
    let mut text = String::new();
    for answer in answers {
        let name = printable(&answer.request.name);
        match &answer.result {
            Ok(report) => {
                let version = printable(&report.asked.version);
                let (color, judgement) = judgement(report);
                // Writing to memory cannot fail.
                let judgement = printable(&judgement);
                let _ = writeln!(text, "{BOLD}{name} {version}{RESET}  {color}{judgement}{RESET}\n");
                report_text(report, &mut text);
            }
            Err(problem) => {
                let _ = writeln!(text, "{BOLD}{name}{RESET}  {RED}not known{RESET}\n");
                paragraph(&mut text, RED, "error", &problem.to_string());
            }
        }
        text.push('\n');
    }
    for line in wrapped(closing(answers), WIDTH) {
        let _ = writeln!(text, "{line}");
    }
    if has_color {
        text
    } else {
        strip_str(&text).to_string()
    }
}

/// What all of this is worth.
fn closing(answers: &[Answer]) -> &'static str {
    let mut reports = answers.iter().map(|answer| answer.result.as_ref());
    if reports
        .clone()
        .flatten()
        .all(|report| report.signatures.is_none())
    {
        NOT_VERIFIED
    } else if reports.all(|report| report.is_ok_and(PackageReport::has_verified_signatures)) {
        VERIFIED
    } else {
        PARTLY_VERIFIED
    }
}

fn judgement(report: &PackageReport) -> (&'static str, String) {
    match &report.asked.publisher {
        Publisher::Trusted(_) if !report.is_trusted() => (
            RED,
            "by trusted publishing, and its provenance contradicts".to_owned(),
        ),
        publisher @ Publisher::Trusted(_) => (GREEN, words(publisher)),
        publisher => (RED, words(publisher)),
    }
}

fn report_text(report: &PackageReport, text: &mut String) {
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(rows_of(report));
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths = [0, 1, 2].map(width);
    for [version, published, by, attestations] in &rows {
        let _ = writeln!(
            text,
            "  {version:<0$}  {published:<1$}  {by:<2$}  {attestations}",
            widths[0], widths[1], widths[2]
        );
    }
    text.push('\n');
    for (label, value) in fields(report) {
        let _ = writeln!(text, "  {label:<18}  {}", printable(&value));
    }
    for (color, level, message) in signatures(report) {
        paragraph(text, color, level, &message);
    }
    for finding in &report.findings {
        let (color, level) = if finding.kind.is_failure() {
            (RED, "error")
        } else {
            (YELLOW, "note")
        };
        paragraph(text, color, level, &finding.message);
    }
    if let Some(problem) = &report.problem {
        paragraph(text, RED, "error", &unread_provenance(problem));
    }
}

fn paragraph(text: &mut String, color: &str, level: &str, message: &str) {
    let message = format!("{level}: {message}");
    for (number, line) in wrapped(&printable(&message), WIDTH - 2).iter().enumerate() {
        let _ = match line.strip_prefix(level).filter(|_| number == 0) {
            Some(rest) => writeln!(text, "  {color}{level}{RESET}{rest}"),
            None => writeln!(text, "  {line}"),
        };
    }
}

/// The same as a Markdown document.
pub(crate) fn markdown(answers: &[Answer]) -> String {
    let mut text = "# Who published the packages\n".to_owned();
    for answer in answers {
        let name = escaped(&answer.request.name);
        let report = match &answer.result {
            Ok(report) => report,
            Err(problem) => {
                let _ = write!(
                    text,
                    "\n## {name}\n\n**error**: {}\n",
                    escaped(&problem.to_string())
                );
                continue;
            }
        };
        let (_, judgement) = judgement(report);
        let version = escaped(&report.asked.version);
        let _ = write!(text, "\n## {name} {version}\n\n{}.\n", escaped(&judgement));
        let _ = write!(
            text,
            "\n| {} |\n|{}\n",
            HEADINGS.join(" | "),
            " --- |".repeat(HEADINGS.len())
        );
        for row in rows_of(report) {
            let _ = writeln!(
                text,
                "| {} |",
                row.map(|cell| escaped(&cell).replace('|', "\\|")).join(" | ")
            );
        }
        text.push('\n');
        for (label, value) in fields(report) {
            let _ = writeln!(text, "- {label}: {}", escaped(&value));
        }
        for (_, level, message) in signatures(report) {
            let _ = writeln!(text, "- **{level}**: {}", escaped(&message));
        }
        for finding in &report.findings {
            let level = if finding.kind.is_failure() {
                "error"
            } else {
                "note"
            };
            let _ = writeln!(text, "- **{level}**: {}", escaped(&finding.message));
        }
        if let Some(problem) = &report.problem {
            let _ = writeln!(text, "- **error**: {}", escaped(&unread_provenance(problem)));
        }
    }
    let _ = write!(text, "\n{}\n", closing(answers));
    text
}

/// The asked version where it is none of the last, and the last ones.
fn rows_of(report: &PackageReport) -> Vec<[String; 4]> {
    let asked = Some(&report.asked).filter(|asked| !report.recent.contains(asked));
    asked.into_iter().chain(&report.recent).map(row).collect()
}

fn row(report: &VersionReport) -> [String; 4] {
    // The day is enough for people; the JSON output has the time.
    let day = report
        .published
        .as_deref()
        .and_then(|time| time.split('T').next());
    let attestations = if report.has_attestations { "yes" } else { "none" };
    [
        printable(&report.version).into_owned(),
        printable(day.unwrap_or("?")).into_owned(),
        printable(&words(&report.publisher)).into_owned(),
        attestations.to_owned(),
    ]
}

fn words(publisher: &Publisher) -> String {
    match publisher {
        Publisher::Trusted(provider) => format!("by trusted publishing from {provider}"),
        Publisher::Token(account) => format!("with a token of {account}"),
        Publisher::Unknown => "the registry does not say".to_owned(),
    }
}

fn fields(report: &PackageReport) -> Vec<(&'static str, String)> {
    let since = report.trusted_since.as_ref();
    let since = since.map_or_else(|| "never used".to_owned(), |version| format!("since {version}"));
    let statement = report.statement.clone().unwrap_or_default();
    let attestations = report.predicate_types.join(", ");
    let fields = [
        ("trusted publishing", Some(since)),
        (
            "attestations",
            Some(attestations).filter(|kinds| !kinds.is_empty()),
        ),
        ("built from", statement.repository),
        ("workflow", statement.workflow),
        ("ref", statement.reference),
        ("commit", statement.commit),
        ("run", statement.run),
    ];
    let fields = fields.into_iter();
    fields
        .filter_map(|(label, value)| Some((label, value?)))
        .collect()
}

/// What came of the verification: colour, judgement, and why.
fn signatures(report: &PackageReport) -> Vec<(&'static str, &'static str, String)> {
    const NOT: &str = "not verified";
    let Some(signatures) = &report.signatures else {
        return Vec::new();
    };
    // Where they could not be asked for, the error says so.
    if signatures.is_empty() && report.problem.is_none() {
        return vec![(RED, NOT, "this version has no attestations".to_owned())];
    }
    let lines = signatures.iter().map(
        |CheckedAttestation {
             predicate_type,
             result,
         }| match result {
            Err(problem) => (RED, NOT, format!("{predicate_type}: {problem}")),
            Ok(signature) => {
                let (time, signer) = (&signature.time, &signature.signer);
                let signed = match signer {
                    Signer::Workflow {
                        identity, repository, ..
                    } => {
                        format!("signed for {repository} at {time} by the workflow {identity}")
                    }
                    Signer::Registry(key) => format!("signed by npm's registry at {time} with its key {key}"),
                };
                (GREEN, "verified", format!("{predicate_type}: {signed}"))
            }
        },
    );
    lines.collect()
}

fn unread_provenance(problem: &AskError) -> String {
    format!("the provenance could not be read: {problem}")
}
