//! `--watch`: real changes of real files. What comes is waited for; nothing is said about how soon.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::support::{TestFolder, copy_demo, demo, run, trustpub};

/// A running `trustpub check --watch`, killed at the end of the test.
struct Watch {
    child: Child,
    stderr: Receiver<String>,
    stdout: Receiver<String>,
}

/// The lines of a stream, from a thread of their own.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

impl Watch {
    fn start(folder: &TestFolder, args: &[&str]) -> Self {
        let mut child = trustpub(folder.path(), &[&["check", "--watch"], args].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary can be started");
        Self {
            stderr: lines(child.stderr.take().expect("a pipe")),
            stdout: lines(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    /// What standard error says up to the line that it waits.
    fn until_it_waits(&self) -> Vec<String> {
        let mut said = Vec::new();
        loop {
            // No test waits for so long; a watch that hangs fails.
            let line = self
                .stderr
                .recv_timeout(Duration::from_secs(120))
                .unwrap_or_else(|error| panic!("{error} after {said:?}"));
            if line.starts_with("note: watching") {
                said.push(line);
                return said;
            }
            said.push(line);
        }
    }

    /// What was printed since the last call, once this line of the summary comes.
    fn report_up_to(&self, summary: &str) -> String {
        let mut report = String::new();
        while !report.contains(summary) {
            let line = self
                .stdout
                .recv_timeout(Duration::from_secs(120))
                .unwrap_or_else(|error| panic!("{error} after {report}"));
            report.push_str(&line);
            report.push('\n');
        }
        report
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_change_is_checked_again() {
    let folder = demo();
    let watch = Watch::start(&folder, &[]);
    let summary = "1 information in 3 files";
    assert!(watch.report_up_to(summary).contains("3 errors"));
    assert_eq!(
        watch.until_it_waits(),
        ["note: watching 3 files, and for new ones; press Ctrl-C to stop"]
    );
    // The file is changed, one is new, and one goes.
    folder.write(".npmrc", "fund=false\n");
    assert_eq!(watch.until_it_waits()[0], "note: `.npmrc` has changed");
    watch.report_up_to("3 errors in 3 files");
    folder.write("packages/a/.npmrc", "always-auth=true\n");
    assert_eq!(watch.until_it_waits()[0], "note: `packages/a/.npmrc` has changed");
    watch.report_up_to("1 information in 4 files");
    fs::remove_file(folder.at("packages/a/.npmrc")).expect("it is there");
    assert_eq!(watch.until_it_waits()[0], "note: `packages/a/.npmrc` has changed");
    watch.report_up_to("3 errors in 3 files");
}

/// Other files come first, so that the run that they would start is the one that is seen.
#[test]
fn only_files_that_matter_start_a_check() {
    let folder = demo();
    let script = fs::read_to_string(folder.at(".github/workflows/release.yml"))
        .expect("it is there")
        .replace("npm publish", "sh scripts/publish.sh");
    folder.write(".github/workflows/release.yml", script);
    folder.write("scripts/publish.sh", "echo\n");
    folder.write(".gitignore", "dist\n");
    let watch = Watch::start(&folder, &[]);
    watch.until_it_waits();
    for other in [
        "README.md",
        "dist/package.json",
        "node_modules/x/package.json",
        "scripts/x.sh",
    ] {
        folder.write(other, "{}");
    }
    // A script that a step runs is read on demand.
    folder.write("scripts/publish.sh", "npm publish\n");
    assert_eq!(
        watch.until_it_waits()[0],
        "note: `scripts/publish.sh` has changed"
    );
    watch.report_up_to("id-token-missing");
}

#[test]
fn a_file_that_an_option_names_is_watched_and_may_break() {
    let folder = demo();
    run(folder.path(), &["check", "--write-baseline", "baseline.json"]).exits_with(0);
    let baseline = fs::read_to_string(folder.at("baseline.json")).expect("it was written");
    let watch = Watch::start(&folder, &["--baseline", "baseline.json"]);
    watch.until_it_waits();
    watch.report_up_to("no problems in 3 files");
    folder.write("baseline.json", "{");
    let said = watch.until_it_waits();
    assert_eq!(said[0], "note: `baseline.json` has changed");
    assert!(
        said[1].starts_with("error: `baseline.json` is not a baseline"),
        "{said:?}"
    );
    folder.write("baseline.json", baseline);
    watch.until_it_waits();
    watch.report_up_to("no problems in 3 files");
}

/// Each of two changes is told once, also while there is nothing to check.
#[test]
fn a_repository_may_go_and_come_back() {
    let folder = TestFolder::with(&[]);
    copy_demo(&folder, "one/");
    copy_demo(&folder, "two/");
    let watch = Watch::start(&folder, &["one", "two"]);
    watch.until_it_waits();
    fs::rename(folder.at("two"), folder.at("away")).expect("it is there");
    let said = watch.until_it_waits();
    assert_eq!(
        said[..2],
        [
            "note: `.github/workflows/release.yml` and 2 other files have changed",
            "error: `two` does not exist. Pass the path of a repository, or of a folder or file in one."
        ]
    );
    fs::rename(folder.at("one"), folder.at("gone")).expect("it is there");
    assert_eq!(watch.until_it_waits().len(), 4);
    folder.write("one/.github/workflows/ci.yml", "on: push\njobs: {}\n");
    let said = watch.until_it_waits();
    assert!(
        said[0].contains("`.github/workflows/ci.yml` has changed"),
        "{said:?}"
    );
    fs::rename(folder.at("away"), folder.at("two")).expect("it is there");
    watch.until_it_waits();
    watch.report_up_to("3 errors, 1 information in 4 files of 2 repositories");
}

#[test]
fn a_report_in_a_file_is_kept_up_to_date() {
    let folder = TestFolder::with(&[]);
    copy_demo(&folder, "one/");
    copy_demo(&folder, "two/");
    let args = ["one", "two", "--format", "json", "--output-file", "report.json"];
    let watch = Watch::start(&folder, &args);
    let said = watch.until_it_waits();
    assert!(said[0].contains("watching 6 files of 2 repositories"), "{said:?}");
    let findings = || {
        let text = fs::read_to_string(folder.at("report.json")).expect("it was written");
        let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        report["diagnostics"].as_array().map(Vec::len)
    };
    assert_eq!(findings(), Some(8));
    folder.write("two/.npmrc", "fund=false\n");
    watch.until_it_waits();
    assert_eq!(findings(), Some(7));
}

#[cfg(unix)]
#[test]
fn it_ends_by_ctrl_c_and_when_nobody_reads() {
    use std::os::unix::process::ExitStatusExt;

    let folder = demo();
    let mut watch = Watch::start(&folder, &[]);
    watch.until_it_waits();
    let process = watch.child.id().to_string();
    let status = Command::new("kill").args(["-INT", &process]).status();
    assert!(status.expect("kill can be started").success());
    // A shell says 130.
    let ended = watch.child.wait().expect("it was started");
    assert_eq!(ended.signal(), Some(2), "{ended:?}");

    let (reader, writer) = std::io::pipe().expect("a pipe");
    let mut child = trustpub(folder.path(), &["check", "--watch", "-q"])
        .stdout(writer)
        .spawn()
        .expect("the binary can be started");
    drop(reader);
    assert_eq!(child.wait().expect("it was started").code(), Some(0));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = demo();
    for (args, reason) in [
        (&["--format", "json"][..], "one document of json after the other"),
        (&["--format", "github"], "one document of github after the other"),
        (&["--from-list", "-"], "pass a file to `--from-list`"),
        (&["--stdin-filename", "package.json"], "cannot be used with"),
        (&["--write-baseline", "b.json"], "cannot be used with"),
        (&["--fail-on", "hint"], "cannot be used with"),
        (&["/nowhere"], "`/nowhere` does not exist"),
        (&["--baseline", "absent"], "the baseline `absent` cannot be read"),
    ] {
        let run = run(folder.path(), &[&["check", "--watch"], args].concat()).exits_with(2);
        assert!(run.stderr.contains(reason), "{args:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}
