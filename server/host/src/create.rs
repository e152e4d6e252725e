use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::write::WriteError;

/// Writes a file that must not be there yet, and makes the folders that it lies in. Where writing fails, no part of
/// the file stays.
pub fn create_file(path: &Path, text: &str) -> Result<(), WriteError> {
    let create = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        OpenOptions::new().write(true).create_new(true).open(path)
    };
    let mut file = create().map_err(|error| WriteError::in_new_file(path, &error))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error: io::Error| {
        // A failure to remove it cannot be reported either.
        let _ = fs::remove_file(path);
        WriteError::in_new_file(path, &error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::TestFolder;

    #[test]
    fn folders_are_made_and_files_never_replaced() {
        let folder = TestFolder::new();
        let file = folder.at(".github/workflows/release.yml");
        create_file(&file, "on: push\n").unwrap();
        assert_eq!(folder.read(".github/workflows/release.yml"), "on: push\n");
        assert_eq!(create_file(&file, "other"), Err(WriteError::Exists(file.clone())));
        assert_eq!(folder.read(".github/workflows/release.yml"), "on: push\n");
        let below_file = file.join("x.yml");
        assert!(create_file(&below_file, "x").is_err());
    }
}
