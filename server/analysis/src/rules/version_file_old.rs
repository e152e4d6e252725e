use crate::checker::npm_version::{too_old_node, why_too_old, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::{edit_version_file, override_version_file};
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a `node-version-file` whose version brings an npm that cannot do trusted publishing.
    ///
    /// ## Why it matters
    ///
    /// The version is set in another file (`.nvmrc`, `.node-version`, `.tool-versions`, or `volta`,
    /// `devEngines` or `engines` of a `package.json`), so the workflow looks right. The npm of such a Node ends with `ENEEDAUTH`, or, if an
    /// `.npmrc` has a token line (as with `registry-url`), with:
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
    /// Raise the version in the file, which changes it for everybody who uses the file, or set `node-version: 24`
    /// in the publishing job instead of the file.
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
        summary: "The version file names a Node whose npm has no trusted publishing.",
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
        let message = format!(
            "{}: {}, as `{}` says; use Node 24",
            consequence(site, severity),
            why_too_old(site),
            place.path
        );
        let diagnostic = VERSION_FILE_OLD
            .at(named_at, severity, message)
            .related(place, "the version stands here")
            .related(&site.place, "this is where it publishes")
            .fix(with_node_24(
                context,
                site,
                override_version_file(context, named_at),
            ))
            .fix(with_node_24(context, site, edit_version_file(context, place)));
        findings.push(diagnostic);
    }
}
