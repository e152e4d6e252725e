use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::edit::yaml::{EntryPosition, YamlSnippet, insert_entry};
use crate::fixes::builder::{editable, fix_of_file};
use crate::fixes::permissions::node_of;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `gh` command without `GH_TOKEN` or `GITHUB_TOKEN`, and a `git push` after a checkout with
    /// `persist-credentials: false`, where the job publishes later.
    ///
    /// The rule does not report runners that GitHub does not host, containers, and jobs in which an action or a script may provide
    /// a token: `gh auth`, a remote with a token in its URL, an SSH key, a line in `$GITHUB_ENV`.
    ///
    /// ## Why it matters
    ///
    /// A workflow's token is not in the environment unless a step puts it there. `gh` then fails with exit code 4:
    ///
    /// ```text
    /// gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.
    /// ```
    ///
    /// and git with exit code 128:
    ///
    /// ```text
    /// fatal: could not read Username for 'https://github.com': No such device or address
    /// ```
    ///
    /// The job stops there, and nothing is published.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: { push: { tags: ['v*'] } }
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
    ///       - run: gh release create "$GITHUB_REF_NAME"
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Give `gh` the job's token. The job's `permissions` decide what the token may do. A release needs `contents: write`.
    /// For `git push`, leave out `persist-credentials: false`, or push from another job.
    ///
    /// ```yaml,good
    /// on: { push: { tags: ['v*'] } }
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
    ///       - run: gh release create "$GITHUB_REF_NAME"
    ///         env:
    ///           GH_TOKEN: ${{ github.token }}
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/tutorials/authenticate-with-github_token>
    /// - <https://github.com/actions/checkout#usage>
    GITHUB_TOKEN_MISSING {
        id: "github-token-missing",
        summary: "A command before the publish needs a GitHub token and has none.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, missing_token) {
        let (command, is_git) = found.cause;
        let publish = &found.site.publishing_tool.command;
        let is_certain = found.stop.severity() == Severity::Error;
        let (what, help, remedy) = match is_git {
            true => (
                "The checkout keeps no credentials",
                "`persist-credentials: false` leaves git without a token.",
                "Remove it from the checkout.",
            ),
            false => (
                "Missing `GH_TOKEN`",
                "A step gets the token only if the workflow passes it on.",
                "Set `GH_TOKEN` to `${{ github.token }}`.",
            ),
        };
        let end = match is_certain {
            true => format!("`{command}` will fail, and `{publish}` is never reached"),
            false => format!("`{command}` may fail before `{publish}`"),
        };
        let fix = match is_git {
            true => None,
            false => give_token(context, &found.stop.place),
        };
        let message = format!("{what}: {end}");
        let diagnostic = found.report(&GITHUB_TOKEN_MISSING, message).help(help);
        findings.push(diagnostic.fix(fix).remedy(remedy));
    }
}

fn missing_token(cause: &StopCause) -> Option<(&String, bool)> {
    match cause {
        StopCause::NoGithubToken { command, is_git } => Some((command, *is_git)),
        _ => None,
    }
}

/// Puts the job's token into the environment of the step that holds a place.
fn give_token(context: &CheckContext<'_>, place: &Place) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let step = node_of(file, place)?.parent()?;
    step.get("run")?;
    let token = YamlSnippet::Scalar("${{ github.token }}".to_owned());
    let edits = match step.get("env") {
        Some(env) => insert_entry(&file.text, env, "GH_TOKEN", &token, EntryPosition::Last),
        None => {
            let env = YamlSnippet::Mapping(vec![("GH_TOKEN".to_owned(), token)]);
            insert_entry(&file.text, step, "env", &env, EntryPosition::Last)
        }
    };
    fix_of_file(
        "Set `GH_TOKEN` to the job's token",
        Applicability::Unsafe,
        &place.path,
        edits,
    )
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "github-token-missing";

    /// A job with this checkout and these steps before it publishes.
    fn job(runner: &str, checkout: &str, steps: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      contents: write
      id-token: write
    runs-on: {runner}
    steps:
      - uses: actions/checkout@v6{checkout}
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}
      - run: npm publish
"
        )
    }

    const OFF: &str = "\n        with: { persist-credentials: false }";

    #[test]
    fn gh_needs_a_token() {
        for (command, mark) in [
            ("gh release create v1", "^^^^^^^^^^^^^^^^^^^^"),
            ("gh api repos/a/b", "^^^^^^^^^^^^^^^^"),
            ("gh pr list", "^^^^^^^^^^"),
        ] {
            let steps = format!(
                "      - run: {command}\n        #    {mark} error💡?[github-token-missing]: Missing `GH_TOKEN`: …"
            );
            check_rule(RULE, &job("ubuntu-24.04", "", &steps));
        }
        check_sites(
            &job("ubuntu-24.04", "", "      - run: U=$(gh api user)"),
            "release.yml:13 publish; outcome=not-reached; error=-",
        );
    }

    #[test]
    fn gh_with_a_token_is_not_reported() {
        for steps in [
            "      - run: gh release create v1\n        env: { GH_TOKEN: '${{ github.token }}' }",
            "      - run: gh release create v1\n        env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }",
            "      - run: GH_TOKEN=$TOKEN gh release create v1",
            "      - run: export GH_TOKEN=$TOKEN && gh release create v1",
            "      - run: echo \"GH_TOKEN=$TOKEN\" >> $GITHUB_ENV\n      - run: gh release create v1",
            "      - run: cat .env >> $GITHUB_ENV\n      - run: gh release create v1",
            "      - run: gh auth login --with-token < token\n      - run: gh release create v1",
            "      - run: gh release create v1 || true",
            "      - run: gh release create v1\n        continue-on-error: true",
            "      - run: if gh release view v1; then echo there; fi",
            "      - run: gh --version",
            "      - run: gh release create --help",
            "      - run: gh release verify v1",
            "      - run: ./login.sh\n      - run: gh release create v1",
            "      - uses: acme/login@v1\n      - run: gh release create v1",
            "      - run: npm run build",
        ] {
            check_rule(RULE, &job("ubuntu-24.04", "", steps));
        }
        let steps = "      - run: gh release create v1";
        check_rule(RULE, &job("self-hosted", "", steps));
        check_rule(RULE, &job("${{ inputs.runner }}", "", steps));
        let container =
            job("ubuntu-24.04", "", steps).replace("    steps:", "    container: node:24\n    steps:");
        check_rule(RULE, &container);
        let of_job =
            job("ubuntu-24.04", "", steps).replace("    steps:", "    env: { GH_TOKEN: x }\n    steps:");
        check_rule(RULE, &of_job);
        let of_workflow = job("ubuntu-24.04", "", steps).replace("jobs:", "env: { GITHUB_TOKEN: x }\njobs:");
        check_rule(RULE, &of_workflow);
    }

    #[test]
    fn a_push_needs_the_credentials_of_the_checkout() {
        let steps = "      - run: git push --follow-tags\n        #    ^^^^^^^^^^^^^^^^^^^^^^ error[github-token-missing]: The checkout keeps no credentials: `git push` will fail, and `npm publish` is never reached\n        #    ^^^^^^^^^^^^^^^^^^^^^^ help[github-token-missing]: `persist-credentials: false` leaves git without a token. Remove it from the checkout.";
        check_rule(RULE, &job("ubuntu-24.04", OFF, steps));
        check_sites(
            &job("ubuntu-24.04", OFF, "      - run: git push origin HEAD"),
            "release.yml:14 publish; outcome=not-reached; error=-",
        );
    }

    #[test]
    fn a_push_that_may_have_credentials_is_not_reported() {
        for steps in [
            "      - run: git push || true",
            "      - run: git push https://x:$TOKEN@github.com/a/b",
            "      - run: git push \"$REMOTE\"",
            "      - run: git push backup",
            "      - run: git remote set-url origin https://x:$TOKEN@github.com/a/b && git push",
            "      - run: gh auth setup-git\n      - run: git push",
            "      - run: git config --global url.\"https://$TOKEN@github.com\".insteadOf https://github.com && git push",
            "      - run: echo \"machine github.com password $TOKEN\" > ~/.netrc\n      - run: git push",
            "      - run: git -c http.extraheader=\"$HEADER\" push",
            "      - run: ./login.sh\n      - run: git push",
            "      - uses: acme/login@v1\n      - run: git push",
            "      - uses: actions/checkout@v6\n      - run: git push",
            "      - run: git push\n        env: { GIT_ASKPASS: ./askpass }",
            "      - run: git push\n        working-directory: site",
        ] {
            check_rule(RULE, &job("ubuntu-24.04", OFF, steps));
        }
        let push = "      - run: git push";
        check_rule(RULE, &job("ubuntu-24.04", "", push));
        check_rule(RULE, &job("windows-2025", OFF, push));
        check_rule(RULE, &job("self-hosted", OFF, push));
        for with in [
            "{ persist-credentials: false, ssh-key: '${{ secrets.KEY }}' }",
            "{ persist-credentials: '${{ inputs.persist }}' }",
            "{ persist-credentials: true }",
        ] {
            check_rule(
                RULE,
                &job("ubuntu-24.04", &format!("\n        with: {with}"), push),
            );
        }
    }

    #[test]
    fn the_token_is_given_to_the_step() {
        check_fix(
            RULE,
            &job("ubuntu-24.04", "", "      - run: gh release create v1"),
            &job(
                "ubuntu-24.04",
                "",
                "      - run: gh release create v1\n        env:\n          GH_TOKEN: ${{ github.token }}",
            ),
        );
    }
}
