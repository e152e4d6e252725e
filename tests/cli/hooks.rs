//! The managers of git hooks: real ones, with our hook and the recipes of docs/ci.md, in a repository of their own.
//!
//! `TRUSTPUB_HOOKS` is a folder with pre-commit in `venv`, and lefthook and husky in `node_modules`; `./tests/run hooks` fills it.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use trustpub_tests::binary::trustpub_binary;
use trustpub_tests::markdown::fences;
use trustpub_tests::project::{read, repository_root};

use crate::support::{Run, TestFolder, copy_demo, run_command};

const SOUND: &str = r#"on:
  release:
    types: [published]
permissions:
  contents: read
  id-token: write
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
      - run: npm publish
"#;
const WORKFLOW: &str = ".github/workflows/release.yml";

/// A repository with a sound workflow and a manager of hooks.
struct Repository {
    folder: TestFolder,
    tools: PathBuf,
}

impl Repository {
    fn new() -> Self {
        let tools = std::env::var_os("TRUSTPUB_HOOKS").map(PathBuf::from);
        let tools = tools.expect("TRUSTPUB_HOOKS is set");
        let folder = TestFolder::with(&[]);
        copy_demo(&folder, "work/");
        folder.write(format!("work/{WORKFLOW}").as_str(), SOUND);
        folder.write("work/.npmrc", "fund=false\n");
        folder.write(
            "work/package.json",
            r#"{"name": "@acme/widget", "version": "1.0.0", "repository": "github:acme/widget"}"#,
        );
        folder.write("work/.gitignore", "node_modules\n");
        // What `npm install --save-dev` would leave, and what a system has on its PATH.
        for bin in ["work/node_modules/.bin", "bin"] {
            fs::create_dir_all(folder.at(bin)).expect("the folder can be made");
            symlink(trustpub_binary(), folder.at(bin).join("trustpub")).expect("nothing is there");
        }
        let repository = Self { folder, tools };
        repository.run(&["git", "init", "-q"]).exits_with(0);
        let url = "https://github.com/acme/widget";
        repository
            .run(&["git", "remote", "add", "origin", url])
            .exits_with(0);
        repository
    }

    /// Runs a program in the repository, with the tools on the PATH and the user's configuration out of the way.
    fn run(&self, words: &[&str]) -> Run {
        let path = std::env::var("PATH").expect("it is UTF-8");
        let path = format!(
            "{}:{}:{}:{path}",
            self.folder.at("bin").display(),
            self.tools.join("venv/bin").display(),
            self.tools.join("node_modules/.bin").display()
        );
        let (program, arguments) = words.split_first().expect("a program");
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let disturbs =
                |name: &str| name.starts_with("GITHUB_") || name.starts_with("GIT_") || name == "CI";
            if name.to_str().is_some_and(disturbs) {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.at("work"))
            .env("PATH", path)
            .env("PRE_COMMIT_HOME", self.folder.at("cache"))
            .env("XDG_CONFIG_HOME", self.folder.at("config"))
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
        for role in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{role}_NAME"), "Joe")
                .env(format!("GIT_{role}_EMAIL"), "joe@example.com");
        }
        run_command(&mut command)
    }

    fn commit(&self, message: &str) -> Run {
        self.run(&["git", "add", "."]).exits_with(0);
        self.run(&["git", "commit", "-m", message])
    }

    /// A sound commit, one that breaks the publish, the same with its repair, and one that is about something else.
    fn refuses_only_what_breaks(&self) {
        self.commit("Sound").exits_with(0);
        self.folder.write(
            format!("work/{WORKFLOW}").as_str(),
            SOUND.replace("  id-token: write\n", ""),
        );
        let refused = self.commit("Broken").exits_with(1);
        let said = refused.stdout + &refused.stderr;
        assert!(said.contains("id-token-missing"), "{said}");
        self.folder.write(
            format!("work/{WORKFLOW}").as_str(),
            SOUND.replace("node-version: 24", "node-version: 26"),
        );
        self.commit("Repaired").exits_with(0);
        self.folder.write("work/README.md", "# Widget\n");
        let other = self.commit("Other").exits_with(0);
        assert!(!(other.stdout + &other.stderr).contains("id-token-missing"));
        let log = self.run(&["git", "log", "--format=%s"]).exits_with(0).stdout;
        assert_eq!(log, "Other\nRepaired\nSound\n");
    }
}

/// The only block of code in docs/ci.md that has this text.
fn recipe(text: &str) -> String {
    let page = read("docs/ci.md").expect("the guide exists");
    let mut recipes = fences(&page)
        .into_iter()
        .filter(|fence| fence.text.contains(text));
    let recipe = recipes.next().unwrap_or_else(|| panic!("no block has {text}"));
    assert!(recipes.next().is_none(), "two blocks have {text}");
    recipe.text
}

#[test]
#[ignore = "needs TRUSTPUB_HOOKS; the step `hooks`"]
fn pre_commit_runs_our_hook() {
    let repository = Repository::new();
    // A repository of the hook alone, as it is in the sources now.
    let hook = repository.folder.at("hook");
    fs::create_dir(&hook).expect("nothing is there");
    let manifest = repository_root().join(".pre-commit-hooks.yaml");
    fs::copy(&manifest, hook.join(".pre-commit-hooks.yaml")).expect("it is there");
    let in_hook = |words: &[&str]| {
        let folder = hook.to_str().expect("the path is UTF-8");
        repository
            .run(&[&["git", "-C", folder], words].concat())
            .exits_with(0)
    };
    in_hook(&["init", "-q"]);
    in_hook(&["add", "."]);
    in_hook(&["commit", "-qm", "The hook"]);
    let commit = in_hook(&["rev-parse", "HEAD"]).stdout;
    repository.folder.write(
        "work/.pre-commit-config.yaml",
        format!(
            "repos:\n  - repo: {}\n    rev: {}\n    hooks:\n      - id: trustpub\n",
            hook.display(),
            commit.trim()
        ),
    );
    repository.run(&["pre-commit", "install"]).exits_with(0);
    repository.refuses_only_what_breaks();
    let of_other = repository
        .run(&["pre-commit", "run", "--files", "README.md"])
        .exits_with(0);
    assert!(of_other.stdout.contains("Skipped"), "{}", of_other.stdout);
}

#[test]
#[ignore = "needs TRUSTPUB_HOOKS; the step `hooks`"]
fn pre_commit_takes_our_files() {
    let repository = Repository::new();
    let manifest = repository_root().join(".pre-commit-hooks.yaml");
    let manifest = manifest.to_str().expect("the path is UTF-8");
    let valid = repository
        .run(&["pre-commit", "validate-manifest", manifest])
        .exits_with(0);
    // A warning is on standard output.
    assert_eq!(valid.stdout + &valid.stderr, "");
    repository
        .folder
        .write("work/config.yaml", recipe("language: python"));
    let valid = repository
        .run(&["pre-commit", "validate-config", "config.yaml"])
        .exits_with(0);
    assert_eq!(valid.stdout + &valid.stderr, "");
    repository
        .folder
        .write("work/config.yaml", "repos: [{repo: local}]\n");
    repository
        .run(&["pre-commit", "validate-config", "config.yaml"])
        .exits_with(1);
}

#[test]
#[ignore = "needs TRUSTPUB_HOOKS; the step `hooks`"]
fn lefthook_runs_the_recipe() {
    let repository = Repository::new();
    repository
        .folder
        .write("work/lefthook.yml", recipe("# lefthook.yml"));
    repository.run(&["lefthook", "install"]).exits_with(0);
    repository.refuses_only_what_breaks();
    // The manifest at the root counts, too.
    repository.folder.write(
        "work/package.json",
        r#"{"name": "@acme/widget", "version": "1.0.0"}"#,
    );
    let refused = repository.commit("No repository").exits_with(1);
    let said = refused.stdout + &refused.stderr;
    assert!(said.contains("repository-missing"), "{said}");
}

#[test]
#[ignore = "needs TRUSTPUB_HOOKS; the step `hooks`"]
fn husky_runs_the_recipe() {
    let repository = Repository::new();
    let husky = repository.tools.join("node_modules/husky");
    symlink(&husky, repository.folder.at("work/node_modules/husky")).expect("nothing is there");
    repository.run(&["husky", "init"]).exits_with(0);
    repository
        .folder
        .write("work/.husky/pre-commit", recipe("# .husky/pre-commit"));
    // `husky init` writes a script into the manifest and formats it; the rest stays.
    assert!(is_with_repository(&repository.folder.at("work/package.json")));
    repository.refuses_only_what_breaks();
}

fn is_with_repository(manifest: &Path) -> bool {
    fs::read_to_string(manifest).is_ok_and(|text| text.contains("github:acme/widget"))
}
