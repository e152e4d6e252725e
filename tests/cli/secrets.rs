//! What must not be printed, and patches that git takes.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use trustpub_tests::binary::trustpub_binary;

use crate::support::{Run, TestFolder, run, run_command, trustpub};

const TOKEN: &str = "npm_0123456789abcdefABCDEF0123456789abcd";

/// A repository whose files hold tokens and passwords beside what is reported.
fn leaky() -> TestFolder {
    TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (
            ".git/config",
            "[remote \"origin\"]\n\turl = https://joe:hunter2@github.com/acme/widget.git\n",
        ),
        (
            ".github/workflows/release.yml",
            &format!(
                "on: push\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v4\n        \
                 with:\n          node-version: 20 # {TOKEN}\n      - run: npm publish --//registry.npmjs.org/:_authToken={TOKEN}\n        \
                 env:\n          NODE_AUTH_TOKEN: {TOKEN}\n      - run: git push https://joe:hunter2@github.com/acme/widget\n"
            ),
        ),
        (
            "package.json",
            "{ \"name\": \"@acme/widget\", \"version\": \"1.0.0\", \"repository\": \"https://joe:hunter2@github.com/acme/other\" }\n",
        ),
        (
            ".npmrc",
            &format!(
                "//registry.npmjs.org/:_authToken={TOKEN}\nalways-auth=true\n_auth=aHVudGVyMjpodW50ZXIy\n"
            ),
        ),
    ])
}

fn assert_silent(run: &Run, what: &str) {
    for secret in [TOKEN, "hunter2", "aHVudGVyMjpodW50ZXIy"] {
        assert!(
            !run.stdout.contains(secret),
            "{what} prints {secret}: {}",
            run.stdout
        );
        assert!(
            !run.stderr.contains(secret),
            "{what} prints {secret}: {}",
            run.stderr
        );
    }
}

#[test]
fn no_command_prints_a_secret() {
    let folder = leaky();
    for args in [
        &["check"][..],
        &["check", "--sites"],
        &["check", "--color", "always"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["check", "--format", "github"],
        &["check", "--format", "markdown"],
        &["check", "--format", "jsonl"],
        &["check", "--format", "csv"],
        &["check", "--statistics"],
        &["fix", "--diff"],
        &["fix", "--diff", "--unsafe"],
        &["setup"],
        &["setup", "--format", "json"],
        &["setup", "--format", "markdown"],
        &["setup", "--diff"],
        &["fix"],
        &["fix", "--unsafe"],
    ] {
        assert_silent(&run(folder.path(), args), &args.join(" "));
    }
    let text = run(leaky().path(), &["check"]).stdout;
    assert!(text.contains("NODE_AUTH_TOKEN: ***"), "{text}");
    assert!(text.contains("//registry.npmjs.org/:_authToken=***"), "{text}");
}

/// Lines of a job, each with a secret that holds `Hunter2Canary99`, in the forms that YAML has for a value and tools for a
/// secret.
const HIDING_PLACES: [&[&str]; 36] = [
    &["env:", "  NODE_AUTH_TOKEN: &a Hunter2Canary99"],
    &["env:", "  NODE_AUTH_TOKEN: !!str Hunter2Canary99"],
    &["env:", "  NODE_AUTH_TOKEN: >-", "    Hunter2Canary99"],
    &["env:", "  NODE_AUTH_TOKEN:", "    Hunter2Canary99"],
    &["env:", "  ? NODE_AUTH_TOKEN", "  : Hunter2Canary99"],
    &["env:", "  NODE_AUTH_TOKEN: correct Hunter2Canary99"],
    &["env:", "  NODE_AUTH_TOKEN: abc,Hunter2Canary99"],
    &["env:", "  NODE_AUTH_TOKEN: 'abc''Hunter2Canary99'"],
    &["env:", "  NODE_AUTH_TOKEN: \"abc\\\"Hunter2Canary99\""],
    &["env:", "  NODE_AUTH_TOKEN: \"$Hunter2Canary99\""],
    &["env:", "  NODE_AUTH_TOKEN: \"%Hunter2Canary99\""],
    &["env:", "  NODE_AUTH_TOKEN: \"(Hunter2Canary99\""],
    &["env:", "  NODE_AUTH_TOKEN: ab&Hunter2Canary99"],
    &["env:", "  NODE_AUTH_TOKEN: ${{ x }}Hunter2Canary99"],
    &["env:", "  NODE_AUTH_TOKEN: ${{ secrets.A || 'Hunter2Canary99' }}"],
    &["env:", "  NPM_CONFIG__AUTHTOKEN: Hunter2Canary99"],
    &["env:", "  npm_config__authToken: Hunter2Canary99"],
    &["env:", "  NPM_CONFIG__AUTH: Hunter2Canary99"],
    &["env:", "  npmToken: Hunter2Canary99"],
    &[
        "env:",
        "  A: npm config set -g //registry.npmjs.org/:_authToken Hunter2Canary99",
    ],
    &[
        "env:",
        "  A: npm config set //registry.npmjs.org/:_authToken \\",
        "    Hunter2Canary99",
    ],
    &[
        "env:",
        "  A: npm publish --//registry.npmjs.org/:_authToken Hunter2Canary99",
    ],
    &["env:", "  A: semantic-release --token Hunter2Canary99"],
    &["env:", "  A: NODE_AUTH_TOKEN = Hunter2Canary99"],
    &["env:", "  A: \"x\\nnpm_Hunter2Canary990123456789abcdefABCDEF\""],
    &["env:", "  A: x_npm_Hunter2Canary990123456789abcdefABCDEF"],
    &["env:", "  A: https://bob:%21Hunter2Canary99@npm.example/"],
    &["env:", "  A: https://bob:$Hunter2Canary99@npm.example/"],
    &["env:", "  A: \"https:\\/\\/bob:Hunter2Canary99@npm.example\\/\""],
    &["env:", "  A: \"https://bob:a#Hunter2Canary99@npm.example/\""],
    &["env:", "  A: 'Authorization: token Hunter2Canary99'"],
    &["env:", "  A: 'Authorization: BEARER  Hunter2Canary99'"],
    &["env:", "  A: 'authorization: Hunter2Canary99'"],
    &["env:", "  A: curl -ubob:Hunter2Canary99 https://npm.example"],
    &[
        "env:",
        "  K: |",
        "    -----BEGIN PRIVATE KEY-----",
        "    Hunter2Canary99",
    ],
    &[
        "env:",
        "  K: |",
        "    -----BEGIN PRIVATE KEY-----",
        "    abc",
        "    abc",
        "    abc",
        "    Hunter2Canary99",
    ],
];

#[test]
fn a_secret_is_hidden_however_it_is_written() {
    let steps = "    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v4\n        with:\n          \
                 node-version: 24\n          registry-url: https://registry.npmjs.org\n      - run: npm publish\n";
    for lines in HIDING_PLACES {
        let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
        for workflow in [
            format!("on: push\njobs:\n  p:\n{lines}{steps}"),
            format!("on: push\njobs:\n  q:\n    runs-on: ubuntu-latest\n{lines}  p:\n{steps}"),
        ] {
            let folder = TestFolder::with(&[
                (".git/HEAD", "ref: refs/heads/main\n"),
                (".github/workflows/release.yml", &workflow),
                (
                    "package.json",
                    "{ \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"github:acme/widget\" }\n",
                ),
            ]);
            for args in [
                &["check"][..],
                &["check", "--format", "json"],
                &["fix", "--diff", "--unsafe"],
                &["setup", "--diff"],
            ] {
                let run = run(folder.path(), args);
                for text in [&run.stdout, &run.stderr] {
                    assert!(
                        !text.contains("Hunter2Canary99"),
                        "{args:?} of\n{workflow}\nprints\n{text}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_log_is_explained_without_its_secrets() {
    let log = format!(
        "npm http fetch PUT 404 https://joe:hunter2@registry.npmjs.org/@acme%2fwidget 120ms (token {TOKEN})\nnpm error code E404\n\
         npm error 404 Not Found - PUT https://joe:hunter2@registry.npmjs.org/@acme%2fwidget - Not found\n\
         npm error 404 '@acme/widget@1.0.0' is not in this registry. {TOKEN}\n"
    );
    let folder = TestFolder::with(&[("log.txt", &log)]);
    for format in ["text", "markdown", "json"] {
        let run = run(folder.path(), &["explain", "log.txt", "--format", format]);
        assert!(run.stdout.contains("E404"), "{run:#?}");
        assert_silent(&run, format);
    }
}

#[test]
fn a_patch_with_a_secret_is_left_out_and_the_others_apply() {
    let folder = leaky();
    let run = run(folder.path(), &["fix", "--diff"]).exits_with(2);
    assert!(
        run.stderr
            .contains("the patch of `.npmrc` was left out because it would contain a token or a password"),
        "{run:#?}"
    );
    assert!(!run.stdout.contains(".npmrc"), "{run:#?}");
    assert_silent(&run, "fix --diff");
}

/// Applies the output of `fix --diff` with git, and compares with what `fix` does.
#[track_caller]
fn assert_applies(name: &str, text: &str) {
    let files = [(".git/HEAD", "ref: refs/heads/main\n"), (name, text)];
    let (folder, other) = (TestFolder::with(&files), TestFolder::with(&files));
    let mut command = trustpub(folder.path(), &["fix", "--diff"]);
    let diff = run_command(&mut command);
    assert!(!diff.stdout.is_empty(), "{name:?}: {diff:#?}");
    fs::remove_dir_all(folder.at(".git")).unwrap();
    let mut git = Command::new("git")
        .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    git.stdin
        .take()
        .unwrap()
        .write_all(diff.stdout.as_bytes())
        .unwrap();
    let output = git.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{name:?}: {}\n{}",
        String::from_utf8_lossy(&output.stderr),
        diff.stdout
    );
    run(other.path(), &["fix"]);
    let read = |folder: &TestFolder| fs::read(folder.at(name)).unwrap();
    assert_eq!(read(&folder), read(&other), "{name:?}\n{}", diff.stdout);
    assert_ne!(read(&folder), text.as_bytes(), "{name:?}");
}

const WORKFLOW: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-node@v4\n        \
                        with:\n          node-version: 20\n      - run: npm publish";

/// Whether git can be started here.
fn has_git() -> bool {
    Command::new("git").arg("--version").output().is_ok()
}

#[cfg(unix)]
#[test]
fn git_takes_a_patch_of_a_file_with_any_name() {
    assert!(trustpub_binary().exists());
    if !has_git() {
        return;
    }
    for name in [
        "a b",
        "ä b",
        "a\tb",
        "a\nb",
        "a\"b",
        "a\\b",
        "\u{202e}x",
        "\u{1b}[31mred",
        "a\rb",
        " a",
        "-a",
        "a\u{7f}",
        "📦",
        "x [now](command:x)",
        "a\u{b}b\u{7}",
    ] {
        assert_applies(&format!(".github/workflows/{name}.yml"), WORKFLOW);
    }
}

#[test]
fn git_takes_a_patch_of_a_file_with_any_line_breaks() {
    if !has_git() {
        return;
    }
    let file = ".github/workflows/release.yml";
    for text in [
        WORKFLOW.to_owned(),
        format!("{WORKFLOW}\n"),
        WORKFLOW.replace('\n', "\r\n"),
        WORKFLOW.replace('\n', "\r"),
        format!("{}\r", WORKFLOW.replace('\n', "\r")),
        WORKFLOW.replacen('\n', "\r\n", 4),
        WORKFLOW.replacen('\n', "\r", 1),
        format!("{}\n", WORKFLOW.replace("push", "push # \u{2028}x\u{85}")),
        format!("\u{feff}{WORKFLOW}\n"),
    ] {
        assert_applies(file, &text);
    }
}

#[test]
fn markdown_has_no_links_of_the_repository() {
    let workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    permissions:\n      id-token: write\n    \
                    environment: \"[e](command:x) <b> ` `` [f](command:y) ```\"\n    steps:\n      - run: npm publish\n";
    let folder = TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".github/workflows/w [w](command:z) `.yml", workflow),
        (".github/workflows/a](command:b)c.yml", workflow),
        ("command:x/package.json", "{ \"name\": \"other\", "),
        (
            "package.json",
            "{ \"name\": \"widget\", \"version\": \"1.0.0\" }\n",
        ),
        (
            "log.txt",
            "npm error code ENEEDAUTH\nnpm error need auth [l](command:l)\n",
        ),
    ]);
    for args in [
        &["setup", "--format", "markdown"][..],
        &["explain", "log.txt", "--format", "markdown"],
    ] {
        let run = run(folder.path(), args);
        // A command for a shell is code.
        let text = run
            .stdout
            .split("```sh")
            .next()
            .unwrap()
            .replace("\\[", "")
            .replace("\\]", "");
        for bad in ["[e](", "[f](", "[w](", "[l](", "a](command", "<b>"] {
            assert!(!text.contains(bad), "{args:?}: {bad}: {text}");
        }
    }
    let setup = run(folder.path(), &["setup", "--format", "markdown"]).stdout;
    let fields = setup.split("```sh").next().unwrap();
    assert!(fields.contains("\\[e\\](command:x) &lt;b>"), "{setup}");
}

/// GitHub's runner takes `::error::` for a command at the beginning of a line, and `##[error]` anywhere.
#[test]
fn nothing_of_a_repository_is_a_command_for_a_runner() {
    let workflow = "on: push\njobs:\n  \"##[save-state name=s]v\":\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npm publish\n";
    let folder = TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".github/workflows/::add-mask::x ##[error]y.yml", workflow),
        (
            "package.json",
            "{ \"name\": \"##vso[task]w\", \"version\": \"1.0.0\" }\n",
        ),
        ("a\n::error::b/package.json", "\0"),
    ]);
    for args in [
        &["check"][..],
        &["check", "--format", "github"],
        &["check", "--format", "markdown"],
        &["check", "--format", "jsonl"],
        &["check", "--format", "csv"],
        &["check", "--statistics"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["check", "--sites"],
        &["fix"],
        &["setup", "--format", "markdown"],
    ] {
        let run = run(folder.path(), args);
        let lines = run.stdout.lines().chain(run.stderr.lines());
        let foreign = lines.filter(|line| {
            !line.starts_with("::error file=")
                && !line.starts_with("::warning file=")
                && !line.starts_with("::notice file=")
        });
        for line in foreign {
            let command = line.trim_start().strip_prefix("::");
            let is_command = command.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
            assert!(!is_command, "{args:?}: {line}");
        }
        for text in [&run.stdout, &run.stderr] {
            assert!(
                !text.contains("##[") && !text.contains("##vso["),
                "{args:?}: {text}"
            );
        }
    }
}

#[test]
fn nothing_of_a_repository_moves_the_cursor() {
    let strange = "\u{1b}[2J\u{9b}31m\u{202e}\u{7}";
    let folder = TestFolder::with(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        (
            ".github/workflows/release.yml",
            &WORKFLOW.replace(
                "  a:",
                "  \"a\\e[2J\u{9b}31m\u{202e}\":\n    environment: \"x\\e[2J\u{202e}\"",
            ),
        ),
        (
            "package.json",
            "{ \"name\": \"widget\", \"version\": \"1.0.0\\u001b[2J\\u202e\", \"repository\": \"x\\u001b[2J\\u202ey\" }\n",
        ),
        ("trustpub.toml", &format!("[rules]\n\"{strange}\" = \"off\"\n")),
    ]);
    for args in [
        &["check"][..],
        &["check", "--sites"],
        &["check", "--format", "github"],
        &["check", "--format", "markdown"],
        &["check", "--format", "jsonl"],
        &["check", "--format", "csv"],
        &["check", "--statistics"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["setup"],
        &["setup", "--format", "markdown"],
        &["setup", "--format", "json"],
        &["setup", "--diff"],
        &["fix"],
        &["check", strange],
        &["fix", "--rule", strange],
        &["rules", strange],
        &["explain", strange],
        &["import-publishers", strange],
    ] {
        let run = run(folder.path(), args);
        for text in [&run.stdout, &run.stderr] {
            let bad = text
                .chars()
                .find(|c| matches!(c, '\u{1b}' | '\u{9b}' | '\u{202e}' | '\u{7}'));
            assert_eq!(bad, None, "{args:?}: {text:?}");
        }
    }
}
