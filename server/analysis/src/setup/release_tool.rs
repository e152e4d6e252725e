//! Tools of a repository that raise the versions, tag and publish by themselves.

use super::project_manager::ProjectManager;
use super::scalar;
use crate::model::manifest::Manifest;
use crate::publish::{ReleaseConfig, Tool, changesets_base_branch, lowest_of_range};
use crate::sources::Sources;
use crate::text::FolderPath;
use crate::versions::version::Version;

/// A release tool, and how a workflow runs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReleaseTool {
    /// The package that it comes in.
    pub package: &'static str,
    /// How it releases on a push to a branch; none if that is not known, or not by trusted publishing.
    pub run: Option<ReleaseRun>,
}

/// A release on a push to a branch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReleaseRun {
    /// The tool that releases.
    pub by: ReleasedBy,
    /// The branches that the repository's configuration names; empty if it leaves them open.
    pub branches: Vec<String>,
    /// The script of the root manifest that builds and then releases, where no script `build` does the first.
    pub script: Option<String>,
}

/// A tool for which a whole workflow is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReleasedBy {
    /// changesets/action, which keeps a pull request with the next versions, and publishes when it is merged.
    Changesets {
        /// Whether it is version 2 of the action, which needs version 3 of the command line, and the other way round.
        is_v2: bool,
        /// The script of the root manifest that raises the versions, where it is more than `changeset version`.
        version_script: Option<String>,
    },
    /// semantic-release, which reads the commits.
    SemanticRelease,
}

/// The first semantic-release whose plugin exchanges the ID token. Source: the register, `publish/tools/semantic_release.rs`.
const SEMANTIC_RELEASE: (u64, u64, u64) = (25, 0, 0);

/// The release tool among the dependencies of the root manifest.
pub(super) fn release_tool(
    sources: &Sources<'_>,
    root: Option<&Manifest>,
    manager: ProjectManager,
    is_monorepo: bool,
) -> Option<ReleaseTool> {
    const TOOLS: [Tool; 5] = [
        Tool::SemanticRelease,
        Tool::Changesets,
        Tool::Lerna,
        Tool::ReleaseIt,
        Tool::Auto,
    ];
    let root = root?;
    let range = |package: &str| {
        // A plugin has its tool among its peers, and need not be released by it.
        let mut sections = ["devDependencies", "dependencies"].iter();
        sections.find_map(|section| root.root.get(section)?.get(package)?.as_str())
    };
    let mut tools = TOOLS.into_iter().filter_map(Tool::entry);
    let (entry, range) = tools.find_map(|entry| Some((entry, range(entry.package)?)))?;
    let lowest = lowest_of_range(range);
    let run = lowest.first().and_then(|version| match entry.tool {
        Tool::Changesets => changesets(sources, root, manager, version),
        Tool::SemanticRelease => semantic_release(sources, root, version).filter(|_| !is_monorepo),
        _ => None,
    });
    Some(ReleaseTool {
        package: entry.package,
        run,
    })
}

fn changesets(
    sources: &Sources<'_>,
    root: &Manifest,
    manager: ProjectManager,
    version: &Version,
) -> Option<ReleaseRun> {
    let is_v2 = version.major() >= 3;
    // It publishes with `yarn npm publish`, and refuses Yarn 1; before, with npm.
    let is_refused = match manager {
        ProjectManager::Yarn { can_exchange } => is_v2 && !can_exchange,
        ProjectManager::YarnClassic => is_v2,
        _ => false,
    };
    let raises =
        |command: &str| command.contains("changeset version") && command.trim() != "changeset version";
    let mut scripts = root.scripts.iter();
    let script = scripts.find(|script| raises(&script.command.value) && is_plain(&script.name.value));
    let run = ReleaseRun {
        by: ReleasedBy::Changesets {
            is_v2,
            version_script: script.map(|script| script.name.value.clone()),
        },
        branches: changesets_base_branch(sources, &FolderPath::root())
            .into_iter()
            .filter(|branch| is_plain(branch))
            .collect(),
        script: script_that_releases(root, "changeset publish"),
    };
    (version.major() >= 2 && !is_refused).then_some(run)
}

fn semantic_release(sources: &Sources<'_>, root: &Manifest, version: &Version) -> Option<ReleaseRun> {
    let config = ReleaseConfig::read(sources, &FolderPath::root());
    let is_able = *version >= Version::from(SEMANTIC_RELEASE);
    let branches = config.branches();
    let run = ReleaseRun {
        by: ReleasedBy::SemanticRelease,
        branches: match branches.iter().all(|branch| is_plain(branch)) {
            true => branches.to_vec(),
            false => Vec::new(),
        },
        script: script_that_releases(root, "semantic-release"),
    };
    is_able.then_some(run)
}

/// The script that does more before it releases: `"release": "pnpm -r build && changeset publish"`.
fn script_that_releases(root: &Manifest, command: &str) -> Option<String> {
    let mut scripts = root.scripts.iter();
    if scripts.clone().any(|script| script.name.value == "build") {
        return None;
    }
    let releases = |text: &str| text.trim_end().ends_with(command) && text.contains("&&");
    let script = scripts.find(|script| releases(&script.command.value) && is_plain(&script.name.value))?;
    Some(script.name.value.clone())
}

/// Whether a name means itself in YAML, in a filter for branches and in the shell.
fn is_plain(name: &str) -> bool {
    scalar::is_plain(name, "-_./:") && !name.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::super::{Project, SetupOptions, SetupPlan, plan};
    use crate::test_support::Fixture;

    const WIDGET: &str = r#""name": "widget", "version": "1.2.3", "repository": "github:acme/widget""#;

    /// What is written for a repository with these members in its manifest and these other files, and what `check` says of it.
    fn planned(
        members: &str,
        others: &str,
        lock_file: &str,
        options: &SetupOptions,
    ) -> (SetupPlan, Vec<String>) {
        let files =
            format!("#- repository: acme/widget\n#- package.json\n{{ {WIDGET}, {members} }}\n{others}");
        let fixture = Fixture::parse(&files).expect("the fixture can be read");
        let mut workspace = fixture.repository.workspace();
        let project = Project::with_files(&workspace, &|name| name == lock_file);
        let plan = plan(&mut workspace, &project, options).expect("the file's name is valid");
        let found = workspace.all_diagnostics();
        let found = found
            .map(|found| format!("{}: {}", found.rule, found.message))
            .collect();
        (plan, found)
    }

    fn workflow_of(members: &str, others: &str, lock_file: &str) -> String {
        let (plan, found) = planned(members, others, lock_file, &SetupOptions::default());
        assert_eq!(found, [""; 0], "{}", plan.workflow.new);
        plan.workflow.new.to_string()
    }

    #[test]
    fn changesets_runs_in_the_action_that_fits_its_version() {
        let config = "#- .changeset/config.json\n{ \"access\": \"public\", \"baseBranch\": \"trunk\" }\n";
        for (range, lock_file, expected) in [
            (
                "^2.29.0",
                "package-lock.json",
                "# v1.9.0\n        with:\n          publish: npx changeset publish\n",
            ),
            (
                "~3.0.3",
                "package-lock.json",
                "# v2.1.1\n        with:\n          publish-script: npx changeset publish\n",
            ),
            (
                "2.29.7",
                "pnpm-lock.yaml",
                "          publish: pnpm exec changeset publish\n",
            ),
            (
                "^2.0.0",
                "yarn.lock",
                "          publish: yarn changeset publish\n",
            ),
            (
                "^2.0.0",
                "bun.lock",
                "          publish: bunx changeset publish\n",
            ),
        ] {
            let members = format!(r#""devDependencies": {{ "@changesets/cli": "{range}" }}"#);
            let text = workflow_of(&members, config, lock_file);
            assert!(text.contains(expected), "{range}, {lock_file}:\n{text}");
            assert!(text.contains("    branches: [trunk]\n"), "{text}");
        }
    }

    #[test]
    fn the_script_that_raises_versions_is_taken() {
        let with = |script: &str| {
            format!(
                r#""scripts": {{ "bump": "{script}" }}, "devDependencies": {{ "@changesets/cli": "^2.0.0" }}"#
            )
        };
        let text = workflow_of(&with("changeset version && npm install"), "", "package-lock.json");
        assert!(text.contains("          version: npm run bump\n"), "{text}");
        let text = workflow_of(&with("changeset version"), "", "package-lock.json");
        assert!(!text.contains("version: npm"), "{text}");
        assert!(
            text.contains("branches: [main, master] # put the default branch here"),
            "{text}"
        );
    }

    #[test]
    fn a_script_that_builds_and_releases_is_run_as_a_whole() {
        let with = |tool: &str, scripts: &str| {
            format!(r#""scripts": {{ {scripts} }}, "devDependencies": {{ {tool} }}"#)
        };
        let changesets = r#""@changesets/cli": "^2.0.0""#;
        let release = r#""release": "pnpm -r build && changeset publish""#;
        let text = workflow_of(&with(changesets, release), "", "pnpm-lock.yaml");
        assert!(text.contains("          publish: pnpm run release\n"), "{text}");
        let built = format!(r#"{release}, "build": "tsc""#);
        let text = workflow_of(&with(changesets, &built), "", "pnpm-lock.yaml");
        assert!(
            text.contains("          publish: pnpm exec changeset publish\n"),
            "{text}"
        );
        let semantic = r#""semantic-release": "^25.0.0""#;
        let release = r#""ship": "npm run compile && semantic-release""#;
        let text = workflow_of(&with(semantic, release), "", "package-lock.json");
        assert!(text.contains("      - run: npm run ship\n"), "{text}");
    }

    #[test]
    fn semantic_release_runs_on_its_branches() {
        let members = r#""devDependencies": { "semantic-release": "^25.0.0" }"#;
        for (config, branches) in [
            (
                "",
                "[main, master] # put the default branch here if it has another name",
            ),
            (
                "#- .releaserc\nbranches: [main, { name: next, prerelease: true }]\n",
                "[main, next]",
            ),
            ("#- .releaserc.json\n{ \"branches\": \"trunk\" }\n", "[trunk]"),
            // YAML would read another value.
            (
                "#- .releaserc.json\n{ \"branches\": [\"null\", \"main\"] }\n",
                "[main, master] # put the default branch here if it has another name",
            ),
            // A glob of semantic-release may be another one for GitHub.
            (
                "#- .releaserc\nbranches: ['+([0-9]).x', main]\n",
                "[main, master] # put the default branch here if it has another name",
            ),
        ] {
            let text = workflow_of(members, config, "package-lock.json");
            assert!(
                text.contains(&format!("    branches: {branches}\n")),
                "{config}\n{text}"
            );
            assert!(text.contains("      - run: npx semantic-release\n"), "{text}");
            assert!(text.contains("          fetch-depth: 0"), "{text}");
        }
    }

    #[test]
    fn a_tag_starts_what_the_tool_does_not_publish_by_trusted_publishing() {
        for (members, others, lock_file) in [
            // Without the exchange.
            (r#""devDependencies": { "semantic-release": "^24.2.0" }"#, "", ""),
            // Which one is installed, is not known.
            (r#""devDependencies": { "semantic-release": "latest" }"#, "", ""),
            (r#""devDependencies": { "@changesets/cli": ">=2" }"#, "", ""),
            // It refuses this package manager.
            (
                r#""devDependencies": { "@changesets/cli": "^3.0.0" }"#,
                "",
                "yarn.lock",
            ),
            // It is configured to leave npm alone.
            (
                r#""devDependencies": { "semantic-release": "^25.0.0" }"#,
                "#- .releaserc\nplugins: ['@semantic-release/github']\n",
                "",
            ),
            // A plugin is not released by the tool that it is made for.
            (r#""peerDependencies": { "semantic-release": "^25.0.0" }"#, "", ""),
            (r#""devDependencies": { "release-it": "^19.0.0" }"#, "", ""),
        ] {
            let (plan, _) = planned(members, others, lock_file, &SetupOptions::default());
            assert_eq!(plan.release, None, "{members}");
            assert!(
                plan.workflow.new.contains("    tags: [\"v*\"]"),
                "{members}\n{}",
                plan.workflow.new
            );
        }
    }

    #[test]
    fn it_is_left_out_where_something_else_is_asked_for() {
        let members = r#""devDependencies": { "@changesets/cli": "^2.0.0" }"#;
        let asked = |change: fn(&mut SetupOptions)| {
            let mut options = SetupOptions::default();
            change(&mut options);
            planned(members, "", "", &options).0.release.is_some()
        };
        assert!(asked(|_| {}));
        assert!(asked(|options| options.environment = Some("npm".to_owned())));
        assert!(!asked(|options| options.is_on_tag = true));
        assert!(!asked(|options| options.is_split = true));
        assert!(!asked(|options| options.is_staged = true));
    }
}
