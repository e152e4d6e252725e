use crate::checker::prelude::*;
use crate::fixes::registry::use_npm_registry;
use crate::publish::RegistryFact;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publishing job that can get an id token and has no token, but whose registry is not the public npm
    /// registry: by setup-node's `registry-url`, an `.npmrc`, `--registry`, or `publishConfig.registry`.
    ///
    /// A job that publishes to another registry with that registry's token is none of this rule's business.
    ///
    /// ## Why it matters
    ///
    /// npm asks the registry that it publishes to for the exchange. `registry.yarnpkg.com` is only a mirror, GitHub Packages
    /// and private registries have no trusted publishing, so the exchange is refused and the publish ends with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// or with `E404` or `E401` of that registry.
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
    ///           registry-url: https://registry.yarnpkg.com
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Use the public registry, or leave `registry-url` out: it is the default.
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
    /// - <https://docs.npmjs.com/trusted-publishers>
    REGISTRY_URL_OTHER_HOST {
        id: "registry-url-other-host",
        summary: "A job for trusted publishing publishes to a registry that has none.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let RegistryFact::Other { url, place } = &site.target.registry else {
            continue;
        };
        if !site.asks_other_registry() {
            continue;
        }
        let file = context.sources.file(&site.place.path);
        let is_told_otherwise = *place != site.place
            && file.is_some_and(|file| site.command.range.slice(&file.text).contains("--registry"));
        let why = if is_told_otherwise {
            " (the registry of the package's scope outranks `--registry`)"
        } else {
            ""
        };
        let message = format!(
            "`{}` will fail: it asks {url}{why} for the token exchange, and only the public npm registry does trusted \
             publishing; publish to https://registry.npmjs.org, or give this registry a token",
            site.publisher.command
        );
        let diagnostic = REGISTRY_URL_OTHER_HOST
            .at(place, Severity::Error, message)
            .related(&site.place, "this is where it publishes")
            .fix(use_npm_registry(context, place));
        findings.push(diagnostic);
    }
}
