//! The list of rules and the files of the rules agree.

use std::collections::BTreeSet;

use trustpub_analysis::rules::{rule, rules};
use trustpub_tests::project::files_below;

const FOLDER: &str = "server/analysis/src/rules";

/// Files next to the rules that are not rules.
const NO_RULES: [&str; 2] = ["mod", "support"];

#[test]
fn every_file_is_a_rule_and_every_rule_has_its_file() {
    let files = files_below(FOLDER).into_iter().filter_map(|file| {
        // A rule is a file, or a folder where its tests are next to it.
        let below = file.path.strip_prefix(FOLDER)?.strip_prefix('/')?;
        let stem = below.split_once('/').map_or(below, |(folder, _)| folder);
        Some(stem.strip_suffix(".rs").unwrap_or(stem).replace('_', "-"))
    });
    let files: BTreeSet<String> = files.filter(|stem| !NO_RULES.contains(&stem.as_str())).collect();
    let listed: BTreeSet<String> = rules().iter().map(|rule| rule.id.replace('.', "-")).collect();
    assert_eq!(
        files, listed,
        "left the files in {FOLDER}, right the list of rules there; what is no rule belongs into NO_RULES here"
    );
}

#[test]
fn ids_are_kebab_case_sorted_and_found() {
    for id in rules().iter().map(|rule| rule.id) {
        // A version in an id keeps its dots.
        let is_kebab = id.split(['-', '.']).all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        });
        assert!(is_kebab, "{id} is not in kebab case");
        assert_eq!(rule(id).map(|rule| rule.id), Some(id));
    }
    assert!(
        rules().is_sorted_by(|a, b| a.id < b.id),
        "the list of rules is not sorted by id, or has one twice"
    );
    println!("{} rules looked at", rules().len());
}

#[test]
fn summaries_are_one_sentence() {
    for rule in rules() {
        let is_sentence = rule.summary.ends_with('.') && !rule.summary.contains(['\n', '|']);
        assert!(
            is_sentence,
            "{}: {:?} is not one line that ends in a full stop",
            rule.id, rule.summary
        );
    }
}
