//! The workflows that `trustpub setup` writes, their publishing run for real.
//!
//! Each variant for npm and pnpm is written for a small repository. The scripts of its jobs that pack and publish are
//! run in the order of the jobs, and every package must arrive with the token of the exchange. (What installs and
//! builds has nothing to do there.) Where changesets releases, what its action runs is run instead.

use std::path::Path;
use std::sync::Arc;

use trustpub_analysis::setup::{Project, SetupOptions, workflow};
use trustpub_analysis::test_support::yaml_jobs;
use trustpub_analysis::{FilePath, Workspace};

use crate::cell::Tool;
use crate::mock::{Conversation, Credential, Mock};
use crate::real::{Tools, write};
use crate::repository::SLUG;

/// The npm of a Node that the workflows ask for.
const NPM: &str = "11.19.1";

/// A repository for which a workflow is written.
struct Variant {
    tool: Tool,
    /// The release of changesets, if it releases.
    changesets: Option<&'static str>,
    is_monorepo: bool,
    options: SetupOptions,
}

/// Runs every variant; returns how many there are and what went wrong.
pub(crate) fn run_all(tools: &Tools, mock: &Mock) -> (usize, Vec<String>) {
    let variants = variants();
    let wrong = variants
        .iter()
        .enumerate()
        .filter_map(|(number, variant)| run(variant, &format!("setup-{number}"), tools, mock).err())
        .collect();
    (variants.len(), wrong)
}

fn variants() -> Vec<Variant> {
    let mut variants = Vec::new();
    for pnpm in [None, Some("10.34.8"), Some("11.28.10")] {
        for changesets in ["2.31.1", "3.0.3"] {
            variants.push(Variant {
                tool: Tool { npm: NPM, pnpm },
                changesets: Some(changesets),
                is_monorepo: true,
                options: SetupOptions::default(),
            });
        }
        for is_monorepo in [false, true] {
            for is_split in [false, true] {
                for is_staged in [false, true] {
                    variants.push(Variant {
                        tool: Tool { npm: NPM, pnpm },
                        changesets: None,
                        is_monorepo,
                        options: SetupOptions {
                            is_split,
                            is_staged,
                            ..SetupOptions::default()
                        },
                    });
                }
            }
        }
    }
    variants
}

fn run(variant: &Variant, name: &str, tools: &Tools, mock: &Mock) -> Result<(), String> {
    let files = files(variant, name);
    let packages: Vec<String> = match variant.is_monorepo {
        true => vec![format!("{name}-a"), format!("{name}-b")],
        false => vec![name.to_owned()],
    };
    for package in &packages {
        mock.expect(
            package,
            Conversation {
                publisher_matches: true,
                repository_is_public: true,
                ..Conversation::default()
            },
        );
    }
    let folder = tools.folder(name);
    for (path, text) in &files {
        let text = text.replace("https://registry.npmjs.org", &mock.registries().npm);
        write(&folder.join("project").join(path), &text);
    }
    let text = workflow(&project(&files), &variant.options);
    if let Some(version) = variant.changesets {
        tools.install(
            "changeset",
            &format!("changesets-{version}"),
            &folder.join("project"),
        );
    }
    let mut printed = String::new();
    for script in scripts(&text, variant) {
        let output = tools
            .script(&script, variant.tool, &packages[0], &folder, mock)
            .output()
            .unwrap_or_else(|error| panic!("bash: {error}"));
        let output_text = [output.stdout, output.stderr].concat();
        printed.push_str(&String::from_utf8_lossy(&output_text));
        if !output.status.success() {
            return Err(format!("{text}\n{script}\n{printed}"));
        }
        leave_only_packed(&folder, &script, variant);
    }
    for package in &packages {
        let conversation = mock.conversation(package);
        if conversation.accepted != Some(Credential::Exchanged) {
            return Err(format!(
                "{package} did not arrive\n{text}\n{printed}\n{}",
                conversation.log.join("\n")
            ));
        }
    }
    Ok(())
}

/// The publish job has nothing but what the other one has packed.
fn leave_only_packed(folder: &Path, script: &str, variant: &Variant) {
    if !variant.options.is_split || !script.starts_with("mkdir -p packed") {
        return;
    }
    let (project, built) = (folder.join("project"), folder.join("built"));
    let moved = std::fs::rename(&project, &built)
        .and_then(|()| std::fs::create_dir(&project))
        .and_then(|()| std::fs::rename(built.join("packed"), project.join("packed")));
    moved.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
}

fn files(variant: &Variant, name: &str) -> Vec<(String, String)> {
    let manager = variant
        .tool
        .pnpm
        .map_or_else(|| format!("npm@{NPM}"), |version| format!("pnpm@{version}"));
    let manifest = |name: &str, rest: &str| {
        format!(
            r#"{{ "name": "{name}", "version": "1.2.3", "repository": "https://github.com/{SLUG}"{rest} }}"#
        )
    };
    if !variant.is_monorepo {
        let rest = format!(r#", "packageManager": "{manager}""#);
        return vec![("package.json".to_owned(), manifest(name, &rest))];
    }
    let changesets = variant
        .changesets
        .map(|version| format!(r#", "devDependencies": {{ "@changesets/cli": "{version}" }}"#));
    let rest = format!(
        r#", "private": true, "workspaces": ["packages/*"], "packageManager": "{manager}"{}"#,
        changesets.as_deref().unwrap_or_default()
    );
    let mut files = vec![("package.json".to_owned(), manifest("root", &rest))];
    // Without it, changesets 2 asks the public registry whatever npm's settings say.
    let public = match variant.changesets {
        Some(_) => r#", "publishConfig": { "registry": "https://registry.npmjs.org/" }"#,
        None => "",
    };
    for (folder, rest) in [("a", public), ("b", public), ("c", r#", "private": true"#)] {
        let path = format!("packages/{folder}/package.json");
        files.push((path, manifest(&format!("{name}-{folder}"), rest)));
    }
    if variant.changesets.is_some() {
        let config = r#"{ "access": "public", "baseBranch": "main" }"#;
        files.push((".changeset/config.json".to_owned(), config.to_owned()));
        // As `npm install` leaves it. Without it, changesets 3 finds no packages.
        let lock_file = r#"{ "lockfileVersion": 3 }"#;
        files.push(("package-lock.json".to_owned(), lock_file.to_owned()));
    }
    if variant.tool.pnpm.is_some() {
        files.push((
            "pnpm-workspace.yaml".to_owned(),
            "packages: ['packages/*']\n".to_owned(),
        ));
    }
    files
}

fn project(files: &[(String, String)]) -> Project {
    let mut workspace = Workspace::new();
    for (path, text) in files {
        let path = FilePath::new(path).expect("it is inside the repository");
        workspace.set_file(path, Arc::from(text.as_str()));
    }
    Project::with_files(&workspace, &|_| false)
}

/// The scripts of all jobs in text order, without those that install.
fn scripts(workflow: &str, variant: &Variant) -> Vec<String> {
    if variant.changesets.is_some() {
        let inputs = workflow.lines().filter_map(|line| line.split_once(": "));
        let mut published = inputs.filter(|(name, _)| matches!(name.trim(), "publish" | "publish-script"));
        let (_, command) = published.next().expect("the action publishes");
        // Nothing can be tagged outside of a git repository.
        return vec![format!("{command} --no-git-tag")];
    }
    let jobs = yaml_jobs(workflow);
    assert!(!jobs.is_empty(), "it has jobs");
    jobs.into_iter()
        .flat_map(|job| job.scripts)
        .filter(|script| !script.contains(" install") && !script.contains("npm ci"))
        .collect()
}
