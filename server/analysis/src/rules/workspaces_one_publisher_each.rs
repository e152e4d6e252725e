use crate::checker::prelude::*;
use crate::checker::published_packages::{committed_manifests, may_exchange};
use crate::knowledge::npm_releases::{DIST_TAG_MINIMUM_11, DIST_TAG_MINIMUM_12};
use crate::publish::Tool;
use crate::versions::version::Version;

declare_rule! {
    /// ## What it does
    ///
    /// Lists the packages that one command publishes from a monorepo by trusted publishing. If several commands of a file
    /// publish the same packages, only the first is reported.
    ///
    /// ## Why it matters
    ///
    /// A trusted publisher belongs to one package: it is set up on the package's page on npm, or with `npm trust`. If one of
    /// the packages has none, its token exchange fails, and so does its publish:
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// A package that was added later is easily forgotten, and it has to be published once with a token before it can have a
    /// trusted publisher. Before npm 11.21 and 12.2 it is worse: npm sends the token of the package before it, and the registry
    /// responds with E404 or E403.
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
    ///       - run: npm publish --workspaces
    /// #- package.json
    /// {
    ///   "name": "acme",
    ///   "private": true,
    ///   "workspaces": ["packages/*"]
    /// }
    /// #- packages/button/package.json
    /// {
    ///   "name": "@acme/button",
    ///   "version": "1.2.3",
    ///   "repository": {
    ///     "type": "git",
    ///     "url": "git+https://github.com/acme/acme.git",
    ///     "directory": "packages/button"
    ///   }
    /// }
    /// #- packages/input/package.json
    /// {
    ///   "name": "@acme/input",
    ///   "version": "1.2.3",
    ///   "repository": {
    ///     "type": "git",
    ///     "url": "git+https://github.com/acme/acme.git",
    ///     "directory": "packages/input"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Set up the same trusted publisher for each of them. Nothing has to change in the files. With a single package, nothing is
    /// reported.
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
    ///       - run: npm publish --workspaces
    /// #- package.json
    /// {
    ///   "name": "acme",
    ///   "private": true,
    ///   "workspaces": ["packages/*"]
    /// }
    /// #- packages/button/package.json
    /// {
    ///   "name": "@acme/button",
    ///   "version": "1.2.3",
    ///   "repository": {
    ///     "type": "git",
    ///     "url": "git+https://github.com/acme/acme.git",
    ///     "directory": "packages/button"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    /// - <https://docs.npmjs.com/cli/commands/npm-trust>
    WORKSPACES_ONE_PUBLISHER_EACH {
        id: "workspaces-one-publisher-each",
        summary: "Every package of a monorepo needs its own trusted publisher.",
        severity: Hint,
        fix: None,
        check: check,
    }
}

/// Further names are only counted.
const MOST_NAMES: usize = 8;

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let mut seen: Vec<Vec<String>> = Vec::new();
    for site in context.sites.iter().filter(|site| may_exchange(site)) {
        if site.intent() != Intent::Oidc {
            continue;
        }
        let names: Vec<String> = committed_manifests(context, site)
            .into_iter()
            .filter_map(|(_, manifest)| manifest.name.as_ref().map(|name| name.value.clone()))
            .collect();
        if names.len() < 2 || seen.contains(&names) {
            continue;
        }
        let at_least = if site.packages.is_complete {
            ""
        } else {
            "at least "
        };
        let message = format!(
            "This publishes {at_least}{} packages, and each needs its own trusted publisher on npm",
            names.len()
        );
        let mut help = format!("The packages are {}.", few(&names));
        if shares_tokens(site) {
            help.push_str(" If one has none, this npm reuses the token of the previous package.");
        }
        seen.push(names);
        let diagnostic = WORKSPACES_ONE_PUBLISHER_EACH.at(&site.place, Severity::Hint, message);
        findings.push(diagnostic.help(help));
    }
}

fn few(names: &[String]) -> String {
    let mut text = names
        .iter()
        .take(MOST_NAMES)
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    if let Some(more) = names.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// Whether npm reuses the token of a package for the next one.
fn shares_tokens(site: &Site<'_>) -> bool {
    let is_old = |npm: &Version| {
        let fixed = if npm.major() < 12 {
            &*DIST_TAG_MINIMUM_11
        } else {
            &*DIST_TAG_MINIMUM_12
        };
        npm < fixed
    };
    site.publishing_tool.tool == Tool::Npm
        && !site.node_and_npm.npm.candidates.is_empty()
        && site.node_and_npm.npm.candidates.iter().all(is_old)
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    #[test]
    fn the_packages_are_listed_once_for_a_command() {
        let job = |command: &str, mark: &str| {
            let member = |name: &str| {
                format!(
                    "#- packages/{name}/package.json\n{{ \"name\": \"{name}\", \"version\": \"1.0.0\", \"repository\": \"a/w\" }}\n"
                )
            };
            let members: String = ["a", "b", "c", "d"].into_iter().map(member).collect();
            format!(
                r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.11.0 }}
      - run: {command}
{mark}#- package.json
{{ "name": "w", "private": true, "workspaces": ["packages/*"] }}
{members}"#
            )
        };
        let rule = "workspaces-one-publisher-each";
        check_rule(
            rule,
            &job(
                "npm publish --workspaces",
                "#            ^^^^^^^^^^^ hint[workspaces-one-publisher-each]: This publishes 4 packages, and each needs its own \
                 trusted publisher on npm\n#            ^^^^^^^^^^^ help[workspaces-one-publisher-each]: The packages are `a`, `b`, `c`, `d`. If one has \
                 none, this npm reuses…\n",
            ),
        );
        check_rule(rule, &job("npm publish -w a", ""));
        check_rule(rule, &job("npm publish --workspaces --dry-run", ""));
    }
}
