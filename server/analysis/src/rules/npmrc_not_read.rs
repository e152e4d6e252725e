use super::registry_url_missing::is_cause_of_failure;
use crate::checker::prelude::*;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a command that writes a publish token to `~/.npmrc` in a job where setup-node has a `registry-url`.
    ///
    /// ## Why it matters
    ///
    /// With a `registry-url`, setup-node writes its own `.npmrc` and points npm to it with `NPM_CONFIG_USERCONFIG`. npm then
    /// ignores `~/.npmrc`, whatever writes it; before setup-node, that includes `npm config set`. Without a token in
    /// `NODE_AUTH_TOKEN`, npm sends setup-node's placeholder (up to v6) or the text `${NODE_AUTH_TOKEN}` itself (v7). If
    /// trusted publishing does not work either, the publish fails with
    ///
    /// ```text
    /// npm error code E404
    /// ```
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
    ///           registry-url: https://registry.npmjs.org
    ///       - run: echo "//registry.npmjs.org/:_authToken=${{ secrets.NPM_TOKEN }}" > ~/.npmrc
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    /// Remove the line, because trusted publishing needs no token. To publish with the token, pass it as `NODE_AUTH_TOKEN`.
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
    /// - <https://github.com/actions/setup-node/blob/main/src/authutil.ts>
    NPMRC_NOT_READ {
        id: "npmrc-not-read",
        summary: "A token is written to an .npmrc that npm does not read.",
        severity: Error,
        fix: None,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let credentials = &site.credentials;
        let reads_hidden =
            site.publishing_tool.exchange == Exchange::NpmOnPath && !site.publishing_tool.is_guess;
        let Some(registry_url) = credentials.registry_url.as_ref().filter(|_| reads_hidden) else {
            continue;
        };
        for token in &credentials.hidden_tokens {
            let (severity, message) = match site.outcome.prediction.error {
                Some(error) if is_cause_of_failure(site) => (
                    Severity::Error,
                    format!(
                        "npm does not read this token: `{}` will fail with {error}",
                        site.publishing_tool.command
                    ),
                ),
                _ => (
                    Severity::Information,
                    "npm does not read this token, so it has no effect".to_owned(),
                ),
            };
            let diagnostic = NPMRC_NOT_READ
                .at(&token.place, severity, message)
                .help(
                    "With setup-node's `registry-url`, npm does not read `~/.npmrc`. Remove the token, or pass it as \
                     `NODE_AUTH_TOKEN`.",
                )
                .related(
                    &registry_url.place,
                    "setup-node uses its own file because of this",
                )
                .related(&site.place, "published here");
            findings.push(diagnostic);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::{check_rule, check_sites};

    const SETUP: &str = "      - uses: actions/setup-node@v6\n        with: { node-version: 24.11.0, registry-url: \
                         'https://registry.npmjs.org' }\n";
    const WRITE: &str =
        "      - run: echo \"//registry.npmjs.org/:_authToken=${{ secrets.T }}\" > ~/.npmrc\n";

    fn job(grant: &str, steps: &str) -> String {
        format!(
            r#"#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read{grant} }}
    steps:
{steps}      - run: npm publish
#- package.json
{{ "name": "w", "version": "1.0.0", "repository": "a/w" }}
"#
        )
    }

    #[test]
    fn a_token_in_the_home_folder_is_not_read() {
        let carets = "^".repeat(WRITE.trim().len() - "- run: ".len());
        let marked = |severity: &str, message: &str| {
            format!("{WRITE}#            {carets} {severity}[npmrc-not-read]: {message}\n")
        };
        let error = marked(
            "error",
            "npm does not read this token: `npm publish` will fail with E404",
        );
        check_rule("npmrc-not-read", &job("", &format!("{SETUP}{error}")));
        check_rule("npmrc-not-read", &job("", &format!("{error}{SETUP}")));
        let told = marked("information", "npm does not read this token, so it has no effect");
        check_rule(
            "npmrc-not-read",
            &job(", id-token: write", &format!("{SETUP}{told}")),
        );
        check_sites(
            &job(", id-token: write", &format!("{SETUP}{WRITE}")),
            "release.yml:10 publish; credentials=-; outcome=oidc",
        );
    }

    #[test]
    fn every_spelling_of_the_home_folder_is_known() {
        for file in [
            "$HOME/.npmrc",
            "\"${HOME}/.npmrc\"",
            "/home/runner/.npmrc",
            "$env:USERPROFILE/.npmrc",
        ] {
            let write = WRITE.replace("~/.npmrc", file);
            let fixture = job("", &format!("{SETUP}{write}"));
            check_sites(
                &fixture,
                "release.yml:10 publish; credentials=-; outcome=fails; error=E404",
            );
        }
    }

    #[test]
    fn what_npm_reads_is_a_token() {
        let set = "      - run: npm config set //registry.npmjs.org/:_authToken ${{ secrets.T }}\n";
        let plain = "      - uses: actions/setup-node@v6\n        with: { node-version: 24.11.0 }\n";
        for steps in [
            format!("{plain}{WRITE}"),
            format!("{SETUP}{set}"),
            format!("{SETUP}{}", WRITE.replace("~/.npmrc", ".npmrc")),
            format!("{SETUP}{}", WRITE.replace("~/.npmrc", "$NPM_CONFIG_USERCONFIG")),
            format!("{SETUP}{set}{SETUP}"),
        ] {
            let fixture = job("", &steps);
            let line = 7 + steps.matches('\n').count();
            check_rule("npmrc-not-read", &fixture);
            check_sites(&fixture, &format!("release.yml:{line} publish; outcome=token"));
        }
        let fixture = job("", &format!("{set}{SETUP}"));
        check_sites(
            &fixture,
            "release.yml:10 publish; credentials=-; outcome=fails; error=E404",
        );
    }

    #[test]
    fn a_token_given_to_setup_node_reaches_the_steps_that_follow() {
        let setup = format!("{SETUP}        env: {{ NODE_AUTH_TOKEN: '${{{{ secrets.T }}}}' }}\n");
        let fixture = job("", &setup);
        check_sites(&fixture, "release.yml:10 publish; outcome=token");
        let emptied = fixture.replace(
            "npm publish\n",
            "npm publish\n        env: { NODE_AUTH_TOKEN: '' }\n",
        );
        check_sites(&emptied, "release.yml:10 publish; credentials=-; outcome=fails");
    }

    #[test]
    fn another_file_may_hold_a_token() {
        let fixture = job("", &format!("{SETUP}{WRITE}"));
        for publish in [
            "npm publish\n        env: { NPM_CONFIG_USERCONFIG: /home/runner/.npmrc }",
            "NPM_CONFIG_USERCONFIG=~/.npmrc npm publish",
        ] {
            let fixture = fixture.replace("npm publish", publish);
            check_sites(&fixture, "release.yml:10 publish; outcome=unknown");
        }
    }

    #[test]
    fn a_registry_in_the_home_folder_is_hidden_too() {
        let other = "registry https://npm.example.com";
        let (set, write) = (
            format!("      - run: npm config set {other}\n"),
            format!("      - run: echo '{}' > ~/.npmrc\n", other.replace(' ', "=")),
        );
        for steps in [
            format!("{set}{SETUP}"),
            format!("{write}{SETUP}"),
            format!("{SETUP}{write}"),
        ] {
            check_sites(
                &job(", id-token: write", &steps),
                "release.yml:10 publish; registry=https://registry.npmjs.org/; outcome=oidc",
            );
        }
        let seen = job(", id-token: write", &format!("{SETUP}{set}"));
        check_sites(
            &seen,
            "release.yml:10 publish; registry=https://npm.example.com; outcome=fails",
        );
        let maybe = job(
            ", id-token: write",
            &format!("{SETUP}      - run: if [ -n \"$T\" ]; then npm config set {other}; fi\n"),
        );
        check_sites(&maybe, "release.yml:10 publish; registry=-; outcome=unknown");
        let global = job(
            ", id-token: write",
            &format!("      - run: npm config set -g {other}\n{SETUP}"),
        );
        check_sites(
            &global,
            "release.yml:10 publish; registry=https://registry.npmjs.org/; outcome=oidc",
        );
        let of_yarn = job(
            ", id-token: write",
            &format!("{SETUP}      - run: yarn config set {other}\n"),
        );
        check_sites(
            &of_yarn,
            "release.yml:10 publish; registry=https://registry.npmjs.org/; outcome=oidc",
        );
        // The file of the project outranks it.
        let project = job(", id-token: write", &set) + "#- .npmrc\nregistry=https://registry.npmjs.org/\n";
        check_sites(
            &project,
            "release.yml:8 publish; registry=https://registry.npmjs.org/",
        );
    }
}
