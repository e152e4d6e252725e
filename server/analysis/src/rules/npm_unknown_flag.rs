use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::command::remove_flag;
use crate::publish::{Argument, StopCause, Tool};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish command with a flag that npm 12 does not accept: `npm publish --no-git-checks`, or a flag that pnpm
    /// before 10.18.3 passes to npm, as in `pnpm publish --no-git-checks`. `changeset publish` runs that command too.
    ///
    /// ## Why it matters
    ///
    /// Up to npm 11, unknown flags only cause a warning. npm 12 fails with EUNKNOWNCONFIG, and `npm@latest` installs npm 12.
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
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v6
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm install -g npm@12
    ///       - run: npm publish --non-interactive
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove the flag from `npm publish`. For pnpm, update to 10.18.3 or later, or install `npm@^11.5.1`.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { branches: [main] } }
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
    ///       - run: npm install -g npm@12
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/using-npm/config>
    NPM_UNKNOWN_FLAG {
        id: "npm-unknown-flag",
        summary: "npm 12 rejects a flag of the publish command.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, unknown_flag) {
        let publisher = &found.site.publishing_tool;
        let flag = &found.cause.text;
        let will = match found.stop.is_in_every_run {
            true => "will",
            false => "may",
        };
        let message = format!(
            "npm 12 does not accept `{flag}`: `{}` {will} fail with EUNKNOWNCONFIG",
            publisher.command
        );
        let help = match publisher.tool {
            Tool::Npm => format!("npm 11 only warns about unknown flags. Remove `{flag}`."),
            _ => "pnpm before 10.18.3 passes the flag to npm. Update pnpm to 10.18.3 or later, or install `npm@^11.5.1`."
                .to_owned(),
        };
        // npm 11 ignores the flag, so nothing changes without it. pnpm needs it.
        let fix = remove_flag(context, found.cause)
            .filter(|_| publisher.tool == Tool::Npm && !takes_value(context, found.cause));
        let fix = fix.map(|fix| Fix {
            applicability: Applicability::Safe,
            ..fix
        });
        findings.push(found.report(&NPM_UNKNOWN_FLAG, message).help(help).fix(fix));
    }
}

fn unknown_flag(cause: &StopCause) -> Option<&Argument> {
    match cause {
        StopCause::UnknownNpmFlag { flag } => Some(flag),
        _ => None,
    }
}

/// Whether the word after the flag may be its value, which would be left over if the flag is removed.
fn takes_value(context: &CheckContext<'_>, flag: &Argument) -> bool {
    let Some(file) = context.sources.file(&flag.place.path) else {
        return true;
    };
    let after = file.text.get(flag.place.range.end()..).unwrap_or_default();
    let line = after.split(['\n', '\r']).next().unwrap_or_default();
    let next = line.trim_start_matches([' ', '\t']);
    let is_end = next.is_empty() || next.starts_with(['-', '#', '&', '|', ';', '\\', '>', ')', '"', '\'']);
    !is_end && !flag.text.contains('=') && !flag.text.starts_with("--no-")
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites, no_fix};

    const RULE: &str = "npm-unknown-flag";

    /// A repository that installs this npm and publishes with these steps.
    fn repository(npm: &str, steps: &str, manifest: &str) -> String {
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
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: npm install -g npm@{npm}
{steps}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget"{manifest} }}
"#
        )
    }

    #[test]
    fn npm_12_rejects_unknown_flags() {
        for npm in ["12.2.0", "12", "latest"] {
            for flag in [
                "--no-git-checks",
                "--tolerate-republish",
                "--non-interactive",
                "--acces=public",
                "-r",
            ] {
                let mark = format!(
                    "        #                {carets} error💡[npm-unknown-flag]: npm 12 does not accept `{flag}`: `npm publish` will fail with \
                     EUNKNOWNCONFIG\n        #                {carets} help[npm-unknown-flag]: npm 11 only warns about unknown flags. Remove \
                     `{flag}`.",
                    carets = "^".repeat(flag.len())
                );
                let fixture =
                    |mark: &str| repository(npm, &format!("      - run: npm publish {flag}\n{mark}"), "");
                check_rule(RULE, &fixture(&mark));
                check_sites(
                    &fixture(""),
                    "release.yml:11 publish; outcome=fails; error=EUNKNOWNCONFIG",
                );
            }
        }
        let script = ", \"scripts\": { \"release\": \"npm publish --non-interactive\" }";
        let steps = "      - run: npm run release\n        #    ^^^^^^^^^^^^^^^ error[npm-unknown-flag]: …";
        check_rule(RULE, &repository("12", steps, script));
    }

    #[test]
    fn pnpm_before_10_18_3_passes_flags_to_npm() {
        for (pnpm, is_refused) in [
            ("9.15.9", true),
            ("10.18.0", true),
            ("10.18.2", true),
            ("10.18.3", false),
            ("10.19.0", false),
            ("11.28.10", false),
        ] {
            let manager = format!(", \"packageManager\": \"pnpm@{pnpm}\"");
            for (command, flag) in [("pnpm publish", " --no-git-checks"), ("changeset publish", "")] {
                let mark = match (is_refused, flag) {
                    (false, _) => "",
                    (true, "") => {
                        "\n        #    ^^^^^^^^^^^^^^^^^ error[npm-unknown-flag]: …\n        #    ^^^^^^^^^^^^^^^^^ \
                         help[npm-unknown-flag]: pnpm before 10.18.3 passes the flag to npm. …"
                    }
                    (true, _) => "\n        #                 ^^^^^^^^^^^^^^^ error[npm-unknown-flag]: …",
                };
                let steps = format!("      - run: {command}{flag}{mark}");
                check_rule(RULE, &repository("12.2.0", &steps, &manager));
            }
        }
        let manager = ", \"packageManager\": \"pnpm@9.15.9\"";
        check_rule(
            RULE,
            &repository("12.2.0", "      - run: pnpm -r publish --no-git-checks", manager),
        );
    }

    #[test]
    fn flags_that_npm_accepts_or_ignores_are_not_reported() {
        for flag in [
            "--access public --tag=next --no-fund",
            "--@acme:registry=https://registry.npmjs.org",
            "--${{ inputs.flag }}",
            "$FLAGS",
            "-- --foo",
        ] {
            check_rule(
                RULE,
                &repository("12.2.0", &format!("      - run: npm publish {flag}"), ""),
            );
        }
        check_rule(
            RULE,
            &repository("11.10.0", "      - run: npm publish --no-git-checks", ""),
        );
        check_rule(
            RULE,
            &repository(
                "12.2.0",
                "      - run: npx --yes npm@11 publish --no-git-checks",
                "",
            ),
        );
    }

    #[test]
    fn the_flag_is_removed_unless_it_may_have_a_value() {
        check_fix(
            RULE,
            &repository(
                "12",
                "      - run: npm publish --non-interactive --access public # now",
                "",
            ),
            &repository("12", "      - run: npm publish --access public # now", ""),
        );
        no_fix(
            RULE,
            &repository("12", "      - run: npm publish --new-version 1.2.3", ""),
        );
    }
}
