//! The publish steps with all that decides about them, for people.

use trustpub_analysis::SiteReport;
use trustpub_analysis::document::{Block, Document, Phrase};

use crate::report::{Report, RepositoryReport};

use super::place::line_of;
use super::summary::site_lines;

/// A section for each publish step, or a line that says that there is none.
pub(crate) fn document(report: &Report) -> Document {
    let sections: Vec<Block> = report
        .sites()
        .map(|(repository, site)| section(repository, site))
        .collect();
    Document::new(match sections.is_empty() {
        true => vec![Block::Paragraph(Phrase::lines(site_lines(report)))],
        false => sections,
    })
}

fn section(repository: &RepositoryReport, site: &SiteReport) -> Block {
    let place = line_of(repository, &site.path, site.range);
    let heading = Phrase::from(format!("{} › {}", place.in_words(), site.job));
    let facts = site.facts(|place| Some(line_of(repository, &place.path, place.range)));
    Block::section(heading, vec![Block::Paragraph(site.outcome_phrase()), facts])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::terminal::Terminal;
    use crate::output::test_report::{TestRepository, typical};

    fn printed(report: &Report, has_color: bool) -> String {
        Terminal {
            has_color,
            columns: None,
        }
        .print(&document(report))
    }

    #[test]
    fn a_site_is_a_block_of_its_facts() {
        let report = typical("demo/").report();
        let expected = "\
demo/.github/workflows/release.yml:10 › publish
  ✗ fails: ENEEDAUTH, npm has no token to publish with
  ✗ npm          10.9.4 (with Node 22), too old: trusted publishing needs 11.5.1
                 (demo/.github/workflows/release.yml:10)
    credentials  no token
";
        assert_eq!(printed(&report, false), expected);
        let red = "  \u{1b}[31m✗ fails: ENEEDAUTH, npm has no token to publish with\u{1b}[0m\n";
        assert!(printed(&report, true).contains(red));
    }

    #[test]
    fn no_site_is_said() {
        let text = printed(
            &TestRepository::new("", &[("package.json", "{}")]).report(),
            false,
        );
        assert_eq!(text, "no workflow file found in `.github/workflows`\n");
    }
}
