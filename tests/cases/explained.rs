//! Logs that were once explained wrongly, each with the right answer beside it, in the folder `explain` of the cases.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use trustpub_analysis::explain::{Origin, explain};
use trustpub_analysis::{FilePath, RepositorySlug, Workspace};
use trustpub_tests::needed::path_in;

/// What must be said of a log.
struct Expected {
    /// The causes of which one must be named first; none must be named if there are none.
    first: Vec<String>,
    /// The causes that must not be named first.
    not_first: Vec<String>,
    /// The causes that must be among the first three.
    in_first_three: Vec<String>,
    /// The most causes that may be named.
    at_most: Option<u64>,
    /// The files of the repository that the log is from.
    repository: BTreeMap<String, String>,
}

impl Expected {
    fn read(text: &str) -> Self {
        let value: Value = serde_json::from_str(text).expect("the answer is JSON");
        let texts = |key: &str| {
            let list = value[key].as_array().into_iter().flatten();
            list.map(|text| text.as_str().unwrap().to_owned()).collect()
        };
        let files = value["repository"].as_object().into_iter().flatten();
        Self {
            first: texts("first"),
            not_first: texts("not_first"),
            in_first_three: texts("in_first_three"),
            at_most: value["at_most"].as_u64(),
            repository: files
                .map(|(path, text)| (path.clone(), text.as_str().unwrap().to_owned()))
                .collect(),
        }
    }
}

#[test]
#[ignore = "needs TRUSTPUB_CASES; the step `cases`"]
fn every_log_is_explained_rightly() {
    let root = path_in("TRUSTPUB_CASES");
    let folder = root.join("explain");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut logs: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    logs.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    logs.sort();
    assert!(!logs.is_empty(), "{} has no logs", folder.display());
    let wrong: Vec<String> = logs.iter().filter_map(|log| problem(log)).collect();
    println!("{} logs, {} right", logs.len(), logs.len() - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn problem(log: &Path) -> Option<String> {
    let expected = fs::read_to_string(log.with_extension("expected.json")).unwrap();
    let expected = Expected::read(&expected);
    let text = fs::read(log).unwrap();
    let workspace = (!expected.repository.is_empty()).then(|| workspace(&expected.repository));
    let origin = Origin {
        repository: workspace.as_ref(),
        ..Origin::default()
    };
    let causes = explain(&String::from_utf8_lossy(&text), &origin).causes;
    let named: Vec<&str> = causes.iter().map(|cause| cause.id.name()).collect();
    let is_in = |ids: &[String], cause: &str| ids.iter().any(|id| id == cause);
    let is_right = match named.first() {
        Some(first) => is_in(&expected.first, first) && !is_in(&expected.not_first, first),
        None => expected.first.is_empty(),
    };
    let first_three: Vec<String> = named.iter().take(3).map(|id| (*id).to_owned()).collect();
    let is_complete = expected.in_first_three.iter().all(|id| is_in(&first_three, id));
    let is_short = expected.at_most.is_none_or(|most| named.len() as u64 <= most);
    let is_right = is_right && is_complete && is_short;
    let name = log.file_stem().unwrap_or_default().to_string_lossy();
    (!is_right).then(|| format!("{name}: {named:?}, and not {:?}", expected.first))
}

fn workspace(files: &BTreeMap<String, String>) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.set_repository(RepositorySlug::parse(super::SLUG), false);
    for (path, text) in files {
        let path = FilePath::new(path).expect("the path is sound");
        workspace.set_file(path, Arc::from(text.as_str()));
    }
    workspace.check();
    workspace
}
