use trustpub_analysis::Diagnostic;
use trustpub_analysis::explain::{Cause, Explanation};
use trustpub_analysis::rules::docs_url;

use super::{headline, repository};
use crate::output::printable;
use crate::output::sarif::uri;
use crate::report::Report;

/// The explanation as a Markdown document, with links to lines of the repository.
pub(crate) fn render(explanation: &Explanation, report: &Report) -> String {
    let title = if explanation.has_failure {
        "Why the publish failed"
    } else {
        "No failed publish"
    };
    let mut text = format!("# {title}\n\n{}\n", escaped(&headline(explanation)));
    let is_ranked = explanation.causes.len() > 1;
    for (number, cause) in explanation.causes.iter().enumerate() {
        let number = if is_ranked {
            format!("{}. ", number + 1)
        } else {
            String::new()
        };
        cause_text(&number, cause, report, &mut text);
    }
    list(
        "To tell these causes apart",
        explanation.would_decide.iter().map(|item| escaped(item)),
        &mut text,
    );
    if !explanation.causes.is_empty() {
        let next = explanation.next.iter().map(|item| escaped(item));
        let further = explanation.further.iter().map(|found| item(found, report));
        list("What may come next", next.chain(further), &mut text);
    }
    if !explanation.evidence.is_empty() {
        text.push_str("\n## What the log shows\n\n| Line | Text | Meaning |\n| --- | --- | --- |\n");
        for evidence in &explanation.evidence {
            let line = format!(
                "| {} | {} | {} |\n",
                evidence.line,
                in_cell(&code(evidence.text.trim())),
                in_cell(&escaped(&evidence.meaning))
            );
            text.push_str(&line);
        }
    }
    text
}

fn cause_text(number: &str, cause: &Cause, report: &Report, text: &mut String) {
    let detail = cause
        .detail
        .as_deref()
        .map(|detail| format!(" {}", escaped(detail)));
    text.push_str(&format!(
        "\n## {number}{} ({})\n\n{}{}\n\n**Fix:** {}\n",
        cause.id.text().title,
        cause.confidence.name(),
        cause.id.text().why,
        detail.unwrap_or_default(),
        cause.id.text().fix
    ));
    if !cause.diagnostics.is_empty() {
        text.push('\n');
    }
    for found in &cause.diagnostics {
        text.push_str(&format!("- {}\n", item(found, report)));
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
        text.push_str(&format!("\n## {title}\n\n{items}"));
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

/// Markdown for a cell of a table. A backslash in front of a bar would take the one that keeps the bar in the cell.
fn in_cell(text: &str) -> String {
    text.replace("\\|", "\\ |").replace('|', "\\|")
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
    fn a_bar_stays_in_its_cell() {
        assert_eq!(in_cell("a|b"), "a\\|b");
        assert_eq!(in_cell("a\\|[b](c)"), "a\\ \\|[b](c)");
        assert_eq!(in_cell("a\\\\|b"), "a\\\\ \\|b");
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
