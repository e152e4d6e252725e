//! The harness itself, on hand-made diagnostics: it must pass what is right and fail what is wrong.

use super::analyser::{Analyser, broken_promises_to};
use super::compare::compare;
use super::fix::{compare_fix, expect_no_fix};
use super::fix_verification::verify_fix;
use super::fixture::Fixture;
use super::leaves::comments;
use super::repository::TestRepository;
use crate::checker::rule::FixAvailability;
use crate::diagnostic::{Applicability, Diagnostic, FileEdits, Fix, FixKind, Related, Severity};
use crate::text::FilePath;
use crate::text::{TextEdit, TextRange};

/// An analysis that reports, as the rule `old`, every `old` in any file.
struct Fake {
    adjust: fn(&mut Diagnostic),
    availability: FixAvailability,
}

impl Fake {
    /// With `adjust` applied to every diagnostic.
    fn new(adjust: fn(&mut Diagnostic)) -> Self {
        Self {
            adjust,
            availability: FixAvailability::Safe,
        }
    }
}

impl Analyser for Fake {
    fn diagnostics(&self, repository: &TestRepository) -> Result<Vec<Diagnostic>, String> {
        let mut diagnostics = Vec::new();
        for file in &repository.files {
            let text = file.text.as_deref().unwrap_or("");
            for (start, word) in text.match_indices("old") {
                let range = TextRange::new(start, start + word.len());
                let mut diagnostic = Diagnostic {
                    rule: "old",
                    severity: Severity::Error,
                    path: file.path.clone(),
                    range,
                    message: "This is old; make it new.".to_owned(),
                    help: None,
                    related: Vec::new(),
                    advice: None,
                    package: None,
                    fixes: vec![fix("Make it new", &file.path, [TextEdit::replace(range, "new")])],
                };
                (self.adjust)(&mut diagnostic);
                diagnostics.push(diagnostic);
            }
        }
        Ok(diagnostics)
    }

    fn fix_availability(&self, rule: &str) -> Option<FixAvailability> {
        (rule == "old").then_some(self.availability)
    }
}

fn fix(title: &str, path: &FilePath, edits: impl Into<Vec<TextEdit>>) -> Fix {
    Fix {
        title: title.to_owned(),
        applicability: Applicability::Safe,
        kind: FixKind::QuickFix,
        edits: vec![FileEdits {
            path: path.clone(),
            edits: edits.into(),
        }],
    }
}

fn without_fixes(diagnostic: &mut Diagnostic) {
    diagnostic.fixes.clear();
}

#[track_caller]
fn fails(result: Result<(), String>, says: &str) {
    let message = result.expect_err("it should have failed");
    assert!(message.contains(says), "it says\n{message}\nand not {says:?}");
}

const MARKED: &str = "
    #- .npmrc
    é😀=old
    #  ^^^ error💡[old]: This is old; make it new.
    x=old; y=old
    # ^^^ error💡[old]: This is old…
    #        ^^^ error💡[old]
    old=
    ^^^ error💡[old]
    #- package.json
    { \"old\": 1 }
    // ^^^ error💡[old]
";

#[test]
fn what_is_marked_right_passes() {
    assert_eq!(compare(&Fake::new(|_| ()), None, MARKED), Ok(()));
    assert_eq!(compare(&Fake::new(|_| ()), Some("old"), MARKED), Ok(()));
}

#[test]
fn what_is_marked_wrong_fails() {
    for (right, wrong) in [
        ("#  ^^^ error", "# ^^^ error"),
        ("#  ^^^ error", "#  ^^ error"),
        ("#  ^^^ error", "#  ! error"),
        ("#  ^^^ error", "#  ^^^… error"),
        ("#  ^^^ error💡", "#  ^^^ error"),
        ("#  ^^^ error💡", "#  ^^^ error💡?"),
        ("#  ^^^ error", "#  ^^^ warning"),
        ("make it new.", "make it."),
        ("This is old…", "That is…"),
    ] {
        assert!(MARKED.contains(right));
        fails(
            compare(&Fake::new(|_| ()), None, &MARKED.replacen(right, wrong, 1)),
            "should be marked",
        );
    }
    fails(
        compare(&Fake::new(|_| ()), None, "#- .npmrc\na=old\n"),
        "reported, but not expected:\n  .npmrc:1:3 error💡[old]: This",
    );
    fails(
        compare(&Fake::new(|_| ()), None, "#- .npmrc\na=1\n# ^ hint[x]: y\n"),
        "expected, but not reported:\n  .npmrc:1:3 hint[x]: y",
    );
}

#[test]
fn a_failure_shows_the_fixture_as_it_should_be() {
    let unmarked: String = MARKED
        .lines()
        .filter(|line| !line.contains('^'))
        .fold(String::new(), |text, line| text + line + "\n");
    let message = compare(&Fake::new(|_| ()), None, &unmarked).unwrap_err();
    let (_, shown) = message.split_once("should be marked:\n").unwrap();
    assert_eq!(compare(&Fake::new(|_| ()), None, shown), Ok(()), "{shown}");
}

#[test]
fn with_a_rule_only_its_diagnostics_count() {
    let fixture = "#- .npmrc\na=old\n";
    assert_eq!(compare(&Fake::new(|_| ()), Some("other"), fixture), Ok(()));
    fails(compare(&Fake::new(|_| ()), Some("old"), fixture), "not expected");
    fails(
        compare(&Fake::new(|_| ()), Some("other"), MARKED),
        "only `other` counts",
    );
}

#[test]
fn related_places_count_where_they_are_marked() {
    let fake = Fake::new(|diagnostic| {
        without_fixes(diagnostic);
        diagnostic.related.push(Related {
            path: diagnostic.path.clone(),
            range: TextRange::new(0, 1),
            message: "Here it began.".to_owned(),
        });
    });
    let marked = "#- .npmrc\na=old\n^ related[old]: Here it began.\n# ^^^ error[old]\n";
    assert_eq!(compare(&fake, None, marked), Ok(()));
    assert_eq!(
        compare(&fake, None, "#- .npmrc\na=old\n# ^^^ error[old]\n"),
        Ok(())
    );
    fails(
        compare(&fake, None, &marked.replace("began", "ended")),
        "not reported:\n  .npmrc:1:1 related[old]: Here it ended.",
    );
}

#[test]
fn broken_promises_fail_every_check() {
    type Adjust = fn(&mut Diagnostic);
    let cases: [(Adjust, FixAvailability, &str); 10] = [
        (
            |d| d.range = TextRange::new(0, 99),
            FixAvailability::Safe,
            "does not lie in",
        ),
        (
            |d| d.range = TextRange::new(1, 2),
            FixAvailability::Safe,
            "does not lie in",
        ),
        (|d| d.message.push('\n'), FixAvailability::Safe, "not one line"),
        (
            |d| d.rule = "unheard-of",
            FixAvailability::Safe,
            "not in the list",
        ),
        (|_| (), FixAvailability::None, "says that it has none"),
        (|_| (), FixAvailability::Unsafe, "only unsafe"),
        (|d| d.fixes[0].title.clear(), FixAvailability::Safe, "title"),
        (
            |d| d.fixes[0].edits[0].edits[0].range = TextRange::new(0, 99),
            FixAvailability::Safe,
            "cannot be applied",
        ),
        (
            |d| d.fixes[0].edits.extend_from_within(..),
            FixAvailability::Safe,
            "twice",
        ),
        (
            |d| d.fixes[0].edits[0].edits[0].new_text = "old".to_owned(),
            FixAvailability::Safe,
            "changes nothing",
        ),
    ];
    for (adjust, availability, says) in cases {
        let fake = Fake { adjust, availability };
        fails(
            compare(&fake, None, "#- .npmrc\né=old\n# ^^^ error💡[old]\n"),
            says,
        );
        fails(
            compare_fix(&fake, "old", None, "#- .npmrc\né=old\n", "#- .npmrc\né=new\n"),
            says,
        );
    }
}

#[test]
fn the_fix_at_the_cursor_is_applied() {
    let fake = Fake::new(|_| ());
    let (before, after) = ("#- .npmrc\na=old\n", "#- .npmrc\na=new\n");
    assert_eq!(compare_fix(&fake, "old", None, before, after), Ok(()));
    assert_eq!(
        compare_fix(&fake, "old", Some("Make it new"), before, after),
        Ok(())
    );
    let before = "#- .npmrc\na=old\nb=old$0\n#- .nvmrc\nold\n";
    assert_eq!(
        compare_fix(&fake, "old", None, before, "#- .npmrc\na=old\nb=new\n"),
        Ok(())
    );
    fails(
        compare_fix(&fake, "old", None, before, "#- .npmrc\na=new\nb=old\n"),
        "expected was",
    );
    fails(
        compare_fix(&fake, "old", Some("Make it blue"), before, after),
        "no such fix",
    );
    fails(compare_fix(&fake, "other", None, before, after), "no such fix");
    fails(compare_fix(&fake, "old", None, MARKED, after), "no caret lines");
}

#[test]
fn a_fix_must_come_to_an_end() {
    let replaced_by = |text: &'static str, after: &str| {
        let adjust: fn(&mut Diagnostic) = match text {
            "older" => |d| d.fixes[0].edits[0].edits[0].new_text = "older".to_owned(),
            _ => |d| d.fixes[0].edits[0].edits[0].new_text = "new # old".to_owned(),
        };
        compare_fix(&Fake::new(adjust), "old", None, "#- .npmrc\na=old\n", after)
    };
    fails(replaced_by("older", "#- .npmrc\na=older\n"), "does not remove");
    fails(
        replaced_by("new # old", "#- .npmrc\na=new # old\n"),
        "does not remove",
    );
    // Each round replaces one and adds one, with another message.
    let endless = Fake::new(|d| {
        d.message = format!("Old at {}.", d.range.start());
        d.fixes[0].edits[0].edits[0].new_text = "new old".to_owned();
    });
    fails(
        compare_fix(
            &endless,
            "old",
            None,
            "#- .npmrc\na=old\n",
            "#- .npmrc\na=new old\n",
        ),
        "10 rounds",
    );
}

#[test]
fn the_lack_of_a_fix_can_be_expected() {
    let fixture = "#- .npmrc\na=old\n";
    assert_eq!(expect_no_fix(&Fake::new(without_fixes), "old", fixture), Ok(()));
    fails(
        expect_no_fix(&Fake::new(|_| ()), "old", fixture),
        "there is a fix",
    );
    fails(
        expect_no_fix(&Fake::new(without_fixes), "old", "#- .npmrc\na=new\n"),
        "reports nothing",
    );
}

#[test]
fn promises_are_kept_by_what_is_right() {
    let repository = Fixture::parse(MARKED).unwrap().repository;
    let fake = Fake::new(|_| ());
    let diagnostics = fake.diagnostics(&repository).unwrap();
    let broken = broken_promises_to(&fake, &repository, &diagnostics);
    assert!(broken.is_empty(), "{broken:?}");
}

/// Replaces `from` in the file by `to` and verifies that as a fix.
fn verify_replacement(path: &str, text: &str, from: &str, to: &str) -> Result<(), String> {
    let repository = Fixture::parse(&format!("#- {path}\n{text}"))?.repository;
    let start = text.find(from).expect("what is replaced must be there");
    let range = TextRange::new(start, start + from.len());
    let path = FilePath::new(path).expect("a path");
    verify_fix(
        &repository,
        &fix("Replace it", &path, [TextEdit::replace(range, to)]),
    )
    .map(drop)
}

const WORKFLOW: &str = "\
on: push
# Comment of its own.
jobs:
  publish:
    permissions: {}
    steps:
      - uses: actions/setup-node@v4 # pinned
        env:
          TOKEN: x # the token
      - run: |
          # no comment
          npm publish
    environment: 'a # b'
";

#[test]
fn fixes_of_yaml_keep_what_they_do_not_edit() {
    let verify = |from, to| verify_replacement(".github/workflows/release.yml", WORKFLOW, from, to);
    for (from, to) in [
        ("{}", "\n      id-token: write"),
        (
            "    permissions: {}\n",
            "    permissions:\n      id-token: write\n",
        ),
        ("      - run", "      - run: npm ci\n      - run"),
        ("        env:\n          TOKEN: x # the token\n", ""),
        ("publish:\n", "release:\n"),
        ("npm publish", "npm publish --provenance"),
        ("'a # b'", "\"a # b\""),
        ("@v4", "@v5"),
    ] {
        assert_eq!(verify(from, to), Ok(()), "{from:?} -> {to:?}");
    }
    for (from, to, says) in [
        (
            "# Comment of its own.\n",
            "",
            "the comment `# Comment of its own.` is lost",
        ),
        (" # pinned", "", "the comment `# pinned` is lost"),
        ("push\n# Comment", "push # Comment\n#", "lost"),
        ("{}", "{", "syntax"),
        (
            "publish\n    ",
            "publish\n  ",
            "does not edit `.jobs.publish.environment",
        ),
        (
            "          npm publish\n",
            "          npm publish\n  x: |\n",
            "does not edit",
        ),
    ] {
        fails(verify(from, to), says);
    }
}

#[test]
fn fixes_of_json_keep_what_they_do_not_edit() {
    let text = "{\n  \"name\": \"x\",\n  \"repository\": {},\n  \"files\": [\"a\", \"b\"]\n}\n";
    let verify = |from, to| verify_replacement("package.json", text, from, to);
    assert_eq!(verify("{}", "{ \"type\": \"git\" }"), Ok(()));
    assert_eq!(verify("\"x\",", "\"x\",\n  \"private\": false,"), Ok(()));
    assert_eq!(verify("\"a\", ", ""), Ok(()));
    fails(verify("\"x\",", "\"x\""), "syntax");
    fails(verify("[", "[["), "syntax");
    fails(verify("{},\n  ", "{ \"a\": 1,\n  "), "syntax");
    // The brackets are edited, the members within are not: they would be found at another place.
    let nested = "{ \"a\": { \"b\": 1 }, \"c\": 2 }\n";
    let repository = Fixture::parse(&format!("#- package.json\n{nested}"))
        .unwrap()
        .repository;
    let path = FilePath::new("package.json").unwrap();
    let moved = fix(
        "Move it",
        &path,
        [
            TextEdit::delete(TextRange::new(15, 17)),
            TextEdit::insert(27, " }"),
        ],
    );
    fails(verify_fix(&repository, &moved).map(drop), "does not edit `.c: 2`");
}

#[test]
fn fixes_of_lines_keep_what_they_do_not_edit() {
    let npmrc = "; a comment\na=1\n# another\nb=2\n";
    let verify = |from, to| verify_replacement(".npmrc", npmrc, from, to);
    assert_eq!(verify("a=1\n", ""), Ok(()));
    fails(verify("# another\n", ""), "the comment `# another` is lost");
    fails(verify("; a comment\n", ""), "the comment `; a comment` is lost");
    // To a shell, `;` separates commands.
    assert!(comments("scripts/release.sh", "if true\n; then # b\nfi\n").is_empty());
    fails(
        verify_replacement("mise.toml", "[tools]\nnode = \"20\"\n", "\"20\"", "24.x"),
        "syntax",
    );
    assert_eq!(
        verify_replacement("mise.toml", "[tools]\nnode = \"20\"\n", "\"20\"", "\"24\""),
        Ok(())
    );
}

#[test]
fn a_fix_must_fit_the_files() {
    let repository = Fixture::parse("#- .npmrc\na=1\n#- unreadable: .nvmrc\n")
        .unwrap()
        .repository;
    let verify = |path: &str, edits: &[TextEdit]| {
        verify_fix(&repository, &fix("Fix it", &FilePath::new(path).unwrap(), edits)).map(drop)
    };
    let edit = TextEdit::replace(TextRange::new(0, 1), "b");
    assert_eq!(verify(".npmrc", std::slice::from_ref(&edit)), Ok(()));
    fails(
        verify(".nvmrc", std::slice::from_ref(&edit)),
        "not a readable file",
    );
    fails(
        verify("package.json", std::slice::from_ref(&edit)),
        "not a readable file",
    );
    fails(verify(".npmrc", &[]), "empty");
    fails(verify(".npmrc", &[edit.clone(), edit]), "Overlap");
}
