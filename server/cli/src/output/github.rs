//! Workflow commands, from which GitHub Actions makes annotations on the changed lines.

use trustpub_analysis::rules::docs_url;
use trustpub_analysis::{Diagnostic, Severity};

use crate::report::{Report, RepositoryReport};

use super::printable;
use super::summary::{site_lines, summary_line};

/// The report as workflow commands, and the closing lines for the log.
pub(crate) fn render(report: &Report, fix_command: &str, is_quiet: bool) -> String {
    let mut text = String::new();
    for (repository, diagnostic) in report.diagnostics() {
        text.push_str(&command(repository, diagnostic));
        text.push('\n');
    }
    if is_quiet {
        return text;
    }
    for line in site_lines(report)
        .into_iter()
        .chain([summary_line(report, fix_command)])
    {
        // The bullet keeps a name out of the user's files from being read as a command.
        text.push_str(&format!("* {line}\n"));
    }
    text
}

fn command(repository: &RepositoryReport, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "notice",
    };
    let (start, end) = repository.positions(&diagnostic.path, diagnostic.range);
    let path = repository.checkout_path(&diagnostic.path);
    let mut properties = format!(
        "file={},line={},endLine={}",
        property(&path),
        start.line,
        end.line
    );
    // GitHub refuses columns on a range over several lines.
    if start.line == end.line {
        properties.push_str(&format!(",col={},endColumn={}", start.column, end.column));
    }
    let title = property(diagnostic.rule);
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    if let Some(fix) = diagnostic.fixes.first() {
        message.push_str(&format!("\nfix: {}", fix.title));
    }
    message.push_str(&format!("\ndocs: {}", docs_url(diagnostic.rule)));
    format!("::{level} {properties},title={title}::{}", data(&message))
}

/// A message, in which a line break would end the command.
fn data(text: &str) -> String {
    let lines: Vec<String> = text
        .lines()
        .map(|line| printable(line).replace('%', "%25"))
        .collect();
    lines.join("%0A")
}

/// A property's value, in which a comma or a colon would end it, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use trustpub_analysis::{Applicability, Severity};

    use super::*;
    use crate::output::test_report::{TestRepository, typical};

    #[test]
    fn each_finding_is_a_command() {
        let docs = "%0Adocs: https://github.com/trustpub/trustpub/blob/main/docs/rules";
        let expected = format!(
            "::error file=demo/.github/workflows/release.yml,line=10,endLine=10,col=14,endColumn=25,title=id-token-missing\
             ::Missing `id-token: write`: `npm publish` will fail with ENEEDAUTH%0Ahelp: The job's `permissions` leave it out.\
             %0Afix: Add `id-token: write` to the permissions{docs}/id-token-missing.md\n\
             ::warning file=demo/.github/workflows/release.yml,line=12,endLine=12,col=11,endColumn=52,title=publish-token-env\
             ::This token hides why trusted publishing fails.%0Afix: Remove the token{docs}/publish-token-env.md\n\
             ::notice file=demo/.github/workflows/release.yml,line=9,endLine=9,col=9,endColumn=33,title=registry-url-missing\
             ::Nothing depends on it.{docs}/registry-url-missing.md\n\
             ::notice file=demo/package.json,line=1,endLine=1,col=1,endColumn=2,title=scoped-access\
             ::Nothing to worry about.{docs}/scoped-access.md\n\
             * release.yml › publish: npm fails to publish @acme/widget with ENEEDAUTH, npm 10.9.4 from Node 22\n\
             * 1 error, 1 warning, 1 information, 1 hint in 2 files; 1 can be fixed with `trustpub fix`, 1 more with \
             `--unsafe`\n"
        );
        assert_eq!(
            render(&typical("demo/").report(), "trustpub fix", false),
            expected
        );
    }

    #[test]
    fn what_ends_a_command_is_escaped() {
        let path = "100%, a:b\n::error::x/package.json";
        let report = TestRepository::new("", &[(path, "{\n}")])
            .diagnostic(
                Severity::Error,
                "x",
                (path, "{\n}"),
                "100 %:\r\n::error::no, \u{1b}[1m",
            )
            .fix(Applicability::Safe, "Do\nit", (path, "{"), "")
            .report();
        let text = render(&report, "trustpub fix", false);
        let expected = "::error file=100%25%2C a%3Ab%0A%3A%3Aerror%3A%3Ax/package.json,line=1,endLine=2,title=x\
                        ::100 %25:%0A::error::no, ␛[1m%0Afix: Do%0Ait%0Adocs: https://";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with("* ")), "{text}");
    }
}
