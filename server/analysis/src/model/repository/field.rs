use super::RepositorySlug;
use super::git_url::GitUrl;
use crate::syntax::json::{JsonKind, JsonMember, JsonValue};
use crate::text::{Ranged, TextRange};

/// The `repository` field of a `package.json`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RepositoryField {
    /// What npm makes of it.
    pub state: RepositoryState,
    /// The field with its name; none if the file does not have it.
    pub range: Option<TextRange>,
    /// The text that names the repository: the field's own string or its `url`.
    pub url: Option<Ranged<String>>,
    /// The folder of the package in its repository.
    pub directory: Option<Ranged<String>>,
}

/// What npm makes of a `repository` field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum RepositoryState {
    /// There is no field, or nothing in it: `null`, `""`, an object without `url`.
    Missing,
    /// npm does not understand it and sends it as it is written: an array, free text, half a URL.
    NotUnderstood,
    /// It names a repository on another host: the host.
    OtherHost(String),
    /// It names a repository on GitHub.
    GitHub {
        /// Which one.
        slug: RepositorySlug,
        /// How it is written.
        form: UrlForm,
    },
}

/// How the URL of a GitHub repository is written, compared with `git+https://github.com/owner/name.git`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UrlForm {
    /// Exactly so, in an object.
    Canonical,
    /// npm turns it into the canonical form before it sends it.
    Equivalent,
    /// npm sends something else, and it is not verified that the registry accepts it.
    Unverified(UnverifiedForm),
}

/// Why npm does not send the canonical form.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum UnverifiedForm {
    /// `git@github.com:…`, `ssh://…`, `git+ssh://…`; sent as `git+ssh://…`.
    Ssh,
    /// `http://…`; sent as `git+ssh://…`.
    Http,
    /// `git://…`
    GitProtocol,
    /// A user name or token in the URL.
    Credentials,
    /// `…/tree/<ref>/<folder>`
    Tree,
    /// `…#<ref>`
    Committish,
}

impl RepositoryField {
    /// Reads the field of a manifest's root object.
    pub(crate) fn of_manifest(root: &JsonValue) -> Self {
        let Some(member) = root.member("repository") else {
            return Self {
                state: RepositoryState::Missing,
                range: None,
                url: None,
                directory: None,
            };
        };
        let value = &member.value;
        let (state, url) = match &value.kind {
            JsonKind::Null => (RepositoryState::Missing, None),
            JsonKind::String(text) => (Self::state_of_url(text, false), value.to_ranged()),
            JsonKind::Object(_) => match value.get("url").map(|url| (&url.kind, url)) {
                None | Some((JsonKind::Null, _)) => (RepositoryState::Missing, None),
                Some((JsonKind::String(text), url)) => (Self::state_of_url(text, true), url.to_ranged()),
                Some(_) => (RepositoryState::NotUnderstood, None),
            },
            _ => (RepositoryState::NotUnderstood, None),
        };
        Self {
            state,
            range: Some(member_range(member)),
            url,
            directory: value.get("directory").and_then(JsonValue::to_ranged),
        }
    }

    /// The repository on GitHub that the field names.
    pub(crate) fn slug(&self) -> Option<&RepositorySlug> {
        match &self.state {
            RepositoryState::GitHub { slug, .. } => Some(slug),
            _ => None,
        }
    }

    fn state_of_url(text: &str, is_in_object: bool) -> RepositoryState {
        let text = text.trim();
        if text.is_empty() {
            return RepositoryState::Missing;
        }
        if let Some(state) = read_shorthand(text) {
            return state;
        }
        let Some(url) = GitUrl::parse(text) else {
            return RepositoryState::NotUnderstood;
        };
        if url.host.is_empty() {
            return RepositoryState::NotUnderstood;
        }
        if !url.is_github() {
            return RepositoryState::OtherHost(url.host);
        }
        let mut parts = url.path_parts();
        let slug = match (parts.next(), parts.next()) {
            (Some(owner), Some(name)) => RepositorySlug::from_path_parts(owner, name),
            _ => None,
        };
        let page = parts.next();
        let Some(slug) = slug.filter(|_| matches!(page, None | Some("" | "tree"))) else {
            return RepositoryState::NotUnderstood;
        };
        let unverified = match url.scheme.as_str() {
            "ssh" | "git+ssh" => Some(UnverifiedForm::Ssh),
            "http" => Some(UnverifiedForm::Http),
            "git" => Some(UnverifiedForm::GitProtocol),
            "https" | "git+https" if url.has_credentials => Some(UnverifiedForm::Credentials),
            "https" | "git+https" if page == Some("tree") => Some(UnverifiedForm::Tree),
            "https" | "git+https" if !url.fragment.is_empty() => Some(UnverifiedForm::Committish),
            "https" | "git+https" => None,
            _ => return RepositoryState::NotUnderstood,
        };
        let form = match unverified {
            Some(form) => UrlForm::Unverified(form),
            None if is_in_object && text == slug.canonical_url() => UrlForm::Canonical,
            None => UrlForm::Equivalent,
        };
        RepositoryState::GitHub { slug, form }
    }
}

/// `owner/name` and `github:owner/name`, and the same for the other hosts that npm knows by a short name.
fn read_shorthand(text: &str) -> Option<RepositoryState> {
    let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
    let (host, path) = match path.split_once(':') {
        Some(("github", path)) => (None, path),
        Some(("gitlab", _)) => (Some("gitlab.com"), ""),
        Some(("bitbucket", _)) => (Some("bitbucket.org"), ""),
        Some(("gist", _)) => (Some("gist.github.com"), ""),
        Some(("sourcehut", _)) => (Some("git.sr.ht"), ""),
        Some(("codeberg", _)) => (Some("codeberg.org"), ""),
        Some(_) => return None,
        // A leading dot is a relative path for npm.
        None if path.starts_with('.') => return None,
        None => (None, path),
    };
    if let Some(host) = host {
        return Some(RepositoryState::OtherHost(host.to_owned()));
    }
    let (owner, name) = path.split_once('/')?;
    let slug = RepositorySlug::from_path_parts(owner, name)?;
    let form = if fragment.is_empty() {
        UrlForm::Equivalent
    } else {
        UrlForm::Unverified(UnverifiedForm::Committish)
    };
    Some(RepositoryState::GitHub { slug, form })
}

fn member_range(member: &JsonMember) -> TextRange {
    member.key.range.cover(member.value.range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::json::parse_json;

    fn field(value: &str) -> RepositoryField {
        let text = format!("{{\"repository\": {value}}}");
        let field = RepositoryField::of_manifest(&parse_json(&text).tree.expect("a tree"));
        assert!(field.range.is_some());
        field
    }

    /// The state in short: `owner/name form`, `host:…`, `missing`, `not understood`.
    fn state(value: &str) -> String {
        match field(value).state {
            RepositoryState::Missing => "missing".to_owned(),
            RepositoryState::NotUnderstood => "not understood".to_owned(),
            RepositoryState::OtherHost(host) => format!("host:{host}"),
            RepositoryState::GitHub { slug, form } => format!("{slug} {form:?}"),
        }
    }

    #[test]
    fn urls_in_an_object() {
        for (url, expected) in [
            ("git+https://github.com/o/r.git", "o/r Canonical"),
            ("git+https://github.com/O/r.git", "O/r Canonical"),
            ("git+https://github.com/o/r", "o/r Equivalent"),
            ("https://github.com/o/r.git", "o/r Equivalent"),
            ("https://github.com/o/r", "o/r Equivalent"),
            ("https://github.com/o/r/", "o/r Equivalent"),
            ("https://www.github.com/o/r", "o/r Equivalent"),
            ("https://GitHub.com/o/r", "o/r Equivalent"),
            (" https://github.com/o/r ", "o/r Equivalent"),
            ("o/r", "o/r Equivalent"),
            ("o/r.js", "o/r.js Equivalent"),
            ("github:o/r", "o/r Equivalent"),
            ("o/r#main", "o/r Unverified(Committish)"),
            ("https://github.com/o/r#main", "o/r Unverified(Committish)"),
            (
                "https://github.com/o/r/tree/main/packages/x",
                "o/r Unverified(Tree)",
            ),
            ("git@github.com:o/r.git", "o/r Unverified(Ssh)"),
            ("ssh://git@github.com/o/r.git", "o/r Unverified(Ssh)"),
            ("git+ssh://git@github.com/o/r.git", "o/r Unverified(Ssh)"),
            ("http://github.com/o/r", "o/r Unverified(Http)"),
            ("git://github.com/o/r.git", "o/r Unverified(GitProtocol)"),
            ("https://token@github.com/o/r.git", "o/r Unverified(Credentials)"),
            ("https://github.com/o", "not understood"),
            ("https://github.com/o/r/issues", "not understood"),
            ("https://github.com/o/r/blob/main/README.md", "not understood"),
            ("git+http://github.com/o/r", "not understood"),
            ("https://github.com/{{owner}}/{{name}}", "not understood"),
            ("github.com/o/r", "not understood"),
            ("somewhere on GitHub", "not understood"),
            ("node-red-contrib-x", "not understood"),
            ("./packages/x", "not understood"),
            ("file:///srv/r", "not understood"),
            ("https://gitlab.com/o/r", "host:gitlab.com"),
            ("gitlab:o/r", "host:gitlab.com"),
            ("bitbucket:o/r", "host:bitbucket.org"),
            ("gist:0123456789", "host:gist.github.com"),
            ("https://gist.github.com/o/0123", "host:gist.github.com"),
            ("https://github.acme.com/o/r", "host:github.acme.com"),
            ("git@gitlab.com:o/r.git", "host:gitlab.com"),
            ("", "missing"),
            (" ", "missing"),
        ] {
            assert_eq!(state(&format!("{{\"url\": \"{url}\"}}")), expected, "{url}");
            let as_string = expected.replace("Canonical", "Equivalent");
            assert_eq!(state(&format!("\"{url}\"")), as_string, "{url} as a string");
        }
    }

    #[test]
    fn other_types() {
        for (value, expected) in [
            ("null", "missing"),
            ("{}", "missing"),
            ("{\"type\": \"git\"}", "missing"),
            ("{\"url\": null}", "missing"),
            ("{\"url\": 5}", "not understood"),
            ("[\"https://github.com/o/r\"]", "not understood"),
            ("[]", "not understood"),
            ("false", "not understood"),
            ("5", "not understood"),
        ] {
            assert_eq!(state(value), expected, "{value}");
        }
        let absent = RepositoryField::of_manifest(&parse_json("{}").tree.unwrap());
        assert_eq!((absent.state, absent.range), (RepositoryState::Missing, None));
    }

    #[test]
    fn ranges_show_the_field_the_url_and_the_directory() {
        let text = "{\"é\": 1, \"repository\": {\"url\": \"o/r\", \"directory\": \"packages/x\"}}";
        let field = RepositoryField::of_manifest(&parse_json(text).tree.unwrap());
        let whole = "\"repository\": {\"url\": \"o/r\", \"directory\": \"packages/x\"}";
        assert_eq!(field.range.unwrap().slice(text), whole);
        assert_eq!(field.url.as_ref().unwrap().range.slice(text), "\"o/r\"");
        let directory = field.directory.as_ref().unwrap();
        assert_eq!(directory.range.slice(text), "\"packages/x\"");
        assert_eq!(directory.value, "packages/x");
        assert_eq!(field.slug().unwrap().to_string(), "o/r");
    }
}
