use crate::checker::npm_version::{too_old_node, why_too_old, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::{edit_version_file, override_version_file};
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `node-version-file` that names a Node whose npm does not support trusted publishing.
    ///
    /// ## Why it matters
    ///
    /// The version is set in another file (`.nvmrc`, `.node-version`, `.tool-versions`, or `volta`,
    /// `devEngines` or `engines` of a `package.json`), so the workflow looks right. The npm of such a Node fails with
    /// `ENEEDAUTH`, or, if an `.npmrc` has a token line (as with `registry-url`), with:
    ///
    /// ```text
    /// npm error 404  '@acme/widget@1.2.3' is not in this registry.
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
    ///           node-version-file: .nvmrc
    ///       - run: npm publish
    /// #- .nvmrc
    /// 22
    /// ```
    ///
    /// ## Fix
    ///
    /// Raise the version in the file, which changes it for everyone who uses the file, or set `node-version: 24`
    /// in the publish job instead of the file.
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
    /// #- .nvmrc
    /// 22
    /// ```
    ///
    /// ## References
    ///
    /// - <https://github.com/actions/setup-node/blob/main/docs/advanced-usage.md#node-version-file>
    VERSION_FILE_OLD {
        id: "version-file-old",
        summary: "The version file names a Node whose npm does not support trusted publishing.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some((severity, NodeOrigin::VersionFile { named_at }, place)) = too_old_node(site) else {
            continue;
        };
        let message = format!("{}: {}", why_too_old(site), consequence(site, severity));
        let diagnostic = VERSION_FILE_OLD
            .at(named_at, severity, message)
            .help(format!("The version is set in `{}`. Use Node 24.", place.path))
            .related(place, "the version is set here")
            .related(&site.place, "published here")
            .fix(with_node_24(
                context,
                site,
                override_version_file(context, named_at),
            ))
            .fix(with_node_24(context, site, edit_version_file(context, place)));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    /// A repository whose `.nvmrc` names this version.
    fn repository(mark: &str, version: &str) -> String {
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
        with:
          node-version-file: .nvmrc
{mark}
      - run: npm publish
#- .nvmrc
{version}
#- package.json
{{ "name": "widget", "version": "1.0.0", "repository": "a/widget" }}
"#
        )
    }

    #[test]
    fn the_help_names_the_file() {
        let mark = "#                            ^^^^^^ error💡?[version-file-old]: Node 20 …
#                            ^^^^^^ help[version-file-old]: The version is set in `.nvmrc`. Use Node 24.";
        check_rule("version-file-old", &repository(mark, "20"));
    }

    #[test]
    fn a_new_or_unknown_version_is_not_reported() {
        check_rule("version-file-old", &repository("", "24"));
        check_rule("version-file-old", &repository("", "lts/*"));
    }
}
