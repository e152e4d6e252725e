use crate::text::FilePath;
use crate::versions::version::Truth;

/// What a step publishes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Packages {
    /// The manifests.
    pub manifests: Vec<FilePath>,
    /// Whether these are all. If not, nothing may be concluded from what is missing.
    pub is_complete: bool,
    /// Whether the tool takes all packages of a monorepo and skips private ones.
    pub skips_private: bool,
    /// Whether the manifest says `private: true` and the tool does not skip it.
    pub is_private: Truth,
    /// Whether a command changed a manifest, so that the committed text is not what is published.
    pub manifest_is_changed: bool,
    /// Whether the published version may differ from the committed manifest's.
    pub version_may_change: bool,
}
