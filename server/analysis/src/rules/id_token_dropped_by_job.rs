use super::id_token_missing::report_missing_id_token;
use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publishing job whose own `permissions` leave out `id-token` although the workflow's grant it.
    ///
    /// ## Why it matters
    ///
    /// A job's block replaces the workflow's block, it does not add to it. What it leaves out is `none`. So the
    /// `id-token: write` at the top of the file is lost for this job, and npm ends with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// or with `E404` on the `PUT` where an `.npmrc` holds a token line.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   id-token: write
    ///   contents: read
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Add `id-token: write` to the job's block.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   id-token: write
    ///   contents: read
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: write
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idpermissions>
    ID_TOKEN_DROPPED_BY_JOB {
        id: "id-token-dropped-by-job",
        summary: "The job's permissions replace the workflow's and drop its `id-token: write`.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let is_called = !site.job.entry.callers.is_empty();
        if is_called
            || site.identity.id_token.cause != IdTokenCause::DroppedByJob
            || invalid_id_token(site).is_some()
        {
            continue;
        }
        let why = "the job's `permissions` replace the workflow's and leave out its `id-token: write`";
        report_missing_id_token(&ID_TOKEN_DROPPED_BY_JOB, context, site, why, findings);
    }
}
