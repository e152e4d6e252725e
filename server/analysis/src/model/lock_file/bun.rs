use super::json::{skip_blanks, string_at, values_of};
use super::{LockedDependency, LockedVersion};

/// `packages` has `"lerna": ["lerna@9.0.3", …]`, and `"app/lerna"` where the package `app` of the workspace has its own.
pub(crate) fn locked(text: &str, dependency: &LockedDependency<'_>) -> Option<LockedVersion> {
    let of_dependent = dependency.dependent.and_then(|dependent| {
        entry(
            text,
            &format!("{dependent}/{}", dependency.package),
            dependency.package,
        )
    });
    of_dependent.or_else(|| entry(text, dependency.package, dependency.package))
}

/// The ranges in `workspaces` are members of the same name, but no lists.
fn entry(text: &str, key: &str, package: &str) -> Option<LockedVersion> {
    values_of(text, key).find_map(|value| {
        let list = text.get(value..)?.starts_with('[');
        let first = string_at(text, skip_blanks(text, value + 1).filter(|_| list)?)?;
        let version = first.slice(text).strip_prefix(package)?.strip_prefix('@')?;
        LockedVersion::read(version, first.end() - version.len())
    })
}
