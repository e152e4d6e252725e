//! `trustpub setup`

use std::fs;
use std::process::Command;

use trustpub_analysis::FilePath;
use trustpub_analysis::setup::{
    Project, ProjectManager, ProjectPackage, ReleaseRun, ReleaseTool, ReleasedBy, ScriptPlace, SetupOptions,
    workflow,
};

use crate::support::{TestFolder, project_root, run};
use trustpub_tests::needed::path_in;

const PACKAGE: &str = r#"{
  "name": "@acme/widget",
  "version": "1.2.3"
}
"#;

fn repository(files: &[(&str, &str)]) -> TestFolder {
    let folder = TestFolder::with(&[
        (
            ".git/config",
            "[remote \"origin\"]\n\turl = https://github.com/acme/widget.git\n",
        ),
        (".git/HEAD", "ref: refs/heads/main\n"),
    ]);
    for (path, text) in files {
        folder.write(path, text);
    }
    folder
}

#[test]
fn a_workflow_is_written_in_which_check_finds_nothing() {
    let folder = repository(&[("package.json", PACKAGE)]);
    let args = ["setup", "--write", "--split", "--environment", "npm"];
    let text = run(folder.path(), &args).exits_with(0).stdout;
    for part in [
        "+++ b/.github/workflows/release.yml\n",
        "+    \"url\": \"git+https://github.com/acme/widget.git\"\n",
        "@acme/widget  https://www.npmjs.com/package/@acme/widget/access\n",
        "  owner           acme\n  repository      widget\n  workflow        release.yml\n  environment     npm\n",
        "npm trust github @acme/widget --file release.yml --repository acme/widget --environment npm --allow-publish\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let workflow = fs::read_to_string(folder.at(".github/workflows/release.yml")).unwrap();
    assert!(workflow.contains("    environment: npm\n"), "{workflow}");
    run(folder.path(), &["check", "--fail-on", "hint"]).exits_with(0);

    // Once more: the file is there, and it is what `setup` reads.
    let again = run(folder.path(), &args).exits_with(2);
    assert!(
        again.stderr.contains("already exists and was left unchanged"),
        "{}",
        again.stderr
    );
    run(folder.path(), &["setup"]).exits_with(0);
    let other = ["setup", "--write", "--force", "--stage"];
    let text = run(folder.path(), &other).exits_with(0).stdout;
    assert!(text.contains("--allow-stage-publish"), "{text}");
    let staged = fs::read_to_string(folder.at(".github/workflows/release.yml")).unwrap();
    assert!(
        staged.contains("- run: npm stage publish --access public\n"),
        "{staged}"
    );
    run(folder.path(), &["check", "--fail-on", "hint"]).exits_with(0);
}

#[test]
fn a_diff_writes_nothing() {
    let folder = repository(&[("package.json", PACKAGE)]);
    let text = run(folder.path(), &["setup", "--diff"]).exits_with(0).stdout;
    assert!(text.contains("+++ b/.github/workflows/release.yml\n"), "{text}");
    assert!(!folder.at(".github").exists());
    assert_eq!(fs::read_to_string(folder.at("package.json")).unwrap(), PACKAGE);
}

#[test]
fn the_package_manager_is_the_repository_s() {
    for (lock_file, expected) in [
        ("package-lock.json", "- run: npm ci --ignore-scripts\n"),
        ("pnpm-lock.yaml", "- run: pnpm publish --no-git-checks"),
        (
            "yarn.lock",
            "- run: yarn install --frozen-lockfile --ignore-scripts\n",
        ),
        ("bun.lock", "bun pm pack --destination packed\n"),
    ] {
        let folder = repository(&[("package.json", PACKAGE), (lock_file, "")]);
        let text = run(folder.path(), &["setup", "--diff"]).exits_with(0).stdout;
        assert!(text.contains(expected), "{lock_file}\n{text}");
    }
}

#[test]
fn a_release_tool_of_the_repository_releases() {
    let package = |tool: &str| PACKAGE.replacen('{', &format!("{{\n  \"devDependencies\": {{ {tool} }},"), 1);
    for (tool, step, start) in [
        (
            r#""@changesets/cli": "^3.0.0""#,
            "publish-script: npx changeset publish\n",
            "merging it publishes",
        ),
        (
            r#""semantic-release": "^25.0.0""#,
            "- run: npx semantic-release\n",
            "A push with a commit like `fix: …` or `feat: …` starts a release",
        ),
    ] {
        let folder = repository(&[("package.json", &package(tool)), ("package-lock.json", "")]);
        let text = run(folder.path(), &["setup", "--write"]).exits_with(0).stdout;
        for part in [step, start, "  workflow        release.yml\n"] {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let part = part.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&part), "{part}\n{text}");
        }
        run(folder.path(), &["check", "--fail-on", "hint"]).exits_with(0);
        let on_tag = ["setup", "--write", "--force", "--on-tag"];
        let text = run(folder.path(), &on_tag).exits_with(0).stdout;
        assert!(
            text.contains("tags: [\"v*\"]") && text.contains("Keep one of the two"),
            "{text}"
        );
    }
}

#[test]
fn a_second_workflow_is_written_only_on_request() {
    let published = PACKAGE.replacen('{', "{\n  \"repository\": \"github:acme/widget\",", 1);
    let folder = repository(&[
        ("package.json", &published),
        (
            ".github/workflows/ship.yml",
            "on: { push: { tags: ['v*'] } }\njobs:\n  publish:\n    permissions: { contents: read, id-token: write }\n    runs-on: ubuntu-24.04\n    steps:\n      \
             - uses: actions/checkout@v6\n      - uses: actions/setup-node@v6\n        with: { node-version: 24 }\n      - run: npm publish\n",
        ),
    ]);
    let refused = run(folder.path(), &["setup", "--write"]).exits_with(2);
    assert!(
        refused
            .stderr
            .contains("`ship.yml` publishes by trusted publishing already"),
        "{}",
        refused.stderr
    );
    assert!(!folder.at(".github/workflows/release.yml").exists());
    run(folder.path(), &["setup"]).exits_with(0);
    run(folder.path(), &["setup", "--write", "--workflow", "other.yml"]).exits_with(0);
}

#[test]
fn what_to_enter_comes_from_the_workflow_in_which_the_run_starts() {
    let folder = repository(&[
        ("package.json", PACKAGE),
        (
            ".github/workflows/release.yml",
            "on: push\npermissions: { contents: read, id-token: write }\njobs:\n  publish:\n    uses: ./.github/workflows/publish.yml\n",
        ),
        (
            ".github/workflows/publish.yml",
            "on: workflow_call\njobs:\n  publish:\n    environment: production\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      \
             - uses: actions/setup-node@v6\n        with: { node-version: 24 }\n      - run: npm publish\n",
        ),
    ]);
    let output = run(folder.path(), &["setup", "--format", "json"])
        .exits_with(0)
        .json();
    let found = &output["registrations"][0];
    assert_eq!(found["workflow"], "release.yml");
    assert_eq!(found["environment"], "production");
    assert_eq!(found["repository"], "acme/widget");
    assert_eq!(found["action"], "publish");
    let text = run(folder.path(), &["setup", "--format", "markdown"])
        .exits_with(0)
        .stdout;
    assert!(text.contains("- workflow: release.yml\n"), "{text}");
    assert!(
        text.contains("1 problem will still make publishing fail"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_done_is_said() {
    let nothing = repository(&[(
        "package.json",
        r#"{"name": "x", "version": "1.0.0", "private": true}"#,
    )]);
    let run_of = |folder: &TestFolder, args: &[&str]| run(folder.path(), args);
    let private = run_of(&nothing, &["setup", "--write"]).exits_with(2);
    assert!(
        private.stderr.contains("found no package to publish"),
        "{}",
        private.stderr
    );
    assert!(!nothing.at(".github").exists());

    let folder = repository(&[("package.json", PACKAGE)]);
    let none = run_of(&folder, &["setup"]).exits_with(1);
    assert!(
        none.stdout.contains("`trustpub setup --write` writes one"),
        "{}",
        none.stdout
    );
    for (name, reason) in [
        ("../release.yml", "expected a file name that ends in .yml"),
        ("release", "expected a file name that ends in .yml"),
    ] {
        let wrong = run_of(&folder, &["setup", "--write", "--workflow", name]).exits_with(2);
        assert!(wrong.stderr.contains(reason), "{}", wrong.stderr);
    }
    run_of(&folder, &["setup", "--force"]).exits_with(2);
    // A file where the folder should be.
    folder.write(".github", "");
    let blocked = run_of(&folder, &["setup", "--write"]).exits_with(2);
    assert!(
        blocked.stderr.contains("`.github/workflows/release.yml`"),
        "{}",
        blocked.stderr
    );
    assert_eq!(fs::read_to_string(folder.at("package.json")).unwrap(), PACKAGE);
}

/// The text without its line breaks.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_workflow_that_publishes_with_a_token_is_not_forgotten() {
    let folder = repository(&[
        ("package.json", PACKAGE),
        (
            ".github/workflows/publish.yml",
            "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      \
             - uses: actions/setup-node@v6\n        with: { node-version: 24, registry-url: 'https://registry.npmjs.org' }\n      \
             - run: npm publish\n        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n",
        ),
    ]);
    let before = run(folder.path(), &["setup"]).exits_with(1).stdout;
    assert!(
        joined(&before).contains(
            "`publish.yml` publishes with a token. `trustpub setup --write` moves `publish.yml` to trusted publishing"
        ),
        "{before}"
    );
    let diff = run(folder.path(), &["setup", "--diff"]).exits_with(0).stdout;
    let after = run(folder.path(), &["setup", "--write"]).exits_with(0);
    assert!(
        after
            .stdout
            .starts_with(diff.split("@acme/widget  ").next().unwrap()),
        "{diff}"
    );
    assert!(
        after
            .stderr
            .contains("wrote `.github/workflows/publish.yml`, `package.json`"),
        "{}",
        after.stderr
    );
    assert!(
        after.stdout.contains("  workflow        publish.yml\n"),
        "{}",
        after.stdout
    );
    assert!(!folder.at(".github/workflows/release.yml").exists());
    let workflow = fs::read_to_string(folder.at(".github/workflows/publish.yml")).unwrap();
    assert!(
        workflow.contains("id-token: write") && !workflow.contains("secrets."),
        "{workflow}"
    );
    run(folder.path(), &["check"]).exits_with(0);
    // What is done already needs nothing more.
    run(folder.path(), &["setup"]).exits_with(0);
}

#[test]
fn a_new_workflow_is_written_next_to_one_that_edits_cannot_move() {
    let token = "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      \
                 - run: yarn publish\n        env:\n          # of the bot\n          NPM_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    let folder = repository(&[
        ("package.json", PACKAGE),
        (".github/workflows/release.yml", token),
    ]);
    let before = run(folder.path(), &["setup"]).exits_with(1).stdout;
    assert!(joined(&before).contains("adds a workflow that does"), "{before}");
    let diff = run(folder.path(), &["setup", "--diff"]).exits_with(0).stdout;
    assert!(diff.contains("+++ b/.github/workflows/publish.yml\n"), "{diff}");
    let after = run(folder.path(), &["setup", "--write"]).exits_with(0);
    assert!(
        after
            .stdout
            .starts_with(diff.split("@acme/widget  ").next().unwrap()),
        "{diff}"
    );
    assert!(
        joined(&after.stdout).contains("`release.yml` also publishes with a token."),
        "{}",
        after.stdout
    );
    assert_eq!(
        fs::read_to_string(folder.at(".github/workflows/release.yml")).unwrap(),
        token
    );
    // An existing file must be named with `--force`.
    for option in ["--write", "--diff"] {
        let named = run(folder.path(), &["setup", option, "--workflow", "publish.yml"]).exits_with(2);
        assert!(named.stderr.contains("`--force` replaces it"), "{}", named.stderr);
    }
}

#[test]
fn a_caller_that_github_refuses_is_moved_too() {
    let folder = repository(&[
        ("package.json", PACKAGE),
        (
            ".github/workflows/release.yml",
            "on: push\npermissions: { contents: read }\njobs:\n  call:\n    uses: ./.github/workflows/publish.yml\n    secrets: inherit\n",
        ),
        (
            ".github/workflows/publish.yml",
            "on: workflow_call\njobs:\n  publish:\n    permissions: { contents: read, id-token: write }\n    runs-on: ubuntu-latest\n    steps:\n      \
             - uses: actions/checkout@v5\n      - uses: actions/setup-node@v6\n        with: { node-version: 24, registry-url: \
             'https://registry.npmjs.org' }\n      - run: npm publish\n        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n",
        ),
    ]);
    let after = run(folder.path(), &["setup", "--write"]).exits_with(0);
    assert!(
        after.stdout.contains("  workflow        release.yml\n"),
        "{}",
        after.stdout
    );
    let called = fs::read_to_string(folder.at(".github/workflows/publish.yml")).unwrap();
    assert!(!called.contains("secrets.NPM_TOKEN"), "{called}");
    run(folder.path(), &["check"]).exits_with(0);
}

#[test]
fn what_conflicts_with_the_new_workflow_is_said() {
    let released =
        r#"{ "name": "widget", "version": "1.0.0", "devDependencies": { "semantic-release": "25" } }"#;
    let folder = TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("package.json", released),
    ]);
    let text = run(folder.path(), &["setup", "--diff"]).exits_with(0).stdout;
    for part in [
        "The repository has `semantic-release`, which makes releases itself",
        "Trusted publishing works only from github.com",
    ] {
        assert!(joined(&text).contains(part), "{part}\n{text}");
    }
    folder.write("package.json", "{ \"name\": ");
    let broken = run(folder.path(), &["setup"]).exits_with(2).stderr;
    assert!(broken.contains("`package.json` is not valid JSON"), "{broken}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_outside_the_repository() {
    let elsewhere = TestFolder::with(&[]);
    let folder = repository(&[("package.json", PACKAGE), (".github/README.md", "")]);
    std::os::unix::fs::symlink(elsewhere.path(), folder.at(".github/workflows")).unwrap();
    let run = run(folder.path(), &["setup", "--write"]).exits_with(2);
    assert!(
        run.stderr.contains("links out of the repository"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

/// The workflows of this project, with their file names.
fn own_workflows() -> Vec<(String, String)> {
    let folder = project_root().join(".github/workflows");
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read_to_string(entry.path()).unwrap())
    };
    entries.map(read).collect()
}

/// semantic-release, or one of both versions of changesets.
fn release_tool(is_semantic_release: bool, is_v2: bool) -> ReleaseTool {
    let by = match is_semantic_release {
        true => ReleasedBy::SemanticRelease,
        false => ReleasedBy::Changesets {
            is_v2,
            version_script: is_v2.then(|| "bump".to_owned()),
        },
    };
    ReleaseTool {
        package: "a-tool",
        run: Some(ReleaseRun {
            by,
            branches: Vec::new(),
            script: None,
        }),
    }
}

#[test]
fn the_project_s_own_workflows_are_sound() {
    let folder = TestFolder::with(&[(".git/HEAD", "ref: refs/heads/main\n")]);
    let pinned =
        fs::read_to_string(project_root().join("server/analysis/src/knowledge/data/actions-pinned.tsv"))
            .unwrap();
    for (name, text) in own_workflows() {
        let actions = text
            .lines()
            .filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: "))
            .filter(|action| !action.starts_with("./"));
        for action in actions {
            let row = action.replace(['@'], "\t").replace(" # ", "\t");
            let mut columns = row.split('\t');
            let (repository, commit) = (columns.next().unwrap(), columns.next().unwrap_or_default());
            let is_commit = commit.len() == 40 && commit.chars().all(|letter| letter.is_ascii_hexdigit());
            assert!(
                is_commit && columns.next().is_some_and(|version| version.starts_with('v')),
                "{name}: {action} is not pinned by commit, with its version"
            );
            // What setup writes is pinned as setup pins it.
            let is_known = |line: &str| line.split('\t').next() == Some(repository);
            assert!(
                !pinned.lines().any(is_known) || pinned.lines().any(|line| line == row),
                "{name}: {action} is not pinned as setup pins it"
            );
        }
        folder.write(&format!(".github/workflows/{name}"), text);
    }
    let run = run(
        folder.path(),
        &["check", "--fail-on", "hint", "--repository", "trustpub/trustpub"],
    );
    run.exits_with(0);
}

/// `TRUSTPUB_ACTIONLINT` names the program; `./tests/run actionlint` installs it.
#[test]
#[ignore = "needs TRUSTPUB_ACTIONLINT; the step `actionlint`"]
fn actionlint_accepts_every_workflow() {
    let actionlint = path_in("TRUSTPUB_ACTIONLINT");
    let folder = TestFolder::with(&[(".git/HEAD", "ref: refs/heads/main\n")]);
    let mut count = 0;
    for manager in [
        ProjectManager::Npm,
        ProjectManager::Pnpm,
        ProjectManager::YarnClassic,
        ProjectManager::Yarn { can_exchange: false },
        ProjectManager::Yarn { can_exchange: true },
        ProjectManager::Bun,
    ] {
        for bits in 0..64 {
            let is = |bit: u32| bits & (1 << bit) != 0;
            let options = SetupOptions {
                is_split: is(0) && !is(4),
                is_staged: is(1) && !is(4),
                environment: is(2).then(|| "npm: production".to_owned()),
                ..SetupOptions::default()
            };
            let package = |folder: &str| ProjectPackage {
                manifest: FilePath::new(&format!("{folder}/package.json")).unwrap(),
                name: format!("@acme/{folder}"),
                needs_access: true,
                needs_tag: true,
            };
            let project = Project {
                manager,
                names_version: is(0),
                has_dependencies: true,
                has_lock_file: true,
                node: 24,
                release_tool: is(4).then(|| release_tool(is(5), is(1))),
                build: Some(ScriptPlace::Root),
                test: Some(ScriptPlace::Root),
                is_monorepo: is(3),
                packages: vec![package("a"), package("b")],
            };
            let path = format!(".github/workflows/release-{count}.yml");
            folder.write(&path, workflow(&project, &options));
            count += 1;
        }
    }
    for (name, text) in own_workflows() {
        folder.write(&format!(".github/workflows/{name}"), text);
        count += 1;
    }
    let output = Command::new(actionlint)
        .args(["-no-color", "-shellcheck=", "-pyflakes="])
        .current_dir(folder.path())
        .output()
        .expect("actionlint can be started");
    println!("{count} workflows looked at");
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}
