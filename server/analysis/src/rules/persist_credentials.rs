use crate::checker::advised_job::{AdvisedJob, advised_jobs};
use crate::checker::prelude::*;
use crate::fixes::action_input::{file_of_own_step, set_input};
use crate::fixes::builder::fix_of_file;
use crate::knowledge::actions::leaves_git_alone;
use crate::model::read::find_input;
use crate::publish::Tool;
use crate::publish::UsedAction;
use crate::versions::action_reference::ActionReference;

/// Tools that publish and leave git alone.
const PLAIN_TOOLS: [Tool; 8] = [
    Tool::Npm,
    Tool::Pnpm,
    Tool::YarnClassic,
    Tool::YarnBerry,
    Tool::Bun,
    Tool::NpmPublish,
    Tool::NpmPublishWithToken,
    Tool::ActionWithToken,
];

declare_rule! {
    /// ## What it does
    ///
    /// Advises setting `persist-credentials: false` for `actions/checkout` in a publish job with `contents: write` in which no
    /// step pushes with git. It reports nothing if a step may push: a tool that tags or pushes, a script or an action that was
    /// not read.
    ///
    /// ## Why it matters
    ///
    /// `actions/checkout` leaves the job's `GITHUB_TOKEN` in git's configuration, where every later step can read it:
    /// build tools, tests, dependencies. With `contents: write` that token can push to the repository, and so change what
    /// the next release publishes. npm does not notice.
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
    ///       contents: write
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    ///       - run: gh release upload "$TAG" dist.tgz
    ///         env:
    ///           GH_TOKEN: ${{ github.token }}
    ///           TAG: ${{ github.ref_name }}
    /// ```
    ///
    /// ## Fix
    ///
    /// Pass the token by name to the steps that need it, as `GH_TOKEN` is here. If no step writes to the repository,
    /// `contents: read` is even better.
    ///
    /// ```yaml,good
    /// on:
    ///   release:
    ///     types: [published]
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: write
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///         with:
    ///           persist-credentials: false
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    ///       - run: gh release upload "$TAG" dist.tgz
    ///         env:
    ///           GH_TOKEN: ${{ github.token }}
    ///           TAG: ${{ github.ref_name }}
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/checkout#usage>
    PERSIST_CREDENTIALS {
        id: "persist-credentials",
        summary: "The publish job's checkout leaves a token with write access readable by every later step.",
        severity: Hint,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for job in advised_jobs(context) {
        let contents = &job.facts.contents;
        let Some(checkout) = contents.actions.iter().find(|action| leaves_credentials(action)) else {
            continue;
        };
        let may_push = contents.may_use_git_credentials
            || contents.actions.iter().any(|action| may_use_git(context, action))
            || !job
                .sites
                .iter()
                .all(|site| PLAIN_TOOLS.contains(&site.publishing_tool.tool));
        if may_push || !can_write_contents(&job) {
            continue;
        }
        let message = format!(
            "`{}` leaves a `GITHUB_TOKEN` with push access readable by every later step",
            checkout.name()
        );
        let summary = "the checkout leaves a token that can push";
        let mut diagnostic = job
            .advise(&PERSIST_CREDENTIALS, &checkout.place_in_job, summary, message)
            .help("No step of the job pushes with git. Set `persist-credentials: false`.");
        if !checkout.is_in_job() {
            diagnostic = diagnostic.related(&checkout.place, "checked out here");
        }
        findings.push(diagnostic.fix(fix(context, checkout)));
    }
}

/// Whether an action checks this repository out without an input about credentials.
fn leaves_credentials(action: &UsedAction<'_>) -> bool {
    let decides = ["persist-credentials", "token", "ssh-key", "repository"];
    action.is("actions/checkout")
        && decides
            .iter()
            .all(|input| find_input(&action.step.with, input).is_none())
}

fn may_use_git(context: &CheckContext<'_>, action: &UsedAction<'_>) -> bool {
    match &action.reference {
        ActionReference::Remote(remote) => !leaves_git_alone(remote),
        // The actions in a composite action are checked one by one.
        ActionReference::Local(_) | ActionReference::RepositoryRoot(_) => !action
            .reference
            .folder()
            .and_then(|folder| context.sources.action_in(&folder))
            .is_some_and(|(_, action)| action.is_composite),
        ActionReference::Docker(_) | ActionReference::Invalid => true,
    }
}

/// Whether `contents: write` is certain: in the block of the job and in those of all callers.
fn can_write_contents(job: &AdvisedJob<'_, '_>) -> bool {
    let own = job.job.permissions.as_ref().or(job.workflow.permissions.as_ref());
    let mut callers = job.facts.job.entry.callers.iter().map(|calling| {
        let block = &calling.job.permissions;
        block.as_ref().or(calling.workflow.permissions.as_ref())
    });
    let grants =
        |block: Option<&Permissions>| block.is_some_and(|block| block.grants_contents_write() == Grant::Yes);
    let is_called = !job.facts.job.entry.callers.is_empty();
    // A called workflow without its own block has the permissions of its caller.
    (grants(own) || (own.is_none() && is_called)) && callers.all(grants)
}

fn fix(context: &CheckContext<'_>, checkout: &UsedAction<'_>) -> Option<Fix> {
    let file = file_of_own_step(context, checkout)?;
    let edits = set_input(file, checkout, "persist-credentials", "false")?;
    fix_of_file(
        "Set `persist-credentials: false`",
        Applicability::Unsafe,
        &checkout.place.path,
        Ok(edits),
    )
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    const RULE: &str = "persist-credentials";

    /// A publish job with these permissions for contents, and these steps after the checkout.
    fn job(contents: &str, checkout: &str, steps: &str, files: &str) -> String {
        let lines = |steps: &str| -> String { steps.lines().map(|line| format!("      {line}\n")).collect() };
        format!(
            "#- .github/workflows/release.yml\n\
             on: {{ release: {{ types: [published] }} }}\n\
             permissions: {{ contents: {contents}, id-token: write }}\n\
             jobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n{}\
             \x20     - uses: actions/setup-node@v6\n        with: {{ node-version: 24 }}\n\
             {}{files}",
            lines(checkout),
            lines(steps),
        )
    }

    const CHECKOUT: &str = "- uses: actions/checkout@v6";
    const FOUND: &str =
        "- uses: actions/checkout@v6\n  #     ^^^^^^^^^^^^^^^^^^^ hint💡?[persist-credentials]: …";

    #[test]
    fn nothing_pushes() {
        for (steps, files) in [
            ("- run: npm publish", ""),
            (
                "- run: npm run build\n- run: npm publish",
                "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"scripts\": { \"build\": \"tsc\" } }\n",
            ),
            (
                "- run: npm publish\n- uses: softprops/action-gh-release@a7487c7e89a18df4991f7f222e4898a00d66ddda",
                "",
            ),
            (
                "- uses: ./setup\n- run: npm publish",
                "#- setup/action.yml\nruns: { using: composite, steps: [] }\n",
            ),
        ] {
            check_rule(RULE, &job("write", FOUND, steps, files));
        }
    }

    #[test]
    fn a_job_that_may_push_is_not_reported() {
        for (steps, files) in [
            ("- run: npm publish\n- run: git push --tags", ""),
            (
                "- run: npm run tag\n- run: npm publish",
                "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"scripts\": { \"tag\": \"git push\" } }\n",
            ),
            ("- run: ./tag.sh\n- run: npm publish", ""),
            (
                "- uses: stefanzweifel/git-auto-commit-action@v6\n- run: npm publish",
                "",
            ),
            (
                "- uses: ./tag\n- run: npm publish",
                "#- tag/action.yml\nruns: { using: node24, main: index.js }\n",
            ),
            ("- run: npx lerna@9 publish from-package --yes", ""),
            ("- run: npx semantic-release@25", ""),
        ] {
            check_rule(RULE, &job("write", CHECKOUT, steps, files));
        }
    }

    #[test]
    fn a_checkout_that_leaves_no_token_with_push_access_is_not_reported() {
        check_rule(RULE, &job("read", CHECKOUT, "- run: npm publish", ""));
        for with in [
            "persist-credentials: false",
            "persist-credentials: true",
            "token: '${{ secrets.PAT }}'",
        ] {
            let checkout = format!("{CHECKOUT}\n  with: {{ {with} }}");
            check_rule(RULE, &job("write", &checkout, "- run: npm publish", ""));
        }
    }

    #[test]
    fn a_caller_may_grant_less() {
        for (contents, mark) in [
            (
                "write",
                "\n                #     ^^^^^^^^^^^^^^^^^^^ hint💡?[persist-credentials]: …",
            ),
            ("read", ""),
        ] {
            check_rule(
                RULE,
                &format!(
                    "
        #- .github/workflows/release.yml
        on: {{ release: {{ types: [published] }} }}
        permissions: {{ contents: {contents}, id-token: write }}
        jobs:
          call:
            uses: ./.github/workflows/publish.yml
        #- .github/workflows/publish.yml
        on: workflow_call
        jobs:
          publish:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v6{mark}
              - uses: actions/setup-node@v6
                with: {{ node-version: 24 }}
              - run: npm publish
        "
                ),
            );
        }
    }

    #[test]
    fn the_input_is_added() {
        check_fix(
            RULE,
            &job(
                "write",
                "- uses: actions/checkout@v6 # all of it\n  with:\n    fetch-depth: 0",
                "- run: npm publish",
                "",
            ),
            &job(
                "write",
                "- uses: actions/checkout@v6 # all of it\n  with:\n    fetch-depth: 0\n    persist-credentials: false",
                "- run: npm publish",
                "",
            ),
        );
    }
}
