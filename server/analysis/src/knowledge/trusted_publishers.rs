//! Trusted publishers as npm keeps them.

/// How many trusted publishers a package may have at the same time, since 2026-09-03. npm exchanges an ID token that matches
/// one of them. Before, it was one.
///
/// Sources: <https://github.com/npm/documentation/pull/2034> and npm's announcement,
/// <https://github.com/orgs/community/discussions/206745>.
pub(crate) const MOST_TRUSTED_PUBLISHERS: usize = 10;
