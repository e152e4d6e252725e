//! Tools that `npx` and `dlx` fetch, or that an earlier step installs.

use super::{dependency, manifest, node_table, table};

#[test]
fn the_program_comes_from_the_package_that_a_flag_names() {
    let lite = |outcome: &str| format!("publisher=lerna-lite; outcome={outcome}");
    let oidc = lite("oidc");
    table(&[
        (
            "npx --package=@lerna-lite/cli@5 --package=@lerna-lite/publish@5 lerna publish from-package --yes",
            manifest(""),
            &oidc,
        ),
        (
            "npx -p @lerna-lite/cli@5 -p @lerna-lite/publish@5 lerna publish",
            manifest(""),
            &oidc,
        ),
        ("npx -p @lerna-lite/publish@4 lerna publish", manifest(""), &oidc),
        (
            "npx -p @lerna-lite/publish@~4.9 lerna publish",
            manifest(""),
            &oidc,
        ),
        (
            "npx @lerna-lite/cli@4.7.3 publish",
            manifest(""),
            "publisher=lerna-lite; outcome=fails; error=E404",
        ),
        ("npx @lerna-lite/cli publish", manifest(""), &oidc),
        (
            "npm exec --package=@lerna-lite/cli -- lerna publish",
            manifest(""),
            &oidc,
        ),
        (
            "pnpm dlx --package @lerna-lite/cli --package @lerna-lite/publish lerna publish",
            manifest(""),
            &oidc,
        ),
        (
            "pnpm --package=@lerna-lite/cli dlx lerna publish",
            manifest(""),
            &oidc,
        ),
        (
            "yarn dlx -p @lerna-lite/cli -p @lerna-lite/publish lerna publish",
            manifest(""),
            &oidc,
        ),
        ("bunx -p @lerna-lite/cli@5 lerna publish", manifest(""), &oidc),
        // The project has lerna, and the command runs lerna-lite.
        (
            "pnpm dlx @lerna-lite/cli publish",
            dependency("lerna", "^8.0.0"),
            &oidc,
        ),
        (
            "npx -p lerna@8 lerna publish",
            manifest(""),
            "publisher=lerna; outcome=fails",
        ),
        // What the fork does is unknown.
        (
            "npx -p @acme/lerna@9 lerna publish",
            manifest(""),
            "publisher=lerna; outcome=unknown",
        ),
        (
            "npx -p @acme/release semantic-release",
            manifest(""),
            "outcome=unknown",
        ),
        (
            "npx -p @acme/np np",
            manifest(""),
            "publisher=np; outcome=unknown",
        ),
    ]);
}

#[test]
fn a_tool_that_is_fetched_is_the_newest() {
    let old = || dependency("semantic-release", "^24.0.0");
    let lock = r#"#- on demand: package-lock.json
{
  "packages": {
    "node_modules/semantic-release": {
      "version": "24.2.9"
    }
  }
}
"#;
    table(&[
        (
            "npx lerna@latest publish",
            manifest(""),
            "publisher=lerna; outcome=oidc",
        ),
        (
            "npx lerna@latest publish",
            dependency("lerna", "^8.0.0"),
            "outcome=oidc",
        ),
        (
            "pnpm dlx lerna publish",
            dependency("lerna", "^8.0.0"),
            "outcome=oidc",
        ),
        ("pnpx semantic-release", old(), "outcome=oidc"),
        ("yarn dlx semantic-release", old(), "outcome=oidc"),
        ("bunx semantic-release", manifest(""), "outcome=oidc"),
        ("npx semantic-release", manifest(""), "outcome=oidc"),
        ("npx np", manifest(""), "publisher=np; outcome=oidc"),
        (
            "npx -p semantic-release -p @semantic-release/git semantic-release",
            manifest(""),
            "outcome=oidc",
        ),
        (
            "npx semantic-release",
            dependency("left-pad", "1.0.0"),
            "outcome=oidc",
        ),
        // The project's own counts, also if another dependency includes it.
        ("npx semantic-release", old(), "outcome=fails"),
        ("npx -p semantic-release semantic-release", old(), "outcome=fails"),
        ("bunx semantic-release", old(), "outcome=fails"),
        (
            "npx semantic-release",
            dependency("@acme/release-config", "1.0.0"),
            "outcome=unknown",
        ),
        (
            "npx semantic-release",
            dependency("@semantic-release/git", "1.0.0"),
            "outcome=unknown",
        ),
        (
            "npx semantic-release",
            dependency("left-pad", "1.0.0") + lock,
            "outcome=fails",
        ),
        // Nothing is fetched.
        (
            "npx --no-install semantic-release",
            manifest(""),
            "outcome=unknown",
        ),
        ("pnpm exec semantic-release", manifest(""), "outcome=unknown"),
        ("semantic-release", manifest(""), "outcome=unknown"),
        // Only the run knows.
        ("npx semantic-release@next", manifest(""), "outcome=unknown"),
        (
            "npx semantic-release@${{ vars.V }}",
            manifest(""),
            "outcome=unknown",
        ),
        ("pnpm dlx multi-semantic-release", old(), "outcome=unknown"),
    ]);
}

#[test]
fn an_earlier_step_installs_a_tool() {
    let row = |install: &str, command: &str, files: String, expected: &str| {
        let steps = format!("- run: {install}\n- run: {command}");
        node_table(&[(steps.as_str(), files.as_str(), expected)]);
    };
    row(
        "npm i -g semantic-release@24",
        "npx semantic-release",
        manifest(""),
        "outcome=fails",
    );
    row(
        "npm i -g semantic-release@25",
        "semantic-release",
        manifest(""),
        "outcome=oidc",
    );
    row(
        "npm i -g semantic-release",
        "semantic-release",
        manifest(""),
        "outcome=oidc",
    );
    row(
        "npm i -g semantic-release@$V",
        "npx semantic-release",
        manifest(""),
        "outcome=unknown",
    );
    row(
        "npm i --no-save lerna@8",
        "npx lerna publish",
        dependency("lerna", "^9.0.0"),
        "outcome=fails",
    );
    row(
        "npm i -g lerna@8",
        "npx lerna publish",
        dependency("lerna", "^9.0.0"),
        "outcome=oidc",
    );
    row(
        "npm i -g lerna@8",
        "pnpm dlx lerna publish",
        manifest(""),
        "outcome=oidc",
    );
    row(
        "if [ $A ]; then npm i -g lerna@8; fi",
        "npx lerna publish",
        manifest(""),
        "outcome=unknown",
    );
    row(
        "cd docs && npm i lerna@8",
        "npx lerna publish",
        manifest(""),
        "outcome=oidc",
    );
}
