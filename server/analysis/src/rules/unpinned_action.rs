use crate::checker::advised_job::{AdvisedJob, advised_jobs};
use crate::checker::prelude::*;
use crate::publish::UsedAction;
use crate::versions::action_reference::ActionReference;

/// GitHub itself, whose machines issue the ID token.
const GITHUB: [&str; 2] = ["actions", "github"];

declare_rule! {
    /// ## What it does
    ///
    /// Advises pinning the actions of a publish job to full commit IDs: every third-party action that the job names by a tag or
    /// a branch, including those in composite actions of the repository, and container images without a digest.
    ///
    /// GitHub's own actions (`actions/…`, `github/…`) are not reported: GitHub runs the job and issues its ID token anyway.
    /// Neither are actions of the repository and of its owner.
    ///
    /// ## Why it matters
    ///
    /// Every step of a job with `id-token: write` can request the ID token and publish with it. A tag can be moved: an attacker
    /// who takes over the account of an action's author can move `v4` to another commit, and your next release runs it. In March
    /// 2025 that happened to `tj-actions/changed-files` with all of its tags at once.
    ///
    /// npm reports nothing when it happens: the publish looks like one of yours, with valid provenance.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on:
    ///   release:
    ///     types: [published]
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: pnpm/action-setup@v4
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Write the commit ID, and the version after it in a comment, which Dependabot and Renovate keep up to date. Tools
    /// like `pinact` and `ratchet` do so for a whole repository.
    ///
    /// ```yaml,good
    /// on:
    ///   release:
    ///     types: [published]
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: pnpm/action-setup@a7487c7e89a18df4991f7f222e4898a00d66ddda # v4.1.0
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions>
    UNPINNED_ACTION {
        id: "unpinned-action",
        summary: "The publish job runs third-party actions that are not pinned to a commit.",
        severity: Hint,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let owner = context.sources.slug().map(|slug| slug.owner.as_str());
    for job in advised_jobs(context) {
        let mut unpinned: Vec<&UsedAction<'_>> = Vec::new();
        for action in &job.facts.contents.actions {
            let is_listed = unpinned.iter().any(|listed| listed.text == action.text);
            if !is_listed && can_be_changed_by_others(&action.reference, owner) {
                unpinned.push(action);
            }
        }
        if let Some((first, others)) = unpinned.split_first() {
            findings.push(advice(&job, first, others));
        }
    }
}

fn can_be_changed_by_others(reference: &ActionReference, owner: Option<&str>) -> bool {
    match reference {
        ActionReference::Remote(action) => {
            let is_owned_by = |name: &str| action.owner.eq_ignore_ascii_case(name);
            !action.is_pinned() && !GITHUB.into_iter().chain(owner).any(is_owned_by)
        }
        ActionReference::Docker(image) => !image.contains("@sha256:"),
        ActionReference::Local(_) | ActionReference::RepositoryRoot(_) | ActionReference::Invalid => false,
    }
}

fn advice(
    job: &AdvisedJob<'_, '_>,
    first: &UsedAction<'_>,
    others: &[&UsedAction<'_>],
) -> crate::diagnostic::Diagnostic {
    let name = first.text.trim();
    let (summary, what) = match others.len() {
        0 => ("1 action is not pinned".to_owned(), format!("`{name}` is")),
        count => (
            format!("{} actions are not pinned", count + 1),
            format!("`{name}` and {count} more are"),
        ),
    };
    let message = format!("{what} not pinned to a commit: whoever moves the tag can publish");
    let mut diagnostic = job
        .advise(&UNPINNED_ACTION, &first.place_in_job, summary, message)
        .help(
            "The job can request an ID token. Write the full commit ID, with the version in a comment after it.",
        );
    if !first.is_in_job() {
        diagnostic = diagnostic.related(&first.place, "used here");
    }
    for action in others {
        diagnostic = diagnostic.related(&action.place, format!("`{}` is not pinned", action.text.trim()));
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, no_fix};

    #[test]
    fn third_party_actions_are_named_together() {
        check_rule(
            "unpinned-action",
            "
            #- repository: acme/widget
            #- .github/workflows/release.yml
            on: { release: { types: [published] } }
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v6
                  - uses: acme/setup@v1
                  - uses: pnpm/action-setup@v4
                    #     ^^^^^^^^^^^^^^^^^^^^ hint[unpinned-action]: `pnpm/action-setup@v4` and 2 more are not pinned to a commit: whoever moves the tag can publish
                  - uses: docker://alpine:3
                  - uses: pnpm/action-setup@v4
                  - uses: docker://alpine@sha256:1304f174557314a7ed9eddb4eab12fed12cb0cd9809e4c28f29af86979a3c870
                  - uses: owner/action@1f0bf1b4a3b1c2a3a1b0c9d8e7f6a5b4c3d2e1f0
                  - uses: actions/setup-node@v6
                    with: { node-version: 24 }
                  - run: npm publish
                  - uses: other/action@main
                    #     ^^^^^^^^^^^^^^^^^ related[unpinned-action]: `other/action@main` is not pinned
            ",
        );
    }

    #[test]
    fn an_action_in_a_composite_action_is_reported_where_the_job_uses_it() {
        check_rule(
            "unpinned-action",
            "
            #- .github/workflows/release.yml
            on: { release: { types: [published] } }
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                runs-on: ubuntu-latest
                steps:
                  - uses: ./setup
                    #     ^^^^^^^ hint[unpinned-action]: `pnpm/action-setup@v4` is not pinned …
                  - run: npm publish
            #- setup/action.yml
            runs:
              using: composite
              steps:
                - uses: pnpm/action-setup@v4
                  #     ^^^^^^^^^^^^^^^^^^^^ related[unpinned-action]: used here
                - uses: actions/setup-node@v6
                  with: { node-version: 24 }
            ",
        );
    }

    #[test]
    fn only_jobs_that_publish_with_an_id_token_are_advised() {
        check_rule(
            "unpinned-action",
            "
            #- .github/workflows/release.yml
            on: { release: { types: [published] } }
            jobs:
              token:
                permissions: { contents: read }
                runs-on: ubuntu-latest
                steps:
                  - uses: pnpm/action-setup@v4
                  - run: npm publish
                    env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }
              elsewhere:
                permissions: { contents: read, id-token: write }
                runs-on: ubuntu-latest
                steps:
                  - uses: pnpm/action-setup@v4
                  - run: npm publish --registry https://npm.pkg.github.com
              fails:
                permissions: { contents: read, id-token: write }
                runs-on: ubuntu-latest
                steps:
                  - uses: pnpm/action-setup@v4
                  - uses: actions/setup-node@v6
                    with: { node-version: 20 }
                  - run: npm publish
              test:
                permissions: { contents: read, id-token: write }
                runs-on: ubuntu-latest
                steps:
                  - uses: pnpm/action-setup@v4
                  - run: npm test
            ",
        );
    }

    #[test]
    fn there_is_no_fix_without_the_commit() {
        no_fix(
            "unpinned-action",
            "
            #- .github/workflows/release.yml
            on: { release: { types: [published] } }
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                runs-on: ubuntu-latest
                steps:
                  - uses: pnpm/action-setup@v4
                  - uses: actions/setup-node@v6
                    with: { node-version: 24 }
                  - run: npm publish
            ",
        );
    }
}
