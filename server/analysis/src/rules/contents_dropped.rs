use crate::checker::prelude::*;
use crate::fixes::permissions::grant_contents_read;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publishing job that checks out the repository while the `permissions` in force grant
    /// `id-token` but not `contents`.
    ///
    /// ## Why it matters
    ///
    /// What a block leaves out is `none`. A public repository can be checked out without the permission; in a
    /// private one the job fails before it publishes:
    ///
    /// ```text
    /// remote: Repository not found.
    /// fatal: repository 'https://github.com/acme/widget/' not found
    /// ```
    ///
    /// Whether the repository is private the files do not show, so this is information.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
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
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions>
    CONTENTS_DROPPED {
        id: "contents-dropped",
        summary: "The permissions grant `id-token` but no longer `contents`.",
        severity: Information,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let (Some(workflow), Some(job)) = (site.job.workflow, site.job.job) else {
            continue;
        };
        let Some(block) = job.permissions.as_ref().or(workflow.permissions.as_ref()) else {
            continue;
        };
        let checks_out = job.steps.iter().any(|step| step.uses_action("actions/checkout"));
        let is_dropped =
            block.scope("id-token").is_some() && block.grants_contents_read() == Grant::No && checks_out;
        if !is_dropped {
            continue;
        }
        let place = Place::new(&site.job.path, block.key);
        let message = "in a private repository `actions/checkout` will fail here: the block leaves out `contents`, \
                       which means `none`; add `contents: read`";
        let diagnostic = CONTENTS_DROPPED
            .at(&place, Severity::Information, message)
            .fix(grant_contents_read(context, site, block));
        findings.push(diagnostic);
    }
}
