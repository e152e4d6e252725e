//! What a log tells, taken together.

mod login;
mod versions;

pub(crate) use login::LogLogin;

use super::CauseId;
use super::registry_text::{answer, sent_to};
use super::scan::{Day, Hit, is_before_oidc};
use super::scripts::{fails_silently, script_that_failed};
use super::signals::{Signal, Tells, version_in};
use crate::knowledge::npm_errors::NpmError;
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::publish::{Says, Tool};
use crate::versions::version::Version;
use versions::LogVersions;
pub(crate) use versions::tells_of_exchange;

/// What the log tells.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Facts {
    /// The tool that printed the log, unless it is npm itself.
    pub(crate) tool: Option<Tool>,
    /// Whether pnpm published with its own client, which 11 and later do.
    pub(crate) is_by_client_of_pnpm: bool,
    /// Which versions ran.
    pub(crate) versions: LogVersions,
    /// How the job logged in.
    pub(crate) login: LogLogin,
    /// Whether a step installs another npm before.
    pub(crate) installs_npm: bool,
    /// Whether it asks for an npm that exchanges ID tokens.
    installs_new_npm: bool,
    /// The packages that were published, with their versions, as far as the log names them.
    pub(crate) published: Vec<String>,
    /// What the registry found in the manifest, and what it expected, when it compared them.
    pub(crate) repository: Option<(String, String)>,
    /// The registry that was published to, unless it is npm's.
    pub(crate) other_registry: Option<String>,
    /// What the registry answered to a publish, in its own words.
    pub(crate) sentences: Vec<String>,
    /// The script of package.json that failed, and its command, as far as the log names them.
    pub(crate) script: (Option<String>, Option<String>),
    /// Whether a script that builds, tests or checks was the last to begin in the step that failed.
    script_fails_silently: bool,
    /// The last code of npm that tells nothing about publishing.
    pub(crate) other_code: Option<String>,
    /// The variable of a configuration file that nothing fills in.
    pub(crate) unfilled: Option<String>,
    /// Whether npm read the folder after `npm publish` as the name of a package, and asked a registry for it.
    pub(crate) reads_folder_as_package: bool,
    /// Whether actions/checkout was given an empty token.
    pub(crate) checkout_lacks_token: bool,
    /// The last day of the log.
    day: Option<Day>,
    /// The causes that lines of errors name.
    plain: Vec<CauseId>,
    /// Everything that a line told, in the order of the lines.
    signals: Vec<Signal>,
}

impl Facts {
    pub(crate) fn new(hits: &[Hit]) -> Self {
        let mut facts = Self {
            signals: hits.iter().map(|hit| hit.signal).collect(),
            script: script_that_failed(hits),
            script_fails_silently: fails_silently(hits),
            checkout_lacks_token: checkout_lacks_token(hits),
            reads_folder_as_package: hits.iter().any(reads_folder_as_package),
            day: hits.iter().filter_map(|hit| hit.day).max(),
            ..Self::default()
        };
        let failed = hits.iter().rev().find(|hit| hit.signal.tells() == Tells::Failure);
        let failed = failed.and_then(|hit| hit.step.as_ref());
        for hit in hits {
            let is_of_other_step = failed.is_some() && hit.step.is_some() && hit.step.as_ref() != failed;
            facts.versions.take(hit, is_of_other_step);
            facts.take(hit);
        }
        // What goes to another registry afterwards is not what failed.
        let refused = hits.iter().rev().find_map(|hit| sent_to(&hit.text));
        if let Some(url) = refused {
            facts.take_registry(host(url).as_deref());
        }
        facts.plain = hits
            .iter()
            .filter(|hit| is_error_line(hit))
            .filter_map(|hit| hit.signal.cause())
            .collect();
        let words = hits.iter().filter(|hit| {
            matches!(
                hit.signal,
                Signal::WordsOf(_) | Signal::Tool(Tool::Pnpm, Says::Failed(_))
            )
        });
        facts.sentences = words.filter_map(|hit| sentence(&hit.text)).collect();
        // The list of permissions was printed and does not include `id-token`.
        if facts.login.has_id_token.is_none() && facts.has(Signal::PermissionList) {
            facts.login.has_id_token = Some(false);
        }
        facts
    }

    /// Whether the log is older than trusted publishing.
    pub(crate) fn is_before_trusted_publishing(&self) -> bool {
        self.day.is_some_and(is_before_oidc)
    }

    /// Whether the log is older than a day.
    pub(crate) fn is_before(&self, other: Day) -> bool {
        self.day.is_some_and(|day| day < other)
    }

    /// Whether a line told this.
    pub(crate) fn has(&self, signal: Signal) -> bool {
        self.signals.contains(&signal)
    }

    /// Whether npm, or a tool, failed with this code.
    pub(crate) fn has_code(&self, code: NpmError) -> bool {
        self.signals.iter().any(|signal| match signal {
            Signal::Code(other) | Signal::WordsOf(other) | Signal::Tool(_, Says::Failed(other)) => {
                *other == code
            }
            _ => false,
        })
    }

    /// Whether the log speaks for an npm that is new enough, though the npm that published does not tell its version: setup-node
    /// lists it, or a step asks for it.
    pub(crate) fn is_npm_likely_new(&self) -> bool {
        let is_new = |npm: &Version| *npm >= *OIDC_MINIMUM;
        match self.installs_npm {
            true => self.installs_new_npm,
            false => self.versions.npm.as_ref().is_some_and(is_new),
        }
    }

    /// Whether the registry's status says something else than that the package is not there.
    pub(crate) fn has_other_status(&self) -> bool {
        [NpmError::E401, NpmError::E403, NpmError::E422]
            .iter()
            .any(|code| self.has_code(*code))
    }

    /// Whether a tool printed this.
    pub(crate) fn says(&self, tool: Tool, says: Says) -> bool {
        self.has(Signal::Tool(tool, says))
    }

    /// Whether a tool printed anything.
    pub(crate) fn speaks(&self, tool: Tool) -> bool {
        let mut signals = self.signals.iter();
        signals.any(|signal| matches!(signal, Signal::Tool(other, _) if *other == tool))
    }

    /// Whether anything in the log is a failure.
    pub(crate) fn has_failure(&self) -> bool {
        let is_failure = |signal: &Signal| match signal.tells() {
            Tells::Fact => false,
            Tells::Failure => true,
            Tells::Exchange => self.published.is_empty() && self.login.exchange_succeeded != Some(true),
        };
        self.signals.iter().any(is_failure)
    }

    /// Whether the registry that was published to is GitHub Packages.
    pub(crate) fn is_github_packages(&self) -> bool {
        self.other_registry
            .as_deref()
            .is_some_and(|url| url.contains("npm.pkg.github.com"))
    }

    /// Whether the registry that was published to is the one that Yarn knows by another name, and npm does not.
    pub(crate) fn is_registry_of_yarn(&self) -> bool {
        self.other_registry
            .as_deref()
            .is_some_and(crate::publish::is_registry_of_yarn)
    }

    /// Whether the registry gave a reason of its own, which no other line explains.
    pub(crate) fn has_sentence(&self) -> bool {
        !self.sentences.is_empty()
    }

    /// Whether npm's last error is that of an installation.
    pub(crate) fn installation_failed(&self) -> bool {
        matches!(
            self.other_code.as_deref(),
            Some("ERESOLVE" | "ETARGET" | "EINTEGRITY" | "ENOVERSIONS" | "EBADPLATFORM" | "ENOPKGJSON")
        )
    }

    /// Whether a package was sent to a registry, which refused it.
    pub(crate) fn is_sent(&self) -> bool {
        let codes = [NpmError::E401, NpmError::E403, NpmError::E404];
        codes.iter().any(|code| self.has(Signal::WordsOf(*code)))
    }

    /// Whether something failed of which no single line says that it is a failure.
    pub(crate) fn job_failed(&self) -> bool {
        self.installation_failed()
            || self.publish_script_failed()
            || self.script_failed()
            || self.has(Signal::PushFailed)
    }

    /// Whether a script failed, by the word of the package manager that ran it, of a runner of tests or a compiler, or by the end
    /// of its step.
    pub(crate) fn script_failed(&self) -> bool {
        let signals = [Signal::CommandFailed, Signal::TestsFailed, Signal::CompileFailed];
        // The status of the script is npm's code.
        let code = self.other_code.as_deref();
        let is_status = code.is_some_and(|code| code.parse::<u8>().is_ok());
        // What the script was to do failed, and the log does not say why.
        let is_publish = self.has(Signal::PublishFailed);
        let is_told = signals.into_iter().any(|signal| self.has(signal));
        !is_publish && (self.script_fails_silently || is_status || is_told)
    }

    /// Whether a command failed after a script that the package manager runs before it publishes had begun.
    pub(crate) fn publish_script_failed(&self) -> bool {
        let mut signals = self.signals.iter();
        signals.any(|signal| *signal == Signal::PublishScript)
            && signals.any(|signal| {
                matches!(
                    signal,
                    Signal::CommandFailed | Signal::PublishFailed | Signal::StepFailed
                )
            })
    }

    /// The causes that lines name, in the order of the lines.
    pub(crate) fn named(&self) -> impl Iterator<Item = CauseId> {
        self.signals.iter().filter_map(|signal| signal.cause())
    }

    /// Whether a line of an error names the cause, and not one that only mentions it.
    pub(crate) fn is_plain(&self, cause: CauseId) -> bool {
        self.plain.contains(&cause)
    }

    fn take(&mut self, hit: &Hit) {
        self.login.take(hit);
        match hit.signal {
            Signal::NpmInstall => {
                self.installs_npm = true;
                // What was printed until now was about the npm before.
                self.versions.forget_npm();
                let mut words = hit
                    .text
                    .split_whitespace()
                    .map(|word| word.trim_matches(['"', '\'']));
                let spec = words.find_map(|word| word.strip_prefix("npm@"));
                // Without a version it is the newest.
                self.installs_new_npm = spec.is_none_or(is_new_npm);
            }
            Signal::NpmVersion if hit.text.starts_with("npm: ") => self.installs_npm = false,
            Signal::PublishingTo => {
                self.take_registry(hit.text.split("Publishing to ").nth(1));
            }
            Signal::WordsOf(NpmError::NeedAuth) => {
                self.take_registry(hit.text.split("be logged in to ").nth(1));
            }
            Signal::WordsOf(_) => {
                let of_bun = || hit.text.split_once(": ").map(|(_, url)| url);
                let request = sent_to(&hit.text).or_else(of_bun);
                self.take_registry(request.and_then(host).as_deref());
            }
            Signal::OtherCode => self.other_code = hit.text.split(" code ").nth(1).map(str::to_owned),
            Signal::GithubPackages => self.other_registry = Some("https://npm.pkg.github.com".to_owned()),
            Signal::IdTokenFetched => {
                let host = hit.text.split("&audience=npm").nth(1).unwrap_or_default();
                let host = host.trim_start_matches("%3A").trim_start_matches(':');
                self.take_registry(Some(&format!("https://{host}")));
            }
            Signal::UnfilledVariable => self.unfilled = variable(&hit.text),
            Signal::Code(_) if hit.text.starts_with("[E") => self.is_by_client_of_pnpm = true,
            Signal::Published => self.published.extend(published(&hit.text)),
            Signal::RepositoryCompared => {
                self.repository = compared(&hit.text).or(self.repository.take());
            }
            Signal::Tool(tool, says) => {
                self.tool = Some(tool);
                match (tool, says) {
                    (Tool::Pnpm, Says::Exchanges) => self.is_by_client_of_pnpm = true,
                    (Tool::Pnpm, Says::Registry) => {
                        self.is_by_client_of_pnpm = true;
                        self.take_registry(hit.text.split(" → ").nth(1));
                    }
                    (_, Says::Registry) => self.take_registry(hit.text.split(" registry ").nth(1)),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Takes note of the registry at the start of the text, unless it is npm's, or one on the machine itself.
    fn take_registry(&mut self, text: Option<&str>) {
        let url = text
            .and_then(|text| text.split_whitespace().next())
            // Of a sentence, or of JSON.
            .map(|url| url.trim_end_matches(['"', '\'', ',', '.', ')']))
            .unwrap_or_default();
        let is_npm = crate::publish::is_npm_registry(url);
        let is_local = url.contains("//127.0.0.1") || url.contains("//localhost");
        if url.starts_with("http") {
            self.other_registry = (!is_npm && !is_local).then(|| url.to_owned());
        }
    }
}

/// Whether the action that lacks its input `token` is actions/checkout: no other one began since it did, as far as the log shows.
fn checkout_lacks_token(hits: &[Hit]) -> bool {
    /// Lines in which GitHub lists the inputs of an action.
    const LONGEST_LIST: usize = 40;
    let lacks = Signal::Tool(Tool::NpmPublishWithToken, Says::NoCredential);
    let is_start = |hit: &&Hit| {
        matches!(
            hit.signal,
            Signal::Checkout | Signal::Tool(Tool::NpmPublish, Says::Runs)
        )
    };
    hits.iter().enumerate().any(|(at, hit)| {
        let before = hits.iter().take(at).rev();
        let mut of_step = before.filter(|other| (&other.job, &other.step) == (&hit.job, &hit.step));
        hit.signal == lacks
            && of_step.find(is_start).is_some_and(|start| {
                let is_near = hit.line.saturating_sub(start.line) <= LONGEST_LIST;
                start.signal == Signal::Checkout && is_near
            })
    })
}

/// Whether npm asked a registry for what the command of the step publishes: in `npm publish dist`, `dist` is a package.
fn reads_folder_as_package(hit: &Hit) -> bool {
    let asked = match hit.signal {
        Signal::ReadRefused => hit.text.split_once("GET ").and_then(|(_, rest)| {
            let url = rest.split_whitespace().next()?;
            url.rsplit('/').next()
        }),
        Signal::Names(CauseId::InstallFailed) => hit
            .text
            .split_once("No matching version found for ")
            .and_then(|(_, rest)| rest.split('@').next()),
        _ => None,
    };
    let command = hit.step.as_deref().unwrap_or_default();
    let mut words = command.split_whitespace().skip_while(|word| *word != "npm");
    let is_publish = words.any(|word| word == "publish");
    // A flag may have a value.
    is_publish && asked.is_some_and(|name| !name.is_empty() && words.next() == Some(name))
}

/// Whether npm's newest release for this version, range or dist-tag exchanges ID tokens.
fn is_new_npm(spec: &str) -> bool {
    let numbers = spec.trim_start_matches(['^', '~', '>', '=', 'v', '"', '\'']);
    let is_caret = spec.contains(['^', '>']);
    match version_in(spec) {
        Some(version) if !is_caret => version >= *OIDC_MINIMUM,
        _ => {
            let mut parts = numbers.split('.').map(|part| part.parse().unwrap_or(u64::MAX));
            let major = parts.next().unwrap_or(u64::MAX);
            let minor = parts.next().filter(|_| !is_caret).unwrap_or(u64::MAX);
            let is_number = numbers.starts_with(|c: char| c.is_ascii_digit());
            let release = Version::from((major, minor, u64::MAX));
            matches!(spec, "latest" | "next-11") || (is_number && release >= *OIDC_MINIMUM)
        }
    }
}

/// The two addresses in `"repository.url" is "a", expected to match "b" from provenance`.
fn compared(line: &str) -> Option<(String, String)> {
    // nx and `npm --json` print JSON.
    let line = line.replace("\\\"", "\"").replace(['“', '”', '`'], "\"");
    let (_, rest) = line.split_once("repository.url")?;
    let rest = rest.trim_start_matches('"').split("is \"").nth(1)?;
    let (found, rest) = rest.split_once('"')?;
    let rest = rest.split("expected to match \"").nth(1)?;
    let (expected, _) = rest.split_once('"')?;
    Some((found.to_owned(), expected.to_owned()))
}

/// The package, with its version, that a line says was published: `+ widget@1.0.0`.
pub(crate) fn published(line: &str) -> Option<String> {
    if let Some(rest) = line.strip_prefix("lerna success published ") {
        let mut words = rest.split_whitespace();
        return Some(format!("{}@{}", words.next()?, words.next()?));
    }
    let named = line
        .strip_prefix("+ ")
        .or_else(|| line.strip_prefix("✅ Published package "))?;
    named.split_whitespace().next().map(str::to_owned)
}

/// The variable in `Failed to replace env in config: ${NPM_TOKEN}` and in `Environment variable not found (NPM_TOKEN)`.
fn variable(line: &str) -> Option<String> {
    let (_, rest) = line
        .split_once("${")
        .or_else(|| line.split_once(" not found ("))?;
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name = rest.split(|c: char| !is_of_name(c)).next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// `https://registry.npmjs.org/` of the address of a package there.
fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', ' ']).next()?;
    // A name and a password may come before it.
    let host = host.rsplit('@').next()?;
    Some(format!("{scheme}://{host}/"))
}

/// Whether a line is that of an error: it begins as errors do, or with the text itself.
fn is_error_line(hit: &Hit) -> bool {
    const STARTS: [&str; 16] = [
        "npm err",
        "err",
        "fatal",
        "remote:",
        "✖",
        "✘",
        "×",
        "[e",
        "lerna err",
        "lerna-lite err",
        "➤ yn",
        "yn0",
        "└",
        "├",
        "│",
        "\"",
    ];
    /// What a tool puts before a text: `[semantic-release] › ✘  `.
    const LONGEST_LABEL: usize = 48;
    if matches!(hit.signal, Signal::Code(_) | Signal::WordsOf(_)) {
        return true;
    }
    if hit.is_listed {
        return false;
    }
    let text = hit.text.to_lowercase();
    let starts = |text: &str| STARTS.iter().any(|start| text.starts_with(start));
    let begins_with_cause = |cause: CauseId| cause.log_texts().any(|said| hit.text.starts_with(said.trim()));
    starts(&text)
        || text.find("error").is_some_and(|at| at < LONGEST_LABEL)
        || hit.signal.cause().is_some_and(begins_with_cause)
}

/// What the registry says in `npm error 403 403 Forbidden - PUT https://registry.npmjs.org/widget - Package name too similar`.
fn sentence(line: &str) -> Option<String> {
    let (status, sentence) = match line.split_once(" - PUT ") {
        Some((status, rest)) => (status, rest.split_once(" - ")?.1.to_owned()),
        None => {
            // pnpm and Bun.
            let of_pnpm = line
                .split_once(" (status ")
                .and_then(|(_, rest)| rest.split_once(')'));
            let (status, _) = of_pnpm.or_else(|| line.split_once(": http"))?;
            (status, answer(line)?.0)
        }
    };
    // The others say that the credential is invalid, or that the registry is unavailable.
    let has_reason = ["400", "403", "405", "409", "413", "422"]
        .iter()
        .any(|code| status.contains(code));
    if !has_reason {
        return None;
    }
    let sentence = sentence.trim().trim_end_matches(['"', ',', '\\']);
    let is_usual = sentence.is_empty()
        || status
            .to_ascii_lowercase()
            .ends_with(&sentence.trim_end_matches('.').to_ascii_lowercase());
    (!is_usual).then(|| sentence.to_owned())
}
