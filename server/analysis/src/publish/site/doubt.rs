//! How far a published manifest may differ from the committed one.

/// Whether the version that is published may be another than the committed one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) enum VersionChange {
    /// Nothing before the publish changes it.
    #[default]
    No,
    /// Something runs before of which nothing is known, and which does not speak of versions.
    Unlikely,
    /// Something before is meant to change it, or is not read and may do anything.
    Possible,
}

/// What something that runs before the publish may have changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct ManifestDoubt {
    /// The version.
    pub(crate) version: VersionChange,
    /// `workspace:` ranges.
    pub(crate) ranges: bool,
}

impl ManifestDoubt {
    /// Nothing is changed.
    pub(crate) const NONE: Self = Self {
        version: VersionChange::No,
        ranges: false,
    };
    /// A program without a sign of changing manifests.
    pub(crate) const UNLIKELY: Self = Self {
        version: VersionChange::Unlikely,
        ranges: false,
    };
    /// The version may be another one.
    pub(crate) const VERSION: Self = Self {
        version: VersionChange::Possible,
        ranges: false,
    };
    /// Anything may be another.
    pub(crate) const ALL: Self = Self {
        version: VersionChange::Possible,
        ranges: true,
    };

    /// What either of them may have changed.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            version: self.version.max(other.version),
            ranges: self.ranges || other.ranges,
        }
    }
}
