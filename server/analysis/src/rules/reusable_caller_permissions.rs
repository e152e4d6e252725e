use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::permissions::grant_to_refused;
use crate::publish::{ExcessPermission, PublishStop, RefusedCall, StopCause};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a run that GitHub refuses to start because a reusable workflow requests more permissions than the job that
    /// calls it has. All jobs of the called workflow count, including those that do not publish or would be skipped.
    ///
    /// ## Why it matters
    ///
    /// GitHub compares the permissions before it starts any job. If one is missing, no job of the run starts:
    ///
    /// ```text
    /// The nested job 'publish' is requesting 'contents: write', but is only allowed 'contents: read'.
    /// ```
    ///
    /// A called workflow without any `permissions` has its caller's, so nothing is refused. If the caller has none either, the
    /// repository's settings decide. Newer repositories grant only `contents: read` and `packages: read` by default, so that
    /// is a warning.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   release:
    ///     uses: ./.github/workflows/publish.yml
    /// #- .github/workflows/publish.yml
    /// on: workflow_call
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
    /// ## Fix
    ///
    /// Grant the calling job everything that the called jobs request.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: push
    /// permissions:
    ///   contents: write
    ///   id-token: write
    /// jobs:
    ///   release:
    ///     uses: ./.github/workflows/publish.yml
    /// #- .github/workflows/publish.yml
    /// on: workflow_call
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
    /// A missing `id-token: write` is reported by `reusable-caller-no-id-token`.
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations#supported-keywords-for-jobs-that-call-a-reusable-workflow>
    REUSABLE_CALLER_PERMISSIONS {
        id: "reusable-caller-permissions",
        summary: "A called workflow requests more permissions than its caller has.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, first_excess) {
        let requesting = &found.cause.1.place;
        let (message, help) = texts(found.stop, found.cause);
        let diagnostic = found
            .report(&REUSABLE_CALLER_PERMISSIONS, message)
            .help(help)
            .related(requesting, "more permissions are requested here")
            .fix(grant_to_refused(context, found.stop));
        findings.push(diagnostic);
    }
}

/// The first permission that a call requests and is not granted. Another rule reports the ID token.
fn first_excess(cause: &StopCause) -> Option<(&RefusedCall, &ExcessPermission)> {
    match cause {
        StopCause::RefusedCall(call) if call.id_token().is_none() => Some((call, call.excess.first()?)),
        _ => None,
    }
}

fn texts(stop: &PublishStop, (call, excess): (&RefusedCall, &ExcessPermission)) -> (String, String) {
    let granting = &call.granting_job.id;
    let ExcessPermission {
        scope,
        asked,
        granted,
        job,
        ..
    } = excess;
    let (asked, granted) = (asked.name(), granted.name());
    let requesting = match job {
        Some(job) => format!("The called job `{job}`"),
        None => "The called workflow".to_owned(),
    };
    match stop.is_in_every_run {
        true => (
            format!("Missing `{scope}: {asked}`: GitHub will refuse to start this run"),
            format!(
                "{requesting} requests it but gets `{scope}: {granted}`. Grant it to the job `{granting}`."
            ),
        ),
        false => (
            "Missing `permissions`: GitHub may refuse to start this run".to_owned(),
            format!(
                "{requesting} requests `{scope}: {asked}`, which the default of newer repositories does not include. Grant it to \
                 the job `{granting}`."
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "reusable-caller-permissions";

    /// A workflow with this job, which calls a workflow with this head and these permissions of its job.
    fn call(job: &str, head: &str, asks: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
{job}
    uses: ./.github/workflows/publish.yml
#- .github/workflows/publish.yml
on: workflow_call
{head}
jobs:
  publish:
    {asks}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
        )
    }

    const BOTH: &str = "permissions: { contents: write, id-token: write }";
    const READS: &str = "  call:\n    permissions: { contents: read, id-token: write }";

    #[test]
    fn a_called_job_requests_more_than_its_caller_has() {
        let marked = "  call:\n    permissions: { contents: read, id-token: write }\n#   ^^^^^^^^^^^ error💡[reusable-caller-permissions]: \
                      Missing `contents: write`: GitHub will refuse to start this run\n#   ^^^^^^^^^^^ help[reusable-caller-permissions]: \
                      The called job `publish` requests it but gets `contents: read`. Grant it to the job `call`.";
        check_rule(RULE, &call(marked, "", BOTH));
        check_sites(
            &call(READS, "", BOTH),
            "publish.yml:10 publish; outcome=not-reached; error=-",
        );
        check_fix(
            RULE,
            &call(READS, "", BOTH),
            &call(
                "  call:\n    permissions: { contents: write, id-token: write }",
                "",
                BOTH,
            ),
        );
    }

    #[test]
    fn every_job_and_the_called_workflow_itself_count() {
        let other = "jobs:\n  notes:\n    if: false\n    permissions: { pull-requests: write }\n    runs-on: ubuntu-24.04\n    steps: [{ run: 'true' }]";
        let with_other = call(READS, "", "").replacen("\n\njobs:", &format!("\n\n{other}"), 1);
        check_sites(&with_other, "publish.yml:15 publish; outcome=not-reached");
        check_sites(
            &call(READS, "permissions: { actions: read, id-token: write }", ""),
            "publish.yml:10 publish; outcome=not-reached",
        );
        // The job that publishes is in the workflow that calls.
        let beside = format!(
            "{}\n#- .github/workflows/test.yml\non: workflow_call\njobs:\n  test:\n    permissions: {{ checks: write }}\n    runs-on: \
             ubuntu-24.04\n    steps: [{{ run: 'true' }}]\n",
            call(READS, "", BOTH)
                .replace("on: workflow_call", "on: push")
                .replacen(
                    "jobs:\n  publish:",
                    "jobs:\n  test:\n    permissions: {}\n    uses: ./.github/workflows/test.yml\n  publish:",
                    1
                )
        );
        check_sites(&beside, "publish.yml:13 publish; outcome=not-reached");
    }

    #[test]
    fn all_or_nothing_is_compared_too() {
        for (granted, asked, outcome) in [
            ("read-all", BOTH, "not-reached"),
            ("{}", "permissions: read-all", "not-reached"),
            ("{ contents: write }", "permissions: write-all", "not-reached"),
            ("write-all", BOTH, "oidc"),
            ("write-all", "permissions: write-all", "oidc"),
            (
                "read-all",
                "permissions: { contents: read, actions: read }",
                "fails",
            ),
            (
                "{ contents: write, id-token: write }",
                "permissions: { contents: read, id-token: write }",
                "oidc",
            ),
            ("{ id-token: write }", "", "oidc"),
            ("${{ x }}", "permissions: { id-token: write }", "unknown"),
        ] {
            let fixture = call(&format!("  call:\n    permissions: {granted}"), "", asked);
            check_sites(&fixture, &format!("publish.yml:10 publish; outcome={outcome}"));
        }
    }

    #[test]
    fn the_settings_decide_if_the_caller_has_no_permissions() {
        let head = "permissions: { contents: write }";
        let marked = "  call:\n# ^^^^ warning💡[reusable-caller-permissions]: Missing `permissions`: GitHub may refuse …";
        check_rule(RULE, &call(marked, head, ""));
        check_rule(
            RULE,
            &call("  call:", "permissions: { contents: read, packages: read }", ""),
        );
    }

    #[test]
    fn a_limit_holds_for_inner_calls() {
        let fixture = format!(
            "{}\n#- .github/workflows/middle.yml\non: workflow_call\njobs:\n  inner:\n    uses: ./.github/workflows/publish.yml\n",
            call(READS, "", BOTH).replacen("publish.yml\n#-", "middle.yml\n#-", 1)
        );
        check_sites(&fixture, "publish.yml:10 publish; outcome=not-reached");
        // Nothing is known of a caller in another repository.
        let elsewhere = call(READS, "", BOTH).replacen(
            "./.github/workflows/publish.yml",
            "a/b/.github/workflows/c.yml@v1",
            1,
        );
        check_rule(RULE, &elsewhere);
    }
}
