use std::fmt::Write;

use anstream::adapter::strip_str;
use trustpub_analysis::explain::{Confidence, Explanation, LogEvidence};
use trustpub_analysis::{Applicability, Diagnostic};

use super::answer::{Answer, Answers};
use super::{Length, headline, parts, repository};
use crate::output::printable;
use crate::output::wrapped::wrapped;
use crate::report::Report;

const WIDTH: usize = 100;
/// More findings than these are counted.
const MOST_FINDINGS: usize = 2;
/// A longer line of the log is cut even in the long form. What npm's registry says in one line is shorter.
const LONGEST_LINE: usize = 500;

const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// The explanation for people.
pub(crate) fn render(explanation: &Explanation, report: &Report, length: Length, has_color: bool) -> String {
    let answers = Answers::new(explanation, length == Length::Long);
    let mut page = Page {
        explanation,
        report,
        length,
        has_compared: false,
        text: String::new(),
    };
    page.paragraph("", &headline(explanation, &answers));
    for quote in parts::quotes(explanation) {
        page.paragraph("", &quote);
    }
    page.answers(&answers);
    page.list("To tell these causes apart", &explanation.would_decide);
    page.others(&answers);
    page.next(&answers);
    page.evidence(&answers);
    if has_color {
        page.text
    } else {
        strip_str(&page.text).to_string()
    }
}

struct Page<'p> {
    explanation: &'p Explanation,
    report: &'p Report,
    length: Length,
    /// Whether it is said what to compare with the entry on npm.
    has_compared: bool,
    text: String,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        // Writing to memory cannot fail.
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    /// A text of whatever length. Its first line has a sign, and the others are indented as far.
    fn paragraph(&mut self, sign: &str, text: &str) {
        let indent = strip_str(sign).to_string().chars().count();
        let blank = " ".repeat(indent);
        for (at, line) in wrapped(&printable(text), WIDTH - indent).iter().enumerate() {
            self.line(&format!("{}{line}", if at == 0 { sign } else { &blank }));
        }
    }

    fn heading(&mut self, title: &str) {
        self.line(&format!("\n{BOLD}{title}{RESET}"));
    }

    fn list(&mut self, title: &str, items: &[String]) {
        if !items.is_empty() {
            self.heading(title);
        }
        for item in items {
            self.paragraph("   - ", item);
        }
    }

    fn answers(&mut self, answers: &Answers<'_>) {
        let is_ranked = answers.first.len() > 1;
        let mut job = None;
        for (number, answer) in answers.first.iter().enumerate() {
            let of_job = answer.main.job.as_deref();
            if answers.are_of_several_jobs() && (number == 0 || job != of_job) {
                self.heading(&printable(&of_job.map_or_else(
                    || "In another job".to_owned(),
                    |job| format!("In job `{job}`"),
                )));
                job = of_job;
            }
            let number = is_ranked.then_some(number + 1);
            self.answer(number, answer, answers);
        }
    }

    fn answer(&mut self, number: Option<usize>, answer: &Answer<'_>, answers: &Answers<'_>) {
        let cause = answer.main;
        let color = match cause.confidence {
            Confidence::Certain => RED,
            Confidence::Likely => YELLOW,
            Confidence::Possible => DIM,
        };
        let number = number.map_or_else(String::new, |number| format!("{number}. "));
        self.line(&format!(
            "\n{BOLD}{number}{}{RESET} ({color}{}{RESET}) {DIM}[{}]{RESET}",
            answer.title(),
            cause.confidence.name(),
            cause.id.name()
        ));
        if cause.packages.len() > 1 || (answers.are_of_several_packages() && !cause.packages.is_empty()) {
            self.paragraph("   ", &format!("For {}.", parts::enumerated(&cause.packages)));
        }
        if answers.are_of_several_steps()
            && let Some(step) = &cause.step
        {
            self.paragraph("   ", &format!("In step `{step}`."));
        }
        let diagnostics = answer.diagnostics();
        // Beside others the cause has to be recognized, not understood. A finding says why by itself.
        let is_explained = answers.first.len() == 1 && diagnostics.is_empty();
        if is_explained || self.length == Length::Long {
            self.paragraph("   ", answer.why());
        }
        for detail in answer.details() {
            self.paragraph("   ", detail);
        }
        if !answer.is_whole_entry() {
            let label = format!("   {BOLD}Fix: {RESET}");
            self.paragraph(&label, answer.fix());
        }
        if answer.is_about_entry() && !self.has_compared {
            self.has_compared = true;
            self.comparison(answer);
        }
        for note in answer.notes() {
            self.paragraph("   ", note);
        }
        self.diagnostics(&diagnostics);
    }

    fn comparison(&mut self, answer: &Answer<'_>) {
        let comparison = parts::comparison(answer, self.explanation);
        self.paragraph("   ", &comparison.introduction);
        for (label, value) in comparison.fields {
            self.paragraph(&format!("      {label:<12} "), &value);
        }
        for line in comparison.lines {
            self.paragraph("      ", &line);
        }
    }

    fn diagnostics(&mut self, found: &[&Diagnostic]) {
        let most = match self.length {
            Length::Short => MOST_FINDINGS,
            Length::Long => usize::MAX,
        };
        for found in found.iter().take(most) {
            let message = self.place_and_message(found);
            self.paragraph("   → ", &message);
            let is_safe = |fix: &trustpub_analysis::Fix| fix.applicability == Applicability::Safe;
            if !found.fixes.is_empty() {
                let choice = match found.fixes.iter().any(is_safe) {
                    true => "",
                    false => " --unsafe",
                };
                self.line(&format!(
                    "     `trustpub fix{choice} --rule {}` repairs it",
                    found.rule
                ));
            }
        }
        self.more(found.len().saturating_sub(most));
    }

    fn more(&mut self, more: usize) {
        if more > 0 {
            self.line(&format!("     … and {more} more: `trustpub check` lists them"));
        }
    }

    /// `.github/workflows/release.yml:12:7: the message`
    fn place_and_message(&self, found: &Diagnostic) -> String {
        match repository(self.report) {
            Some(repository) => {
                let position = repository.position(&found.path, found.range.start());
                let path = repository.shown_path(&found.path);
                format!("{path}:{}:{}: {}", position.line, position.column, found.message)
            }
            None => found.message.clone(),
        }
    }

    fn others(&mut self, answers: &Answers<'_>) {
        let shown = answers.others.iter();
        let mut items: Vec<String> = shown
            .map(|answer| parts::in_short(answer, self.explanation, WIDTH - 5))
            .collect();
        if answers.left_out > 0 {
            items.push(format!("{} more: `--verbose` lists them", answers.left_out));
        }
        self.list("Also possible", &items);
    }

    fn next(&mut self, answers: &Answers<'_>) {
        let further = &self.explanation.further;
        if answers.len() == 0 {
            return;
        }
        let most = match self.length {
            Length::Short => MOST_FINDINGS,
            Length::Long => usize::MAX,
        };
        let mut items = parts::next(self.explanation, answers);
        let message = |found: &Diagnostic| {
            let message = printable(&self.place_and_message(found)).into_owned();
            match self.length {
                // `trustpub check` shows the rest.
                Length::Short => parts::cut(&message, WIDTH - 5),
                Length::Long => message,
            }
        };
        items.extend(further.iter().take(most).map(message));
        self.list("What may come next", &items);
        self.more(further.len().saturating_sub(most));
    }

    fn evidence(&mut self, answers: &Answers<'_>) {
        let evidence: Vec<&LogEvidence> = match self.length {
            Length::Short => parts::evidence(self.explanation, answers),
            Length::Long => self.explanation.evidence.iter().collect(),
        };
        if !evidence.is_empty() {
            self.heading("What the log shows");
        }
        for evidence in evidence {
            let label = format!("line {}: ", evidence.line);
            let line = printable(evidence.text.trim());
            let length = |text: &str| text.chars().count();
            let room = WIDTH - 3 - length(&label);
            let meaning = format!(" → {}", printable(&evidence.meaning));
            let label = format!("   {DIM}{label}{RESET}");
            match self.length {
                _ if length(&line) + length(&meaning) <= room => {
                    self.line(&format!("{label}{line}{DIM}{meaning}{RESET}"));
                    continue;
                }
                Length::Short => self.line(&format!("{label}{}", parts::cut(&line, room))),
                Length::Long => self.paragraph(&label, &parts::cut(&line, LONGEST_LINE)),
            }
            self.line(&format!("     {DIM}{meaning}{RESET}"));
        }
    }
}
