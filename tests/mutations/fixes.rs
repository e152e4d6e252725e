//! Publishing repositories put together at random: no fix makes an outcome worse or takes a permission away, and a run of
//! `trustpub fix` applies all that it announces.

use trustpub_analysis::test_support::{Random, TestFile, TestRepository, broken_promises, run_of_fix};
use trustpub_analysis::{Diagnostic, FilePath, RepositorySlug};

/// How many repositories are made.
const REPOSITORIES: usize = 600;

const TRIGGERS: [&str; 5] = [
    "push",
    "{ release: { types: [published] } }",
    "{ push: { tags: ['v*'] } }",
    "workflow_dispatch",
    "pull_request_target",
];
const PERMISSIONS: [&str; 10] = [
    "",
    "",
    "permissions: {}\n",
    "permissions: read-all\n",
    "permissions: write-all\n",
    "permissions:\n  contents: read # all that is needed\n",
    "permissions:\n  contents: write\n  packages: write\n",
    "permissions:\n  id-token: write\n",
    "permissions: { contents: read, id-token: write }\n",
    "permissions:\n  contents: write\n  id_token: write\n",
];
const ENV: [&str; 5] = [
    "",
    "",
    "env:\n  NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n",
    "env:\n  NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n  CI: true\n",
    "env:\n  GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }}\n",
];
const NODE: [&str; 7] = [
    "",
    "- uses: actions/setup-node@v6\n",
    "- uses: actions/setup-node@v6\n  with: { node-version: 20 }\n",
    "- uses: actions/setup-node@v6\n  with:\n    node-version: 24\n    registry-url: https://registry.npmjs.org\n",
    "- uses: actions/setup-node@v6\n  with:\n    node-version: '22' # for now\n- run: npm i -g npm@10\n",
    "- uses: actions/setup-node@v6\n  with: { node-version: 24, cache: npm, always-auth: true }\n",
    "- uses: actions/setup-node@v6\n  with: { node-version: '${{ vars.NODE }}' }\n",
];
const STEPS: [&str; 16] = [
    "",
    "- uses: actions/checkout@v6\n",
    "- uses: actions/checkout@v6\n  with: { token: '${{ secrets.BOT }}' }\n",
    "- run: npm ci\n",
    "- run: |\n    npm version patch\n    git push --follow-tags\n",
    "- uses: softprops/action-gh-release@v2\n",
    "- uses: acme/announce@v1\n",
    "- run: gh release create v1\n  env: { GH_TOKEN: '${{ github.token }}' }\n",
    "- uses: actions/github-script@v8\n  with: { script: 'github.rest.issues.createComment({})' }\n",
    "- uses: ./.github/actions/prepare\n",
    "- run: npm run build\n",
    "- run: echo \"//registry.npmjs.org/:_authToken=${NPM_TOKEN}\" >> .npmrc\n",
    "- run: docker push ghcr.io/acme/widget:1\n",
    "- uses: pnpm/action-setup@v6\n  with: { version: 10 }\n",
    "- uses: oven-sh/setup-bun@v2\n",
    "- uses: actions/deploy-pages@v5\n",
];
const PUBLISH: [&str; 16] = [
    "- run: npm publish\n",
    "- run: npm publish --provenance --access public\n",
    "- run: npm publish\n  env:\n    NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }} # for npm\n",
    "- run: npm publish\n  env:\n    NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n    NPM_CONFIG_PROVENANCE: 'true'\n",
    "- run: pnpm publish\n",
    "- run: pnpm -r publish --no-git-checks\n  env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n",
    "- run: bun publish --access public\n",
    "- run: bun publish\n  working-directory: packages/a\n",
    "- run: yarn publish\n",
    "- run: npx lerna publish from-package --yes\n",
    "- run: npx semantic-release\n  env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}', GITHUB_TOKEN: '${{ github.token }}' }\n",
    "- uses: changesets/action@v1\n  with: { publish: npx changeset publish }\n  env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n",
    "- uses: JS-DevTools/npm-publish@v3\n  with: { token: '${{ secrets.NPM_TOKEN }}' }\n",
    "- run: npm publish packages/a\n",
    "- run: npm publish -ws || true\n",
    "- run: |\n    cd packages/a\n    npm publish --tag next\n",
];
const MANIFESTS: [&str; 7] = [
    r#"{ "name": "w", "version": "1.0.0", "repository": "github:acme/widget", "scripts": { "build": "tsc" } }"#,
    r#"{ "name": "@acme/w", "version": "1.0.0", "scripts": { "build": "tsc && git push" } }"#,
    r#"{ "name": "w", "version": "1.0.0-beta.1", "repository": { "type": "git", "url": "https://github.com/other/widget" } }"#,
    r#"{ "name": "w", "version": "1.0.0", "private": true, "workspaces": ["packages/*"], "repository": "acme/widget" }"#,
    r#"{ "name": "w", "version": "1.0.0", "repository": "https://github.com/acme/widget/tree/main/packages/w", "publishConfig": { "provenance": false } }"#,
    r#"{ "name": "w", "version": "1.0.0", "repository": "acme/widget", "devDependencies": { "lerna": "^8.0.0", "semantic-release": "^25.0.0" } }"#,
    r#"{ "name": "w", "version": "1.0.0", "repository": "acme/widget", "packageManager": "pnpm@10.12.4" }"#,
];
const MEMBERS: [&str; 3] = [
    r#"{ "name": "@acme/a", "version": "1.0.0", "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git" }, "dependencies": { "b": "workspace:*" } }"#,
    r#"{ "name": "@acme/a", "version": "1.0.0", "publishConfig": { "access": "public" }, "scripts": { "prepublishOnly": "tsc" } }"#,
    r#"{ "name": "@acme/a", "version": "1.0.0", "repository": "https://github.com/acme/widget/tree/main/packages/a" }"#,
];
const NPMRC: [&str; 5] = [
    "",
    "",
    "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n",
    "//registry.npmjs.org/:_authToken=\nprovenance=false\n",
    "always-auth=true\n",
];
const ACTION: &str = "runs:\n  using: composite\n  steps:\n    - run: git push --tags\n      shell: bash\n";

fn pick<const COUNT: usize>(random: &mut Random, from: [&'static str; COUNT]) -> &'static str {
    from.get(random.below(COUNT)).copied().unwrap_or("")
}

fn indented(text: &str, by: &str) -> String {
    text.lines().map(|line| format!("{by}{line}\n")).collect()
}

fn job(random: &mut Random, name: &str, publish: &str) -> String {
    let mut steps = pick(random, STEPS).to_owned() + pick(random, NODE) + pick(random, STEPS) + publish;
    steps.push_str(pick(random, STEPS));
    format!(
        "  {name}:\n{}{}    runs-on: ubuntu-latest\n    steps:\n{}",
        indented(pick(random, PERMISSIONS), "    "),
        indented(pick(random, ENV), "    "),
        indented(&steps, "      ")
    )
}

/// A workflow that publishes, in itself or through another one that it calls.
fn workflows(random: &mut Random) -> Vec<(&'static str, String)> {
    let publish = pick(random, PUBLISH);
    let trigger = pick(random, TRIGGERS);
    let (top, env) = (pick(random, PERMISSIONS), pick(random, ENV));
    let mut jobs = job(random, "publish", publish);
    if random.below(3) == 0 {
        jobs.push_str(&job(random, "other", ""));
    }
    if random.below(3) > 0 {
        let text = format!("on: {trigger}\n{top}{env}jobs:\n{jobs}");
        return vec![(".github/workflows/release.yml", text)];
    }
    let caller = format!(
        "on: {trigger}\n{}jobs:\n  call:\n{}    uses: ./.github/workflows/publish.yml\n    secrets: inherit\n",
        pick(random, PERMISSIONS),
        indented(pick(random, PERMISSIONS), "    ")
    );
    vec![
        (".github/workflows/release.yml", caller),
        (
            ".github/workflows/publish.yml",
            format!("on: workflow_call\n{top}{env}jobs:\n{jobs}"),
        ),
    ]
}

fn repository(random: &mut Random) -> TestRepository {
    let mut files = workflows(random);
    files.push((".github/actions/prepare/action.yml", ACTION.to_owned()));
    files.push(("package.json", pick(random, MANIFESTS).to_owned()));
    files.push(("packages/a/package.json", pick(random, MEMBERS).to_owned()));
    files.push((".npmrc", pick(random, NPMRC).to_owned()));
    TestRepository {
        slug: RepositorySlug::parse("acme/widget"),
        files: files
            .into_iter()
            .map(|(path, text)| TestFile {
                path: FilePath::new(path).unwrap(),
                text: Some(text),
            })
            .collect(),
    }
}

#[test]
fn every_fix_keeps_its_promises() {
    let mut random = Random::new(0x2545_F491_4F6C_DD1D);
    let (mut fixes, mut broken) = (0, Vec::new());
    for _ in 0..REPOSITORIES {
        let repository = repository(&mut random);
        let diagnostics: Vec<Diagnostic> = repository.workspace().all_diagnostics().cloned().collect();
        fixes += diagnostics.iter().map(|found| found.fixes.len()).sum::<usize>();
        let mut wrong = broken_promises(&repository, &diagnostics);
        for allow_unsafe in [false, true] {
            wrong.extend(run_of_fix(&repository, allow_unsafe));
        }
        if !wrong.is_empty() {
            let texts = repository
                .files
                .iter()
                .filter_map(|file| Some((&file.path, file.text.as_ref()?)));
            let texts: String = texts.map(|(path, text)| format!("#- {path}\n{text}\n")).collect();
            broken.push(format!("{}\n{texts}", wrong.join("\n")));
        }
    }
    println!("{fixes} fixes tried");
    assert!(
        broken.is_empty(),
        "{} of {REPOSITORIES} repositories:\n{}",
        broken.len(),
        broken.iter().take(8).cloned().collect::<Vec<_>>().join("\n")
    );
}
