use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// The name of the configuration file at the root of a repository.
pub const CONFIG_FILE: &str = "trustpub.toml";

/// A file's path below the repository's root: `/` between its parts, no `.` or `..`, no leading `/`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// The path, normalised; none where it leads out of the repository.
    pub fn new(path: &str) -> Option<Self> {
        Self::resolve("", path)
    }

    /// The path that `relative` names when it is read in the folder `folder` (itself below the root, `""` for
    /// the root). None where it leads out of the repository or is absolute.
    pub fn resolve(folder: &str, relative: &str) -> Option<Self> {
        let is_absolute = relative.starts_with('/') || relative.starts_with('\\');
        if is_absolute {
            return None;
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in folder.split('/').chain(relative.split('/')) {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(Self(parts.join("/").into()))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds the file, `""` for the root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The file's name.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// Whether the file is the one, or below the folder, that is named.
    pub fn is_in(&self, folder_or_file: &Self) -> bool {
        let rest = self.0.strip_prefix(&*folder_or_file.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || folder_or_file.0.is_empty())
    }
}

impl Borrow<str> for FilePath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

/// What a file is to the analysis. The path decides, never an editor's language id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FileKind {
    /// `.github/workflows/*.yml`, `*.yaml`
    Workflow,
    /// `action.yml`, `action.yaml`
    Action,
    /// `package.json`
    Manifest,
    /// `.npmrc`
    Npmrc,
    /// `.nvmrc`, `.node-version`
    NodeVersion,
    /// `.tool-versions`
    ToolVersions,
    /// `mise.toml`, `.mise.toml`
    Mise,
    /// `pnpm-workspace.yaml`
    PnpmWorkspace,
    /// `lerna.json`
    LernaJson,
    /// `.yarnrc.yml`
    YarnConfig,
    /// `.release-it.json`, `.releaserc`, `nx.json`, `.changeset/config.json` and the like, which decide what a publishing tool does.
    ToolConfig,
    /// A script that a step runs; read on demand.
    Script,
    /// `Makefile`; read on demand.
    Makefile,
    /// `package-lock.json`, `pnpm-lock.yaml`, `yarn.lock`, `bun.lock`; read on demand.
    LockFile,
    /// `trustpub.toml` at the root.
    Config,
}

impl FileKind {
    /// What a file is that is read only where something leads to it, and not with the rest of the repository.
    pub fn on_demand(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path);
        match name {
            "Makefile" | "makefile" | "GNUmakefile" => Self::Makefile,
            "package-lock.json" | "npm-shrinkwrap.json" | "pnpm-lock.yaml" | "yarn.lock" | "bun.lock" => {
                Self::LockFile
            }
            _ => Self::Script,
        }
    }

    /// What the file at `path` is, or none where the analysis has no use for it by itself.
    pub fn of(path: &str) -> Option<Self> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        match name {
            _ if folder == ".github/workflows" && is_yaml => Some(Self::Workflow),
            CONFIG_FILE if folder.is_empty() => Some(Self::Config),
            "action.yml" | "action.yaml" => Some(Self::Action),
            "package.json" => Some(Self::Manifest),
            ".npmrc" => Some(Self::Npmrc),
            ".nvmrc" | ".node-version" => Some(Self::NodeVersion),
            ".tool-versions" => Some(Self::ToolVersions),
            "mise.toml" | ".mise.toml" => Some(Self::Mise),
            "pnpm-workspace.yaml" => Some(Self::PnpmWorkspace),
            "lerna.json" => Some(Self::LernaJson),
            ".yarnrc.yml" => Some(Self::YarnConfig),
            "config.json" if folder == ".changeset" || folder.ends_with("/.changeset") => {
                Some(Self::ToolConfig)
            }
            "nx.json" | ".releaserc" => Some(Self::ToolConfig),
            _ if [".releaserc.", ".release-it.", "release.config."]
                .iter()
                .any(|start| name.starts_with(start)) =>
            {
                Some(Self::ToolConfig)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_below_it() {
        let path = |path| FilePath::new(path).unwrap();
        assert!(path("a/b/package.json").is_in(&path("a")));
        assert!(path("a/package.json").is_in(&path("a/package.json")));
        assert!(path("a").is_in(&path(".")));
        assert!(!path("ab/package.json").is_in(&path("a")));
    }

    #[test]
    fn paths_are_normalised_and_stay_inside() {
        let path = |folder, relative| FilePath::resolve(folder, relative).map(|p| p.as_str().to_owned());
        assert_eq!(path("a/b", "../c/./d.json").as_deref(), Some("a/c/d.json"));
        assert_eq!(path("", "./x").as_deref(), Some("x"));
        assert_eq!(path("a", "../../x"), None);
        assert_eq!(path("", "/etc/passwd"), None);
    }

    #[test]
    fn kind_is_decided_by_path() {
        assert_eq!(FileKind::of(".github/workflows/a.yaml"), Some(FileKind::Workflow));
        assert_eq!(
            FileKind::of(".github/workflows/install/action.yml"),
            Some(FileKind::Action)
        );
        assert_eq!(FileKind::of("x/.github/workflows/a.yaml"), None);
        assert_eq!(FileKind::of("packages/a/package.json"), Some(FileKind::Manifest));
        assert_eq!(FileKind::of("trustpub.toml"), Some(FileKind::Config));
        assert_eq!(FileKind::of("packages/a/trustpub.toml"), None);
    }
}
