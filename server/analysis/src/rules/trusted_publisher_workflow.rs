use crate::checker::prelude::*;
use crate::checker::registrations::mismatches;
use crate::publish::RegistrationDifference;
use crate::text::FilePath;

declare_rule! {
    /// ## What it does
    ///
    /// Compares the workflow file that is registered on npm, according to `trustpub.toml`, with the file in which the run of a
    /// publish step starts, and reports a registered file that does not exist.
    ///
    /// If a reusable workflow publishes, the run starts in the workflow that calls it, and that is the one to register. A package
    /// may have up to 10 trusted publishers, and a step is reported only if it matches none of those that are listed for its package.
    ///
    /// ## Why it matters
    ///
    /// The ID token names the workflow file that an event started. npm compares it, letter case included, with the registered one
    /// and refuses the exchange if they differ. After a workflow is renamed, no publish works until a trusted publisher has the
    /// new name.
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "publish.yml"
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
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
    /// Add a trusted publisher for the workflow on npm, and then to `trustpub.toml`. npm does not let you edit an existing one: delete
    /// it if nothing uses it any more. Or give the workflow its old name.
    ///
    /// ```text,good
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "release.yml"
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
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
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://github.com/npm/documentation/pull/2034>: up to 10 trusted publishers, and none can be edited
    /// - <https://docs.npmjs.com/cli/commands/npm-trust>
    TRUSTED_PUBLISHER_WORKFLOW {
        id: "trusted-publisher-workflow",
        summary: "The trusted publisher on npm must name the workflow file in which the run starts.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for mismatch in mismatches(context, |difference| {
        matches!(difference, RegistrationDifference::Workflow(_))
    }) {
        let RegistrationDifference::Workflow(entry) = &mismatch.first.difference else {
            continue;
        };
        let site = mismatch.site;
        let registered = &mismatch.first.publisher.entry.workflow;
        let why = if registered.value.eq_ignore_ascii_case(entry) {
            "Letter case matters."
        } else if is_callee(site, &registered.value) {
            "npm checks the caller, not the called workflow."
        } else {
            "npm checks the file in which the run starts."
        };
        let message = format!(
            "The trusted publisher names `{}`, but the run starts in `{entry}`: {}",
            registered.value,
            mismatch.consequence()
        );
        let help = format!(
            "{} {why} Add one for `{entry}` on npm, and then to the configuration.",
            mismatch.owners()
        );
        let place = &site.place;
        let diagnostic = mismatch.diagnostic(&TRUSTED_PUBLISHER_WORKFLOW, place, message, registered.range);
        findings.push(diagnostic.help(help));
    }
    if let Some(config) = context.file.config() {
        for publisher in &config.trusted_publishers {
            let registered = &publisher.workflow;
            // Another repository's workflow is not in these files.
            let is_elsewhere = publisher
                .repository
                .as_ref()
                .is_some_and(|slug| context.sources.slug() != Some(&slug.value));
            if is_elsewhere || !is_missing(context, &registered.value) {
                continue;
            }
            let message = format!(
                "`.github/workflows/{}` does not exist: nothing can publish with this trusted publisher",
                registered.value
            );
            let place = Place::new(context.path, registered.range);
            findings.push(
                TRUSTED_PUBLISHER_WORKFLOW
                    .at(&place, Severity::Error, message)
                    .help("If the workflow was renamed, add a trusted publisher with its new name on npm, and delete this one."),
            );
        }
    }
}

fn is_missing(context: &CheckContext<'_>, name: &str) -> bool {
    FilePath::new(&format!(".github/workflows/{name}"))
        .is_some_and(|path| !(context.sources.file(&path).is_some() || context.sources.is_unreadable(&path)))
}

/// Whether the registered workflow is one that the run goes through, and not the one in which it starts.
fn is_callee(site: &Site<'_>, registered: &str) -> bool {
    let inner = site.job.entry.callers.iter().skip(1).map(|caller| &caller.path);
    inner
        .chain([&site.job.path])
        .any(|path| path.file_name() == registered)
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const JOB: &str = "\
#- package.json
{ \"name\": \"@acme/widget\", \"version\": \"1.2.3\" }
#- .github/workflows/release.yml
on: push
permissions: { contents: read, id-token: write }
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
";

    #[test]
    fn a_renamed_workflow_is_an_error_at_both_ends() {
        check_rule(
            "trusted-publisher-workflow",
            &format!(
                "{JOB}\
#            ^^^^^^^^^^^ error[trusted-publisher-workflow]: The trusted publisher names `publish.yml`, but the run starts in `release.yml`: `npm publish` will fail with ENEEDAUTH
#            ^^^^^^^^^^^ help[trusted-publisher-workflow]: It is registered for `@acme/widget`. npm checks the file in which the run starts. Add one for `release.yml` on npm, and then to the configuration.
#- trustpub.toml
[[trusted-publisher]]
package = \"@acme/*\"
workflow = \"publish.yml\"
#          ^^^^^^^^^^^^^ error[trusted-publisher-workflow]: `.github/workflows/publish.yml` does not exist: nothing can publish with this trusted publisher
#          ^^^^^^^^^^^^^ help[trusted-publisher-workflow]: If the workflow was renamed, add a trusted publisher with its new name on npm, and delete this one.
"
            ),
        );
    }

    #[test]
    fn the_letter_case_counts() {
        check_rule(
            "trusted-publisher-workflow",
            &format!(
                "{JOB}\
#            ^^^^^^^^^^^ error[trusted-publisher-workflow]: The trusted publisher names `Release.yml`, but the run starts in `release.yml`: `npm publish` will fail with ENEEDAUTH
#            ^^^^^^^^^^^ help[trusted-publisher-workflow]: It is registered for `@acme/widget`. Letter case matters. …
#- trustpub.toml
[[trusted-publisher]]
package = \"@acme/widget\"
workflow = \"Release.yml\"
#          ^^^^^^^^^^^^^ error[trusted-publisher-workflow]: `.github/workflows/Release.yml` does not exist: …
"
            ),
        );
    }

    #[test]
    fn a_match_and_other_packages_and_repositories_are_not_reported() {
        for publisher in [
            "package = \"@acme/widget\"\nworkflow = \"release.yml\"\n",
            // The name takes precedence over the glob.
            "package = \"@acme/*\"\nworkflow = \"other.yaml\"\nrepository = \"acme/other\"\n[[trusted-publisher]]\n\
             package = \"@acme/widget\"\nworkflow = \"release.yml\"\n",
            "package = \"@acme/other\"\nworkflow = \"release.yml\"\n",
        ] {
            let fixture = format!("{JOB}#- trustpub.toml\n[[trusted-publisher]]\n{publisher}");
            check_rule("trusted-publisher-workflow", &fixture);
        }
    }

    fn entry(workflow: &str) -> String {
        format!("[[trusted-publisher]]\npackage = \"@acme/widget\"\nworkflow = \"{workflow}\"\n")
    }

    const OTHERS: &str = "#- .github/workflows/ci.yml\non: push\n#- .github/workflows/docs.yml\non: push\n";

    #[test]
    fn one_of_several_that_fits_is_enough() {
        for workflows in [["release.yml", "ci.yml"], ["ci.yml", "release.yml"]] {
            let entries: String = workflows.iter().map(|name| entry(name)).collect();
            check_rule(
                "trusted-publisher-workflow",
                &format!("{JOB}{OTHERS}#- trustpub.toml\n{entries}"),
            );
        }
    }

    #[test]
    fn the_nearest_of_several_is_named() {
        let fixture = |entries: &str, mark: &str| format!("{JOB}{mark}{OTHERS}#- trustpub.toml\n{entries}");
        let first = "#            ^^^^^^^^^^^ error[trusted-publisher-workflow]: The trusted publisher names `ci.yml`, but …\n\
                     #            ^^^^^^^^^^^ help[trusted-publisher-workflow]: It is registered for `@acme/widget`. The other one does not match \
                     either. …\n";
        check_rule(
            "trusted-publisher-workflow",
            &fixture(&(entry("ci.yml") + &entry("docs.yml")), first),
        );
        // The environment of the first differs too.
        let nearer = "#            ^^^^^^^^^^^ error[trusted-publisher-workflow]: The trusted publisher names `docs.yml`, but …\n\
                      #            ^^^^^^^^^^^ help[trusted-publisher-workflow]: It is registered for `@acme/widget`. The 2 others do not match \
                      either. …\n";
        let further = entry("ci.yml") + "environment = \"npm\"\n";
        check_rule(
            "trusted-publisher-workflow",
            &fixture(&(further.clone() + &entry("docs.yml") + &further), nearer),
        );
    }

    /// The entries of another repository and of a glob count only where there are no others.
    #[test]
    fn entries_for_this_package_and_repository_go_first() {
        let elsewhere = entry("release.yml") + "repository = \"acme/other\"\n";
        let here = entry("ci.yml") + "repository = \"acme/widget\"\n";
        let mark = "#            ^^^^^^^^^^^ error[trusted-publisher-workflow]: The trusted publisher names `ci.yml`, but …\n";
        check_rule(
            "trusted-publisher-workflow",
            &format!("#- repository: acme/widget\n{JOB}{mark}{OTHERS}#- trustpub.toml\n{elsewhere}{here}"),
        );
        check_rule(
            "trusted-publisher-workflow",
            &format!("#- repository: acme/fork\n{JOB}{OTHERS}#- trustpub.toml\n{elsewhere}"),
        );
    }

    #[test]
    fn the_caller_of_a_reusable_workflow_has_to_be_registered() {
        check_rule(
            "trusted-publisher-workflow",
            r#"
            #- package.json
            { "name": "@acme/widget", "version": "1.2.3" }
            #- .github/workflows/release.yml
            on: push
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                uses: ./.github/workflows/publish.yml
            #- .github/workflows/publish.yml
            on: workflow_call
            jobs:
              publish:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v5
                  - uses: actions/setup-node@v6
                    with: { node-version: 24 }
                  - run: npm publish
            #            ^^^^^^^^^^^ error[trusted-publisher-workflow]: The trusted publisher names `publish.yml`, but the run starts in `release.yml`: `npm publish` will fail with ENEEDAUTH
            #            ^^^^^^^^^^^ help[trusted-publisher-workflow]: It is registered for `@acme/widget`. npm checks the caller, not the called workflow. …
            #- trustpub.toml
            [[trusted-publisher]]
            package = "@acme/widget"
            workflow = "publish.yml"
            "#,
        );
    }

    #[test]
    fn it_is_a_warning_if_a_token_may_publish() {
        check_rule(
            "trusted-publisher-workflow",
            r#"
            #- package.json
            { "name": "@acme/widget", "version": "1.2.3" }
            #- .github/workflows/a.yml
            on: push
            permissions: { contents: read, id-token: write }
            jobs:
              publish:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v5
                  - uses: actions/setup-node@v6
                    with: { node-version: 24, registry-url: "https://registry.npmjs.org" }
                  - run: npm publish
            #            ^^^^^^^^^^^ warning[trusted-publisher-workflow]: The trusted publisher names …
                    env:
                      NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
            #- .github/workflows/release.yml
            on: push
            permissions: { contents: read }
            jobs:
              publish:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v5
                  - uses: actions/setup-node@v6
                    with: { node-version: 24, registry-url: "https://registry.npmjs.org" }
                  - run: npm publish
                    env:
                      NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
            #- .github/workflows/c.yml
            on: push
            jobs: {}
            #- trustpub.toml
            [[trusted-publisher]]
            package = "@acme/widget"
            workflow = "c.yml"
            "#,
        );
    }
}
