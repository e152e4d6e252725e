use crate::test_support::{check_fix, check_rule, check_sites};

const RULE: &str = "pnpm-git-checks";
const MARK: &str = "        #    ^^^^^^^^^^^^ error💡[pnpm-git-checks]: …\n";

/// A workflow that these events start and that publishes with a pnpm of this version.
fn repository(on: &str, pnpm: &str, steps: &str, files: &str) -> String {
    format!(
        r#"
#- .github/workflows/release.yml
on: {on}
jobs:
  publish:
    permissions:
      contents: read
      id-token: write
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v6
      - uses: pnpm/action-setup@v4
      - uses: actions/setup-node@v6
        with:
          node-version: 24
{steps}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", "packageManager": "pnpm@{pnpm}" }}
{files}
"#
    )
}

#[test]
fn messages_name_the_cause() {
    let branch = "{ push: { branches: [next] } }";
    let bump = "      - run: npm version minor --no-git-tag-version\n";
    for (on, before, message, help) in [
        (
            "release",
            "",
            "A run for a tag has no branch: `pnpm publish` will fail with ERR_PNPM_GIT_UNKNOWN_BRANCH",
            "pnpm asks git for the branch before it publishes. Add `--no-git-checks`.",
        ),
        (
            "push",
            bump,
            "The version is changed but not committed: `pnpm publish` will fail with ERR_PNPM_GIT_UNCLEAN",
            "pnpm checks that all changes are committed before it publishes. Add `--no-git-checks`.",
        ),
        (
            branch,
            "",
            "The branch is `next`, not `main` or `master`: `pnpm publish` never publishes and exits with code 0",
            "On another branch, pnpm asks whether to continue and gets no answer in CI. Add `--publish-branch next`.",
        ),
    ] {
        let place = "        #    ^^^^^^^^^^^^";
        let steps = format!(
            "{before}      - run: pnpm publish\n{place} error💡[pnpm-git-checks]: {message}\n{place} help[pnpm-git-checks]: {help}\n"
        );
        check_rule(RULE, &repository(on, "10.30.2", &steps, ""));
    }
}

#[test]
fn tags_and_releases_have_no_branch() {
    for on in ["release", "{ push: { tags: ['v*'] } }"] {
        for pnpm in ["10.30.2", "9.15.9", "11.27.0", "12.5.1"] {
            check_rule(
                RULE,
                &repository(on, pnpm, &format!("      - run: pnpm publish\n{MARK}"), ""),
            );
        }
    }
    check_rule(
        RULE,
        &repository(
            "release",
            "10.30.2",
            "      - run: pnpm -r publish --access public\n        #    ^^^^^^^^^^^^^^^ error💡[pnpm-git-checks]: …",
            r#"#- pnpm-workspace.yaml
packages: ['packages/*']
#- packages/a/package.json
{ "name": "a", "version": "1.0.0", "repository": "a/widget" }
"#,
        ),
    );
}

#[test]
fn a_run_by_hand_may_be_for_a_branch() {
    let fixture = |mark: &str| {
        let step = format!("      - run: pnpm publish\n{mark}");
        repository("[release, workflow_dispatch]", "10.30.2", &step, "")
    };
    check_rule(
        RULE,
        &fixture("        #    ^^^^^^^^^^^^ warning💡[pnpm-git-checks]: …\n"),
    );
    check_sites(
        &fixture(""),
        "release.yml:14 publish; publisher=pnpm; outcome=unknown",
    );
}

#[test]
fn release_it_commits_after_it_publishes() {
    let fixture = |npm: &str, rest: &str, mark: &str| {
        let config = format!("#- .release-it.json\n{{ \"npm\": {{ \"skipChecks\": true, {npm} }}{rest} }}\n");
        repository(
            "push",
            "10.30.2",
            &format!("      - run: npx release-it --ci\n{mark}"),
            &config,
        )
    };
    let pnpm = "\"publishPackageManager\": \"pnpm\"";
    let mark = "        #        ^^^^^^^^^^^^^^^ error[pnpm-git-checks]: release-it commits the version after it publishes: …\n";
    check_rule(RULE, &fixture(pnpm, "", mark));
    check_rule(
        RULE,
        &fixture(pnpm, ", \"hooks\": { \"after:bump\": \"pnpm run build\" }", mark),
    );
    for (npm, rest) in [
        ("\"publishPackageManager\": \"npm\"".to_owned(), ""),
        (format!("{pnpm}, \"publishArgs\": [\"--no-git-checks\"]"), ""),
        (format!("{pnpm}, \"publish\": false"), ""),
        (
            pnpm.to_owned(),
            ", \"hooks\": { \"after:bump\": \"git commit -am x\" }",
        ),
        (
            pnpm.to_owned(),
            ", \"hooks\": { \"after:bump\": [\"./commit.sh\"] }",
        ),
        (pnpm.to_owned(), ", \"extends\": \"x\""),
    ] {
        check_rule(RULE, &fixture(&npm, rest, ""));
    }
}

#[test]
fn a_checkout_of_a_commit_has_no_branch() {
    let fixture = |reference: &str, mark: &str| {
        let steps = format!("      - run: pnpm publish\n{mark}");
        let fixture = repository("{ push: { branches: [main] } }", "10.30.2", &steps, "");
        fixture.replace(
            "checkout@v6\n",
            &format!("checkout@v6\n        with: {{ ref: '{reference}' }}\n"),
        )
    };
    let marked = |severity: &str| {
        format!(
            "        #    ^^^^^^^^^^^^ {severity}💡[pnpm-git-checks]: The `ref` of the checkout is a commit, …\n"
        )
    };
    let site = |outcome: &str| format!("release.yml:15 publish; outcome={outcome}");
    for (reference, mark, outcome) in [
        (
            "${{ github.sha }}",
            marked("error"),
            "fails; error=ERR_PNPM_GIT_UNKNOWN_BRANCH",
        ),
        ("${{ github.event.after }}", marked("error"), "fails"),
        ("${{ needs.bump.outputs.sha }}", marked("warning"), "unknown"),
        ("${{ inputs.ref }}", String::new(), "unknown"),
        ("${{ github.ref }}", String::new(), "oidc"),
        ("main", String::new(), "oidc"),
    ] {
        check_rule(RULE, &fixture(reference, &mark));
        check_sites(&fixture(reference, ""), &site(outcome));
    }
    // An action of which nothing is known may choose a branch.
    let with = |action: &str, mark: &str| {
        fixture("${{ github.sha }}", mark).replace(
            "      - uses: pnpm/action-setup@v4\n",
            &format!("      - uses: pnpm/action-setup@v4\n      - uses: {action}\n"),
        )
    };
    check_rule(RULE, &with("acme/check@v1", &marked("warning")));
    check_rule(RULE, &with("acme/git-switch@v1", ""));
    check_rule(RULE, &with("./.github/actions/prepare", ""));
}

#[test]
fn a_container_may_have_no_git() {
    let fixture = repository("release", "10.30.2", "      - run: pnpm publish", "");
    let fixture = fixture.replace("    steps:", "    container: node:24-alpine\n    steps:");
    check_rule(RULE, &fixture);
}

#[test]
fn files_of_the_package_and_scripts_decide_too() {
    let package = "#- js/a/package.json\n{ \"name\": \"a\", \"version\": \"1.0.0\", \"repository\": \"a/widget\", \
                   \"packageManager\": \"pnpm@10.30.2\" }\n";
    let step = "      - run: pnpm publish\n        working-directory: js/a";
    let marked = format!("      - run: pnpm publish\n{MARK}        working-directory: js/a");
    check_rule(RULE, &repository("release", "10.30.2", &marked, package));
    for file in [
        "js/a/.npmrc\ngit-checks=false",
        "js/pnpm-workspace.yaml\ngitChecks: false",
    ] {
        let files = format!("{package}#- {file}\n");
        check_rule(RULE, &repository("release", "10.30.2", step, &files));
    }
    let scripts =
        "\"scripts\": { \"release\": \"git -C . checkout main && pnpm publish\" }, \"name\": \"widget\"";
    let fixture = repository("release", "10.30.2", "      - run: pnpm run release", "");
    check_rule(RULE, &fixture.replace("\"name\": \"widget\"", scripts));
    for prepare in ["git -C . checkout main", "./scripts/prepare.sh"] {
        let steps = format!("      - run: {prepare}\n      - run: pnpm publish");
        check_rule(RULE, &repository("release", "10.30.2", &steps, ""));
    }
}

#[test]
fn composite_actions_are_read() {
    let action = |step: &str| {
        format!(
            "\
#- .github/actions/prepare/action.yml
runs:
  using: composite
  steps:
    - {step}
"
        )
    };
    let steps = |mark: &str| {
        format!(
            "      - uses: ./.github/actions/prepare\n      - run: pnpm publish\n{mark}      - run: git checkout main\n"
        )
    };
    let harmless = action("{ run: npm run build, shell: bash }");
    check_rule(RULE, &repository("release", "10.30.2", &steps(MARK), &harmless));
    for chooses in [
        "{ run: git checkout main, shell: bash }",
        "{ uses: actions/checkout@v6, with: { ref: main } }",
    ] {
        check_rule(
            RULE,
            &repository("release", "10.30.2", &steps(""), &action(chooses)),
        );
    }
}

#[test]
fn a_branch_or_no_check_is_not_reported() {
    let publish = "      - run: pnpm publish";
    // A branch, or perhaps one.
    check_rule(RULE, &repository("push", "10.30.2", publish, ""));
    check_rule(RULE, &repository("[push, release]", "10.30.2", publish, ""));
    check_rule(RULE, &repository("workflow_dispatch", "10.30.2", publish, ""));
    check_rule(
        RULE,
        &repository(
            "release",
            "10.30.2",
            "      - run: git switch main && pnpm publish",
            "",
        ),
    );
    check_rule(
        RULE,
        &repository(
            "release",
            "10.30.2",
            &format!("{publish}\n        if: inputs.publish"),
            "",
        ),
    );
    for step in [
        "      - run: pnpm config set git-checks false",
        "      - run: echo git-checks=false >> .npmrc",
        "      - uses: stefanzweifel/git-auto-commit-action@v6",
        "      - uses: actions/github-script@v8",
        "      - uses: ./.github/actions/prepare",
        "      - uses: actions/checkout@v6\n        with:\n          ref: main",
    ] {
        check_rule(
            RULE,
            &repository("release", "10.30.2", &format!("{step}\n{publish}"), ""),
        );
    }
    // A pnpm that does not ask, or that may not.
    for pnpm in ["11.28.11", "^11.0.0", "12.6.0"] {
        check_rule(RULE, &repository("release", pnpm, publish, ""));
    }
    // No check.
    for flag in [
        "--no-git-checks",
        "--git-checks=false",
        "--config.git-checks=false",
        "--config.gitChecks=false",
        "--git-checks=${{ vars.CHECK }}",
    ] {
        check_rule(
            RULE,
            &repository("release", "10.30.2", &format!("{publish} {flag}"), ""),
        );
    }
    for variable in [
        "npm_config_git_checks=false",
        "NPM_CONFIG_GIT_CHECKS=false",
        "pnpm_config_git_checks=false",
    ] {
        let step = format!("      - run: {variable} pnpm publish");
        check_rule(RULE, &repository("release", "10.30.2", &step, ""));
    }
    let variable = format!("{publish}\n        env:\n          npm_config_git_checks: false");
    check_rule(RULE, &repository("release", "10.30.2", &variable, ""));
    for file in [
        "#- .npmrc\ngit-checks=false",
        "#- pnpm-workspace.yaml\ngitChecks: false",
    ] {
        check_rule(RULE, &repository("release", "10.30.2", publish, file));
    }
    // Another tool.
    check_rule(
        RULE,
        &repository("release", "10.30.2", "      - run: npm publish", ""),
    );
}

#[test]
fn the_step_fails() {
    let fixture = repository("release", "10.30.2", "      - run: pnpm publish", "");
    check_sites(
        &fixture,
        "release.yml:14 publish; publisher=pnpm; outcome=fails; error=ERR_PNPM_GIT_UNKNOWN_BRANCH",
    );
}

#[test]
fn the_flag_is_added() {
    check_fix(
        RULE,
        &repository(
            "release",
            "10.30.2",
            "      - run: pnpm publish --access public # the package",
            "",
        ),
        &repository(
            "release",
            "10.30.2",
            "      - run: pnpm publish --no-git-checks --access public # the package",
            "",
        ),
    );
}

#[test]
fn an_uncommitted_change_stops_pnpm() {
    let marked = |steps: &str, severity: &str| {
        let mark = format!("        #    ^^^^^^^^^^^^ {severity}💡[pnpm-git-checks]: …\n");
        format!("      - run: {steps}\n      - run: pnpm publish\n{mark}")
    };
    for pnpm in ["9.15.9", "10.30.2", "11.28.10", "12.6.0"] {
        let steps = marked("npm version minor --no-git-tag-version", "error");
        check_rule(RULE, &repository("push", pnpm, &steps, ""));
    }
    for change in [
        "npm pkg set version=1.2.3",
        "npm version \"$V\" --no-git-tag-version --allow-same-version",
        "|\n          npm pkg set version=1.2.3\n          cp package.json dist/",
        "npm version minor --no-git-tag-version\n        if: steps.v.outputs.kind == 'minor'",
        "|\n          mv package.json old.json\n          jq '.version = \"2.0.0\"' old.json > package.json\n          rm old.json",
    ] {
        let steps = marked(change, "warning");
        check_rule(RULE, &repository("push", "11.28.10", &steps, ""));
    }
    let of_other = "      - run: npm version minor --no-git-tag-version\n        if: inputs.kind == 'a'\n      - run: pnpm publish\n        if: inputs.kind == 'b'";
    check_rule(RULE, &repository("push", "11.28.10", of_other, ""));
    check_sites(
        &repository(
            "push",
            "11.28.10",
            "      - run: pnpm version 2.0.0 --no-git-tag-version && pnpm publish",
            "",
        ),
        "release.yml:14 publish; publisher=pnpm; outcome=fails; error=ERR_PNPM_GIT_UNCLEAN",
    );
    let publish = "      - run: pnpm publish";
    for steps in [
        "npm version minor",
        "npm version minor --no-git-tag-version && git commit -am bump",
        "npm version minor --no-git-tag-version && ./commit.sh",
        "npm version minor --no-git-tag-version && git stash",
    ] {
        check_rule(
            RULE,
            &repository(
                "push",
                "11.28.10",
                &format!("      - run: {steps}\n{publish}"),
                "",
            ),
        );
    }
    let bump = "      - run: npm version minor --no-git-tag-version";
    for after in [
        "      - uses: stefanzweifel/git-auto-commit-action@v6\n      - run: pnpm publish",
        "      - run: pnpm publish --no-git-checks",
        "      - run: npm publish",
    ] {
        check_rule(
            RULE,
            &repository("push", "11.28.10", &format!("{bump}\n{after}"), ""),
        );
    }
}

#[test]
fn pnpm_publishes_only_from_main_and_master() {
    let publish = format!("      - run: pnpm publish\n{MARK}");
    for on in [
        "{ push: { branches: [release] } }",
        "{ push: { branches: [next, 'release/**', '*.x'] } }",
        "{ push: { branches-ignore: [main, master] } }",
        "{ push: { branches: ['**', '!main', '!master'] } }",
    ] {
        for pnpm in ["9.15.9", "10.30.2", "^11.2.0", "12.6.0", "latest"] {
            check_rule(RULE, &repository(on, pnpm, &publish, ""));
        }
    }
    let branch = "{ push: { branches: [next] } }";
    let conditional = format!("      - run: pnpm publish\n{MARK}        if: inputs.x == ''\n");
    check_rule(RULE, &repository(branch, "10.30.2", &conditional, ""));
    let of_ref = "        if: github.ref == 'refs/heads/next'\n";
    for on in ["push", "workflow_dispatch"] {
        check_rule(
            RULE,
            &repository(on, "10.30.2", &format!("{publish}{of_ref}"), ""),
        );
    }
    let other = "      - run: pnpm publish --publish-branch next\n        #    ^^^^^^^^^^^^ error💡[pnpm-git-checks]: …\n";
    check_rule(
        RULE,
        &repository("{ push: { branches: [main] } }", "10.30.2", other, ""),
    );
    // pnpm 11 does not read this file, and pnpm 9 not that one.
    let npmrc = "#- .npmrc\npublish-branch=next\ngit-checks=false";
    check_rule(RULE, &repository(branch, "11.28.10", &publish, npmrc));
    let workspace = "#- pnpm-workspace.yaml\npublishBranch: next";
    check_rule(RULE, &repository(branch, "9.15.9", &publish, workspace));
}

#[test]
fn a_run_that_may_be_for_main_is_not_reported() {
    let publish = "      - run: pnpm publish";
    for on in [
        "push",
        "{ push: { branches: [main] } }",
        "{ push: { branches: [master, next] } }",
        "{ push: { branches: ['m*'] } }",
        "{ push: { branches: ['**', '!next'] } }",
        "{ push: { branches: ['!main', '!master', 'ma*'] } }",
        "{ push: { branches-ignore: [main] } }",
        "{ push: { branches: [next] }, workflow_dispatch: }",
        "{ push: { branches: [next] }, schedule: [{ cron: '0 0 * * *' }] }",
        "{ push: { branches: [next] }, workflow_call: }",
        "{ push: { branches: [next], tags: ['v*'] } }",
        "pull_request",
    ] {
        check_rule(RULE, &repository(on, "11.28.10", publish, ""));
    }
    let branch = "{ push: { branches: [next] } }";
    for steps in [
        "      - run: pnpm publish --no-git-checks",
        "      - run: pnpm publish --publish-branch next",
        "      - run: pnpm publish --publish-branch=${{ github.ref_name }}",
        "      - run: pnpm publish --publish-branch \"$GITHUB_REF_NAME\"",
        "      - run: yes | pnpm publish",
        "      - run: pnpm publish <<< y",
        "      - run: if test -f x; then pnpm publish; fi",
        "      - run: git checkout main\n      - run: pnpm publish",
        "      - run: pnpm config set publish-branch next\n      - run: pnpm publish",
        "      - uses: actions/checkout@v6\n        with:\n          ref: main\n      - run: pnpm publish",
        "      - run: pnpm publish\n        env:\n          npm_config_publish_branch: next",
        "      - run: npm publish",
    ] {
        check_rule(RULE, &repository(branch, "10.30.2", steps, ""));
    }
    for file in [
        "#- .npmrc\npublish-branch=next",
        "#- pnpm-workspace.yaml\npublishBranch: next",
    ] {
        check_rule(RULE, &repository(branch, "10.30.2", publish, file));
    }
}

#[test]
fn the_end_on_another_branch_depends_on_the_version() {
    let on = "{ push: { branches: [next] } }";
    for (pnpm, error) in [
        ("10.30.2", "-"),
        ("11.28.11", "-"),
        ("12.6.0", "ERR_PNPM_GIT_NOT_CORRECT_BRANCH"),
    ] {
        check_sites(
            &repository(on, pnpm, "      - run: pnpm publish", ""),
            &format!("release.yml:14 publish; publisher=pnpm; outcome=fails; error={error}"),
        );
    }
}

#[test]
fn the_only_branch_is_named() {
    for (on, flag) in [
        ("{ push: { branches: [Next] } }", "--publish-branch Next"),
        ("{ push: { branches: [next, beta] } }", "--no-git-checks"),
        ("{ push: { branches: ['release/**'] } }", "--no-git-checks"),
    ] {
        check_fix(
            RULE,
            &repository(on, "10.30.2", "      - run: pnpm publish", ""),
            &repository(on, "10.30.2", &format!("      - run: pnpm publish {flag}"), ""),
        );
    }
}

#[test]
fn a_written_file_stops_pnpm_until_it_is_gone() {
    let fixture = |after: &str, publish: &str, files: &str| {
        let steps = format!(
            "      - run: echo x > .npmrc\n      - run: {after}\n      - run: pnpm publish\n{publish}"
        );
        repository("push", "11.28.10", &steps, files)
    };
    let mark = "        #    ^^^^^^^^^^^^ error💡[pnpm-git-checks]: A file is written but not committed: …\n";
    for after in ["ls", "rm -f other.txt", "mv a.txt b.txt", "cp .npmrc dist/"] {
        check_rule(RULE, &fixture(after, mark, ""));
    }
    for after in [
        "rm .npmrc",
        "rm -f ./.npmrc",
        "mv .npmrc ~/",
        "cp .npmrc.bak .npmrc",
        "rm *",
        "rm \"$FILE\"",
        "git stash",
    ] {
        check_rule(RULE, &fixture(after, "", ""));
    }
    for ignored in [".npmrc", "*", "/.npmrc"] {
        check_rule(
            RULE,
            &fixture("ls", "", &format!("#- on demand: .gitignore\n{ignored}\n")),
        );
    }
    // What a file of the repository is replaced with may be the same.
    let committed = "#- .npmrc\nregistry=https://registry.npmjs.org/\n";
    check_rule(RULE, &fixture("ls", &mark.replace("error", "warning"), committed));
    for hidden in [
        "git update-index --assume-unchanged .npmrc",
        "echo .npmrc >> .git/info/exclude",
    ] {
        let before = fixture("ls", "", "").replace(
            "      - run: echo x",
            &format!("      - run: {hidden}\n      - run: echo x"),
        );
        check_rule(RULE, &before);
    }
}

#[test]
fn a_branch_of_another_repository_is_not_that_of_the_checkout() {
    let fixture = |steps: &str, mark: &str| {
        let steps = format!("{steps}\n      - run: pnpm publish\n{mark}");
        repository("{ push: { branches: [main] } }", "11.28.10", &steps, "")
    };
    let mark = "        #    ^^^^^^^^^^^^ error💡[pnpm-git-checks]: The branch is `bump`, …\n";
    check_rule(RULE, &fixture("      - run: git checkout -b bump", mark));
    for steps in [
        "      - uses: actions/checkout@v6\n        with: { repository: acme/docs, path: docs }\n      - run: git checkout -b bump\n        working-directory: docs",
        "      - run: cd dist && git init && git checkout -b bump",
        "      - run: |\n          pushd dist\n          git init\n          git checkout -b bump\n          popd",
        "      - run: |\n          git clone https://github.com/acme/site site\n          cd site\n          git switch -c bump",
    ] {
        check_rule(RULE, &fixture(steps, ""));
    }
}
