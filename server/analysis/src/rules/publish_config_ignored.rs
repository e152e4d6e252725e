use crate::checker::prelude::*;
use crate::checker::published_packages::{committed_manifests, may_exchange, packs_with_npm};
use crate::model::manifest::Manifest;
use crate::publish::{Tool, is_registry_of_yarn};
use crate::syntax::json::{JsonKind, JsonMember, JsonValue};

/// The fields that replace the manifest's own for pnpm and lerna-lite.
/// Source: <https://pnpm.io/package_json#publishconfig>; pnpm 10.34.8 and `override-publish-config.js` of @lerna-lite/publish 5.7.0.
const REPLACED: [&str; 18] = [
    "bin",
    "browser",
    "cpu",
    "engines",
    "es2015",
    "esnext",
    "exports",
    "imports",
    "libc",
    "main",
    "module",
    "os",
    "type",
    "types",
    "typesVersions",
    "typings",
    "umd:main",
    "unpkg",
];

declare_rule! {
    /// ## What it does
    ///
    /// Reports `directory`, `registry`, `exports`, `main`, `types` and other fields of `publishConfig` that the publishing tool
    /// ignores, in a package that a job publishes. It does not report a field with the same value as in the manifest, or a
    /// manifest that the job changes before.
    ///
    /// ## Why it matters
    ///
    /// When pnpm and Yarn pack, such a field replaces the manifest's own, and pnpm publishes the folder in `directory`. npm
    /// ignores both. The publish succeeds, but it publishes the wrong folder, or the package's entry points name files that are
    /// not in it. This often happens when a project moves from pnpm or Yarn to `npm publish` for trusted publishing.
    ///
    /// npm publishes to the registry in `registry`. pnpm 11.0.0 to 11.0.4 and beachball before version 3 ignore it, so a package
    /// that is meant for another registry ends up on npm's.
    ///
    /// changesets and lerna publish the folder in `directory`, but ignore the other fields unless pnpm or Yarn publishes for them.
    /// With Yarn 2 or later, changesets 3 refuses a package that has `directory`: see [changesets-yarn](changesets-yarn.md).
    ///
    /// ## Example
    ///
    /// ```text,bad
    /// #- .github/workflows/release.yml
    /// on: { push: { tags: ['v*'] } }
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
    ///       - run: npm publish
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "exports": "./src/index.ts",
    ///   "publishConfig": { "exports": "./dist/index.js" }
    /// }
    /// ```
    ///
    /// ## Fix
    ///
    /// Publish with the tool that reads these fields, or pack with it and publish the tarball. Or name the folder in the
    /// command: `npm publish ./dist`.
    ///
    /// ```text,good
    /// #- .github/workflows/release.yml
    /// on: { push: { tags: ['v*'] } }
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
    ///       - run: pnpm pack --out widget.tgz
    ///       - run: npm publish ./widget.tgz
    /// #- package.json
    /// {
    ///   "name": "@acme/widget",
    ///   "version": "1.2.3",
    ///   "repository": "github:acme/widget",
    ///   "exports": "./src/index.ts",
    ///   "publishConfig": { "exports": "./dist/index.js" }
    /// }
    /// ```
    ///
    /// ## References
    ///
    /// - <https://pnpm.io/package_json#publishconfig>
    PUBLISH_CONFIG_IGNORED {
        id: "publish-config-ignored",
        summary: "The publishing tool ignores this field of `publishConfig`.",
        severity: Warning,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let (ignores_directory, ignores_fields) = ignored_by(site);
        let is_meant = may_exchange(site) || !site.credentials.tokens.is_empty();
        if !is_meant || !site.target.is_npm() || site.packages.doubt.ranges {
            continue;
        }
        let ignores_registry = ignores_registry(site);
        for (path, manifest) in committed_manifests(context, site) {
            if let Some(field) = other_registry(manifest).filter(|_| ignores_registry) {
                let message = format!(
                    "`{}` ignores `publishConfig.registry` and publishes to npm's registry",
                    site.publishing_tool.command
                );
                findings.push(
                    PUBLISH_CONFIG_IGNORED
                        .at(&Place::new(&path, field.key.range), Severity::Warning, message)
                        .help(registry_remedy(site))
                        .related(&site.place, "published here"),
                );
            }
            let directory = directory(manifest).filter(|_| ignores_directory);
            // The right folder has fields of its own, so that one finding is enough.
            let Some(field) = directory.or_else(|| replaced(manifest).filter(|_| ignores_fields)) else {
                continue;
            };
            let name = &field.key.value;
            let tool = site.publishing_tool.command.as_str();
            let (message, help) = match name.as_str() {
                "directory" => (
                    format!(
                        "`{tool}` ignores `publishConfig.directory` and publishes the package's own folder"
                    ),
                    "Pass the folder to the command, or publish with pnpm.",
                ),
                _ => {
                    let gets = match manifest.root.get(name) {
                        Some(_) => format!("keeps its top-level `{name}`"),
                        None => format!("has no `{name}`"),
                    };
                    (
                        format!("`{tool}` ignores `publishConfig.{name}`, so the package {gets}"),
                        "Publish with pnpm, or pack with it and publish the tarball.",
                    )
                }
            };
            let place = Place::new(&path, field.key.range);
            findings.push(
                PUBLISH_CONFIG_IGNORED
                    .at(&place, Severity::Warning, message)
                    .help(help)
                    .related(&site.place, "published here"),
            );
        }
    }
}

/// Whether a tool ignores `directory`, and whether it ignores the other fields.
/// Source: measured with npm 11.21.2 and 12.2.2, @jsdevtools/npm-publish 4.1.5, @changesets/cli 2.31.1 and 3.0.3, and lerna 9.0.7;
/// `lib/publish.js` of @semantic-release/npm 13 runs `npm publish` in the package's folder. lerna-lite 5.7.0 ignores neither.
fn ignored_by(site: &Site<'_>) -> (bool, bool) {
    let packs = packs_with_npm(site);
    let is_lerna = site.publishing_tool.tool == Tool::Lerna && !site.publishing_tool.is_guess;
    (
        packs && site.publishing_tool.tool != Tool::Changesets,
        packs || is_lerna,
    )
}

/// Whether a tool publishes to npm's registry whatever `publishConfig.registry` names.
fn ignores_registry(site: &Site<'_>) -> bool {
    let places = site.publishing_tool.registry_places;
    !site.publishing_tool.is_guess && (places.publish_config.is_no() || places.passes_public.is_yes())
}

fn registry_remedy(site: &Site<'_>) -> String {
    match site.publishing_tool.registry_places.publish_config.is_no() {
        true => "Update pnpm to 11.0.5 or later.".to_owned(),
        false => format!(
            "Set the registry in the configuration of {}.",
            site.publishing_tool.name
        ),
    }
}

/// The intended registry, if it is not npm's.
fn other_registry(manifest: &Manifest) -> Option<&JsonMember> {
    let member = manifest.root.get("publishConfig")?.member("registry")?;
    let url = member.value.as_str()?;
    (!url.trim().is_empty() && !is_registry_of_yarn(url)).then_some(member)
}

/// The folder to publish instead of the package's own.
fn directory(manifest: &Manifest) -> Option<&JsonMember> {
    let member = manifest.root.get("publishConfig")?.member("directory")?;
    let folder = member.value.as_str()?.trim_end_matches('/');
    (!matches!(folder, "" | ".")).then_some(member)
}

/// The first field that differs from the manifest's.
fn replaced(manifest: &Manifest) -> Option<&JsonMember> {
    let config = manifest.root.get("publishConfig")?;
    config.members().iter().find(|member| {
        let name = member.key.value.as_str();
        let own = manifest.root.get(name);
        REPLACED.contains(&name) && own.is_none_or(|own| !is_same(own, &member.value))
    })
}

/// Whether two values are the same; `dist/index.js` is `./dist/index.js`.
fn is_same(one: &JsonValue, other: &JsonValue) -> bool {
    match (&one.kind, &other.kind) {
        (JsonKind::Null, JsonKind::Null) => true,
        (JsonKind::Bool(one), JsonKind::Bool(other)) => one == other,
        (JsonKind::Number(one), JsonKind::Number(other)) => one == other,
        (JsonKind::String(one), JsonKind::String(other)) => {
            one.trim_start_matches("./") == other.trim_start_matches("./")
        }
        (JsonKind::Array(one), JsonKind::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (JsonKind::Object(one), JsonKind::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.key.value == other.key.value && is_same(&one.value, &other.value))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    const RULE: &str = "publish-config-ignored";

    /// A repository that publishes with these steps. The line of `publishConfig` comes last.
    fn repository(steps: &str, manifest: &str, config: &str) -> String {
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
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}
#- package.json
{{
  "name": "widget",
  "version": "1.0.0",
  "repository": "a/widget",
  {manifest}
  "publishConfig": {{ {config} }}
}}
"#
        )
    }

    /// The same, with the first key of `publishConfig` reported.
    fn reported(steps: &str, manifest: &str, key: &str, value: &str) -> String {
        let mark = format!(
            "}}\n//                   {} warning[publish-config-ignored]: …",
            "^".repeat(key.len() + 2)
        );
        let text = repository(steps, manifest, &format!("\"{key}\": {value}"));
        text.replacen(
            &format!("\"{key}\": {value} }}"),
            &format!("\"{key}\": {value} {mark}"),
            1,
        )
    }

    const ACTION: &str = "      - uses: JS-DevTools/npm-publish@v4";
    const CHANGESETS: &str = "      - run: npx @changesets/cli@2.31.1 publish";
    const NPM: &str = "      - run: npm publish";
    const LERNA: &str = "      - run: npx lerna@9.0.7 publish from-package --yes";

    #[test]
    fn npm_ignores_fields_of_others() {
        for step in [
            NPM,
            ACTION,
            CHANGESETS,
            LERNA,
            "      - run: npm publish --provenance .",
        ] {
            for (key, value) in [
                ("exports", "{ \".\": \"./dist/index.js\" }"),
                ("main", "\"./dist/index.js\""),
                ("types", "\"./dist/index.d.ts\""),
            ] {
                check_rule(RULE, &reported(step, "\"main\": \"./src/index.ts\",", key, value));
            }
        }
        for step in [NPM, ACTION] {
            check_rule(RULE, &reported(step, "", "directory", "\"dist\""));
        }
        // The step ends the same way with every folder.
        check_sites(
            &repository(NPM, "", "\"directory\": \"dist\""),
            "release.yml:11 publish; outcome=oidc",
        );
    }

    #[test]
    fn some_tools_ignore_the_registry() {
        const GITHUB: &str = "\"https://npm.pkg.github.com\"";
        let pnpm = |version: &str| format!("      - run: npx pnpm@{version} publish --no-git-checks");
        let beachball = "      - run: npx beachball publish --yes";
        let of_beachball = "\"devDependencies\": { \"beachball\": \"2.66.0\" },";
        for version in ["11.0.0", "11.0.4"] {
            check_rule(RULE, &reported(&pnpm(version), "", "registry", GITHUB));
        }
        check_rule(RULE, &reported(beachball, of_beachball, "registry", GITHUB));
        check_sites(
            &repository(&pnpm("11.0.4"), "", &format!("\"registry\": {GITHUB}")),
            "release.yml:11 publish; registry=https://registry.npmjs.org/",
        );
        // The tool reads it, or it names npm's registry.
        for version in ["10.34.9", "11.0.5", "12.0.0"] {
            check_rule(
                RULE,
                &repository(&pnpm(version), "", &format!("\"registry\": {GITHUB}")),
            );
        }
        let of_npm = ["https://registry.npmjs.org", "https://registry.yarnpkg.com", ""];
        for url in of_npm {
            let config = format!("\"registry\": \"{url}\"");
            check_rule(RULE, &repository(&pnpm("11.0.4"), "", &config));
            check_rule(RULE, &repository(beachball, of_beachball, &config));
        }
        let third = "\"devDependencies\": { \"beachball\": \"3.0.0\" },";
        check_rule(
            RULE,
            &repository(beachball, third, &format!("\"registry\": {GITHUB}")),
        );
    }

    #[test]
    fn tools_that_read_a_field_are_not_reported() {
        let lite = "\"devDependencies\": { \"@lerna-lite/publish\": \"5.7.0\" },";
        for (step, manifest) in [
            ("      - run: npx pnpm@10.34.8 publish --no-git-checks", ""),
            ("      - run: npx pnpm@11.28.10 publish --no-git-checks", ""),
            (
                "      - run: yarn npm publish",
                "\"packageManager\": \"yarn@4.10.3\",",
            ),
            ("      - run: npx lerna publish from-package --yes", lite),
        ] {
            for config in ["\"directory\": \"dist\"", "\"main\": \"./dist/index.js\""] {
                check_rule(RULE, &repository(step, manifest, config));
            }
        }
        for step in [CHANGESETS, LERNA] {
            check_rule(RULE, &repository(step, "", "\"directory\": \"dist\""));
        }
        let pnpm = "\"packageManager\": \"pnpm@11.28.10\",";
        check_rule(
            RULE,
            &repository(CHANGESETS, pnpm, "\"main\": \"./dist/index.js\""),
        );
    }

    #[test]
    fn what_changes_nothing_or_is_unknown_is_not_reported() {
        let main = "\"main\": \"./dist/index.js\"";
        for (steps, manifest, config) in [
            (NPM, "\"main\": \"./dist/index.js\",", main),
            (
                NPM,
                "\"exports\": { \".\":{\"import\": \"./a.js\"} },",
                "\"exports\": { \".\": { \"import\": \"./a.js\" } }",
            ),
            (NPM, "", "\"directory\": \"./\""),
            (NPM, "", "\"access\": \"public\", \"tag\": \"next\""),
            (
                NPM,
                "\"private\": true,",
                "\"registry\": \"https://npm.pkg.github.com\", \"main\": \"a.js\"",
            ),
            ("      - run: npm publish ./dist", "", main),
            (
                "      - run: cd dist && npm publish",
                "",
                "\"directory\": \"dist\"",
            ),
            (
                "      - run: pnpm pack && npm publish ./widget-1.0.0.tgz",
                "",
                main,
            ),
            ("      - run: node scripts/fields.js && npm publish", "", main),
            (
                "      - run: npm pkg set main=./dist/index.js && npm publish",
                "",
                main,
            ),
            (NPM, "\"scripts\": { \"prepack\": \"clean-package\" },", main),
            ("      - run: npm publish --dry-run", "", main),
        ] {
            check_rule(RULE, &repository(steps, manifest, config));
        }
    }
}
