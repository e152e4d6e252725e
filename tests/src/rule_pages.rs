//! The rules' pages in `docs/rules`: made from the rules' doc comments, and the examples in them.

use trustpub_analysis::rules::{FixAvailability, Rule, rules};
use trustpub_analysis::test_support::Fixture;

use crate::markdown::fences;

/// The headings that every rule's page has, in this order.
pub const HEADINGS: [&str; 5] = ["What it does", "Why it matters", "Example", "Fix", "References"];

/// Where the pages are.
pub const FOLDER: &str = "docs/rules";

/// An example in a rule's page.
#[derive(Clone, Debug)]
pub struct Example {
    /// Whether the rule must report it, or must not.
    pub is_bad: bool,
    /// The repository.
    pub fixture: Fixture,
}

/// Every page: its path and what it must hold.
pub fn pages() -> Vec<(String, String)> {
    let index = (format!("{FOLDER}/README.md"), index(rules()));
    let pages = rules()
        .iter()
        .map(|rule| (format!("{FOLDER}/{}.md", rule.id), page(rule)));
    std::iter::once(index).chain(pages).collect()
}

fn index(rules: &[&Rule]) -> String {
    let mut text = String::from(
        "# Rules\n\n<!-- Written by `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules`. -->\n\n\
         | rule | severity | fix | what is wrong |\n| --- | --- | --- | --- |\n",
    );
    for rule in rules {
        let (id, severity, fix) = (rule.id, rule.severity.name(), fix_name(rule.fix));
        text.push_str(&format!(
            "| [{id}]({id}.md) | {severity} | {fix} | {} |\n",
            rule.summary
        ));
    }
    text
}

fn page(rule: &Rule) -> String {
    let mut text = format!(
        "# {}\n\n<!-- Written from the rule's doc comment by `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules`. -->\n\n\
         {}\n\n*Severity:* {} · *fix:* {}\n\n",
        rule.id,
        rule.summary,
        rule.severity.name(),
        fix_name(rule.fix)
    );
    for line in rule.markdown().trim().lines() {
        // The words after the language are for the tests; a page shows only the language.
        match line
            .trim_start()
            .strip_prefix("```")
            .and_then(|info| info.split_once(','))
        {
            Some((language, _)) => text.push_str(&format!("```{language}")),
            None => text.push_str(line.trim_end()),
        }
        text.push('\n');
    }
    text
}

fn fix_name(fix: FixAvailability) -> &'static str {
    match fix {
        FixAvailability::None => "none",
        FixAvailability::Safe => "safe",
        FixAvailability::Unsafe => "unsafe",
    }
}

/// The examples of a rule: fenced blocks tagged `bad` or `good`. A block without `#- path` is a workflow, or a
/// manifest where its language is `json`.
pub fn examples(rule: &Rule) -> Result<Vec<Example>, String> {
    let markdown = rule.markdown();
    let tagged = fences(&markdown)
        .into_iter()
        .filter(|fence| fence.is("bad") || fence.is("good"));
    let examples = tagged.map(|fence| {
        let header = match fence.language() {
            _ if fence.text.starts_with("#- ") => "",
            "json" => "#- package.json\n",
            _ => "#- .github/workflows/release.yml\n",
        };
        let fixture = Fixture::parse(&format!("{header}{}", fence.text))
            .map_err(|error| format!("the example in line {} of {}: {error}", fence.line, rule.id))?;
        Ok(Example {
            is_bad: fence.is("bad"),
            fixture,
        })
    });
    examples.collect()
}

#[cfg(test)]
mod tests {
    use trustpub_analysis::test_support::sample_rule;

    use super::*;

    const RULE: Rule = sample_rule(&[
        " ## Example",
        "",
        " ```yaml,bad",
        " on: push",
        " ```",
        " ```text,good",
        " #- .npmrc",
        " a=1",
        " #- package.json",
        " {}",
        " ```",
        " ```yaml",
        " untagged: true",
        " ```",
    ]);

    #[test]
    fn a_page_shows_what_the_rule_is_and_its_doc_comment() {
        let page = page(&RULE);
        assert!(page.starts_with("# some-rule\n"));
        assert!(page.contains("Something is wrong.\n\n*Severity:* error · *fix:* safe\n\n## Example\n"));
        assert!(page.contains("\n```yaml\non: push\n```\n```text\n"));
        assert!(
            index(&[&RULE]).contains("| [some-rule](some-rule.md) | error | safe | Something is wrong. |")
        );
    }

    #[test]
    fn examples_are_the_tagged_blocks() {
        let examples = examples(&RULE).unwrap();
        let paths = examples.iter().map(|example| {
            let files = example.fixture.repository.files.iter();
            (
                example.is_bad,
                files.map(|file| file.path.to_string()).collect::<Vec<_>>(),
            )
        });
        assert_eq!(
            paths.collect::<Vec<_>>(),
            [
                (true, vec![".github/workflows/release.yml".to_owned()]),
                (false, vec![".npmrc".to_owned(), "package.json".to_owned()]),
            ]
        );
    }

    #[test]
    fn an_example_that_cannot_be_read_is_an_error() {
        let docs: &[&str] = &[" ```text,bad", " #- README.md", " ```"];
        assert!(
            examples(&sample_rule(docs))
                .unwrap_err()
                .contains("line 1 of some-rule")
        );
    }
}
