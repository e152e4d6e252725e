//! Steps that keep their token because something that the files show may still need it.

use super::{all_move, stays, stays_all};

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
        "`.github/workflows/release.yml` still reads `NODE_AUTH_TOKEN`; remove that first",
    );
}

#[test]
fn a_condition_asks_for_the_secret() {
    let job = "    outputs:\n      can: ${{ secrets.NPM_TOKEN != '' }}\n";
    let text = repository(job, PUBLISH_WITH_TOKEN, MANIFEST, "");
    stays(
        &text,
        "`.github/workflows/release.yml` still reads `NPM_TOKEN`; remove that first",
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
            "`npm token` needs a logged-in user and has the same token; give it a token of its own in another step first",
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
fn two_jobs_have_different_environments() {
    let steps = format!(
        "{PUBLISH_WITH_TOKEN}  canary:\n    runs-on: ubuntu-24.04\n    environment: npm\n    steps:\n{PUBLISH_WITH_TOKEN}"
    );
    stays_all(
        &repository("", &steps, MANIFEST, ""),
        "npm accepts one trusted publisher for a package, and jobs with different environments publish `widget` (none, `npm`); use one \
         environment first",
    );
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
        "`check.js` still reads `NODE_AUTH_TOKEN`; remove that first",
    );
}

/// Only without the token the file that says which Yarn runs is asked for.
#[test]
fn yarn_reads_a_kept_npmrc() {
    let steps = format!("      - run: yarn install --frozen-lockfile\n{PUBLISH}");
    let job = "    env:\n      NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n";
    let others = "#- on demand: yarn.lock\n# yarn lockfile v1\n#- .npmrc\n//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n#- .github/workflows/ci.yml\non: \
                  push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: yarn install\n        env:\n          NPM_TOKEN: ${{ \
                  secrets.NPM_TOKEN }}\n";
    let text = repository(job, &steps, MANIFEST, others);
    stays(
        &text,
        "without the token, `.npmrc` uses `${NPM_TOKEN}`, which nothing sets (yarn-unset-variable)",
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
