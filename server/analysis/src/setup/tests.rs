use std::sync::Arc;

use super::*;
use crate::RepositorySlug;
use crate::publish::Outcome;
use crate::text::TextRange;
use crate::workspace::{FilePath, Workspace};

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
    workspace.set_repository(RepositorySlug::parse("acme/widget"));
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
