use crate::checker::prelude::*;
use crate::fixes::token::{remove_input, remove_npmrc_line};
use crate::model::read::find_input;
use crate::sources::Content;
use crate::syntax::npmrc::NpmrcKey;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `always-auth`, as an input of setup-node in a publishing job or as a line of an `.npmrc`.
    ///
    /// ## Why it matters
    ///
    /// npm dropped the setting with 7.11.1 and warns about it today; setup-node dropped the input with v6.1. It has
    /// nothing to do with trusted publishing:
    ///
    /// ```text
    /// npm warn Unknown user config "always-auth". This will stop working in the next major version of npm.
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
    ///           registry-url: https://registry.npmjs.org
    ///           always-auth: true
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove it.
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
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node/releases>
    ALWAYS_AUTH {
        id: "always-auth",
        summary: "The setting always-auth is no longer known.",
        severity: Information,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    if let Content::Npmrc(npmrc) = &context.file.content {
        for setting in npmrc
            .settings
            .iter()
            .filter(|setting| setting.meaning() == NpmrcKey::AlwaysAuth)
        {
            let message = "npm has not known `always-auth` since 7.11.1 and warns about it; remove the line";
            let diagnostic = ALWAYS_AUTH
                .at(
                    &Place::new(context.path, setting.line),
                    Severity::Information,
                    message,
                )
                .fix(remove_npmrc_line(context, context.path, setting));
            findings.push(diagnostic);
        }
    }
    for site in context.sites {
        let steps = site.job.job.map_or(&[][..], |job| &job.steps);
        for step in steps {
            let Some(input) = find_input(&step.with, "always-auth") else {
                continue;
            };
            if !step.uses_action("actions/setup-node") {
                continue;
            }
            let place = Place::new(&site.job.path, input.range());
            let message =
                "setup-node has not known `always-auth` since v6.1, and npm ignores it; remove the input";
            let diagnostic = ALWAYS_AUTH
                .at(&place, Severity::Information, message)
                .fix(remove_input(context, &place));
            findings.push(diagnostic);
        }
    }
}
