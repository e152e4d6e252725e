//! Running the real binary, in folders made for a test.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use trustpub_tests::binary::trustpub_binary;

pub(crate) use trustpub_tests::project::repository_root as project_root;

/// The command, without what a user or a CI has set for itself.
pub(crate) fn trustpub(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(trustpub_binary());
    command.args(args).current_dir(folder).stdin(Stdio::null());
    let disturbs = |name: &str| {
        name.starts_with("GITHUB_")
            || name.starts_with("GIT_")
            || name.starts_with("CLICOLOR")
            || name.to_ascii_lowercase().starts_with("npm_config_")
            || name.to_ascii_uppercase().ends_with("_PROXY")
            || matches!(name, "CI" | "NO_COLOR" | "NODE_EXTRA_CA_CERTS")
    };
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(disturbs) {
            command.env_remove(name);
        }
    }
    command
}

/// What a run has left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Asserts the exit code, showing everything if it is another one.
    #[track_caller]
    pub(crate) fn exits_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// Runs a command to its end.
pub(crate) fn run_command(command: &mut Command) -> Run {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the binary can be started");
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    Run {
        code: status.code(),
        stdout: text(stdout),
        stderr: text(stderr),
    }
}

/// Runs `trustpub` in a folder.
pub(crate) fn run(folder: &Path, args: &[&str]) -> Run {
    run_command(&mut trustpub(folder, args))
}

/// A folder with files, outside any repository, removed at the end of the test.
pub(crate) struct TestFolder {
    path: PathBuf,
}

impl TestFolder {
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("trustpub-cli-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("the folder can be made");
        let folder = Self {
            path: fs::canonicalize(path).expect("the folder was made"),
        };
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.path.join(path)
    }

    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        // What is left behind in the folder for temporary files does no harm.
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// The repository with mistakes that the README shows.
pub(crate) const DEMO: &str = "tests/fixtures/demo";

/// Its files.
pub(crate) const DEMO_FILES: [&str; 3] = [".github/workflows/release.yml", "package.json", ".npmrc"];

/// A copy of the demo, to be changed, in a folder below the test's folder (`""` for that itself).
pub(crate) fn copy_demo(folder: &TestFolder, to: &str) {
    for file in DEMO_FILES {
        let text = fs::read(project_root().join(DEMO).join(file)).expect("the demo is there");
        folder.write(&format!("{to}{file}"), text);
    }
}

/// A repository of its own that holds a copy of the demo.
pub(crate) fn demo() -> TestFolder {
    let folder = TestFolder::with(&[]);
    copy_demo(&folder, "");
    folder
}
