use crate::checker::prelude::*;
use crate::edit::yaml::remove_entry;
use crate::fixes::builder::{editable, entry_around, fix_of_file};
use crate::fixes::permissions::node_of;
use crate::publish::{IgnoredBy, IgnoredFailure};
use crate::text::{TextEdit, TextRange};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step whose failure does not fail the run: `continue-on-error: true` on its step or its job,
    /// `npm publish || true`, `|| exit 0`, `|| echo …`, `| tee log` in a shell without `pipefail`, and `set +e` before it.
    ///
    /// It is a warning if the job can request an ID token. It is information if the job publishes with a token, or if the
    /// command is in a loop or a branch, where one package of several may be meant to fail. The rule reports nothing if
    /// something after the command checks how it ended: `steps.<id>.outcome`, `$?`, or `npm view`.
    ///
    /// ## Why it matters
    ///
    /// Mistakes in the setup of trusted publishing only show up when a version is published, as an npm error:
    ///
    /// ```text
    /// npm error code E404
    /// npm error 404 Not Found - PUT https://registry.npmjs.org/@acme%2fwidget
    /// ```
    ///
    /// If the failure is hidden, the run is green, tags and release notes are created, but the version is not on npm. The
    /// usual reason for hiding it is a version that is already published; it is better to check for that first.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish || true
    /// ```
    ///
    /// ## Fix
    ///
    /// Let the publish fail, and check first if the version may already be published.
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
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm view "@acme/widget@$VERSION" version || npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepscontinue-on-error>
    PUBLISH_FAILURE_IGNORED {
        id: "publish-failure-ignored",
        summary: "The workflow hides a failing publish step.",
        severity: Warning,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some(ignored) = &site.outcome.ignored_failure else {
            continue;
        };
        if !site.target.is_npm() || is_looked_at(context, site) {
            continue;
        }
        let uses_oidc = site.identity.id_token.grant == Grant::Yes
            && matches!(site.intent(), Intent::Oidc | Intent::Both);
        let severity = if uses_oidc && !site.publishing_tool.is_guess && !site.command.is_conditional {
            Severity::Warning
        } else {
            Severity::Information
        };
        let diagnostic = PUBLISH_FAILURE_IGNORED
            .at(&ignored.place, severity, message(site, ignored))
            .help(help(site, ignored))
            .fix(let_it_fail(context, ignored));
        let diagnostic = if ignored.by == IgnoredBy::Script {
            diagnostic
        } else {
            diagnostic.related(&site.place, "published here")
        };
        findings.push(diagnostic);
    }
}

fn message(site: &Site<'_>, ignored: &IgnoredFailure) -> String {
    let what = match ignored.by {
        IgnoredBy::Step | IgnoredBy::Job => "`continue-on-error` hides",
        IgnoredBy::Script => "The script hides",
        IgnoredBy::Pipe => "A pipe without `pipefail` hides",
        IgnoredBy::ErrexitOff => "`set +e` hides",
    };
    format!(
        "{what} a failure of `{}`, so the run still succeeds",
        site.publishing_tool.command
    )
}

fn help(site: &Site<'_>, ignored: &IgnoredFailure) -> String {
    let also = match site.identity.id_token.grant {
        Grant::Yes => "This also hides a rejected ID token. ",
        Grant::No | Grant::Unknown => "",
    };
    let advice = match ignored.by {
        IgnoredBy::Step | IgnoredBy::Job => "Remove it",
        IgnoredBy::Script | IgnoredBy::ErrexitOff => "Let the command fail",
        IgnoredBy::Pipe => "Add `set -o pipefail` or `shell: bash`",
    };
    format!("{also}{advice}, and check with `npm view` first if the version may already be published.")
}

/// Whether something after the command checks how it ended, as far as its file shows.
fn is_looked_at(context: &CheckContext<'_>, site: &Site<'_>) -> bool {
    let Some(file) = context.sources.file(&site.step.path) else {
        return false;
    };
    let asks_step = site.step.step.id.as_ref().is_some_and(|id| {
        let outcome = format!("steps.{}.outcome", id.value);
        file.text.contains(&outcome)
    });
    let publish = if site.place.path == site.step.path {
        site.command.range.end()
    } else {
        site.step.step.range.start()
    };
    let after_publish = file.text.get(publish..).unwrap_or_default();
    let asks_registry = ["npm view", "npm info", "npm show"]
        .iter()
        .any(|command| after_publish.contains(command));
    asks_step || asks_registry
}

/// Removes `continue-on-error`, or `|| true`.
fn let_it_fail(context: &CheckContext<'_>, ignored: &IgnoredFailure) -> Option<Fix> {
    let place = &ignored.place;
    let file = editable(context, &place.path)?;
    match ignored.by {
        IgnoredBy::Step | IgnoredBy::Job => {
            let (mapping, entry) = entry_around(node_of(file, place)?)?;
            let edits = remove_entry(&file.text, mapping, entry.key.as_str()?);
            fix_of_file(
                "Remove `continue-on-error`",
                Applicability::Unsafe,
                &place.path,
                edits,
            )
        }
        IgnoredBy::Script => {
            let after = file.text.get(place.range.end()..)?;
            let rest = after.trim_start_matches(' ').strip_prefix("||")?;
            let rest = rest.trim_start_matches(' ').strip_prefix("true")?;
            let is_whole_word = rest.is_empty() || rest.starts_with([' ', '\r', '\n', ';', '"', '\'']);
            let end = place.range.end() + after.len() - rest.len();
            let edits = vec![TextEdit::delete(TextRange::new(place.range.end(), end))];
            is_whole_word
                .then(|| fix_of_file("Remove `|| true`", Applicability::Unsafe, &place.path, Ok(edits)))
                .flatten()
        }
        IgnoredBy::Pipe | IgnoredBy::ErrexitOff => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    const RULE: &str = "publish-failure-ignored";

    fn job(steps: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}"
        )
    }

    #[test]
    fn a_step_may_go_on() {
        check_rule(
            RULE,
            &job("      - run: npm publish
        continue-on-error: true
#                          ^^^^ warning💡?[publish-failure-ignored]: `continue-on-error` hides a failure of `npm publish`, so the run still succeeds
"),
        );
        check_rule(
            RULE,
            &job("      - uses: JS-DevTools/npm-publish@v4
        continue-on-error: true
#                          ^^^^ warning💡?[publish-failure-ignored]: `continue-on-error` hides a failure of `js-devtools/npm-publish`, …
"),
        );
        check_rule(
            RULE,
            &job("      - run: npm publish\n        continue-on-error: ${{ inputs.soft }}\n"),
        );
        check_rule(
            RULE,
            &job("      - run: npm publish\n      - run: ./notify.sh\n        continue-on-error: true\n"),
        );
    }

    #[test]
    fn a_job_may_go_on() {
        let job = job("      - run: npm publish\n").replace(
            "    steps:",
            "    continue-on-error: true\n#                      ^^^^ warning💡?[publish-failure-ignored]: …\n    steps:",
        );
        check_rule(RULE, &job);
    }

    #[test]
    fn a_script_may_hide_it() {
        check_rule(
            RULE,
            &job("      - run: npm publish || echo 'already there'
#            ^^^^^^^^^^^ warning[publish-failure-ignored]: The script hides a failure of `npm publish`, …
"),
        );
        check_rule(
            RULE,
            &job("      - run: |
          set +e
#         ^^^^^^ warning[publish-failure-ignored]: `set +e` hides a failure of `npm publish`, …
          npm publish
          echo done
"),
        );
        for script in [
            "npm publish || exit 1",
            "npm view w@1 || npm publish",
            "set +e; npm publish",
            "set +e; make; set -e; npm publish; echo done",
            "set +e; npm publish; CODE=$?; echo $CODE; exit $CODE",
        ] {
            check_rule(RULE, &job(&format!("      - run: {script}\n")));
        }
    }

    #[test]
    fn a_pipe_hides_it_without_pipefail() {
        let mark =
            |step: &str| format!("{step}\n#            ^^^^^^^^^^^ warning[publish-failure-ignored]: …\n");
        check_rule(RULE, &job(&mark("      - run: npm publish | tee publish.log")));
        check_rule(
            RULE,
            &job(&mark("      - run: npm publish |& tee publish.log; ls")),
        );
        check_rule(RULE, &job(&mark("      - run: npm publish || exit 0")));
        let script = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\", \"scripts\": { \"release\": \"npm publish | \
                      tee log\" } }\n";
        let step = "      - run: npm run release\n#            ^^^^^^^^^^^^^^^ warning[publish-failure-ignored]: …\n        shell: bash\n";
        check_rule(RULE, &(job(step) + script));
        for step in [
            "- run: npm publish | tee log\n        shell: bash",
            "- run: npm publish | tee log\n        shell: pwsh",
            "- run: set -o pipefail; npm publish | tee log",
            "- run: set -euo pipefail && npm publish | tee log",
            "- run: npm publish | tee log; exit ${PIPESTATUS[0]}",
            "- run: echo y | npm publish",
            "- run: npm publish || exit 1",
            "- run: npm publish || { echo failed; exit 1; }",
        ] {
            check_rule(RULE, &job(&format!("      {step}\n")));
        }
        let defaults = job("      - run: npm publish | tee log\n")
            .replace("jobs:", "defaults: { run: { shell: bash } }\njobs:");
        check_rule(RULE, &defaults);
    }

    #[test]
    fn an_expression_may_say_so() {
        let step = "      - run: npm publish\n        continue-on-error: ${{ true }}\n#                          ^^^^^^^^^^^ warning💡?[publish-failure-ignored]: …\n";
        check_rule(RULE, &job(step));
    }

    #[test]
    fn it_is_information_if_less_is_certain() {
        check_rule(
            RULE,
            &job("      - run: for p in a b; do npm publish $p || true; done
#                             ^^^^^^^^^^^^^^ information💡?[publish-failure-ignored]: …
"),
        );
        check_rule(
            RULE,
            &job("      - run: npm publish || true
#            ^^^^^^^^^^^ information💡?[publish-failure-ignored]: …
        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}' }
")
            .replace(", id-token: write", ""),
        );
    }

    #[test]
    fn a_failure_that_is_checked_afterwards_is_not_reported() {
        check_rule(
            RULE,
            &job(
                "      - id: publish\n        run: npm publish\n        continue-on-error: true\n      - if: steps.publish.outcome == 'failure'\n        run: ./report.sh\n",
            ),
        );
        check_rule(
            RULE,
            &job("      - run: npm publish || true\n      - run: npm view w@1.0.0\n"),
        );
    }

    #[test]
    fn the_cause_is_removed() {
        check_fix(
            RULE,
            &job("      - run: npm publish || true # now\n"),
            &job("      - run: npm publish # now\n"),
        );
        check_fix(
            RULE,
            &job("      - run: npm publish\n        continue-on-error: true\n        env: { A: b }\n"),
            &job("      - run: npm publish\n        env: { A: b }\n"),
        );
    }
}
