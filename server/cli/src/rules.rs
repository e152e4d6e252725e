//! `trustpub rules`

use serde::Serialize;
use trustpub_analysis::document::{Block, Document, Phrase, Tone, markdown, own_blocks};
use trustpub_analysis::rules::{FixAvailability, Rule, docs_url, rule, rules};

use crate::args::{RulesArgs, RulesFormat};
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::output::{rule_markdown, to_json};
use crate::rule_id::unknown_rule;
use crate::tables::date_line;

pub(crate) fn run(console: Console, args: &RulesArgs) -> Result<Exit, OutputError> {
    let output = match &args.id {
        None => match args.format {
            RulesFormat::Text => {
                let blocks = vec![table(rules()), Block::paragraph(date_line())];
                console.terminal().print(&Document::new(blocks))
            }
            RulesFormat::Json => to_json(&rules().iter().map(|rule| JsonRule::new(rule)).collect::<Vec<_>>()),
            RulesFormat::Markdown => markdown(&Document::new(vec![table(rules())])),
        },
        Some(id) => {
            let Some(rule) = rule(id) else {
                console.error(unknown_rule(id));
                return Ok(Exit::Failure);
            };
            match args.format {
                RulesFormat::Text => console.terminal().print(&page(rule)),
                RulesFormat::Json => to_json(&JsonRule::new(rule)),
                RulesFormat::Markdown => markdown_page(rule),
            }
        }
    };
    console.write_own(&output)?;
    Ok(Exit::Clean)
}

fn fix_name(fix: FixAvailability) -> &'static str {
    match fix {
        FixAvailability::None => "none",
        FixAvailability::Safe => "safe",
        FixAvailability::Unsafe => "unsafe",
    }
}

fn table(rules: &[&Rule]) -> Block {
    let rows = rules.iter().map(|rule| {
        let id = Phrase::default().link(rule.id, docs_url(rule.id));
        [
            id,
            rule.severity.name().into(),
            fix_name(rule.fix).into(),
            rule.summary.into(),
        ]
    });
    Block::table(["rule", "severity", "fix", "what is wrong"], rows)
}

/// The page for a terminal.
fn page(rule: &Rule) -> Document {
    let (severity, fix) = (rule.severity.name(), fix_name(rule.fix));
    let heading = Phrase::default()
        .toned(Tone::Strong, rule.id)
        .line_break()
        .text(rule.summary);
    let mut blocks = vec![
        Block::Paragraph(heading),
        Block::paragraph(format!("severity: {severity}, fix: {fix}")),
    ];
    blocks.extend(own_blocks(&rule.markdown()));
    blocks.push(Block::Paragraph(Phrase::default().url(docs_url(rule.id))));
    Document::new(blocks)
}

/// The page as it was written.
fn markdown_page(rule: &Rule) -> String {
    let (severity, fix) = (rule.severity.name(), fix_name(rule.fix));
    let markdown = rule_markdown(rule);
    format!(
        "# {}\n\n{}\n\n*Severity:* {severity} · *fix:* {fix}\n\n{}\n",
        rule.id,
        rule.summary,
        markdown.trim()
    )
}

#[derive(Serialize)]
struct JsonRule {
    id: &'static str,
    severity: &'static str,
    fix: &'static str,
    summary: &'static str,
    url: String,
    documentation: String,
}

impl JsonRule {
    fn new(rule: &Rule) -> Self {
        Self {
            id: rule.id,
            severity: rule.severity.name(),
            fix: fix_name(rule.fix),
            summary: rule.summary,
            url: docs_url(rule.id),
            documentation: rule_markdown(rule),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::terminal::Terminal;

    const TERMINAL: Terminal = Terminal {
        has_color: false,
        columns: None,
    };

    #[test]
    fn table_is_aligned() {
        let table = TERMINAL.print(&Document::new(vec![table(rules())]));
        let column = table
            .lines()
            .next()
            .and_then(|line| line.find("severity"))
            .unwrap();
        assert_eq!(table.lines().count(), 1 + rules().len());
        for (line, rule) in table.lines().skip(1).zip(rules()) {
            assert_eq!(line.split_at(column).0.trim_end(), rule.id);
            let row = format!(
                "{:11}  {:6}  {}",
                rule.severity.name(),
                fix_name(rule.fix),
                rule.summary
            );
            assert_eq!(line.split_at(column).1, row);
        }
    }

    #[test]
    fn page_has_all_that_is_known() {
        let rule = rule("id-token-missing").unwrap();
        let page = TERMINAL.print(&page(rule));
        let head = format!(
            "id-token-missing\n{}\n\nseverity: error, fix: safe\n\nWhat it does\n  Reports a job",
            rule.summary
        );
        assert!(page.starts_with(&head), "{page}");
        assert!(
            page.contains("\n    permissions:\n      contents: read\n    jobs:\n"),
            "{page}"
        );
        assert!(page.ends_with("/docs/rules/id-token-missing.md\n"), "{page}");
    }

    /// Words that are not read as the page means them would be cut, or have signs of Markdown in them.
    #[test]
    fn pages_are_read_as_they_are_meant() {
        let in_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        for rule in rules() {
            let again = markdown(&Document::new(own_blocks(&rule.markdown())));
            let page = rule_markdown(rule).replace("|---|---|", "| --- | --- |");
            // A name with an `@` becomes code, and a star is escaped.
            let (again, page) = (in_one_line(&again), in_one_line(&page));
            let (again, page) = (again.replace(['`', '\\'], ""), page.replace(['`', '\\'], ""));
            let same = again
                .chars()
                .zip(page.chars())
                .take_while(|(a, b)| a == b)
                .count();
            let end = |text: &str| {
                text.chars()
                    .skip(same.saturating_sub(30))
                    .take(80)
                    .collect::<String>()
            };
            assert!(
                again == page,
                "{}: {:?} and not {:?}",
                rule.id,
                end(&again),
                end(&page)
            );
        }
    }
}
