//! The logs of failures: one for each tool, wording and cause, as the job's page on GitHub shows them.
//!
//! `TRUSTPUB_ORACLE_LOGS=1` runs the cells of [`chosen`] again and writes `logs/*.log` and `logs/causes.tsv`.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::cell::Cell;
use crate::matrix;
use crate::real::Run;
use crate::record::{End, Record};
use crate::tool::TOOLS;
use crate::truth::true_causes;

/// The most bytes of a log.
const MOST_BYTES: usize = 3_000;
/// The most frames of a stack that are kept.
const MOST_FRAMES: usize = 3;

/// A log with the cell that it is of and the true causes.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) cell: Cell,
    pub(crate) causes: Vec<String>,
    pub(crate) text: String,
}

/// Failed cells: of those that print alike for the same causes, the plainest of the newest release.
pub(crate) fn chosen(record: &Record) -> Vec<Cell> {
    /// So much of a line tells how the tool words the error; further on are names and addresses.
    const WORDING: usize = 24;
    let mut seen = HashSet::new();
    let mut cells = matrix::cells();
    let age = |cell: &Cell| TOOLS.iter().rev().position(|tool| *tool == cell.tool);
    cells.sort_by_key(age);
    cells.retain(|cell| {
        let Some(recorded) = record.get(&cell.to_string()) else {
            return false;
        };
        let causes = true_causes(cell, recorded);
        let wording: String = recorded.text.chars().take(WORDING).collect();
        recorded.end == End::Failed
            && !causes.is_empty()
            && seen.insert((cell.tool.kind, recorded.code.clone(), wording, causes))
    });
    cells
}

/// Writes the logs of these runs, and the table.
pub(crate) fn write(runs: &[(Cell, Run)]) {
    let folder = folder();
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut table = String::from(
        "# The true causes of the failures in this folder, of which the first says most. Written by `tests/oracle/run --logs`, never \
         by hand.\nlog\tcell\tcauses\n",
    );
    for (cell, run) in runs {
        let file = format!("{}.log", file_name(cell));
        let causes = true_causes(cell, &run.recorded).join(" ");
        table += &format!("{file}\t{cell}\t{causes}\n");
        save(&folder.join(file), &shortened(&as_github_shows(&run.output)));
    }
    save(&folder.join("causes.tsv"), &table);
}

/// Reads the logs.
pub(crate) fn read() -> Vec<Log> {
    let folder = folder();
    let table = std::fs::read_to_string(folder.join("causes.tsv")).unwrap_or_default();
    let cells = matrix::cells();
    let rows = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("log\t"));
    rows.map(|row| {
        let [file, name, causes] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("causes.tsv: {row}");
        };
        let cell = cells.iter().find(|cell| cell.to_string() == name);
        let path = folder.join(file);
        Log {
            cell: *cell.unwrap_or_else(|| panic!("{name} is not in the matrix")),
            causes: causes.split(' ').map(str::to_owned).collect(),
            text: std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        }
    })
    .collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracle/tools/logs")
}

fn save(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// `np 12.1.1, no id-token, no token` → `np-12.1.1-no-id-token-no-token`.
fn file_name(cell: &Cell) -> String {
    let name = cell.to_string().to_lowercase();
    let words = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// The runner carries out the lines that are commands to it. Of those, the page of a job shows groups and errors.
/// Source: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>.
fn as_github_shows(output: &str) -> String {
    let mut shown = String::new();
    for line in output.lines() {
        let command = line.strip_prefix("::").and_then(|rest| rest.split_once("::"));
        let line = match command {
            Some((name @ ("error" | "warning" | "group" | "endgroup"), text)) => {
                format!("##[{name}]{}", text.replace("%0A", "\n").replace("%25", "%"))
            }
            Some(("add-mask" | "debug" | "stop-commands", _)) => continue,
            _ => line.to_owned(),
        };
        shown += line.trim_end();
        shown.push('\n');
    }
    shown
}

/// The log without what tells nothing: most of a stack, the list of packed files, and then lines from the middle.
fn shortened(log: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut frames = 0;
    for line in log.lines() {
        let is_frame = line.trim_start().starts_with("at ");
        frames = if is_frame { frames + 1 } else { 0 };
        if frames <= MOST_FRAMES && !is_of_package(line) {
            lines.push(line);
        }
    }
    let length = |lines: &[&str]| lines.iter().map(|line| line.len() + 1).sum::<usize>();
    while length(&lines) > MOST_BYTES {
        let middle = lines.len() / 2;
        let dull = (0..lines.len()).filter(|at| !is_telling(lines[*at]));
        let at = dull.min_by_key(|at| at.abs_diff(middle));
        lines.remove(at.unwrap_or(middle));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Whether npm tells what it has packed.
fn is_of_package(line: &str) -> bool {
    let Some((_, text)) = line.split_once("npm notice") else {
        return false;
    };
    !["Publishing", "rovenance", "version"]
        .iter()
        .any(|word| text.contains(word))
}

fn is_telling(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    [
        "error", "err!", "fail", "✖", "✘", "oidc", "must", "not ", "code", "version",
    ]
    .iter()
    .any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES, as_github_shows, shortened};

    #[test]
    fn commands_to_the_runner_are_shown_as_on_the_page_of_a_job() {
        let output = "::group::nx\n::add-mask::secret\n::debug::x\n::error::Error: a%0Ab\n::endgroup::\n";
        assert_eq!(
            as_github_shows(output),
            "##[group]nx\n##[error]Error: a\nb\n##[endgroup]\n"
        );
    }

    #[test]
    fn a_long_log_keeps_its_ends_and_its_errors() {
        let dull = "nothing of interest here\n".repeat(300);
        let log = format!("first\n{dull}npm error code E404\n{dull}last\n");
        let short = shortened(&log);
        assert!(short.len() <= MOST_BYTES, "{} bytes", short.len());
        for line in ["first\n", "npm error code E404\n", "last\n"] {
            assert!(short.contains(line), "{line} is gone");
        }
        assert_eq!(
            shortened("npm notice 17B index.js\nError: a\n    at b\n"),
            "Error: a\n    at b\n"
        );
    }
}
