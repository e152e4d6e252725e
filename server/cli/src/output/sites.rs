//! The publish sites with all that decides about them, for people.

use std::fmt::Write;

use anstream::adapter::strip_str;
use trustpub_analysis::{Evidence, Outcome, PublishSite, Verdict};

use crate::report::{Report, RepositoryReport};

use super::printable;
use super::summary::site_lines;
use super::wrapped::wrapped;

/// Wider lines are broken between words, and before the place.
const WIDTH: usize = 100;
/// The column in which values start.
const VALUE_COLUMN: usize = 17;

const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const DIM: &str = "\u{1b}[2m";
const RESET: &str = "\u{1b}[0m";

/// A block for each publish site, or a line that says that there is none.
pub(crate) fn render(report: &Report, has_color: bool) -> String {
    let blocks: Vec<String> = report
        .sites()
        .map(|(repository, site)| block(repository, site))
        .collect();
    let text = if blocks.is_empty() {
        site_lines(report)
            .iter()
            .map(|line| format!("{line}\n"))
            .collect()
    } else {
        blocks.join("\n")
    };
    if has_color {
        text
    } else {
        strip_str(&text).to_string()
    }
}

fn block(repository: &RepositoryReport, site: &PublishSite) -> String {
    let line = repository.position(&site.path, site.range.start()).line;
    let place = format!("{}:{line}", printable(&repository.shown_path(&site.path)));
    let (sign, color) = match site.outcome {
        Outcome::Oidc => ("✓", GREEN),
        Outcome::Fails | Outcome::NotReached => ("✗", RED),
        Outcome::OidcOrToken | Outcome::Token => ("•", YELLOW),
        Outcome::Unknown => ("?", DIM),
    };
    let outcome = site.outcome_text();
    let outcome = printable(&outcome);
    let mut text = format!(
        "{BOLD}{place} › {}{RESET}\n  {color}{sign} {outcome}{RESET}\n",
        printable(&site.job)
    );
    for evidence in &site.evidence {
        evidence_line(repository, evidence, &mut text);
    }
    text
}

fn evidence_line(repository: &RepositoryReport, evidence: &Evidence, text: &mut String) {
    let (sign, color) = match evidence.verdict {
        Verdict::Good => ("✓", GREEN),
        Verdict::Bad => ("✗", RED),
        Verdict::Unknown => ("?", YELLOW),
        Verdict::Neutral => (" ", ""),
    };
    let label = evidence.fact.label();
    let value = printable(&evidence.value);
    let place = evidence.place.as_ref().map(|place| {
        let line = repository.position(&place.path, place.range.start()).line;
        format!("{}:{line}", printable(&repository.shown_path(&place.path)))
    });
    let label_width = VALUE_COLUMN - 4;
    let mut lines = wrapped(&value, WIDTH - VALUE_COLUMN);
    if let Some(place) = place {
        let place_width = place.chars().count();
        match lines.last_mut() {
            Some(last) if VALUE_COLUMN + last.chars().count() + 2 + place_width <= WIDTH => {
                last.push_str(&format!("  {DIM}{place}{RESET}"));
            }
            _ => lines.push(format!("{DIM}{place}{RESET}")),
        }
    }
    let lines = lines.join(&format!("\n{:VALUE_COLUMN$}", ""));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  {color}{sign}{RESET} {label:label_width$}{lines}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::test_report::{TestRepository, typical};

    #[test]
    fn a_site_is_a_block_of_its_facts() {
        let text = render(&typical("demo/").report(), false);
        let expected = "demo/.github/workflows/release.yml:10 › publish\n  ✗ fails: ENEEDAUTH, npm has nothing to log in with\n  ✗ \
                        npm          10.9.4 (with Node 22), too old: trusted publishing needs 11.5.1\n                 \
                        demo/.github/workflows/release.yml:10\n    credentials  no token\n";
        assert_eq!(text, expected);
        assert!(render(&typical("demo/").report(), true).contains(RED));
    }

    #[test]
    fn no_site_is_said() {
        let text = render(
            &TestRepository::new("", &[("package.json", "{}")]).report(),
            false,
        );
        assert_eq!(text, "no workflow file found in `.github/workflows`\n");
    }
}
