use std::fmt::Write;

use anstream::adapter::strip_str;
use trustpub_analysis::explain::{Cause, Confidence, Explanation, LogEvidence};
use trustpub_analysis::{Applicability, Diagnostic};

use crate::report::Report;

use super::{headline, repository};
use crate::output::printable;
use crate::output::wrapped::wrapped;

const WIDTH: usize = 100;
/// More causes than these are told in short.
const MOST_CAUSES: usize = 3;
/// More lines of the log than these are not shown.
const MOST_EVIDENCE: usize = 12;
/// A longer line of the log is cut. What npm's registry says in one line is shorter.
const LONGEST_LINE: usize = 500;

const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// The explanation for people.
pub(crate) fn render(explanation: &Explanation, report: &Report, has_color: bool) -> String {
    let mut text = String::new();
    for line in wrapped(&printable(&headline(explanation)), WIDTH) {
        push_line(&mut text, &line);
    }
    let is_ranked = explanation.causes.len() > 1;
    let (shown, others) = explanation
        .causes
        .split_at(explanation.causes.len().min(MOST_CAUSES));
    for (number, cause) in shown.iter().enumerate() {
        let number = is_ranked.then_some(number + 1);
        cause_text(number, cause, report, &mut text);
    }
    let others: Vec<String> = others
        .iter()
        .map(|cause| {
            format!(
                "{} [{}]. {}",
                cause.id.text().title,
                cause.id.name(),
                cause.id.text().fix
            )
        })
        .collect();
    list("Also possible", &others, &mut text);
    list("To tell these causes apart", &explanation.would_decide, &mut text);
    if !explanation.causes.is_empty() {
        let mut next = explanation.next.clone();
        next.extend(
            explanation
                .further
                .iter()
                .map(|found| place_and_message(found, report)),
        );
        list("What may come next", &next, &mut text);
    }
    evidence_text(&explanation.evidence, &mut text);
    if has_color {
        text
    } else {
        strip_str(&text).to_string()
    }
}

fn cause_text(number: Option<usize>, cause: &Cause, report: &Report, text: &mut String) {
    let color = match cause.confidence {
        Confidence::Certain => RED,
        Confidence::Likely => YELLOW,
        Confidence::Possible => DIM,
    };
    let number = number.map_or_else(String::new, |number| format!("{number}. "));
    let title = cause.id.text().title;
    push_line(
        text,
        &format!(
            "\n{BOLD}{number}{title}{RESET} ({color}{}{RESET}) {DIM}[{}]{RESET}",
            cause.confidence.name(),
            cause.id.name()
        ),
    );
    for line in wrapped(cause.id.text().why, WIDTH - 3) {
        push_line(text, &format!("   {line}"));
    }
    for line in cause
        .detail
        .iter()
        .flat_map(|detail| wrapped(&printable(detail), WIDTH - 3))
    {
        push_line(text, &format!("   {line}"));
    }
    for (at, line) in wrapped(cause.id.text().fix, WIDTH - 8).iter().enumerate() {
        let label = if at == 0 { "Fix: " } else { "     " };
        push_line(text, &format!("   {BOLD}{label}{RESET}{line}"));
    }
    for found in &cause.diagnostics {
        let message = place_and_message(found, report);
        for (at, line) in wrapped(&message, WIDTH - 5).iter().enumerate() {
            let sign = if at == 0 { "→" } else { " " };
            push_line(text, &format!("   {sign} {line}"));
        }
        if !found.fixes.is_empty() {
            let choice = if found
                .fixes
                .iter()
                .any(|fix| fix.applicability == Applicability::Safe)
            {
                ""
            } else {
                " --unsafe"
            };
            push_line(
                text,
                &format!("     repaired by `trustpub fix{choice} --rule {}`", found.rule),
            );
        }
    }
}

/// `.github/workflows/release.yml:12:7: the message`
fn place_and_message(found: &Diagnostic, report: &Report) -> String {
    let message = printable(&found.message);
    match repository(report) {
        Some(repository) => {
            let position = repository.position(&found.path, found.range.start());
            let path = repository.shown_path(&found.path);
            format!(
                "{}:{}:{}: {message}",
                printable(&path),
                position.line,
                position.column
            )
        }
        None => message.into_owned(),
    }
}

fn list(title: &str, items: &[String], text: &mut String) {
    if items.is_empty() {
        return;
    }
    push_line(text, &format!("\n{BOLD}{title}{RESET}"));
    for item in items {
        for (at, line) in wrapped(&printable(item), WIDTH - 5).iter().enumerate() {
            let sign = if at == 0 { "-" } else { " " };
            push_line(text, &format!("   {sign} {line}"));
        }
    }
}

fn evidence_text(evidence: &[LogEvidence], text: &mut String) {
    if evidence.is_empty() {
        return;
    }
    push_line(text, &format!("\n{BOLD}What the log shows{RESET}"));
    let (left_out, shown) = evidence.split_at(evidence.len().saturating_sub(MOST_EVIDENCE));
    if !left_out.is_empty() {
        push_line(
            text,
            &format!("   {DIM}… {} lines more before{RESET}", left_out.len()),
        );
    }
    for evidence in shown {
        let line = printable(evidence.text.trim());
        let mut cut: String = line.chars().take(LONGEST_LINE).collect();
        if cut.len() < line.len() {
            cut.push('…');
        }
        let label = format!("line {}:", evidence.line);
        for (at, part) in wrapped(&cut, WIDTH - 4 - label.len()).iter().enumerate() {
            if at == 0 {
                push_line(text, &format!("   {DIM}{label}{RESET} {part}"));
            } else {
                push_line(text, &format!("      {part}"));
            }
        }
        push_line(
            text,
            &format!("      {DIM}→ {}{RESET}", printable(&evidence.meaning)),
        );
    }
}

fn push_line(text: &mut String, line: &str) {
    // Writing to memory cannot fail.
    let _ = writeln!(text, "{}", line.trim_end());
}
