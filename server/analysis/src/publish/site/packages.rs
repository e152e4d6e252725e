use crate::text::FilePath;

/// What a site publishes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Packages {
    /// The manifests.
    pub manifests: Vec<FilePath>,
    /// Whether these are all. Where they are not, nothing may be concluded from what is missing.
    pub is_complete: bool,
    /// Whether the tool takes all packages of a monorepo and leaves out private ones.
    pub skips_private: bool,
}
