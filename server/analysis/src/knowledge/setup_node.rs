//! How the versions of actions/setup-node differ where it matters for publishing.
//!
//! Source: the sources of its tags v4 to v7.0.0, the newest one as of 2026-08-18.

use crate::versions::action_reference::RemoteAction;
use crate::versions::version::Truth;

/// What setup-node up to v6 exports as `NODE_AUTH_TOKEN` where no token is given.
pub(crate) const PLACEHOLDER_TOKEN: &str = "XXXXX-XXXXX-XXXXX-XXXXX";

/// Which caches setup-node keeps without being asked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum AutomaticCache {
    /// None: up to v4.
    None,
    /// That of any package manager that it finds: v5.
    AnyPackageManager,
    /// That of npm, where `packageManager` or `devEngines` names it: v6 and newer.
    NpmOnly,
    /// The version is not known.
    Unknown,
}

/// Whether it keeps the cache of a package manager of this name (`supportedPackageManagers` in src/cache-utils.ts).
pub(crate) fn caches(name: &str) -> bool {
    matches!(name, "npm" | "pnpm" | "yarn")
}

/// Whether this is actions/setup-node.
pub(crate) fn is_setup_node(action: &RemoteAction) -> bool {
    action.is("actions/setup-node")
}

/// Whether, given a `registry-url` and no token, it exports a placeholder as `NODE_AUTH_TOKEN`. A publish
/// without ID token then ends in E404 instead of ENEEDAUTH. Since v7 it does not; npm then sends the
/// unexpanded text of the line, with the same result.
pub(crate) fn exports_placeholder_token(action: &RemoteAction) -> Truth {
    !action.is_at_least(7, 0)
}

/// Whether a `registry-url` is that of GitHub Packages, for which setup-node sets the registry of the owner's scope alone
/// unless it is given another scope. Source: `src/authutil.ts`.
pub(crate) fn is_github_packages(url: &str) -> bool {
    url.contains("npm.pkg.github.com")
}

/// Whether `node-version-file: package.json` reads `devEngines.runtime`, before `engines.node`.
/// Source: `getNodeVersionFromFile` in src/util.ts; v6.3.0 does, v6.2.0 does not. The tag `v6` is v6.5.0.
pub(crate) fn reads_dev_engines(action: &RemoteAction) -> Truth {
    action.is_at_least(6, 3)
}

/// Whether `node-version-file: mise.toml` reads that file as mise does, rather than its first line that is one word.
/// Source: src/util.ts of v4 to v7.0.0; actions/setup-node#1421 of August 2026, which no tag had by then.
pub(crate) fn reads_mise(action: &RemoteAction) -> Truth {
    match action.is_at_least(7, 0) {
        Truth::Yes if action.is_release(7, 0) => Truth::No,
        Truth::Yes => Truth::Maybe,
        truth => truth,
    }
}

/// Which caches it keeps without being asked.
pub(crate) fn automatic_cache(action: &RemoteAction) -> AutomaticCache {
    match (action.is_at_least(5, 0), action.is_at_least(6, 0)) {
        (Truth::No, _) => AutomaticCache::None,
        (Truth::Yes, Truth::No) => AutomaticCache::AnyPackageManager,
        (Truth::Yes, Truth::Yes) => AutomaticCache::NpmOnly,
        _ => AutomaticCache::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::versions::action_reference::ActionReference;

    #[test]
    fn no_release_up_to_7_0_reads_mise_toml() {
        use Truth::{Maybe, No};
        for (git_ref, expected) in [
            ("v4", No),
            ("v6", No),
            ("v6.5.0", No),
            ("v7.0.0", No),
            ("v7.0", No),
            ("v7", Maybe),
            ("v7.1.0", Maybe),
            ("v8", Maybe),
            ("main", Maybe),
        ] {
            let reference = ActionReference::parse(&format!("actions/setup-node@{git_ref}"), Option::None);
            assert_eq!(reads_mise(reference.remote().unwrap()), expected, "{git_ref}");
        }
    }

    #[test]
    fn differs_by_major() {
        use AutomaticCache::{AnyPackageManager, None, NpmOnly, Unknown};
        use Truth::{Maybe, No, Yes};
        for (git_ref, placeholder, dev_engines, cache) in [
            ("v1", Yes, No, None),
            ("v4", Yes, No, None),
            ("v4.4.0", Yes, No, None),
            ("v5.0.0", Yes, No, AnyPackageManager),
            ("v6.0.0", Yes, No, NpmOnly),
            ("v6.2.0", Yes, No, NpmOnly),
            ("v6.3.0", Yes, Yes, NpmOnly),
            ("v6", Yes, Yes, NpmOnly),
            ("v7", No, Yes, NpmOnly),
            ("main", Maybe, Maybe, Unknown),
        ] {
            let reference = ActionReference::parse(&format!("actions/setup-node@{git_ref}"), Option::None);
            let action = reference.remote().unwrap();
            assert!(is_setup_node(action));
            assert_eq!(exports_placeholder_token(action), placeholder, "{git_ref}");
            assert_eq!(reads_dev_engines(action), dev_engines, "{git_ref}");
            assert_eq!(automatic_cache(action), cache, "{git_ref}");
        }
    }
}
