use memchr::memmem;

use super::json::{text_member, values_of};
use super::{LockedDependency, LockedVersion};

/// From version 2 on each folder of `node_modules` has an entry of its own: that below the manifest counts before that
/// of the root. Version 1 has a tree, whose first level is the root's `node_modules`.
pub(crate) fn locked(text: &str, dependency: &LockedDependency<'_>) -> Option<LockedVersion> {
    let LockedDependency { package, folder, .. } = dependency;
    let below_root = format!("node_modules/{package}");
    let entry = || {
        if !folder.is_empty()
            && let Some(entry) = values_of(text, &format!("{folder}/{below_root}")).next()
        {
            return Some(entry);
        }
        values_of(text, &below_root).next()
    };
    let entry = entry().or_else(|| entry_of_first_version(text, package))?;
    let version = text_member(text, entry, "version")?;
    LockedVersion::read(version.slice(text), version.start())
}

/// A nested package has the same name as one of the first level; how far it is indented tells them apart.
fn entry_of_first_version(text: &str, package: &str) -> Option<usize> {
    let (_, behind_brace) = text.split_once('\n')?;
    let unit = behind_brace.get(..behind_brace.find('"')?)?;
    let is_indented = !unit.is_empty() && unit.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    let needle = format!("\n{unit}{unit}\"{package}\": {{");
    let at = is_indented.then(|| memmem::find(text.as_bytes(), needle.as_bytes()))??;
    Some(at + needle.len() - 1)
}
