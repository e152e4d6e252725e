use crate::checker::npm_version::{is_bundled, npm_name};
use crate::checker::prelude::*;
use crate::checker::tool_remedy::update;
use crate::fixes::node::use_node_24;
use crate::fixes::npm::install_npm;
use crate::knowledge::npm_releases::STAGE_MINIMUM;
use crate::publish::{FIRST_WITH_STAGE, NodeOrigin};
use crate::versions::version::Version;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `npm stage publish` with an npm that does not have the command, and `pnpm stage publish` with such a pnpm.
    ///
    /// ## Why it matters
    ///
    /// `npm stage` is new in npm 11.15.0, which is later than trusted publishing itself. Node 24 ships it from 24.18.0 on,
    /// Node 26 from 26.3.0 on, and Node 25 never. An older npm stops:
    ///
    /// ```text
    /// Unknown command: "stage"
    /// ```
    ///
    /// `pnpm stage` is new in pnpm 11.3.0. An older pnpm looks for a program of this name, and fails with
    /// `ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL`.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24.11.0
    ///       - run: npm stage publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Use a Node that ships npm 11.15.0 or later, or install such an npm first. Update pnpm to 11.3.0 or later.
    ///
    /// ```yaml,good
    /// on: push
    /// permissions:
    ///   contents: read
    ///   id-token: write
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm stage publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    STAGE_NEEDS_NPM {
        id: "stage-needs-npm",
        summary: "This npm or pnpm is too old for `stage`.",
        severity: Error,
        fix: Safe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        if let Some(version) = site.pnpm_without_stage() {
            let first = Version::from(FIRST_WITH_STAGE);
            let message = format!(
                "pnpm {version} has no `stage`: `pnpm stage publish` will fail with {}",
                NpmError::PnpmNoCommand
            );
            let help = format!("To use it, {}.", update("pnpm", &first));
            findings.push(
                STAGE_NEEDS_NPM
                    .at(&site.place, Severity::Error, message)
                    .help(help),
            );
        }
        if !site.lacks_stage() {
            continue;
        }
        let wanted = format!("^{}", *STAGE_MINIMUM);
        let help = match is_bundled(site) {
            true => "Use Node 24.".to_owned(),
            false => format!("Use `npm@{wanted}`."),
        };
        let message = format!(
            "This is {}, but `npm stage` needs npm {}: it will fail with `Unknown command: \"stage\"`",
            npm_name(site),
            *STAGE_MINIMUM
        );
        let mut diagnostic = STAGE_NEEDS_NPM
            .at(&site.place, Severity::Error, message)
            .help(help);
        if let Some(place) = &site.node_and_npm.npm.place {
            diagnostic = diagnostic.related(place, "npm is chosen here");
        }
        let fix = match (
            is_bundled(site),
            &site.node_and_npm.node.origin,
            &site.node_and_npm.npm.place,
        ) {
            (true, NodeOrigin::SetupInput, Some(place)) => use_node_24(context, site, place),
            (false, _, Some(place)) => install_npm(context, place, &wanted),
            _ => None,
        };
        findings.push(diagnostic.fix(fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    fn job(node: &str, upgrade: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node} }}
{upgrade}      - run: npm stage publish
"
        )
    }

    const CARETS: &str = "#            ^^^^^^^^^^^^^^^^^";

    #[test]
    fn an_npm_that_is_new_enough_for_the_exchange_may_be_too_old() {
        let expected = |npm: &str| {
            format!(
                "{CARETS} error[stage-needs-npm]: This is npm {npm}, but `npm stage` needs npm 11.15.0: it will fail with `Unknown \
                 command: \"stage\"`\n{CARETS} help[stage-needs-npm]: Use Node 24.\n"
            )
        };
        check_rule(
            "stage-needs-npm",
            &(job("24.11.0", "") + &expected("11.6.1").replace("error", "error💡")),
        );
        check_rule(
            "stage-needs-npm",
            &(job("25.9.0", "") + &expected("11.12.1").replace("error", "error💡")),
        );
        check_rule("stage-needs-npm", &job("24.18.0", ""));
        check_rule("stage-needs-npm", &job("24", ""));
        check_rule("stage-needs-npm", &job("'${{ vars.NODE }}'", ""));
        check_rule(
            "stage-needs-npm",
            &job("24.11.0", "      - run: npm install -g npm@11.15.0\n"),
        );
    }

    #[test]
    fn the_step_fails_if_the_command_is_unknown() {
        let outcome = |node: &str, outcome: &str| {
            check_sites(
                &job(node, ""),
                &format!("release.yml:9 publish; outcome={outcome}"),
            );
        };
        outcome("24.11.0", "fails");
        outcome("24.18.0", "oidc");
        outcome("'${{ vars.NODE }}'", "unknown");
    }

    #[test]
    fn pnpm_has_it_from_11_3_on() {
        let publish = |pnpm: &str, mark: &str| {
            format!(
                "{}{mark}#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"packageManager\": \"pnpm@{pnpm}\", \"repository\": \"a/w\" }}\n",
                job("24", "").replace("npm stage publish", "pnpm stage publish --no-git-checks")
            )
        };
        for pnpm in ["10.34.9", "11.2.2"] {
            let mark = format!(
                "#            ^^^^^^^^^^^^^^^^^^ error[stage-needs-npm]: pnpm {pnpm} has no `stage`: `pnpm stage publish` will fail \
                 with ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL\n#            ^^^^^^^^^^^^^^^^^^ help[stage-needs-npm]: To use it, update \
                 pnpm to 11.3.\n"
            );
            check_rule("stage-needs-npm", &publish(pnpm, &mark));
            check_sites(
                &publish(pnpm, ""),
                "release.yml:9 publish; outcome=fails; error=ERR_PNPM_RECURSIVE_EXEC_FIRST_FAIL",
            );
        }
        for pnpm in ["11.3.0", "12.21.0", "^11.0.0"] {
            check_rule("stage-needs-npm", &publish(pnpm, ""));
        }
        let unknown = publish("11.3.0", "").replace("\"packageManager\": \"pnpm@11.3.0\", ", "");
        check_rule("stage-needs-npm", &unknown);
    }

    #[test]
    fn the_newest_node_24_or_npm_11_is_taken() {
        check_fix("stage-needs-npm", &job("24.11.0", ""), &job("24", ""));
        check_fix(
            "stage-needs-npm",
            &job("24.11.0", "      - run: npm install -g npm@11.14.1\n"),
            &job("24.11.0", "      - run: npm install -g npm@^11.15.0\n"),
        );
    }
}
