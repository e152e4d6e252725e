//! `docs/SUMMARY.md`, the contents of the documentation site, lists every page and every rule.
//!
//! `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes it.

use trustpub_analysis::rules::rules;
use trustpub_tests::project::{assert_generated, files_below};

const PAGE: &str = "docs/SUMMARY.md";

/// All texts for their reviewers, the skill, whose front matter mdBook would show, and the contents themselves.
const NOT_ON_THE_SITE: [&str; 3] = ["docs/messages.md", "docs/skills/trustpub/SKILL.md", PAGE];

const CONTENTS: &str = "\
# Summary

[trustpub](README.md)

# Guides

- [Quick start](quick-start.md)
- [Migrate from NPM_TOKEN in five minutes](migrate-from-npm-token.md)
- [My publish fails with 404](publish-fails-with-404.md)
- [Monorepos](monorepos.md)
- [Reusable workflows](reusable-workflows.md)
- [Staged publishing](staged-publishing.md)
- [Publishing tools compared](publishing-tools.md)
- [In CI](ci.md)
- [For coding agents](agents.md)

# Reference

- [Configuration](configuration.md)
- [The JSON output](json.md)
- [trustpub migrate](migrate.md)
- [trustpub verify](verify.md)
- [Causes of a failed publish](causes.md)
- [Performance](performance.md)
- [Security](SECURITY.md)
- [Releasing](releasing.md)
- [Rules](rules/README.md)
";

#[test]
fn the_contents_are_up_to_date() {
    let mut text = String::from(CONTENTS);
    for rule in rules() {
        text.push_str(&format!("  - [{id}](rules/{id}.md)\n", id = rule.id));
    }
    assert_generated(PAGE, &text);
}

#[test]
fn every_page_is_in_the_contents() {
    let listed: Vec<&str> = CONTENTS
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .collect();
    let pages = files_below("docs").into_iter().map(|file| file.path);
    let missing: Vec<String> = pages
        .filter(|path| path.ends_with(".md") && !NOT_ON_THE_SITE.contains(&path.as_str()))
        .filter(|path| {
            let path = path.trim_start_matches("docs/");
            !listed.contains(&path) && !path.starts_with("rules/")
        })
        .collect();
    assert!(missing.is_empty(), "list them in {PAGE}: {missing:?}");
}
