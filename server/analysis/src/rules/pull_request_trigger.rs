use crate::checker::prelude::*;
use crate::model::job::Job;
use crate::model::read::find_input;
use crate::model::workflow::{Trigger, Workflow};
use crate::publish::EvalScope;
use crate::publish::{Tool, VersionChange};
use crate::text::Ranged;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step that a pull request starts: `on: pull_request` and `on: pull_request_target`.
    ///
    /// It reports nothing if a condition of the job, of a job that it needs, of the step or in the script may exclude pull
    /// requests. The same goes for a list of `types` without new and changed pull requests, for example `types: [closed]`.
    ///
    /// ## Why it matters
    ///
    /// GitHub gives no ID token and no secrets to a pull request from a fork, whatever `permissions` says, so npm fails
    /// with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// A pull request from a branch of the repository gets both, and is published before anyone has reviewed it.
    /// `pull_request_target` provides the ID token for forks too: if the job checks out the pull request's code, build scripts
    /// of anyone with an account run next to a token that can publish the package.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on:
    ///   push:
    ///     branches: [main]
    ///   pull_request:
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
    /// on:
    ///   push:
    ///     branches: [main]
    ///   pull_request:
    /// jobs:
    ///   publish:
    ///     if: github.event_name == 'push'
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
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request>
    /// - <https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/>
    PULL_REQUEST_TRIGGER {
        id: "pull-request-trigger",
        summary: "A pull request starts the publish step.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

/// Tools that detect by themselves that they run for a pull request, or that publish previews of it on purpose.
const KNOWS_PULL_REQUESTS: [Tool; 5] = [
    Tool::SemanticRelease,
    Tool::SemanticReleaseNpm,
    Tool::Auto,
    Tool::Script,
    Tool::Action,
];

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some((path, workflow)) = site.job.starting_workflow() else {
            continue;
        };
        for trigger in &workflow.triggers {
            let event = trigger.name.value.as_str();
            if !matches!(event, "pull_request" | "pull_request_target")
                || !is_for_new_commits(trigger)
                || !may_publish_for(context, site, event)
            {
                continue;
            }
            let Some((severity, message, help)) = judge(site, event) else {
                continue;
            };
            let place = Place::new(path, trigger.name.range);
            let diagnostic = PULL_REQUEST_TRIGGER
                .at(&place, severity, message)
                .help(help)
                .related(&site.place, "published here");
            findings.push(diagnostic);
        }
    }
}

fn is_for_new_commits(trigger: &Trigger) -> bool {
    trigger.types.as_ref().is_none_or(|types| {
        types
            .iter()
            .any(|kind| matches!(kind.value.as_str(), "opened" | "synchronize" | "reopened"))
    })
}

const OTHER_EVENTS: &str = "Publish on `push`, `release` or `workflow_dispatch` instead.";

/// The severity, the message and the help; none if nothing should be reported.
fn judge(site: &Site<'_>, event: &str) -> Option<(Severity, String, String)> {
    let command = &site.publishing_tool.command;
    let can_publish = site.identity.id_token.grant == Grant::Yes;
    if event == "pull_request_target" {
        // Unlike `pull_request`, it has the secrets for forks too.
        let can_publish = can_publish || !site.credentials.tokens.is_empty();
        let (message, why) = match checks_out_head(site) {
            true if site.identity.id_token.grant == Grant::Yes => (
                format!(
                    "Anyone who opens a pull request can run code with access to the ID token of `{command}`"
                ),
                "`pull_request_target` grants it to forks too, and the job checks out their commit.",
            ),
            true => (
                format!(
                    "Anyone who opens a pull request can run code with access to the token of `{command}`"
                ),
                "`pull_request_target` gives secrets to forks too, and the job checks out their commit.",
            ),
            false => (
                format!("Anyone who opens a pull request starts `{command}`"),
                "`pull_request_target` can publish for forks too.",
            ),
        };
        return can_publish.then(|| (Severity::Warning, message, format!("{why} {OTHER_EVENTS}")));
    }
    let has_token = site.credentials.tokens.iter().any(|token| site.can_use(token));
    if !can_publish && !has_token {
        return None;
    }
    let severity = match site.intent() {
        // A preview of the pull request has its own version and is intended.
        Intent::Oidc | Intent::Token if site.packages.doubt.version != VersionChange::Possible => {
            Severity::Warning
        }
        _ => Severity::Information,
    };
    let from_fork = match can_publish {
        true => "From a fork, it may fail with ENEEDAUTH because GitHub gives forks no ID token.",
        false => "From a fork, it may fail because GitHub gives forks no secrets.",
    };
    let message =
        format!("`{command}` also runs for pull requests: from a branch, it publishes unmerged code");
    let help = format!("{from_fork} Add `if: github.event_name != 'pull_request'` to the job.");
    Some((severity, message, help))
}

/// Whether the job checks out the commit of the pull request rather than that of the base branch.
fn checks_out_head(site: &Site<'_>) -> bool {
    let steps = site.job.job.map_or(&[][..], |job| &job.steps);
    steps
        .iter()
        .filter(|step| step.uses_action("actions/checkout"))
        .filter_map(|step| find_input(&step.with, "ref"))
        .any(|input| {
            ["pull_request.head", "github.head_ref", "refs/pull/"]
                .iter()
                .any(|sign| input.value.value.contains(sign))
        })
}

/// Whether nothing keeps a run of this event from publishing. Whatever may keep it from publishing counts as doing so.
fn may_publish_for(context: &CheckContext<'_>, site: &Site<'_>, event: &str) -> bool {
    let scope = EvalScope {
        event: Some(event),
        ..EvalScope::default()
    };
    let holds = |condition: Option<&Ranged<String>>| {
        condition.is_none_or(|condition| scope.condition(&condition.value) == Truth::Yes)
    };
    let jobs_hold = |workflow: &Workflow, job: &Job| {
        let needed = needed_jobs(workflow, job);
        needed.iter().all(|job| holds(job.condition.as_ref()))
    };
    let (Some(workflow), Some(job)) = (site.job.workflow, site.job.job) else {
        return false;
    };
    let is_known_command = site.target.is_npm()
        && !site.publishing_tool.is_guess
        && !site.command.is_conditional
        && !KNOWS_PULL_REQUESTS.contains(&site.publishing_tool.tool);
    is_known_command
        && !is_dynamic(context, site)
        && jobs_hold(workflow, job)
        && site
            .job
            .entry
            .callers
            .iter()
            .all(|calling| jobs_hold(calling.workflow, calling.job))
        && site
            .step
            .conditions
            .iter()
            .all(|condition| scope.condition(condition) == Truth::Yes)
}

/// Whether an expression or a variable in the command may make it do something else, such as `--dry-run`.
fn is_dynamic(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    let file = context.sources.file(&site.place.path);
    file.is_none_or(|file| site.command.range.slice(&file.text).contains('$'))
}

/// A job and all that must have run before it.
fn needed_jobs<'w>(workflow: &'w Workflow, job: &'w Job) -> Vec<&'w Job> {
    let mut found = vec![job];
    let mut next = 0;
    while let Some(job) = found.get(next).copied() {
        next += 1;
        for needed in &job.needs {
            let known = workflow.jobs.iter().find(|other| other.id.value == needed.value);
            if let Some(known) = known.filter(|known| found.iter().all(|job| job.id != known.id)) {
                found.push(known);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "pull-request-trigger";

    fn job(on: &str, guard: &str, steps: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on:
{on}jobs:
  publish:
{guard}    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}"
        )
    }

    const ON_MARKED: &str = "  push:
  pull_request:
# ^^^^^^^^^^^^ warning[pull-request-trigger]: `npm publish` also runs for pull requests: from a branch, it publishes unmerged code
";
    const ON: &str = "  pull_request: { branches: [main] }\n";
    const PUBLISH: &str = "      - run: npm publish\n";

    #[test]
    fn pull_requests_reach_the_publish() {
        check_rule(RULE, &job(ON_MARKED, "", PUBLISH));
        for guard in [
            "    if: always()\n",
            "    if: github.event_name == 'pull_request' || github.ref == 'refs/heads/main'\n",
            "    if: ${{ github.event_name != 'schedule' }}\n",
        ] {
            check_rule(RULE, &job(ON_MARKED, guard, PUBLISH));
        }
    }

    #[test]
    fn a_condition_may_exclude_pull_requests() {
        for guard in [
            "    if: github.event_name == 'push'\n",
            "    if: ${{ github.event_name != 'pull_request' && github.ref == 'refs/heads/main' }}\n",
            "    if: github.ref == 'refs/heads/main'\n",
            "    if: startsWith(github.ref, 'refs/tags/')\n",
        ] {
            check_rule(RULE, &job(ON, guard, PUBLISH));
            check_rule(RULE, &job(ON, "", &format!("{PUBLISH}    {guard}")));
            let needed = format!(
                "{}  gate:\n    runs-on: ubuntu-24.04\n{guard}",
                job(ON, "    needs: gate\n", PUBLISH)
            );
            check_rule(RULE, &needed);
        }
        for steps in [
            "      - run: if [ \"$GITHUB_EVENT_NAME\" = push ]; then npm publish; fi\n",
            "      - run: npm publish ${{ github.event_name == 'pull_request' && '--dry-run' || '' }}\n",
            "      - run: npx semantic-release\n",
        ] {
            check_rule(RULE, &job(ON, "", steps));
        }
        check_rule(RULE, &job("  pull_request: { types: [closed] }\n", "", PUBLISH));
    }

    #[test]
    fn the_caller_s_event_counts() {
        let callee = job("  workflow_call:\n", "", PUBLISH);
        let caller = "#- .github/workflows/ci.yml
on: [push, pull_request]
#          ^^^^^^^^^^^^ warning[pull-request-trigger]: …
permissions: { contents: read, id-token: write }
jobs:
  release:
    uses: ./.github/workflows/release.yml
";
        check_rule(RULE, &format!("{callee}{caller}"));
        let guarded = caller
            .replace("#          ^^^^^^^^^^^^ warning[pull-request-trigger]: …\n", "")
            .replace("    uses:", "    if: github.event_name == 'push'\n    uses:");
        check_rule(RULE, &format!("{callee}{guarded}"));
    }

    #[test]
    fn code_of_strangers_runs_next_to_an_id_token() {
        let on = "  pull_request_target:\n";
        let marked = "  pull_request_target:
# ^^^^^^^^^^^^^^^^^^^ warning[pull-request-trigger]: Anyone who opens a pull request can run code with access to the ID token of `npm publish`
# ^^^^^^^^^^^^^^^^^^^ help[pull-request-trigger]: `pull_request_target` grants it to forks too, and the job checks out their commit. …
";
        let checkout = |with: &str| format!("      - uses: actions/checkout@v5\n{with}{PUBLISH}");
        let head = checkout("        with: { ref: '${{ github.event.pull_request.head.sha }}' }\n");
        check_rule(RULE, &job(marked, "", &head));
        check_rule(
            RULE,
            &job(on, "    if: github.event.pull_request.merged == true\n", &head),
        );
        // Anyone can make it publish the base branch's own code.
        let starts = marked.replace(
            "can run code with access to the ID token of `npm publish`",
            "starts `npm publish`",
        );
        let starts = starts.replace(
            "grants it to forks too, and the job checks out their commit. …",
            "can publish for forks too. …",
        );
        check_rule(RULE, &job(&starts, "", &checkout("")));
        let with_token = checkout("") + "        env: { NPM_TOKEN: '${{ secrets.NPM_TOKEN }}' }\n";
        check_rule(
            RULE,
            &job(&starts, "", &with_token).replace(", id-token: write", ""),
        );
        check_rule(RULE, &job(on, "", &checkout("")).replace(", id-token: write", ""));
    }

    #[test]
    fn it_is_information_if_a_token_publishes_or_the_version_changes() {
        let told = ON_MARKED.replace("warning[", "information[");
        let name = "npm_config_//registry.npmjs.org/:_authToken";
        let token = format!("{PUBLISH}        env: {{ '{name}': '${{{{ secrets.NPM_TOKEN }}}}' }}\n");
        check_rule(RULE, &job(&told, "", &token));
        let preview = format!("      - run: npm version 0.0.0-pr --no-git-tag-version\n{PUBLISH}");
        check_rule(RULE, &job(&told, "", &preview));
        check_rule(
            RULE,
            &job(
                &told.replace(
                    "may fail with ENEEDAUTH",
                    "may fail, since GitHub gives forks no secrets",
                ),
                "",
                &format!("      - run: npm version 0.0.0-pr --no-git-tag-version\n{token}"),
            )
            .replace(", id-token: write", ""),
        );
    }

    #[test]
    fn a_secret_publishes_unmerged_code() {
        let name = "npm_config_//registry.npmjs.org/:_authToken";
        let token = format!("{PUBLISH}        env: {{ '{name}': '${{{{ secrets.NPM_TOKEN }}}}' }}\n");
        let marked = ON_MARKED.replace(
            "may fail with ENEEDAUTH",
            "may fail, since GitHub gives forks no secrets",
        );
        let with = |on: &str, guard: &str| job(on, guard, &token).replace(", id-token: write", "");
        check_rule(RULE, &with(&marked, ""));
        for (on, guard) in [
            ("  pull_request: { types: [closed] }\n", ""),
            (ON, "    if: github.event_name == 'push'\n"),
            ("  push:\n", ""),
        ] {
            check_rule(RULE, &with(on, guard));
        }
        // Nothing reads the variable, or there is none.
        let unread = token.replace(name, "NODE_AUTH_TOKEN");
        check_rule(RULE, &job(ON, "", &unread).replace(", id-token: write", ""));
        check_rule(RULE, &job(ON, "", PUBLISH).replace(", id-token: write", ""));
    }
}
