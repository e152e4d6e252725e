//! A folder of its own for each test, removed with everything in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) struct TestFolder(PathBuf);

impl TestFolder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // Canonical, because the temporary folder of macOS is a symbolic link.
        let parent = fs::canonicalize(std::env::temp_dir()).unwrap();
        let path = parent.join(format!("trustpub-host-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self::new();
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.at(path)).unwrap()
    }

    /// Makes a symbolic link whose target is written exactly as given.
    #[cfg(unix)]
    pub(crate) fn link(&self, path: &str, target: impl AsRef<Path>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    }

    #[cfg(unix)]
    pub(crate) fn set_mode(&self, path: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(self.at(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Whether permissions bind this user. They do not bind root, so a test about them would prove nothing.
    #[cfg(unix)]
    pub(crate) fn permissions_bind(&self) -> bool {
        self.write("permission-probe", "");
        self.set_mode("permission-probe", 0);
        let bind = fs::read(self.at("permission-probe")).is_err();
        fs::remove_file(self.at("permission-probe")).unwrap();
        if !bind {
            println!("SKIP: permissions do not bind this user");
        }
        bind
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        // What is left behind in the temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
