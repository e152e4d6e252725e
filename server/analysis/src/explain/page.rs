//! What a log of a failed publish tells, for people: on a terminal, in Markdown, and on the page in docs/try.

mod answer;
mod headline;
mod parts;

use super::{Confidence, Explanation, LogEvidence};
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::document::{Block, Document, Item, Mark, Phrase, ShownPlace, Tone};
use crate::rules::docs_url;
use crate::text::{FilePath, TextRange, printable};
use answer::{Answer, Answers};
use headline::headline;

/// How much is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Length {
    /// One screen.
    Short,
    /// Each cause by itself, and every line of the log that counts.
    Long,
}

/// Shows a range of a file; none if the file is not shown.
type ShowPlace<'s> = &'s dyn Fn(&FilePath, TextRange) -> Option<ShownPlace>;

/// More findings than these are counted.
const MOST_FINDINGS: usize = 2;
/// A longer line of the log is cut, so that it fits on a terminal after its number.
const SHORT_LINE: usize = 84;
/// A longer line of the log is cut even in the long form. What npm's registry says in one line is shorter.
const LONG_LINE: usize = 500;

/// The explanation for people, with places in the repository as `show` shows them.
pub fn document(
    explanation: &Explanation,
    length: Length,
    show: impl Fn(&FilePath, TextRange) -> Option<ShownPlace>,
) -> Document {
    let title = match (explanation.has_failure, explanation.published.is_empty()) {
        (true, _) => "Why the publish failed",
        (false, false) => "No failed publish",
        (false, true) => "No failed publish found",
    };
    let answers = Answers::new(explanation, length == Length::Long);
    let first = std::iter::once(headline(explanation, &answers));
    let first = Phrase::lines(first.chain(parts::quotes(explanation)));
    let page = Page {
        explanation,
        length,
        show: &show,
    };
    let mut blocks = vec![Block::Paragraph(first)];
    blocks.extend(page.answers(&answers));
    blocks.extend(list(
        "To tell these causes apart",
        explanation.would_decide.iter().map(Phrase::from),
    ));
    blocks.extend(list("Also possible", page.others(&answers)));
    blocks.extend(list("What may come next", page.next(&answers)));
    blocks.extend(list("What the log shows", page.evidence(&answers)));
    Document::titled(title, blocks)
}

/// A section with a list, if there is anything in it.
fn list(title: &str, items: impl IntoIterator<Item = Phrase>) -> Option<Block> {
    let mut items = items.into_iter().peekable();
    items.peek()?;
    Some(Block::section(title, vec![Block::list(items)]))
}

struct Page<'p> {
    explanation: &'p Explanation,
    length: Length,
    show: ShowPlace<'p>,
}

impl Page<'_> {
    /// A section for each answer. If several jobs failed, those of a job are in a section of it.
    fn answers(&self, answers: &Answers<'_>) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut of_job: Vec<Block> = Vec::new();
        let mut has_compared = false;
        for (at, answer) in answers.first.iter().enumerate() {
            let number = (answers.first.len() > 1).then_some(at + 1);
            let section = self.answer(number, answer, answers, !has_compared);
            has_compared |= answer.is_about_entry();
            if !answers.are_of_several_jobs() {
                blocks.push(section);
                continue;
            }
            of_job.push(section);
            let job = answer.main.job.as_ref();
            let next = answers.first.get(at + 1).map(|next| next.main.job.as_ref());
            if next != Some(job) {
                let heading =
                    job.map_or_else(|| "In another job".to_owned(), |job| format!("In job `{job}`"));
                blocks.push(Block::section(heading, std::mem::take(&mut of_job)));
            }
        }
        blocks
    }

    fn answer(
        &self,
        number: Option<usize>,
        answer: &Answer<'_>,
        answers: &Answers<'_>,
        compares: bool,
    ) -> Block {
        let cause = answer.main;
        let tone = match cause.confidence {
            Confidence::Certain => Tone::Bad,
            Confidence::Likely => Tone::Doubtful,
            Confidence::Possible => Tone::Faint,
        };
        let number = number.map_or_else(String::new, |number| format!("{number}. "));
        let heading = Phrase::from(format!("{number}{} (", answer.title()))
            .toned(tone, cause.confidence.name())
            .text(") ")
            .tag(cause.id.name());
        let mut blocks = Vec::new();
        let about = self.about(answer, answers);
        if !about.is_empty() {
            blocks.push(Block::Paragraph(Phrase::lines(about)));
        }
        if !answer.is_whole_entry() {
            blocks.push(Block::labelled("Fix", Tone::Strong, answer.fix()));
        }
        let mut items = Vec::new();
        if answer.is_about_entry() && compares {
            items.push(parts::comparison(answer, self.explanation));
        }
        let notes = answer.notes().into_iter();
        items.extend(notes.map(|note| Item::new(Mark::None, note)));
        let found = answer.diagnostics();
        let shown = found.iter().take(self.most_findings());
        items.extend(shown.map(|found| Item::new(Mark::Arrow, self.with_fix(found))));
        let more = self.more(found.len());
        items.extend(more.map(|more| Item::new(Mark::None, more)));
        if !items.is_empty() {
            blocks.push(Block::List(items));
        }
        Block::section(heading, blocks)
    }

    /// What an answer is about, and why it happens.
    fn about(&self, answer: &Answer<'_>, answers: &Answers<'_>) -> Vec<String> {
        let cause = answer.main;
        let mut about = Vec::new();
        if cause.packages.len() > 1 || (answers.are_of_several_packages() && !cause.packages.is_empty()) {
            about.push(format!("For {}.", parts::enumerated(&cause.packages)));
        }
        if answers.are_of_several_steps()
            && let Some(step) = &cause.step
        {
            about.push(format!("In step `{step}`."));
        }
        // Beside others the cause has to be recognized, not understood. A finding says why by itself.
        let is_explained = answers.first.len() == 1 && answer.diagnostics().is_empty();
        if is_explained || self.length == Length::Long {
            about.push(answer.why().to_owned());
        }
        about.extend(answer.details().map(str::to_owned));
        about
    }

    fn most_findings(&self) -> usize {
        match self.length {
            Length::Short => MOST_FINDINGS,
            Length::Long => usize::MAX,
        }
    }

    /// How many findings are not shown.
    fn more(&self, number: usize) -> Option<String> {
        let more = number.saturating_sub(self.most_findings());
        (more > 0).then(|| format!("… and {more} more: `trustpub check` lists them"))
    }

    /// The place of a finding, its message and its rule.
    fn finding(&self, found: &Diagnostic) -> Phrase {
        let place = (self.show)(&found.path, found.range);
        place
            .map(|place| Phrase::default().place(place).text(": "))
            .unwrap_or_default()
            .text(&found.message)
            .text(" (")
            .link(found.rule, docs_url(found.rule))
            .text(")")
    }

    fn with_fix(&self, found: &Diagnostic) -> Phrase {
        let finding = self.finding(found);
        let is_safe = |fix: &Fix| fix.applicability == Applicability::Safe;
        let choice = match found.fixes.as_slice() {
            [] => return finding,
            fixes if fixes.iter().any(is_safe) => "",
            _ => " --unsafe",
        };
        finding
            .line_break()
            .text(format!("`trustpub fix{choice} --rule {}` fixes it", found.rule))
    }

    fn others(&self, answers: &Answers<'_>) -> Vec<Phrase> {
        let shown = answers.others.iter();
        let items = shown.map(|answer| parts::in_short(answer, self.explanation).into());
        let more = (answers.left_out > 0).then(|| {
            format!(
                "{} more: `trustpub explain --verbose` lists them",
                answers.left_out
            )
            .into()
        });
        items.chain(more).collect()
    }

    fn next(&self, answers: &Answers<'_>) -> Vec<Phrase> {
        if answers.len() == 0 {
            return Vec::new();
        }
        let next = parts::next(self.explanation, answers);
        let further = &self.explanation.further;
        let shown = further.iter().take(self.most_findings());
        next.into_iter()
            .map(Phrase::from)
            .chain(shown.map(|found| self.finding(found)))
            .chain(self.more(further.len()).map(Phrase::from))
            .collect()
    }

    fn evidence(&self, answers: &Answers<'_>) -> Vec<Phrase> {
        let (evidence, longest): (Vec<&LogEvidence>, usize) = match self.length {
            Length::Short => (parts::evidence(self.explanation, answers), SHORT_LINE),
            Length::Long => (self.explanation.evidence.iter().collect(), LONG_LINE),
        };
        let items = evidence.into_iter().map(|evidence| {
            // What is secret is hidden first: a half of it would no longer be recognized.
            let line = parts::cut(&printable(evidence.text.trim()), longest);
            let meaning = format!("→ {}", evidence.meaning);
            Phrase::default()
                .toned(Tone::Faint, format!("line {}: ", evidence.line))
                .code(line)
                .whole(Phrase::default().toned(Tone::Faint, meaning))
        });
        items.collect()
    }
}
