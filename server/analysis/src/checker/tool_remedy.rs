//! Remedies for publishing tools that do not support trusted publishing.

use super::prelude::*;
use crate::publish::Tool;
use crate::sources::Sources;
use crate::versions::version::Version;

/// "update lerna to 9", or what to publish with instead.
pub(crate) fn tool_remedy(sources: &Sources<'_>, site: &Site<'_>) -> String {
    let publisher = &site.publishing_tool;
    match &publisher.since {
        Some((package, since)) => update(package, since),
        None if publisher.command.starts_with("js-devtools/npm-publish") => {
            "use version 4 of the action".to_owned()
        }
        // npm publishes `workspace:` ranges unchanged, and such a package cannot be installed.
        None if publisher.tool == Tool::Bun && has_workspace_ranges(sources, site) => {
            "pack with `bun pm pack` and publish the tarball with `npm publish`".to_owned()
        }
        None => "publish with `npm publish`".to_owned(),
    }
}

fn has_workspace_ranges(sources: &Sources<'_>, site: &Site<'_>) -> bool {
    let packages = &site.packages;
    let paths = packages.manifests.iter().chain(&packages.candidates);
    let mut manifests = paths.filter_map(|path| sources.manifest(path));
    manifests.any(|manifest| manifest.workspace_ranges().next().is_some())
}

/// "update lerna to 9"
pub(crate) fn update(package: &str, since: &Version) -> String {
    format!("update {package} to {}", short(since))
}

/// `9` of 9.0.0, `4.10` of 4.10.0.
fn short(version: &Version) -> String {
    match (version.minor(), version.patch()) {
        (0, 0) => version.major().to_string(),
        (minor, 0) => format!("{}.{minor}", version.major()),
        _ => version.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[test]
    fn an_update_is_named_where_one_helps() {
        for (tool, command, remedy) in [
            ("\"lerna\": \"^7.1.3\"", "npx lerna publish", "update lerna to 9"),
            (
                "\"semantic-release\": \"^22.0.0\"",
                "npx semantic-release",
                "update semantic-release to 25",
            ),
            ("\"x\": \"1\"", "yarn publish", "publish with `npm publish`"),
        ] {
            let value = "${{ secrets.NPM_TOKEN }}";
            let carets = "^".repeat("NODE_AUTH_TOKEN: ".len() + value.len());
            let command_name = command.trim_start_matches("npx ");
            check_rule(
                "publish-token-env",
                &format!(
                    r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ contents: read }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ registry-url: 'https://registry.npmjs.org' }}
      - run: {command}
        env:
          NODE_AUTH_TOKEN: {value}
#         {carets} information[publish-token-env]: `{command_name}` publishes with this token, but trusted publishing needs no secret
#         {carets} help[publish-token-env]: To use trusted publishing, grant `id-token: write`, {remedy}, and set up the trusted publisher on npm.
#- package.json
{{ "name": "w", "version": "1.0.0", "devDependencies": {{ {tool} }} }}
"#
                ),
            );
        }
    }
}
