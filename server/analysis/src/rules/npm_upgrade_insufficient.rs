use crate::checker::npm_version::{npm_name, too_old_severity, with_newer_npm};
use crate::checker::prelude::*;
use crate::fixes::npm::{install_npm_11, npm_11_runs_on};
use crate::publish::NpmOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a step that installs npm before the publish, a publish command that names its npm, or the `packageManager`
    /// that Corepack follows, if that npm is older than 11.5.1.
    ///
    /// ## Why it matters
    ///
    /// The step looks as if it had been made for trusted publishing, but npm 10 and npm 11.0 to 11.4 cannot do it. They fail
    /// with `ENEEDAUTH`, or, if an `.npmrc` has a token line (as with `registry-url`), with:
    ///
    /// ```text
    /// npm error 404  '@acme/widget@1.2.3' is not in this registry.
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
    ///       - run: npm install -g npm@11.4.2
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
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
    ///       - run: npm install -g npm@^11.5.1
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    NPM_UPGRADE_INSUFFICIENT {
        id: "npm-upgrade-insufficient",
        summary: "The job installs or requests an npm that is too old for trusted publishing.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        if !matches!(
            site.node_and_npm.npm.origin,
            NpmOrigin::Installed | NpmOrigin::Command | NpmOrigin::Dependency | NpmOrigin::Unknown
        ) {
            continue;
        }
        let (Some(severity), Some(place)) = (too_old_severity(site), &site.node_and_npm.npm.place) else {
            continue;
        };
        let node = &site.node_and_npm.node;
        // A manifest or several steps decide, and no command names the version.
        let is_elsewhere = site.node_and_npm.npm.origin == NpmOrigin::Unknown;
        let help = match npm_11_runs_on(&node.candidates) {
            true if is_elsewhere => "Request npm 11.5.1 or later.",
            false if is_elsewhere => "Use Node 24 and request npm 11.5.1 or later.",
            true => "Use `npm@^11.5.1`.",
            false => "Use Node 24 and `npm@^11.5.1`.",
        };
        let message = format!(
            "This is {}, but trusted publishing needs npm 11.5.1: {}",
            npm_name(site),
            consequence(site, severity)
        );
        let is_dependency = site.node_and_npm.npm.origin == NpmOrigin::Dependency;
        let diagnostic = NPM_UPGRADE_INSUFFICIENT
            .at(place, severity, message)
            .help(help)
            .related(&site.place, "published here")
            .fix(
                with_newer_npm(context, site, install_npm_11(context, site, place, node))
                    .filter(|_| !is_dependency && !is_elsewhere),
            );
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule};

    #[test]
    fn of_a_command_only_its_npm_is_replaced() {
        let job = |command: &str| {
            format!(
                "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - run: {command}
"
            )
        };
        check_fix(
            "npm-upgrade-insufficient",
            &job("npx npm@10 publish --access public"),
            &job("npx npm@^11.5.1 publish --access public"),
        );
    }

    #[test]
    fn the_npm_that_corepack_follows_is_named() {
        let fixture = |version: &str, mark: &str| {
            format!(
                r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: corepack npm publish
#- package.json
{{ "packageManager": "npm@{version}" }}
{mark}"#
            )
        };
        check_rule(
            "npm-upgrade-insufficient",
            &fixture(
                "10.9.0",
                "//                       ^^^^^^ error[npm-upgrade-insufficient]: …\n",
            ),
        );
        check_rule("npm-upgrade-insufficient", &fixture("11.6.0", ""));
        check_rule("npm-upgrade-insufficient", &fixture("", ""));
    }

    #[test]
    fn where_npm_11_does_not_run_node_is_replaced_too() {
        let job = |node: &str, npm: &str| {
            format!(
                "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node} }}
      - run: npm install -g npm@{npm}
      - run: npm publish
"
            )
        };
        for node in ["18", "20.1", "22.1"] {
            check_fix(
                "npm-upgrade-insufficient",
                &job(node, "10"),
                &job("24", "^11.5.1"),
            );
        }
        check_fix(
            "npm-upgrade-insufficient",
            &job("22", "10"),
            &job("22", "^11.5.1"),
        );
    }
}
