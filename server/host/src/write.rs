mod attributes;
mod replace;
mod save;
mod temporary;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::path::shown_path;
use replace::{Replaced, holds, replace};
use temporary::Temporary;

pub use save::{SaveError, save_file};
pub use temporary::remove_left_behind;

/// Replaces the text of a file, if it still is `expected`. Afterwards the file holds the new text or the old one,
/// never a part of either, whatever happens in between. Where another program saves the file at the same time, its text
/// stays.
///
/// A symbolic link stays; the file that it leads to gets the text. Permissions and extended attributes stay too. A hard
/// link to the file keeps the old text, which is the price of the guarantee.
pub fn write_if_unchanged(path: &Path, expected: &str, text: &str) -> Result<(), WriteError> {
    let file = fs::canonicalize(path).map_err(|error| WriteError::from_io(path, &error))?;
    let metadata = fs::metadata(&file).map_err(|error| WriteError::from_io(path, &error))?;
    if !metadata.is_file() {
        return Err(WriteError::NotAFile(path.to_path_buf()));
    }
    // A rename would replace a read-only file without asking, as only the folder's permissions count for it.
    check_writable(&file, &metadata).map_err(|error| WriteError::from_io(path, &error))?;
    check_unchanged(path, &file, expected)?;
    let temporary =
        Temporary::beside(&file, &metadata, text).map_err(|error| WriteError::in_folder(path, &error))?;
    // Once more, because writing to the disk took its time. A change after this is seen when the file is replaced.
    check_unchanged(path, &file, expected)?;
    match replace(temporary, &file, expected, text) {
        Ok(Replaced::Yes) => Ok(()),
        Ok(Replaced::OtherwiseSaved) => Err(WriteError::Changed(path.to_path_buf())),
        Err(error) => Err(WriteError::in_folder(path, &error)),
    }
}

fn check_writable(file: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    OpenOptions::new().write(true).open(file).map(drop)
}

fn check_unchanged(path: &Path, file: &Path, expected: &str) -> Result<(), WriteError> {
    match holds(file, expected) {
        Ok(true) => Ok(()),
        Ok(false) => Err(WriteError::Changed(path.to_path_buf())),
        Err(error) => Err(WriteError::from_io(path, &error)),
    }
}

/// Why a file was not changed. It is untouched then. The texts say what, why, and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WriteError {
    /// It was to be made and is there already.
    Exists(PathBuf),
    /// It no longer holds the text from which the fix was made.
    Changed(PathBuf),
    /// It does not exist any more.
    Vanished(PathBuf),
    /// It is not a regular file.
    NotAFile(PathBuf),
    /// This user must not write it.
    ReadOnly(PathBuf),
    /// This user must not write to its folder.
    ReadOnlyFolder(PathBuf),
    /// Any other refusal of the operating system, with its reason.
    Io(PathBuf, String),
}

impl WriteError {
    fn from_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_path_buf();
        match error.kind() {
            io::ErrorKind::NotFound => Self::Vanished(path),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(path),
            _ => Self::Io(path, error.to_string()),
        }
    }

    pub(crate) fn in_new_file(path: &Path, error: &io::Error) -> Self {
        match (error.kind(), Self::in_folder(path, error)) {
            (io::ErrorKind::AlreadyExists, _) => Self::Exists(path.to_path_buf()),
            (_, Self::Vanished(path)) => Self::Io(path, error.to_string()),
            (_, other) => other,
        }
    }

    fn in_folder(path: &Path, error: &io::Error) -> Self {
        match Self::from_io(path, error) {
            Self::ReadOnly(path) => Self::ReadOnlyFolder(path),
            other => other,
        }
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => write!(
                f,
                "`{}` was not written: there is such a file already. Remove it, or choose another name.",
                shown_path(path)
            ),
            Self::Changed(path) => write!(
                f,
                "`{}` was not changed: it was edited in the meantime, so the fix may no longer fit. Run again.",
                shown_path(path)
            ),
            Self::Vanished(path) => write!(
                f,
                "`{}` was not changed: it does not exist any more. Run again.",
                shown_path(path)
            ),
            Self::NotAFile(path) => write!(
                f,
                "`{}` was not changed: it is not a regular file. Replace it by one.",
                shown_path(path)
            ),
            Self::ReadOnly(path) => write!(
                f,
                "`{}` was not changed: it is read-only. Make it writable and run again.",
                shown_path(path)
            ),
            Self::ReadOnlyFolder(path) => write!(
                f,
                "`{}` was not changed: its folder is read-only, and a new version is first written beside the old \
                 one. Make the folder writable and run again.",
                shown_path(path)
            ),
            Self::Io(path, reason) => write!(
                f,
                "`{}` was not changed: {reason}. Remove the cause and run again.",
                shown_path(path)
            ),
        }
    }
}

impl std::error::Error for WriteError {}
