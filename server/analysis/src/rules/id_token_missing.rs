use crate::checker::prelude::*;
use crate::fixes::permissions::grant_id_token;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a job that publishes without a token and cannot request an ID token, because neither its own
    /// `permissions` nor those of the workflow grant `id-token: write`.
    ///
    /// ## Why it matters
    ///
    /// npm requests an ID token from GitHub and exchanges it for a short-lived publish token. GitHub issues ID
    /// tokens only to jobs with `id-token: write`, and no default includes it. npm does not report that. It
    /// continues without a token and fails with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// or, if an `.npmrc` has a token line, with `E404` on the `PUT`. With `--provenance`, the code is `EUSAGE`.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   publish:
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
    /// Grant it to the publish job. A job's block replaces the workflow's, so list everything else that the job
    /// needs too.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   contents: read
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
    /// The fix is safe if the publish job does nothing else with its `GITHUB_TOKEN`. If it does and has no
    /// block yet, the fix is unsafe, because a block takes away what the repository's default grants.
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions>
    ID_TOKEN_MISSING {
        id: "id-token-missing",
        summary: "The publish job cannot request an ID token.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        if !site.job.entry.callers.is_empty() || invalid_id_token(site).is_some() {
            continue;
        }
        let why = match site.identity.id_token.cause {
            IdTokenCause::NoBlock => "The job has no `permissions`, and no default includes `id-token`",
            IdTokenCause::WorkflowBlock => {
                "The workflow's `permissions` leave out `id-token`, which means `none`"
            }
            IdTokenCause::JobBlock => "The job's `permissions` leave out `id-token`, which means `none`",
            _ => continue,
        };
        report_missing_id_token(&ID_TOKEN_MISSING, context, site, why, findings);
    }
}

/// Reports that a site's job cannot request an ID token, with the fix that grants it.
pub(crate) fn report_missing_id_token(
    rule: &Rule,
    context: &CheckContext<'_>,
    site: &Site<'_>,
    why: &str,
    findings: &mut Findings,
) {
    let Some(severity) = missing_id_token_severity(site) else {
        return;
    };
    let message = format!("Missing `id-token: write`: {}", consequence(site, severity));
    let diagnostic = rule
        .at(&site.identity.id_token.place, severity, message)
        .help(format!("{why}."))
        .related(&site.place, "published here")
        .fix(grant_id_token(context, site));
    findings.push(diagnostic);
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[test]
    fn every_step_without_id_token_is_named() {
        check_rule(
            "id-token-missing",
            r#"
#- .github/workflows/release.yml
on: push
permissions: { contents: read }
^^^^^^^^^^^ error💡[id-token-missing]: Missing `id-token: write`: `npm publish` will fail with ENEEDAUTH
^^^^^^^^^^^ help[id-token-missing]: The workflow's `permissions` leave out `id-token`, which means `none`.
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
#            ^^^^^^^^^^^ related[id-token-missing]: published here
      - run: npm publish packages/a
#            ^^^^^^^^^^^ related[id-token-missing]: published here
      - run: npx pnpm@11.28.11 publish
#                ^^^^^^^^^^^^^^^^^^^^^ related[id-token-missing]: Missing `id-token: write`: `pnpm publish` will fail with E404
#- package.json
{ "name": "w", "version": "1.0.0" }
"#,
        );
    }

    /// It may be repaired in two ways, and which one is meant is not known.
    #[test]
    fn a_job_with_a_token_that_nothing_reads_is_not_moved() {
        let job = |env: &str, mark: &str| {
            format!(
                "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read }}
{mark}{env}jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 20 }}
      - run: npm publish
#- package.json
{{ \"name\": \"w\", \"version\": \"1.0.0\" }}
"
            )
        };
        let mark = "^^^^^^^^^^^ information💡?[id-token-missing]: Missing `id-token: write`: trusted publishing would fail with `npm publish`\n^^^^^^^^^^^ help[id-token-missing]: …\n";
        for name in ["NODE_AUTH_TOKEN", "NPM_TOKEN"] {
            let env = format!("env: {{ {name}: '${{{{ secrets.T }}}}' }}\n");
            check_rule("id-token-missing", &job(&env, mark));
        }
        check_rule(
            "id-token-missing",
            &job(
                "",
                "^^^^^^^^^^^ error💡[id-token-missing]: …\n^^^^^^^^^^^ help[id-token-missing]: …\n",
            ),
        );
    }

    #[test]
    fn a_job_with_id_token_is_not_reported() {
        check_rule(
            "id-token-missing",
            "
            #- .github/workflows/release.yml
            on: push
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                runs-on: ubuntu-24.04
                steps:
                  - uses: actions/setup-node@v6
                    with: { node-version: 24 }
                  - run: npm publish
            ",
        );
    }
}
