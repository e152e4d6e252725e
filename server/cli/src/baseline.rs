//! The findings that a user has decided to live with for now: written once, and left out afterwards.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use trustpub_host::{save_file, shown_path};

use crate::fingerprint::Finding;
use crate::input;
use crate::output::to_json;
use crate::report::{BYTE_ORDER_MARK, Report, RepositoryReport};

/// The file. It is sorted, so that the difference of two versions shows what was added and removed.
#[derive(Serialize, Deserialize, Debug)]
#[serde(expecting = "an object")]
struct Document {
    schema: u32,
    findings: BTreeSet<Entry>,
}

/// A finding, by what does not change when its line moves.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(expecting = "a finding")]
struct Entry {
    path: String,
    rule: String,
    fingerprint: String,
}

/// The findings that a file lists.
#[derive(Debug)]
pub(crate) struct Baseline {
    file: PathBuf,
    findings: BTreeSet<Entry>,
}

/// What a baseline did.
#[derive(Debug)]
pub(crate) struct Applied {
    /// How many findings it left out.
    pub(crate) hidden: usize,
    /// The entries that match nothing: a line each.
    pub(crate) unmatched: Vec<String>,
}

const SCHEMA: u32 = 1;

impl Baseline {
    /// The findings of a report, for a file.
    pub(crate) fn of(report: &Report, file: &Path) -> Self {
        let mut findings = BTreeSet::new();
        for repository in &report.repositories {
            let prefix = prefix_in(file, repository, report);
            for finding in &repository.findings {
                let listed = listed_for(repository, finding);
                findings.extend(listed.into_iter().map(|finding| Entry::of(&prefix, finding)));
            }
        }
        Self {
            file: file.to_owned(),
            findings,
        }
    }

    /// The baseline in a file.
    pub(crate) fn read(file: &Path) -> Result<Self, String> {
        let shown = shown_path(file);
        // A pipe has no end, and a repository may hold a link to one.
        let is_other = |metadata: fs::Metadata| !metadata.is_file() && !metadata.is_dir();
        if fs::metadata(file).is_ok_and(is_other) {
            return Err(format!("the baseline `{shown}` is not a file"));
        }
        let bytes = input::read(Some(file))
            .map_err(|error| format!("the baseline {error}"))?
            .bytes;
        let text =
            String::from_utf8(bytes).map_err(|_| format!("the baseline `{shown}` is not valid UTF-8"))?;
        // Windows PowerShell writes one.
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&text);
        let document: Document = serde_json::from_str(text).map_err(|error| {
            format!(
                "`{shown}` is not a baseline: {error}. Remove it, and write it again with `--write-baseline`."
            )
        })?;
        if document.schema != SCHEMA {
            return Err(format!(
                "the baseline `{shown}` has schema {}, and this version of trustpub reads schema {SCHEMA}. Update trustpub.",
                document.schema
            ));
        }
        Ok(Self {
            file: file.to_owned(),
            findings: document.findings,
        })
    }

    /// How many findings it lists.
    pub(crate) fn len(&self) -> usize {
        self.findings.len()
    }

    /// Its text.
    pub(crate) fn text(self) -> String {
        to_json(&Document {
            schema: SCHEMA,
            findings: self.findings,
        })
    }

    /// Writes it to its file.
    pub(crate) fn write(self) -> Result<(), String> {
        let shown = shown_path(&self.file);
        if !may_be_replaced(&self.file) {
            return Err(format!(
                "`{shown}` was not written: it holds something other than a baseline. Remove it, or pass another name."
            ));
        }
        let file = self.file.clone();
        save_file(&file, &self.text()).map_err(|error| format!("the baseline {error}"))
    }

    /// Takes out of a report what the baseline lists.
    pub(crate) fn apply(&self, report: &mut Report) -> Applied {
        let mut matched = BTreeSet::new();
        let mut hidden = 0;
        let prefixes: Vec<String> = report
            .repositories
            .iter()
            .map(|repository| prefix_in(&self.file, repository, report))
            .collect();
        for (repository, prefix) in report.repositories.iter_mut().zip(prefixes) {
            let mut is_listed = |finding: &Finding| {
                let entry = Entry::of(&prefix, finding);
                let is_listed = self.findings.contains(&entry);
                if is_listed {
                    matched.insert(entry);
                }
                is_listed
            };
            let findings = std::mem::take(&mut repository.findings);
            let (known, new): (Vec<Finding>, Vec<Finding>) = findings.into_iter().partition(|finding| {
                // Each is looked for, so that none seems to be gone.
                let of_packages = listed_for(repository, finding).into_iter();
                of_packages.filter(|finding| !is_listed(finding)).count() == 0
            });
            hidden += known.len();
            repository.findings = new;
        }
        let unmatched = self.findings.difference(&matched);
        Applied {
            hidden,
            unmatched: unmatched
                .map(|entry| format!("{}: {}", entry.path, entry.rule))
                .collect(),
        }
    }
}

impl Entry {
    fn of(prefix: &str, finding: &Finding) -> Self {
        Self {
            path: format!("{prefix}{}", finding.diagnostic.path),
            rule: finding.diagnostic.rule.to_owned(),
            fingerprint: finding.fingerprint.clone(),
        }
    }
}

/// The findings by which a baseline knows one. Where it counts packages these are their own: another package with the same
/// trouble is new, and a run for one manifest finds the same.
fn listed_for<'r>(repository: &'r RepositoryReport, finding: &'r Finding) -> Vec<&'r Finding> {
    let counted = repository.counted_by(finding);
    match counted.is_empty() {
        true => vec![finding],
        false => counted,
    }
}

/// What comes before the paths of a repository. If the baseline is in a folder above the repository, that is the way from this
/// folder, whatever the current one is; if it is in the repository, or elsewhere for one repository, nothing.
fn prefix_in(file: &Path, repository: &RepositoryReport, report: &Report) -> String {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let (Ok(folder), Ok(root)) = (
        fs::canonicalize(folder),
        fs::canonicalize(repository.shown_root()),
    ) else {
        return String::new();
    };
    if let Ok(way) = root.strip_prefix(&folder) {
        let names = way.components().map(|name| name.as_os_str().to_string_lossy());
        return names.map(|name| format!("{name}/")).collect();
    }
    match report.repositories.len() == 1 || folder.starts_with(&root) {
        true => String::new(),
        false => repository.prefix.clone(),
    }
}

/// Writing a baseline here destroys nothing else: the path is free, or has an empty file or an older baseline.
fn may_be_replaced(file: &Path) -> bool {
    match fs::metadata(file) {
        Ok(metadata) if metadata.is_file() => metadata.len() == 0 || Baseline::read(file).is_ok(),
        // What else is in the way is told when it is written.
        _ => true,
    }
}
