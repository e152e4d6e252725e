use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::command::add_flag;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `pnpm publish` without `--no-git-checks` in a workflow that runs for tags or releases, with a pnpm that needs a branch:
    /// all releases before 11.27.1, and 12.0 to 12.5.
    ///
    /// Also reports one after a command that changes a manifest without a commit, such as
    /// `npm version minor --no-git-tag-version`, whichever pnpm it is. It is a warning if the command may leave the file as
    /// it is.
    ///
    /// Left alone are `git-checks=false` in an `.npmrc`, `gitChecks` in `pnpm-workspace.yaml`, a variable like
    /// `npm_config_git_checks`, steps under a condition, and jobs in a container or with a step that chooses a branch or that
    /// cannot be read. So is a pnpm whose version the files do not show. If the workflow can also be started by hand, for a
    /// branch, it is a warning.
    ///
    /// ## Why it matters
    ///
    /// For a tag or a release, actions/checkout checks out a commit that no branch points to. Before pnpm publishes, it asks git
    /// for the branch, finds none, and ends with `ERR_PNPM_GIT_UNKNOWN_BRANCH`. pnpm no longer does in CI from 11.27.1 and
    /// 12.6.0 on.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on:
    ///   push:
    ///     tags: ['v*']
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: pnpm/action-setup@v4
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: pnpm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "packageManager": "pnpm@10.30.2"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Add `--no-git-checks`. A tag or a release says which commit is meant, so there is nothing to check.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on:
    ///   push:
    ///     tags: ['v*']
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: pnpm/action-setup@v4
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: pnpm publish --no-git-checks
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "packageManager": "pnpm@10.30.2"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://pnpm.io/cli/publish#--no-git-checks>
    PNPM_GIT_CHECKS {
        id: "pnpm-git-checks",
        summary: "pnpm stops because a tag or release checks out no branch.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, git_problem) {
        let command = &found.site.publisher.command;
        let will = match found.stop.is_in_every_run {
            true => "will",
            false => "may",
        };
        let (what, code) = match found.cause {
            GitProblem::NoBranch => ("No branch in a run for a tag", NpmError::GitUnknownBranch),
            GitProblem::Changed(_) => ("The version is changed and not committed", NpmError::GitUnclean),
        };
        let message = format!("{what}: `{command}` {will} fail with {code}; add `--no-git-checks`");
        let fix = add_flag(context, found.site, "--no-git-checks").map(|fix| Fix {
            applicability: Applicability::Safe,
            ..fix
        });
        let mut diagnostic = found.report(&PNPM_GIT_CHECKS, message).fix(fix);
        if let GitProblem::Changed(place) = found.cause {
            diagnostic = diagnostic.related(place, "this changes a file that git tracks");
        }
        findings.push(diagnostic);
    }
}

/// What pnpm finds when it asks git.
enum GitProblem<'c> {
    NoBranch,
    Changed(&'c Place),
}

fn git_problem(cause: &StopCause) -> Option<GitProblem<'_>> {
    match cause {
        StopCause::DetachedHead => Some(GitProblem::NoBranch),
        StopCause::UncommittedChange { changed_at } => Some(GitProblem::Changed(changed_at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
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
                "#- pnpm-workspace.yaml\npackages: ['packages/*']\n#- packages/a/package.json\n{ \"name\": \"a\", \"version\": \
                 \"1.0.0\", \"repository\": \"a/widget\" }\n",
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
                "#- .github/actions/prepare/action.yml\nruns:\n  using: composite\n  steps:\n    - {step}\n"
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
    fn a_branch_or_no_check_is_left_alone() {
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
            "--git-checks=${{ vars.CHECK }}",
        ] {
            check_rule(
                RULE,
                &repository("release", "10.30.2", &format!("{publish} {flag}"), ""),
            );
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
    fn a_change_that_nothing_commits_stops_pnpm() {
        let marked = |steps: &str, severity: &str| {
            let mark = format!("        #    ^^^^^^^^^^^^ {severity}💡[pnpm-git-checks]: …\n");
            format!("      - run: {steps}\n      - run: pnpm publish\n{mark}")
        };
        for pnpm in ["9.15.9", "10.30.2", "11.28.10", "12.6.0"] {
            let steps = marked("npm version minor --no-git-tag-version", "error");
            check_rule(RULE, &repository("push", pnpm, &steps, ""));
        }
        let steps = marked("npm pkg set version=1.2.3", "warning");
        check_rule(RULE, &repository("push", "11.28.10", &steps, ""));
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
            "npm version 1.0.0 --no-git-tag-version --allow-same-version",
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
}
