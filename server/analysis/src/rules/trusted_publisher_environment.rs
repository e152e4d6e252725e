use crate::checker::prelude::*;
use crate::checker::registrations::mismatches;
use crate::edit::yaml::{Quoting, set_scalar};
use crate::fixes::builder::{editable, fix_of_file};
use crate::fixes::permissions::node_of;
use crate::publish::RegistrationDifference;

declare_rule! {
    /// ## What it does
    ///
    /// Compares the environment that is registered on npm, according to `trustpub.toml`, with the `environment` of the job that
    /// publishes.
    ///
    /// It also warns about a job with an environment if none is registered. If a package has several trusted publishers, one that
    /// matches is enough.
    ///
    /// ## Why it matters
    ///
    /// The ID token names the environment of the job. npm compares it, letter case included, with the registered one and refuses
    /// the exchange if they differ or if the job has none.
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// npm's documentation does not say what happens if the job has an environment and none is registered. Users
    /// [report](https://github.com/Adyen/adyen-node-api-library/pull/1705) that npm refused such a job with E404, and others
    /// [rely](https://github.com/checkly/checkly-cli/pull/1258) on an empty field accepting every environment.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "release.yml"
    /// environment = "npm"
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     environment: production
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
    /// Give the job the registered environment, or add a trusted publisher with the job's: a package may have up to 10, and npm does
    /// not let you edit an existing one. Or remove the environment from the job. With a reusable workflow, the environment belongs to
    /// the job that publishes, not to the job that calls.
    ///
    /// ```text,good
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "release.yml"
    /// environment = "npm"
    /// #- package.json
    /// { "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     environment: npm
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
    /// - <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idenvironment>
    TRUSTED_PUBLISHER_ENVIRONMENT {
        id: "trusted-publisher-environment",
        summary: "The job must have the environment that the trusted publisher on npm names.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    check_registered(context, findings);
    check_unnamed(context, findings);
}

/// Reports jobs with an environment if none is registered.
fn check_unnamed(context: &CheckContext<'_>, findings: &mut Findings) {
    for mismatch in mismatches(context, |difference| {
        matches!(difference, RegistrationDifference::UnnamedEnvironment(_))
    }) {
        let RegistrationDifference::UnnamedEnvironment(environment) = &mismatch.first.difference else {
            continue;
        };
        let message = format!(
            "The trusted publisher has no environment, but the job has `{environment}`: {}",
            mismatch.consequence()
        );
        let help = format!(
            "{} Add one with the environment on npm, or remove it from the job.",
            mismatch.owners()
        );
        let registered = mismatch.first.publisher.entry.workflow.range;
        let place = job_place(mismatch.site);
        let diagnostic = mismatch.diagnostic(&TRUSTED_PUBLISHER_ENVIRONMENT, &place, message, registered);
        findings.push(diagnostic.help(help));
    }
}

/// The place of a job's environment, or else of its id.
fn job_place(site: &Site<'_>) -> Place {
    let job = site.job.job;
    let own = job.and_then(|job| job.environment.as_ref().map(|environment| environment.range));
    match own.or_else(|| Some(job?.id.range)) {
        Some(range) => Place::new(&site.job.path, range),
        None => site.place.clone(),
    }
}

fn check_registered(context: &CheckContext<'_>, findings: &mut Findings) {
    for mismatch in mismatches(context, |difference| {
        matches!(difference, RegistrationDifference::Environment(_))
    }) {
        let RegistrationDifference::Environment(environment) = &mismatch.first.difference else {
            continue;
        };
        let Some(registered) = &mismatch.first.publisher.entry.environment else {
            continue;
        };
        let site = mismatch.site;
        let own = site.job.job.and_then(|job| job.environment.as_ref());
        let place = job_place(site);
        let (has, advice) = match environment {
            Some(environment) if environment.eq_ignore_ascii_case(&registered.value) => (
                format!("`{environment}`"),
                "Letter case matters. Write it as it is registered.",
            ),
            Some(environment) => (
                format!("`{environment}`"),
                "Use the same environment for both, or add one with the job's on npm.",
            ),
            None => (
                "none".to_owned(),
                "Give the job the environment, or add one without it on npm.",
            ),
        };
        let message = format!(
            "The trusted publisher has environment `{}`, but the job has {has}: {}",
            registered.value,
            mismatch.consequence()
        );
        let fix = own.and_then(|_| use_environment(context, &place, &registered.value));
        findings.push(
            mismatch
                .diagnostic(&TRUSTED_PUBLISHER_ENVIRONMENT, &place, message, registered.range)
                .help(format!("{} {advice}", mismatch.owners()))
                .fix(fix),
        );
    }
}

fn use_environment(context: &CheckContext<'_>, place: &Place, environment: &str) -> Option<Fix> {
    let file = editable(context, &place.path)?;
    let name = node_of(file, place)?;
    fix_of_file(
        format!("Use the environment `{environment}`"),
        Applicability::Unsafe,
        &place.path,
        set_scalar(&file.text, name, environment, Quoting::Keep),
    )
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    fn repository(environment: &str, registered: &str) -> String {
        format!(
            r#"#- package.json
{{ "name": "@acme/widget", "version": "1.2.3", "repository": "acme/widget" }}
#- trustpub.toml
[[trusted-publisher]]
package = "@acme/widget"
workflow = "release.yml"
{registered}#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
{environment}    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm publish
"#
        )
    }

    const REGISTERED: &str = "environment = \"npm\"\n";

    #[test]
    fn a_missing_and_another_environment_are_errors() {
        check_rule(
            "trusted-publisher-environment",
            &repository(
                "    environment: production\n#                ^^^^^^^^^^ error💡?[trusted-publisher-environment]: The trusted publisher has environment `npm`, but the job has `production`: `npm publish` will fail with ENEEDAUTH\n#                ^^^^^^^^^^ help[trusted-publisher-environment]: It is registered for `@acme/widget`. Use the same environment for both, or add one with the job's on npm.\n",
                REGISTERED,
            ),
        );
        check_rule(
            "trusted-publisher-environment",
            &repository(
                "    environment: { name: NPM }\n#                        ^^^ error💡?[trusted-publisher-environment]: The trusted publisher has environment `npm`, but the job has `NPM`: `npm publish` will fail with ENEEDAUTH\n#                        ^^^ help[trusted-publisher-environment]: It is registered for `@acme/widget`. Letter case matters. Write it as it is registered.\n",
                REGISTERED,
            ),
        );
        let none = repository("", REGISTERED).replace(
            "  publish:\n",
            "  publish:\n# ^^^^^^^ error[trusted-publisher-environment]: The trusted publisher has environment `npm`, but the job has none: `npm publish` will fail with ENEEDAUTH\n",
        );
        check_rule("trusted-publisher-environment", &none);
    }

    #[test]
    fn an_environment_may_be_refused_if_none_is_registered() {
        for registered in ["", "environment = \"\"\n"] {
            check_rule(
                "trusted-publisher-environment",
                &repository(
                    "    environment: production\n#                ^^^^^^^^^^ warning[trusted-publisher-environment]: The trusted publisher has no environment, but the job has `production`: `npm publish` may fail\n",
                    registered,
                ),
            );
        }
        for (environment, outcome) in [
            ("    environment: production\n", "unknown"),
            ("    environment: ''\n", "oidc"),
            ("", "oidc"),
            (
                "    environment: production\n    env: { NODE_AUTH_TOKEN: \"${{ secrets.NPM_TOKEN }}\" }\n",
                "unknown",
            ),
        ] {
            let fixture = repository(environment, "");
            let line = 10 + environment.lines().count();
            check_sites(
                &fixture,
                &format!("release.yml:{line} publish; outcome={outcome}"),
            );
        }
    }

    #[test]
    fn a_token_is_the_fallback_if_npm_may_refuse_the_environment() {
        let environment =
            "    environment: production\n    env: { NODE_AUTH_TOKEN: \"${{ secrets.NPM_TOKEN }}\" }\n";
        let fixture = repository(environment, "").replace(
            "node-version: 24",
            "node-version: 24, registry-url: \"https://registry.npmjs.org\"",
        );
        check_sites(&fixture, "release.yml:12 publish; outcome=oidc-or-token");
    }

    #[test]
    fn a_matching_or_unknown_environment_is_not_reported() {
        for (environment, registered) in [
            ("    environment: npm\n", REGISTERED),
            ("    environment: ${{ inputs.environment }}\n", REGISTERED),
            ("    environment: ${{ inputs.environment }}\n", ""),
            ("    environment: ''\n", ""),
            ("", ""),
            ("", "environment = \"\"\n"),
        ] {
            check_rule(
                "trusted-publisher-environment",
                &repository(environment, registered),
            );
        }
    }

    /// Two of three environments are registered.
    #[test]
    fn each_environment_has_its_entry() {
        let second = "environment = \"npm\"\n[[trusted-publisher]]\npackage = \"@acme/widget\"\nworkflow = \"release.yml\"\nenvironment = \"canary\"\n";
        for environment in ["npm", "canary"] {
            check_rule(
                "trusted-publisher-environment",
                &repository(&format!("    environment: {environment}\n"), second),
            );
        }
        check_rule(
            "trusted-publisher-environment",
            &repository(
                "    environment: nightly\n#                ^^^^^^^ error💡?[trusted-publisher-environment]: The trusted publisher has environment `npm`, but the job has `nightly`: …\n#                ^^^^^^^ help[trusted-publisher-environment]: It is registered for `@acme/widget`. The other one does not match either. …\n",
                second,
            ),
        );
        // An entry without an environment may accept every job.
        let open = "environment = \"npm\"\n[[trusted-publisher]]\npackage = \"@acme/widget\"\nworkflow = \"release.yml\"\n";
        check_rule(
            "trusted-publisher-environment",
            &repository(
                "    environment: nightly\n#                ^^^^^^^ warning[trusted-publisher-environment]: The trusted publisher has no environment, …\n",
                open,
            ),
        );
    }

    #[test]
    fn the_fix_names_the_registered_environment() {
        check_fix(
            "trusted-publisher-environment",
            &repository("    environment: production # approved\n", REGISTERED),
            &repository("    environment: npm # approved\n", REGISTERED),
        );
    }
}
