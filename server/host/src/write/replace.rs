use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::temporary::Temporary;
use crate::file_state::FileState;

/// What became of a file that was to be replaced.
pub(super) enum Replaced {
    Yes,
    /// Another program saved it in the meantime. Its text stays.
    OtherwiseSaved,
}

/// Puts a temporary file, which holds `text`, in the place of `file`, which should hold `expected`.
pub(super) fn replace(temporary: Temporary, file: &Path, expected: &str, text: &str) -> io::Result<Replaced> {
    let before = FileState::of(file)?;
    match exchange(temporary.path(), file) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(error),
        // This system, or this file system, cannot do that.
        Err(_) => {
            if FileState::of(file)? != before || !holds(file, expected)? || FileState::of(file)? != before {
                return Ok(Replaced::OtherwiseSaved);
            }
            fs::rename(temporary.path(), file)?;
            sync_folder(file);
            return Ok(Replaced::Yes);
        }
    }
    // The old file is the temporary one now, whatever was saved to it. A program that opened it before the exchange may
    // still be writing; making the exchange last gives it time.
    let is_old = || holds(temporary.path(), expected).unwrap_or(false);
    let was_old = is_old();
    sync_folder(file);
    if was_old && is_old() {
        return Ok(Replaced::Yes);
    }
    exchange(temporary.path(), file)?;
    // Saved once more: the newest text stays.
    if !holds(temporary.path(), text).unwrap_or(true) {
        exchange(temporary.path(), file)?;
    }
    Ok(Replaced::OtherwiseSaved)
}

/// Whether a file holds exactly this text.
pub(super) fn holds(file: &Path, text: &str) -> io::Result<bool> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    // One byte more tells that it grew, however large it is now.
    let limit = text.len() as u64 + 1;
    File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes == text.as_bytes())
}

/// Exchanges two files in one step.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Makes the rename itself last. Where that cannot be done, a loss of power can restore the old text, which is
/// whole as well.
#[cfg(unix)]
fn sync_folder(file: &Path) {
    if let Some(folder) = file.parent() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(not(unix))]
fn sync_folder(_file: &Path) {}
