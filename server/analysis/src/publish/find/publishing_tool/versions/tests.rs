//! The version of a publishing tool from lock files, and which lock files are asked for.

use crate::test_support::{Fixture, TestRepository};

/// A job with Node 24 and an ID token that runs `command` in a repository with these files.
fn repository(command: &str, files: &str) -> TestRepository {
    let fixture = format!(
        "\
#- .github/workflows/release.yml
on: push
permissions: {{ contents: read, id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/setup-node@v6
        with: {{ node-version: 24.11.0 }}
      - run: {command}
{files}"
    );
    Fixture::parse(&fixture).unwrap().repository
}

fn manifest(members: &str) -> String {
    format!(
        "#- package.json\n{{ \"name\": \"w\", \"version\": \"1.0.0\", \"repository\": \"a/b\", {members} }}\n"
    )
}

fn dependency(name: &str, range: &str) -> String {
    manifest(&format!("\"devDependencies\": {{ \"{name}\": \"{range}\" }}"))
}

fn package_lock(path: &str, name: &str, version: &str) -> String {
    format!(
        r#"#- on demand: {path}
{{
  "lockfileVersion": 3,
  "packages": {{
    "node_modules/{name}": {{
      "version": "{version}"
    }}
  }}
}}
"#
    )
}

fn yarn_lock(name: &str, version: &str) -> String {
    format!(
        r#"#- on demand: yarn.lock
"{name}@npm:^1.0.0":
  version: {version}
"#
    )
}

/// What becomes of the one site, who publishes and where that is said: `OUTCOME; WHO, at PATH:LINE`.
#[track_caller]
fn check(command: &str, files: &str, expected: &str) {
    let workspace = repository(command, files).workspace();
    let sites: Vec<_> = workspace.sites().collect();
    let [site] = sites.as_slice() else {
        panic!("{} sites", sites.len());
    };
    let publishing_tool = &site.evidence[0];
    let (who, _) = publishing_tool.value.split_once(", which").unwrap();
    let place = publishing_tool.place.as_ref().unwrap();
    let file = workspace.file(&place.path).unwrap();
    let line = file.line_index.line_of(place.range.start()) + 1;
    let found = format!("{}; {who}, at {}:{line}", site.outcome.name(), place.path);
    assert_eq!(found, expected, "{files}");
}

#[test]
fn a_lock_file_decides_what_the_range_leaves_open() {
    let plugin = "@semantic-release/npm";
    let at = ".github/workflows/release.yml:9";
    let files = dependency(plugin, "^13.0.0");
    let row = |lock: &str, expected: &str| check("npx semantic-release", &(files.clone() + lock), expected);
    row(
        "",
        &format!("unknown; semantic-release with @semantic-release/npm, at {at}"),
    );
    row(
        &package_lock("package-lock.json", plugin, "13.0.0"),
        "fails; semantic-release with @semantic-release/npm 13.0.0 (package-lock.json), at package-lock.json:5",
    );
    row(
        &package_lock("package-lock.json", plugin, "13.1.2"),
        "oidc; semantic-release with @semantic-release/npm 13.1.2 (package-lock.json), at package-lock.json:5",
    );
    row(
        &yarn_lock(plugin, "13.1.2"),
        "oidc; semantic-release with @semantic-release/npm 13.1.2 (yarn.lock), at yarn.lock:2",
    );
    // The lock file is older than the manifest.
    row(
        &package_lock("package-lock.json", plugin, "12.0.2"),
        &format!("unknown; semantic-release with @semantic-release/npm, at {at}"),
    );
    // Which of them is used is not known.
    row(
        &(package_lock("package-lock.json", plugin, "13.0.0") + &yarn_lock(plugin, "13.1.2")),
        "unknown; semantic-release with @semantic-release/npm (package-lock.json), at package-lock.json:5",
    );
    for (range, version, outcome) in [
        (
            ">=8",
            "9.0.3",
            "oidc; lerna 9.0.3 (package-lock.json), at package-lock.json:5",
        ),
        (
            ">=8",
            "8.1.2",
            "fails; lerna 8.1.2 (package-lock.json), at package-lock.json:5",
        ),
        (
            "latest",
            "9.0.3",
            "oidc; lerna 9.0.3 (package-lock.json), at package-lock.json:5",
        ),
        (
            "8.x || 9.x",
            "9.0.3",
            "oidc; lerna 9.0.3 (package-lock.json), at package-lock.json:5",
        ),
        (
            "next",
            "9.0.0-alpha.1",
            "unknown; lerna (package-lock.json), at package-lock.json:5",
        ),
        (
            "github:acme/lerna#main",
            "8.1.2",
            "unknown; lerna, at .github/workflows/release.yml:9",
        ),
        (
            "8.x || 9.x",
            "7.0.0",
            "unknown; lerna, at .github/workflows/release.yml:9",
        ),
    ] {
        let lock = package_lock("package-lock.json", "lerna", version);
        check(
            "npx lerna publish",
            &(dependency("lerna", range) + &lock),
            outcome,
        );
    }
}

#[test]
fn the_nearest_lock_file_of_the_package_manager_counts() {
    let own = "#- packages/a/package.json\n{ \"name\": \"a\", \"version\": \"1.0.0\", \"repository\": \"a/b\", \
               \"devDependencies\": { \"lerna\": \">=8\" } }\n";
    let command = "cd packages/a && npx lerna publish";
    let root = package_lock("package-lock.json", "lerna", "8.1.2");
    let nested = package_lock("packages/a/package-lock.json", "lerna", "9.0.3");
    check(
        command,
        &[own, &root, &nested].concat(),
        "oidc; lerna 9.0.3 (packages/a/package-lock.json), at packages/a/package-lock.json:5",
    );
    check(
        command,
        &[own, &root].concat(),
        "fails; lerna 8.1.2 (package-lock.json), at package-lock.json:5",
    );
    let pnpm = "\
#- on demand: pnpm-lock.yaml
lockfileVersion: '9.0'
importers:

  packages/a:
    devDependencies:
      lerna:
        version: 9.0.3
";
    let managed = manifest("\"packageManager\": \"pnpm@11.1.0\"");
    check(
        command,
        &[own, &root, &nested, &managed, pnpm].concat(),
        "oidc; lerna 9.0.3 (pnpm-lock.yaml), at pnpm-lock.yaml:7",
    );
}

#[test]
fn the_lock_file_tells_the_version_in_a_folder() {
    let own = |range: &str| {
        format!(
            r#"#- packages/x/package.json
{{ "name": "@acme/x", "version": "1.0.0", "repository": "a/b", "devDependencies": {{ "@lerna-lite/cli": "{range}" }} }}
#- package.json
{{ "private": true, "workspaces": ["packages/*"] }}
"#
        )
    };
    let command = "npm exec -w @acme/x -- lerna publish";
    for (lock, place) in [
        (
            r#"#- on demand: package-lock.json
{
  "packages": {
    "node_modules/@lerna-lite/cli": {
      "version": "4.8.0"
    },
    "packages/x/node_modules/@lerna-lite/cli": {
      "version": "4.9.2"
    }
  }
}
"#,
            "package-lock.json:7",
        ),
        (
            "\
#- on demand: pnpm-lock.yaml
lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      '@lerna-lite/cli':
        version: 4.8.0
  packages/x:
    devDependencies:
      '@lerna-lite/cli':
        specifier: ^4.8.0
        version: 4.9.2(@types/node@24.0.0)
",
            "pnpm-lock.yaml:11",
        ),
        (
            r#"#- on demand: yarn.lock
"@lerna-lite/cli@npm:^4.0.0":
  version: 4.8.0

"@lerna-lite/cli@npm:^4.8.0":
  version: 4.9.2
"#,
            "yarn.lock:5",
        ),
        (
            r#"#- on demand: bun.lock
{
  "packages": {
    "@lerna-lite/cli": ["@lerna-lite/cli@4.8.0"],
    "@acme/x/@lerna-lite/cli": ["@lerna-lite/cli@4.9.2"]
  }
}
"#,
            "bun.lock:4",
        ),
    ] {
        let (file, _) = place.split_once(':').unwrap();
        let expected = format!("oidc; lerna-lite 4.9.2 ({file}), at {place}");
        check(command, &(own("^4.8.0") + lock), &expected);
    }
    // The range alone leaves it open.
    check(
        command,
        &own("^4.8.0"),
        "unknown; lerna-lite, at .github/workflows/release.yml:9",
    );
}

#[test]
fn a_catalog_is_resolved_by_the_importer() {
    let catalog = "\
#- pnpm-workspace.yaml
catalog:
  lerna: '>=8'
#- on demand: pnpm-lock.yaml
lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      lerna:
        specifier: 'catalog:'
        version: 9.0.3
";
    check(
        "pnpm lerna publish",
        &(dependency("lerna", "catalog:") + catalog),
        "oidc; lerna 9.0.3 (pnpm-lock.yaml), at pnpm-lock.yaml:7",
    );
}

#[test]
fn the_package_manager_that_publishes_is_named_beside_the_tool() {
    let managed = |manager: &str, range: &str| {
        manifest(&format!(
            "\"packageManager\": \"{manager}\", \"devDependencies\": {{ \"@changesets/cli\": \"{range}\", \"nx\": \"{range}\" }}"
        ))
    };
    let at = ".github/workflows/release.yml:9";
    for (command, manager, range, expected) in [
        (
            "pnpm changeset publish",
            "pnpm@11.1.0",
            "^2.29.0",
            "oidc; changesets 2.29.0 with pnpm 11.1.0",
        ),
        (
            "pnpm changeset publish",
            "pnpm@9.6.0",
            "*",
            "oidc; changesets with pnpm 9.6.0",
        ),
        (
            "npx changeset publish",
            "npm@11.6.1",
            "^2.29.0",
            "oidc; changesets 2.29.0",
        ),
        (
            "npx nx release publish",
            "pnpm@11.1.0",
            "^22.1.0",
            "oidc; nx 22.1.0 with pnpm 11.1.0",
        ),
        (
            "npx nx release publish",
            "bun@1.4.5",
            "22.1.0",
            "fails; nx 22.1.0 with bun 1.4.5",
        ),
    ] {
        check(command, &managed(manager, range), &format!("{expected}, at {at}"));
    }
    check(
        "yarn changeset publish",
        &(managed("yarn@4.12.0", ">=2") + &yarn_lock("@changesets/cli", "3.0.3")),
        "oidc; changesets 3.0.3 (yarn.lock) with yarn 4.12.0, at yarn.lock:2",
    );
}

/// The lock files that the analysis asks for, in the order of their paths.
#[track_caller]
fn check_wanted(command: &str, files: &str, expected: &[&str]) {
    let repository = repository(command, files);
    let mut workspace = crate::workspace::Workspace::new();
    for file in &repository.files {
        file.put_into(&mut workspace);
    }
    workspace.check();
    let wanted = workspace.wanted();
    let is_config = |path: &str| path.contains("np-config") || path.contains("beachball");
    let wanted = wanted.iter().map(|path| path.as_str());
    let wanted: Vec<&str> = wanted.filter(|path| !is_config(path)).collect();
    assert_eq!(wanted, expected, "{command}");
}

#[test]
fn a_lock_file_is_asked_for_where_the_version_decides() {
    let all = [
        "bun.lock",
        "npm-shrinkwrap.json",
        "package-lock.json",
        "pnpm-lock.yaml",
        "yarn.lock",
    ];
    let lock = package_lock("package-lock.json", "lerna", "9.0.3");
    check_wanted("npx lerna publish", &(dependency("lerna", ">=8") + &lock), &all);
    check_wanted(
        "npx lerna publish",
        &(dependency("lerna", "^9.0.0") + &lock),
        &all,
    );
    check_wanted("npx lerna publish", &(dependency("lerna", "9.0.0") + &lock), &[]);
    check_wanted("npx lerna@9 publish", &(dependency("lerna", ">=8") + &lock), &[]);
    check_wanted("npm publish", &(dependency("lerna", ">=8") + &lock), &[]);
    check_wanted(
        "npx beachball publish",
        &(dependency("beachball", ">=1") + &lock),
        &all,
    );
    check_wanted(
        "npx beachball publish",
        &(dependency("beachball", "2.66.0") + &lock),
        &[],
    );
    check_wanted("npx auto shipit", &(dependency("auto", ">=1") + &lock), &[]);
    let managed = manifest(
        "\"packageManager\": \"pnpm@11.1.0\", \"devDependencies\": { \"np\": \">=10\", \"nx\": \"*\" }",
    );
    check_wanted("npx np", &managed, &["pnpm-lock.yaml"]);
    check_wanted("npx nx release publish", &managed, &["project.json"]);
}
