//! Completion of the words of this domain: permissions, versions of Node with the npm that they ship, registries,
//! and a whole job.

use super::cursor::{Cursor, Typed, cursor_at};
use crate::knowledge::node_releases::newest_node_of;
use crate::knowledge::node_spec::{npm_of_node_at_least, resolve};
use crate::knowledge::npm_releases::OIDC_MINIMUM;
use crate::setup::{Project, SetupOptions, publish_job, workflow};
use crate::text::TextRange;
use crate::text::{FileKind, FilePath};
use crate::versions::version::Truth;
use crate::workspace::Workspace;

/// Something to write at the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompletionItem {
    /// What the list shows.
    pub label: String,
    /// A few words beside the label.
    pub detail: String,
    /// What to put in place of `replace`. Lines after the first are indented relative to the cursor's line.
    pub insert: String,
    /// The text from the start of the word to the cursor.
    pub replace: TextRange,
    /// What it stands for.
    pub kind: CompletionKind,
}

/// What a completion stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompletionKind {
    /// A key, with its value where there is a usual one.
    Key,
    /// A value.
    Value,
    /// Several lines.
    Snippet,
}

/// The scopes of `permissions`, with what people usually grant.
const SCOPES: [(&str, &str, &str); 14] = [
    (
        "id-token",
        "write",
        "an ID token for trusted publishing and provenance",
    ),
    ("contents", "read", "checkout; `write` for tags and releases"),
    ("actions", "read", "workflow runs and artifacts"),
    ("attestations", "write", "artifact attestations"),
    ("checks", "write", "check runs"),
    ("deployments", "write", "deployments"),
    ("discussions", "write", "discussions"),
    ("issues", "write", "issues"),
    ("models", "read", "GitHub Models"),
    ("packages", "write", "GitHub Packages"),
    ("pages", "write", "GitHub Pages"),
    ("pull-requests", "write", "pull requests"),
    ("security-events", "write", "code scanning"),
    ("statuses", "write", "commit statuses"),
];

/// Versions of Node that are worth a proposal, the best first.
const NODE_VERSIONS: [&str; 6] = ["24", "lts/*", "26", "latest", "22", "20"];

/// What could be written at `offset` of a file; nothing in files of other kinds than workflows and actions.
///
/// `is_there` tells whether there is a file at a path below the root.
pub fn complete(
    workspace: &Workspace,
    path: &FilePath,
    offset: usize,
    is_there: &dyn Fn(&str) -> bool,
) -> Vec<CompletionItem> {
    let file = workspace.file(path);
    let Some(file) = file.filter(|file| matches!(file.kind, FileKind::Workflow | FileKind::Action)) else {
        return Vec::new();
    };
    let Some(cursor) = cursor_at(&file.text, offset) else {
        return Vec::new();
    };
    let project = || Project::with_files(workspace, is_there);
    let mut items = items(&cursor, file.kind, &project);
    let before = file.text.get(..cursor.replace.start()).unwrap_or_default();
    if before.ends_with(['"', '\'']) {
        items.iter_mut().for_each(without_quotes);
    }
    items
}

/// The quotes are there already.
fn without_quotes(item: &mut CompletionItem) {
    let unquoted = item
        .insert
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    if let Some(unquoted) = unquoted {
        item.insert = unquoted.to_owned();
    }
}

fn items(cursor: &Cursor, kind: FileKind, project: &dyn Fn() -> Project) -> Vec<CompletionItem> {
    let keys = cursor.keys();
    match (keys.as_slice(), &cursor.typed) {
        ([], Typed::Key) if kind == FileKind::Workflow && cursor.is_alone() => vec![cursor.item(
            "npm trusted publishing",
            "a workflow that publishes to npm without a token",
            &workflow(&project(), &SetupOptions::default()),
            CompletionKind::Snippet,
        )],
        (["permissions"] | ["jobs", _, "permissions"], Typed::Key) => scopes(cursor),
        (["permissions"] | ["jobs", _, "permissions"], Typed::Value(scope)) => grants(cursor, scope),
        ([] | ["jobs", _], Typed::Value(key)) if key == "permissions" => whole_permissions(cursor),
        (["jobs"], Typed::Key) => vec![cursor.item(
            "publish (npm trusted publishing)",
            "a job that publishes to npm without a token",
            &publish_job(&project(), &SetupOptions::default()),
            CompletionKind::Snippet,
        )],
        ([.., "with"], Typed::Value(key)) if key == "node-version" => node_versions(cursor),
        ([.., "with"], Typed::Value(key)) if key == "registry-url" => registries(cursor),
        ([.., "with"], Typed::Key) if is_setup_node(cursor) => setup_node_inputs(cursor),
        _ => Vec::new(),
    }
}

fn scopes(cursor: &Cursor) -> Vec<CompletionItem> {
    SCOPES
        .iter()
        .filter(|(scope, ..)| !cursor.has_sibling(scope))
        .map(|(scope, grant, detail)| {
            cursor.item(scope, detail, &format!("{scope}: {grant}"), CompletionKind::Key)
        })
        .collect()
}

fn grants(cursor: &Cursor, scope: &str) -> Vec<CompletionItem> {
    let grants: &[(&str, &str)] = match scope {
        // An ID token is requested, not read: only `write` and `none` have an effect.
        "id-token" => &[
            ("write", "the job can get an ID token"),
            ("none", "the job cannot get an ID token"),
        ],
        _ => &[("read", ""), ("write", ""), ("none", "")],
    };
    grants
        .iter()
        .map(|(grant, detail)| cursor.item(grant, detail, grant, CompletionKind::Value))
        .collect()
}

fn whole_permissions(cursor: &Cursor) -> Vec<CompletionItem> {
    [
        ("{}", "nothing; jobs grant what they need"),
        ("read-all", "read access only, and no ID token"),
        ("write-all", "everything, including the ID token"),
    ]
    .iter()
    .map(|(value, detail)| cursor.item(value, detail, value, CompletionKind::Value))
    .collect()
}

fn node_versions(cursor: &Cursor) -> Vec<CompletionItem> {
    NODE_VERSIONS
        .iter()
        .map(|version| {
            let insert = if version.contains('*') {
                format!("'{version}'")
            } else {
                (*version).to_owned()
            };
            cursor.item(version, &npm_of(version), &insert, CompletionKind::Value)
        })
        .collect()
}

/// "npm 11.19.0", "npm 10.9.9, too old"
fn npm_of(spec: &str) -> String {
    let resolution = resolve(spec);
    let major = spec.parse().ok();
    let newest = major.and_then(|major| newest_node_of(major, None));
    let npm = match newest {
        Some(release) => format!("npm {}", release.npm),
        None => {
            let npm = resolution.npm();
            match (npm.iter().min(), npm.iter().max()) {
                (Some(lowest), Some(highest)) if lowest != highest => format!("npm {lowest} to {highest}"),
                (Some(only), _) => format!("npm {only}"),
                (None, _) => return String::new(),
            }
        }
    };
    match npm_of_node_at_least(&resolution.candidates, &OIDC_MINIMUM) {
        Truth::No => format!("{npm}, too old"),
        _ => npm,
    }
}

fn registries(cursor: &Cursor) -> Vec<CompletionItem> {
    [
        (
            "https://registry.npmjs.org",
            "the public registry; trusted publishing does not need it",
        ),
        ("https://npm.pkg.github.com", "GitHub Packages"),
    ]
    .iter()
    .map(|(url, detail)| cursor.item(url, detail, url, CompletionKind::Value))
    .collect()
}

fn is_setup_node(cursor: &Cursor) -> bool {
    cursor
        .value_under("steps", "uses")
        .is_some_and(|uses| uses.starts_with("actions/setup-node@"))
}

fn setup_node_inputs(cursor: &Cursor) -> Vec<CompletionItem> {
    [
        ("node-version: 24", "npm 11, new enough for trusted publishing"),
        ("node-version-file: .nvmrc", "the version of Node from a file"),
        ("package-manager-cache: false", "no cache next to an ID token"),
    ]
    .iter()
    .filter(|(entry, _)| {
        entry
            .split(':')
            .next()
            .is_some_and(|key| !cursor.has_sibling(key))
    })
    .map(|(entry, detail)| cursor.item(entry, detail, entry, CompletionKind::Key))
    .collect()
}

impl Cursor {
    fn item(&self, label: &str, detail: &str, insert: &str, kind: CompletionKind) -> CompletionItem {
        CompletionItem {
            label: label.to_owned(),
            detail: detail.to_owned(),
            insert: insert.to_owned(),
            replace: self.replace,
            kind,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::check;

    const WORKFLOW: &str = ".github/workflows/release.yml";

    const MANIFEST: &str =
        r#"{ "name": "w", "version": "1.0.0", "repository": "https://github.com/acme/w" }"#;

    /// The labels at `$0`, and the text with the first of them taken.
    fn completed(text: &str) -> (Vec<String>, String) {
        completed_in(text, MANIFEST, "")
    }

    /// Likewise, in a repository with this manifest, and with a lock file beside it.
    fn completed_in(text: &str, manifest: &str, lock_file: &str) -> (Vec<String>, String) {
        let offset = text.find("$0").unwrap();
        let text = text.replacen("$0", "", 1);
        let mut workspace = Workspace::new();
        let path = FilePath::new(WORKFLOW).unwrap();
        workspace.set_file(path.clone(), text.as_str().into());
        workspace.set_file(FilePath::new("package.json").unwrap(), manifest.into());
        let items = complete(&workspace, &path, offset, &|name| name == lock_file);
        let mut taken = text.clone();
        if let Some(first) = items.first() {
            let column = offset - text[..offset].rfind('\n').map_or(0, |at| at + 1) - first.replace.len();
            let insert = first.insert.replace('\n', &format!("\n{}", " ".repeat(column)));
            taken.replace_range(first.replace.start()..first.replace.end(), &insert);
        }
        (items.into_iter().map(|item| item.label).collect(), taken)
    }

    fn labels(text: &str) -> Vec<String> {
        completed(text).0
    }

    #[test]
    fn a_version_in_quotes_gets_no_second_ones() {
        let path = FilePath::new(WORKFLOW).unwrap();
        for (value, expected) in [("'$0'", "lts/*"), ("\"$0\"", "lts/*"), ("$0", "'lts/*'")] {
            let text = format!(
                "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/setup-node@v6\n        with:\n          node-version: {value}\n"
            );
            let offset = text.find("$0").unwrap();
            let mut workspace = Workspace::new();
            workspace.set_file(path.clone(), text.replace("$0", "").as_str().into());
            let items = complete(&workspace, &path, offset, &|_| false);
            let inserts: Vec<&str> = items.iter().map(|item| item.insert.as_str()).collect();
            assert!(inserts.contains(&expected), "{value}: {inserts:?}");
        }
    }

    #[test]
    fn permissions_offer_the_scopes_that_are_not_there() {
        let (labels, taken) = completed(
            "on: push\njobs:\n  a:\n    permissions:\n      contents: read\n      id$0\n    steps: []\n",
        );
        assert_eq!(labels[0], "id-token");
        assert!(!labels.contains(&"contents".to_owned()));
        assert!(taken.contains("      id-token: write\n    steps"), "{taken}");
        assert_eq!(labels.len(), SCOPES.len() - 1);
        assert_eq!(
            super::tests::labels("permissions:\n  $0\n  id-token: write\n").len(),
            SCOPES.len() - 1
        );
        let in_braces = completed("permissions: { contents: read, i$0");
        assert_eq!(in_braces.1, "permissions: { contents: read, id-token: write");
    }

    #[test]
    fn an_id_token_is_written_or_not() {
        assert_eq!(labels("permissions:\n  id-token: $0\n"), ["write", "none"]);
        assert_eq!(
            labels("permissions:\n  contents: r$0\n"),
            ["read", "write", "none"]
        );
        assert_eq!(labels("permissions: $0\n"), ["{}", "read-all", "write-all"]);
        assert_eq!(labels("jobs:\n  a:\n    permissions: $0\n").len(), 3);
        assert!(labels("jobs:\n  a:\n    steps:\n      - permissions: $0\n").is_empty());
    }

    #[test]
    fn versions_of_node_come_with_their_npm() {
        let steps = "jobs:\n  a:\n    steps:\n    - uses: actions/setup-node@v6\n      with:\n        node-version: $0\n";
        assert_eq!(labels(steps)[0], "24");
        assert_eq!(npm_of("22").split(',').nth(1), Some(" too old"));
        for version in NODE_VERSIONS {
            assert!(npm_of(version).starts_with("npm 1"), "{version}");
        }
        assert!(npm_of("24").starts_with("npm 11.") && !npm_of("24").contains("too old"));
        let inputs = steps.replace("node-version: $0", "node-version: 24\n        $0");
        assert_eq!(
            labels(&inputs),
            ["node-version-file: .nvmrc", "package-manager-cache: false"]
        );
        assert!(labels(&inputs.replace("setup-node", "checkout")).is_empty());
        assert_eq!(labels(&steps.replace("node-version", "registry-url")).len(), 2);
    }

    fn check_repository(workflow: &str, manifest: &str) {
        check(&format!(
            "\
#- {WORKFLOW}
{}
#- package.json
{manifest}
",
            workflow.trim_end()
        ));
    }

    #[test]
    fn the_job_that_is_offered_has_nothing_to_report() {
        let (labels, taken) = completed(
            "on: release\npermissions: {}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n  $0\n",
        );
        assert_eq!(labels, ["publish (npm trusted publishing)"]);
        assert!(
            taken.contains("\n    runs-on: ubuntu-latest\n    permissions:\n      contents: read\n"),
            "{taken}"
        );
        assert!(taken.contains("      - run: npm publish\n"), "{taken}");
        check_repository(&taken, MANIFEST);
    }

    #[test]
    fn an_empty_workflow_becomes_one_for_the_package_manager_of_the_repository() {
        let manifest = MANIFEST.replace("\"w\"", "\"@acme/w\"");
        for text in ["$0", "# How this is released.\n\nna$0\n"] {
            let (labels, taken) = completed_in(text, &manifest, "pnpm-lock.yaml");
            assert_eq!(labels, ["npm trusted publishing"], "{text}");
            assert!(
                taken.contains("- run: pnpm publish --no-git-checks --access public\n"),
                "{taken}"
            );
            check_repository(&taken, &manifest);
        }
        assert!(labels("name: Release\n$0\n").is_empty());
    }

    #[test]
    fn nothing_is_offered_in_scripts_and_comments() {
        for text in [
            "jobs:\n  a:\n    steps:\n      - run: |\n          permissions:\n            $0\n",
            "permissions:\n  # id$0\n",
            "permissions:\n  id-token: write # $0\n",
            "env:\n  $0\n",
        ] {
            assert!(labels(text).is_empty(), "{text}");
        }
    }
}
