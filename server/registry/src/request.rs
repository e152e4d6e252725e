//! Which package and version is asked for.

/// A package, and the version or dist-tag of it that is meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PackageRequest {
    /// Its name.
    pub name: String,
    /// A version or a dist-tag; without it `latest`.
    pub version: Option<String>,
    /// Whether it is one of the packages of the repository at hand, so that its provenance must name that.
    pub is_of_repository: bool,
}

impl PackageRequest {
    /// Reads `name`, `name@version` or `@scope/name@tag`. None if that is not a valid package name.
    pub fn parse(text: &str) -> Option<Self> {
        let at = text.get(1..)?.find('@').map(|at| at + 1);
        let (name, version) = match at {
            Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
            None => (text, None),
        };
        let plain = match name.strip_prefix('@') {
            Some(scoped) => {
                let (scope, plain) = scoped.split_once('/')?;
                if !is_part(scope) {
                    return None;
                }
                plain
            }
            None => name,
        };
        (is_part(plain) && version.is_none_or(|version| !version.is_empty())).then(|| Self {
            name: name.to_owned(),
            version: version.map(str::to_owned),
            is_of_repository: false,
        })
    }

    /// The name as a part of a URL's path.
    pub(crate) fn encoded_name(&self) -> String {
        self.name.replace('/', "%2f")
    }
}

/// npm's names need no escape in a URL. A text that does is not a name, and could lead elsewhere.
fn is_part(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~!'()*".contains(c);
    !text.is_empty() && !text.starts_with('.') && text.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_version_are_told_apart() {
        for (text, expected) in [
            ("widget", Some(("widget", None))),
            ("widget@1.2.3", Some(("widget", Some("1.2.3")))),
            ("@acme/widget", Some(("@acme/widget", None))),
            ("@acme/widget@next", Some(("@acme/widget", Some("next")))),
            ("JSONStream@1.0.0", Some(("JSONStream", Some("1.0.0")))),
            ("", None),
            ("@", None),
            ("@acme", None),
            ("@/widget", None),
            ("@acme/", None),
            ("widget@", None),
            ("../widget", None),
            ("a/b", None),
            ("wid get", None),
            ("größe", None),
        ] {
            let request = PackageRequest::parse(text);
            let found = request
                .as_ref()
                .map(|request| (request.name.as_str(), request.version.as_deref()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_scope_stays_one_part_of_the_path() {
        let request = PackageRequest::parse("@acme/widget").unwrap();
        assert_eq!(request.encoded_name(), "@acme%2fwidget");
    }
}
