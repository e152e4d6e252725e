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
            let has_step = cause.step.is_some();
            text.push_str(&format!(
                "\n## {number}{} ({})\n",
                answer.title(),
                cause.confidence.name()
            ));
            let mut about = Vec::new();
            let is_of_other_step = has_step && answers.are_of_several_steps();
            if answers.are_of_several_jobs() && cause.job.is_some() || is_of_other_step {
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
            text.push_str(&format!("\n{}\n", introduction(&comparison)));
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

/// Where the entry is. We know how the address of npm's page begins, so that it may be a link.
fn introduction(comparison: &parts::Comparison) -> String {
    let text = escaped(&comparison.introduction);
    let is_plain = |page: &&String| {
        page.chars()
            .all(|c| c.is_ascii_alphanumeric() || ":/@._~-".contains(c))
    };
    match comparison.page.as_ref().filter(is_plain) {
        Some(page) => text.replacen(&format!("`{page}`"), &format!("<{page}>"), 1),
        None => text,
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

/// Our own words hold code in backquotes and no other markup. What somebody else wrote must stay text: no HTML, no links, and
/// nobody who is notified.
pub(in crate::output) fn escaped(text: &str) -> String {
    let text = printable(text).replace('\n', " ");
    // Longer runs of backquotes begin and end code by rules of their own: then all of them are text.
    let has_code = text.matches('`').count().is_multiple_of(2) && !text.contains("``");
    let mut escaped = String::with_capacity(text.len());
    let parts: Vec<&str> = if has_code {
        text.split('`').collect()
    } else {
        vec![&text]
    };
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 {
            escaped.push_str(&format!("`{part}`"));
            continue;
        }
        for word in part.split_inclusive(' ') {
            push_word(word, &mut escaped);
        }
    }
    // A sign that would begin a heading, a quote or a list.
    match escaped.chars().next() {
        Some('#' | '>' | '+' | '-') => format!("\\{escaped}"),
        _ => escaped,
    }
}

fn push_word(word: &str, escaped: &mut String) {
    let bare = word.trim_matches(|c: char| c.is_whitespace() || ".,;:!?\"'()".contains(c));
    if is_live(bare)
        && let Some((before, after)) = word.split_once(bare)
    {
        // GitHub looks for names and numbers in what is left after Markdown was read: only code is safe.
        escaped.push_str(before);
        escaped.push_str(&code_of_word(bare));
        escaped.push_str(after);
        return;
    }
    let mut previous = ' ';
    let mut characters = word.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        match c {
            '<' => escaped.push_str("&lt;"),
            '&' if next == '#' || next.is_ascii_alphanumeric() => escaped.push_str("&amp;"),
            // Within a word it means nothing.
            '_' if previous.is_alphanumeric() && next.is_alphanumeric() => escaped.push(c),
            '\\' | '[' | ']' | '`' | '*' | '~' | '_' => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
        previous = c;
    }
}

/// Whether GitHub, or an editor, makes a link of a word, or notifies somebody: `@name`, `a#1`, `https://…`, `www.…`, `GH-1`.
fn is_live(word: &str) -> bool {
    let follows = |sign: &str, is_such: fn(char) -> bool| {
        word.split(sign).skip(1).any(|rest| rest.starts_with(is_such))
    };
    let is_digit = |c: char| c.is_ascii_digit();
    let has_digit = word.contains(is_digit);
    let is_hash = word.len() >= 7 && has_digit && word.chars().all(|c| c.is_ascii_hexdigit());
    follows("@", char::is_alphanumeric)
        || follows("#", is_digit)
        || follows("GH-", is_digit)
        || follows("gh-", is_digit)
        || word.contains("://")
        || word.contains("www.")
        || word.contains("mailto:")
        || is_hash && !word.chars().all(is_digit)
}

fn code_of_word(word: &str) -> String {
    match word.contains('`') {
        true => code(word),
        false => format!("`{word}`"),
    }
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
            ("ask @octocat, or @acme/team.", "ask `@octocat`, or `@acme/team`."),
            ("a@b.example, (@x)", "`a@b.example`, (`@x`)"),
            ("see #12, acme/w#3 and GH-4", "see `#12`, `acme/w#3` and `GH-4`"),
            (
                "https://a.example/x. www.b.example",
                "`https://a.example/x`. `www.b.example`",
            ),
            (
                "**bold** _it_ ~~no~~ id_token",
                "\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ id_token",
            ),
            ("&#64;octocat & co", "`&#64;octocat` & co"),
            ("a &lt; b", "a &amp;lt; b"),
            ("`x` @a `y`", "`x` `@a` `y`"),
            ("odd @a`b", "odd `` @a`b ``"),
            ("at 0a1b2c3d: # 1 @ x 1234567", "at `0a1b2c3d`: # 1 @ x 1234567"),
            ("# x", "\\# x"),
            ("a](command:b)c.yml", "a\\](command:b)c.yml"),
            ("`a[0]<b>`, [x](y)", "`a[0]<b>`, \\[x\\](y)"),
            ("odd ` [x](y)", "odd \\` \\[x\\](y)"),
            ("` `` [x](y) ```", "\\` \\`\\` \\[x\\](y) \\`\\`\\`"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }
}
