use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::permissions::grant_contents_write;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `permissions` block without `contents: write` in a job that pushes, or creates a release with `gh`, before it
    /// publishes. semantic-release also tries a push before it publishes.
    ///
    /// Only the job's own token is checked. The rule does not report checkouts with a `token` or an `ssh-key`, or jobs in which
    /// something may give git other credentials.
    ///
    /// ## Why it matters
    ///
    /// GitHub rejects the push with 403, the job stops, and nothing is published:
    ///
    /// ```text
    /// remote: Permission to acme/widget.git denied to github-actions[bot].
    /// fatal: unable to access 'https://github.com/acme/widget/': The requested URL returned error: 403
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     concurrency: release
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: git push --follow-tags
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Grant `contents: write`.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: write
    ///       id-token: write
    ///     concurrency: release
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: git push --follow-tags
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions>
    CONTENTS_NOT_WRITABLE {
        id: "contents-not-writable",
        summary: "The job pushes before it publishes, but its token cannot write.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, refused_command) {
        let ((command, elsewhere), publish) = (found.cause, &found.site.publishing_tool.command);
        let severity = found.stop.severity();
        let outcome = match severity {
            Severity::Error if command == publish => format!("`{command}` will fail"),
            Severity::Error => format!("`{command}` will fail with 403, and `{publish}` is never reached"),
            _ => format!("`{command}` may fail with 403"),
        };
        let (message, fix) = match elsewhere {
            Some(repository) => (
                format!("The job's token cannot write to `{repository}`: {outcome}"),
                None,
            ),
            None => (
                format!("Missing `contents: write`: {outcome}"),
                grant_contents_write(context, found.site),
            ),
        };
        let mut diagnostic = found.report(&CONTENTS_NOT_WRITABLE, message);
        if let Some(repository) = elsewhere {
            diagnostic = diagnostic.help(format!(
                "No permission gives it access to another repository. Pass a token for `{repository}` as `GH_TOKEN`."
            ));
        }
        findings.push(diagnostic.fix(fix));
    }
}

fn refused_command(cause: &StopCause) -> Option<(&String, &Option<String>)> {
    match cause {
        StopCause::MayNotWrite { command, elsewhere } => Some((command, elsewhere)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "contents-not-writable";

    fn job(permissions: &str, steps: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
{permissions}      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}
      - run: npm publish
"
        )
    }

    const READ: &str = "      contents: read\n";
    const MARKED: &str = "      contents: read\n#               ^^^^ error💡?[contents-not-writable]: …\n";

    #[test]
    fn a_push_needs_write() {
        for push in [
            "git push",
            "git push origin HEAD",
            "git push --follow-tags",
            "git tag v1 && git push origin v1",
        ] {
            check_rule(RULE, &job(MARKED, &format!("      - run: {push}")));
        }
        let gh = "      - run: gh release create v1\n        env: { GH_TOKEN: '${{ github.token }}' }";
        check_rule(RULE, &job(MARKED, gh));
        check_sites(
            &job(READ, "      - run: git push"),
            "release.yml:13 publish; outcome=not-reached; error=-",
        );
    }

    #[test]
    fn no_permission_covers_another_repository() {
        let step = |name: &str, mark: &str| {
            let run = format!(
                "      - run: gh release create v1 {name}\n{mark}        env: {{ GH_TOKEN: '${{{{ github.token }}}}' }}"
            );
            format!(
                "#- repository: acme/widget\n{}",
                job("      contents: write\n", &run)
            )
        };
        for name in ["-R acme/other", "--repo acme/other", "--repo=acme/other"] {
            let words = "^".repeat("gh release create v1 ".len() + name.len());
            check_rule(
                RULE,
                &step(
                    name,
                    &format!(
                        "#            {words} error[contents-not-writable]: The job's token cannot write to `acme/other`: `gh release` will \
                         fail with 403, and `npm publish` is never reached\n#            {words} help[contents-not-writable]: No permission \
                         gives it access to another repository. Pass a token for `acme/other` as `GH_TOKEN`.\n"
                    ),
                ),
            );
        }
        check_rule(RULE, &step("-R acme/widget", ""));
        check_rule(RULE, &step("-R ${{ github.repository }}", ""));
    }

    #[test]
    fn other_credentials_and_other_orders_are_not_reported() {
        for steps in [
            "      - run: git push || true",
            "      - run: git push\n        continue-on-error: true",
            "      - run: git push https://x:${{ secrets.PAT }}@github.com/a/b",
            "      - run: git remote set-url origin https://x@github.com/a/b && git push",
            "      - run: git push upstream main",
            "      - run: cd ../other && git push",
            "      - uses: actions/checkout@v6\n        with: { token: '${{ secrets.PAT }}' }\n      - run: git push",
            "      - uses: acme/login@v1\n      - run: git push",
            "      - run: ./login.sh && git push",
            "      - run: gh release create v1\n        env: { GH_TOKEN: '${{ secrets.PAT }}' }",
            "      - run: gh pr create --fill\n        env: { GH_TOKEN: '${{ github.token }}' }",
            "      - run: gh release create v1 -R acme/other\n        env: { GH_TOKEN: '${{ secrets.PAT }}' }",
            "      - run: gh release view v1 -R acme/other\n        env: { GH_TOKEN: '${{ github.token }}' }",
            "      - run: gh release create v1 -R \"$OTHER\"\n        env: { GH_TOKEN: '${{ github.token }}' }",
            "      - run: git push --help",
            "      - run: gh release view v1\n        env: { GH_TOKEN: '${{ github.token }}' }",
            "      - run: if test -f x; then git push; fi",
            "      - run: git push --dry-run",
        ] {
            check_rule(RULE, &job(READ, steps));
        }
        check_rule(RULE, &job("      contents: write\n", "      - run: git push"));
        check_rule(
            RULE,
            &job(READ, "      - run: npm publish\n      - run: git push")
                .replace("git push\n      - run: npm publish", "git push"),
        );
        check_rule(
            RULE,
            &job(READ, "      - run: git push").replace(
                "    permissions:\n      contents: read\n      id-token: write\n",
                "",
            ),
        );
    }

    #[test]
    fn semantic_release_tries_a_push() {
        let fixture = |permissions: &str| {
            let steps = "      - run: npx semantic-release\n        env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }";
            let package = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\", \"devDependencies\": { \
                           \"semantic-release\": \"25.0.2\" } }\n";
            job(permissions, steps).replace("\n      - run: npm publish\n", "\n") + package
        };
        check_rule(RULE, &fixture(MARKED));
        check_rule(RULE, &fixture("      contents: write\n"));
        check_sites(
            &fixture(READ),
            "release.yml:12 publish; publisher=semantic-release; outcome=fails; error=-",
        );
    }

    #[test]
    fn the_block_grants_write() {
        check_fix(
            RULE,
            &job(READ, "      - run: git push"),
            &job("      contents: write\n", "      - run: git push"),
        );
        check_fix(
            RULE,
            &job("      packages: write\n", "      - run: git push"),
            &job(
                "      contents: write\n      packages: write\n",
                "      - run: git push",
            ),
        );
    }
}
