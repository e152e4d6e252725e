use std::sync::Arc;

use super::*;
use crate::RepositorySlug;
use crate::publish::Outcome;
use crate::text::FilePath;
use crate::text::TextRange;
use crate::workspace::Workspace;

/// A repository: what it shows, its files, and the lock file at its root.
type TestRepository = (String, Vec<(&'static str, String)>, &'static str);

/// A repository of each kind.
fn repositories() -> Vec<TestRepository> {
    let package = |name: &str, rest: &str| {
        format!(
            r#"{{ "name": "{name}", "version": "1.2.3", "repository": "https://github.com/acme/widget"{rest}, "scripts": {{ "build": "tsc", "test": "vitest" }}, "devDependencies": {{ "typescript": "^5" }} }}"#
        )
    };
    let member = |folder: &str, name: &str, rest: &str| {
        format!(
            r#"{{ "name": "{name}", "version": "1.2.3", "publishConfig": {{ "access": "public" }}, "repository": {{ "type": "git", "url": "git+https://github.com/acme/widget.git", "directory": "{folder}" }}{rest} }}"#
        )
    };
    let managers = [
        ("npm", "", "package-lock.json"),
        (
            "npm named",
            r#", "packageManager": "npm@11.9.0""#,
            "package-lock.json",
        ),
        (
            "pnpm 11",
            r#", "packageManager": "pnpm@11.9.0""#,
            "pnpm-lock.yaml",
        ),
        (
            "pnpm 10",
            r#", "packageManager": "pnpm@10.12.4""#,
            "pnpm-lock.yaml",
        ),
        ("pnpm", "", "pnpm-lock.yaml"),
        ("yarn 1", r#", "packageManager": "yarn@1.22.22""#, "yarn.lock"),
        ("yarn 4.10", r#", "packageManager": "yarn@4.10.3""#, "yarn.lock"),
        ("yarn 4.5", r#", "packageManager": "yarn@4.5.0""#, "yarn.lock"),
        ("bun", "", "bun.lock"),
    ];
    let mut found = Vec::new();
    for (name, manager, lock) in managers {
        found.push((
            name.to_owned(),
            vec![("package.json", package("widget", manager))],
            lock,
        ));
        let globs = r#", "private": true, "workspaces": ["packages/*"]"#;
        let mut files = vec![
            ("package.json", package("acme", &format!("{manager}{globs}"))),
            ("packages/ui/package.json", member("packages/ui", "@acme/ui", "")),
            (
                "packages/core/package.json",
                member("packages/core", "@acme/core", ""),
            ),
            (
                "packages/own/package.json",
                member("packages/own", "@acme/own", r#", "private": true"#),
            ),
        ];
        if name.starts_with("pnpm") {
            files.push(("pnpm-workspace.yaml", "packages: ['packages/*']\n".to_owned()));
        }
        found.push((format!("{name} monorepo"), files, lock));
    }
    found
}

fn options() -> Vec<SetupOptions> {
    let mut found = Vec::new();
    for is_split in [false, true] {
        for is_staged in [false, true] {
            for environment in [None, Some("npm")] {
                found.push(SetupOptions {
                    is_split,
                    is_staged,
                    environment: environment.map(str::to_owned),
                    ..SetupOptions::default()
                });
            }
        }
    }
    found
}

fn workspace(files: &[(&str, String)]) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.set_repository(RepositorySlug::parse("acme/widget"), false);
    for (path, text) in files {
        workspace.set_file(FilePath::new(path).unwrap(), Arc::from(text.as_str()));
    }
    workspace.check();
    workspace
}

#[test]
fn every_variant_publishes_by_oidc_and_has_no_finding() {
    for (name, files, lock) in repositories() {
        for options in options() {
            let mut workspace = workspace(&files);
            let project = Project::of(&workspace, &[lock]);
            let text = workflow(&project, &options);
            let path = FilePath::new(".github/workflows/release.yml").unwrap();
            workspace.set_file(path, Arc::from(text.as_str()));
            workspace.check();
            let what = format!("{name}, {options:?}\n{text}");
            let found: Vec<_> = workspace
                .all_diagnostics()
                .map(|found| (found.rule, &found.message))
                .collect();
            // That each package needs its own publisher is what `setup` itself says.
            let found: Vec<_> = found
                .iter()
                .filter(|(rule, _)| *rule != "workspaces-one-publisher-each")
                .collect();
            assert!(found.is_empty(), "{what}\n{found:#?}");
            let sites: Vec<_> = workspace.sites().collect();
            assert!(!sites.is_empty(), "no site: {what}");
            for site in sites {
                assert_eq!(site.outcome, Outcome::Oidc, "{}: {what}", site.summary);
                assert_eq!(site.job, "publish", "{what}");
                // A range names no release.
                assert!(!site.summary.contains("11.0.0 does"), "{}: {what}", site.summary);
            }
            let registrations = registrations(&workspace, &project);
            let packages: Vec<&str> = registrations.iter().map(|found| found.package.as_str()).collect();
            let expected: &[&str] = match project.is_monorepo {
                true => &["@acme/core", "@acme/ui"],
                false => &["widget"],
            };
            assert_eq!(packages, expected, "{what}");
            for registration in &registrations {
                assert_eq!(registration.workflow, "release.yml");
                assert_eq!(registration.environment, options.environment);
            }
        }
    }
}

/// What is offered at the name in a manifest: the new workflow's path and the manifests that are repaired.
fn offered(workspace: &Workspace, manifest: &str, lock: &str) -> Option<(String, Vec<String>)> {
    let manifest = FilePath::new(manifest).unwrap();
    let start = workspace.file(&manifest)?.text.find("\"name\"")?;
    let plan = plan_at_name(workspace, &manifest, TextRange::empty(start), &|path| {
        path == lock
    })?;
    let repaired = plan.manifests.iter().map(|change| change.path.to_string());
    Some((plan.workflow.path.to_string(), repaired.collect()))
}

#[test]
fn an_editor_offers_a_workflow_at_each_package_and_at_the_root_of_a_monorepo() {
    for (name, files, lock) in repositories() {
        let workspace = workspace(&files);
        for (path, _) in files.iter().filter(|(path, _)| path.ends_with("package.json")) {
            let found = offered(&workspace, path, lock);
            match *path {
                "packages/own/package.json" => assert_eq!(found, None, "{name}"),
                _ => assert_eq!(
                    found,
                    Some((".github/workflows/release.yml".to_owned(), Vec::new())),
                    "{name}: {path}"
                ),
            }
        }
    }
}

#[test]
fn what_is_offered_repairs_every_manifest_and_leaves_the_repository_as_it_is() {
    let files = [
        (
            "package.json",
            r#"{ "name": "root", "private": true, "workspaces": ["a", "b"] }"#.to_owned(),
        ),
        (
            "a/package.json",
            r#"{ "name": "a", "version": "1.0.0" }"#.to_owned(),
        ),
        (
            "b/package.json",
            r#"{ "name": "b", "version": "1.0.0", "repository": "other/b" }"#.to_owned(),
        ),
    ];
    let workspace = workspace(&files);
    let repaired = vec!["a/package.json".to_owned(), "b/package.json".to_owned()];
    let release = ".github/workflows/release.yml".to_owned();
    assert_eq!(offered(&workspace, "package.json", ""), Some((release, repaired)));
    assert_eq!(workspace.files().count(), 3);
    assert_eq!(
        &*workspace
            .file(&FilePath::new("a/package.json").unwrap())
            .unwrap()
            .text,
        files[1].1
    );
}

#[test]
fn nothing_is_offered_for_what_is_not_published() {
    for manifest in [
        r#"{ "name": "a" }"#,
        r#"{ "name": "a", "version": "1.0.0", "private": true }"#,
        r#"{ "name": "a", "version": "1.0.0", "publishConfig": { "registry": "https://npm.pkg.github.com" } }"#,
        r#"{ "name": "a", "version": "#,
        r#"["name"]"#,
    ] {
        let workspace = workspace(&[("package.json", manifest.to_owned())]);
        assert_eq!(offered(&workspace, "package.json", ""), None, "{manifest}");
    }
}

/// The project with this root manifest and these lock files.
fn project(manifest: &str, lock_files: &[&str]) -> Project {
    Project::of(&workspace(&[("package.json", manifest.to_owned())]), lock_files)
}

#[test]
fn without_a_lock_file_the_install_needs_none() {
    let dependencies = r#""name": "widget", "version": "1.0.0", "dependencies": { "a": "1" }"#;
    for (manager, lock_file, with, without) in [
        ("npm@11.9.0", "package-lock.json", "npm ci", "npm install"),
        (
            "pnpm@11.9.0",
            "pnpm-lock.yaml",
            "pnpm install --frozen-lockfile",
            "pnpm install --no-frozen-lockfile",
        ),
        (
            "yarn@1.22.22",
            "yarn.lock",
            "yarn install --frozen-lockfile",
            "yarn install",
        ),
        (
            "yarn@4.10.3",
            "yarn.lock",
            "yarn install --immutable",
            "yarn install --no-immutable",
        ),
        (
            "bun@1.2.0",
            "bun.lock",
            "bun install --frozen-lockfile",
            "bun install",
        ),
    ] {
        let manifest = format!(r#"{{ {dependencies}, "packageManager": "{manager}" }}"#);
        // A lock file of another package manager is none.
        for (lock_files, expected) in [
            (&[lock_file][..], with),
            (&[], without),
            (&["other.lock"], without),
        ] {
            let project = project(&manifest, lock_files);
            for is_split in [false, true] {
                let options = SetupOptions {
                    is_split,
                    ..SetupOptions::default()
                };
                let text = workflow(&project, &options);
                assert!(text.contains(&format!("- run: {expected}")), "{expected}\n{text}");
            }
        }
    }
}

#[test]
fn a_newer_node_is_taken_where_engines_asks_for_one() {
    for (engine, node) in [
        (">=20", 24),
        ("^24", 24),
        (">=26", 26),
        ("^26.1.0", 26),
        ("^20", 24),
        ("x y", 24),
    ] {
        let manifest =
            format!(r#"{{ "name": "widget", "version": "1.0.0", "engines": {{ "node": "{engine}" }} }}"#);
        let text = workflow(&project(&manifest, &[]), &SetupOptions::default());
        assert!(
            text.contains(&format!("node-version: {node}\n")),
            "{engine}\n{text}"
        );
    }
}

#[test]
fn what_goes_to_npm_is_told_from_what_does_not() {
    for (rest, is_found) in [
        (r#""name": "widget""#, true),
        (
            r#""name": "widget", "publishConfig": { "registry": "https://registry.npmjs.org/" }"#,
            true,
        ),
        (
            r#""name": "widget", "publishConfig": { "registry": "https://npm.pkg.github.com" }"#,
            false,
        ),
        (r#""name": "widget; rm -rf ~""#, false),
        (r#""name": "Größe""#, false),
    ] {
        let found = project(&format!(r#"{{ {rest}, "version": "1.0.0" }}"#), &[]);
        assert_eq!(!found.packages.is_empty(), is_found, "{rest}");
    }
}

#[test]
fn an_environment_that_an_expression_gives_is_not_taken_for_its_name() {
    let mut workspace = workspace(&[
        ("package.json", r#"{ "name": "widget", "version": "1.0.0" }"#.to_owned()),
        (
            ".github/workflows/release.yml",
            "on: push\njobs:\n  publish:\n    environment: ${{ inputs.to }}\n    runs-on: ubuntu-latest\n    permissions: { id-token: write }\n    steps: [{ run: npm publish }]\n".to_owned(),
        ),
    ]);
    workspace.check();
    let project = Project::of(&workspace, &[]);
    let found = registrations(&workspace, &project);
    assert_eq!(found[0].environment.as_deref(), Some("${{ inputs.to }}"));
    assert_eq!(found[0].known_environment(), None);
    assert!(found[0].command().contains(" --environment '<name>'"));
}

#[test]
fn a_package_that_may_be_on_npm_belongs_to_the_repository() {
    let with = |more: &str| format!(r#"{{ "name": "widget", "version": "1.0.0"{more} }}"#);
    let workspace = workspace(&[
        (
            "package.json",
            with(r#", "workspaces": ["packages/*", "!packages/old"]"#),
        ),
        ("packages/a/package.json", with("")),
        (
            "packages/b/package.json",
            with(r#", "publishConfig": { "registry": "https://registry.npmjs.org/" }"#),
        ),
        (
            "packages/c/package.json",
            with(r#", "publishConfig": { "registry": "https://npm.example/" }"#),
        ),
        ("packages/d/package.json", with(r#", "private": true"#)),
        ("packages/e/package.json", r#"{ "name": "widget" }"#.to_owned()),
        ("packages/old/package.json", with("")),
        ("tests/fixture/package.json", with("")),
        (".npmrc", String::new()),
    ]);
    let found: Vec<&str> = workspace
        .files()
        .filter(|(path, _)| published_name(&workspace, path).is_some())
        .map(|(path, _)| path.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "package.json",
            "packages/a/package.json",
            "packages/b/package.json"
        ]
    );
}

/// The steps of the written workflow that run something, of a monorepo whose root and members have these scripts.
fn steps_of_monorepo(manager: &str, root: &str, members: &[&str], options: &SetupOptions) -> Vec<String> {
    let mut files = vec![(
        "package.json",
        format!(r#"{{ "private": true, "workspaces": ["packages/*"], "scripts": {{ {root} }}{manager} }}"#),
    )];
    let paths = ["packages/core/package.json", "packages/ui/package.json"];
    for (path, scripts) in paths.into_iter().zip(members) {
        let name = path.split('/').nth(1).unwrap();
        files.push((
            path,
            format!(r#"{{ "name": "{name}", "version": "1.0.0", "scripts": {{ {scripts} }} }}"#),
        ));
    }
    let text = workflow(&Project::of(&workspace(&files), &[]), options);
    let steps = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- run: "));
    steps.map(str::to_owned).collect()
}

#[test]
fn members_are_built_where_the_root_builds_nothing() {
    let core = r#""build": "tsc""#;
    for (manager, expected) in [
        ("", "npm run build --workspaces --if-present"),
        (
            r#", "packageManager": "pnpm@11.9.0""#,
            "pnpm --recursive run build",
        ),
        (
            r#", "packageManager": "yarn@1.22.22""#,
            "npm run build --workspaces --if-present",
        ),
        (
            r#", "packageManager": "yarn@4.10.3""#,
            "yarn workspaces foreach --all --topological-dev run build",
        ),
        (r#", "packageManager": "bun@1.3.0""#, "bun run --filter '*' build"),
    ] {
        let steps = steps_of_monorepo(manager, "", &[core, ""], &SetupOptions::default());
        assert!(steps.iter().any(|step| step == expected), "{steps:#?}");
    }
}

#[test]
fn the_root_builds_for_its_members() {
    let steps = steps_of_monorepo(
        "",
        r#""build": "tsc --build""#,
        &[r#""build": "tsc""#, ""],
        &SetupOptions::default(),
    );
    let built: Vec<_> = steps.iter().filter(|step| step.contains("build")).collect();
    assert_eq!(built, ["npm run build"]);
}

#[test]
fn what_a_lifecycle_script_builds_is_left_to_npm() {
    let core = r#""build": "tsc", "prepack": "npm run build""#;
    let steps = steps_of_monorepo("", "", &[core, core], &SetupOptions::default());
    assert!(!steps.iter().any(|step| step.contains("build")), "{steps:#?}");
}

#[test]
fn members_are_tested_unless_one_has_a_placeholder() {
    let options = SetupOptions {
        is_split: true,
        ..SetupOptions::default()
    };
    let real = r#""test": "vitest run""#;
    let placeholder = r#""test": "echo \"Error: no test specified\" && exit 1""#;
    let tested = |members: &[&str]| {
        let steps = steps_of_monorepo("", "", members, &options);
        steps
            .iter()
            .any(|step| step == "npm run test --workspaces --if-present")
    };
    assert!(tested(&[real, ""]));
    assert!(!tested(&[real, placeholder]));
    assert!(!tested(&["", ""]));
}
