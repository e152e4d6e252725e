use trustpub_analysis::Diagnostic;
use trustpub_analysis::explain::{Explanation, LogEvidence};
use trustpub_analysis::rules::docs_url;

use super::answer::{Answer, Answers};
use super::{Length, headline, parts, repository};
use crate::output::printable;
use crate::output::sarif::uri;
use crate::report::Report;

/// More findings than these are counted.
const MOST_FINDINGS: usize = 2;
/// An answer that is less likely is cut to its name if it is longer: a line of an editor's window.
const SHORT: usize = 120;
/// A longer line of the log is cut.
const LONGEST_LINE: usize = 120;

/// The explanation as a Markdown document, with links to lines of the repository.
pub(crate) fn render(explanation: &Explanation, report: &Report, length: Length) -> String {
    let title = match (explanation.has_failure, explanation.published.is_empty()) {
        (true, _) => "Why the publish failed",
        (false, false) => "No failed publish",
        (false, true) => "No failed publish found",
    };
    let answers = Answers::new(explanation, length == Length::Long);
    let mut text = format!("# {title}\n\n{}\n", escaped(&headline(explanation, &answers)));
    for quote in parts::quotes(explanation) {
        text.push_str(&format!("{}\n", escaped(&quote)));
    }
    let page = Page {
        explanation,
        report,
        length,
    };
    page.answers(&answers, &mut text);
    list(
        "To tell these causes apart",
        explanation.would_decide.iter().map(|item| escaped(item)),
        &mut text,
    );
    page.others(&answers, &mut text);
    page.next(&answers, &mut text);
    page.evidence(&answers, &mut text);
    text
}

struct Page<'p> {
    explanation: &'p Explanation,
    report: &'p Report,
    length: Length,
}

impl Page<'_> {
    fn answers(&self, answers: &Answers<'_>, text: &mut String) {
        for (number, answer) in answers.first.iter().enumerate() {
            let number = match answers.first.len() {
                1 => String::new(),
                _ => format!("{}. ", number + 1),
            };
            let cause = answer.main;
            text.push_str(&format!(
                "\n## {number}{} ({})\n",
                answer.title(),
                cause.confidence.name()
            ));
            let mut about = Vec::new();
            if answers.are_of_several_jobs() && cause.job.is_some() {
                about.push(format!("This happened{}.", escaped(&parts::place(cause))));
            }
            if cause.packages.len() > 1 || (answers.are_of_several_packages() && !cause.packages.is_empty()) {
                about.push(format!("For {}.", escaped(&parts::enumerated(&cause.packages))));
            }
            // Beside others the cause has to be recognized, not understood. A finding says why by itself.
            let is_explained = answers.first.len() == 1 && answer.diagnostics().is_empty();
            if is_explained || self.length == Length::Long {
                about.push(answer.why().to_owned());
            }
            about.extend(answer.details().map(escaped));
            if !about.is_empty() {
                text.push_str(&format!("\n{}\n", about.join(" ")));
            }
            self.remedy(answer, text);
        }
    }

    /// What to do, where to look, and what the files show.
    fn remedy(&self, answer: &Answer<'_>, text: &mut String) {
        let mut items: Vec<String> = Vec::new();
        if !answer.is_whole_entry() {
            text.push_str(&format!("\n**Fix:** {}\n", answer.fix()));
        }
        if answer.is_about_entry() {
            let comparison = parts::comparison(answer, self.explanation);
            text.push_str(&format!("\n{}\n", escaped(&comparison.introduction)));
            let fields = comparison.fields.iter();
            items.extend(fields.map(|(label, value)| format!("{label}: {}", escaped(value))));
            items.extend(comparison.lines.iter().map(|line| escaped(line)));
        }
        items.extend(answer.notes().into_iter().map(str::to_owned));
        let found = answer.diagnostics();
        let (shown, more) = self.some_of(found);
        items.extend(shown.iter().map(|found| item(found, self.report)));
        items.extend(more);
        if !items.is_empty() {
            text.push('\n');
        }
        text.extend(items.iter().map(|item| format!("- {item}\n")));
    }

    /// The findings that are shown, and how many are not.
    fn some_of<'d>(&self, mut found: Vec<&'d Diagnostic>) -> (Vec<&'d Diagnostic>, Option<String>) {
        let more = found.len().saturating_sub(MOST_FINDINGS);
        if more == 0 || self.length == Length::Long {
            return (found, None);
        }
        found.truncate(MOST_FINDINGS);
        (
            found,
            Some(format!("… and {more} more: `trustpub check` lists them")),
        )
    }

    fn others(&self, answers: &Answers<'_>, text: &mut String) {
        let shown = answers.others.iter();
        let items = shown.map(|answer| escaped(&parts::in_short(answer, self.explanation, SHORT)));
        let more = (answers.left_out > 0).then(|| {
            format!(
                "{} more: `trustpub explain --verbose` lists them",
                answers.left_out
            )
        });
        list("Also possible", items.chain(more), text);
    }

    fn next(&self, answers: &Answers<'_>, text: &mut String) {
        if answers.len() == 0 {
            return;
        }
        let (shown, more) = self.some_of(self.explanation.further.iter().collect());
        let next = parts::next(self.explanation, answers);
        let next = next.iter().map(|item| escaped(item));
        let further = shown.into_iter().map(|found| item(found, self.report));
        list("What may come next", next.chain(further).chain(more), text);
    }

    fn evidence(&self, answers: &Answers<'_>, text: &mut String) {
        let evidence: Vec<&LogEvidence> = match self.length {
            Length::Short => parts::evidence(self.explanation, answers),
            Length::Long => self.explanation.evidence.iter().collect(),
        };
        let items = evidence.into_iter().map(|evidence| {
            // What is secret is hidden first: a half of it would no longer be recognized.
            let line = parts::cut(&printable(evidence.text.trim()), LONGEST_LINE);
            format!(
                "line {}: {} → {}",
                evidence.line,
                code(&line),
                escaped(&evidence.meaning)
            )
        });
        list("What the log shows", items, text);
    }
}

/// A finding with a link to its line, and one to its rule.
fn item(found: &Diagnostic, report: &Report) -> String {
    let place = repository(report).map(|repository| {
        let line = repository.position(&found.path, found.range.start()).line;
        let path = repository.shown_path(&found.path);
        format!("[{}:{line}]({}#L{line}): ", escaped(&path), uri(&path))
    });
    format!(
        "{}{} ([{}]({}))",
        place.unwrap_or_default(),
        escaped(&found.message),
        found.rule,
        docs_url(found.rule)
    )
}

fn list(title: &str, items: impl Iterator<Item = String>, text: &mut String) {
    let items: String = items.map(|item| format!("- {item}\n")).collect();
    if !items.is_empty() {
        text.push_str(&format!("\n## {title}\n{items}"));
    }
}

/// Our own words hold code in backquotes and no other markup; HTML and links of somebody else must stay text.
pub(in crate::output) fn escaped(text: &str) -> String {
    let text = printable(text);
    // Longer runs of backquotes begin and end code by rules of their own: then all of them are text.
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut is_code = false;
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '`' if has_code => {
                is_code = !is_code;
                escaped.push(c);
            }
            '<' if !is_code => escaped.push_str("&lt;"),
            '\\' | '[' | ']' | '`' if !is_code => escaped.extend(['\\', c]),
            '\n' => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text as code, whatever backquotes it holds.
fn code(text: &str) -> String {
    let text = printable(text).replace('\n', " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_keeps_its_backquotes() {
        assert_eq!(code("npm login"), "` npm login `");
        assert_eq!(code("a `b` ``c``"), "``` a `b` ``c`` ```");
    }

    #[test]
    fn markup_of_a_log_stays_text() {
        for (text, expected) in [
            ("<b> [x](y)", "&lt;b> \\[x\\](y)"),
            ("\\[x](y)", "\\\\\\[x\\](y)"),
            ("a](command:b)c.yml", "a\\](command:b)c.yml"),
            ("`a[0]<b>`, [x](y)", "`a[0]<b>`, \\[x\\](y)"),
            ("odd ` [x](y)", "odd \\` \\[x\\](y)"),
            ("` `` [x](y) ```", "\\` \\`\\` \\[x\\](y) \\`\\`\\`"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
