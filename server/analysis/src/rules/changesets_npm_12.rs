use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::npm::install_npm_11;
use crate::publish::{NpmOrigin, StopCause};

declare_rule! {
    /// ## What it does
    ///
    /// Reports `changeset publish` with npm 12 and a @changesets/cli before 2.31.1. In a repository of pnpm 10 or older, it also
    /// reports 3.0.0 to 3.0.2.
    ///
    /// ## Why it matters
    ///
    /// changesets asks `npm info --json` which versions are already published. npm 12 answers in another form. @changesets/cli
    /// before 2.31.1 then publishes every package again, and the job fails if one of these versions is already on npm:
    ///
    /// ```text
    /// packages failed to publish:
    /// You cannot publish over the previously published versions: 1.0.0.
    /// ```
    ///
    /// With changesets/action, that happens on every push without a release, and on every release that leaves out a package.
    ///
    /// pnpm before 11 passes the question on to npm, and 3.0.0 to 3.0.2 stop before they publish anything:
    ///
    /// ```text
    /// TypeError: Cannot read properties of undefined (reading 'includes')
    /// ```
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm ci
    ///       - run: npm install -g npm@12
    ///       - run: npx changeset publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "devDependencies": { "@changesets/cli": "2.29.7" }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Update @changesets/cli to 2.31.1, or to 3.0.3 if it is version 3. An unsafe fix installs npm 11 instead.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm ci
    ///       - run: npm install -g npm@12
    ///       - run: npx changeset publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "devDependencies": { "@changesets/cli": "2.31.1" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/changesets/changesets/issues/2164>
    /// - <https://github.com/changesets/changesets/issues/2274>
    CHANGESETS_NPM_12 {
        id: "changesets-npm-12",
        summary: "This version of changesets cannot read npm 12's answer about published versions.",
        severity: Warning,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, unread_info) {
        let (changesets, through_pnpm) = found.cause;
        let will = match found.stop.is_in_every_run {
            true => "will",
            false => "may",
        };
        let (why, newer) = match through_pnpm {
            true => ("pnpm before 11 passes that answer on.", "3.0.3"),
            false => (
                "It then tries to publish versions that are already on npm.",
                "2.31.1",
            ),
        };
        let message = format!(
            "`@changesets/cli` {changesets} cannot read npm 12's answer about published versions: `{}` {will} fail",
            found.site.publishing_tool.command
        );
        let help = format!("{why} Update `@changesets/cli` to {newer} or later, or install `npm@^11.5.1`.");
        let site = found.site;
        let npm = &site.node_and_npm.npm;
        let is_installed = npm.origin == NpmOrigin::Installed;
        let fix = npm.place.as_ref().filter(|_| is_installed);
        let fix = fix.and_then(|place| install_npm_11(context, site, place, &site.node_and_npm.node));
        let fix = fix.map(|fix| Fix {
            applicability: Applicability::Unsafe,
            ..fix
        });
        findings.push(found.report(&CHANGESETS_NPM_12, message).help(help).fix(fix));
    }
}

fn unread_info(cause: &StopCause) -> Option<(&str, bool)> {
    match cause {
        StopCause::UnreadNpmInfo {
            changesets,
            through_pnpm,
        } => Some((changesets, *through_pnpm)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "changesets-npm-12";

    /// A repository with these steps and these members in its manifest.
    fn repository(steps: &str, manifest: &str) -> String {
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
        with: {{ node-version: 24.19.0 }}
{steps}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", {manifest} }}
"#
        )
    }

    fn after_npm(npm: &str, mark: &str, publish: &str) -> String {
        format!("      - run: npm install -g npm@{npm}{mark}\n{publish}")
    }

    fn depends(changesets: &str) -> String {
        format!("\"devDependencies\": {{ \"@changesets/cli\": \"{changesets}\" }}")
    }

    const PUBLISH: &str = "      - run: npx changeset publish";
    const MARK: &str =
        "\n#                           ^^^^^^^^^^ warning💡?[changesets-npm-12]: `@changesets/cli` …";

    #[test]
    fn version_2_publishes_everything_again() {
        let action = "      - uses: changesets/action@v1\n        with: { publish: npx changeset publish }";
        for publish in [PUBLISH, action, "      - run: npm run release"] {
            for changesets in ["2.31.0", "2.29.7", "2.26.2"] {
                let manifest = depends(changesets) + ", \"scripts\": { \"release\": \"changeset publish\" }";
                check_rule(RULE, &repository(&after_npm("12.2.0", MARK, publish), &manifest));
            }
        }
        // No file shows which versions are already published.
        check_sites(
            &repository(&after_npm("latest", "", PUBLISH), &depends("2.31.0")),
            "release.yml:12 publish; outcome=unknown",
        );
    }

    #[test]
    fn the_lock_file_says_which_version_it_is() {
        let lock = |version: &str| {
            format!(
                "#- on demand: package-lock.json\n{{ \"lockfileVersion\": 3, \"packages\": {{ \"\": {{}}, \
                 \"node_modules/@changesets/cli\": {{ \"version\": \"{version}\" }} }} }}\n"
            )
        };
        let with = |mark: &str, version: &str| {
            repository(&after_npm("12.2.0", mark, PUBLISH), &depends("^2.27.0")) + &lock(version)
        };
        let help = "\n#                           ^^^^^^^^^^ help[changesets-npm-12]: It then tries to publish versions that are already on npm. …";
        check_rule(RULE, &with(&format!("{MARK}{help}"), "2.30.0"));
        check_rule(RULE, &with("", "2.31.1"));
    }

    #[test]
    fn version_3_cannot_read_it_through_an_old_pnpm() {
        for (changesets, pnpm, is_stopped) in [
            ("3.0.0", "10.34.8", true),
            ("3.0.2", "9.15.9", true),
            ("3.0.3", "10.34.8", false),
            ("3.0.2", "11.28.10", false),
        ] {
            let manifest = depends(changesets) + &format!(", \"packageManager\": \"pnpm@{pnpm}\"");
            let publish = "      - run: pnpm changeset publish";
            let mark = match is_stopped {
                true => MARK.replace("warning", "error"),
                false => String::new(),
            };
            check_rule(RULE, &repository(&after_npm("12.2.0", &mark, publish), &manifest));
            let outcome = if is_stopped {
                "outcome=fails; error=-"
            } else {
                "outcome=oidc"
            };
            check_sites(
                &repository(&after_npm("12.2.0", "", publish), &manifest),
                &format!("release.yml:12 publish; {outcome}"),
            );
        }
    }

    #[test]
    fn what_reads_the_answer_or_gets_the_old_one_is_not_reported() {
        for (npm, publish, manifest) in [
            ("11.21.2", PUBLISH, depends("2.29.7")),
            ("12.2.0", PUBLISH, depends("2.31.1")),
            ("12.2.0", PUBLISH, depends("3.0.0")),
            // The newest in the range may be installed.
            ("12.2.0", PUBLISH, depends("^2.27.0")),
            ("12.2.0", PUBLISH, depends("next")),
            ("${{ inputs.npm }}", PUBLISH, depends("2.29.7")),
            (
                "12.2.0",
                "      - run: npx @changesets/cli@2.31.1 publish",
                depends("2.29.7"),
            ),
            (
                "12.2.0",
                "      - run: npx changeset version && npm publish",
                depends("2.29.7"),
            ),
        ] {
            check_rule(RULE, &repository(&after_npm(npm, "", publish), &manifest));
        }
    }

    #[test]
    fn npm_11_gives_the_old_answer() {
        check_fix(
            RULE,
            &repository(&after_npm("latest", "", PUBLISH), &depends("2.29.7")),
            &repository(&after_npm("^11.5.1", "", PUBLISH), &depends("2.29.7")),
        );
    }
}
