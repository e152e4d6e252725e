//! Which files differ from a commit. This is the only place where trustpub starts a program, which is git.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use trustpub_analysis::{Diagnostic, FilePath};
use trustpub_host::{GIT_FOLDER, shown_path};

use crate::report::RepositoryReport;

/// Leaves out the findings that concern only files which are the same as where the current branch left `reference`. Returns
/// how many these are. In a repository without a commit all files are new.
///
/// A finding concerns its file and the files of its related places.
pub(crate) fn retain_changed(
    root: &Path,
    reference: &str,
    report: &mut RepositoryReport,
) -> Result<usize, String> {
    let Some(commit) = base_commit(root, reference)? else {
        return Ok(0);
    };
    let concerned: BTreeSet<FilePath> = report
        .findings
        .iter()
        .flat_map(|finding| files_of(&finding.diagnostic))
        .cloned()
        .collect();
    let unchanged = unchanged(root, "", &commit, concerned, report)
        .map_err(|error| format!("git could not read the files of `{reference}`: {error}"))?;
    let before = report.findings.len();
    report.findings.retain(|finding| {
        let mut files = files_of(&finding.diagnostic);
        files.any(|path| !unchanged.contains(path))
    });
    Ok(before - report.findings.len())
}

fn files_of(diagnostic: &Diagnostic) -> impl Iterator<Item = &FilePath> {
    let related = diagnostic.related.iter().map(|related| &related.path);
    std::iter::once(&diagnostic.path).chain(related)
}

/// git, without what a repository's own configuration could make it start: a monitor of the file system, hooks, or a
/// transport that fetches what a partial clone left out. The commands that are used here read objects only: `git diff` and
/// `git status` would run the filters of the configuration on the files of the worktree. Source: git-config(1), git(1),
/// gitattributes(5) of git 2.47.
fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .args(["--no-pager", "--no-optional-locks", "-c", "core.fsmonitor="])
        .args(["-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never"])
        .arg("-C")
        .arg(root)
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        // What it says when it fails is shown.
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    // A hook of git sets some of these for the repository that it runs in, and they would count for every other one.
    for name in OF_ONE_REPOSITORY {
        command.env_remove(name);
    }
    command
}

/// What git itself takes away when it goes on to another repository, without the user's configuration. Source:
/// `git rev-parse --local-env-vars` of git 2.47.
const OF_ONE_REPOSITORY: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// The commit in which the current branch left `reference`; that itself if git does not have it, as in a shallow clone. None if
/// the repository has no commit at all.
fn base_commit(root: &Path, reference: &str) -> Result<Option<String>, String> {
    match run(git(root).args([
        "rev-parse",
        "--verify",
        "--quiet",
        &format!("{reference}^{{commit}}"),
    ])) {
        Ok(commit) => {
            let base = run(git(root).args(["merge-base", &commit, "HEAD"]));
            Ok(Some(base.unwrap_or(commit)))
        }
        Err(reason) if reason.is_empty() => {
            let any = run(git(root).args(["rev-list", "--all", "--max-count=1"]));
            match any.as_deref() {
                Ok("") => Ok(None),
                _ => Err(format!(
                    "git finds no commit `{reference}` in `{}`. In a workflow, let actions/checkout fetch it with \
                     `fetch-depth: 0`.",
                    shown_path(root)
                )),
            }
        }
        Err(reason) => Err(format!(
            "git cannot look for the commit `{reference}` in `{}`: {reason}",
            shown_path(root)
        )),
    }
}

/// The first line that a command of git prints, or the reason why it failed, which is empty if git gives none.
fn run(command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("git cannot be started ({error})"))?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout).lines().next().unwrap_or_default().to_owned());
    }
    let told = text(&output.stderr);
    let mut lines = told.lines().map(str::trim);
    let reason = lines.next().unwrap_or_default().trim_start_matches("fatal: ");
    // Of a checkout that belongs to another user, git names the command that makes it trusted.
    Err(match lines.find(|line| line.starts_with("git config ")) {
        Some(remedy) => format!("{reason}. Run `{remedy}` first."),
        None => reason.to_owned(),
    })
}

/// The files whose text is the same in a commit of the repository in `folder`, which is the root or a submodule in it.
fn unchanged(
    root: &Path,
    folder: &str,
    commit: &str,
    paths: BTreeSet<FilePath>,
    report: &RepositoryReport,
) -> io::Result<HashSet<FilePath>> {
    let mut own = Vec::new();
    let mut of_submodules: BTreeMap<String, BTreeSet<FilePath>> = BTreeMap::new();
    for path in paths {
        match submodule_of(root, folder, &path) {
            Some(submodule) => {
                of_submodules.entry(submodule).or_default().insert(path);
            }
            None => own.push(path),
        }
    }
    let here = root.join(folder);
    let mut unchanged = unchanged_here(&here, folder, commit, own, report)?;
    for (submodule, paths) in of_submodules {
        let below = submodule.get(folder.len()..).unwrap_or_default();
        // The commit of the submodule that belongs to the one around it.
        let revision = format!("{commit}:./{below}");
        if let Ok(commit) = run(git(&here).args(["rev-parse", "--verify", "--quiet", &revision])) {
            let folder = format!("{submodule}/");
            unchanged.extend(self::unchanged(root, &folder, &commit, paths, report)?);
        }
    }
    Ok(unchanged)
}

/// The outermost submodule below `folder` that a file is in.
fn submodule_of(root: &Path, folder: &str, path: &FilePath) -> Option<String> {
    let path = path.as_str();
    let ends = path.match_indices('/').map(|(end, _)| end);
    let mut folders = ends.filter_map(|end| path.get(..end));
    folders
        .find(|inner| inner.len() > folder.len() && root.join(inner).join(GIT_FOLDER).exists())
        .map(str::to_owned)
}

/// The same without what is in submodules. Ends of lines make no difference, as git may have converted them.
fn unchanged_here(
    here: &Path,
    folder: &str,
    commit: &str,
    paths: Vec<FilePath>,
    report: &RepositoryReport,
) -> io::Result<HashSet<FilePath>> {
    let text_of = |path: &FilePath| report.sources.get(path).map(|source| source.text.as_bytes());
    // A name with the end of a line would end the question. The file counts as changed.
    let asked: Vec<FilePath> = paths
        .into_iter()
        .filter(|path| !path.as_str().contains(['\n', '\r']) && text_of(path).is_some())
        .collect();
    if asked.is_empty() {
        return Ok(HashSet::new());
    }
    let mut child = git(here)
        // The analysis follows links to files, too.
        .args([
            "cat-file",
            "--batch=%(objecttype) %(objectsize)",
            "--follow-symlinks",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let (Some(mut questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    // git answers while it is asked, and would wait for a reader.
    let paths = asked.iter().filter_map(|path| path.as_str().get(folder.len()..));
    let text: String = paths.map(|path| format!("{commit}:./{path}\n")).collect();
    let asking = thread::spawn(move || questions.write_all(text.as_bytes()));
    let mut answers = BufReader::new(answers);
    let mut unchanged = HashSet::new();
    for path in asked {
        let now = text_of(&path).unwrap_or_default();
        let before = answer(&mut answers, now.len())?;
        if before.is_some_and(|before| is_same(&before, now)) {
            unchanged.insert(path);
        }
    }
    // Everything was read, so neither failing changes anything.
    let _ = asking.join();
    let _ = child.wait();
    Ok(unchanged)
}

/// The next object that git prints; none if the commit does not have the file, or another one for certain.
fn answer(answers: &mut impl BufRead, length: usize) -> io::Result<Option<Vec<u8>>> {
    let mut head = String::new();
    if answers.read_line(&mut head)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let Some((kind, size)) = head.trim_end().split_once(' ') else {
        return Ok(None);
    };
    let Ok(size) = size.parse::<u64>() else {
        return Ok(None);
    };
    let mut content = Vec::new();
    // A return before the end of each line makes a text at most twice as long. What is larger need not be held.
    let is_possible = kind == "blob" && size <= 2 * length as u64;
    let mut object = answers.by_ref().take(size);
    match is_possible {
        true => object.read_to_end(&mut content).map(drop)?,
        false => io::copy(&mut object, &mut io::sink()).map(drop)?,
    }
    answers.read_exact(&mut [0])?;
    Ok(is_possible.then_some(content))
}

fn is_same(one: &[u8], other: &[u8]) -> bool {
    let without_returns = |bytes: &[u8]| {
        let lines: Vec<Vec<u8>> = bytes
            .split(|byte| *byte == b'\n')
            .map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec())
            .collect();
        lines
    };
    one == other || without_returns(one) == without_returns(other)
}
