use trustpub_analysis::Applicability;

use super::*;
use crate::output::test_report::{TestRepository, WORKFLOW, typical};

fn options() -> TextOptions {
    TextOptions {
        has_color: false,
        is_quiet: false,
        fix_command: "trustpub fix".to_owned(),
        migrate_command: "trustpub migrate".to_owned(),
    }
}

fn rendered(report: &Report) -> String {
    render(report, &options())
}

#[test]
fn finding_shows_its_place_and_what_it_is_related_to() {
    let expected = "\
error[id-token-missing]: Missing `id-token: write`: `npm publish` will fail with ENEEDAUTH
  --> demo/.github/workflows/release.yml:10:14
   |
 2 | permissions:
   | ------------ this grants no `id-token`
...
10 |       - run: npm publish
   |              ^^^^^^^^^^^
   |
  ::: demo/package.json:2:11
   |
 2 |   \"name\": \"@acme/widget\",
   |           -------------- the package that is published
   |
   = help: The job's `permissions` leave it out.
   = help: Add `id-token: write` to the permissions (`trustpub fix`)
   = docs: https://github.com/trustpub/trustpub/blob/main/docs/rules/id-token-missing.md

warning[publish-token-env]: This token hides why trusted publishing fails.
  --> demo/.github/workflows/release.yml:12:11
   |
12 |           NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
   |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
   |
   = help: Remove the token (`trustpub fix --unsafe`)
   = help: Move to trusted publishing (in an editor)
   = docs: https://github.com/trustpub/trustpub/blob/main/docs/rules/publish-token-env.md

information[registry-url-missing]: Nothing depends on it.
 --> demo/.github/workflows/release.yml:9:9
  |
9 |         with: {node-version: 22}
  |         ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = docs: https://github.com/trustpub/trustpub/blob/main/docs/rules/registry-url-missing.md

hint[scoped-access]: Nothing to worry about.
 --> demo/package.json:1:1
  |
1 | {
  | ^
  |
  = docs: https://github.com/trustpub/trustpub/blob/main/docs/rules/scoped-access.md

release.yml › publish: npm fails to publish @acme/widget with ENEEDAUTH, npm 10.9.4 from Node 22
1 error, 1 warning, 1 information, 1 hint in 2 files; 1 can be fixed with `trustpub fix`, 1 more with `--unsafe`
";
    assert_eq!(rendered(&typical("demo/").report()), expected);
}

#[test]
fn silence_is_explained() {
    let workflow = (WORKFLOW, "on: push\n");
    let manifest = ("package.json", "{}");
    let nothing = |files: &[(&str, &str)]| rendered(&TestRepository::new("", files).report());
    assert_eq!(
        nothing(&[workflow, manifest]),
        "no publish step found in 1 workflow file\nno problems in 2 files\n"
    );
    assert_eq!(
        nothing(&[manifest]),
        "no workflow file found in `.github/workflows`\nno problems in 1 file\n"
    );
    let sound = TestRepository::new("", &[workflow]).site((WORKFLOW, "push"));
    assert_eq!(
        rendered(&sound.report()),
        "release.yml › publish: npm fails to publish @acme/widget with ENEEDAUTH, npm 10.9.4 from Node 22\n\
         no problems in 1 file\n"
    );
}

#[test]
fn several_repositories_are_told_apart() {
    let empty = TestRepository::new(
        "../empty/",
        &[(WORKFLOW, "on: push\n"), (".github/workflows/ci.yml", "")],
    );
    let text = rendered(&typical("").beside(empty));
    let closing: Vec<&str> = text.lines().rev().take(3).collect();
    assert_eq!(
        closing,
        [
            "1 error, 1 warning, 1 information, 1 hint in 4 files of 2 repositories; 1 can be fixed with `trustpub fix`, 1 more with \
         `--unsafe`",
            "../empty: no publish step found in 2 workflow files",
            ".github/workflows/release.yml › publish: npm fails to publish @acme/widget with ENEEDAUTH, npm 10.9.4 from \
         Node 22",
        ]
    );
}

#[test]
fn quiet_means_findings_only() {
    let quiet = TextOptions {
        is_quiet: true,
        ..options()
    };
    assert_eq!(
        render(&TestRepository::new("", &[(WORKFLOW, "")]).report(), &quiet),
        ""
    );
    let text = render(&typical("").report(), &quiet);
    assert!(
        text.contains("hint[scoped-access]") && !text.contains('›') && !text.contains("can be fixed"),
        "{text}"
    );
}

#[test]
fn colours_change_nothing_else() {
    let colored = TextOptions {
        has_color: true,
        ..options()
    };
    let report = typical("demo/").report();
    let colored = render(&report, &colored);
    assert!(colored.contains("\u{1b}["));
    assert_eq!(
        anstream::adapter::strip_str(&colored).to_string(),
        rendered(&report)
    );
}

#[test]
fn what_the_files_hold_cannot_play_tricks() {
    let manifest = "\u{feff}{\t\"name\": \"\u{1b}[31mé😀\u{202e}\"}\r\n";
    let path = "a\u{1b}[2J/package.json";
    let report = TestRepository::new("", &[(path, manifest)])
        .diagnostic(
            Severity::Error,
            "x",
            (path, "é😀"),
            "Bad name `\u{1b}]0;title\u{7}`.\nSecond line.",
        )
        .related((path, "{"), "in this\u{9b}31m\nobject")
        .fix(Applicability::Safe, "Remove \u{1b}[31m", (path, "é"), "")
        .report();
    let expected = "\
error[x]: Bad name `␛]0;title␇`.
          Second line.
 --> a␛[2J/package.json:1:17
  |
1 | {    \"name\": \"␛[31mé😀\u{fffd}\"}
  | -                  ^^^
  | |
  | in this\u{fffd}31m␊object
  |
  = help: Remove ␛[31m (`trustpub fix`)
  = docs: https://github.com/trustpub/trustpub/blob/main/docs/rules/x.md

";
    let text = rendered(&report);
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn long_lines_are_cut_around_their_places() {
    let workflow = format!("a: 1\nb: {}HERE{}\n", "x".repeat(10_000), "y".repeat(10_000));
    let report = TestRepository::new("", &[(WORKFLOW, &workflow)])
        .diagnostic(Severity::Error, "x", (WORKFLOW, "HERE"), "Message.")
        .related((WORKFLOW, "a: 1"), "beside this")
        .report();
    let text = rendered(&report);
    assert!(
        text.contains(":2:10004\n") && text.contains("...xxx") && text.contains("xxxHEREyyy"),
        "{text}"
    );
    assert!(text.contains("\n1 | a: 1\n  | ---- beside this\n"), "{text}");
    let longest = text.lines().map(|line| line.chars().count()).max();
    assert!(longest < Some(160), "{text}");
}

#[test]
fn places_that_are_far_apart_are_shown_apart() {
    let workflow = format!("near: 1\n{}here: 2\nbeside: 3\n", "\n".repeat(FAR + 1));
    let report = TestRepository::new("", &[(WORKFLOW, &workflow)])
        .diagnostic(Severity::Error, "x", (WORKFLOW, "here"), "Message.")
        .related((WORKFLOW, "near"), "far away")
        .related((WORKFLOW, "beside"), "next to it")
        .report();
    let expected = "\
error[x]: Message.
   --> .github/workflows/release.yml:503:1
    |
503 | here: 2
    | ^^^^
504 | beside: 3
    | ------ next to it
    |
   ::: .github/workflows/release.yml:1:1
    |
  1 | near: 1
    | ---- far away
    |
";
    let text = rendered(&report);
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn very_many_places_are_all_shown() {
    let workflow: String = (0..3 * MANY).map(|n| format!("place-{n}: 1\n")).collect();
    let names: Vec<String> = (1..3 * MANY).map(|n| format!("place-{n}:")).collect();
    let mut repository = TestRepository::new("", &[(WORKFLOW, &workflow)]).diagnostic(
        Severity::Error,
        "x",
        (WORKFLOW, "place-0"),
        "Message.",
    );
    for name in &names {
        repository = repository.related((WORKFLOW, name), "one of them");
    }
    let text = rendered(&repository.report());
    assert_eq!(text.matches("one of them").count(), names.len(), "{text}");
    assert_eq!(text.matches(":::").count(), 2, "{text}");
}

#[test]
fn places_that_are_gone_are_left_out() {
    let report = TestRepository::new("", &[(WORKFLOW, "on: push\n")])
        .diagnostic(Severity::Error, "x", (WORKFLOW, "on"), "Message.")
        .report();
    let mut repositories = report.repositories;
    repositories[0].sources.clear();
    let report = Report {
        repositories,
        is_complete: true,
    };
    assert!(
        rendered(&report).starts_with("error[x]: Message.\n--> .github/workflows/release.yml\n = docs: "),
        "{}",
        rendered(&report)
    );
}

#[test]
fn no_text_and_no_range_breaks_the_renderer() {
    let pieces = [
        "a",
        "\t",
        "é",
        "😀",
        "\n",
        "\r",
        "\r\n",
        "\u{feff}",
        "\u{1b}",
        "  ",
        "👩\u{200d}🚀",
        "\u{301}",
    ];
    let mut state = 1_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for _ in 0..3000 {
        let length = random(40);
        let text: String = (0..length)
            .map(|_| pieces[random(pieces.len())].repeat(1 + random(3) * random(70)))
            .collect();
        let mut report = TestRepository::new("", &[(WORKFLOW, &text)])
            .diagnostic(Severity::Error, "x", (WORKFLOW, ""), "Message.")
            .related((WORKFLOW, ""), "one")
            .related((WORKFLOW, ""), "two")
            .report();
        let diagnostic = &mut report.repositories[0].findings[0].diagnostic;
        // Also ranges that split a character or lie after the text.
        let mut range = || TextRange::new(random(text.len() + 2), random(text.len() + 9));
        diagnostic.range = range();
        diagnostic
            .related
            .iter_mut()
            .for_each(|related| related.range = range());
        let shown = rendered(&report);
        let is_harmless = |c: char| c == '\n' || !c.is_control();
        assert!(shown.chars().all(is_harmless), "{text:?}\n{shown:?}");
    }
}
