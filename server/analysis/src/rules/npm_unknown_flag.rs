use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::fixes::command::remove_flag;
use crate::publish::{Argument, StopCause, Tool};

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish command with a flag that npm 12 does not accept: `npm publish --no-git-checks`, or a flag that pnpm
    /// before 10.18.3 hands on to npm, as in `pnpm publish --no-git-checks`. `changeset publish` runs that command too.
    ///
    /// ## Why it matters
    ///
    /// Up to npm 11, unknown flags only cause a warning. npm 12 ends with EUNKNOWNCONFIG, and `npm@latest` installs npm 12.
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
    /// Remove a flag of `npm publish`. For pnpm, update to 10.18.3 or later, or install `npm@^11.5.1`.
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
        summary: "npm 12 stops at a flag that it does not know.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for found in find_stops(context, unknown_flag) {
        let publisher = &found.site.publisher;
        let flag = &found.cause.text;
        let will = match found.stop.is_in_every_run {
            true => "will",
            false => "may",
        };
        let (why, advice) = match publisher.tool {
            Tool::Npm => (String::new(), format!("remove `{flag}`")),
            _ => (
                ", which pnpm before 10.18.3 hands on to npm".to_owned(),
                "update pnpm to 10.18.3 or later, or install `npm@^11.5.1`".to_owned(),
            ),
        };
        let message = format!(
            "npm 12 does not accept `{flag}`{why}: `{}` {will} fail with EUNKNOWNCONFIG; {advice}",
            publisher.command
        );
        // npm ignored the flag before, and pnpm needs it.
        let fix = remove_flag(context, found.cause)
            .filter(|_| publisher.tool == Tool::Npm && !takes_value(context, found.cause));
        let fix = fix.map(|fix| Fix {
            applicability: Applicability::Safe,
            ..fix
        });
        findings.push(found.report(&NPM_UNKNOWN_FLAG, message).fix(fix));
    }
}

fn unknown_flag(cause: &StopCause) -> Option<&Argument> {
    match cause {
        StopCause::UnknownNpmFlag { flag } => Some(flag),
        _ => None,
    }
}

/// Whether the word after the flag may be its value, which nothing would name after the flag is removed.
fn takes_value(context: &CheckContext<'_>, flag: &Argument) -> bool {
    let Some(file) = context.sources.file(&flag.place.path) else {
        return true;
    };
    let behind = file.text.get(flag.place.range.end()..).unwrap_or_default();
    let line = behind.split(['\n', '\r']).next().unwrap_or_default();
    let next = line.trim_start_matches([' ', '\t']);
    let is_end = next.is_empty() || next.starts_with(['-', '#', '&', '|', ';', '\\', '>', ')', '"', '\'']);
    !is_end && !flag.text.contains('=') && !flag.text.starts_with("--no-")
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites, no_fix};

    const RULE: &str = "npm-unknown-flag";

    /// A repository that publishes with these steps, after this npm was installed.
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
    fn npm_12_stops_at_flags_that_it_does_not_know() {
        for npm in ["12.2.0", "12", "latest"] {
            for flag in [
                "--no-git-checks",
                "--tolerate-republish",
                "--non-interactive",
                "--acces=public",
                "-r",
            ] {
                let mark = format!(
                    "        #                {} error💡[npm-unknown-flag]: …",
                    "^".repeat(flag.len())
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
    fn pnpm_before_10_18_3_hands_flags_on() {
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
                    (true, "") => "\n        #    ^^^^^^^^^^^^^^^^^ error[npm-unknown-flag]: …",
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
    fn what_npm_accepts_or_ignores_is_left_alone() {
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
