//! Each publishing tool: its command, the files that decide, and what it will do in a job that can get an ID token.

mod fetched;
mod later_releases;
mod plugins;
mod rush;
mod words;

use crate::test_support::check_sites;

/// A job with Node 24 and an ID token that runs `command` as its last step, and files of the repository.
fn job(command: &str, files: &str) -> String {
    format!(
        "#- .github/workflows/release.yml\non: push\npermissions: {{ contents: read, id-token: write }}\njobs:\n  publish:\n    \
         runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-node@v6\n        with: {{ node-version: 24.11.0 }}\n      - \
         run: {command}\n{files}"
    )
}

/// A manifest with these members beside its name, version and repository.
fn manifest(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { ", " };
    format!(
        "#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/b\"{comma}{members} }}\n"
    )
}

fn dependency(name: &str, range: &str) -> String {
    manifest(&format!("\"devDependencies\": {{ \"{name}\": \"{range}\" }}"))
}

/// Compares the one site of each row with the fields that are expected; `-` expects no site.
#[track_caller]
fn table(rows: &[(&str, String, &str)]) {
    for (command, files, expected) in rows {
        println!("{command}");
        let expected = match *expected {
            "-" => String::new(),
            fields => format!("release.yml:9 publish; {fields}"),
        };
        check_sites(&job(command, files), &expected);
    }
}

#[test]
fn tools_that_run_npm() {
    table(&[
        (
            "npx nx release publish",
            manifest(""),
            "publisher=nx; outcome=oidc",
        ),
        ("npx nx release --skip-publish", manifest(""), "-"),
        (
            "npx nx run-many -t nx-release-publish",
            manifest(""),
            "publisher=nx; outcome=oidc",
        ),
        (
            "npx beachball publish --yes",
            manifest(""),
            "publisher=beachball; outcome=oidc",
        ),
        ("npx auto shipit", manifest(""), "publisher=auto; outcome=oidc"),
        (
            "npx shipjs trigger",
            manifest(""),
            "publisher=shipjs; outcome=oidc",
        ),
        (
            "npx clean-publish",
            manifest(""),
            "publisher=clean-publish; outcome=oidc",
        ),
        (
            "npx napi pre-publish -t npm",
            manifest(""),
            "publisher=napi; outcome=oidc",
        ),
        (
            "NPM_TRUSTED_PUBLISHER=true npx -p publib@latest publib-npm",
            manifest(""),
            "publisher=publib; outcome=oidc",
        ),
        (
            "npx -p publib@latest publib-npm",
            manifest(""),
            "publisher=publib; outcome=fails",
        ),
        (
            "NPM_TRUSTED_PUBLISHER=true npx -p publib@0.2.645 publib-npm",
            manifest(""),
            "publisher=publib; outcome=fails",
        ),
        (
            "NPM_TRUSTED_PUBLISHER=true npx -p publib@0.2.999 publib-npm",
            manifest(""),
            "publisher=publib; outcome=unknown",
        ),
        (
            "NPM_TRUSTED_PUBLISHER=true npx -p publib@0.2.1014 publib-npm",
            manifest(""),
            "publisher=publib; outcome=oidc",
        ),
        (
            "NPM_TRUSTED_PUBLISHER=false npx publib-npm",
            manifest(""),
            "publisher=publib; outcome=fails",
        ),
        (
            "NPM_TRUSTED_PUBLISHER=$TRUSTED npx publib-npm",
            manifest(""),
            "publisher=publib; outcome=unknown",
        ),
        (
            "NPM_TOKEN=${{ secrets.NPM_TOKEN }} npx publib-npm",
            manifest(""),
            "publisher=publib; outcome=oidc-or-token",
        ),
        (
            "NPM_TRUSTED_PUBLISHER=1 NPM_TOKEN=${{ secrets.NPM_TOKEN }} npx publib-npm",
            manifest(""),
            "publisher=publib; outcome=oidc",
        ),
        (
            "PUBLIB_DRYRUN=true npx publib-npm",
            manifest(""),
            "publisher=publib",
        ),
        (
            "npx napi prepublish",
            manifest("\"napi\": { \"npmClient\": \"bun\" }"),
            "publisher=napi; outcome=fails",
        ),
        (
            "npx napi prepublish",
            manifest("\"napi\": { \"npmClient\": \"yarn\" }"),
            "publisher=napi; outcome=unknown",
        ),
        (
            "npx napi prepublish --cwd crates/a",
            manifest(""),
            "publisher=napi; outcome=unknown",
        ),
        (
            "npx napi prepublish -c napi.json -t npm",
            manifest(""),
            "publisher=napi; outcome=unknown",
        ),
        ("npx napi pre-publish --skip-optional-publish", manifest(""), "-"),
        ("npx napi build --release", manifest(""), "-"),
        (
            "npx @jsdevtools/npm-publish@4",
            manifest(""),
            "publisher=npm-publish; outcome=oidc",
        ),
        (
            "npx @jsdevtools/npm-publish@3",
            manifest(""),
            "publisher=npm-publish; outcome=fails",
        ),
        (
            "npx changeset publish",
            dependency("@changesets/cli", "^2.29.0"),
            "publisher=changesets; outcome=oidc",
        ),
    ]);
}

#[test]
fn tools_that_run_the_package_manager_of_the_repository() {
    let managed = |manager: &str, more: &str| manifest(&format!("\"packageManager\": \"{manager}\"{more}"));
    let changesets = |range: &str| format!(", \"devDependencies\": {{ \"@changesets/cli\": \"{range}\" }}");
    table(&[
        (
            "pnpm changeset publish",
            managed("pnpm@11.1.0", ""),
            "npm=-; outcome=oidc",
        ),
        (
            "pnpm changeset publish",
            managed("pnpm@10.2.0", ""),
            "npm=11.6.1; outcome=oidc",
        ),
        (
            "yarn changeset publish",
            managed("yarn@4.9.0", &changesets("^2.29.0")),
            "npm=11.6.1; outcome=oidc",
        ),
        (
            "yarn changeset publish",
            managed("yarn@4.9.0", &changesets("^3.0.0")),
            "npm=-; outcome=fails",
        ),
        (
            "yarn changeset publish",
            managed("yarn@4.12.0", &changesets("^3.0.0")),
            "npm=-; outcome=oidc",
        ),
        (
            "yarn changeset publish",
            managed("yarn@4.12.0", ""),
            "outcome=unknown",
        ),
        (
            "npx nx release publish",
            managed("pnpm@11.1.0", ""),
            "publisher=nx; npm=-; outcome=oidc",
        ),
        (
            "npx nx release publish",
            managed("yarn@4.9.0", ""),
            "npm=11.6.1; outcome=oidc",
        ),
        (
            "npx nx release publish",
            managed("bun@1.4.5", ", \"devDependencies\": { \"nx\": \"22.7.2\" }"),
            "outcome=fails",
        ),
        (
            "npx nx release publish",
            managed("bun@1.4.5", ", \"devDependencies\": { \"nx\": \"22.7.3\" }"),
            "publisher=nx; npm=11.6.1; outcome=oidc",
        ),
        (
            "npx nx release publish",
            managed("bun@1.4.5", ", \"devDependencies\": { \"nx\": \"*\" }"),
            "outcome=unknown",
        ),
        (
            "npx np",
            managed("pnpm@11.1.0", ", \"devDependencies\": { \"np\": \"^12.0.0\" }"),
            "npm=-; outcome=oidc",
        ),
        (
            "vp pm publish",
            managed("pnpm@11.1.0", ""),
            "publisher=vp; npm=-; packages=w; outcome=oidc",
        ),
        (
            "vp pm publish",
            managed("npm@11.6.0", ""),
            "publisher=vp; npm=-; outcome=oidc",
        ),
        (
            "vp pm publish",
            managed("npm@10.9.0", ""),
            "publisher=vp; npm=-; outcome=fails",
        ),
        (
            "vp pm publish",
            managed("yarn@1.22.22", ""),
            "publisher=vp; outcome=fails",
        ),
        (
            "vp pm publish",
            managed("bun@1.4.5", ""),
            "publisher=vp; outcome=fails",
        ),
        ("vp pm publish", manifest(""), "publisher=vp; outcome=unknown"),
        (
            "na publish",
            managed("pnpm@11.1.0", ""),
            "publisher=na; npm=-; packages=w; outcome=oidc",
        ),
        (
            "na publish",
            managed("npm@11.6.0", ""),
            "publisher=na; npm=11.6.1; outcome=oidc",
        ),
        (
            "na publish",
            managed("yarn@1.22.22", ""),
            "publisher=na; outcome=fails",
        ),
        (
            "na publish",
            managed("yarn@4.12.0", ""),
            "publisher=na; outcome=unknown",
        ),
        ("na publish", manifest(""), "publisher=na; outcome=unknown"),
        (
            "nr ship",
            managed(
                "pnpm@11.1.0",
                ", \"scripts\": { \"ship\": \"pnpm publish --no-git-checks\" }",
            ),
            "publisher=pnpm; npm=-; packages=w; outcome=oidc",
        ),
        (
            "nlx changeset publish",
            managed("npm@11.6.0", ""),
            "publisher=changesets; npm=11.6.1; outcome=oidc",
        ),
        (
            "nr ship",
            managed("pnpm@11.1.0", ", \"scripts\": { \"ship\": \"tsc\" }"),
            "-",
        ),
        ("vp pm publish --dry-run", managed("pnpm@11.1.0", ""), "-"),
        (
            "rush publish --publish",
            manifest(""),
            "publisher=rush; outcome=unknown",
        ),
        (
            "npx auto shipit",
            manifest("\"workspaces\": [\"packages/*\"], \"devDependencies\": { \"lerna\": \"^8.0.0\" }"),
            "publisher=auto; outcome=fails",
        ),
    ]);
}

#[test]
fn tools_that_make_the_exchange() {
    let committed = "#- .yarnrc.yml\nyarnPath: .yarn/releases/yarn-4.9.1.cjs\n";
    let catalog = "#- pnpm-workspace.yaml\ncatalog:\n  \"@lerna-lite/publish\": ^4.11.5\n";
    let own = "#- packages/lerna/package.json\n{ \"name\": \"lerna\", \"version\": \"9.0.3\", \"private\": true }\n";
    table(&[
        (
            "pnpm lerna publish",
            dependency("lerna", "^8.1.0"),
            "publisher=lerna; outcome=fails",
        ),
        (
            "pnpm lerna publish",
            dependency("lerna", "^9.0.0"),
            "publisher=lerna; outcome=oidc",
        ),
        (
            "npx lerna publish",
            dependency("lerna", "file:packages/lerna") + own,
            "publisher=lerna; outcome=oidc",
        ),
        (
            "npx lerna publish",
            dependency("lerna", "workspace:*") + own,
            "publisher=lerna; outcome=oidc",
        ),
        (
            "pnpm exec lerna publish",
            dependency("@lerna-lite/publish", "catalog:") + catalog,
            "publisher=lerna-lite; outcome=oidc",
        ),
        (
            "npx semantic-release@24",
            manifest(""),
            "publisher=semantic-release; outcome=fails",
        ),
        (
            "npx semantic-release",
            dependency("semantic-release", "^25.0.1"),
            "outcome=oidc",
        ),
        (
            "npx semantic-release",
            dependency("@semantic-release/npm", "^12.0.0"),
            "outcome=fails",
        ),
        (
            "npx multi-semantic-release",
            dependency("semantic-release", "^25.0.1"),
            "publisher=semantic-release; outcome=oidc",
        ),
        (
            "yarn npm publish",
            manifest("\"packageManager\": \"yarn@4.12.0\""),
            "outcome=oidc",
        ),
        (
            "yarn npm publish",
            manifest("") + committed,
            "publisher=yarn; outcome=fails",
        ),
        ("yarn publish", manifest(""), "publisher=yarn; outcome=fails"),
        ("bun publish", manifest(""), "publisher=bun; outcome=fails"),
    ]);
}

#[test]
fn tools_that_ask_for_a_token_first() {
    let config = |settings: &str| format!("#- .release-it.json\n{{ \"npm\": {settings} }}\n");
    let in_manifest = |settings: &str| manifest(&format!("\"release-it\": {{ \"npm\": {settings} }}"));
    table(&[
        (
            "npx release-it --ci",
            manifest(""),
            "publisher=release-it; outcome=fails; error=-",
        ),
        (
            "npx release-it --ci --npm.skipChecks",
            manifest(""),
            "outcome=oidc",
        ),
        (
            "npx release-it --ci -c other.json",
            manifest(""),
            "outcome=unknown",
        ),
        (
            "npx release-it",
            config("{ \"skipChecks\": true }"),
            "outcome=oidc",
        ),
        (
            "npx release-it",
            in_manifest("{ \"skipChecks\": true }"),
            "outcome=oidc",
        ),
        (
            "npx release-it",
            in_manifest("{ \"skipChecks\": true }") + &config("{ \"skipChecks\": false }"),
            "outcome=fails",
        ),
        (
            "npx release-it",
            "#- .release-it.js\nexport default {}\n".to_owned(),
            "outcome=unknown",
        ),
        (
            "npx release-it",
            config("{ \"skipChecks\": true, \"publishPackageManager\": \"pnpm\" }"),
            "outcome=unknown",
        ),
        ("npx release-it", config("{ \"publish\": false }"), "-"),
        ("npx release-it", config("false"), "-"),
        ("npx release-it", in_manifest("{ \"publish\": false }"), "-"),
        (
            "npx np",
            dependency("np", "^10.0.0"),
            "publisher=np; outcome=fails",
        ),
        (
            "npx np",
            dependency("np", "^11.0.2"),
            "publisher=np; outcome=oidc",
        ),
        ("npx np@10.3.0", manifest(""), "outcome=fails"),
        ("npx np", manifest("\"np\": { \"publish\": false }"), "-"),
    ]);
}

#[test]
fn the_command_in_a_release_configuration_is_followed() {
    let config = "#- release.config.json\n{ \"profiles\": [{ \"name\": \"latest\", \"use\": \"npm publish ./dist\" }, { \"name\": \"next\", \
                  \"use\": \"bun publish\" }] }\n";
    let files = |range: &str| dependency("@ossjs/release", range) + config;
    table(&[
        (
            "npx release publish",
            files("^0.11.0"),
            "publisher=npm; text=release publish; outcome=oidc",
        ),
        (
            "npx release publish",
            files("0.10.0"),
            "publisher=npm; outcome=fails",
        ),
        (
            "npx release publish --profile next",
            files("^0.11.0"),
            "publisher=bun; outcome=fails",
        ),
        ("npx release publish --dry-run", files("^0.11.0"), "-"),
        (
            "npx release publish",
            dependency("@ossjs/release", "^0.11.0"),
            "publisher=release; outcome=unknown",
        ),
        // Another program of that name.
        (
            "./bin/release publish",
            manifest(""),
            "publisher=script; outcome=unknown",
        ),
    ]);
}

#[test]
fn settings_of_npm_rehearse_in_the_environment() {
    let steps = |value: &str| {
        job("npm publish", "").replace(
            "npm publish\n",
            &format!("npm publish\n        env: {{ npm_config_dry_run: {value} }}\n"),
        )
    };
    check_sites(&steps("'true'"), "");
    check_sites(&steps("'false'"), "release.yml:9 publish; publisher=npm");
}

/// A job that sets up Node with these steps and publishes with npm.
#[track_caller]
fn node_table(rows: &[(&str, &str, &str)]) {
    for (steps, files, expected) in rows {
        println!("{steps}");
        let steps: String = steps.lines().map(|line| format!("      {line}\n")).collect();
        let line = 6 + steps.lines().count();
        let fixture = format!(
            "#- .github/workflows/release.yml\non: push\npermissions: {{ id-token: write }}\njobs:\n  publish:\n    runs-on: \
             ubuntu-24.04\n    steps:\n{steps}{files}"
        );
        check_sites(&fixture, &format!("release.yml:{line} publish; {expected}"));
    }
}

#[test]
fn tool_managers_choose_node_and_npm() {
    let volta = "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/b\", \"volta\": { \"node\": \"22.14.0\", \"npm\": \"11.6.0\" } }\n";
    let mise = "#- mise.toml\n[tools]\nnode = \"24.11.0\"\n";
    node_table(&[
        (
            "- uses: volta-cli/action@v4\n- run: npm publish",
            volta,
            "node=22.14.0; npm=11.6.0; outcome=oidc",
        ),
        (
            "- uses: volta-cli/action@v4\n  with: { node-version: 22.14.0, npm-version: 11.6.0 }\n- run: npm publish",
            "",
            "node=22.14.0; npm=11.6.0; outcome=oidc",
        ),
        (
            "- uses: volta-cli/action@v4\n  with: { node-version: 22.14.0 }\n- run: npm publish",
            "",
            "node=22.14.0; npm=10.9.2; outcome=fails",
        ),
        (
            "- run: volta install node@22.14.0 npm@11.6.0\n- run: npm publish",
            "",
            "node=22.14.0; npm=11.6.0; outcome=oidc",
        ),
        (
            "- run: volta install node@24.11.0\n- run: npm publish",
            "",
            "npm=11.6.1; outcome=oidc",
        ),
        (
            "- uses: jdx/mise-action@v3\n- run: npm publish",
            mise,
            "node=24.11.0; npm=11.6.1; outcome=oidc",
        ),
        (
            "- uses: jdx/mise-action@v3\n  with: { install: false }\n- run: mise install node\n- run: npm publish",
            "#- mise.toml\n[tools]\njava = \"17\"\nnode = \"22.14.0\"\n",
            "node=22.14.0; npm=10.9.2; outcome=fails",
        ),
        (
            "- run: mise install node\n- run: npm publish",
            "",
            "npm=-; outcome=unknown",
        ),
        (
            "- run: mise exec node@24 -- npm publish",
            "",
            "npm=-; outcome=unknown",
        ),
        (
            "- run: mise use -g node@24.11.0\n- run: npm publish",
            "",
            "npm=11.6.1; outcome=oidc",
        ),
        (
            "- uses: pnpm/setup@v1\n  with: { runtime: node@24.11.0 }\n- run: npm publish",
            "",
            "npm=11.6.1; outcome=oidc",
        ),
        (
            "- run: nvm install 24.11.0\n- run: npm publish",
            "",
            "npm=11.6.1; outcome=oidc",
        ),
        (
            "- run: fnm exec --using=24 npm publish",
            "",
            "npm=-; outcome=unknown",
        ),
        (
            "- run: nodenv global 24.11.0\n- run: npm publish",
            "",
            "npm=11.6.1; outcome=oidc",
        ),
    ]);
}

#[test]
fn a_pnpm_of_unknown_version_publishes_with_a_good_npm() {
    let setup = |npm: &str| {
        format!(
            "- uses: actions/setup-node@v6\n  with: {{ node-version: 22.23.2 }}\n- run: npm install -g npm@{npm}\n- uses: \
             pnpm/action-setup@v4\n  with: {{ version: '${{{{ vars.PNPM }}}}' }}\n- run: pnpm publish --no-git-checks"
        )
    };
    let (good, old) = (setup("11.18.0"), setup("10.9.0"));
    node_table(&[
        (good.as_str(), "", "npm=11.18.0; outcome=oidc"),
        (old.as_str(), "", "npm=10.9.0; outcome=unknown"),
    ]);
}
