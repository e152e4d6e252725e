use crate::checker::prelude::*;
use crate::checker::published_packages::{committed_manifests, may_exchange};
use crate::fixes::provenance::remove_from_publish_config;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `"provenance": false` in the `publishConfig` of a package that npm publishes by trusted publishing.
    ///
    /// ## Why it matters
    ///
    /// npm's page on provenance says that this turns provenance off. It does not: after the token exchange, npm looks only at
    /// its own configuration, and if nothing is set there, it generates provenance. This was measured with npm 11.5.1, 11.19.1
    /// and 12.2.0. The package then gets an entry in a public log that its author did not want, and if `repository` does not
    /// name the repository, the publish fails with E422.
    ///
    /// What npm does read: `provenance=false` in `.npmrc`, `NPM_CONFIG_PROVENANCE: false`, and `--no-provenance`.
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
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
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "publishConfig": {
    ///     "access": "public",
    ///     "provenance": false
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove the line, or write the setting where npm reads it.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
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
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "publishConfig": {
    ///     "access": "public"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/generating-provenance-statements>
    PUBLISHCONFIG_PROVENANCE_FALSE_INEFFECTIVE {
        id: "publishconfig-provenance-false-ineffective",
        summary: "`provenance: false` in `publishConfig` does not turn provenance off.",
        severity: Information,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites.iter().filter(|site| may_exchange(site)) {
        let says_it_elsewhere = site
            .target
            .provenance
            .as_ref()
            .is_some_and(|provenance| !provenance.is_publish_config);
        if site.publishing_tool.exchange != Exchange::NpmOnPath || says_it_elsewhere {
            continue;
        }
        for (path, manifest) in committed_manifests(context, site) {
            let provenance = manifest
                .publish_config
                .as_ref()
                .and_then(|config| config.provenance);
            let Some(provenance) = provenance.filter(|provenance| !provenance.value) else {
                continue;
            };
            let message = "This does not turn provenance off: trusted publishing ignores it";
            let diagnostic = PUBLISHCONFIG_PROVENANCE_FALSE_INEFFECTIVE
                .at(
                    &Place::new(&path, provenance.range),
                    Severity::Information,
                    message,
                )
                .help("Write `provenance=false` to `.npmrc`, or remove the line.")
                .related(&site.place, "published here")
                .fix(remove_from_publish_config(context, &path));
            findings.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    const WORKFLOW: &str = "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24 }
      - run: npm publish
";

    #[test]
    fn the_member_is_removed_with_an_empty_section() {
        let files = |config: &str| {
            format!("{WORKFLOW}#- package.json\n{{ \"name\": \"w\"{config}, \"version\": \"1.0.0\" }}\n")
        };
        let rule = "publishconfig-provenance-false-ineffective";
        check_fix(
            rule,
            &files(", \"publishConfig\": { \"tag\": \"x\", \"provenance\": false }"),
            &files(", \"publishConfig\": { \"tag\": \"x\" }"),
        );
        check_fix(
            rule,
            &files(", \"publishConfig\": { \"provenance\": false }"),
            &files(""),
        );
        check_rule(rule, &files(", \"publishConfig\": { \"provenance\": true }"));
    }

    #[test]
    fn it_is_not_reported_if_npm_reads_another_setting_or_does_not_publish() {
        let manifest = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"publishConfig\": { \"provenance\": false } }\n";
        let rule = "publishconfig-provenance-false-ineffective";
        check_rule(
            rule,
            &format!("{WORKFLOW}{manifest}#- .npmrc\nprovenance=false\n"),
        );
        check_rule(
            rule,
            &format!("{WORKFLOW}{manifest}").replace("npm publish", "npm publish --no-provenance"),
        );
        check_rule(
            rule,
            &format!("{WORKFLOW}{manifest}").replace("npm publish", "npx pnpm@11 publish"),
        );
    }
}
