//! The help texts: they are a part of the interface, so a change shows in the difference of a file.

use std::path::Path;
use std::process::Command;

use crate::support::{TestFolder, project_root, run};

const COMMANDS: [&str; 11] = [
    "",
    "check",
    "fix",
    "migrate",
    "setup",
    "explain",
    "verify",
    "rules",
    "import-publishers",
    "lsp",
    "completions",
];

#[test]
fn help_is_as_recorded() {
    for command in COMMANDS {
        let args: Vec<&str> = [command, "-h"]
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        let help = run(&project_root(), &args).exits_with(0).stdout;
        let name = if command.is_empty() { "trustpub" } else { command };
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("cli/help/{name}.txt"));
        if std::env::var_os("UPDATE_HELP").is_some() {
            std::fs::write(&path, &help).unwrap();
        }
        let recorded = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            help,
            recorded,
            "UPDATE_HELP=1 records the text of `{}`",
            args.join(" ")
        );
    }
}

#[test]
fn long_help_says_the_same() {
    for command in ["check", "fix"] {
        let help = |option| run(&project_root(), &[command, option]).exits_with(0).stdout;
        let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(help("--help")), words(help("-h")), "{command}");
    }
}

#[test]
fn version_is_that_of_the_project() {
    let run = run(&project_root(), &["--version"]).exits_with(0);
    let short = format!("trustpub {}\n", env!("CARGO_PKG_VERSION"));
    let rest = run.stdout.strip_prefix(&short).unwrap_or_default();
    let lines: Vec<&str> = rest.lines().collect();
    let (tables, commit) = lines.split_last().expect("a line about the tables");
    assert!(
        tables.starts_with("Tables of Node, npm and publishing tools: 20"),
        "{rest}"
    );
    assert!(tables.ends_with(" old)") || tables.ends_with("(today)"), "{rest}");
    // Without git there is no commit: the sources may come from an archive.
    let git = Command::new("git")
        .args(["log", "-1", "--format=Commit: %h (%cs)"])
        .current_dir(project_root())
        .output();
    let expected = git.map(|output| output.stdout).unwrap_or_default();
    if project_root().join(".git").exists() {
        assert_eq!(commit.join("\n"), String::from_utf8_lossy(&expected).trim());
    } else {
        assert_eq!(commit, [""; 0]);
    }
    assert_eq!(self::run(&project_root(), &["-V"]).exits_with(0).stdout, short);
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(&project_root(), &["completions", shell]).exits_with(0).stdout;
        for word in ["check", "fail-on", "completions"] {
            assert!(script.contains(word), "{word} for {shell}");
        }
    }
}

#[test]
fn man_pages_describe_each_command() {
    let folder = TestFolder::with(&[]);
    run(folder.path(), &["man-pages", "man"]).exits_with(0);
    for command in COMMANDS {
        let name = if command.is_empty() {
            "trustpub".to_owned()
        } else {
            format!("trustpub-{command}")
        };
        let page = std::fs::read_to_string(folder.path().join(format!("man/{name}.1"))).unwrap();
        assert!(
            page.contains(&format!("{} \\- ", name.replace('-', "\\-"))),
            "{page}"
        );
        assert!(page.contains("Print help"), "{page}");
    }
    // It is for packages, so it has no page and no line in the help.
    assert!(!folder.path().join("man/trustpub-man-pages.1").exists());
}

#[test]
fn man_pages_are_not_written_over_a_file() {
    let folder = TestFolder::with(&[("man", "")]);
    let run = run(folder.path(), &["man-pages", "man"]).exits_with(2);
    assert!(run.stderr.contains("cannot write to man: "), "{}", run.stderr);
}
