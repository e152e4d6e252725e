/// A URL as git understands it, in its parts.
#[derive(Debug)]
pub(crate) struct GitUrl<'a> {
    /// In lower case; `ssh` for `user@host:path`.
    pub(crate) scheme: String,
    /// Whether there is a user name or a password in front of the host.
    pub(crate) has_credentials: bool,
    /// In lower case, without the port; empty for `file:///…`.
    pub(crate) host: String,
    /// Without query and fragment.
    path: &'a str,
    /// After `#`.
    pub(crate) fragment: &'a str,
}

impl<'a> GitUrl<'a> {
    /// Reads `scheme://…` and `[user@]host:path`; none for anything else, paths and names included.
    pub(crate) fn parse(url: &'a str) -> Option<Self> {
        let url = url.trim();
        let (url, fragment) = url.split_once('#').unwrap_or((url, ""));
        if url.contains(char::is_whitespace) {
            return None;
        }
        let (scheme, rest, authority, path) = match url.split_once("://") {
            Some((scheme, rest)) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let (authority, path) = rest.split_at_checked(end)?;
                (scheme, rest, authority, path)
            }
            None => {
                let (authority, path) = split_scp_like(url)?;
                ("ssh", url, authority, path)
            }
        };
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
        if !is_scheme {
            return None;
        }
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((credentials, host)) => (Some(credentials), host),
            None => (None, authority),
        };
        let (host, path) = match host.split_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, path),
            // `ssh://git@github.com:owner/name`: what looks like a port is the start of the path.
            Some((host, path_start)) => (host, rest.get(authority.len() - path_start.len()..)?),
            None => (host, path),
        };
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        Some(Self {
            scheme: scheme.to_ascii_lowercase(),
            has_credentials: credentials.is_some_and(|c| !c.is_empty()),
            host: host.to_ascii_lowercase(),
            path,
            fragment,
        })
    }

    /// Whether the host is github.com.
    pub(crate) fn is_github(&self) -> bool {
        matches!(self.host.as_str(), "github.com" | "www.github.com")
    }

    /// What is between the slashes of the path, without the slashes at its ends.
    pub(crate) fn path_parts(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let path = self.path.strip_prefix('/').unwrap_or(self.path);
        path.strip_suffix('/').unwrap_or(path).split('/')
    }
}

/// `[user@]host:path` and `user@host/path`. Git takes what has a slash in front of the colon for a file, and a
/// single letter in front of it for a drive of Windows.
fn split_scp_like(url: &str) -> Option<(&str, &str)> {
    let at = url.find([':', '/'])?;
    let (authority, path) = url.split_at_checked(at)?;
    let has_user = authority.contains('@');
    let is_host = has_user || (authority.contains('.') && path.starts_with(':'));
    let is_relative = authority.starts_with('.');
    (is_host && !is_relative).then_some((authority, path.get(1..)?))
}
