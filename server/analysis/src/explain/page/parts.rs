//! The sentences of an explanation.

use crate::document::{Block, Field, Item, Mark, Phrase};
use crate::explain::{Cause, Explanation, LogEvidence, PublisherEntry, RegistryAnswer};

use super::answer::{Answer, Answers};

/// More entries of npm than these are not compared.
const MOST_ENTRIES: usize = 3;
/// More lines of the log than these are not shown.
const MOST_EVIDENCE: usize = 6;
/// More names than these are counted.
const MOST_NAMES: usize = 3;
/// More answers of the registry than these are not quoted.
const MOST_QUOTES: usize = 2;
/// An answer that is less likely is cut to its name if it is longer: a line of a terminal.
const SHORT: usize = 95;

/// `a`, `a and b`, `a, b, c and 2 more`
pub(super) fn enumerated(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first, second] => format!("{first} and {second}"),
        names => {
            let shown: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
            match names.len() - shown.len() {
                0 => shown.join(", "),
                more => format!("{} and {more} more", shown.join(", ")),
            }
        }
    }
}

/// ` in job publish, step Run npm publish`, as far as it is known
pub(super) fn place(cause: &Cause) -> String {
    match (&cause.job, &cause.step) {
        (Some(job), Some(step)) => format!(" in job `{job}`, step `{step}`"),
        (Some(job), None) => format!(" in job `{job}`"),
        (None, Some(step)) => format!(" in step `{step}`"),
        (None, None) => String::new(),
    }
}

/// What the registry itself answered. The last ones count: a tool may try again.
pub(super) fn quotes(explanation: &Explanation) -> Vec<String> {
    let answers = &explanation.registry_says;
    let last = answers.get(answers.len().saturating_sub(MOST_QUOTES)..);
    let has_several = answers.len() > 1;
    last.unwrap_or_default()
        .iter()
        .map(|answer| quote(answer, has_several))
        .collect()
}

fn quote(answer: &RegistryAnswer, names_packages: bool) -> String {
    let of = match answer.packages.as_slice() {
        packages if names_packages && !packages.is_empty() => format!(" of {}", enumerated(packages)),
        _ => String::new(),
    };
    let meaning = answer.meaning.map(|meaning| format!(" {meaning}"));
    let text = match answer.text.contains('"') {
        true => answer.text.clone(),
        false => format!("\"{}\".", answer.text.trim_end_matches('.')),
    };
    format!("The registry says{of}: {text}{}", meaning.unwrap_or_default())
}

/// What to compare with the entry on npm, for an answer about the trusted publisher.
pub(super) fn comparison(answer: &Answer<'_>, explanation: &Explanation) -> Item {
    let entries = &explanation.compare;
    let introduction = Phrase::from("Compare the entry on ");
    let introduction = match package(answer.main, explanation) {
        Some(package) => introduction.url(format!("https://www.npmjs.com/package/{package}/access")),
        None => introduction.text("the package's access page on npmjs.com"),
    };
    let (end, values) = match entries.as_slice() {
        [] => (" with the run:", Block::Fields(unknown_entry())),
        [entry] => (". It must say:", Block::Fields(entry_fields(entry))),
        entries => {
            let more = entries.len().saturating_sub(MOST_ENTRIES);
            let more = (more > 0).then(|| format!("… or one of {more} more"));
            let lines = entries.iter().take(MOST_ENTRIES).map(entry_line);
            (". It must say one of:", Block::list(lines.chain(more)))
        }
    };
    Item {
        blocks: vec![values],
        ..Item::new(Mark::None, introduction.text(end))
    }
}

/// What an entry must say if the files do not show it.
fn unknown_entry() -> Vec<Field> {
    vec![
        Field::new(
            "repository",
            "owner and name as in its address on GitHub, in the same letter case",
        ),
        Field::new(
            "workflow",
            "the name of the workflow file that the event started, with `.yml`",
        ),
        Field::new(
            "environment",
            "the `environment` of the job; empty if it has none",
        ),
    ]
}

/// The one package that it is about.
fn package<'e>(cause: &'e Cause, explanation: &'e Explanation) -> Option<&'e String> {
    let refused: Vec<&String> = explanation
        .registry_says
        .iter()
        .flat_map(|answer| &answer.packages)
        .collect();
    let published: Vec<&String> = explanation
        .compare
        .iter()
        .flat_map(|entry| &entry.packages)
        .collect();
    let known = [cause.packages.iter().collect(), refused, published];
    let known = known.into_iter().find(|packages| !packages.is_empty())?;
    let first = *known.first()?;
    known.iter().all(|package| *package == first).then_some(first)
}

const UNKNOWN_NAME: &str = "as in the repository's address on GitHub";

fn entry_fields(entry: &PublisherEntry) -> Vec<Field> {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| UNKNOWN_NAME.to_owned());
    vec![
        Field::new("owner", name(&entry.owner)),
        Field::new("repository", name(&entry.repository)),
        Field::new("workflow", workflow(entry)),
        Field::new("environment", environment(entry)),
    ]
}

fn workflow(entry: &PublisherEntry) -> String {
    let unknown = || "the file that calls this workflow, in the other repository".to_owned();
    entry.workflow.clone().unwrap_or_else(unknown)
}

fn environment(entry: &PublisherEntry) -> String {
    match entry.environment.as_deref() {
        None => "leave it empty".to_owned(),
        Some(expression) if expression.contains("${{") => format!("what {expression} gives"),
        Some(name) => name.to_owned(),
    }
}

/// `acme/widget, release.yml, environment npm`
fn entry_line(entry: &PublisherEntry) -> String {
    let slug = match (&entry.owner, &entry.repository) {
        (Some(owner), Some(repository)) => format!("{owner}/{repository}, "),
        _ => String::new(),
    };
    let environment = match &entry.environment {
        None => "no environment".to_owned(),
        Some(_) => format!("environment {}", environment(entry)),
    };
    format!("{slug}{}, {environment}", workflow(entry))
}

/// An answer that is less likely, in one line if it fits.
pub(super) fn in_short(answer: &Answer<'_>, explanation: &Explanation) -> String {
    let title = answer.title();
    if answer.is_about_entry()
        && let [entry] = explanation.compare.as_slice()
    {
        return format!("{title} ({})", entry_line(entry));
    }
    let named = format!("{title} [{}]", answer.main.id.name());
    let fix = answer.fix();
    let end = fix.find(". ").map_or(fix.len(), |end| end + 1);
    let fix = fix.get(..end).unwrap_or(fix);
    let fits = |line: &String| line.chars().count() <= SHORT;
    let with_fix = [format!("{named}. {fix}"), format!("{title}. {fix}")];
    with_fix.into_iter().find(fits).unwrap_or(named)
}

/// The lines of the log that speak for the first answers, without what is said above and what another line says.
pub(super) fn evidence<'e>(explanation: &'e Explanation, answers: &Answers<'_>) -> Vec<&'e LogEvidence> {
    let is_quoted = |line: usize| explanation.registry_says.iter().any(|answer| answer.line == line);
    let (quoted, others): (Vec<&LogEvidence>, Vec<&LogEvidence>) = explanation
        .evidence
        .iter()
        .partition(|evidence| is_quoted(evidence.line));
    let mut found: Vec<&LogEvidence> = Vec::new();
    for evidence in others {
        let is_of_answer = answers.first.iter().any(|answer| answer.is_shown_by(evidence));
        let mut told = found.iter().chain(&quoted);
        if is_of_answer && !told.any(|told| told.meaning == evidence.meaning) {
            found.push(evidence);
        }
    }
    let last = found.len().saturating_sub(MOST_EVIDENCE);
    found.split_off(last)
}

/// What may come next. While several answers are open, that is unknown.
pub(super) fn next(explanation: &Explanation, answers: &Answers<'_>) -> Vec<String> {
    match answers.first.as_slice() {
        [_] => explanation.next.clone(),
        _ => Vec::new(),
    }
}

/// The text, with a sign in place of what is too much.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
