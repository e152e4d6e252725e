//! Findings as a page: the summary of a job on GitHub, or a comment of a pull request.

use trustpub_analysis::Diagnostic;
use trustpub_analysis::document::{Block, Document, Item, Mark, Phrase, Tone};
use trustpub_analysis::rules::docs_url;

use crate::report::{Report, RepositoryReport};

use super::place::place_of;
use super::summary::{site_lines, summary_line};
use super::text::how_to_apply;

/// GitHub shows at most 1 MiB in the summary of a step, and a finding has about 1 kB. Source:
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>
const MOST: usize = 500;

/// The report as a page. Without findings, a quiet one is empty.
pub(crate) fn document(report: &Report, fix_command: &str, is_quiet: bool) -> Document {
    let total = report.counts().total();
    if is_quiet && total == 0 {
        return Document::default();
    }
    let mut blocks = Vec::new();
    if !is_quiet {
        blocks.push(Block::paragraph(summary_line(report, fix_command)));
    }
    let findings = report.diagnostics().take(MOST);
    let items: Vec<Item> = findings
        .map(|(repository, diagnostic)| item(repository, diagnostic))
        .collect();
    if !items.is_empty() {
        blocks.push(Block::List(items));
    }
    if total > MOST {
        blocks.push(Block::paragraph(format!(
            "{} more findings are left out here. `trustpub check` prints all of them.",
            total - MOST
        )));
    }
    if !is_quiet {
        let mut lines = site_lines(report);
        let more = lines.len().saturating_sub(MOST);
        lines.truncate(MOST);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        blocks.push(Block::section("Publish steps", vec![Block::list(lines)]));
    }
    Document::titled("trustpub", blocks)
}

fn item(repository: &RepositoryReport, diagnostic: &Diagnostic) -> Item {
    let place = place_of(repository, &diagnostic.path, diagnostic.range);
    let text = Phrase::default()
        .toned(Tone::Strong, diagnostic.severity.name())
        .text(" ")
        .code(place.in_words())
        .text(": ")
        .text(diagnostic.message.as_str())
        .text(" (")
        .link(diagnostic.rule, docs_url(diagnostic.rule))
        .text(")");
    let help = diagnostic.help.iter().map(|help| Phrase::from(help.as_str()));
    let fixes = diagnostic.ways_to_fix().into_iter().map(|(fix, by)| {
        let how = how_to_apply(by);
        Phrase::from(format!("Fix: {} ({how})", fix.title))
    });
    let more: Vec<Phrase> = help.chain(fixes).collect();
    let mut item = Item::new(Mark::Dash, text);
    if !more.is_empty() {
        item.blocks.push(Block::list(more));
    }
    item
}

#[cfg(test)]
mod tests {
    use trustpub_analysis::Severity;
    use trustpub_analysis::document::markdown;

    use super::*;
    use crate::output::test_report::{TestRepository, typical};

    #[test]
    fn a_page_has_each_finding_and_each_publish_step() {
        let page = markdown(&document(&typical("").report(), "trustpub fix", false));
        for part in [
            "# trustpub\n",
            "1 error, 1 warning, 1 information, 1 hint in 2 files; 1 can be fixed with `trustpub fix`, 1 more with `--unsafe`",
            "- **error** `.github/workflows/release.yml:10:14`: Missing `id-token: write`: `npm publish` will fail with ENEEDAUTH",
            "[id-token-missing](https://github.com/trustpub/trustpub/blob/main/docs/rules/id-token-missing.md)",
            "Fix: Remove the token (`trustpub fix --unsafe`)",
            "## Publish steps\n",
        ] {
            assert!(page.contains(part), "{part}\n---\n{page}");
        }
    }

    #[test]
    fn quiet_without_findings_is_empty() {
        let report = TestRepository::new("", &[("package.json", "{}")]).report();
        assert_eq!(markdown(&document(&report, "trustpub fix", true)).trim(), "");
        let page = markdown(&document(&report, "trustpub fix", false));
        assert!(page.contains("no problems in 1 file"), "{page}");
    }

    #[test]
    fn text_of_a_repository_is_not_markup() {
        let path = "a`<b>/@joe/package.json";
        let report = TestRepository::new("", &[(path, "{}")])
            .diagnostic(
                Severity::Error,
                "x",
                (path, "{}"),
                "<img src=x> [y](https://evil.example) @everyone",
            )
            .report();
        let page = markdown(&document(&report, "trustpub fix", true));
        assert!(!page.contains("<img"), "{page}");
        // As code they are neither a link nor a mention.
        assert!(page.contains("`[y](https://evil.example`) `@everyone`"), "{page}");
    }
}
