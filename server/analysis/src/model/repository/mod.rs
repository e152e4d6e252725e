//! Which repository on GitHub a URL or a `repository` field names.

mod field;
mod git_url;

pub(crate) use field::{RepositoryField, RepositoryState, UnverifiedForm, UrlForm};

use std::fmt;

use git_url::GitUrl;

/// `owner/name` on github.com, in the letter case in which it was given.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct RepositorySlug {
    /// The user or organisation.
    pub owner: String,
    /// The repository's name, without `.git`.
    pub name: String,
}

/// How two slugs differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SlugComparison {
    /// Letter for letter the same.
    Same,
    /// GitHub takes them for the same repository, npm's provenance check does not.
    CaseDiffers,
    /// They name different repositories.
    Differs,
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

    /// Reads the URL of a git remote: https, ssh, git, or `user@github.com:owner/name`, with credentials and
    /// port or without. None if it does not lead to github.com, or not to a repository.
    pub fn from_remote_url(url: &str) -> Option<Self> {
        let url = GitUrl::parse(url)?;
        // ssh.github.com answers on port 443 for those behind a firewall.
        let is_github = url.is_github() || url.host == "ssh.github.com";
        let mut parts = url.path_parts();
        let slug = Self::from_path_parts(parts.next()?, parts.next()?)?;
        (is_github && parts.next().is_none()).then_some(slug)
    }

    /// The URL that npm writes for this repository, which it compares with the provenance.
    pub(crate) fn canonical_url(&self) -> String {
        format!("git+https://github.com/{}/{}.git", self.owner, self.name)
    }

    /// Whether both name the same repository: GitHub ignores letter case.
    pub fn is_same(&self, other: &Self) -> bool {
        self.compare(other) != SlugComparison::Differs
    }

    /// How the two differ.
    pub(crate) fn compare(&self, other: &Self) -> SlugComparison {
        let same_but_case =
            self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name);
        if self == other {
            SlugComparison::Same
        } else if same_but_case {
            SlugComparison::CaseDiffers
        } else {
            SlugComparison::Differs
        }
    }

    fn from_path_parts(owner: &str, name: &str) -> Option<Self> {
        let name = name.strip_suffix(".git").unwrap_or(name);
        Self::parse(&format!("{owner}/{name}"))
    }
}

impl fmt::Display for RepositorySlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remote_urls() {
        for url in [
            "https://github.com/Acme/tool.git",
            "https://github.com/Acme/tool",
            "https://github.com/Acme/tool/",
            "https://GitHub.com/Acme/tool.git/",
            "https://www.github.com/Acme/tool",
            "https://user:secret@github.com/Acme/tool.git",
            "https://x-access-token:gh@s@github.com/Acme/tool",
            "https://github.com:443/Acme/tool.git",
            "http://github.com/Acme/tool",
            "git://github.com/Acme/tool.git",
            "ssh://git@github.com/Acme/tool.git",
            "ssh://git@github.com:22/Acme/tool.git",
            "ssh://git@ssh.github.com:443/Acme/tool.git",
            "git+ssh://git@github.com/Acme/tool.git",
            "ssh://git@github.com:Acme/tool.git",
            "git@github.com:Acme/tool.git",
            "git@github.com:/Acme/tool",
            "org-1234@github.com:Acme/tool.git",
            "github.com:Acme/tool.git",
            "git@ssh.github.com:Acme/tool.git",
        ] {
            let slug = RepositorySlug::from_remote_url(url).map(|slug| slug.to_string());
            assert_eq!(slug.as_deref(), Some("Acme/tool"), "{url}");
        }
        for url in [
            "",
            "/srv/git/tool.git",
            "../tool",
            "file:///srv/github.com/Acme/tool.git",
            "C:\\work\\tool",
            "https://github.com/Acme",
            "https://github.com/Acme/tool/tree/main",
            "https://github.com//tool",
            "https://gitlab.com/Acme/tool.git",
            "https://github.acme.com/Acme/tool.git",
            "https://evil.example/github.com/Acme/tool.git",
            "https://github.com.evil.example/Acme/tool.git",
            "git@github-work:Acme/tool.git",
            "https://gist.github.com/Acme/0123456789.git",
        ] {
            assert_eq!(RepositorySlug::from_remote_url(url), None, "{url}");
        }
    }

    #[test]
    fn letter_case_is_a_difference_of_its_own() {
        let slug = |text| RepositorySlug::parse(text).unwrap();
        let acme = slug("Acme/tool");
        assert_eq!(acme.compare(&slug("Acme/tool")), SlugComparison::Same);
        assert_eq!(acme.compare(&slug("acme/tool")), SlugComparison::CaseDiffers);
        assert_eq!(acme.compare(&slug("Acme/Tool")), SlugComparison::CaseDiffers);
        assert_eq!(acme.compare(&slug("Acme/tools")), SlugComparison::Differs);
    }

    #[test]
    fn only_what_github_allows_is_a_slug() {
        for text in [
            "a",
            "a/b/c",
            "/b",
            "a/",
            "a/..",
            "é/b",
            "{{owner}}/{{name}}",
            "a b/c",
        ] {
            assert_eq!(RepositorySlug::parse(text), None, "{text}");
        }
    }
}
