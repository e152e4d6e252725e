use std::sync::Arc;

use crate::checker::made_events::{EventMaker, MadeEvent, MadeEvents};
use crate::checker::prelude::*;
use crate::diagnostic::Diagnostic;
use crate::model::workflow::{Trigger, Workflow};
use crate::publish::open_runs;
use crate::sources::{FileFact, Sources};
use crate::text::{FilePath, Ranged};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step that waits for a release or a tag, if another workflow of the repository creates it with the job's
    /// `GITHUB_TOKEN`: an action, `gh release`, `git push` after a checkout that leaves that token, or a script.
    ///
    /// It is information if the release may also come from elsewhere: a condition mentions tags or events, the action also
    /// updates an existing release, or the workflow can be started by hand. Other tokens and deploy keys are not reported, and
    /// neither are drafts, because someone publishes them. But a workflow that waits only for `types: [created]` never runs for a
    /// draft.
    ///
    /// ## Why it matters
    ///
    /// If a workflow creates a tag or a release with its `GITHUB_TOKEN`, GitHub does not start any workflow for it. The release
    /// and the tag exist, there is no run and no error, and the version is not on npm:
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
    /// Publish in a job after the one that creates the release. The trusted publisher on npm must then name that file.
    /// Otherwise, create the release with the token of a GitHub App.
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
        summary: "The release or tag that a workflow waits for never triggers it.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let mut seen: Vec<Place> = Vec::new();
    for site in context.sites.iter().filter(|site| !site.publishing_tool.is_guess) {
        let Some((path, workflow)) = site.job.starting_workflow() else {
            continue;
        };
        let Some(awaited) = Awaited::of(site, workflow) else {
            continue;
        };
        let place = Place::new(path, awaited.trigger.name.range);
        if seen.contains(&place) {
            continue;
        }
        if let Some(maker) = awaited.maker(context, path) {
            findings.push(diagnostic(site, &awaited, &place, &maker));
        }
        seen.push(place);
    }
}

fn diagnostic(site: &Site<'_>, awaited: &Awaited<'_>, place: &Place, maker: &EventMaker) -> Diagnostic {
    let severity = match maker.is_only_source && !awaited.starts_by_hand {
        true => Severity::Warning,
        false => Severity::Information,
    };
    let file = maker.place.path.file_name();
    let command = &site.publishing_tool.command;
    let (message, help, related) = match maker.made {
        MadeEvent::Draft => (
            format!("`{file}` creates the release as a draft, so `{command}` never runs for it"),
            "GitHub sends no `created` event for a draft. Wait for `types: [published]`.",
            "the draft is created here",
        ),
        MadeEvent::Release => (
            format!("`{file}` creates the release with its `GITHUB_TOKEN`, so `{command}` never runs for it"),
            "GitHub starts no workflow for events that this token triggers. Publish in that workflow, or create the release with the token of a \
             GitHub App.",
            "the release is created here",
        ),
        MadeEvent::Tag => (
            format!("`{file}` pushes the tag with its `GITHUB_TOKEN`, so `{command}` never runs for it"),
            "GitHub starts no workflow for events that this token triggers. Publish in that workflow, or push the tag with the token of a GitHub \
             App.",
            "the tag is pushed here",
        ),
    };
    RELEASE_NOT_TRIGGERED
        .at(place, severity, message)
        .help(help)
        .related(&maker.place, related)
}

/// The tag or the release that a workflow waits for.
struct Awaited<'a> {
    /// The first event that starts it, except by hand.
    trigger: &'a Trigger,
    releases: bool,
    tags: bool,
    /// Whether it waits for `created` and for nothing that happens when a draft is published.
    only_created: bool,
    starts_by_hand: bool,
}

impl<'a> Awaited<'a> {
    /// None if a run for anything else may reach the publish step.
    fn of(site: &Site<'_>, workflow: &'a Workflow) -> Option<Self> {
        let condition = site.step.step.condition.as_ref();
        let runs = open_runs(&site.job, condition.filter(|_| !site.step.is_composite))?;
        let (by_hand, runs): (Vec<_>, Vec<_>) = runs.iter().partition(|run| run.event == "workflow_dispatch");
        let first = workflow.trigger(&runs.first()?.event)?;
        let release = workflow.trigger("release");
        let waits_for_made = release.is_none_or(|trigger| trigger.types.as_deref().is_none_or(is_made));
        let is_release = |event: &str| event == "release" && waits_for_made;
        let is_tag = |event: &str, is_for_tag: bool| event == "create" || (event == "push" && is_for_tag);
        if !runs
            .iter()
            .all(|run| is_release(&run.event) || is_tag(&run.event, run.is_for_tag))
        {
            return None;
        }
        let types = release.and_then(|trigger| trigger.types.as_ref());
        let is_created_alone = types.is_some_and(|types| types.iter().all(|kind| kind.value == "created"));
        Some(Self {
            trigger: first,
            releases: runs.iter().any(|run| is_release(&run.event)),
            tags: runs.iter().any(|run| is_tag(&run.event, run.is_for_tag)),
            only_created: is_created_alone && runs.iter().all(|run| is_release(&run.event)),
            starts_by_hand: !by_hand.is_empty(),
        })
    }

    /// What creates it in another workflow, so that this one does not start.
    fn maker(&self, context: &CheckContext<'_>, path: &FilePath) -> Option<EventMaker> {
        let sources = context.sources;
        // All workflows share one fact.
        let shared = sources.workflow_paths().next().unwrap_or(path);
        let all: Arc<dyn AsRef<[EventMaker]>> = match self.tags {
            true => sources.fact::<Makers<true>>(shared),
            false => sources.fact::<Makers<false>>(shared),
        };
        let makers = || {
            let all = (*all).as_ref().iter();
            all.filter(|maker| self.releases || !maker.is_for_tag)
                // In its own workflow the job may be one that runs for the tag.
                .filter(|maker| maker.place.path != *path || maker.is_only_source)
                .filter(|maker| match maker.made {
                    // An action that also updates releases is used for a tag that exists.
                    MadeEvent::Release => self.releases || (self.tags && maker.is_only_source),
                    MadeEvent::Tag => self.tags,
                    MadeEvent::Draft => self.only_created,
                })
        };
        let only = makers().find(|maker| maker.is_only_source);
        only.or_else(|| makers().next()).cloned()
    }
}

/// What makes tags and releases in the workflows that neither run for releases nor start others. For one that waits for a tag,
/// those that run for tags are not searched either.
#[derive(PartialEq)]
struct Makers<const OF_TAGS: bool>(Vec<EventMaker>);

impl<const OF_TAGS: bool> AsRef<[EventMaker]> for Makers<OF_TAGS> {
    fn as_ref(&self) -> &[EventMaker] {
        &self.0
    }
}

impl<const OF_TAGS: bool> FileFact for Makers<OF_TAGS> {
    fn find(sources: &Sources<'_>, _: &FilePath) -> Self {
        let counting = sources.workflow_paths().filter(|path| {
            let runs = sources.fact::<Runs>(path);
            let is_after = runs.for_releases || (OF_TAGS && runs.for_tags);
            !is_after && !sources.fact::<StartsOthers>(path).0
        });
        Self(
            counting
                .flat_map(|path| sources.fact::<MadeEvents>(path).0.clone())
                .collect(),
        )
    }
}

/// What a workflow runs for. A run for a release adds files to it instead of creating it.
#[derive(PartialEq)]
struct Runs {
    /// Whether it or a workflow that calls it runs for releases.
    for_releases: bool,
    /// Whether it or a workflow that calls it runs for releases or tags only.
    for_tags: bool,
}

impl FileFact for Runs {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        let callers = sources.callers_of(path).iter().map(|caller| &caller.path);
        let workflows = callers.chain([path]).filter_map(|path| sources.workflow(path));
        let triggers: Vec<&Trigger> = workflows.flat_map(|workflow| &workflow.triggers).collect();
        Self {
            for_releases: triggers.iter().any(|trigger| trigger.name.value == "release"),
            for_tags: triggers.iter().any(|trigger| trigger.is_for_tags()),
        }
    }
}

/// Whether the text of a workflow starts other workflows.
#[derive(PartialEq)]
struct StartsOthers(bool);

impl FileFact for StartsOthers {
    fn find(sources: &Sources<'_>, path: &FilePath) -> Self {
        const STARTS: [&str; 6] = [
            "gh workflow run",
            "WorkflowDispatch",
            "/dispatches",
            "repository-dispatch",
            "workflow-dispatch",
            "DispatchEvent",
        ];
        let text = sources.file(path).map_or("", |file| &file.text);
        Self(STARTS.iter().any(|sign| text.contains(sign)))
    }
}

/// Whether one of the activity types happens when a release is created.
fn is_made(types: &[Ranged<String>]) -> bool {
    let made = ["published", "created", "released", "prereleased"];
    types.iter().any(|kind| made.contains(&kind.value.as_str()))
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "release-not-triggered";
    const CERTAIN: &str = "release
#   ^^^^^^^ warning[release-not-triggered]: `tag.yml` creates the release with its `GITHUB_TOKEN`, so `npm publish` never runs for it
#   ^^^^^^^ help[release-not-triggered]: GitHub starts no workflow for events that this token triggers. Publish in that workflow, …
";
    const POSSIBLE: &str = "release\n#   ^^^^^^^ information[release-not-triggered]: …\n";

    fn repository(on: &str, steps: &str) -> String {
        format!(
            "\
#- .github/workflows/publish.yml
on: {on}jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - run: npm publish
#- .github/workflows/tag.yml
on: push
jobs:
  tag:
    runs-on: ubuntu-24.04
    steps:
{steps}"
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
    fn the_release_may_exist_or_the_workflow_be_started_by_hand() {
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
            "      - run: gh release create v1 --draft\n        env: { GH_TOKEN: '${{ github.token }}' }\n",
            "      - uses: actions/checkout@v6\n      - run: git push --tags\n",
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

    const TAG: &str = "
  push:
# ^^^^ warning[release-not-triggered]: …
    tags: ['v*']
";

    #[test]
    fn a_tag_of_a_workflow_starts_nothing() {
        let checkout = "      - uses: actions/checkout@v6\n";
        let token = "        env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }\n";
        for steps in [
            PLEASE.to_owned(),
            GH.to_owned(),
            format!("{checkout}      - run: git push --follow-tags\n"),
            format!("{checkout}      - run: npm version patch && git push origin \"v$VERSION\"\n"),
            format!("{checkout}      - run: npm run ship\n"),
            format!("      - uses: anothrNick/github-tag-action@v1\n{token}"),
            format!("      - run: npx semantic-release\n{token}"),
            "      - uses: mathieudutour/github-tag-action@v6.2\n        with: { github_token: '${{ github.token }}' }\n".to_owned(),
            "      - uses: changesets/action@v1\n        with: { publish: npm run tag }\n".to_owned(),
            "      - uses: ./.github/actions/tag\n        with: { token: '${{ github.token }}' }\n".to_owned(),
            "      - uses: actions/github-script@v8\n        with:\n          script: |\n            await github.rest.git.createRef({\n              \
             ref: `refs/tags/v${version}`, sha: context.sha })\n"
                .to_owned(),
        ] {
            let others = r#"#- .github/actions/tag/action.yml
inputs: { token: {} }
runs:
  using: composite
  steps:
    - uses: mathieudutour/github-tag-action@v6
      with: { github_token: '${{ inputs.token }}' }
#- package.json
{ "scripts": { "ship": "npm version patch && git push --tags" } }
"#;
            check_rule(RULE, &format!("{}{others}", repository(TAG, &steps)));
        }
    }

    #[test]
    fn another_token_pushes_the_tag_or_nothing_does() {
        for steps in [
            "      - uses: actions/checkout@v6\n        with: { token: '${{ secrets.PAT }}' }\n      - run: git push --tags\n",
            "      - uses: actions/checkout@v6\n        with: { ssh-key: '${{ secrets.KEY }}' }\n      - run: git push --tags\n",
            "      - uses: actions/checkout@v6\n      - uses: webfactory/ssh-agent@v1\n      - run: git push --tags\n",
            "      - uses: actions/checkout@v6\n      - run: git push\n",
            "      - uses: actions/checkout@v6\n      - run: git push -f origin v1\n",
            "      - uses: actions/checkout@v6\n      - run: git push origin \"release/v$VERSION\"\n",
            "      - uses: actions/checkout@v6\n      - run: git push --set-upstream origin bump-v$VERSION\n",
            "      - uses: actions/checkout@v6\n      - run: git checkout -b \"v$VERSION\"\n      - run: git push origin v${VERSION}\n",
            "      - uses: changesets/action@v1\n        with: { version: npm run version }\n",
            "      - uses: anothrNick/github-tag-action@v1\n        env: { GITHUB_TOKEN: '${{ secrets.PAT }}' }\n",
            "      - uses: softprops/action-gh-release@v2\n        with: { tag_name: nightly }\n",
        ] {
            check_rule(RULE, &repository("\n  push:\n    tags: ['v*']\n", steps));
        }
        let branches = "\n  push:\n    tags: ['v*']\n    branches: [main]\n";
        check_rule(RULE, &repository(branches, PLEASE));
        check_rule(RULE, &repository("\n  release: { types: [edited] }\n", PLEASE));
    }

    #[test]
    fn a_script_or_an_action_pushes_with_credentials_of_its_own() {
        let files = |text: &str| {
            format!(
                "#- .github/actions/tag/action.yml\nruns:\n  using: composite\n  steps:\n    - run: {text}\n      shell: bash\n#- on demand: tag.sh\n\
                 {text}\n"
            )
        };
        for step in ["uses: ./.github/actions/tag", "run: bash tag.sh"] {
            let steps = format!("      - uses: actions/checkout@v6\n      - {step}\n");
            let push = "git push origin refs/tags/v1.0.0";
            check_rule(RULE, &(repository(TAG, &steps) + &files(push)));
            let clone = format!("git clone https://x:$TOKEN@github.com/acme/w w && cd w && {push}");
            check_rule(
                RULE,
                &(repository("\n  push:\n    tags: ['v*']\n", &steps) + &files(&clone)),
            );
        }
    }

    #[test]
    fn a_draft_is_published_or_never_created() {
        let published = "      - run: |\n          gh release create v1 --draft\n          gh release edit v1 --draft=false\n        env: \
                         { GH_TOKEN: '${{ github.token }}' }\n";
        check_rule(RULE, &repository(CERTAIN, published));
        let draft = "      - uses: softprops/action-gh-release@v2\n        with: { draft: true, token: '${{ secrets.PAT }}' }\n";
        check_rule(
            RULE,
            &repository(
                "\n  release:\n# ^^^^^^^ warning[release-not-triggered]: `tag.yml` creates the release as a draft, …\n    types: [created]\n",
                draft,
            ),
        );
        check_rule(RULE, &repository("\n  release: { types: [published] }\n", draft));
        let drafter = "      - uses: release-drafter/release-drafter@v6\n";
        check_rule(
            RULE,
            &repository(
                "\n  release:\n# ^^^^^^^ warning[release-not-triggered]: …\n    types: [created]\n",
                drafter,
            ),
        );
        check_rule(
            RULE,
            &repository("\n  release: { types: [published] }\n", drafter),
        );
    }

    #[test]
    fn a_named_tag_of_a_run_for_a_branch_is_new() {
        let named = "      - uses: softprops/action-gh-release@v2\n        with: { tag_name: 'v${{ steps.v.outputs.version }}' }\n";
        let on_main = |fixture: String| fixture.replace("on: push\n", "on: { push: { branches: [main] } }\n");
        check_rule(RULE, &on_main(repository(CERTAIN, named)));
        check_rule(RULE, &on_main(repository(POSSIBLE, SOFTPROPS)));
        check_rule(RULE, &repository(POSSIBLE, named));
    }

    /// One workflow for branches and tags: its first job makes the release, and the second has this condition.
    fn in_one_file(condition: &str, first: &str, mark: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on:
  push:
{mark}    branches: [main]
    tags: ['v*']
jobs:
  first:
    runs-on: ubuntu-24.04
    steps:
{first}  publish:
    if: {condition}
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - run: npm publish
"
        )
    }

    #[test]
    fn the_same_workflow_does_not_start_again_for_its_tag() {
        let mark = "# ^^^^ warning[release-not-triggered]: …\n";
        for condition in ["startsWith(github.ref, 'refs/tags/')", "github.ref_type == 'tag'"] {
            check_rule(RULE, &in_one_file(condition, PLEASE, mark));
        }
        check_rule(RULE, &in_one_file("github.ref == 'refs/heads/main'", PLEASE, ""));
        check_rule(RULE, &in_one_file("github.ref_type == 'tag'", SOFTPROPS, ""));
        let for_tags = format!("{GH}        if: startsWith(github.ref, 'refs/tags/')\n");
        check_rule(RULE, &in_one_file("github.ref_type == 'tag'", &for_tags, ""));
    }
}
