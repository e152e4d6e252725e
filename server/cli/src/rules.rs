//! `trustpub rules`

use std::fmt::Write;

use annotate_snippets::renderer::Style;
use serde::Serialize;
use similar::TextDiff;
use trustpub_analysis::rules::{FixAvailability, Rule, docs_url, rule, rules};

use crate::args::{RulesArgs, RulesFormat};
use crate::console::{Console, OutputError};
use crate::exit::Exit;
use crate::output::{printable, to_json};

pub(crate) fn run(console: Console, args: &RulesArgs) -> Result<Exit, OutputError> {
    let output = match &args.id {
        None => match args.format {
            RulesFormat::Text => table(rules()),
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
    console.write(&output)?;
    Ok(Exit::Clean)
}

/// What, why and what to do about an id that is none.
pub(crate) fn unknown_rule(id: &str) -> String {
    let known = rules().iter().map(|rule| rule.id);
    let hint = match nearest(id, known) {
        Some(nearest) => format!("Did you mean `{nearest}`?"),
        None => "`trustpub rules` lists the rules.".to_owned(),
    };
    format!("there is no rule `{}`. {hint}", printable(id))
}

/// The most similar of some words, if it is similar enough for a slip of the finger.
fn nearest<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    const SIMILAR: f32 = 0.7;
    words
        .map(|known| (TextDiff::from_chars(word, known).ratio(), known))
        .filter(|(ratio, _)| *ratio >= SIMILAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known)
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
    let markdown = rule.markdown();
    format!(
        "# {}\n\n{}\n\n*Severity:* {severity} · *fix:* {fix}\n\n{}\n",
        rule.id,
        rule.summary,
        markdown.trim()
    )
}

/// The page for a terminal: headings stand out, code is indented.
fn page(rule: &Rule, has_color: bool) -> String {
    let bold = if has_color {
        Style::new().bold()
    } else {
        Style::new()
    };
    let (severity, fix) = (rule.severity.name(), fix_name(rule.fix));
    let mut text = format!(
        "{bold}{}{bold:#}\n{}\n\nseverity: {severity}, fix: {fix}\n\n",
        rule.id, rule.summary
    );
    let mut is_code = false;
    for line in rule.markdown().trim().lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if is_code && line.is_empty() {
            text.push('\n');
        } else if is_code {
            let _ = writeln!(text, "    {line}");
        } else if line.starts_with('#') {
            let _ = writeln!(text, "{bold}{}{bold:#}", line.trim_start_matches('#').trim());
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
    let _ = writeln!(text, "\n{}", docs_url(rule.id));
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
            documentation: rule.markdown(),
        }
    }
}

#[cfg(test)]
mod tests {
    use trustpub_analysis::Severity;

    use super::*;

    const MISSING: Rule = Rule {
        id: "id-token-missing",
        summary: "The job cannot get an id token.",
        severity: Severity::Error,
        fix: FixAvailability::Safe,
        docs: &[
            " ## Example",
            "",
            " ```yaml,bad",
            " on: push",
            "",
            " jobs:",
            " ```",
            " Text.",
        ],
    };
    const ALWAYS_AUTH: Rule = Rule {
        id: "always-auth",
        summary: "`always-auth` does nothing.",
        severity: Severity::Information,
        fix: FixAvailability::None,
        docs: &[],
    };

    #[test]
    fn table_is_aligned() {
        let expected = "\
rule              severity     fix     what is wrong
id-token-missing  error        safe    The job cannot get an id token.
always-auth       information  none    `always-auth` does nothing.
";
        assert_eq!(table(&[&MISSING, &ALWAYS_AUTH]), expected);
    }

    #[test]
    fn page_reads_well_on_a_terminal() {
        let expected = "\
id-token-missing
The job cannot get an id token.

severity: error, fix: safe

Example

    on: push

    jobs:
Text.

https://github.com/trustpub/trustpub/blob/main/docs/rules/id-token-missing.md
";
        assert_eq!(page(&MISSING, false), expected);
        assert!(page(&MISSING, true).contains("\u{1b}[1mExample\u{1b}[0m\n"));
    }

    #[test]
    fn slips_of_the_finger_are_understood() {
        let near = |word| nearest(word, [MISSING.id, ALWAYS_AUTH.id].into_iter());
        assert_eq!(near("id-token-mising"), Some("id-token-missing"));
        assert_eq!(near("always_auth"), Some("always-auth"));
        assert_eq!(near("provenance"), None);
    }
}
