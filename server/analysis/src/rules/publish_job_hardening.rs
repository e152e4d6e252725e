use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Shows the advice about one publish job as one hint, where there is more than one piece of it. The job works; this
    /// is what would make it stronger. The hint stands at the job's id, names the rules that have something to say, and
    /// leads to the places.
    ///
    /// The rules are:
    ///
    /// - [`cache-in-publish-job`](cache-in-publish-job.md): a cache that other jobs can fill
    /// - [`concurrency-missing`](concurrency-missing.md): two runs that publish at the same time
    /// - [`install-scripts-in-publish-job`](install-scripts-in-publish-job.md): dependencies that run code
    /// - [`persist-credentials`](persist-credentials.md): a token with write access that nothing needs
    /// - [`unpinned-action`](unpinned-action.md): actions that somebody else can change
    ///
    /// ## Why it matters
    ///
    /// A job with `id-token: write` needs no token of npm, and so there is none to steal. What is left to an attacker is to
    /// run code in the job: each of its steps can ask for the id token and publish with it. npm then reports nothing, since
    /// for npm it is your workflow that publishes.
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
    /// The fixes are those of the rules. `trustpub fix --unsafe` leaves out those that may break a build, unless it is
    /// given a rule: `--rule publish-job-hardening` means all of them. In `trustpub.toml`, and in a comment at the job's
    /// id, this rule stands for all advice about the job.
    ///
    /// The strongest form builds in one job and publishes in another, which does nothing but that.
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
        summary: "The publish job works, and several things would make it stronger.",
        severity: Hint,
        fix: Safe,
        check: check,
    }
}

/// The hint is made of what other rules have found, when all of them have been looked at.
fn check(_: &CheckContext<'_>, _: &mut Findings) {}

#[cfg(test)]
mod tests {
    use super::PUBLISH_JOB_HARDENING;
    use crate::diagnostic::GROUP_RULE;
    use crate::test_support::check;

    #[test]
    fn the_rule_is_the_one_that_advice_is_shown_under() {
        assert_eq!(PUBLISH_JOB_HARDENING.id, GROUP_RULE);
    }

    #[test]
    fn each_job_has_one_hint_and_a_single_advice_stays_itself() {
        check(
            "
            #- repository: acme/widget
            #- .github/workflows/release.yml
            on: { release: { types: [published] } }
            permissions: { contents: read, id-token: write }
            jobs:
              first:
            # ^^^^^ hint💡[publish-job-hardening]: job `first` can mint an id token and could be stronger: 1 action is not pinned (unpinned-action); it restores a cache (cache-in-publish-job); dependencies' install scripts run (install-scripts-in-publish-job)
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
