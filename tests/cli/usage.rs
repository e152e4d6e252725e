//! Wrong usage, exit codes, streams and colours.

use std::io::pipe;

use crate::support::{TestFolder, run, run_command, trustpub};

fn repository() -> TestFolder {
    TestFolder::with(&[
        (".github/workflows/ci.yml", "on: push\njobs: {}\n"),
        ("package.json", "{}\n"),
    ])
}

#[test]
fn wrong_usage_ends_with_2_and_says_why() {
    let folder = repository();
    for (args, reason) in [
        (&[][..], "Usage: trustpub"),
        (&["chekc"], "unrecognized subcommand 'chekc'"),
        (&["check", "--fix"], "unexpected argument '--fix'"),
        (
            &["check", "--format", "xml"],
            "invalid value 'xml' for '--format <FORMAT>'",
        ),
        (
            &["check", "--fail-on", "never-ever"],
            "[possible values: error, warning, information, hint, never]",
        ),
        (
            &["check", "--repository", "widget"],
            "expected the owner and the name of a repository on GitHub",
        ),
        (&["completions"], "<SHELL>"),
        (
            &["rules", "no-such-rule"],
            "there is no rule `no-such-rule`. `trustpub rules` lists the rules.",
        ),
        (
            &["fix", "--rule", "no-such-rule"],
            "there is no rule `no-such-rule`.",
        ),
    ] {
        let run = run(folder.path(), args).exits_with(2);
        assert!(run.stderr.contains(reason), "{args:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{args:?}");
    }
}

#[test]
fn nothing_found_ends_with_0() {
    let folder = repository();
    for args in [
        &["check"][..],
        &["check", "--fail-on", "hint"],
        &["check", "--quiet"],
        &["fix"],
        &["fix", "--diff"],
    ] {
        let run = run(folder.path(), args).exits_with(0);
        assert!(run.stderr.is_empty() || args.contains(&"--diff"), "{run:#?}");
    }
}

#[test]
fn errors_go_to_standard_error_and_the_rest_is_done() {
    let folder = repository();
    let run = run(folder.path(), &["check", "nowhere", "."]).exits_with(2);
    assert!(run.stderr.starts_with("error: `nowhere` "), "{run:#?}");
    assert_eq!(
        run.stdout,
        "no publish step found in 1 workflow file\nno problems in 2 files\n"
    );
}

#[test]
fn colours_are_for_terminals_and_on_request() {
    let folder = repository();
    let has_color = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = trustpub(folder.path(), args);
        command.envs(variables.iter().copied());
        run_command(&mut command).exits_with(2).stderr.contains('\u{1b}')
    };
    let (check, always) = (
        &["check", "nowhere"][..],
        &["check", "nowhere", "--color", "always"][..],
    );
    assert!(!has_color(check, &[]));
    assert!(has_color(check, &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_color(check, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(has_color(always, &[]));
    assert!(
        has_color(always, &[("NO_COLOR", "1")]),
        "what is asked for on the command line comes first"
    );
    assert!(!has_color(
        &["check", "nowhere", "--color", "never"],
        &[("CLICOLOR_FORCE", "1")]
    ));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let folder = repository();
    for args in [
        &["check"][..],
        &["check", "--format", "json"],
        &["rules"],
        &["completions", "bash"],
        &["fix"],
    ] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut command = trustpub(folder.path(), args);
        command.stdout(writer);
        let run = run_command(&mut command).exits_with(0);
        assert_eq!(run.stderr, "", "{args:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let folder = repository();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = trustpub(folder.path(), &["check"]);
    command.stdout(full);
    let run = run_command(&mut command).exits_with(2);
    assert!(
        run.stderr
            .starts_with("error: standard output cannot be written: "),
        "{run:#?}"
    );
}
