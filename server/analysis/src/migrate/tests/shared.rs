//! Tokens in the `env:` of a workflow, which several of its jobs have.

use super::{all_move, moved, moves, planned, stays, stays_all};

const MANIFESTS: &str = r#"#- package.json
{ "name": "root", "private": true, "workspaces": ["a", "b"] }
#- a/package.json
{ "name": "aa", "version": "1.0.0", "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git", "directory": "a" } }
#- b/package.json
{ "name": "bb", "version": "1.0.0", "repository": { "type": "git", "url": "git+https://github.com/acme/widget.git", "directory": "b" } }
"#;

/// Two jobs that publish, with these lines above and these steps in front of the publish.
fn two_jobs(head: &str, permissions: &str, (first, second): (&str, &str), files: &str) -> String {
    let job = |name: &str, steps: &str| {
        format!(
            r#"  {name}:
{permissions}    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with:
          node-version: 24
          registry-url: https://registry.npmjs.org
{steps}"#
        )
    };
    format!(
        "#- repository: acme/widget\n#- .github/workflows/release.yml\non: {{ push: {{ tags: ['v*'] }} }}\n{head}jobs:\n{}{}{files}",
        job("a", first),
        job("b", second)
    )
}

const TOKEN: &str = "env:\n  NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
const ID_TOKEN: &str = "    permissions:\n      contents: read\n      id-token: write\n";
const PUBLISH_A: &str = "      - run: npm publish -w a\n";
const PUBLISH_B: &str = "      - run: npm publish -w b\n";

/// The reason of neither is that the other publishes with the token.
#[test]
fn two_jobs_publish_with_one_token() {
    let steps = (PUBLISH_A, PUBLISH_B);
    moves(
        &two_jobs(TOKEN, "", steps, MANIFESTS),
        &two_jobs("", ID_TOKEN, steps, ""),
    );
}

#[test]
fn two_jobs_write_one_token() {
    let env = "env:\n  NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    let writes = "      - run: npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN\n";
    let with = |steps: &str| format!("{writes}{steps}");
    moves(
        &two_jobs(env, "", (&with(PUBLISH_A), &with(PUBLISH_B)), MANIFESTS),
        &two_jobs("", ID_TOKEN, (PUBLISH_A, PUBLISH_B), ""),
    );
}

#[test]
fn both_install_private_packages() {
    let manifests = MANIFESTS.replace(
        "\"private\": true,",
        "\"private\": true, \"devDependencies\": { \"@acme/tool\": \"1\" },",
    );
    let installs = |env: &str, publish: &str| format!("      - run: npm ci\n{env}{publish}");
    let env = "        env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    moves(
        &two_jobs(
            TOKEN,
            "",
            (&installs("", PUBLISH_A), &installs("", PUBLISH_B)),
            &manifests,
        ),
        &two_jobs(
            "",
            ID_TOKEN,
            (&installs(env, PUBLISH_A), &installs(env, PUBLISH_B)),
            "",
        ),
    );
    // One of them, in the same step.
    stays_all(
        &two_jobs(
            TOKEN,
            "",
            (
                "      - run: npm ci && npm publish -w a\n",
                &installs("", PUBLISH_B),
            ),
            &manifests,
        ),
        "other steps may need `NODE_AUTH_TOKEN` (release.yml:3) too, for example to install private packages; set it only for the steps \
         that do",
    );
}

/// The other job cannot move, and keeps the token for both.
#[test]
fn one_of_two_jobs_cannot_move() {
    let cannot = "lerna 8.1.0 cannot use trusted publishing; update lerna to 9 first";
    let text = two_jobs(
        TOKEN,
        "",
        (PUBLISH_A, "      - run: npx lerna@8.1.0 publish from-package\n"),
        MANIFESTS,
    );
    let reasons: Vec<String> = planned(&text).kept.into_iter().map(|kept| kept.reason).collect();
    assert_eq!(
        reasons,
        [
            format!("it shares a token with a step that cannot move: {cannot}"),
            cannot.to_owned()
        ]
    );
}

/// A job that publishes beside one that only reads the variable.
#[test]
fn the_other_job_reads_the_variable() {
    let reads = format!("      - run: curl -H \"$NODE_AUTH_TOKEN\" https://acme.test\n{PUBLISH_B}");
    stays_all(
        &two_jobs(TOKEN, "", (PUBLISH_A, &reads), MANIFESTS),
        "`.github/workflows/release.yml:22` still reads `NODE_AUTH_TOKEN`; remove that first",
    );
}

/// A called workflow does not get the variables of its caller.
#[test]
fn a_job_calls_a_workflow() {
    let called = |steps: &str| {
        format!(
            "#- .github/workflows/test.yml\non: workflow_call\njobs:\n  release-notes:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}"
        )
    };
    let text = |calls: &str, called: &str| {
        let steps = "    steps:\n      - uses: actions/setup-node@v6\n        with: { node-version: 24, registry-url: 'https://registry.npmjs.org' }\n      - run: npm publish -w a\n";
        format!(
            "#- repository: acme/widget\n#- .github/workflows/release.yml\non: {{ push: {{ tags: ['v*'] }} }}\n{TOKEN}jobs:\n  call-release-notes:\n    \
             uses: {calls}\n  publish:\n    runs-on: ubuntu-24.04\n{steps}{called}{MANIFESTS}"
        )
    };
    let moved = moved(&text(
        "./.github/workflows/test.yml",
        &called("      - run: npm ci\n"),
    ));
    assert!(
        !moved.workflow().contains("NODE_AUTH_TOKEN"),
        "{}",
        moved.workflow()
    );
    moved.does_not_say("is gone for");
    all_move(&text(
        "./.github/workflows/test.yml",
        &called("      - run: echo $NODE_AUTH_TOKEN\n"),
    ));
    all_move(&text("acme/ci/.github/workflows/release.yml@v1", ""));
    // A job with steps gets them.
    stays(
        &text("./.github/workflows/test.yml", &called("      - run: npm ci\n")).replace(
            "    uses: ./.github/workflows/test.yml\n",
            "    runs-on: x\n    steps: [{ run: make release }]\n",
        ),
        "the job `call-release-notes` may need `NODE_AUTH_TOKEN` (release.yml:3) too; set it only for the jobs that do",
    );
}

/// Whatever is not known to do without a login may need the token of the workflow.
#[test]
fn another_job_may_need_the_token() {
    let text = |step: &str, files: &str| {
        let steps = "      - uses: actions/setup-node@v6\n        with: { node-version: 24, registry-url: 'https://registry.npmjs.org' }\n";
        let manifest = r#"#- package.json
{ "name": "@acme/w", "version": "1.0.0", "repository": "acme/widget", "publishConfig": { "access": "public" }, "scripts": { "lint": "eslint .", "build": "rollup -c && tsup", "who": "npm org ls acme", "test": "jest", "pretest": "npm run who" } }
"#;
        format!(
            "#- repository: acme/widget\n#- .github/workflows/publish.yml\non: {{ push: {{ tags: ['v*'] }} }}\n{TOKEN}jobs:\n  other:\n    \
             runs-on: ubuntu-24.04\n    steps:\n{steps}      - {step}\n  publish:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}      - \
             run: npm publish\n{files}{manifest}"
        )
    };
    let library =
        "#- on demand: r.sh\nsource lib.sh\nrun_it\n#- on demand: lib.sh\nrun_it() { npm token list; }\n";
    for step in [
        "run: npm i -g @acme/cli",
        "run: npm pack @acme/priv",
        "run: npx @acme/cli",
        "run: npm exec -- @acme/cli",
        "run: pnpm dlx @acme/cli",
        "run: npm view @acme/priv version",
        "run: npm access list packages",
        "run: npm org ls acme",
        "run: npm profile get",
        "run: npm trust list @acme/w",
        "run: $DRY $NPM dist-tag add a b",
        "run: cat commands | bash",
        "run: node gen.js",
        "run: env > .env",
        "run: cp ~/.npmrc x",
        "run: npm run who",
        "run: npm test",
        "run: npm run missing",
        "{ run: echo, shell: pwsh }",
        "uses: actions/github-script@v8",
        "uses: acme/private-action@v1",
        "uses: ./.github/actions/missing",
    ] {
        stays(
            &text(step, library),
            "the job `other` may need `NODE_AUTH_TOKEN` (publish.yml:3) too; set it only for the jobs that do",
        );
    }
    for (step, command) in [
        ("run: ./r.sh", "npm token list"),
        ("run: \"echo 'npm dist-tag add a b' | bash\"", "npm dist-tag add"),
    ] {
        let reason = format!(
            "`{command}` in this job needs `NODE_AUTH_TOKEN`, because trusted publishing does not log in; remove that command or \
             move it to a job of its own"
        );
        stays(&text(step, library), &reason);
    }
    for step in [
        "run: npm i -g typescript",
        "run: npm pack",
        "run: npm version patch && git push",
        "run: npm run lint -- --fix",
        "run: npm ci && npm run build",
        "{ run: echo done, shell: bash }",
        "uses: actions/checkout@v6",
        "uses: codecov/codecov-action@v5",
    ] {
        all_move(&text(step, library));
    }
}
