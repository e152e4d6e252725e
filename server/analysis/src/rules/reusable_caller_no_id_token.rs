use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::permissions::{caller_without_id_token, grant_id_token_to_caller, grant_to_refused};
use crate::publish::{ExcessPermission, RefusedCall, StopCause};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a job that calls a publishing workflow of the same repository without passing on the permission to request an
    /// ID token.
    ///
    /// ## Why it matters
    ///
    /// A called workflow never has more permissions than the job that calls it. If the called job requests
    /// `id-token: write` and the caller grants less, GitHub refuses to start the run:
    ///
    /// ```text
    /// The nested job 'publish' is requesting 'id-token: write', but is only allowed 'id-token: none'.
    /// ```
    ///
    /// This happens whatever the job publishes with. If the called job does not request it, npm cannot get an ID token and fails
    /// with `ENEEDAUTH` or `E404`.
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
    /// The fix grants everything that the called jobs request. If a caller has no `permissions`, the repository's settings decide
    /// whether it works or is refused: that is a warning.
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
    for found in find_stops(context, lacks_id_token) {
        let (call, excess) = found.cause;
        let granting = &call.granting_job.id;
        let job = excess.job.as_deref();
        let requesting = job.map_or_else(
            || "The called workflow".to_owned(),
            |job| format!("The called job `{job}`"),
        );
        let (message, why) = match found.stop.is_in_every_run {
            true => (
                "Missing `id-token: write`: GitHub will refuse to start this run",
                "requests it",
            ),
            false => (
                "Missing `permissions`: GitHub may refuse to start this run",
                "requests `id-token: write`, which the default of newer repositories does not include",
            ),
        };
        let diagnostic = found
            .report(&REUSABLE_CALLER_NO_ID_TOKEN, message)
            .help(format!("{requesting} {why}. Grant it to the job `{granting}`."))
            .fix(grant_to_refused(context, found.stop));
        findings.push(diagnostic);
    }
    for site in context.sites {
        let fact = &site.identity.id_token;
        let IdTokenCause::Caller(cause) = &fact.cause else {
            continue;
        };
        let stop = site.outcome.stop.as_ref();
        let is_refused = stop.is_some_and(|stop| lacks_id_token(&stop.cause).is_some());
        let Some(severity) = missing_id_token_severity(site).filter(|_| !is_refused) else {
            continue;
        };
        let why = why(cause);
        // Several jobs may share the workflow's block, and each is fixed by itself.
        let caller = caller_without_id_token(site);
        let caller = caller.map_or_else(
            || "This job".to_owned(),
            |calling| format!("Job `{}`", calling.job.id.value),
        );
        let message = format!(
            "{caller} does not pass on `id-token: write`: {}",
            consequence(site, severity)
        );
        let diagnostic = REUSABLE_CALLER_NO_ID_TOKEN
            .at(&fact.place, severity, message)
            .help(format!(
                "It calls the workflow that publishes and {why}. Grant it `id-token: write`."
            ))
            .related(&site.place, "published here")
            .fix(grant_id_token_to_caller(context, site));
        findings.push(diagnostic);
    }
}

/// The ID token that a call requests and is not granted, so GitHub refuses the run, whatever the job publishes with.
fn lacks_id_token(cause: &StopCause) -> Option<(&RefusedCall, &ExcessPermission)> {
    match cause {
        StopCause::RefusedCall(call) => Some((call, call.id_token()?)),
        _ => None,
    }
}

fn why(cause: &IdTokenCause) -> &'static str {
    match cause {
        IdTokenCause::NoBlock => "has no `permissions`",
        IdTokenCause::DroppedByJob => {
            "has `permissions` that replace the workflow's and leave out `id-token`"
        }
        _ => "has `permissions` without `id-token`",
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "reusable-caller-no-id-token";

    /// A workflow that calls one that publishes: the caller's block, the called job's, and the publish step.
    fn call(caller: &str, called: &str, publish: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  call:
{caller}    uses: ./.github/workflows/publish.yml
    secrets: inherit
#- .github/workflows/publish.yml
on: workflow_call
jobs:
  publish:
{called}    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24, registry-url: 'https://registry.npmjs.org' }}
      {publish}
"
        )
    }

    const TOKEN: &str = "- run: npm publish\n        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }";
    const ASKS: &str = "    permissions:\n      contents: read\n      id-token: write\n";

    #[test]
    fn a_token_does_not_start_a_run_that_github_refuses() {
        for publish in [TOKEN, "- run: npm publish"] {
            let fixture = call(
                "    permissions:\n#   ^^^^^^^^^^^ error💡[reusable-caller-no-id-token]: Missing `id-token: write`: GitHub will refuse to \
                 start this run\n#   ^^^^^^^^^^^ help[reusable-caller-no-id-token]: The called job `publish` requests it. Grant it to the job \
                 `call`.\n      contents: read\n",
                ASKS,
                publish,
            );
            check_rule(RULE, &fixture);
            check_rule(
                "publish-token-env",
                &call("    permissions: { contents: read }\n", ASKS, publish),
            );
        }
        check_sites(
            &call("    permissions: { contents: read }\n", ASKS, TOKEN),
            "publish.yml:11 publish; outcome=not-reached; error=-",
        );
        check_fix(
            RULE,
            &call("    permissions: { contents: read }\n", ASKS, TOKEN),
            &call(
                "    permissions: { contents: read, id-token: write }\n",
                ASKS,
                TOKEN,
            ),
        );
    }

    #[test]
    fn jobs_that_share_a_block_are_fixed_one_by_one() {
        let calling =
            |job: &str, own: &str| format!("  {job}:\n{own}    uses: ./.github/workflows/publish.yml\n");
        let repository = |finding: &str, jobs: [String; 2]| {
            format!(
                "\
#- .github/workflows/release.yml
on: push
permissions:
{finding}  contents: read
jobs:
{}#- .github/workflows/publish.yml
on: workflow_call
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
",
                jobs.concat()
            )
        };
        for (own, job) in [("", "a"), (ASKS, "b")] {
            let finding = format!(
                "^^^^^^^^^^^ error💡[reusable-caller-no-id-token]: Job `{job}` does not pass on `id-token: write`: `npm publish` will fail with ENEEDAUTH\n^^^^^^^^^^^ help[reusable-caller-no-id-token]: It calls the workflow that publishes and has `permissions` without `id-token`. Grant it `id-token: write`.\n"
            );
            check_rule(RULE, &repository(&finding, [calling("a", own), calling("b", "")]));
        }
        check_fix(
            RULE,
            &repository("", [calling("a", ""), calling("b", "")]),
            &repository("", [calling("a", ASKS), calling("b", "")]),
        );
    }

    #[test]
    fn one_run_is_reported_once() {
        check_rule(
            RULE,
            &call(
                "    permissions: { contents: read }\n#   ^^^^^^^^^^^ error💡[reusable-caller-no-id-token]\n",
                ASKS,
                "- run: npm publish\n      - run: npm publish ./other",
            ),
        );
    }

    #[test]
    fn the_settings_decide_about_a_caller_without_permissions() {
        for publish in [TOKEN, "- run: npm publish"] {
            check_rule(
                RULE,
                &call("", ASKS, publish).replacen(
                    "  call:\n",
                    "  call:\n# ^^^^ warning💡[reusable-caller-no-id-token]: Missing `permissions`: GitHub may refuse …\n",
                    1,
                ),
            );
            check_sites(
                &call("", ASKS, publish),
                "publish.yml:11 publish; outcome=unknown",
            );
        }
    }

    #[test]
    fn a_permission_that_no_job_requests_is_not_reported() {
        // The called job has its caller's permissions, and publishes with its token.
        check_rule(RULE, &call("    permissions: { contents: read }\n", "", TOKEN));
        check_rule(RULE, &call("    permissions: { id-token: write }\n", ASKS, TOKEN));
        check_rule(RULE, &call("    permissions: write-all\n", ASKS, TOKEN));
        check_sites(
            &call("    permissions: { contents: read }\n", "", TOKEN),
            "publish.yml:8 publish; outcome=token",
        );
    }
}
