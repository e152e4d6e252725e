//! Real repositories with labels: what the analysis finds, what it misses, and its false alarms.
//!
//! `TRUSTPUB_CORPUS=<folder> ./tests/run corpus` prints the figures and fails where they fall below
//! `tests/corpus/thresholds.toml`. The folder holds
//!
//! * `labels.tsv`: a publishing job a row, with what is wrong with it;
//! * `negatives.tsv`: what looks like publishing to npm and is not;
//! * `repos/<owner>__<name>/` and `history/<owner>__<name>@<commit>/`: files of the repositories as they are today
//!   and as they were before a later commit repaired them, with a `meta.json` whose `repo` is `owner/name`.
//!
//! A job that the labels leave out and that publishes all the same is named in `judged.tsv`, with how it does; the
//! precision is printed with and without these.
//!
//! Precision is measured on today's repositories, which are labelled in full, recall on all.

mod alarms;
mod detection;
mod fixes;
mod folder;
mod labels;
mod migration;
mod outcomes;
mod problems;
mod score;
#[cfg(test)]
mod tests;
mod thresholds;
mod whole_migration;

use std::path::PathBuf;
use std::sync::OnceLock;

use folder::{Folder, load_folders};
use labels::Labels;
use trustpub_analysis::test_support::contradictions;

/// The corpus, or none if the variable is unset.
struct Corpus {
    labels: Labels,
    folders: Vec<Folder>,
}

fn corpus() -> Option<&'static Corpus> {
    static CORPUS: OnceLock<Option<Corpus>> = OnceLock::new();
    let load = || {
        let Some(root) = std::env::var_os("TRUSTPUB_CORPUS").map(PathBuf::from) else {
            println!("SKIP: TRUSTPUB_CORPUS names no folder with labelled repositories");
            return None;
        };
        Some(Corpus {
            labels: Labels::load(&root),
            folders: load_folders(&root),
        })
    };
    CORPUS.get_or_init(load).as_ref()
}

#[test]
fn figures_stay_above_their_thresholds() {
    let Some(Corpus { labels, folders }) = corpus() else {
        return;
    };
    let sections = [
        detection::measure(labels, folders),
        alarms::measure(labels, folders),
        problems::measure(labels, folders),
        migration::measure(labels, folders),
        outcomes::measure(labels, folders),
        whole_migration::measure(folders),
    ];
    println!(
        "\n{} repositories, {} labelled jobs\n",
        folders.len(),
        labels.rows.len()
    );
    for section in &sections {
        println!("{section}");
    }
    let figures: Vec<_> = sections.iter().flat_map(|section| &section.figures).collect();
    let broken = thresholds::broken(&figures);
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_fix_keeps_its_promises_in_real_repositories() {
    let Some(Corpus { folders, .. }) = corpus() else {
        return;
    };
    let mut count = 0;
    let mut broken = Vec::new();
    for folder in folders {
        let (fixes, problems) = fixes::check(folder);
        count += fixes;
        broken.extend(
            problems
                .into_iter()
                .map(|problem| format!("{}: {problem}", folder.dir)),
        );
    }
    println!("{count} fixes applied in {} repositories", folders.len());
    assert!(
        broken.is_empty(),
        "{} broken promises:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

#[test]
fn outcomes_and_findings_agree_in_real_repositories() {
    let Some(Corpus { folders, .. }) = corpus() else {
        return;
    };
    let said = |folder: &Folder| {
        let contradictions = contradictions(&folder.repository.workspace());
        contradictions
            .into_iter()
            .map(|what| format!("{}: {what}", folder.dir))
            .collect::<Vec<_>>()
    };
    let broken: Vec<String> = folders.iter().flat_map(said).collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
