//! A repository in memory, for servers in the tests' process.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use trustpub_analysis::{FileKind, FilePath, RepositorySlug};
use trustpub_lsp::lsp_types::Url;
use trustpub_lsp::{DiskContent, FileSource, LoadedFiles};

/// Files in memory that stand for the disk. Clones share them.
#[derive(Clone, Default)]
pub struct Repository {
    files: Arc<Mutex<BTreeMap<PathBuf, String>>>,
    /// Its name on GitHub, and whether that is a guess.
    name: Option<(&'static str, bool)>,
}

impl Repository {
    /// The files by their paths below the folder `/repo`.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self::default();
        for (path, text) in files {
            repository.write(path, text);
        }
        repository
    }

    /// The same with a name on GitHub, which is a guess where it `is_ambiguous`.
    pub fn named(self, name: &'static str, is_ambiguous: bool) -> Self {
        Self {
            name: Some((name, is_ambiguous)),
            ..self
        }
    }

    /// Writes a file, as another program does.
    pub fn write(&self, path: &str, text: &str) {
        self.files.lock().unwrap().insert(path_of(path), text.to_owned());
    }

    /// Removes a file, as another program does.
    pub fn remove(&self, path: &str) {
        self.files.lock().unwrap().remove(&path_of(path));
    }
}

/// The URI of a file of the repository.
pub fn uri(path: &str) -> String {
    Url::from_file_path(path_of(path)).unwrap().into()
}

fn path_of(path: &str) -> PathBuf {
    let root = if cfg!(windows) { "C:\\repo" } else { "/repo" };
    path.split('/')
        .fold(PathBuf::from(root), |path, part| path.join(part))
}

impl FileSource for Repository {
    fn find_root(&self, folder: &Path) -> Option<PathBuf> {
        let files = self.files.lock().unwrap();
        let holds_workflows = |folder: &&Path| {
            let workflows = folder.join(".github").join("workflows");
            files.keys().any(|file| file.starts_with(&workflows))
        };
        folder.ancestors().find(holds_workflows).map(Path::to_owned)
    }

    fn includes(&self, path: &FilePath) -> bool {
        FileKind::of(path.as_str()).is_some() && !path.as_str().contains("node_modules")
    }

    fn load(&self, root: &Path) -> LoadedFiles {
        let files = self.files.lock().unwrap();
        let below = files.iter().filter_map(|(file, text)| {
            let parts: Vec<_> = file
                .strip_prefix(root)
                .ok()?
                .iter()
                .map(|part| part.to_str().unwrap())
                .collect();
            let path = FilePath::new(&parts.join("/")).filter(|path| self.includes(path))?;
            Some((path, DiskContent::Text(Arc::from(text.as_str()))))
        });
        LoadedFiles {
            files: below.collect(),
            repository: self.name.and_then(|(name, _)| RepositorySlug::parse(name)),
            repository_is_ambiguous: self.name.is_some_and(|(_, is_ambiguous)| is_ambiguous),
        }
    }

    fn is_there(&self, root: &Path, path: &str) -> bool {
        FilePath::new(path).is_some_and(|path| self.read_on_demand(root, &path).is_some())
    }

    fn is_folder(&self, root: &Path, path: &FilePath) -> bool {
        let folder = root.join(path.as_str());
        let files = self.files.lock().unwrap();
        files
            .keys()
            .any(|file| file.starts_with(&folder) && *file != folder)
    }

    fn read(&self, root: &Path, path: &FilePath) -> Option<DiskContent> {
        self.includes(path)
            .then(|| self.read_on_demand(root, path))
            .flatten()
    }

    fn is_linked(&self, _: &Path, _: &FilePath) -> bool {
        false
    }

    fn read_on_demand(&self, root: &Path, path: &FilePath) -> Option<DiskContent> {
        let file = path
            .as_str()
            .split('/')
            .fold(root.to_owned(), |path, part| path.join(part));
        let files = self.files.lock().unwrap();
        files
            .get(&file)
            .map(|text| DiskContent::Text(Arc::from(text.as_str())))
    }
}
