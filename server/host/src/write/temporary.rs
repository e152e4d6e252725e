use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::attributes::copy_attributes;

/// A new file beside the one that it will replace (a rename works only within a file system). It is removed when this is
/// dropped.
pub(super) struct Temporary(PathBuf);

impl Temporary {
    /// Writes the text to a file that will have the name of `file`, which is not there yet.
    pub(super) fn for_new(file: &Path, text: &str) -> io::Result<Self> {
        let (mut handle, temporary) = create_beside(file)?;
        handle.write_all(text.as_bytes())?;
        handle.sync_all()?;
        Ok(temporary)
    }

    /// Writes the text to a file that is otherwise like `file`.
    pub(super) fn beside(file: &Path, metadata: &fs::Metadata, text: &str) -> io::Result<Self> {
        let (mut handle, temporary) = create_beside(file)?;
        handle.write_all(text.as_bytes())?;
        keep_owner(&handle, metadata);
        copy_attributes(file, &handle);
        // After the attributes: a list of access rights changes them.
        handle.set_permissions(metadata.permissions())?;
        // Without this, a loss of power after the rename can leave an empty file.
        handle.sync_all()?;
        Ok(temporary)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // A failure cannot be reported. After a rename, the file no longer exists.
        let _ = fs::remove_file(&self.0);
    }
}

fn create_beside(file: &Path) -> io::Result<(File, Temporary)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut attempts_left = 100;
    loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut name = OsString::from(".");
        name.push(file.file_name().unwrap_or_default());
        name.push(format!("{MARK}{}-{number}{END}", std::process::id()));
        let path = file.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(handle) => return Ok((handle, Temporary(path))),
            // Left behind by a process of this id that was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempts_left > 0 => {
                attempts_left -= 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Comes between the name of the file and the number of the process that writes it.
const MARK: &str = ".trustpub-";
const END: &str = ".tmp";

/// Where nothing says whether a process still runs, a write is over after this time.
const LONGEST_WRITE: Duration = Duration::from_secs(3600);

/// Removes the temporary files in a folder whose process was killed before it could rename or remove them.
pub fn remove_left_behind(folder: &Path) {
    // What cannot be listed or removed does no harm.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(process_of);
        if process.is_some_and(|process| !is_running(process, &entry)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The number of the process that made a temporary file of this name.
fn process_of(name: &str) -> Option<u32> {
    let (_, numbers) = name.strip_prefix('.')?.strip_suffix(END)?.rsplit_once(MARK)?;
    let (process, count) = numbers.split_once('-')?;
    count.parse::<u32>().ok()?;
    process.parse().ok()
}

fn is_running(process: u32, entry: &fs::DirEntry) -> bool {
    if Path::new("/proc/self").exists() {
        return Path::new("/proc").join(process.to_string()).exists();
    }
    let age = entry.metadata().and_then(|metadata| metadata.modified());
    age.is_ok_and(|time| time.elapsed().is_ok_and(|age| age < LONGEST_WRITE))
}

/// Gives the new file the old one's owner and group, so that a run as root does not lock out the user. Only root
/// may give files away; for all others the attempt fails, and the file is theirs, as after any editor.
#[cfg(unix)]
fn keep_owner(handle: &File, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let _ = fchown(handle, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_handle: &File, _metadata: &fs::Metadata) {}
