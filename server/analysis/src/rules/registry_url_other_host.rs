use crate::checker::prelude::*;
use crate::fixes::registry::use_npm_registry;
use crate::publish::RegistryFact;
use crate::publish::is_registry_of_yarn;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish job that can request an ID token and has no access token, but publishes to another registry than
    /// the public npm registry: by setup-node's `registry-url`, an `.npmrc`, `--registry`, or `publishConfig.registry`.
    ///
    /// It does not report a job that publishes to another registry with that registry's token.
    ///
    /// ## Why it matters
    ///
    /// npm sends the token exchange to the registry that it publishes to, with an ID token for that host. GitHub Packages and
    /// private registries have no trusted publishing, and to npm `registry.yarnpkg.com` is a different host from its own
    /// registry. So the exchange is refused, and the publish fails with
    ///
    /// ```text
    /// npm error code ENEEDAUTH
    /// ```
    ///
    /// or with `E404` or `E401` from that registry.
    ///
    /// To Yarn, `registry.yarnpkg.com` is npm's registry: it is the default, and Yarn requests an ID token for
    /// `registry.npmjs.org` there. `yarn npm publish` reads `publishConfig` and `.yarnrc.yml`, but neither `registry-url` nor
    /// `.npmrc`.
    ///
    /// ## Example
    ///
    /// ```yaml,bad
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
    ///           registry-url: https://registry.yarnpkg.com
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Use the public registry, or leave `registry-url` out: it is the default.
    ///
    ///
    /// ```yaml,good
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
    ///           registry-url: https://registry.npmjs.org
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    REGISTRY_URL_OTHER_HOST {
        id: "registry-url-other-host",
        summary: "A job set up for trusted publishing publishes to a registry that does not support it.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let RegistryFact::Other { url, place } = &site.target.registry else {
            continue;
        };
        if !site.asks_other_registry() {
            continue;
        }
        let file = context.sources.file(&site.place.path);
        // The flag is part of the command, and the scope's registry is not.
        let is_of_command = place.path == site.place.path && site.command.range.contains_range(place.range);
        let is_told_otherwise = !is_of_command
            && file.is_some_and(|file| site.command.range.slice(&file.text).contains("--registry"));
        let setting = context
            .sources
            .file(&place.path)
            .map(|file| place.range.slice(&file.text));
        let is_by_yarn = is_registry_of_yarn(url) && setting.is_some_and(|text| text.starts_with("yarn"));
        let help = match (is_by_yarn, is_told_otherwise) {
            (true, _) => {
                "Yarn 1 tells npm to use Yarn's registry in every script that it runs. Run the script with `npm run`, or set \
                 `publishConfig.registry` to https://registry.npmjs.org."
            }
            (false, true) => {
                "The registry of the package's scope outranks `--registry`. Publish to https://registry.npmjs.org, or give this \
                 registry a token."
            }
            (false, false) => {
                "Only the public npm registry supports trusted publishing. Publish to https://registry.npmjs.org, or give this \
                 registry a token."
            }
        };
        let message = format!(
            "The token exchange goes to {url}, not to npm's registry: `{}` will fail",
            site.publishing_tool.command
        );
        let diagnostic = REGISTRY_URL_OTHER_HOST
            .at(place, Severity::Error, message)
            .help(help)
            .related(&site.place, "published here")
            .fix(use_npm_registry(context, place));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, no_fix};

    const RULE: &str = "registry-url-other-host";
    const GITHUB: &str = "https://npm.pkg.github.com";

    /// A job that can get an ID token and publishes a scoped package.
    fn job(steps: &str, files: &str) -> String {
        format!(
            r#"#- package.json
{{ "name": "@acme/w", "version": "1.0.0", "repository": "github:acme/w" }}
{files}#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write, packages: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
{steps}"#
        )
    }

    /// A step of these lines, with an environment.
    fn step(lines: &[&str], env: &str) -> String {
        let lines: String = lines.iter().map(|line| format!("          {line}\n")).collect();
        format!("      - run: |\n{lines}{env}")
    }

    const TOKEN: &str = "        env: { GITHUB_TOKEN: '${{ secrets.GITHUB_TOKEN }}' }\n";
    const REGISTRY: &str = "@acme:registry=https://npm.pkg.github.com";

    /// The registry is not written anywhere, so nothing can be replaced.
    #[test]
    fn yarn_1_tells_npm_its_own_registry() {
        let fixture = |run: &str, marks: &str| {
            let step = format!("      - run: {run}\n{marks}");
            let lock = "#- on demand: yarn.lock\n# yarn lockfile v1\n";
            job(&step, lock).replace(
                "\"repository\"",
                "\"scripts\": { \"ship\": \"npm publish\" }, \"repository\"",
            )
        };
        let marks = "#            ^^^^^^^^^ error[registry-url-other-host]: The token exchange goes to https://registry.yarnpkg.com, not to npm's \
                     registry: `npm publish` will fail\n#            ^^^^^^^^^ help[registry-url-other-host]: Yarn 1 tells npm to use Yarn's \
                     registry in every script that it runs. Run the script with `npm run`, or set `publishConfig.registry` to \
                     https://registry.npmjs.org.\n";
        check_rule(RULE, &fixture("yarn ship", marks));
        no_fix(RULE, &fixture("yarn ship", ""));
        check_rule(RULE, &fixture("npm run ship", ""));
    }

    #[test]
    fn a_token_line_of_the_registry_is_not_reported() {
        let line = "//npm.pkg.github.com/:_authToken=";
        for (value, env) in [
            ("${GITHUB_TOKEN}", TOKEN),
            ("${{ secrets.GITHUB_TOKEN }}", ""),
            ("${{ github.token }}", ""),
            ("${{ secrets.PACKAGES_PAT }}", ""),
            (
                "$TOKEN",
                "        env: { TOKEN: '${{ secrets.PACKAGES_PAT }}' }\n",
            ),
            (
                "${NODE_AUTH_TOKEN}",
                "        env: { NODE_AUTH_TOKEN: '${{ github.token }}' }\n",
            ),
        ] {
            let token = format!("{line}{value}");
            let echo = |text: &str, file: &str| format!("echo \"{text}\" >> {file}");
            for lines in [
                vec!["cat << EOF > .npmrc", &token, REGISTRY, "EOF", "npm publish"],
                vec!["cat << 'EOF' > ~/.npmrc", &token, REGISTRY, "EOF", "npm publish"],
                vec![
                    "cat <<EOF >> ~/.npmrc",
                    &token,
                    "registry=https://npm.pkg.github.com",
                    "EOF",
                    "npm publish",
                ],
                vec![&echo(&token, ".npmrc"), &echo(REGISTRY, ".npmrc"), "npm publish"],
                vec![
                    &echo(&token, "~/.npmrc"),
                    "npm publish --registry https://npm.pkg.github.com",
                ],
                vec![
                    &format!("npm config set {token}"),
                    "npm config set @acme:registry https://npm.pkg.github.com",
                    "npm publish",
                ],
                vec![
                    &format!("npm config set {token}"),
                    "npm publish --@acme:registry=https://npm.pkg.github.com",
                ],
            ] {
                check_rule(RULE, &job(&step(&lines, env), ""));
            }
        }
    }

    #[test]
    fn a_committed_line_or_a_variable_is_not_reported() {
        let committed = |lines: &str| format!("#- .npmrc\n{lines}\n");
        let publish = step(&["npm publish"], "");
        for files in [
            format!("{REGISTRY}\n//npm.pkg.github.com/:_authToken=${{GITHUB_TOKEN}}"),
            "registry=https://npm.example.com\n//npm.example.com/:_auth=${AUTH}".to_owned(),
            "registry=https://npm.example.com\n_authToken=${TOKEN}".to_owned(),
            "registry=https://npm.example.com/a/\n//npm.example.com/a/:_password=${PASSWORD}\n//npm.example.com/a/:username=ci".to_owned(),
        ] {
            check_rule(RULE, &job(&publish, &committed(&files)));
        }
        let url = |url: &str, env: &str| {
            let setup = format!(
                "      - uses: actions/setup-node@v6\n        with: {{ node-version: 24, registry-url: '{url}' }}\n"
            );
            job(&format!("{setup}{}", step(&["npm publish"], env)), "")
        };
        let secret = "        env: { NODE_AUTH_TOKEN: '${{ secrets.PAT }}' }\n";
        check_rule(RULE, &url(GITHUB, secret));
        check_rule(RULE, &url("https://npm.example.com", secret));
        check_rule(RULE, &url(GITHUB, TOKEN));
    }
}
