//! What is predicted for the publish sites, and how often nothing can be.

use std::collections::BTreeMap;

use trustpub_analysis::Outcome;

use crate::folder::Folder;
use crate::labels::{Labels, Verdict};
use crate::score::{Figure, Section};

const OUTCOMES: [Outcome; 6] = [
    Outcome::Oidc,
    Outcome::OidcOrToken,
    Outcome::Token,
    Outcome::Fails,
    Outcome::NotReached,
    Outcome::Unknown,
];

pub(crate) fn measure(labels: &Labels, folders: &[Folder]) -> Section {
    let (mut direct, mut unknown) = (0, Vec::new());
    let mut by_publisher: BTreeMap<&str, [usize; OUTCOMES.len()]> = BTreeMap::new();
    for folder in folders {
        for site in &folder.sites {
            let counts = by_publisher.entry(&site.publishing_tool).or_default();
            for (count, outcome) in counts.iter_mut().zip(OUTCOMES) {
                *count += usize::from(site.outcome == outcome);
            }
        }
        let rows = labels
            .of(&folder.dir)
            .filter(|row| row.is_direct && row.verdict != Verdict::GitHubPackages);
        for row in rows {
            direct += 1;
            let mut sites = folder
                .sites
                .iter()
                .filter(|site| (site.path.as_str(), site.job.as_str()) == (&row.file, &row.job));
            // A job that is not found at all has no outcome either.
            let has_outcome =
                sites.clone().next().is_some() && sites.all(|site| site.outcome != Outcome::Unknown);
            if !has_outcome {
                unknown.push(row.name());
            }
        }
    }
    Section {
        title: "Outcomes",
        figures: vec![Figure::new("direct-with-unknown-outcome", unknown.len(), direct)],
        lists: vec![
            ("jobs that publish directly, with unknown outcome", unknown),
            ("sites by publisher", by_publisher.iter().map(line).collect()),
        ],
    }
}

fn line((publisher, counts): (&&str, &[usize; OUTCOMES.len()])) -> String {
    let counts: Vec<String> = OUTCOMES
        .iter()
        .zip(counts)
        .filter(|(_, count)| **count > 0)
        .map(|(outcome, count)| format!("{} {count}", outcome.name()))
        .collect();
    format!("{publisher}: {}", counts.join(", "))
}
