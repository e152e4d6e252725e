//! `trustpub explain`

mod answers;

use std::fs;
use std::process::Stdio;

use trustpub_analysis::explain::Scanner;
use trustpub_analysis::test_support::Random;

use crate::support::{TestFolder, run, run_command, trustpub};
use trustpub_tests::needed::path_in;

const LOG: &str = "\
publish\tPublish\t2026-11-01T10:00:00.1000000Z ##[group]Run npm publish
publish\tPublish\t2026-11-01T10:00:00.1100000Z \u{1b}[36;1mnpm publish\u{1b}[0m
publish\tPublish\t2026-11-01T10:00:00.1200000Z ##[endgroup]
publish\tPublish\t2026-11-01T10:00:01.0000000Z npm error code ENEEDAUTH
publish\tPublish\t2026-11-01T10:00:01.0000000Z npm error need auth You need to authorize this machine using `npm login`
publish\tPublish\t2026-11-01T10:00:01.1000000Z ##[error]Process completed with exit code 1.
";

const WORKFLOW: &str = "\
on: push
permissions: { contents: read }
jobs:
  publish:
    environment: npm
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
";

fn repository() -> TestFolder {
    TestFolder::with(&[
        (".github/workflows/release.yml", WORKFLOW),
        ("package.json", r#"{"name": "widget", "version": "1.0.0"}"#),
        ("trustpub.toml", "repository = \"acme/widget\"\n"),
        ("log.txt", LOG),
    ])
}

/// The ids of the causes with how sure they are, the likeliest first.
fn causes(output: &serde_json::Value) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
    let causes = output["causes"].as_array().unwrap().iter();
    causes
        .map(|cause| format!("{} {}", text(&cause["id"]), text(&cause["confidence"])))
        .collect()
}

#[test]
fn the_repository_tells_the_causes_apart() {
    let folder = repository();
    let output = run(folder.path(), &["explain", "log.txt", "--format", "json"])
        .exits_with(0)
        .json();
    assert_eq!(causes(&output)[0], "id-token-missing likely");
    let found = &output["causes"][0]["diagnostics"][0];
    assert_eq!(found["rule"], "id-token-missing");
    assert_eq!(found["path"], ".github/workflows/release.yml");
    assert_eq!(found["start"]["line"], 2);
    assert_eq!(output["evidence"][0]["line"], 4);
    assert_eq!(output["evidence"][0]["text"], "npm error code ENEEDAUTH");
    // What is compared with the entry on npm.
    let group = |id: &str| {
        let mut causes = output["causes"].as_array().unwrap().iter();
        causes
            .find(|cause| cause["id"] == id)
            .map(|cause| &cause["group"])
    };
    assert_eq!(group("tp-environment").unwrap(), "trusted-publisher");
    assert_eq!(group("env-stripped").unwrap(), "id-token");
    let entry = serde_json::json!({
        "owner": "acme", "repository": "widget", "workflow": "release.yml", "environment": "npm", "packages": ["widget"]
    });
    assert_eq!(output["compare"], serde_json::json!([entry]));
    // What the log does not show and the files do.
    assert_eq!(output["further"][0]["rule"], "repository-missing");

    let text = run(folder.path(), &["explain", "log.txt"]).exits_with(0).stdout;
    for part in [
        "\nThe job cannot request an ID token (likely) [id-token-missing]\n",
        "→ .github/workflows/release.yml:2:1: ",
        "`trustpub fix --rule id-token-missing` fixes it",
        "line 4: npm error code ENEEDAUTH → ",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn an_editor_gets_a_document_with_links() {
    let folder = repository();
    let args = ["explain", "log.txt", "--format", "markdown"];
    let document = run(folder.path(), &args).exits_with(0).stdout;
    for part in [
        "\n## The job cannot request an ID token (likely) `id-token-missing`\n",
        "- [.github/workflows/release.yml:2:1](.github/workflows/release.yml#L2): ",
        "\n- line 4: `npm error code ENEEDAUTH` → ",
    ] {
        assert!(document.contains(part), "{part}\n{document}");
    }
}

#[test]
fn without_a_repository_the_log_alone_is_read() {
    let folder = TestFolder::with(&[("log.txt", LOG)]);
    let output = run(folder.path(), &["explain", "log.txt", "--format", "json"])
        .exits_with(0)
        .json();
    assert!(causes(&output).len() > 5, "{output:#}");
    assert_eq!(output["causes"][0]["diagnostics"], serde_json::json!([]));
    assert_eq!(output["compare"], serde_json::json!([]));
    assert_eq!(output["would_decide"].as_array().unwrap().len(), 2);
}

#[test]
fn another_workflow_s_findings_are_left_out() {
    let folder = repository();
    folder.write(".github/workflows/other.yml", "on: push\njobs: {}\n");
    let args = [
        "explain",
        "log.txt",
        "--format",
        "json",
        "--workflow",
        "other.yml",
    ];
    let output = run(folder.path(), &args).exits_with(0).json();
    assert_eq!(output["causes"][0]["diagnostics"], serde_json::json!([]));
}

#[test]
fn standard_input_is_read_where_no_file_is_named() {
    let folder = repository();
    for args in [&["explain"][..], &["explain", "-"]] {
        let mut command = trustpub(folder.path(), args);
        command.stdin(Stdio::from(fs::File::open(folder.at("log.txt")).unwrap()));
        let run = run_command(&mut command).exits_with(0);
        assert!(run.stdout.contains("[id-token-missing]"), "{}", run.stdout);
    }
}

#[test]
fn a_log_without_a_failed_publish_is_said_to_be_one() {
    let folder = TestFolder::with(&[
        ("empty.txt", ""),
        (
            "fine.txt",
            "npm notice Publishing to https://registry.npmjs.org/\n+ widget@1.0.0\n",
        ),
        (
            "build.txt",
            "error[E0308]: mismatched types\nmake: *** [all] Error 1\n",
        ),
    ]);
    folder.write("binary.txt", (0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    for file in ["empty.txt", "fine.txt", "build.txt", "binary.txt"] {
        let run = run(folder.path(), &["explain", file]).exits_with(1);
        assert!(
            run.stdout.starts_with(match file {
                "fine.txt" =>
                    "The log shows no failed publish to npm: it says that widget@1.0.0 was published.",
                // A failure of something else is in it, or may be.
                _ => "No failed publish to npm was found in this log.",
            }),
            "{file}: {}",
            run.stdout
        );
    }
    let empty = run(folder.path(), &["explain", "empty.txt"]);
    assert!(empty.stderr.contains("the log is empty"), "{}", empty.stderr);
    let run = run(folder.path(), &["explain", "absent.txt"]).exits_with(2);
    assert!(
        run.stderr.contains("`absent.txt` cannot be read"),
        "{}",
        run.stderr
    );
}

/// The logs of real tools in the folder that `TRUSTPUB_LOGS` names: `<version>.<case>.log`, the cases in
/// `tests/cli/explain/cases.tsv`.
#[test]
#[ignore = "needs TRUSTPUB_LOGS"]
fn real_logs_have_their_true_cause_among_the_first() {
    let folder = path_in("TRUSTPUB_LOGS");
    let here = TestFolder::with(&[]);
    let (mut right, mut wrong) = (0, Vec::new());
    for line in include_str!("explain/cases.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let (name, expected) = line.split_once('\t').expect("a name and its causes");
        let log = folder.join(name).display().to_string();
        let run = run(here.path(), &["explain", &log, "--format", "json"]);
        let output = run.json();
        let causes = causes(&output);
        let rank = causes
            .first()
            .and_then(|first| first.split_once(' '))
            .map(|(_, rank)| rank);
        let mut first = causes
            .iter()
            .filter_map(|cause| cause.split_once(' '))
            .filter(|(_, of_cause)| Some(*of_cause) == rank);
        let is_right = match expected {
            "-" => causes.is_empty(),
            expected => first.any(|(id, _)| expected.split(' ').any(|expected| expected == id)),
        };
        if is_right {
            right += 1;
        } else {
            wrong.push(format!("{name}: {expected}, and not {causes:?}"));
        }
    }
    println!(
        "{right} of {} logs have their true cause among the first",
        right + wrong.len()
    );
    assert!(wrong.len() * 20 <= right, "{}", wrong.join("\n"));
}

#[test]
#[ignore = "needs TRUSTPUB_LOGS"]
fn where_the_parts_of_a_real_log_end_does_not_matter() {
    let folder = path_in("TRUSTPUB_LOGS");
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15);
    let scan = |log: &[u8], ends: &[usize]| {
        let mut scanner = Scanner::new();
        let mut start = 0;
        for end in ends.iter().copied().chain([log.len()]) {
            scanner.push(&log[start..end]);
            start = end;
        }
        scanner.finish()
    };
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let log = fs::read(&path).unwrap();
        let whole = scan(&log, &[]);
        for _ in 0..5 {
            let mut ends: Vec<usize> = (0..8).map(|_| random.below(log.len() + 1)).collect();
            ends.sort_unstable();
            assert_eq!(scan(&log, &ends), whole, "{} {ends:?}", path.display());
        }
    }
}

#[test]
fn the_first_line_says_what_happened() {
    let folder = TestFolder::with(&[]);
    for (log, first) in [
        (
            "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/left - Not found\n",
            "The job failed, not at the publish itself.",
        ),
        (
            "npm error code E409\nnpm error 409 Conflict - PUT https://registry.npmjs.org/a - Failed to save packument\n+ a@1.0.0\n+ b@1.0.0\n",
            "The log shows no failed publish to npm: it says that a@1.0.0 and b@1.0.0 were published.",
        ),
        (
            "npm error code EOTP\nnpm error code EPRIVATE\n",
            "The job could not publish, and the log names 2 causes.",
        ),
        (
            "packages failed to publish:\n",
            "The publish failed, and the log does not show why.",
        ),
    ] {
        folder.write("log.txt", log);
        let text = run(folder.path(), &["explain", "log.txt"]).stdout;
        assert!(text.starts_with(first), "{first}\n{text}");
    }
}

#[test]
fn what_windows_writes_to_a_file_is_read() {
    let folder = TestFolder::with(&[]);
    let log = format!("\u{feff}{}", LOG.replace('\n', "\r\n"));
    let units = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { log.encode_utf16().flat_map(to_bytes).collect() };
    // Tools that cut a file lose the byte order mark.
    let without_mark = |bytes: Vec<u8>| bytes[2..].to_vec();
    for bytes in [
        units(u16::to_le_bytes),
        units(u16::to_be_bytes),
        without_mark(units(u16::to_le_bytes)),
        without_mark(units(u16::to_be_bytes)),
        log.clone().into_bytes(),
    ] {
        folder.write("log.txt", bytes);
        let run = run(folder.path(), &["explain", "log.txt"]).exits_with(0);
        assert!(
            run.stdout.contains("line 4: npm error code ENEEDAUTH → "),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn a_workflow_or_a_job_that_is_not_there_is_wrong_usage() {
    let folder = repository();
    for (options, part) in [
        (
            &["--workflow", "absent.yml"][..],
            "has no workflow `absent.yml`: it has release.yml",
        ),
        (&["--job", "absent"], "a job with the ID `absent`: it has publish"),
        (
            &["--workflow", "release.yml", "--job", "Publish"],
            "a job with the ID `Publish`",
        ),
    ] {
        let arguments = [&["explain", "log.txt"], options].concat();
        let run = run(folder.path(), &arguments).exits_with(2);
        assert!(run.stderr.contains(part), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    let known = [
        "explain",
        "log.txt",
        "--workflow",
        ".github/workflows/release.yml",
        "--job",
        "publish",
    ];
    run(folder.path(), &known).exits_with(0);
    let elsewhere = TestFolder::with(&[("log.txt", LOG)]);
    run(
        elsewhere.path(),
        &["explain", "log.txt", "--workflow", "absent.yml"],
    )
    .exits_with(0);
}
