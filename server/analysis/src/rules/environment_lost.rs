use crate::checker::prelude::*;
use crate::diagnostic::{FileEdits, FixKind};
use crate::edit::yaml::{EntryPosition, YamlSnippet, insert_entry, remove_entry};
use crate::fixes::builder::{editable, node};
use crate::publish::CallingJob;
use crate::text::FilePath;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `environment:` of a job that calls a reusable workflow which publishes.
    ///
    /// ## Why it matters
    ///
    /// A job with `uses:` cannot have an environment. GitHub rejects the whole file, and none of its jobs runs:
    ///
    /// ```text
    /// Invalid workflow file: .github/workflows/release.yml
    /// Unexpected value 'environment'
    /// ```
    ///
    /// The environment belongs to the job that publishes. A trusted publisher that names an environment needs it there.
    /// Without it, npm refuses the token exchange.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     environment: npm
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
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml,good
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     uses: ./.github/workflows/publish.yml
    /// #- .github/workflows/publish.yml
    /// on: workflow_call
    /// jobs:
    ///   publish:
    ///     environment: npm
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
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations#supported-keywords-for-jobs-that-call-a-reusable-workflow>
    ENVIRONMENT_LOST {
        id: "environment-lost",
        summary: "A job that calls a workflow cannot have an environment.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        for calling in &site.job.entry.callers {
            let Some(key) = environment_key(context, calling) else {
                continue;
            };
            let message = format!(
                "A job with `uses:` cannot have an `environment`: GitHub rejects the workflow, so `{}` never runs",
                site.publishing_tool.command,
            );
            let remedy = format!(
                "Set it in the job `{}` of `{}`.",
                site.job.job.map_or("", |job| &job.id.value),
                site.job.path.file_name(),
            );
            let diagnostic = ENVIRONMENT_LOST
                .at(&key, Severity::Error, message)
                .related(&site.place, "published here")
                .fix(move_to_publish(context, site, calling))
                .remedy(&remedy);
            findings.push(diagnostic);
        }
    }
}

fn environment_key(context: &CheckContext<'_>, calling: &CallingJob<'_>) -> Option<Place> {
    let file = context.sources.file(&calling.path)?;
    let entry = node(file, calling.job.node)?.entry("environment")?;
    Some(Place::new(&calling.path, entry.key.range()))
}

/// Moves the environment to the job that publishes, if that job has none.
fn move_to_publish(context: &CheckContext<'_>, site: &Site<'_>, calling: &CallingJob<'_>) -> Option<Fix> {
    let (publishing, environment) = (site.job.job?, calling.job.environment.as_ref()?);
    // An expression may mean something else in the other workflow.
    if publishing.environment.is_some() || environment.value.contains("${{") || calling.path == site.job.path
    {
        return None;
    }
    let caller = editable(context, &calling.path)?;
    let callee = editable(context, &site.job.path)?;
    let calling_job = node(caller, calling.job.node)?;
    // Its `url` may refer to the calling job.
    calling_job.get("environment")?.as_str()?;
    let value = YamlSnippet::Scalar(environment.value.clone());
    let removed = remove_entry(&caller.text, calling_job, "environment").ok()?;
    let added = insert_entry(
        &callee.text,
        node(callee, publishing.node)?,
        "environment",
        &value,
        EntryPosition::First,
    )
    .ok()?;
    let edits = |path: &FilePath, edits| FileEdits {
        path: path.clone(),
        edits,
    };
    Some(Fix {
        title: format!("Move the environment to the job `{}`", publishing.id.value),
        applicability: Applicability::Unsafe,
        kind: FixKind::QuickFix,
        edits: vec![edits(&calling.path, removed), edits(&site.job.path, added)],
    })
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, no_fix};

    const RULE: &str = "environment-lost";

    fn callee(environment: &str) -> String {
        format!(
            "\
#- .github/workflows/publish.yml
on: workflow_call
jobs:
  publish:
{environment}    runs-on: ubuntu-24.04
    steps:
      - run: npm publish
"
        )
    }

    fn caller(environment: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  call:
{environment}    permissions: {{ id-token: write }}
    uses: ./.github/workflows/publish.yml
"
        )
    }

    #[test]
    fn a_calling_job_has_no_environment() {
        let marked = "    environment: npm\n#   ^^^^^^^^^^^ error💡?[environment-lost]: A job with `uses:` cannot have an `environment`: GitHub rejects the workflow, so `npm publish` never runs\n";
        check_rule(RULE, &format!("{}{}", callee(""), caller(marked)));
    }

    #[test]
    fn the_publishing_job_is_named_if_it_has_its_own_environment() {
        let marked = "    environment: npm\n#   ^^^^^^^^^^^ error[environment-lost]: …\n#   ^^^^^^^^^^^ help[environment-lost]: Set it in the job \
                      `publish` of `publish.yml`.\n";
        check_rule(
            RULE,
            &format!("{}{}", callee("    environment: npm\n"), caller(marked)),
        );
    }

    #[test]
    fn the_environment_of_the_publishing_job_is_not_reported() {
        check_rule(
            RULE,
            &format!("{}{}", callee("    environment: npm\n"), caller("")),
        );
    }

    #[test]
    fn it_moves_to_the_job_that_publishes() {
        let npm = "    environment: npm\n";
        check_fix(
            RULE,
            &format!("{}{}", callee(""), caller(npm)),
            &format!("{}{}", callee(npm), caller("")),
        );
        no_fix(RULE, &format!("{}{}", callee(npm), caller(npm)));
        let dynamic = "    environment: ${{ inputs.environment }}\n";
        no_fix(RULE, &format!("{}{}", callee(""), caller(dynamic)));
        let with_url = "    environment: { name: npm, url: https://example.com }\n";
        no_fix(RULE, &format!("{}{}", callee(""), caller(with_url)));
    }
}
