use crate::test_support::{check_rule, check_sites};

/// A job on Node 22 whose last step publishes; `steps` come before it.
fn job(steps: &str, last: &str) -> String {
    format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-node@v6
        with: {{ node-version: 22.23.2 }}
{steps}      {last}
"
    )
}

fn check(steps: &str, last: &str, more: &str, expected: &str) {
    let fixture = job(steps, last) + more;
    let line = 10 + steps.matches('\n').count();
    let manifest = if more.contains("#- package.json") {
        String::new()
    } else {
        "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\" }\n".to_owned()
    };
    check_sites(
        &(fixture + &manifest),
        &format!("release.yml:{line} publish; {expected}"),
    );
}

const NEW: &str = "npm=11.5.1; outcome=oidc";
const OLD: &str = "npm=10.9.8; outcome=fails";
const NOT_KNOWN: &str = "npm=-; outcome=unknown";

#[test]
fn a_folder_in_front_of_the_path_has_its_npm_run() {
    let install = "npm install --prefix \"$RUNNER_TEMP/n\" npm@11.5.1";
    let bin = "$RUNNER_TEMP/n/node_modules/.bin";
    for line in [
        format!("echo \"{bin}\" >> \"$GITHUB_PATH\""),
        format!("echo {bin} >> $GITHUB_PATH"),
        format!("echo \"{bin}\" | tee -a $GITHUB_PATH"),
        format!("Add-Content -Path $env:GITHUB_PATH -Value \"{bin}\""),
        format!(
            "echo \"{}\" >> $env:GITHUB_PATH",
            bin.replace("$RUNNER_TEMP", "$env:RUNNER_TEMP")
        ),
        "echo '${{ runner.temp }}/n/node_modules/.bin' >> $GITHUB_PATH".to_owned(),
    ] {
        let steps = format!("      - run: |\n          {install}\n          {line}\n");
        check(&steps, "- run: npm publish", "", NEW);
    }
    let steps = format!("      - run: echo \"{bin}\" >> $GITHUB_PATH\n      - run: {install}\n");
    check(&steps, "- run: npm publish", "", NEW);
}

#[test]
fn a_global_npm_with_a_prefix_of_its_own_counts_through_the_path() {
    let install = "      - run: npm install -g --prefix ~/.tools npm@11.5.1\n";
    check(install, "- run: npm publish", "", OLD);
    let path = format!("{install}      - run: echo \"$HOME/.tools/bin\" >> $GITHUB_PATH\n");
    check(&path, "- run: npm publish", "", NEW);
    let setting = "      - run: npm config set prefix ~/.tools\n      - run: npm i -g npm@11.5.1\n";
    check(setting, "- run: npm publish", "", NOT_KNOWN);
    let both = format!("{setting}      - run: echo ~/.tools/bin >> $GITHUB_PATH\n");
    check(&both, "- run: npm publish", "", NEW);
}

#[test]
fn the_path_of_a_script_ends_with_it() {
    let install = "      - run: npm install --prefix /tmp/n npm@11.5.1\n";
    let export = "export PATH=\"/tmp/n/node_modules/.bin:$PATH\"";
    check(install, &format!("- run: {export}; npm publish"), "", NEW);
    let steps = format!("{install}      - run: {export}\n");
    check(&steps, "- run: npm publish", "", OLD);
    check(
        install,
        "- run: PATH=\"/tmp/n/node_modules/.bin:$PATH\" npm publish",
        "",
        NEW,
    );
    check(
        install,
        "- { run: npm publish, env: { PATH: '/tmp/n/node_modules/.bin:${{ env.PATH }}' } }",
        "",
        NEW,
    );
    // What goes into the file counts for the next step.
    check(
        install,
        "- run: echo /tmp/n/node_modules/.bin >> $GITHUB_PATH && npm publish",
        "",
        OLD,
    );
}

#[test]
fn an_unknown_folder_may_hold_an_npm() {
    for line in [
        "echo \"$TOOLS\" >> $GITHUB_PATH",
        "echo \"$HOME/.npm-global/bin\" >> $GITHUB_PATH",
        "./where.sh >> $GITHUB_PATH",
        "echo /opt/node-24/bin >> $GITHUB_PATH",
        "echo /opt/acme/bin >> $GITHUB_PATH",
        "echo ~/.tools/bin >> $GITHUB_PATH",
        "echo ~/.acme >> $GITHUB_PATH",
        "echo ~/.$TOOL/bin >> $GITHUB_PATH",
        "echo \"$HOME/.n/bin\" >> $GITHUB_PATH",
        "echo \"$HOME/.nodebrew/current/bin\" >> $GITHUB_PATH",
        "echo \"$HOME/.nix-profile/bin\" >> $GITHUB_PATH",
    ] {
        check(
            &format!("      - run: {line}\n"),
            "- run: npm publish",
            "",
            NOT_KNOWN,
        );
    }
    let script = "      - uses: actions/github-script@v8\n        with: { script: 'core.addPath(x)' }\n";
    check(script, "- run: npm publish", "", NOT_KNOWN);
}

#[test]
fn the_folder_of_global_programs_has_the_npm_that_was_installed() {
    for (install, folder) in [
        ("pnpm add -g npm@11.5.1", "$(pnpm bin -g)"),
        ("pnpm add -g npm@11.5.1", "$PNPM_HOME"),
        ("yarn global add npm@11.5.1", "$(yarn global bin)"),
        ("npm i -g npm@11.5.1", "$(npm prefix -g)/bin"),
        (
            "npm config set prefix ~/.tools; npm i -g npm@11.5.1",
            "$(npm config get prefix)/bin",
        ),
    ] {
        let steps = format!("      - run: {install}\n      - run: echo \"{folder}\" >> $GITHUB_PATH\n");
        check(&steps, "- run: npm publish", "", NEW);
    }
}

#[test]
fn an_upgrade_that_looks_at_the_npm_first_is_followed() {
    let upgrade = |test: &str| format!("      - run: |\n          {test}\n");
    let old = "$(npm -v | cut -d. -f1)";
    for test in [
        format!("if [ {old} -lt 11 ]; then npm i -g npm@11.5.1; fi"),
        format!("V={old}; [ $V -ge 11 ] || npm i -g npm@11.5.1"),
        "if ! npx semver -r '>=11.5.1' \"$(npm -v)\"; then npm i -g npm@11.5.1; fi".to_owned(),
    ] {
        check(&upgrade(&test), "- run: npm publish", "", NEW);
    }
    for test in [
        format!("if [ {old} -lt 10 ]; then npm i -g npm@11.5.1; fi"),
        format!("if [ {old} -gt 11 ]; then npm i -g npm@11.5.1; fi"),
    ] {
        check(&upgrade(&test), "- run: npm publish", "", OLD);
    }
    check(
        &upgrade("if [ \"$UPGRADE\" = yes ]; then npm i -g npm@11.5.1; fi"),
        "- run: npm publish",
        "",
        "npm=10.9.8 or 11.5.1; outcome=unknown",
    );
}

#[test]
fn folders_of_other_tools_leave_npm_alone() {
    for line in [
        "echo \"$HOME/.cargo/bin\" >> $GITHUB_PATH",
        "echo \"$HOME/.local/bin\" >> $GITHUB_PATH",
        "echo \"$(go env GOPATH)/bin\" >> $GITHUB_PATH",
        "echo \"$PWD/bin\" >> $GITHUB_PATH",
        "echo \"$GITHUB_WORKSPACE/target/release\" >> $GITHUB_PATH",
        "echo \"$PWD/node_modules/.bin\" >> $GITHUB_PATH",
        "echo \"$HOME/.speakeasy/bin\" >> $GITHUB_PATH",
        "echo \"${HOME}/.acme/tool/bin\" >> $GITHUB_PATH",
        "echo /home/runner/.acme/bin >> $GITHUB_PATH",
        "echo \"$(npm prefix -g)/bin\" >> $GITHUB_PATH",
        "echo \"$(npm config get prefix)/bin\" >> $GITHUB_PATH",
        "echo \"$(pnpm bin -g)\" >> $GITHUB_PATH",
    ] {
        check(&format!("      - run: {line}\n"), "- run: npm publish", "", OLD);
    }
}

/// A manifest with npm among its dependencies, and a script that publishes.
const DEPENDENCY: &str = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/w\", \"scripts\": { \
                          \"release\": \"npm publish\" }, \"devDependencies\": { \"npm\": \"11.5.1\" } }\n";

#[test]
fn the_npm_of_the_dependencies_publishes_where_node_modules_comes_first() {
    for last in [
        "npx npm publish",
        "npm exec npm -- publish",
        "pnpm exec npm publish",
        "pnpm npm publish",
        "yarn run npm publish",
        "npm run release",
        "pnpm run release",
        "./node_modules/.bin/npm publish",
        "node_modules/.bin/npm publish",
        "$PWD/node_modules/.bin/npm publish",
        "${{ github.workspace }}/node_modules/.bin/npm publish",
        "node ./node_modules/npm/bin/npm-cli.js publish",
    ] {
        check(
            "      - run: npm ci\n",
            &format!("- run: {last}"),
            DEPENDENCY,
            NEW,
        );
        // Nothing installs it.
        check("", &format!("- run: {last}"), DEPENDENCY, NOT_KNOWN);
    }
    check("      - run: npm ci\n", "- run: npm publish", DEPENDENCY, OLD);
    let path = "      - run: npm ci\n      - run: echo \"$PWD/node_modules/.bin\" >> $GITHUB_PATH\n";
    check(path, "- run: npm publish", DEPENDENCY, NEW);
    check(
        "      - run: npm i --no-save npm@11.5.1\n",
        "- run: npx npm publish",
        "",
        NEW,
    );
    check("", "- run: npx npm publish", "", OLD);
}

#[test]
fn an_npm_that_is_called_by_its_path_is_not_the_one_on_the_path() {
    for last in [
        "$HOME/.npm/bin/npm publish",
        "/usr/local/bin/npm publish",
        "node /opt/x/npm-cli.js publish",
        "'\"$RUNNER_TEMP/n/node_modules/.bin/npm\" publish'",
        "./node_modules/.bin/npm publish",
    ] {
        check("", &format!("- run: {last}"), "", NOT_KNOWN);
    }
    check(
        "      - run: npm install --prefix \"$RUNNER_TEMP/n\" npm@11.5.1\n",
        "- run: '\"$RUNNER_TEMP/n/node_modules/.bin/npm\" publish'",
        "",
        NEW,
    );
    for script in [
        "npm install --prefix oidc npm@11.5.1 && oidc/node_modules/.bin/npm publish",
        "cd dist; npm install --prefix ../oidc/ npm@11.5.1; ../oidc/node_modules/.bin/npm publish",
        "npm install --prefix oidc npm@11.5.1; cd dist; ../oidc/node_modules/.bin/npm publish",
    ] {
        check("", &format!("- run: {script}"), "", NEW);
    }
    let elsewhere = "cd dist; npm install --prefix oidc npm@11.5.1; ../oidc/node_modules/.bin/npm publish";
    check("", &format!("- run: {elsewhere}"), "", NOT_KNOWN);
    check("", "- run: pnpm dlx npm publish", "", "npm=12.2.2; outcome=oidc");
}

#[test]
fn corepack_starts_the_npm_of_the_manifest() {
    let manifest = DEPENDENCY.replace("\"scripts\"", "\"packageManager\": \"npm@11.5.1\", \"scripts\"");
    check("", "- run: corepack npm publish", &manifest, NEW);
    check("", "- run: corepack npm publish", "", NOT_KNOWN);
}

#[test]
fn semantic_release_installs_an_npm_of_its_own() {
    let manifest = DEPENDENCY.replace("\"npm\": \"11.5.1\"", "\"semantic-release\": \"^24.0.0\"");
    check(
        "      - run: npm ci\n",
        "- run: npm run release",
        &manifest,
        NOT_KNOWN,
    );
}

#[test]
fn an_old_npm_among_the_dependencies_is_reported_there() {
    let fixture = job("      - run: npm ci\n", "- run: npm run release")
        + r#"#- package.json
{
  "name": "w",
  "version": "1.0.0",
  "repository": "a/w",
  "scripts": { "release": "npm publish" },
  "devDependencies": {
    "npm": "^10.2.0"
//         ^^^^^^^^^ error[npm-upgrade-insufficient]: …
  }
}
"#;
    check_rule("npm-upgrade-insufficient", &fixture);
}

/// A repository with a workflow of these steps, the manifest of its root, and one in `npm`.
fn with_folder(steps: &str, root: &str, folder: &str) -> String {
    let manifest = |name: &str, pin: &str| {
        format!("{{ \"name\": \"{name}\", \"version\": \"1.0.0\", \"repository\": \"a/w\"{pin} }}")
    };
    format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    runs-on: ubuntu-24.04
    permissions: {{ contents: read, id-token: write }}
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.11.0 }}
{steps}#- package.json
{}
#- npm/package.json
{}
#- npm/packages/a/package.json
{}
",
        manifest("root", root),
        manifest("w", folder),
        manifest("a", ""),
    )
}

#[test]
fn corepack_takes_the_nearest_package_manager() {
    let pin = |version: &str| format!(", \"packageManager\": \"{version}\"");
    let check = |run: &str, folder: &str, root: &str, own: &str, expected: &str| {
        let step = format!("      - working-directory: {folder}\n        run: {run}\n");
        check_sites(
            &with_folder(&step, root, own),
            &format!("release.yml:10 publish; {expected}"),
        );
    };
    let (new, old) = (pin("npm@12.0.1"), pin("npm@10.9.0+sha512.abc"));
    const NEW: &str = "npm=12.0.1; outcome=oidc";
    const OLD: &str = "npm=10.9.0; outcome=fails";
    for run in ["corepack npm publish", "corepack enable npm && npm publish"] {
        check(run, "npm", "", &new, NEW);
        check(run, "npm", &old, &new, NEW);
        check(run, "npm/packages/a", &old, &new, NEW);
        check(run, "npm", "", &old, OLD);
        check(run, "npm", &new, &old, OLD);
        check(run, ".", &old, &new, OLD);
        check(run, ".", &new, &old, NEW);
        check(run, "npm", &new, "", NEW);
        // Corepack refuses npm there.
        check(run, "npm", &new, &pin("pnpm@10.0.0"), "npm=-");
    }
    check("cd .. && cd npm && corepack npm publish", "npm", &old, &new, NEW);
    // An npm that is named, or that nothing takes from Corepack.
    check(
        "corepack npm@11.5.1 publish",
        "npm",
        &old,
        &old,
        "npm=11.5.1; outcome=oidc",
    );
    check(
        "corepack enable && npm publish",
        "npm",
        &old,
        &new,
        "npm=11.6.1; outcome=oidc",
    );
    check(
        "corepack enable npm; npm i -g npm@11.6.2; npm publish",
        "npm",
        &old,
        &old,
        "npm=11.6.2; outcome=oidc",
    );
}

#[test]
fn the_shim_of_corepack_looks_where_it_runs() {
    let steps = |folder: &str| {
        format!(
            "      - run: corepack enable npm\n      - working-directory: {folder}\n        run: npm publish\n"
        )
    };
    let (root, own) = (
        ", \"packageManager\": \"npm@10.9.0\"",
        ", \"packageManager\": \"npm@12.0.1\"",
    );
    check_sites(
        &with_folder(&steps("npm"), root, own),
        "release.yml:11 publish; npm=12.0.1; outcome=oidc",
    );
    check_sites(
        &with_folder(&steps("."), root, own),
        "release.yml:11 publish; npm=10.9.0; outcome=fails",
    );
}

#[test]
fn an_npm_that_the_same_branch_installs_publishes() {
    for script in [
        "if [ \"$X\" ]; then npm i -g npm@11.5.1; npm publish; fi",
        "test -n \"$X\" && npm i -g npm@11.5.1 && npm publish",
        "for x in a b; do npm i -g npm@11.5.1; npm publish; done",
        "if [ \"$X\" ]; then npm i -g npm@11.5.1; if [ \"$Y\" ]; then npm publish; fi; fi",
        "f() { npm i -g npm@11.5.1; npm publish; }; test -n \"$X\" && f",
    ] {
        check("", &format!("- run: '{script}'"), "", NEW);
    }
    for script in [
        "if [ \"$X\" ]; then npm i -g npm@11.5.1; fi; npm publish",
        "if [ \"$X\" ]; then npm i -g npm@11.5.1; else npm publish; fi",
        "if [ \"$X\" ]; then npm i -g npm@11.5.1; fi; if [ \"$X\" ]; then npm publish; fi",
        "test -n \"$X\" && npm i -g npm@11.5.1 || npm publish",
        "test -n \"$X\" && npm i -g npm@11.5.1; npm publish",
    ] {
        let between = "npm=10.9.8 or 11.5.1; outcome=unknown";
        check("", &format!("- run: '{script}'"), "", between);
    }
}
