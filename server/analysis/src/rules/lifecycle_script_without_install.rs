use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `npm publish` of a package whose `prepublishOnly`, `prepack` or `prepare` needs a program of a
    /// dependency, in a job that installs nothing.
    ///
    /// It does not report jobs that use an action or a script that may install, download an artifact, or run in a container.
    ///
    /// ## Why it matters
    ///
    /// npm runs these scripts before it packs, and the shell does not find the program:
    ///
    /// ```text
    /// sh: 1: tsup: not found
    /// npm error code 127
    /// ```
    ///
    /// GitHub's Ubuntu images include their own `tsc`. It is another version, and it does not find the types of the
    /// dependencies.
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
    ///   "scripts": { "prepack": "tsup src" },
    ///   "devDependencies": { "tsup": "^8.5.0" }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Install the dependencies first.
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
    ///       - run: npm ci --ignore-scripts
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "scripts": { "prepack": "tsup src" },
    ///   "devDependencies": { "tsup": "^8.5.0" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/using-npm/scripts>
    LIFECYCLE_SCRIPT_WITHOUT_INSTALL {
        id: "lifecycle-script-without-install",
        summary: "npm runs a package script whose program is not installed.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, missing) {
        let (script, program, script_at) = found.cause;
        let message = format!(
            "`{script}` runs `{program}`, which this job has not installed: `{}` may fail",
            found.site.publishing_tool.command
        );
        let diagnostic = found
            .report(&LIFECYCLE_SCRIPT_WITHOUT_INSTALL, message)
            .help("Install the dependencies first, or add `--ignore-scripts`.");
        findings.push(diagnostic.related(script_at, format!("npm runs `{script}`")));
    }
}

fn missing(cause: &StopCause) -> Option<(&String, &String, &Place)> {
    match cause {
        StopCause::NothingInstalled {
            script,
            program,
            script_at,
        } => Some((script, program, script_at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    const RULE: &str = "lifecycle-script-without-install";
    const TSC: &str =
        "\"scripts\": { \"prepublishOnly\": \"tsc -b\" }, \"devDependencies\": { \"typescript\": \"^5\" }";

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
        with: {{ node-version: 24 }}
{steps}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget", {manifest} }}
"#
        )
    }

    #[test]
    fn a_program_that_nothing_installed_is_missing() {
        let publish =
            "      - run: npm publish\n        #    ^^^^^^^^^^^ warning[lifecycle-script-without-install]: …";
        for manifest in [
            TSC,
            "\"scripts\": { \"prepack\": \"npm run build\", \"build\": \"rm -rf dist && tsup src\" }, \"devDependencies\": { \"tsup\": \"8\" }",
            "\"scripts\": { \"prepare\": \"rollup -c\" }, \"dependencies\": { \"rollup\": \"4\" }",
            "\"scripts\": { \"prepack\": \"npm run b\", \"preb\": \"rimraf d\", \"b\": \"node b\" }, \"dependencies\": { \"rimraf\": \"6\" }",
            "\"scripts\": { \"prepublishOnly\": \"git status\", \"prepack\": \"tsup\" }, \"dependencies\": { \"tsup\": \"8\" }",
        ] {
            check_rule(RULE, &repository(publish, manifest));
            let npm = format!("      - run: npm install -g npm@^11.5.1\n{publish}");
            check_rule(RULE, &repository(&npm, manifest));
            let echo = format!("      - run: echo start && git status\n{publish}");
            check_rule(RULE, &repository(&echo, manifest));
        }
        let artifact = format!(
            "      - uses: actions/download-artifact@v5\n        with: {{ name: dist, path: dist }}\n{publish}"
        );
        check_rule(RULE, &repository(&artifact, TSC));
        check_sites(
            &repository("      - run: npm publish", TSC),
            "release.yml:11 publish; outcome=unknown",
        );
    }

    #[test]
    fn an_artifact_around_the_package_may_contain_its_programs() {
        let job = |path: &str, marks: &str| {
            let steps = format!(
                "      - uses: actions/download-artifact@v5\n        with: {{ path: {path} }}\n      - run: npm publish\n{marks}        \
                 working-directory: packages/a\n"
            );
            let package = format!(
                "#- packages/a/package.json\n{{ \"name\": \"a\", \"version\": \"1.0.0\", \"repository\": \"a/widget\", {TSC} }}\n"
            );
            repository(&steps, "\"private\": true") + &package
        };
        check_rule(RULE, &job("packages/a", ""));
        check_rule(RULE, &job("./packages", ""));
        let marks = "        #    ^^^^^^^^^^^ warning[lifecycle-script-without-install]: `prepublishOnly` runs `tsc`, which this job has not installed: `npm publish` may fail\n";
        check_rule(RULE, &job("packages/a/dist", marks));
        check_rule(RULE, &job("packages/b", marks));
    }

    #[test]
    fn what_may_install_or_needs_nothing_is_not_reported() {
        for steps in [
            "      - run: npm ci --ignore-scripts\n      - run: npm publish",
            "      - run: npm install typescript\n      - run: npm publish",
            "      - run: yarn\n      - run: npm publish",
            "      - run: npm ic\n      - run: npm publish",
            "      - run: npm install-ci-test\n      - run: npm publish",
            "      - run: npm install --global typescript\n      - run: npm publish",
            "      - run: npm install -g npm@11 typescript@5\n      - run: npm publish",
            "      - run: npm update\n      - run: npm publish",
            "      - run: cp -r /opt/kept/node_modules .\n      - run: npm publish",
            "      - run: echo /opt/tools/bin >> $GITHUB_PATH\n      - run: npm publish",
            "      - run: export PATH=/opt/tools/bin:$PATH && npm publish",
            "      - run: bun install\n      - run: npm publish",
            "      - run: ./setup.sh\n      - run: npm publish",
            "      - run: make install\n      - run: npm publish",
            "      - uses: bahmutov/npm-install@v1\n      - run: npm publish",
            "      - uses: actions/cache@v4\n      - run: npm publish",
            "      - uses: actions/download-artifact@v5\n      - run: npm publish",
            "      - uses: actions/download-artifact@v5\n        with: { path: . }\n      - run: npm publish",
            "      - uses: actions/download-artifact@v5\n        with: { path: /home/runner/work/w/w }\n      - run: npm publish",
            "      - run: npm publish --ignore-scripts",
            "      - run: npm publish\n        env: { npm_config_ignore_scripts: 'true' }",
            "      - run: npm publish ./widget.tgz",
            "      - run: npm publish ./dist",
        ] {
            check_rule(RULE, &repository(steps, TSC));
        }
        for manifest in [
            "\"scripts\": { \"prepack\": \"node build.js\" }",
            "\"scripts\": { \"prepack\": \"npx tsc\" }, \"devDependencies\": { \"typescript\": \"5\" }",
            "\"scripts\": { \"prepack\": \"tsc || true\" }, \"devDependencies\": { \"typescript\": \"5\" }",
            "\"scripts\": { \"prepack\": \"npm ci && tsc\" }, \"devDependencies\": { \"typescript\": \"5\" }",
            "\"scripts\": { \"build\": \"tsc\" }, \"devDependencies\": { \"typescript\": \"5\" }",
            "\"scripts\": { \"prepack\": \"tsc\" }",
            "\"scripts\": { \"prepack\": \"test -f a.js || tsc\" }, \"devDependencies\": { \"typescript\": \"5\" }",
            "\"scripts\": { \"prepack\": \"exit 0; tsc\" }, \"devDependencies\": { \"typescript\": \"5\" }",
            "\"scripts\": { \"prepublishOnly\": \"npm ci\", \"prepack\": \"tsc\" }, \"devDependencies\": { \"typescript\": \"5\" }",
            "\"scripts\": { \"prepack\": \"npm run b\", \"preb\": \"npm ci\", \"b\": \"tsc\" }, \"devDependencies\": { \"typescript\": \"5\" }",
            "\"scripts\": { \"prepack\": \"node build.js\" }, \"devDependencies\": { \"node\": \"24\" }",
            "\"scripts\": { \"prepack\": \"npm pkg delete x\" }, \"devDependencies\": { \"npm\": \"11\" }",
            "\"scripts\": { \"prepack\": \"pnpm dlx tsup\" }, \"devDependencies\": { \"pnpm\": \"10\" }",
        ] {
            check_rule(RULE, &repository("      - run: npm publish", manifest));
        }
    }
}
