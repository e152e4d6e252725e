use crate::checker::prelude::*;
use crate::checker::published_packages::{committed_manifests, may_exchange};
use crate::fixes::publish_config::set_publish_config;
use crate::model::manifest::Manifest;

declare_rule! {
    /// ## What it does
    ///
    /// Reports `access: restricted`, from `publishConfig`, `--access`, the environment or `.npmrc`, if the published package has
    /// no scope or if provenance is requested. For any other package that uses trusted publishing, it only notes that there
    /// will be no provenance.
    ///
    /// ## Why it matters
    ///
    /// Only packages with a scope can be restricted. Before npm sends anything, it fails:
    ///
    /// ```text
    /// npm error code EUNSCOPED
    /// npm error Can't restrict access to unscoped packages.
    /// ```
    ///
    /// Provenance is for public packages. If it is requested for a restricted one, the publish fails:
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
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "publishConfig": {
    ///     "access": "restricted"
    ///   }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Make the package public, or give it a scope. A package with a scope may be private on purpose, so it gets no fix.
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
    ///   "name": "widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "publishConfig": {
    ///     "access": "public"
    ///   }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/package-scope-access-level-and-visibility>
    /// - <https://docs.npmjs.com/cli/commands/npm-publish#access>
    ACCESS_RESTRICTED {
        id: "access-restricted",
        summary: "A package without a scope cannot be restricted, and a restricted package has no provenance.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        for (path, manifest) in committed_manifests(context, site) {
            let Some(place) = site.restricting_place(&path, manifest) else {
                continue;
            };
            let Some((severity, message, help)) = consequence_of(site, manifest) else {
                continue;
            };
            let mut diagnostic = ACCESS_RESTRICTED
                .at(&place, severity, message)
                .help(help)
                .related(&site.place, "published here");
            // A package with a scope is meant to be private, and what has been public stays known.
            if place.path == path && manifest.scope().is_none() {
                diagnostic = diagnostic.fix(set_publish_config(context, &path, "access", "public"));
            }
            if severity == Severity::Error {
                diagnostic = diagnostic.remedy("Set `access` to `public`.");
            }
            findings.push(diagnostic);
        }
    }
}

/// The severity, the message and the help.
fn consequence_of(site: &Site<'_>, manifest: &Manifest) -> Option<(Severity, String, &'static str)> {
    let command = &site.publishing_tool.command;
    let name = manifest.name.as_ref().map(|name| name.value.as_str())?;
    if manifest.scope().is_none() {
        let code = site.with_code(NpmError::Unscoped);
        let message =
            format!("`{name}` has no scope, so it cannot be restricted: `{command}` will fail{code}");
        let help = "Only packages with a scope can be restricted.";
        return Some((Severity::Error, message, help));
    }
    if site.target.requested_provenance().is_some() {
        let message =
            format!("A restricted package cannot have provenance: `{command}` may fail with EUSAGE");
        let help =
            "Provenance is requested here. Publish the package as public, or do not request provenance.";
        return Some((Severity::Warning, message, help));
    }
    let message = "A restricted package is published without provenance".to_owned();
    let help = "npm generates provenance only for public packages.";
    (may_exchange(site) && site.intent() == Intent::Oidc).then_some((Severity::Hint, message, help))
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

    fn manifest(name: &str, access: &str) -> String {
        let config = match access {
            "" => String::new(),
            access => format!(", \"publishConfig\": {{ \"access\": \"{access}\" }}"),
        };
        format!("{{ \"name\": \"{name}\", \"version\": \"1.0.0\", \"repository\": \"a/w\"{config} }}")
    }

    #[test]
    fn a_package_without_a_scope_becomes_public() {
        check_fix(
            "access-restricted",
            &job("npm publish", &manifest("w", "restricted")),
            &job("npm publish", &manifest("w", "public")),
        );
        no_fix(
            "access-restricted",
            &job("npm publish --access restricted", &manifest("w", "")),
        );
    }

    #[test]
    fn a_package_with_a_scope_stays_private() {
        for command in ["npm publish", "npm publish --provenance"] {
            no_fix(
                "access-restricted",
                &job(command, &manifest("@a/w", "restricted")),
            );
        }
    }

    #[test]
    fn the_setting_with_the_highest_precedence_counts() {
        check_rule(
            "access-restricted",
            &job("npm publish --access public", &manifest("w", "restricted")),
        );
        check_rule(
            "access-restricted",
            &format!(
                "{}#- .npmrc\naccess=restricted\n",
                job("npm publish", &manifest("w", "public"))
            ),
        );
        check_rule(
            "access-restricted",
            &format!(
                "{}#- .npmrc\naccess=restricted\n^^^^^^^^^^^^^^^^^ error[access-restricted]: …\n^^^^^^^^^^^^^^^^^ help[access-restricted]: Only packages with a scope can be \
                 restricted. Set `access` to `public`.\n",
                job("npm publish", &manifest("w", ""))
            ),
        );
    }

    #[test]
    fn with_a_scope_it_depends_on_provenance() {
        let marked = |severity: &str, help: &str| {
            let at = "//                                                                 ^^^^^^^^^^^^";
            format!(
                "{{ \"name\": \"@a/w\", \"version\": \"1.0.0\", \"publishConfig\": {{ \"access\": \"restricted\" }} }}\n\
                 {at} {severity}[access-restricted]: …\n{at} help[access-restricted]: {help}"
            )
        };
        let of_public = "npm generates provenance only for public packages.";
        check_rule(
            "access-restricted",
            &job("npm publish", &marked("hint", of_public)),
        );
        let requested =
            "Provenance is requested here. Publish the package as public, or do not request provenance.";
        check_rule(
            "access-restricted",
            &job("npm publish --provenance", &marked("warning", requested)),
        );
    }
}
