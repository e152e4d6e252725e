use super::*;
use crate::diagnostic::{FixKind, Severity};
use crate::text::TextRange;

const ALL: FixChoice<'_> = FixChoice {
    allow_unsafe: false,
    rules: &[],
    only: &[],
};

/// A rule of the tests: finds each place where `find` is and replaces it.
struct Replace {
    rule: &'static str,
    applicability: Applicability,
    find: &'static str,
    replace: &'static str,
}

const fn safe(rule: &'static str, find: &'static str, replace: &'static str) -> Replace {
    Replace {
        rule,
        applicability: Applicability::Safe,
        find,
        replace,
    }
}

const fn choice(rule: &'static str, find: &'static str, replace: &'static str) -> Replace {
    Replace {
        applicability: Applicability::Unsafe,
        ..safe(rule, find, replace)
    }
}

fn path(path: &str) -> FilePath {
    FilePath::new(path).unwrap()
}

fn findings(workspace: &Workspace, rules: &[Replace]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (path, file) in workspace.files() {
        for rule in rules {
            found.extend(file.text.match_indices(rule.find).map(|(start, part)| {
                let range = TextRange::new(start, start + part.len());
                Diagnostic {
                    rule: rule.rule,
                    severity: Severity::Error,
                    path: path.clone(),
                    range,
                    message: String::new(),
                    help: None,
                    related: Vec::new(),
                    advice: None,
                    package: None,
                    fixes: vec![Fix {
                        title: format!("{} to {}", rule.find, rule.replace),
                        applicability: rule.applicability,
                        kind: FixKind::QuickFix,
                        edits: vec![FileEdits {
                            path: path.clone(),
                            edits: vec![TextEdit::replace(range, rule.replace)],
                        }],
                    }],
                }
            }));
        }
    }
    found
}

/// Fixes `.npmrc` files, which need no parser. Returns the texts afterwards and the rules of the fixes.
fn fixed(
    files: &[(&str, &str)],
    choice: FixChoice<'_>,
    rules: &[Replace],
) -> (Vec<String>, Vec<&'static str>, Fixed) {
    let mut workspace = Workspace::new();
    for (name, text) in files {
        workspace.set_file(path(name), (*text).into());
    }
    let fixed = apply_fixes(&mut workspace, choice, |workspace| findings(workspace, rules));
    let texts = files
        .iter()
        .map(|(name, _)| workspace.file(&path(name)).unwrap().text.to_string())
        .collect();
    let applied = fixed.applied.iter().map(|fix| fix.rule).collect();
    (texts, applied, fixed)
}

#[test]
fn fixes_that_overlap_wait_for_the_next_round() {
    let rules = [
        safe("first", "ab", "xb"),
        safe("second", "bc", "yc"),
        safe("third", "d", "e"),
    ];
    let (texts, applied, outcome) = fixed(&[(".npmrc", "abc d\n"), ("a/.npmrc", "fine\n")], ALL, &rules);
    assert_eq!(texts, ["xyc e\n", "fine\n"]);
    assert_eq!(applied, ["first", "third", "second"]);
    assert!(outcome.unsettled.is_empty());
    let originals: Vec<_> = outcome
        .originals
        .iter()
        .map(|(path, text)| (path.as_str(), &**text))
        .collect();
    assert_eq!(originals, [(".npmrc", "abc d\n")]);
}

#[test]
fn only_wanted_fixes_are_applied() {
    let files = [(".npmrc", "a b"), ("x/.npmrc", "a b")];
    let rules = || [safe("safe", "a", "1"), choice("choice", "b", "2")];
    let texts = |choice: FixChoice<'_>| fixed(&files, choice, &rules()).0;
    let only_x = [path("x")];
    assert_eq!(texts(ALL), ["1 b", "1 b"]);
    assert_eq!(
        texts(FixChoice {
            allow_unsafe: true,
            ..ALL
        }),
        ["1 2", "1 2"]
    );
    assert_eq!(texts(FixChoice { only: &only_x, ..ALL }), ["a b", "1 b"]);
    let only_choice = ["choice".to_owned()];
    assert_eq!(
        texts(FixChoice {
            rules: &only_choice,
            ..ALL
        }),
        ["a b", "a b"]
    );
    assert_eq!(
        texts(FixChoice {
            rules: &only_choice,
            allow_unsafe: true,
            only: &[]
        }),
        ["a 2", "a 2"]
    );
}

#[test]
fn fixes_that_undo_each_other_change_nothing() {
    let rules = [safe("on", "off", "on"), safe("off", "on", "off")];
    let (texts, applied, outcome) = fixed(&[(".npmrc", "off")], ALL, &rules);
    assert_eq!(texts, ["off"]);
    assert!(applied.is_empty() && outcome.originals.is_empty());
    assert_eq!(outcome.unsettled, BTreeSet::from([path(".npmrc")]));
}

#[test]
fn a_file_without_an_end_does_not_stop_the_others() {
    let rules = [
        safe("on", "off", "on"),
        safe("off", "on", "off"),
        safe("one", "a", "b"),
    ];
    let files = [(".npmrc", "off"), ("x/.npmrc", "a"), ("y/.npmrc", "a off")];
    let (texts, applied, outcome) = fixed(&files, ALL, &rules);
    assert_eq!(texts, ["off", "b", "a off"]);
    assert_eq!(applied.len(), 1);
    assert_eq!(
        outcome.unsettled,
        BTreeSet::from([path(".npmrc"), path("y/.npmrc")])
    );
}

#[test]
fn a_file_that_is_not_there_is_left_alone() {
    let mut workspace = Workspace::new();
    workspace.set_file(path(".npmrc"), "a".into());
    let fixed = apply_fixes(&mut workspace, ALL, |workspace| {
        let mut findings = findings(workspace, &[safe("x", "a", "b")]);
        for finding in &mut findings {
            let elsewhere = FileEdits {
                path: path("b/.npmrc"),
                edits: vec![TextEdit::insert(0, "c")],
            };
            finding.fixes[0].edits.push(elsewhere);
        }
        findings
    });
    assert_eq!(&*workspace.file(&path(".npmrc")).unwrap().text, "a");
    assert!(fixed.unsettled.is_empty() && fixed.applied.is_empty());
    assert_eq!(fixed.refused.keys().collect::<Vec<_>>(), [&path("b/.npmrc")]);
}

#[test]
fn a_file_with_broken_syntax_is_left_alone() {
    let workflow = ".github/workflows/a.yml";
    for (name, text, refused) in [
        (workflow, "on: push\nb: [a\n", true),
        (workflow, "on: push\nb: \"a\nc: d\n", true),
        ("package.json", "{\n  \"a\": ,\n}\n", true),
        (workflow, "on: push\nb: a\n", false),
        ("package.json", "{\"a\": 1}\n", false),
    ] {
        let (texts, applied, outcome) = fixed(&[(name, text)], ALL, &[safe("x", "a", "c")]);
        assert_eq!(
            outcome.refused.contains_key(&path(name)),
            refused,
            "{text}: {:?}",
            outcome.refused
        );
        assert_eq!(
            (texts[0] == text, applied.is_empty()),
            (refused, refused),
            "{text}"
        );
    }
}

#[test]
fn a_fix_that_would_break_the_file_is_not_applied() {
    let file = (".github/workflows/a.yml", "on: push\n");
    let (texts, applied, outcome) = fixed(&[file], ALL, &[safe("x", "push", "[push")]);
    assert_eq!((texts, applied), (vec![file.1.to_owned()], vec![]));
    let why = outcome.refused.values().next().unwrap();
    assert!(why.starts_with("the fix would break it."), "{why}");
}
