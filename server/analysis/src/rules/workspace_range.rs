use crate::checker::prelude::*;
use crate::checker::published_packages::{current_manifest, may_exchange, packs_with_npm};
use crate::model::manifest::Manifest;
use crate::syntax::json::JsonMember;
use crate::text::FilePath;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `workspace:` or `catalog:` range in the dependencies of a package that npm publishes from its folder, by itself
    /// or for JS-DevTools/npm-publish, or for changesets in a repository that does not use pnpm. It does not report ranges in
    /// `devDependencies`, a manifest whose ranges the job may change before, or a tarball that another package manager has packed.
    ///
    /// ## Why it matters
    ///
    /// pnpm, Yarn and Bun replace such a range with a version when they pack. npm uploads the manifest unchanged, and installing
    /// the package fails:
    ///
    /// ```text
    /// npm error code EUNSUPPORTEDPROTOCOL
    /// npm error Unsupported URL Type "workspace:": workspace:*
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: { push: { tags: ['v*'] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "dependencies": { "@acme/core": "workspace:^" }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Publish with pnpm, or pack with it and publish the tarball with npm.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { tags: ['v*'] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: pnpm pack --out widget.tgz
    ///       - run: npm publish ./widget.tgz
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "dependencies": { "@acme/core": "workspace:^" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://pnpm.io/workspaces#publishing-workspace-packages>
    WORKSPACE_RANGE {
        id: "workspace-range",
        summary: "npm publishes a range that only the repository can resolve.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites.iter().filter(|site| sends_ranges(site)) {
        // A change of other members, such as the version, leaves the ranges.
        let published = site.packages.manifests.iter();
        let published = published.filter_map(|path| Some((path.clone(), current_manifest(context, path)?)));
        for (path, manifest) in published.chain(candidates(context, site)) {
            let ranges: Vec<&JsonMember> = manifest.workspace_ranges().collect();
            let Some(first) = ranges.first() else { continue };
            let range = first.value.as_str().unwrap_or_default();
            let more = match ranges.len() {
                1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            let message = format!(
                "`{}` uploads `{range}`{more} unchanged, so the package cannot be installed",
                site.publishing_tool.command
            );
            let place = Place::new(&path, first.value.range);
            findings.push(
                WORKSPACE_RANGE
                    .at(&place, Severity::Warning, message)
                    .help("Publish with pnpm, or pack with it and publish the tarball.")
                    .related(&site.place, "published here"),
            );
        }
    }
}

/// The manifests from which a list chooses, if each has such a range.
fn candidates<'a>(context: &CheckContext<'a>, site: &Site<'_>) -> Vec<(FilePath, &'a Manifest)> {
    let paths = site.packages.candidates.iter();
    let found: Option<Vec<(FilePath, &Manifest)>> = paths
        .map(|path| {
            let manifest = current_manifest(context, path)?;
            manifest.workspace_ranges().next()?;
            Some((path.clone(), manifest))
        })
        .collect();
    found.unwrap_or_default()
}

/// Whether the committed manifest is uploaded unchanged.
fn sends_ranges(site: &Site<'_>) -> bool {
    packs_with_npm(site)
        && site.target.is_npm()
        && !site.packages.doubt.ranges
        && (may_exchange(site) || !site.credentials.tokens.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    const RULE: &str = "workspace-range";

    fn repository(steps: &str, dependencies: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions:
      id-token: write
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}
#- package.json
{{
  "name": "widget",
  "version": "1.0.0",
  "repository": "a/widget",
{dependencies}
}}
"#
        )
    }

    #[test]
    fn npm_uploads_ranges_unchanged() {
        for step in [
            "      - run: npm publish",
            "      - run: pnpm install --frozen-lockfile\n      - run: npm publish --access public",
            "      - uses: JS-DevTools/npm-publish@v4",
            "      - uses: JS-DevTools/npm-publish@v3\n        with: { token: '${{ secrets.NPM_TOKEN }}' }",
            "      - run: npx -y @jsdevtools/npm-publish@4",
            "      - run: npx @changesets/cli@2.31.1 publish",
        ] {
            for kind in ["dependencies", "optionalDependencies"] {
                let dependencies = format!("  \"{kind}\": {{ \"core\": \"workspace:*\" }}");
                let at = dependencies.find("\"workspace").unwrap_or_default();
                let mark = format!(
                    "\n//{}^^^^^^^^^^^^^ warning[workspace-range]: …",
                    " ".repeat(at - 2)
                );
                check_rule(RULE, &repository(step, &(dependencies + &mark)));
            }
        }
    }

    #[test]
    fn each_package_that_a_list_may_name_has_one() {
        let fixture = |of_b: &str| {
            let member = |name: &str, range: &str| {
                format!(
                    r#"#- packages/{name}/package.json
{{ "name": "{name}", "version": "1.0.0", "repository": "a/w",
{range} }}
"#
                )
            };
            let a = "  \"dependencies\": { \"c\": \"workspace:*\" }";
            let steps = "      - run: |\n          while read -r path; do\n            ( cd \"$path\" && npm publish )\n          done < list";
            repository(steps, "  \"workspaces\": [\"packages/*\"]")
                + &member("a", if of_b.contains("workspace:") { MARKED } else { a })
                + &member("b", of_b)
        };
        const MARKED: &str = "  \"dependencies\": { \"c\": \"workspace:*\"\n//                       ^^^^^^^^^^^^^ warning[workspace-range]: …\n}";
        check_rule(RULE, &fixture(MARKED));
        check_rule(RULE, &fixture("  \"dependencies\": { \"c\": \"^1.0.0\" }"));
    }

    #[test]
    fn other_packers_and_development_dependencies_are_not_reported() {
        let local = "  \"dependencies\": { \"core\": \"workspace:*\" }";
        for step in [
            "      - run: pnpm publish --no-git-checks",
            "      - run: pnpm pack && npm publish ./widget-1.0.0.tgz",
            "      - run: sed -i 's/workspace:\\*/^1.0.0/' package.json && npm publish",
            "      - run: node scripts/prepare.js && npm publish",
            "      - run: npm publish --registry https://npm.pkg.github.com",
            "      - uses: JS-DevTools/npm-publish@v4\n        with: { package: widget-1.0.0.tgz }",
            "      - run: npx lerna@9.0.7 publish from-package --yes",
        ] {
            check_rule(RULE, &repository(step, local));
        }
        for dependencies in [
            "  \"devDependencies\": { \"core\": \"workspace:*\" }",
            "  \"dependencies\": { \"core\": \"^1.0.0\" }",
            "  \"dependencies\": null",
        ] {
            check_rule(RULE, &repository("      - run: npm publish", dependencies));
        }
    }
}
