use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::check_writable;
use super::temporary::Temporary;
use crate::path::shown_path;

/// Writes a file, whether it is there or not. Afterwards it holds the whole text, or what it held before.
///
/// A symbolic link to a file is an error: a repository may hold one that leads out of it. Links to devices and pipes, such as
/// `/dev/stdout`, are followed.
pub fn save_file(path: &Path, text: &str) -> Result<(), SaveError> {
    save(path, text).map_err(|error| SaveError {
        path: path.to_path_buf(),
        error,
    })
}

fn save(path: &Path, text: &str) -> io::Result<()> {
    let temporary = match fs::metadata(path) {
        // A pipe or a device cannot be replaced.
        Ok(metadata) if !metadata.is_file() => return fs::write(path, text),
        _ if path.is_symlink() => return Err(io::ErrorKind::InvalidFilename.into()),
        Ok(metadata) => {
            check_writable(path, &metadata)?;
            Temporary::beside(path, &metadata, text)?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Temporary::for_new(path, text)?,
        Err(error) => return Err(error),
    };
    fs::rename(temporary.path(), path)
}

/// Why [`save_file`] wrote nothing. The text says what, why, and what to do.
#[derive(Debug)]
pub struct SaveError {
    path: PathBuf,
    error: io::Error,
}

impl fmt::Display for SaveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot be written: ", shown_path(&self.path))?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let is_named_as_folder = self.path.as_os_str().to_string_lossy().ends_with(['/', '\\']);
        match self.error.kind() {
            _ if self.path.is_dir() || is_named_as_folder => {
                f.write_str("it is a folder. Pass the name of a file.")
            }
            io::ErrorKind::InvalidFilename if self.path.is_symlink() => {
                f.write_str("it is a symbolic link, which may lead anywhere. Pass the file that it leads to.")
            }
            io::ErrorKind::NotFound if folder.is_some_and(|folder| !folder.exists()) => {
                let folder = shown_path(folder.unwrap_or(&self.path));
                write!(f, "the folder `{folder}` does not exist. Create it first.")
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => f.write_str(
                "it or its folder is read-only, and a new version is first written beside the old one. Make both writable.",
            ),
            _ => write!(f, "{}. Remove the cause and run again.", self.error),
        }
    }
}

impl std::error::Error for SaveError {}
