use crate::checker::prelude::*;
use crate::checker::registrations::mismatches;
use crate::publish::RegistrationDifference;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `npm publish` if the trusted publisher on npm allows only `npm stage publish` according to `trustpub.toml`. A new
    /// trusted publisher allows just that, unless `npm publish` is chosen too. `npm stage publish` is always allowed.
    ///
    /// ## Why it matters
    ///
    /// The registry exchanges the ID token, and then refuses the package:
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
    /// allow = ["stage-publish"]
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
    /// Use `npm stage publish`, and let a maintainer approve each version. Or delete the trusted publisher on npm, create it again with
    /// `npm publish` allowed, and change `trustpub.toml`. npm does not let you edit an existing one.
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
    /// - <https://github.com/npm/documentation/pull/2034>: `npm stage publish` is always allowed, `npm publish` is an option
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
        matches!(difference, RegistrationDifference::Action)
    }) {
        let Some(allowed) = mismatch.first.publisher.allowed() else {
            continue;
        };
        let names: Vec<String> = allowed
            .value
            .iter()
            .map(|action| format!("`{}`", action.command()))
            .collect();
        let message = format!(
            "The trusted publisher allows only {}: {}",
            names.join(" and "),
            mismatch.consequence()
        );
        let help = format!(
            "{} Use `npm stage publish`, or create it again on npm with `npm publish` allowed, and then change the configuration.",
            mismatch.owners()
        );
        let place = &mismatch.site.place;
        let diagnostic = mismatch.diagnostic(&TRUSTED_PUBLISHER_ACTION, place, message, allowed.range);
        findings.push(diagnostic.help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    fn repository(command: &str, allow: &str) -> String {
        format!(
            r#"#- repository: acme/widget
#- package.json
{{ "name": "@acme/widget", "version": "1.2.3", "repository": "github:acme/widget" }}
#- trustpub.toml
[[trusted-publisher]]
package = "@acme/widget"
workflow = "release.yml"
{allow}
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {command}
"#
        )
    }

    #[test]
    fn a_forbidden_action_is_refused_after_the_exchange() {
        let publish = "npm publish\n#            ^^^^^^^^^^^ error[trusted-publisher-action]: The trusted publisher allows only `npm stage publish`: `npm publish` will fail with E403\n#            ^^^^^^^^^^^ help[trusted-publisher-action]: It is registered for `@acme/widget`. Use `npm stage publish`, or create it again on npm with `npm publish` allowed, and then change the configuration.";
        check_rule(
            "trusted-publisher-action",
            &repository(publish, "allow = [\"stage-publish\"]"),
        );
    }

    /// A trusted publisher for each: the one of another workflow allows what this one does not.
    #[test]
    fn an_entry_of_another_workflow_allows_nothing_here() {
        let other = "allow = [\"stage-publish\"]\n[[trusted-publisher]]\npackage = \"@acme/widget\"\nworkflow = \"other.yml\"\nallow = [\"publish\"]";
        let publish = "npm publish\n#            ^^^^^^^^^^^ error[trusted-publisher-action]: The trusted publisher allows only `npm stage publish`: …\n#            ^^^^^^^^^^^ help[trusted-publisher-action]: It is registered for `@acme/widget`. The other one does not match either. …";
        check_rule("trusted-publisher-action", &repository(publish, other));
        let same = other.replace("other.yml", "release.yml");
        check_rule("trusted-publisher-action", &repository("npm publish", &same));
    }

    #[test]
    fn an_allowed_or_unknown_action_is_not_reported() {
        for (command, allow) in [
            ("npm stage publish", ""),
            ("npm stage publish", "allow = [\"publish\", \"stage-publish\"]"),
            ("npm stage publish", "allow = [\"publish\"]"),
            ("npm stage publish", "allow = [\"stage-publish\"]"),
            ("npm publish", "allow = [\"publish\"]"),
        ] {
            check_rule("trusted-publisher-action", &repository(command, allow));
        }
    }
}
