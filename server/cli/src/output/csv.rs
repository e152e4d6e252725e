//! Comma-separated values, a finding on each line, for spreadsheets and databases. Source: RFC 4180.

use trustpub_analysis::rules::docs_url;

use crate::report::Report;

use super::printable;

/// The findings of all repositories.
pub(crate) fn render(report: &Report) -> String {
    let rows = report.findings().map(|(repository, finding)| {
        let diagnostic = &finding.diagnostic;
        let position = repository.position(&diagnostic.path, diagnostic.range.start());
        [
            path_cell(repository.shown_root()),
            path_cell(diagnostic.path.as_str()),
            position.line.to_string(),
            position.column.to_string(),
            diagnostic.severity.name().to_owned(),
            diagnostic.rule.to_owned(),
            text_cell(&diagnostic.message),
            finding.fingerprint.clone(),
            docs_url(diagnostic.rule),
        ]
    });
    let head = [
        "repository",
        "path",
        "line",
        "column",
        "severity",
        "rule",
        "message",
        "fingerprint",
        "url",
    ];
    csv(head, rows)
}

/// A table with its head.
pub(super) fn csv<const N: usize>(head: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let mut text = line(&head.map(str::to_owned));
    for row in rows {
        text.push_str(&line(&row));
    }
    text
}

fn line(cells: &[String]) -> String {
    let cells = cells.iter().map(|cell| {
        let cell = printable(cell);
        // Where a comma is the decimal point, a spreadsheet splits lines at semicolons.
        match cell.contains(['"', ',', ';', '\n', '\r']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.into_owned(),
        }
    });
    cells.collect::<Vec<_>>().join(",") + "\n"
}

/// What a spreadsheet would calculate, also in the wide forms of East Asian keyboards. Source:
/// <https://owasp.org/www-community/attacks/CSV_Injection>
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A path that no spreadsheet takes for a formula, and that leads to the same file.
fn path_cell(path: &str) -> String {
    match is_formula(path) {
        true => format!("./{path}"),
        false => path.to_owned(),
    }
}

fn text_cell(text: &str) -> String {
    match is_formula(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use trustpub_analysis::Severity;

    use super::*;
    use crate::output::test_report::TestRepository;

    #[test]
    fn a_cell_is_neither_two_nor_a_formula() {
        let path = "=cmd|' /C calc'!A0/package.json";
        let report = TestRepository::new("@acme/", &[(path, "{}")])
            .diagnostic(Severity::Error, "x", (path, "{"), "+1, \"two\"\nthree")
            .report();
        let text = render(&report);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert_eq!(line(&["a;=1+1".to_owned()]), "\"a;=1+1\"\n");
        for text in ["=1", "+1", "-1", "@a", "\t=1", "\n=1", "＝1"] {
            assert!(
                path_cell(text).starts_with("./") && text_cell(text).starts_with('\''),
                "{text:?}"
            );
        }
        assert!(
            lines[1].starts_with("./@acme,./=cmd|' /C calc'!A0/package.json,1,1,error,x,\"'+1, \"\"two\"\""),
            "{text}"
        );
    }
}
