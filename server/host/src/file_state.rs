use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

/// What tells a file from another one at the same path, and from itself before it was saved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileState {
    length: u64,
    modified: Option<SystemTime>,
    /// The number of the device and of the file on it, where there are such numbers.
    identity: Option<(u64, u64)>,
}

impl FileState {
    /// The state of the file that a path leads to now.
    ///
    /// # Errors
    /// The file is missing, or its metadata cannot be read.
    pub fn of(file: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(file)?;
        Ok(Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            identity: identity(&metadata),
        })
    }
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_metadata: &fs::Metadata) -> Option<(u64, u64)> {
    None
}
