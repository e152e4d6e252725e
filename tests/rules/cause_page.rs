//! `docs/causes.md` is made from the causes that `explain` names.
//!
//! `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes it.

use std::fs;

use trustpub_analysis::explain::{CauseId, Stage};
use trustpub_tests::project::repository_root;

const PAGE: &str = "docs/causes.md";
/// More texts than these are not shown for a cause.
const MOST_TEXTS: usize = 4;

const STAGES: [(Stage, &str); 4] = [
    (Stage::Exchange, "npm did not accept the token"),
    (Stage::BeforeExchange, "The tool did not reach the token exchange"),
    (Stage::Registry, "The registry rejected the package"),
    (Stage::Job, "The job failed elsewhere"),
];

#[test]
fn the_page_is_up_to_date() {
    let path = repository_root().join(PAGE);
    let wanted = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).expect("the page can be written");
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        wanted,
        "`UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes {PAGE} anew"
    );
}

#[test]
fn every_cause_is_in_one_section() {
    let page = page();
    for cause in CauseId::ALL {
        let heading = format!("\n### {}\n", cause.name());
        assert_eq!(page.matches(&heading).count(), 1, "{}", cause.name());
    }
}

fn page() -> String {
    let mut text = String::from(
        "# Causes of a failed publish\n\n\
         <!-- Written by `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules`. -->\n\n\
         `trustpub explain` names these causes. The rules beside a cause find it in the files, before a publish fails.\n",
    );
    for (stage, title) in STAGES {
        text.push_str(&format!("\n## {title}\n"));
        for cause in CauseId::ALL.iter().filter(|cause| cause.text().stage == stage) {
            push_cause(*cause, &mut text);
        }
    }
    text
}

fn push_cause(id: CauseId, text: &mut String) {
    let cause = id.text();
    text.push_str(&format!(
        "\n### {}\n\n**{}.** {}\n\n*What to do:* {}\n",
        cause.id,
        cause.title.trim_end_matches('.'),
        cause.why,
        cause.fix
    ));
    let rules: Vec<String> = cause
        .rules
        .iter()
        .map(|rule| format!("[{rule}](rules/{rule}.md)"))
        .collect();
    if !rules.is_empty() {
        text.push_str(&format!("\n*Rules:* {}\n", rules.join(", ")));
    }
    let said: Vec<String> = id
        .log_texts()
        .take(MOST_TEXTS)
        .map(|said| format!("- {}\n", code(said)))
        .collect();
    if !said.is_empty() {
        text.push_str(&format!("\nA log says:\n\n{}", said.concat()));
    }
}

/// Text as code, whatever backquotes it holds.
fn code(text: &str) -> String {
    let text = text.trim();
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}
