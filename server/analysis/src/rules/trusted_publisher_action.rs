use crate::checker::prelude::*;
use crate::checker::registrations::mismatches;
use crate::publish::RegistrationDifference;

declare_rule! {
    /// ## What it does
    ///
    /// Compares what a step does, `npm publish` or `npm stage publish`, with the actions that `trustpub.toml` says the trusted publisher on
    /// npm allows. Trusted publishers made before May 2026 allow `npm publish` only.
    ///
    /// ## Why it matters
    ///
    /// The registry exchanges the id token, and then refuses the package:
    ///
    /// ```text
    /// npm error code E403
    /// npm error 403 403 Forbidden - PUT https://registry.npmjs.org/@acme%2fwidget - OIDC permission denied for this action
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "release.yml"
    /// allow = ["publish"]
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
    ///       - run: npm stage publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Allow the action in the trusted publisher's settings on npm, or use the command that it allows.
    ///
    /// ```text,good
    /// #- trustpub.toml
    /// [[trusted-publisher]]
    /// package = "@acme/widget"
    /// workflow = "release.yml"
    /// allow = ["publish", "stage-publish"]
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
    ///       - run: npm stage publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.npmjs.com/cli/commands/npm-trust>
    TRUSTED_PUBLISHER_ACTION {
        id: "trusted-publisher-action",
        summary: "The trusted publisher on npm must allow what the step does.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for mismatch in mismatches(context, |difference| {
        matches!(difference, RegistrationDifference::Action(_))
    }) {
        let RegistrationDifference::Action(action) = &mismatch.first.difference else {
            continue;
        };
        let Some(allowed) = mismatch.first.publisher.allowed() else {
            continue;
        };
        let names: Vec<String> = allowed
            .value
            .iter()
            .map(|action| format!("`{}`", action.command()))
            .collect();
        let message = format!(
            "{} allows only {}; allow `{}` in its settings on npm, and then in the configuration",
            mismatch.beginning(),
            names.join(" and "),
            action.command(),
        );
        findings.push(mismatch.diagnostic(
            &TRUSTED_PUBLISHER_ACTION,
            &mismatch.site.place,
            message,
            allowed.range,
        ));
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    fn repository(command: &str, allow: &str) -> String {
        format!(
            "#- repository: acme/widget\n#- package.json\n{{ \"name\": \"@acme/widget\", \"version\": \"1.2.3\", \"repository\": \"github:acme/widget\" }}\n#- trustpub.toml\n[[trusted-publisher]]\n\
             package = \"@acme/widget\"\nworkflow = \"release.yml\"\n{allow}\n#- .github/workflows/release.yml\non: push\n\
             permissions: {{ contents: read, id-token: write }}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n      \
             - uses: actions/checkout@v5\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 24 }}\n      \
             - run: {command}\n"
        )
    }

    #[test]
    fn what_is_not_allowed_is_refused_after_the_exchange() {
        let stage = "npm stage publish\n#            ^^^^^^^^^^^^^^^^^ error[trusted-publisher-action]: `npm stage publish` will fail with E403: the trusted publisher of `@acme/widget` allows only `npm publish`; allow `npm stage publish` in its settings on npm, and then in the configuration";
        check_rule(
            "trusted-publisher-action",
            &repository(stage, "allow = [\"publish\"]"),
        );
        let publish = "npm publish\n#            ^^^^^^^^^^^ error[trusted-publisher-action]: `npm publish` will fail with E403: the trusted publisher of `@acme/widget` allows only `npm stage publish`; …";
        check_rule(
            "trusted-publisher-action",
            &repository(publish, "allow = [\"stage-publish\"]"),
        );
    }

    #[test]
    fn what_is_allowed_and_what_is_not_said_is_left_alone() {
        for (command, allow) in [
            ("npm stage publish", ""),
            ("npm stage publish", "allow = [\"publish\", \"stage-publish\"]"),
            ("npm publish", "allow = [\"publish\"]"),
        ] {
            check_rule("trusted-publisher-action", &repository(command, allow));
        }
    }
}
