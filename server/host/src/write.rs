use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Replaces the text of a file, if it still is `expected`. Afterwards the file holds the new text or the old one,
/// never a part of either, whatever happens in between.
///
/// A symbolic link stays; the file that it leads to gets the text. Permissions stay too. A hard link to the file
/// keeps the old text, which is the price of the guarantee.
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
        write_temporary(&file, &metadata, text).map_err(|error| WriteError::in_folder(path, &error))?;
    // Once more, because writing to the disk took its time.
    check_unchanged(path, &file, expected)?;
    temporary
        .rename_to(&file)
        .map_err(|error| WriteError::in_folder(path, &error))
}

fn check_writable(file: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    OpenOptions::new().write(true).open(file).map(drop)
}

fn check_unchanged(path: &Path, file: &Path, expected: &str) -> Result<(), WriteError> {
    let mut bytes = Vec::with_capacity(expected.len() + 1);
    // One byte more tells that it grew, however large it is now.
    let limit = expected.len() as u64 + 1;
    File::open(file)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| WriteError::from_io(path, &error))?;
    if bytes == expected.as_bytes() {
        Ok(())
    } else {
        Err(WriteError::Changed(path.to_path_buf()))
    }
}

/// A new file beside the one that it will replace (a rename works only within a file system), removed again
/// unless it was renamed.
struct Temporary {
    path: PathBuf,
    is_renamed: bool,
}

fn write_temporary(file: &Path, metadata: &fs::Metadata, text: &str) -> io::Result<Temporary> {
    let (mut handle, temporary) = create_beside(file)?;
    handle.write_all(text.as_bytes())?;
    keep_owner(&handle, metadata);
    handle.set_permissions(metadata.permissions())?;
    // Without this, a loss of power after the rename can leave an empty file.
    handle.sync_all()?;
    Ok(temporary)
}

fn create_beside(file: &Path) -> io::Result<(File, Temporary)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut attempts_left = 100;
    loop {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut name = OsString::from(".");
        name.push(file.file_name().unwrap_or_default());
        name.push(format!(".{}-{number}.tmp", std::process::id()));
        let path = file.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(handle) => {
                let is_renamed = false;
                return Ok((handle, Temporary { path, is_renamed }));
            }
            // Left behind by a process of this id that was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempts_left > 0 => {
                attempts_left -= 1;
            }
            Err(error) => return Err(error),
        }
    }
}

impl Temporary {
    fn rename_to(mut self, file: &Path) -> io::Result<()> {
        fs::rename(&self.path, file)?;
        self.is_renamed = true;
        sync_folder(file);
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_renamed {
            // There is nobody to tell, and the file that matters is untouched.
            let _ = fs::remove_file(&self.path);
        }
    }
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

/// Makes the rename itself last. Where that cannot be done, a loss of power can bring back the old text, which is
/// whole as well.
#[cfg(unix)]
fn sync_folder(file: &Path) {
    if let Some(folder) = file.parent() {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(not(unix))]
fn sync_folder(_file: &Path) {}

/// Why a file was not written. It is untouched then. The texts say what, why, and what to do.
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
                path.display()
            ),
            Self::Changed(path) => write!(
                f,
                "`{}` was not changed: it was edited in the meantime, so the fix may no longer fit. Run again.",
                path.display()
            ),
            Self::Vanished(path) => write!(
                f,
                "`{}` was not changed: it does not exist any more. Run again.",
                path.display()
            ),
            Self::NotAFile(path) => write!(
                f,
                "`{}` was not changed: it is not a regular file. Replace it by one.",
                path.display()
            ),
            Self::ReadOnly(path) => write!(
                f,
                "`{}` was not changed: it is read-only. Make it writable and run again.",
                path.display()
            ),
            Self::ReadOnlyFolder(path) => write!(
                f,
                "`{}` was not changed: its folder is read-only, and a new version is first written beside the old \
                 one. Make the folder writable and run again.",
                path.display()
            ),
            Self::Io(path, reason) => write!(
                f,
                "`{}` was not changed: {reason}. Remove the cause and run again.",
                path.display()
            ),
        }
    }
}

impl std::error::Error for WriteError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::TestFolder;

    /// Tries to write and gives the error's text without the folder's path.
    fn written(folder: &TestFolder, path: &str, expected: &str, text: &str) -> Result<(), String> {
        write_if_unchanged(&folder.at(path), expected, text).map_err(|error| {
            let prefix = format!("{}/", folder.path().display());
            error.to_string().replace(&prefix, "")
        })
    }

    fn names(folder: &TestFolder) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn text_is_replaced_and_nothing_left_behind() {
        let folder = TestFolder::with(&[("a.yml", "\u{feff}old\r\n")]);
        assert_eq!(written(&folder, "a.yml", "\u{feff}old\r\n", "new\r\n"), Ok(()));
        assert_eq!(folder.read("a.yml"), "new\r\n");
        assert_eq!(written(&folder, "a.yml", "new\r\n", ""), Ok(()));
        assert_eq!(folder.read("a.yml"), "");
        assert_eq!(names(&folder), ["a.yml"]);
    }

    #[test]
    fn changed_file_is_left_alone() {
        for now in ["other", "old and more", "ol", ""] {
            let folder = TestFolder::with(&[("a.yml", now)]);
            assert_eq!(
                written(&folder, "a.yml", "old", "new").unwrap_err(),
                "`a.yml` was not changed: it was edited in the meantime, so the fix may no longer fit. Run again."
            );
            assert_eq!(folder.read("a.yml"), now);
            assert_eq!(names(&folder), ["a.yml"]);
        }
        let folder = TestFolder::new();
        folder.write("a.yml", b"ol\xff");
        let error = write_if_unchanged(&folder.at("a.yml"), "old", "new").unwrap_err();
        assert_eq!(error, WriteError::Changed(folder.at("a.yml")));
    }

    #[test]
    fn missing_file_is_not_made() {
        let folder = TestFolder::with(&[("folder.yml/x", "")]);
        assert_eq!(
            written(&folder, "a.yml", "", "new").unwrap_err(),
            "`a.yml` was not changed: it does not exist any more. Run again."
        );
        assert_eq!(
            written(&folder, "folder.yml", "", "new").unwrap_err(),
            "`folder.yml` was not changed: it is not a regular file. Replace it by one."
        );
        assert_eq!(names(&folder), ["folder.yml"]);
    }

    #[test]
    fn read_only_file_is_left_alone() {
        let folder = TestFolder::with(&[("a.yml", "old")]);
        let file = folder.at("a.yml");
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).unwrap();
        assert_eq!(
            written(&folder, "a.yml", "old", "new").unwrap_err(),
            "`a.yml` was not changed: it is read-only. Make it writable and run again."
        );
        assert_eq!(folder.read("a.yml"), "old");
        assert_eq!(names(&folder), ["a.yml"]);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};

        use super::*;

        #[test]
        fn permissions_and_owner_are_kept() {
            let folder = TestFolder::with(&[("a.sh", "old")]);
            for mode in [0o600, 0o755, 0o664] {
                folder.set_mode("a.sh", mode);
                // Only root may do this; for others it changes nothing.
                let _ = std::os::unix::fs::chown(folder.at("a.sh"), Some(12345), Some(12345));
                let before = fs::metadata(folder.at("a.sh")).unwrap();
                assert_eq!(written(&folder, "a.sh", "old", "old"), Ok(()));
                let after = fs::metadata(folder.at("a.sh")).unwrap();
                assert_ne!(before.ino(), after.ino(), "it is another file");
                assert_eq!(after.permissions().mode() & 0o7777, mode);
                assert_eq!((before.uid(), before.gid()), (after.uid(), after.gid()));
            }
        }

        #[test]
        fn link_stays_a_link() {
            let folder = TestFolder::with(&[("shared/a.yml", "old")]);
            folder.link("link.yml", "shared/a.yml");
            folder.link("dangling.yml", "nowhere.yml");
            assert_eq!(written(&folder, "link.yml", "old", "new"), Ok(()));
            assert_eq!(
                fs::read_link(folder.at("link.yml")).unwrap(),
                Path::new("shared/a.yml")
            );
            assert_eq!(folder.read("shared/a.yml"), "new");
            assert!(written(&folder, "dangling.yml", "", "new").is_err());
            assert_eq!(names(&folder), ["dangling.yml", "link.yml", "shared"]);
        }

        #[test]
        fn failure_after_the_temporary_file_was_written() {
            let folder = TestFolder::with(&[("a.yml", "old")]);
            let metadata = fs::metadata(folder.at("a.yml")).unwrap();
            let temporary = write_temporary(&folder.at("a.yml"), &metadata, "new").unwrap();
            assert_eq!(names(&folder).len(), 2);
            // A folder cannot be replaced by a file.
            fs::create_dir(folder.at("b.yml")).unwrap();
            assert!(temporary.rename_to(&folder.at("b.yml")).is_err());
            assert_eq!(names(&folder), ["a.yml", "b.yml"]);
            assert_eq!(folder.read("a.yml"), "old");
        }

        #[test]
        fn read_only_folder() {
            let folder = TestFolder::with(&[("sub/a.yml", "old")]);
            if !folder.permissions_bind() {
                return;
            }
            folder.set_mode("sub", 0o555);
            let error = written(&folder, "sub/a.yml", "old", "new").unwrap_err();
            folder.set_mode("sub", 0o755);
            assert!(
                error.starts_with("`sub/a.yml` was not changed: its folder is read-only"),
                "{error}"
            );
            assert_eq!(folder.read("sub/a.yml"), "old");
        }
    }
}
