use crate::checker::prelude::*;
use crate::checker::published_packages::may_exchange;
use crate::fixes::provenance::remove_provenance;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `--provenance`, `NPM_CONFIG_PROVENANCE: true`, `provenance=true` in an `.npmrc` and `"provenance": true` in
    /// `publishConfig`, if npm publishes by trusted publishing.
    ///
    /// ## Why it matters
    ///
    /// If the repository and the package are public, npm generates provenance automatically after the token exchange. Requesting
    /// it changes one thing: if provenance cannot be generated, the publish fails instead of going on without it. From a private
    /// repository it fails with
    ///
    /// ```text
    /// npm error code E422
    /// npm error 422 Unprocessable Entity - PUT https://registry.npmjs.org/@acme%2fwidget - Error verifying sigstore
    /// provenance bundle: Unsupported GitHub Actions source repository visibility: private
    /// ```
    ///
    /// and for a restricted package, or a new one whose `access` is not set:
    ///
    /// ```text
    /// npm error code EUSAGE
    /// npm error Can't generate provenance for new or private package, you must set `access` to public.
    /// ```
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
    ///       - run: npm publish --provenance
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
    /// You do not have to do anything. To avoid the failure, remove the setting.
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
    /// - <https://docs.npmjs.com/trusted-publishers#automatic-provenance-generation>
    PROVENANCE_EXPLICIT {
        id: "provenance-explicit",
        summary: "Provenance is requested explicitly, but trusted publishing generates it anyway.",
        severity: Hint,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        if let Some(provenance) = site.target.requested_provenance()
            && site.refuses_provenance() == Truth::Yes
        {
            let message = format!(
                "{} cannot generate provenance, which is requested here: `{}` will fail",
                site.publishing_tool.last().0,
                site.publishing_tool.command
            );
            let diagnostic = PROVENANCE_EXPLICIT
                .at(&provenance.place, Severity::Error, message)
                .help("Remove the setting.")
                .related(&site.place, "published here")
                .fix(remove_provenance(context, &provenance.place));
            findings.push(diagnostic);
            continue;
        }
        let is_by_oidc = site.intent() == Intent::Oidc && site.identity.id_token.grant == Grant::Yes;
        let exchanges = may_exchange(site) && site.can_exchange() == Truth::Yes;
        if !is_by_oidc || !exchanges || !site.is_npm() {
            continue;
        }
        let Some(provenance) = site.target.requested_provenance() else {
            continue;
        };
        let diagnostic = PROVENANCE_EXPLICIT
            .at(
                &provenance.place,
                Severity::Hint,
                "Provenance is requested explicitly, but trusted publishing generates it anyway",
            )
            .help(
                "With this setting, the publish fails if provenance cannot be generated, for example from a private repository.",
            )
            .fix(remove_provenance(context, &provenance.place));
        findings.push(diagnostic);
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

    const MANIFEST: &str = "{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\" }";

    #[test]
    fn the_setting_is_removed() {
        check_fix(
            "provenance-explicit",
            &job("npm publish --provenance --access public", MANIFEST),
            &job("npm publish --access public", MANIFEST),
        );
    }

    #[test]
    fn a_word_that_may_be_its_value_is_not_left_over() {
        for word in [
            "${{ inputs.x }}",
            "\"${{ inputs.x }}\"",
            "$PROVENANCE",
            "\"$FOLDER\"",
        ] {
            no_fix(
                "provenance-explicit",
                &job(&format!("npm publish --provenance {word}"), MANIFEST),
            );
        }
        for command in [
            "npm publish --provenance # $X",
            "npm publish --provenance && echo $X",
        ] {
            check_fix(
                "provenance-explicit",
                &job(command, MANIFEST),
                &job(&command.replace(" --provenance", ""), MANIFEST),
            );
        }
        // What goes before it stays.
        check_fix(
            "provenance-explicit",
            &job("npm publish ${{ inputs.x }} --provenance", MANIFEST),
            &job("npm publish ${{ inputs.x }}", MANIFEST),
        );
    }

    #[test]
    fn a_value_that_only_the_run_knows_is_not_reported() {
        let asked = job("npm publish --provenance ${{ inputs.x }}", MANIFEST);
        let input = "on: { workflow_dispatch: { inputs: { x: { type: boolean } } } }";
        check_rule("provenance-explicit", &asked.replace("on: push", input));
    }

    #[test]
    fn without_a_certain_exchange_nothing_is_reported() {
        let asked = job("npm publish --provenance", MANIFEST);
        check_rule("provenance-explicit", &asked.replace("24.11.0", "22.14.0"));
        check_rule(
            "provenance-explicit",
            &asked.replace("id-token: write", "contents: read"),
        );
        check_rule(
            "provenance-explicit",
            &asked.replace("npm publish", "pnpm publish"),
        );
        check_rule("provenance-explicit", &job("npm publish", MANIFEST));
    }
}
