use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::problem::{ProblemKind, Trouble};

/// The text of the file, if it is a regular file (or a link to one below `root`) of at most `limit` bytes of
/// UTF-8 without NUL.
pub(super) fn read(root: &Path, path: &Path, limit: u64) -> Result<Arc<str>, Trouble> {
    let metadata = fs::symlink_metadata(path).map_err(|error| Trouble::from_io(&error))?;
    let metadata = if metadata.is_symlink() {
        follow(root, path)?
    } else {
        metadata
    };
    // Looked at before the file is opened: opening a pipe waits for its writer, perhaps for ever.
    if !metadata.is_file() {
        return Err(not_a_file(&metadata));
    }
    if metadata.len() > limit {
        return Err(too_big(metadata.len(), limit));
    }
    let bytes = read_bytes(path, metadata.len(), limit).map_err(|error| Trouble::from_io(&error))?;
    // It may have grown since its size was asked for.
    if bytes.len() as u64 > limit {
        return Err(too_big(bytes.len() as u64, limit));
    }
    text_of(bytes)
}

/// Whether a link among the folders of the path leads out of `root`.
pub(super) fn is_in_folder_outside(root: &Path, path: &Path) -> bool {
    let folder = path.parent().map(fs::canonicalize);
    match (fs::canonicalize(root), folder) {
        (Ok(root), Some(Ok(folder))) => !folder.starts_with(root),
        // Without its folder the file is not there either.
        _ => false,
    }
}

fn read_bytes(path: &Path, length: u64, limit: u64) -> io::Result<Vec<u8>> {
    // One byte more than is expected, so that the end is seen without growing the buffer.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0) + 1);
    File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn follow(root: &Path, link: &Path) -> Result<fs::Metadata, Trouble> {
    let broken = |error: io::Error| match error.kind() {
        io::ErrorKind::PermissionDenied => Trouble::from_io(&error),
        _ => Trouble::new(
            ProblemKind::BrokenLink,
            format!("links to nothing ({error}); fix or remove the symbolic link"),
        ),
    };
    let target = fs::canonicalize(link).map_err(broken)?;
    let root = fs::canonicalize(root).map_err(broken)?;
    if !target.starts_with(&root) {
        return Err(Trouble::new(
            ProblemKind::LinkLeadsOutside,
            "links to a file outside the repository, which a checkout on GitHub lacks; put the file itself here",
        ));
    }
    fs::metadata(&target).map_err(broken)
}

fn not_a_file(metadata: &fs::Metadata) -> Trouble {
    let message = if metadata.is_dir() {
        "is a folder with the name of a file, so it was not read as one; rename it if that is not meant"
    } else {
        "is a pipe, a socket or a device, so it was not read; replace it with a regular file"
    };
    Trouble::new(ProblemKind::NotAFile, message)
}

fn too_big(length: u64, limit: u64) -> Trouble {
    let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
    Trouble::new(
        ProblemKind::TooBig,
        format!(
            "is too big to be read: {} MiB, but files of its kind have at most {} MiB; make it smaller, or \
             remove it if it got there by accident",
            mebibytes(length),
            mebibytes(limit)
        ),
    )
}

fn text_of(bytes: Vec<u8>) -> Result<Arc<str>, Trouble> {
    // What Windows PowerShell writes for `>`. It is full of NUL bytes too, but this is what to repair.
    let is_utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    if is_utf16 {
        return Err(Trouble::new(
            ProblemKind::NotUtf8,
            "is UTF-16, not UTF-8 (its first two bytes say so); save it as UTF-8",
        ));
    }
    if let Some(offset) = memchr::memchr(0, &bytes) {
        return Err(Trouble::new(
            ProblemKind::Binary,
            format!(
                "has a NUL byte at byte offset {offset} (line {}), so it is not text; restore the file",
                line_of(&bytes, offset)
            ),
        ));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            let line = line_of(error.as_bytes(), offset);
            Err(Trouble::new(
                ProblemKind::NotUtf8,
                format!("is not valid UTF-8 at byte offset {offset} (line {line}); save it as UTF-8"),
            ))
        }
    }
}

/// The number of the line that holds the byte at `offset`, counted from 1.
fn line_of(bytes: &[u8], offset: usize) -> usize {
    let before = bytes.iter().take(offset);
    before.filter(|&&byte| byte == b'\n').count() + 1
}
