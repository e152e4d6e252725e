use crate::checker::prelude::*;
use crate::checker::published_packages::may_exchange;
use crate::fixes::migration::mismatched_manifests;
use crate::fixes::provenance::remove_provenance;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a setting that turns off the provenance of trusted publishing: `--no-provenance`, `--provenance=false`,
    /// `NPM_CONFIG_PROVENANCE: false`, or `provenance=false` in an `.npmrc`.
    ///
    /// ## Why it matters
    ///
    /// For a public repository, npm automatically attests from which commit and by which workflow a package was built, and shows
    /// it on the package's page. Without it, users cannot verify where the package comes from. The publish still succeeds.
    ///
    /// A private repository has no provenance anyway, so the setting changes nothing.
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
    ///       - run: npm publish
    ///         env:
    ///           NPM_CONFIG_PROVENANCE: false
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove the setting, unless there is a reason for it.
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
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget"
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/generating-provenance-statements>
    PROVENANCE_DISABLED {
        id: "provenance-disabled",
        summary: "The publish step turns provenance off.",
        severity: Information,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites.iter().filter(|site| may_exchange(site)) {
        let Some(provenance) = &site.target.provenance else {
            continue;
        };
        if provenance.is_on || provenance.is_publish_config {
            continue;
        }
        let message = format!(
            "`{}` publishes without provenance, so users cannot verify where the package comes from",
            site.publishing_tool.command
        );
        let diagnostic = PROVENANCE_DISABLED
            .at(&provenance.place, Severity::Information, message)
            .help("Remove the setting, unless the repository is private.")
            .fix(fix(context, site, &provenance.place));
        findings.push(diagnostic);
    }
}

/// With provenance, the registry would refuse a package whose `repository` names another one.
fn fix(context: &CheckContext<'_>, site: &Site<'_>, place: &Place) -> Option<Fix> {
    match mismatched_manifests(context, site).as_slice() {
        [] => remove_provenance(context, place),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::*;

    fn job(step: &str) -> String {
        format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{step}"
        )
    }

    #[test]
    fn the_setting_is_removed_where_it_is_written() {
        let on = "      - run: npm publish\n";
        let env = "      - run: npm publish\n        env:\n          NPM_CONFIG_PROVENANCE: 'false'\n";
        check_fix("provenance-disabled", &job(env), &job(on));
        let flag = "      - run: npm publish --no-provenance\n";
        check_fix("provenance-disabled", &job(flag), &job(on));
        let value = "      - run: npm publish --provenance false --tag x # why\n";
        check_fix(
            "provenance-disabled",
            &job(value),
            &job("      - run: npm publish --tag x # why\n"),
        );
        let npmrc = format!("{}#- .npmrc\nprovenance=false\naudit=false\n", job(on));
        check_fix(
            "provenance-disabled",
            &npmrc,
            &format!("{}#- .npmrc\naudit=false\n", job(on)),
        );
    }

    #[test]
    fn a_flag_is_removed_with_its_line() {
        let lines = |lines: &str| job(&format!("      - run: |\n          npm publish \\\n{lines}"));
        check_fix(
            "provenance-disabled",
            &lines("            --no-provenance \\\n            --tag x\n"),
            &lines("            --tag x\n"),
        );
        check_fix(
            "provenance-disabled",
            &lines("            --tag x \\\n            --no-provenance\n"),
            &lines("            --tag x\n"),
        );
    }

    #[test]
    fn requested_provenance_and_a_publish_with_a_token_are_not_reported() {
        for step in [
            "      - run: npm publish --provenance\n",
            "      - run: npm publish\n        env: { NPM_CONFIG_PROVENANCE: '' }\n",
            "      - run: npm publish --no-provenance --registry https://npm.example.com\n",
        ] {
            check_rule("provenance-disabled", &job(step));
        }
        let token = job(
            "      - run: npm publish --no-provenance\n        env: { NODE_AUTH_TOKEN: '${{ secrets.X }}' }\n",
        );
        check_rule(
            "provenance-disabled",
            &token.replace("id-token: write", "contents: read"),
        );
    }
}
