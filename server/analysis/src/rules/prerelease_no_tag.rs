use crate::checker::prelude::*;
use crate::checker::published_packages::committed_manifests;
use crate::checker::stops::find_stops;
use crate::fixes::command::add_flag;
use crate::fixes::publish_config::set_publish_config;
use crate::publish::{StopCause, TaglessPrerelease, VersionChange, tagless_prerelease};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a package whose version is a prerelease and that npm 11 or later publishes without a dist-tag: neither `--tag`, nor
    /// `publishConfig.tag`, nor `tag` in the environment or in an `.npmrc`. The version is the one in the manifest, or a
    /// prerelease that `npm version` makes earlier in the same job.
    ///
    /// It is a warning if a program of which nothing is known runs before. It reports nothing if something sets the version,
    /// changes a manifest, or is a script that is not read, or if the version is only a placeholder, as in `0.0.0-development` and
    /// `1.0.0-dev`.
    ///
    /// ## Why it matters
    ///
    /// npm 10 publishes `2.0.0-beta.1` as `latest`, so everyone gets it. npm 11 stops instead:
    ///
    /// ```text
    /// npm error You must specify a tag using --tag when publishing a prerelease version.
    /// ```
    ///
    /// Releases therefore start to fail when npm is updated for trusted publishing. Up to version 10, `pnpm publish` runs npm and
    /// fails too. pnpm 11 publishes such a version as `latest`.
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
    ///       - uses: actions/checkout@v5
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "2.0.0-beta.1",
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Set a dist-tag, and remove it once the version is no longer a prerelease.
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
    ///       - uses: actions/checkout@v5
    ///       - run: npm publish --tag beta
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "2.0.0-beta.1",
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/commands/npm-publish#tag>
    /// - <https://docs.npmjs.com/adding-dist-tags-to-packages>
    PRERELEASE_NO_TAG {
        id: "prerelease-no-tag",
        summary: "npm 11 refuses a prerelease without a dist-tag.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites.iter().filter(|site| {
        site.refuses_tagless_prereleases() != Truth::No
            && site.packages.doubt.version != VersionChange::Possible
    }) {
        let (severity, will) = match site.refuses_tagless_prereleases() {
            Truth::Yes => (Severity::Error, "will"),
            _ => (Severity::Warning, "may"),
        };
        for (path, manifest) in committed_manifests(context, site) {
            let Some(TaglessPrerelease { range, tag }) = tagless_prerelease(manifest) else {
                continue;
            };
            let message = format!(
                "This prerelease has no dist-tag, which npm 11 requires: `{}` {will} fail",
                site.publishing_tool.command
            );
            let diagnostic = PRERELEASE_NO_TAG
                .at(&Place::new(&path, range), severity, message)
                .help(format!(
                    "Add `--tag {tag}` to the command, or set `publishConfig.tag`."
                ))
                .related(&site.place, "published here")
                .fix(add_flag(context, site, &format!("--tag {tag}")))
                .fix(set_publish_config(context, &path, "tag", &tag));
            findings.push(diagnostic);
        }
    }
    for found in find_stops(context, made_prerelease) {
        let (site, tag) = (found.site, found.cause);
        let will = match found.stop.is_in_every_run {
            true => "will",
            false => "may",
        };
        let message = format!(
            "This makes a prerelease, and npm 11 requires a dist-tag for it: `{}` {will} fail",
            site.publishing_tool.command
        );
        let fix = add_flag(context, site, &format!("--tag {tag}"));
        let diagnostic = found.report(&PRERELEASE_NO_TAG, message);
        findings.push(diagnostic.help(format!("Add `--tag {tag}`.")).fix(fix));
    }
}

/// The dist-tag for a prerelease that a command of the job makes.
fn made_prerelease(cause: &StopCause) -> Option<&String> {
    match cause {
        StopCause::TaglessPrerelease { tag } => Some(tag),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    const STEPS: &str = "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: { node-version: 24.11.0 }
";

    fn job(command: &str, manifest: &str) -> String {
        format!("{STEPS}      - run: {command}\n#- package.json\n{manifest}\n")
    }

    fn manifest(version: &str, rest: &str) -> String {
        format!("{{ \"name\": \"w\", \"version\": \"{version}\", \"repository\": \"a/w\"{rest} }}")
    }

    #[test]
    fn a_tag_is_added_to_the_command_or_to_the_manifest() {
        let beta = manifest("1.0.0-beta.1", "");
        check_fix(
            "prerelease-no-tag",
            &job("npm publish --access public", &beta),
            &job("npm publish --tag beta --access public", &beta),
        );
        let number = manifest("1.0.0-0", "");
        check_fix_titled(
            "prerelease-no-tag",
            "Set `publishConfig.tag` to `next`",
            &job("npm publish", &number),
            &job(
                "npm publish",
                &manifest("1.0.0-0", ", \"publishConfig\": { \"tag\": \"next\" }"),
            ),
        );
    }

    #[test]
    fn one_fix_covers_all_steps_that_lack_the_tag() {
        let steps = |tag: &str| format!("npm publish{tag}\n      - run: npm publish{tag} --access public");
        let beta = manifest("1.0.0-beta.1", "");
        check_fix(
            "prerelease-no-tag",
            &job(&steps(""), &beta),
            &job(&steps(" --tag beta"), &beta),
        );
    }

    #[test]
    fn pnpm_10_has_npm_publish() {
        let of_pnpm = |pnpm: &str| {
            let rest = format!(", \"packageManager\": \"pnpm@{pnpm}\"");
            job("pnpm publish --no-git-checks", &manifest("1.0.0-rc.1", &rest))
        };
        let site = |outcome: &str| format!("release.yml:9 publish; outcome={outcome}");
        check_sites(&of_pnpm("10.34.9"), &site("fails; error=-"));
        check_fix(
            "prerelease-no-tag",
            &of_pnpm("10.34.9"),
            &of_pnpm("10.34.9").replace("publish --no", "publish --tag rc --no"),
        );
        check_sites(&of_pnpm("11.28.11"), &site("oidc"));
        check_rule("prerelease-no-tag", &of_pnpm("11.28.11"));
    }

    #[test]
    fn an_unknown_version_or_tag_is_not_reported() {
        let rc = manifest("1.0.0-rc.1", "");
        for fixture in [
            job("npm publish --tag rc", &rc),
            job("npm publish --tag=$TAG", &rc),
            job("npm publish --force", &rc),
            job("NPM_CONFIG_TAG=rc npm publish", &rc),
            job("npm version 1.0.0 && npm publish", &rc),
            job("node scripts/version.js && npm publish", &rc),
            job("if x; then npm publish; fi", &rc),
            job("pnpm publish", &rc),
            job("npm publish", &manifest("1.0.0", "")),
            job("npm publish", &manifest("0.0.0-development", "")),
            job("npm publish", &manifest("1.0.0-dev", "")),
            job(
                "npm publish",
                &manifest("1.0.0-rc.1", ", \"publishConfig\": { \"tag\": \"rc\" }"),
            ),
            job(
                "npm publish",
                &manifest("1.0.0-rc.1", ", \"scripts\": { \"prepack\": \"node set.js\" }"),
            ),
            job(
                "npm publish\n        if: \"!github.event.release.prerelease\"",
                &rc,
            ),
            job("npm publish\n        env: { NPM_CONFIG_TAG: rc }", &rc),
            format!("{}#- .npmrc\ntag=rc\n", job("npm publish", &rc)),
            job("npm publish", &rc).replace("24.11.0", "22.14.0"),
            job("npm publish", &rc).replace("    steps:\n", "    steps:\n      - uses: acme/prepare@v1\n"),
            job("npm publish", &rc).replace(
                "    steps:\n",
                "    steps:\n      - uses: actions/checkout@v5\n        with: { ref: x }\n",
            ),
        ] {
            check_rule("prerelease-no-tag", &fixture);
        }
    }

    #[test]
    fn harmless_steps_before_leave_the_version_certain() {
        let scripts = ", \"scripts\": { \"build\": \"tsc\", \"prepublishOnly\": \"npm run build\" }";
        let rc = format!(
            "{}\n//                        ^^^^^^^^^^^^ error💡?[prerelease-no-tag]: This prerelease has no dist-tag, which npm 11 requires: …",
            manifest("1.0.0-rc.1", scripts)
        );
        let fixture = job("npm ci; npm run build; npm publish", &rc)
            .replace("    steps:\n", "    steps:\n      - uses: actions/checkout@v5\n");
        check_rule("prerelease-no-tag", &fixture);
    }

    #[test]
    fn a_prerelease_made_by_the_job_needs_a_tag_too() {
        let manifest = manifest("1.0.0", "");
        for (version, tag) in [
            ("npm version prerelease --preid beta --no-git-tag-version", "beta"),
            ("npm version preminor", "next"),
            ("npm version v2.0.0-rc.1", "rc"),
        ] {
            let fixture = |tag: &str, mark: &str| {
                job(
                    &format!("{version}\n{mark}      - run: npm publish{tag}"),
                    &manifest,
                )
            };
            let mark = format!(
                "#            {} error💡?[prerelease-no-tag]: …\n",
                "^".repeat(version.len())
            );
            check_rule("prerelease-no-tag", &fixture("", &mark));
            check_sites(&fixture("", ""), "release.yml:10 publish; outcome=fails; error=-");
            check_rule("prerelease-no-tag", &fixture(&format!(" --tag {tag}"), ""));
        }
        for steps in [
            "npm version prerelease -w a\n      - run: npm publish",
            "npm version prerelease\n      - run: npm version patch\n      - run: npm publish",
            "npm version prerelease\n      - run: ./release.sh\n      - run: npm publish",
            "npm version prerelease\n        if: inputs.next\n      - run: npm publish",
            "npm version prerelease || true\n      - run: npm publish",
            "npm version 1.2.3\n      - run: npm publish",
            "cd a && npm version prerelease\n      - run: npm publish",
            "npm version prerelease\n      - run: npx npm@10 publish",
            "npm version prerelease\n      - run: npm publish ./dist",
        ] {
            check_rule("prerelease-no-tag", &job(steps, &manifest));
        }
    }
}
