use crate::checker::prelude::*;
use crate::fixes::permissions::grant_id_token_to_caller;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a job that calls a publishing workflow of the same repository without passing on the permission
    /// to get an id token.
    ///
    /// ## Why it matters
    ///
    /// A called workflow never has more permissions than the job that calls it. Where the called job asks for
    /// `id-token: write` and the caller grants less, GitHub refuses to start the run:
    ///
    /// ```text
    /// The nested job 'publish' is requesting 'id-token: write', but is only allowed 'id-token: none'.
    /// ```
    ///
    /// Where it does not ask, npm finds no id token and ends with `ENEEDAUTH` or `E404`.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   release:
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
    /// ## Fix
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: push
    /// permissions:
    ///   contents: read
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
    /// A caller without any `permissions` has been seen to work and to be refused, by the repository's settings:
    /// that is reported as information.
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows>
    /// - <https://docs.npmjs.com/trusted-publishers>
    REUSABLE_CALLER_NO_ID_TOKEN {
        id: "reusable-caller-no-id-token",
        summary: "The job that calls the publishing workflow does not pass on `id-token: write`.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let IdTokenCause::Caller(cause) = &site.identity.id_token.cause else {
            continue;
        };
        let Some(usual) = prerequisite_severity(site) else {
            continue;
        };
        let severity = if site.identity.id_token.grant == Grant::No {
            usual
        } else {
            Severity::Information
        };
        let why = match **cause {
            IdTokenCause::NoBlock => "has no `permissions`",
            IdTokenCause::DroppedByJob => {
                "has `permissions` that replace the workflow's and leave out `id-token`"
            }
            _ => "has `permissions` without `id-token`",
        };
        let message = match site.identity.id_token.grant {
            Grant::No => format!(
                "{}: this job calls the workflow that publishes and {why}, so the called job cannot get an id \
                 token; grant `id-token: write` here",
                consequence(site, severity)
            ),
            _ => format!(
                "`{}` needs an id token, and this job, which calls it, {why}: some repositories' settings refuse \
                 that; grant `id-token: write` here",
                site.publisher.command
            ),
        };
        let diagnostic = REUSABLE_CALLER_NO_ID_TOKEN
            .at(&site.identity.id_token.place, severity, message)
            .related(&site.place, "this is where it publishes")
            .fix(grant_id_token_to_caller(context, site));
        findings.push(diagnostic);
    }
}
