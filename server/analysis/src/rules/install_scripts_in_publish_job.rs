use crate::checker::advised_job::advised_jobs;
use crate::checker::prelude::*;
use crate::fixes::command::ignore_scripts;

declare_rule! {
    /// ## What it does
    ///
    /// Advises against installing dependencies, with their install scripts, in the job that publishes, before the publish.
    ///
    /// It reports only commands that certainly run these scripts: those of npm before 12, pnpm before 10 and Yarn before
    /// 4.14, without `--ignore-scripts` or an equivalent setting. Newer releases run only the scripts of approved
    /// dependencies.
    ///
    /// ## Why it matters
    ///
    /// `npm ci` runs the `preinstall`, `install` and `postinstall` scripts of every direct and indirect dependency. In a
    /// job with `id-token: write`, each of them can request the ID token and publish a version of your package. That is how
    /// worms spread through the registry in 2025. npm does not report it: to npm, your workflow publishes.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on:
    ///   release:
    ///     types: [published]
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
    ///       - run: npm ci
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// If the build needs no install scripts, leave them out. If it does, build in another job and pass on the tarball
    /// with `actions/upload-artifact`.
    ///
    /// ```yaml,good
    /// on:
    ///   release:
    ///     types: [published]
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
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/v11/using-npm/config#ignore-scripts>
    INSTALL_SCRIPTS_IN_PUBLISH_JOB {
        id: "install-scripts-in-publish-job",
        summary: "The publish job runs the install scripts of dependencies.",
        severity: Hint,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for job in advised_jobs(context) {
        let mut installs =
            job.facts.contents.installs.iter().filter(|install| {
                install.runs_scripts.is_yes() && job.is_before_publish(install.sites_before)
            });
        let Some(first) = installs.next() else { continue };
        let message = format!(
            "`{}` runs the install scripts of all dependencies in a job that can request an ID token",
            first.command
        );
        let help = "One malicious dependency can publish. Add `--ignore-scripts`, or build in another job.";
        let summary = "dependencies' install scripts run";
        let mut diagnostic = job
            .advise(
                &INSTALL_SCRIPTS_IN_PUBLISH_JOB,
                &first.place_in_job,
                summary,
                message,
            )
            .help(help);
        if first.place != first.place_in_job {
            diagnostic = diagnostic.related(&first.place, "dependencies installed here");
        }
        for install in installs {
            diagnostic = diagnostic.related(&install.place, format!("`{}` does so too", install.command));
        }
        findings.push(diagnostic.fix(ignore_scripts(context, first)));
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, no_fix};

    /// A publish job with these steps before the publish, and these files.
    fn job(node: &str, steps: &str, files: &str) -> String {
        let steps: String = steps.lines().map(|line| format!("      {line}\n")).collect();
        format!(
            "#- .github/workflows/release.yml\n\
             on: {{ release: {{ types: [published] }} }}\n\
             permissions: {{ contents: read, id-token: write }}\n\
             jobs:\n  publish:\n    runs-on: ubuntu-latest\n    steps:\n\
             \x20     - uses: actions/setup-node@v6\n        with: {{ node-version: {node} }}\n\
             {steps}      - run: npm publish\n{files}"
        )
    }

    const RULE: &str = "install-scripts-in-publish-job";

    #[test]
    fn what_runs_install_scripts() {
        check_rule(
            RULE,
            &job(
                "24",
                "- run: npm ci\n  #    ^^^^^^ hint💡?[install-scripts-in-publish-job]: `npm ci` runs the install scripts …\n  #    ^^^^^^ help[install-scripts-in-publish-job]: One malicious dependency can publish. …\n\
                 - run: pnpm install # does not, from 10 on",
                "",
            ),
        );
        check_rule(
            RULE,
            &job(
                "24",
                "- run: yarn --frozen-lockfile\n  #    ^^^^^^^^^^^^^^^^^^^^^^ hint[install-scripts-in-publish-job]: `yarn` runs …",
                "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"packageManager\": \"yarn@1.22.22\" }\n",
            ),
        );
        check_rule(
            RULE,
            &job(
                "24",
                "- run: pnpm i\n  #    ^^^^^^ hint💡?[install-scripts-in-publish-job]: `pnpm i` runs …",
                "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"packageManager\": \"pnpm@9.15.0\" }\n",
            ),
        );
    }

    #[test]
    fn what_runs_no_install_scripts_is_not_reported() {
        for (steps, files) in [
            ("- run: npm ci --ignore-scripts", ""),
            ("- run: npm i -g npm@12\n- run: npm ci", ""),
            ("- run: npm ci\n  env: { npm_config_ignore_scripts: true }", ""),
            (
                "- run: npm ci\n  env: { npm_config_ignore_scripts: '${{ vars.X }}' }",
                "",
            ),
            ("- run: npm ci", "#- .npmrc\nignore-scripts=true\n"),
            ("- run: npm config set ignore-scripts true\n- run: npm ci", ""),
            (
                "- run: pnpm i",
                "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"packageManager\": \"pnpm@10.2.0\" }\n",
            ),
            ("- run: pnpm i", ""),
            (
                "- run: yarn",
                "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"packageManager\": \"yarn@4.14.0\" }\n",
            ),
            (
                "- run: yarn",
                r#"#- package.json
{ "name": "w", "version": "1.0.0", "repository": "github:acme/w", "packageManager": "yarn@4.9.0" }
#- .yarnrc.yml
enableScripts: false
"#,
            ),
            ("- run: npm --version", ""),
        ] {
            check_rule(RULE, &job("24", steps, files));
        }
    }

    #[test]
    fn an_installation_after_the_publish_is_not_reported() {
        let after = job("24", "- run: npm publish", "").replace(
            "      - run: npm publish\n      - run: npm publish\n",
            "      - run: npm publish\n      - run: npm ci\n",
        );
        assert!(after.contains("npm ci"));
        check_rule(RULE, &after);
    }

    #[test]
    fn the_scripts_are_left_out() {
        check_fix(
            RULE,
            &job("24", "- run: |\n    npm ci --no-audit # all\n    npm test", ""),
            &job(
                "24",
                "- run: |\n    npm ci --no-audit --ignore-scripts # all\n    npm test",
                "",
            ),
        );
    }

    #[test]
    fn a_package_script_is_not_edited() {
        no_fix(
            RULE,
            &job(
                "24",
                "- run: npm run setup",
                "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"github:acme/w\", \"scripts\": { \"setup\": \"npm ci\" } }\n",
            ),
        );
    }
}
