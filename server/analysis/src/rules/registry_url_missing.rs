use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish step that is given `NODE_AUTH_TOKEN` while nothing makes npm read it: no setup-node step of the
    /// job has a `registry-url`, and no `.npmrc` mentions the variable.
    ///
    /// It does not ask for a `registry-url`: trusted publishing needs none.
    ///
    /// ## Why it matters
    ///
    /// npm itself does not know `NODE_AUTH_TOKEN`. It is read through the line that setup-node writes to an `.npmrc` when
    /// it is given a `registry-url`. Without that line the token has no effect, and where trusted publishing does not work
    /// either, the publish ends with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
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
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    ///         env:
    ///           NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
    /// ```
    ///
    /// ## Fix
    ///
    /// For trusted publishing, remove the variable. To publish with the token, give setup-node a `registry-url`.
    ///
    ///
    /// ```yaml,good
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///           registry-url: https://registry.npmjs.org
    ///       - run: npm publish
    ///         env:
    ///           NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node/blob/main/docs/advanced-usage.md#publish-to-npmjs-and-gpr-with-npm>
    REGISTRY_URL_MISSING {
        id: "registry-url-missing",
        summary: "NODE_AUTH_TOKEN is set, but nothing reads it.",
        severity: Information,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        if !site.target.is_npm() || site.publisher.is_guess || site.credentials.may_have_others {
            continue;
        }
        let unread = site
            .credentials
            .tokens
            .iter()
            .filter(|c| c.name == "NODE_AUTH_TOKEN" && !c.is_read);
        for credential in unread {
            let message = format!(
                "`NODE_AUTH_TOKEN` has no effect: without a `registry-url` no `.npmrc` line reads it, so `{}` ends with \
                 ENEEDAUTH unless trusted publishing works, which needs neither; remove the variable, or add \
                 `registry-url` to publish with the token",
                site.publisher.command
            );
            let diagnostic = REGISTRY_URL_MISSING
                .at(&credential.place, Severity::Information, message)
                .related(&site.place, "this is where it publishes");
            findings.push(diagnostic);
        }
    }
}
