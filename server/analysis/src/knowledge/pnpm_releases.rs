//! The releases at which pnpm learned what.

/// The first major of pnpm in which some release publishes from a commit that no branch points to, in CI. Up to 10, all
/// releases end with ERR_PNPM_GIT_UNKNOWN_BRANCH there; of 11 it is fixed in 11.27.1, of 12 in 12.6.0.
/// Source: measured with 9.15.9, 10.30.2, 11.26.0, 11.27.0 and 12.5.1 (they fail), 11.27.1, 11.28.11, 12.6.0 and 12.21.0
/// (they publish).
pub(crate) const FIRST_MAJOR_WITH_FIXED_GIT_CHECKS: u64 = 11;
