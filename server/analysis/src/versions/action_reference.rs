//! What a `uses:` names.

use super::version::Truth;
use crate::text::{FilePath, FolderPath};

/// What a `uses:` names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ActionReference {
    /// `./path`: relative to the workspace. The path has no `./` and no slash at its end; `./` is empty.
    Local(String),
    /// `$/path`: relative to the root of the repository in which the `uses:` is.
    RepositoryRoot(String),
    /// `docker://image`.
    Docker(String),
    /// `owner/repository/path@ref`.
    Remote(RemoteAction),
    /// None of these forms.
    Invalid,
}

/// An action or a reusable workflow in another repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RemoteAction {
    /// The owner, as it is written.
    pub owner: String,
    /// The repository, as it is written.
    pub repository: String,
    /// The folder or the workflow file in the repository; empty for the root.
    pub path: String,
    /// What follows the `@`.
    pub git_ref: GitRef,
}

/// What follows the `@` of an action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum GitRef {
    /// A full commit id, with the version that the comment after it names.
    Sha {
        /// The 40 hexadecimal digits.
        sha: String,
        /// The version in the comment.
        version: Option<ActionVersion>,
    },
    /// A tag that is a version: `v4`, `v4.1.2`; also a branch like `releases/v1`.
    Version(ActionVersion),
    /// Anything else: a branch, a short commit id, a tag of another form.
    Other(String),
}

/// The version of an action, without its patch version. `v4` has only a major.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct ActionVersion {
    /// The major version.
    pub major: u64,
    /// The minor version.
    pub minor: Option<u64>,
}

/// The path below the repository's root that a local `uses:` names: `./path` or `$/path`.
pub(crate) fn local_path(uses: &str) -> Option<FilePath> {
    match ActionReference::parse_local(uses.trim())? {
        ActionReference::Local(path) | ActionReference::RepositoryRoot(path) => FilePath::new(&path),
        _ => None,
    }
}

/// The folder below the repository's root that a local `uses:` of an action names: `./folder` or `$/folder`.
pub(crate) fn local_folder(uses: &str) -> Option<FolderPath> {
    ActionReference::parse_local(uses.trim())?.folder()
}

impl ActionReference {
    /// Reads the text of a `uses:`. `comment` is the text of the comment after it on the same line; for an
    /// action that is pinned to a commit it usually names the version.
    pub(crate) fn parse(uses: &str, comment: Option<&str>) -> Self {
        let text = uses.trim();
        if let Some(local) = Self::parse_local(text) {
            return local;
        }
        if let Some(image) = text.strip_prefix("docker://") {
            return Self::Docker(image.to_owned());
        }
        RemoteAction::parse(text, comment).map_or(Self::Invalid, Self::Remote)
    }

    /// Reads a `uses:` that names something in the repository itself; none for anything else.
    fn parse_local(text: &str) -> Option<Self> {
        if text == "." {
            return Some(Self::Local(String::new()));
        }
        if let Some(path) = text.strip_prefix("./") {
            return Some(Self::Local(without_end_slash(path)));
        }
        let path = text.strip_prefix("$/")?;
        Some(Self::RepositoryRoot(without_end_slash(path)))
    }

    /// The folder of an action of the repository itself; none if the path leads out of the repository.
    pub(crate) fn folder(&self) -> Option<FolderPath> {
        match self {
            // The path after the `./` of `.//folder` is not an absolute one.
            Self::Local(path) | Self::RepositoryRoot(path) => FolderPath::new(path.trim_start_matches('/')),
            _ => None,
        }
    }

    /// The action in another repository, if it is one.
    pub(crate) fn remote(&self) -> Option<&RemoteAction> {
        match self {
            Self::Remote(action) => Some(action),
            _ => None,
        }
    }
}

impl RemoteAction {
    fn parse(text: &str, comment: Option<&str>) -> Option<Self> {
        let (name, git_ref) = text.split_once('@')?;
        let mut parts = name.splitn(3, '/');
        let (owner, repository) = (parts.next()?, parts.next()?);
        let is_name = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        };
        let is_valid = is_name(owner)
            && is_name(repository)
            && !git_ref.is_empty()
            && !text.contains("${{")
            && !text.contains(char::is_whitespace);
        is_valid.then(|| Self {
            owner: owner.to_owned(),
            repository: repository.to_owned(),
            path: without_end_slash(parts.next().unwrap_or("")),
            git_ref: GitRef::parse(git_ref, comment),
        })
    }

    /// `owner/repository`, with `/path` where there is one, in lower case: GitHub does not tell cases apart.
    pub(crate) fn name(&self) -> String {
        let mut name = [&self.owner, "/", &self.repository].concat();
        if !self.path.is_empty() {
            name.push('/');
            name.push_str(&self.path);
        }
        name.make_ascii_lowercase();
        name
    }

    /// Whether this is the action `owner/repository/path`, in any letter case.
    pub(crate) fn is(&self, name: &str) -> bool {
        let own = [self.owner.as_str(), self.repository.as_str(), self.path.as_str()];
        let mut parts = name.splitn(3, '/');
        own.iter()
            .all(|own| own.eq_ignore_ascii_case(parts.next().unwrap_or("")))
    }

    /// The version, from the tag or from the comment after a commit id.
    pub(crate) fn version(&self) -> Option<ActionVersion> {
        match &self.git_ref {
            GitRef::Sha { version, .. } => *version,
            GitRef::Version(version) => Some(*version),
            GitRef::Other(_) => None,
        }
    }

    /// Whether the action is `major.minor.0` or newer. A tag like `v6` moves along with the newest 6.x, so
    /// for an already released 6.x it is `Yes`; a commit with the comment `v6` may be any 6.x.
    pub(crate) fn is_at_least(&self, major: u64, minor: u64) -> Truth {
        let Some(version) = self.version() else {
            return Truth::Maybe;
        };
        if version.major != major {
            return Truth::from(version.major > major);
        }
        match version.minor {
            Some(own) => Truth::from(own >= minor),
            None if minor == 0 || matches!(self.git_ref, GitRef::Version(_)) => Truth::Yes,
            None => Truth::Maybe,
        }
    }

    /// Whether the reference names a release of this major and minor.
    pub(crate) fn is_release(&self, major: u64, minor: u64) -> bool {
        let version = self.version();
        version.is_some_and(|version| version.major == major && version.minor == Some(minor))
    }

    /// Whether the reference can never come to mean other code.
    pub(crate) fn is_pinned(&self) -> bool {
        matches!(self.git_ref, GitRef::Sha { .. })
    }
}

impl GitRef {
    fn parse(text: &str, comment: Option<&str>) -> Self {
        if text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Self::Sha {
                sha: text.to_owned(),
                version: comment.and_then(ActionVersion::in_comment),
            };
        }
        let tag = ["releases/", "release/"]
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .unwrap_or(text);
        ActionVersion::parse(tag).map_or_else(|| Self::Other(text.to_owned()), Self::Version)
    }
}

impl ActionVersion {
    /// Reads `v4`, `v4.1`, `4.1.2`, `v4.1.2-beta.1`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let numbers = text.split(['-', '+']).next()?;
        let mut parts = numbers.split('.').map(str::parse::<u64>);
        let version = Self {
            major: parts.next()?.ok()?,
            minor: parts.next().transpose().ok()?,
        };
        let _patch = parts.next().transpose().ok()?;
        parts.next().is_none().then_some(version)
    }

    /// The version in a comment as people and bots write it: `v4.1.2`, `# tag=v4.1.2`, `pin@v4`.
    fn in_comment(comment: &str) -> Option<Self> {
        comment
            .split(|c: char| c.is_whitespace() || matches!(c, '#' | '@' | '=' | ':' | ',' | '(' | ')'))
            .filter(|word| !word.is_empty())
            .find_map(Self::parse)
    }
}

fn without_end_slash(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "08eba0b27e820071cde6df949e0beb9ba4906955";

    /// One line that shows all that was read.
    fn describe(uses: &str, comment: Option<&str>) -> String {
        let version = |version: &ActionVersion| {
            let part = |part: Option<u64>| part.map_or("*".to_owned(), |n| n.to_string());
            format!("{}.{}", version.major, part(version.minor))
        };
        match ActionReference::parse(uses, comment) {
            ActionReference::Local(path) => format!("local {path}"),
            ActionReference::RepositoryRoot(path) => format!("root {path}"),
            ActionReference::Docker(image) => format!("docker {image}"),
            ActionReference::Invalid => "invalid".to_owned(),
            ActionReference::Remote(action) => {
                let git_ref = match &action.git_ref {
                    GitRef::Sha { version: None, .. } => "sha".to_owned(),
                    GitRef::Sha { version: Some(v), .. } => format!("sha {}", version(v)),
                    GitRef::Version(v) => format!("version {}", version(v)),
                    GitRef::Other(other) => format!("other {other}"),
                };
                format!("{} {git_ref}", action.name())
            }
        }
    }

    #[test]
    fn reads_every_form() {
        for (uses, expected) in [
            ("actions/setup-node@v4", "actions/setup-node version 4.*"),
            ("Actions/Setup-Node@v4.1.2", "actions/setup-node version 4.1"),
            ("actions/setup-node@4.1", "actions/setup-node version 4.1"),
            ("actions/cache/restore@v4", "actions/cache/restore version 4.*"),
            (
                "o/r/.github/workflows/x.yml@main",
                "o/r/.github/workflows/x.yml other main",
            ),
            (
                "pypa/gh-action-pypi-publish@release/v1",
                "pypa/gh-action-pypi-publish version 1.*",
            ),
            ("o/r@releases/v2", "o/r version 2.*"),
            ("o/r@v2-beta", "o/r version 2.*"),
            (
                "dtolnay/rust-toolchain@stable",
                "dtolnay/rust-toolchain other stable",
            ),
            ("o/r@08eba0b", "o/r other 08eba0b"),
            ("./.github/actions/setup", "local .github/actions/setup"),
            ("./.github/actions/setup/", "local .github/actions/setup"),
            ("./", "local "),
            ("$/.github/workflows/x.yml", "root .github/workflows/x.yml"),
            ("docker://node:24", "docker node:24"),
            ("actions/setup-node", "invalid"),
            ("actions@v4", "invalid"),
            ("actions/setup-node@", "invalid"),
            ("o/r@${{ inputs.ref }}", "invalid"),
            ("${{ matrix.action }}", "invalid"),
            ("o/r @v4", "invalid"),
            ("", "invalid"),
        ] {
            assert_eq!(describe(uses, None), expected, "{uses}");
        }
    }

    #[test]
    fn a_comment_names_the_version_of_a_commit() {
        let uses = format!("actions/setup-node@{SHA}");
        for (comment, expected) in [
            (None, "actions/setup-node sha"),
            (Some("# v4.1.2"), "actions/setup-node sha 4.1"),
            (Some("v6"), "actions/setup-node sha 6.*"),
            (Some(" tag=v4.1.2 "), "actions/setup-node sha 4.1"),
            (
                Some("ratchet:actions/setup-node@v4"),
                "actions/setup-node sha 4.*",
            ),
            (Some("# pin@v3"), "actions/setup-node sha 3.*"),
            (Some("# newest"), "actions/setup-node sha"),
        ] {
            assert_eq!(describe(&uses, comment), expected, "{comment:?}");
        }
        // A tag speaks for itself.
        assert_eq!(describe("o/r@v1", Some("v2")), "o/r version 1.*");
    }

    #[test]
    fn compares_versions_with_care() {
        use Truth::{Maybe, No, Yes};
        let sha = format!("o/r@{SHA}");
        for (uses, comment, expected) in [
            ("o/r@v7", None, Yes),
            ("o/r@v6", None, Yes),
            ("o/r@v6.1.0", None, Yes),
            ("o/r@v6.0.0", None, No),
            ("o/r@v5", None, No),
            ("o/r@main", None, Maybe),
            (sha.as_str(), None, Maybe),
            (sha.as_str(), Some("v6"), Maybe),
            (sha.as_str(), Some("v6.2.0"), Yes),
            (sha.as_str(), Some("v7"), Yes),
        ] {
            let reference = ActionReference::parse(uses, comment);
            let action = reference.remote().unwrap();
            assert_eq!(action.is_at_least(6, 1), expected, "{uses} {comment:?}");
        }
    }

    #[test]
    fn pins_are_told_from_tags() {
        let remote = |uses: &str| match ActionReference::parse(uses, None) {
            ActionReference::Remote(action) => action,
            other => panic!("{other:?}"),
        };
        assert!(remote(&format!("o/r@{SHA}")).is_pinned());
        assert!(!remote("o/r@v4.1.2").is_pinned());
        assert!(remote("JS-DevTools/npm-publish@v4").is("js-devtools/npm-publish"));
    }
}
