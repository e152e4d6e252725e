use crate::checker::npm_version::{npm_name, npm_of_corepack, too_old_severity};
use crate::checker::prelude::*;
use crate::fixes::builder::{editable, fix_of_file};
use crate::publish::CorepackPin;
use crate::text::TextEdit;

declare_rule! {
    /// ## What it does
    ///
    /// Reports an npm that is requested through corepack, with `packageManager` or `corepack prepare`, but does not run, because
    /// nothing tells corepack to put npm on the PATH. The npm of Node runs instead, and it is too old.
    ///
    /// ## Why it matters
    ///
    /// `corepack enable` takes over `pnpm` and `yarn`, and leaves npm alone unless it is named. `corepack prepare` and `corepack
    /// install` only fetch. So the job publishes with the npm that came with Node:
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// npm error need auth This command requires you to be logged in to https://registry.npmjs.org/
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// #- .github/workflows/release.yml
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
    ///           node-version: 22
    ///       - run: corepack enable
    ///       - run: npm publish
    /// #- package.json
    /// { "name": "widget", "version": "1.0.0", "repository": "acme/widget", "packageManager": "npm@11.6.0" }
    /// ```
    ///
    /// ## Fix
    ///
    /// Name npm, or use Node 24, which ships an npm that is new enough.
    ///
    /// ```yaml,good
    /// #- .github/workflows/release.yml
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
    ///           node-version: 22
    ///       - run: corepack enable npm
    ///       - run: npm publish
    /// #- package.json
    /// { "name": "widget", "version": "1.0.0", "repository": "acme/widget", "packageManager": "npm@11.6.0" }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/nodejs/corepack#corepack-enable--name>
    COREPACK_NPM_PIN {
        id: "corepack-npm-pin",
        summary: "Corepack does not put the requested npm on the PATH.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let (Some(pin), Some(severity)) = (npm_of_corepack(site), too_old_severity(site)) else {
            continue;
        };
        let wanted = pin.npm.text.as_deref().unwrap_or_default();
        let (why, remedy) = match pin.is_enable {
            true => (
                format!(
                    "`corepack enable` does not enable npm, so {} runs instead of {wanted}",
                    npm_name(site)
                ),
                "Write `corepack enable npm`.",
            ),
            false => (
                format!(
                    "This only downloads npm {wanted}, and {} still runs",
                    npm_name(site)
                ),
                "Add `corepack enable npm`.",
            ),
        };
        let message = format!("{why}: {}", consequence(site, severity));
        let mut diagnostic = COREPACK_NPM_PIN
            .at(&pin.command, severity, message)
            .help("The npm that runs came with Node.")
            .related(&site.place, "published here");
        if let Some(place) = pin.npm.place.as_ref().filter(|place| **place != pin.command) {
            diagnostic = diagnostic.related(place, "this npm was requested");
        }
        findings.push(diagnostic.fix(enable_npm(context, pin)).remedy(remedy));
    }
}

/// Adds `npm` to `corepack enable`.
fn enable_npm(context: &CheckContext<'_>, pin: &CorepackPin) -> Option<Fix> {
    let place = &pin.command;
    let file = editable(context, &place.path)?;
    let written = place.range.slice(&file.text);
    let is_written_out = written.starts_with("corepack enable");
    // Corepack enables only what is named: with npm alone, pnpm and yarn would be gone. Measured with corepack 0.34.
    let names = match written.trim_end() == "corepack enable" {
        true => " npm pnpm yarn",
        false => " npm",
    };
    let edits = vec![TextEdit::insert(place.range.end(), names)];
    (pin.is_enable && is_written_out)
        .then(|| {
            fix_of_file(
                "Enable npm as well",
                Applicability::Unsafe,
                &place.path,
                Ok(edits),
            )
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_fix, check_rule, check_sites};

    const RULE: &str = "corepack-npm-pin";

    fn job(node: &str, steps: &str, manager: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: {node} }}
{steps}      - run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/b"{manager} }}
"#
        )
    }

    const NPM_11: &str = ", \"packageManager\": \"npm@11.6.0\"";

    #[test]
    fn npm_is_not_on_the_path() {
        let enable = "      - run: corepack enable\n#            ^^^^^^^^^^^^^^^ error💡?[corepack-npm-pin]: `corepack enable` does not enable npm, so npm 10.9.2 runs instead of 11.6.0: `npm publish` will fail with ENEEDAUTH\n#            ^^^^^^^^^^^^^^^ \
                      help[corepack-npm-pin]: The npm that runs came with Node.\n";
        check_rule(RULE, &job("22.14.0", enable, NPM_11));
        check_rule(
            "npm-too-old-node",
            &job("22.14.0", "      - run: corepack enable\n", NPM_11),
        );
        let prepare = "      - run: corepack prepare npm@11.6.0 --activate\n#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ \
                       error[corepack-npm-pin]: This only downloads npm 11.6.0, and npm 10.9.2 still runs: `npm publish` will fail with \
                       ENEEDAUTH\n#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ help[corepack-npm-pin]: The npm that runs came with Node. Add \
                       `corepack enable npm`.\n";
        check_rule(RULE, &job("22.14.0", prepare, ""));
    }

    #[test]
    fn what_is_enabled_runs() {
        let fields = |steps: &str, manager: &str, expected: &str| {
            let line = 9 + steps.lines().count();
            check_sites(
                &job("22.14.0", steps, manager),
                &format!("release.yml:{line} publish; {expected}"),
            );
        };
        fields(
            "      - run: corepack enable npm\n",
            NPM_11,
            "npm=11.6.0; outcome=oidc",
        );
        fields("      - run: corepack enable npm\n", "", "npm=-; outcome=unknown");
        fields(
            "      - run: corepack prepare npm@11.6.0 --activate\n      - run: corepack enable npm\n",
            "",
            "npm=11.6.0; outcome=oidc",
        );
        fields("      - run: corepack enable\n", "", "npm=10.9.2; outcome=fails");
    }

    #[test]
    fn an_npm_that_is_too_old_or_not_needed_is_not_reported() {
        let enable = "      - run: corepack enable\n";
        check_rule(RULE, &job("24", enable, NPM_11));
        check_rule(RULE, &job("22", enable, ", \"packageManager\": \"npm@10.9.0\""));
        check_rule(RULE, &job("22", enable, ", \"packageManager\": \"pnpm@11.0.0\""));
    }

    #[test]
    fn npm_is_named() {
        check_fix(
            RULE,
            &job("22.14.0", "      - run: corepack enable # for the pin\n", NPM_11),
            &job(
                "22.14.0",
                "      - run: corepack enable npm pnpm yarn # for the pin\n",
                NPM_11,
            ),
        );
        check_fix(
            RULE,
            &job("22.14.0", "      - run: corepack enable pnpm\n", NPM_11),
            &job("22.14.0", "      - run: corepack enable pnpm npm\n", NPM_11),
        );
    }
}
