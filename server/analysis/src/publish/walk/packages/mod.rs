//! Which packages a publish takes, and what was done to their manifests before.

pub(super) mod job_contents;
pub(super) mod manifest_changes;
pub(super) mod manifest_doubt;
pub(super) mod nx_release;
pub(super) mod nx_targets;
pub(super) mod prereleases;
pub(super) mod renames;
pub(super) mod selection;
pub(super) mod tarballs;
pub(super) mod workspace_folders;
