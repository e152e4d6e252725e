use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::diagnostic::Diagnostic;
use crate::fixes::permissions::grant_contents_write;
use crate::publish::{PublishStop, RefusedWrite, StopCause};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `permissions` block without `contents: write` in a job that pushes, or creates a release, before it publishes:
    /// with `git`, with `gh`, or with an action such as `softprops/action-gh-release`. semantic-release also tries a push before it
    /// publishes. If the job does so only after it has published, that is a warning.
    ///
    /// Only the job's own token is checked. The rule does not report checkouts with a `token` or an `ssh-key`, or jobs in which
    /// something may give git other credentials.
    ///
    /// ## Why it matters
    ///
    /// GitHub rejects the push with 403, the job stops, and nothing is published. After the publish, the release is missing, and
    /// running the job again does not help, because npm accepts each version only once.
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
        summary: "The job pushes or makes a release, but its token cannot write.",
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
    for (site, write) in refused_after_publish(context) {
        findings.push(after_publish(context, site, write));
    }
}

/// What the job may not write after a step that publishes to npm. What may not be written before one is a stop.
fn refused_after_publish<'c, 'a>(context: &'c CheckContext<'a>) -> Vec<(&'c Site<'a>, &'c RefusedWrite)> {
    let never_starts = |site: &Site<'_>| {
        let stop = site.outcome.stop.as_ref();
        stop.is_some_and(PublishStop::is_certain_at_start)
    };
    let is_stop = |site: &Site<'_>, write: &RefusedWrite| {
        let stop = site.outcome.stop.as_ref();
        stop.is_some_and(|stop| stop.place == write.place && refused_command(&stop.cause).is_some())
    };
    let mut found = Vec::new();
    for job in context.jobs {
        let sites = context.sites.get(job.sites.clone()).unwrap_or_default();
        for write in &job.contents.refused_writes {
            let mut before = sites.iter().take(write.sites_before);
            let published = before.find(|site| {
                site.target.is_npm()
                    && !site.publishing_tool.is_guess
                    && !never_starts(site)
                    && (comes_with(&write.conditions, &site.step.conditions)
                        || comes_with(&site.step.conditions, &write.conditions))
            });
            if let Some(site) = published
                && !sites.iter().any(|site| is_stop(site, write))
            {
                found.push((site, write));
            }
        }
    }
    found
}

/// Whether a step under the first conditions runs wherever one under the second does.
fn comes_with(conditions: &[String], others: &[String]) -> bool {
    conditions.iter().all(|condition| others.contains(condition))
}

fn after_publish(context: &CheckContext<'_>, site: &Site<'_>, write: &RefusedWrite) -> Diagnostic {
    let (command, publish) = (&write.command, &site.publishing_tool.command);
    let will = match comes_with(&write.conditions, &site.step.conditions) {
        true => "will",
        false => "may",
    };
    CONTENTS_NOT_WRITABLE
        .at(
            &write.place,
            Severity::Warning,
            format!(
                "Missing `contents: write`: after `{publish}` has published, `{command}` {will} fail with 403"
            ),
        )
        .help(
            "The job fails although the version is on npm, and a new run cannot publish that version again.",
        )
        .related(&write.at, "this needs `contents: write`")
        .related(&site.place, "published here")
        .fix(grant_contents_write(context, site))
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
            &job(READ, "      - run: git push").replace(
                "    permissions:\n      contents: read\n      id-token: write\n",
                "",
            ),
        );
    }

    const OWN: &str =
        "\n        env: { GH_TOKEN: '${{ github.token }}', GITHUB_TOKEN: '${{ github.token }}' }";
    const LATE: &str = "      contents: read\n#               ^^^^ warning💡?[contents-not-writable]: Missing `contents: write`: after `npm publish` has published, …\n#               ^^^^ help[contents-not-writable]: …\n";

    /// The job with these steps after the publish.
    fn late(permissions: &str, steps: &str) -> String {
        let job = job(permissions, "      - run: npm test") + steps + "\n";
        job + "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\" }\n"
    }

    #[test]
    fn what_fails_after_the_publish_is_a_warning() {
        for step in [
            "run: git push --follow-tags".to_owned(),
            format!("run: gh release create v1{OWN}"),
            "uses: softprops/action-gh-release@v2".to_owned(),
            "uses: softprops/action-gh-release@v2\n        if: startsWith(github.ref, 'refs/tags/')".to_owned(),
            format!("uses: softprops/action-gh-release@v2{OWN}"),
            "uses: ncipollo/release-action@v1\n        with: { token: '${{ secrets.GITHUB_TOKEN }}' }".to_owned(),
            format!("uses: actions/create-release@v1{OWN}"),
            "uses: actions/github-script@v8\n        with:\n          script: |\n            await github.rest.repos.createRelease({ ...context.repo, tag_name: 'v1' })".to_owned(),
        ] {
            check_rule(RULE, &late(LATE, &format!("      - {step}")));
            check_rule(RULE, &late("      contents: write\n", &format!("      - {step}")));
        }
        check_fix(
            RULE,
            &late(READ, "      - uses: softprops/action-gh-release@v2"),
            &late(
                "      contents: write\n",
                "      - uses: softprops/action-gh-release@v2",
            ),
        );
    }

    #[test]
    fn what_may_not_fail_after_the_publish_is_not_reported() {
        for step in [
            "uses: softprops/action-gh-release@v2\n        with: { token: '${{ secrets.PAT }}' }",
            "uses: softprops/action-gh-release@v2\n        with: { token: '${{ secrets.PAT || github.token }}' }",
            "uses: softprops/action-gh-release@v2\n        env: { GITHUB_TOKEN: '${{ secrets.PAT }}' }",
            "uses: softprops/action-gh-release@v2\n        with: { repository: acme/other }",
            "uses: softprops/action-gh-release@v2\n        continue-on-error: true",
            "uses: softprops/action-gh-release@v2\n        if: failure()",
            "uses: softprops/action-gh-release@v2\n        if: false",
            "uses: ncipollo/release-action@v1\n        with: { skipIfReleaseExists: true }",
            "uses: actions/create-release@v1",
            "uses: acme/release@v1",
            "run: git push || true",
            "run: git push --dry-run",
            "run: gh release create v1\n        env: { GH_TOKEN: '${{ secrets.PAT }}' }",
            "run: gh release view v1\n        env: { GH_TOKEN: '${{ github.token }}' }",
            "uses: actions/github-script@v8\n        with:\n          script: |\n            try { await github.rest.repos.createRelease({ ...context.repo }) } catch {}",
            "uses: actions/github-script@v8\n        with:\n          github-token: ${{ secrets.PAT }}\n          script: |\n            await github.rest.repos.createRelease({ ...context.repo })",
        ] {
            check_rule(RULE, &late(READ, &format!("      - {step}")));
        }
        // One of the two steps runs, not both.
        check_rule(
            RULE,
            &late(
                READ,
                "      - uses: softprops/action-gh-release@v2\n        if: inputs.draft",
            )
            .replace(
                "- run: npm publish\n",
                "- run: npm publish\n        if: ${{ !inputs.draft }}\n",
            ),
        );
    }

    #[test]
    fn an_action_before_the_publish_ends_the_job() {
        check_rule(RULE, &job(MARKED, "      - uses: softprops/action-gh-release@v2"));
        check_sites(
            &job(READ, "      - uses: softprops/action-gh-release@v2"),
            "release.yml:13 publish; outcome=not-reached; error=-",
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
