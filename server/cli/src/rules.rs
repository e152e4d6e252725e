//! `trustpub rules`

use std::fmt::Write;

use annotate_snippets::renderer::Style;
use serde::Serialize;
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
            RulesFormat::Text => format!("{}\n{}\n", table(rules()), date_line()),
            RulesFormat::Json => to_json(&rules().iter().map(|rule| JsonRule::new(rule)).collect::<Vec<_>>()),
            RulesFormat::Markdown => markdown_table(rules()),
        },
        Some(id) => {
            let Some(rule) = rule(id) else {
                console.error(unknown_rule(id));
                return Ok(Exit::Failure);
            };
            match args.format {
                RulesFormat::Text => page(rule, console.has_color()),
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

fn table(rules: &[&Rule]) -> String {
    let width = rules
        .iter()
        .map(|rule| rule.id.len())
        .max()
        .unwrap_or(0)
        .max("rule".len());
    let mut text = format!(
        "{:width$}  {:11}  {:6}  what is wrong\n",
        "rule", "severity", "fix"
    );
    for rule in rules {
        let (severity, fix) = (rule.severity.name(), fix_name(rule.fix));
        let _ = writeln!(
            text,
            "{:width$}  {severity:11}  {fix:6}  {}",
            rule.id, rule.summary
        );
    }
    text
}

fn markdown_table(rules: &[&Rule]) -> String {
    let mut text = "| rule | severity | fix | what is wrong |\n| --- | --- | --- | --- |\n".to_owned();
    for rule in rules {
        let (severity, fix, url) = (rule.severity.name(), fix_name(rule.fix), docs_url(rule.id));
        let _ = writeln!(
            text,
            "| [{}]({url}) | {severity} | {fix} | {} |",
            rule.id, rule.summary
        );
    }
    text
}

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

/// The page for a terminal.
fn page(rule: &Rule, has_color: bool) -> String {
    let bold = if has_color {
        Style::new().bold()
    } else {
        Style::new()
    };
    let (severity, fix) = (rule.severity.name(), fix_name(rule.fix));
    let (id, summary, url) = (rule.id, rule.summary, docs_url(rule.id));
    let text = plain_text(&rule_markdown(rule), bold);
    format!("{bold}{id}{bold:#}\n{summary}\n\nseverity: {severity}, fix: {fix}\n\n{text}\n{url}\n")
}

/// Markdown as it reads well on a terminal: headings stand out, code is indented.
fn plain_text(markdown: &str, heading: Style) -> String {
    let mut text = String::new();
    let mut is_code = false;
    for line in markdown.trim().lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if is_code && !line.is_empty() {
            let _ = writeln!(text, "    {line}");
        } else if !is_code && line.starts_with('#') {
            let _ = writeln!(
                text,
                "{heading}{}{heading:#}",
                line.trim_start_matches('#').trim()
            );
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
    text
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

    #[test]
    fn table_is_aligned() {
        let table = table(rules());
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
        let page = page(rule, false);
        let head = format!(
            "id-token-missing\n{}\n\nseverity: error, fix: safe\n\n",
            rule.summary
        );
        assert!(page.starts_with(&head), "{page}");
        assert!(page.ends_with("/docs/rules/id-token-missing.md\n"), "{page}");
    }

    #[test]
    fn markdown_reads_well_on_a_terminal() {
        let markdown = "## Example\n\n```yaml,bad\n# comment\non: push\n\njobs:\n```\nText.\n";
        let expected = "Example\n\n    # comment\n    on: push\n\n    jobs:\nText.\n";
        assert_eq!(plain_text(markdown, Style::new()), expected);
        let bold = plain_text(markdown, Style::new().bold());
        assert!(bold.starts_with("\u{1b}[1mExample\u{1b}[0m\n"), "{bold:?}");
    }
}
