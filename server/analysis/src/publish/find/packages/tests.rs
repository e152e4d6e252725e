//! Which packages commands publish, as people write them.

use crate::test_support::check_sites;

/// A repository with `core`, `@a/ui`, which needs `core`, and `@a/secret`, which is private, in `packages`, and with
/// the `tool` in `tools/tool`, which is not a workspace.
const MONOREPO: &str = r#"#- package.json
{ "name": "root", "version": "1.0.0", "private": true, "workspaces": ["packages/*"] }
#- packages/core/package.json
{ "name": "core", "version": "1.0.0" }
#- packages/secret/package.json
{ "name": "@a/secret", "version": "1.0.0", "private": true }
#- packages/ui/package.json
{ "name": "@a/ui", "version": "1.0.0", "dependencies": { "core": "*" } }
#- tools/tool/package.json
{ "name": "tool", "version": "1.0.0" }
"#;

#[track_caller]
fn check_step(step: &str, files: &str, expected: &str) {
    let step: String = step.lines().map(|line| format!("      {line}\n")).collect();
    let fixture = format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    strategy: {{ matrix: {{ package: [core, ui] }} }}
    runs-on: ubuntu-24.04
    steps:
{step}{files}"
    );
    let line = 8 + step
        .lines()
        .position(|line| line.contains("publish"))
        .unwrap_or_default();
    check_sites(
        &fixture,
        &format!("release.yml:{line} publish; packages={expected}"),
    );
}

#[track_caller]
fn check_command(command: &str, expected: &str) {
    check_step(&format!("- run: {command}"), MONOREPO, expected);
}

#[test]
fn npm_takes_workspaces_by_name_and_folder() {
    for (command, expected) in [
        ("npm publish", "root"),
        ("npm publish --workspaces", "core, @a/ui"),
        ("npm publish -ws", "core, @a/ui"),
        ("npm publish -w core", "core"),
        ("npm publish --workspace=packages/ui", "@a/ui"),
        ("npm publish -w ./packages/ui", "@a/ui"),
        ("npm publish -w packages", "core, @a/ui"),
        ("npm publish -w @a/secret", "-"),
        ("npm publish -w nobody", "-"),
        ("npm publish -w \"$PACKAGE\"", "-"),
        ("npm publish -w core -w \"$PACKAGE\"", "core"),
        ("npm publish -w packages/${{ matrix.package }}", "core, @a/ui"),
        // A package that is named counts more than workspaces.
        ("npm publish ./tools/tool -w core", "tool"),
    ] {
        check_command(command, expected);
    }
    let public_root = MONOREPO.replace(
        "\"1.0.0\", \"private\": true, \"workspaces\"",
        "\"1.0.0\", \"workspaces\"",
    );
    check_step(
        "- run: npm publish -ws --include-workspace-root",
        &public_root,
        "root, core, @a/ui",
    );
}

#[test]
fn pnpm_takes_filters() {
    let pnpm = format!("{MONOREPO}#- pnpm-workspace.yaml\npackages:\n  - packages/*\n  - tools/*\n");
    for (command, expected) in [
        ("pnpm -r publish", "core, @a/ui, tool"),
        ("pnpm publish -r --filter '@a/*'", "@a/ui"),
        ("pnpm --filter ./packages/* publish", "core, @a/ui"),
        ("pnpm --filter @a/ui... publish", "core, @a/ui"),
        ("pnpm -r --filter '!core' publish", "@a/ui, tool"),
        ("pnpm -r --filter '[origin/main]' publish", "-"),
        ("pnpm -r --filter \"$FILTER\" publish", "-"),
        ("pnpm --filter ${{ matrix.package }} publish", "core, @a/ui"),
        (
            "pnpm --filter ./packages/${{ matrix.package }} publish",
            "core, @a/ui",
        ),
        ("pnpm publish tools/tool", "tool"),
    ] {
        check_step(&format!("- run: {command}"), &pnpm, expected);
    }
}

#[test]
fn yarn_takes_workspaces() {
    for (command, expected) in [
        (
            "yarn workspaces foreach -A --no-private npm publish",
            "core, @a/ui",
        ),
        (
            "yarn workspaces foreach -A --include '@a/*' --no-private npm publish",
            "@a/ui",
        ),
        (
            "yarn workspaces foreach -W --exclude core --no-private npm publish",
            "@a/ui",
        ),
        ("yarn workspace @a/ui npm publish", "@a/ui"),
    ] {
        check_command(command, expected);
    }
}

#[test]
fn tools_for_monorepos_take_their_own_configuration() {
    for (command, file, text, expected) in [
        (
            "npx changeset publish",
            ".changeset/config.json",
            "{}",
            "core, @a/ui",
        ),
        (
            "npx changeset publish",
            ".changeset/config.json",
            r#"{ "ignore": ["@a/*"] }"#,
            "core",
        ),
        (
            "npx lerna publish from-package",
            "lerna.json",
            r#"{ "packages": ["tools/*"] }"#,
            "tool",
        ),
        (
            "npx lerna publish from-package",
            "lerna.json",
            r#"{ "version": "independent" }"#,
            "core, @a/ui",
        ),
        (
            "npx lerna publish",
            "lerna.json",
            r#"{ "command": { "publish": { "contents": "dist" } } }"#,
            "-",
        ),
        ("npx lerna publish --contents dist", "lerna.json", "{}", "-"),
        ("npx nx release publish", "nx.json", "{}", "core, @a/ui"),
        (
            "npx nx release publish",
            "nx.json",
            r#"{ "release": { "projects": ["packages/*", "!@a/ui"] } }"#,
            "core",
        ),
        (
            "npx nx release publish --projects=@a/ui",
            "nx.json",
            r#"{ "release": { "projects": ["packages/*"] } }"#,
            "@a/ui",
        ),
        (
            "npx nx release publish",
            "nx.json",
            r#"{ "targetDefaults": { "nx-release-publish": { "options": { "packageRoot": "dist/{projectRoot}" } } } }"#,
            "-",
        ),
    ] {
        let files = format!("{MONOREPO}#- {file}\n{text}\n");
        check_step(&format!("- run: {command}"), &files, expected);
    }
}

#[test]
fn loops_and_the_matrix_name_folders() {
    for (command, expected) in [
        (
            "for d in packages/*; do (cd $d && npm publish); done",
            "core, @a/ui",
        ),
        (
            "for d in packages/*/; do (cd \"$d\" && npm publish); done",
            "core, @a/ui",
        ),
        ("for d in packages/*; do npm publish ./$d; done", "core, @a/ui"),
        (
            "for p in core ui; do npm publish \"./packages/${p}\"; done",
            "core, @a/ui",
        ),
        (
            "for p in core; do cd packages/$p; npm publish; cd -; done",
            "core",
        ),
        ("for p in ui; do npm publish -w packages/$p; done", "@a/ui"),
        (
            "for p in ui; do pnpm --dir packages/$p publish --no-git-checks; done",
            "@a/ui",
        ),
        // npm publishes the package of the folder where it runs.
        ("for p in ui; do npm --prefix packages/$p publish; done", "root"),
        ("for p in $(ls packages); do npm publish ./packages/$p; done", "-"),
        ("for p in core; do npm publish ./packages/$q; done", "-"),
        (
            "for d in packages/*; do if x; then npm publish ./$d; fi; done",
            "-",
        ),
        (
            "for d in packages/*; do [ -f $d/x ] || continue; npm publish ./$d; done",
            "-",
        ),
        (
            "for d in packages/*; do [ -f $d/x ] && npm publish ./$d; done",
            "-",
        ),
        ("npm publish ./packages/${{ matrix.package }}", "core, @a/ui"),
        ("cd packages/${{ matrix.package }} && npm publish", "core, @a/ui"),
    ] {
        check_command(command, expected);
    }
    check_step(
        "- run: npm publish\n  working-directory: packages/${{ matrix.package }}",
        MONOREPO,
        "core, @a/ui",
    );
}

#[test]
fn folders_and_tarballs_name_a_package() {
    for (command, expected) in [
        ("npm publish ./packages/core", "core"),
        ("npm publish packages/core/", "core"),
        ("npm publish ./packages/ui/package.json", "@a/ui"),
        ("npm publish ./dist", "-"),
        ("npm publish ./a-ui-1.0.0.tgz", "@a/ui"),
        ("npm publish out/a-ui-*.tgz", "@a/ui"),
        ("npm publish \"a-ui-$VERSION.tgz\"", "@a/ui"),
        ("npm publish a-ui-next.tgz", "-"),
        // Yarn's name for what it packs.
        ("npm publish packages/ui/package.tgz", "@a/ui"),
        ("cd packages/ui && npm publish ./package.tgz", "@a/ui"),
        ("npm publish other/package.tgz", "-"),
        ("npm publish my-package.tgz", "-"),
        ("npm publish *.tgz", "-"),
    ] {
        check_command(command, expected);
    }
}

#[test]
fn some_tools_publish_the_directory_of_publish_config() {
    let build = |files: &str| {
        MONOREPO.replace(
            "\"version\": \"1.0.0\" }\n#- packages/secret",
            &format!("\"version\": \"1.0.0\", \"publishConfig\": {{ \"directory\": \"build\" }} }}\n{files}#- packages/secret"),
        )
    };
    let unknown = build("");
    let known =
        build("#- packages/core/build/package.json\n{ \"name\": \"built\", \"version\": \"1.0.0\" }\n");
    for (command, files, expected) in [
        ("npx changeset publish", &unknown, "@a/ui"),
        ("npx changeset publish", &known, "built, @a/ui"),
        ("cd packages/core && pnpm publish", &known, "built"),
        ("npm publish --workspaces", &known, "core, @a/ui"),
    ] {
        check_step(&format!("- run: {command}"), files, expected);
    }
}

#[test]
fn packages_for_another_registry_are_left_out() {
    let files = MONOREPO.replace(
        "{ \"name\": \"core\",",
        "{ \"name\": \"core\", \"publishConfig\": { \"registry\": \"https://npm.example.com\" },",
    );
    check_step("- run: npm publish --workspaces", &files, "@a/ui");
}

/// A workflow that runs this command, with these files.
fn publishes(command: &str, files: &str, packages: &str) {
    let fixture = format!(
        "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {command}
{files}"
    );
    crate::test_support::check_sites(&fixture, &format!("release.yml:9 publish; packages={packages}"));
}

#[test]
fn pnpm_leaves_out_what_has_no_name_or_version() {
    let files = r#"#- pnpm-workspace.yaml
packages: ['packages/*']
#- packages/a/package.json
{ "name": "a", "version": "1.0.0" }
#- packages/b/package.json
{ "type": "module" }
#- packages/c/package.json
{ "name": "c" }
"#;
    publishes("pnpm -r publish", files, "a");
}

#[test]
fn changesets_2_reads_workspaces_first() {
    let files = |changesets: &str| {
        format!(
            r#"#- package.json
{{ "private": true, "workspaces": ["packages/*"], "devDependencies": {{ "@changesets/cli": "{changesets}" }} }}
#- pnpm-workspace.yaml
packages: ['packages/*', 'demos/*']
#- packages/a/package.json
{{ "name": "a", "version": "1.0.0" }}
#- demos/b/package.json
{{ "name": "b", "version": "1.0.0" }}
"#
        )
    };
    publishes("changeset publish", &files("^2.29.0"), "a");
    publishes("changeset publish", &files("^3.0.0"), "b, a");
}

#[test]
fn scripts_run_in_the_folders_that_the_matrix_chooses() {
    let member = |name: &str, script: &str| {
        format!(
            "#- packages/{name}/package.json\n{{ \"name\": \"{name}\", \"version\": \"1.0.0\", \"scripts\": {{ \"send\": \"{script}\" }} }}\n"
        )
    };
    let same = member("core", "npm publish") + &member("ui", "npm publish");
    let steps = [
        "- run: npm run send\n  working-directory: packages/${{ matrix.package }}",
        "- run: cd packages/${{ matrix.package }} && npm run send",
    ];
    for step in steps {
        check_step(step, &same, "core, ui");
    }
    check_step(
        "- run: npm run ${{ matrix.package }}",
        "#- package.json\n{ \"name\": \"w\", \"version\": \"1.0.0\", \"scripts\": { \"core\": \"npm publish\" } }\n",
        "w",
    );
}

#[test]
fn an_argument_may_say_that_a_program_publishes() {
    let check = |command: &str, expected: &str| {
        let fixture = format!(
            "\
#- .github/workflows/release.yml
on: push
jobs:
  publish:
    environment: npm
    permissions: {{ id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24 }}
      - run: {command}
"
        );
        check_sites(&fixture, expected);
    };
    for command in [
        "./tools/x publish snapshot",
        "pnpm acme-tools publish --all",
        "node tools/run.js publish",
    ] {
        check(
            command,
            "release.yml:10 publish; publisher=script; outcome=unknown",
        );
    }
    for command in [
        "./tools/x publish --dry-run",
        "pnpm vsce publish",
        "yarn ovsx publish",
        "npm run release:plan",
        "npm run release:summary",
        "node scripts/publish-docs.mjs",
        "./tools/x build",
    ] {
        check(command, "");
    }
}

#[test]
fn the_options_of_a_choice_are_the_possible_packages() {
    let repository = |on: &str, step: &str| {
        format!(
            r#"#- .github/workflows/release.yml
on: {on}
jobs:
  publish:
    permissions: {{ contents: read, id-token: write }}
    runs-on: ubuntu-24.04
    steps:
      - {step}
#- packages/a/package.json
{{ "name": "a", "version": "1.0.0" }}
#- packages/b/package.json
{{ "name": "b", "version": "1.0.0" }}
#- packages/c/package.json
{{ "name": "c", "version": "1.0.0" }}
"#
        )
    };
    let choice = "{ workflow_dispatch: { inputs: { package: { type: choice, options: [a, b] } } } }";
    let text = "{ workflow_dispatch: { inputs: { package: { type: string } } } }";
    for (step, is_folder) in [
        (
            "{ run: npm publish, working-directory: 'packages/${{ inputs.package }}' }",
            true,
        ),
        ("run: cd packages/${{ inputs.package }} && npm publish", true),
        ("run: npm publish ./packages/${{ inputs.package }}", true),
        ("run: npm publish ./${{ inputs.other }}", false),
    ] {
        let known = if is_folder { "a, b" } else { "-" };
        for (on, packages) in [(choice, known), (text, "-"), ("workflow_dispatch", "-")] {
            check_sites(
                &repository(on, step),
                &format!("release.yml:7 publish; packages={packages}"),
            );
        }
    }
}
