use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use trustpub_analysis::{FileKind, FilePath};

use crate::file_source::{FileContent, FileSource, LoadedFiles};
use crate::uri;

/// The files on disk. The only place of this crate that touches the file system.
pub(crate) struct DiskFiles;

/// No workflow or manifest comes near this; what is larger is not read, so that it cannot stall the server.
const MAX_FILE_SIZE: u64 = 16 * 1024 * 1024;

impl FileSource for DiskFiles {
    fn find_root(&self, folder: &Path) -> Option<PathBuf> {
        let is_root =
            |folder: &&Path| folder.join(".github/workflows").is_dir() || folder.join(".git").exists();
        folder.ancestors().find(is_root).map(Path::to_owned)
    }

    fn includes(&self, path: &FilePath) -> bool {
        let is_skipped = |part| part == "node_modules" || part == ".git";
        FileKind::of(path.as_str()).is_some() && !path.as_str().split('/').any(is_skipped)
    }

    fn load(&self, root: &Path) -> LoadedFiles {
        let mut loaded = LoadedFiles::default();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else {
                tracing::warn!("cannot list {}", folder.display());
                continue;
            };
            for entry in entries.flatten() {
                let path = entry.path();
                // A symbolic link is not followed: it may lead out of the repository or round in a circle.
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                let name = entry.file_name();
                if is_folder && name != "node_modules" && name != ".git" {
                    folders.push(path);
                } else if let Some(path) = uri::relative_path(root, &path).filter(|path| self.includes(path))
                {
                    let content = self.read(root, &path);
                    loaded.files.extend(content.map(|content| (path, content)));
                }
            }
        }
        loaded
    }

    fn read(&self, root: &Path, path: &FilePath) -> Option<FileContent> {
        let file = root.join(path.as_str());
        match fs::metadata(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Ok(metadata) if metadata.is_dir() => None,
            Ok(metadata) if metadata.len() > MAX_FILE_SIZE => Some(FileContent::Unreadable),
            _ => Some(match fs::read_to_string(&file) {
                Ok(text) => FileContent::Text(Arc::from(text)),
                Err(error) => {
                    tracing::warn!("cannot read {}: {error}", file.display());
                    FileContent::Unreadable
                }
            }),
        }
    }
}
