//! `docs/messages.md` lists every text of the rules, the fixes and the causes, so that a person can read them all.
//!
//! `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes it. The texts are the string literals of the sources, so
//! the page also has the texts that no test reaches.

use std::fmt::Write as _;
use std::fs;

use trustpub_analysis::explain::CauseId;
use trustpub_analysis::rules::rules;
use trustpub_tests::project::{repository_root, rust_files_below};
use trustpub_tests::rust_texts::{Literal, literals};

const PAGE: &str = "docs/messages.md";
const SOURCES: &str = "server";
#[test]
fn the_page_is_up_to_date() {
    let path = repository_root().join(PAGE);
    let wanted = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).expect("the page can be written");
    }
    assert_eq!(
        fs::read_to_string(&path).unwrap_or_default(),
        wanted,
        "`UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules` writes {PAGE} anew"
    );
}

#[test]
fn every_rule_and_every_cause_is_listed() {
    let page = page();
    let ids = rules().iter().map(|rule| rule.id);
    let ids: Vec<&str> = ids.chain(CauseId::ALL.iter().map(|cause| cause.name())).collect();
    for id in &ids {
        assert!(page.contains(&format!("\n### {id}\n")), "{id}");
    }
    println!("{} rules and causes looked at", ids.len());
}

const INTRODUCTION: &str = "\
# Messages

<!-- Written by `UPDATE_DOCS=1 cargo test -p trustpub-tests --test rules`. -->

Every text of trustpub's rules, fixes and causes in one place, to be read in one go. A value takes the place of `{name}`. Some texts are
parts of a sentence that others complete.
";

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page += "\n## Rules\n\nThe summary of each rule, then its messages, help and titles of fixes in the order of the source.\n";
    let files = rust_files_below(SOURCES);
    for rule in rules() {
        write!(page, "\n### {}\n\n{}\n", rule.id, rule.summary).expect("memory can be written");
        let stem = format!(
            "{SOURCES}/analysis/src/rules/{}",
            rule.id.replace(['-', '.'], "_")
        );
        let mut texts = Vec::new();
        for file in files.iter().filter(|file| !file.is_test()) {
            if file
                .path
                .strip_prefix(&stem)
                .is_some_and(|rest| rest.starts_with(['.', '/']))
            {
                texts.extend(texts_of(&file.text));
            }
        }
        texts.retain(|text| text != rule.summary);
        push_list(&mut page, &texts);
    }
    for (heading, folders) in SHARED {
        write!(page, "\n## {heading}\n").expect("memory can be written");
        for folder in *folders {
            let below = format!("{SOURCES}/{folder}");
            let is_left_out = |path: &str| LEFT_OUT.iter().any(|left_out| path.ends_with(left_out));
            for file in files
                .iter()
                .filter(|file| file.path.starts_with(&below) && !file.is_test() && !is_left_out(&file.path))
            {
                let texts = texts_of(&file.text);
                if !texts.is_empty() {
                    let name = file.path.trim_start_matches(SOURCES).trim_start_matches('/');
                    write!(page, "\n### {name}\n").expect("memory can be written");
                    push_list(&mut page, &texts);
                }
            }
        }
    }
    page += "\n## Causes\n\nThe title of each cause that `trustpub explain` names, why it happens, and what to do.\n";
    for cause in CauseId::ALL.iter().map(|cause| cause.text()) {
        write!(page, "\n### {}\n\n", cause.id).expect("memory can be written");
        for text in [cause.title, cause.why, cause.fix] {
            writeln!(page, "- {text}").expect("memory can be written");
        }
    }
    page
}

/// What several rules say, and what is not said by a rule: the heading, and where the texts are below `server`.
const SHARED: &[(&str, &[&str])] = &[
    ("Titles of fixes", &["analysis/src/fixes/"]),
    (
        "Shared by rules",
        &["analysis/src/checker/", "analysis/src/workspace/"],
    ),
    (
        "Configuration and syntax",
        &[
            "analysis/src/config/",
            "analysis/src/syntax/json/",
            "analysis/src/syntax/yaml/parse.rs",
            "analysis/src/syntax/yaml/reason.rs",
            "analysis/src/syntax/yaml/recover.rs",
        ],
    ),
    (
        "Publish steps",
        &[
            "analysis/src/publish/predict/",
            "analysis/src/publish/view/",
            "analysis/src/publish/find/start/mod.rs",
            "analysis/src/publish/find/start/never_runs.rs",
        ],
    ),
    (
        "Evidence of a log",
        &[
            "analysis/src/explain/words.rs",
            "analysis/src/explain/causes/group.rs",
            "analysis/src/explain/page",
        ],
    ),
    (
        "Setup and migration",
        &["analysis/src/setup/registration.rs", "analysis/src/migrate/"],
    ),
    (
        "Editor",
        &[
            "analysis/src/assist/",
            "lsp/src/requests/",
            "lsp/src/state/diagnostics.rs",
            "lsp/src/state/global_state.rs",
        ],
    ),
    (
        "The page to try it",
        &["wasm/src/request.rs", "wasm/src/answer.rs"],
    ),
    (
        "Reading and writing files",
        &["host/src/files/", "host/src/problem.rs", "host/src/root.rs"],
    ),
    (
        "Verify",
        &[
            "registry/src/error.rs",
            "registry/src/report.rs",
            "registry/src/settings/repository.rs",
            "registry/src/signatures/verifier.rs",
            "registry/src/summary.rs",
        ],
    ),
    ("Command line", &["cli/src/"]),
];

/// What `--help` prints, which `tests/cli/help` has, and what only looks like a text.
const LEFT_OUT: [&str; 3] = [
    "cli/src/args.rs",
    "cli/src/fix/diff.rs",
    "cli/src/output/sarif.rs",
];

fn push_list(page: &mut String, texts: &[String]) {
    if !texts.is_empty() {
        page.push('\n');
    }
    for text in texts {
        writeln!(page, "- {}", text.trim().replace('\n', " ")).expect("memory can be written");
    }
}

fn texts_of(source: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for Literal { text, .. } in literals(source) {
        if is_said(&text) && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Whether a literal is a text for a person and not code: at least two words, and no command.
fn is_said(text: &str) -> bool {
    const PROGRAMS: [&str; 8] = ["npm", "pnpm", "yarn", "bun", "docker", "gh", "corepack", "git"];
    // Verbs of commands, so that a sentence that begins with a program's name is not taken for one.
    const VERBS: [&str; 13] = [
        "ci", "install", "publish", "stage", "trust", "view", "info", "show", "run", "enable", "pnpm",
        "workflow", "bun",
    ];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_command = match words.as_slice() {
        [program, verb, ..] => PROGRAMS.contains(program) && VERBS.contains(verb),
        _ => false,
    };
    let is_word = |word: &&&str| {
        word.chars().filter(|c| c.is_alphabetic()).count() > 1 && !word.starts_with(['-', '{', '$'])
    };
    !is_command && words.iter().filter(is_word).count() > 1
}
