use crate::test_support::check_sites;

const NODE_24: &str = "- uses: actions/setup-node@v6\n  with: { node-version: 24.11.0 }\n";

/// A workflow with one job `publish` that can get an ID token, with these steps, and other files.
fn job(steps: &str, files: &str) -> String {
    let steps: String = steps.lines().map(|line| format!("      {line}\n")).collect();
    format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
{steps}{files}"
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
        let called = |run: &str, env: &str| {
            let files =
                format!("#- on demand: login.sh\n{expanded}\n#- on demand: outer.sh\nbash login.sh\n");
            write(run, env) + &files
        };
        for run in ["bash login.sh", "bash outer.sh"] {
            outcome(&called(run, ""), "credentials=-; outcome=oidc");
            outcome(&called(run, secret), "outcome=oidc-or-token");
            outcome(
                &called(&format!("{before}\n    {run}"), ""),
                "outcome=oidc-or-token",
            );
        }
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

/// A job with setup-node's `registry-url` or without it, and a step that gets a token in a variable.
fn with_token(registry_url: bool, permissions: &str, run: &str, variable: &str, files: &str) -> String {
    let setup = match registry_url {
        true => "{ node-version: 24.11.0, registry-url: 'https://registry.npmjs.org' }",
        false => "{ node-version: 24.11.0 }",
    };
    let env = match variable {
        "" => String::new(),
        variable => format!("  env: {{ {variable}: '${{{{ secrets.T }}}}' }}"),
    };
    job(
        &format!("- uses: actions/setup-node@v6\n  with: {setup}\n- run: {run}\n{env}"),
        files,
    )
    .replace("contents: read, id-token: write", permissions)
}

fn managed(manager: &str, dependencies: &str) -> String {
    format!(
        "#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/b\", \"packageManager\": \"{manager}\", \
         \"devDependencies\": {{ {dependencies} }} }}\n"
    )
}

/// Whether each tool publishes with the token, if the job has nothing else. Measured.
#[test]
fn each_tool_reads_its_own_variables() {
    const SETUP: &str = "NODE_AUTH_TOKEN";
    for (manager, dependency, run, registry_url, variable, expected) in [
        ("npm@11.19.1", "", "npm publish", true, SETUP, "token"),
        (
            "npm@11.19.1",
            "",
            "npm publish",
            false,
            SETUP,
            "fails; error=ENEEDAUTH",
        ),
        (
            "pnpm@10.34.9",
            "",
            "pnpm publish --no-git-checks",
            true,
            SETUP,
            "token",
        ),
        (
            "pnpm@11.0.8",
            "",
            "pnpm publish --no-git-checks",
            true,
            SETUP,
            "fails",
        ),
        (
            "pnpm@11.0.9",
            "",
            "pnpm publish --no-git-checks",
            true,
            SETUP,
            "token",
        ),
        (
            "pnpm@11.28.11",
            "",
            "pnpm publish --no-git-checks",
            false,
            "NPM_TOKEN",
            "fails",
        ),
        ("yarn@1.22.22", "", "yarn publish", true, SETUP, "token"),
        ("yarn@1.22.22", "", "yarn publish", false, SETUP, "fails"),
        ("yarn@1.22.22", "", "yarn publish", false, "NPM_TOKEN", "fails"),
        (
            "yarn@1.22.22",
            "",
            "yarn publish",
            false,
            "NPM_AUTH_TOKEN",
            "token",
        ),
        ("yarn@4.18.1", "", "yarn npm publish", true, SETUP, "fails"),
        ("yarn@4.18.1", "", "yarn npm publish", false, "NPM_TOKEN", "fails"),
        (
            "yarn@4.18.1",
            "",
            "yarn npm publish",
            false,
            "YARN_NPM_AUTH_TOKEN",
            "token",
        ),
        ("bun@1.2.23", "", "bun publish", true, SETUP, "fails"),
        ("bun@1.3.0", "", "bun publish", true, SETUP, "fails"),
        ("bun@1.4.5", "", "bun publish", true, SETUP, "token"),
        ("bun@1.4.5", "", "bun publish", false, SETUP, "fails"),
        ("bun@1.4.5", "", "bun publish", false, "NPM_TOKEN", "fails"),
        ("bun@1.4.5", "", "bun publish", false, "NPM_CONFIG_TOKEN", "token"),
        ("bun@1.4.5", "", "bun publish", false, "BUN_CONFIG_TOKEN", "token"),
        (
            "npm@11.19.1",
            "\"lerna\": \"8.2.4\"",
            "npx lerna publish",
            true,
            SETUP,
            "token",
        ),
        (
            "npm@11.19.1",
            "\"lerna\": \"8.2.4\"",
            "npx lerna publish",
            false,
            SETUP,
            "fails",
        ),
        (
            "npm@11.19.1",
            "\"lerna\": \"10.1.1\"",
            "npx lerna publish",
            false,
            "NPM_TOKEN",
            "fails",
        ),
        (
            "npm@11.19.1",
            "\"nx\": \"24.0.6\"",
            "npx nx release publish",
            false,
            SETUP,
            "fails",
        ),
        (
            "npm@11.19.1",
            "\"semantic-release\": \"25.0.9\"",
            "npx semantic-release",
            false,
            "NPM_TOKEN",
            "token",
        ),
        (
            "npm@11.19.1",
            "\"semantic-release\": \"24.2.9\"",
            "npx semantic-release",
            false,
            SETUP,
            "fails",
        ),
        (
            "npm@11.19.1",
            "\"@changesets/cli\": \"3.0.3\"",
            "npx changeset publish",
            false,
            "NPM_TOKEN",
            "fails; error=ENEEDAUTH",
        ),
        (
            "yarn@4.18.1",
            "\"@changesets/cli\": \"3.0.3\"",
            "yarn changeset publish",
            true,
            SETUP,
            "fails",
        ),
        (
            "yarn@4.18.1",
            "\"@changesets/cli\": \"2.29.7\"",
            "yarn changeset publish",
            false,
            "YARN_NPM_AUTH_TOKEN",
            "fails; error=ENEEDAUTH",
        ),
        (
            "npm@11.19.1",
            "",
            "npx @jsdevtools/npm-publish@4",
            true,
            SETUP,
            "fails; error=ENEEDAUTH",
        ),
        (
            "npm@11.19.1",
            "",
            "npx @jsdevtools/npm-publish@4 --token $T",
            true,
            "T",
            "token",
        ),
        (
            "npm@11.19.1",
            "",
            "npx @jsdevtools/npm-publish@4 --token ${{ secrets.T }}",
            true,
            "",
            "token",
        ),
        (
            "npm@11.19.1",
            "",
            "npx beachball publish -y",
            false,
            "NODE_AUTH_TOKEN",
            "unknown",
        ),
    ] {
        let files = managed(manager, dependency);
        let fixture = with_token(registry_url, "contents: read", run, variable, &files);
        println!("{manager} {dependency} {run} {registry_url} {variable}");
        check_sites(&fixture, &format!("release.yml:9 publish; outcome={expected}"));
    }
}

/// Beside an ID token, a variable that the tool does not read is neither its token nor in the way.
#[test]
fn a_variable_that_the_tool_does_not_read_is_not_a_fallback() {
    for (manager, run, variable) in [
        ("yarn@4.18.1", "yarn npm publish", "NODE_AUTH_TOKEN"),
        ("pnpm@11.28.11", "pnpm publish --no-git-checks", "NPM_TOKEN"),
        ("npm@11.19.1", "npx @jsdevtools/npm-publish@4", "NODE_AUTH_TOKEN"),
        ("npm@11.19.1", "npx lerna@10 publish", "NPM_TOKEN"),
    ] {
        let files = managed(manager, "");
        let fixture = with_token(true, "id-token: write", run, variable, &files);
        check_sites(&fixture, "release.yml:9 publish; outcome=oidc");
    }
}

#[test]
fn the_configuration_of_a_tool_may_name_the_variable() {
    let yarn = |config: &str, expected: &str| {
        let files = format!("{}#- .yarnrc.yml\n{config}\n", managed("yarn@4.18.1", ""));
        let fixture = with_token(false, "contents: read", "yarn npm publish", "NPM_TOKEN", &files);
        check_sites(&fixture, &format!("release.yml:9 publish; outcome={expected}"));
    };
    yarn("nodeLinker: node-modules", "fails");
    for value in ["'${NPM_TOKEN}'", "\"${NPM_TOKEN:-}\"", "npm_abc"] {
        yarn(&format!("npmAuthToken: {value}"), "token");
    }
    yarn("npmAuthToken: '${OTHER-}'", "fails");
    yarn(
        "npmRegistries:\n  https://registry.npmjs.org:\n    npmAuthToken: '${NPM_TOKEN}'",
        "fails",
    );
    yarn(
        "npmPublishRegistry: https://registry.npmjs.org/\nnpmRegistries:\n  https://registry.npmjs.org:\n    npmAuthToken: '${NPM_TOKEN}'",
        "token",
    );
    yarn("npmAuthToken: '${OTHER:-NONE}'", "fails; error=YN0035");
    yarn(
        "npmRegistries:\n  //registry.yarnpkg.com:\n    npmAuthToken: '${NPM_TOKEN}'",
        "token",
    );
    yarn(
        "npmRegistries:\n  https://npm.example.com:\n    npmAuthToken: '${NPM_TOKEN}'",
        "fails",
    );
    let bun = |config: &str, expected: &str| {
        let files = format!(
            "{}#- on demand: bunfig.toml\n{config}\n",
            managed("bun@1.4.5", "")
        );
        let fixture = with_token(false, "contents: read", "bun publish", "NPM_TOKEN", &files);
        check_sites(&fixture, &format!("release.yml:9 publish; outcome={expected}"));
    };
    bun("[install]\nlinker = \"isolated\"", "fails");
    bun(
        "[install.registry]\nurl = \"https://registry.npmjs.org\"\ntoken = \"$NPM_TOKEN\"",
        "token",
    );
    // What a script writes there is not read.
    let written = job(
        "- run: |\n    echo \"npmAuthToken: $T\" >> ~/.yarnrc.yml\n- run: yarn npm publish",
        &managed("yarn@4.18.1", ""),
    );
    outcome(
        &written.replace("id-token: write", "id-token: none"),
        "outcome=unknown",
    );
}

/// pnpm 11.0.0 publishes to npm's registry beside a `registry-url` of another (measured).
#[test]
fn a_tool_that_does_not_read_the_file_of_setup_node_keeps_its_registry() {
    for (manager, run, registry) in [
        (
            "pnpm@11.0.0",
            "pnpm publish --no-git-checks",
            "https://registry.npmjs.org/",
        ),
        (
            "pnpm@11.0.9",
            "pnpm publish --no-git-checks",
            "https://registry.yarnpkg.com",
        ),
        ("npm@11.19.1", "npm publish", "https://registry.yarnpkg.com"),
    ] {
        let fixture = with_token(true, "id-token: write", run, "", &managed(manager, ""))
            .replace("https://registry.npmjs.org", "https://registry.yarnpkg.com");
        check_sites(&fixture, &format!("release.yml:9 publish; registry={registry}"));
    }
}
