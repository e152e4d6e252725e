//! Which repository on GitHub a URL or a `repository` field names.

use std::fmt;

/// `owner/name` on github.com, in the letter case in which it was given.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RepositorySlug {
    /// The user or organisation.
    pub owner: String,
    /// The repository's name, without `.git`.
    pub name: String,
}

impl RepositorySlug {
    /// Reads `owner/name`.
    pub fn parse(slug: &str) -> Option<Self> {
        let (owner, name) = slug.split_once('/')?;
        let is_name = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        (is_name(owner) && is_name(name)).then(|| Self {
            owner: owner.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for RepositorySlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}
