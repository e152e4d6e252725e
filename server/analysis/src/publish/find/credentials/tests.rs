use crate::test_support::check_sites;

const NODE_24: &str = "- uses: actions/setup-node@v6\n  with: { node-version: 24.11.0 }\n";

/// A workflow with one job `publish` that can get an ID token, with these steps, and other files.
fn job(steps: &str, files: &str) -> String {
    let steps: String = steps.lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "#- .github/workflows/release.yml\non: push\njobs:\n  publish:\n    permissions: {{ contents: read, id-token: write }}\n    \
         runs-on: ubuntu-24.04\n    steps:\n{steps}{files}"
    )
}

#[track_caller]
fn outcome(fixture: &str, expected: &str) {
    let is_publish = |line: &str| line.contains("publish") && line.contains("run:");
    let line = fixture.lines().position(is_publish).unwrap_or_default();
    check_sites(fixture, &format!("release.yml:{line} publish; {expected}"));
}

#[test]
fn a_variable_that_nothing_sets_puts_no_token_into_a_line() {
    let write = |script: &str, env: &str| {
        job(
            &format!("{NODE_24}- run: |\n    {script}\n{env}- run: npm publish"),
            "",
        )
    };
    let escaped = "echo \"//registry.npmjs.org/:_authToken=\\${NODE_AUTH_TOKEN}\" >> ~/.npmrc";
    let expanded = "echo \"//registry.npmjs.org/:_authToken=${TOKEN}\" >> ~/.npmrc";
    for script in [
        escaped,
        expanded,
        "npm config set //registry.npmjs.org/:_authToken=$TOKEN",
    ] {
        outcome(&write(script, ""), "credentials=-; outcome=oidc");
    }
    let secret = "  env: { TOKEN: '${{ secrets.T }}' }\n";
    outcome(&write(expanded, secret), "outcome=oidc-or-token");
    for before in [
        "TOKEN=$(vault read token)",
        "export TOKEN=$(vault read token)",
        "read -r TOKEN < file",
        "source ./token.sh",
        "eval \"$(vault env)\"",
    ] {
        outcome(
            &write(&format!("{before}\n    {expanded}"), ""),
            "outcome=oidc-or-token",
        );
    }
}

#[test]
fn yarn_berry_reads_no_npmrc() {
    let package = |yarn: &str| {
        format!(
            "#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/b\", \"packageManager\": \"yarn@{yarn}\", \
             \"devDependencies\": {{ \"@changesets/cli\": \"3.0.0\" }} }}\n"
        )
    };
    let line = "//registry.npmjs.org/:_authToken=${{ secrets.T }}";
    for command in ["yarn npm publish", "yarn changeset publish"] {
        let written = format!("{NODE_24}- run: echo \"{line}\" >> ~/.npmrc\n- run: {command}");
        outcome(&job(&written, &package("4.9.4")), "credentials=-; outcome=fails");
        outcome(&job(&written, &package("4.12.0")), "credentials=-; outcome=oidc");
        let committed = "#- .npmrc\n//registry.npmjs.org/:_authToken=npm_abc\n";
        let plain = format!("{NODE_24}- run: {command}");
        outcome(
            &job(&plain, &format!("{}{committed}", package("4.9.4"))),
            "credentials=-; outcome=fails",
        );
        let of_yarn =
            format!("{NODE_24}- run: yarn config set npmAuthToken ${{{{ secrets.T }}}}\n- run: {command}");
        outcome(&job(&of_yarn, &package("4.9.4")), "outcome=token");
    }
    let npm = format!("{NODE_24}- run: echo \"{line}\" >> ~/.npmrc\n- run: npm publish");
    outcome(&job(&npm, ""), "outcome=oidc-or-token");
}

#[test]
fn another_userconfig_hides_the_line_of_setup_node() {
    let setup = "- uses: actions/setup-node@v6\n  with: { node-version: 24.11.0, registry-url: 'https://registry.npmjs.org' }\n";
    let check = |command: &str, variable: &str, expected: &str| {
        let env = format!("  env:\n    NODE_AUTH_TOKEN: ${{{{ secrets.T }}}}\n{variable}");
        let fixture = job(&format!("{setup}- run: {command}\n{env}"), "");
        outcome(&fixture.replace("id-token: write", "id-token: none"), expected);
    };
    check("npm publish", "", "outcome=token");
    check(
        "npm publish",
        "    NPM_CONFIG_USERCONFIG: /dev/null\n",
        "outcome=unknown",
    );
    check(
        "npm publish",
        "    npm_config_userconfig: ./ci.npmrc\n",
        "outcome=unknown",
    );
    check(
        "NPM_CONFIG_USERCONFIG=/dev/null npm publish",
        "",
        "outcome=unknown",
    );
    check(
        "npm publish",
        "    NPM_CONFIG_USERCONFIG: ${{ runner.temp }}/.npmrc\n",
        "outcome=token",
    );
}
