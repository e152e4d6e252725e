use super::id_token_missing::report_missing_id_token;
use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish job in a reusable workflow whose `permissions`, or those of its workflow, leave out
    /// `id-token`.
    ///
    /// ## Why it matters
    ///
    /// The permission has to be granted in both places: the caller's job passes it on, and the called job's block must not
    /// remove it. What a block leaves out is `none`, so npm cannot request an ID token and fails with
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
    /// Add `id-token: write` to the block, or remove the block: then the called job has its caller's permissions.
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
        summary: "The publish job of a reusable workflow drops its caller's `id-token: write`.",
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
            IdTokenCause::WorkflowBlock => "The called workflow's `permissions` leave out `id-token`",
            IdTokenCause::JobBlock => "The called job's `permissions` leave out `id-token`",
            IdTokenCause::DroppedByJob => {
                "The called job's `permissions` replace its workflow's and leave out `id-token`"
            }
            _ => continue,
        };
        report_missing_id_token(&REUSABLE_CALLEE_NO_ID_TOKEN, context, site, why, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    /// A workflow that calls one that publishes, with these `permissions` of the called workflow and of its job.
    fn call(workflow: &str, job: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
  call:
    permissions: {{ contents: read, id-token: write }}
    uses: ./.github/workflows/publish.yml
#- .github/workflows/publish.yml
on: workflow_call
{workflow}
jobs:
  publish:
    runs-on: ubuntu-24.04
{job}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
        )
    }

    const RULE: &str = "reusable-callee-no-id-token";

    #[test]
    fn the_help_names_the_block() {
        let workflow = "permissions: { contents: read }
^^^^^^^^^^^ error💡[reusable-callee-no-id-token]: Missing `id-token: write`: `npm publish` will fail with ENEEDAUTH
^^^^^^^^^^^ help[reusable-callee-no-id-token]: The called workflow's `permissions` leave out `id-token`.";
        check_rule(RULE, &call(workflow, ""));
        let job = "    permissions: { contents: read }
#   ^^^^^^^^^^^ error💡[reusable-callee-no-id-token]: Missing `id-token: write`: …
#   ^^^^^^^^^^^ help[reusable-callee-no-id-token]: The called job's `permissions` leave out `id-token`.";
        check_rule(RULE, &call("", job));
        let replaced = job.replace("leave out", "replace its workflow's and leave out");
        check_rule(RULE, &call("permissions: { id-token: write }", &replaced));
    }

    #[test]
    fn a_called_job_with_the_permission_is_not_reported() {
        check_rule(RULE, &call("", ""));
        check_rule(RULE, &call("permissions: { id-token: write }", ""));
        check_rule(RULE, &call("", "    permissions: { id-token: write }"));
    }
}
