//! Which version of a package a lock file holds.
//!
//! Lock files have some megabytes, and a question is about one package. So nothing here is parsed as a whole: the
//! text is searched for the package's entry, and only that is read.

mod bun;
mod json;
mod npm;
mod pnpm;
#[cfg(test)]
mod tests;
mod yarn;

use crate::text::TextRange;
use crate::versions::version::Version;
use crate::versions::version::parse_version;

/// How a lock file is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LockFormat {
    /// `package-lock.json` and `npm-shrinkwrap.json`, lock file versions 1 to 3.
    Npm,
    /// `pnpm-lock.yaml`, lock file versions 5 to 9.
    Pnpm,
    /// `yarn.lock` of both Yarns.
    Yarn,
    /// `bun.lock`.
    Bun,
}

/// A dependency of a manifest, of which the version is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LockedDependency<'a> {
    /// The package's name.
    pub package: &'a str,
    /// The range with which the manifest asks for it.
    pub range: &'a str,
    /// The manifest's folder, below that of the lock file; `""` where both are the same.
    pub folder: &'a str,
    /// The name in the manifest.
    pub dependent: Option<&'a str>,
}

/// A version in a lock file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LockedVersion {
    /// The version.
    pub version: Version,
    /// Where it is.
    pub range: TextRange,
}

/// The versions that a lock file has for a dependency: none if it has no entry that can be read, several where it
/// does not tell which of them is meant.
pub(crate) fn locked_versions(
    text: &str,
    format: LockFormat,
    dependency: &LockedDependency<'_>,
) -> Vec<LockedVersion> {
    match format {
        LockFormat::Npm => npm::locked(text, dependency).into_iter().collect(),
        LockFormat::Pnpm => pnpm::locked(text, dependency).into_iter().collect(),
        LockFormat::Yarn => yarn::locked(text, dependency),
        LockFormat::Bun => bun::locked(text, dependency).into_iter().collect(),
    }
}

impl LockedVersion {
    /// The version that `written` is, at this offset of the lock file.
    fn read(written: &str, at: usize) -> Option<Self> {
        // Blanks and quotes are not part of a version, and the library would pass over them.
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
        let is_version = written.bytes().all(is_word);
        Some(Self {
            version: is_version.then(|| parse_version(written))??,
            range: TextRange::new(at, at + written.len()),
        })
    }
}

/// The lines of a part of a text that begins at `start`, each with its offset and without its break.
fn lines(text: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = start;
    text.split_inclusive('\n').map(move |line| {
        let offset = at;
        at += line.len();
        (offset, line.trim_end_matches(['\n', '\r']))
    })
}
