use crate::checker::prelude::*;
use crate::fixes::permissions::grant_contents_read;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish job that checks out the repository while the effective `permissions` grant
    /// `id-token` but not `contents`.
    ///
    /// ## Why it matters
    ///
    /// A scope that a block leaves out is `none`. A public repository can be checked out without the permission. In a
    /// private one, the job fails before it publishes:
    ///
    /// ```text
    /// remote: Repository not found.
    /// fatal: repository 'https://github.com/acme/widget/' not found
    /// ```
    ///
    /// The files do not show whether the repository is private, so this is only information.
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
        summary: "The permissions grant `id-token` but not `contents`.",
        severity: Information,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.first_sites() {
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
        let message = "Missing `contents: read`: `actions/checkout` will fail if the repository is private";
        let diagnostic = CONTENTS_DROPPED
            .at(&place, Severity::Information, message)
            .help("These `permissions` leave out `contents`, which means `none`.")
            .fix(grant_contents_read(context, site, block));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[track_caller]
    fn check(permissions: &str, step: &str, marks: &str) {
        check_rule(
            "contents-dropped",
            &format!(
                "\
#- .github/workflows/release.yml
on: push
permissions: {{ {permissions} }}
{marks}jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - {step}
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
"
            ),
        );
    }

    const CHECKOUT: &str = "uses: actions/checkout@v6";

    #[test]
    fn a_checkout_without_contents_is_reported() {
        let marks = "^^^^^^^^^^^ information💡[contents-dropped]: Missing `contents: read`: `actions/checkout` will fail if the repository is \
                     private\n^^^^^^^^^^^ help[contents-dropped]: These `permissions` leave out `contents`, which means `none`.\n";
        check("id-token: write", CHECKOUT, marks);
    }

    #[test]
    fn a_readable_or_unused_repository_is_not_reported() {
        check("contents: read, id-token: write", CHECKOUT, "");
        check("contents: write, id-token: write", CHECKOUT, "");
        check("id-token: write", "run: git --version", "");
    }
}
