//! Which packages a publish command chooses, and whether its tool publishes to npm at all.

use super::super::command::{PublishCommand, Tool};
use super::super::packages::Selection;
use super::super::tool_config;
use super::Walker;
use crate::workspace::FilePath;

impl Walker<'_, '_> {
    pub(super) fn selection(
        &self,
        publish: &PublishCommand,
        folder: Option<&str>,
        is_monorepo: bool,
    ) -> Selection {
        let Some(folder) = folder else {
            return Selection::Unknown;
        };
        match publish.tool {
            Tool::Lerna
            | Tool::Changesets
            | Tool::Nx
            | Tool::Beachball
            | Tool::Auto
            | Tool::MultiSemanticRelease => {
                return all_members(folder);
            }
            Tool::CleanPublish | Tool::Shipjs | Tool::OssjsRelease | Tool::Other(_) => {
                return Selection::Unknown;
            }
            _ => {}
        }
        let is_recursive = publish.all_workspaces || !publish.filters.is_empty();
        if is_recursive || !publish.workspaces.is_empty() {
            let names: Vec<String> = publish
                .workspaces
                .iter()
                .chain(&publish.filters)
                .cloned()
                .collect();
            let is_plain =
                |name: &String| !name.contains(['*', '{', '[', '$', '!', '.']) || name.starts_with("./");
            if !names.iter().all(is_plain) {
                return Selection::Unknown;
            }
            return Selection::Members {
                root: folder.to_owned(),
                names,
                skips_private: true,
            };
        }
        match publish.folders.as_slice() {
            [] if is_monorepo && matches!(publish.tool, Tool::SemanticRelease) => Selection::Unknown,
            [] => Selection::Folder(folder.to_owned()),
            [only] if !only.is_dynamic && !only.text.ends_with(".tgz") && !only.text.ends_with(".tar.gz") => {
                folder_selection(folder, &only.text)
            }
            _ => Selection::Unknown,
        }
    }

    /// Whether the configuration of the tool says that it does not publish to npm.
    pub(super) fn leaves_npm_out(&self, publish: &PublishCommand, selection: &Selection) -> bool {
        let folder = match selection {
            Selection::Folder(folder) => folder.as_str(),
            _ => "",
        };
        match publish.tool {
            Tool::SemanticRelease => tool_config::semantic_release_leaves_npm_out(self.repository, folder),
            Tool::ReleaseIt => tool_config::release_it_settings(self.repository, folder).leaves_npm_out,
            Tool::Np => tool_config::manifest_switches_publish_off(self.repository, folder, "np"),
            Tool::Beachball => {
                tool_config::manifest_switches_publish_off(self.repository, folder, "beachball")
            }
            _ => false,
        }
    }
}

/// All packages of a monorepo, private ones left out.
pub(super) fn all_members(root: &str) -> Selection {
    Selection::Members {
        root: root.to_owned(),
        names: Vec::new(),
        skips_private: true,
    }
}

/// The package in a folder that is named relative to another, or by its manifest.
pub(super) fn folder_selection(base: &str, folder: &str) -> Selection {
    let folder = folder.strip_suffix("package.json").unwrap_or(folder);
    FilePath::resolve(base, folder).map_or(Selection::Unknown, |path| {
        Selection::Folder(path.as_str().to_owned())
    })
}
