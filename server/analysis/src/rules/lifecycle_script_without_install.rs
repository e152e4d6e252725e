use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an `npm publish` of a package whose `prepublishOnly`, `prepack` or `prepare` begins with a program of a
    /// dependency, in a job that installs nothing.
    ///
    /// Nothing is said if the job uses an action or a script that may install, downloads an artifact, or runs in a container.
    ///
    /// ## Why it matters
    ///
    /// npm runs these scripts before it packs, and the shell does not find the program:
    ///
    /// ```text
    /// sh: 1: tsc: not found
    /// npm error code 127
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
    ///   "scripts": { "prepack": "tsc" },
    ///   "devDependencies": { "typescript": "^5.9.0" }
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
    ///   "scripts": { "prepack": "tsc" },
    ///   "devDependencies": { "typescript": "^5.9.0" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/using-npm/scripts>
    LIFECYCLE_SCRIPT_WITHOUT_INSTALL {
        id: "lifecycle-script-without-install",
        summary: "npm runs a script of the package, and nothing has installed its program.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, missing) {
        let (script, program, script_at) = found.cause;
        let message = format!(
            "`{script}` runs `{program}`, which this job has not installed: `{}` may fail; install the dependencies first, or add \
             `--ignore-scripts`",
            found.site.publisher.command
        );
        let diagnostic =
            LIFECYCLE_SCRIPT_WITHOUT_INSTALL.at(&found.stop.place, found.stop.severity(), message);
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
        ] {
            check_rule(RULE, &repository(publish, manifest));
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
    fn what_may_install_or_needs_nothing_is_left_alone() {
        for steps in [
            "      - run: npm ci --ignore-scripts\n      - run: npm publish",
            "      - run: npm install typescript\n      - run: npm publish",
            "      - run: yarn\n      - run: npm publish",
            "      - run: bun install\n      - run: npm publish",
            "      - run: ./setup.sh\n      - run: npm publish",
            "      - run: make install\n      - run: npm publish",
            "      - uses: bahmutov/npm-install@v1\n      - run: npm publish",
            "      - uses: actions/cache@v4\n      - run: npm publish",
            "      - uses: actions/download-artifact@v5\n      - run: npm publish",
            "      - uses: actions/download-artifact@v5\n        with: { path: . }\n      - run: npm publish",
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
        ] {
            check_rule(RULE, &repository("      - run: npm publish", manifest));
        }
    }
}
