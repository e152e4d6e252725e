//! What a rule's doc comment shows must be true.

use trustpub_analysis::rules::{FixAvailability, Rule, rules};
use trustpub_analysis::test_support::{broken_promises, contradictions, run_of_fix};
use trustpub_analysis::{Applicability, Diagnostic, RepositorySlug};
use trustpub_tests::disk::read_repository;
use trustpub_tests::markdown::headings;
use trustpub_tests::project::repository_root;
use trustpub_tests::rule_pages::{HEADINGS, examples};

#[test]
fn every_page_has_the_same_headings() {
    for rule in rules() {
        assert_eq!(headings(&rule.markdown()), HEADINGS, "headings of {}", rule.id);
    }
    println!("{} rules looked at", rules().len());
}

#[test]
fn every_example_is_true() {
    let wrong: Vec<String> = rules().iter().flat_map(|rule| wrong_examples(rule)).collect();
    println!("{} rules looked at", rules().len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_demo_does_not_contradict_itself() {
    let slug = RepositorySlug::parse("acme/widget");
    let demo = read_repository(&repository_root().join("tests/fixtures/demo"), slug);
    assert_eq!(contradictions(&demo.workspace()), [""; 0]);
}

fn wrong_examples(rule: &Rule) -> Vec<String> {
    let examples = match examples(rule) {
        Ok(examples) => examples,
        Err(error) => return vec![error],
    };
    let mut wrong = Vec::new();
    let mut applicabilities = Vec::new();
    for (number, example) in examples.iter().enumerate() {
        let name = format!(
            "{}, {} example {}",
            rule.id,
            if example.is_bad { "bad" } else { "good" },
            number + 1
        );
        let repository = &example.fixture.repository;
        let diagnostics: Vec<Diagnostic> = repository.workspace().all_diagnostics().cloned().collect();
        wrong.extend(
            broken_promises(repository, &diagnostics)
                .into_iter()
                .map(|promise| format!("{name}: {promise}")),
        );
        let of_run = [false, true]
            .into_iter()
            .flat_map(|allow_unsafe| run_of_fix(repository, allow_unsafe));
        wrong.extend(of_run.map(|promise| format!("{name}: {promise}")));
        let (own, others): (Vec<_>, Vec<_>) = diagnostics
            .iter()
            .partition(|diagnostic| diagnostic.rule == rule.id);
        if example.is_bad == own.is_empty() {
            wrong.push(format!("{name}: the rule reports {} diagnostics", own.len()));
        }
        if example.is_bad
            && let Some(other) = others.iter().find(|other| other.advice.is_none())
        {
            wrong.push(format!("{name}: {} reports `{}` too", other.rule, other.message));
        }
        applicabilities.extend(
            own.iter()
                .flat_map(|diagnostic| &diagnostic.fixes)
                .map(|fix| fix.applicability),
        );
    }
    for is_bad in [true, false] {
        if !examples.iter().any(|example| example.is_bad == is_bad) {
            let tag = if is_bad { "bad" } else { "good" };
            wrong.push(format!("{}: no example is tagged `{tag}`", rule.id));
        }
    }
    // That no fix is better than the rule says is one of the promises; here, that it is as good.
    let promised = match rule.fix {
        FixAvailability::None => None,
        FixAvailability::Safe => Some(Applicability::Safe),
        FixAvailability::Unsafe => Some(Applicability::Unsafe),
    };
    if promised.is_some_and(|promised| !applicabilities.contains(&promised)) {
        wrong.push(format!(
            "{}: no bad example gets the fix that the rule says it has",
            rule.id
        ));
    }
    wrong
}
