use crate::checker::prelude::*;
use crate::fixes::permissions::grant_id_token;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `permissions` of a publish job that mean to grant an ID token but do not:
    /// `id-token: read`, `id-token: true`, a misspelled scope, for example `id_token`, `read-all`, or `{}`.
    ///
    /// ## Why it matters
    ///
    /// `id-token` accepts only `write` and `none`, and `read-all` does not include it. GitHub rejects some of these
    /// workflows and runs others without the permission. Then npm gets no ID token and fails with
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
        summary: "An invalid permission prevents the job from requesting an ID token.",
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
        let message = format!("{}: {}", invalid.problem, consequence(site, severity));
        let diagnostic = ID_TOKEN_VALUE_INVALID
            .at(&invalid.place, severity, message)
            .help(invalid.help)
            .related(&site.place, "published here")
            .fix(grant_id_token(context, site))
            .remedy("Grant `id-token: write`.");
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "id-token-value-invalid";

    fn job(permissions: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {permissions}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
"
        )
    }

    #[test]
    fn wrong_words_are_reported() {
        for (permissions, at, problem, help) in [
            (
                "read-all",
                "                ^^^^^^^^",
                "`read-all` does not include `id-token`",
                "`id-token` has no `read` level.",
            ),
            (
                "{}",
                "                ^^",
                "`{}` grants nothing",
                "A scope that is not listed is `none`.",
            ),
            (
                "{ id-token: read }",
                "                            ^^^^",
                "`id-token` cannot be `read`",
                "It is either `write` or `none`.",
            ),
            (
                "{ id_token: write }",
                "                  ^^^^^^^^",
                "`id_token` is not a permission scope of GitHub",
                "The scope is called `id-token`.",
            ),
        ] {
            let marks = format!(
                "{permissions}\n#{at} error💡[{RULE}]: {problem}: `npm publish` will fail with ENEEDAUTH\n#{at} help[{RULE}]: {help}"
            );
            check_rule(RULE, &job(&marks));
        }
    }

    #[test]
    fn valid_permissions_are_not_reported() {
        for permissions in [
            "{ id-token: write }",
            "{ contents: read, id-token: none }",
            "{ contents: read }",
            "write-all",
        ] {
            check_rule(RULE, &job(permissions));
        }
    }
}
