//! What `trustpub check` reads besides repositories, and where it does not write.

use std::path::{Path, PathBuf};

use trustpub_host::{relative_path, resolve_file, shown_path};

use crate::args::CheckArgs;
use crate::baseline::Baseline;
use crate::input;
use crate::repository::{Checkout, Unsaved};

/// What the user names by a file.
pub(super) struct Inputs {
    pub(super) unsaved: Option<Unsaved>,
    pub(super) listed: Option<Vec<PathBuf>>,
    pub(super) baseline: Option<Baseline>,
}

impl Inputs {
    pub(super) fn read(args: &CheckArgs) -> Result<Self, String> {
        Ok(Self {
            unsaved: args.stdin_filename.as_deref().map(read_unsaved).transpose()?,
            listed: args.from_list.as_deref().map(read_list).transpose()?,
            baseline: args.baseline.as_deref().map(Baseline::read).transpose()?,
        })
    }
}

/// Why nothing is written to the files that are named. A report in the place of a manifest would be the loss of the manifest.
pub(super) fn refused_output(args: &CheckArgs) -> Option<String> {
    let baseline = args.baseline.as_deref();
    let is_same = |file: &Path| baseline.is_some_and(|baseline| is_same_file(file, baseline));
    if let Some(file) = args.output_file().filter(|file| is_same(file)) {
        return Some(format!(
            "`{}` was not written: it is the baseline. Pass another name.",
            shown_path(file)
        ));
    }
    let files = [args.output_file(), args.baseline_file()];
    let mut files = files.into_iter().flatten();
    if let Some(file) = files.clone().find(|file| is_of_git(file)) {
        return Some(format!(
            "`{}` was not written: it is in a folder of git. Pass another name.",
            shown_path(file)
        ));
    }
    let read = files.find(|file| resolve_file(file).is_ok())?;
    Some(format!(
        "`{}` was not written: trustpub reads a file of this name. Pass another name.",
        shown_path(read)
    ))
}

/// The same of a file that has been read for what another file says: a script that a step runs.
pub(super) fn refused_in(args: &CheckArgs, checkout: &Checkout) -> Option<String> {
    let files = [args.output_file(), args.baseline_file()];
    let mut files = files.into_iter().flatten();
    let is_read = |file: &&Path| {
        // That nothing is written through a link, `save_file` says.
        let real = file.canonicalize().ok().filter(|_| !file.is_symlink());
        let path = real.and_then(|real| relative_path(&checkout.root, &real));
        path.is_some_and(|path| checkout.workspace.file(&path).is_some())
    };
    let read = files.find(is_read)?;
    Some(format!(
        "`{}` was not written: trustpub reads this file. Pass another name.",
        shown_path(read)
    ))
}

/// Whether git keeps a repository in the folder of a file.
fn is_of_git(file: &Path) -> bool {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let real = folder.unwrap_or(Path::new(".")).canonicalize();
    real.is_ok_and(|folder| folder.components().any(|name| name.as_os_str() == ".git"))
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    real(one).is_some_and(|one| real(other) == Some(one))
}

/// The paths in a file, or in standard input if it is `-`.
fn read_list(file: &Path) -> Result<Vec<PathBuf>, String> {
    let file = (file != Path::new("-")).then_some(file);
    let input = input::read(file)?;
    // Windows PowerShell writes a byte order mark.
    let text = input.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&input.bytes);
    let lines = text.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let paths: Result<Vec<PathBuf>, String> = lines
        .filter(|line| !line.trim_ascii().is_empty())
        .map(|line| path_of(line).ok_or_else(|| format!("{} is not valid UTF-8", input.name)))
        .collect();
    let paths = paths?;
    match paths.is_empty() {
        true => Err(format!(
            "{} lists no repository: write one path on each line",
            input.name
        )),
        false => Ok(paths),
    }
}

/// A path on a line. On Unix it may hold any bytes.
#[cfg(unix)]
fn path_of(line: &[u8]) -> Option<PathBuf> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    Some(PathBuf::from(OsStr::from_bytes(line)))
}

#[cfg(not(unix))]
fn path_of(line: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(line).ok().map(PathBuf::from)
}

fn read_unsaved(file: &Path) -> Result<Unsaved, String> {
    let input = input::read(None)?;
    let text = String::from_utf8(input.bytes).map_err(|_| format!("{} is not valid UTF-8", input.name))?;
    Ok(Unsaved {
        file: file.to_owned(),
        text: text.into(),
    })
}
