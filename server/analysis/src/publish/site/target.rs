use crate::text::Place;

/// Where a step publishes to, and what provenance will say about it there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Target {
    /// The registry.
    pub registry: RegistryFact,
    /// Whether provenance is explicitly requested or disabled.
    pub provenance: Option<ProvenanceFact>,
    /// Whether something that only the run knows decides about it.
    pub provenance_is_open: bool,
    /// Whether a manifest names another repository than this one, or none.
    pub repository_mismatch: bool,
    /// Whether a manifest does so that the job rewrites.
    pub repository_may_mismatch: bool,
}

impl Target {
    /// Whether it certainly is the public npm registry.
    pub(crate) fn is_npm(&self) -> bool {
        self.registry == RegistryFact::Npm
    }

    /// What explicitly requests provenance.
    pub(crate) fn requested_provenance(&self) -> Option<&ProvenanceFact> {
        self.provenance.as_ref().filter(|provenance| provenance.is_on)
    }
}

/// Where a site publishes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RegistryFact {
    /// The public npm registry.
    Npm,
    /// Another registry.
    Other {
        /// Its URL.
        url: String,
        /// What says so.
        place: Place,
    },
    /// Something that was not read decides.
    Unknown,
}

/// Provenance that is explicitly requested or disabled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ProvenanceFact {
    /// Whether it is asked for.
    pub is_on: bool,
    /// Whether it is set in `publishConfig`, which does not turn automatic provenance off.
    pub is_publish_config: bool,
    /// Where.
    pub place: Place,
}
