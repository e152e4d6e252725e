//! Releases that are later than the tables, and words that only the tables can turn into a release.

use super::{manifest, node_table};

/// The steps that set up this Node and run these commands.
fn steps(node: &str, commands: &[&str]) -> String {
    let setup = format!("- uses: actions/setup-node@v6\n  with: {{ node-version: '{node}' }}");
    let commands = commands.iter().map(|command| format!("\n- run: {command}"));
    setup + &commands.collect::<String>()
}

#[test]
fn a_later_node_has_at_least_the_npm_of_the_one_before() {
    for (node, expected) in [
        (
            "22.23.9",
            "npm=10.9.9 or a later 10.x; outcome=fails; error=ENEEDAUTH",
        ),
        (
            "22.99",
            "npm=10.9.9 or a later 10.x; outcome=fails; error=ENEEDAUTH",
        ),
        ("24.99.0", "node=24.99.0; npm=11.19.1 or later; outcome=oidc"),
        ("26.99.1", "node=26.99.1; npm=11.20.0 or later; outcome=oidc"),
        (
            "28",
            "node=28.0.0 or a later 28.x; npm=11.20.0 or later; outcome=oidc",
        ),
        (">=28", "node=28.0.0 or later; npm=11.20.0 or later; outcome=oidc"),
        // Whether this Node will ever be released, and with which npm, is not known.
        ("24.4.9", "npm=11.4.2 or later; outcome=unknown"),
    ] {
        let steps = steps(node, &["npm publish"]);
        node_table(&[(&steps, &manifest(""), expected)]);
    }
}

#[test]
fn the_node_of_a_version_file_may_be_later_too() {
    let steps = "- uses: actions/checkout@v6\n- uses: actions/setup-node@v6\n  with: { node-version-file: .nvmrc }\n- run: npm publish";
    for (node, expected) in [
        (
            "22.23.9",
            "npm=10.9.9 or a later 10.x; outcome=fails; error=ENEEDAUTH",
        ),
        ("24.99.0", "npm=11.19.1 or later; outcome=oidc"),
        ("26.99.1", "npm=11.20.0 or later; outcome=oidc"),
        ("28", "npm=11.20.0 or later; outcome=oidc"),
    ] {
        let files = format!("{}#- .nvmrc\n{node}\n", manifest(""));
        node_table(&[(steps, &files, expected)]);
    }
}

#[test]
fn what_a_later_npm_may_have_changed_is_open() {
    // From npm 11.21 on, an empty token in the project's `.npmrc` no longer hides that of the exchange.
    let npmrc = "#- .npmrc\n//registry.npmjs.org/:_authToken=\n";
    let files = manifest("") + npmrc;
    for (node, expected) in [
        ("24.22.3", "npm=11.19.1; outcome=fails; error=ENEEDAUTH"),
        ("24.99.0", "npm=11.19.1 or later; outcome=unknown"),
        (
            "22.99.0",
            "npm=10.9.9 or a later 10.x; outcome=fails; error=ENEEDAUTH",
        ),
    ] {
        let steps = steps(node, &["npm publish"]);
        node_table(&[(&steps, &files, expected)]);
    }
}

#[test]
fn on_which_node_a_later_npm_runs_is_open() {
    for (node, npm, expected) in [
        ("20", "13.0.0", "npm=13.0.0; outcome=unknown"),
        ("20", "13", "npm=13.0.0 or a later 13.x; outcome=unknown"),
        ("26", "^13", "npm=13.0.0 or a later 13.x; outcome=unknown"),
        ("24", "next-13", "npm=13.0.0 or a later 13.x; outcome=unknown"),
        ("28", "latest", "npm=12.2.2; outcome=oidc"),
        ("24", "12.99.0", "npm=12.99.0; outcome=oidc"),
        ("20", "12.99.0", "outcome=not-reached; error=EBADENGINE"),
        (
            "24",
            "10.99",
            "npm=10.99.0 or a later 10.x; outcome=fails; error=ENEEDAUTH",
        ),
    ] {
        let install = format!("npm install -g npm@{npm}");
        let steps = steps(node, &[&install, "npm publish"]);
        node_table(&[(&steps, &manifest(""), expected)]);
    }
}

#[test]
fn the_pnpm_of_an_action_is_the_newest_of_what_it_is_asked_for() {
    for (version, expected) in [
        ("9", "outcome=fails; error=ENEEDAUTH"),
        ("10", "outcome=fails; error=ENEEDAUTH"),
        ("11", "outcome=oidc"),
        ("^11.2.0", "outcome=oidc"),
        ("latest-11", "outcome=oidc"),
        ("latest", "outcome=oidc"),
        ("next-12", "outcome=oidc"),
        ("12.99.0", "outcome=oidc"),
        ("13", "outcome=oidc"),
        ("11.0.0", "outcome=oidc"),
    ] {
        let setup = format!("- uses: pnpm/action-setup@v4\n  with: {{ version: '{version}' }}\n");
        let steps = setup + &steps("22", &["pnpm publish --no-git-checks"]);
        node_table(&[(&steps, &manifest(""), expected)]);
    }
}

#[test]
fn the_newest_pnpm_11_prefers_the_exchange_to_a_token() {
    let files = manifest("") + "#- .npmrc\n//registry.npmjs.org/:_authToken=npm_0123456789\n";
    for (version, expected) in [
        ("11.0.0", "outcome=token"),
        ("11", "outcome=oidc-or-token"),
        ("latest", "outcome=oidc-or-token"),
    ] {
        let setup = format!("- uses: pnpm/action-setup@v4\n  with: {{ version: '{version}' }}\n");
        let steps = setup + &steps("24", &["pnpm publish --no-git-checks"]);
        node_table(&[(&steps, &files, expected)]);
    }
}

#[test]
fn a_tool_that_is_fetched_by_its_major_is_the_newest_of_it() {
    for (command, expected) in [
        ("npx lerna@9 publish from-package --yes", "outcome=oidc"),
        ("npx lerna@8 publish from-package --yes", "outcome=fails"),
        ("npx lerna@11 publish from-package --yes", "outcome=oidc"),
        ("npx @lerna-lite/cli@4 publish from-package --yes", "outcome=oidc"),
        ("npx semantic-release@25", "outcome=oidc"),
        ("npx semantic-release@26", "outcome=oidc"),
    ] {
        let steps = steps("24", &[command]);
        node_table(&[(&steps, &manifest(""), expected)]);
    }
}
