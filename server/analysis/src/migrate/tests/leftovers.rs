//! Steps that keep their token because something that the files show may still need it.

use super::{all_move, stays};

/// A repository with a job's keys, its steps before the publish and other files.
fn repository(job: &str, steps: &str, manifest: &str, others: &str) -> String {
    format!(
        "\n#- repository: acme/widget\n#- .github/workflows/release.yml\non: {{ push: {{ tags: ['v*'] }} }}\njobs:\n  publish:\n    \
         runs-on: ubuntu-24.04\n{job}    steps:\n      - uses: actions/setup-node@v6\n        with:\n          node-version: 24\n          \
         registry-url: https://registry.npmjs.org\n{steps}#- package.json\n{manifest}\n{others}"
    )
}

const MANIFEST: &str = r#"{ "name": "widget", "version": "1.0.0", "repository": "acme/widget" }"#;
const JOB_ENV: &str = "    env:\n      NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
const PUBLISH: &str = "      - run: npm publish\n";
const PUBLISH_WITH_TOKEN: &str =
    "      - run: npm publish\n        env:\n          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}\n";

#[test]
fn a_script_reads_the_variable() {
    let steps = format!("      - run: test -n \"$NODE_AUTH_TOKEN\"\n{PUBLISH}");
    let text = repository(JOB_ENV, &steps, MANIFEST, "");
    stays(
        &text,
        "`.github/workflows/release.yml:12` still reads `NODE_AUTH_TOKEN`; remove that first",
    );
}

#[test]
fn a_condition_asks_for_the_secret() {
    let job = "    outputs:\n      can: ${{ secrets.NPM_TOKEN != '' }}\n";
    let text = repository(job, PUBLISH_WITH_TOKEN, MANIFEST, "");
    stays(
        &text,
        "`.github/workflows/release.yml:6` still reads `NPM_TOKEN`; remove that first",
    );
}

#[test]
fn another_step_fetches_a_package_with_a_scope() {
    let steps = format!("      - run: npx @acme/tool\n{PUBLISH}");
    let text = repository(JOB_ENV, &steps, MANIFEST, "");
    stays(
        &text,
        "`@acme/tool` is fetched with the same token, and may be private; fetch it with a token of its own in another step first",
    );
}

#[test]
fn the_step_itself_has_other_commands_with_the_token() {
    for (command, reason) in [
        (
            "npm install -g @acme/tool",
            "`@acme/tool` is fetched with the same token, and may be private; fetch it with a token of its own in another step first",
        ),
        (
            "npm token list",
            "`npm token list` in this job needs `NODE_AUTH_TOKEN`, because trusted publishing does not log in; remove that command or move it to a job of its own",
        ),
    ] {
        let steps = PUBLISH_WITH_TOKEN.replace("npm publish", &format!("{command} && npm publish"));
        stays(&repository("", &steps, MANIFEST, ""), reason);
    }
}

#[test]
fn the_package_script_of_the_step_has_other_commands_with_the_token() {
    let manifest = r#"{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "scripts": { "release": "npm run check && npm publish", "check": "npx @acme/check" } }"#;
    let steps = PUBLISH_WITH_TOKEN.replace("npm publish", "npm run release");
    stays(
        &repository("", &steps, manifest, ""),
        "`@acme/check` is fetched with the same token, and may be private; fetch it with a token of its own in another step first",
    );
}

/// It is public, or will be.
#[test]
fn asking_for_the_published_package_needs_no_token() {
    let manifest = r#"{ "name": "@acme/widget", "version": "1.0.0", "repository": "acme/widget", "publishConfig": { "access": "public" } }"#;
    let steps = PUBLISH_WITH_TOKEN.replace("npm publish", "npm view @acme/widget@1.0.0 || npm publish");
    all_move(&repository(
        "    permissions: { id-token: write, contents: read }\n",
        &steps,
        manifest,
        "",
    ));
}

/// The variable is read by nothing but the line that goes.
#[test]
fn one_script_writes_the_token_and_publishes() {
    let steps = "      - run: |\n          echo \"//registry.npmjs.org/:_authToken=$NPM_TOKEN\" > ~/.npmrc\n          npm publish\n        env:\n          \
                 NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    let text = repository("", steps, MANIFEST, "")
        .replace("          registry-url: https://registry.npmjs.org\n", "");
    all_move(&text);
}

#[test]
fn a_script_of_the_publish_needs_a_login() {
    let manifest = r#"{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", "scripts": { "postpublish": "npm run tag", "tag": "npm dist-tag add widget@1.0.0 stable" } }"#;
    let text = repository("", PUBLISH_WITH_TOKEN, manifest, "");
    stays(
        &text,
        "the script `postpublish` of `package.json` runs `npm dist-tag add`, which needs a logged-in user; remove it from the script first",
    );
}

#[test]
fn a_variable_of_a_flow_mapping_is_read() {
    let job = "    env: { CI: 'true', NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
    let steps = format!("      - run: node check.js\n{PUBLISH}");
    let others = "#- on demand: check.js\nif (!process.env.NODE_AUTH_TOKEN) process.exit(1);\n";
    let text = repository(job, &steps, MANIFEST, others);
    stays(
        &text,
        "`check.js:1` still reads `NODE_AUTH_TOKEN`; remove that first",
    );
}

/// Only without the token the file that says which Yarn runs is asked for.
#[test]
fn yarn_reads_a_kept_npmrc() {
    let steps = format!("      - run: yarn install --frozen-lockfile\n{PUBLISH}");
    let job = "    env:\n      NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    let others = "\
#- on demand: yarn.lock
# yarn lockfile v1
#- .npmrc
//registry.npmjs.org/:_authToken=${NPM_TOKEN}
#- .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - run: yarn install
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
";
    let text = repository(job, &steps, MANIFEST, others);
    stays(
        &text,
        "trusted publishing would not work: `.npmrc` uses `${NPM_TOKEN}`, which nothing sets (yarn-unset-variable). Yarn 1 stops \
         if a variable is not set. Remove the line, or set the variable to an empty string.",
    );
}

#[test]
fn a_public_tool_does_not_keep_a_token() {
    let steps = format!("      - run: npx @antfu/ni\n{PUBLISH}");
    let text = repository(JOB_ENV, &steps, MANIFEST, "");
    assert_eq!(super::planned(&text).kept, []);
}

#[test]
fn a_login_is_all_of_a_block() {
    let steps = format!(
        "      - run: |\n          if [ -n \"$GITHUB_REF\" ]; then\n            echo \"//registry.npmjs.org/:_authToken=${{{{ secrets.NPM_TOKEN }}}}\" > \
         ~/.npmrc\n          fi\n{PUBLISH}"
    );
    let text = repository("", &steps, MANIFEST, "");
    let planned = super::planned(&text);
    assert_eq!(planned.changes, [], "{planned:?}");
}

#[test]
fn a_file_that_another_program_reads_has_the_variable() {
    for (run, path, text) in [
        (
            "docker compose up --exit-code-from e2e",
            "compose.yaml",
            "services: { e2e: { build: ., environment: [NODE_AUTH_TOKEN] } }\n",
        ),
        (
            "docker-compose -f docker-compose.ci.yml run e2e",
            "docker-compose.ci.yml",
            "services:\n  e2e:\n    environment:\n      NODE_AUTH_TOKEN:\n",
        ),
        (
            "docker buildx bake",
            "docker-bake.hcl",
            "variable \"NODE_AUTH_TOKEN\" {}\n",
        ),
        (
            "docker buildx bake",
            "docker-bake.json",
            "{ \"variable\": { \"NODE_AUTH_TOKEN\": {} } }\n",
        ),
        (
            "./gradlew check",
            "build.gradle.kts",
            "val token = System.getenv(\"NODE_AUTH_TOKEN\")\n",
        ),
        (
            "npx vite build",
            "vite.config.ts",
            "export default { define: { t: process.env.NODE_AUTH_TOKEN } };\n",
        ),
        (
            "python tools/notify.py",
            "tools/notify.py",
            "token = os.environ['NODE_AUTH_TOKEN']\n",
        ),
    ] {
        let line = text
            .lines()
            .position(|line| line.contains("NODE_AUTH_TOKEN"))
            .map_or(0, |line| line + 1);
        let steps = format!("      - run: {run}\n{PUBLISH}");
        let text = repository(
            JOB_ENV,
            &steps,
            MANIFEST,
            &format!("#- on demand: {path}\n{text}"),
        );
        let reason = format!("`{path}:{line}` still reads `NODE_AUTH_TOKEN`; remove that first");
        stays(&text, &reason);
    }
}

/// Nothing in the job starts the program, or the file sets the variable.
#[test]
fn a_file_that_no_step_with_the_token_reads() {
    for (run, path, text) in [
        (
            "npm ci",
            "compose.yaml",
            "services: { e2e: { environment: [NODE_AUTH_TOKEN] } }\n",
        ),
        (
            "npm ci",
            "build.gradle",
            "def token = System.getenv('NODE_AUTH_TOKEN')\n",
        ),
        (
            "docker compose up",
            "compose.yaml",
            "services:\n  e2e:\n    environment:\n      NODE_AUTH_TOKEN: test\n      # NODE_AUTH_TOKEN\n",
        ),
    ] {
        let steps = format!("      - run: {run}\n{PUBLISH}");
        all_move(&repository(
            JOB_ENV,
            &steps,
            MANIFEST,
            &format!("#- on demand: {path}\n{text}"),
        ));
    }
}
