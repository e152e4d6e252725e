//! Where a report goes, and its shorter forms.

#[cfg(target_os = "linux")]
use std::fs::File;

#[cfg(target_os = "linux")]
use crate::support::trustpub;
use crate::support::{TestFolder, copy_demo, demo, run};

#[test]
fn a_report_is_written_to_a_file() {
    let folder = demo();
    for format in ["text", "json", "jsonl", "sarif", "github", "markdown", "csv"] {
        let printed = run(folder.path(), &["check", "--format", format]).exits_with(1);
        let args = ["check", "--format", format, "--output-file", "report"];
        let written = run(folder.path(), &args).exits_with(1);
        assert_eq!(written.stdout, "", "{format}");
        let text = std::fs::read_to_string(folder.at("report")).expect("it was written");
        assert_eq!(text, printed.stdout, "{format}");
    }
    let args = ["check", "--color", "always", "--output-file", "report"];
    run(folder.path(), &args).exits_with(1);
    let text = std::fs::read_to_string(folder.at("report")).expect("it was written");
    assert!(!text.contains('\u{1b}'), "{text}");
    // Nothing but the report is left.
    let names = std::fs::read_dir(folder.path()).expect("it is there");
    assert_eq!(names.count(), 4);
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let folder = demo();
    for (file, message) in [
        (
            "absent/report",
            "error: `absent/report` cannot be written: the folder `absent` does not exist. Create it first.\n",
        ),
        (
            ".github",
            "error: `.github` cannot be written: it is a folder. Pass the name of a file.\n",
        ),
        (
            "new/",
            "error: `new/` cannot be written: it is a folder. Pass the name of a file.\n",
        ),
    ] {
        let run = run(folder.path(), &["check", "--output-file", file]).exits_with(2);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", message));
    }
}

/// It would be lost, and `--watch` would never rest.
#[test]
fn a_file_that_is_read_is_not_written() {
    let folder = demo();
    let manifest = std::fs::read_to_string(folder.at("package.json")).expect("it is there");
    for (option, file) in [
        ("--output-file", "package.json"),
        ("--output-file", ".github/workflows/new.yml"),
        ("--write-baseline", "package.json"),
        ("--write-baseline", "trustpub.toml"),
    ] {
        let run = run(folder.path(), &["check", option, file]).exits_with(2);
        assert_eq!(
            run.stderr,
            format!(
                "error: `{file}` was not written: trustpub reads a file of this name. Pass another name.\n"
            )
        );
    }
    let after = std::fs::read_to_string(folder.at("package.json")).expect("it is there");
    assert_eq!(after, manifest);
    assert!(!folder.at("trustpub.toml").exists());
}

/// A step runs the script, so it is read; a file that nothing names is replaced, whatever it is.
#[test]
fn a_script_that_is_read_is_not_written() {
    let folder = demo();
    folder.write(
        ".github/workflows/script.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: ./ci/release.sh && make publish\n",
    );
    let files = [
        ("ci/release.sh", "npm publish\n"),
        ("Makefile", "publish:\n\tnpm publish\n"),
    ];
    for (file, text) in files {
        folder.write(file, text);
    }
    for (file, text) in files {
        for option in ["--output-file", "--write-baseline"] {
            let refused = run(folder.path(), &["check", option, file]).exits_with(2);
            assert!(
                refused
                    .stderr
                    .starts_with(&format!("error: `{file}` was not written: trustpub reads ")),
                "{}",
                refused.stderr
            );
        }
        assert_eq!(
            std::fs::read_to_string(folder.at(file)).expect("it is there"),
            text
        );
    }
    // Nor from another folder, for a list, or with another path to the same file.
    let below = folder.at("ci");
    for args in [
        &["check", "..", "--output-file", "release.sh"][..],
        &["check", "--output-file", "../ci/./release.sh"],
    ] {
        run(&below, args).exits_with(2);
    }
    folder.write(".git/config", "[core]\n");
    let refused = run(folder.path(), &["check", "--output-file", ".git/config"]).exits_with(2);
    assert!(
        refused.stderr.contains("it is in a folder of git"),
        "{}",
        refused.stderr
    );
    folder.write("notes.txt", "old");
    run(folder.path(), &["check", "--output-file", "notes.txt"]).exits_with(1);
    run(folder.path(), &["check", "--output-file", "notes.txt"]).exits_with(1);
}

#[test]
fn a_dash_is_standard_output() {
    let folder = demo();
    let baseline = run(folder.path(), &["check", "--write-baseline", "-"]).exits_with(0);
    assert!(
        baseline.stdout.starts_with("{\n  \"schema\": 1,"),
        "{}",
        baseline.stdout
    );
    assert!(
        baseline.stderr.contains(" findings written to standard output: "),
        "{}",
        baseline.stderr
    );
    run(folder.path(), &["check", "--write-baseline", "new.json"]).exits_with(0);
    assert_eq!(
        std::fs::read_to_string(folder.at("new.json")).expect("it was written"),
        baseline.stdout
    );
    let printed = run(folder.path(), &["check", "--format", "csv"]).exits_with(1);
    let dashed = run(folder.path(), &["check", "--format", "csv", "--output-file", "-"]).exits_with(1);
    assert_eq!(dashed.stdout, printed.stdout);
    assert!(!folder.at("-").exists());
}

/// Other systems have no `/dev/full`.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_a_reader_that_is_gone_is_not() {
    let folder = demo();
    let to_file = run(folder.path(), &["check", "--output-file", "/dev/full"]).exits_with(2);
    assert!(
        to_file
            .stderr
            .starts_with("error: `/dev/full` cannot be written: "),
        "{}",
        to_file.stderr
    );
    let full = File::options()
        .write(true)
        .open("/dev/full")
        .expect("it is there");
    let output = trustpub(folder.path(), &["check"])
        .stdout(full)
        .output()
        .expect("it starts");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("What was printed is incomplete"), "{stderr}");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = trustpub(folder.path(), &["check"])
        .stdout(writer)
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_to_a_file() {
    let folder = demo();
    let manifest = std::fs::read(folder.at("package.json")).expect("the demo has it");
    for (link, target) in [("new.sarif", "missing"), ("old.sarif", "package.json")] {
        std::os::unix::fs::symlink(target, folder.at(link)).expect("nothing is there");
        for option in ["--output-file", "--write-baseline"] {
            let refused = run(folder.path(), &["check", option, link]).exits_with(2);
            let reason = match (option, target) {
                ("--write-baseline", "package.json") => "it holds something other than a baseline",
                _ => "it is a symbolic link",
            };
            assert!(refused.stderr.contains(reason), "{}", refused.stderr);
        }
    }
    assert!(!folder.at("missing").exists());
    assert_eq!(
        std::fs::read(folder.at("package.json")).expect("it is there"),
        manifest
    );
    let printed = run(folder.path(), &["check", "--output-file", "/dev/stdout"]).exits_with(1);
    assert!(printed.stdout.contains("id-token-missing"), "{}", printed.stdout);
}

#[cfg(unix)]
#[test]
fn a_baseline_is_a_file_and_no_report_takes_its_place() {
    let folder = demo();
    run(folder.path(), &["check", "--write-baseline", "b.json"]).exits_with(0);
    let baseline = std::fs::read(folder.at("b.json")).expect("it was written");
    let refused = run(
        folder.path(),
        &["check", "--baseline", "b.json", "--output-file", "./b.json"],
    )
    .exits_with(2);
    assert!(
        refused.stderr.contains("it is the baseline"),
        "{}",
        refused.stderr
    );
    assert_eq!(std::fs::read(folder.at("b.json")).expect("it is there"), baseline);
    std::os::unix::fs::symlink("/dev/zero", folder.at("z.json")).expect("nothing is there");
    let refused = run(folder.path(), &["check", "--baseline", "z.json"]).exits_with(2);
    assert!(refused.stderr.contains("is not a file"), "{}", refused.stderr);
}

#[test]
fn markdown_is_a_page_for_the_summary_of_a_job() {
    let page = run(demo().path(), &["check", "--format", "markdown"])
        .exits_with(1)
        .stdout;
    for part in [
        "# trustpub\n",
        "3 errors, 1 information in 3 files",
        "- **error** `.github/workflows/release.yml:7:1`: Missing `id-token: write`",
        "## Publish steps\n",
    ] {
        assert!(page.contains(part), "{part}\n---\n{page}");
    }
    let sites = run(demo().path(), &["check", "--sites", "--format", "markdown"]).exits_with(0);
    assert!(sites.stdout.contains("release.yml"), "{}", sites.stdout);
}

#[test]
fn quiet_prints_findings_only() {
    let folder = demo();
    for (format, summary) in [
        ("text", "3 errors"),
        ("github", "* 3 errors"),
        ("markdown", "Publish steps"),
    ] {
        let args = ["check", "--format", format];
        let loud = run(folder.path(), &args).exits_with(1).stdout;
        let quiet = run(folder.path(), &[&args[..], &["-q"]].concat())
            .exits_with(1)
            .stdout;
        assert!(loud.contains(summary) && !quiet.contains(summary), "{quiet}");
        assert!(quiet.contains("id-token-missing"), "{quiet}");
        let none = [&args[..], &["-q", "--rule", "matrix-publish"]].concat();
        assert_eq!(
            run(folder.path(), &none).exits_with(0).stdout.trim(),
            "",
            "{format}"
        );
    }
}

#[test]
fn statistics_count_the_findings_of_each_rule() {
    let folder = TestFolder::with(&[]);
    copy_demo(&folder, "one/");
    copy_demo(&folder, "two/");
    let args = ["check", "one", "two", "--statistics", "--format"];
    let statistics = |format| run(folder.path(), &[&args[..], &[format]].concat());
    let json = statistics("json").exits_with(1).json();
    assert_eq!(json["repositories"], 2);
    assert_eq!(
        json["rules"][0],
        serde_json::json!({"rule": "always-auth", "severity": "information", "findings": 2, "repositories": 2})
    );
    assert_eq!(json["rules"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        statistics("csv")
            .exits_with(1)
            .stdout
            .lines()
            .take(2)
            .collect::<Vec<_>>(),
        [
            "rule,severity,findings,repositories",
            "always-auth,information,2,2"
        ]
    );
    let text = statistics("text").exits_with(1).stdout;
    assert!(
        text.contains("id-token-missing") && !text.contains("-->"),
        "{text}"
    );
    assert!(
        text.contains("6 errors, 2 information in 6 files of 2 repositories"),
        "{text}"
    );
    let refused = statistics("sarif").exits_with(2);
    assert!(
        refused.stderr.contains("cannot be printed as sarif"),
        "{}",
        refused.stderr
    );
}
