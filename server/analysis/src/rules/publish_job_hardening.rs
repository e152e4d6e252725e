use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Shows several pieces of advice about one publish job as one hint. The job works, and the advice would make it stronger.
    /// The hint is shown at the job's id, names the rules that have something to report, and links to the places.
    ///
    /// The rules are:
    ///
    /// - [`cache-in-publish-job`](cache-in-publish-job.md): a cache that other jobs can write
    /// - [`concurrency-missing`](concurrency-missing.md): two runs that publish at the same time
    /// - [`install-scripts-in-publish-job`](install-scripts-in-publish-job.md): dependencies that run code
    /// - [`persist-credentials`](persist-credentials.md): a token with write access that nothing needs
    /// - [`unpinned-action`](unpinned-action.md): actions that someone else can change
    ///
    /// ## Why it matters
    ///
    /// A job with `id-token: write` needs no npm token that an attacker could steal. But an attacker can still try to run code in
    /// the job: each of its steps can request the ID token and publish with it. npm does not report this, because to npm it is
    /// your workflow that publishes.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on:
    ///   release:
    ///     types: [published]
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           cache: npm
    ///       - run: npm ci
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Each rule has its own fix. `trustpub fix --unsafe` skips those that may break a build unless `--rule` names the rule;
    /// `--rule publish-job-hardening` means all of them. In `trustpub.toml`, and in a comment at the job's id, this rule means
    /// all advice about the job.
    ///
    /// The strongest form builds in one job and publishes in another, which does nothing else.
    ///
    /// ```yaml,good
    /// on:
    ///   release:
    ///     types: [published]
    /// jobs:
    ///   build:
    ///     permissions:
    ///       contents: read
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - run: npm ci
    ///       - run: npm pack
    ///       - uses: actions/upload-artifact@v7
    ///         with:
    ///           name: package
    ///           path: "*.tgz"
    ///   publish:
    ///     needs: build
    ///     permissions:
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - uses: actions/download-artifact@v7
    ///         with:
    ///           name: package
    ///       - run: npm publish *.tgz
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers#security-best-practices>
    /// - <https://docs.github.com/en/actions/reference/security/secure-use>
    PUBLISH_JOB_HARDENING {
        id: "publish-job-hardening",
        summary: "The publish job works, but several changes would harden it.",
        severity: Hint,
        fix: Safe,
        check: check,
    }
}

/// The hint is made from the findings of the other rules, after all rules have run.
fn check(_: &CheckContext<'_>, _: &mut Findings) {}

#[cfg(test)]
mod tests {
    use super::PUBLISH_JOB_HARDENING;
    use crate::diagnostic::GROUP_RULE;
    use crate::test_support::check;

    #[test]
    fn advice_is_grouped_under_this_rule() {
        assert_eq!(PUBLISH_JOB_HARDENING.id, GROUP_RULE);
    }

    #[test]
    fn each_job_has_one_hint_and_single_advice_is_not_grouped() {
        check(
            "
            #- repository: acme/widget
            #- .github/workflows/release.yml
            on: { release: { types: [published] } }
            permissions: { contents: read, id-token: write }
            jobs:
              first:
            # ^^^^^ hint💡[publish-job-hardening]: Job `first` can request an ID token, and 3 changes would harden it
            # ^^^^^ help[publish-job-hardening]: Advice: 1 action is not pinned (unpinned-action), it restores a cache (cache-in-publish-job), and dependencies' install scripts run (install-scripts-in-publish-job).
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v6
                  - uses: pnpm/action-setup@v4
                    #     ^^^^^^^^^^^^^^^^^^^^ related[publish-job-hardening]: unpinned-action: `pnpm/action-setup@v4` is not pinned …
                    with: { version: 10 }
                  - uses: actions/setup-node@v4
                    with:
                      node-version: 24
                      cache: npm
                  - run: npm ci
                    #    ^^^^^^ related[publish-job-hardening]: install-scripts-in-publish-job: `npm ci` runs …
                  - run: npm publish
              second:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v6
                  - uses: actions/setup-node@v6
                    with:
                      node-version: 24
                  - run: npm ci
                    #    ^^^^^^ hint💡?[install-scripts-in-publish-job]: `npm ci` runs …
                  - run: npm publish
            #- package.json
            { \"name\": \"widget\", \"version\": \"1.0.0\", \"repository\": \"github:acme/widget\" }
            ",
        );
    }
}
