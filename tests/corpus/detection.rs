//! Are the publish jobs found, and nothing else?

use std::collections::BTreeSet;

use crate::folder::Folder;
use crate::labels::{Labels, Row, Verdict};
use crate::score::{Figure, Section};

/// A job: its file and its id.
type Job<'a> = (&'a str, &'a str);

pub(crate) fn measure(labels: &Labels, folders: &[Folder]) -> Section {
    let (mut found, mut missed, mut wrong, mut unjudged) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut judged = Vec::new();
    let mut found_today = 0;
    for folder in folders {
        let detected: BTreeSet<Job> = folder
            .sites
            .iter()
            .map(|site| (site.path.as_str(), site.job.as_str()))
            .collect();
        for row in labels.of(&folder.dir).filter(|row| is_to_be_found(row)) {
            if detected.contains(&job(row)) {
                found.push(row.name());
                found_today += usize::from(labels.is_complete(&folder.dir));
            } else {
                missed.push(format!("{}: {}", row.name(), row.command));
            }
        }
        for &(file, id) in &detected {
            let line = format!("{} {file} › {id}", folder.dir);
            let row = labels.of(&folder.dir).find(|row| job(row) == (file, id));
            match row {
                Some(row) if is_to_be_found(row) || row.verdict == Verdict::GitHubPackages => {}
                None if !labels.is_complete(&folder.dir) => unjudged.push(line),
                None => match labels.judged(&folder.dir, file, id) {
                    Some(why) => judged.push(format!("{line}: {why}")),
                    None => wrong.push(line),
                },
                Some(_) => wrong.push(line),
            }
        }
    }
    Section {
        title: "Publish jobs",
        figures: vec![
            Figure::new(
                "detection-precision",
                found_today + judged.len(),
                found_today + judged.len() + wrong.len(),
            ),
            // As if everything that the labels leave out were wrong.
            Figure::new(
                "detection-precision-by-labels-alone",
                found_today,
                found_today + judged.len() + wrong.len(),
            ),
            Figure::new("detection-recall", found.len(), found.len() + missed.len()),
        ],
        lists: vec![
            ("publish jobs that are not found", missed),
            ("found, but they do not publish to npm", wrong),
            (
                "found, left out by the labels, and read by hand: they do publish",
                judged,
            ),
            ("found where not everything is labelled", unjudged),
        ],
    }
}

fn job(row: &Row) -> Job<'_> {
    (&row.file, &row.job)
}

/// Whether the row is a job that publishes to npm. One that publishes elsewhere may be found or not.
fn is_to_be_found(row: &Row) -> bool {
    row.is_publish && row.verdict != Verdict::GitHubPackages
}
