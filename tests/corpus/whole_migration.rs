//! The whole migration of each repository that publishes with a token.

use trustpub_analysis::migrate::{Migration, plan};

use crate::folder::Folder;

/// What the migration came to.
pub(crate) fn measure(folders: &[Folder]) -> Vec<(String, Migration)> {
    let planned = folders
        .iter()
        .map(|folder| (folder.dir.clone(), plan(&folder.repository.workspace())));
    planned
        .filter(|(_, migration)| migration.has_token_step())
        .collect()
}
