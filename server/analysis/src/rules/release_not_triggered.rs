use crate::checker::prelude::*;
use crate::model::job::{Job, Step};
use crate::model::read::find_input;
use crate::model::workflow::{Trigger, Workflow};
use crate::publish::{EnvLayer, EvalScope, Possible};
use crate::syntax::shell::split_script;
use crate::text::FilePath;
use crate::text::TextRange;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish that waits for the event `release`, where another workflow of the repository creates the
    /// release with the job's `GITHUB_TOKEN`.
    ///
    /// It is information where the release may also come from somebody else: where the step has a condition, where the
    /// action also updates a release that is there already, and where the publish can be started by hand. Drafts are left
    /// alone, since somebody publishes them, and so are other tokens.
    ///
    /// ## Why it matters
    ///
    /// GitHub starts no workflow for what a workflow does with its `GITHUB_TOKEN`. There is a release and a tag, no run
    /// and no error, and the version is not on npm:
    ///
    /// ```text
    /// npm error code E404
    /// npm error 404 No match found for version 1.2.3
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// #- .github/workflows/release-please.yml
    /// on:
    ///   push:
    ///     branches: [main]
    /// permissions:
    ///   contents: write
    ///   pull-requests: write
    /// jobs:
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: googleapis/release-please-action@v4
    /// #- .github/workflows/publish.yml
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
    ///       - uses: actions/checkout@v5
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Publish in a job behind the one that creates the release. Then it is that file which the trusted publisher on npm
    /// has to name. Otherwise create the release with the token of a GitHub App.
    ///
    /// ```yaml,good
    /// #- .github/workflows/release-please.yml
    /// on:
    ///   push:
    ///     branches: [main]
    /// permissions:
    ///   contents: write
    ///   pull-requests: write
    /// jobs:
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     outputs:
    ///       created: ${{ steps.release.outputs.release_created }}
    ///     steps:
    ///       - id: release
    ///         uses: googleapis/release-please-action@v4
    ///   publish:
    ///     needs: release
    ///     if: needs.release.outputs.created == 'true'
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
    /// - <https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow#triggering-a-workflow-from-a-workflow>
    RELEASE_NOT_TRIGGERED {
        id: "release-not-triggered",
        summary: "The release that is waited for starts no run.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

/// Actions that create releases, and whether they fail where there is one already, so that they are its only source.
const ACTIONS: [(&str, bool); 6] = [
    ("googleapis/release-please-action", true),
    ("google-github-actions/release-please-action", true),
    ("actions/create-release", true),
    ("softprops/action-gh-release", false),
    ("ncipollo/release-action", false),
    ("svenstaro/upload-release-action", false),
];

/// Where a workflow creates a release.
struct Creation {
    place: Place,
    /// Whether the release cannot have been there before.
    is_certain: bool,
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let Some(site) = context.sites.iter().find(|site| !site.publisher.is_guess) else {
        return;
    };
    let Some(workflow) = site.job.workflow else { return };
    let Some(trigger) = workflow.trigger("release") else {
        return;
    };
    let other_events: Vec<&Trigger> = workflow
        .triggers
        .iter()
        .filter(|other| other.name.value != "release")
        .collect();
    let by_hand = |other: &&Trigger| other.name.value == "workflow_dispatch";
    if !other_events.iter().all(by_hand) {
        return;
    }
    let creations: Vec<Creation> = context
        .sources
        .workflow_paths()
        .filter(|path| *path != context.path)
        .filter_map(|path| Some((path, context.sources.workflow(path)?)))
        .flat_map(|(path, workflow)| creations(context, path, workflow))
        .collect();
    let certain = creations.iter().find(|creation| creation.is_certain);
    let Some(creation) = certain.or(creations.first()) else {
        return;
    };
    let severity = if creation.is_certain && other_events.is_empty() {
        Severity::Warning
    } else {
        Severity::Information
    };
    let message = format!(
        "`{}` creates the release with its `GITHUB_TOKEN`, and GitHub starts no workflow for what that token does, so that \
         `{}` never runs for it; publish in that workflow, or create the release with the token of a GitHub App",
        creation.place.path.file_name(),
        site.publisher.command
    );
    let place = Place::new(context.path, trigger.name.range);
    let diagnostic = RELEASE_NOT_TRIGGERED
        .at(&place, severity, message)
        .related(&creation.place, "this creates the release");
    findings.push(diagnostic);
}

fn creations(context: &CheckContext<'_>, path: &FilePath, workflow: &Workflow) -> Vec<Creation> {
    // A run for a release adds files to it; and a run can be started for another workflow in so many words.
    let starts_others = context.sources.file(path).is_none_or(|file| {
        [
            "gh workflow run",
            "WorkflowDispatch",
            "/dispatches",
            "repository-dispatch",
        ]
        .iter()
        .any(|sign| file.text.contains(sign))
    });
    if workflow.trigger("release").is_some() || starts_others {
        return Vec::new();
    }
    let mut found = Vec::new();
    for job in &workflow.jobs {
        for step in &job.steps {
            let Some((range, fails_where_there)) = created_by(step) else {
                continue;
            };
            if !uses_github_token(path, workflow, job, step) {
                continue;
            }
            found.push(Creation {
                place: Place::new(path, range),
                is_certain: fails_where_there && job.condition.is_none() && step.condition.is_none(),
            });
        }
    }
    found
}

/// The words of a step that create a release which is no draft, and whether they fail where there is one.
fn created_by(step: &Step) -> Option<(TextRange, bool)> {
    if let Some(uses) = &step.uses {
        let (name, _) = uses.value.split_once('@')?;
        let known = ACTIONS.iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
        let may_be_off = ["draft", "skip-github-release"].iter().any(|input| {
            find_input(&step.with, input).is_some_and(|input| input.value.value.trim() != "false")
        });
        return known
            .filter(|_| !may_be_off)
            .map(|(_, fails_where_there)| (uses.range, *fails_where_there));
    }
    let run = step
        .run
        .as_ref()
        .filter(|run| run.text.contains("gh release create"))?;
    let script = split_script(&run.text);
    let creates = script.commands.iter().find(|command| {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let is_draft = words
            .iter()
            .any(|word| matches!(*word, "-d") || word.starts_with("--draft"));
        words.starts_with(&["gh", "release", "create"]) && !is_draft
    })?;
    Some((run.range, !creates.is_conditional && !creates.failure_is_ignored))
}

/// Whether the step has no other token than the job's own.
fn uses_github_token(path: &FilePath, workflow: &Workflow, job: &Job, step: &Step) -> bool {
    let env = [
        EnvLayer::new(&workflow.env, None, path, false),
        EnvLayer::new(&job.env, None, path, false),
        EnvLayer::new(&step.env, None, path, true),
    ];
    let scope = EvalScope {
        env: &env,
        ..EvalScope::default()
    };
    let inputs = ["token", "repo_token"]
        .iter()
        .filter_map(|name| find_input(&step.with, name))
        .map(|input| scope.evaluate(&input.value.value));
    let variables = ["GITHUB_TOKEN", "GH_TOKEN"]
        .iter()
        .filter_map(|name| scope.env_value(name));
    inputs
        .chain(variables)
        .all(|value| matches!(value.values(), [Possible::GithubToken]))
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "release-not-triggered";
    const CERTAIN: &str = "release
#   ^^^^^^^ warning[release-not-triggered]: `tag.yml` creates the release with its `GITHUB_TOKEN`, and GitHub starts no workflow for what that token does, so that `npm publish` never runs for it; …
";
    const POSSIBLE: &str = "release\n#   ^^^^^^^ information[release-not-triggered]: …\n";

    fn repository(on: &str, steps: &str) -> String {
        format!(
            "#- .github/workflows/publish.yml\non: {on}jobs:\n  publish:\n    permissions: {{ id-token: write }}\n    runs-on: \
             ubuntu-24.04\n    steps:\n      - run: npm publish\n#- .github/workflows/tag.yml\non: push\njobs:\n  tag:\n    runs-on: \
             ubuntu-24.04\n    steps:\n{steps}"
        )
    }

    const PLEASE: &str = "      - uses: googleapis/release-please-action@v4\n";
    const GH: &str = "      - run: gh release create v1\n        env: { GH_TOKEN: '${{ github.token }}' }\n";
    const SOFTPROPS: &str = "      - uses: softprops/action-gh-release@v2\n";

    #[test]
    fn nothing_starts_the_publish() {
        check_rule(RULE, &repository(CERTAIN, PLEASE));
        check_rule(RULE, &repository(CERTAIN, GH));
        let explicit = format!("{PLEASE}        with: {{ token: '${{{{ secrets.GITHUB_TOKEN }}}}' }}\n");
        check_rule(RULE, &repository(CERTAIN, &explicit));
    }

    #[test]
    fn the_release_may_be_there_already_or_the_publish_started_by_hand() {
        check_rule(RULE, &repository(POSSIBLE, SOFTPROPS));
        check_rule(
            RULE,
            &repository(POSSIBLE, &format!("{GH}        if: github.ref_type == 'tag'\n")),
        );
        let by_hand = "\n  release:\n# ^^^^^^^ information[release-not-triggered]: …\n  workflow_dispatch:\n";
        check_rule(RULE, &repository(by_hand, PLEASE));
    }

    #[test]
    fn another_token_a_draft_or_another_event_starts_it() {
        for steps in [
            "      - uses: googleapis/release-please-action@v4\n        with: { token: '${{ secrets.RELEASE_TOKEN }}' }\n",
            "      - uses: googleapis/release-please-action@v4\n        with: { token: '${{ steps.app.outputs.token }}' }\n",
            "      - uses: softprops/action-gh-release@v2\n        with: { draft: true }\n",
            "      - run: gh release create v1 --draft\n",
            "      - run: gh release create v1\n        env: { GH_TOKEN: '${{ secrets.PAT }}' }\n",
            "      - run: gh release create v1 && gh workflow run publish.yml\n",
            "      - run: gh release upload v1 file\n",
        ] {
            check_rule(RULE, &repository("release\n", steps));
        }
        check_rule(RULE, &repository("[release, push]\n", PLEASE));
        check_rule(RULE, &repository("push\n", PLEASE));
        let on_release = repository("release\n", SOFTPROPS).replace("on: push", "on: release");
        check_rule(RULE, &on_release);
    }
}
