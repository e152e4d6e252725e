//! Which packages belong to a monorepo.

use std::collections::HashMap;

use crate::syntax::json::JsonValue;
use crate::syntax::yaml::{YamlNode, YamlTree};
use crate::text::{FilePath, FolderPath, PathGlob, glob_matcher};

/// The manifests that the globs of a monorepo's root choose. They are relative to `folder`.
///
/// A glob names folders. A later glob counts more than an earlier one, so that `!packages/x` takes back what
/// `packages/*` has chosen. The root's own manifest belongs to it only where a glob is `.`; folders below
/// `node_modules` never do. An invalid glob chooses nothing.
pub(crate) fn members<'a>(
    globs: &[String],
    folder: &FolderPath,
    manifests: impl Iterator<Item = &'a FilePath>,
) -> Vec<&'a FilePath> {
    let globs: Vec<WorkspaceGlob> = globs
        .iter()
        .filter_map(|glob| WorkspaceGlob::new(glob, folder))
        .collect();
    // Where each folder is listed, none is compared with all globs.
    let mut named: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut patterns = Vec::new();
    for (number, glob) in globs.iter().enumerate() {
        match glob.path.contains(['*', '?', '[', ']', '{', '}', '\\']) {
            true => patterns.push(number),
            false => named.entry(&glob.path).or_default().push(number),
        }
    }
    let is_member = |manifest: &&FilePath| {
        let candidate = manifest.folder();
        if candidate.as_str().split('/').any(|part| part == "node_modules") {
            return false;
        }
        let of_name = named.get(candidate.as_str()).into_iter().flatten().copied();
        let number = of_name
            .chain(patterns.iter().copied())
            .filter(|number| {
                globs
                    .get(*number)
                    .is_some_and(|glob| glob.matches(&candidate, folder))
            })
            .max();
        let deciding = number.and_then(|number| globs.get(number));
        deciding.is_some_and(|glob| !glob.is_negated)
    };
    manifests.filter(is_member).collect()
}

/// The globs of a `pnpm-workspace.yaml`.
pub(crate) fn pnpm_globs(tree: &YamlTree) -> Vec<String> {
    let packages = YamlNode::root(tree).and_then(|root| root.get("packages"));
    let globs = packages.into_iter().flat_map(|packages| packages.items());
    globs
        .filter_map(|glob| glob.as_str())
        .map(str::to_owned)
        .collect()
}

/// The globs of a `lerna.json`; none if it leaves them to `package.json` or `pnpm-workspace.yaml`.
pub(crate) fn lerna_globs(root: &JsonValue) -> Option<Vec<String>> {
    let packages = root.get("packages")?.elements().iter();
    let globs: Vec<String> = packages
        .filter_map(JsonValue::as_str)
        .map(str::to_owned)
        .collect();
    (!globs.is_empty()).then_some(globs)
}

struct WorkspaceGlob {
    /// The folder as it is written, from the root of the repository.
    path: String,
    matcher: PathGlob,
    is_negated: bool,
    /// Whether the glob itself speaks of folders whose names begin with a dot; without that they are skipped.
    allows_hidden: bool,
    is_folder_itself: bool,
}

impl WorkspaceGlob {
    fn new(glob: &str, folder: &FolderPath) -> Option<Self> {
        let (glob, is_negated) = match glob.strip_prefix('!') {
            Some(glob) => (glob, true),
            None => (glob, false),
        };
        // npm and pnpm take a leading slash for the folder of the globs.
        let glob = glob.trim_start_matches('/');
        let glob = glob.strip_suffix("/package.json").unwrap_or(glob);
        let named = folder.join(glob)?;
        let path = named.as_str();
        let below = path
            .strip_prefix(folder.as_str())
            .and_then(|rest| rest.strip_prefix('/'));
        // A folder may have a name with brackets, which are not meant as a glob.
        let pattern = match below {
            Some(below) if !folder.is_root() => format!("{}/{below}", globset::escape(folder.as_str())),
            _ => path.to_owned(),
        };
        let matcher = glob_matcher(&pattern).ok()?;
        Some(Self {
            matcher,
            is_negated,
            allows_hidden: path.split('/').any(|part| part.starts_with('.')),
            is_folder_itself: named == *folder,
            path: path.to_owned(),
        })
    }

    fn matches(&self, candidate: &FolderPath, folder: &FolderPath) -> bool {
        if candidate == folder {
            return self.is_folder_itself;
        }
        let is_hidden = candidate.as_str().split('/').any(|part| part.starts_with('.'));
        (self.allows_hidden || !is_hidden) && self.matcher.is_match(candidate.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::json::parse_json;
    use crate::syntax::yaml::parse_yaml;

    const FOLDERS: [&str; 11] = [
        "",
        "packages/a",
        "packages/b",
        "packages/a/examples/x",
        "packages/[slug]",
        "packages/.cache",
        "apps/web",
        "apps/web/node_modules/y",
        "sub",
        "sub/packages/c",
        "tools",
    ];

    /// The folders that the globs choose, space-separated.
    fn chosen(folder: &str, globs: &[&str]) -> String {
        let manifests: Vec<FilePath> = FOLDERS
            .iter()
            .map(|folder| FolderPath::new(folder).unwrap().file("package.json").unwrap())
            .collect();
        let globs: Vec<String> = globs.iter().map(|glob| (*glob).to_owned()).collect();
        let folder = FolderPath::new(folder).unwrap();
        let members = members(&globs, &folder, manifests.iter());
        let folders: Vec<String> = members.iter().map(|path| path.folder().to_string()).collect();
        folders.join(" ")
    }

    #[test]
    fn globs_name_folders() {
        for (globs, expected) in [
            (&["packages/*"][..], "packages/a packages/b packages/[slug]"),
            (&["packages/*/"], "packages/a packages/b packages/[slug]"),
            (&["./packages/*"], "packages/a packages/b packages/[slug]"),
            (&["/packages/*"], "packages/a packages/b packages/[slug]"),
            (
                &["packages/*/package.json"],
                "packages/a packages/b packages/[slug]",
            ),
            (&["packages/a"], "packages/a"),
            (&["packages/{a,b}"], "packages/a packages/b"),
            (&["packages/[ab]"], "packages/a packages/b"),
            (
                &["packages/**"],
                "packages/a packages/b packages/a/examples/x packages/[slug]",
            ),
            (&["packages/*", "!packages/b"], "packages/a packages/[slug]"),
            (
                &["!packages/b", "packages/*"],
                "packages/a packages/b packages/[slug]",
            ),
            (
                &["packages/**", "!**/examples/**"],
                "packages/a packages/b packages/[slug]",
            ),
            (&["*"], "sub tools"),
            (&["*/*"], "packages/a packages/b packages/[slug] apps/web"),
            (&[".", "tools"], " tools"),
            (&["packages/.cache"], "packages/.cache"),
            (&["../outside", "packages/[", "tools"], "tools"),
            (&[], ""),
        ] {
            assert_eq!(chosen("", globs), expected, "{globs:?}");
        }
    }

    #[test]
    fn globs_are_relative_to_their_folder() {
        assert_eq!(chosen("sub", &["packages/*"]), "sub/packages/c");
        assert_eq!(chosen("sub", &["**"]), "sub/packages/c");
        assert_eq!(
            chosen("sub", &["../packages/a", "packages/*"]),
            "packages/a sub/packages/c"
        );
        assert_eq!(chosen("packages/[slug]", &["*"]), "");
    }

    #[test]
    fn lerna() {
        let globs = |text| lerna_globs(&parse_json(text).tree.unwrap());
        assert_eq!(
            globs(r#"{"packages": ["a/*", 5, "b"]}"#),
            Some(vec!["a/*".to_owned(), "b".to_owned()])
        );
        assert_eq!(globs(r#"{"packages": null}"#), None);
        assert_eq!(globs(r#"{"useWorkspaces": true}"#), None);
    }

    #[test]
    fn pnpm() {
        let globs = |text| pnpm_globs(&parse_yaml(text).tree);
        assert_eq!(globs("packages:\n  - 'a/*'\n  - \"!a/b\"\n"), ["a/*", "!a/b"]);
        assert_eq!(globs("packages:\n"), [""; 0]);
        assert_eq!(globs("catalog: {}\n"), [""; 0]);
    }
}
