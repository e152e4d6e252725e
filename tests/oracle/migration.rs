//! Repositories that publish with a token, moved by `trustpub migrate`: the moved jobs run for real, without any token.

use trustpub_analysis::migrate::plan;
use trustpub_analysis::test_support::{Fixture, TestRepository};
use trustpub_analysis::{FileKind, Outcome, SiteReport};

use crate::mock::{Credential, Mock};
use crate::real::Tools;
use crate::scenario::{Compared, Head, Scenario};

/// The npm of Node 24, to which the jobs move.
const NPM: &str = "npm-11.19.1";

/// A repository before its move, and what its move needs to run.
struct Story {
    name: &'static str,
    tools: Vec<(&'static str, String)>,
    packages: &'static [&'static str],
    files: &'static str,
}

/// Moves each repository and runs its job. Returns how many there are, and what went wrong.
pub(crate) fn run_all(tools: &Tools, mock: &Mock) -> (usize, Vec<String>) {
    let stories = [
        single_package(),
        pnpm_with_changesets(),
        reusable_workflow(),
        token_on_the_command_line(),
        line_for_an_image(),
    ];
    let results = stories.iter().map(|story| run(story, tools, mock));
    (stories.len(), results.filter_map(Result::err).collect())
}

fn run(story: &Story, tools: &Tools, mock: &Mock) -> Result<(), String> {
    let mut repository = Fixture::parse(story.files)
        .unwrap_or_else(|problem| panic!("{}: {problem}", story.name))
        .repository;
    let workspace = repository.workspace();
    let is_on_token = |site: &SiteReport| site.outcome == Outcome::Token;
    if !workspace.sites().all(is_on_token) {
        return Err(format!("{}: it does not publish with a token before", story.name));
    }
    let migration = plan(&workspace, |trial| repository.analyse(trial));
    if !migration.kept.is_empty() || migration.moved.is_empty() {
        return Err(format!("{}: {migration:#?}", story.name));
    }
    for change in &migration.changes {
        let file = repository.files.iter_mut().find(|file| file.path == change.path);
        file.expect("only files that are there change").text = Some(change.new.to_string());
    }
    let files = as_fixture(&repository);
    // A line of the `.npmrc` may stay for something else, and the declaration of a secret for callers in other repositories.
    let mut workflows = repository.files.iter();
    let is_token = |text: &String| {
        let mut lines = text.lines();
        lines.any(|line| {
            line.contains("NODE_AUTH_TOKEN") || line.contains("secrets.") && line.contains("_TOKEN")
        })
    };
    if workflows
        .any(|file| file.path.as_str().starts_with(".github/") && file.text.as_ref().is_some_and(is_token))
    {
        return Err(format!("{}: a token is passed on\n{files}", story.name));
    }
    let scenario = Scenario {
        name: format!("migration of {}", story.name),
        tools: story.tools.clone(),
        head: Head::MAIN,
        files: files.clone(),
        compared: Compared::Outcome,
    };
    scenario.compare(tools, mock)?;
    for package in story.packages {
        let conversation = mock.conversation(package);
        if conversation.accepted != Some(Credential::Exchanged) {
            let log = conversation.log.join("\n");
            return Err(format!("{package} did not arrive by OIDC\n{files}\n{log}"));
        }
    }
    Ok(())
}

fn as_fixture(repository: &TestRepository) -> String {
    let files = repository.files.iter().map(|file| {
        let text = file.text.as_deref().unwrap_or_default();
        let is_on_demand = FileKind::of(file.path.as_str()).is_none();
        let mark = if is_on_demand { "on demand: " } else { "" };
        format!("#- {mark}{}\n{text}", file.path)
    });
    files.collect()
}

fn programs(all: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let all = all.iter();
    all.map(|(program, package)| (*program, (*package).to_owned()))
        .collect()
}

fn single_package() -> Story {
    Story {
        name: "a single package",
        tools: programs(&[("npm", NPM)]),
        packages: &["moved-single"],
        files: r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22
          registry-url: https://registry.npmjs.org
      - run: npm publish
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{
  "name": "moved-single",
  "version": "1.0.0"
}
"#,
    }
}

fn pnpm_with_changesets() -> Story {
    Story {
        name: "a pnpm monorepo with changesets",
        tools: programs(&[
            ("npm", NPM),
            ("pnpm", "pnpm-10.34.8"),
            ("changeset", "changesets-2.31.1"),
        ]),
        packages: &["moved-a", "moved-b"],
        files: r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
permissions:
  contents: write
jobs:
  release:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: pnpm/action-setup@v4
      - uses: actions/setup-node@v6
        with:
          node-version: 20
      - name: Log in to npm
        run: echo "//registry.npmjs.org/:_authToken=${NPM_TOKEN}" >> ~/.npmrc
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
      - run: changeset publish --no-git-tag
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{ "name": "moved-root", "private": true, "packageManager": "pnpm@10.34.8", "devDependencies": { "@changesets/cli": "2.31.1" } }
#- pnpm-workspace.yaml
packages: ['packages/*']
#- .changeset/config.json
{ "access": "public", "baseBranch": "main" }
#- packages/a/package.json
{ "name": "moved-a", "version": "1.0.0", "publishConfig": { "registry": "https://registry.npmjs.org/" } }
#- packages/b/package.json
{ "name": "moved-b", "version": "1.0.0", "publishConfig": { "registry": "https://registry.npmjs.org/" } }
"#,
    }
}

fn reusable_workflow() -> Story {
    Story {
        name: "a reusable workflow",
        tools: programs(&[("npm", NPM)]),
        packages: &["moved-called"],
        files: r#"
#- repository: acme/widget
#- .github/workflows/tag.yml
on: { push: { tags: ['v*'] } }
jobs:
  publish:
    permissions:
      contents: read
    uses: ./.github/workflows/release.yml
    secrets:
      NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .github/workflows/release.yml
on:
  workflow_call:
    secrets:
      NPM_TOKEN:
        required: true
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 22
      - run: npm publish
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .npmrc
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
#- package.json
{
  "name": "moved-called",
  "version": "1.0.0",
  "repository": "acme/old"
}
"#,
    }
}

fn token_on_the_command_line() -> Story {
    Story {
        name: "a token on the command line",
        tools: programs(&[("npm", NPM)]),
        packages: &["moved-flag"],
        files: r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish --//registry.npmjs.org/:_authToken=${NPM_TOKEN} --tag latest
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- package.json
{
  "name": "moved-flag",
  "version": "1.0.0",
  "repository": "acme/widget"
}
"#,
    }
}

/// npm publishes with the exchanged token although the line names a variable that nothing sets any more.
fn line_for_an_image() -> Story {
    Story {
        name: "a line that an image reads",
        tools: programs(&[("npm", NPM)]),
        packages: &["moved-image"],
        files: r#"
#- repository: acme/widget
#- .github/workflows/release.yml
on: { push: { branches: [main] } }
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
      - run: npm publish
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
#- .npmrc
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
#- on demand: Dockerfile
FROM node:24
ARG NPM_TOKEN
COPY .npmrc package.json ./
RUN npm ci
#- package.json
{
  "name": "moved-image",
  "version": "1.0.0",
  "repository": "acme/widget"
}
"#,
    }
}
