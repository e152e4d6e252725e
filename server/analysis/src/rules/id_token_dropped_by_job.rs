use super::id_token_missing::report_missing_id_token;
use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish job whose own `permissions` leave out `id-token` although the workflow's grant it.
    ///
    /// ## Why it matters
    ///
    /// A job's block replaces the workflow's block instead of adding to it. A scope that it leaves out is `none`. So this job
    /// loses the `id-token: write` at the top of the file, and npm fails with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// or, if an `.npmrc` has a token line, with `E404` on the `PUT`.
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
        let why = "The job's `permissions` replace the workflow's and leave out its `id-token: write`";
        report_missing_id_token(&ID_TOKEN_DROPPED_BY_JOB, context, site, why, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    fn job(permissions: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
{permissions}    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
"
        )
    }

    #[test]
    fn a_block_without_id_token_is_reported() {
        let block = "    permissions: { contents: write }\n#   ^^^^^^^^^^^ error💡[id-token-dropped-by-job]: Missing `id-token: write`: `npm \
                     publish` will fail with ENEEDAUTH\n#   ^^^^^^^^^^^ help[id-token-dropped-by-job]: The job's `permissions` replace the \
                     workflow's and leave out its `id-token: write`.\n";
        check_rule("id-token-dropped-by-job", &job(block));
    }

    #[test]
    fn a_job_that_keeps_id_token_is_not_reported() {
        check_rule("id-token-dropped-by-job", &job(""));
        check_rule(
            "id-token-dropped-by-job",
            &job("    permissions: { contents: write, id-token: write }\n"),
        );
    }
}
