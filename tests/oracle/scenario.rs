//! A scenario: a small repository whose job is run for real, command by command, and predicted.
//!
//! The matrix asks what a publish command does that is reached. A scenario asks whether the job gets so far, and what lands
//! in the package.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use trustpub_analysis::test_support::{Fixture, yaml_jobs};
use trustpub_analysis::{Assumptions, FilePath, Outcome, RepositorySlug, Secrets, Workspace};

use crate::mock::{Conversation, Mock};
use crate::real::{Tools, error_code, write};
use crate::repository::{Registries, SLUG};

/// A repository, the tools on its runner, and what its checkout looks like.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// What it is about.
    pub(crate) name: String,
    /// The programs on PATH, each with the folder of its package in `node_modules`.
    pub(crate) tools: Vec<(&'static str, String)>,
    /// What is checked out.
    pub(crate) head: Head,
    /// The repository's files, as a fixture.
    pub(crate) files: String,
    /// What is compared.
    pub(crate) compared: Compared,
}

/// What of a scenario is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Compared {
    /// Which packages arrive, and what ends the job.
    Outcome,
    /// Whether a package arrives that cannot be used, which is what this rule reports.
    Package(&'static str),
    /// Whether the job fails with packages that are published already, which is what this rule reports.
    Failure(&'static str),
}

/// What git has checked out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Head {
    Branch(&'static str),
    /// A commit that no branch points to, as in a run for a tag.
    Commit,
}

impl Head {
    pub(crate) const MAIN: Self = Self::Branch("main");
}

/// What happened, or is predicted: which packages arrive, and what ends the job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Ending {
    published: BTreeSet<String>,
    /// Whether packages arrive that the model cannot name.
    publishes_unnamed: bool,
    /// The code of the first error; none if nothing fails or the error has none.
    code: Option<String>,
    /// Whether a package arrives that cannot be used.
    is_broken: bool,
    /// Whether the job fails.
    has_failed: bool,
    /// Whether the model cannot say.
    is_unknown: bool,
}

impl Ending {
    /// Whether the same packages arrive. Of a tarball, the model does not know the name.
    fn publishes_as(&self, real: &Self) -> bool {
        match self.publishes_unnamed && self.published.is_empty() {
            true => !real.published.is_empty(),
            false => self.published == real.published,
        }
    }
}

impl Scenario {
    /// Predicts and runs the scenario; an error tells how they differ.
    pub(crate) fn compare(&self, tools: &Tools, mock: &Mock) -> Result<(), String> {
        let predicted = self.predict();
        let (real, output) = self.run(tools, mock);
        let agrees = match self.compared {
            Compared::Package(_) => predicted.is_broken == real.is_broken,
            Compared::Failure(_) => predicted.has_failed == real.has_failed,
            Compared::Outcome => {
                // changesets prints the code of npm in a line of its own.
                let is_printed = |code: &String| real.code.as_ref() == Some(code) || output.contains(code);
                let code_agrees = predicted.code.as_ref().is_none_or(is_printed);
                !predicted.is_unknown && predicted.publishes_as(&real) && code_agrees
            }
        };
        match agrees {
            true => Ok(()),
            false => Err(format!(
                "{}\n  predicted: {predicted:?}\n  real: {real:?}\n{output}",
                self.name
            )),
        }
    }

    fn fixture(&self) -> Fixture {
        Fixture::parse(&self.files).unwrap_or_else(|problem| panic!("{}: {problem}", self.name))
    }

    fn predict(&self) -> Ending {
        let repository = self.fixture().repository;
        let mut workspace = Workspace::new();
        workspace.set_repository(RepositorySlug::parse(SLUG), false);
        workspace.set_assumptions(Assumptions {
            publisher_matches: Some(true),
            secrets: Secrets::Valid,
            repository_is_public: false,
        });
        for file in &repository.files {
            file.put_into(&mut workspace);
        }
        workspace.check();
        repository.offer_wanted(&mut workspace);
        let sites: Vec<_> = workspace.sites().collect();
        let publishes = |outcome| matches!(outcome, Outcome::Oidc | Outcome::Token);
        let published = sites.iter().filter(|site| publishes(site.outcome));
        let stops = |outcome| matches!(outcome, Outcome::Fails | Outcome::NotReached);
        let reports = |rule: &str| {
            let mut diagnostics = repository
                .files
                .iter()
                .flat_map(|file| workspace.diagnostics(&file.path));
            diagnostics.any(|diagnostic| diagnostic.rule == rule)
        };
        Ending {
            published: published.flat_map(|site| site.packages.clone()).collect(),
            publishes_unnamed: sites
                .iter()
                .any(|site| publishes(site.outcome) && site.packages.is_empty()),
            code: sites
                .iter()
                .find(|site| stops(site.outcome))
                .and_then(|site| site.error.map(|error| error.to_string())),
            is_broken: matches!(self.compared, Compared::Package(rule) if reports(rule)),
            has_failed: matches!(self.compared, Compared::Failure(rule) if reports(rule)),
            is_unknown: sites.is_empty() || sites.iter().any(|site| site.outcome == Outcome::Unknown),
        }
    }

    fn run(&self, tools: &Tools, mock: &Mock) -> (Ending, String) {
        let folder = tools.folder(&self.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let project = folder.join("project");
        let repository = self.fixture().repository;
        for file in &repository.files {
            let text = file.text.as_deref().unwrap_or_default();
            let text = text.replace(&Registries::real().npm, &mock.registries().npm);
            write(&project.join(file.path.as_str()), &text);
        }
        let packages = self.packages();
        for package in &packages {
            mock.expect(
                package,
                Conversation {
                    publisher_matches: true,
                    ..Conversation::default()
                },
            );
        }
        self.check_out(&project);
        let workflow = FilePath::new(".github/workflows/release.yml").expect("the path is sound");
        let workflow = repository.text(&workflow).unwrap_or_default();
        if workflow.contains("registry-url:") {
            let host = mock.registries().npm;
            let host = host.trim_start_matches("http:");
            write(
                &folder.join("temp/.npmrc"),
                &format!(
                    "{host}/:_authToken=${{NODE_AUTH_TOKEN}}\nregistry={}/\n",
                    mock.registries().npm
                ),
            );
        }
        let mut output = String::new();
        let mut has_failed = false;
        for script in yaml_jobs(workflow).into_iter().flat_map(|job| job.scripts) {
            // The tools are there already.
            if script.starts_with("npm install -g") {
                continue;
            }
            let id_token_for = packages.first().map(String::as_str).unwrap_or_default();
            let mut command = tools.run_script(&script, &self.tools, id_token_for, &folder, mock);
            if folder.join("temp/.npmrc").exists() {
                command.env("NPM_CONFIG_USERCONFIG", folder.join("temp/.npmrc"));
            }
            let Output {
                status,
                stdout,
                stderr,
            } = command.output().expect("bash starts");
            output += &String::from_utf8_lossy(&[stdout, stderr].concat());
            if !status.success() {
                has_failed = true;
                break;
            }
        }
        let accepted = |package: &&String| mock.conversation(package).accepted.is_some();
        let published: BTreeSet<String> = packages.iter().filter(accepted).cloned().collect();
        let is_broken = published
            .iter()
            .any(|package| is_broken(&mock.conversation(package).manifest));
        let ending = Ending {
            published,
            publishes_unnamed: false,
            code: error_code(&output),
            is_broken,
            has_failed,
            is_unknown: false,
        };
        (ending, output)
    }

    /// The names in all manifests.
    fn packages(&self) -> Vec<String> {
        let files = self.fixture().repository.files;
        let manifests = files
            .iter()
            .filter(|file| file.path.as_str().ends_with("package.json"));
        manifests
            .filter_map(|file| {
                let manifest: serde_json::Value = serde_json::from_str(file.text.as_deref()?).ok()?;
                Some(manifest["name"].as_str()?.to_owned())
            })
            .collect()
    }

    /// Makes the project a checkout, as actions/checkout leaves it.
    fn check_out(&self, project: &Path) {
        let git = |words: &[&str]| {
            let mut command = Command::new("git");
            command.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
            command.args(words).current_dir(project);
            command.env("GIT_CONFIG_GLOBAL", "/dev/null");
            let output = command.output().expect("git starts");
            assert!(output.status.success(), "git {words:?}: {output:?}");
        };
        git(&["init", "--quiet", "--initial-branch=main"]);
        git(&["add", "--all"]);
        git(&["commit", "--quiet", "--message", "all"]);
        match self.head {
            Head::MAIN => {}
            Head::Branch(branch) => git(&["checkout", "--quiet", "-b", branch]),
            Head::Commit => git(&["checkout", "--quiet", "--detach"]),
        }
    }
}

/// Whether a published manifest depends on what cannot be installed, or kept what was meant for others in `publishConfig`.
fn is_broken(manifest: &serde_json::Value) -> bool {
    let config = &manifest["publishConfig"];
    has_local_range(manifest) || !config["exports"].is_null() || !config["directory"].is_null()
}

/// Whether a published manifest depends on something that only its own repository can resolve.
fn has_local_range(manifest: &serde_json::Value) -> bool {
    let kinds = ["dependencies", "peerDependencies", "optionalDependencies"];
    let maps = kinds.iter().filter_map(|kind| manifest[kind].as_object());
    maps.flat_map(|map| map.values()).any(|range| {
        let range = range.as_str().unwrap_or_default();
        range.starts_with("workspace:") || range.starts_with("catalog:")
    })
}
