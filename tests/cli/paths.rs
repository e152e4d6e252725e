//! What a path means, and paths and files that mean trouble.

use crate::support::{TestFolder, run};

const WORKFLOW: &str = "on: push\njobs: {}\n";

#[test]
fn a_path_leads_to_the_repository_around_it() {
    let folder = TestFolder::with(&[
        ("a/.github/workflows/ci.yml", WORKFLOW),
        ("a/packages/one/package.json", "{}"),
        ("a/packages/two/package.json", "{}"),
        ("a/template/.github/workflows/ci.yml", WORKFLOW),
        ("a/template/.github/workflows/more.yml", WORKFLOW),
        ("b/.git/HEAD", "ref: refs/heads/main\n"),
        ("b/package.json", "{}"),
    ]);
    for (here, args, expected) in [
        (
            "a",
            &[][..],
            "no publish step found in 1 workflow file\nno problems in 3 files\n",
        ),
        (
            "a/packages/one",
            &[],
            "no publish step found in 1 workflow file\nno problems in 3 files\n",
        ),
        ("", &["a/packages/one"], "no problems in 1 file\n"),
        ("", &["a/packages"], "no problems in 2 files\n"),
        (
            "",
            &["a/packages/one", "a/packages/two/package.json"],
            "no problems in 2 files\n",
        ),
        (
            "",
            &["a/packages/one", "a"],
            "no publish step found in 1 workflow file\nno problems in 3 files\n",
        ),
        (
            "",
            &["a/.github/workflows/ci.yml"],
            "no publish step found in 1 workflow file\nno problems in 1 file\n",
        ),
        (
            "a/template",
            &[],
            "no publish step found in 2 workflow files\nno problems in 2 files\n",
        ),
        (
            "b",
            &[],
            "no workflow file found in `.github/workflows`\nno problems in 1 file\n",
        ),
        (
            "a/packages",
            &["../template", "one", "../../b"],
            "../template: no publish step found in 2 workflow files\n\
             ../../b: no workflow file found in `.github/workflows`\n\
             no problems in 4 files of 3 repositories\n",
        ),
    ] {
        let run = run(&folder.at(here), &[&["check"], args].concat()).exits_with(0);
        assert_eq!(
            (run.stdout.as_str(), run.stderr.as_str()),
            (expected, ""),
            "in {here:?} with {args:?}"
        );
    }
}

#[test]
fn a_path_that_leads_nowhere_is_explained() {
    let folder = TestFolder::with(&[
        ("loose/package.json", "{}"),
        ("repo/.git/HEAD", ""),
        ("repo/README.md", ""),
    ]);
    for (path, what, what_to_do) in [
        (
            "nowhere",
            "`nowhere` ",
            "Pass the path of a repository, or of a folder or file in one.",
        ),
        (
            "loose",
            "`loose` is not in a repository: neither it nor a folder above it has ",
            "Pass the path of",
        ),
        (
            "loose/package.json",
            "`loose/package.json` is not in a repository: ",
            "Pass the path of",
        ),
        (
            "repo/README.md",
            "`repo/README.md` is not a file that decides how npm packages are published",
            "Pass a workflow",
        ),
        ("a\u{1b}[31m", "`a␛[31m` ", "Pass the path of"),
    ] {
        for command in ["check", "fix"] {
            let run = run(folder.path(), &[command, path]).exits_with(2);
            assert!(
                run.stderr.starts_with(&format!("error: {what}")),
                "{path}: {}",
                run.stderr
            );
            assert!(run.stderr.contains(what_to_do), "{path}: {}", run.stderr);
            assert_eq!(run.stdout, "", "{path}");
        }
    }
}

#[test]
fn an_empty_repository_has_nothing_wrong() {
    let folder = TestFolder::with(&[(".git/HEAD", "ref: refs/heads/main\n")]);
    let run = run(folder.path(), &["check"]).exits_with(0);
    assert_eq!(
        run.stdout,
        "no workflow file found in `.github/workflows`\nno problems in 0 files\n"
    );
    assert_eq!(run.stderr, "");
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_rest_is_done() {
    let folder = TestFolder::with(&[(".github/workflows/ci.yml", WORKFLOW)]);
    folder.write(".github/workflows/broken.yml", b"on: push\nname: \xff\xfe\n");
    for (command, closing) in [
        ("check", "no problems in 1 file\n"),
        ("fix", "no fixes applied; no problems remain\n"),
    ] {
        let run = run(folder.path(), &[command]).exits_with(2);
        assert!(
            run.stderr.starts_with("error: .github/workflows/broken.yml: "),
            "{run:#?}"
        );
        assert!(run.stdout.ends_with(closing), "{run:#?}");
    }
}

#[test]
fn no_kind_of_text_makes_it_fail() {
    let deep = "[".repeat(100_000);
    for text in [
        "",
        "\u{feff}",
        "on: [push\njobs:\n  publish:\n steps: - run: npm publish",
        "a: b: c:\n\t- x\n%",
        "jobs: &a [*a, *a, *b]\n",
        "on: push\r\njobs:\r\n\r\n  \u{1b}[31m🚀: ${{ }}",
        "---\non: push\n---\non: push\n...\n",
        &deep,
    ] {
        let folder = TestFolder::with(&[
            (".github/workflows/ci.yml", text),
            ("package.json", text),
            (".npmrc", text),
            (".nvmrc", text),
        ]);
        for args in [&["check"][..], &["check", "--format", "json"], &["fix", "--diff"]] {
            let run = run(folder.path(), args);
            assert!(matches!(run.code, Some(0 | 1)), "{text:?}: {run:#?}");
            assert!(!run.stdout.contains('\u{1b}'), "{text:?}: {run:#?}");
        }
    }
}
