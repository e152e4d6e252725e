//! `labels.tsv` and `negatives.tsv`.

use std::collections::BTreeMap;
use std::path::Path;

/// The labels.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    pub(crate) rows: Vec<Row>,
    /// Jobs that publish and that the labels leave out, see `judged.tsv`: folder, file, job, and how it publishes.
    pub(crate) judged: Vec<[String; 4]>,
    /// Folders in which something looks like publishing and is not, with the file.
    pub(crate) negatives: Vec<(String, String)>,
}

/// A job, or a composite action, that writes to a registry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) dir: String,
    pub(crate) file: String,
    pub(crate) job: String,
    pub(crate) verdict: Verdict,
    pub(crate) problems: Vec<String>,
    /// Whether it publishes; a job may also only move a tag.
    pub(crate) is_publish: bool,
    /// Whether the publish command is in the workflow itself, not in a script, a tool or an action.
    pub(crate) is_direct: bool,
    pub(crate) command: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Clean,
    Problem,
    TokenOnly,
    GitHubPackages,
    Unknown,
}

impl Labels {
    pub(crate) fn load(root: &Path) -> Self {
        let read = |name: &str| {
            let path = root.join(name);
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let rows = parse(&read("labels.tsv")).iter().map(row).collect();
        let negatives = parse(&read("negatives.tsv"))
            .iter()
            .map(|columns| {
                (
                    field(columns, "dir").to_owned(),
                    field(columns, "file").to_owned(),
                )
            })
            .collect();
        let judged = parse(include_str!("judged.tsv"))
            .iter()
            .map(|columns| ["dir", "file", "job", "why"].map(|name| field(columns, name).to_owned()))
            .collect();
        Self {
            rows,
            judged,
            negatives,
        }
    }

    /// How a job publishes that the labels leave out and that was read by hand.
    pub(crate) fn judged(&self, dir: &str, file: &str, job: &str) -> Option<&str> {
        let judged = self
            .judged
            .iter()
            .find(|[d, f, j, _]| (d.as_str(), f.as_str(), j.as_str()) == (dir, file, job));
        judged.map(|[.., why]| why.as_str())
    }

    /// The rows of a folder.
    pub(crate) fn of<'l>(&'l self, dir: &'l str) -> impl Iterator<Item = &'l Row> {
        self.rows.iter().filter(move |row| row.dir == dir)
    }

    /// Whether all that a folder publishes is labelled: today's repositories, where anything in them is.
    pub(crate) fn is_complete(&self, dir: &str) -> bool {
        let is_named = self.of(dir).next().is_some() || self.negatives.iter().any(|(other, _)| other == dir);
        is_named && dir.starts_with("repos/")
    }
}

impl Row {
    /// The job's name in the report.
    pub(crate) fn name(&self) -> String {
        format!("{} {} › {}", self.dir, self.file, self.job)
    }
}

type Columns = BTreeMap<String, String>;

fn parse(tsv: &str) -> Vec<Columns> {
    let mut lines = tsv.lines();
    let names: Vec<&str> = lines.next().unwrap_or("").split('\t').collect();
    let columns_of = |line: &str| {
        let values = line.split('\t').map(unquoted);
        names.iter().map(|&name| name.to_owned()).zip(values).collect()
    };
    lines.filter(|line| !line.is_empty()).map(columns_of).collect()
}

/// A field that holds quotes is itself quoted, its quotes doubled.
fn unquoted(field: &str) -> String {
    match field.strip_prefix('"').and_then(|field| field.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => field.to_owned(),
    }
}

fn field<'c>(columns: &'c Columns, name: &str) -> &'c str {
    columns
        .get(name)
        .unwrap_or_else(|| panic!("there is no column {name}"))
}

fn row(columns: &Columns) -> Row {
    let field = |name| field(columns, name);
    Row {
        dir: field("dir").to_owned(),
        file: field("file").to_owned(),
        job: field("job").to_owned(),
        verdict: match field("verdict") {
            "clean" => Verdict::Clean,
            "problem" => Verdict::Problem,
            "token-only" => Verdict::TokenOnly,
            "github-packages" => Verdict::GitHubPackages,
            "unknown" => Verdict::Unknown,
            other => panic!("unheard-of verdict {other}"),
        },
        problems: field("problems")
            .split([',', ';', ' '])
            .filter(|problem| !problem.is_empty())
            .map(str::to_owned)
            .collect(),
        is_publish: field("publish_step_kind") != "registry write, not publish",
        is_direct: field("publish_step_kind").starts_with("direct"),
        command: field("publish_command").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_by_the_names_of_their_columns() {
        let tsv = "job\tdir\tfile\tverdict\tproblems\tpublish_step_kind\tpublish_command\n\
                   publish\trepos/a__b\tr.yml\tproblem\tone, two\tdirect\t\"npm \"\"x\"\"\"\n";
        let rows: Vec<Row> = parse(tsv).iter().map(row).collect();
        let expected = Row {
            dir: "repos/a__b".to_owned(),
            file: "r.yml".to_owned(),
            job: "publish".to_owned(),
            verdict: Verdict::Problem,
            problems: vec!["one".to_owned(), "two".to_owned()],
            is_publish: true,
            is_direct: true,
            command: "npm \"x\"".to_owned(),
        };
        assert_eq!(rows, [expected]);
    }
}
