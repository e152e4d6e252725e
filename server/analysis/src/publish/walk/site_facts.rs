//! Facts of a publish site that follow from its manifests and from what the steps before it did.

use std::collections::HashSet;

use super::super::machine::{EarlierInstallation, Machine};
use super::{WalkFrame, Walker};
use crate::knowledge::npm_spec::{InstallOutcome, install_outcome};
use crate::model::repository::{RepositoryState, SlugComparison};
use crate::publish::find::packages::{FoundPackages, Selection, candidates};
use crate::publish::site::{
    ManifestDoubt, NodeAndNpm, NpmAttempt, NpmOrigin, Packages, ProvenanceFact, PublishStop, PublishingTool,
    RepositoryChange, StopCause, StopPoint, VersionFact,
};
use crate::publish::tools::Tool;
use crate::text::FilePath;
use crate::versions::version::Truth;

impl<'a> Walker<'_, 'a> {
    /// The Node and the npm at the step; `named` is an npm that the command itself names.
    pub(crate) fn node_and_npm(machine: &Machine, named: Option<VersionFact<NpmOrigin>>) -> NodeAndNpm {
        let installations = attempts(machine);
        NodeAndNpm {
            node: machine.node.clone(),
            npm: named.unwrap_or_else(|| machine.npm.clone()),
            failed_upgrade: installations.iter().find_map(NpmAttempt::error),
            installations,
            corepack_pin: machine.corepack_pin.clone(),
        }
    }

    /// The installation of npm before the steps at `frame` that certainly fails, which ends the job.
    pub(crate) fn failed_installation(frame: &WalkFrame<'a>, machine: &Machine) -> Option<PublishStop> {
        let attempts = attempts(machine);
        let mut attempts = attempts.into_iter().filter(|_| !frame.runs_after_failure);
        let (error, failed) = attempts.find_map(|attempt| Some((attempt.error()?, attempt.installation)))?;
        Some(PublishStop {
            cause: StopCause::NpmInstallation,
            point: StopPoint::EarlierStep("npm install".to_owned()),
            place: failed.command,
            error: Some(error),
            is_in_every_run: true,
        })
    }

    /// What a selection publishes.
    pub(crate) fn packages(
        &self,
        publishing_tool: &PublishingTool,
        selection: &Selection,
        found: FoundPackages,
        machine: &Machine,
    ) -> Packages {
        let candidates = match machine.manifest_is_changed {
            true => Vec::new(),
            false => candidates(self.sources, selection),
        };
        let lacks_repository = |path: &FilePath| {
            let manifest = self.sources.manifest(path);
            manifest.is_some_and(|manifest| manifest.repository.state == RepositoryState::Missing)
        };
        Packages {
            candidates_lack_repository: !candidates.is_empty() && candidates.iter().all(lacks_repository),
            candidates,
            is_open: found
                .manifests
                .iter()
                .any(|path| self.changed_manifest(path, machine).is_open),
            made_private_at: found
                .manifests
                .iter()
                .find_map(|path| self.changed_manifest(path, machine).made_private_at),
            is_private: self.is_private(publishing_tool, selection, &found, machine),
            doubt: self.doubt_about(&found, machine),
            is_packed: matches!(selection, Selection::Tarball(_) | Selection::Packed(_)),
            manifest_is_changed: machine.manifest_is_changed || found.are_copies,
            renames: machine.renames.clone(),
            repositories: found
                .manifests
                .iter()
                .filter(|_| found.are_copies || !machine.manifest_edits.is_empty())
                .map(|path| (path.clone(), self.repository_change(path, &found, machine)))
                .collect(),
            manifests: found.manifests,
            is_complete: found.is_complete,
            skips_private: found.skips_private,
        }
    }

    fn is_private(
        &self,
        publishing_tool: &PublishingTool,
        selection: &Selection,
        packages: &FoundPackages,
        machine: &Machine,
    ) -> Truth {
        // Yarn and Bun: measured with Yarn 1.22.22, 3.8.7, 4.10.2, 4.14.0 and 4.18.1, Bun 1.1.45, 1.2.23, 1.3.0 and
        // 1.4.5, and JS-DevTools/npm-publish 4.1.5. release-it runs npm for the folder in `npm.publishPath`.
        let refuses = matches!(
            publishing_tool.tool,
            Tool::Npm
                | Tool::Pnpm
                | Tool::YarnClassic
                | Tool::YarnBerry
                | Tool::Bun
                | Tool::NpmPublish
                | Tool::ReleaseIt
        ) && !publishing_tool.is_guess;
        let [path] = packages.manifests.as_slice() else {
            return Truth::Maybe;
        };
        match (selection, self.changed_manifest(path, machine).is_private) {
            (Selection::Folder(_), Truth::Yes) if refuses => Truth::Yes,
            (_, Truth::Yes | Truth::Maybe) => Truth::Maybe,
            (_, Truth::No) => Truth::No,
        }
    }

    fn doubt_about(&self, packages: &FoundPackages, machine: &Machine) -> ManifestDoubt {
        let manifests = packages
            .manifests
            .iter()
            .filter_map(|path| Some((path, self.sources.manifest(path)?)));
        let of_scripts = manifests.map(|(path, manifest)| self.doubt_of_publishing(path, manifest));
        of_scripts.fold(machine.doubt, ManifestDoubt::and)
    }

    fn repository_change(
        &self,
        path: &FilePath,
        packages: &FoundPackages,
        machine: &Machine,
    ) -> RepositoryChange {
        match self.changed_manifest(path, machine).repository {
            RepositoryChange::None if packages.are_copies => RepositoryChange::Rewritten,
            change => change,
        }
    }

    /// Whether a manifest names another repository than this one, or none.
    pub(crate) fn repository_mismatch(
        &self,
        packages: &FoundPackages,
        (provenance, skips_published): (Option<&ProvenanceFact>, bool),
        machine: &Machine,
    ) -> Truth {
        let is_off = provenance.is_some_and(|provenance| !provenance.is_on && !provenance.is_publish_config);
        if is_off || self.sources.slug_is_ambiguous() {
            return Truth::No;
        }
        let is_other = |path: &FilePath| match &self.sources.manifest(path)?.repository.state {
            RepositoryState::Missing | RepositoryState::NotUnderstood | RepositoryState::OtherHost(_) => {
                Some(true)
            }
            RepositoryState::GitHub { slug, .. } => {
                Some(slug.compare(self.sources.slug()?) != SlugComparison::Same)
            }
        };
        let of_manifest = |path: &FilePath| match self.repository_change(path, packages, machine) {
            _ if is_other(path) != Some(true) => Truth::No,
            RepositoryChange::None => Truth::Yes,
            RepositoryChange::Rewritten => Truth::Maybe,
            RepositoryChange::Any | RepositoryChange::Open | RepositoryChange::Own => Truth::No,
        };
        let found: Vec<Truth> = packages.manifests.iter().map(of_manifest).collect();
        match found.contains(&Truth::Yes) {
            // The tool leaves out a package whose version is published, so that a release may do without the wrong one.
            true if skips_published && found.contains(&Truth::No) && self.have_own_versions(packages) => {
                Truth::Maybe
            }
            true => Truth::Yes,
            false if found.contains(&Truth::Maybe) => Truth::Maybe,
            false => Truth::No,
        }
    }

    /// Whether packages do not all have one version, so that each is released by itself.
    fn have_own_versions(&self, packages: &FoundPackages) -> bool {
        let version = |path: &FilePath| {
            let manifest = self.sources.manifest(path)?;
            manifest.version.as_ref().map(|version| version.value.as_str())
        };
        let versions: HashSet<Option<&str>> = packages.manifests.iter().map(version).collect();
        versions.len() > 1
    }
}

/// Every installation of npm before the step, and how it ends.
fn attempts(machine: &Machine) -> Vec<NpmAttempt> {
    let mut from_npm = machine.start_npm.clone();
    let mut found = Vec::new();
    for earlier in &machine.npm_installations {
        let EarlierInstallation {
            installation,
            node,
            is_certain,
        } = earlier;
        let outcome = if installation.checks_engines {
            install_outcome(&installation.version.candidates, &node.candidates, &from_npm)
        } else {
            InstallOutcome::Installs
        };
        from_npm.clone_from(&installation.version.candidates);
        found.push(NpmAttempt {
            installation: installation.clone(),
            node: node.clone(),
            outcome,
            is_certain: *is_certain,
        });
    }
    found
}
