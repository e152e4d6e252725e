//! What changesets refuses to do with Yarn.

use std::slice;

use crate::model::manifest::Manifest;
use crate::publish::find::publishing_tool::ToolSearch;
use crate::publish::read::command::PublishCommand;
use crate::publish::site::{PublishStop, Site, StopCause, StopPoint};
use crate::publish::tools::{PackageManager, Tool};
use crate::publish::walk::Walker;
use crate::text::{FilePath, FolderPath, Place, TextRange};
use crate::versions::version::{Truth, Version, at_least};

/// The first @changesets/cli that publishes with Yarn in a repository of Yarn.
const PUBLISHES_WITH_YARN: (u64, u64, u64) = (3, 0, 0);

impl<'a> Walker<'_, 'a> {
    /// The stop of `changeset publish` in a repository of Yarn: version 3 does not run with Yarn 1, and with a later Yarn it
    /// does not publish a package that has `publishConfig.directory`. Other packages are published before it fails.
    ///
    /// Source: `getPublishTool` and `publish` of lib/yarn.ts in @changesets/cli 3.0.0, 3.0.2 and 3.0.3; measured with 3.0.3, and
    /// Yarn 1.22.22 and 4.18.1. An empty `directory` counts as none.
    pub(in crate::publish::walk) fn refused_yarn(
        &self,
        search: &ToolSearch<'_, '_>,
        command: Option<&PublishCommand>,
        site: &Site<'a>,
    ) -> Option<PublishStop> {
        let is_configured = command.is_some_and(|command| command.is_configured);
        if site.publishing_tool.tool != Tool::Changesets || is_configured {
            return None;
        }
        let manager = search.package_manager_of_changesets()?;
        let place = match manager {
            PackageManager::YarnClassic => self.place_of_yarn().unwrap_or_else(|| site.place.clone()),
            PackageManager::YarnBerry => self.unsupported_directory(site)?,
            _ => return None,
        };
        let third = Version::from(PUBLISHES_WITH_YARN);
        let versions = search.changesets_versions(command, slice::from_ref(&third));
        if at_least(&versions, &third) != Truth::Yes {
            return None;
        }
        Some(PublishStop {
            cause: StopCause::ChangesetsWithYarn {
                is_for_directory: manager == PackageManager::YarnBerry,
            },
            point: StopPoint::Command,
            place,
            error: None,
            is_in_every_run: true,
        })
    }

    /// Where the root manifest names its package manager.
    fn place_of_yarn(&self) -> Option<Place> {
        let (path, manifest) = self.sources.manifest_in(&FolderPath::root())?;
        let pinned = manifest.package_manager.as_ref();
        let name = pinned.map(|manager| manager.name.range);
        let engine = || Some(manifest.dev_engines.package_managers.first()?.name.range);
        Some(Place::new(&path, name.or_else(engine)?))
    }

    /// The first `publishConfig.directory` of the packages, where the committed manifests are what is published.
    fn unsupported_directory(&self, site: &Site<'_>) -> Option<Place> {
        let paths = || site.packages.manifests.iter();
        let of = |path: &FilePath| Some(Place::new(path, directory(self.sources.manifest(path)?)?));
        let is_known = !site.packages.manifest_is_changed;
        is_known.then(|| paths().find_map(of)).flatten()
    }
}

fn directory(manifest: &Manifest) -> Option<TextRange> {
    let member = manifest.root.get("publishConfig")?.member("directory")?;
    let is_set = member.value.as_str().is_some_and(|folder| !folder.is_empty());
    (is_set && !manifest.is_private()).then_some(member.key.range)
}
