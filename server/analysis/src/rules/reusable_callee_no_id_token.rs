use super::id_token_missing::report_missing_id_token;
use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publishing job in a reusable workflow whose `permissions`, or those of its workflow, leave out
    /// `id-token`.
    ///
    /// ## Why it matters
    ///
    /// The permission has to be granted in both places: the caller's job passes it on, and the called job's block
    /// must not take it away. What a block leaves out is `none`, so npm finds no id token and ends with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   release:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     uses: ./.github/workflows/publish.yml
    /// #- .github/workflows/publish.yml
    /// on: workflow_call
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
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
    /// Add `id-token: write` to the block, or leave the block out: then the called job has what its caller has.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   release:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     uses: ./.github/workflows/publish.yml
    /// #- .github/workflows/publish.yml
    /// on: workflow_call
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
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
    /// - <https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows>
    /// - <https://docs.npmjs.com/trusted-publishers>
    REUSABLE_CALLEE_NO_ID_TOKEN {
        id: "reusable-callee-no-id-token",
        summary: "The publishing job of a reusable workflow takes its caller's `id-token: write` away.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let is_called = !site.job.entry.callers.is_empty();
        if !is_called || invalid_id_token(site).is_some() {
            continue;
        }
        let why = match site.identity.id_token.cause {
            IdTokenCause::WorkflowBlock => "the called workflow's `permissions` leave out `id-token`",
            IdTokenCause::JobBlock => "the called job's `permissions` leave out `id-token`",
            IdTokenCause::DroppedByJob => {
                "the called job's `permissions` replace its workflow's and leave out `id-token`"
            }
            _ => continue,
        };
        report_missing_id_token(&REUSABLE_CALLEE_NO_ID_TOKEN, context, site, why, findings);
    }
}
