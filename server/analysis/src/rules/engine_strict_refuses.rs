use crate::checker::prelude::*;
use crate::checker::stops::find_stops;
use crate::publish::StopCause;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `npm ci` and `npm install` before a publish, if `.npmrc` sets `engine-strict` and `engines` of the root `package.json`
    /// excludes the Node or the npm of the job.
    ///
    /// ## Why it matters
    ///
    /// npm installs nothing, and the job ends before it publishes:
    ///
    /// ```text
    /// npm error code EBADENGINE
    /// npm error engine Unsupported engine
    /// ```
    ///
    /// Without `engine-strict`, this is a warning. Trusted publishing needs Node 24 or a newer npm, which an old `engines` may exclude.
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
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm ci
    ///       - run: npm publish
    /// #- .npmrc
    /// engine-strict=true
    /// #- package.json
    /// { "name": "widget", "version": "1.0.0", "repository": "acme/widget", "engines": { "node": "^20 || ^22" } }
    /// ```
    ///
    /// ## Fix
    ///
    /// Widen the range, or remove `engine-strict`.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-24.04
    ///     steps:
    ///       - uses: actions/setup-node@v6
    ///         with:
    ///           node-version: 24
    ///       - run: npm ci
    ///       - run: npm publish
    /// #- .npmrc
    /// engine-strict=true
    /// #- package.json
    /// { "name": "widget", "version": "1.0.0", "repository": "acme/widget", "engines": { "node": ">=20" } }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/cli/v11/using-npm/config#engine-strict>
    ENGINE_STRICT_REFUSES {
        id: "engine-strict-refuses",
        summary: "npm refuses to install, because `engines` excludes this Node or npm.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    let found = find_stops(context, |cause| match cause {
        StopCause::RefusedEngine {
            command,
            field,
            wanted_at,
            excluded,
        } => Some((command, *field, wanted_at, excluded)),
        _ => None,
    });
    for stop in found {
        let (command, field, wanted_at, excluded) = stop.cause;
        let message =
            format!("`{field}` in package.json excludes {excluded}: `{command}` will fail with EBADENGINE");
        let diagnostic = stop.report(&ENGINE_STRICT_REFUSES, message);
        let diagnostic = diagnostic.related(wanted_at, "excluded here");
        findings.push(diagnostic.help("Widen the range, or remove `engine-strict` from `.npmrc`."));
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    fn repository(install: &str, npmrc: &str, manifest: &str) -> String {
        format!(
            r#"
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {install}
      - run: npm publish
#- .npmrc
{npmrc}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "acme/widget", {manifest} }}
"#
        )
    }

    const STRICT: &str = "engine-strict=true";
    const OLD: &str = r#""engines": { "node": "<24" }"#;

    #[test]
    fn an_excluded_node_ends_the_job() {
        for (install, mark) in [("npm ci", "^^^^^^"), ("npm install", "^^^^^^^^^^^")] {
            let marked = format!(
                "{install}\n#            {mark} error[engine-strict-refuses]: `engines.node` in package.json excludes Node 24: `{install}` will fail \
                 with EBADENGINE\n#            {mark} help[engine-strict-refuses]: Widen the range, or remove `engine-strict` from `.npmrc`."
            );
            check_rule("engine-strict-refuses", &repository(&marked, STRICT, OLD));
        }
        check_sites(
            &repository("npm ci", STRICT, OLD),
            "release.yml:10 publish; outcome=not-reached; error=EBADENGINE",
        );
    }

    #[test]
    fn what_npm_does_not_refuse_is_not_reported() {
        for (install, npmrc, manifest) in [
            ("npm ci", "save-exact=true", OLD),
            ("npm ci", STRICT, r#""engines": { "node": ">=20" }"#),
            (
                "npm ci",
                STRICT,
                r#""engines": { "node": "<24" }, "devEngines": {}"#,
            ),
            ("npm ci --force", STRICT, OLD),
            ("npm ci --no-engine-strict", STRICT, OLD),
            ("npm ci || true", STRICT, OLD),
            ("pnpm install", STRICT, OLD),
            ("npm config set engine-strict false && npm ci", STRICT, OLD),
        ] {
            check_rule("engine-strict-refuses", &repository(install, npmrc, manifest));
        }
    }
}
