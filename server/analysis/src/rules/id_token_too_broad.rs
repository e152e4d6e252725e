use std::collections::HashSet;

use crate::checker::prelude::*;
use crate::fixes::permissions::narrow_id_token;
use crate::knowledge::id_token_uses::names_id_token_use;
use crate::model::job::Job;
use crate::sources::Content;
use crate::text::FilePath;
use crate::text::TextRange;
use crate::versions::action_reference::{local_folder, local_path};

declare_rule! {
    /// ## What it does
    ///
    /// Reports `id-token: write`, or `write-all`, for a whole workflow in which some jobs do not publish.
    ///
    /// It does not report jobs that may need an ID token themselves: jobs that call a workflow that may, that deploy or release
    /// something, sign, or use an action that logs in with OIDC.
    ///
    /// ## Why it matters
    ///
    /// npm compares the trusted publisher with the workflow file and the environment, not with the job. So every job
    /// that can request an ID token can publish the package, including the tests with everything that `npm ci` installs for them.
    /// A job without the permission cannot:
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - run: npm ci && npm test
    ///   publish:
    ///     needs: test
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Grant it to the job that publishes. The job's block replaces the workflow's, so it repeats everything else the job needs.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - run: npm ci && npm test
    ///   publish:
    ///     needs: test
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.github.com/en/actions/reference/security/oidc>
    ID_TOKEN_TOO_BROAD {
        id: "id-token-too-broad",
        summary: "Jobs that do not publish can request an ID token too.",
        severity: Hint,
        fix: Unsafe,
        check: check,
    }
}

/// Words of jobs that may need an ID token for their own release.
const OWN_USES: [&str; 5] = ["publish", "release", "provenance", "id-token", "id_token"];

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let Some(first) = context.sites.first() else {
        return;
    };
    let Content::Workflow { model: workflow, .. } = context.file.content() else {
        return;
    };
    let Some(block) = &workflow.permissions else {
        return;
    };
    if block.grants_id_token() != Grant::Yes {
        return;
    }
    let inheriting = || workflow.jobs.iter().filter(|job| job.permissions.is_none());
    let reached = context.sites.iter().filter_map(|site| site.job.job);
    let reached: HashSet<(&str, TextRange)> = reached.map(key_of).collect();
    let publishes = |job: &Job| reached.contains(&key_of(job));
    let (publishing, others): (Vec<&Job>, Vec<&Job>) = inheriting().partition(|job| publishes(job));
    if others.is_empty() || others.iter().any(|job| may_need_id_token(context, job)) {
        return;
    }
    let range = block
        .scope("id-token")
        .map_or(block.range, |entry| entry.scope.range.cover(entry.level.range));
    let fix = (!publishing.is_empty())
        .then(|| narrow_id_token(context, context.path, block, &publishing))
        .flatten();
    let diagnostic = ID_TOKEN_TOO_BROAD
        .at(&Place::new(context.path, range), Severity::Hint, message(&others))
        .help("npm does not check which job publishes.")
        .related(&first.place, "published here")
        .fix(fix)
        .remedy("Grant `id-token: write` only to the job that publishes.");
    findings.push(diagnostic);
}

fn key_of(job: &Job) -> (&str, TextRange) {
    (&job.id.value, job.id.range)
}

fn message(others: &[&Job]) -> String {
    let names = match others {
        [only] => format!("`{}`", only.id.value),
        [first, second] => format!("`{}` and `{}`", first.id.value, second.id.value),
        [first, rest @ ..] => format!("`{}` and {} more jobs", first.id.value, rest.len()),
        [] => String::new(),
    };
    format!("{names} can request an ID token too: any code there could publish the package")
}

fn may_need_id_token(context: &CheckContext<'_>, job: &Job) -> bool {
    let own_actions_may = || {
        let uses = job.steps.iter().filter_map(|step| step.uses.as_ref());
        uses.filter(|uses| uses.value.starts_with('.'))
            .any(|uses| own_action_may(context, &uses.value))
    };
    match &job.call {
        Some(call) => called_workflow_may(context, &call.uses.value),
        None => mentions_id_token(job.range.slice(&context.file.text)) || own_actions_may(),
    }
}

fn own_action_may(context: &CheckContext<'_>, uses: &str) -> bool {
    let action = local_folder(uses).and_then(|folder| context.sources.action_in(&folder));
    let Some((path, action)) = action else { return true };
    !action.is_composite || file_may(context, &path)
}

fn called_workflow_may(context: &CheckContext<'_>, uses: &str) -> bool {
    let Some(path) = local_path(uses) else { return true };
    let Some(workflow) = context.sources.workflow(&path) else {
        return true;
    };
    let leads_elsewhere = workflow.jobs.iter().any(|job| {
        let mut uses = job.steps.iter().filter_map(|step| step.uses.as_ref());
        job.call.is_some() || uses.any(|uses| uses.value.starts_with('.'))
    });
    leads_elsewhere || file_may(context, &path)
}

fn file_may(context: &CheckContext<'_>, path: &FilePath) -> bool {
    let file = context.sources.file(path);
    file.is_none_or(|file| mentions_id_token(&file.text))
}

fn mentions_id_token(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    names_id_token_use(text) || OWN_USES.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, no_fix};

    const RULE: &str = "id-token-too-broad";

    fn workflow(permissions: &str, other: &str, publish: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
{permissions}jobs:
  test:
    runs-on: ubuntu-24.04
{other}  publish:
{publish}    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
"
        )
    }

    const BROAD: &str = "permissions:\n  contents: read\n  id-token: write\n";
    const TEST: &str = "    steps: [{ run: npm test }]\n";

    #[test]
    fn a_job_that_only_tests_can_request_an_id_token() {
        let marked = format!(
            "{BROAD}# ^^^^^^^^^^^^^^^ hint💡?[id-token-too-broad]: `test` can request an ID token too: any code there could publish the package\n# ^^^^^^^^^^^^^^^ help[id-token-too-broad]: npm does not check which job publishes.\n"
        );
        check_rule(RULE, &workflow(&marked, TEST, ""));
        let called = "\
#- .github/workflows/test.yml
on: workflow_call
jobs: { a: { steps: [{ run: npm test }] } }
";
        let calls = workflow(&marked, "    uses: ./.github/workflows/test.yml\n", "");
        check_rule(RULE, &format!("{calls}{called}"));
        let all = "permissions: write-all\n#            ^^^^^^^^^ hint[id-token-too-broad]: …\n#            ^^^^^^^^^ help[id-token-too-broad]: npm does not check which job publishes. Grant `id-token: write` only to the job that publishes.\n";
        check_rule(RULE, &workflow(all, TEST, ""));
        no_fix(RULE, &workflow("permissions: write-all\n", TEST, ""));
    }

    #[test]
    fn a_job_that_may_need_it_or_does_not_get_it_is_not_reported() {
        for other in [
            "    permissions: {}\n    steps: [{ run: npm test }]\n",
            "    steps: [{ uses: aws-actions/configure-aws-credentials@v5 }]\n",
            "    steps: [{ uses: codecov/codecov-action@v5, with: { use_oidc: true } }]\n",
            "    steps: [{ uses: ./.github/actions/unknown }]\n",
            "    uses: ./.github/workflows/deploy.yml\n",
        ] {
            check_rule(RULE, &workflow(BROAD, other, ""));
        }
        check_rule(
            RULE,
            &workflow(
                "permissions: { contents: read }\n",
                TEST,
                "    permissions: { id-token: write }\n",
            ),
        );
        let action = "\
#- .github/actions/setup/action.yml
runs:
  using: composite
  steps: [{ uses: google-github-actions/auth@v3 }]
";
        let other = "    steps: [{ uses: ./.github/actions/setup }]\n";
        check_rule(RULE, &format!("{}{action}", workflow(BROAD, other, "")));
        let alone =
            workflow(BROAD, TEST, "").replace(&format!("  test:\n    runs-on: ubuntu-24.04\n{TEST}"), "");
        check_rule(RULE, &alone);
    }

    #[test]
    fn it_moves_to_the_job_that_publishes() {
        check_fix(
            RULE,
            &workflow(BROAD, TEST, ""),
            &workflow(
                "permissions:\n  contents: read\n",
                TEST,
                "    permissions:\n      contents: read\n      id-token: write\n",
            ),
        );
        check_fix(
            RULE,
            &workflow("permissions:\n  id-token: write\n", TEST, ""),
            &workflow(
                "permissions: {}\n",
                TEST,
                "    permissions:\n      id-token: write\n",
            ),
        );
    }
}
