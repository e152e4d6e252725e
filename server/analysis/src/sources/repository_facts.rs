use super::Assumptions;
use crate::model::repository::RepositorySlug;

/// What is known about the repository that its files do not show.
#[derive(Clone, Debug, Default)]
pub(crate) struct RepositoryFacts {
    /// Its name on GitHub, unless the configuration gives another.
    pub(crate) slug: Option<RepositorySlug>,
    /// Whether the slug was guessed from several git remotes, so that it may be a fork's.
    pub(crate) slug_is_ambiguous: bool,
    /// What is assumed where nothing is known.
    pub(crate) assumptions: Assumptions,
}
