use crate::checker::prelude::*;
use crate::fixes::permissions::grant_id_token;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `permissions` of a publishing job that are written so that they do not grant an id token:
    /// `id-token: read`, `id-token: true`, a misspelt scope such as `id_token`, `read-all`, or `{}`.
    ///
    /// ## Why it matters
    ///
    /// `id-token` knows only `write` and `none`, and `read-all` does not include it. GitHub refuses some of these
    /// workflows and runs others without the permission; then npm finds no id token and ends with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: read
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
    /// ```yaml,good
    /// on: push
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
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions>
    ID_TOKEN_VALUE_INVALID {
        id: "id-token-value-invalid",
        summary: "The permissions are written so that they do not grant an id token.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some(severity) = missing_id_token_severity(site) else {
            continue;
        };
        let Some(invalid) = invalid_id_token(site) else {
            continue;
        };
        let message = format!(
            "{}: {}; {}",
            consequence(site, severity),
            invalid.problem,
            invalid.advice
        );
        let diagnostic = ID_TOKEN_VALUE_INVALID
            .at(&invalid.place, severity, message)
            .related(&site.place, "this is where it publishes")
            .fix(grant_id_token(context, site));
        findings.push(diagnostic);
    }
}
