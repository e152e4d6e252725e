//! From which release on a package manager runs the install scripts of approved dependencies only.
//!
//! Sources: the archives of npm 11.21.2, 12.0.0 and 12.2.0, of `@yarnpkg/cli-dist` 4.13.0 and 4.14.0, and of pnpm
//! 10.0.0. As of 2026-11-23.

use std::sync::LazyLock;

use super::npm_releases::version;
use crate::versions::version::Version;

/// npm: 11 runs what is not denied, 12 only what is approved.
pub(crate) static NPM_THAT_ASKS: LazyLock<Version> = LazyLock::new(|| version(12, 0, 0));

/// pnpm: 10 runs only what `onlyBuiltDependencies` names.
pub(crate) static PNPM_THAT_ASKS: LazyLock<Version> = LazyLock::new(|| version(10, 0, 0));

/// Yarn: `enableScripts` is off by default from 4.14 on.
pub(crate) static YARN_THAT_ASKS: LazyLock<Version> = LazyLock::new(|| version(4, 14, 0));
