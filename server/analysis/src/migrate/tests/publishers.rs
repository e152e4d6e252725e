//! A package that several workflows or environments publish: npm takes a trusted publisher for each.

use super::*;

/// Two workflows that call a third, which publishes with their token.
const CALLERS: &str = r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { tags: ['v*'] } }
jobs:
  test:
    permissions: { contents: read }
    uses: ./.github/workflows/test.yml
  publish:
    needs: test
    permissions:
      contents: read
    uses: ./.github/workflows/publish.yml
    secrets:
      npm_token: ${{ secrets.NPM_TOKEN }}
#- .github/workflows/nightly.yml
on: { schedule: [{ cron: '0 3 * * *' }] }
jobs:
  publish:
    uses: ./.github/workflows/publish.yml
    secrets:
      npm_token: ${{ secrets.NPM_TOKEN }}
#- .github/workflows/publish.yml
on:
  workflow_call:
    secrets:
      npm_token:
        required: true
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          registry-url: https://registry.npmjs.org
      - run: npm ci
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.npm_token }}
#- .github/workflows/test.yml
on: workflow_call
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - run: npm test
#- package.json
{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }
"#;

/// The commands that enter what the moved steps need.
#[track_caller]
fn registers(moved: &Moved, options: &[&str]) {
    let registrations = moved.migration.registrations.iter();
    let commands: Vec<String> = registrations.map(|registration| registration.command()).collect();
    let expected: Vec<String> = options
        .iter()
        .map(|options| format!("npm trust github widget {options} --allow-publish"))
        .collect();
    assert_eq!(commands, expected);
    match options.len() {
        1 => moved.does_not_say(SEVERAL),
        _ => moved.says(SEVERAL),
    }
}

const SEVERAL: &str = "A package that is listed more than once above needs each of these trusted publishers. npm accepts up to 10 for a package.";

/// A job `NAME` that publishes with a token, with these lines before its steps.
fn job(name: &str, head: &str) -> String {
    format!(
        "  {name}:\n    runs-on: ubuntu-24.04\n{head}    steps:\n      - uses: actions/setup-node@v6\n        with:\n          node-version: \
         24\n          registry-url: https://registry.npmjs.org\n      - run: npm publish\n        env:\n          NODE_AUTH_TOKEN: ${{{{ \
         secrets.NPM_TOKEN }}}}\n"
    )
}

const MANIFEST: &str =
    "#- package.json\n{ \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"acme/widget\" }\n";

fn workflow(name: &str, jobs: &str) -> String {
    format!("#- .github/workflows/{name}\non: {{ push: {{ tags: ['v*'] }} }}\njobs:\n{jobs}")
}

fn repository_of(workflows: &str) -> String {
    format!("\n#- repository: acme/widget\n{workflows}{MANIFEST}")
}

fn with_environment(environment: &str) -> String {
    let job = job("publish", &format!("    environment: {environment}\n"));
    repository_of(&workflow("release.yml", &job))
}

#[test]
fn two_workflows_that_call_the_same() {
    registers(
        &moved(CALLERS),
        &[
            "--file nightly.yml --repository acme/widget",
            "--file release.yml --repository acme/widget",
        ],
    );
}

#[test]
fn two_workflows() {
    let workflows =
        workflow("release.yml", &job("publish", "")) + &workflow("recover.yml", &job("publish", ""));
    let moved = moved(&repository_of(&workflows));
    registers(
        &moved,
        &[
            "--file recover.yml --repository acme/widget",
            "--file release.yml --repository acme/widget",
        ],
    );
    for workflow in ["release.yml", "recover.yml"] {
        let text = moved.file(&format!(".github/workflows/{workflow}"));
        assert!(
            text.contains("id-token: write") && !text.contains("NPM_TOKEN"),
            "{text}"
        );
    }
}

/// Each of two packages has a workflow.
#[test]
fn workflows_of_different_packages() {
    let other = workflow(
        "other.yml",
        &job("publish", "").replace("npm publish", "npm publish -w other"),
    );
    let manifest = MANIFEST.replace("\"version\"", "\"workspaces\": [\"other\"], \"version\"");
    let of_other = MANIFEST
        .replace("#- package", "#- other/package")
        .replace("\"widget\"", "\"other\"");
    let text = format!(
        "\n#- repository: acme/widget\n{}{other}{manifest}{of_other}",
        workflow("release.yml", &job("publish", ""))
    );
    let moved = moved(&text);
    moved.does_not_say(SEVERAL);
    assert_eq!(moved.migration.registrations.len(), 2);
}

#[test]
fn two_jobs_have_different_environments() {
    let jobs = job("publish", "") + &job("canary", "    environment: npm\n");
    registers(
        &moved(&repository_of(&workflow("release.yml", &jobs))),
        &[
            "--file release.yml --repository acme/widget",
            "--file release.yml --repository acme/widget --environment npm",
        ],
    );
}

#[test]
fn two_jobs_have_the_same_environment() {
    let head = "    environment: npm\n";
    let jobs = job("publish", head) + &job("canary", head);
    registers(
        &moved(&repository_of(&workflow("release.yml", &jobs))),
        &["--file release.yml --repository acme/widget --environment npm"],
    );
}

#[test]
fn an_expression_chooses_the_environment() {
    let named = |name: &str| format!("--file release.yml --repository acme/widget --environment {name}");
    let condition = "github.ref_name == 'main' && 'production'";
    for (expression, names) in [
        (
            format!("${{{{ {condition} || 'staging' }}}}"),
            ["production", "staging"],
        ),
        // GitHub takes what is left of a condition for a name.
        (format!("${{{{ {condition} }}}}"), ["false", "production"]),
    ] {
        let options = names.map(named);
        registers(
            &moved(&with_environment(&expression)),
            &options.each_ref().map(String::as_str),
        );
    }
    registers(
        &moved(&with_environment(&format!("${{{{ {condition} || '' }}}}"))),
        &[
            "--file release.yml --repository acme/widget",
            &named("production"),
        ],
    );
}

#[test]
fn an_expression_gives_the_environment() {
    let sentence = "An expression gives the environment of a job above: register a trusted publisher for each environment that a run \
                    that publishes may have.";
    moved(&with_environment("${{ vars.ENVIRONMENT }}")).says(sentence);
    for known in ["npm", "${{ 'npm' }}"] {
        let after = moved(&with_environment(known));
        after.does_not_say("An expression gives");
        registers(
            &after,
            &["--file release.yml --repository acme/widget --environment npm"],
        );
    }
}

/// npm accepts 10 trusted publishers for a package.
#[test]
fn more_than_npm_accepts() {
    let of = |number: usize| -> String {
        let workflows = (0..number).map(|at| workflow(&format!("w{at}.yml"), &job("publish", "")));
        repository_of(&workflows.collect::<String>())
    };
    assert_eq!(moved(&of(10)).migration.registrations.len(), 10);
    stays_all(
        &of(11),
        "npm accepts 10 trusted publishers for a package, and `widget` is published from 11 workflows and environments; publish it from \
         fewer first",
    );
}
