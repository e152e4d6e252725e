//! Real repositories with labels: what the analysis finds, what it misses, and its false alarms.
//!
//! `TRUSTPUB_CORPUS=<folder> ./tests/run corpus` prints the figures and fails where they fall below
//! `tests/corpus/thresholds.toml`. The folder holds
//!
//! * `labels.tsv`: a publish job a row, with what is wrong with it;
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

use std::sync::OnceLock;

use folder::{Folder, load_folders};
use labels::Labels;
use trustpub_analysis::test_support::contradictions;
use trustpub_tests::needed::path_in;

/// The repositories and what is known about them.
struct Corpus {
    labels: Labels,
    folders: Vec<Folder>,
}

fn corpus() -> &'static Corpus {
    static CORPUS: OnceLock<Corpus> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let root = path_in("TRUSTPUB_CORPUS");
        Corpus {
            labels: Labels::load(&root),
            folders: load_folders(&root),
        }
    })
}

#[test]
#[ignore = "needs TRUSTPUB_CORPUS; the step `corpus`"]
fn figures_stay_above_their_thresholds() {
    let Corpus { labels, folders } = corpus();
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
#[ignore = "needs TRUSTPUB_CORPUS; the step `corpus`"]
fn every_fix_keeps_its_promises_in_real_repositories() {
    let Corpus { folders, .. } = corpus();
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
#[ignore = "needs TRUSTPUB_CORPUS; the step `corpus`"]
fn outcomes_and_findings_agree_in_real_repositories() {
    let Corpus { folders, .. } = corpus();
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
