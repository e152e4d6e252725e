use crate::test_support::{check_fix, check_rule, no_fix};

const RULE: &str = "id-token-missing";

/// A publish job with these lines before its steps and these steps before the publish, and more files.
fn job(head: &str, steps: &str, files: &str) -> String {
    let indented = |text: &str, indent: &str| -> String {
        text.lines().map(|line| format!("{indent}{line}\n")).collect()
    };
    let (head, steps) = (indented(head, "    "), indented(steps, "      "));
    format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
{head}    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}      - run: npm publish
{files}"
    )
}

/// The block that the fix adds to a job without one; the fix is safe or not.
fn check_new_block(steps: &str, files: &str, scopes: &str, is_safe: bool) {
    let block = format!("permissions:\n{}", scopes.replace(", ", "\n").replace("  ", ""));
    let block: Vec<String> = block
        .lines()
        .enumerate()
        .map(|(number, line)| {
            if number == 0 {
                line.to_owned()
            } else {
                format!("  {line}")
            }
        })
        .collect();
    check_fix(RULE, &job("", steps, files), &job(&block.join("\n"), steps, ""));
    let sign = if is_safe { "💡" } else { "💡?" };
    let marked = job("", steps, files).replacen(
        "  publish:\n",
        &format!("  publish:\n# ^^^^^^^ error{sign}[{RULE}]\n"),
        1,
    );
    check_rule(RULE, &marked);
}

#[test]
fn a_job_that_only_reads_gets_a_safe_block() {
    const READS: &str = "contents: read, id-token: write";
    for steps in [
        "",
        "- uses: actions/checkout@v6\n- uses: actions/cache@v5\n- run: npm ci",
        "- uses: pnpm/action-setup@v6\n- run: |\n    pnpm install\n    pnpm build\n    git tag v1",
        "- run: gh release view v1\n  env: { GH_TOKEN: '${{ github.token }}' }",
        "- run: docker build -t w .",
    ] {
        check_new_block(steps, "", READS, true);
    }
    let npm = "- run: npm ci\n  env: { NODE_AUTH_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }";
    check_new_block(npm, "", "contents: read, packages: read, id-token: write", true);
}

#[test]
fn what_may_write_gets_no_safe_block() {
    const WRITES: &str = "contents: write, id-token: write";
    for (steps, scopes) in [
        ("- uses: actions/create-release@v1", WRITES),
        ("- uses: Softprops/Action-GH-Release@v2", WRITES),
        ("- uses: stefanzweifel/git-auto-commit-action@v7", WRITES),
        ("- run: git push --follow-tags", WRITES),
        ("- run: |\n    set -e\n    (cd site && git push)", WRITES),
        (
            "- run: gh release create v1\n  env: { GH_TOKEN: '${{ github.token }}' }",
            WRITES,
        ),
        ("- run: npx bumpp", WRITES),
        (
            "- run: node build.js\n  env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }",
            WRITES,
        ),
        (
            "- uses: acme/announce@v1\n  with: { token: '${{ github.token }}' }",
            WRITES,
        ),
        ("- uses: acme/announce@v1", "contents: read, id-token: write"),
        (
            "- uses: docker://acme/announce",
            "contents: read, id-token: write",
        ),
        ("- run: ./announce.sh", "contents: read, id-token: write"),
        (
            "- uses: actions/deploy-pages@v5",
            "contents: read, pages: write, id-token: write",
        ),
        (
            "- uses: docker/login-action@v3\n  with: { registry: ghcr.io, password: '${{ github.token }}' }",
            "contents: read, packages: write, id-token: write",
        ),
        (
            "- run: docker push ghcr.io/acme/w:1",
            "contents: read, packages: write, id-token: write",
        ),
        (
            "- uses: actions/github-script@v8\n  with: { script: 'await github.rest.repos.createRelease({})' }",
            WRITES,
        ),
        (
            "- uses: googleapis/release-please-action@v5",
            "contents: write, pull-requests: write, id-token: write",
        ),
        (
            "- run: gh pr create --fill\n  env: { GH_TOKEN: '${{ github.token }}' }",
            "contents: write, pull-requests: write, id-token: write",
        ),
    ] {
        check_new_block(steps, "", scopes, false);
    }
}

#[test]
fn another_token_than_the_jobs_needs_no_permission_and_promises_nothing() {
    const READS: &str = "contents: read, id-token: write";
    for steps in [
        "- uses: googleapis/release-please-action@v5\n  with: { token: '${{ secrets.BOT }}' }",
        "- uses: actions/checkout@v6\n  with: { token: '${{ secrets.BOT }}' }\n- run: git push",
        "- run: gh release create v1\n  env: { GH_TOKEN: '${{ secrets.BOT }}' }",
    ] {
        check_new_block(steps, "", READS, false);
    }
}

#[test]
fn scripts_and_actions_of_the_repository_are_read() {
    let manifest = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"scripts\": { \"a\": \"npm run b\", \
                    \"b\": \"tsc\", \"postb\": \"git push\", \"c\": \"tsc\" } }\n";
    check_new_block(
        "- run: npm run a",
        manifest,
        "contents: write, id-token: write",
        false,
    );
    check_new_block(
        "- run: npm run c",
        manifest,
        "contents: read, id-token: write",
        true,
    );
    let action = "\
#- .github/actions/tag/action.yml
runs:
  using: composite
  steps:
    - run: git push --tags
      shell: bash
";
    check_new_block(
        "- uses: ./.github/actions/tag",
        action,
        "contents: write, id-token: write",
        false,
    );
}

#[test]
fn tools_that_release_get_what_they_write_with() {
    let released = |command: &str, block: &str| {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  release:
{block}    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - {command}
"
        )
    };
    for (command, scopes) in [
        (
            "uses: changesets/action@v1\n        with: { publish: npx changeset publish }",
            ["contents: write", "pull-requests: write", "id-token: write"].as_slice(),
        ),
        (
            "run: npx semantic-release",
            &[
                "contents: write",
                "issues: write",
                "pull-requests: write",
                "id-token: write",
            ],
        ),
    ] {
        let block: String = scopes.iter().map(|scope| format!("      {scope}\n")).collect();
        check_fix(
            RULE,
            &released(command, ""),
            &released(command, &format!("    permissions:\n{block}")),
        );
    }
}

#[test]
fn a_block_keeps_all_that_it_grants() {
    let workflow = |top: &str, job_block: &str, other: &str| {
        format!(
            "\
#- .github/workflows/release.yml
on: push
{top}jobs:
{other}  publish:
{job_block}    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - uses: acme/announce@v1
      - run: npm publish
"
        )
    };
    let other = "  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: npm test\n";
    let top = "permissions:\n  contents: write # tags\n  packages: write\n";
    // The only job shares the block with no other.
    check_fix(
        RULE,
        &workflow(top, "", ""),
        &workflow(&format!("{top}  id-token: write\n"), "", ""),
    );
    check_fix(
        RULE,
        &workflow(top, "", other),
        &workflow(
            top,
            "    permissions:\n      contents: write\n      packages: write\n      id-token: write\n",
            other,
        ),
    );
    check_fix(
        RULE,
        &workflow("", "    permissions: { contents: write }\n", other),
        &workflow(
            "",
            "    permissions: { contents: write, id-token: write }\n",
            other,
        ),
    );
    // Nothing says what a third party reads.
    let read_all = workflow("", "    permissions: read-all\n", other);
    check_rule(
        "id-token-value-invalid",
        &read_all.replacen(
            "    permissions: read-all\n",
            "    permissions: read-all\n#                ^^^^^^^^ error💡?[id-token-value-invalid]\n",
            1,
        ),
    );
}

/// A workflow that calls one that publishes, and that one.
fn call(caller: &str, called: &str) -> String {
    let publish = "    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        with: { node-version: 24 }\n      - run: npm publish\n";
    format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  call:
{caller}    uses: ./.github/workflows/publish.yml
#- .github/workflows/publish.yml
on: workflow_call
jobs:
  publish:
{called}{publish}  notes:
    permissions:
      contents: write
      issues: write
    runs-on: ubuntu-24.04
    steps:
      - run: true
"
    )
}

#[test]
fn a_caller_gets_what_all_called_jobs_ask_for() {
    const CALLER: &str = "reusable-caller-no-id-token";
    let called = "    permissions:\n      packages: write\n      id-token: write\n";
    check_fix(
        CALLER,
        &call("    permissions:\n      contents: read\n", called),
        &call(
            "    permissions:\n      contents: write\n      packages: write\n      id-token: write\n      issues: write\n",
            called,
        ),
    );
    check_fix(
        CALLER,
        &call("    permissions: {}\n", called),
        &call(
            "    permissions:\n      contents: write\n      packages: write\n      issues: write\n      id-token: write\n",
            called,
        ),
    );
    check_fix(
        CALLER,
        &call("", called),
        &call(
            "    permissions:\n      contents: write\n      packages: write\n      issues: write\n      id-token: write\n",
            called,
        ),
    );
    no_fix(
        CALLER,
        &call(
            "    permissions: { contents: read }\n",
            "    permissions: write-all\n",
        ),
    );
}
